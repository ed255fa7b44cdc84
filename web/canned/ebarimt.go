package canned

import "posbox/pos/fault"

// item is an e-barimt for which something is to be done.
func item(bill, result string, more object) object {
	o := object{"bill": bill, "job": "issue", "result": result, "local": "2026-11-23 14:05:09", "held": false, "lottery": true, "code": "", "message": "", "expected": "", "given": "",
		"before": nil, "after": nil, "id": ""}
	for k, v := range more {
		o[k] = v
	}
	return o
}

// ebarimts are the situations of the page of e-barimts.
func ebarimts() []Scene {
	const ddtd = "012345678901001000000012310001234"
	trouble := func(level string, f *fault.Error) change {
		return device("ebarimt", object{"state": level, "fault": f})
	}
	decide := list{
		item("2026-11-23-214-0051", "refused", object{"message": "Бараа: НХАТ-г 2%-р тооцоолоогүй байна. Шалгуур дүн: 54.90", "expected": "54.90", "given": "50.00"}),
		item("2026-11-23-214-0052", "uncertain", object{"before": 4821, "after": 4820}),
		item("2026-11-23-214-0053", "uncertain", object{"before": 4820, "after": 4820}),
		item("2026-11-23-214-0054", "uncertain", object{"job": "cancel"}),
	}
	elsewhere := list{item("2026-11-22-213-0007", "refused", object{"job": "correct", "return": "2026-11-23-96-0012", "place": "Хан-Уул салбар", "message": "ИБаримт олдсонгүй"})}
	stranger := list{item("2026-11-23-214-0050", "refused", object{"code": "fiscal.customer"})}
	number := map[string]any{"/api/receipts/2026-11-23-214-0050/fiscal": object{"bill": "2026-11-23-214-0050", "id": "", "date": "", "held": false, "register": "5317887", "jobs": list{}}}
	unprinted := list{
		item("2026-11-23-214-0055", "issued", object{"held": true, "id": ddtd}),
		item("2026-11-23-214-0056", "issued", object{"id": ddtd}),
		item("2026-11-23-214-0049", "issued", object{"job": "correct", "lottery": false, "return": "2026-11-23-214-0057", "id": ddtd}),
	}
	waiting := list{item("2026-11-23-214-0057", "waiting", nil), item("2026-11-23-214-0058", "waiting", nil)}
	last := func(fiscal, print string, once bool) change {
		return set("last", object{"bill": "2026-11-23-214-0057", "total": mnt(65700), "given": mnt(70000), "change": mnt(4300),
			"tenders": list{paid("cash", 70000, 65700)}, "current": true, "print": print, "return": "", "back": mnt(0), "fiscal": fiscal, "once": once})
	}
	all := []change{in("fiscal", object{"decide": decide, "unprinted": unprinted}), trouble("attention", fault.New(fault.FiscalDecide, "count", "4"))}
	handed := list{item("2026-11-22-213-0009", "waiting", object{"job": "cancel", "return": "2026-11-23-96-0013", "place": "Хан-Уул салбар"})}
	away := []change{in("fiscal", object{"away": true, "waiting": waiting, "waits": 132, "oldest": 51, "left": nil, "sent": ""}), trouble("fault", fault.New(fault.FiscalOld, "hours", "51"))}
	six := with(basket(rows(6), 0))
	once := map[string]any{"/api/receipts/2026-11-23-214-0057/once": object{"lottery": "AB 12345678", "qr": dots}}
	return []Scene{
		{Name: "ebarimt", At: "ebarimt", State: state()},
		{Name: "ebarimt-decide", At: "ebarimt", State: state(all...), Do: "press ArrowDown"},
		{Name: "ebarimt-elsewhere", At: "ebarimt", State: state(in("fiscal", object{"decide": elsewhere, "waiting": handed, "waits": 1}), trouble("attention", fault.New(fault.FiscalDecide, "count", "1")))},
		{Name: "ebarimt-unprinted", At: "ebarimt", State: state(in("fiscal", object{"unprinted": unprinted}), trouble("attention", fault.New(fault.FiscalUnprinted, "count", "3"))), Do: "press ArrowDown; press ArrowDown"},
		{Name: "ebarimt-number", At: "ebarimt", State: state(in("fiscal", object{"decide": decide[1:]})), Do: "wait ebarimt; press 1; wait ebarimt-number"},
		{Name: "ebarimt-unknown", At: "ebarimt", State: state(in("fiscal", object{"decide": append(stranger, decide...)}))},
		{Name: "ebarimt-mend", At: "ebarimt", State: state(in("fiscal", object{"decide": stranger})), Answers: number, Do: "wait ebarimt; press Enter; wait ebarimt-register"},
		{Name: "ebarimt-person", At: "ebarimt", State: state(in("fiscal", object{"decide": stranger})), Do: "wait ebarimt; press 2; wait prompt-yes"},
		{Name: "ebarimt-drop", At: "ebarimt", State: state(all...), Do: "wait ebarimt; press Delete; wait reason"},
		{Name: "ebarimt-away", At: "ebarimt", State: state(away...)},
		{Name: "ebarimt-off", At: "ebarimt", State: state(in("fiscal", object{"on": false}), device("ebarimt", object{"state": "none"}))},
		{Name: "ebarimt-seller", At: "ebarimt", State: state(append(all, seller("1", "Сарнай"))...)},
		{Name: "sell-ebarimt-away", At: "sell", State: state(six, in("fiscal", object{"away": true}), trouble("attention", fault.New(fault.FiscalUnreachable)))},
		{Name: "change-provisional", At: "sell", State: state(last("waiting", "done", false))},
		{Name: "change-uncertain", At: "sell", State: state(last("uncertain", "done", false))},
		{Name: "pay-lacks", At: "pay", State: state(six), Refuse: refuse("pay", fault.FiscalLacks, "name", "Сүү АПУ 3.2 % 1 л", "field", "class_code"), Do: "write 100000; press Enter; wait error-banner"},
		{Name: "display-lottery", At: "display", State: state(last("issued", "printing", true)), Answers: once, Do: "wait display-lottery"},
	}
}

// dots stand in the place of a QR code: no scene has a real one.
var dots = list{"1111111010011111", "1000001001010001", "1011101011010101", "1000001010010001", "1111111010111111", "0101010101010101", "1100110010101100",
	"0011010101001011", "1111111001010011", "1000001010110101", "1011101001001100", "1000001011010011", "1111111010101101", "0100101001100101", "1010010110011010", "1101001010110101"}
