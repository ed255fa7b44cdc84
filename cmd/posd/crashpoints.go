package main

import (
	"fmt"
	"io"
	"slices"

	"posbox/outbox"
)

// crashAt names the variable that ends posd at a step; only in a program built with the tag crash.
const crashAt = "POSBOX_CRASH_AT"

// runCrashpoints lists the steps at which a test can end posd.
func runCrashpoints(stdout io.Writer) int {
	for _, name := range slices.Concat(outbox.FiscalSteps, handedSteps) {
		fmt.Fprintln(stdout, name)
	}
	return exitOK
}
