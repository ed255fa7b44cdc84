package main

import (
	"io"

	"posbox/config"
)

// runSchema writes the JSON schema of a settings file. It says less than posd does when it reads one: what one value
// demands of another is not in it.
func runSchema(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("posd schema", "posd schema", stderr)
	if err := fs.Parse(args); err != nil || fs.NArg() > 0 {
		fs.Usage()
		return exitUsage
	}
	if _, err := stdout.Write(config.Schema()); err != nil {
		return exitCode(stderr, err)
	}
	return exitOK
}
