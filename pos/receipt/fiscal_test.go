package receipt_test

import (
	"strings"
	"testing"

	"posbox/pos/money"
	"posbox/pos/paper"
	"posbox/pos/receipt"
	"posbox/pos/tax"
)

var issued = receipt.Fiscal{ID: strings.Repeat("123", 11), Date: "2026-11-23 14:05:12", Lottery: "AB 12345678", QR: strings.Repeat("0123456789", 20)}

// TestFiscalBlock: the e-barimt stands last, as one band, on every kind of receipt.
func TestFiscalBlock(t *testing.T) {
	c := cart{payer: tax.Payer{VAT: true, City: true}}
	c.add("Талх", "ш", "2", "2800", tax.VATAble, false, nil)
	c.add("Тамхи", "ш", "1", "5600", tax.VATAble, true, nil)
	c.add("Ном", "ш", "1", "900", tax.NoVAT, false, nil)
	s := c.sale(money.Tugrik(1000))
	numbered := issued
	numbered.Lottery, numbered.QR = "", ""
	demo, corrected, none, left := issued, issued, issued, issued
	left.Left = &receipt.Left{Total: 560000, Lottery: 470000}
	demo.Demo = true
	corrected.Lottery, corrected.Before = "", true
	none.Lottery = ""
	for _, k := range []struct {
		name     string
		fiscal   receipt.Fiscal
		copy     bool
		has, not []string
	}{
		{"whole", issued, false, []string{issued.ID, "AB 12345678", "[QR " + issued.QR + "]", "Сугалааны дүн", "11 200"}, []string{"И-баримт биш", "ТҮР"}},
		{"printed after a correction", left, false, []string{issued.ID, "AB 12345678", "Буцаалтын дараах дүн", "5 600 ₮", "4 700 ₮"}, []string{"11 200 ₮"}},
		{"copy", numbered, true, []string{issued.ID, "ХУУЛБАР", "энэ баримтад байхгүй"}, []string{"[QR", "AB 1"}},
		{"provisional", receipt.Fiscal{}, false, []string{"ТҮР БАРИМТ", "дараа бүртгэгдэнэ"}, []string{"[QR", "ДДТД"}},
		{"demo", demo, false, []string{"ТУРШИЛТ", "жинхэнэ баримт биш"}, nil},
		{"corrected", corrected, false, []string{"Өмнөх баримтын сугалааны дугаар хүчинтэй", "[QR"}, []string{"олгогдоогүй", "Сугалааны дүн"}},
		{"no lottery numbers left", none, false, []string{"Сугалааны дугаар олгогдоогүй", "[QR"}, []string{"хүчинтэй", "Сугалааны дүн"}},
		{"classes", issued, false, []string{"НӨАТ-тай 11 200", "НӨАТ-д хамаарахгүй 900"}, []string{"чөлөөлөгдсөн"}},
	} {
		for _, columns := range []int{receipt.Wide, receipt.Narrow} {
			d := receipt.Sale(s, receipt.Options{Columns: columns, Copy: k.copy, Fiscal: &k.fiscal})
			text := strings.ReplaceAll(d.Text(), "\n", " ")
			text = strings.Join(strings.Fields(text), " ")
			for _, want := range k.has {
				if !strings.Contains(text, want) && !strings.Contains(strings.ReplaceAll(text, " ", ""), want) {
					t.Errorf("%s, %d columns: no %q in\n%s", k.name, columns, want, d.Text())
				}
			}
			for _, bad := range k.not {
				if strings.Contains(text, bad) {
					t.Errorf("%s, %d columns: %q in\n%s", k.name, columns, bad, d.Text())
				}
			}
			from := len(d.Rows) - 1
			for ; d.Rows[from].Joined; from-- {
			}
			if d.Rows[from].Kind != receipt.Rule || from == len(d.Rows)-1 {
				t.Errorf("%s: the band begins at row %d of %d, which is no rule", k.name, from, len(d.Rows))
			}
			p := paper.Draw(d)
			if n := len(p.Breaks); p.Breaks[n-1] != p.Height || len(p.Breaks) != from+1 {
				t.Errorf("%s: %d breaks, want %d: one for each row above, one for the block", k.name, n, from+1)
			}
		}
	}
	slip := receipt.FiscalSlip(s, issued, receipt.Options{Columns: receipt.Narrow}).Text()
	if !strings.Contains(slip, "AB 12345678") || !strings.Contains(slip, string(s.Bill)) || strings.Contains(slip, "Талх") {
		t.Errorf("slip:\n%s", slip)
	}
	if slip = receipt.FiscalSlip(s, left, receipt.Options{Columns: receipt.Narrow}).Text(); !strings.Contains(slip, "5 600") || strings.Contains(slip, "12 100") {
		t.Errorf("slip of what is left:\n%s", slip)
	}
}

// TestBusinessHasNoLottery: a business is told nothing of lottery numbers; a shop that pays no VAT nothing of classes.
func TestBusinessHasNoLottery(t *testing.T) {
	c := cart{}
	c.add("Талх", "ш", "2", "2800", tax.VATAble, false, nil)
	c.add("Эм", "ш", "1", "900", tax.VATFree, false, nil)
	s := c.sale(money.Tugrik(1000))
	s.Register = "37900846788"
	f := issued
	f.Lottery = ""
	text := receipt.Sale(s, receipt.Options{Columns: receipt.Wide, Fiscal: &f}).Text()
	for _, bad := range []string{"угалаа", "НӨАТ"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q in\n%s", bad, text)
		}
	}
}
