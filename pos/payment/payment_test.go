package payment_test

import (
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
)

func offer(kind event.TenderKind, a money.Amount) payment.Offer {
	return payment.Offer{Kind: kind, Amount: a}
}

func TestSettle(t *testing.T) {
	many := make([]payment.Offer, payment.MaxOffers+1)
	for i := range many {
		many[i] = offer(event.Cash, 1)
	}
	for _, c := range []struct {
		name   string
		due    money.Amount
		offers []payment.Offer
		change money.Amount
		code   fault.Code
	}{
		{"exact", 1000, []payment.Offer{offer(event.Cash, 1000)}, 0, ""},
		{"change", 1000, []payment.Offer{offer(event.Cash, 5000)}, 4000, ""},
		{"nothing due", 0, nil, 0, ""},
		{"card", 1000, []payment.Offer{offer(event.Card, 1000)}, 0, ""},
		{"split with change", 1000, []payment.Offer{offer(event.Card, 400), offer(event.Cash, 700)}, 100, ""},
		{"short", 1000, []payment.Offer{offer(event.Cash, 999)}, 0, fault.PaymentShort},
		{"nothing", 1000, nil, 0, fault.PaymentShort},
		{"card over", 1000, []payment.Offer{offer(event.Card, 1001)}, 0, fault.PaymentOver},
		{"needless cash", 1000, []payment.Offer{offer(event.QR, 1000), offer(event.Cash, 1)}, 0, fault.PaymentNeedless},
		{"zero", 1000, []payment.Offer{offer(event.Cash, 0)}, 0, fault.PaymentAmount},
		{"negative", 1000, []payment.Offer{offer(event.Cash, 2000), offer(event.Card, -1000)}, 0, fault.PaymentAmount},
		{"kind", 1000, []payment.Offer{offer("gold", 1000)}, 0, fault.PaymentKind},
		{"barcode as cash", 1000, []payment.Offer{offer(event.Cash, 400638133393100)}, 0, fault.PaymentAmount},
		{"too many", 21, many, 0, fault.PaymentTenders},
		{"slip too long", 1000, []payment.Offer{{Kind: event.Card, Amount: 1000, Slip: string(make([]byte, 65))}}, 0, fault.PaymentAmount},
	} {
		_, change, err := payment.Settle(c.due, c.offers)
		if fault.CodeOf(err) != c.code || change != c.change {
			t.Errorf("%s: change %s, %v; want %s, %s", c.name, change, err, c.change, c.code)
		}
	}
}

// TestSettleAddsUp: what is accepted pays exactly what is due; non-cash stands unchecked, only cash gives change.
func TestSettleAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := money.Amount(rapid.Int64Range(0, 10_000_000).Draw(t, "due"))
		var offers []payment.Offer
		for range rapid.IntRange(0, 5).Draw(t, "offers") {
			offers = append(offers, offer(rapid.SampledFrom(event.TenderKinds[:]).Draw(t, "kind"), money.Amount(rapid.Int64Range(1, 9_000_000).Draw(t, "amount"))))
		}
		tenders, change, err := payment.Settle(due, offers)
		if err != nil {
			return
		}
		var paid, given money.Amount
		for i, x := range tenders {
			if x.Given != offers[i].Amount || x.Amount < 0 || x.Amount > x.Given || x.Unchecked != (x.Kind != event.Cash) {
				t.Fatalf("tender %+v of offer %+v", x, offers[i])
			}
			if x.Kind != event.Cash && x.Amount != x.Given {
				t.Fatalf("change was given on %+v", x)
			}
			paid, given = paid+x.Amount, given+x.Given
		}
		if paid != due || given-change != due || change < 0 {
			t.Fatalf("due %s, paid %s, given %s, change %s", due, paid, given, change)
		}
	})
}
