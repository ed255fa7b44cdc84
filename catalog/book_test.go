package catalog

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
)

// workbook packs the parts of a workbook with one sheet; more replaces or adds parts.
func workbook(t testing.TB, rows string, more map[string]string) []byte {
	t.Helper()
	parts := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="7" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/styles" Target="/xl/styles.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="0000000000000"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/>` +
			`<numFmt numFmtId="166" formatCode="#,##0.00&quot;ymd₮&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<?xml version="1.0" encoding="UTF-8"?><!-- > made by hand --><worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	}
	for name, content := range more {
		parts[name] = content
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts makes a row of inline texts.
func texts(cells ...string) string {
	var b strings.Builder
	b.WriteString("<row>")
	for _, c := range cells {
		b.WriteString("<c t=\"inlineStr\"><is><t>" + c + "</t></is></c>")
	}
	return b.String() + "</row>"
}

func TestImportReadsWorkbooks(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	const name = "Sheet1"
	set := func(cell string, value any) {
		t.Helper()
		if err := f.SetCellValue(name, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "Барааны жагсаалт")
	for i, title := range []string{"Код", "Нэр", "Баркод", "Үнэ", "Жинлэдэг", "Тайлбар"} {
		set(string(rune('B'+i))+"3", title)
	}
	set("B4", 1001)
	set("C4", "Сүү, \"шинэ\" <1л> & бусад")
	set("D4", 8651070010097)
	set("E4", 4200.5)
	set("F4", false)
	set("B5", "1002")
	set("C5", "Алим")
	set("D5", "2100001000004 | 77")
	set("E5", "8 900,00")
	set("F5", true)
	set("B8", 1003.0)
	set("C8", "Мөс Үнс Ө")
	set("E8", 0.1+0.2)
	set("B9", 1004)
	set("C9", "Томьёо")
	set("G9", "үл мэдэгдэх")
	if err := f.SetCellFormula(name, "E9", "E4+1"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("Хоёр дахь"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "goods.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	// Excelize keeps no value of a formula: that row is named, the others are right.
	dir := t.TempDir()
	sum, err := Import(dir, file, ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "row 9, column Үнэ: the formula has no value") || sum.Bad != 1 || sum.Format != FormatXLSX {
		t.Fatalf("%+v, %v", sum, err)
	}
	set("E9", "4201.50")
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	sum, err = Import(dir, iotest.OneByteReader(&b), ImportOptions{})
	if err != nil || sum.Rows != 4 || sum.Added != 4 || !reflect.DeepEqual(sum.Ignored, []string{"Тайлбар"}) {
		t.Fatalf("%+v, %v", sum, err)
	}
	s := mustOpen(t, dir)
	milk := article("1001", `Сүү, "шинэ" <1л> & бусад`, 420050, "8651070010097")
	apple := article("1002", "Алим", 890000, "2100001000004", "77")
	apple.Weighed, apple.Unit = true, "кг"
	for _, g := range []goods.Good{milk, apple, article("1003", "Мөс Үнс Ө", 30), article("1004", "Томьёо", 420150)} {
		wantGood(t, s, g)
	}
}

// A yes that stands where a price belongs is no price of 1 ₮, although a workbook writes it so.
func TestYesIsNoPrice(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"code", "name", "price"}, {"1", "Сүү", true}, {"2", "Талх", false}, {"3", "Мах", 20000}} {
		if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	sum, err := Import(t.TempDir(), &b, ImportOptions{DryRun: true})
	if err == nil || sum.Bad != 2 || !strings.Contains(err.Error(), "TRUE") {
		t.Errorf("%d rows are wrong, %v", sum.Bad, err)
	}
}

func TestCellsOfWorkbooks(t *testing.T) {
	head := texts("code", "name", "price", "barcodes", "note")
	good := func(third, fourth string) string {
		return head + `<row r="3"><c r="A3"><v>7</v></c><c r="B3" t="inlineStr"><is><t>Сүү</t></is></c>` + third + fourth + `</row>`
	}
	price := `<c r="C3"><v>100</v></c>`
	cases := map[string]struct{ rows, want string }{
		"plain":                 {good(price, ``), ""},
		"exponent":              {good(price, `<c r="D3"><v>8.651070010097E+12</v></c>`), "8651070010097"},
		"tail of a float":       {good(`<c r="C3"><v>99.999999999999986</v></c>`, ``), ""},
		"cached formula":        {good(`<c r="C3"><f>SUM(A1:A9)</f><v>100</v></c>`, ``), ""},
		"formula's text":        {good(price, `<c r="D3" t="str"><f>"a"&amp;1</f><v>a1</v></c>`), "a1"},
		"zeros in front":        {good(price, `<c r="D3" s="1"><v>12345678905</v></c>`), "0012345678905"},
		"currency is no date":   {good(`<c r="C3" s="3"><v>100</v></c>`, ``), ""},
		"rich text":             {good(price, `<c r="D3" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c>`), "ab"},
		"CDATA":                 {good(price, `<c r="D3" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>`), "a<b"},
		"numbered entities":     {good(price, `<c r="D3" t="inlineStr"><is><t>&#65;&#x42;&bad;&amp;</t></is></c>`), "AB&bad;&"},
		"escaped":               {good(price, `<c r="D3" t="inlineStr"><is><t>a_x0042_</t></is></c>`), "aB"},
		"prefixed":              {strings.NewReplacer("<row", "<x:row", "</row", "</x:row", "<c ", "<x:c ", "</c>", "</x:c>", "<v>", "<x:v>", "</v>", "</x:v>").Replace(good(price, ``)), ""},
		"empty cells":           {good(price, `<c r="D3" s="1"/><c r="E3" t="s"></c>`), ""},
		"error elsewhere":       {good(price, `<c r="E3" t="e"><v>#N/A</v></c>`), ""},
		"error":                 {good(`<c r="C3" t="e"><v>#N/A</v></c>`, ``), "row 3, column price: the cell holds the error #N/A"},
		"no value":              {good(`<c r="C3"><f>A1</f></c>`, ``), "row 3, column price: the formula has no value"},
		"date":                  {good(price, `<c r="D3" s="2"><v>45000</v></c>`), "row 3, column barcodes: the spreadsheet has made the date 2023-03-15"},
		"built-in date":         {good(price, `<c r="D3" s="4"><v>1</v></c>`), "row 3, column barcodes: the spreadsheet has made the date 1899-12-31"},
		"sixteen digits":        {good(price, `<c r="D3"><v>1234567890123456</v></c>`), "row 3, column barcodes: 1234567890123456 has been rounded"},
		"rounded text":          {good(price, `<c r="D3" t="inlineStr"><is><t>8.65107E+12</t></is></c>`), "row 3, column barcodes: 8.65107E+12 has been rounded"},
		"computed barcode":      {good(price, `<c r="D3"><v>8651070010097.5</v></c>`), "row 3, column barcodes: 8651070010097.5 is no whole number"},
		"no number":             {good(`<c r="C3"><v>abc</v></c>`, ``), "row 3, column price: the cell cannot be read"},
		"infinite":              {good(`<c r="C3"><v>1e999</v></c>`, ``), "row 3, column price: the cell cannot be read"},
		"no such text":          {good(price, `<c r="D3" t="s"><v>5</v></c>`), "row 3, column barcodes: the cell cannot be read"},
		"cells out of order":    {good(price, `<c r="A3"><v>1</v></c>`), "the workbook is damaged"},
		"rows out of order":     {good(price, ``) + `<row r="2"></row>`, "the workbook is damaged"},
		"row of no number":      {good(price, ``) + `<row r="x"></row>`, "the workbook is damaged"},
		"far column":            {good(price, `<c r="ZZ3"><v>1</v></c>`), "there are more than 256 fields"},
		"no such column":        {good(price, `<c r="ZZZZ3"><v>1</v></c>`), "the workbook is damaged"},
		"cut":                   {good(price, `<c r="D3"><v>1`), "the workbook is damaged"},
		"document type":         {`<!DOCTYPE x>` + good(price, ``), "the workbook is damaged"},
		"cell beyond the table": {good(price, `<c r="F3"><v>1</v></c>`), "row 3, column 6: the row has 6 fields"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Import(dir, bytes.NewReader(workbook(t, c.rows, nil)), ImportOptions{})
			if code := fault.CodeOf(err); code != "" {
				if code != fault.ImportRow && code != fault.ImportFile || c.want == "" || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("got %v, want %q", err, c.want)
				}
				if detail := fault.Of(err).Args["detail"]; inEnglish(err) {
					t.Errorf("%q is not said in Mongolian", detail)
				}
				return
			}
			g, ok, err := mustOpen(t, dir).ByCode("7")
			if !ok || err != nil || strings.Join(g.Barcodes, "|") != c.want || g.Prices[0].Amount != 10000 {
				t.Fatalf("%+v, %v, want %q", g, err, c.want)
			}
		})
	}
}

func TestWorkbooksThatAreNone(t *testing.T) {
	rows := texts("code", "name", "price") + texts("1", "Сүү", "100")
	good := workbook(t, rows, nil)
	merged := func(ref string) []byte {
		return workbook(t, "", map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + texts("Жагсаалт") + rows +
			texts("2", "Талх", "3") + `</sheetData><mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="` + ref + `"/></mergeCells></worksheet>`})
	}
	bomb := workbook(t, "", map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + strings.Repeat(" ", 3*maxToken)})
	long := workbook(t, "", map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c " + strings.Repeat("a='b' ", maxToken) + ">"})
	run := "<t>" + strings.Repeat("a", maxToken/2) + "</t>"
	runs := `<row><c t="inlineStr"><is>` + run + run + run + `</is></c></row>`
	value := `<row><c t="str"><v>` + strings.Repeat(strings.Repeat("a", maxToken/2)+"<!-- -->", 3) + `</v></c></row>`
	strung := func(all string) []byte {
		return workbook(t, rows, map[string]string{"xl/_rels/workbook.xml.rels": `<R><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Type="x/sharedStrings" Target="s.xml"/></R>`, "xl/s.xml": "<sst>" + all + "</sst>"})
	}
	cases := map[string]struct {
		file []byte
		want string
	}{
		"runs":         {workbook(t, rows+runs, nil), "the workbook is too large"},
		"value":        {workbook(t, rows+value, nil), "the workbook is too large"},
		"shared runs":  {strung("<si>" + run + run + run + "</si>"), "the workbook is too large"},
		"many texts":   {strung(strings.Repeat("<si/>", maxTexts+2)), "the workbook is too large"},
		"good":         {good, ""},
		"merged title": {merged("F9:G10"), ""},
		"merged cells": {merged("C3:C4"), "row 4, column price: the cell is one with others (C3:C4)"},
		"merged aside": {merged("B3:C3"), "row 3, column price: the cell is one with others (B3:C3)"},
		"cut":          {good[:len(good)-30], "the workbook is damaged"},
		"no sheet":     {workbook(t, rows, map[string]string{"xl/workbook.xml": "<workbook/>"}), "the workbook has no sheet"},
		"hidden sheet": {workbook(t, rows, map[string]string{"xl/workbook.xml": `<workbook><sheet state="hidden" r:id="rId9"/><sheet r:id="rId1"/></workbook>`}), ""},
		"sheet gone":   {workbook(t, rows, map[string]string{"xl/workbook.xml": `<workbook><sheet r:id="rId9"/></workbook>`}), "its sheet is missing"},
		"xlsb":         {workbook(t, rows, map[string]string{"_rels/.rels": `<R><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></R>`}), ".xlsb"},
		"docx":         {workbook(t, rows, map[string]string{"_rels/.rels": `<R><Relationship Type="x/officeDocument" Target="word/document.xml"/></R>`}), "it is no workbook"},
		"ods":          {workbook(t, rows, map[string]string{"_rels/.rels": `<R/>`, "mimetype": "x"}), "OpenDocument"},
		"zip":          {workbook(t, rows, map[string]string{"_rels/.rels": `<R/>`}), "a packed file but no workbook"},
		"bomb":         {bomb, "the workbook is damaged"},
		"long tag":     {long, "the workbook is damaged"},
		"old Excel":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx"), ".xls"},
	}
	for name, c := range cases {
		for how, r := range map[string]io.Reader{"anywhere": bytes.NewReader(c.file), "stream": bytes.NewBuffer(c.file)} {
			_, err := Import(t.TempDir(), r, ImportOptions{})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v, want %q", name, how, err, c.want)
			}
			if detail := fault.Of(err).Args["detail"]; err != nil && inEnglish(err) {
				t.Errorf("%q is not said in Mongolian", detail)
			}
		}
	}
	_, err := Import(t.TempDir(), strings.NewReader("<html>"), ImportOptions{Name: "бараа.XLSX"})
	if err == nil || !strings.Contains(err.Error(), "is no workbook") {
		t.Error(err)
	}
}

// A part that unpacks to more than its bound ends in an error, whatever the packed file says of its size.
func TestBounded(t *testing.T) {
	b := &bounded{r: strings.NewReader("123456"), left: 5}
	if _, err := io.ReadAll(b); err == nil {
		t.Error("six bytes of five were read")
	}
	b = &bounded{r: strings.NewReader("12345"), left: 5}
	if got, err := io.ReadAll(b); err != nil || string(got) != "12345" {
		t.Error(string(got), err)
	}
}

func TestSharedStringsAnd1904(t *testing.T) {
	rels := `<R><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Type="x/styles" Target="styles.xml"/></R>`
	more := map[string]string{
		"xl/_rels/workbook.xml.rels": rels,
		"xl/workbook.xml":            `<workbook><workbookPr date1904="1"/><sheet r:id="rId1"/></workbook>`,
		"xl/sharedStrings.xml":       `<sst><si><t>code</t></si><si><t>name</t></si><si><t>price</t></si><si><r><t xml:space="preserve">Сүү </t></r><r><t>1л</t></r></si><si><t/></si></sst>`,
	}
	row := `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row><row><c><v>1</v></c><c t="s"><v>3</v></c>`
	dir := t.TempDir()
	if _, err := Import(dir, bytes.NewReader(workbook(t, row+`<c><v>5</v></c></row>`, more)), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	wantGood(t, mustOpen(t, dir), article("1", "Сүү 1л", 500))
	_, err := Import(dir, bytes.NewReader(workbook(t, row+`<c s="2"><v>0</v></c></row>`, more)), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "1904-01-01") {
		t.Error(err)
	}
}

// to1251 writes a text as an old program would, ө and ү on the places of Ukrainian letters.
func to1251(t testing.TB, s string) []byte {
	t.Helper()
	b, err := charmap.Windows1251.NewEncoder().String(strings.NewReplacer("Ө", "Є", "ө", "є", "Ү", "Ї", "ү", "ї").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(b)
}

func TestImportReads1251(t *testing.T) {
	text := "Код;Нэр;Үнэ;Ангилал\r\n1;Сүү өөх багатай;4200,50;Сүү\r\n2;Мөөгний шөл Үхэр;1 000;Өдөр тутам\r\n"
	files := map[string][]byte{
		"short":       to1251(t, text),
		"two letters": to1251(t, "code;name;price\n1;Сүү;1\n"),
		"late":        to1251(t, "code;name;price;category\n"+strings.Repeat("\n", 2*maxRecord)+strings.SplitN(text, "\r\n", 2)[1]),
	}
	for name, file := range files {
		dir := t.TempDir()
		sum, err := Import(dir, iotest.HalfReader(bytes.NewReader(file)), ImportOptions{})
		if err != nil || sum.Format != FormatCSV1251 {
			t.Errorf("%s: %+v, %v", name, sum, err)
			continue
		}
		s := mustOpen(t, dir)
		if name == "two letters" {
			wantGood(t, s, article("1", "Сүү", 100))
			continue
		}
		milk, soup := article("1", "Сүү өөх багатай", 420050), article("2", "Мөөгний шөл Үхэр", 100000)
		milk.Category, soup.Category = "Сүү", "Өдөр тутам"
		wantGood(t, s, milk)
		wantGood(t, s, soup)
	}
	// What is Ukrainian stays so.
	dir := t.TempDir()
	b, _ := charmap.Windows1251.NewEncoder().String("code;name;price\n1;Їжа і сіль;1\n")
	if _, err := Import(dir, strings.NewReader(b), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	wantGood(t, mustOpen(t, dir), article("1", "Їжа і сіль", 100))
}

// Every whole text of letters that a shop writes is taken for what it is, in either alphabet of bytes.
func TestDecide(t *testing.T) {
	for _, s := range []string{"Сүү", "Гү", "бүүвэй", "Дүүрэг", "РӨӨ", "Ёотон", "шөл", "Талх «Атар» №1 – 5₮", "Ырүү ЯЮ"} {
		if got := decide([]byte(s), true); got != utf8Letters {
			t.Errorf("%q in UTF-8: %d", s, got)
		}
		if b, err := charmap.Windows1251.NewEncoder().String(strings.NewReplacer("Ө", "Є", "ө", "є", "Ү", "Ї", "ү", "ї", "₮", "").Replace(s)); err == nil {
			if got := decide([]byte(b), true); got != win1251 && s != "Гү" {
				t.Errorf("%q in Windows-1251: %d", s, got)
			}
		}
	}
	if got := decide([]byte("Сү"[:3]), false); got != utf8Letters {
		t.Error("a letter that is cut off at the end of what is looked at counts as wrong")
	}
	if got := decide([]byte("caf\xe9 cr\xe8me \x80\x81\x82\x83"), true); got != utf8Letters {
		t.Error("another code page is taken for Windows-1251")
	}
}

func FuzzGoodsOf1251(f *testing.F) {
	f.Add(to1251(f, "Код;Нэр;Үнэ\r\n1;Сүү;4200,50\r\n"))
	f.Add([]byte("code,name,price\n1,\xd1\xfe\xfe,1\n2,\xbf\xba\xaf\x98,2"))
	f.Fuzz(func(t *testing.T, file []byte) {
		whole, err := io.ReadAll(&letters{r: bufio.NewReader(bytes.NewReader(file))})
		if err != nil {
			t.Fatal(err)
		}
		halves, err := io.ReadAll(&letters{r: bufio.NewReader(iotest.OneByteReader(bytes.NewReader(file)))})
		if err != nil || !bytes.Equal(whole, halves) {
			t.Fatalf("%q is %q, and %q in pieces: %v", file, whole, halves, err)
		}
		readTable(t, file)
	})
}

func FuzzGoodsOfXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>`, `<sst><si><t>x</t></si></sst>`, `<styleSheet/>`)
	f.Add(texts("code", "name", "price")+texts("1", "Сүү", "100"), "", "<a")
	f.Add(`<row><c><f>x</f><v>1e5</v></c><c s="1" t="e"><v/></c></row></sheetData><mergeCell ref="A1:ZZ9"/>`, "<sst><si/></sst>", `<numFmt formatCode='"'/>`)
	f.Fuzz(func(t *testing.T, rows, strings, styles string) {
		readTable(t, workbook(t, rows, map[string]string{
			"xl/_rels/workbook.xml.rels": `<R><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Type="x/styles" Target="styles.xml"/></R>`,
			"xl/sharedStrings.xml":       strings, "xl/styles.xml": styles,
		}))
	})
}

// FuzzBook feeds packed bytes: nothing of what a zip may say must hurt.
func FuzzBook(f *testing.F) {
	f.Add(workbook(f, texts("code", "name", "price")+texts("1", "Сүү", "100"), nil))
	f.Fuzz(func(t *testing.T, file []byte) { readTable(t, file) })
}

// readTable reads a file as Import does, and demands that every good it gives is one and that errors are faults.
func readTable(t *testing.T, file []byte) {
	t.Helper()
	in := importer{rowOf: map[goods.Code]int{}, pile: newPile(&spool{})}
	err := in.begin(bytes.NewReader(file))
	if err == nil {
		defer in.rec.stop()
		err = in.findHeader()
		for l := (line{}); err == nil; {
			if l, err = in.next(); l.fields != nil && err == nil {
				err = in.take(l)
			}
		}
		in.takeLate()
		if done := in.rec.done(); done > int64(len(file)) || done < 0 {
			t.Fatalf("%d of %d bytes", done, len(file))
		}
	}
	var bad fileError
	if !errors.Is(err, io.EOF) && !errors.As(err, &bad) {
		t.Fatalf("%T: %v", err, err)
	}
	checkPile(t, in.pile)
	if len(in.sum.Problems) != min(in.sum.Bad, maxProblems) {
		t.Fatal(fmt.Sprint(in.sum))
	}
}
