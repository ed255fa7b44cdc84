package loyalty

import (
	"testing"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
)

func TestShow(t *testing.T) {
	c := Customer{Code: "C1", Name: "Дорж", Percent: 500, ValidFrom: "2026-01-10", ValidTo: "2026-11-23", Active: true}
	for _, k := range []struct {
		on    day.Day
		spoil func(*Customer)
		want  fault.Code
	}{
		{"2026-01-10", nil, ""},
		{"2026-11-23", nil, ""}, // the last day counts
		{"2026-01-09", nil, fault.CustomerNotYet},
		{"2026-11-24", nil, fault.CustomerExpired},
		{"2026-05-01", func(c *Customer) { c.Active = false }, fault.CustomerBlocked},
		{"2026-05-01", func(c *Customer) { c.Percent = 10001 }, fault.DiscountRange},
		{"2026-05-01", func(c *Customer) { c.Percent = -1 }, fault.DiscountRange},
		{"1999-05-01", func(c *Customer) { c.ValidFrom, c.ValidTo = "", "" }, ""},
	} {
		shown := c
		if k.spoil != nil {
			k.spoil(&shown)
		}
		if _, err := shown.Show("C1", k.on); fault.CodeOf(err) != k.want {
			t.Errorf("%s: %v, want %s", k.on, err, k.want)
		}
	}
	if b, err := c.ShowBare("9990000000012", "2027-01-01"); err != nil || b != (event.Buyer{Code: "C1", Name: "Дорж", Card: "9990000000012"}) {
		t.Errorf("bare: %+v, %v", b, err)
	}
	blocked := c
	blocked.Active = false
	if _, err := blocked.ShowBare("C1", "2026-05-01"); fault.CodeOf(err) != fault.CustomerBlocked {
		t.Errorf("bare and blocked: %v", err)
	}
	byCode, _ := c.Show("C1", "2026-05-01")
	byCard, _ := c.Show("9990000000012", "2026-05-01")
	if byCode != (event.Buyer{Code: "C1", Name: "Дорж", Percent: 500}) || byCard.Card != "9990000000012" {
		t.Errorf("%+v, %+v", byCode, byCard)
	}
}
