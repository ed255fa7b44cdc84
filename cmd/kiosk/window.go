package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"posbox/kiosk/devtools"
)

// Limits of a page's health. A busy small box paints its first page within seconds.
const (
	startLimit  = 2 * time.Minute  // the browser's first answer, and a new window's: its process starts meanwhile
	answerLimit = 30 * time.Second // an answer of the page; what hangs longer is dead
	paintLimit  = 60 * time.Second // from navigation to paint
	keysLimit   = 20 * time.Second // from paint until keys come to it; where there is no keyboard they need not
	tries       = 2                // navigations before the browser is started again
)

// errHung says that a page does not answer or does not paint: the browser has to be started again.
var errHung = errors.New("the page hangs")

// window is one of the browser's windows and what it shows.
type window struct {
	role, target, session string
	till                  *till
	dt                    *devtools.Client

	shows   string // "", "starting", "away" or "till"
	since   time.Time
	tried   int
	drawn   time.Time // since when the till's page stands there; zero: it does not
	painted bool      // it stands there, and what is typed comes to it
}

// attach takes the window over: from now on the guard runs in each of its pages.
func (w *window) attach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	var a struct {
		Session string `json:"sessionId"`
	}
	if err := w.dt.Call(ctx, "", "Target.attachToTarget", map[string]any{"targetId": w.target, "flatten": true}, &a); err != nil {
		return err
	}
	w.session = a.Session
	return errors.Join(
		w.dt.Call(ctx, w.session, "Page.enable", nil, nil),
		w.dt.Call(ctx, w.session, "Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": guard, "runImmediately": true}, nil))
}

// wanted is what the window should show now.
func (w *window) wanted(now time.Time) string {
	switch {
	case !w.till.away(now):
		return "till"
	case w.till.ever():
		return "away"
	}
	return "starting"
}

// step looks at the window once and does what is needed. It ends the browser's run with errHung.
func (w *window) step(ctx context.Context, now time.Time) error {
	if want := w.wanted(now); want != w.shows {
		w.tried = 0
		return w.show(ctx, want, now)
	}
	ask := alive
	if w.shows == "till" {
		ask = look
	}
	is, err := w.ask(ctx, ask)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errHung, err)
	case w.shows != "till":
		return nil
	}
	if is.Painted && is.Origin+"/" == w.till.url {
		w.stands(is.Keys, now)
		return nil
	}
	w.painted, w.drawn = false, time.Time{}
	if is.Origin == "null" || now.Sub(w.since) > paintLimit { // an error page of the browser, or one that never paints
		return w.again(ctx, now)
	}
	return nil
}

// stands notes that the till's page is there. Whoever sees it may type, and what is typed before the compositor has led the
// keyboard to the new page is lost: on a slow box that takes seconds.
func (w *window) stands(keys bool, now time.Time) {
	w.since, w.tried = now, 0
	if w.drawn.IsZero() {
		w.drawn = now
	}
	w.painted = w.painted || keys || w.role != roleTill || now.Sub(w.drawn) > keysLimit
}

// again navigates once more, not too often.
func (w *window) again(ctx context.Context, now time.Time) error {
	if now.Sub(w.since) < time.Second {
		return nil
	}
	if w.tried++; w.tried > tries {
		return fmt.Errorf("%w: it does not paint", errHung)
	}
	log.Printf("%s: the page is not there, loading it again", w.role)
	return w.show(ctx, "till", now)
}

// show navigates. A page that cannot be had is looked at again: step finds that it does not paint.
func (w *window) show(ctx context.Context, what string, now time.Time) error {
	address := starting.page(w.role)
	switch what {
	case "away":
		address = away.page(w.role)
	case "till":
		a, err := w.till.address(w.role)
		if err != nil {
			return err
		}
		address = a
	}
	w.shows, w.since, w.drawn, w.painted = what, now, time.Time{}, false
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	return w.dt.Call(ctx, w.session, "Page.navigate", map[string]any{"url": address}, nil)
}

// seen is what a page answers of itself.
type seen struct {
	Origin  string `json:"origin"`
	Painted bool   `json:"painted"` // the till's page stands there
	Keys    bool   `json:"keys"`    // what is typed comes to it
}

// ask evaluates an expression in the page.
func (w *window) ask(ctx context.Context, expression string) (seen, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	var a struct {
		Result struct {
			Value seen `json:"value"`
		} `json:"result"`
	}
	err := w.dt.Call(ctx, w.session, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &a)
	var refusal *devtools.Refusal
	if errors.As(err, &refusal) && w.shows == "till" && refusal.Code == contextGone {
		return seen{Origin: w.till.url[:len(w.till.url)-1]}, nil // it navigates just now
	}
	return a.Result.Value, err
}

// contextGone is the code with which Chromium says that a page went while it was asked.
const contextGone = -32000
