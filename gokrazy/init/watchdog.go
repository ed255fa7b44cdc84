package main

import (
	"log"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/box"
)

// The watchdog starts the box again when nobody has touched it for watchdogTimeout. gokrazy would touch it whatever the
// programs do. So init takes it first, before gokrazy can, and touches it only as long as the guard earns it: the guard's
// beat goes on while it runs and the till answers. A kernel that hangs is caught by hardware only, not by softdog.
const (
	watchdogTimeout = 60 // seconds
	touchEvery      = 5 * time.Second
)

// takeWatchdog opens the watchdog and keeps it. Where no guard runs nobody can earn it.
func takeWatchdog(guarded bool) {
	if !guarded {
		return
	}
	f, err := os.OpenFile("/dev/watchdog", os.O_WRONLY, 0)
	if err != nil {
		log.Println("watchdog:", err)
		return
	}
	if err := unix.IoctlSetPointerInt(int(f.Fd()), unix.WDIOC_SETTIMEOUT, watchdogTimeout); err != nil {
		log.Println("watchdog keeps its own time:", err)
	}
	go touch(f)
}

// touch touches the watchdog while it is earned. Once it is not, the box is lost anyway: nothing here stops that.
func touch(f *os.File) {
	begin := time.Now()
	var b beats
	silent := false
	for ; ; time.Sleep(touchEvery) {
		beat, _ := os.ReadFile(filepath.Join(box.Run, box.BeatFile))
		if !b.earned(time.Since(begin), string(beat)) {
			if !silent {
				say("posbox: the guard is silent, the watchdog will start the box again")
				silent = true
			}
			continue
		}
		silent = false
		if err := unix.IoctlWatchdogKeepalive(int(f.Fd())); err != nil {
			log.Println("watchdog:", err)
		}
	}
}

// Limits of the guard's silence.
const (
	firstBeat = 5 * time.Minute // from init's start: drivers, a check of /perm, a slow disk
	nextBeat  = 90 * time.Second
)

// beats follows the guard's beat. Its clock is one that nobody sets.
type beats struct {
	last string
	at   time.Duration
	any  bool
}

// earned takes the beat as it reads now.
func (b *beats) earned(now time.Duration, beat string) bool {
	if beat != b.last {
		b.last, b.at, b.any = beat, now, true
	}
	if !b.any {
		return now < firstBeat
	}
	return now-b.at < nextBeat
}
