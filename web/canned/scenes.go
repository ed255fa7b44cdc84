package canned

import (
	"fmt"

	"posbox/pos/fault"
)

const (
	unknown = "4006381333931" // a barcode that no good of the shop has
	stamp   = "AA0012345678"  // an excise stamp
)

// nobody is a till that stands alone with its shift open.
func nobody(s object) { s["seller"] = nil }

func seller(code, name string) change {
	return set("seller", object{"code": code, "name": name, "person": code + ".0a1b2c3d4e5f", "role": "seller", "locked": false, "rights": few()})
}

// tabs puts n parked baskets beside the one in front.
func tabs(n int) change {
	return func(s object) {
		all := list{}
		if own, ok := s["baskets"].(list); ok {
			all = append(all, own...)
		}
		for i := len(all); i < n; i++ {
			b := basket(rows(i+1), 0)
			all = append(all, object{"id": "22222222-2222-4222-8222-22222222222" + string(rune('0'+i)), "tab": i + 1, "lines": i + 1,
				"total": b["total"], "selected": false})
		}
		s["baskets"] = all
	}
}

// single is a shop that sells without BAAZ.
var single = []change{in("till", object{"joined": false}), set("unsent", 41), device("baaz", object{"state": "none"})}

// linked is how till and BAAZ stand, and why.
func linked(how string, code fault.Code, address, company string) map[string]any {
	o := uplink()
	o["state"], o["address"], o["company"], o["unsent"], o["sales"] = how, address, company, 0, list{}
	if company == "" {
		o["point"], o["epoch"] = "", 0
	}
	delete(o, "fault")
	if code != "" {
		o["fault"] = fault.New(code)
	}
	return map[string]any{"/api/uplink": o}
}

// anew has BAAZ refuse the new key of a till that was replaced.
func anew(answers map[string]any) map[string]any {
	answers["/api/uplink"].(object)["anew"] = object{"fault": fault.New(fault.KeyUsed), "refused": true}
	return answers
}

// pages are the pages of goods that BAAZ keeps.
func pages(s object) {
	in("till", object{"pages": list{object{"code": "drinks", "name": "Ундаа"}, object{"code": "bread", "name": "Талх, нарийн боов"}, object{"code": "milk", "name": "Сүү, цагаан идээ"},
		object{"code": "fruit", "name": "Жимс, ногоо"}}})(s)
}

// places are the tables of a restaurant.
func places(s object) {
	in("till", object{"places": list{object{"tab": 1, "name": "Ширээ 1"}, object{"tab": 2, "name": "Ширээ 2"}, object{"tab": 3, "name": "Цонхны ширээ"}, object{"tab": 4, "name": "VIP өрөө"}}})(s)
}

func refuse(kind string, code fault.Code, args ...string) map[string]*fault.Error {
	return map[string]*fault.Error{kind: fault.New(code, args...)}
}

func notKnown() map[string]*fault.Error {
	return refuse("line.scan", fault.BarcodeUnknown, "code", unknown)
}

// discounted is a basket with a line's discount and one on the ticket.
func discounted() object {
	all := rows(5)
	all[1].percent, all[1].reason = 20, "Хугацаа дуусаж байгаа"
	b := basket(all, 5)
	b["ticket_discount"] = object{"percent": "5.00", "reason": "Баяр ёслол"}
	b["hand_discount"] = b["ticket_discount"]
	b["touched"] = 2
	return b
}

// rounded is what discounted comes to in whole hundreds of ₮: its largest line takes the rest.
func rounded() object {
	b := discounted()
	lines, due, largest := b["lines"].(list), whole(b["total"]), 0
	off := due % 100
	for i, l := range lines {
		if whole(l.(object)["total"]) > whole(lines[largest].(object)["total"]) {
			largest = i
		}
	}
	l := lines[largest].(object)
	l["rounding"], l["ticket_discount"], l["total"] = mnt(off), mnt(whole(l["ticket_discount"])+off), mnt(whole(l["total"])-off)
	b["rounding"], b["discount"], b["total"], b["due"] = mnt(off), mnt(whole(b["discount"])+off), mnt(due-off), mnt(due-off)
	return b
}

// whole reads an amount of a canned state in ₮.
func whole(amount any) (n int) {
	if _, err := fmt.Sscanf(amount.(string), "%d.", &n); err != nil {
		panic(err)
	}
	return n
}

// bought is a basket of somebody with a card.
func bought() object {
	b := basket(rows(4), 10)
	b["buyer"] = object{"code": "C0042", "name": "Цэрэндоржийн Энхжаргал", "card": "9900001234567", "percent": "10.00"}
	b["ticket_discount"] = object{"percent": "10.00"}
	return b
}

// handed is bought with a discount by hand that is less than the card's.
func handed() object {
	b := bought()
	b["hand_discount"] = object{"percent": "5.00", "reason": "Тогтмол үйлчлүүлэгч"}
	return b
}

// crowded is a basket of which everything has to be told: a business, somebody's card, a discount by hand, both taxes.
func crowded() object {
	b := handed()
	all := basket(rows(8), 10)
	for _, k := range []string{"lines", "gross", "discount", "total", "due", "vat", "city_tax", "touched"} {
		b[k] = all[k]
	}
	b["register"] = "5317878"
	return b
}

func business() object {
	b := basket(rows(5), 0)
	b["register"] = "5317878"
	return b
}

// found is what the register of taxpayers says of that business.
func found(how string, more object) map[string]any {
	o := object{"register": "5317878", "found": how, "tin": "", "name": "", "vat_payer": true, "free_project": false, "at": "", "old": false, "citizen": false}
	for k, v := range more {
		o[k] = v
	}
	return map[string]any{"/api/businesses/5317878": o}
}

// stamped is a basket in which excise stamps are missing.
func stamped() object {
	b := basket(rows(5), 0)
	lines := b["lines"].(list)
	lines[1].(object)["stamped"] = true
	last := lines[4].(object)
	last["stamped"], last["unstamped"], b["unstamped"] = true, 2, 2
	return b
}

// person is a basket of somebody who gave a consumer number.
func person() object {
	b := basket(rows(5), 0)
	b["consumer"] = "11001234"
	return b
}

func selling() []Scene {
	long := basket([]row{once(long[0]), once(long[1]), once(long[2]), once(goods[0])}, 0)
	long["touched"] = 3
	banners := "scan " + unknown + "; wait error-banner; scan 99991000; scan 99991001; scan 99991002; scan 99991003; scan 99991004; scan 99991005; wait error-more"
	return []Scene{
		{Name: "sell-empty", At: "sell", State: state()},
		{Name: "sell-1", At: "sell", State: state(with(basket(rows(1), 0)))},
		{Name: "sell-stamps", At: "sell", State: state(with(stamped()))},
		{Name: "sell-6", At: "sell", State: state(with(basket(rows(6), 0)))},
		{Name: "sell-50", At: "sell", State: state(with(basket(rows(50), 0)))},
		{Name: "sell-long", At: "sell", State: state(with(long))},
		{Name: "sell-discount", At: "sell", State: state(with(discounted()))},
		{Name: "sell-rounding", At: "sell", State: state(with(rounded()))},
		{Name: "sell-card-more", At: "sell", State: state(with(handed()))},
		{Name: "sell-crowded", At: "sell", State: state(with(crowded())), Answers: found("known", object{"tin": "37900512344", "name": "Өргөө Худалдаа ХХК"})},
		{Name: "sell-customer", At: "sell", State: state(with(bought()))},
		{Name: "sell-business", At: "sell", State: state(with(business())), Answers: found("known", object{"tin": "37900512344", "name": "Өргөө Худалдаа ХХК", "at": "2026-11-23 14:02:11"})},
		{Name: "sell-weighed", At: "sell", State: state(with(basket(rows(7), 0)))},
		{Name: "sell-tabs", At: "sell", State: state(with(basket(rows(3), 0)), tabs(9))},
		{Name: "sell-pages", At: "sell", State: state(with(basket(rows(3), 0)), pages)},
		{Name: "sell-pages-long", At: "sell", State: state(with(basket(rows(50), 0)), pages)},
		{Name: "sell-places", At: "sell", State: state(with(basket(rows(3), 0)), tabs(2), places)},
		{Name: "sell-unknown", At: "sell", State: state(with(basket(rows(3), 0))), Refuse: notKnown(), Do: "scan " + unknown + "; wait error-banner"},
		{Name: "sell-banners", At: "sell", State: state(with(basket(rows(3), 0)), noPaper), Refuse: notKnown(), Do: banners},
		{Name: "sell-discount-prompt", At: "sell", State: state(with(basket(rows(4), 0))), Do: "tap discount; wait discount-value; write 10"},
		{Name: "sell-discount-banner", At: "sell", State: state(with(basket(rows(4), 0)), noPaper), Do: "tap discount; wait discount-value; write 10"},
		{Name: "sell-approver", At: "sell", State: state(with(basket(rows(4), 0)), seller("1", "Сарнай")),
			Refuse: refuse("line.discount", fault.RightMissing, "right", "discount.any"),
			Do:     "tap discount; wait discount-value; write 50; tap reason-1; press Enter; wait approver-code"},
		{Name: "sell-stamp-again", At: "sell", State: state(with(stamped()), seller("1", "Сарнай")), Refuse: refuse("line.scan", fault.StampSold, "bill", "2026-11-22-213-0031"),
			Do: "scan " + stamp + "; wait prompt-yes"},
		{Name: "sell-stamp-again-why", At: "sell", State: state(with(stamped()), seller("1", "Сарнай")), Refuse: refuse("line.scan", fault.StampSold, "bill", "2026-11-22-213-0031"),
			Do: "scan " + stamp + "; wait prompt-yes; tap reason-2"},
		{Name: "sell-quantity", At: "sell", State: state(with(basket(rows(4), 0))), Do: "press *; wait quantity; write 12"},
	}
}

// entered puts what has been given so far into a basket.
func entered(b object, tenders ...object) object {
	var all list
	for _, t := range tenders {
		all = append(all, t)
	}
	b["tenders"] = all
	return b
}

// tender is a part of a payment that has been entered; paid is one that was made.
func tender(kind string, amount int) object {
	return object{"kind": kind, "amount": mnt(amount)}
}

func paid(kind string, given, amount int) object {
	return object{"kind": kind, "given": mnt(given), "amount": mnt(amount)}
}

func paying() []Scene {
	last := func(print string) change {
		return set("last", object{"bill": "2026-11-23-214-0057", "total": mnt(65700), "given": mnt(70000), "change": mnt(4300),
			"tenders": list{paid("cash", 70000, 65700)}, "current": true, "print": print, "return": "", "back": mnt(0), "fiscal": "issued", "once": false})
	}
	return []Scene{
		{Name: "pay", At: "pay", State: state(with(basket(rows(6), 0)))},
		{Name: "pay-ways", At: "pay", State: state(with(entered(basket(rows(6), 0), tender("qr", 20000))), in("till", object{"tenders": list{
			object{"kind": "qr", "name": "SocialPay, QPay"}, object{"kind": "transfer", "name": ""}}})), Do: "press ArrowDown"},
		{Name: "pay-cash-only", At: "pay", State: state(with(basket(rows(6), 0)), in("till", object{"tenders": list{}}))},
		{Name: "pay-under", At: "pay", State: state(with(basket(rows(6), 0))), Do: "write 5000"},
		{Name: "pay-enough", At: "pay", State: state(with(basket(rows(6), 0))), Do: "write 100000"},
		{Name: "pay-split", At: "pay", State: state(with(entered(basket(rows(6), 0), tender("card", 20000), tender("cash", 10000))))},
		{Name: "pay-business", At: "pay", State: state(with(business())), Answers: found("known", object{"tin": "37900512344", "name": "Өргөө Худалдаа ХХК", "at": "2026-11-23 14:02:11"}), Do: "wait buyer-found"},
		{Name: "pay-business-long", At: "pay", State: state(with(business())), Answers: found("known", object{"tin": "37900512344", "old": true, "free_project": true, "at": "2026-11-20 14:02:11",
			"name": "Тэнгэрийн Бэлэг Худалдаа Үйлчилгээ, Импорт Экспорт Хязгаарлагдмал Хариуцлагатай Компани"}), Do: "wait buyer-found"},
		{Name: "pay-business-unknown", At: "pay", State: state(with(business())), Answers: found("unknown", nil), Do: "wait buyer-found"},
		{Name: "pay-business-citizen", At: "pay", State: state(with(business())), Answers: found("unknown", object{"citizen": true}), Do: "wait buyer-found"},
		{Name: "pay-business-away", At: "pay", State: state(with(business())), Answers: found("away", nil), Do: "wait buyer-found"},
		{Name: "pay-business-nowhere", At: "pay", State: state(with(business())), Answers: found("nowhere", nil), Do: "wait buyer-found"},
		{Name: "pay-business-banner", At: "pay", State: state(with(business()), noPaper), Answers: found("known", object{"tin": "37900512344", "name": "Өргөө Худалдаа ХХК", "at": "2026-11-23 14:02:11"}), Do: "wait buyer-found"},
		{Name: "pay-business-lacks", At: "pay", State: state(with(business())), Answers: found("unknown", nil), Refuse: refuse("pay", fault.FiscalLacks, "name", "Сүү АПУ 3.2 % 1 л", "field", "class_code"), Do: "wait buyer-found; press Enter; wait error-banner"},
		{Name: "pay-over", At: "pay", State: state(with(entered(business(), object{"kind": "card", "amount": mnt(865000), "slip": "2000"}))), Answers: found("known", object{"tin": "37900512344", "name": "Өргөө Худалдаа ХХК", "at": "2026-11-23 14:02:11"}), Do: "wait buyer-found; wait pay-over"},
		{Name: "pay-stamps", At: "pay", State: state(with(stamped()))},
		{Name: "pay-as-cash", At: "pay", State: state(with(entered(basket(rows(6), 0), tender("qr", 20000))), in("fiscal", object{"as_cash": list{"qr"}}))},
		{Name: "pay-consumer", At: "pay", State: state(with(basket(rows(6), 0))), Do: "press F8; wait consumer; write 11001234"},
		{Name: "pay-consumer-known", At: "pay", State: state(with(person()))},
		{Name: "pay-register", At: "pay", State: state(with(basket(rows(6), 0))), Do: "press F7; wait register; write 5317878"},
		{Name: "pay-card", At: "pay", State: state(with(basket(rows(6), 0))), Do: "press ArrowDown; write 5000"},
		{Name: "change", At: "sell", State: state(last("done"))},
		{Name: "change-card", At: "sell", State: state(last("done"), in("last", object{"given": mnt(65700), "change": mnt(0), "tenders": list{paid("card", 65700, 65700)}}))},
		{Name: "change-exact", At: "sell", State: state(last("done"), in("last", object{"given": mnt(65700), "change": mnt(0), "tenders": list{paid("cash", 65700, 65700)}}))},
		{Name: "change-parts", At: "sell", State: state(last("done"), in("last", object{"given": mnt(65700), "change": mnt(0),
			"tenders": list{paid("card", 20000, 20000), paid("qr", 30000, 30000), paid("cash", 15700, 15700)}}))},
		{Name: "change-printing", At: "sell", State: state(last("printing"))},
		{Name: "change-deferred", At: "sell", State: state(last("deferred"), noPaper, unprinted(1))},
	}
}

// unprinted puts receipts into the list of those not printed; of three the last is the paper of cash taken out.
func unprinted(n int) change {
	return func(s object) {
		all := list{}
		for i := range n {
			result := "deferred"
			if i == 1 {
				result = "interrupted"
			}
			one := object{"bill": "2026-11-23-214-005" + string(rune('7'-i)), "copy": i == 1, "result": result}
			if i == 2 {
				one["bill"], one["cash"], one["at"] = "CASH-812", "out", "2026-11-23 12:21:00"
			}
			all = append(all, one)
		}
		s["unprinted"] = all
	}
}

// barred is a search that finds one of the customers alone.
func barred(i int) map[string]any {
	return map[string]any{"/api/customers": object{"customers": customers()["customers"].(list)[i : i+1]}}
}

func looking() []Scene {
	none := map[string]any{"/api/goods": object{"goods": list{}, "count": 100000}}
	nobody := map[string]any{"/api/customers": object{"customers": list{}}}
	full := state(with(basket(rows(6), 0)))
	return []Scene{
		{Name: "goods", At: "goods", State: full},
		{Name: "goods-pages", At: "goods", State: state(with(basket(rows(6), 0)), pages), Answers: map[string]any{"/api/pages/drinks": find(goods, 14)}, Do: "wait tile; press ArrowRight"},
		{Name: "goods-page-empty", At: "goods", State: state(pages), Answers: map[string]any{"/api/pages/drinks": find(nil, 0)}, Do: "wait page-empty"},
		{Name: "goods-found", At: "goods", State: full, Do: "write сүү; wait found"},
		{Name: "goods-none", At: "goods", State: full, Answers: none, Do: "write өөөө"},
		{Name: "goods-long", At: "goods", State: full, Answers: map[string]any{"/api/goods": find(long, 30)}, Do: "write мон; wait found"},
		{Name: "price", At: "price", State: full},
		{Name: "price-found", At: "price", State: full, Answers: map[string]any{"/api/goods": find(goods[:1], 1)}, Do: "scan 8651070010097; wait price-answer"},
		{Name: "price-none", At: "price", State: full, Answers: none, Do: "scan " + unknown + "; wait price-none"},
		{Name: "customer", At: "customer", State: full},
		{Name: "customer-found", At: "customer", State: full, Do: "write энх"},
		{Name: "customer-expired", At: "customer", State: full, Answers: barred(3), Do: "write энх; wait customer-found"},
		{Name: "customer-blocked", At: "customer", State: full, Answers: barred(4), Do: "write дорж; wait customer-found"},
		{Name: "customer-none", At: "customer", State: full, Answers: nobody, Do: "write өөөө"},
		{Name: "customer-set", At: "customer", State: state(with(bought()))},
		{Name: "receipts", At: "receipts", State: full, Do: "wait receipt"},
		{Name: "receipts-returns", At: "receipts", State: full, Answers: map[string]any{"/api/receipts": returned()}, Do: "wait handed"},
		{Name: "receipts-none", At: "receipts", State: state(), Answers: map[string]any{"/api/receipts": object{"shift": 214, "receipts": list{}, "returns": list{}}}},
		{Name: "unprinted", At: "unprinted", Page: "unprinted", State: state(unprinted(3), noPaper)},
		{Name: "menu", At: "menu", State: full},
		{Name: "menu-banner", At: "menu", State: state(with(basket(rows(6), 0)), noPaper)},
		{Name: "menu-seller", At: "menu", State: state(with(basket(rows(6), 0)), seller("1", "Сарнай"))},
		{Name: "keyboard", At: "goods", State: full, Do: "tap board"},
		{Name: "help", At: "sell", State: state(with(basket(rows(6), 0)), seller("1", "Сарнай")), Do: "press F1; wait help"},
		{Name: "switch", At: "switch", State: full},
	}
}

func shifts() []Scene {
	blind := in("till", object{"blind": true})
	counted := map[string]any{"/api/reports/x": report(true)}
	return []Scene{
		{Name: "shift-closed", At: "shift", State: state(set("shift", nil))},
		{Name: "shift-open", At: "shift", State: state(), Do: "wait figure-total"},
		{Name: "shift-aimed", At: "shift", State: state(), Do: "wait figure-total; press ArrowRight; press ArrowRight"},
		{Name: "shift-counted", At: "shift", State: state(in("shift", object{"counted": true})), Answers: counted, Do: "wait figure-difference"},
		{Name: "shift-blind", At: "shift", State: state(blind, seller("1", "Сарнай"))},
		{Name: "count", At: "count", State: state()},
		{Name: "count-some", At: "count", State: state(), Do: "write 45; press ArrowDown; write 120; press ArrowDown; write 7"},
	}
}

func people() []Scene {
	demo := in("till", object{"demo": list{object{"code": "1", "password": "1111", "name": "Сарнай", "role": "seller"},
		object{"code": "9", "password": "9999", "name": "Бат-Эрдэнэ", "role": "owner"}}})
	fresh := []change{nobody, set("shift", nil), in("till", object{"first": true, "has_sellers": false, "joined": false, "goods": 0,
		"shop": ""}), device("baaz", object{"state": "none"})}
	return []Scene{
		{Name: "login", At: "login", State: state(nobody)},
		{Name: "login-demo", At: "login", State: state(nobody, demo, set("shift", nil))},
		{Name: "login-wrong", At: "login", State: state(nobody), Refuse: refuse("seller.login", fault.SellerWrong),
			Do: "write 7; press Enter; write 1234; press Enter; wait error-banner"},
		{Name: "lock", At: "lock", State: state(with(basket(rows(6), 0)), in("seller", object{"locked": true}))},
		{Name: "first", At: "first", State: state(fresh...), Answers: linked("off", "", "", "")},
		{Name: "first-alone", At: "first", State: state(fresh...), Answers: linked("off", "", "", ""), Do: "press F2; wait owner-name; write Бат"},
		{Name: "first-join", At: "first", State: state(fresh...), Answers: linked("off", "", "", ""), Do: "press F3; wait join-address; write baaz.mn"},
		{Name: "first-waiting", At: "first", State: state(fresh...), Answers: linked("joining", fault.UplinkUnreachable, "https://baaz.mn", ""), Do: "press F3; wait join-standing"},
		{Name: "first-refused", At: "first", State: state(fresh...), Answers: linked("stopped", fault.KeyUsed, "https://baaz.mn", ""), Do: "press F3; wait join-standing"},
		{Name: "first-joined", At: "first", State: state(append(fresh, in("till", object{"joined": true}))...), Answers: linked("online", "", "https://baaz.mn", "Номин"), Do: "wait join-standing"},
		{Name: "first-later", At: "login", State: state(append(fresh, in("till", object{"first": false}))...)},
	}
}

func noPaper(s object) {
	in("printer", object{"paper_empty": true})(s)
	f := fault.New(fault.PrinterPaper)
	device("printer", object{"state": "fault", "fault": f})(s)
	s["trouble"] = append(s["trouble"].(list), f)
}

func troubles() []Scene {
	offline := func(s object) {
		s["unsent"] = 132
		device("baaz", object{"state": "attention", "code": "baaz.offline", "text": "БААЗ-тай холбогдохгүй байна.",
			"hint": "Борлуулалт үргэлжилнэ. Сүлжээгээ шалгана уу."})(s)
	}
	lost := func(s object) { s["trouble"] = list{fault.New(fault.PermDamaged)} }
	damaged := func(s object) { s["trouble"] = list{fault.New(fault.JournalDamaged)} }
	skipped := func(s object) {
		s["trouble"] = append(s["trouble"].(list), fault.New(fault.ClockNotSet), fault.New(fault.FollowerSkip, "follower", "receipts", "seq", "4011"))
	}
	six := with(basket(rows(6), 0))
	return []Scene{
		{Name: "trouble-paper", At: "sell", State: state(six, noPaper)},
		{Name: "trouble-many", At: "sell", State: state(six, noPaper, offline, skipped)},
		{Name: "trouble-offline", At: "sell", State: state(six, offline)},
		{Name: "trouble-damaged", At: "sell", Page: "login", State: state(nobody, set("shift", nil), damaged)},
		{Name: "trouble-disk", At: "sell", Page: "repair", State: state(nobody, set("shift", nil), lost), Answers: map[string]any{"/api/box": machine("damaged")}, Do: "wait repair"},
		{Name: "trouble-disk-sure", At: "sell", Page: "repair", State: state(nobody, set("shift", nil), lost), Answers: map[string]any{"/api/box": machine("damaged")}, Do: "wait repair; tap repair; wait repair-sure"},
		{Name: "trouble-away", At: "sell", State: state(six), Away: true, Do: "wait away-banner"},
	}
}

// displays are the buyer's side.
func displays() []Scene {
	last := func(s object) {
		s["last"] = object{"bill": "2026-11-23-214-0057", "total": mnt(65700), "given": mnt(70000), "change": mnt(4300),
			"tenders": list{paid("cash", 70000, 65700)}, "current": true, "print": "done", "return": "", "back": mnt(0), "fiscal": "issued", "once": false}
	}
	return []Scene{
		{Name: "display-idle", At: "display", State: state()},
		{Name: "display-line", At: "display", State: state(with(basket(rows(6), 0)))},
		{Name: "display-long", At: "display", State: state(with(basket([]row{once(goods[0]), once(long[0])}, 0)))},
		{Name: "display-discount", At: "display", State: state(with(discounted()))},
		{Name: "display-rounding", At: "display", State: state(with(rounded()))},
		{Name: "display-due", At: "display", State: state(with(entered(basket(rows(6), 0), tender("cash", 20000))))},
		{Name: "display-change", At: "display", State: state(last)},
		{Name: "display-card", At: "display", State: state(last, in("last", object{"given": mnt(65700), "change": mnt(0), "tenders": list{paid("card", 65700, 65700)}}))},
	}
}
