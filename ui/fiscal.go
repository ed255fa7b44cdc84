package ui

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"rsc.io/qr"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/till"
)

// Fiscal knows how sales are reported to the tax office.
type Fiscal interface {
	// Known is what is known of the service now.
	Known() FiscalKnown
	// Worst is the trouble that weighs most; nil: all is well.
	Worst() *fault.Error
	// Holds reports whether what may be printed once of a bill is in memory, Once gives it out for a screen, once.
	Holds(event.Bill) bool
	Once(event.Bill) (fiscal.Issued, bool)
	// Send sends everything that waits, here and at the service.
	Send(context.Context) error
	Chain(event.Bill) (fiscal.Chain, error)
	// Business tells who a business is; it may ask, and take seconds.
	Business(context.Context, event.Register) BusinessAnswer
}

// FiscalKnown is what is known of the tax office's service.
type FiscalKnown struct {
	On      bool   `json:"on"`      // sales are reported
	Away    bool   `json:"away"`    // the service cannot be reached
	Left    *int   `json:"left"`    // lottery numbers; null: not known
	Sent    string `json:"sent"`    // when the service last sent to the tax office, its wall time; "": not known
	Oldest  int    `json:"oldest"`  // hours that the oldest unsent receipt waits; the law allows 72
	Reissue string `json:"reissue"` // what is offered first where a lottery number was lost: anew or copy
	// AsCash lists ways to pay that are reported as cash: the service's installation takes no word for them.
	AsCash []event.TenderKind `json:"as_cash"`
}

// FiscalInfo is the section of e-barimts: the service, and what waits for it or for a person.
type FiscalInfo struct {
	FiscalKnown
	Decide    []FiscalItem `json:"decide"`    // refused or uncertain, oldest first: a person's
	Unprinted []FiscalItem `json:"unprinted"` // issued, lottery number and QR code not on paper
	Waiting   []FiscalItem `json:"waiting"`   // the first few that wait to be registered
	Waits     int          `json:"waits"`     // how many do
}

// FiscalItem is an e-barimt for which something is to be done.
type FiscalItem struct {
	Bill     event.Bill         `json:"bill"`
	Job      event.FiscalJob    `json:"job"`
	Result   event.FiscalResult `json:"result"`
	Local    string             `json:"local"` // wall time in the shop
	Return   event.Bill         `json:"return,omitempty"`
	Place    string             `json:"place,omitempty"` // the sales point that took the goods of Return back, where it is another one
	Held     bool               `json:"held"`            // its lottery number is still in memory: a slip can be printed
	Lottery  bool               `json:"lottery"`         // a lottery number is to come on paper with it
	Code     string             `json:"code"`            // of a refusal; fiscal.customer: the tax office does not know the business that bought
	Message  string             `json:"message"`         // the service's own words
	Expected string             `json:"expected"`        // by the service, of a refusal; "" where it did not tell
	Given    string             `json:"given"`           // by the till
	Before   *int               `json:"before"`          // lottery numbers left before an uncertain request; null: not known
	After    *int               `json:"after"`           // and after it
	ID       string             `json:"id"`              // ДДТД; "": none
}

// shownFiscal bounds what is told of each list.
const shownFiscal = 50

func (s *Server) fiscalInfo(st *till.State) FiscalInfo {
	out := FiscalInfo{Decide: []FiscalItem{}, Unprinted: []FiscalItem{}, Waiting: []FiscalItem{}, FiscalKnown: FiscalKnown{AsCash: []event.TenderKind{}}}
	if s.o.Fiscal == nil {
		return out
	}
	out.FiscalKnown = s.o.Fiscal.Known()
	out.AsCash = filled(out.AsCash)
	add := func(list *[]FiscalItem, r till.Report) {
		if len(*list) < shownFiscal {
			*list = append(*list, s.fiscalItem(r))
		}
	}
	for _, r := range st.Fiscal {
		switch {
		case r.NeedsPerson():
			add(&out.Decide, r)
		case r.Waits():
			out.Waits++
			add(&out.Waiting, r)
		}
	}
	for _, r := range st.Missing() {
		add(&out.Unprinted, r)
	}
	return out
}

func (s *Server) fiscalItem(r till.Report) FiscalItem {
	it := FiscalItem{Bill: r.Bill, Job: r.Job.Job, Result: r.Result, Local: r.Local, Return: r.Return, Place: s.place(r.Job), Held: s.o.Fiscal.Holds(r.Bill), Lottery: r.Lottery()}
	if o := r.Outcome; o != nil {
		it.Code, it.Message, it.Expected, it.Given, it.Before, it.After, it.ID = o.Code, o.Message, o.Expected, o.Given, o.Before, o.After, o.ID
	}
	return it
}

// place names the sales point whose return a request tells of: its name, or its number; "": this till's own.
func (s *Server) place(j fiscal.Job) string {
	if j.From == "" {
		return ""
	}
	f, err := s.o.Till.Handed(j.From)
	switch {
	case err != nil:
		return "?"
	case f.PlaceName != "":
		return f.PlaceName
	}
	return "№ " + strconv.FormatUint(f.Place, 10)
}

// FiscalAnswer is the e-barimt of one sale.
type FiscalAnswer struct {
	Bill event.Bill `json:"bill"`
	ID   string     `json:"id"`   // ДДТД of the receipt that holds; "": none does
	Date string     `json:"date"` // as the tax office gave it
	Held bool       `json:"held"` // its lottery number is still in memory
	// Register is the number of the business that it is made out to; "": a person.
	Register event.Register `json:"register"`
	Jobs     []FiscalJob    `json:"jobs"` // requests, oldest first; none: the sale was not reported
}

// FiscalJob is one request of an e-barimt.
type FiscalJob struct {
	Job    event.FiscalJob    `json:"job"`
	Result event.FiscalResult `json:"result"` // "": at the service
	Local  string             `json:"local"`
	Return event.Bill         `json:"return,omitempty"`
	Place  string             `json:"place,omitempty"` // the sales point that took the goods of Return back, where it is another one
	ID     string             `json:"id"`
	By     event.SellerCode   `json:"by,omitempty"` // who decided
}

func (s *Server) fiscalChain(w http.ResponseWriter, r *http.Request) error {
	bill, err := s.fiscalBill(r)
	if err != nil {
		return err
	}
	out := FiscalAnswer{Bill: bill, Jobs: []FiscalJob{}}
	if s.o.Fiscal != nil {
		chain, err := s.o.Fiscal.Chain(bill)
		if err != nil {
			return err
		}
		sale, err := s.o.Till.Sale(bill)
		if err != nil {
			return err
		}
		out.Register = chain.Named(sale).Register
		latest, _ := chain.Latest()
		out.ID, out.Date, out.Held = latest.ID, latest.Date, s.o.Fiscal.Holds(bill)
		for _, j := range chain {
			job := FiscalJob{Job: j.Job, Result: j.Result, Local: j.Local, Return: j.Return, Place: s.place(j)}
			if j.Outcome != nil {
				job.ID, job.By = j.Outcome.ID, j.Outcome.By
			}
			out.Jobs = append(out.Jobs, job)
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

// fiscalBill is the bill of a request, if its reader may be told of it.
func (s *Server) fiscalBill(r *http.Request) (event.Bill, error) {
	bill := event.Bill(r.PathValue("bill"))
	if len(bill) > maxBill {
		return "", fault.New(fault.BillUnknown, "bill", clip(string(bill)))
	}
	see := s.sight()
	if err := see.attended(r); err != nil {
		return "", err
	}
	return bill, see.bill(bill)
}

var errQR = errors.New("ui: what the service gave fits no QR code")

// OnceAnswer is what may be shown once.
type OnceAnswer struct {
	Lottery string   `json:"lottery"`
	QR      []string `json:"qr"` // rows of modules, "1" is black; none: there is no code
}

// fiscalOnce gives out what may be shown once of the sale just made. It is stored nowhere, by nobody.
func (s *Server) fiscalOnce(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead { // asking about it takes nothing
		return nil
	}
	bill := event.Bill(r.PathValue("bill"))
	if s.o.Fiscal == nil || !s.o.Till.View().State.Current(bill) {
		return fault.New(fault.FiscalGone, "bill", clip(string(bill)))
	}
	got, ok := s.o.Fiscal.Once(bill)
	if !ok {
		return fault.New(fault.FiscalGone, "bill", clip(string(bill)))
	}
	out := OnceAnswer{Lottery: got.Lottery.Reveal(), QR: []string{}}
	if !got.QR.Empty() {
		code, err := qr.Encode(got.QR.Reveal(), qr.M)
		if err != nil {
			return fault.Wrap(errQR, fault.Internal) // not err: what is wrong with a secret tells of it
		}
		out.QR = modules(code)
	}
	return writeJSON(w, http.StatusOK, out)
}

// modules spells a QR code out: the screen draws it itself, since pages take no pictures but posd's own.
func modules(c *qr.Code) []string {
	rows := make([]string, c.Size)
	for y := range rows {
		row := make([]byte, c.Size)
		for x := range row {
			row[x] = '0'
			if c.Black(x, y) {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows
}

func (s *Server) fiscalSend(w http.ResponseWriter, r *http.Request) error {
	if s.o.Fiscal == nil {
		return fault.New(fault.FiscalNone)
	}
	if err := s.o.Fiscal.Send(r.Context()); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, s.fiscalInfo(s.o.Till.View().State))
}
