package ui

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"strings"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/paper"
)

// ReceiptsAnswer lists the receipts of a shift.
type ReceiptsAnswer struct {
	Shift    int           `json:"shift"`
	Receipts []ReceiptInfo `json:"receipts"`
	Returns  []ReturnEntry `json:"returns"`
}

// ReceiptInfo is one receipt in a list.
type ReceiptInfo struct {
	Bill     event.Bill     `json:"bill"`
	Number   int            `json:"number"`
	Local    string         `json:"local"`
	Seller   string         `json:"seller"`
	Lines    int            `json:"lines"`
	Total    money.Amount   `json:"total"`
	Discount money.Amount   `json:"discount"`
	Rounding money.Amount   `json:"rounding"` // what of the discount nobody gave
	VAT      money.Amount   `json:"vat"`
	CityTax  money.Amount   `json:"city_tax"`
	Change   money.Amount   `json:"change"`
	Tenders  []event.Tender `json:"tenders"`
	Buyer    string         `json:"buyer,omitempty"`
	Register event.Register `json:"register,omitempty"` // of a business that bought
}

func (s *Server) receipts(w http.ResponseWriter, r *http.Request) error {
	shift, err1 := number(r, "shift", s.o.Till.View().State.LastShift, 0, maxNumber)
	before, err2 := number(r, "before", 0, 0, maxNumber)
	limit, err3 := number(r, "limit", 5000, 1, 10000)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	see := s.sight()
	if err := see.attended(r); err != nil {
		return err
	}
	sales, err := s.o.Till.Sales(shift, before, limit)
	if err != nil {
		return err
	}
	sales = see.sales(sales)
	returns, err := s.returnsOf(see, shift, before, limit)
	if err != nil {
		return err
	}
	out := ReceiptsAnswer{Returns: returns, Shift: shift, Receipts: make([]ReceiptInfo, 0, len(sales))}
	for _, f := range sales {
		info := ReceiptInfo{Bill: f.Bill, Number: f.Number, Local: f.Local, Seller: f.SellerName, Lines: len(f.Lines), Total: f.Total,
			Discount: f.Discount, Rounding: f.Rounding, VAT: f.VAT, CityTax: f.CityTax, Change: f.Change, Tenders: filled(f.Tenders),
			Register: f.Register}
		if f.Buyer != nil {
			info.Buyer = f.Buyer.Name
		}
		out.Receipts = append(out.Receipts, info)
	}
	return writeJSON(w, http.StatusOK, out)
}

// maxBill is longer than any bill's number.
const maxBill = 40

func (s *Server) receipt(w http.ResponseWriter, r *http.Request) error {
	bill, picture := strings.CutSuffix(r.PathValue("bill"), ".png")
	if len(bill) > maxBill {
		return fault.New(fault.BillUnknown, "bill", clip(bill))
	}
	see := s.sight()
	if err := cmp.Or(see.attended(r), see.bill(event.Bill(bill))); err != nil {
		return err
	}
	f, err := s.o.Till.Sale(event.Bill(bill))
	if fault.CodeOf(err) == fault.BillUnknown && picture {
		return s.returnPicture(w, r, event.Bill(bill))
	}
	if err != nil {
		return err
	}
	if !picture {
		f.Lines, f.Tenders = filled(f.Lines), filled(f.Tenders)
		return writeJSON(w, http.StatusOK, f)
	}
	page, _, err := s.o.Draw(f, r.URL.Query().Get("copy") == "1")
	if err != nil {
		return err
	}
	return writePNG(w, page)
}

func writePNG(w http.ResponseWriter, p *paper.Page) error {
	var b bytes.Buffer
	if err := p.PNG(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Write(b.Bytes())
	return nil
}

// filled makes an empty list of none, so that no reader has to know null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
