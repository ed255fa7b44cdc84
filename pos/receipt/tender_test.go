package receipt

import (
	"testing"

	"posbox/pos/event"
)

// A payment is called what the shop calls it; what cannot be printed of a name is no name.
func TestTenderName(t *testing.T) {
	for name, x := range map[string]struct {
		tender event.Tender
		want   string
	}{
		"the kind's":  {event.Tender{Kind: event.Cash}, "Бэлэн"},
		"the shop's":  {event.Tender{Kind: event.QR, Name: "SocialPay"}, "SocialPay"},
		"of controls": {event.Tender{Kind: event.Cash, Name: "\x00\n"}, "Бэлэн"},
	} {
		if got := tenderName(x.tender); got != x.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
