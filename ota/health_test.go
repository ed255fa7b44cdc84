package ota

import (
	"testing"
	"time"

	"posbox/pos/fault"
)

// TestJudge: what is seen second by second, and what is decided at the end.
func TestJudge(t *testing.T) {
	good := Vitals{Till: true, Journal: 5, Screen: true}
	noTill, blank, lost := good, good, good
	noTill.Till, blank.Screen, lost.Journal = false, false, 4
	times := func(v Vitals, n int) (all []Vitals) {
		for range n {
			all = append(all, v)
		}
		return all
	}
	join := func(parts ...[]Vitals) (all []Vitals) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for name, c := range map[string]struct {
		seen []Vitals
		want Verdict
		at   int
		why  fault.Code
	}{
		"well at once":               {times(good, 100), Good, 10, ""},
		"well after a while":         {join(times(noTill, 20), times(blank, 30), times(good, 100)), Good, 60, ""},
		"never":                      {times(noTill, 100), Bad, 60, fault.UpdateTill},
		"blank":                      {times(blank, 100), Bad, 60, fault.UpdateScreen},
		"records lost":               {times(lost, 100), Bad, 60, fault.UpdateJournal},
		"well, not for long":         {join(times(good, 9), times(noTill, 100)), Bad, 60, fault.UpdateTill},
		"once more well":             {join(times(good, 9), times(noTill, 1), times(good, 100)), Good, 20, ""},
		"well just before the end":   {join(times(noTill, 59), times(good, 100)), Good, 69, ""},
		"on and off over the end":    {join(times(noTill, 59), times(good, 5), times(blank, 100)), Bad, 64, fault.UpdateScreen},
		"flickering is not for ever": {flicker(good, noTill), Bad, 60, fault.UpdateTill},
	} {
		j := Judge{Deadline: 60 * time.Second, Steady: 10 * time.Second, Journal: 5}
		got, at := Wait, -1
		for i, v := range c.seen {
			if got = j.Look(time.Duration(i)*time.Second, v); got != Wait {
				at = i
				break
			}
		}
		if got != c.want || at != c.at || got == Bad && j.Why() != c.why {
			t.Errorf("%s: verdict %d at %d because of %q, want %d at %d because of %q", name, got, at, j.Why(), c.want, c.at, c.why)
		}
	}
}

// flicker is well for five seconds and not for one.
func flicker(good, bad Vitals) (all []Vitals) {
	for i := range 200 {
		if i%6 == 0 {
			all = append(all, bad)
		} else {
			all = append(all, good)
		}
	}
	return all
}
