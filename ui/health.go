package ui

import (
	"net/http"

	"posbox/journal"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// Health tells whether the till can sell.
type Health struct {
	Ready   bool           `json:"ready"`          // started, and nothing stands in the way of selling
	Selling bool           `json:"selling"`        // a sale would be recorded now
	Code    fault.Code     `json:"code,omitempty"` // why not
	Text    string         `json:"text,omitempty"`
	Hint    string         `json:"hint,omitempty"`
	Journal JournalHead    `json:"journal"`
	Unsent  uint64         `json:"unsent"` // sales that BAAZ has not acknowledged
	Printer device.Printer `json:"printer"`
	Version string         `json:"version"`
	// What a restart would interrupt.
	SaleOpen  bool `json:"sale_open"` // something lies in a basket
	ShiftOpen bool `json:"shift_open"`
}

// JournalHead is the newest record.
type JournalHead struct {
	Seq  journal.Seq  `json:"seq"`
	Hash journal.Hash `json:"hash"` // hex
}

// saleOpen reports whether anything lies in any basket.
func saleOpen(st *till.State) bool {
	for _, b := range st.Baskets {
		if !b.Untouched() {
			return true
		}
	}
	return false
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	v := s.o.Till.View()
	h := Health{Ready: true, Selling: v.Err == nil, Journal: JournalHead{v.Seq, v.Hash}, Unsent: s.unsent(v.State),
		Printer: s.o.Printer(), Version: s.o.Version, SaleOpen: saleOpen(v.State), ShiftOpen: v.State.Shift != nil}
	status := http.StatusOK
	if v.Err != nil {
		e := errorBody(fault.Of(v.Err), s.lang(r))
		h.Code, h.Text, h.Hint, status = e.Code, e.Text, e.Hint, http.StatusServiceUnavailable
		h.Ready = false
	}
	return writeJSON(w, status, h)
}
