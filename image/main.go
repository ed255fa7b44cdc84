// Command image makes the box's disk image and starts it in an emulator.
//
//	go run ./image lock [-out DIR]                 resolve the Debian packages anew, say what changed
//	go run ./image build -station vm -out FILE     make FILE and FILE.manifest.json
//	go run ./image key -out FILE                   make FILE, which signs updates, and FILE.pub for images
//	go run ./image bundle -version N -key FILE -out FILE   make a signed update; -img takes an image apart
//	go run ./image inspect [-json] FILE            say what is on an image or in an update
//	go run ./image flash -img FILE -disk DISK      write an image onto a disk and read it back; without -disk: which there are
//	go run ./image stick -key KEY -baaz URL -dir DIR|-disk DISK   put a connection key on a USB stick
//	go run ./image run -img FILE [-headless] [-qmp SOCKET] [-serial FILE] [-fwd HOST:GUEST] [-disk virtio|nvme|emmc|sata|usb]
//	               [-graphics virtio|vga] [-vnc HOST:DISPLAY] [-disposable] [-kvm]
//	go run ./image figures -img FILE               start the vm station a few times: how long starts take, sizes, memory
//
// A FILE of build, inspect, flash and run that ends in .zst is compressed.
//
// It ends with 0, with 2 for wrong usage, with 1 for anything else. Packages are kept in POSBOX_CACHE, by default in the
// folder posbox of the user's cache folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"posbox/image/apt"
)

// commands by name.
var commands = map[string]func(ctx context.Context, args []string, stdout, stderr io.Writer) error{
	"lock":    runLock,
	"build":   runBuild,
	"key":     runKey,
	"bundle":  runBundle,
	"inspect": runInspect,
	"run":     runRun,
	"flash":   runFlash,
	"stick":   runStick,
	"figures": runFigures,
}

// errUsage marks wrong usage.
var errUsage = errors.New("usage: image lock|build|key|bundle|inspect|flash|stick|run|figures; -h after one of them says more")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := errUsage
	if len(args) > 0 && commands[args[0]] != nil {
		err = commands[args[0]](ctx, args[1:], stdout, stderr)
	}
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "image:", err)
		return 2
	}
	fmt.Fprintln(stderr, "image:", err)
	return 1
}

// parse reads flags; what is left over must be of the given number.
func parse(fs *flag.FlagSet, args []string, rest int, stderr io.Writer) error {
	fs.SetOutput(stderr)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w (%v)", errUsage, err)
	}
	if fs.NArg() != rest {
		return fmt.Errorf("%w (%d arguments, not %d)", errUsage, fs.NArg(), rest)
	}
	return nil
}

// moduleRoot is the folder of go.mod: programs are built from there and the locks stand below it.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	dir, ours := strings.CutPrefix(strings.TrimSpace(string(out)), "posbox ")
	if !ours {
		return "", errors.New("start it inside the repository: the programs are built from their sources")
	}
	return dir, nil
}

// lockDir is where the locks stand, unless told otherwise.
func lockDir(ctx context.Context, told string) (string, error) {
	if told != "" {
		return told, nil
	}
	root, err := moduleRoot(ctx)
	return filepath.Join(root, "image"), err
}

func runLock(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image lock", flag.ContinueOnError)
	out := fs.String("out", "", "folder for the lock files; default: this program's source")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	dir, err := lockDir(ctx, *out)
	if err != nil {
		return err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return err
	}
	return writeLocks(ctx, cache.StateDir(), dir, stdout)
}

func runBuild(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image build", flag.ContinueOnError)
	var o buildOptions
	fs.StringVar(&o.station, "station", "vm", "kind of box")
	fs.StringVar(&o.out, "out", "", "image to write")
	fs.Uint64Var(&o.version, "version", 0, "version of the image, counted up with every release; 0 for trying out")
	fs.Func("built", "earliest time that a clock of the box can have, RFC 3339; default: when the sources were committed", func(text string) (err error) {
		o.built, err = time.Parse(time.RFC3339, text)
		return err
	})
	o.posapi.flags(fs)
	locks := fs.String("locks", "", "folder of the lock files; default: this program's source")
	keys := fs.String("release-key", "", "file of the public keys whose updates the box takes; default: it takes none")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if o.out == "" {
		return fmt.Errorf("%w (build needs -out)", errUsage)
	}
	var err error
	if *keys != "" {
		if o.keys, err = readKeys(*keys); err != nil {
			return err
		}
	}
	if o.locks, err = lockDir(ctx, *locks); err != nil {
		return err
	}
	return build(ctx, o, stdout)
}
