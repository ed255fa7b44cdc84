// Command posd is the till: it drives the devices, keeps the journal and serves the screen's API.
//
//	posd -data DIR -listen ADDR [-printer tcp://HOST:PORT|file:PATH|none] [-posapi URL] [-lookup URL] [-demo] [-lang mn|en] [-config FILE] [-token FILE]
//	posd check [-json] DIR          verify a journal, also of a running till
//	posd import -data DIR FILE      take goods in from CSV or .xlsx, all or nothing
//	posd gallery -out DIR           draw every paper that a till prints, on both widths
//	posd schema                     the JSON schema of a settings file, for an editor that completes and checks
//	posd crashpoints                list the steps at which POSBOX_CRASH_AT ends a posd that was built with -tags crash
//	posd generate -goods N -out FILE  write a CSV file of made-up goods
//
// It ends with 0 when it was stopped, 2 for wrong usage, 3 when the folder is in use, 1 for anything else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"posbox/pos/fault"
)

// Exit codes.
const (
	exitOK     = 0
	exitOther  = 1
	exitUsage  = 2
	exitInUse  = 3
	cmdCheck   = "check"
	cmdImport  = "import"
	cmdProduce = "generate"
	cmdCrash   = "crashpoints"
	cmdSchema  = "schema"
	cmdGallery = "gallery"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A write beyond a file size limit must come back as an error, like a full disk.
	signal.Ignore(syscall.SIGXFSZ)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case cmdCheck:
			return runCheck(ctx, args[1:], stdout, stderr)
		case cmdImport:
			return runImport(args[1:], stdout, stderr)
		case cmdCrash:
			return runCrashpoints(stdout)
		case cmdSchema:
			return runSchema(args[1:], stdout, stderr)
		case cmdGallery:
			return runGallery(ctx, args[1:], stdout, stderr)
		case cmdProduce:
			return runGenerate(args[1:], stdout, stderr)
		}
	}
	c, err := parseConfig(args, stderr)
	if err != nil {
		return exitUsage
	}
	return exitCode(stderr, serve(ctx, c, stdout, stderr))
}

// errUsage marks wrong usage that flag has not reported itself.
var errUsage = errors.New("usage")

// exitCode says an error to the person and turns it into an exit code.
func exitCode(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, context.Canceled) {
		return exitOK
	}
	if errors.Is(err, errUsage) {
		fmt.Fprintln(stderr, "posd:", err)
		return exitUsage
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Code != fault.Internal {
		text, hint := f.Say("en")
		fmt.Fprintf(stderr, "posd: %s %s [%s]\n", text, hint, f.Code)
		if f.Cause != nil {
			fmt.Fprintln(stderr, "posd:   cause:", f.Cause)
		}
	} else {
		fmt.Fprintln(stderr, "posd:", err)
	}
	if fault.CodeOf(err) == fault.FolderInUse {
		return exitInUse
	}
	return exitOther
}

// newFlags returns a flag set that reports to stderr and never ends the process.
func newFlags(name, usage string, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprintln(stderr, "usage:", usage)
		fs.PrintDefaults()
	}
	return fs
}
