package till

import (
	"slices"

	"posbox/pos/event"
	"posbox/pos/sale"
)

// maxPrints, maxProblems and MaxRecent bound what the state remembers of the past; the journal keeps everything.
const (
	maxPrints   = 500
	maxProblems = 10
	MaxRecent   = 10 // sales
	maxWorks    = 5
)

// Apply takes the fact written at seq into s. It cannot fail: a fact has happened. Facts that only tell (a removed line
// while no shift is open, say) change nothing. The state after any row of facts follows from them alone.
func (s *State) Apply(seq uint64, f event.Fact) {
	switch f := f.(type) {
	case event.SellerSet:
		s.setSeller(seq, f)
	case event.SellerLoggedIn:
		s.Seller = &Seller{Code: f.Seller, Name: f.Name}
	case event.SellerLoggedOut:
		s.Seller = nil
	case event.ShiftOpened:
		s.openShift(f)
	case event.ShiftClosed:
		s.Shift, s.Problems = nil, nil
	case event.SaleCompleted:
		s.completeSale(f)
	case event.SaleReturned:
		s.takeBack(f)
	case event.ReceiptAsked:
		s.askReceipt(seq, f)
	case event.ReportAsked:
		s.askPaper(seq, f.Report.Title())
	case event.ReceiptOutcome:
		s.endReceipt(f)
	case event.ProblemNoted:
		s.Problems = lastOf(append(s.Problems, f), maxProblems)
	case event.SettingSet:
		s.Box = s.Box.With(f.Path, f.Value)
	case event.SettingReset:
		s.Box = s.Box.Without(f.Path)
	case event.ImportAsked:
		s.Works = lastOf(append(s.Works, Work{Asked: seq, Upload: f.Upload, Name: f.Name, Bytes: f.Bytes}), maxWorks)
	case event.GoodsImported:
		if i := slices.IndexFunc(s.Works, func(w Work) bool { return w.Asked == f.Asked }); i >= 0 {
			s.Works[i].Outcome = &f
		}
	case event.GoodSet:
		s.Edits = append(s.Edits, Edit{Asked: seq, Good: &f.Good})
	case event.CustomerPut:
		s.Edits = append(s.Edits, Edit{Asked: seq, Customer: &f.Customer})
	case event.EditOutcome:
		s.endEdit(f)
	case event.JoinAsked:
		s.Join = &Join{f.Address, f.Fingerprint}
	case event.JoinDropped:
		s.Join = nil
	case event.SlipAsked:
		s.askSlip(seq, f)
	case event.TestAsked:
		s.askPaper(seq, event.TestTitle)
	case event.BoxJoined:
		s.Joined, s.Replaced, s.Member = true, false, &f
		s.LastShift = max(s.LastShift, f.NextShift-1)
	case event.BoxReplaced:
		s.Joined, s.Replaced = false, true
	case event.CentralTaken:
		s.Central = true
	case event.LogsSent:
		s.LogsSent = f.Wish
	case event.FirstDone:
		s.Started = true
	case event.FiscalAsked:
		s.askFiscal(seq, f)
	case event.FiscalOutcome:
		s.endFiscal(f)
	default:
		s.count(f)
	}
}

// setSeller takes a seller in. Who comes back after being shut out may be somebody else.
func (s *State) setSeller(seq uint64, f event.SellerSet) {
	if before := s.Sellers[f.Code]; before.Active {
		seq = before.Since
	}
	s.Sellers[f.Code] = Seller{Code: f.Code, Name: f.Name, Role: f.Role, PasswordHash: f.PasswordHash, Active: f.Active, Since: seq}
}

// ApplyDrafts takes a decision's draft changes into s.
func (s *State) ApplyDrafts(d Decision) {
	for _, c := range d.Drafts {
		if c.Basket == nil {
			delete(s.Baskets, c.ID)
		} else {
			s.Baskets[c.ID] = c.Basket
		}
	}
	if d.Desk != nil {
		s.Desk = *d.Desk
	}
}

// Restore puts drafts read from disk back.
func (s *State) Restore(baskets []*sale.Basket, desk Desk) {
	for _, b := range baskets {
		s.Baskets[b.ID] = b
	}
	if _, ok := s.Baskets[desk.Selected]; !ok {
		desk.Selected = ""
	}
	s.Desk = desk
}

func (s *State) openShift(f event.ShiftOpened) {
	s.LastShift = f.Shift
	s.Shift = &Shift{Number: f.Shift, Day: f.Day, NextBill: 1, Report: event.Report{
		Shift: f.Shift, Day: f.Day, OpenedAt: f.Local, OpenedBy: f.By, Float: f.Float, Expected: f.Float,
	}}
}

func (s *State) completeSale(f event.SaleCompleted) {
	s.Sales++
	last := &LastSale{Bill: f.Bill, Total: f.Total, Change: f.Change, Tenders: f.Tenders, Lines: len(f.Lines)}
	for _, t := range f.Tenders {
		last.Given += t.Given
	}
	if back := s.Last; f.Exchange != "" && back != nil && back.Bill == f.Exchange {
		last.Return, last.Back, last.Papers = back.Bill, back.Back, append([]event.Bill{back.Bill}, back.Papers...)
	}
	s.Last = last
	s.Recent = lastOf(append(s.Recent, f.Bill), MaxRecent)
	if s.Shift != nil {
		s.Shift.NextBill = f.Number + 1
		s.Shift.Report.AddSale(f)
	}
}

// takeBack takes a return. What was only carried over to an exchange did not go back.
func (s *State) takeBack(f event.SaleReturned) {
	last := &LastSale{Bill: f.Bill, Total: f.Total, Tenders: f.Tenders, Lines: len(f.Came()), Return: f.Bill}
	for _, t := range f.Tenders {
		if !t.Carried {
			last.Back -= t.Amount
		}
	}
	if f.Partial() {
		last.Papers = []event.Bill{f.Bill.Corrected()}
	}
	s.Last = last
	s.Recent = lastOf(append(s.Recent, f.Bill), MaxRecent)
	if s.Shift != nil {
		s.Shift.NextBill = f.Number + 1
		s.Shift.Report.AddReturn(f)
	}
}

func (s *State) askReceipt(seq uint64, f event.ReceiptAsked) {
	// A new request replaces what stood in the list for the same bill; but a copy is no original that never came out.
	s.Prints = slices.DeleteFunc(s.Prints, func(p Print) bool {
		return p.Bill == f.Bill && ended(p) && !(f.Copy && !p.Copy && p.Result == event.ReceiptDeferred)
	})
	s.Prints = append(s.Prints, Print{Asked: seq, Bill: f.Bill, Copy: f.Copy, ByHand: f.ByHand, Slip: f.Slip})
	s.paperAsked(f)
	s.boundPrints()
	if s.Last != nil && s.Last.Bill == f.Bill && !s.Last.Asked && !f.Slip {
		last := *s.Last
		last.Asked = true
		s.Last = &last
	}
	if f.Copy && s.Shift != nil {
		s.Shift.Report.Copies++
	}
}

func (s *State) askPaper(seq uint64, title event.Bill) {
	s.Prints = append(s.Prints, Print{Asked: seq, Bill: title, ByHand: true, Report: true})
	s.Paper = &Paper{Asked: seq, Title: title}
}

// askSlip takes the request for the paper of a cash movement: cash has moved, so it stays in the list until it is out.
func (s *State) askSlip(seq uint64, f event.SlipAsked) {
	s.Prints = slices.DeleteFunc(s.Prints, func(p Print) bool { return p.Asked == f.Instead && ended(p) })
	s.Prints = append(s.Prints, Print{Asked: seq, Bill: event.SlipTitle(seq), Copy: f.Copy, ByHand: true, Cash: &f})
	s.boundPrints()
}

// boundPrints drops the oldest of those that wait for a person when there are too many.
func (s *State) boundPrints() {
	if i := slices.IndexFunc(s.Prints, ended); i >= 0 && len(s.Prints) > maxPrints {
		s.Prints = slices.Delete(s.Prints, i, i+1)
	}
}

func (s *State) endReceipt(f event.ReceiptOutcome) {
	i := slices.IndexFunc(s.Prints, func(p Print) bool { return p.Asked == f.Asked })
	if i < 0 {
		return
	}
	s.paperEnded(f, s.Prints[i])
	if last := s.Last; last != nil && last.Bill == f.Bill && !s.Prints[i].Slip && (!s.Prints[i].Copy || last.Result == event.ReceiptInterrupted) {
		told := *last
		told.Result = f.Result
		s.Last = &told
	}
	if s.Paper != nil && s.Paper.Asked == f.Asked {
		s.Paper = &Paper{Asked: f.Asked, Title: s.Paper.Title, Result: f.Result}
	}
	// Unproven comes from printers that can never prove: the cashier sees the paper. A report can be asked for again.
	waits := f.Result == event.ReceiptInterrupted || f.Result == event.ReceiptDeferred
	if waits && !s.Prints[i].Report {
		s.Prints[i].Result = f.Result
		return
	}
	s.Prints = slices.Delete(s.Prints, i, i+1)
}

func ended(p Print) bool { return p.Result != "" }

// count takes facts that only change the figures of the open shift.
func (s *State) count(f event.Fact) {
	if s.Shift == nil {
		return
	}
	r := &s.Shift.Report
	switch f := f.(type) {
	case event.ShiftCounted:
		r.AddCount(f.Total)
	case event.CashMoved:
		r.AddCash(f.Amount)
	case event.LineRemoved:
		r.Removed++
		r.RemovedAmount += f.Amount
	case event.DrawerAsked:
		if f.Cause == CauseOpen {
			r.DrawerOpened++
		}
	case event.OverrideGranted:
		r.Overrides++
	}
}

func lastOf[T any](list []T, n int) []T {
	if len(list) > n {
		return slices.Clone(list[len(list)-n:])
	}
	return list
}
