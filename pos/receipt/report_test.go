package receipt_test

import (
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/receipt"
	"posbox/pos/tax"
)

// grouped is an amount as it is printed.
func grouped(a money.Amount) string {
	whole, frac, _ := strings.Cut(a.String(), ".")
	out := ""
	for len(whole) > 3 && whole[len(whole)-4] != '-' {
		out, whole = " "+whole[len(whole)-3:]+out, whole[:len(whole)-3]
	}
	if out = whole + out; frac != "00" {
		out += "." + frac
	}
	return out
}

func TestReportSays(t *testing.T) {
	for _, columns := range []int{receipt.Wide, receipt.Narrow} {
		o := receipt.Options{Columns: columns, Merchant: merchant}
		r := closed()
		text := receipt.Report(r, o).Text()
		amounts := []money.Amount{r.Gross, -r.Discount, r.Total, r.Float, r.CashIn, -r.CashOut, r.Expected, *r.Counted,
			*r.Difference, r.RemovedAmount}
		for _, x := range r.Tenders {
			amounts = append(amounts, x.Amount)
		}
		for _, x := range r.Taxes {
			amounts = append(amounts, x.Total)
		}
		for _, a := range amounts {
			if !strings.Contains(text, " "+grouped(a)) {
				t.Errorf("%s is missing at %d columns", grouped(a), columns)
			}
		}
		for _, w := range []string{"Z ТАЙЛАН", "Дутуу", "2026-11-23 22:10", string(r.First), string(r.Last), "Гарын үсэг"} {
			if !strings.Contains(text, w) {
				t.Errorf("%q is missing at %d columns", w, columns)
			}
		}
		x := receipt.Report(shift(), o).Text()
		if !strings.Contains(x, "X ТАЙЛАН") || !strings.Contains(x, "Тоолоогүй") || strings.Contains(x, "Хаасан") {
			t.Errorf("not an X report:\n%s", x)
		}
	}
}

// Nothing on a blind report tells what the drawer should hold.
func TestBlindReportTellsNothing(t *testing.T) {
	r := shift()
	r.AddCount(r.Expected + money.Tugrik(777))
	secrets := []money.Amount{r.Gross, r.Total, r.Expected, *r.Difference, r.Discount}
	for _, x := range r.Tenders {
		secrets = append(secrets, x.Amount)
	}
	for _, x := range r.Taxes {
		secrets = append(secrets, x.Total, x.VAT, x.CityTax)
	}
	open, blind := receipt.Report(r, receipt.Options{}).Text(), receipt.Report(r, receipt.Options{Blind: true}).Text()
	for _, a := range secrets {
		if a == 0 {
			continue
		}
		if s := " " + grouped(a) + "\n"; strings.Contains(blind, s) {
			t.Errorf("a blind report shows%s", s)
		}
	}
	if !strings.Contains(open, grouped(r.Expected)) || !strings.Contains(blind, grouped(*r.Counted)) {
		t.Error("the comparison looks at the wrong figures")
	}
}

func TestReportDifference(t *testing.T) {
	for _, c := range []struct {
		counted int64
		want    string
	}{{90, "Дутуу"}, {100, "Зөрүүгүй"}, {110, "Илүү"}} {
		r := event.Report{Float: money.Tugrik(100), Expected: money.Tugrik(100)}
		r.AddCount(money.Tugrik(c.counted))
		if text := receipt.Report(r, receipt.Options{}).Text(); !strings.Contains(text, c.want) {
			t.Errorf("%d of 100 counted: no %s in\n%s", c.counted, c.want, text)
		}
	}
}

// Kinds that a later version writes are printed as they stand, after those that this one knows.
func TestReportUnknownKinds(t *testing.T) {
	r := event.Report{Shift: -3, Bills: -1, Removed: 1_000_000,
		Tenders: []event.TenderTotal{{Kind: "bonus", Count: 1, Amount: 700}, {Kind: event.Cash, Count: 1, Amount: 100}},
		Taxes:   []event.TaxTotal{{Class: "NEW", Total: 700}, {Class: tax.NoVAT, Total: 100}}}
	d := receipt.Report(r, receipt.Options{Columns: receipt.Narrow})
	fits(t, d)
	text := d.Text()
	for _, pair := range [][2]string{{"Бэлэн (1)", "bonus (1)"}, {"НӨАТ-д хамаарахгүй", "NEW"}} {
		a, b := strings.Index(text, pair[0]), strings.Index(text, pair[1])
		if a < 0 || b < a {
			t.Errorf("%q and %q stand at %d and %d", pair[0], pair[1], a, b)
		}
	}
}

// X and Z call a way to pay as the shop does, the newest name where it was changed during the shift; what came back, too.
func TestReportNames(t *testing.T) {
	var r event.Report
	sale := func(name string) event.SaleCompleted {
		return event.SaleCompleted{Tenders: []event.Tender{{Kind: event.QR, Name: name, Amount: 500}, {Kind: event.Cash, Amount: 100}}}
	}
	r.AddSale(sale("QPay"))
	r.AddSale(sale("Хэтэвчний төлбөр"))
	r.AddReturn(event.SaleReturned{Tenders: []event.Tender{{Kind: event.QR, Name: "Хэтэвч", Amount: -500}}})
	d := receipt.Report(r, receipt.Options{Columns: receipt.Narrow})
	fits(t, d)
	text := d.Text()
	for _, w := range []string{"Хэтэвчний төлбөр (2)", "Бэлэн (2)", "Хэтэвч (1)"} {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
	if strings.Contains(text, "QPay") || strings.Contains(text, "QR") {
		t.Errorf("an old name, or the kind's, in\n%s", text)
	}
}

func TestSlipSays(t *testing.T) {
	m := event.CashMoved{Who: event.Who{By: "07", Reason: "Талхны мөнгө"}, Shift: 3, Amount: -money.Tugrik(15000)}
	out := receipt.Slip(m, "2026-11-23 15:20:00", "", receipt.Options{Copy: true}).Text()
	for _, w := range []string{"КАССЫН ЗАРЛАГА", " 15 000 ₮", "Талхны мөнгө", "2026-11-23 15:20", " 07\n", "ХУУЛБАР"} {
		if !strings.Contains(out, w) {
			t.Errorf("%q is missing in\n%s", w, out)
		}
	}
	m.Amount = money.Tugrik(15000)
	if in := receipt.Slip(m, "", "Бат", receipt.Options{}).Text(); !strings.Contains(in, "КАССЫН ОРЛОГО") {
		t.Errorf("not cash in:\n%s", in)
	}
}
