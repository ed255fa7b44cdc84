package ui

import (
	"net/http"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
	"posbox/pos/till"
)

// ReturnInfo is what comes back in a basket.
type ReturnInfo struct {
	Bill       event.Bill `json:"bill"`  // that the goods were sold on; "": without a receipt
	Local      string     `json:"local"` // wall time in the shop of that sale
	Seller     string     `json:"seller"`
	Point      string     `json:"point"`      // name of the sales point that sold, where it is another one
	Other      bool       `json:"other"`      // another sales point sold
	Unverified bool       `json:"unverified"` // BAAZ could not be asked what had come back before
	Reason     string     `json:"reason"`
	Buyer      string     `json:"buyer"`
	// Register is that of a business that bought.
	Register event.Register `json:"register"`
	Lines    []ReturnLine   `json:"lines"`
	Touched  int            `json:"touched"` // number of the line scanned or changed last
	Chosen   int            `json:"chosen"`  // how many lines come back
	All      bool           `json:"all"`     // all that is left comes back
	Total    money.Amount   `json:"total"`   // of what comes back; positive
	VAT      money.Amount   `json:"vat"`
	CityTax  money.Amount   `json:"city_tax"`
	// Rounding is how much less Total is than its lines are, below 0 how much more: what stays is rounded anew.
	Rounding money.Amount `json:"rounding"`
	// Left is how much of each way to pay can still go back; Plan how the money goes back where nobody says otherwise.
	Left []event.TenderTotal `json:"left"`
	Plan []payment.Offer     `json:"plan"`
	// Right is the one that paying it takes.
	Right till.Right `json:"right"`
}

// ReturnLine is one line of the sale, or one good without a receipt.
type ReturnLine struct {
	Line      int              `json:"line"` // its number, for return.set
	Good      catalog.Code     `json:"good"`
	Name      string           `json:"name"`
	Unit      string           `json:"unit"`
	UnitPrice money.Amount     `json:"unit_price"`
	Sold      catalog.Quantity `json:"sold"`
	Done      catalog.Quantity `json:"done"`      // came back before
	Chosen    catalog.Quantity `json:"chosen"`    // comes back now
	Total     money.Amount     `json:"total"`     // that goes back for it before rounding; positive
	Unstamped int              `json:"unstamped"` // units that come back whose excise stamp has not been scanned; without a receipt it need not be
}

// returnInfo shows the return in a basket; nil where there is none.
func returnInfo(st *till.State, b *sale.Basket, env till.Env) *ReturnInfo {
	r := b.Return
	if r == nil {
		return nil
	}
	back, left, _ := till.PriceReturn(st, r, env) // one that could not be priced was never put
	out := &ReturnInfo{Point: r.PointName, Other: r.Point != 0, Unverified: r.Unverified, Reason: r.Reason, Lines: []ReturnLine{}, Touched: r.Touched,
		All: r.Sold != nil && len(back.Left) == 0, Total: -back.Total, VAT: -back.VAT, CityTax: -back.CityTax,
		Left: filled(left), Right: till.ReturnRight(r)}
	out.Bill = r.Bill
	totals := map[int]money.Amount{}
	for _, l := range back.Lines {
		totals[l.No] = -l.Total - l.Rounding
		if out.Rounding -= l.Rounding; l.Quantity != 0 {
			out.Chosen++
		}
	}
	if s := r.Sold; s != nil {
		out.Bill, out.Local, out.Seller, out.Register = s.Bill, s.Local, s.SellerName, s.Register
		if s.Buyer != nil {
			out.Buyer = s.Buyer.Name
		}
		for _, l := range s.Lines {
			out.Lines = append(out.Lines, ReturnLine{l.No, l.Good, l.Name, l.Unit, l.UnitPrice, l.Quantity, r.Done.Lines[l.No], r.Taking(l), totals[l.No], r.Unstamped(l)})
		}
	}
	for _, it := range r.Goods {
		out.Lines = append(out.Lines, ReturnLine{it.No, it.Good, it.Name, it.Unit, it.UnitPrice, it.Quantity, 0, it.Quantity, totals[it.No], it.Unstamped()})
	}
	var sold money.Amount
	if p, err := till.Price(st, b, env); err == nil {
		sold = p.Total
	}
	out.Plan = filled(payment.PlanBack(left, max(out.Total-sold, 0)))
	return out
}

// ReturnEntry is one return in a list.
type ReturnEntry struct {
	Bill      event.Bill     `json:"bill"`
	Number    int            `json:"number"`
	Local     string         `json:"local"`
	Seller    string         `json:"seller"`
	Of        event.Bill     `json:"of"` // "": without a receipt
	Lines     int            `json:"lines"`
	Total     money.Amount   `json:"total"` // below 0
	Reason    string         `json:"reason"`
	Corrected bool           `json:"corrected"` // a corrected receipt comes with it
	Tenders   []event.Tender `json:"tenders"`
	// Point is the sales point that sold, where it is another one, which then tells the tax office; 0: this till's.
	Point     uint64 `json:"point"`
	PointName string `json:"point_name"`
	// Handed is how far that has come: waits, asked, done, nothing, excess, unknown, refused, uncertain or dropped; "": nothing to be
	// handed over, or BAAZ has not said since this program began.
	Handed string `json:"handed"`
}

// returnsOf lists the returns of a shift that the reader may see, newest first.
func (s *Server) returnsOf(see sight, shift, before, limit int) ([]ReturnEntry, error) {
	list, err := s.o.Till.Returns(shift, before, limit)
	if err != nil {
		return nil, err
	}
	out := make([]ReturnEntry, 0, len(list))
	for _, f := range list {
		if see.bill(f.Bill) != nil {
			continue
		}
		e := ReturnEntry{Bill: f.Bill, Number: f.Number, Local: f.Local, Seller: f.SellerName, Lines: len(f.Came()), Total: f.Total,
			Reason: f.Reason, Corrected: f.Partial(), Tenders: filled(f.Tenders)}
		if f.Of != nil {
			e.Of, e.Point, e.PointName = f.Of.Bill, f.Of.Point, f.Of.PointName
		}
		if e.Point != 0 && s.o.Handed != nil {
			e.Handed = s.o.Handed(f.Bill)
		}
		out = append(out, e)
	}
	return out, nil
}

// returned answers one return.
func (s *Server) returned(w http.ResponseWriter, r *http.Request) error {
	bill := r.PathValue("bill")
	if len(bill) > maxBill {
		return fault.New(fault.BillUnknown, "bill", clip(bill))
	}
	see := s.sight()
	if err := see.attended(r); err != nil {
		return err
	}
	if err := see.bill(event.Bill(bill)); err != nil {
		return err
	}
	f, err := s.o.Till.Return(event.Bill(bill))
	if err != nil {
		return err
	}
	f.Lines, f.Tenders = filled(f.Lines), filled(f.Tenders)
	return writeJSON(w, http.StatusOK, f)
}

func (s *Server) returnPicture(w http.ResponseWriter, r *http.Request, bill event.Bill) error {
	if s.o.DrawBack == nil {
		return fault.New(fault.BillUnknown, "bill", clip(string(bill)))
	}
	page, _, err := s.o.DrawBack(bill, r.URL.Query().Get("copy") == "1")
	if err != nil {
		return err
	}
	return writePNG(w, page)
}

// ReturnCode is the code on a receipt.
type ReturnCode struct {
	Code string `json:"code"`
}

// findReturn has BAAZ asked for a sale of another till.
func (s *Server) findReturn(w http.ResponseWriter, r *http.Request) error {
	var in ReturnCode
	if err := s.small(w, r, &in); err != nil {
		return err
	}
	if s.o.AskReturn == nil {
		return fault.New(fault.UplinkUnreachable)
	}
	if err := s.o.AskReturn(r.Context(), in.Code); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, in)
}
