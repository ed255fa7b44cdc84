package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/till"
	"posbox/ui"
)

func cash(amount string) []fields { return []fields{{"kind": "cash", "amount": amount}} }

// A whole day of a shop, every answer held against the document.
func TestDay(t *testing.T) {
	r := newRig(t, withOffice).checked()
	morning(t, r)
	selling(t, r)
	typing(t, r)
	reporting(t, r)
	afterwards(t, r)
	refusals(t, r)
	returning(t, r)
	owning(t, r)
	evening(t, r)
	reading(t, r)
	r.openSocket("")
	for _, op := range ui.Routes() {
		if !r.check.seen[op][http.StatusOK] && !r.check.seen[op][http.StatusSwitchingProtocols] {
			t.Errorf("%s was never answered 200 in a day", op)
		}
	}
}

func morning(t *testing.T, r *rig) {
	if page := read[ui.GoodsAnswer](r, "/api/pages/p"); len(page.Goods) != 2 || page.Goods[0].Code != "7" || page.Goods[1].Code != "6" || page.Goods[0].Price == 0 {
		t.Errorf("a page of goods, in its order, without what there is not: %+v", page.Goods)
	}
	if a := r.get("/api/pages/other"); a.StatusCode != 404 {
		t.Errorf("a page that there is not: %s", a.Status)
	}
	if u := read[ui.UplinkAnswer](r, "/api/uplink"); u.State != "off" || u.Sales == nil {
		t.Errorf("uplink of a shop that stands alone: %+v", u)
	}
	if a := r.send(http.MethodPost, "/api/uplink/send", ""); a.StatusCode != http.StatusOK {
		t.Errorf("send: %s %s", a.Status, a.body)
	}
	if h := read[ui.Health](r, "/api/health"); !h.Ready || !h.Selling || h.Journal.Seq != 1 || h.Unsent != 0 || !h.Printer.Fitted {
		t.Errorf("health in the morning: %+v", h)
	}
	st := read[ui.State](r, "/api/state")
	if st.Seller != nil || st.Shift != nil || st.Basket != nil || st.Last != nil || st.Baskets == nil {
		t.Errorf("state in the morning: %+v", st)
	}
	r.refused(fault.SellerWrong, "seller.login", fields{"code": "9", "password": "1111"})
	r.refused(fault.SellerNone, "shift.open", nil)
	if a := r.get("/api/reports/x"); a.StatusCode != 422 || a.code() != fault.ShiftNone {
		t.Errorf("X report without a shift: %s %s", a.Status, a.body)
	}
	a := r.do("seller.login", fields{"code": "9", "password": "9999"})
	if a.State.Seller == nil || a.State.Seller.Code != "9" || a.Seq != 2 {
		t.Errorf("log-in: %+v", a)
	}
	people(t, r)
	boxing(t, r)
	r.refused(fault.ShiftNone, "line.scan", fields{"code": "1"})
	a = r.do("shift.open", fields{"float": "50000"})
	if a.State.Shift == nil || a.State.Shift.NextBill != "2026-11-23-1-0001" {
		t.Errorf("shift: %+v", a.State.Shift)
	}
	r.refused(fault.ShiftOpen, "shift.open", nil)
	if x := r.get("/api/reports/x"); !bytes.Contains(x.body, []byte(`"tenders":[]`)) || !bytes.Contains(x.body, []byte(`"taxes":[]`)) {
		t.Errorf("a report of nothing has null in it: %s", x.body)
	}
}

// people reads who may do what.
func people(t *testing.T, r *rig) {
	r.do("seller.set", fields{"code": "5", "name": "Түр", "password": "5555", "role": "seller", "active": false})
	want := []ui.SellerRow{{"1", sellers["1"].Name, "seller", true, "settings"}, {"5", "Түр", "seller", false, "till"}, {"9", "Эзэн", "owner", true, "settings"}}
	if a := r.get("/api/sellers"); bytes.Contains(a.body, []byte("argon2")) {
		t.Errorf("hashes: %s", a.body)
	} else if got := read[ui.SellersAnswer](r, "/api/sellers"); !slices.Equal(got.Sellers, want) {
		t.Errorf("sellers: %+v", got)
	}
	roles := read[ui.RolesAnswer](r, "/api/roles")
	if o := roles.Roles[0]; o.Name != "owner" || !o.All || !slices.Equal(o.Rights, till.Rights()) || !slices.Equal(roles.Rights, till.Rights()) {
		t.Errorf("roles: %+v", roles)
	}
	if s := roles.Roles[1]; s.Name != "seller" || s.All || s.MaxDiscount != 2000 || slices.Contains(s.Rights, till.RightCashSee) {
		t.Errorf("a seller: %+v", s)
	}
	c := read[ui.CustomersAnswer](r, "/api/customers?q=c").Customers
	if whole := read[ui.CustomerWhole](r, "/api/customers/"+c[0].Code); whole.Code != c[0].Code || len(whole.Cards) != c[0].Cards {
		t.Errorf("found %+v, whole %+v", c[0], whole)
	}
	if a := r.get("/api/customers/nobody"); a.StatusCode != 422 || a.code() != fault.CustomerUnknown {
		t.Errorf("a customer that is not there: %s %s", a.Status, a.code())
	}
	if len(c) != 4 || c[0].Phone != "**** 2233" || c[0].Cards != 1 || c[0].Percent != 500 || !c[0].Usable || c[0].Why != nil {
		t.Fatalf("customers: %+v", c)
	}
	for i, why := range []fault.Code{fault.CustomerBlocked, fault.CustomerNotYet, fault.CustomerExpired} {
		if x := c[i+1]; x.Usable || x.Why == nil || x.Why.Code != why || x.Why.Text == "" {
			t.Errorf("%s: %+v", x.Code, x)
		}
	}
	for _, q := range []string{"limit=0", "q=" + strings.Repeat("a", 201)} {
		if a := r.get("/api/customers?" + q); a.StatusCode != 400 || a.code() != fault.QueryMalformed {
			t.Errorf("customers %.20s: %s %s", q, a.Status, a.body)
		}
	}
}

func selling(t *testing.T, r *rig) {
	a := r.do("line.scan", fields{"code": "8656001000011"})
	r.do("line.scan", fields{"code": "3*1"})
	if a.Result.Line != 1 || a.State.Basket == nil || a.State.Basket.Lines[0].UnitPrice != 10000 {
		t.Errorf("scan: %+v", a)
	}
	r.do("line.scan", fields{"code": "2", "quantity": "1.245"})
	r.do("line.scan", fields{"code": "3"})
	r.do("line.discount", fields{"line": 2, "percent": "10"})
	r.do("ticket.discount", fields{"amount": "50", "reason": script})
	a = r.do("customer.set", fields{"code": "777"})
	if h := a.State.Basket.HandDiscount; h == nil || h.Amount != 5000 || h.Reason != script {
		t.Errorf("by hand: %+v", h)
	}
	if b := a.State.Basket.Buyer; b == nil || b.Card != "777" || b.Name != "Дорж "+script {
		t.Errorf("buyer: %+v", b)
	}
	a = r.do("line.quantity", fields{"line": "1", "quantity": "2"})
	if b := a.State.Basket; b.Gross-b.Discount != b.Total || b.Lines[0].Quantity != 2000 {
		t.Errorf("basket: %+v", b)
	}
	r.do("line.remove", fields{"line": 2})
	r.do("basket.register", fields{"register": "1234567"})
	a = r.do("basket.tenders", fields{"tenders": []fields{{"kind": "card", "amount": "50", "slip": "0007"}, {"kind": "cash", "amount": 0}}})
	if b := a.State.Basket; b.Register != "1234567" || len(b.Tenders) != 2 || b.Tenders[0].Slip != "0007" || b.Tenders[1].Amount != 0 {
		t.Errorf("draft of the payment: %+v", b)
	}
	parked := a.State.Basket.ID
	r.do("basket.new", nil)
	r.do("line.scan", fields{"code": "6"})
	r.do("basket.select", fields{"basket": parked})
	r.do("basket.new", nil)
	r.do("line.scan", fields{"code": "7"})
	if a = r.do("basket.drop", nil); len(a.State.Baskets) != 2 || a.State.Basket != nil {
		t.Errorf("after the drop: %+v", a.State.Baskets)
	}
	a = r.do("basket.select", fields{"basket": parked})
	total := a.State.Basket.Total
	body := command("pay", fields{"total": total.String(), "tenders": []fields{{"kind": "card", "amount": "50", "slip": "0007"}, {"kind": "cash", "amount": "1000"}}})
	first := r.post(body)
	again := r.post(body)
	var one, two ui.CommandAnswer
	if json.Unmarshal(first.body, &one) != nil || json.Unmarshal(again.body, &two) != nil || one.Result.Bill != "2026-11-23-1-0001" {
		t.Fatalf("%s\n%s", first.body, again.body)
	}
	if one.Repeated || !two.Repeated || one.Seq != two.Seq || one.Result.Bill != two.Result.Bill || *one.Result.Change != *two.Result.Change {
		t.Errorf("the repeat got %s, not %s", again.body, first.body)
	}
	if *one.Result.Change != money.Tugrik(1050)-total || one.State.Last.Print != "printing" || !one.State.Last.Current || one.State.Unsent != 1 {
		t.Errorf("after the sale: %+v %+v", one.Result, one.State.Last)
	}
	if a := r.post(strings.Replace(body, `"1000"`, `"2000"`, 1)); a.StatusCode != http.StatusConflict || a.code() != fault.CommandReused {
		t.Errorf("the same id with another body: %s %s", a.Status, a.body)
	}
}

// asked finds the newest request for a print.
func asked(r *rig) (journal.Seq, event.Bill) {
	v := r.engine.View()
	p := v.State.Prints[len(v.State.Prints)-1]
	return journal.Seq(p.Asked), p.Bill
}

func afterwards(t *testing.T, r *rig) {
	seq, bill := asked(r)
	r.outcome(seq, bill, event.ReceiptDeferred)
	if st := read[ui.State](r, "/api/state"); len(st.Unprinted) != 1 || st.Last.Print != "deferred" {
		t.Errorf("not printed: %+v, %+v", st.Unprinted, st.Last)
	}
	r.do("receipt.print", fields{"bill": bill})
	seq, _ = asked(r)
	r.outcome(seq, bill, event.ReceiptPrinted)
	if st := read[ui.State](r, "/api/state"); len(st.Unprinted) != 0 || st.Last.Print != "done" {
		t.Errorf("printed: %+v, %+v", st.Unprinted, st.Last)
	}
	r.do("receipt.reprint", nil)
	r.refused(fault.PrintPending, "receipt.reprint", fields{"bill": bill})
	r.do("print.cancel", fields{"bill": bill})
	r.do("cash.in", fields{"amount": "1000.50", "reason": "жижиг мөнгө"})
	r.do("cash.out", fields{"amount": 500})
	r.do("drawer.open", nil)
	r.do("line.scan", fields{"code": "1"})
	if a := r.do("pay", fields{"tenders": cash("100"), "print": false}); a.State.Last.Print != "none" || a.State.Unsent != 2 {
		t.Errorf("sale without paper: %+v", a.State.Last)
	}
	if st := read[ui.State](r, "/api/state"); len(st.Baskets) != 1 {
		t.Errorf("the parked basket is gone: %+v", st.Baskets)
	}
}

// returning takes the second sale back in exchange for another good, then part of the first one.
func returning(t *testing.T, r *rig) {
	r.do("basket.new", nil)
	r.refused(fault.ReturnElsewhere, "return.begin", fields{"code": "2026-11-22-9-0001"})
	r.refused(fault.BillUnknown, "return.begin", fields{"code": script})
	a := r.do("return.begin", fields{"code": "2"})
	if b := a.State.Basket; !a.Result.Return || b == nil || b.Return == nil || b.Return.Bill != "2026-11-23-1-0002" || !b.Return.All || b.Due != -10000 ||
		len(b.Return.Plan) != 1 || b.Return.Right != till.RightReturnOwn {
		t.Fatalf("a return: %+v", b)
	}
	r.refused(fault.ReturnReason, "pay", nil)
	r.do("line.scan", fields{"code": "6"})
	a = r.do("line.scan", fields{"code": "6"})
	if b := a.State.Basket; b.Due != b.Total-10000 || len(b.Return.Plan) != 0 {
		t.Errorf("an exchange: %+v", b)
	}
	due := a.State.Basket.Due
	a = r.do("pay", fields{"reason": script, "total": due.String(), "tenders": cash(due.String())})
	if l := a.State.Last; a.Result.Bill != "2026-11-23-1-0004" || l.Return != "2026-11-23-1-0003" || l.Back != 0 || !l.Current {
		t.Errorf("after the exchange: %+v %+v", a.Result, l)
	}
	r.refused(fault.ReturnDone, "return.begin", fields{"code": "2026-11-23-1-0002"})
	r.do("return.begin", fields{"code": "2026-11-23-1-0001"})
	r.do("return.scan", fields{"code": "8656001000011"})
	a = r.do("return.set", fields{"reason": "гэмтэлтэй"})
	b := a.State.Basket
	if b.Return.Chosen != 1 || b.Return.All || b.Return.Reason != "гэмтэлтэй" {
		t.Errorf("part of a sale: %+v", b.Return)
	}
	r.refused(fault.TotalChanged, "pay", fields{"total": "1"})
	a = r.do("pay", fields{"total": b.Due.String()})
	if *a.Result.Back != -b.Due || a.State.Last.Back != -b.Due {
		t.Errorf("after the return: %+v", a.Result)
	}
	back := read[event.SaleReturned](r, "/api/returns/2026-11-23-1-0005")
	if back.Total != b.Due || !back.Partial() || back.Of.Bill != "2026-11-23-1-0001" {
		t.Errorf("%+v", back)
	}
	for _, bill := range []string{"2026-11-23-1-0005", "2026-11-23-1-0005-R"} {
		if a := r.get("/api/receipts/" + bill + ".png"); a.StatusCode != 200 {
			t.Errorf("picture of %s: %s", bill, a.Status)
		}
	}
	if a := r.get("/api/receipts/2026-11-23-1-0003-R.png"); a.code() != fault.BillUnknown {
		t.Errorf("a corrected receipt of a whole return: %s", a.Status)
	}
	if got := read[ui.ReceiptsAnswer](r, "/api/receipts"); len(got.Returns) != 2 || got.Returns[0].Of != "2026-11-23-1-0001" || !got.Returns[0].Corrected {
		t.Errorf("returns: %+v", got.Returns)
	}
	for code, want := range map[string]int{foreignCode: 200, "1": 422} {
		if a := r.send(http.MethodPost, "/api/uplink/return", `{"code":"`+code+`"}`, header("Content-Type", "application/json")); a.StatusCode != want {
			t.Errorf("sale of another till, %s: %s %s", code, a.Status, a.body)
		}
	}
	r.do("return.begin", nil)
	r.do("return.scan", fields{"code": "1"})
	r.do("return.drop", nil)
}

// office is a tax office's service that has issued for whatever was sold.
type office struct {
	r     *rig
	shown map[event.Bill]bool
	sent  int
}

const canary = "AB 12345678"

func (o *office) Known() ui.FiscalKnown {
	left := 4999
	return ui.FiscalKnown{On: true, Left: &left, Sent: "2026-11-22 22:00:03", Reissue: "anew"}
}
func (o *office) Worst() *fault.Error   { return fault.New(fault.FiscalWaiting, "count", "1") }
func (o *office) Holds(event.Bill) bool { return true }
func (o *office) Once(b event.Bill) (fiscal.Issued, bool) {
	before := o.shown[b]
	o.shown[b] = true
	return fiscal.Issued{Lottery: fiscal.Keep(canary), QR: fiscal.Keep("123")}, !before
}
func (o *office) Send(context.Context) error { o.sent++; return nil }
func (o *office) Business(_ context.Context, r event.Register) ui.BusinessAnswer {
	return ui.BusinessAnswer{Register: r, Found: fiscal.FoundKnown, TIN: "37900846788", Name: "Өргөө ХХК", At: "2026-11-23 09:00:00"}
}
func (o *office) Chain(b event.Bill) (fiscal.Chain, error) { return o.r.engine.Chain(b) }

// reporting looks at the e-barimt of the first sale, and shows what may be shown once of the last.
func reporting(t *testing.T, r *rig) {
	r.reported(event.FiscalRefused)
	r.fiscal.Store(nil)
	st := read[ui.State](r, "/api/state")
	if f := st.Fiscal; !f.On || *f.Left != 4999 || len(f.Decide) != 1 || f.Decide[0].Bill != "2026-11-23-1-0001" || f.Decide[0].Result != event.FiscalRefused || !f.Decide[0].Held {
		t.Errorf("%+v", st.Fiscal)
	}
	light := st.Devices[slices.IndexFunc(st.Devices, func(d ui.DeviceInfo) bool { return d.Kind == device.KindEbarimt })]
	if light.State != device.Attention || light.Code != fault.FiscalWaiting {
		t.Errorf("light: %+v", light)
	}
	chain := read[ui.FiscalAnswer](r, "/api/receipts/2026-11-23-1-0001/fiscal")
	if len(chain.Jobs) != 1 || chain.Jobs[0].Result != event.FiscalRefused || chain.ID != "" {
		t.Errorf("chain: %+v", chain)
	}
	if b := read[ui.BusinessAnswer](r, "/api/businesses/12-34%20567"); b.Register != "1234567" || b.Name != "Өргөө ХХК" || b.Citizen {
		t.Errorf("business: %+v", b)
	}
	if a := r.send(http.MethodGet, "/api/businesses/12", ""); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a bad number is answered %d", a.StatusCode)
	}
	last := read[ui.State](r, "/api/state").Last
	once := "/api/receipts/" + string(last.Bill) + "/once"
	if a := r.send(http.MethodHead, once, ""); a.Header.Get("Cache-Control") != "no-store" || len(a.body) > 0 {
		t.Errorf("HEAD: %v %s", a.Header, a.body)
	}
	a := r.get(once)
	if a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(string(a.body), canary) || !strings.Contains(string(a.body), `"qr":["1111111`) {
		t.Errorf("once: %s %v %.80s", a.Status, a.Header, a.body)
	}
	if a := r.get(once); a.code() != fault.FiscalGone {
		t.Errorf("twice: %s %s", a.Status, a.body)
	}
	if a := r.get("/api/receipts/2026-11-23-1-0009/once"); a.code() != fault.FiscalGone {
		t.Errorf("of another sale: %s %s", a.Status, a.body)
	}
	if !last.Once || strings.Contains(fmt.Sprint(read[map[string]any](r, "/api/state")), canary) || strings.Contains(r.log.String(), canary) {
		t.Error("the state or the log tells a lottery number, or the state not that there is one")
	}
	if a := r.send(http.MethodPost, "/api/fiscal/send", ""); a.StatusCode != 200 || r.office.(*office).sent != 1 {
		t.Errorf("send: %s %s", a.Status, a.body)
	}
	r.do("fiscal.drop", fields{"bill": "2026-11-23-1-0001", "reason": "x"})
}

func refusals(t *testing.T, r *rig) {
	for _, c := range []struct {
		code fault.Code
		kind string
		f    fields
	}{
		{fault.BarcodeUnknown, "line.scan", fields{"code": "nothing " + script}}, {fault.BarcodeMalformed, "line.scan", nil},
		{fault.BarcodeAmbiguous, "line.scan", fields{"code": "ХОЁР"}}, {fault.GoodInactive, "line.scan", fields{"code": "4"}},
		{fault.BarcodeCheckDigit, "line.scan", fields{"code": "8656001000012"}},
		{fault.GoodNoPrice, "line.scan", fields{"code": "5"}}, {fault.QuantityNeeded, "line.scan", fields{"code": "2"}},
		{fault.QuantityBad, "line.scan", fields{"code": "1", "quantity": "-1"}}, {fault.QuantityWhole, "line.scan", fields{"code": "1", "quantity": "1.5"}},
		{fault.BasketEmpty, "pay", nil}, {fault.BasketUnknown, "basket.select", fields{"basket": "x"}}, {fault.BasketEmpty, "line.remove", nil},
		{fault.CustomerUnknown, "customer.set", fields{"code": script}}, {fault.CustomerBlocked, "customer.set", fields{"code": "C2"}},
		{fault.CustomerNotYet, "customer.set", fields{"code": "C3"}}, {fault.CustomerExpired, "customer.set", fields{"code": "C4"}},
		{fault.AmountBad, "cash.in", fields{"amount": "-5"}}, {fault.BillUnknown, "receipt.reprint", fields{"bill": "x"}},
		{fault.PrintIdle, "print.cancel", nil}, {fault.SellerBad, "seller.set", fields{"code": "2", "name": "x", "password": "1234", "role": "king"}},
		{fault.PasswordNeeded, "seller.set", fields{"code": "2", "name": "x", "password": "12", "role": "seller"}},
		{fault.ReasonTooLong, "drawer.open", fields{"reason": strings.Repeat("ө", 201)}}, {fault.CountNegative, "shift.count", fields{"total": "-1"}},
	} {
		r.refused(c.code, c.kind, c.f)
	}
	r.do("line.scan", fields{"code": "1"})
	for _, c := range []struct {
		code fault.Code
		kind string
		f    fields
	}{
		{fault.PaymentShort, "pay", fields{"tenders": cash("1")}}, {fault.PaymentOver, "pay", fields{"tenders": []fields{{"kind": "qr", "amount": "101"}}}},
		{fault.PaymentKind, "pay", fields{"tenders": []fields{{"kind": script, "amount": "1"}}}}, {fault.PaymentAmount, "pay", fields{"tenders": cash("x")}},
		{fault.PaymentTenders, "pay", fields{"tenders": slices.Repeat(cash("1"), 21)}}, {fault.TotalChanged, "pay", fields{"total": "1"}},
		{fault.LineUnknown, "line.remove", fields{"line": "99"}}, {fault.DiscountRange, "line.discount", fields{"percent": "101"}},
		{fault.DiscountBoth, "ticket.discount", fields{"percent": "1", "amount": "1"}},
	} {
		r.refused(c.code, c.kind, c.f)
	}
	// Someone with fewer rights, and someone who lends theirs.
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	r.refused(fault.RightMissing, "drawer.open", nil)
	r.refused(fault.ApproverWrong, "drawer.open", fields{"approver": fields{"code": "9", "password": "x"}})
	r.refused(fault.ApproverLacks, "drawer.open", fields{"approver": fields{"code": "1", "password": "1111"}})
	r.do("drawer.open", fields{"approver": fields{"code": "9", "password": "9999"}})
	r.do("basket.drop", nil)
	r.printer.Store(&device.Printer{})
	r.refused(fault.PrinterNone, "drawer.open", fields{"approver": fields{"code": "9", "password": "9999"}})
	r.printer.Store(&device.Printer{Fitted: true, CoverOpen: true, Online: true})
	r.clock.Store(false)
	if st := read[ui.State](r, "/api/state"); len(st.Trouble) != 2 || st.Trouble[0].Code != fault.ClockNotSet || st.Trouble[1].Code != fault.PrinterCover {
		t.Errorf("trouble: %+v", st.Trouble)
	}
}

func evening(t *testing.T, r *rig) {
	r.do("shift.count", fields{"notes": map[string]int{"20000": 2, "100": 5}})
	r.refused(fault.RightMissing, "shift.count", fields{"total": "1"})
	if named := read[ui.ShiftReport](r, "/api/reports/x"); named.OpenedBy != "9" || named.OpenedName != "Эзэн" {
		t.Errorf("opened by %q, %q", named.OpenedBy, named.OpenedName)
	}
	x := read[event.Report](r, "/api/reports/x")
	if x.Bills != 3 || x.Returns != 2 || x.Counted == nil || *x.Counted != money.Tugrik(40500) {
		t.Errorf("X: %+v", x)
	}
	if a := r.get("/api/reports/z/1"); a.StatusCode != 404 || a.code() != fault.ShiftUnknown {
		t.Errorf("Z of an open shift: %s %s", a.Status, a.body)
	}
	r.do("shift.close", nil)
	z := read[event.Report](r, "/api/reports/z/1")
	if z.ClosedAt == "" || z.ClosedBy != "1" || z.Total != x.Total || z.Bills != 3 || z.Returned.Total != x.Returned.Total {
		t.Errorf("Z: %+v", z)
	}
	r.do("seller.logout", nil)
}

func reading(t *testing.T, r *rig) {
	list := read[ui.ReceiptsAnswer](r, "/api/receipts?shift=1")
	if len(list.Receipts) != 3 || list.Receipts[1].Number != 2 || list.Receipts[2].Buyer != "Дорж "+script {
		t.Fatalf("receipts: %+v", list)
	}
	if some := read[ui.ReceiptsAnswer](r, "/api/receipts?before=2&limit=1"); len(some.Receipts) != 1 || some.Receipts[0].Number != 1 || some.Shift != 1 {
		t.Errorf("a part of the receipts: %+v", some)
	}
	if none := read[ui.ReceiptsAnswer](r, "/api/receipts?shift=7"); none.Receipts == nil || len(none.Receipts) != 0 {
		t.Errorf("receipts of no shift: %+v", none)
	}
	bill := string(list.Receipts[2].Bill)
	if s := read[event.SaleCompleted](r, "/api/receipts/"+bill); s.Total != list.Receipts[2].Total || s.Lines[1].Name != script {
		t.Errorf("sale: %+v", s)
	}
	var sizes []int
	for _, query := range []string{"", "?copy=1"} {
		a := r.get("/api/receipts/" + bill + ".png" + query)
		img, err := png.Decode(bytes.NewReader(a.body))
		if err != nil || a.Header.Get("Content-Type") != "image/png" || img.Bounds().Dx() != 576 {
			t.Fatalf("picture%s: %v, %s", query, err, a.Status)
		}
		sizes = append(sizes, img.Bounds().Dy())
	}
	if sizes[0] == sizes[1] {
		t.Errorf("a copy looks like the original: %v dots high", sizes)
	}
	for path, want := range map[string]struct {
		status int
		code   fault.Code
	}{
		"/api/receipts/nothing": {404, fault.BillUnknown}, "/api/receipts/nothing.png": {404, fault.BillUnknown}, "/api/receipts/.png": {404, fault.BillUnknown},
		"/api/receipts/%3Cscript%3E":                    {404, fault.BillUnknown},
		"/api/receipts/" + strings.Repeat("%D3%A9", 99): {404, fault.BillUnknown},
		"/api/receipts?shift=x":                         {400, fault.QueryMalformed}, "/api/receipts?limit=0": {400, fault.QueryMalformed},
		"/api/receipts?before=-1": {400, fault.QueryMalformed}, "/api/goods?limit=201": {400, fault.QueryMalformed},
		"/api/goods?q=" + strings.Repeat("a", 201): {400, fault.QueryMalformed}, "/api/journal?after=-1": {400, fault.QueryMalformed},
		"/api/journal?limit=10001": {400, fault.QueryMalformed}, "/api/journal?after=99999999999999999999": {400, fault.QueryMalformed},
		"/api/reports/z/x": {400, fault.QueryMalformed}, "/api/reports/z/-1": {404, fault.ShiftUnknown}, "/api/reports/z/99": {404, fault.ShiftUnknown},
		"/api/journal/files/0": {404, fault.NotFound}, "/api/journal/files/x": {400, fault.QueryMalformed}, "/api/journal/files/-1": {404, fault.NotFound},
		"/api/nothing": {404, fault.NotFound}, "/api/": {404, fault.NotFound}, "/api": {404, fault.NotFound}, "/api/state/": {404, fault.NotFound},
	} {
		if a := r.get(path); a.StatusCode != want.status || a.code() != want.code {
			t.Errorf("%.80s: %s %s, want %d %s", path, a.Status, a.body, want.status, want.code)
		}
	}
	found := read[ui.GoodsAnswer](r, "/api/goods?q=script")
	if len(found.Goods) != 1 || found.Goods[0].Name != script || found.Count != len(r.shelf.goods) || found.Goods[0].Barcodes == nil {
		t.Errorf("goods: %+v", found)
	}
	if none := read[ui.GoodsAnswer](r, "/api/goods"); none.Goods == nil || len(none.Goods) != 0 {
		t.Errorf("goods without a query: %+v", none)
	}
	if files := read[[]int](r, "/api/journal/files"); !slices.Equal(files, []int{1}) {
		t.Errorf("files: %v", files)
	}
	read[ui.JournalAnswer](r, "/api/journal?after=1&limit=5")
	r.get("/api/journal/files/1")
	r.get("/")
	if e := r.openStream("").event(t); e.name != "state" {
		t.Errorf("stream begins with %s", e.name)
	}
	if a := r.get("/api/openapi.json", noToken); a.StatusCode != 200 {
		t.Errorf("the document: %s", a.Status)
	}
}

// What the document says of a kind's fields is true: without a needed one the command is refused, with the needed ones
// alone it is not, and with everything that it takes it is not.
func TestFieldsOfKinds(t *testing.T) {
	samples := map[string]any{"code": "1", "password": "9999", "name": "Шинэ", "role": "seller", "float": "1", "shift": 1, "tab": 1, "active": true, "notes": map[string]int{"100": 1},
		"register": "аб 12345678", "consumer": "10038071", "total": "100.00", "quantity": "2", "percent": "5", "line": 1, "tenders": cash("100"), "print": true, "amount": "1",
		"path": "shop.name", "value": "Номин", "address": "baaz.example.mn", "key": "00000-00000-00000-00000-00000", "good": goodText(), "upload": "0123456789abcdef", "customer": customerText(), "reason": "x", "outcome": "not_done", "number": strings.Repeat("1", 33), "date": "2026-11-23 14:05:09", "lines": []fields{{"line": 1, "quantity": "0"}}, "approver": fields{"code": "9", "password": "9999"}, "unverified": false, "person": false, "again": false}
	special := map[string]fields{"seller.login": {"code": "9"}, "seller.set": {"code": "77"}, "customer.set": {"code": "C1", "percent": "0"}, "return.begin": {"code": "2026-11-23-1-0001"},
		"return.scan": {"quantity": "1"}, "fiscal.repeat": {"register": "37900846788"}}
	begun := func(r *rig) { r.do("return.begin", fields{"code": "1"}) }
	before := map[string]func(*rig){
		"shift.open":  func(r *rig) { r.do("shift.close", nil) },
		"return.scan": begun, "return.set": begun, "return.drop": begun,
		"join.drop":      func(r *rig) { r.do("join.ask", fields{"address": "baaz.mn", "key": samples["key"]}) },
		"setting.reset":  func(r *rig) { r.do("setting.set", fields{"path": "shop.name", "value": "А"}) },
		"fiscal.resolve": func(r *rig) { r.reported(event.FiscalUncertain) },
		"fiscal.repeat":  func(r *rig) { r.reported(event.FiscalRefused) },
		"fiscal.drop":    func(r *rig) { r.reported(event.FiscalRefused) },
		"fiscal.anew":    func(r *rig) { r.reported(event.FiscalIssued) },
		"fiscal.slip": func(r *rig) {
			seq, bill := asked(r)
			r.outcome(seq, bill, event.ReceiptPrinted)
			r.reported(event.FiscalIssued)
		},
		"receipt.print":   func(r *rig) { seq, bill := asked(r); r.outcome(seq, bill, event.ReceiptPrinted) },
		"receipt.reprint": func(r *rig) { seq, bill := asked(r); r.outcome(seq, bill, event.ReceiptPrinted) },
	}
	// A till on which every kind of command makes sense.
	ready := func(kind string) *rig {
		r := newRig(t)
		r.check = nil
		r.opened()
		r.do("line.scan", fields{"code": "1"})
		if kind == "fiscal.repeat" { // only a business has a number to mend
			r.do("basket.register", fields{"register": "1234567"})
		}
		r.do("pay", fields{"tenders": cash("100")})
		r.do("line.scan", fields{"code": "1"})
		if f := before[kind]; f != nil {
			f(r)
		}
		return r.checked()
	}
	sample := func(r *rig, kind string, names ...string) fields {
		f := fields{}
		for _, name := range names {
			f[name] = samples[name]
			if v, ok := special[kind][name]; ok {
				f[name] = v
			}
			switch name {
			case "basket":
				f[name] = r.engine.View().State.Desk.Selected
			case "bill":
				f[name] = "2026-11-23-1-0001"
			}
			if f[name] == nil {
				t.Fatalf("%s: there is no sample of %s", kind, name)
			}
		}
		return f
	}
	for _, k := range ui.KindDocs() {
		needs := slices.Clone(k.Needs)
		if k.Either != nil {
			needs = append(needs, k.Either[1])
		}
		switch k.Kind {
		case "seller.set":
			needs = append(needs, "role") // not the first seller
		case "pay":
			needs = append(needs, "tenders") // something is due
		}
		for _, gone := range needs {
			r := ready(k.Kind)
			f := sample(r, k.Kind, needs...)
			delete(f, gone)
			if a := r.post(command(k.Kind, f)); a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s without %s: %s %s", k.Kind, gone, a.Status, a.body)
			}
		}
		r := ready(k.Kind)
		r.do(k.Kind, sample(r, k.Kind, needs...))
		takes := slices.DeleteFunc(slices.Concat(needs, k.Takes, []string{"reason", "approver"}), func(name string) bool {
			return name == "percent" && slices.Contains(k.Takes, "amount") // one or the other
		})
		r = ready(k.Kind)
		if k.Kind == "basket.select" || k.Kind == "pay" {
			takes = slices.Compact(takes)
		}
		r.do(k.Kind, sample(r, k.Kind, takes...))
	}
	// The very first seller becomes owner without a role, and by a repeat nobody becomes anything.
	r := newRig(t, withNobody).checked()
	if a := r.get("/api/customers?q=c"); a.StatusCode != 403 || a.code() != fault.SellerNone {
		t.Errorf("customers, with nobody there: %s %s", a.Status, a.body)
	}
	if st := read[ui.State](r, "/api/state"); st.Till.HasSellers {
		t.Error("nobody is taken for somebody")
	}
	a := r.do("seller.set", fields{"code": "1", "name": script, "password": "1234"})
	if !a.State.Till.HasSellers || r.engine.View().State.Sellers["1"].Role != "owner" {
		t.Errorf("first seller: %+v", a.State.Till)
	}
	r.refused(fault.SellerNone, "seller.set", fields{"code": "2", "name": "x", "password": "1234"})
}

// A shift that goes past midnight sells at the prices of its own day, and the list of goods shows them.
func TestPricesPastMidnight(t *testing.T) {
	r := newRig(t).checked().opened()
	g := r.shelf.goods["1"]
	g.Prices = []catalog.Price{{Amount: 100_00}, {From: "2026-11-24", Amount: 200_00}}
	r.shelf.goods["1"] = g
	r.now.Add(24 * 3600)
	shown := read[ui.GoodsAnswer](r, "/api/goods?q="+url.QueryEscape("Сүү")).Goods[0].Price
	if taken := r.do("line.scan", fields{"code": "1"}).State.Basket.Lines[0].UnitPrice; shown != taken || taken != 100_00 {
		t.Errorf("shown %s, taken %s", shown, taken)
	}
	r.do("basket.drop", nil)
	r.do("shift.close", nil)
	if shown := read[ui.GoodsAnswer](r, "/api/goods?q="+url.QueryEscape("Сүү")).Goods[0].Price; shown != 200_00 {
		t.Errorf("on the next day %s is shown", shown)
	}
}
