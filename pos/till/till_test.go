package till_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/receipt"
	"posbox/pos/sale"
	"posbox/pos/tax"
	"posbox/pos/till"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// shop is a till without disk or devices: what Decide and Apply make of commands.
type shop struct {
	t     *testing.T
	state *till.State
	env   till.Env
	seq   uint64
	ids   int
	facts []event.Fact
	goods map[catalog.Code]catalog.Good
	cards map[string]loyalty.Customer
}

var ulaanbaatar = time.FixedZone("Asia/Ulaanbaatar", 8*3600)

func newShop(t *testing.T) *shop {
	s := &shop{t: t, state: till.New(), goods: map[catalog.Code]catalog.Good{}, cards: map[string]loyalty.Customer{}}
	s.env = till.Env{
		Now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), Zone: ulaanbaatar, Goods: s, Customers: s,
		Sellers: s.seller, HasSellers: true, Roles: till.DefaultRoles(), Salt: []byte("0123456789abcdef"), HasBill: s.hasBill, Z: s.z, Sale: s.sale, Returned: s.returned,
		Merchant: event.Merchant{Name: "Туршилт ХХК", TIN: "12345678901", Till: "001"}, Payer: tax.Payer{VAT: true, City: true},
		Rates: tax.Mongolia(), Rules: barcode.DefaultRules(), Printer: true, DrawerOnCash: true,
	}
	return s
}

func (s *shop) ByBarcode(code string) (found []catalog.Good, err error) {
	for _, g := range s.goods {
		if slices.Contains(g.Barcodes, code) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b catalog.Good) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return found, nil
}

func (s *shop) ByCode(code catalog.Code) (catalog.Good, bool, error) {
	g, ok := s.goods[code]
	return g, ok, nil
}

func (s *shop) Customer(code string) (loyalty.Customer, bool, error) {
	c, ok := s.cards[code]
	return c, ok, nil
}

// hashes are made once: each costs tens of milliseconds by design.
var hashes = map[event.SellerCode]till.Seller{
	"1": {Code: "1", Name: "Сарнай", Role: "seller", Active: true, PasswordHash: till.HashPassword("1111", []byte("saltsalt"))},
	"5": {Code: "5", Name: "Болд", Role: "senior", Active: true, PasswordHash: till.HashPassword("5555", []byte("saltsalt"))},
	"9": {Code: "9", Name: "Эзэн", Role: "owner", Active: true, PasswordHash: till.HashPassword("9999", []byte("saltsalt"))},
}

func (s *shop) seller(c event.SellerCode) (till.Seller, bool) { v, ok := hashes[c]; return v, ok }

func (s *shop) hasBill(b event.Bill) (bool, error) {
	for _, f := range s.facts {
		if c, ok := f.(event.SaleCompleted); ok && c.Bill == b {
			return true, nil
		}
		of, corrected := b.CutCorrected()
		if c, ok := f.(event.SaleReturned); ok && c.Bill == of && (!corrected || c.Partial()) {
			return true, nil
		}
	}
	return false, nil
}

func (s *shop) sale(b event.Bill) (event.SaleCompleted, error) {
	for _, f := range s.facts {
		if c, ok := f.(event.SaleCompleted); ok && c.Bill == b {
			return c, nil
		}
	}
	return event.SaleCompleted{}, fault.New(fault.BillUnknown, "bill", string(b))
}

func (s *shop) returned(b event.Bill) (done sale.Done, err error) {
	for _, f := range s.facts {
		if r, ok := f.(event.SaleReturned); ok && r.Of != nil && r.Of.Point == 0 && r.Of.Bill == b {
			done.Add(r)
		}
	}
	return done, nil
}

// z finds a closed shift's report among the facts.
func (s *shop) z(shift int) (event.Report, error) {
	for _, f := range s.facts {
		if c, ok := f.(event.ShiftClosed); ok && c.Report.Shift == shift {
			return c.Report, nil
		}
	}
	return event.Report{}, fault.New(fault.ShiftUnknown, "shift", strconv.Itoa(shift))
}

// do carries out a command as the engine would, through JSON both ways.
func (s *shop) do(kind string, fields map[string]any) (till.Decision, error) {
	s.ids++
	m := map[string]any{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids), "kind": kind}
	for k, v := range fields {
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := till.ParseCommand(b)
	if err != nil {
		return till.Decision{}, err
	}
	before, _ := json.Marshal(s.state)
	d, err := till.Decide(s.state, c, s.env)
	if after, _ := json.Marshal(s.state); !bytes.Equal(before, after) {
		s.t.Fatalf("Decide(%s) changed the state", kind)
	}
	if err != nil {
		return d, err
	}
	next := s.state.Clone()
	for _, f := range d.Facts {
		s.seq++
		body, err := event.Encode(f)
		if err != nil {
			s.t.Fatal(err)
		}
		read, err := event.Decode(f.Kind(), body)
		if err != nil {
			s.t.Fatal(err)
		}
		next.Apply(s.seq, read)
		s.facts = append(s.facts, read)
	}
	next.ApplyDrafts(d)
	s.state = next
	return d, nil
}

func (s *shop) must(kind string, fields map[string]any) till.Decision {
	s.t.Helper()
	d, err := s.do(kind, fields)
	if err != nil {
		s.t.Fatalf("%s %v: %v", kind, fields, err)
	}
	return d
}

// refused demands that a command is refused with a code.
func (s *shop) refused(code fault.Code, kind string, fields map[string]any) {
	s.t.Helper()
	before, _ := json.Marshal(s.state)
	if _, err := s.do(kind, fields); fault.CodeOf(err) != code {
		s.t.Fatalf("%s %v: got %v, want %s", kind, fields, err, code)
	}
	if after, _ := json.Marshal(s.state); !bytes.Equal(before, after) {
		s.t.Fatalf("%s %v: refused, and yet the state changed", kind, fields)
	}
}

// TestCases runs the scripts in testdata: a command a line, "----", and what came of it.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) { runCase(t, path) })
	}
}

func runCase(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t)
	var out strings.Builder
	var input []string
	expect := false
	sc := bufio.NewScanner(bytes.NewReader(append(text, '\n', '\n')))
	for sc.Scan() {
		line := sc.Text()
		switch {
		case line == "----":
			expect = true
			out.WriteString("----\n")
			for _, in := range input {
				if !strings.HasPrefix(in, "#") {
					out.WriteString(s.script(in))
				}
			}
			input = nil
		case line == "":
			if !expect && len(input) > 0 && !strings.HasPrefix(input[0], "#") {
				t.Fatalf("%s: %q has no ----", path, input)
			}
			if expect || len(input) > 0 {
				out.WriteString("\n")
			}
			expect, input = false, nil
		case !expect:
			input = append(input, line)
			out.WriteString(line + "\n")
		}
	}
	got := strings.TrimRight(out.String(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := string(text); got != want {
		t.Errorf("%s: got\n%s", path, diff(want, got))
	}
}

// diff shows the first lines in which two texts differ.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n  want %s\n  got  %s", i+1, a, b)
		}
	}
	return ""
}

// script carries out one line of a case and tells what came of it.
func (s *shop) script(line string) string {
	word, rest, _ := strings.Cut(line, " ")
	fields := map[string]string{}
	for _, f := range strings.Fields(rest) {
		k, v, _ := strings.Cut(f, "=")
		if k == "name" || k == "reason" {
			v = strings.ReplaceAll(v, "_", " ")
		}
		fields[k] = v
	}
	switch word {
	case "good":
		return s.scriptGood(fields)
	case "card":
		p, _ := money.ParsePercent(fields["percent"])
		c := loyalty.Customer{Code: fields["code"], Name: fields["name"], Percent: p, Active: true}
		c.ValidTo = fieldDay(fields["until"])
		s.cards[c.Code] = c
		return ""
	case "shop":
		s.env.Payer = tax.Payer{VAT: fields["vat"] != "no", City: fields["city"] != "no"}
		return ""
	case "now":
		at, err := time.ParseInLocation("2006-01-02T15:04", fields["at"], ulaanbaatar)
		if err != nil {
			s.t.Fatal(err)
		}
		s.env.Now = at
		return ""
	case "paper": // of the last return
		for _, f := range slices.Backward(s.facts) {
			if back, ok := f.(event.SaleReturned); ok {
				doc := receipt.Return(back, receipt.Options{Columns: 32})
				if fields["corrected"] == "yes" {
					doc = receipt.Corrected(back, receipt.Options{Columns: 32})
				}
				return "| " + strings.ReplaceAll(strings.TrimRight(doc.Text(), "\n"), "\n", "\n| ") + "\n"
			}
		}
		return "no return\n"
	case "receipt":
		for _, f := range slices.Backward(s.facts) {
			if c, ok := f.(event.SaleCompleted); ok {
				text := receipt.Sale(c, receipt.Options{Columns: 32, Copy: fields["copy"] == "yes"}).Text()
				return "| " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n| ") + "\n"
			}
		}
		return "no sale\n"
	case "round":
		to, _ := money.Parse(fields["to"])
		s.env.RoundTo = to
		return ""
	case "blind":
		s.env.Blind = true
		return ""
	case "sales":
		n, _ := strconv.Atoi(fields["n"])
		for range n {
			s.must("line.scan", map[string]any{"code": "1"})
			s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "1500"}}, "print": false})
		}
		return fmt.Sprintf("  %d sales\n", n)
	case "draft":
		return s.draft()
	case "x":
		return reportText(s.state.Shift.Report)
	}
	d, err := s.do(word, commandFields(fields))
	if err != nil {
		text, _ := fault.Of(err).Say("en")
		return fmt.Sprintf("refused %s: %s\n", fault.CodeOf(err), text)
	}
	return s.tell(d)
}

// draft tells what has been entered of the payment of the basket in front.
func (s *shop) draft() string {
	b := s.state.Selected()
	if b == nil {
		return "  no basket\n"
	}
	var out strings.Builder
	for _, t := range b.Tenders {
		fmt.Fprintf(&out, "  entered %s %s %q\n", t.Kind, t.Amount, t.Slip)
	}
	return cmp.Or(out.String(), "  nothing entered\n")
}

func commandFields(fields map[string]string) map[string]any {
	m := map[string]any{}
	var tenders []map[string]string
	for k, v := range fields {
		switch k {
		case "cash", "card", "transfer", "qr", "bonus":
			amount, slip, _ := strings.Cut(v, "/")
			tenders = append(tenders, map[string]string{"kind": k, "amount": amount, "slip": slip})
		case "approver":
			code, password, _ := strings.Cut(v, "/")
			m["approver"] = map[string]string{"code": code, "password": password}
		case "notes":
			notes := map[string]int{}
			for _, n := range strings.Split(v, ",") {
				note, count, _ := strings.Cut(n, "x")
				notes[note], _ = strconv.Atoi(count)
			}
			m["notes"] = notes
		case "lines": // 1:2,3:0.5
			var lines []map[string]any
			for _, l := range strings.Split(v, ",") {
				no, quantity, _ := strings.Cut(l, ":")
				n, _ := strconv.Atoi(no)
				lines = append(lines, map[string]any{"line": n, "quantity": quantity})
			}
			m[k] = lines
		default:
			m[k] = v
		}
	}
	slices.SortFunc(tenders, func(a, b map[string]string) int { return strings.Compare(b["kind"], a["kind"]) })
	if tenders != nil {
		m["tenders"] = tenders
	}
	return m
}

func (s *shop) scriptGood(f map[string]string) string {
	price, err := money.Parse(f["price"])
	if err != nil {
		s.t.Fatal(f, err)
	}
	g := catalog.Good{Code: catalog.Code(f["code"]), Name: f["name"], Unit: "ш", Prices: []catalog.Price{{Amount: price}},
		TaxIncluded: f["net"] != "yes", Tax: tax.VATAble, CityTax: f["city"] == "yes", Weighed: f["weighed"] == "yes", Active: f["active"] != "no"}
	if f["tax"] != "" {
		g.Tax = tax.Class(f["tax"])
	}
	if g.Weighed {
		g.Unit = "кг"
	}
	if f["barcodes"] != "" {
		g.Barcodes = strings.Split(f["barcodes"], "|")
	}
	if from, later, ok := strings.Cut(f["later"], ":"); ok {
		a, _ := money.Parse(later)
		g.Prices = append(g.Prices, catalog.Price{From: fieldDay(from), Amount: a})
	}
	if err := g.Validate(); err != nil {
		s.t.Fatal(err)
	}
	s.goods[g.Code] = g
	return ""
}

// tell describes a decision: its facts, then the basket in front.
func (s *shop) tell(d till.Decision) string {
	var b strings.Builder
	for _, f := range d.Facts {
		b.WriteString(factText(f))
	}
	if basket := s.state.Selected(); basket != nil && len(d.Drafts) > 0 {
		if r := basket.Return; r != nil {
			back, left, err := till.PriceReturn(s.state, r, s.env)
			if err != nil {
				s.t.Fatal(err)
			}
			for _, l := range back.Lines {
				fmt.Fprintf(&b, "  comes back: %d %s %s = %s\n", l.No, l.Name, l.Quantity, l.Total)
			}
			for _, t := range left {
				fmt.Fprintf(&b, "  can go back: %s %s\n", t.Kind, t.Amount)
			}
		}
		p, err := till.Price(s.state, basket, s.env)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, l := range p.Lines {
			fmt.Fprintf(&b, "  %d %s %s × %s", l.No, l.Name, l.Quantity, l.UnitPrice)
			if l.LineDiscount+l.TicketDiscount != 0 {
				fmt.Fprintf(&b, " − %s − %s", l.LineDiscount, l.TicketDiscount)
			}
			if l.Rounding != 0 {
				fmt.Fprintf(&b, ", of it rounding %s", l.Rounding)
			}
			fmt.Fprintf(&b, " = %s (НӨАТ %s, НХАТ %s)\n", l.Total, l.VAT, l.CityTax)
		}
		fmt.Fprintf(&b, "  total %s (НӨАТ %s, НХАТ %s, discount %s)\n", p.Total, p.VAT, p.CityTax, p.Discount)
	}
	return b.String()
}

func factText(f event.Fact) string {
	switch f := f.(type) {
	case event.SaleCompleted:
		text := fmt.Sprintf("%s %s total %s НӨАТ %s НХАТ %s paid [%s] change %s", f.Kind(), f.Bill, f.Total, f.VAT, f.CityTax, tendersText(f.Tenders), f.Change)
		if f.Register != "" {
			text += " by business " + string(f.Register)
		}
		return text + "\n"
	case event.SaleReturned:
		return returnText(f)
	case event.LineRemoved:
		return fmt.Sprintf("%s %s × %s worth %s by %s%s\n", f.Kind(), f.Line.Name, f.Quantity, f.Amount, f.By, approved(f.Who))
	case event.OverrideGranted:
		return fmt.Sprintf("%s %s for %s%s\n", f.Kind(), f.Right, f.By, approved(f.Who))
	case event.ShiftOpened:
		return fmt.Sprintf("%s %d on %s float %s\n", f.Kind(), f.Shift, f.Day, f.Float)
	case event.ShiftCounted:
		return fmt.Sprintf("%s %s recount %v\n", f.Kind(), f.Total, f.Recount)
	case event.ShiftClosed:
		return string(f.Kind()) + "\n" + reportText(f.Report)
	case event.CashMoved:
		return fmt.Sprintf("%s %s reason %q\n", f.Kind(), f.Amount, f.Reason)
	case event.DrawerAsked:
		return fmt.Sprintf("%s for %s\n", f.Kind(), f.Cause)
	case event.ReportAsked:
		return fmt.Sprintf("%s %s blind %v\n", f.Kind(), f.Report.Title(), f.Blind)
	case event.ReceiptAsked:
		return fmt.Sprintf("%s %s copy %v\n", f.Kind(), f.Bill, f.Copy)
	case event.SellerLoggedIn:
		return fmt.Sprintf("%s %s\n", f.Kind(), f.Name)
	}
	return string(f.Kind()) + "\n"
}

func tendersText(tenders []event.Tender) string {
	var paid []string
	for _, t := range tenders {
		text := fmt.Sprintf("%s %s", t.Kind, t.Amount)
		if t.Carried {
			text += " carried"
		}
		paid = append(paid, text)
	}
	return strings.Join(paid, ", ")
}

func returnText(f event.SaleReturned) string {
	of := "nothing"
	if f.Of != nil {
		of = string(f.Of.Bill)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s of %s total %s НӨАТ %s НХАТ %s back [%s] because %q%s\n", f.Kind(), f.Bill, of, f.Total, f.VAT, f.CityTax,
		tendersText(f.Tenders), f.Reason, approved(f.Who))
	for _, l := range f.Lines {
		fmt.Fprintf(&b, "  back %d %s %s = %s\n", l.No, l.Name, l.Quantity, l.Total)
	}
	for _, l := range f.Left {
		fmt.Fprintf(&b, "  stays %d %s %s = %s\n", l.No, l.Name, l.Quantity, l.Total)
	}
	if len(f.Paid) > 0 {
		fmt.Fprintf(&b, "  stays paid [%s]\n", tendersText(f.Paid))
	}
	return b.String()
}

func approved(w event.Who) string {
	if w.ApprovedBy == "" {
		return ""
	}
	return " approved by " + string(w.ApprovedBy)
}

func reportText(r event.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  bills %d total %s discount %s НӨАТ %s НХАТ %s\n", r.Bills, r.Total, r.Discount, r.VAT, r.CityTax)
	if r.Rounding != 0 {
		fmt.Fprintf(&b, "  of the discount rounding %s\n", r.Rounding)
	}
	for _, t := range r.Tenders {
		fmt.Fprintf(&b, "  %s %d × = %s\n", t.Kind, t.Count, t.Amount)
	}
	for _, t := range r.Taxes {
		fmt.Fprintf(&b, "  %s %s НӨАТ %s НХАТ %s\n", t.Class, t.Total, t.VAT, t.CityTax)
	}
	if r.Returns > 0 {
		fmt.Fprintf(&b, "  returns %d total %s НӨАТ %s", r.Returns, r.Returned.Total, r.Returned.VAT)
		for _, t := range r.Returned.Tenders {
			fmt.Fprintf(&b, ", %s %s", t.Kind, t.Amount)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "  cash: float %s in %s out %s expected %s", r.Float, r.CashIn, r.CashOut, r.Expected)
	if r.Counted != nil {
		fmt.Fprintf(&b, " counted %s difference %s", *r.Counted, *r.Difference)
	}
	fmt.Fprintf(&b, "\n  removed %d worth %s, drawer %d, copies %d, overrides %d\n", r.Removed, r.RemovedAmount, r.DrawerOpened, r.Copies, r.Overrides)
	return b.String()
}

func fieldDay(s string) day.Day { return day.Day(s) }
