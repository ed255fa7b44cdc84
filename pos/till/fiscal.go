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
	// Owes says that the lottery number of a receipt before this one holds, is not on paper, and is owed to the buyer with this one's:
	// a correction has none of its own.
	Owes bool `json:"owes,omitempty"`
	// Papers are the corrected receipts of requests before this one that were not on paper: printed now, they tell of this e-barimt.
	Papers []event.Bill `json:"papers,omitempty"`
}

// Unprinted reports whether a receipt was issued and what may be printed once is not known to be on paper.
func (r Report) Unprinted() bool { return r.Result == event.FiscalIssued }

// On reports whether a paper tells of this e-barimt: the sale's, the corrected receipt that came with the return, or one before that.
func (r Report) On(paper event.Bill) bool {
	return paper == r.Bill || paper == r.OwnPaper() || slices.Contains(r.Papers, paper)
}

// after takes over the papers of a request before this one. The list is never changed in place.
func (r *Report) after(o Report) {
	r.Papers = slices.Concat(r.Papers, o.Papers)
	if own := o.OwnPaper(); own != o.Bill {
		r.Papers = append(r.Papers, own)
	}
}

// OwnPaper names the paper that tells of this e-barimt first.
func (r Report) OwnPaper() event.Bill {
	if r.Job.Job == event.FiscalCorrect && r.Return != "" && r.From == "" {
		return r.Return.Corrected()
	}
	return r.Bill
}

// Missing lists the receipts that were issued and that somebody has to bring on paper: none of which the paper is on its way, and none that
// a request under way may replace or cancel.
func (s *State) Missing() (list []Report) {
	open := map[event.Bill]bool{}
	for _, r := range s.Fiscal {
		open[r.Bill] = open[r.Bill] || !r.Ended()
	}
	for _, r := range s.Fiscal {
		coming := slices.ContainsFunc(s.Prints, func(p Print) bool { return p.Result == "" && r.On(p.Bill) })
		if r.Unprinted() && !open[r.Bill] && !coming {
			list = append(list, r)
		}
	}
	return list
}

// maxUnprinted bounds how many issued receipts wait for their paper; older ones are found by their bill.
const maxUnprinted = 200

// askFiscal takes a request in. The list is never changed in place: states share it.
func (s *State) askFiscal(seq uint64, f event.FiscalAsked) {
	s.Fiscal = append(slices.Clone(s.Fiscal), Report{Job: fiscal.JobOf(seq, f)})
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
	if !r.Ended() {
		return
	}
	s.settle(*r)
}

// settle ends a request. What it has replaced or cancelled needs no paper any more; what the buyer still had to get on paper of a
// receipt before, comes with the one that holds now, or with the one that is asked for behind.
func (s *State) settle(r Report) {
	before := func(o Report) bool {
		return o.Bill == r.Bill && o.Unprinted() && o.Asked != r.Asked
	}
	switch r.Result {
	case event.FiscalIssued:
		for _, o := range s.Fiscal {
			if before(o) {
				r.Paper, r.Provisional = true, r.Provisional || o.Provisional
				r.Owes = !r.Outcome.Lottery && (o.Owes || o.Outcome.Lottery)
				r.after(o)
			}
		}
		s.Fiscal = slices.DeleteFunc(s.Fiscal, before)
	case event.FiscalCancelled:
		s.Fiscal = slices.DeleteFunc(s.Fiscal, before)
	default:
		s.bequeath(r)
	}
	i := slices.IndexFunc(s.Fiscal, func(o Report) bool { return o.Asked == r.Asked })
	if s.Fiscal[i] = r; r.Unprinted() && r.Paper && (r.Outcome.Lottery || r.Outcome.QR || r.Owes) {
		s.boundUnprinted()
		return
	}
	s.Fiscal = slices.Delete(s.Fiscal, i, i+1)
}

// bequeath passes the paper of a request of which nothing came on to the next one of its sale: that becomes the buyer's first receipt.
func (s *State) bequeath(r Report) {
	i := slices.IndexFunc(s.Fiscal, func(o Report) bool { return o.Bill == r.Bill && o.Asked > r.Asked && !o.Ended() })
	if i >= 0 && r.Job.Job != event.FiscalCancel && s.Fiscal[i].Job.Job != event.FiscalCancel {
		o := &s.Fiscal[i]
		o.Paper, o.Provisional = o.Paper || r.Paper, o.Provisional || r.Provisional
		o.after(r)
	}
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

// paperAsked notes that an e-barimt is to be printed. A correction is by a paper that came with it, not by the sale's: that is of the
// receipt which holds meanwhile, and what becomes of the paper says whether anything of it is left. A slip is of whatever comes.
func (s *State) paperAsked(f event.ReceiptAsked) {
	holds := slices.ContainsFunc(s.Fiscal, func(r Report) bool { return r.On(f.Bill) && r.Unprinted() })
	for i, r := range s.Fiscal {
		if !r.On(f.Bill) || f.Copy || r.Ended() && !r.Unprinted() {
			continue
		}
		if r.Job.Job == event.FiscalCorrect && !r.Ended() && (r.From != "" || f.Bill != r.OwnPaper()) && (holds || !f.Slip) {
			continue
		}
		s.Fiscal = slices.Clone(s.Fiscal)
		s.Fiscal[i].Paper, s.Fiscal[i].Slip = true, r.Slip || f.Slip
	}
}

// paperEnded takes an issued e-barimt off the list once it is on paper whole, or as a copy because a person wanted that. A paper that
// came by itself with the number alone leaves it there.
func (s *State) paperEnded(f event.ReceiptOutcome, p Print) {
	onPaper := f.Result == event.ReceiptPrinted || f.Result == event.ReceiptUnproven
	for i, r := range s.Fiscal {
		if !r.On(f.Bill) {
			continue
		}
		switch {
		case r.Unprinted() && f.Result == event.ReceiptElectronic:
			s.Fiscal = slices.Delete(slices.Clone(s.Fiscal), i, i+1)
		case r.Unprinted() && onPaper && (f.Fiscal == event.FiscalWhole || f.Fiscal == event.FiscalNumbered && p.ByHand && !s.slipComes(r)):
			s.Fiscal = slices.Delete(slices.Clone(s.Fiscal), i, i+1)
		case onPaper && f.Fiscal == event.FiscalProvisional && !r.Provisional:
			s.Fiscal = slices.Clone(s.Fiscal)
			s.Fiscal[i].Paper, s.Fiscal[i].Provisional = true, true
		default:
			continue
		}
		return
	}
}

// slipComes reports whether what may be printed once of an e-barimt is on its way alone.
func (s *State) slipComes(r Report) bool {
	return slices.ContainsFunc(s.Prints, func(p Print) bool { return p.Slip && p.Result == "" && r.On(p.Bill) })
}

// AtHand reports whether an e-barimt is of the sale or return just made: its buyer still stands there.
func (s *State) AtHand(r Report) bool {
	l := s.Last
	return l != nil && s.Desk.Over != l.Bill && (r.On(l.Bill) || slices.ContainsFunc(l.Papers, r.On))
}

// Owed reports whether a lottery number of a sale is not on paper yet, and holds.
func (s *State) Owed(bill event.Bill) bool {
	return slices.ContainsFunc(s.Fiscal, func(r Report) bool { return r.Bill == bill && r.Lottery() })
}

// Awaits reports whether a paper is to tell of the receipt that a request leads to: one was asked for, or that of the receipt before is
// not known to be out.
func (s *State) Awaits(asked uint64) bool {
	i := slices.IndexFunc(s.Fiscal, func(r Report) bool { return r.Asked == asked })
	return i >= 0 && (s.Fiscal[i].Paper || slices.ContainsFunc(s.Fiscal, func(r Report) bool { return r.Bill == s.Fiscal[i].Bill && r.Unprinted() }))
}

// Lottery reports whether a lottery number is to come on paper with this e-barimt: its own, or that of one before it.
func (r Report) Lottery() bool { return r.Unprinted() && (r.Owes || r.Outcome.Lottery) }
