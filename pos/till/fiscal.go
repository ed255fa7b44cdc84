package till

import (
	"slices"

	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// Fiscal is how a till reports its sales to the tax office.
type Fiscal struct {
	Merchant fiscal.Merchant
	Takes    []string // payment codes that the service takes; nil: every one
	Stop     bool     // nothing is sold while the service cannot be reached
	Away     bool     // the service cannot be reached at the moment
	// Business tells what is known of a business that buys, without asking anybody; nil: nothing, and nobody can be asked.
	Business func(event.Register) (event.Business, fiscal.Found)
	// Holds reports whether a bill's lottery number and QR code are still in memory.
	Holds func(event.Bill) bool
}

// Report is a request to the tax office's service for which something is still to be done.
type Report struct {
	fiscal.Job
	Paper bool `json:"paper,omitempty"` // a receipt on paper was asked for
	Slip  bool `json:"slip,omitempty"`  // a slip with what the receipt lacks was asked for
	// Provisional says that the buyer has a provisional receipt.
	Provisional bool `json:"provisional,omitempty"`
}

// Unprinted reports whether a receipt was issued and what may be printed once is not known to be on paper.
func (r Report) Unprinted() bool { return r.Result == event.FiscalIssued }

// maxUnprinted bounds how many issued receipts wait for their paper; older ones are found by their bill.
const maxUnprinted = 200

// askFiscal takes a request in. The list is never changed in place: states share it.
func (s *State) askFiscal(seq uint64, f event.FiscalAsked) {
	s.Fiscal = slices.DeleteFunc(slices.Clone(s.Fiscal), func(r Report) bool { // what is replaced needs no paper
		return r.Bill == f.Bill && r.Unprinted()
	})
	s.Fiscal = append(s.Fiscal, Report{Job: fiscal.JobOf(seq, f)})
	if s.Last != nil && s.Last.Bill == f.Bill {
		last := *s.Last
		last.Reported, last.Fiscal = true, ""
		s.Last = &last
	}
}

// endFiscal takes an outcome in. A request of which nothing is left to do leaves the list.
func (s *State) endFiscal(f event.FiscalOutcome) {
	i := slices.IndexFunc(s.Fiscal, func(r Report) bool { return r.Asked == f.Asked })
	if i < 0 {
		return
	}
	s.Fiscal = slices.Clone(s.Fiscal)
	r := &s.Fiscal[i]
	r.Job = r.Job.With(f)
	if s.Last != nil && s.Last.Bill == f.Bill {
		last := *s.Last
		last.Fiscal = r.Result
		s.Last = &last
	}
	once := r.Paper && (f.Lottery || f.QR)
	if r.Ended() && !(r.Unprinted() && once) {
		s.Fiscal = slices.Delete(s.Fiscal, i, i+1)
		return
	}
	s.boundUnprinted()
}

func (s *State) boundUnprinted() {
	n := 0
	for _, r := range s.Fiscal {
		if r.Unprinted() {
			n++
		}
	}
	if n > maxUnprinted {
		i := slices.IndexFunc(s.Fiscal, Report.Unprinted)
		s.Fiscal = slices.Delete(s.Fiscal, i, i+1)
	}
}

// Report returns the newest request of a bill for which something is still to be done.
func (s *State) Report(bill event.Bill) (Report, bool) {
	for _, r := range slices.Backward(s.Fiscal) {
		if r.Bill == bill {
			return r, true
		}
	}
	return Report{}, false
}

// paperAsked notes that an e-barimt is to be printed.
func (s *State) paperAsked(f event.ReceiptAsked) {
	for i, r := range s.Fiscal {
		if r.Bill != f.Bill || f.Copy || r.Ended() && !r.Unprinted() {
			continue
		}
		s.Fiscal = slices.Clone(s.Fiscal)
		s.Fiscal[i].Paper, s.Fiscal[i].Slip = true, r.Slip || f.Slip
	}
}

// paperEnded takes an issued e-barimt off the list once it is on paper whole, or as a copy because a person wanted that.
func (s *State) paperEnded(f event.ReceiptOutcome) {
	onPaper := f.Result == event.ReceiptPrinted || f.Result == event.ReceiptUnproven
	for i, r := range s.Fiscal {
		if r.Bill != f.Bill {
			continue
		}
		switch {
		case r.Unprinted() && f.Result == event.ReceiptElectronic:
			s.Fiscal = slices.Delete(slices.Clone(s.Fiscal), i, i+1)
		case r.Unprinted() && onPaper && (f.Fiscal == event.FiscalWhole || f.Fiscal == event.FiscalNumbered):
			s.Fiscal = slices.Delete(slices.Clone(s.Fiscal), i, i+1)
		case onPaper && f.Fiscal == event.FiscalProvisional && !r.Provisional:
			s.Fiscal = slices.Clone(s.Fiscal)
			s.Fiscal[i].Provisional = true
		default:
			continue
		}
		return
	}
}
