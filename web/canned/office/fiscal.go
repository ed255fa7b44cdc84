package office

import "fmt"

// request is an e-barimt that is not done.
func request(i int, state string, hours int) object {
	r := object{"box": boxID(1 + i%4), "seq": 9_400 - i, "point": 1 + i%4, "bill": fmt.Sprintf("2026-11-28-39-%04d", 121+i*3), "shift": 39, "local": fmt.Sprintf("2026-11-28 %02d:%02d:11", 13-i%5, i*17%60), "hours": hours,
		"job": "issue", "return": "", "total": amountOf(12_900 + i*8_340%61_000), "vat": "1172.73", "city_tax": "0.00", "state": state, "number": "", "date": "", "message": "", "expected": "", "given": "",
		"before": nil, "after": nil, "decided_by": "", "holds": false}
	switch state {
	case "uncertain":
		r["before"], r["after"] = 4_812, 4_811+i%2
	case "refused":
		r["message"], r["expected"], r["given"] = "НХАТ-г 2%-р тооцоолоогүй байна. Шалгуур дүн: 54.90", "54.90", "50.00"
	}
	return r
}

func openRequests() list {
	all := list{request(0, "waiting", 74), request(1, "uncertain", 51), request(2, "refused", 22), request(3, "uncertain", 6)}
	cancel := request(4, "waiting", 5)
	cancel["job"], cancel["total"], cancel["vat"], cancel["return"] = "cancel", "0.00", "0.00", "2026-11-28-39-0131"
	all = append(all, cancel)
	handed := request(20, "handed", 3)
	handed["job"], handed["total"], handed["vat"], handed["return"] = "correct", "0.00", "0.00", "2026-11-28-12-0018"
	all = append(all, handed)
	for i := range 14 {
		all = append(all, request(5+i, "waiting", 4-i/4))
	}
	return append(all, request(19, "sent", 0))
}

func taxes(times int, total, vat, city string) object {
	return object{"times": times, "total": total, "vat": vat, "city_tax": city}
}

func class(name string, sold, has, missing object) object {
	return object{"class": name, "sold": sold, "has": has, "missing": missing}
}

func months() list {
	even := taxes(0, "0.00", "0.00", "0.00")
	free := taxes(2_140, "12400000.00", "0.00", "0.00")
	november := object{"month": "2026-11",
		"sold": taxes(20_340, "161248700.00", "13445345.45", "142310.00"), "has": taxes(11_812, "160930400.00", "13416409.09", "142310.00"), "missing": taxes(0, "318300.00", "28936.36", "0.00"),
		"classes": list{class("VAT_ABLE", taxes(18_000, "148048700.00", "13445345.45", "142310.00"), taxes(10_740, "147730400.00", "13416409.09", "142310.00"), taxes(0, "318300.00", "28936.36", "0.00")),
			class("VAT_FREE", free, taxes(1_012, "12400000.00", "0.00", "0.00"), even), class("NO_VAT", taxes(100, "800000.00", "0.00", "0.00"), taxes(60, "800000.00", "0.00", "0.00"), even)}}
	october := object{"month": "2026-10", "sold": taxes(22_015, "174630250.00", "14716386.36", "155002.50"), "has": taxes(12_903, "174630250.00", "14716386.36", "155002.50"), "missing": even,
		"classes": list{class("VAT_ABLE", taxes(19_500, "162035250.00", "14716386.36", "155002.50"), taxes(11_800, "162035250.00", "14716386.36", "155002.50"), even),
			class("VAT_FREE", taxes(2_500, "12595000.00", "0.00", "0.00"), taxes(1_100, "12595000.00", "0.00", "0.00"), even)}}
	return list{november, october}
}

// fiscalScenes are e-barimts that wait, and months beside the tax return.
func fiscalScenes() []Scene {
	open := map[string]any{"GET " + company + "/reports/fiscal/open": object{"requests": openRequests(), "more": false}}
	none := map[string]any{"GET " + company + "/reports/fiscal/open": object{"requests": list{}, "more": false}}
	with := func(m map[string]any, all list) map[string]any {
		return map[string]any{"GET " + company + "/reports/fiscal/open": m["GET "+company+"/reports/fiscal/open"], "GET " + company + "/reports/fiscal/months": object{"months": all}}
	}
	const span = "?from=2026-10-01&to=2026-11-28"
	return []Scene{
		{Name: "fiscal", At: "fiscal", Page: "fiscal", Do: "wait fiscal-row", Answers: open},
		{Name: "fiscal-one", At: "fiscal", Page: "fiscal", Do: "wait fiscal-row; tap fiscal-row id=" + boxID(2) + "-9399; wait fiscal-one", Answers: open},
		{Name: "fiscal-none", At: "fiscal", Page: "fiscal", Do: "wait no-fiscal", Answers: none},
		{Name: "taxes", At: "taxes" + span, Page: "taxes", Do: "wait taxes-month", Answers: with(open, months())},
		{Name: "taxes-even", At: "taxes" + span, Page: "taxes", Do: "wait taxes-month", Answers: with(none, months()[1:])},
		{Name: "taxes-none", At: "taxes" + span, Page: "taxes", Do: "wait no-taxes", Answers: with(none, list{})},
	}
}
