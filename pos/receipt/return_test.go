package receipt_test

import (
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/receipt"
)

// Both papers of a return whose e-barimt another till has issued say who corrects it, and claim nothing else of it.
func TestReturnElsewhere(t *testing.T) {
	line := event.Line{No: 1, Good: "1", Name: "Талх", Unit: "ш", Quantity: 2000, UnitPrice: 150000, Gross: 300000, Total: 300000, Tax: "VAT_ABLE", VAT: 27273}
	back := line
	back.Quantity, back.Gross, back.Total, back.VAT = -1000, -150000, -150000, -13636
	s := event.SaleReturned{Bill: "2026-11-28-9-0001", Shift: 9, Day: "2026-11-28", Number: 1, Local: "2026-11-28 10:00:00", SellerName: "Болд", Lines: []event.Line{back},
		Gross: -150000, Total: -150000, VAT: -13636, Tenders: []event.Tender{{Kind: event.Cash, Given: -150000, Amount: -150000}},
		Of:   &event.Origin{Bill: "2026-11-27-3-0017", Local: "2026-11-27 10:00:00", Code: "000001261127003000017420", Point: 7, PointName: "Төв салбар"},
		Left: []event.Line{line}, Paid: []event.Tender{{Kind: event.Cash, Given: 300000, Amount: 300000}}}
	flat := func(d receipt.Doc) string { return strings.Join(strings.Fields(d.Text()), " ") }
	for _, columns := range []int{receipt.Wide, receipt.Narrow} {
		o := receipt.Options{Columns: columns, Elsewhere: true}
		for name, text := range map[string]string{"return": flat(receipt.Return(s, o)), "corrected": flat(receipt.Corrected(s, o))} {
			if !strings.Contains(text, "И-баримтыг борлуулсан касс засна") || strings.Contains(text, "ТҮР БАРИМТ") || strings.Contains(text, "ДДТД") {
				t.Errorf("%d columns, %s:\n%s", columns, name, text)
			}
		}
		if text := flat(receipt.Corrected(s, o)); !strings.Contains(text, "сугалаа хүчинтэй хэвээр") {
			t.Errorf("%d columns: nothing of the lottery number:\n%s", columns, text)
		}
		business := s
		business.Register = "1234567"
		if text := flat(receipt.Corrected(business, o)); strings.Contains(text, "сугалаа") {
			t.Errorf("%d columns: a business has no lottery number:\n%s", columns, text)
		}
		o.Elsewhere = false
		if text := flat(receipt.Return(s, o)); strings.Contains(text, "касс засна") {
			t.Errorf("%d columns: of a return of its own:\n%s", columns, text)
		}
	}
}
