package receipt_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/receipt"
	"posbox/pos/tax"
)

// fits fails unless every row of d fills the paper exactly, with characters that can be printed.
func fits(t interface{ Fatalf(string, ...any) }, d receipt.Doc) {
	for i, r := range d.Rows {
		want := d.Columns
		if r.Double {
			want /= 2
		}
		if n := utf8.RuneCountInString(r.Text); r.Kind == receipt.Text && n != want {
			t.Fatalf("row %d has %d cells, not %d: %q", i, n, want, r.Text)
		}
		for _, c := range r.Text {
			if !receipt.Printable(c) {
				t.Fatalf("row %d has %q, which cannot be printed", i, c)
			}
		}
	}
}

func TestCannedFit(t *testing.T) {
	each(t, func(t *testing.T, _ string, d receipt.Doc) { fits(t, d) })
}

// blocks cuts a document at its rules, and a block at its spaces, into rows of text.
func blocks(d receipt.Doc) [][][]receipt.Row {
	out := [][][]receipt.Row{{nil}}
	for _, r := range d.Rows {
		block := &out[len(out)-1]
		switch r.Kind {
		case receipt.Rule:
			out = append(out, [][]receipt.Row{nil})
		case receipt.Space:
			*block = append(*block, nil)
		case receipt.Text:
			(*block)[len(*block)-1] = append((*block)[len(*block)-1], r)
		}
	}
	return out
}

// figure reads the amount at the right edge of a row.
func figure(r receipt.Row) (money.Amount, error) {
	s := strings.TrimSuffix(r.Text, " ₮")
	end := len(s)
	for end > 0 && strings.ContainsRune("-0123456789. ", rune(s[end-1])) && !strings.HasSuffix(s[:end], "  ") {
		end--
	}
	return money.Parse(strings.ReplaceAll(s[end:], " ", ""))
}

// squeezed is the text of rows without any spaces: how to look for text that may have been wrapped.
func squeezed(rows []receipt.Row) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.ReplaceAll(r.Text, " ", ""))
	}
	return b.String()
}

// drawCart makes any sale the till could make, and dearer ones.
func drawCart(t *rapid.T) event.SaleCompleted {
	c := cart{payer: tax.Payer{VAT: rapid.Bool().Draw(t, "vat"), City: rapid.Bool().Draw(t, "city")}}
	word := rapid.StringOfN(rapid.RuneFrom([]rune("абвгдөүйЁЖ№1«»-.")), 1, 50, -1)
	discount := rapid.Custom(func(t *rapid.T) *event.Discount {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		return &event.Discount{Percent: money.Percent(rapid.IntRange(1, 10000).Draw(t, "percent")),
			Who: event.Who{Reason: strings.Join(rapid.SliceOfN(word, 0, 5).Draw(t, "reason"), " ")}}
	})
	for range rapid.IntRange(1, 8).Draw(t, "lines") {
		price := rapid.Int64Range(1, int64(catalog.MaxPrice)).Draw(t, "price")
		most := min(int64(catalog.MaxQuantity), int64(money.Max)/8/price*int64(catalog.One))
		qty := catalog.Quantity(rapid.Int64Range(1, most).Draw(t, "quantity"))
		c.add(strings.Join(rapid.SliceOfN(word, 1, 8).Draw(t, "name"), " "), rapid.SampledFrom([]string{"ш", "кг", "", "хайрцаг"}).
			Draw(t, "unit"), qty.String(), money.Amount(price).String(), rapid.SampledFrom(tax.Classes[:]).Draw(t, "class"),
			rapid.Bool().Draw(t, "city good"), discount.Draw(t, "line discount"))
	}
	if c.ticket = discount.Draw(t, "ticket discount"); c.ticket != nil && rapid.Bool().Draw(t, "buyer") {
		c.buyer = &event.Buyer{Name: word.Draw(t, "buyer"), Card: word.Draw(t, "card"), Percent: c.ticket.Percent}
		c.ticket.Reason = ""
	}
	s := c.sale(money.Amount(rapid.SampledFrom([]int64{1, 100, 2_000_000}).Draw(t, "note")))
	s.Merchant.Name = strings.Join(rapid.SliceOfN(word, 0, 5).Draw(t, "merchant"), " ")
	return s
}

func TestSaleKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawCart(t)
		d := receipt.Sale(s, receipt.Options{Columns: rapid.SampledFrom([]int{48, 32}).Draw(t, "columns"),
			Copy: rapid.Bool().Draw(t, "copy")})
		fits(t, d)
		b := blocks(d)
		lines := b[2]
		if len(lines) != len(s.Lines) {
			t.Fatalf("%d lines printed of %d", len(lines), len(s.Lines))
		}
		var sum, ticket money.Amount
		for i, rows := range lines {
			sum += checkLine(t, rows, s.Lines[i])
			ticket += s.Lines[i].TicketDiscount
		}
		totals := checkTotals(t, b[3], s)
		if sum-ticket != totals || totals != s.Total {
			t.Fatalf("lines add up to %v, less %v, but %v is printed and %v due", sum, ticket, totals, s.Total)
		}
		checkPaid(t, b[4], s)
	})
}

// checkLine finds a line's name, figures and discount in its rows and returns the printed sum.
func checkLine(t *rapid.T, rows []receipt.Row, l event.Line) money.Amount {
	all := squeezed(rows)
	want := []string{l.Name, "×" + trim(l.UnitPrice), strings.ReplaceAll(l.Quantity.String(), ".", ",") + l.Unit}
	if l.LineDiscount != 0 {
		want = append(want, "="+trim(l.Gross), l.Discount.Reason, trim(-l.LineDiscount))
	}
	for _, w := range want {
		if !strings.Contains(all, strings.ReplaceAll(w, " ", "")) {
			t.Fatalf("%q is not printed in %q", w, all)
		}
	}
	sum, err := figure(rows[len(rows)-1])
	if err != nil {
		t.Fatalf("no sum at the end of %q", rows[len(rows)-1].Text)
	}
	return sum
}

// checkTotals adds up the block of totals and returns the printed total.
func checkTotals(t *rapid.T, parts [][]receipt.Row, s event.SaleCompleted) money.Amount {
	var printed money.Amount
	for _, rows := range parts {
		for _, r := range rows {
			if v, err := figure(r); strings.Contains(r.Text, "₮") {
				if err != nil || !r.Bold {
					t.Fatalf("bad total %q: %v", r.Text, err)
				}
				printed = v
			}
		}
	}
	all := squeezed(parts[len(parts)-1])
	if strings.Contains(all, "НӨАТ") != s.Payer.VAT || s.Payer.VAT && !strings.Contains(all, s.VAT.String()) {
		t.Fatalf("VAT %v of payer %v: %q", s.VAT, s.Payer.VAT, all)
	}
	if strings.Contains(all, "НХАТ") != (s.CityTax != 0) || s.CityTax != 0 && !strings.Contains(all, s.CityTax.String()) {
		t.Fatalf("city tax %v: %q", s.CityTax, all)
	}
	if s.Discount != 0 {
		checkDiscounts(t, parts[0], s)
	}
	return printed
}

// checkDiscounts finds the gross and what was taken off the lines and off the ticket.
func checkDiscounts(t *rapid.T, rows []receipt.Row, s event.SaleCompleted) {
	var lines, ticket money.Amount
	for _, l := range s.Lines {
		lines += l.LineDiscount
		ticket += l.TicketDiscount
	}
	all := squeezed(rows)
	if !strings.HasPrefix(all, "Үнийндүн"+trim(s.Gross)) {
		t.Fatalf("gross %v is not printed first in %q", s.Gross, all)
	}
	if want := "Барааныхөнгөлөлт" + trim(-lines); lines != 0 && !strings.Contains(all, want) {
		t.Fatalf("%q is not printed in %q", want, all)
	}
	if last, err := figure(rows[len(rows)-1]); ticket != 0 && (err != nil || last != -ticket) {
		t.Fatalf("ticket discount %v ends as %v, %v", ticket, last, err)
	}
}

// checkPaid adds up the tenders: given less change is the total.
func checkPaid(t *rapid.T, parts [][]receipt.Row, s event.SaleCompleted) {
	var paid money.Amount
	for _, r := range parts[0] {
		v, err := figure(r)
		if err != nil {
			t.Fatalf("no amount in %q", r.Text)
		}
		if strings.HasPrefix(r.Text, "Хариулт") {
			v = -v
		}
		paid += v
	}
	if paid != s.Total {
		t.Fatalf("%v paid for %v", paid, s.Total)
	}
}

// trim is an amount as printed, without spaces.
func trim(a money.Amount) string { return strings.TrimSuffix(a.String(), ".00") }

func TestSaleSays(t *testing.T) {
	says := func(s event.SaleCompleted, o receipt.Options, what string, want int) {
		t.Helper()
		for _, o.Columns = range []int{receipt.Wide, receipt.Narrow} {
			if got := strings.Count(receipt.Sale(s, o).Text(), what); got != want {
				t.Errorf("%q stands %d times on %d columns, not %d", what, got, o.Columns, want)
			}
		}
	}
	o, copied := receipt.Options{}, receipt.Options{Copy: true, Printed: "2026-11-24 09:30:00"}
	says(simple(), o, "И-баримт биш", 1)
	says(simple(), o, "ХУУЛБАР", 0)
	says(simple(), o, "₮", 1)
	says(simple(), copied, "ХУУЛБАР", 2)
	says(simple(), copied, "2026-11-24 09:30", 1)
	says(simple(), o, "НӨАТ 10 %", 1)
	says(simple(), o, "НХАТ", 0)
	says(simple(), o, "өнгөлөлт", 0)
	says(taxes(), o, "НХАТ 2 %", 1)
	says(notPayer(), o, "НӨАТ", 0)
	says(split(), o, "Карт № 004512", 1)
	says(customer(), o, "9900118822", 0)
	says(customer(), o, "Картын хөнгөлөлт 7,5 %", 1)
	says(discounted(), o, "Картын", 0)
	free := cart{payer: payer}
	free.add("Сонин", "ш", "1", "1500", tax.VATFree, false, nil)
	says(free.sale(100), o, "НӨАТ", 1)
	says(free.sale(100), o, "Хариулт", 0)
}

// A record that no till would write still prints: nameless, negative, beyond every range.
func TestSaleOddFacts(t *testing.T) {
	least, most := money.Amount(-1<<63), money.Amount(1<<63-1)
	odd := []event.SaleCompleted{
		{},
		{Lines: []event.Line{{}}, Tenders: []event.Tender{{}}, TicketDiscount: &event.Discount{}, Buyer: &event.Buyer{}},
		{Lines: []event.Line{{Quantity: -1 << 63, UnitPrice: least, Gross: most, Total: least, LineDiscount: least,
			VATRate: 1000}, {VATRate: -1 << 31}}, Total: most, Gross: least, Discount: most, Rounding: least, VAT: least, CityTax: most,
			Payer: both, Change: least, Tenders: []event.Tender{{Kind: "bonus\n", Given: most, Amount: least, Slip: "\x00"}}},
	}
	for i, s := range odd {
		for _, columns := range []int{48, 32, 0, -5, 1 << 20} {
			d := receipt.Sale(s, receipt.Options{Columns: columns, Copy: true})
			if want := map[bool]int{true: 32, false: 48}[columns == 32]; d.Columns != want {
				t.Errorf("%d columns became %d", columns, d.Columns)
			}
			t.Run(fmt.Sprint(i, columns), func(t *testing.T) { fits(t, d) })
		}
	}
	if text := receipt.Sale(odd[1], receipt.Options{}).Text(); !strings.Contains(text, "□") {
		t.Error("a good without a name has no line")
	}
}

func FuzzSale(f *testing.F) {
	f.Add("Талх", "ш", "Д.Бат", "", int64(1000), int64(250000), true)
	f.Add("😀\u0301\t商", "\u202e", "\xff", strings.Repeat("ө ", 300), int64(-1), int64(1<<62), false)
	f.Fuzz(func(t *testing.T, name, unit, seller, reason string, qty, price int64, narrow bool) {
		o := receipt.Options{Copy: true, Printed: reason, Columns: receipt.Wide}
		if narrow {
			o.Columns = receipt.Narrow
		}
		why := &event.Discount{Amount: 1, Percent: money.Percent(price), Who: event.Who{Reason: reason}}
		p := money.Amount(price)
		s := event.SaleCompleted{Bill: event.Bill(name), Local: seller, SellerName: seller, Payer: both,
			Merchant: event.Merchant{Name: name, TIN: unit, Branch: reason, Address: reason, Phone: unit,
				Header: []string{reason, name}, Footer: []string{unit, seller}},
			Buyer: &event.Buyer{Name: seller, Card: reason}, TicketDiscount: why, Discount: p, Rounding: p, Total: p, Change: -p,
			Lines: []event.Line{{Name: name, Unit: unit, Quantity: catalog.Quantity(qty), UnitPrice: p, Gross: p,
				LineDiscount: p, Discount: why}},
			Tenders: []event.Tender{{Kind: event.TenderKind(unit), Slip: reason, Amount: p}}}
		fits(t, receipt.Sale(s, o))
		fits(t, receipt.Slip(event.CashMoved{Who: why.Who, Amount: p}, reason, seller, o))
		fits(t, receipt.Continuation(s.Bill, o))
	})
}
