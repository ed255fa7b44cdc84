package event

import (
	"strconv"
	"strings"
)

// JobName names a return that is handed over to the till that has to report it: the box that took the goods back, in hex, a
// slash, and the sequence of its record. It comes never twice.
type JobName string

// JobOf names the return at a sequence of a box.
func JobOf(box string, seq uint64) JobName { return JobName(box + "/" + strconv.FormatUint(seq, 10)) }

// Cut tells box and sequence of a name; ok is false where it is none.
func (n JobName) Cut() (box string, seq uint64, ok bool) {
	box, text, found := strings.Cut(string(n), "/")
	if !found || len(box) != 32 || strings.Trim(box, "0123456789abcdef") != "" {
		return "", 0, false
	}
	seq, err := strconv.ParseUint(text, 10, 62)
	return box, seq, err == nil && seq > 0 && text == strconv.FormatUint(seq, 10)
}

// HandedState says what follows from a return that was handed over.
type HandedState string

// What follows.
const (
	HandedAsked   HandedState = "asked"   // a FiscalAsked in the same append names it
	HandedNothing HandedState = "nothing" // the sale was never reported, or a person gave its e-barimt up
	HandedExcess  HandedState = "excess"  // all that came back had come back before: nothing is left to take off
	HandedUnknown HandedState = "unknown" // this till has not made the sale, and nobody knows its e-barimt: a person settles it
)

// ReturnHanded says that goods of a sale of this till's point came back at another till, as BAAZ has told. They count as
// returned from here on. The money went there; what is to be reported of it is this till's.
type ReturnHanded struct {
	Job       JobName      `json:"job"`
	Place     uint64       `json:"place"` // the point that took the goods back
	PlaceName string       `json:"place_name,omitempty"`
	Bill      Bill         `json:"bill"` // of the sale
	Return    SaleReturned `json:"return"`
	Local     string       `json:"local"` // wall time in the shop
	State     HandedState  `json:"state"`
	// Told is the e-barimt of the sale that holds as far as BAAZ knows, where another box of this point had issued it.
	Told *FiscalTold `json:"told,omitempty"`
}

// FiscalTold is an e-barimt that this till has not issued itself.
type FiscalTold struct {
	ID      string `json:"id"` // ДДТД
	Date    string `json:"date"`
	Attempt int    `json:"attempt"` // of the newest request of its chain
	// Buyer is who it is made out to where that is another one than the return says.
	Buyer *Mended `json:"buyer,omitempty"`
}

// Kind implements Fact.
func (ReturnHanded) Kind() Kind { return KindReturnHanded }
