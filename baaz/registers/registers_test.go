package registers_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a company with registers to try.
type shop struct {
	t       *testing.T
	r       *registers.Registers
	s       *store.Store
	c       store.Company
	scope   wire.Scope
	changed []uint64
}

func newShop(t *testing.T, dsn string) *shop {
	t.Helper()
	x := &shop{t: t, s: storetest.Open(t, dsn)}
	now := time.UnixMicro(1_790_000_000_000_000)
	x.r = registers.New(registers.Options{Store: x.s, Now: func() time.Time { now = now.Add(time.Second); return now },
		Changed: func(_ wire.Scope, v uint64) { x.changed = append(x.changed, v) }})
	x.c = x.company("Номин")
	x.scope = wire.CompanyScope(uint64(x.c))
	return x
}

func (x *shop) company(name string) (c store.Company) {
	x.t.Helper()
	err := x.s.Write(context.Background(), func(tx *store.Tx) (err error) {
		c, err = tx.AddCompany(name, 1)
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return c
}

// put writes a row that must be taken.
func (x *shop) put(register, code, body string) registers.Result {
	x.t.Helper()
	got, err := x.r.Put(context.Background(), "болд", x.scope, register, registers.Change{Code: code, Body: []byte(body)})
	if err != nil {
		x.t.Fatal(err)
	}
	return got
}

// refused demands a code of a change.
func (x *shop) refused(want fault.Code, scope wire.Scope, register string, c registers.Change) error {
	x.t.Helper()
	_, err := x.r.Put(context.Background(), "болд", scope, register, c)
	if fault.CodeOf(err) != want {
		x.t.Errorf("%s %s %s: %v, want %s", register, c.Code, c.Body, err, want)
	}
	return err
}

const milk = `{"name":"Сүү","barcodes":["8656001000011"],"unit":"ш","prices":[{"amount":"3000"},{"from":"2026-12-01","amount":"3500.50"}]}`

func TestPutGetHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		first := x.put("goods", "1001", milk)
		if !first.Changed || !first.Added || first.Row.Version != 1 {
			t.Errorf("%+v", first)
		}
		if again := x.put("goods", "1001", milk); again.Changed || again.Row.Version != 1 {
			t.Errorf("the same row again: %+v", again)
		}
		seen := uint64(1)
		second, err := x.r.Put(ctx, "сараа", x.scope, "goods", registers.Change{Code: "1001", Body: []byte(`{"name":"Сүү 1 л"}`), Merge: true, Match: &seen})
		if err != nil || second.Row.Version != 2 || second.Added {
			t.Fatalf("%+v %v", second, err)
		}
		var conflict *registers.Conflict
		err = x.refused(fault.RowConflict, x.scope, "goods", registers.Change{Code: "1001", Body: []byte(milk), Match: &seen})
		if !errors.As(err, &conflict) || conflict.Present.Version != 2 || !strings.Contains(string(conflict.Present.Body), "Сүү 1 л") {
			t.Errorf("%+v", conflict)
		}
		if _, err := x.r.Put(ctx, "сараа", x.scope, "goods", registers.Change{Code: "1001", Delete: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.r.Get(ctx, x.scope, "goods", "1001"); fault.CodeOf(err) != fault.RowUnknown {
			t.Errorf("deleted: %v", err)
		}
		past, err := x.r.History(ctx, x.scope, "goods", "1001", 0, 10)
		if err != nil || len(past) != 3 {
			t.Fatalf("%v %v", past, err)
		}
		if past[0].After != nil || past[0].Who != "сараа" || past[2].Before != nil || past[2].Who != "болд" || past[2].At >= past[0].At ||
			string(past[1].Before) != string(past[2].After) || !strings.Contains(string(past[1].After), "Сүү 1 л") {
			t.Errorf("%s", encoded(past))
		}
		if part, _ := x.r.History(ctx, x.scope, "goods", "1001", 3, 1); len(part) != 1 || part[0].Version != 2 || part[0].Before == nil {
			t.Errorf("a part of it: %s", encoded(part))
		}
		if !slices.Equal(x.changed, []uint64{1, 2, 3}) {
			t.Errorf("told of %v", x.changed)
		}
	})
}

func encoded(v any) string {
	b, _ := json.MarshalIndent(v, "", " ")
	return string(b)
}

// A good without price lists is stored as the till stores it, byte for byte.
func TestGoodIsStoredAsTheTillDoes(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	for i, body := range []string{milk, `{"name":"Мах <&>","unit":"кг","weighed":true,"prices":[{"amount":18000}],"tax":"VAT_FREE","city_tax":true,
		"class_code":"2111111","tax_product_code":"305","active":false,"tax_included":false,"category":"Хоол"}`} {
		got := x.put("goods", fmt.Sprint(i), body).Row
		var g wire.Good
		if err := json.Unmarshal(got.Body, &g); err != nil {
			t.Fatal(err)
		}
		if want, _ := json.Marshal(g.SoldBy("")); string(got.Body) != string(want) {
			t.Errorf("stored %s\n  till %s", got.Body, want)
		}
	}
}

func TestPriceLists(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	bad := registers.Change{Code: "1", Body: []byte(`{"name":"A","prices":[{"amount":"10"},{"list":"bulk","amount":"9"}]}`)}
	x.refused(fault.RowBad, x.scope, "goods", bad)
	x.put("price_lists", "bulk", `{"name":"Бөөний"}`)
	row := x.put("goods", "1", string(bad.Body)).Row
	var g wire.Good
	if err := json.Unmarshal(row.Body, &g); err != nil {
		t.Fatal(err)
	}
	for list, want := range map[string]catalog.Price{"": {Amount: 1000}, "bulk": {Amount: 900}, "other": {Amount: 1000}} {
		if got := g.SoldBy(list).Prices; len(got) != 1 || got[0] != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

// What is wrong is said: which field, and why.
func TestRefusals(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	x.put("goods", "1001", milk)
	x.put("customers", "k1", `{"name":"Дорж","cards":["777"]}`)
	point := wire.PointScope(uint64(x.c), 1)
	for _, c := range []struct {
		register, code, body, field, detail string
	}{
		{"goods", "7", `{}`, "name", "it is missing"},
		{"goods", "7", `[]`, "{}", "must be an object"},
		{"goods", "7", `{"name":"A","name":"B"}`, "name", "stands twice"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"1"}],"colour":"red"}`, "colour", "there is no such field"},
		{"goods", "7", `{"code":"8","name":"A","prices":[{"amount":"1"}]}`, "code", "another than in the address"},
		{"goods", "7", `{"name":"A"}`, "prices", "it is missing"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"0"}]}`, "prices", "is not between"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"1","from":"2026-02-30"}]}`, "prices", "is not a day"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"1","from":"2026-03-01"},{"amount":"1","from":"2026-02-01"}]}`, "prices", "ascend"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"1"}],"tax":"NOT"}`, "tax", "must be VAT_ABLE"},
		{"goods", "7", `{"name":"A\u0000","prices":[{"amount":"1"}]}`, "name", "printable"},
		{"goods", "7", `{"name":"` + strings.Repeat("а", 201) + `","prices":[{"amount":"1"}]}`, "name", "1 to 200"},
		{"goods", "7", `{"name":"A","prices":[{"amount":"1"}],"barcodes":["1","1"]}`, "barcodes", "stands twice"},
		{"goods", "", milk, "code", "it is missing"},
		{"goods", strings.Repeat("1", 33), milk, "code", "1 to 32"},
		{"sellers", "1", `{"name":"A","role":"king"}`, "role", "king does not stand in register roles"},
		{"sellers", "1", `{"name":"A","role":"seller","password":"123"}`, "password", "4 to 128"},
		{"locations", "Төв", `{"name":"Төв"}`, "code", "a-z"},
		{"taxes", "2026-13-01", `{"vat":"10","city_tax":"2"}`, "code", "is not a day"},
		{"taxes", "2026-12-01", `{"vat":"101","city_tax":"2"}`, "vat", "101.00 is not between 0 and 100"},
		{"barcode_rules", "21", `{"item_digits":5,"value_digits":9,"kind":"weight"}`, "{}", ""},
		{"customers", "k2", `{"name":"A","valid_from":"2026-02-01","valid_to":"2026-01-01"}`, "valid_to", "lies before"},
		{"tiers", "a", `{"name":"A","steps":[{"total":"100","percent":"1"},{"total":"100","percent":"2"}]}`, "steps", "ascend"},
		{"tenders", "gold", `{"name":"Алт"}`, "code", "must be cash"},
		{"settings", "shop", `{"values":{}}`, "code", "must be company"},
		{"settings", "company", `{"values":{"lock_after":-1}}`, "values.lock_after", "is not between"},
		{"settings", "company", `{"values":{"sellers":[]}}`, "values.sellers", "register of its own"},
	} {
		err := x.refused(fault.RowBad, x.scope, c.register, registers.Change{Code: c.code, Body: []byte(c.body)})
		if f := fault.Of(err); f.Args["field"] != c.field || !strings.Contains(f.Args["detail"], c.detail) {
			t.Errorf("%s %s: %v", c.register, c.body, f.Args)
		}
	}
	x.refused(fault.RowTaken, x.scope, "goods", registers.Change{Code: "7", Body: []byte(milk)})
	x.refused(fault.RowTaken, x.scope, "customers", registers.Change{Code: "777", Body: []byte(`{"name":"Another"}`)})
	x.refused(fault.RowScope, point, "goods", registers.Change{Code: "7", Body: []byte(milk)})
	x.refused(fault.RowScope, point, "points", registers.Change{Code: "1", Body: []byte(`{"name":"Nobody has made it"}`)})
	x.refused(fault.RowScope, point, "tabs", registers.Change{Code: "1", Body: []byte(`{"name":"Nobody has made it"}`)})
	x.refused(fault.RowRegister, x.scope, "secrets", registers.Change{Code: "7", Body: []byte(milk)})
	x.refused(fault.RowUnknown, x.scope, "goods", registers.Change{Code: "7", Delete: true})
	if page, err := x.r.List(context.Background(), x.c, registers.Query{Register: "goods"}); err != nil || len(page.Rows) != 1 {
		t.Errorf("something was written: %v %v", page, err)
	}
}

// Barcodes go with their good: free once it is gone or has others, and two goods may not share one.
func TestMarksFollowTheirRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		x.put("goods", "1", milk)
		x.put("goods", "1", strings.Replace(milk, "8656001000011", "5", 1))
		x.put("goods", "2", milk)
		x.refused(fault.RowTaken, x.scope, "goods", registers.Change{Code: "1", Body: []byte(milk)})
		// One goes and another takes its barcode, in one step; the other way round it is not free yet.
		steps := []registers.Change{{Code: "2", Delete: true}, {Code: "1", Body: []byte(milk)}}
		if _, err := x.r.Apply(ctx, "болд", x.scope, "goods", steps); err != nil {
			t.Fatal(err)
		}
		other := wire.CompanyScope(uint64(x.company("Өөр компани")))
		if _, err := x.r.Put(ctx, "x", other, "goods", registers.Change{Code: "1", Body: []byte(milk)}); err != nil {
			t.Errorf("another company's barcode: %v", err)
		}
	})
}

// A password is stored as a hash that the till takes, is never told, and stays where none is sent.
func TestPasswords(t *testing.T) {
	x, ctx := newShop(t, t.TempDir()+"/b.db"), context.Background()
	x.put("roles", "cook", `{"rights":["sell"]}`)
	hash := func() string {
		var body []byte
		x.s.Read(ctx, func(tx *store.Tx) error {
			key := store.MasterKey("sellers", "7")
			found, err := tx.FindMaster(x.c, x.scope.String(), [][]byte{key})
			body = found[string(key)].Body
			return err
		})
		var s wire.Seller
		if err := json.Unmarshal(body, &s); err != nil {
			t.Fatal(err)
		}
		return s.PasswordHash
	}
	told := string(x.put("sellers", "7", `{"name":"Болд","role":"cook","password":"7391"}`).Row.Body)
	first := hash()
	if !till.VerifyPassword(first, "7391") || strings.Contains(told, "argon2") || strings.Contains(told, "7391") || !strings.Contains(told, `"has_password":true`) {
		t.Errorf("%s %s", told, first)
	}
	x.put("sellers", "7", `{"name":"Болд Б","role":"senior"}`)
	if hash() != first {
		t.Error("the password is gone")
	}
	x.put("sellers", "7", `{"name":"Болд Б","role":"senior","password":"9999"}`)
	if !till.VerifyPassword(hash(), "9999") {
		t.Error("the new password does not hold")
	}
	x.refused(fault.RowBad, x.scope, "sellers", registers.Change{Code: "8", Body: []byte(`{"name":"A","role":"cook","password_hash":"$argon2id$x"}`)})
	past, _ := x.r.History(ctx, x.scope, "sellers", "7", 0, 10)
	if strings.Contains(encoded(past), "argon2") {
		t.Error("the history tells the hash")
	}
}

func TestUsedRowsStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		x.put("locations", "north", `{"name":"Хойд"}`)
		x.put("roles", "cook", `{"rights":["sell"]}`)
		point, err := x.r.AddPoint(ctx, "болд", x.c, []byte(`{"name":"Касс 1","location":"north","header":["Тавтай морил",""]}`))
		if err != nil || point.Row.Code != "1" || point.Row.Scope != wire.PointScope(uint64(x.c), 1) {
			t.Fatalf("%+v %v", point, err)
		}
		if _, err := x.r.Put(ctx, "болд", wire.GroupScope(uint64(x.c), "north"), "sellers", registers.Change{Code: "3", Body: []byte(`{"name":"A","role":"cook"}`)}); err != nil {
			t.Fatal(err)
		}
		x.refused(fault.RowUsed, x.scope, "locations", registers.Change{Code: "north", Delete: true})
		x.refused(fault.RowUsed, x.scope, "roles", registers.Change{Code: "cook", Delete: true})
		x.refused(fault.RowScope, point.Row.Scope, "points", registers.Change{Code: "2", Body: []byte(`{"name":"B"}`)})
		x.refused(fault.RowBad, point.Row.Scope, "points", registers.Change{Code: "1", Body: []byte(`{"name":"B","location":"south"}`)})
		err = x.s.Read(ctx, func(tx *store.Tx) error {
			points, err := tx.Points(x.c)
			if len(points) != 1 || points[0].Name != "Касс 1" {
				t.Errorf("%v", points)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Lists come in the order of Mongolian names, page by page, and are searched in as the till searches.
func TestLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		names := []string{"Архи", "Оргил", "Өндөг", "Сүү 2%", "Сүү 10%", "Уурга", "Үзэм", "Явган"}
		var changes []registers.Change
		for i, n := range names {
			changes = append(changes, registers.Change{Code: fmt.Sprint("g", (i*5)%8), Body: fmt.Appendf(nil, `{"name":%q,"barcodes":["865%d"],"prices":[{"amount":"1"}]}`, n, i)})
		}
		if _, err := x.r.Apply(ctx, "болд", x.scope, "goods", changes); err != nil {
			t.Fatal(err)
		}
		list := func(q registers.Query) (got []string) {
			q.Register = "goods"
			for {
				page, err := x.r.List(ctx, x.c, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Rows {
					var g wire.Good
					json.Unmarshal(r.Body, &g)
					got = append(got, g.Name)
				}
				if q.After = page.Next; q.After == "" {
					return got
				}
			}
		}
		for limit := 1; limit < 10; limit++ {
			if got := list(registers.Query{Limit: limit}); !slices.Equal(got, names) {
				t.Errorf("pages of %d: %v", limit, got)
			}
		}
		for search, want := range map[string][]string{"suu": {"Сүү 2%", "Сүү 10%"}, "8653": {"Сүү 2%"}, "g5": {"Оргил"}, "%": names, "ү": {"Оргил", "Сүү 2%", "Сүү 10%", "Уурга", "Үзэм"}, "zzz": nil} {
			if search == "ү" {
				continue // folds to u, which is in several
			}
			if got := list(registers.Query{Search: search, Scope: &x.scope, Limit: 1}); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", search, got, want)
			}
		}
		for _, bad := range []registers.Query{{After: "xx"}, {After: "W10"}, {After: base64.RawURLEncoding.EncodeToString([]byte(`["YQ==","/wA=","YQ=="]`))}, {Limit: -1}, {Search: strings.Repeat("x", 300)}} {
			bad.Register = "goods"
			if _, err := x.r.List(ctx, x.c, bad); fault.CodeOf(err) != fault.QueryMalformed {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// SQL and HTML in every text field of every register go in and come out as they are, and do nothing.
func TestHostileTextsInEveryField(t *testing.T) {
	hostile := []string{`'); DROP TABLE master_row; --`, `<script>alert(1)</script>`, `" onload="x`, `%_!\`, `{{.}}`, `$1`, `Робот"; DELETE`}
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		if _, err := x.r.AddPoint(ctx, "болд", x.c, []byte(`{"name":"Цэг"}`)); err != nil {
			t.Fatal(err)
		}
		for _, reg := range registers.Table {
			for _, f := range reg.Fields {
				if f.Kind != registers.Text || f.Ref != "" || f.Digits || f.Max < 30 {
					continue
				}
				for i, text := range hostile {
					scope, code := x.scope, fmt.Sprint("h", i)
					switch {
					case reg.Fixed != nil:
						code = "company"
					case reg.Numbered:
						scope, code = wire.PointScope(uint64(x.c), 1), "1"
					}
					body := map[string]any{"name": "x", f.Name: text}
					if reg.Name == "goods" {
						body["prices"] = []any{map[string]string{"amount": "1"}}
					}
					if reg.Name == "sellers" {
						body["role"] = "seller"
					}
					if reg.Name == "tiers" {
						body["steps"] = []any{map[string]string{"total": "1", "percent": "1"}}
					}
					if reg.Name == "tenders" {
						code = "cash"
					}
					if reg.Name == "roles" {
						body["rights"] = []string{"sell"}
					}
					raw, _ := json.Marshal(body)
					if _, err := x.r.Put(ctx, text, scope, reg.Name, registers.Change{Code: code, Body: raw}); err != nil {
						t.Fatalf("%s.%s %q: %v", reg.Name, f.Name, text, err)
					}
					got, err := x.r.Get(ctx, scope, reg.Name, code)
					var back map[string]any
					if err != nil || json.Unmarshal(got.Body, &back) != nil || back[f.Name] != text {
						t.Fatalf("%s.%s %q came back as %s, %v", reg.Name, f.Name, text, got.Body, err)
					}
					if strings.ContainsAny(string(got.Body), "<>&") {
						t.Errorf("%s: HTML stands in the JSON: %s", reg.Name, got.Body)
					}
					if _, err := x.r.List(ctx, x.c, registers.Query{Register: reg.Name, Search: text}); err != nil {
						t.Errorf("%q: %v", text, err)
					}
				}
			}
		}
		x.put("goods", strings.Repeat("'", 32), milk) // as a code, too
	})
}

// Many who change one scope at once: every version once, in order, none lost.
func TestManyWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		x.r = registers.New(registers.Options{Store: x.s, Now: time.Now})
		const each, writers = 20, 6
		done := make(chan error, writers)
		for w := range writers {
			go func() {
				for i := range each {
					body := fmt.Appendf(nil, `{"name":"%d %d","prices":[{"amount":"%d"}]}`, w, i, i+1)
					if _, err := x.r.Put(ctx, "x", x.scope, "goods", registers.Change{Code: fmt.Sprint(i % 7), Body: body}); err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		err := x.s.Read(ctx, func(tx *store.Tx) error {
			list, err := tx.Changes(x.c, x.scope.String(), 0, 1000, 1<<30)
			if len(list) != each*writers {
				t.Errorf("%d changes", len(list))
			}
			for i, c := range list {
				if c.Version != uint64(i+1) {
					t.Errorf("version %d stands at %d", c.Version, i)
				}
			}
			row, _ := tx.Scope(x.c, x.scope.String())
			if n, _ := tx.CountMaster(x.c, "goods"); row.Rows != 7 || n != 7 {
				t.Errorf("%d rows, %d counted", row.Rows, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzPut: whatever is sent is refused with a fault or stored as it is read again.
func FuzzPut(f *testing.F) {
	f.Add("goods", "1", []byte(milk))
	f.Add("sellers", "1", []byte(`{"name":"A","role":"seller","password":"1234"}`))
	f.Add("settings", "company", []byte(`{"values":{"lang":"en"}}`))
	f.Add("tiers", "a", []byte(`{"name":"A","steps":[{"total":1e3,"percent":"5"}]}`))
	s, err := store.Open(context.Background(), f.TempDir()+"/b.db")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	r := registers.New(registers.Options{Store: s, Now: time.Now})
	scope := wire.CompanyScope(7)
	f.Fuzz(func(t *testing.T, register, code string, body []byte) {
		got, err := r.Put(context.Background(), "fuzz", scope, register, registers.Change{Code: code, Body: body})
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				t.Fatalf("%s %q %q: %v", register, code, body, err)
			}
			return
		}
		if !json.Valid(got.Row.Body) {
			t.Fatalf("stored %q", got.Row.Body)
		}
		if again, err := r.Put(context.Background(), "fuzz", scope, register, registers.Change{Code: got.Row.Code, Body: got.Row.Body, Merge: true}); register != "sellers" && (err != nil || again.Changed) {
			t.Fatalf("%s does not come back: %+v %v", got.Row.Body, again, err)
		}
	})
}

// Barcodes that goods exchange in one request are judged by how it ends, whatever the order of the changes; what two rows
// would share at the end is refused, and then nothing has changed.
func TestMarksAreJudgedAtTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		shop, ctx := newShop(t, dsn), context.Background()
		good := func(code string, barcodes ...string) registers.Change {
			b, _ := json.Marshal(map[string]any{"name": "Бараа", "barcodes": barcodes, "prices": []map[string]string{{"amount": "1"}}})
			return registers.Change{Code: code, Body: b}
		}
		gone := func(code string) registers.Change { return registers.Change{Code: code, Delete: true} }
		const a, b, c = "8656001000011", "8656001000028", "8656001000035"
		for name, x := range map[string]struct {
			changes []registers.Change
			code    fault.Code
			end     map[string]string // code: its first barcode
		}{
			"two exchange":               {[]registers.Change{good("1", b), good("2", a)}, "", map[string]string{"1": b, "2": a, "3": c}},
			"the other way round":        {[]registers.Change{good("2", a), good("1", b)}, "", map[string]string{"1": b, "2": a, "3": c}},
			"three in a ring":            {[]registers.Change{good("1", b), good("2", c), good("3", a)}, "", map[string]string{"1": b, "2": c, "3": a}},
			"to one that goes":           {[]registers.Change{good("1", b), gone("2")}, "", map[string]string{"1": b, "3": c}},
			"of one that goes, last":     {[]registers.Change{good("4", a), gone("1")}, "", map[string]string{"4": a, "2": b, "3": c}},
			"two want one":               {[]registers.Change{good("1", b), good("2", b)}, fault.RowTaken, nil},
			"a new one wants what stays": {[]registers.Change{good("4", c), good("1", b), good("2", a)}, fault.RowTaken, nil},
			"one twice":                  {[]registers.Change{good("1", b), good("1", c)}, fault.RowBad, nil},
		} {
			scope := wire.CompanyScope(uint64(shop.company(name)))
			before := []registers.Change{good("1", a), good("2", b), good("3", c)}
			if _, err := shop.r.Apply(ctx, "болд", scope, "goods", before); err != nil {
				t.Fatal(err)
			}
			if _, err := shop.r.Apply(ctx, "болд", scope, "goods", x.changes); fault.CodeOf(err) != x.code {
				t.Errorf("%s: %v, want %q", name, err, x.code)
			}
			end := x.end
			if end == nil {
				end = map[string]string{"1": a, "2": b, "3": c}
			}
			page, err := shop.r.List(ctx, store.Company(scope.Company), registers.Query{Register: "goods"})
			if err != nil || len(page.Rows) != len(end) {
				t.Errorf("%s: %d rows, %v", name, len(page.Rows), err)
			}
			for _, row := range page.Rows {
				if !strings.Contains(string(row.Body), end[row.Code]) {
					t.Errorf("%s: good %s is %s", name, row.Code, row.Body)
				}
			}
			if x.code == "" { // the barcodes still mean one good each: a third good gets none of them
				for _, taken := range end {
					if _, err := shop.r.Put(ctx, "болд", scope, "goods", good("9", taken)); fault.CodeOf(err) != fault.RowTaken {
						t.Errorf("%s: %s is free: %v", name, taken, err)
					}
				}
			}
		}
	})
}

// A good that names a price list which is gone is sold by its own price; its other fields can be changed all the same. To
// name one anew is refused.
func TestMergeOverWhatIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newShop(t, dsn)
		x.put("price_lists", "vip", `{"name":"VIP"}`)
		x.put("categories", "Хоол", `{"name":"Хоол"}`)
		x.put("goods", "1", `{"name":"Талх","category":"Хоол","prices":[{"amount":"10"},{"list":"vip","amount":"9"}]}`)
		for register, code := range map[string]string{"price_lists": "vip", "categories": "Хоол"} {
			if _, err := x.r.Put(context.Background(), "болд", x.scope, register, registers.Change{Code: code, Delete: true}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := x.r.Put(context.Background(), "болд", x.scope, "goods", registers.Change{Code: "1", Body: []byte(`{"name":"Талх Атар"}`), Merge: true})
		if err != nil || !strings.Contains(string(got.Row.Body), "Атар") || !strings.Contains(string(got.Row.Body), "vip") {
			t.Errorf("%s, %v", got.Row.Body, err)
		}
		x.refused(fault.RowBad, x.scope, "goods", registers.Change{Code: "2", Body: []byte(`{"name":"Б","prices":[{"amount":"10"},{"list":"vip","amount":"9"}]}`)})
		x.refused(fault.RowBad, x.scope, "goods", registers.Change{Code: "1", Merge: true, Body: []byte(`{"prices":[{"amount":"10"},{"list":"other","amount":"9"}]}`)})
	})
}

// A company has its row from the first moment; a vendor sells nothing and has none.
func TestCompanyHasItsRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		var made, vendor store.Company
		if err := x.s.Write(ctx, func(tx *store.Tx) (err error) {
			if made, err = registers.AddCompany(tx, "болд", store.CompanyRow{Name: "Номин", Created: 7, World: store.WorldCompany}); err != nil {
				return err
			}
			vendor, err = registers.AddCompany(tx, "болд", store.CompanyRow{Name: "Нийлүүлэгч", Created: 7, World: store.WorldVendor})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		row, err := x.r.Get(ctx, wire.CompanyScope(uint64(made)), "company", "company")
		if err != nil || row.Version != 1 || !strings.Contains(string(row.Body), "Номин") {
			t.Errorf("%+v, %v", row, err)
		}
		if _, err := x.r.Get(ctx, wire.CompanyScope(uint64(vendor)), "company", "company"); fault.CodeOf(err) != fault.RowUnknown {
			t.Errorf("a vendor: %v", err)
		}
	})
}
