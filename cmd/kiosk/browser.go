package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"posbox/gokrazy/box"
	"posbox/kiosk/devtools"
)

// Where the browser lives in the userland.
const (
	chromium    = "/usr/lib/chromium/chromium"
	browserHome = "/home/kiosk" // in memory
	browserRun  = "/run/kiosk"
)

// browser is Chromium with its windows.
type browser struct {
	file   string // the program
	extra  []string
	home   string
	env    []string
	as     *account
	till   *till
	state  *stateFile
	buyers func() bool // whether there is a screen for the buyer
	tempo  time.Duration
}

// arguments start Chromium with a window of a role. A second start of the same profile opens a window in the first's process.
func (b *browser) arguments(role string) []string {
	args := []string{b.file,
		"--kiosk", "--app=" + firstPage(role), "--user-data-dir=" + b.home + "/profile",
		"--ozone-platform=wayland", "--disable-gpu",
		"--no-first-run", "--no-default-browser-check", "--noerrdialogs", "--disable-breakpad", "--disable-session-crashed-bubble",
		"--password-store=basic", "--disable-extensions", "--disable-sync", "--disable-quic",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability",
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
		"--disable-pinch", "--overscroll-history-navigation=0", "--autoplay-policy=no-user-gesture-required",
		"--disable-features=Translate,MediaRouter,OptimizationHints,GlobalMediaControls",
		"--optimization-guide-performance-class=2", // "very low"; else it starts a process, minutes later, that finds out whether a language model could run here
	}
	if !hasSpeaker(sounds) {
		args = append(args, "--disable-audio-output") // else the page's first sound waits for a device until it gives up
	}
	return append(args, b.extra...)
}

// sounds are the kernel's sound cards.
const sounds = "/dev/snd"

// hasSpeaker reports whether anything can be played on.
func hasSpeaker(folder string) bool {
	found, _ := filepath.Glob(folder + "/pcmC*D*p")
	return len(found) > 0
}

// run starts Chromium with a fresh profile and watches its windows until one hangs, it ends, or the context does.
func (b *browser) run(ctx context.Context) error {
	if err := b.clean(); err != nil {
		return err
	}
	toldR, toldW, err1 := os.Pipe()
	saidR, saidW, err2 := os.Pipe()
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	defer toldW.Close()
	defer saidR.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan error, 1)
	go func() {
		p := program{name: "chromium", args: append(b.arguments(roleTill), "--remote-debugging-pipe"), env: b.env, as: b.as, pass: []*os.File{toldR, saidW}}
		err := p.run(ctx)
		toldR.Close()
		saidW.Close()
		ended <- err
	}()
	dt := devtools.New(saidR, toldW)
	watching := make(chan error, 1)
	go func() { watching <- b.watch(ctx, dt) }()
	select {
	case err := <-ended:
		cancel(nil)
		<-watching
		return err
	case err := <-watching:
		cancel(err)
		<-ended
		return err
	}
}

// clean gives the browser an empty home: whatever the last run left may be why it ended.
func (b *browser) clean() error {
	if err := os.RemoveAll(b.home + "/profile"); err != nil {
		return err
	}
	return nil
}

// watch keeps the windows showing what they should.
func (b *browser) watch(ctx context.Context, dt *devtools.Client) error {
	// It answers once it has started.
	short, cancel := context.WithTimeout(ctx, startLimit)
	err := dt.Call(short, "", "Browser.getVersion", nil, nil)
	cancel()
	if err != nil {
		return err
	}
	windows := map[string]*window{}
	var asked time.Time // when a window for the buyer was asked for
	for {
		if err := b.find(ctx, dt, windows); err != nil {
			return err
		}
		now := time.Now()
		for _, w := range windows {
			if err := w.step(ctx, now); err != nil {
				return fmt.Errorf("%s: %w", w.role, err)
			}
		}
		b.tell(windows)
		asked = b.buyer(ctx, dt, windows, asked)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-dt.Closed():
			return devtools.ErrClosed
		case <-time.After(b.pause(windows)):
		}
	}
}

// pause is how long until the windows are looked at again: a page that is on its way sooner.
func (b *browser) pause(windows map[string]*window) time.Duration {
	for _, w := range windows {
		if !w.painted {
			return b.tempo / 10
		}
	}
	if len(windows) == 0 {
		return b.tempo / 10
	}
	return b.tempo
}

// target is a page of the browser's.
type target struct {
	ID   string `json:"targetId"`
	Type string `json:"type"`
	URL  string `json:"url"`
}

// find takes new windows over, forgets closed ones, and closes those that are not ours.
func (b *browser) find(ctx context.Context, dt *devtools.Client, windows map[string]*window) error {
	short, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	var found struct {
		Infos []target `json:"targetInfos"`
	}
	if err := dt.Call(short, "", "Target.getTargets", nil, &found); err != nil {
		return err
	}
	open := map[string]bool{}
	for _, t := range found.Infos {
		open[t.ID] = true
		if windows[t.ID] != nil || t.Type != "page" && !strings.HasPrefix(t.URL, "devtools:") {
			continue
		}
		role := roleOf(t.URL)
		if role == "" || taken(windows, role) {
			log.Printf("closing a window that is not ours: %.80s", t.URL)
			dt.Call(short, "", "Target.closeTarget", map[string]any{"targetId": t.ID}, nil)
			continue
		}
		w := &window{role: role, target: t.ID, till: b.till, dt: dt}
		if err := w.attach(ctx); err != nil {
			return err
		}
		windows[t.ID] = w
	}
	for id, w := range windows {
		if open[id] {
			continue
		}
		delete(windows, id)
		if w.role == roleTill {
			return errors.New("the till's window was closed")
		}
	}
	return nil
}

func taken(windows map[string]*window, role string) bool {
	for _, w := range windows {
		if w.role == role {
			return true
		}
	}
	return false
}

// tell writes down how the till's window is.
func (b *browser) tell(windows map[string]*window) {
	for _, w := range windows {
		switch {
		case w.role != roleTill:
		case w.shows == "away":
			b.state.set(box.ScreenTrouble, "the till does not answer")
		case w.painted:
			b.state.set(box.ScreenPainted, "")
		case w.tried > 0:
			b.state.set(box.ScreenTrouble, "the page does not paint")
		default:
			b.state.set(box.ScreenStarting, "")
		}
	}
}

// buyerAgain is how long a window that was asked for may take.
const buyerAgain = 30 * time.Second

// buyer opens the buyer's window where there is a screen for it and the till has painted, and closes it where there is none
// any more: it would lie over the till.
func (b *browser) buyer(ctx context.Context, dt *devtools.Client, windows map[string]*window, asked time.Time) time.Time {
	wanted, tillPainted := b.buyers(), false
	for _, w := range windows {
		if w.role == roleBuyer {
			if !wanted {
				short, cancel := context.WithTimeout(ctx, answerLimit)
				dt.Call(short, "", "Target.closeTarget", map[string]any{"targetId": w.target}, nil)
				cancel()
			}
			return time.Time{}
		}
		tillPainted = w.painted
	}
	if !wanted || !tillPainted || time.Since(asked) < buyerAgain {
		return asked
	}
	go func() {
		ctx, cancel := context.WithTimeout(ctx, buyerAgain)
		defer cancel()
		p := program{name: "chromium (buyer)", args: b.arguments(roleBuyer), env: b.env, as: b.as}
		p.run(ctx) // hands over to the running browser and ends
	}()
	return time.Now()
}
