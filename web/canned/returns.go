package canned

import "posbox/pos/fault"

// coming is one line of a return: a good, how much was sold, came back before and comes back now, in pieces.
type coming struct {
	good
	sold, done, chosen int
}

// cameFrom is the return of a sale; card is how much of it was paid by card.
func cameFrom(all []coming, card int) object {
	lines, total, vat, city, chosen, left := list{}, 0, 0, 0, 0, 0
	for i, c := range all {
		back := c.chosen * c.price
		v, ct := row{good: c.good}.taxes(back)
		lines = append(lines, object{"line": i + 1, "good": c.code, "name": c.name, "unit": c.unit, "unit_price": mnt(c.price),
			"sold": quantity(c.sold * 1000), "done": quantity(c.done * 1000), "chosen": quantity(c.chosen * 1000), "total": mnt(back), "unstamped": 0})
		total, vat, city, left = total+back, vat+v, city+ct, left+(c.sold-c.done)*c.price
		if c.chosen > 0 {
			chosen++
		}
	}
	ways := list{}
	if left > card {
		ways = append(ways, object{"kind": "cash", "count": 1, "amount": mnt(left - card)})
	}
	if card > 0 {
		ways = append(ways, object{"kind": "card", "count": 1, "amount": mnt(card)})
	}
	return object{"bill": "2026-11-23-214-0042", "local": "2026-11-23 11:18:40", "seller": "Сарнай", "point": "", "other": false, "unverified": false,
		"reason": "", "buyer": "", "register": "", "lines": lines, "touched": 0, "chosen": chosen, "all": total == left, "total": mnt(total), "rounding": mnt(0),
		"vat": cents(vat), "city_tax": cents(city), "left": ways, "right": "return.own"}
}

// exchanged puts a return beside goods for sale, and says how what is left over goes back: in the order of how it was paid.
func exchanged(r object, all []row) object {
	b, plan := basket(all, 0), list{}
	due := whole(b["total"]) - whole(r["total"])
	back := max(-due, 0)
	for _, way := range r["left"].(list) {
		if part := min(whole(way.(object)["amount"]), back); part > 0 {
			plan = append(plan, tender(way.(object)["kind"].(string), part))
			back -= part
		}
	}
	b["return"], b["due"], r["plan"] = r, mnt(due), plan
	return b
}

func returning() []Scene {
	some := []coming{{goods[0], 2, 0, 2}, {goods[2], 1, 0, 1}, {goods[4], 3, 0, 3}}
	part := []coming{{goods[0], 2, 1, 0}, {goods[2], 1, 0, 1}, {goods[4], 3, 1, 1}, {goods[6], 1, 1, 0}}
	many := []coming{}
	for i := range 30 {
		many = append(many, coming{goods[i%len(goods)], 1 + i%3, 0, 1 + i%3})
	}
	long := []coming{{long[0], 1, 0, 1}, {long[1], 2, 1, 1}, {long[2], 1, 0, 1}}
	only := func(r object) change { return with(exchanged(r, nil)) }
	bought := cameFrom(long, 0)
	bought["buyer"], bought["register"] = "Цэрэндоржийн Энхжаргал", "5317878"
	none := cameFrom(nil, 0)
	none["bill"], none["local"], none["seller"], none["all"], none["right"] = "", "", "", false, "return.no_receipt"
	other := cameFrom(some, 0)
	other["other"], other["point"], other["unverified"], other["right"] = true, "Төв салбар", true, "return.unverified"
	weighed := cameFrom(part, 0)
	weighed["total"], weighed["rounding"] = mnt(18710), mnt(-10)
	done := func(last object) change {
		return set("last", merged(object{"bill": "2026-11-23-214-0058", "total": mnt(-50900), "given": mnt(0), "change": mnt(0), "current": true, "print": "done",
			"return": "2026-11-23-214-0058", "back": mnt(50900), "fiscal": "issued", "once": false, "tenders": list{paid("cash", -39000, -39000), paid("card", -11900, -11900)}}, last))
	}
	return []Scene{
		{Name: "return-find", At: "return", State: state(), Do: "wait return-receipt"},
		{Name: "return-find-none", At: "return", State: state(), Answers: map[string]any{"/api/receipts": object{"shift": 214, "receipts": list{}, "returns": list{}}}},
		{Name: "return-all", At: "return", State: state(only(cameFrom(some, 0)))},
		{Name: "return-part", At: "return", State: state(only(cameFrom(part, 20000)))},
		{Name: "return-rounding", At: "return", State: state(only(weighed))},
		{Name: "return-card", At: "return", State: state(only(cameFrom(some, 30000)))},
		{Name: "return-many", At: "return", State: state(only(cameFrom(many, 100000)))},
		{Name: "return-long", At: "return", State: state(only(bought))},
		{Name: "return-other", At: "return", State: state(only(other))},
		{Name: "return-none", At: "return", State: state(only(none))},
		{Name: "return-reason", At: "return", State: state(only(cameFrom(some, 0))), Do: "tap return-reason-other; wait reason"},
		{Name: "return-approver", At: "return", State: state(only(cameFrom(some, 0)), seller("1", "Сарнай")), Refuse: refuse("pay", fault.RightMissing),
			Do: "press Enter; wait approver-code"},
		{Name: "return-refused", At: "return", State: state(), Refuse: refuse("return.begin", fault.ReturnDone, "bill", "2026-11-23-214-0042"),
			Do: "wait return-receipt; press Enter; wait error-banner"},
		{Name: "exchange", At: "return", State: state(with(exchanged(cameFrom(some, 0), rows(2))))},
		{Name: "exchange-more", At: "return", State: state(with(exchanged(cameFrom(some, 0), rows(6))))},
		{Name: "exchange-sell", At: "sell", State: state(with(exchanged(cameFrom(some, 0), rows(3))))},
		{Name: "exchange-first", At: "sell", State: state(only(cameFrom(some, 0)))},
		{Name: "exchange-pay", At: "pay", State: state(with(exchanged(cameFrom(some, 0), rows(6))))},
		{Name: "change-back", At: "sell", State: state(done(nil))},
		{Name: "change-exchange", At: "sell", State: state(done(object{"bill": "2026-11-23-214-0059", "total": mnt(65700), "given": mnt(70900), "change": mnt(5200), "back": mnt(0),
			"tenders": list{paid("cash", 20000, 14800), merged(paid("cash", 50900, 50900), object{"carried": true})}}))},
		{Name: "display-return", At: "display", State: state(only(cameFrom(some, 0)))},
		{Name: "display-exchange", At: "display", State: state(with(exchanged(cameFrom(some, 0), rows(3))))},
		{Name: "display-back", At: "display", State: state(done(nil))},
	}
}

// merged is one object with the fields of another over its own.
func merged(a, over object) object {
	for k, v := range over {
		a[k] = v
	}
	return a
}
