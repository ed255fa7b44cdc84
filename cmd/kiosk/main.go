// Command kiosk shows the till on the box's screen: it starts the compositor and the browser inside the userland, keeps them
// alive, keeps everybody in the one page, and tells the box by a file how the screen is. It knows one address and nothing of
// sales.
//
//	kiosk [-url http://127.0.0.1:8080/] [-token FILE] [-state FILE] [-userland DIR]
//
// What the state file holds says gokrazy/box. It ends with 125, which tells gokrazy not to start it again, where an emulator
// says that there is no screen (image run -no-screen).
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"posbox/gokrazy/box"
	"posbox/gokrazy/station"
)

// doNotSupervise tells gokrazy that the program has ended for good.
const doNotSupervise = 125

// options is the command line.
type options struct{ url, token, state, userland string }

func main() {
	log.SetFlags(0)
	o, err := parse(os.Args[1:])
	if err != nil {
		os.Exit(2)
	}
	if told, _ := os.ReadFile("/sys/firmware/qemu_fw_cfg/by_name/" + station.ScreenOption + "/raw"); strings.TrimRight(string(told), "\x00") == "off" {
		os.Exit(doNotSupervise) // an emulator without a screen: tests of everything else are faster
	}
	if os.Getenv(inside) == "" {
		log.Fatal(enter(o.userland, o.state))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log.Fatal(run(ctx, o))
}

func parse(args []string) (o options, err error) {
	fs := flag.NewFlagSet("kiosk", flag.ContinueOnError)
	fs.StringVar(&o.url, "url", "http://127.0.0.1:8080/", "the till's page")
	fs.StringVar(&o.token, "token", "/run/posbox/kiosk.token", "file of the page's token")
	fs.StringVar(&o.state, "state", "/run/posbox/kiosk.json", "file to tell the screen's state in")
	fs.StringVar(&o.userland, "userland", "/ui", "folder of the userland")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if err := checkURL(o.url); err != nil {
		log.Println("kiosk:", err)
		return o, err
	}
	return o, nil
}

// run keeps the screen until the context ends.
func run(ctx context.Context, o options) error {
	syscall.Umask(0o007) // sockets are for their owner and the owner's group
	if err := quiet(); err != nil {
		log.Println("keys of the kernel:", err)
	}
	if err := writePolicy(policyFolder, o.url); err != nil {
		return err
	}
	s := &stateFile{path: o.state, url: o.url, now: time.Now}
	s.set(box.ScreenStarting, "")
	t := &till{url: o.url, token: o.token, patience: patience}
	d := &display{}
	b := &browser{file: chromium, home: browserHome, as: &browserAs, till: t, state: s, buyers: d.buyer.Load, tempo: time.Second,
		env: environment("HOME="+browserHome, "XDG_RUNTIME_DIR="+browserRun, "WAYLAND_DISPLAY="+windowSocket, "DBUS_SESSION_BUS_ADDRESS=disabled:")}
	trouble := func(what string) func(error) {
		return func(err error) { s.set(box.ScreenTrouble, what+": "+err.Error()) }
	}
	var all sync.WaitGroup
	all.Go(func() { t.watch(ctx) })
	all.Go(func() { keep(ctx, "udevd", udevd, trouble("devices")) })
	coldPlug(ctx)
	all.Go(func() {
		keep(ctx, "the screen", func(ctx context.Context) error {
			return d.run(ctx, func(ctx context.Context) { keep(ctx, "the browser", b.run, trouble("the browser")) })
		}, trouble("the screen"))
	})
	all.Wait()
	return ctx.Err()
}

// udevd tells the compositor which devices there are and what they are. It believes to be in a changed root and would do
// nothing.
func udevd(ctx context.Context) error {
	return program{name: "udevd", args: []string{"/usr/lib/systemd/systemd-udevd"}, env: environment("SYSTEMD_IGNORE_CHROOT=1")}.run(ctx)
}

// coldPlug has udevd look at what is plugged in already, and gives each sound card a volume that can be heard.
func coldPlug(ctx context.Context) {
	if err := waitFor(ctx, "/run/udev/control"); err != nil {
		log.Println("udevd:", err)
		return
	}
	udevadm(ctx, "trigger", "--type=subsystems", "--action=add")
	udevadm(ctx, "trigger", "--type=devices", "--action=add")
	udevadm(ctx, "settle", "--timeout=20")
	tool(ctx, "/usr/sbin/alsactl", "init")
}

// udevadm tells udevd something.
func udevadm(ctx context.Context, args ...string) {
	tool(ctx, append([]string{"/usr/bin/udevadm"}, args...)...)
}

// tool runs a program that ends by itself. What it could not do is told and no more: a box without sound cards sells too.
func tool(ctx context.Context, args ...string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Env = environment("SYSTEMD_IGNORE_CHROOT=1")
	if out, err := c.CombinedOutput(); err != nil {
		log.Printf("%s: %v %.300s", strings.Join(args, " "), err, out)
	}
}
