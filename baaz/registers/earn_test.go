package registers_test

import (
	"context"
	"encoding/json"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/pos/money"
	"posbox/wire"
)

// What a customer has bought at all points together earns a share; the larger of the card's and that counts at the till.
func TestEarned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		x.put("tiers", "gold", `{"name":"Алт","steps":[{"total":"100","percent":"3"},{"total":"1000","percent":"7"}]}`)
		x.put("customers", "K1", `{"name":"Дорж","percent":"5","tier":"gold"}`)
		x.put("customers", "K2", `{"name":"Цэцэг","percent":"5"}`)
		buy := func(customer string, point store.Point, amount money.Amount) {
			t.Helper()
			err := x.s.Write(ctx, func(tx *store.Tx) error {
				r := store.NewRollups()
				r.Customers[store.CustomerKey{Customer: customer, Point: point}] = store.CustomerSums{Sales: 1, Total: amount}
				return tx.AddRollups(x.c, r)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := x.r.Earn(ctx, x.c, []string{customer, "nobody", customer}); err != nil {
				t.Fatal(err)
			}
		}
		want := func(code string, earned, shown money.Percent) uint64 {
			t.Helper()
			row, err := x.r.Get(ctx, x.scope, "customers", code)
			var c wire.Customer
			if err != nil || json.Unmarshal(row.Body, &c) != nil || c.Earned != earned || c.Shown().Percent != shown {
				t.Errorf("%s: %s %v", code, row.Body, err)
			}
			return row.Version
		}
		buy("K1", 1, money.Tugrik(60))
		want("K1", 0, 500)
		buy("K1", 2, money.Tugrik(60)) // 120 at both points
		first := want("K1", 300, 500)
		buy("K1", 2, money.Tugrik(1))
		if again := want("K1", 300, 500); again != first {
			t.Error("a change of nothing has a version")
		}
		buy("K1", 1, money.Tugrik(2000))
		want("K1", 700, 700)
		x.put("customers", "K1", `{"name":"Дорж","percent":"9","tier":"gold","earned":"99"}`) // nobody says it himself
		want("K1", 700, 900)
		x.put("customers", "K1", `{"name":"Дорж","percent":"9"}`)
		want("K1", 0, 900)
		buy("K2", 1, money.Tugrik(5000))
		want("K2", 0, 500)
		past, err := x.r.History(ctx, x.scope, "customers", "K1", 0, 100)
		if err != nil || past[len(past)-2].Who != "BAAZ" {
			t.Errorf("%s", encoded(past))
		}
	})
}
