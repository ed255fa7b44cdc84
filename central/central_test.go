package central_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	store "posbox/catalog"
	"posbox/central"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// box is a folder of a till with its catalogue and what BAAZ has sent.
type box struct {
	t     *testing.T
	dir   string
	goods *store.Store
	k     *central.Keeper
}

func open(t *testing.T, dir string) *box {
	t.Helper()
	b := &box{t: t, dir: dir}
	var err error
	if b.goods, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.goods.Close() })
	if b.k, err = central.Open(dir, b.goods, nil); err != nil {
		t.Fatal(err)
	}
	return b
}

// again opens the folder as after a restart.
func (b *box) again() *box { b.t.Helper(); b.goods.Close(); return open(b.t, b.dir) }

var (
	company = wire.CompanyScope(7)
	point   = wire.PointScope(7, 1)
)

func row(version uint64, register, code, body string) wire.Row {
	if body == "" {
		return wire.Row{Version: version, Register: register, Code: code, Gone: true}
	}
	return wire.Row{Version: version, Register: register, Code: code, Body: []byte(body)}
}

func good(version uint64, code, price string) wire.Row {
	return row(version, "goods", code, fmt.Sprintf(`{"code":%q,"name":"Бараа %s","barcodes":["86%s"],"unit":"ш","prices":[{"amount":%q}],"tax_included":true,"tax":"VAT_ABLE","active":true}`, code, code, code, price))
}

// replace takes a snapshot of rows.
func (b *box) replace(scope wire.Scope, version uint64, rows ...wire.Row) {
	b.t.Helper()
	slices.SortFunc(rows, func(x, y wire.Row) int { return strings.Compare(x.Key(), y.Key()) })
	var raw []byte
	for _, r := range rows {
		raw = r.Append(raw)
	}
	s := wire.Snapshot{Scope: scope, Version: version, Chain: journal.Hash{byte(version)}, Rows: int64(len(rows)), Time: 5}
	if err := b.k.Replace(context.Background(), s, wire.NewRows(bytes.NewReader(raw))); err != nil {
		b.t.Fatal(err)
	}
}

// apply takes changes behind where the scope stands.
func (b *box) apply(scope wire.Scope, rows ...wire.Row) error {
	at := b.k.Position(scope)
	return b.k.Apply(context.Background(), wire.Page{Scope: scope, After: at.Version, Head: at.Version + uint64(len(rows)), Chain: journal.Hash{9}, Rows: rows, Time: 6})
}

// costs returns the price of a barcode; empty: it is not sold.
func (b *box) costs(barcode string) string {
	b.t.Helper()
	found, err := b.goods.ByBarcode(barcode)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(found) != 1 || !found[0].Active {
		return ""
	}
	price, _ := found[0].PriceOn("2026-11-28")
	return price.String()
}

func (b *box) want(prices map[string]string) {
	b.t.Helper()
	for code, want := range prices {
		if got := b.costs(code); got != want {
			b.t.Errorf("%s costs %q, want %q", code, got, want)
		}
	}
}

func TestSnapshotChangesRestart(t *testing.T) {
	b := open(t, t.TempDir())
	if at := b.k.Position(company); at.Time != 0 {
		t.Errorf("%+v", at)
	}
	b.replace(company, 5, good(1, "1", "10"), good(2, "2", "20"), row(3, "customers", "K", `{"code":"K","name":"Дорж","cards":["77"],"percent":"5","active":true,"earned":"8"}`),
		row(4, "roles", "cook", `{"code":"cook","rights":["sell"],"max_discount":"0"}`), row(5, "sellers", "3", `{"code":"3","name":"А","role":"cook","active":true}`))
	b.want(map[string]string{"861": "10.00", "862": "20.00"})
	if c, ok, _ := b.goods.Customer("77"); !ok || c.Percent.String() != "8" && c.Percent.String() != "8.00" {
		t.Errorf("the larger of the two discounts counts: %v %v", c, ok)
	}
	v := b.k.View()
	if !v.Taken || len(v.Sellers) != 1 || !strings.Contains(string(v.Layers[0].JSON), "cook") {
		t.Errorf("%+v", v)
	}
	// Goods exchange a barcode in one page; one is deleted; a seller is shut out at the point.
	swap := []wire.Row{good(6, "1", "11"), good(7, "2", "21"), good(8, "3", "30"), row(9, "goods", "3", "")}
	swap[0].Body = bytes.Replace(swap[0].Body, []byte(`"861"`), []byte(`"862"`), 1)
	swap[1].Body = bytes.Replace(swap[1].Body, []byte(`"862"`), []byte(`"861"`), 1)
	if err := b.apply(company, swap...); err != nil {
		t.Fatal(err)
	}
	b.replace(point, 1, row(1, "sellers", "3", `{"code":"3","name":"А","role":"cook","active":false}`))
	for range 2 {
		b.want(map[string]string{"862": "11.00", "861": "21.00", "863": ""})
		if v := b.k.View(); len(v.Sellers) != 1 || v.Sellers[0].Active || b.k.Position(company).Version != 9 || b.k.Position(point).Version != 1 {
			t.Errorf("%+v", v.Sellers)
		}
		b = b.again()
	}
	// Not its own any more.
	if err := b.k.Own([]wire.Scope{company}); err != nil || !b.k.View().Sellers[0].Active || b.k.Position(point).Time != 0 {
		t.Errorf("%v %+v", err, b.k.View().Sellers)
	}
	// A page from elsewhere.
	if err := b.k.Apply(context.Background(), wire.Page{Scope: company, After: 3, Rows: []wire.Row{good(4, "1", "1")}}); !errors.Is(err, central.ErrAnew) {
		t.Error(err)
	}
}

// The price list of the point decides what goods cost; with another one the goods are asked for anew.
func TestPriceList(t *testing.T) {
	b := open(t, t.TempDir())
	lists := row(1, "goods", "1", `{"code":"1","name":"А","barcodes":["861"],"unit":"ш","prices":[{"amount":"10"},{"list":"bulk","amount":"9"}],"tax_included":true,"tax":"VAT_ABLE","active":true}`)
	b.replace(company, 1, lists)
	b.want(map[string]string{"861": "10.00"})
	b.replace(point, 1, row(1, "points", "1", `{"code":"1","name":"Касс","price_list":"bulk"}`))
	if at := b.k.Position(company); at.Time != 0 {
		t.Errorf("the goods are of another list: %+v", at)
	}
	b.replace(company, 1, lists)
	b.want(map[string]string{"861": "9.00"})
	if at := b.k.Position(company); at.Version != 1 {
		t.Errorf("%+v", at)
	}
}

// Rows that this program cannot use are left out and told; the rest holds, and a later one that can be used heals it.
func TestRowsThatCannotBeUsed(t *testing.T) {
	b := open(t, t.TempDir())
	bad := good(1, "1", "10")
	bad.Body = bytes.Replace(bad.Body, []byte("VAT_ABLE"), []byte("NEW_TAX"), 1)
	b.replace(company, 3, bad, good(2, "2", "20"), row(3, "future", "x", `{"a":1}`), row(1, "sellers", "9", `[]`))
	b.want(map[string]string{"861": "", "862": "20.00"})
	problems := b.k.View().Problems
	if len(problems) != 2 || problems[0].Args["code"] != "1" || problems[0].Code != fault.CentralRow {
		t.Errorf("%v", problems)
	}
	if err := b.apply(company, good(4, "1", "11"), row(5, "sellers", "9", "")); err != nil {
		t.Fatal(err)
	}
	b.want(map[string]string{"861": "11.00"})
	if p := b.k.View().Problems; len(p) != 0 {
		t.Errorf("%v", p)
	}
}

// A snapshot that breaks off in the middle changes nothing.
func TestBrokenSnapshot(t *testing.T) {
	b := open(t, t.TempDir())
	b.replace(company, 2, good(1, "1", "10"), good(2, "2", "20"))
	raw := good(4, "2", "99").Append(good(3, "1", "99").Append(nil))
	for cut := range len(raw) {
		if cut == 0 || cut == good(3, "1", "99").Size() {
			continue // whole rows
		}
		err := b.k.Replace(context.Background(), wire.Snapshot{Scope: company, Version: 4, Time: 9}, wire.NewRows(bytes.NewReader(raw[:cut])))
		if err == nil {
			t.Fatalf("cut at %d: taken", cut)
		}
	}
	b.want(map[string]string{"861": "10.00", "862": "20.00"})
	if at := b.k.Position(company); at.Version != 2 {
		t.Errorf("%+v", at)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var many []byte
	for i := range 3000 {
		many = good(1, fmt.Sprintf("%05d", i), "1").Append(many)
	}
	if err := b.k.Replace(ctx, wire.Snapshot{Scope: company, Version: 5, Time: 9}, wire.NewRows(bytes.NewReader(many))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	b.want(map[string]string{"861": "10.00"})
}

// The power goes after the catalogue is written and before central.json is: the page is taken once more, or the snapshot.
func TestPowerCutBetweenTheTwo(t *testing.T) {
	b := open(t, t.TempDir())
	b.replace(company, 2, good(1, "1", "10"))
	path := filepath.Join(b.dir, "central.json")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.apply(company, good(3, "1", "11"), good(4, "2", "5")); err != nil {
		t.Fatal(err)
	}
	put := func(text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		b = b.again()
	}
	put(before)
	if at := b.k.Position(company); at.Version != 2 {
		t.Fatalf("%+v", at)
	}
	if err := b.apply(company, good(3, "1", "11"), good(4, "2", "5")); err != nil {
		t.Fatal(err)
	}
	b.want(map[string]string{"861": "11.00", "862": "5.00"})
	b.replace(company, 9, good(8, "1", "77"))
	put(before) // the catalogue is of another snapshot than central.json says
	if at := b.k.Position(company); at.Time != 0 {
		t.Errorf("%+v", at)
	}
}

func TestDamagedFile(t *testing.T) {
	b := open(t, t.TempDir())
	b.replace(company, 2, good(1, "1", "10"))
	path := filepath.Join(b.dir, "central.json")
	whole, _ := os.ReadFile(path)
	for i := 0; i < len(whole); i += 7 {
		broken := bytes.Clone(whole)
		broken[i] ^= 4
		os.WriteFile(path, broken, 0o600)
		k, err := central.Open(b.dir, b.goods, nil)
		if fault.CodeOf(err) != fault.CentralBroken || k.Position(company).Time != 0 || k.View().Taken {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("who may read the sellers' hashes: %v", info.Mode())
	}
}
