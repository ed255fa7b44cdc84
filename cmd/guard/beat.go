package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/station"
)

// Limits of a till that has answered and no longer does.
const (
	beatEvery = 10 * time.Second
	killAfter = 90 * time.Second // it is ended, and started anew by init
	lostAfter = 6 * time.Minute  // nor has that helped: the watchdog starts the box again
)

// pulse decides what a silent till means. Its clock is one that nobody sets.
type pulse struct {
	answers uint64
	at      time.Duration // of the last answer that was new
	killed  bool          // since then
}

// step takes the count of answers as of now. A till that has never answered since the start is left alone: to start the
// box again would not help it, and the screen says what is wrong.
func (p *pulse) step(now time.Duration, answers uint64) (earned, kill bool) {
	if answers != p.answers {
		p.answers, p.at, p.killed = answers, now, false
	}
	silent := now - p.at
	switch {
	case answers == 0:
		return true, false
	case silent >= killAfter && !p.killed:
		p.killed = true
		return true, true
	}
	return silent < lostAfter, false
}

// beat writes another text every few seconds while the watchdog is earned.
func beat(ctx context.Context, t *till, file string, log *slog.Logger) {
	begin := time.Now()
	var p pulse
	for n := uint64(1); ctx.Err() == nil; n++ {
		t.ask(ctx)
		earned, kill := p.step(time.Since(begin), t.answers.Load())
		if kill {
			log.Error("the till does not answer and is started anew")
			killProgram("posd")
		}
		if earned {
			if err := os.WriteFile(file, []byte(strconv.FormatUint(n, 10)), 0o644); err != nil {
				log.Error("no beat", "err", err)
			}
		}
		select {
		case <-time.After(beatEvery):
		case <-ctx.Done():
		}
	}
}

// killProgram ends a program of ours, whatever it waits for.
func killProgram(name string) {
	own := station.Program{Name: name}.Path()
	all, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range all {
		if to, err := os.Readlink(link); err == nil && to == own {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
				unix.Kill(pid, unix.SIGKILL)
			}
		}
	}
}
