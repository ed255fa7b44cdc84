package ui

import (
	"net/http"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// Uplink is what the API asks of whoever speaks to BAAZ.
type Uplink interface {
	UplinkStatus() UplinkStatus
	// Unsent lists sales that BAAZ is not known to have, oldest first, the newest limit of them.
	Unsent(limit int) []journal.Seq
	// Send tries at once.
	Send()
}

// UplinkStatus is how far BAAZ has the journal.
type UplinkStatus struct {
	State  string // off, joining, online, waiting, stopped
	Code   fault.Code
	Acked  journal.Seq
	Unsent int
	Next   time.Time
	// Anew is why a till that has joined before has not joined by the key asked for since; "": nothing keeps it. Refused: BAAZ
	// does not want it; else it is tried again.
	Anew    fault.Code
	Refused bool
}

// why is what a person is told. A till that was replaced cannot sell, whether or not its line stands.
func (u UplinkStatus) why(st *till.State) fault.Code {
	if st.Replaced && u.State != "stopped" {
		return fault.BoxReplaced
	}
	return u.Code
}

// UplinkAnswer tells how the till and BAAZ stand.
type UplinkAnswer struct {
	State   string       `json:"state"`          // off: never joined; joining; online; waiting: tried again by itself; stopped: a person has to help
	Code    fault.Code   `json:"code,omitempty"` // why it waits or is stopped
	Text    string       `json:"text,omitempty"`
	Hint    string       `json:"hint,omitempty"`
	Wait    int          `json:"wait"`    // seconds until it tries again; 0: at once
	Acked   journal.Seq  `json:"acked"`   // newest record that BAAZ has
	Unsent  int          `json:"unsent"`  // sales that BAAZ is not known to have
	Address string       `json:"address"` // BAAZ's, as it was asked or as joined; "": neither
	Company string       `json:"company"` // as joined; "": never
	Point   string       `json:"point"`
	Epoch   uint32       `json:"epoch"`
	Sales   []UnsentSale `json:"sales"` // the newest of the unsent ones, oldest first
	Anew    *NotAnew     `json:"anew"`  // null: nothing keeps a till that has joined before from joining by the key asked for since
}

// NotAnew is why a till that has joined before has not joined by the key asked for since.
type NotAnew struct {
	Code    fault.Code `json:"code"`
	Text    string     `json:"text"`
	Hint    string     `json:"hint"`
	Refused bool       `json:"refused"` // by BAAZ; else it is tried again by itself
}

// UnsentSale is a sale that BAAZ is not known to have. Its sum is not told: a cashier who counts blind may look.
type UnsentSale struct {
	Seq   journal.Seq `json:"seq"`
	Bill  event.Bill  `json:"bill"`
	Local string      `json:"local"`
}

func (s *Server) uplink(w http.ResponseWriter, r *http.Request) error {
	most, err := number(r, "limit", 50, 1, 500)
	if err != nil {
		return err
	}
	out := UplinkAnswer{State: "off", Sales: []UnsentSale{}}
	st := s.o.Till.View().State
	if m := st.Member; m != nil {
		out.Address, out.Company, out.Point, out.Epoch = m.Address, m.CompanyName, m.PointName, m.Epoch
	}
	if st.Join != nil && !st.Joined {
		out.Address = st.Join.Address
	}
	if s.o.Uplink == nil {
		return writeJSON(w, http.StatusOK, out)
	}
	at := s.o.Uplink.UplinkStatus()
	out.State, out.Code, out.Acked, out.Unsent = at.State, at.why(st), at.Acked, at.Unsent
	if out.Code != "" {
		out.Text, out.Hint = fault.New(out.Code).Say(s.lang(r))
	}
	if at.Anew != "" {
		text, hint := fault.New(at.Anew).Say(s.lang(r))
		out.Anew = &NotAnew{at.Anew, text, hint, at.Refused}
	}
	out.Wait = max(0, int(time.Until(at.Next).Seconds()+1))
	if at.Next.IsZero() {
		out.Wait = 0
	}
	for _, seq := range s.o.Uplink.Unsent(most) {
		sale, ok, err := s.saleAt(seq)
		if err != nil {
			return err
		}
		if ok {
			out.Sales = append(out.Sales, UnsentSale{seq, sale.Bill, sale.Local})
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

// saleAt reads the sale at a sequence.
func (s *Server) saleAt(seq journal.Seq) (sale event.SaleCompleted, ok bool, err error) {
	records, err := s.o.Till.Records(seq-1, 1)
	if err != nil || len(records) == 0 {
		return sale, false, err
	}
	f, err := event.Decode(event.Kind(records[0].Kind), records[0].Body)
	if err != nil {
		return sale, false, nil // a record that nobody can read is told elsewhere
	}
	sale, ok = f.(event.SaleCompleted)
	return sale, ok, nil
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) error {
	if s.o.Uplink != nil {
		s.o.Uplink.Send()
	}
	return s.uplink(w, r)
}

// unsent counts the sales that BAAZ has not acknowledged: all of them where nobody speaks to it.
func (s *Server) unsent(st *till.State) uint64 {
	if s.o.Uplink == nil || st.Member == nil {
		return st.Sales
	}
	return uint64(s.o.Uplink.UplinkStatus().Unsent)
}

// link returns why BAAZ does not have everything; nil while it has, or where nobody speaks to it.
func (s *Server) link(st *till.State) *fault.Error {
	if s.o.Uplink == nil {
		return nil
	}
	if code := s.o.Uplink.UplinkStatus().why(st); code != "" {
		return fault.New(code)
	}
	return nil
}
