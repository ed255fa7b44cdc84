package registers_test

import (
	"testing"

	"posbox/baaz/registers"
	"posbox/pos/fault"
)

// TestNamed: people are told registers and fields by what they are called, programs the fault as it was.
func TestNamed(t *testing.T) {
	bad := func(register, field, detail string) *fault.Error {
		return fault.New(fault.RowBad, "register", register, "code", "7", "field", field, "detail", detail)
	}
	for _, c := range []struct {
		fault  *fault.Error
		mn, en string
	}{
		{bad("goods", "barcodes", "it is missing"), "Бараа бүртгэлийн 7, Баркодууд: утга алга.", "Register Good, row 7, Barcodes: it is missing."},
		{bad("goods", "prices.1.amount", "it is missing"), "Бараа бүртгэлийн 7, Үнэ 1.amount: утга алга.", "Register Good, row 7, Prices from a day 1.amount: it is missing."},
		{bad("points", "location", "x does not stand in register locations"), "Борлуулалтын цэг бүртгэлийн 7, Байршил: x нь Байршил бүртгэлд алга.", "Register Sales point, row 7, Location: x does not stand in register Location."},
		{bad("goods", "{}", "cannot be read"), "Бараа бүртгэлийн 7, мөр: унших боломжгүй.", "Register Good, row 7, the row: cannot be read."},
		{bad("settings", "values.a", "it is missing"), "Тохиргоо бүртгэлийн 7, values.a: утга алга.", "Register Settings, row 7, values.a: it is missing."},
		{fault.New(fault.RowUsed, "code", "7", "owner", "sellers 1"), "7-г Худалдагч 1 ашиглаж байна.", "7 is used by Seller 1."},
		{fault.New(fault.RowRegister, "register", "x"), "x гэсэн бүртгэл байхгүй.", "There is no register x."},
		{fault.New(fault.ServerBusy), "", ""},
	} {
		before := c.fault.Error()
		for lang, want := range map[string]string{"mn": c.mn, "en": c.en} {
			if said, _ := registers.Named(c.fault, lang).Say(lang); said != want && want != "" {
				t.Errorf("%s is said as %q, not %q", c.fault, said, want)
			}
		}
		if c.fault.Error() != before {
			t.Errorf("%s has become %s", before, c.fault)
		}
	}
}
