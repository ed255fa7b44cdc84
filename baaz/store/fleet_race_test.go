package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/wire"
)

// TestFleetRace: a company gets another vendor and name while one of its tills is listed by a transaction that began before.
// Whoever waits sees what the other has done: the old vendor sees no till any more.
func TestFleetRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn) // looks through the list at the end, too
		write := storetest.Writer(t, s)
		var vendors [2]store.Company
		var shop store.Company
		var point store.Point
		box := journal.BoxOf(fleetBox(1))
		write(func(tx *store.Tx) (err error) {
			for i := range vendors {
				if vendors[i], err = tx.AddHome(store.CompanyRow{Name: "V", World: store.WorldVendor, Created: 1}); err != nil {
					return err
				}
			}
			if shop, err = tx.AddHome(store.CompanyRow{Name: "Shop", World: store.WorldCompany, Vendor: vendors[0], Created: 1}); err != nil {
				return err
			}
			if point, err = tx.AddPoint(shop, "first", 1); err != nil {
				return err
			}
			if _, err := tx.PutBox(shop, fleetBox(1), point, 1, 1); err != nil {
				return err
			}
			return tx.TakePoint(shop, point, 1, box)
		})
		begun := []func(tx *store.Tx) error{
			func(tx *store.Tx) error { _, err := tx.AddPoint(shop, "new", 1); return err },
			func(tx *store.Tx) error {
				return tx.AddKey(store.KeyRow{Company: shop, Hash: []byte("key"), Proof: []byte("x"), Point: point, Expires: 9}, 1)
			},
			func(tx *store.Tx) error { return tx.SetBoxState(shop, box, store.BoxRevoked) },
			func(tx *store.Tx) error { return tx.NamePoint(shop, point, "other") },
			func(tx *store.Tx) error {
				return tx.PutHeartbeat(store.BoxID{Company: shop, Box: box}, store.Heartbeat{Heard: 7, Said: wire.Heartbeat{Version: "9"}})
			},
		}
		for i, one := range begun {
			old, next := vendors[i%2], vendors[(i+1)%2]
			sold := make(chan error, 1)
			write(func(tx *store.Tx) error {
				if err := one(tx); err != nil {
					return err
				}
				go func() {
					sold <- s.Write(context.Background(), func(tx *store.Tx) error {
						return tx.PutCompany(store.CompanyRow{Company: shop, Name: fmt.Sprintf("Shop %d", i), Vendor: next})
					})
				}()
				select { // it may be done before this ends, or wait: on SQLite it always does
				case err := <-sold:
					sold <- err
				case <-time.After(100 * time.Millisecond):
				}
				return nil
			})
			if err := <-sold; err != nil {
				t.Fatal(err)
			}
			read(t, s, func(tx *store.Tx) error {
				list, err := tx.Fleet(store.FleetQuery{FleetScope: store.FleetScope{Vendor: old}, Sort: store.ByFirm, Limit: 10})
				if len(list) != 0 {
					t.Errorf("trace %d: who looked after it sees %d of its tills", i, len(list))
				}
				return err
			})
		}
	})
}

// TestCheckTills: a list of tills that says what is not so is found.
func TestCheckTills(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		var c store.Company
		change := func(fn func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		change(func(tx *store.Tx) (err error) {
			if c, err = tx.AddCompany("Номин", 1); err != nil {
				return err
			}
			_, err = tx.AddPoint(c, "Төв", 1)
			return err
		})
		check := func() (said []string) {
			t.Helper()
			if err := s.Check(t.Context(), nil, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }); err != nil {
				t.Fatal(err)
			}
			return said
		}
		if said := check(); len(said) != 0 {
			t.Errorf("a good list: %s", said)
		}
		change(func(tx *store.Tx) error { return tx.Unlist(c) })
		if said := check(); len(said) != 1 || !strings.Contains(said[0], "vendor 1") {
			t.Errorf("a list with another vendor: %s", said)
		}
		change(func(tx *store.Tx) error { return tx.NameCompany(c, "Номин") })
		change(func(tx *store.Tx) error { return tx.Missort(c) })
		if said := check(); len(said) != 1 || !strings.Contains(said[0], `sorted as "x"`) {
			t.Errorf("a list with a version sorted as another: %s", said)
		}
		change(func(tx *store.Tx) error { return tx.NameCompany(c, "Номин") })
	})
}
