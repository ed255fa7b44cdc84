package ota

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"posbox/pos/fault"
	"posbox/release"
)

// Record is what outlives both slots.
type Record struct {
	Tries map[release.Version]int `json:"tries,omitempty"` // that did not end well, the one under way included
	Trial *Attempt                `json:"trial,omitempty"` // under way
	Last  *Outcome                `json:"last,omitempty"`
	Seen  bool                    `json:"seen,omitempty"` // a person knows of Last
}

// end notes how an update went.
func (r *Record) end(o Outcome) { r.Last, r.Seen = &o, false }

// Attempt is a trial: written before the restart, so that the old slot knows of it whatever happens.
type Attempt struct {
	Version release.Version `json:"version"`
	From    release.Version `json:"from"`
	Journal uint64          `json:"journal"`        // the newest record that the new version must see
	Code    fault.Code      `json:"code,omitempty"` // why the new version gave up, if it could still say so
}

// Shelf keeps the record. On a box it is a file on /perm.
type Shelf interface {
	Get(*Record) error // fs.ErrNotExist: there is none
	Put(Record) error  // durable when it returns
}

// load reads the record. One that is not there or cannot be read is an empty one: nothing of it is needed to start.
func load(s Shelf) (*Record, error) {
	var r Record
	err := s.Get(&r)
	if err != nil {
		r = Record{}
	}
	if r.Tries == nil {
		r.Tries = map[release.Version]int{}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return &r, err
}

// begin notes a trial.
func (r *Record) begin(version release.Version, h Here, journal uint64) {
	r.Tries[version]++
	r.Trial = &Attempt{Version: version, From: h.Version, Journal: journal}
}

// abandon takes back a trial that never began.
func (r *Record) abandon(code fault.Code) {
	t := r.Trial
	r.Trial = nil
	if r.Tries[t.Version]--; r.Tries[t.Version] <= 0 {
		delete(r.Tries, t.Version)
	}
	r.end(Outcome{Version: t.Version, From: t.From, Result: Failed, Code: code})
}

// settle closes a trial that is over: h is what always starts. It reports whether there was one.
func (r *Record) settle(h Here) bool {
	t := r.Trial
	if t == nil || h.OnTrial() {
		return false
	}
	r.Trial = nil
	if t.Version == h.Version {
		r.confirmed(t)
		return true
	}
	why := t.Code
	if why == "" {
		why = fault.UpdateCut
	}
	r.end(Outcome{Version: t.Version, From: t.From, Result: RolledBack, Code: why})
	return true
}

// confirmed forgets the tries of everything that is not newer: it can no longer be installed.
func (r *Record) confirmed(t *Attempt) {
	r.end(Outcome{Version: t.Version, From: t.From, Result: Confirmed})
	maps.DeleteFunc(r.Tries, func(v release.Version, _ int) bool { return v <= t.Version })
}

// blocked lists versions that are not installed again.
func (r *Record) blocked() (all []release.Version) {
	for _, v := range slices.Sorted(maps.Keys(r.Tries)) {
		if r.Tries[v] >= MaxTries {
			all = append(all, v)
		}
	}
	return all
}
