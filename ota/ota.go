// Package ota is the box's side of updates: policy decides whether a version may be installed and tried, slots write it
// beside the running one, health judges its trial.
//
// The box is two of everything that starts: root, userland, kernel, initial file system, loader entry. A version is
// written into the slot that does not run, read back from the medium, and tried once through a variable of the firmware
// that holds for one start (package gokrazy/loader). If it is well for a while before a deadline, it becomes what always
// starts; if not, the next start is the old one's, by itself. What has been tried, and how it went, outlives both slots on
// /perm. No order of power cuts leaves the box without a slot that starts: the running one is never touched.
package ota

import (
	"posbox/gokrazy/bootdisk"
	"posbox/pos/fault"
	"posbox/release"
)

// MaxTries is how often a version may fail before it is blocked.
const MaxTries = 2

// Phase is what the guard is doing.
type Phase string

// Phases.
const (
	Idle       Phase = "idle"       // nothing
	Writing    Phase = "writing"    // a version goes into the other slot
	Ready      Phase = "ready"      // it is there, whole, and may be tried
	Restarting Phase = "restarting" // into the trial
	Trial      Phase = "trial"      // this is it
)

// Result is how an update went.
type Result string

// Results.
const (
	Confirmed  Result = "confirmed"
	RolledBack Result = "rolled_back"
	Failed     Result = "failed" // it never came to a trial
)

// Outcome is how the last update went.
type Outcome struct {
	Version release.Version   `json:"version"`
	From    release.Version   `json:"from"`
	Result  Result            `json:"result"`
	Code    fault.Code        `json:"code,omitempty"` // why, unless confirmed
	Args    map[string]string `json:"args,omitempty"`
}

// Status is what the guard tells.
type Status struct {
	Station string            `json:"station"`
	Slot    string            `json:"slot"` // a or b
	Version release.Version   `json:"version"`
	Phase   Phase             `json:"phase"`
	Offered release.Version   `json:"offered,omitempty"` // being written, or ready
	Done    int64             `json:"done,omitempty"`    // bytes of Total, while writing
	Total   int64             `json:"total,omitempty"`
	Last    *Outcome          `json:"last,omitempty"`
	Seen    bool              `json:"seen,omitempty"` // a person knows of Last
	Blocked []release.Version `json:"blocked,omitempty"`
	Keys    bool              `json:"keys"` // the box believes somebody's updates
}

// Here is the box that runs.
type Here struct {
	Station string
	Version release.Version
	Slot    bootdisk.Slot
	Default bootdisk.Slot // that starts when nothing else is said
}

// OnTrial reports whether the running slot is not what always starts.
func (h Here) OnTrial() bool { return h.Slot != h.Default }

// Other is the slot that does not run.
func (h Here) Other() bootdisk.Slot { return bootdisk.A + bootdisk.B - h.Slot }
