// Command init is the root's first program. It loads drivers, mounts the userland, makes or checks /perm, lets gokrazy set
// the machine up, and then runs the station's programs and starts again what dies.
//
// Under the name of /sbin/modprobe it loads what the kernel asks for.
//
// gokrazy's status pages answer on /run/gokrazy-http.sock only: the root has no password file.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/gokrazy/gokrazy"
	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/box"
	"posbox/gokrazy/splash"
	"posbox/gokrazy/station"
)

func main() {
	if filepath.Base(os.Args[0]) == "modprobe" {
		os.Exit(modprobe(os.Args[1:]))
	}
	log.SetFlags(0)
	log.SetPrefix("init: ")
	log.SetOutput(io.MultiWriter(os.Stderr, ring.As("init")))
	if err := run(); err != nil {
		fmt.Println("posbox: no start:", err)
		time.Sleep(3 * time.Second)
		os.Exit(1) // the kernel panics and starts again
	}
	select {}
}

func run() error {
	signal.Ignore(os.Interrupt) // the kernel's, for Ctrl+Alt+Del: whoever types on a till does not end it
	// gokrazy would start a shell for whoever types on the console.
	if null, err := os.Open(os.DevNull); err == nil {
		unix.Dup3(int(null.Fd()), 0, 0)
		null.Close()
	}
	if err := mountKernel(); err != nil {
		return err
	}
	if err := ring.Kernel(); err != nil {
		log.Println("logs:", err)
	}
	loader := loadDrivers()
	if err := splash.Show(); err != nil {
		log.Println("splash:", err)
	}
	disk, err := bootdisk.Find(10 * time.Second)
	if err != nil {
		return err
	}
	if err := mountUserland(disk); err != nil {
		return err
	}
	permanent := preparePerm(disk)
	what, err := readStation()
	if err != nil {
		return err
	}
	takeWatchdog(what.Has("guard"))
	version, _ := os.ReadFile(station.VersionFile)
	if err := gokrazy.Boot("posbox " + string(version)); err != nil {
		return err
	}
	tellSlot(disk)
	permanent.settle()
	keepLogs(permanent)
	if loader != nil {
		go func() { log.Println("drivers:", loader.Watch(reportDrivers)) }()
	}
	go announce(context.Background(), station.Health)
	go announceScreen(context.Background(), box.Run)
	return gokrazy.SuperviseServices(services(what))
}

// mountKernel mounts what drivers and disks are found by. gokrazy takes mounts that are there.
func mountKernel() error {
	for _, m := range []struct{ dir, fs string }{{"/proc", "proc"}, {"/sys", "sysfs"}} {
		if err := unix.Mount(m.fs, m.dir, m.fs, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil && err != unix.EBUSY {
			return fmt.Errorf("%s: %w", m.dir, err)
		}
	}
	return nil
}

// readStation reads what kind of box this is.
func readStation() (station.Station, error) {
	b, err := os.ReadFile(station.File)
	if err != nil {
		return station.Station{}, err
	}
	return station.Parse(b)
}

// services are the station's programs.
func services(s station.Station) (all []*gokrazy.Service) {
	for _, p := range s.Programs {
		all = append(all, gokrazy.NewService(exec.Command(p.Path(), p.Args...)))
	}
	return all
}
