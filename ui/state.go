package ui

import (
	"cmp"
	"slices"
	"strconv"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// State is all that the screen shows. Each top-level field is one section of the event stream: it is sent whole when
// anything in it changes.
type State struct {
	Seq     journal.Seq `json:"seq"`  // of the newest record
	View    uint64      `json:"view"` // counts what the till has shown since its program started; an answer names the one that has what it did
	Till    TillInfo    `json:"till"`
	Seller  *SellerInfo `json:"seller"` // null: nobody is logged in
	Shift   *ShiftInfo  `json:"shift"`  // null: no shift is open
	Baskets []Tab       `json:"baskets"`
	Basket  *BasketInfo `json:"basket"` // the one in front; null: the next scan begins one
	// Last is the sale just made; its change stays until the next one begins.
	Last      *LastInfo      `json:"last"`
	Printer   device.Printer `json:"printer"`
	Unprinted []PrintInfo    `json:"unprinted"`
	Paper     *PaperInfo     `json:"paper"`  // the report or test page asked for last; null: none
	Unsent    uint64         `json:"unsent"` // sales that BAAZ has not acknowledged
	Trouble   []ErrorBody    `json:"trouble"`
	// Devices tells each kind of device once, in a fixed order.
	Devices []DeviceInfo `json:"devices"`
	Fiscal  FiscalInfo   `json:"fiscal"`
	Typed   uint64       `json:"typed"` // is another whenever what has been half typed is: see /api/typed
	Work    []WorkInfo   `json:"work"`  // the last five jobs in the background, newest first
}

// TillInfo is what hardly ever changes.
type TillInfo struct {
	Shop       string         `json:"shop"`
	Lang       string         `json:"lang"`
	Zone       string         `json:"zone"` // IANA name of the shop's time zone
	Version    string         `json:"version"`
	Goods      int            `json:"goods"`
	Notes      []int          `json:"notes"`       // quick notes, ₮
	CountNotes []int          `json:"count_notes"` // the lines of a cash count, ₮
	Unverified bool           `json:"unverified"`  // another till's goods may come back while BAAZ cannot be asked
	LockAfter  int            `json:"lock_after"`  // minutes without a touch or key after which the screen locks the till; 0: never
	Blind      bool           `json:"blind"`       // the setting blind_count: sums are told to a seller with the right cash.see only
	NamesReady bool           `json:"names_ready"` // false: a search may still miss goods; selling by code works
	HasSellers bool           `json:"has_sellers"` // false: seller.set makes the owner
	First      bool           `json:"first"`       // nobody can log in yet, and first.done has not been said
	LastShift  int            `json:"last_shift"`  // number of the newest shift, open or closed; 0: there has been none
	Box        bool           `json:"box"`         // the till runs on a box of ours: see /api/box
	Joined     bool           `json:"joined"`      // to BAAZ; false: the shop stands alone
	Central    bool           `json:"central"`     // BAAZ keeps goods and customers: they are changed there
	Pages      []PageInfo     `json:"pages"`       // of goods, to be chosen by touch: /api/pages/{code}
	Places     []Place        `json:"places"`      // what the tabs of baskets are called, by the tab's number
	Tenders    []TenderChoice `json:"tenders"`     // the ways to pay besides cash, in their order
	Demo       []DemoSeller   `json:"demo,omitempty"`
}

// SellerInfo is who stands at the till.
type SellerInfo struct {
	Code   event.SellerCode `json:"code"`
	Name   string           `json:"name"`
	Role   string           `json:"role"`
	Person string           `json:"person"` // whose drafts are shown: another once the code is somebody else's; "": nobody has it any more
	Rights []till.Right     `json:"rights"` // with "*" spelled out; what the role may do once the till is unlocked
	Locked bool             `json:"locked"` // nothing goes on until this seller or another one logs in
}

// ShiftInfo is the open shift.
type ShiftInfo struct {
	Number   int        `json:"number"`
	Day      day.Day    `json:"day"`
	OpenedAt string     `json:"opened_at"`
	Bills    int        `json:"bills"`
	NextBill event.Bill `json:"next_bill"`
	Counted  bool       `json:"counted"`
}

// Tab is one open basket on the row of tabs.
type Tab struct {
	ID       string       `json:"id"`
	Tab      int          `json:"tab"`
	Lines    int          `json:"lines"`
	Total    money.Amount `json:"total"`
	Selected bool         `json:"selected"`
}

// BasketInfo is the basket in front.
type BasketInfo struct {
	ID             string          `json:"id"`
	Tab            int             `json:"tab"`
	Lines          []LineInfo      `json:"lines"`
	Touched        int             `json:"touched"` // number of the line scanned or changed last
	Buyer          *event.Buyer    `json:"buyer"`
	Register       event.Register  `json:"register"`        // of a business that buys; "": a person
	Consumer       string          `json:"consumer"`        // a person's 8-digit number at the tax office; "": none
	Tenders        []payment.Offer `json:"tenders"`         // what has been entered of the payment so far
	TicketDiscount *event.Discount `json:"ticket_discount"` // in force; null: none
	HandDiscount   *event.Discount `json:"hand_discount"`   // given by hand on all of it, in force or less than the card's; null: none
	Gross          money.Amount    `json:"gross"`
	Discount       money.Amount    `json:"discount"` // line and ticket discounts together, with the rounding
	Rounding       money.Amount    `json:"rounding"` // what of the discount nobody gave: it rounds what is paid (setting round_to)
	Total          money.Amount    `json:"total"`
	VAT            money.Amount    `json:"vat"`
	CityTax        money.Amount    `json:"city_tax"`
	// Due is what the buyer has to pay in the end: below 0 it goes back to the buyer. Without a return it is the total.
	Due    money.Amount `json:"due"`
	Return *ReturnInfo  `json:"return"` // goods that come back; null: none
	// Unstamped is how many units lack their excise stamp: pay refuses them.
	Unstamped int `json:"unstamped"`
}

// LineInfo is one line of a basket.
type LineInfo struct {
	Line           int              `json:"line"` // its number, for line.* commands
	Good           catalog.Code     `json:"good"`
	Barcode        string           `json:"barcode"`
	Name           string           `json:"name"`
	Unit           string           `json:"unit"`
	Quantity       catalog.Quantity `json:"quantity"`
	UnitPrice      money.Amount     `json:"unit_price"`
	Gross          money.Amount     `json:"gross"`
	LineDiscount   money.Amount     `json:"line_discount"`
	TicketDiscount money.Amount     `json:"ticket_discount"` // its share of it, with the rounding
	Rounding       money.Amount     `json:"rounding"`        // what of ticket_discount nobody gave
	Percent        money.Percent    `json:"percent"`         // of the line's own discount, 0 where it is an amount
	Reason         string           `json:"reason"`
	Total          money.Amount     `json:"total"`
	Tax            tax.Class        `json:"tax"`
	VAT            money.Amount     `json:"vat"`
	CityTax        money.Amount     `json:"city_tax"`
	Stamped        bool             `json:"stamped"`   // each unit carries an excise stamp
	Unstamped      int              `json:"unstamped"` // units whose stamp has not been scanned
}

// LastInfo is the sale just made.
type LastInfo struct {
	Bill    event.Bill     `json:"bill"`
	Total   money.Amount   `json:"total"`
	Given   money.Amount   `json:"given"`
	Change  money.Amount   `json:"change"`
	Tenders []event.Tender `json:"tenders"`
	// Return is the return that this was, or that an exchange began with; "": none. Back is the money that went back.
	Return event.Bill   `json:"return"`
	Back   money.Amount `json:"back"`
	// Current is true until the next sale begins.
	Current bool `json:"current"`
	// Print is how its receipt stands: none (not asked for), printing, done, interrupted, deferred,
	// cancelled.
	Print string `json:"print"`
	// Fiscal is how its e-barimt stands: none (not reported), asked, issued, waiting, sending, refused, uncertain, cancelled,
	// not_done, dropped.
	Fiscal string `json:"fiscal"`
	// Once: lottery number and QR code can be fetched from /api/receipts/{bill}/once.
	Once bool `json:"once"`
}

// PrintInfo is a receipt that is not known to be on paper and waits for a person.
type PrintInfo struct {
	Bill   event.Bill          `json:"bill"`
	Copy   bool                `json:"copy"`
	Result event.ReceiptResult `json:"result"` // interrupted: a part of it may be out; deferred: nothing is
	// Cash says that it is no receipt but the paper of a cash movement: in or out; At is the shop's wall time of that.
	Cash string `json:"cash,omitempty"`
	At   string `json:"at,omitempty"`
}

// PaperInfo is a report or test page. Print is how it stands: printing, done, interrupted, deferred, cancelled.
type PaperInfo struct {
	Asked journal.Seq `json:"asked"` // of its request
	Title event.Bill  `json:"title"`
	Print string      `json:"print"`
}

func paperInfo(p *till.Paper) *PaperInfo {
	if p == nil {
		return nil
	}
	print := "printing"
	if p.Result != "" {
		print = printWord(p.Result)
	}
	return &PaperInfo{Asked: journal.Seq(p.Asked), Title: p.Title, Print: print}
}

// printWord says how a paper ended. A printer that can never prove has done what it was asked for: the cashier sees the paper.
func printWord(r event.ReceiptResult) string {
	if r == event.ReceiptPrinted || r == event.ReceiptUnproven {
		return "done"
	}
	return string(r)
}

func printInfo(p till.Print) PrintInfo {
	info := PrintInfo{Bill: p.Bill, Copy: p.Copy, Result: p.Result}
	if p.Cash == nil {
		return info
	}
	info.Cash, info.At = "in", p.Cash.At
	if p.Cash.Moved.Amount < 0 {
		info.Cash = "out"
	}
	return info
}

// state works out the screen's state from a view.
func (s *Server) state(v *engine.View, lang string) State {
	st, look, env := v.State, s.o.Look(), s.o.Till.Env()
	out := State{
		Seq: v.Seq, View: v.N, Printer: s.o.Printer(), Unsent: s.unsent(st), Unprinted: []PrintInfo{}, Trouble: s.trouble(v, lang),
		Devices: s.devicesInfo(v, lang), Work: s.workInfo(st, lang), Fiscal: s.fiscalInfo(st), Typed: s.o.Typed.N(),
		Till: TillInfo{Shop: look.Shop, Lang: look.Lang, Zone: env.Zone.String(), Version: s.o.Version, Goods: s.o.Goods.Count(),
			Notes: filled(look.Notes), CountNotes: filled(look.CountNotes), LockAfter: look.LockAfter, Unverified: look.Unverified, Blind: env.Blind,
			NamesReady: s.o.Goods.NamesReady(), HasSellers: s.hasSellers(st), Joined: st.Joined, Central: st.Central, Pages: pageInfos(look.Pages), Places: filled(look.Places), Tenders: tenderChoices(look.Tenders), First: !st.Started && !s.hasSellers(st), Demo: s.o.Demo, Box: s.o.Box != nil, LastShift: st.LastShift},
	}
	out.Seller = sellerInfo(st, env)
	if sh := st.Shift; sh != nil {
		out.Shift = &ShiftInfo{Number: sh.Number, Day: sh.Day, OpenedAt: sh.Report.OpenedAt, Bills: sh.Report.Bills,
			NextBill: till.BillOf(sh.Day, sh.Number, sh.NextBill), Counted: sh.Report.Counts > 0}
	}
	priced := s.price(v, env)
	out.Baskets, out.Basket = priced.tabs, priced.basket
	out.Last, out.Paper = lastInfo(st), paperInfo(st.Paper)
	if out.Last != nil && s.o.Fiscal != nil {
		out.Last.Once = out.Last.Current && s.o.Fiscal.Holds(out.Last.Bill)
	}
	for _, p := range st.Unprinted() {
		out.Unprinted = append(out.Unprinted, printInfo(p))
	}
	return out
}

// pricedView is what the baskets of a view cost on some terms: most of the work of a state, and the same for the answer to a
// command and for every stream. Nobody changes it.
type pricedView struct {
	view   *engine.View
	terms  till.Terms
	tabs   []Tab
	basket *BasketInfo
}

func (s *Server) price(v *engine.View, env till.Env) *pricedView {
	st := v.State
	terms := till.TermsOf(st, env)
	if p := s.priced.Load(); p != nil && p.view == v && p.terms == terms {
		return p
	}
	out := &pricedView{view: v, terms: terms, tabs: []Tab{}}
	for _, b := range st.Tabs() {
		p, _ := till.Price(st, b, env) // a basket that could not be priced was never put
		back := returnInfo(st, b, env)
		tab := Tab{ID: b.ID, Tab: b.Tab, Lines: len(b.Items), Total: p.Total, Selected: b.ID == st.Desk.Selected}
		if back != nil {
			tab.Total -= back.Total
			tab.Lines += back.Chosen
		}
		out.tabs = append(out.tabs, tab)
		if tab.Selected {
			out.basket = basketInfo(b, p)
			out.basket.Due, out.basket.Return = tab.Total, back
		}
	}
	s.priced.Store(out)
	return out
}

func (s *Server) hasSellers(st *till.State) bool {
	return till.AnySeller(st, till.Env{HasSellers: s.o.HasSellers()})
}

func basketInfo(b *sale.Basket, p sale.Priced) *BasketInfo {
	out := &BasketInfo{ID: b.ID, Tab: b.Tab, Lines: []LineInfo{}, Touched: b.Touched, Buyer: b.Buyer, Register: b.Register, Consumer: b.Consumer, Tenders: filled(b.Tenders), TicketDiscount: p.TicketDiscount, HandDiscount: b.Discount,
		Gross: p.Gross, Discount: p.Discount, Rounding: p.Rounding, Total: p.Total, VAT: p.VAT, CityTax: p.CityTax, Unstamped: b.Unstamped()}
	for i, l := range p.Lines {
		li := LineInfo{Line: l.No, Good: l.Good, Barcode: l.Barcode, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity,
			UnitPrice: l.UnitPrice, Gross: l.Gross, LineDiscount: l.LineDiscount, TicketDiscount: l.TicketDiscount, Rounding: l.Rounding,
			Total: l.Total, Tax: l.Tax, VAT: l.VAT, CityTax: l.CityTax}
		li.Stamped, li.Unstamped = b.Items[i].Stamped, b.Items[i].Unstamped()
		if l.Discount != nil {
			li.Percent, li.Reason = l.Discount.Percent, l.Discount.Reason
		}
		out.Lines = append(out.Lines, li)
	}
	return out
}

func lastInfo(st *till.State) *LastInfo {
	l := st.Last
	if l == nil {
		return nil
	}
	out := &LastInfo{Bill: l.Bill, Total: l.Total, Given: l.Given, Change: l.Change, Tenders: filled(l.Tenders),
		Return: l.Return, Back: l.Back, Current: st.Current(l.Bill), Print: "none"}
	out.Fiscal = fiscalWord(l)
	if l.Result != "" {
		out.Print = printWord(l.Result)
	}
	for _, p := range st.Prints {
		if p.Bill == l.Bill && p.Result == "" {
			out.Print = "printing"
		}
	}
	return out
}

// fiscalWord says how the e-barimt of a sale stands.
func fiscalWord(l *till.LastSale) string {
	switch {
	case !l.Reported:
		return "none"
	case l.Fiscal == "":
		return "asked"
	}
	return string(l.Fiscal)
}

// shownProblems bounds how many passed records are told at once.
const shownProblems = 3

// trouble lists what the screen must tell, root cause first.
func (s *Server) trouble(v *engine.View, lang string) []ErrorBody {
	list := []ErrorBody{}
	if v.Err != nil {
		list = append(list, errorBody(fault.Of(v.Err), lang))
	}
	if !s.o.ClockSet() {
		list = append(list, errorBody(fault.New(fault.ClockNotSet), lang))
	}
	if p := s.o.Printer(); p.Fitted {
		if code := p.Fault(); code != "" {
			list = append(list, errorBody(fault.New(code), lang))
		} else if p.PaperNearEnd {
			list = append(list, errorBody(fault.New(fault.PrinterPaperLow), lang))
		}
	}
	for _, p := range v.State.Problems[max(0, len(v.State.Problems)-shownProblems):] {
		list = append(list, errorBody(fault.New(fault.FollowerSkip, "follower", p.Follower, "seq", strconv.FormatUint(p.Seq, 10)), lang))
	}
	others := s.o.Trouble()
	slices.SortFunc(others, func(a, b *fault.Error) int { return cmp.Compare(a.Code, b.Code) }) // each time the same: no false changes
	for _, f := range others {
		list = append(list, errorBody(f, lang))
	}
	return list
}
