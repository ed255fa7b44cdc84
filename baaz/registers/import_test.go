package registers_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/pos/fault"
	"posbox/table"
)

// imported tries a file, and carries it out with what was seen.
func (x *shop) imported(register, file string, o registers.Import) (p registers.Preview, err error) {
	x.t.Helper()
	o.Register, o.Name, o.File = register, "file", strings.NewReader(file)
	return x.r.Import(context.Background(), "болд", x.c, o)
}

func (x *shop) preview(register, file string) registers.Preview {
	x.t.Helper()
	p, err := x.imported(register, file, registers.Import{Try: true})
	if err != nil {
		x.t.Fatal(err)
	}
	return p
}

func (x *shop) body(register, code string) string {
	x.t.Helper()
	row, err := x.r.Get(context.Background(), x.scope, register, code)
	if err != nil {
		x.t.Fatal(err)
	}
	return string(row.Body)
}

func (x *shop) exported(o registers.Export) string {
	x.t.Helper()
	var b bytes.Buffer
	if err := x.r.Export(context.Background(), x.c, o, &b); err != nil {
		x.t.Fatal(err)
	}
	return b.String()
}

func counts(o registers.Outcome) string {
	var s []string
	for _, e := range registers.Effects {
		s = append(s, fmt.Sprint(o.Counts[e]))
	}
	return strings.Join(s, " ") // added changed removed same refused
}

const goodsFile = "Код;Нэр;Баркод;Үнэ;НӨАТ;Тэмдэглэл\n" +
	"1;Сүү;8651070010097|111;3 000;тийм;x\n2;Талх;222;2500,50;үгүй;\n3;Мах;;20000;;\n"

func TestImportPreviewsThenDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		x.put("goods", "2", `{"name":"Талх","barcodes":["222"],"prices":[{"amount":"2000"},{"from":"2030-01-01","amount":"9000"}],"category":"Гурил"}`)
		p := x.preview("goods", goodsFile)
		if counts(p.Outcome) != "2 1 0 0 0" || p.Done || p.Set != 0 || fmt.Sprint(p.Ignored) != "[Тэмдэглэл]" || p.Rows != 3 {
			t.Fatalf("%s %+v", counts(p.Outcome), p)
		}
		for _, l := range p.Lines {
			if l.Code == "2" && (l.Row != 3 || l.Name != "Талх" || len(l.Fields) != 2 || l.Fields[0].Field != "prices" || l.Fields[1].Field != "tax") {
				t.Errorf("%+v", l)
			}
		}
		if _, err := x.r.Get(ctx, x.scope, "goods", "1"); fault.CodeOf(err) != fault.RowUnknown {
			t.Errorf("a preview has written: %v", err)
		}
		done, err := x.imported("goods", goodsFile, registers.Import{Seen: p.Seen})
		if err != nil || !done.Done || done.Set == 0 || counts(done.Outcome) != "2 1 0 0 0" {
			t.Fatalf("%+v %v", done, err)
		}
		if got := x.body("goods", "2"); !strings.Contains(got, `"prices":[{"amount":"2500.50"},{"from":"2030-01-01","amount":"9000.00"}]`) ||
			!strings.Contains(got, "Гурил") || !strings.Contains(got, "VAT_FREE") {
			t.Errorf("%s", got)
		}
		if again := x.preview("goods", goodsFile); counts(again.Outcome) != "0 0 0 3 0" {
			t.Errorf("the same again: %s", counts(again.Outcome))
		}
		sets, err := x.r.Sets(ctx, x.c, "goods", 0, 10)
		if err != nil || len(sets) != 1 || sets[0].Rows != 3 || sets[0].Who != "болд" || sets[0].Subject != "file" || sets[0].Kind != registers.SetImport {
			t.Fatalf("%+v %v", sets, err)
		}
		past, err := x.r.History(ctx, x.scope, "goods", "2", 0, 10)
		if err != nil || past[0].Set != done.Set || past[1].Set != 0 {
			t.Errorf("%+v %v", past, err)
		}
		x.undoImport(done.Set)
	})
}

// A shop's own price list has no codes of ours: a good's first barcode is its code then, and the same list again changes it.
func TestImportByBarcode(t *testing.T) {
	x := newShop(t, t.TempDir()+"/baaz.db")
	list := func(price string) string {
		return "№;Баркод;Барааны нэр;Үнэ\n1;8651070010097|111;Сүү;" + price + "\n2;;Төмс;1900\n3;222;Талх;2500\n4;8,65107E+12;Мах;20000\n"
	}
	p := x.preview("goods", list("3000"))
	if counts(p.Outcome) != "2 0 0 0 2" || fmt.Sprint(p.Ignored) != "[№]" {
		t.Fatalf("%s %v", counts(p.Outcome), p.Ignored)
	}
	i := slices.IndexFunc(p.Lines, func(l registers.Line) bool { return l.Fault != nil })
	if i < 0 || p.Lines[i].Row != 3 || !strings.Contains(p.Lines[i].Fault.Error(), "no column Код (code)") {
		t.Errorf("%+v", p.Lines)
	}
	if n := len(p.Lines); !slices.ContainsFunc(p.Lines, func(l registers.Line) bool {
		return l.Row == 5 && l.Fault != nil && strings.Contains(l.Fault.Error(), "has been rounded")
	}) {
		t.Errorf("a rounded barcode is taken: %d lines", n)
	}
	if _, err := x.imported("goods", list("3000"), registers.Import{Leave: true}); err != nil {
		t.Fatal(err)
	}
	if got := x.body("goods", "8651070010097"); !strings.Contains(got, "Сүү") || !strings.Contains(got, `"111"`) {
		t.Errorf("%s", got)
	}
	if again := x.preview("goods", list("3100")); counts(again.Outcome) != "0 1 0 1 2" {
		t.Errorf("the same list again: %s", counts(again.Outcome))
	}
}

// undoImport undoes the import of goodsFile after one of its rows has changed.
func (x *shop) undoImport(set int64) {
	x.t.Helper()
	ctx := context.Background()
	x.put("goods", "3", `{"name":"Үхрийн мах","prices":[{"amount":"21000"}]}`)
	o, err := x.r.UndoSet(ctx, "сараа", x.c, "goods", set, false, false)
	if err != nil || o.Set != 0 || counts(o) != "0 1 1 0 1" {
		x.t.Fatalf("%s %v", counts(o), err)
	}
	o, err = x.r.UndoSet(ctx, "сараа", x.c, "goods", set, false, true)
	if err != nil || o.Set == 0 || counts(o) != "0 1 1 0 1" {
		x.t.Fatalf("%s %v", counts(o), err)
	}
	if got := x.body("goods", "2"); !strings.Contains(got, `"amount":"2000.00"`) || !strings.Contains(x.body("goods", "3"), "Үхрийн") {
		x.t.Errorf("%s", got)
	}
	if _, err := x.r.UndoSet(ctx, "сараа", x.c, "goods", set, false, true); fault.CodeOf(err) != fault.SetUndone {
		x.t.Errorf("undone twice: %v", err)
	}
	if _, err := x.r.UndoSet(ctx, "сараа", x.c, "customers", o.Set, false, true); fault.CodeOf(err) != fault.SetUnknown {
		x.t.Errorf("of another register: %v", err)
	}
}

// What somebody else has changed between the preview and the doing is told, not overwritten; the other rows are done.
func TestImportConflicts(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	x.put("goods", "1", `{"name":"Сүү","prices":[{"amount":"1"}]}`)
	p := x.preview("goods", goodsFile)
	x.put("goods", "1", `{"name":"Сүү","prices":[{"amount":"5"}]}`)
	if o, err := x.imported("goods", goodsFile, registers.Import{Seen: p.Seen}); err != nil || o.Done || counts(o.Outcome) != "2 0 0 0 1" {
		t.Fatalf("%s %v", counts(o.Outcome), err)
	}
	o, err := x.imported("goods", goodsFile, registers.Import{Seen: p.Seen, Leave: true})
	if err != nil || !o.Done || counts(o.Outcome) != "2 0 0 0 1" {
		t.Fatalf("%s %v", counts(o.Outcome), err)
	}
	for _, l := range o.Lines {
		if l.Code == "1" && (l.Fault == nil || l.Fault.Code != fault.RowConflict) {
			t.Errorf("%+v", l)
		}
	}
	if !strings.Contains(x.body("goods", "1"), `"amount":"5.00"`) {
		t.Error("overwritten")
	}
	if _, err := x.imported("goods", goodsFile+"4;Шинэ;;1;;\n", registers.Import{Seen: p.Seen}); fault.CodeOf(err) != fault.ImportChanged {
		t.Errorf("another file than was seen: %v", err)
	}
}

// Rows that are wrong are told with their row, column and reason, each for itself.
func TestImportTellsWrongRows(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	x.put("goods", "0", `{"name":"Хуучин","barcodes":["999"],"prices":[{"amount":"1"}]}`)
	file := "Code,Name,Barcodes,Price,active\n1,A,,abc,\n2,B,111,1,perhaps\n3,C,111,1,\n4,D,111,1,\n3,E,,1,\n5,,,1,\n6,F,,,\n7,G,999,1,\n8,\"H,,1,\n"
	p := x.preview("goods", file)
	want := map[int]string{2: "is not a price", 3: "neither yes nor no", 5: "111 already belongs", 6: "stands already in row 4", 7: "it is missing", 8: "it is missing",
		9: "999 already belongs", 10: "quotation mark"}
	for _, l := range p.Lines {
		if l.Effect == registers.EffectRefused {
			text, _ := l.Fault.Say("en")
			if want[l.Row] == "" || !strings.Contains(text, want[l.Row]) {
				t.Errorf("row %d: %s", l.Row, text)
			}
			delete(want, l.Row)
		}
	}
	if len(want) > 0 || counts(p.Outcome) != "1 0 0 0 8" {
		t.Errorf("%s, not told: %v", counts(p.Outcome), want)
	}
	for file, want := range map[string]string{"": "no rows", "x,y\n1,2\n": "names the columns", "name,price\nA,1\n": "no column Код (code)",
		"code,code\n1,2\n": "two columns", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".xls", "code,name\n": "it has no rows"} {
		if _, err := x.imported("goods", file, registers.Import{Try: true}); fault.CodeOf(err) != fault.ImportFile || file != "" && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", file, err)
		}
	}
}

// Formulas without a value, merged cells, errors and dates in a workbook are told; days stand where days belong.
func TestImportWorkbook(t *testing.T) {
	f := excelize.NewFile()
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"Картын жагсаалт"}, {"Код", "Нэр", "Утас", "Эхлэх өдөр", "Хөнгөлөлт"},
		{1, "Болд", "99112233", 46000, 5}, {2, "Сараа", 46001, "2026-01-01", 7.5}, {3, "Дорж", "1"}, {4, "Цэцэг", "", "", 3}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []string{"D3", "C4"} {
		if err := f.SetCellStyle("Sheet1", at, at, day); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "E5", "1+1"); err != nil {
		t.Fatal(err)
	}
	if err := f.MergeCell("Sheet1", "B5", "B6"); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	x := newShop(t, t.TempDir()+"/b.db")
	p := x.preview("customers", b.String())
	if counts(p.Outcome) != "1 0 0 0 3" {
		t.Errorf("%s", counts(p.Outcome))
	}
	for _, l := range p.Lines {
		text := ""
		if l.Fault != nil {
			text, _ = l.Fault.Say("en")
		}
		want := map[int]string{3: "", 4: "the date 2025-12-10", 5: "formula", 6: "one with others"}[l.Row]
		if want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("row %d: %q, want %q", l.Row, text, want)
		}
	}
	if _, err := x.imported("customers", b.String(), registers.Import{Seen: p.Seen, Leave: true}); err != nil || !strings.Contains(x.body("customers", "1"), `"valid_from":"2025-12-09"`) {
		t.Errorf("%s %v", x.body("customers", "1"), err)
	}
}

// Whatever is exported is imported as what is there already, in both formats and languages.
func TestExportIsImported(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	x.put("price_lists", "bulk", `{"name":"Бөөний"}`)
	x.put("goods", "=1+1", `{"name":"=HYPERLINK(\"x\");'","barcodes":["0012","8651070010097"],"prices":[{"amount":"10.50"},{"from":"2030-01-01","amount":"3"},{"list":"bulk","amount":"9"}],"weighed":true,"unit":"кг"}`)
	x.put("goods", "007", `{"name":"Сүү","prices":[{"from":"2030-01-01","amount":"1"}],"active":false,"tax":"VAT_ZERO"}`)
	x.put("tiers", "a", `{"name":"Шат","steps":[{"total":"100000","percent":"2.5"},{"total":"1000000","percent":"5"}]}`)
	x.put("customers", "c1", `{"name":"Болд","cards":["1","2"],"percent":"2.5","tier":"a","valid_to":"2030-01-01"}`)
	x.put("categories", "Хүнс", `{"name":"Хүнс","order":3}`)
	x.put("barcode_rules", "21", `{"item_digits":5,"value_digits":5,"kind":"weight","decimals":3}`)
	x.put("sellers", "1", `{"name":"Болд","role":"seller","password":"1234"}`)
	x.put("taxes", "2026-01-01", `{"vat":"10","city_tax":"2"}`)
	x.put("roles", "boss", `{"name":"Дарга","rights":["*"],"max_discount":"100"}`)
	for _, register := range []string{"goods", "customers", "tiers", "categories", "barcode_rules", "sellers", "taxes", "roles", registers.Prices} {
		for _, format := range []table.Format{table.CSV, table.XLSX} {
			for _, lang := range []string{"mn", "en"} {
				file := x.exported(registers.Export{Register: register, Format: format, Lang: lang})
				p := x.preview(register, file)
				if o := p.Outcome; o.Counts[registers.EffectSame] == 0 || o.Counts[registers.EffectSame] < p.Rows && register != registers.Prices || o.Counts[registers.EffectChanged]+o.Counts[registers.EffectAdded]+o.Counts[registers.EffectRefused] > 0 {
					t.Errorf("%s %s %s: %s %+v", register, format, lang, counts(o), p.Lines)
				}
			}
		}
	}
	prices := x.exported(registers.Export{Register: registers.Prices, Format: table.CSV, Lang: "en"})
	changed := strings.Replace(strings.Replace(prices, "bulk;;9,00", "bulk;;8,00", 1), "2030-01-01;3,00", "2030-01-01;", 1)
	p := x.preview(registers.Prices, changed)
	if _, err := x.imported(registers.Prices, changed, registers.Import{Seen: p.Seen}); err != nil || counts(p.Outcome) != "0 1 0 1 0" {
		t.Fatalf("%s %v\n%s", counts(p.Outcome), err, changed)
	}
	if got := x.body("goods", "=1+1"); !strings.Contains(got, `"prices":[{"amount":"10.50"},{"list":"bulk","amount":"8.00"}]`) {
		t.Error(got)
	}
	if form := x.exported(registers.Export{Register: "goods", Format: table.CSV, Lang: "mn", Empty: true}); strings.Count(form, "\n") != 1 {
		t.Errorf("%q", form)
	}
}

// A barcode may move from one good to another within a file, in either direction.
func TestImportMovesBarcodes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newShop(t, dsn)
		x.put("goods", "1", `{"name":"A","barcodes":["11"],"prices":[{"amount":"1"}]}`)
		x.put("goods", "2", `{"name":"B","barcodes":["22"],"prices":[{"amount":"1"}]}`)
		file := "code,barcodes,name\n1,22,A\n2,11,B\n"
		p := x.preview("goods", file)
		o, err := x.imported("goods", file, registers.Import{Seen: p.Seen})
		if err != nil || counts(o.Outcome) != "0 2 0 0 0" || !strings.Contains(x.body("goods", "1"), "22") {
			t.Errorf("%s %v %+v", counts(o.Outcome), err, o.Lines)
		}
		taken := "code,barcodes,name\n3,11,C\n2,11,B\n"
		if p := x.preview("goods", taken); counts(p.Outcome) != "0 0 0 1 1" {
			t.Errorf("taken: %s", counts(p.Outcome))
		}
	})
}

func TestBulk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		for i := range 30 {
			x.put("goods", fmt.Sprint(i), fmt.Sprintf(`{"name":"Бараа %d","category":"%s","prices":[{"amount":"1"}]}`, i, []string{"А", "Б"}[i%2]))
		}
		q := &registers.Query{Register: "goods", Where: "category=%D0%90"}
		o, err := x.r.Change(ctx, "болд", x.c, registers.Bulk{Register: "goods", Query: q, Body: []byte(`{"city_tax":true}`), Try: true})
		if err != nil || counts(o) != "0 15 0 0 0" || o.Set != 0 {
			t.Fatalf("%s %v", counts(o), err)
		}
		o, err = x.r.Change(ctx, "болд", x.c, registers.Bulk{Register: "goods", Query: q, Body: []byte(`{"city_tax":true}`)})
		if err != nil || o.Set == 0 || !strings.Contains(x.body("goods", "0"), "city_tax") || strings.Contains(x.body("goods", "1"), "city_tax") {
			t.Fatalf("%s %v", counts(o), err)
		}
		bad := registers.Bulk{Register: "goods", Rows: []registers.RowName{{Scope: x.scope, Code: "1"}, {Scope: x.scope, Code: "none"}}, Body: []byte(`{"unit":"кг"}`)}
		if o, err := x.r.Change(ctx, "болд", x.c, bad); err != nil || o.Set != 0 || counts(o) != "0 1 0 0 1" || strings.Contains(x.body("goods", "1"), "кг") {
			t.Errorf("one that is not there: %s %v", counts(o), err)
		}
		gone, err := x.r.Change(ctx, "болд", x.c, registers.Bulk{Register: "goods", Rows: bad.Rows[:1]})
		if err != nil || counts(gone) != "0 0 1 0 0" {
			t.Fatalf("%s %v", counts(gone), err)
		}
		for _, set := range []int64{gone.Set, o.Set} {
			if o, err := x.r.UndoSet(ctx, "болд", x.c, "goods", set, false, false); set != 0 && (err != nil || o.Set == 0) {
				t.Errorf("%s %v", counts(o), err)
			}
		}
		if page, err := x.r.List(ctx, x.c, registers.Query{Register: "goods"}); err != nil || page.Total != 30 {
			t.Errorf("%d %v", page.Total, err)
		}
	})
}

// A price without a day holds from the day that it is at the shop's, not at the server's.
func TestImportInTheShopsZone(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db") // it is 21 September 13:33 UTC
	x.put("settings", "company", `{"values":{"zone":"Pacific/Kiritimati"}}`)
	x.put("goods", "1", `{"name":"Сүү","prices":[{"amount":"1"},{"from":"2026-09-22","amount":"2"},{"from":"2026-09-23","amount":"3"}]}`)
	if p, err := x.imported("goods", "code,price\n1,9\n", registers.Import{}); err != nil || !p.Done {
		t.Fatal(err, p.Lines)
	}
	if b := x.body("goods", "1"); !strings.Contains(b, `{"amount":"1.00"},{"from":"2026-09-22","amount":"9.00"},{"from":"2026-09-23","amount":"3.00"}`) {
		t.Error(b)
	}
	if l, err := x.r.Labels(context.Background(), x.c, []string{"1"}, ""); err != nil || l[0].Price == nil || *l[0].Price != 900 {
		t.Errorf("%+v %v", l, err)
	}
	if out := x.exported(registers.Export{Register: "goods", Format: table.CSV, Lang: "en"}); !strings.Contains(out, ";9,00;2026-09-22;") {
		t.Error(out)
	}
}

// One row is put back to what it was, also its password, and only while nobody has changed it since.
func TestUndo(t *testing.T) {
	x, ctx := newShop(t, t.TempDir()+"/b.db"), context.Background()
	x.put("sellers", "1", `{"name":"Болд","role":"seller","password":"1234"}`)
	second := x.put("sellers", "1", `{"name":"Бат","role":"owner","password":"9999"}`)
	if _, err := x.r.Undo(ctx, "с", x.scope, "sellers", "1", 1); fault.CodeOf(err) != fault.RowConflict {
		t.Errorf("an older version: %v", err)
	}
	back, err := x.r.Undo(ctx, "с", x.scope, "sellers", "1", second.Row.Version)
	if err != nil || !strings.Contains(string(back.Row.Body), `"name":"Болд"`) || !strings.Contains(string(back.Row.Body), `"has_password":true`) {
		t.Fatalf("%+v %v", back, err)
	}
	if _, err := x.r.Undo(ctx, "с", x.scope, "sellers", "1", back.Row.Version); err != nil || !strings.Contains(x.body("sellers", "1"), "Бат") {
		t.Errorf("undone undoing: %v", err)
	}
	made := x.put("categories", "А", `{"name":"А"}`)
	gone, err := x.r.Undo(ctx, "с", x.scope, "categories", "А", made.Row.Version)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.r.Undo(ctx, "с", x.scope, "categories", "А", gone.Row.Version); err != nil || x.body("categories", "А") == "" {
		t.Errorf("a deletion: %v", err)
	}
}

// A view answers as the store does, whatever has changed, in every order, from any place.
func TestViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newShop(t, dsn), context.Background()
		list := func(q registers.Query) (codes string, total int) {
			t.Helper()
			q.Register, q.Limit = "goods", 2
			for {
				page, err := x.r.List(ctx, x.c, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Rows {
					codes += r.Code
				}
				if q.After = page.Next; q.After == "" {
					return codes, page.Total
				}
				total = page.Total
			}
		}
		check := func(q registers.Query, want string) {
			t.Helper()
			if got, _ := list(q); got != want {
				t.Errorf("%+v: %s, want %s", q, got, want)
			}
		}
		for code, body := range map[string]string{"a": `{"name":"Өндөг","category":"Б","prices":[{"amount":"900"}]}`, "b": `{"name":"Оргил","category":"А","prices":[{"amount":"1000"}],"active":false}`,
			"c": `{"name":"Уурга өндөг","prices":[{"amount":"20"}]}`} {
			x.put("goods", code, body)
		}
		check(registers.Query{}, "bac")
		check(registers.Query{Sort: "-name"}, "cab")
		check(registers.Query{Sort: "prices"}, "cab")
		check(registers.Query{Sort: "-code"}, "cba")
		check(registers.Query{Search: "өнд уу"}, "c")
		check(registers.Query{Where: "active=true"}, "ac")
		check(registers.Query{Where: "category=%D0%90&category="}, "bc")
		check(registers.Query{Offset: 1}, "ac")
		x.put("goods", "a", `{"name":"Яс","prices":[{"amount":"1"}]}`)
		if _, err := x.r.Put(ctx, "x", x.scope, "goods", registers.Change{Code: "c", Delete: true}); err != nil {
			t.Fatal(err)
		}
		x.put("goods", "d", `{"name":"Айраг","prices":[{"amount":"5"}]}`)
		check(registers.Query{}, "dba")
		check(registers.Query{Sort: "-prices"}, "bda")
		for _, bad := range []registers.Query{{Sort: "none"}, {Where: "name=x"}, {Where: "%zz"}} {
			bad.Register = "goods"
			if _, err := x.r.List(ctx, x.c, bad); fault.CodeOf(err) != fault.QueryMalformed {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// No file makes an import panic, and errors are faults.
func FuzzImport(f *testing.F) {
	f.Add(goodsFile)
	f.Add("code,name,price\n1,\"\n")
	f.Add("code\tprice\tprice_from\n'=1\t1e9\t2026-01-01\n\x00")
	x := &shop{r: registers.New(registers.Options{Now: now})}
	f.Fuzz(func(t *testing.T, file string) {
		for _, register := range []string{"goods", "sellers", "tiers", registers.Prices} {
			if _, err := registers.Read(x.r, register, strings.NewReader(file)); err != nil && fault.CodeOf(err) == fault.Internal {
				t.Fatal(err)
			}
		}
	})
}

// BenchmarkImport takes a workbook of 200 000 goods in, or of POSBOX_GOODS: looked at first, then done, then sent again unchanged.
// anew is the same done by a server that does not remember how the rows were judged.
func BenchmarkImport(b *testing.B) {
	rows, err := strconv.Atoi(cmp.Or(os.Getenv("POSBOX_GOODS"), "200000"))
	if err != nil {
		b.Fatal(err)
	}
	var file bytes.Buffer
	out, err := table.New(&file, table.XLSX, "goods", []table.Column{{Title: "code"}, {Title: "name"}, {Title: "barcodes"}, {Title: "price"}, {Title: "category"}})
	for i := range rows {
		err = cmp.Or(err, out.Row([]string{fmt.Sprint(i), fmt.Sprintf("Бараа дугаар %d сүү", i*7919%rows), fmt.Sprint(8_650_000_000_000 + i), fmt.Sprint(i%9000 + 1), fmt.Sprintf("Бүлэг %d", i%40)}))
	}
	if err = cmp.Or(err, out.Close()); err != nil {
		b.Fatal(err)
	}
	took := map[string]time.Duration{} // and, with -cpu behind it, the processor's
	for b.Loop() {
		importOnce(b, file.Bytes(), false, took)
		importOnce(b, file.Bytes(), true, took)
		b.ReportMetric(took["do-s"].Seconds()/took["anew-s"].Seconds(), "do/anew")
		b.ReportMetric(took["do-s-cpu"].Seconds()/took["anew-s-cpu"].Seconds(), "do/anew-cpu")
	}
}

func importOnce(b *testing.B, file []byte, anew bool, took map[string]time.Duration) {
	s := storetest.Open(b, b.TempDir()+"/b.db")
	r, c := registers.New(registers.Options{Store: s, Now: now}), company(b, s)
	seen := ""
	for _, step := range []struct {
		name string
		in   registers.Import
	}{{"look-s", registers.Import{Try: true}}, {"do-s", registers.Import{}}, {"again-s", registers.Import{Try: true}}} {
		step.in.Register, step.in.Name, step.in.File, step.in.Seen = "goods", "f.xlsx", bytes.NewReader(file), seen
		if anew && step.name == "do-s" {
			step.name, r = "anew-s", registers.New(registers.Options{Store: s, Now: now})
		}
		var p registers.Preview
		var err error
		began := processor(b)
		took[step.name] = seconds(func() { p, err = r.Import(context.Background(), "b", c, step.in) })
		took[step.name+"-cpu"] = processor(b) - began
		if err != nil || step.in.Try == p.Done {
			b.Fatal(step.name, err, p.Lines)
		}
		if seen = ""; step.name == "look-s" {
			seen = p.Seen
		}
		b.ReportMetric(took[step.name].Seconds(), step.name)
	}
}

// BenchmarkFilter looks for parts of words among 100 000 goods, as somebody types.
func BenchmarkFilter(b *testing.B) {
	s := storetest.Open(b, b.TempDir()+"/b.db")
	r := registers.New(registers.Options{Store: s, Now: now})
	c := company(b, s)
	var file strings.Builder
	file.WriteString("code,name,barcodes,price,category\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "%d,Бараа дугаар %d сүү,%d,%d,Бүлэг %d\n", i, i*7919%100_000, 8_650_000_000_000+i, i%9000+1, i%40)
	}
	b.Logf("import: %s", seconds(func() {
		p, err := r.Import(context.Background(), "b", c, registers.Import{Register: "goods", Name: "f", File: strings.NewReader(file.String())})
		if err != nil || !p.Done {
			b.Fatal(err, p.Lines)
		}
	}))
	for name, q := range map[string]registers.Query{"all": {}, "rare": {Search: "99999"}, "two words": {Search: "baraa 777"}, "none": {Search: "ююю"},
		"category": {Where: "category=%D0%91%D2%AF%D0%BB%D1%8D%D0%B3+7"}, "end": {Offset: 99_950}, "by price": {Sort: "-prices"}} {
		q.Register = "goods"
		b.Run(name, func(b *testing.B) {
			b.Logf("first: %s", seconds(func() { r.List(context.Background(), c, q) }))
			for b.Loop() {
				if _, err := r.List(context.Background(), c, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func now() time.Time { return time.UnixMicro(1_790_000_000_000_000) }

func company(tb testing.TB, s *store.Store) (c store.Company) {
	err := s.Write(context.Background(), func(tx *store.Tx) (err error) {
		c, err = tx.AddCompany("Номин", 1)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// processor is what this program has used of it so far.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func seconds(do func()) time.Duration {
	begin := time.Now()
	do()
	return time.Since(begin)
}
