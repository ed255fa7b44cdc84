package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"posbox/journal"
	"posbox/pos/event"
)

// HandoversTarget is where a box asks which returns it has to report, and what became of its own.
const HandoversTarget = "/v1/handovers"

// Bounds of the answer.
const (
	MaxHandovers     = 4 << 20 // bytes of it
	MaxHandoverJobs  = 16
	MaxHandoverBack  = journal.MaxBody - 1<<16 // bytes of a return's body: the box that takes it writes it down with what else it is told
	MaxHandoversMine = 100
)

// Handovers is BAAZ's answer about returns whose e-barimt another till has issued than the one that took the goods back.
// BAAZ signs it.
type Handovers struct {
	Box  string     `json:"box"`  // hex, of the box that asked
	Jobs []Handover `json:"jobs"` // that its point has to report and no box has taken yet, the oldest first
	Mine []Handed   `json:"mine"` // what became of the returns that this box has made, the newest first
	Time int64      `json:"time"` // BAAZ's clock, UTC µs
	// Signature is by BAAZ's key.
	Signature string `json:"signature"`
}

// Handover is one return that another box has made of goods that the asking box's point has sold.
type Handover struct {
	Job       event.JobName `json:"job"`
	Place     uint64        `json:"place"` // the point that took the goods back
	PlaceName string        `json:"place_name"`
	Return    []byte        `json:"return"` // body of the record sale.returned, base64
	// Number, Date and Attempt are the e-barimt of the sale that holds as far as BAAZ knows; all empty: it knows of none.
	Number  string `json:"number"`
	Date    string `json:"date"`
	Attempt uint32 `json:"attempt"`
	// Buyer is who it is made out to where that is another one than the sale's record says; nil: it is not.
	Buyer *event.Mended `json:"buyer,omitempty"`
}

// Handed is what became of a return that was handed over.
type Handed struct {
	Seq    uint64      `json:"seq"` // of the return's record
	State  HandedState `json:"state"`
	Number string      `json:"number"` // ДДТД of the receipt that holds since, or that was cancelled
}

// HandedState is how far a return that was handed over has come. Others may be added.
type HandedState string

// States. Waits, Asked, Refused and Uncertain are followed by another one.
const (
	HandedWaits     HandedState = "waits"     // no box of the point has taken it yet
	HandedAsked     HandedState = "asked"     // taken, and on its way to the tax office
	HandedDone      HandedState = "done"      // corrected or cancelled
	HandedNothing   HandedState = "nothing"   // the sale had no e-barimt any more
	HandedExcess    HandedState = "excess"    // nothing was left of the sale to take off
	HandedUnknown   HandedState = "unknown"   // the point's box does not know the sale: people settle it
	HandedRefused   HandedState = "refused"   // the tax office said no; a person decides there
	HandedUncertain HandedState = "uncertain" // nobody knows but the tax office; a person decides there
	HandedDropped   HandedState = "dropped"   // a person has given it up
)

// Open reports whether something is still to come.
func (s HandedState) Open() bool {
	switch s {
	case HandedWaits, HandedAsked, HandedRefused, HandedUncertain:
		return true
	}
	return false
}

// Sign signs the answer with BAAZ's key.
func (h *Handovers) Sign(baaz ed25519.PrivateKey) {
	h.Signature = hex.EncodeToString(ed25519.Sign(baaz, h.message()))
}

// SignedBy reports whether BAAZ's key signed this answer for this box.
func (h Handovers) SignedBy(key ed25519.PublicKey, box journal.Box) bool {
	return h.Box == box.String() && signedBy(key, h.message(), h.Signature)
}

func (h Handovers) message() []byte {
	m := appendText([]byte("posbox handovers 1\n"), h.Box)
	m = binary.BigEndian.AppendUint32(m, uint32(len(h.Jobs)))
	for _, j := range h.Jobs {
		m = appendText(m, string(j.Job))
		m = binary.BigEndian.AppendUint64(m, j.Place)
		for _, text := range []string{j.PlaceName, string(j.Return), j.Number, j.Date} {
			m = appendText(m, text)
		}
		m = appendBuyer(binary.BigEndian.AppendUint32(m, j.Attempt), j.Buyer)
	}
	m = binary.BigEndian.AppendUint32(m, uint32(len(h.Mine)))
	for _, x := range h.Mine {
		m = binary.BigEndian.AppendUint64(m, x.Seq)
		m = appendText(appendText(m, string(x.State)), x.Number)
	}
	return binary.BigEndian.AppendUint64(m, uint64(h.Time))
}

// appendBuyer appends an empty text for none, else the word buyer and who that is.
func appendBuyer(m []byte, b *event.Mended) []byte {
	if b == nil {
		return appendText(m, "")
	}
	var who event.Business
	if b.Business != nil {
		who = *b.Business
	}
	for _, text := range []string{"buyer", string(b.Register), who.TIN, who.Name} {
		m = appendText(m, text)
	}
	return m
}

// ErrHandovers says that an answer about returns is none.
var ErrHandovers = errors.New("wire: no answer about returns that were handed over")

// ReadHandovers reads an answer that BAAZ's key has signed for this box.
func ReadHandovers(text []byte, key ed25519.PublicKey, box journal.Box) (Handovers, error) {
	var h Handovers
	if err := json.Unmarshal(text, &h); err != nil {
		return Handovers{}, fmt.Errorf("%w: %w", ErrHandovers, err)
	}
	if !h.SignedBy(key, box) {
		return Handovers{}, fmt.Errorf("%w: not signed", ErrHandovers)
	}
	if len(h.Jobs) > MaxHandoverJobs || len(h.Mine) > MaxHandoversMine {
		return Handovers{}, fmt.Errorf("%w: %d jobs, %d others", ErrHandovers, len(h.Jobs), len(h.Mine))
	}
	return h, nil
}

// Back reads the return of a job.
func (h Handover) Back() (event.SaleReturned, error) {
	var r event.SaleReturned
	if _, _, ok := h.Job.Cut(); !ok {
		return r, fmt.Errorf("wire: %.60q names no job", h.Job)
	}
	if len(h.Return) > MaxHandoverBack {
		return r, fmt.Errorf("wire: a return of %d bytes", len(h.Return))
	}
	if err := json.Unmarshal(h.Return, &r); err != nil {
		return r, err
	}
	if r.Of == nil {
		return r, errors.New("wire: a return of no sale")
	}
	if _, _, _, ok := event.CutBill(r.Of.Bill); !ok {
		return r, fmt.Errorf("wire: a return of %.40q", r.Of.Bill)
	}
	for _, l := range r.Lines {
		if l.Quantity >= 0 {
			return r, fmt.Errorf("wire: line %d came back as %s", l.No, l.Quantity)
		}
	}
	return r, nil
}
