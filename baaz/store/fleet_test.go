package store_test

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/wire"
)

// naiveTill is what a till is known by here, kept beside the store.
type naiveTill struct {
	company, vendor      store.Company
	firm, name           string
	point                store.Point
	box                  journal.Box
	joined, shift, gone  bool
	version              string
	heard, expires, keys int64
}

const (
	fleetNow     = int64(2_000_000_000_000_000)
	fleetSilence = fleetNow - 180_000_000
)

func (n *naiveTill) state() store.FleetState {
	switch {
	case !n.joined && n.expires > fleetNow:
		return store.FleetWaits
	case !n.joined:
		return store.FleetNone
	case n.gone:
		return store.FleetRevoked
	case n.heard > fleetSilence:
		return store.FleetOnline
	case n.shift:
		return store.FleetSilent
	}
	return store.FleetOff
}

func (n *naiveTill) found(find string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	id := ""
	if n.joined {
		id = hex.EncodeToString(n.box[:])
	}
	have := split(n.firm + " " + n.name + " " + id)
	for _, token := range strings.Fields(strings.ToLower(find)) {
		words := split(token)
		all := len(words) > 0
		for _, w := range words {
			all = all && slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
		}
		if !all && !strings.HasPrefix(n.version, token) {
			return false
		}
	}
	return true
}

// order compares as the list does.
func order(a, b *naiveTill, by store.FleetSort) int {
	kind := func(n *naiveTill) int {
		switch {
		case !n.joined:
			return 3
		case n.gone:
			return 2
		case n.shift:
			return 1
		}
		return 0
	}
	at := func(n *naiveTill) int64 {
		if n.joined {
			return n.heard
		}
		return n.expires
	}
	first := 0
	switch by {
	case store.ByState:
		rank := func(n *naiveTill) int { return slices.Index(store.FleetStates, n.state()) }
		if first = cmp.Compare(rank(a), rank(b)); first == 0 && a.state() == store.FleetOnline {
			return order(a, b, store.ByFirm)
		}
		first = cmp.Or(first, cmp.Compare(kind(a), kind(b)), cmp.Compare(at(a), at(b)))
	case store.ByFirm:
		first = bytes.Compare(store.SortKey(a.firm), store.SortKey(b.firm))
	case store.ByPoint:
		first = bytes.Compare(store.SortKey(a.name), store.SortKey(b.name))
	case store.ByVersion:
		first = slices.Compare(numbers(a.version), numbers(b.version))
	}
	return cmp.Or(first, cmp.Compare(a.company, b.company), cmp.Compare(a.point, b.point))
}

// numbers of a version; none for none.
func numbers(version string) (list []int) {
	for _, part := range strings.FieldsFunc(version, func(r rune) bool { return r == '.' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			panic(err)
		}
		list = append(list, n)
	}
	return list
}

func fleetBox(n uint64) ed25519.PublicKey {
	seed := make([]byte, ed25519.SeedSize)
	binary.BigEndian.PutUint64(seed, n)
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

// fleetOf makes tills in every state by what makes them so in earnest.
func fleetOf(t *testing.T, s *store.Store) (all []*naiveTill, vendor store.Company) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	write := storetest.Writer(t, s)
	write(func(tx *store.Tx) (err error) {
		vendor, err = tx.AddHome(store.CompanyRow{Name: "Тех", World: store.WorldVendor, Created: 1})
		return err
	})
	for f, firm := range []string{"Номин", "Өргөө ХХК", "Орхон", "Ёл", "номин Импекс", "Ели"} {
		write(func(tx *store.Tx) error {
			of := store.Company(0)
			if f%2 == 0 {
				of = vendor
			}
			c, err := tx.AddHome(store.CompanyRow{Name: firm, World: store.WorldCompany, Vendor: of, Created: 1})
			if err != nil {
				return err
			}
			for i := range 20 {
				n := &naiveTill{company: c, vendor: of, firm: firm, name: fmt.Sprintf("%s салбар %d", []string{"Төв", "Хан-Уул", "Баян"}[r.IntN(3)], i)}
				if n.point, err = tx.AddPoint(c, n.name, 1); err != nil {
					return err
				}
				all = append(all, n)
				if err := fill(tx, n, r, uint64(f*100+i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all, vendor
}

// fill lets a till be in some state.
func fill(tx *store.Tx, n *naiveTill, r *rand.Rand, id uint64) error {
	switch r.IntN(6) {
	case 0:
		return nil
	case 1:
		n.expires = fleetNow + r.Int64N(2_000_000) - 1_000_000
		return tx.AddKey(store.KeyRow{Company: n.company, Hash: fmt.Appendf(nil, "key %d", id), Proof: []byte("x"), Point: n.point, Expires: n.expires}, 1)
	}
	key := fleetBox(id)
	n.box, n.joined, n.heard = journal.BoxOf(key), true, 1
	if _, err := tx.PutBox(n.company, key, n.point, 1, 1); err != nil {
		return err
	}
	if err := tx.TakePoint(n.company, n.point, 1, n.box); err != nil {
		return err
	}
	if r.IntN(5) > 0 {
		n.heard, n.shift, n.version = fleetSilence+r.Int64N(2_000_000)-1_000_000, r.IntN(2) == 0, fmt.Sprintf("2026.%d.%d", 1+r.IntN(2), 9+r.IntN(2))
		if err := tx.PutHeartbeat(store.BoxID{Company: n.company, Box: n.box}, store.Heartbeat{Heard: n.heard, Said: wire.Heartbeat{Version: n.version, Shift: n.shift}}); err != nil {
			return err
		}
	}
	if r.IntN(6) == 0 {
		n.gone = true
		return tx.SetBoxState(n.company, n.box, store.BoxRevoked)
	}
	return nil
}

// TestFleet lists, finds, sorts and counts tills as a naive count does, page by page, on both engines; and what changes one
// is seen in the list.
func TestFleet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		all, vendor := fleetOf(t, s)
		checkFleet(t, s, all, vendor)
		write := storetest.Writer(t, s)
		one := all[slices.IndexFunc(all, func(n *naiveTill) bool { return n.joined && !n.gone })]
		write(func(tx *store.Tx) error {
			one.name = "Шинэ нэр"
			return tx.NamePoint(one.company, one.point, one.name)
		})
		write(func(tx *store.Tx) error {
			for _, n := range all {
				if n.company == one.company {
					n.firm, n.vendor = "Хүнс-1", 0
				}
			}
			return tx.PutCompany(store.CompanyRow{Company: one.company, Name: "Хүнс-1"})
		})
		write(func(tx *store.Tx) error {
			one.heard = fleetNow
			_, err := tx.LockBox(one.company, one.box, fleetNow)
			return err
		})
		write(func(tx *store.Tx) error { // a box that moves leaves its point
			for _, n := range all {
				if n.company == one.company && !n.joined {
					if _, err := tx.PutBox(n.company, fleetBox(boxNumber(all, one)), n.point, 1, fleetNow); err != nil {
						return err
					}
					n.box, n.joined, n.shift, n.version, n.heard, n.gone = one.box, true, one.shift, one.version, one.heard, false
					one.joined, one.expires, one.version = false, 0, ""
					return tx.TakePoint(n.company, n.point, 1, n.box)
				}
			}
			return fmt.Errorf("no point is free")
		})
		checkFleet(t, s, all, vendor)
	})
}

// boxNumber is what the box of a till was made from.
func boxNumber(all []*naiveTill, of *naiveTill) uint64 {
	i := slices.Index(all, of)
	return uint64(i/20*100 + i%20)
}

func checkFleet(t *testing.T, s *store.Store, all []*naiveTill, vendor store.Company) {
	t.Helper()
	version := "2026.1.9"
	queries := []store.FleetQuery{{}, {Find: "номин"}, {Find: "САЛ 1"}, {Find: "2026.2"}, {Find: "хан-уул ө"}, {Find: "нэр шинэ"}, {Find: "хүнс-1"}, {Find: "салбар-9"}, {Find: hex.EncodeToString(all[5].box[:])[:9]}, {Find: "-"}, {Find: "%_ '"},
		{Version: &version}, {Version: &version, Find: "төв"}}
	for _, scope := range []store.FleetScope{{}, {Vendor: vendor}, {Company: all[0].company}} {
		naive := map[store.FleetState]int64{}
		versions := map[string]int64{}
		for _, n := range all {
			if scope.Vendor != 0 && n.vendor != scope.Vendor || scope.Company != 0 && n.company != scope.Company {
				continue
			}
			naive[n.state()]++
			if n.joined && n.version != "" {
				versions[n.version]++
			}
		}
		read(t, s, func(tx *store.Tx) error {
			states, ran, err := tx.FleetCounts(store.FleetQuery{FleetScope: scope, Silence: fleetSilence, Now: fleetNow})
			for _, st := range store.FleetStates {
				if states[st] != naive[st] {
					t.Errorf("%+v: %d are %s, counted by hand %d", scope, states[st], st, naive[st])
				}
			}
			if fmt.Sprint(ran) != fmt.Sprint(versions) {
				t.Errorf("%+v: versions %v, counted by hand %v", scope, ran, versions)
			}
			return err
		})
		for _, q := range queries {
			states, sorts, ways := append([]store.FleetState{""}, store.FleetStates...), store.FleetSorts, []bool{false, true}
			if q.Find != "" {
				states, sorts, ways = states[:2], sorts[:2], ways[:1] // what is found is put in order by the same
			}
			for _, state := range states {
				for _, by := range sorts {
					for _, down := range ways {
						q.FleetScope, q.State, q.Sort, q.Down, q.Silence, q.Now = scope, state, by, down, fleetSilence, fleetNow
						checkQuery(t, s, all, q)
					}
				}
			}
		}
	}
}

func checkQuery(t *testing.T, s *store.Store, all []*naiveTill, q store.FleetQuery) {
	t.Helper()
	want := []*naiveTill{}
	for _, n := range all {
		if (q.Vendor == 0 || n.vendor == q.Vendor) && (q.Company == 0 || n.company == q.Company) && (q.State == "" || n.state() == q.State) && (q.Version == nil || n.joined && n.version == *q.Version) && n.found(q.Find) {
			want = append(want, n)
		}
	}
	slices.SortFunc(want, func(a, b *naiveTill) int {
		if q.Down {
			a, b = b, a
		}
		return order(a, b, q.Sort)
	})
	read(t, s, func(tx *store.Tx) error {
		q.Limit = 7
		if len(want) > 20 && q.Find == "" {
			q.Limit = 33
		}
		var got []store.FleetRow
		shown := map[[2]int64]bool{} // what has moved lately comes again at the end
		for {
			page, err := tx.Fleet(q)
			if err != nil {
				return err
			}
			for _, r := range page {
				key := [2]int64{int64(r.Company), int64(r.Point)}
				if !shown[key] {
					got = append(got, r)
				}
				shown[key] = true
			}
			if len(page) < q.Limit || len(got) > len(all) {
				break
			}
			q.After = page[len(page)-1].Place
		}
		if !slices.EqualFunc(got, want, func(g store.FleetRow, w *naiveTill) bool { return g.Company == w.company && g.Point == w.point }) {
			t.Errorf("%+v: %d tills, by hand %d, or in another order", q, len(got), len(want))
		}
		n, err := tx.FleetFound(q)
		if n != int64(len(want)) {
			t.Errorf("%+v: found %d, by hand %d", q, n, len(want))
		}
		return err
	})
}

func read(t *testing.T, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestReleaseKey: versions are sorted by their numbers, whatever stands between them.
func TestReleaseKey(t *testing.T) {
	rising := []string{"", "2025.12.31", "2026.1.9", "2026.1.9-rc1", "2026.1.9-rc10", "2026.1.10", "2026.01.11", "2026.2", "2026.10", "10000000000000000000000", "v1.9", "v1.10"}
	for i := 1; i < len(rising); i++ {
		if bytes.Compare(store.ReleaseKey(rising[i-1]), store.ReleaseKey(rising[i])) >= 0 {
			t.Errorf("%q does not stand before %q", rising[i-1], rising[i])
		}
	}
}

func FuzzReleaseKey(f *testing.F) {
	f.Add("2026.9", "2026.10", uint32(9))
	f.Fuzz(func(t *testing.T, a, b string, n uint32) {
		if (a == b) != bytes.Equal(store.ReleaseKey(a), store.ReleaseKey(b)) {
			t.Errorf("%q and %q", a, b)
		}
		less, more := fmt.Sprintf("%s.%d", a, n), fmt.Sprintf("%s.%d", a, uint64(n)+1)
		if bytes.Compare(store.ReleaseKey(less), store.ReleaseKey(more)) >= 0 {
			t.Errorf("%q does not stand before %q", less, more)
		}
	})
}
