package fiscal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/tax"
)

var (
	shop    = fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "0102", Till: "001"}
	options = fiscal.Options{Merchant: shop}
)

// good makes a line of a total, with the taxes that the tax office's rates of 2024 give.
func good(t testing.TB, no int, total money.Amount, class tax.Class, city bool) event.Line {
	rates, err := tax.Mongolia().On("2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	r := rates.For(tax.Payer{VAT: true, City: true}, class, city)
	l := event.Line{No: no, Name: "Бараа", Unit: "ш", Quantity: catalog.One, UnitPrice: total, Gross: total, Total: total, Tax: class,
		VATRate: r.VAT, CityRate: r.City, ClassCode: "2111100"}
	if class != tax.VATAble {
		l.TaxProductCode = "305"
	}
	if l.VAT, l.CityTax, err = r.Split(total); err != nil {
		t.Fatal(err)
	}
	return l
}

// sale adds lines up and has them paid in cash.
func sale(lines ...event.Line) event.SaleCompleted {
	s := event.SaleCompleted{Bill: "2026-11-28-7-0042", Shift: 7, Number: 42, Lines: lines}
	for _, l := range lines {
		s.Total, s.VAT, s.CityTax = s.Total+l.Total, s.VAT+l.VAT, s.CityTax+l.CityTax
	}
	s.Tenders = []event.Tender{{Kind: event.Cash, Given: s.Total + 100, Amount: s.Total}}
	return s
}

// TestPublishedFigures holds requests against the totals, VAT and city tax of the portal's and the manual's samples.
func TestPublishedFigures(t *testing.T) {
	for _, c := range []struct {
		total     int64
		class     tax.Class
		city      bool
		vat, tax2 string
	}{
		{1120, tax.VATAble, true, "100", "20"},
		{5600, tax.VATAble, true, "500", "100"},
		{2800, tax.VATAble, true, "250", "50"},
		{2800, tax.VATAble, false, "254.55", "0"},
		{2800, tax.VATFree, true, "0", "54.90"},
		{2800, tax.VATFree, false, "0", "0"},
	} {
		r, err := fiscal.Receipt(sale(good(t, 1, money.Tugrik(c.total), c.class, c.city)), options)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`"totalAmount":%d,"totalVAT":%s,"totalCityTax":%s`, c.total, c.vat, c.tax2)
		if n := strings.Count(string(r.Body()), want); n != 3 { // header, sub-receipt, item
			t.Errorf("%d %s city %v: %q stands %d times in\n%s", c.total, c.class, c.city, want, n, r.Body())
		}
	}
}

func TestReceiptBody(t *testing.T) {
	free := good(t, 2, money.Tugrik(2000), tax.VATFree, false)
	free.Barcode = "4006381333931"
	s := sale(good(t, 1, money.Tugrik(1120), tax.VATAble, true), free)
	s.Tenders = []event.Tender{{Kind: event.Cash, Given: 300000, Amount: 212000}, {Kind: event.Card, Given: 100000, Amount: 100000}}
	r, err := fiscal.Receipt(s, options)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"branchNo":"001","totalAmount":3120,"totalVAT":100,"totalCityTax":20,"districtCode":"0102","merchantTin":"61200012345",` +
		`"posNo":"001","type":"B2C_RECEIPT","customerTin":null,"billIdSuffix":"70000042","receipts":[` +
		`{"totalAmount":1120,"totalVAT":100,"totalCityTax":20,"taxType":"VAT_ABLE","merchantTin":"61200012345","customerTin":null,"items":[` +
		`{"name":"Бараа","barCode":null,"barCodeType":"UNDEFINED","classificationCode":"2111100","taxProductCode":null,"measureUnit":"ш","qty":1,` +
		`"unitPrice":1120,"totalAmount":1120,"totalVAT":100,"totalCityTax":20}]},` +
		`{"totalAmount":2000,"totalVAT":0,"totalCityTax":0,"taxType":"VAT_FREE","merchantTin":"61200012345","customerTin":null,"items":[` +
		`{"name":"Бараа","barCode":"4006381333931","barCodeType":"GS1","classificationCode":"2111100","taxProductCode":"305","measureUnit":"ш","qty":1,` +
		`"unitPrice":2000,"totalAmount":2000,"totalVAT":0,"totalCityTax":0}]}],` +
		`"payments":[{"code":"CASH","status":"PAID","paidAmount":2120},{"code":"PAYMENT_CARD","status":"PAID","paidAmount":1000}]}`
	if got := string(r.Body()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var back fiscal.Request
	if err := json.Unmarshal(r.Body(), &back); err != nil || string(back.Body()) != want {
		t.Errorf("read back: %v\n%s", err, back.Body())
	}
}

func TestReceiptOfABusiness(t *testing.T) {
	s := sale(good(t, 1, 112000, tax.VATAble, false))
	s.Register = "1234567"
	if _, err := fiscal.Receipt(s, options); lacks(err) != "customer" {
		t.Errorf("a business without its TIN: %v", err)
	}
	o := options
	o.CustomerTIN = "37900846788"
	r, err := fiscal.Receipt(s, o)
	if err != nil || r.Type != fiscal.B2B || *r.CustomerTIN != o.CustomerTIN || *r.Receipts[0].CustomerTIN != o.CustomerTIN {
		t.Errorf("%+v, %v", r, err)
	}
	o.ConsumerNo = "12345678"
	if _, err := fiscal.Receipt(s, o); lacks(err) != "consumer" {
		t.Errorf("a business with a consumer number: %v", err)
	}
}

func lacks(err error) string {
	var l *fiscal.LackError
	if errors.As(err, &l) {
		return l.Field
	}
	return ""
}

func TestReceiptRefuses(t *testing.T) {
	ok := good(t, 3, 112000, tax.VATAble, false)
	change := func(f func(*event.Line)) []event.Line { l := ok; f(&l); return []event.Line{l} }
	for name, c := range map[string]struct {
		lines []event.Line
		m     fiscal.Merchant
		o     fiscal.Options
		field string
	}{
		"tin":             {m: fiscal.Merchant{TIN: "6120001234", Branch: "001", District: "0102", Till: "1"}, field: "tin"},
		"branch":          {m: fiscal.Merchant{TIN: "61200012345", Branch: "1", District: "0102", Till: "1"}, field: "branch"},
		"district":        {m: fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "Зайсан", Till: "1"}, field: "district"},
		"till":            {m: fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "0102"}, field: "till"},
		"class":           {m: shop, lines: change(func(l *event.Line) { l.ClassCode = "211110" }), field: "class_code"},
		"product code":    {m: shop, lines: change(func(l *event.Line) { l.Tax, l.TaxProductCode = tax.VATFree, "" }), field: "tax_product_code"},
		"stamps":          {m: shop, o: fiscal.Options{Stamps: map[int][]string{3: {"a", "b"}}}, field: "stamps"},
		"stamps by weigh": {m: shop, lines: change(func(l *event.Line) { l.Quantity = 1500 }), o: fiscal.Options{Stamps: map[int][]string{3: {"a"}}}, field: "stamps"},
	} {
		if c.lines == nil {
			c.lines = []event.Line{ok}
		}
		c.o.Merchant = c.m
		if _, err := fiscal.Receipt(sale(c.lines...), c.o); lacks(err) != c.field {
			t.Errorf("%s: %v, want lack of %s", name, err, c.field)
		}
	}
	wrong := sale(ok)
	wrong.VAT++
	if _, err := fiscal.Receipt(wrong, options); !errors.Is(err, fiscal.ErrSums) {
		t.Errorf("a wrong sum: %v", err)
	}
	unpaid := sale(ok)
	unpaid.Tenders[0].Amount--
	if _, err := fiscal.Receipt(unpaid, options); !errors.Is(err, fiscal.ErrSums) {
		t.Errorf("payments short: %v", err)
	}
}

func TestPaymentCodes(t *testing.T) {
	s := sale(good(t, 1, 400, tax.VATAble, false))
	s.Tenders = nil
	for _, k := range event.TenderKinds {
		s.Tenders = append(s.Tenders, event.Tender{Kind: k, Amount: 100})
	}
	for _, c := range []struct {
		takes []string
		want  string
	}{
		{nil, "CASH PAYMENT_CARD BANK_TRANSFER BANK_TRANSFER_QPAY"},
		{[]string{"CASH", "PAYMENT_CARD", "BANK_TRANSFER"}, "CASH PAYMENT_CARD BANK_TRANSFER BANK_TRANSFER"},
		{[]string{"CASH"}, "CASH CASH CASH CASH"},
	} {
		o := options
		o.Takes = c.takes
		r, err := fiscal.Receipt(s, o)
		var got []string
		for _, p := range r.Payments {
			got = append(got, p.Code)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%v: %v, %v; want %s", c.takes, got, err, c.want)
		}
	}
}

func TestSuffix(t *testing.T) {
	for _, c := range []struct {
		shift, number, attempt int
		want                   string
	}{{1, 1, 0, "10000001"}, {7, 42, 0, "70000042"}, {7, 42, 3, "70300042"}, {99, 99999, 99, "999999999"}, {12345, 3, 1, "450100003"}} {
		if got, err := fiscal.Suffix(c.shift, c.number, c.attempt); err != nil || got != c.want || len(got) > 9 {
			t.Errorf("%d, %d, %d: %q, %v", c.shift, c.number, c.attempt, got, err)
		}
	}
	for _, c := range [][3]int{{0, 1, 0}, {1, 0, 0}, {1, 100_000, 0}, {-1, 1, 0}, {1, 1, 100}, {1, 1, -1}} {
		if got, err := fiscal.Suffix(c[0], c[1], c[2]); !errors.Is(err, fiscal.ErrSuffix) {
			t.Errorf("%v: %q, %v", c, got, err)
		}
	}
}

// share is total × part ÷ whole, half away from zero to a möngö, by exact fractions: another way than the till's.
func share(total money.Amount, part, whole int64) money.Amount {
	x := new(big.Rat).Mul(big.NewRat(int64(total), 1), big.NewRat(part, whole))
	x.Add(x, big.NewRat(1, 2)) // totals of sales are not negative
	return money.Amount(new(big.Int).Div(x.Num(), x.Denom()).Int64())
}

// baskets is how many random baskets are computed twice.
const baskets = 100_000

// TestTaxTwice computes VAT and city tax of random baskets by exact fractions from the law's formula, and holds header,
// sub-receipts and items of the request against it.
func TestTaxTwice(t *testing.T) {
	seed := uint64(0x9e3779b97f4a7c15)
	random := func(n uint64) uint64 { // xorshift: the same baskets in every run
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return seed % n
	}
	for range baskets {
		var lines []event.Line
		var want [3]money.Amount // of the header
		for no := range 1 + int(random(6)) {
			class, city := tax.Classes[random(4)], random(2) == 0
			l := good(t, no+1, money.Amount(1+random(50_000_000)), class, city)
			v, c := int64(0), int64(0)
			if class == tax.VATAble {
				v = 10
			}
			if city {
				c = 2
			}
			vat, cityTax := share(l.Total, v, 100+v+c), share(l.Total, c, 100+v+c)
			if l.VAT != vat || l.CityTax != cityTax {
				t.Fatalf("%v %s city %v: VAT %v, city tax %v; want %v, %v", l.Total, class, city, l.VAT, l.CityTax, vat, cityTax)
			}
			want[0], want[1], want[2] = want[0]+l.Total, want[1]+vat, want[2]+cityTax
			lines = append(lines, l)
		}
		r, err := fiscal.Receipt(sale(lines...), options)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]money.Amount{money.Amount(r.TotalAmount), money.Amount(r.TotalVAT), money.Amount(r.TotalCityTax)}; got != want {
			t.Fatalf("header %v, want %v", got, want)
		}
		var subs, items [3]fiscal.Amount
		for _, s := range r.Receipts {
			subs[0], subs[1], subs[2] = subs[0]+s.TotalAmount, subs[1]+s.TotalVAT, subs[2]+s.TotalCityTax
			for _, it := range s.Items {
				items[0], items[1], items[2] = items[0]+it.TotalAmount, items[1]+it.TotalVAT, items[2]+it.TotalCityTax
			}
		}
		if header := [3]fiscal.Amount{r.TotalAmount, r.TotalVAT, r.TotalCityTax}; subs != header || items != header {
			t.Fatalf("header %v, sub-receipts %v, items %v", header, subs, items)
		}
	}
}

const id33 = "000061200012345001000000012312345678"

func answer(status, id, date string, subs ...string) []byte {
	type sub struct {
		ID string `json:"id"`
	}
	list := []sub{}
	for _, s := range subs {
		list = append(list, sub{s})
	}
	b, _ := json.Marshal(map[string]any{"status": status, "id": id, "date": date, "receipts": list, "lottery": "SN 47461258", "qrData": "0123456789", "message": "Дүн буруу"})
	return b
}

func TestJudge(t *testing.T) {
	id, date := id33[:33], "2026-11-28 14:05:09"
	for name, c := range map[string]struct {
		status int
		body   []byte
		want   fiscal.Verdict
	}{
		"issued":               {200, answer("SUCCESS", id, date, id), fiscal.VerdictDone},
		"error with 200":       {200, answer("ERROR", "", ""), fiscal.VerdictRefused},
		"payment short":        {200, answer("PAYMENT", id, date, id), fiscal.VerdictRefused},
		"error with 400":       {400, answer("ERROR", "", ""), fiscal.VerdictRefused},
		"error with 500":       {500, answer("ERROR", "", ""), fiscal.VerdictRefused},
		"number too short":     {200, answer("SUCCESS", id[:32], date, id), fiscal.VerdictUncertain},
		"no date":              {200, answer("SUCCESS", id, "", id), fiscal.VerdictUncertain},
		"odd date":             {200, answer("SUCCESS", id, "2026.11.28 14:05:09", id), fiscal.VerdictUncertain},
		"a sub-receipt lacks":  {200, answer("SUCCESS", id, date), fiscal.VerdictUncertain},
		"odd sub-receipt":      {200, answer("SUCCESS", id, date, "7"), fiscal.VerdictUncertain},
		"unknown status":       {200, answer("MAYBE", id, date, id), fiscal.VerdictUncertain},
		"cut in half":          {200, answer("SUCCESS", id, date, id)[:40], fiscal.VerdictUncertain},
		"empty":                {200, nil, fiscal.VerdictUncertain},
		"breaks down":          {500, []byte("<html>"), fiscal.VerdictUncertain},
		"a proxy's time-out":   {504, nil, fiscal.VerdictUncertain},
		"a request's time-out": {408, nil, fiscal.VerdictUncertain},
		"no such service":      {404, []byte("not found"), fiscal.VerdictRefused},
		"success with 500":     {500, answer("SUCCESS", id, date, id), fiscal.VerdictUncertain},
	} {
		got, issued, text := fiscal.Judge(c.status, c.body, 1)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got == fiscal.VerdictDone && (issued.ID != id || issued.Date != date || issued.Lottery.Reveal() != "SN 47461258" || issued.QR.Reveal() != "0123456789" || len(issued.Subs) != 1) {
			t.Errorf("%s: %+v", name, issued)
		}
		if got == fiscal.VerdictRefused && c.status != 404 && text != "Дүн буруу" {
			t.Errorf("%s: the service's words are lost: %q", name, text)
		}
	}
}

func TestJudgeCancel(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   fiscal.Verdict
	}{
		"done":          {200, "", fiscal.VerdictDone},
		"done in words": {200, `{"status":"SUCCESS"}`, fiscal.VerdictDone},
		"refused":       {200, `{"status":"ERROR","message":"x"}`, fiscal.VerdictRefused},
		"refused 400":   {400, `{"status":"ERROR","message":"x"}`, fiscal.VerdictRefused},
		"breaks down":   {500, "oops", fiscal.VerdictUncertain},
		"garbage":       {200, "<html>", fiscal.VerdictUncertain},
	} {
		if got, _ := fiscal.JudgeCancel(c.status, []byte(c.body)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestSecretStaysSecret prints a secret in every way by which things get into logs and files.
func TestSecretStaysSecret(t *testing.T) {
	const canary = "SN 47461258"
	i := fiscal.Issued{ID: "1", Lottery: fiscal.Keep(canary), QR: fiscal.Keep(canary)}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("issued", "issued", i, "lottery", i.Lottery, "pointer", &i)
	}
	js, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(i), fmt.Sprintf("%+v %#v %v %s %q %x", i, i, &i, i.Lottery, i.QR, i.Lottery), fmt.Sprintf("%#v", i.QR), string(js), log.String()} {
		if strings.Contains(text, "47461258") || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", canary)) {
			t.Errorf("the secret stands in %s", text)
		}
	}
	if i.Lottery.Reveal() != canary {
		t.Error("the secret cannot be printed")
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, answer("SUCCESS", id33[:33], "2026-11-28 14:05:09", id33[:33]), 1)
	f.Add(200, []byte(`{"status":"ERROR","message":{"a":1}}`), 1)
	f.Add(500, []byte("<html>"), 0)
	f.Fuzz(func(t *testing.T, status int, body []byte, subs int) {
		v, issued, text := fiscal.Judge(status, body, subs)
		if v == fiscal.VerdictDone && (len(issued.ID) != 33 || len(issued.Date) != 19 || len(issued.Subs) != subs) {
			t.Errorf("%+v passes for issued", issued)
		}
		if n := len([]rune(text)); n > 501 {
			t.Errorf("%d characters of words", n)
		}
		fiscal.JudgeCancel(status, body)
	})
}

// TestRequestReadsBack: what is sent says the same when it is read.
func TestRequestReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := catalog.Quantity(rapid.Int64Range(1, int64(catalog.MaxQuantity)).Draw(t, "quantity"))
		a := money.Amount(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "amount"))
		b, err := json.Marshal(fiscal.Item{Qty: fiscal.Quantity(q), TotalAmount: fiscal.Amount(a)})
		if err != nil {
			t.Fatal(err)
		}
		var back fiscal.Item
		if err := json.Unmarshal(b, &back); err != nil || back.Qty != fiscal.Quantity(q) || back.TotalAmount != fiscal.Amount(a) {
			t.Fatalf("%s: %v", b, err)
		}
	})
}
