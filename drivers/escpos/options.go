package escpos

import (
	"time"

	"posbox/pos/device"
)

// Defaults of Options.
const (
	DefaultWidth  = 576
	DefaultBuffer = 4096 // receive buffer of the TM-T20 class, the smallest in common use
	DefaultWindow = 4
	DefaultPoll   = 300 * time.Millisecond
	DefaultAnswer = 600 * time.Millisecond
	// DefaultSilence is how long a printer may answer nothing at all before the connection is given up.
	DefaultSilence   = 1500 * time.Millisecond
	DefaultProofWait = 10 * time.Second
)

// Options describes one printer. The zero value is an 80 mm printer with cutter and a drawer on pin 2.
type Options struct {
	Name  string // model and where it is plugged, for people
	Width int    // dots across: 576 (80 mm, the default) or 384 (58 mm); wrong: lines are cut off at the right

	NoCut     bool // no cutter: the paper is fed to the tear bar instead
	FullCut   bool // cut right through instead of leaving a bridge
	FeedLines int  // lines fed before the cut; 0: 1 with a cutter, 4 without; the last lines stay inside when too small

	Torn bool // an earlier run may have left part of a page hanging out: cut it off before the first one

	DrawerPin    int // 2 or 5; 0: 2; wrong: the drawer stays shut
	DrawerSwitch DrawerSwitch

	// Buffer is the printer's receive buffer in bytes; 0: 4096. Larger than it is: a drawer may open late when paper is
	// out. Smaller: printing stutters.
	Buffer int
	// BandRows is the most rows in a picture command, up to 128; 0: what fits twice into Buffer, at most 48. Large: more
	// is printed again after a lost connection.
	BandRows int
	Window   int // picture commands under way unproven, besides the limit of Buffer; 0: 4

	Poll      time.Duration // quiet time before status is asked for; 0: 300 ms
	Answer    time.Duration // time to answer a status question before the printer counts as offline; 0: 600 ms
	Silence   time.Duration // time without any answer before the connection is given up; 0: 1.5 s
	ProofWait time.Duration // time without progress of a printer that does answer, before printer.silent; 0: 10 s

	// OnStatus is called with every change of Status, in order, from Run's goroutine: it must not block nor call the
	// Printer. May be nil.
	OnStatus func(device.Printer)
}

// overhead is what a picture command carries besides its rows: head, GS ( H, GS r.
const overhead = 8 + 11 + 3

// realTimeRoom is kept free in the printer's buffer besides pictures: job start, drawer and status commands.
const realTimeRoom = 64

func (o Options) withDefaults() Options {
	def(&o.Width, DefaultWidth)
	def(&o.Buffer, DefaultBuffer)
	def(&o.Window, DefaultWindow)
	def(&o.BandRows, min(48, ((o.Buffer-realTimeRoom)/2-overhead)/(o.Width/8)))
	o.BandRows = min(max(o.BandRows, 1), MaxRasterRows)
	def(&o.Poll, DefaultPoll)
	def(&o.Answer, DefaultAnswer)
	def(&o.Silence, DefaultSilence)
	def(&o.ProofWait, DefaultProofWait)
	if o.FeedLines <= 0 {
		o.FeedLines = 1
		if o.NoCut {
			o.FeedLines = 4
		}
	}
	if o.Name == "" {
		o.Name = "ESC/POS"
	}
	return o
}

func def[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

func (o Options) pin() Pin {
	if o.DrawerPin == 5 {
		return Pin5
	}
	return Pin2
}
