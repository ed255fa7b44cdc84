//go:build crash

package main

import (
	"os"
	"syscall"
)

// crashStep ends the process at the step that POSBOX_CRASH_AT names, as a power cut would: nothing is flushed, nothing
// said.
func crashStep(name string) {
	if os.Getenv(crashAt) == name {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
