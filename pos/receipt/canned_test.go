package receipt_test

import (
	"fmt"
	"strings"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/receipt"
	"posbox/pos/tax"
)

// cart builds sales that add up, by the same rules as the till.
type cart struct {
	payer  tax.Payer
	lines  []event.Line
	ticket *event.Discount
	buyer  *event.Buyer
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// add puts a good into the cart; d is the line's discount or nil.
func (c *cart) add(name, unit, qty, price string, class tax.Class, city bool, d *event.Discount) {
	l := event.Line{
		No: len(c.lines) + 1, Good: catalog.Code(fmt.Sprintf("%04d", len(c.lines)+1)), Name: name, Unit: unit,
		Quantity: must(catalog.ParseQuantity(qty)), UnitPrice: must(money.Parse(price)), Tax: class, Discount: d,
	}
	rates := must(tax.Mongolia().On("2026-11-23")).For(c.payer, class, city)
	l.VATRate, l.CityRate = rates.VAT, rates.City
	l.Gross = must(l.Quantity.Times(l.UnitPrice))
	if d != nil {
		l.LineDiscount = d.Amount
		if d.Percent != 0 {
			l.LineDiscount = must(d.Percent.Of(l.Gross))
		}
	}
	c.lines = append(c.lines, l)
}

// sale completes the cart; the cash given is whatever the tenders lack, rounded up to cashNote.
func (c *cart) sale(cashNote money.Amount, tenders ...event.Tender) event.SaleCompleted {
	s := event.SaleCompleted{
		Who: event.Who{By: "07"}, Bill: "2026-11-23-1-0042", Shift: 1, Day: "2026-11-23", Number: 42,
		Local: "2026-11-23 14:05:09", SellerName: "Д.Сарантуяа", Payer: c.payer, Buyer: c.buyer,
		Lines: c.lines, TicketDiscount: c.ticket,
		Merchant: event.Merchant{
			Name: "Өгөөж хүнсний дэлгүүр", TIN: "61200012345", Branch: "001 Зайсан", Till: "02",
			Address: "Хан-Уул дүүрэг, 11-р хороо, Зайсангийн гудамж 24-3", Phone: "7700-1234",
			Header: []string{"Өдөр бүр 08:00–23:00"},
			Footer: []string{"Баярлалаа! Дахин ирээрэй.", "Барааг 7 хоногийн дотор баримтаар солино."},
		},
	}
	weights := make([]money.Amount, len(s.Lines))
	var base money.Amount
	for i, l := range s.Lines {
		weights[i] = l.Gross - l.LineDiscount
		base += weights[i]
	}
	if c.ticket != nil {
		off := c.ticket.Amount
		if c.ticket.Percent != 0 {
			off = must(c.ticket.Percent.Of(base))
		}
		for i, part := range must(money.Allocate(off, weights)) {
			s.Lines[i].TicketDiscount = part
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		l.Total = l.Gross - l.LineDiscount - l.TicketDiscount
		l.VAT, l.CityTax, _ = tax.Rates{VAT: l.VATRate, City: l.CityRate}.Split(l.Total)
		s.Gross += l.Gross
		s.Discount += l.LineDiscount + l.TicketDiscount
		s.Total += l.Total
		s.VAT += l.VAT
		s.CityTax += l.CityTax
	}
	rest := s.Total
	for _, t := range tenders {
		t.Given = t.Amount
		rest -= t.Amount
		s.Tenders = append(s.Tenders, t)
	}
	if rest > 0 {
		given := (rest + cashNote - 1) / cashNote * cashNote
		s.Tenders = append(s.Tenders, event.Tender{Kind: event.Cash, Given: given, Amount: rest})
		s.Change = given - rest
	}
	return s
}

func off(percent, reason string) *event.Discount {
	return &event.Discount{Percent: must(money.ParsePercent(percent)), Who: event.Who{Reason: reason}}
}

var (
	payer    = tax.Payer{VAT: true}
	both     = tax.Payer{VAT: true, City: true}
	note     = money.Tugrik(5000)
	merchant = new(cart).sale(note).Merchant
)

func simple() event.SaleCompleted {
	c := cart{payer: payer}
	c.add("Талх Атар", "ш", "1", "2100", tax.VATAble, false, nil)
	c.add("Сүү АПУ 3,2 % 1 л", "ш", "2", "4350", tax.VATAble, false, nil)
	c.add("Өндөг 10 ширхэгтэй", "хайрцаг", "1", "7900", tax.VATAble, false, nil)
	return c.sale(money.Tugrik(20000))
}

func weighed() event.SaleCompleted {
	c := cart{payer: payer}
	c.add("Үхрийн мах, ястай", "кг", "1.245", "18900", tax.VATAble, false, nil)
	c.add("Төмс", "кг", "3.5", "1750", tax.VATAble, false, nil)
	c.add("Гялгар уут", "ш", "1", "200", tax.VATAble, false, nil)
	return c.sale(note)
}

func discounted() event.SaleCompleted {
	c := cart{payer: payer, ticket: off("5", "Нээлтийн өдөр")}
	c.add("Тараг «Сүү» 500 г", "ш", "2", "3200", tax.VATAble, false, off("10", "хугацаа дөхсөн"))
	c.add("Цай Липтон 100 уут", "хайрцаг", "1", "14900", tax.VATAble, false, &event.Discount{Amount: money.Tugrik(900)})
	c.add("Элсэн чихэр", "кг", "2", "4600", tax.VATAble, false, nil)
	return c.sale(note)
}

func customer() event.SaleCompleted {
	c := cart{payer: payer, ticket: off("7.5", ""),
		buyer: &event.Buyer{Code: "C-118", Name: "Д.Болормаа", Card: "9900118822", Percent: 750}}
	c.add("Хүүхдийн бийр, өргөн үстэй, 12 өнгийн будагтай иж бүрдэл", "ш", "3", "12900", tax.VATAble, false, nil)
	c.add("Дэвтэр 48 хуудас", "ш", "10", "1150", tax.VATAble, false, nil)
	return c.sale(note)
}

func split() event.SaleCompleted {
	c := cart{payer: payer}
	c.add("Гутал эрэгтэй арьсан 42", "хос", "1", "289000", tax.VATAble, false, nil)
	c.add("Оймс", "хос", "5", "4500", tax.VATAble, false, nil)
	return c.sale(money.Tugrik(20000),
		event.Tender{Kind: event.Card, Amount: money.Tugrik(200000), Slip: "004512", Unchecked: true},
		event.Tender{Kind: event.Transfer, Amount: money.Tugrik(50000), Slip: "FT26327-8812", Unchecked: true},
		event.Tender{Kind: event.QR, Amount: money.Tugrik(25000), Unchecked: true})
}

func taxes() event.SaleCompleted {
	c := cart{payer: both}
	c.add("Архи Чингис 0,75 л", "ш", "1", "56900", tax.VATAble, true, nil)
	c.add("Сонин", "ш", "1", "1500", tax.VATFree, false, nil)
	c.add("Тамхи", "хайрцаг", "2", "6500", tax.VATAble, true, nil)
	return c.sale(money.Tugrik(20000))
}

func notPayer() event.SaleCompleted {
	c := cart{}
	c.add("Бууз", "ш", "12", "1200", tax.VATAble, false, nil)
	c.add("Сүүтэй цай", "аяга", "2", "500", tax.VATAble, false, nil)
	return c.sale(note)
}

func huge() event.SaleCompleted {
	c := cart{payer: both}
	c.add(strings.Repeat("Ган хоолой ", 8)+"DN-400/ГОСТ10704-91-"+strings.Repeat("Х", 60), "метр",
		"99999.999", "99000000.55", tax.VATAble, true, off("0.25", "бөөний үнэ, гэрээ № 2026/118-А, захирлын зөвшөөрлөөр"))
	c.add("Тэмдэг 😀🇲🇳 商品 \t שלום\u0301 и\u0306", "", "1", "0.01", tax.VATAble, true, nil)
	s := c.sale(note)
	s.Merchant.Name = "«Монголын Ган Хоолой Үйлдвэрлэл, Худалдаа» Хязгаарлагдмал Хариуцлагатай Компани"
	return s
}

// business is a sale to a business with the longest register number; a card was shown as well.
func business() event.SaleCompleted {
	s := customer()
	s.Register = "УБ12345678"
	return s
}

// taxpayer is a sale to a business that gave its taxpayer number.
func taxpayer() event.SaleCompleted {
	s := simple()
	s.Register = "61200012345678"
	return s
}

// shift is a day's report of four sales, some cash moved and lines taken out.
func shift() event.Report {
	r := event.Report{Shift: 12, Day: "2026-11-23", OpenedAt: "2026-11-23 08:55:10", OpenedBy: "07",
		Float: money.Tugrik(100000), Expected: money.Tugrik(100000),
		Removed: 3, RemovedAmount: money.Tugrik(12450), DrawerOpened: 2, Copies: 1, Overrides: 1}
	for i, s := range []event.SaleCompleted{simple(), weighed(), discounted(), split(), taxes()} {
		s.Bill = event.Bill(fmt.Sprintf("2026-11-23-12-%04d", i+1))
		r.AddSale(s)
	}
	r.AddCash(money.Tugrik(40000))
	r.AddCash(-money.Tugrik(30000))
	return r
}

func closed() event.Report {
	r := shift()
	r.AddCount(r.Expected + money.Tugrik(100))
	r.AddCount(r.Expected - money.Tugrik(250))
	return r.Close("2026-11-23 22:10:44", "07")
}

// canned makes every kind of document at the given width.
func canned(columns int) map[string]receipt.Doc {
	o := receipt.Options{Columns: columns, Merchant: merchant, Printed: "2026-11-24 09:30:00"}
	now := o
	now.Printed = "2026-11-23 18:00:00"
	copied, blind, blindZ := o, now, o
	copied.Copy, blind.Blind, blindZ.Blind = true, true, true
	counted := shift()
	counted.AddCount(counted.Expected)
	out := event.CashMoved{Who: event.Who{By: "07", ApprovedBy: "01", Reason: "Инкассаци: банкинд тушаав"}, Shift: 12,
		Amount: -money.Tugrik(1200000)}
	in := event.CashMoved{Who: event.Who{By: "07"}, Shift: 12, Amount: money.Tugrik(50000)}
	return map[string]receipt.Doc{
		"simple":       receipt.Sale(simple(), o),
		"weighed":      receipt.Sale(weighed(), o),
		"discounts":    receipt.Sale(discounted(), o),
		"customer":     receipt.Sale(customer(), o),
		"business":     receipt.Sale(business(), o),
		"taxpayer":     receipt.Sale(taxpayer(), o),
		"split":        receipt.Sale(split(), o),
		"taxes":        receipt.Sale(taxes(), o),
		"not_payer":    receipt.Sale(notPayer(), o),
		"huge":         receipt.Sale(huge(), o),
		"copy":         receipt.Sale(customer(), copied),
		"x":            receipt.Report(shift(), now),
		"x_blind":      receipt.Report(counted, blind),
		"z":            receipt.Report(closed(), o),
		"z_blind":      receipt.Report(closed(), blindZ),
		"z_copy":       receipt.Report(closed(), copied),
		"cash_out":     receipt.Slip(out, "2026-11-23 15:20:00", "Д.Сарантуяа", o),
		"cash_in":      receipt.Slip(in, "2026-11-23 09:05:00", "Д.Сарантуяа", o),
		"continuation": receipt.Continuation("2026-11-23-1-0042", o),
	}
}

// each runs f on every canned document at both widths.
func each(t *testing.T, f func(t *testing.T, name string, d receipt.Doc)) {
	for _, columns := range []int{receipt.Wide, receipt.Narrow} {
		for kind, d := range canned(columns) {
			name := fmt.Sprintf("%s_%d", kind, columns)
			t.Run(name, func(t *testing.T) { f(t, name, d) })
		}
	}
}
