package uplink

import (
	"io"
	"time"
)

// watchdog ends something that has not been heard of for a while.
type watchdog struct {
	after time.Duration
	timer *time.Timer
}

func newWatchdog(after time.Duration, end func()) *watchdog {
	return &watchdog{after, time.AfterFunc(after, end)}
}

func (w *watchdog) heard() { w.timer.Reset(w.after) }
func (w *watchdog) stop()  { w.timer.Stop() }

// alive is a reader that a watchdog hears.
type alive struct {
	io.Reader
	dog *watchdog
}

func (a *alive) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 {
		a.dog.heard()
	}
	return n, err
}
