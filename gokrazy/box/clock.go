package box

import (
	"strings"
	"time"
)

// Source says whom the wall clock believes.
type Source string

// Sources, the most trusted first.
const (
	FromBAAZ  Source = "baaz" // signed by it
	FromNTP   Source = "ntp"
	FromRTC   Source = "rtc"   // the box's own clock, which its battery keeps
	FromSaved Source = "saved" // the time at which the box last ran
	FromFloor Source = "floor" // nobody: the clock counts on from the earliest time there can be
)

// Clock is what the network program made of the wall clock.
type Clock struct {
	Source Source    `json:"source"`
	At     time.Time `json:"at"` // when it was last set
}

// Set reports whether the wall clock can be right.
func (c Clock) Set() bool { return c.Source != FromFloor }

// Files about time.
const (
	SignedFile = "signed-time.json" // Keep; Moment: the newest time that BAAZ has signed. posd
	HeardFile  = "baaz-time.json"   // Run; Heard: the same, by the machine's running time. posd
	SavedFile  = "saved-time.json"  // Keep; Moment: when the box last ran. The network program
)

// Moment is a time in a file.
type Moment struct {
	Time time.Time `json:"time"`
}

// Heard is a time that BAAZ has signed, and how long the machine had been running when it was heard.
type Heard struct {
	Time    time.Time     `json:"time"`
	Running time.Duration `json:"running"`
}

// Floor is the earliest time there can be: that of the image and the newest that BAAZ has signed. Nothing else moves it.
func Floor(built string, keep string) time.Time {
	floor, err := time.Parse(time.RFC3339, strings.TrimSpace(built))
	if err != nil {
		floor = time.Time{}
	}
	var signed Moment
	if err := Get(keep, SignedFile, &signed); err == nil && signed.Time.After(floor) {
		floor = signed.Time
	}
	return floor
}
