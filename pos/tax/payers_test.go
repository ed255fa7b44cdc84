package tax_test

import (
	"testing"

	"posbox/pos/day"
	"posbox/pos/tax"
)

func TestPayers(t *testing.T) {
	none, vat, both := tax.Payer{}, tax.Payer{VAT: true}, tax.Payer{VAT: true, City: true}
	list := tax.Payers{{"2026-03-01", true, false}, {"2026-07-01", true, true}}
	if err := list.Validate(); err != nil {
		t.Fatal(err)
	}
	for on, want := range map[day.Day]tax.Payer{"2026-02-28": none, "2026-03-01": vat, "2026-06-30": vat, "2026-07-01": both, "2030-01-01": both} {
		if got := list.On(on, none); got != want {
			t.Errorf("%s: %+v, want %+v", on, got, want)
		}
	}
	if got := (tax.Payers)(nil).On("2026-01-01", vat); got != vat {
		t.Errorf("without a list: %+v", got)
	}
	for name, bad := range map[string]tax.Payers{"no day": {{From: "2026-13-01"}}, "twice": {{From: "2026-01-01"}, {From: "2026-01-01"}}, "back": {{From: "2026-02-01"}, {From: "2026-01-01"}}} {
		if bad.Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
