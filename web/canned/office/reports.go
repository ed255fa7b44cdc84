package office

import (
	"fmt"
	"strconv"
)

func sum(key, name string, times, total int) object {
	return object{"key": key, "name": name, "times": times, "quantity": strconv.Itoa(times), "total": amountOf(total), "vat": amountOf(total / 11), "city_tax": amountOf(0)}
}

func amountOf(n int) string { return strconv.Itoa(n) + ".00" }

func point(p, sales, total int) object {
	return object{"point": p, "sales": sales, "gross": amountOf(total + total/40), "discount": amountOf(total / 40), "rounding": amountOf(total / 4000), "total": amountOf(total), "vat": amountOf(total / 11), "city_tax": amountOf(total / 220)}
}

// goodsSold are the best-selling goods.
var goodsSold = []struct {
	code, name string
	lines      int
	total      int
}{
	{"2040", "Үхрийн мах", 41, 902_450}, {"1001", "Талх «Атар» 650 г", 214, 642_000}, {"1002", "Сүү АПУ 1 л", 187, 617_100}, {"1377", "Кока-Кола 1,25 л", 96, 384_000},
	{"5521", "Шоколад «Золотой гусь» 90 г", 74, 318_200}, {"3102", "Гурил «Алтан тариа» дээд зэрэг 2 кг", 52, 286_000}, {"1104", "Өндөг 10 ширхэг", 61, 280_600}, {"9002", "Уут", 402, 80_400},
}

func goods() (all list) {
	for _, g := range goodsSold {
		all = append(all, object{"good": g.code, "name": g.name, "lines": g.lines, "quantity": strconv.Itoa(g.lines), "total": amountOf(g.total)})
	}
	return all
}

func hours(until, base int) (all list) {
	for h := 8; h <= until; h++ {
		swing := []int{4, 6, 8, 9, 13, 12, 9, 8, 9, 13, 16, 14, 9, 5}[h-8]
		all = append(all, sum(fmt.Sprintf("%02d", h), "", swing*4, base*swing+h*7_310%31_000))
	}
	return all
}

func receipt(i int) object {
	tenders := []string{"cash", "card", "cash", "qr", "mixed"}
	r := object{"box": boxID(1 + i%4), "seq": 9_000 - i, "point": 1 + i%4, "day": "2026-11-28", "local": fmt.Sprintf("2026-11-28 %02d:%02d:09", 14-i/30, (59-i*2%60)%60), "shift": 39, "number": 140 - i,
		"seller": strconv.Itoa(1 + i%3), "customer": "", "tender": tenders[i%5], "lines": 1 + i%6, "total": amountOf(3_300 + i*4_117%48_000), "back": false, "fiscal": "issued"}
	if i == 3 {
		r["back"], r["total"], r["fiscal"] = true, "-6600.00", ""
	}
	if i == 5 || i == 12 {
		r["fiscal"] = []string{"waiting", "uncertain"}[i%2]
	}
	if i%7 == 2 {
		r["customer"] = "K10" + strconv.Itoa(i)
	}
	return r
}

func receipts(n int) (all list) {
	for i := range n {
		all = append(all, receipt(i))
	}
	return all
}

func shiftOf(i int, open bool) object {
	s := object{"box": boxID(1 + i%4), "opened": 8_000 - i*200, "point": 1 + i%4, "shift": 39 - i/4, "day": fmt.Sprintf("2026-11-%02d", 28-i/4), "opened_at": fmt.Sprintf("2026-11-%02d 08:%02d:00", 28-i/4, i*7%40),
		"opened_by": strconv.Itoa(1 + i%3), "closed": 0, "closed_at": "", "closed_by": "", "bills": 0, "total": "0.00", "expected": "0.00", "counted": "0.00", "difference": "0.00", "counts": 0,
		"removed": 0, "removed_amount": "0.00", "drawer_opened": 0, "copies": 0, "overrides": 0}
	if !open {
		s["closed"], s["closed_at"], s["closed_by"], s["bills"], s["total"] = 8_190-i*200, fmt.Sprintf("2026-11-%02d 22:%02d:00", 28-i/4, i*11%50), s["opened_by"], 120+i*13%70, amountOf(1_850_000+i*91_300%700_000)
		s["expected"], s["counts"], s["removed"], s["removed_amount"] = amountOf(640_000), 1, i%4, amountOf(i%4*3_300)
		s["difference"] = []string{"0.00", "0.00", "-1500.00", "0.00", "500.00"}[i%5]
		s["counted"] = s["expected"]
		if i%9 == 8 {
			s["counts"], s["difference"] = 0, "0.00"
		}
	}
	return s
}

func shifts() (all list) {
	for i := range 26 {
		all = append(all, shiftOf(i, i < 4 && i != 3))
	}
	return all
}

func incidents() (all list) {
	kinds := []struct{ kind, what, reason, approver, amount string }{
		{"line.removed", "Шоколад «Золотой гусь» 90 г", "Авахаа больсон", "", "4300.00"}, {"override.granted", "drawer.open", "", "9", "0.00"}, {"drawer.asked", "", "Мөнгө задлах", "9", "0.00"},
		{"receipt.asked", "2026-11-28-39-0121", "", "", "0.00"}, {"cash.moved", "", "Талхны мөнгө", "", "-85000.00"}, {"shift.counted", "", "", "9", "638500.00"}, {"override.granted", "line.discount", "", "9", "12000.00"},
	}
	for i := range 21 {
		k := kinds[i%len(kinds)]
		all = append(all, object{"box": boxID(1 + i%4), "seq": 7_000 - i, "point": 1 + i%4, "day": fmt.Sprintf("2026-11-%02d", 28-i/5), "at": fmt.Sprintf("2026-11-%02dT%02d:%02d:00Z", 28-i/5, 11-i%9, i*13%60), "shift": 39 - i/5,
			"kind": k.kind, "seller": strconv.Itoa(1 + i%3), "approver": k.approver, "reason": k.reason, "what": k.what, "amount": k.amount})
	}
	return all
}

// today is a busy Saturday shortly after two.
func today() object {
	return object{"day": "2026-11-28", "time": "14:05", "then": "2026-11-21", "today": object{"sales": 611, "discount": "164300.00", "rounding": "2140.00", "total": "7384500.00", "vat": "671318.18", "city_tax": "33565.00"},
		"then_all": object{"sales": 1103, "discount": "281000.00", "rounding": "0.00", "total": "12418200.00", "vat": "1128927.27", "city_tax": "56446.00"}, "then_so_far": "6591400.00",
		"hours": hours(14, 118_000), "then_hours": hours(21, 91_000), "points": list{point(1, 241, 3_120_400), point(2, 188, 2_204_100), point(4, 122, 1_412_000), point(3, 60, 648_000)},
		"then_points": list{point(1, 402, 4_900_000), point(2, 301, 3_300_000), point(3, 280, 3_000_000), point(4, 120, 1_218_200)},
		"tenders":     list{object{"tender": "card", "times": 268, "amount": "3702400.00"}, object{"tender": "cash", "times": 214, "amount": "2291100.00"}, object{"tender": "qr", "times": 129, "amount": "1391000.00"}},
		"goods":       goods(), "receipts": receipts(8), "open": list{shiftOf(0, true), shiftOf(1, true), shiftOf(2, true)},
		"returns": object{"key": "", "name": "", "times": 1, "quantity": "0", "total": "-6600.00", "vat": "0.00", "city_tax": "0.00"}, "any": true, "fiscal": object{"decide": 2, "wait": 4, "hours": 19}}
}

// nothing is a company that has not begun.
func nothing() object {
	none := object{"sales": 0, "discount": "0.00", "rounding": "0.00", "total": "0.00", "vat": "0.00", "city_tax": "0.00"}
	n := today()
	for _, name := range []string{"hours", "then_hours", "points", "then_points", "tenders", "goods", "receipts", "open"} {
		n[name] = list{}
	}
	n["fiscal"] = object{"decide": 0, "wait": 0, "hours": 0}
	n["today"], n["then_all"], n["then_so_far"], n["any"] = none, none, "0.00", false
	n["returns"] = object{"key": "", "name": "", "times": 0, "quantity": "0", "total": "0.00", "vat": "0.00", "city_tax": "0.00"}
	return n
}

func reports() []Scene {
	days := list{}
	for d := 1; d <= 28; d++ {
		for p := 1; p <= 4; p++ {
			of := point(p, 120+d*3%40, 1_250_000+d*537_123%900_000+p*117_000)
			of["day"], of["late"] = fmt.Sprintf("2026-11-%02d", d), 0
			days = append(days, of)
		}
	}
	const month = "?from=2026-11-01&to=2026-11-28"
	answer := func(path string, a any) map[string]any { return map[string]any{"GET " + company + path: a} }
	sales := func(by, name string, rows any) Scene {
		return Scene{Name: "sales-" + by, At: "sales/" + by + month, Page: "sales", Do: "wait sums-row", Answers: answer("/reports/"+by, object{name: rows})}
	}
	sold := goods()
	for i := range 60 {
		g := goodsSold[i%len(goodsSold)]
		sold = append(sold, object{"good": strconv.Itoa(7000 + i), "name": g.name + " · " + strconv.Itoa(i+2), "lines": 40 - i/2, "quantity": strconv.Itoa(40 - i/2), "total": amountOf(76_000 - i*1_100)})
	}
	body := object{"bill": "2026-11-28-39-0140", "local": "2026-11-28 14:03:09", "seller_name": "Сарнай"}
	one := map[string]any{"GET " + company + "/boxes/" + boxID(1) + "/records/9000": object{"seq": 9000, "hash": boxHash(1), "prev": boxHash(2), "epoch": 1, "kind": "sale.completed",
		"time": "2026-11-28T06:03:09Z", "received": "2026-11-28T06:03:10Z", "late": false, "body": body, "raw": "AAAA"}}
	return []Scene{
		{Name: "today", At: "reports", Page: "reports", Do: "wait newest; wait watch-item"},
		{Name: "today-point", At: "reports?point=2", Page: "reports", Do: "wait newest"},
		{Name: "today-first", At: "reports", Page: "reports", Do: "wait step", Answers: map[string]any{"GET " + company + "/reports/now": nothing(), "GET " + company + "/boxes": object{"boxes": list{}},
			"GET " + company + "/points": object{"points": list{}}, "GET " + company + "/registers/goods": object{"rows": list{}, "next": "", "total": 0}}},
		{Name: "today-away", At: "reports", Page: "reports", Do: "wait newest", Away: true},
		sales("days", "days", days), sales("hours", "sums", hours(21, 1_100_000)), sales("points", "points", list{point(1, 241, 93_120_400), point(2, 188, 62_204_100), point(4, 122, 41_412_000), point(3, 60, 30_648_000)}),
		sales("goods", "goods", sold),
		sales("sellers", "sellers", list{object{"seller": "1", "name": "Сарнай", "sales": 3012, "total": "91210400.00"}, object{"seller": "9", "name": "Бат-Эрдэнэ", "sales": 2410, "total": "71004300.00"}}),
		sales("taxes", "sums", list{sum("VAT_ABLE", "", 18_000, 148_000_000), sum("VAT_FREE", "", 2_100, 12_400_000), sum("NO_VAT", "", 100, 800_000)}),
		sales("tenders", "tenders", list{object{"tender": "card", "times": 6810, "amount": "83702400.00"}, object{"tender": "cash", "times": 5214, "amount": "52291100.00"}, object{"tender": "qr", "times": 1290, "amount": "21391000.00"}}),
		sales("categories", "sums", list{sum("Талх, нарийн боов", "", 8_210, 41_000_000), sum("Сүү, цагаан идээ", "", 7_120, 38_400_000), sum("Мах", "", 2_100, 36_900_000), sum("", "", 900, 2_800_000)}),
		sales("customers", "sums", list{sum("K104", "Ганбаатар", 41, 1_980_000), sum("K107", "Оюунчимэг", 32, 1_204_000)}),
		sales("reasons", "reasons", list{object{"kind": "line.removed", "reason": "Авахаа больсон", "times": 41, "amount": "182300.00"}, object{"kind": "sale.returned", "reason": "Хугацаа дууссан", "times": 6, "amount": "-92400.00"},
			object{"kind": "override.granted", "reason": "", "times": 5, "amount": "61000.00"}, object{"kind": "drawer.asked", "reason": "Мөнгө задлах", "times": 4, "amount": "0.00"}}),
		sales("returns", "sums", list{sum("1", "Сарнай", 9, -164_000), sum("9", "Бат-Эрдэнэ", 2, -18_000)}),
		{Name: "sales-none", At: "sales/days" + month, Page: "sales", Do: "wait no-sales", Answers: answer("/reports/days", object{"days": list{}})},
		{Name: "sales-own", At: "sales/points" + month, Page: "sales", Do: "wait span-from", Answers: answer("/reports/points", object{"points": list{point(1, 241, 93_120_400)}})},
		{Name: "receipts", At: "receipts?from=2026-11-28&to=2026-11-28", Page: "receipts", Do: "wait receipts-row", Answers: answer("/reports/sales", object{"receipts": receipts(60), "next": "x"})},
		{Name: "receipts-picked", At: "receipts" + month + "&seller=1&tender=cash", Page: "receipts", Do: "wait picked", Answers: answer("/reports/sales", object{"receipts": receipts(5), "next": ""})},
		{Name: "receipt", At: "receipt/" + boxID(1) + "/9000", Page: "receipt", Do: "wait picture", Answers: one},
		{Name: "shifts", At: "shifts?from=2026-11-22&to=2026-11-28", Page: "shifts", Do: "wait shifts-row", Answers: answer("/reports/shifts", object{"shifts": shifts()})},
		{Name: "incidents", At: "incidents?from=2026-11-22&to=2026-11-28", Page: "incidents", Do: "wait incidents-row", Answers: answer("/reports/incidents", object{"incidents": incidents()})},
		{Name: "incidents-none", At: "incidents", Page: "incidents", Do: "wait no-incidents", Answers: answer("/reports/incidents", object{"incidents": list{}})},
	}
}
