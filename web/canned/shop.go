package canned

import (
	"fmt"
	"strconv"
)

// good is one of the shop's goods. Prices are whole tögrög, with all taxes.
type good struct {
	code, name, barcode, category, unit string
	price                               int
	tax                                 string
	city, weighed                       bool
}

var goods = []good{
	{"1001", "Сүү 3.2% 1л", "8651070010097", "Сүү, сүүн бүтээгдэхүүн", "ш", 4200, "VAT_ABLE", false, false},
	{"1101", "Талх Атар 650гр", "8651770110998", "Талх, нарийн боов", "ш", 2600, "VAT_ABLE", false, false},
	{"1508", "Өндөг 10ш", "8653520363241", "Хуурай хүнс", "ш", 6800, "VAT_ABLE", false, false},
	{"1503", "Цагаан будаа 1кг", "8653170312798", "Хуурай хүнс", "ш", 4200, "VAT_ABLE", false, false},
	{"1403", "Кофе 3-1 20ш", "8652960282525", "Цай, кофе", "ш", 11900, "VAT_ABLE", false, false},
	{"1603", "Пиво Сэнгүр 0.5л", "8653730393519", "Согтууруулах ундаа", "ш", 3900, "VAT_ABLE", true, false},
	{"2001", "Үхрийн мах ястай", "2100001012342", "Мах, махан бүтээгдэхүүн", "кг", 16500, "VAT_FREE", false, true},
	{"1601", "Архи Хар Сүлд 0.75л", "8653590373331", "Согтууруулах ундаа", "ш", 32900, "VAT_ABLE", true, false},
	{"1305", "Чацарганы шүүс 1л", "8652680242168", "Ундаа, ус", "ш", 7800, "VAT_ABLE", false, false},
	{"1004", "Тараг гүзээлзгэнэтэй 150гр", "8651280040365", "Сүү, сүүн бүтээгдэхүүн", "ш", 1500, "VAT_ABLE", false, false},
	{"1202", "Карамель холимог 250гр", "8652190171538", "Чихэр", "ш", 5200, "VAT_ABLE", false, false},
	{"1502", "Гурил дээд зэрэг 5кг", "8653100302707", "Хуурай хүнс", "ш", 11500, "VAT_ABLE", false, false},
	{"1009", "Ааруул 300гр", "8651630090811", "Сүү, сүүн бүтээгдэхүүн", "ш", 9900, "VAT_ABLE", false, false},
	{"1303", "Кока-Кола 0.5л", "5449000000996", "Ундаа, ус", "ш", 2500, "VAT_ABLE", false, false},
	{"2102", "Төмс", "2100002102103", "Хүнсний ногоо", "кг", 1800, "VAT_FREE", false, true},
	{"1801", "Номын дэвтэр 48 хуудас", "8654010420041", "Бичиг хэрэг", "ш", 1200, "VAT_ABLE", false, false},
}

// long are names as shops write them.
var long = []good{
	{"3001", "Монгол уламжлалт аргаар боловсруулсан хонины махан хиам, утсан, вакуум савлагаатай 450гр", "8654100450010", "Мах, махан бүтээгдэхүүн", "ш", 18900, "VAT_ABLE", false, false},
	{"3002", "Хүүхдийн өдөр тутмын хэрэглээний ургамлын гаралтай зөөлрүүлэгчтэй шингэн саван (лаванда) 1000мл", "8654100450027", "Ахуйн хэрэглээ", "хайрцаг", 124500, "VAT_ABLE", false, false},
	{"3003", "ӨөҮүЁёЩщЪъЫы-цэвэрлэгчбодисынүйлдвэрлэлийнүргэлжилсэннэртэйбараа", "8654100450034", "Ахуйн хэрэглээ", "ш", 1234567, "VAT_ABLE", false, false},
}

// mnt writes whole tögrög as the wire does.
func mnt(n int) string { return strconv.Itoa(n) + ".00" }

// cents writes hundredths.
func cents(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// row is a line of a basket: a good, how much of it in thousandths, and what comes off.
type row struct {
	good
	milli   int
	percent int // of the line
	reason  string
}

func once(g good) row { return row{good: g, milli: 1000} }

func (r row) gross() int    { return (r.price*r.milli + 500) / 1000 }
func (r row) discount() int { return r.gross() * r.percent / 100 }
func (r row) total() int    { return r.gross() - r.discount() }

// taxes are the taxes inside an amount, in hundredths: 10 % VAT and, on alcohol, 2 % city tax.
func (r row) taxes(total int) (vat, city int) {
	if r.tax != "VAT_ABLE" {
		return 0, 0
	}
	if r.city {
		return (total*1000 + 56) / 112, (total*200 + 56) / 112
	}
	return (total*1000 + 55) / 110, 0
}

func quantity(milli int) string {
	if milli%1000 == 0 {
		return strconv.Itoa(milli / 1000)
	}
	return fmt.Sprintf("%d.%03d", milli/1000, milli%1000)
}

// rows are the first n lines of a day's shopping.
func rows(n int) (all []row) {
	for i := range n {
		r := once(goods[i%len(goods)])
		switch {
		case r.weighed:
			r.milli = 1245
		case i%5 == 4:
			r.milli = 3000
		}
		all = append(all, r)
	}
	return all
}

// basket is one in front; ticket is the discount on all of it, in percent.
func basket(all []row, ticket int) object {
	lines, gross, off, vat, city := list{}, 0, 0, 0, 0
	for i, r := range all {
		share := r.total() * ticket / 100
		v, c := r.taxes(r.total() - share)
		lines = append(lines, object{"line": i + 1, "good": r.code, "barcode": r.barcode, "name": r.name, "unit": r.unit,
			"quantity": quantity(r.milli), "unit_price": mnt(r.price), "gross": mnt(r.gross()), "line_discount": mnt(r.discount()),
			"ticket_discount": mnt(share), "rounding": mnt(0), "percent": mnt(r.percent), "reason": r.reason, "total": mnt(r.total() - share),
			"tax": r.tax, "vat": cents(v), "city_tax": cents(c), "stamped": false, "unstamped": 0})
		gross, off, vat, city = gross+r.gross(), off+r.discount()+share, vat+v, city+c
	}
	return object{"id": "11111111-1111-4111-8111-111111111111", "tab": 1, "lines": lines, "touched": len(all), "buyer": nil,
		"ticket_discount": nil, "hand_discount": nil, "gross": mnt(gross), "discount": mnt(off), "rounding": mnt(0), "total": mnt(gross - off), "vat": cents(vat),
		"city_tax": cents(city), "register": "", "consumer": "", "tenders": list{}, "due": mnt(gross - off), "return": nil, "unstamped": 0}
}

// change is what makes one state out of another.
type change func(object)

// state is a till at work: somebody is logged in, a shift is open, nothing is in the basket.
func state(changes ...change) object {
	s := object{
		"seq": 4021, "view": 57,
		"till": object{"shop": "Номин супермаркет 3", "lang": "mn", "zone": "Asia/Ulaanbaatar", "version": "1.0.0", "goods": 100000,
			"notes": list{1000, 5000, 10000, 20000}, "has_sellers": true, "first": false, "box": true, "last_shift": 214, "joined": true, "central": false, "lock_after": 10, "unverified": false, "blind": false,
			"count_notes": list{20000, 10000, 5000, 1000, 500, 100, 50, 20, 10, 5, 1}, "names_ready": true, "pages": list{}, "places": list{},
			"tenders": list{object{"kind": "card", "name": ""}, object{"kind": "transfer", "name": ""}, object{"kind": "qr", "name": ""}}},
		"seller": object{"code": "9", "name": "Бат-Эрдэнэ", "person": "9.5f0c1a2b3d4e", "role": "owner", "locked": false, "rights": every()},
		"shift": object{"number": 214, "day": "2026-11-23", "opened_at": "2026-11-23 08:30:00", "bills": 57,
			"next_bill": "2026-11-23-214-0058", "counted": false},
		"baskets": list{}, "basket": nil, "last": nil,
		"printer": object{"name": "XP-80C, USB", "fitted": true, "online": true, "cover_open": false, "paper_empty": false,
			"paper_near_end": false, "error": false, "drawer_open": false, "busy": false, "proves": true},
		"unprinted": list{}, "paper": nil, "unsent": 0, "trouble": list{}, "devices": devices(), "work": list{}, "fiscal": reported(), "typed": 7,
	}
	for _, c := range changes {
		c(s)
	}
	return s
}

// every is every right there is; few are a seller's.
func every() list {
	return list{"sell", "line.remove", "discount", "discount.any", "reprint", "cash.in", "cash.out", "drawer.open", "shift", "shift.recount",
		"sellers", "cash.see", "report.x", "settings", "goods", "customers", "logs", "fiscal", "return.own", "return.other", "return.no_receipt", "return.unverified", "return.cash"}
}

func few() list {
	return list{"cash.in", "cash.out", "discount", "line.remove", "reprint", "return.own", "sell", "shift"}
}

// with puts a basket in front.
func with(b object) change {
	return func(s object) {
		s["basket"] = b
		s["baskets"] = list{object{"id": b["id"], "tab": 1, "lines": len(b["lines"].(list)), "total": b["total"], "selected": true}}
	}
}

// in changes fields of one section.
func in(section string, fields object) change {
	return func(s object) {
		o := s[section].(object)
		for k, v := range fields {
			o[k] = v
		}
	}
}

// set replaces a section.
func set(section string, v any) change { return func(s object) { s[section] = v } }

// device changes one device.
func device(kind string, fields object) change {
	return func(s object) {
		for _, d := range s["devices"].(list) {
			if o := d.(object); o["kind"] == kind {
				for k, v := range fields {
					o[k] = v
				}
			}
		}
	}
}

// devices is every device in its fixed order, as a shop has them.
func devices() list {
	var all list
	for _, d := range [][3]string{{"printer", "XP-80C, USB", "ok"}, {"drawer", "XP-80C", "ok"}, {"scanner", "Honeywell Voyager 1250g", "ok"},
		{"display", "1024×600", "ok"}, {"scale", "", "none"}, {"terminal", "", "none"}, {"network", "192.168.1.50/24", "ok"}, {"baaz", "baaz.mn", "ok"}, {"ebarimt", "", "ok"},
		{"clock", "", "ok"}, {"disk", "", "ok"}, {"copy", "", "ok"}} {
		all = append(all, object{"kind": d[0], "name": d[1], "state": d[2]})
	}
	return all
}

// reported is how e-barimts stand where all is well.
func reported() object {
	return object{"on": true, "away": false, "left": 4821, "sent": "2026-11-23 08:31:02", "oldest": 0, "reissue": "anew", "as_cash": list{},
		"decide": list{}, "unprinted": list{}, "waiting": list{}, "waits": 0}
}

// find lists goods as the search answers them.
func find(some []good, n int) object {
	found := list{}
	for i := range n {
		g := some[i%len(some)]
		found = append(found, object{"code": g.code, "name": g.name, "barcodes": list{g.barcode}, "category": g.category, "unit": g.unit,
			"price": mnt(g.price), "weighed": g.weighed, "active": true, "unclassed": false})
	}
	return object{"goods": found, "count": 100000}
}

// elsewhere makes the till one that runs on no box of ours: there the browser opens files.
func elsewhere(s object) { in("till", object{"box": false})(s) }
