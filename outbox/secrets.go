package outbox

import (
	"sync"

	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// Secrets holds what may be printed once and stored nowhere: lottery numbers and QR data, by bill, until they are on paper
// and at most until the shift closes. It lives in this process's memory and never leaves it but for paper and screen.
type Secrets struct {
	mu    sync.Mutex
	bills map[event.Bill]secret
}

type secret struct {
	issued fiscal.Issued
	shown  bool
}

// Put keeps what a bill's e-barimt has. It replaces what an earlier one had.
func (s *Secrets) Put(bill event.Bill, i fiscal.Issued) {
	if i.Lottery.Empty() && i.QR.Empty() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bills == nil {
		s.bills = map[event.Bill]secret{}
	}
	s.bills[bill] = secret{issued: i}
}

// Get returns what a bill's e-barimt has, for its paper.
func (s *Secrets) Get(bill event.Bill) (fiscal.Issued, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, ok := s.bills[bill]
	return held.issued, ok
}

// Show returns it for a screen, once.
func (s *Secrets) Show(bill event.Bill) (fiscal.Issued, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, ok := s.bills[bill]
	if !ok || held.shown {
		return fiscal.Issued{}, false
	}
	held.shown = true
	s.bills[bill] = held
	return held.issued, true
}

// Holds reports whether there is something left of a bill to print.
func (s *Secrets) Holds(bill event.Bill) bool {
	_, ok := s.Get(bill)
	return ok
}

// Drop forgets a bill's.
func (s *Secrets) Drop(bill event.Bill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bills, bill)
}

// Clear forgets all.
func (s *Secrets) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.bills)
}
