package ota

import (
	"time"

	"posbox/pos/fault"
)

// Vitals are what a trial is judged by, as of one look.
type Vitals struct {
	Till    bool   // posd says that a sale would be recorded
	Journal uint64 // its newest record
	Screen  bool   // the page is painted; true where the station has no screen
}

// Judge decides a trial. It has no clock: whoever looks says how long the trial has lasted, by a clock that nobody sets.
type Judge struct {
	Deadline time.Duration // well by then, or back
	Steady   time.Duration // well for so long
	Journal  uint64        // the newest record before the trial

	well  bool
	since time.Duration
	why   fault.Code
}

// Verdict of a look.
type Verdict int

// Verdicts.
const (
	Wait Verdict = iota
	Good
	Bad
)

// Look judges by one look at the box, at so long into the trial. A box that was well and no longer is begins anew.
func (j *Judge) Look(at time.Duration, v Vitals) Verdict {
	why := j.lacks(v)
	switch {
	case why != "":
		j.well, j.why = false, why
	case !j.well:
		j.well, j.since = true, at
	}
	switch {
	case j.well && at-j.since >= j.Steady:
		return Good
	case at >= j.Deadline && !j.well, at >= j.Deadline+j.Steady:
		return Bad
	}
	return Wait
}

// lacks names the first thing that is not well: the root of what follows from it.
func (j *Judge) lacks(v Vitals) fault.Code {
	switch {
	case !v.Till:
		return fault.UpdateTill
	case v.Journal < j.Journal:
		return fault.UpdateJournal
	case !v.Screen:
		return fault.UpdateScreen
	}
	return ""
}

// Why says what was not well last.
func (j *Judge) Why() fault.Code { return j.why }
