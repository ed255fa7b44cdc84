// Command guard owns the slots of a box: it takes updates in, tries them, confirms them or lets the old version come back.
// It also earns the watchdog: as long as it runs and the till answers, init touches the watchdog.
//
// It answers on a socket that only root may reach (package ota); posd speaks to it. It speaks to nobody else.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/box"
	"posbox/gokrazy/loader"
	"posbox/gokrazy/station"
	"posbox/ota"
	"posbox/pos/fault"
	"posbox/release"
)

// options are the command line: tests make a trial short.
type options struct{ deadline, steady, every time.Duration }

func main() {
	var o options
	flag.DurationVar(&o.deadline, "deadline", 10*time.Minute, "a version that is tried must be well by then")
	flag.DurationVar(&o.steady, "steady", 30*time.Second, "and for so long")
	flag.DurationVar(&o.every, "every", 2*time.Second, "how often the till is looked at")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := run(ctx, o, log); err != nil {
		log.Error("guard ended", "err", err)
		os.Exit(1)
	}
}

// run never ends because something is wrong with updates: the watchdog has to be earned all the same.
func run(ctx context.Context, o options, log *slog.Logger) error {
	socket := filepath.Join(box.Run, ota.SocketName)
	till := newTill(station.Health, box.Run)
	go beat(ctx, till, filepath.Join(box.Run, box.BeatFile), log)
	g, sticks, err := newGuard(o, till, log)
	if err != nil {
		log.Error("no updates on this machine", "err", err)
		return serve(ctx, socket, unfitted())
	}
	go g.Run(ctx)
	return serve(ctx, socket, g.Handler(sticks))
}

// newGuard finds the box's disk, firmware and version.
func newGuard(o options, till *till, log *slog.Logger) (*ota.Guard, ota.Sticks, error) {
	text, err := os.ReadFile(station.File)
	if err != nil {
		return nil, nil, err
	}
	what, err := station.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	if text, err = os.ReadFile(station.VersionFile); err != nil {
		return nil, nil, err
	}
	version, err := release.ParseVersion(string(text))
	if err != nil {
		return nil, nil, err
	}
	disk, err := bootdisk.Find(10 * time.Second)
	if err != nil {
		return nil, nil, err
	}
	vars, err := loader.Mount()
	if err != nil {
		return nil, nil, err
	}
	slots := ota.Slots{Disk: ota.BoxDisk{Disk: disk, Mount: filepath.Join(box.Run, "esp")}, Running: disk.Slot}
	here, err := ota.Find(what.Name, version, slots, vars)
	if err != nil {
		return nil, nil, err
	}
	till.screen = what.Has("kiosk")
	return ota.New(ota.Options{
		Here: here, Keys: releaseKeys(log), Slots: slots, Vars: vars, Shelf: ota.FileShelf(box.Keep), Logger: log,
		Moment: till.moment, Look: till.look, Restart: func() { restart(log) },
		Deadline: o.deadline, Steady: o.steady, Every: o.every,
	}), ota.USBSticks{Own: disk.Name, Mount: filepath.Join(box.Run, "guard-stick")}, nil
}

// releaseKeys are whose updates this version believes. Without any it believes nobody.
func releaseKeys(log *slog.Logger) release.Keys {
	text, err := os.ReadFile(station.KeysFile)
	if err == nil {
		var keys release.Keys
		if keys, err = release.ParseKeys(text); err == nil {
			return keys
		}
	}
	log.Warn("this version takes no updates", "err", err)
	return nil
}

// unfitted answers where the machine cannot be updated this way.
func unfitted() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ota.Refuse(w, fault.New(fault.UpdateNone)) })
}

// serve answers on the socket until ctx ends.
func serve(ctx context.Context, socket string, h http.Handler) error {
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	old := syscall.Umask(0o077)
	l, err := net.Listen("unix", socket)
	syscall.Umask(old)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		srv.Close()
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
