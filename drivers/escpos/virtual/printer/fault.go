package printer

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a way to fail.
type Kind string

// The faults. All last until Cure, but Disconnect, which happens once.
const (
	PaperOut   Kind = "paper_out"  // printing stands still; what was received is kept
	PaperLow   Kind = "paper_low"  // nearly out: reported, prints on
	Cover      Kind = "cover"      // as PaperOut, with the cover open
	Error      Kind = "error"      // as PaperOut, with the cutter jammed
	Offline    Kind = "offline"    // drops its client, then every other at once; what was received is lost
	Slow       Kind = "slow"       // prints slowRows rows a second
	Disconnect Kind = "disconnect" // drops its client once; what was received is lost
	Stall      Kind = "stall"      // takes and prints, answers nothing
	Mute       Kind = "mute"       // does not answer GS ( H, as an old model
	Lie        Kind = "lie"        // answers GS ( H with ids that it was not sent
	Garbage    Kind = "garbage"    // sends three random bytes (fixed seed) before each answer
)

// Kinds lists every fault.
var Kinds = []Kind{PaperOut, PaperLow, Cover, Error, Offline, Slow, Disconnect, Stall, Mute, Lie, Garbage}

// slowRows is the speed under Slow, in rows a second.
const slowRows = 100

// pending is a fault that waits for its byte.
type pending struct {
	kind Kind
	at   uint64 // Printer.executed
}

// Inject makes the printer fail after atByte more bytes of ordered data have been carried out; 0: at once.
func (p *Printer) Inject(kind Kind, atByte uint64) error {
	if !slices.Contains(Kinds, kind) {
		names := make([]string, len(Kinds))
		for i, k := range Kinds {
			names[i] = string(k)
		}
		return fmt.Errorf("kind must be one of %s, not %q", strings.Join(names, ", "), kind)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if atByte > 0 {
		if p.executed+atByte < atByte {
			return fmt.Errorf("at_byte is too large: %d", atByte)
		}
		p.pending = append(p.pending, pending{kind, p.executed + atByte})
		return nil
	}
	p.fail(kind)
	return nil
}

// Cure ends all faults, and those that have not yet begun.
func (p *Printer) Cure() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = nil
	clear(p.active)
	p.autoStatus(false)
	p.cond.Broadcast()
}

// Faults returns the faults that last.
func (p *Printer) Faults() []Kind {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults()
}

func (p *Printer) faults() []Kind {
	list := []Kind{}
	for _, k := range Kinds {
		if p.active[k] {
			list = append(list, k)
		}
	}
	return list
}

// due begins the faults whose byte has come.
func (p *Printer) due() {
	for i := 0; i < len(p.pending); {
		if p.pending[i].at > p.executed {
			i++
			continue
		}
		kind := p.pending[i].kind
		p.pending = slices.Delete(p.pending, i, i+1)
		p.fail(kind)
	}
}

func (p *Printer) fail(kind Kind) {
	if kind != Disconnect {
		p.active[kind] = true
	}
	if kind == Disconnect || kind == Offline {
		p.lose()
		if s := p.session; s != nil {
			s.gone = true
			p.session = nil
			drop(s.conn)
		}
	}
	p.autoStatus(false)
	p.cond.Broadcast()
}
