package escpos

import (
	"context"
	"time"

	"posbox/pos/paper"
)

// job is one page to print.
type job struct {
	ctx        context.Context
	abandon    <-chan struct{} // closed: not wanted any more, if it cannot begin at once
	page, mark *paper.Page
	bands      []band
	reply      chan outcome // holds one
	result     Result

	line     *line   // the connection that plan is for; nil: none yet
	plan     []piece // what is still to be sent on it
	progress time.Time
}

type outcome struct {
	result Result
	err    error
}

func newJob(ctx context.Context, page, mark *paper.Page, rows int) *job {
	j := &job{ctx: ctx, page: page, mark: mark, bands: bands(page, rows), reply: make(chan outcome, 1)}
	j.result.Bands = len(j.bands)
	return j
}

// live reports whether pieces of the job are out on l.
func (j *job) live(l *line) bool { return j != nil && j.line == l && l != nil }

// kick is one drawer pulse asked for.
type kick struct {
	ctx   context.Context
	reply chan kickOutcome // holds one
	sent  bool
	turn  bool // by ESC p, in its turn
	asked bool // whether the printer is awake
	heard bool // it is
}

type kickOutcome struct {
	proven bool
	err    error
}
