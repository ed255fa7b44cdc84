package web

import (
	"time"

	"posbox/baaz/store"
	"posbox/pos/device"
	"posbox/pos/fault"
)

// silentAfter is how long a box may say nothing before it is told as offline: three of its heartbeats.
const silentAfter = 3 * beatEvery

// BoxReport is what a box said of itself. It is the box's word: the sums come from records alone.
type BoxReport struct {
	Heard   time.Time `json:"heard"` // by BAAZ's clock
	Version string    `json:"version"`
	System  string    `json:"system,omitempty"` // version of the box's image
	Slot    string    `json:"slot,omitempty"`   // a or b
	Trial   bool      `json:"trial"`            // an update is on trial
	Started time.Time `json:"started"`          // by the box's clock
	// Clock is whom the box's clock believes: baaz, ntp, rtc, saved, floor; Ahead is how many seconds it was ahead of BAAZ's,
	// the way of the message included.
	Clock    string          `json:"clock,omitempty"`
	ClockSet bool            `json:"clock_set"`
	Ahead    int64           `json:"ahead"`
	Unsent   int64           `json:"unsent"`           // sales that it has not sent
	Oldest   *time.Time      `json:"oldest,omitempty"` // when the first of them was made, by the box's clock
	Records  int64           `json:"records"`          // records of all kinds that it has not sent
	Shift    bool            `json:"shift"`            // one is open
	Disk     DiskReport      `json:"disk"`
	Devices  []DeviceReport  `json:"devices"`
	Trouble  []TroubleReport `json:"trouble"` // what the till tells on its screen besides
}

// DiskReport is the room on the disk that holds the sales.
type DiskReport struct {
	Free  int64 `json:"free"` // bytes
	Total int64 `json:"total"`
}

// DeviceReport is how one device of a box is.
type DeviceReport struct {
	Kind  device.Kind  `json:"kind"`
	State device.Level `json:"state"`          // ok; attention: works, needs someone soon; fault: does not work; none: not fitted or not in use
	Code  fault.Code   `json:"code,omitempty"` // of attention and fault, with text and hint
	Text  string       `json:"text,omitempty"`
	Hint  string       `json:"hint,omitempty"`
}

// TroubleReport is something at a box that needs a person and is no device.
type TroubleReport struct {
	Code fault.Code `json:"code"`
	Text string     `json:"text"`
	Hint string     `json:"hint"`
}

// report shows a heartbeat in a language. A code of a newer program stands for itself.
func report(h store.Heartbeat, lang string) *BoxReport {
	s := h.Said
	r := &BoxReport{Heard: time.UnixMicro(h.Heard).UTC(), Version: s.Version, System: s.System, Slot: s.Slot, Trial: s.Trial, Started: time.UnixMicro(s.Started).UTC(),
		Clock: s.Clock, ClockSet: s.ClockSet, Ahead: (s.Time - h.Heard) / int64(time.Second/time.Microsecond), Unsent: s.Unsent, Records: s.Records, Shift: s.Shift,
		Disk: DiskReport{s.Disk.Free, s.Disk.Total}, Devices: []DeviceReport{}, Trouble: []TroubleReport{}}
	if s.Unsent > 0 && s.Oldest > 0 {
		at := time.UnixMicro(s.Oldest).UTC()
		r.Oldest = &at
	}
	for _, d := range s.Devices {
		v := DeviceReport{Kind: d.Kind, State: d.Level, Code: d.Code}
		if d.Code != "" {
			f := &fault.Error{Code: d.Code, Args: d.Args}
			v.Text, v.Hint = f.Say(lang)
		}
		r.Devices = append(r.Devices, v)
	}
	for _, t := range s.Trouble {
		f := &fault.Error{Code: t.Code, Args: t.Args}
		text, hint := f.Say(lang)
		r.Trouble = append(r.Trouble, TroubleReport{t.Code, text, hint})
	}
	return r
}

// latest is the later of two moments.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
