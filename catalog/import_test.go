package catalog

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
)

func TestImportReadsEveryColumn(t *testing.T) {
	want := []goods.Good{
		{Code: "1", Name: "Сүү, 3,2%", Barcodes: []string{"8650000000011", "8650000000028"}, Category: "Сүү", Unit: "л",
			Prices: []goods.Price{{Amount: 1250050}}, TaxIncluded: false, Tax: tax.VATFree, CityTax: true,
			ClassCode: "2211000", TaxProductCode: "305", Weighed: true, Active: false},
		{Code: "2", Name: "Талх", Unit: "ш", Prices: []goods.Price{{Amount: 100}}, TaxIncluded: true, Tax: tax.VATAble, Active: true},
		{Code: "3", Name: "Мах", Unit: "кг", Prices: []goods.Price{{Amount: 100000}}, TaxIncluded: true, Tax: tax.NoVAT, Weighed: true, Active: true},
	}
	files := map[string]string{
		"comma": "code,name,barcodes,category,unit,price,tax_included,vat,city_tax,class_code,tax_product_code,weighed,active\n" +
			"1,\"Сүү, 3,2%\",8650000000011|8650000000028,Сүү,л,\"12500,50\",0,no,1,2211000,305,yes,n\n2,Талх,,,,1\n3,Мах,,,,1000,,NO_VAT,,,,1\n",
		"no header": "1,\"Сүү, 3,2%\",8650000000011|8650000000028,Сүү,л,12500.5,үгүй,0,тийм,2211000,305,Y,FALSE\n2,Талх,,,,1,\n3,Мах,,,,1000,,no_vat,,,,true,\n",
		"semicolon, BOM, CR LF": "\ufeffcode;name;barcodes;category;unit;price;tax_included;vat;city_tax;class_code;tax_product_code;weighed;active\r\n" +
			"1;Сүү, 3,2%;8650000000011 | 8650000000028;Сүү;л;12\u00a0500,50;0;no;1;2211000;305;yes;n\r\n\r\n2;Талх;;;;1,00\r\n3;Мах;;;;1 000;;NO_VAT;;;;1",
		"tab, other order, Mongolian": "Үнэ\tНэр\tКод\tБаркод\tНӨАТ\tНХАТ\tАнгилал\tХэмжих нэгж\tтатвар орсон\tБҮНА\tтатварын код\tжинлэдэг\tидэвхтэй\tтайлбар\n" +
			"12\u202f500.50₮\tСүү, 3,2%\t1\t8650000000011|8650000000028\tүгүй\tтийм\tСүү\tл\t0\t2211000\t305\tтийм\tүгүй\tямар ч\n" +
			"1\tТалх\t2\n1\u2009000\tМах\t3\t\tNO_VAT\t\t\t\t\t\t\t1\n",
		"old Mac, no header": "1;Сүү, 3,2%;8650000000011|8650000000028;Сүү;л;12500,50;0;no;1;2211000;305;yes;n\r2;Талх;;;;1\r3;Мах;;;;1000;;NO_VAT;;;;1\r",
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			sum, err := Import(dir, iotest.OneByteReader(strings.NewReader(file)), ImportOptions{})
			if err != nil || sum.Rows != 3 || sum.Added != 3 {
				t.Fatalf("%+v, %v", sum, err)
			}
			if ignored := strings.Join(sum.Ignored, ","); ignored != "" && ignored != "тайлбар" {
				t.Errorf("ignored %q", ignored)
			}
			s := mustOpen(t, dir)
			for _, w := range want {
				if g, _, err := s.ByCode(w.Code); err != nil || !reflect.DeepEqual(g, w) {
					t.Errorf("got  %+v, %v\nwant %+v", g, err, w)
				}
			}
		})
	}
}

func TestImportRefusals(t *testing.T) {
	head := "code,name,price,barcodes,vat,weighed,class_code\n"
	cases := []struct{ file, want string }{
		{head + "1,Сүү,0\n", "row 2, column price: 0.00 is not between"},
		{head + "1,Сүү,-5\n", "row 2, column price: -5.00 is not between"},
		{head + "1,Сүү,1000000000.01\n", "row 2, column price: 1000000000.01 is not between"},
		{head + "1,Сүү,99999999999999999999\n", "row 2, column price: 99999999999999999999 is not between"},
		{head + "1,Сүү,\n", "row 2, column price: a price is needed"},
		{head + "1,Сүү,12.345\n", `row 2, column price: "12.345" is not a price`},
		{head + "1,Сүү,\"12,500\"\n", `row 2, column price: "12,500" is not a price`},
		{head + "1,Сүү,1 2 3\n", `row 2, column price: "1 2 3" is not a price`},
		{head + "1,Сүү,1e3\n", `row 2, column price: "1e3" is not a price`},
		{head + "\n\n1,Сүү,x\n", `row 4, column price: "x" is not a price`},
		{head + "1,\"Сүү\n1л\",1\n2,Талх,x\n", `row 3, column price: "x" is not a price`},
		{head + ",Сүү,1\n", "row 2, column code: 1 to 32 printable"},
		{head + "1,,1\n", "row 2, column name: 1 to 200 printable"},
		{head + "1,Сүү,1,,perhaps\n", `row 2, column vat: "perhaps" is neither`},
		{head + "1,Сүү,1,,,perhaps\n", `row 2, column weighed: "perhaps" is neither yes nor no`},
		{head + "1,Сүү,1,,,,123\n", "row 2, column class_code: must be 7 digits"},
		{head + "1,Сүү,1,5|5\n", "row 2, column barcodes: 5 stands twice"},
		{head + "1,Сүү,1,8.65E+12\n", "row 2, column barcodes: 8.65E+12 has been rounded"},
		{head + "1,Сүү,1,,,,,5\n", "row 2, column 8: the row has 8 fields, the header 7"},
		{head + "1,Сүү,1\n2,Талх,1\n1,Ус,1\n", "row 4, column code: 1 stands already in row 2"},
		{head + "1,Сүү,1,77\n2,Талх,1,77\n", "row 3, column barcodes: 77 of 2 belongs to 1 in row 2 as well"},
		{head + "2,Сүү,1,77\n1,Талх,1,77\n", "row 3, column barcodes: 77 of 1 belongs to 2 in row 2 as well"},
		{head + "1,Сүү,1,old\n", "row 2, column barcodes: old of 1 belongs to kept in the catalog as well"},
		{head + "1,\"Сүү\" x,1\n", "row 2, column name: text stands behind a closing quotation mark"},
		{head + "1,\"Сүү,1\n", "row 2, column name: a quotation mark is never closed"},
		{head + "1,\"" + strings.Repeat("x", maxRecord) + "\",1\n", "row 2, column name: the row is too long"},
		{head + strings.Repeat(",", maxFields) + "x\n", "row 2, column 257: there are more than 256 fields"},
		{head + "1,Сүү\xff,1\n", "row 2, column name: the letters are not UTF-8"},
		{"Сүү\xff,2,3\n1,2,1\n", "row 1, column code: the letters are not UTF-8"},
		{"Код,Нэр,Үнэ\n1,Сүү,x\n", `row 2, column Үнэ: "x" is not a price`},
		{"1,Сүү,,,,x\n", `row 1, column price: "x" is not a price`},
		{"code,name\n1,Сүү\n", "there is no column price"},
		{"code,name,price,үнэ\n1,Сүү,1,2\n", "there are two columns price: price and үнэ"},
		{"", "it has no goods"},
		{head, "it has no goods"},
		{"PK\x03\x04rest", "the workbook is damaged"},
		{"\xff\xfec\x00o\x00", "it is UTF-16"},
		{"a\x00b", "it is not a text file"},
	}
	for _, c := range cases {
		dir := t.TempDir()
		mustImport(t, dir, "code,name,price,barcodes\nkept,Хуучин,1,old\n")
		before := mustOpen(t, dir)
		sum, err := Import(dir, strings.NewReader(c.file), ImportOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: got %v, want %q", c.file, err, c.want)
			continue
		}
		if code := fault.CodeOf(err); code != fault.ImportRow && code != fault.ImportFile {
			t.Errorf("%.60q: code %s", c.file, code)
		}
		if detail := fault.Of(err).Args["detail"]; inEnglish(err) {
			t.Errorf("%.60q: %q is not said in Mongolian", c.file, detail)
		}
		if sum.Added+sum.Changed+sum.Unchanged != 0 {
			t.Errorf("%.60q: %+v", c.file, sum)
		}
		if changed, err := before.Refresh(); changed || err != nil {
			t.Errorf("%.60q: a refused file changed the catalog: %v", c.file, err)
		}
	}
}

// inEnglish reports whether the Mongolian text of a fault says in English what is wrong.
func inEnglish(err error) bool {
	text, _ := fault.Of(err).Say("mn")
	return strings.Contains(text, fault.Of(err).Args["detail"])
}

func TestImportCountsProblems(t *testing.T) {
	var b strings.Builder
	b.WriteString("code,name,price\n")
	for i := range 250 {
		fmt.Fprintf(&b, "%d,Сүү,%d\n", i, i%2)
	}
	sum, err := Import(t.TempDir(), strings.NewReader(b.String()), ImportOptions{})
	if sum.Bad != 125 || len(sum.Problems) != 100 || sum.Rows != 250 || err != error(sum.Problems[0]) {
		t.Errorf("%d bad, %d problems, %d rows, %v", sum.Bad, len(sum.Problems), sum.Rows, err)
	}
}

func TestImportReplacesByCode(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, "code,name,price,barcodes\n1,Сүү,100,11|12\n2,Талх,200,22\n3,Ус,300,33\n")
	// 11 moves from good 1 to good 2, 22 the other way: allowed, whichever row comes first.
	sum := mustImport(t, dir, "code,name,price,barcodes\n2,Талх,200,11\n1,Сүү,100,22\n3,Ус,300,33\n4,Цай,5,\n")
	if sum.Added != 1 || sum.Changed != 2 || sum.Unchanged != 1 || sum.Rows != 4 {
		t.Errorf("%+v", sum)
	}
	s := mustOpen(t, dir)
	for barcode, want := range map[string]string{"11": "2", "22": "1", "12": "", "33": "3"} {
		if found, err := s.ByBarcode(barcode); err != nil || codesOf(found) != want {
			t.Errorf("%s: %s, %v", barcode, codesOf(found), err)
		}
	}
	if s.Count() != 4 {
		t.Errorf("count %d", s.Count())
	}
}

// TestImportKeepsStamps: a file that has no column of excise stamps takes the mark off no good.
func TestImportKeepsStamps(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, "code,name,price,stamped\n1,Архи,20000,yes\n2,\"Ус, \"\"stamped\"\":true\",1000,no\n")
	stamped := func(code string) bool {
		t.Helper()
		g, ok, err := mustOpen(t, dir).ByCode(goods.Code(code))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return g.Stamped
	}
	for _, c := range []struct {
		name, file string
		changed    int
		one        bool
	}{
		{"the same again", "code,name,price\n1,Архи,20000\n2,\"Ус, \"\"stamped\"\":true\",1000\n", 0, true},
		{"another price", "code,name,price\n1,Архи,21000\n2,Ус,1000\n", 2, true},
		{"no header", "1,Архи,,,,22000\n", 1, true},
		{"no header, a row that reaches it", "1,Архи,,,,22000,,,,,,,,no\n", 1, false},
		{"yes", "code,name,price,stamped\n1,Архи,22000,yes\n", 1, true},
		{"an empty cell is a no", "code,name,price,stamped\n1,Архи,22000,\n", 1, false},
	} {
		if sum := mustImport(t, dir, c.file); sum.Changed != c.changed || stamped("1") != c.one || stamped("2") {
			t.Errorf("%s: %+v; stamped %v and %v", c.name, sum, stamped("1"), stamped("2"))
		}
	}
}

func TestImportFailsWithItsReader(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("code,name,price\n1,Сүү,1\n"), iotest.ErrReader(errors.New("cable out")))
	_, err := Import(t.TempDir(), broken, ImportOptions{})
	wantCode(t, err, fault.ImportFile)
}

func TestImportProgress(t *testing.T) {
	var b bytes.Buffer
	if err := Generate(&b, 2500); err != nil {
		t.Fatal(err)
	}
	size := int64(b.Len())
	var calls int
	var last int64
	_, err := Import(t.TempDir(), &b, ImportOptions{Progress: func(done, total int64) {
		calls++
		if done < last || total != size {
			t.Errorf("%d of %d bytes after %d", done, total, last)
		}
		last = done
	}})
	if err != nil || calls != 3 || last != size {
		t.Errorf("%d calls, %d of %d bytes, %v", calls, last, size, err)
	}
}

func TestSampleAndGenerateAreValid(t *testing.T) {
	var generated, again bytes.Buffer
	if err := errors.Join(Generate(&generated, 3000), Generate(&again, 3000)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(generated.Bytes(), again.Bytes()) {
		t.Error("Generate is not deterministic")
	}
	for name, file := range map[string]string{"sample": sampleCSV, "generated": generated.String()} {
		var got struct{ goods, weighed, free, city, several, inactive, plain int }
		h, rows := parseAll(t, file)
		for _, fields := range rows {
			g, err := readGood(h, line{fields: fields})
			if err != nil {
				t.Fatalf("%s: %v: %v", name, fields, err)
			}
			count := func(n *int, is bool) {
				if is {
					*n++
				}
			}
			got.goods++
			count(&got.weighed, g.Weighed)
			count(&got.free, g.Tax == tax.VATFree)
			count(&got.city, g.CityTax)
			count(&got.several, len(g.Barcodes) > 1)
			count(&got.inactive, !g.Active)
			count(&got.plain, len(g.Barcodes) == 0)
			if (g.Tax == tax.VATFree) != (g.TaxProductCode != "") || len(g.ClassCode) != 7 {
				t.Errorf("%s: %+v", name, g)
			}
			for _, b := range g.Barcodes {
				if !validEAN13(b) || g.Weighed != (strings.HasPrefix(b, "21") && b[7:12] == "00000") {
					t.Errorf("%s: %s has barcode %s", name, g.Name, b)
				}
			}
		}
		if got.weighed == 0 || got.free == 0 || got.city == 0 || got.several == 0 || got.inactive == 0 {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "sample" && (got.goods < 300 || got.goods > 400 || got.plain < 3 || got.weighed < 30) {
			t.Errorf("%s: %+v", name, got)
		}
		if sum := mustImport(t, t.TempDir(), file); sum.Added != got.goods {
			t.Errorf("%s: %+v", name, sum)
		}
	}
	if !strings.Contains(sampleCSV, "2100001000004") {
		t.Error("the base code that the documents name is missing")
	}
}

func parseAll(t *testing.T, file string) (header, [][]string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	h, ok := readHeader(rows[0])
	if !ok {
		t.Fatal("no header")
	}
	return h, rows[1:]
}

// validEAN13 adds up as GS1 tells a person to: from the right, three times every second digit.
func validEAN13(s string) bool {
	sum := 0
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i] - '0')
		if (len(s)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return len(s) == 13 && sum%10 == 0
}

func TestSampleCustomersAreValid(t *testing.T) {
	all := SampleCustomers()
	if err := checkCustomers(all); err != nil || len(all) != 10 {
		t.Fatal(err, len(all))
	}
	for i, want := range []fault.Code{"", "", fault.CustomerExpired, fault.CustomerBlocked, "", "", "", "", "", ""} {
		b, err := all[i].Show(all[i].Cards[0], "2026-11-23")
		if fault.CodeOf(err) != want || err == nil && b.Percent != all[i].Percent {
			t.Errorf("%s: %v", all[i].Code, err)
		}
	}
	if all[0].Percent != 5*money.Whole/100 || all[1].Percent != 10*money.Whole/100 {
		t.Error("the percentages that the documents name")
	}
}

// What encoding/csv writes, records reads back, with rows counted as a spreadsheet does.
func FuzzRecordsReadWhatCSVWrites(f *testing.F) {
	f.Add("a", "b \"c\"", "d\ne", byte(0))
	f.Add("", " x", "\r", byte(1))
	f.Fuzz(func(t *testing.T, a, b, c string, d byte) {
		fields := []string{a, b, c}
		for i, s := range fields {
			s = strings.ToValidUTF8(s, "")
			fields[i] = strings.NewReplacer("\x00", "", "\r\n", "\n", "\ufeff", "").Replace(s)
		}
		if blank(fields) || len(a)+len(b)+len(c) > maxRecord/4 {
			return
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		w.Comma = rune("\t;,"[d%3])
		if err := errors.Join(w.Write(fields), w.Write([]string{"second"})); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		rec, err := newRecords(&out, goodsHeader)
		if err != nil {
			t.Fatal(err)
		}
		rec.delim = byte(w.Comma)
		got, err := rec.next()
		if err != nil || !reflect.DeepEqual(got, fields) {
			t.Fatalf("got %q, %v, want %q", got, err, fields)
		}
		if got, err := rec.next(); err != nil || len(got) != 1 || rec.row() != 2 {
			t.Fatalf("second row: %q, %v, row %d", got, err, rec.row())
		}
	})
}

// No file makes the parser panic, and every good that it lets through is one.
func FuzzGoodsOfCSV(f *testing.F) {
	f.Add([]byte(sampleCSV[:2000]))
	f.Add([]byte("\ufeffКод;Нэр;Үнэ\r\n1;\"Сүү \"\"а\"\"\";12\u00a0500,50\r\n"))
	f.Add([]byte("1\tСүү\t1|2\t\t\t1"))
	f.Add([]byte("code,name,price\n\"1"))
	f.Add([]byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, file []byte) {
		in := importer{rowOf: map[goods.Code]int{}, pile: newPile(&spool{})}
		if in.begin(bytes.NewReader(file)) != nil {
			return
		}
		defer in.rec.stop()
		err := in.findHeader()
		for l := (line{}); err == nil; {
			if l, err = in.next(); l.fields != nil {
				err = errors.Join(err, in.take(l))
			}
		}
		checkPile(t, in.pile)
		if in.rec.done() > int64(len(file)) {
			t.Fatalf("%d of %d bytes", in.rec.done(), len(file))
		}
	})
}

// checkPile demands that every good in a pile is one, written as encoding/json would.
func checkPile(t *testing.T, p *pile) {
	t.Helper()
	for all := p.things.sorted(); ; {
		key, value, err := all.next()
		if value == nil || err != nil {
			return
		}
		var g goods.Good
		if err := json.Unmarshal(value, &g); err != nil || string(key) != string(g.Code) {
			t.Fatalf("%s: %s: %v", key, value, err)
		}
		if err := g.Validate(); err != nil {
			t.Fatalf("%s: %v", value, err)
		}
		if want, err := json.Marshal(g); err != nil || !bytes.Equal(value, want) {
			t.Fatalf("%s, want %s", value, want)
		}
	}
}

// What counts as tidy is what cleaning leaves as it is.
func TestTidy(t *testing.T) {
	for _, s := range []string{"", "a", "Сүү 1л", "ө", "a  b", " a", "a ", "a\tb", "а\u0306", "и\u0306", "a\u00a0b", "\u200b", "\xd0", "\xd0a", "\x7f", "€"} {
		if tidy(s) && strings.Join(strings.Fields(invisible.Replace(s)), " ") != s {
			t.Errorf("%q is not tidy", s)
		}
	}
	for _, s := range []string{"", "Сүү 1л", "8651070010097", "Coca-Cola, 0.5л"} {
		if !tidy(s) {
			t.Errorf("%q is tidy", s)
		}
	}
}

// Whoever stops reading in the middle leaves no goroutine behind, and nothing is lost for whoever goes on.
func TestReadAhead(t *testing.T) {
	var file bytes.Buffer
	if err := Generate(&file, 3*aheadRows); err != nil {
		t.Fatal(err)
	}
	for _, rows := range []int{0, 1, aheadRows, 3*aheadRows + 1} {
		inner, err := newRecords(bytes.NewReader(file.Bytes()), goodsHeader)
		if err != nil {
			t.Fatal(err)
		}
		a := readAhead(inner)
		for n := range rows {
			if fields, err := a.next(); err != nil || a.row() != n+1 || n > 0 && fields[0] != strconv.Itoa(100_000+n) {
				t.Fatalf("row %d: %d, %q, %v", n+1, a.row(), fields, err)
			}
		}
		if rows > 3*aheadRows {
			for range 2 {
				if _, err := a.next(); !errors.Is(err, io.EOF) {
					t.Fatalf("behind the end: %v", err)
				}
			}
			if a.done() != int64(file.Len()) {
				t.Errorf("%d bytes of %d", a.done(), file.Len())
			}
		}
		a.stop()
		a.stop()
		if a.format() != FormatCSV {
			t.Error(a.format())
		}
	}
}

// Every row has the columns that the first one names: a strict reader takes the file.
func TestGeneratedRows(t *testing.T) {
	var b bytes.Buffer
	if err := Generate(&b, 40); err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(&b).ReadAll(); err != nil || len(rows) != 41 {
		t.Errorf("%d rows: %v", len(rows), err)
	}
}
