package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"posbox/pos/device"
	"posbox/pos/fault"
)

// Heartbeat is what a box says of itself: how it is, and how much it has not been able to send. Everything in it is the
// box's own word, nothing of it is counted or believed in place of a record. Fields are only ever added.
type Heartbeat struct {
	Version string `json:"version"`         // of posd
	System  string `json:"system"`          // version of the box's image; empty: this machine is no box of ours
	Slot    string `json:"slot,omitempty"`  // a or b
	Trial   bool   `json:"trial,omitempty"` // this start decides whether the image stays
	Started int64  `json:"started"`         // when posd started, by the box's clock, UTC µs
	Time    int64  `json:"time"`            // the box's clock, UTC µs
	// Clock is whom the box's clock believes: baaz, ntp, rtc, saved, floor; empty: whatever the machine has. ClockSet
	// false: it cannot be right.
	Clock    string   `json:"clock,omitempty"`
	ClockSet bool     `json:"clock_set"`
	Unsent   int64    `json:"unsent"`           // sales that BAAZ is not known to have
	Oldest   int64    `json:"oldest,omitempty"` // when the first of them was made, by the box's clock, UTC µs
	Records  int64    `json:"records"`          // records of all kinds that BAAZ is not known to have
	Shift    bool     `json:"shift"`            // one is open
	Disk     Disk     `json:"disk"`
	Devices  []Device `json:"devices"`
	// Trouble is what the till tells on its screen besides.
	Trouble []Trouble `json:"trouble,omitempty"`
}

// Disk is the room on the disk that holds the sales.
type Disk struct {
	Free  int64 `json:"free"` // bytes
	Total int64 `json:"total"`
}

// Device is how one device is, or what the till depends on like one.
type Device struct {
	Kind  device.Kind       `json:"kind"`
	Level device.Level      `json:"level"`
	Code  fault.Code        `json:"code,omitempty"` // of attention and fault
	Args  map[string]string `json:"args,omitempty"` // what its sentence needs
}

// Trouble is something that needs a person and is no device.
type Trouble struct {
	Code fault.Code        `json:"code"`
	Args map[string]string `json:"args,omitempty"` // what its sentence needs
}

// Bounds of a heartbeat.
const (
	MaxHeartbeat = 16 << 10 // bytes
	maxDevices   = 64
	maxArgs      = 8
	maxWord      = 200 // bytes of a text
)

// ErrHeartbeat says that something is no heartbeat.
var ErrHeartbeat = errors.New("wire: not a heartbeat")

// ReadHeartbeat reads and judges the body of a heartbeat. Fields that this program does not know are passed over.
func ReadHeartbeat(body []byte) (h Heartbeat, err error) {
	if len(body) > MaxHeartbeat || !utf8.Valid(body) {
		return h, fmt.Errorf("%w: too large, or no text", ErrHeartbeat)
	}
	if err := json.Unmarshal(body, &h); err != nil {
		return h, fmt.Errorf("%w: %w", ErrHeartbeat, err)
	}
	if len(h.Devices) > maxDevices || len(h.Trouble) > maxDevices {
		return h, fmt.Errorf("%w: %d devices, %d troubles", ErrHeartbeat, len(h.Devices), len(h.Trouble))
	}
	for _, d := range h.Devices {
		if !words(string(d.Kind), string(d.Level), string(d.Code)) || !args(d.Args) {
			return h, fmt.Errorf("%w: device %.20q", ErrHeartbeat, d.Kind)
		}
	}
	for _, t := range h.Trouble {
		if !words(string(t.Code)) || !args(t.Args) {
			return h, fmt.Errorf("%w: trouble %.20q", ErrHeartbeat, t.Code)
		}
	}
	if !words(h.Version, h.System, h.Slot, h.Clock) {
		return h, fmt.Errorf("%w: a version, a slot or a clock that is none", ErrHeartbeat)
	}
	for _, n := range []int64{h.Started, h.Time, h.Unsent, h.Oldest, h.Records, h.Disk.Free, h.Disk.Total} {
		if n < 0 {
			return h, fmt.Errorf("%w: a negative number", ErrHeartbeat)
		}
	}
	return h, nil
}

// Gist is what is told at once where it changes: all but the numbers that move with every sale.
func (h Heartbeat) Gist() string {
	h.Time, h.Started, h.Disk, h.Records, h.Oldest = 0, 0, Disk{}, 0, 0
	h.Unsent = min(h.Unsent, 1)
	b, err := json.Marshal(h)
	if err != nil {
		return "" // nothing of it can fail
	}
	return string(b)
}

// words reports whether texts are short, and can be shown and kept.
func words(list ...string) bool {
	for _, w := range list {
		if len(w) > maxWord || strings.ContainsFunc(w, unicode.IsControl) {
			return false
		}
	}
	return true
}

// Word makes a text one that a heartbeat can carry.
func Word(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	for len(s) > maxWord {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

func args(of map[string]string) bool {
	for name, value := range of {
		if !words(name, value) {
			return false
		}
	}
	return len(of) <= maxArgs
}

// HeartbeatTarget is where a heartbeat goes. The target names its body, so that whoever signs the target signs both.
func HeartbeatTarget(body []byte) string {
	sum := sha256.Sum256(body)
	return "/v1/heartbeat?body=" + hex.EncodeToString(sum[:])
}

// Heard is BAAZ's answer to a heartbeat. It is not signed: all it can do is make a box speak less or more often, within
// bounds.
type Heard struct {
	Every int `json:"every"` // seconds until the next one
	// Wished says that the box is wished to do something: it should ask what.
	Wished bool `json:"wished,omitempty"`
}

// Bounds of what a box makes of Heard.
const (
	BeatLeast = 15 * time.Second
	BeatMost  = time.Hour
)

// Interval is after how long the box speaks again.
func (h Heard) Interval() time.Duration {
	return max(BeatLeast, min(time.Duration(min(h.Every, 1<<20))*time.Second, BeatMost))
}
