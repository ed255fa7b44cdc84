package canned

import (
	"encoding/json"
	"errors"
	"fmt"

	"posbox/config"
	"posbox/pos/fault"
)

// everywhere is what every scene answers, by path.
func everywhere() map[string]any {
	all := map[string]any{
		"/api/health": object{"ready": true, "selling": true, "journal": object{"seq": 4021, "hash": fmt.Sprintf("%064d", 7)}, "unsent": 0, "sale_open": false, "shift_open": true,
			"printer": state()["printer"], "version": "1.0.0"},
		"/api/goods":           find(goods, 24),
		"/api/goods/1001":      editable(goods[0]),
		"/api/customers/C0042": customer(),
		"/api/receipts":        receipts(40),
		"/api/reports/x":       report(false),
		"/api/customers":       customers(),
		"/api/sellers":         sellers(),
		"/api/roles":           roles(),
		"/api/settings":        settings(),
		"/api/logs":            logs(),
		"/api/unclassed":       lacking(),
		"/api/typed":           object{"n": 7, "drafts": list{}},
		"/api/update":          update("idle", nil),
		"/api/update/seen":     update("idle", nil),
		"/api/update/offers":   object{"offers": list{}},
		"/api/uplink":          uplink(),
		"/api/box/files": object{"files": list{
			object{"device": "/dev/sdb1", "stick": "Kingston DataTraveler 3.0", "file": "baraa-2026-11.xlsx", "bytes": 184320, "local": "2026-11-22 18:12:00"},
			object{"device": "/dev/sdb1", "stick": "Kingston DataTraveler 3.0", "file": "nomin/une.csv", "bytes": 2150000, "local": "2026-11-20 09:40:00"}}},
		"/api/box":      machine("ok"),
		"/api/box/logs": object{"stick": "Kingston DataTraveler 3.0", "file": "posbox/cafe0123/logs-20261123-140509.zip", "bytes": 812331},
	}
	return all
}

// machine is the box, its disk in a state.
func machine(perm string) object {
	detail := ""
	if perm == "damaged" {
		detail = "e2fsck 8: perm: \nThe superblock could not be read or does not describe a valid ext2/ext3/ext4\nfilesystem."
	}
	return object{"fitted": true, "perm": object{"state": perm, "detail": detail, "grown": false}, "clock": "ntp", "writing": false,
		"network": object{"state": "online", "interface": "eth0", "mode": "dhcp", "address": "192.168.1.50/24", "gateway": "192.168.1.1", "dns": list{"192.168.1.1"}},
		"sticks":  list{object{"name": "Kingston DataTraveler 3.0", "bytes": 31_000_000_000}},
		"copy":    object{"local": "2026-11-23 03:00:00", "stick": "Kingston DataTraveler 3.0", "seq": 4001}}
}

// uplink is a till whose last sales have not reached BAAZ yet.
func uplink() object {
	sales := list{}
	for i := range 12 {
		sales = append(sales, object{"seq": 4000 + i, "bill": fmt.Sprintf("2026-11-23-1-%04d", 121+i), "local": fmt.Sprintf("2026-11-23 14:%02d:09", i)})
	}
	return object{"state": "waiting", "fault": fault.New(fault.UplinkUnreachable), "wait": 20, "acked": 3998, "unsent": 132, "address": "https://baaz.mn", "company": "Номин", "point": "Төв салбар",
		"epoch": 1, "sales": sales, "anew": nil}
}

// editable is a good whole, as the owner changes it.
func editable(g good) object {
	return object{"code": g.code, "name": g.name, "barcodes": list{g.barcode}, "category": g.category, "unit": g.unit, "price": mnt(g.price),
		"tax_included": true, "tax": g.tax, "city_tax": g.city, "class_code": "2211000", "tax_product_code": "", "weighed": g.weighed, "active": true}
}

// returned is a shift in which goods came back: of this point, and of others, whose tills report it.
func returned() object {
	all := receipts(3)
	of := func(number int, point uint64, name, state string) object {
		return object{"bill": fmt.Sprintf("2026-11-23-214-%04d", number), "number": number, "local": fmt.Sprintf("2026-11-23 15:%02d:09", number), "seller": "Сарнай",
			"of": "2026-11-22-180-0007", "lines": 1, "total": mnt(-4350), "reason": "гэмтэлтэй", "corrected": true, "point": point, "point_name": name, "handed": state,
			"tenders": list{object{"kind": "card", "given": mnt(-4350), "amount": mnt(-4350)}}}
	}
	all["returns"] = list{of(10, 7, "Хан-Уул салбар", "waits"), of(9, 8, "Сүхбаатар дүүргийн төв салбар", "uncertain"), of(8, 7, "Хан-Уул салбар", "done"),
		of(7, 9, "", ""), of(6, 7, "Хан-Уул салбар", "asked"), of(5, 0, "", "")}
	return all
}

func receipts(n int) object {
	all := list{}
	for i := range n {
		number, b := n-i, basket(rows(1+i%7), 0)
		r := object{"bill": fmt.Sprintf("2026-11-23-214-%04d", number), "number": number, "local": fmt.Sprintf("2026-11-23 %02d:%02d:09", 9+number/6, number*7%60),
			"seller": "Сарнай", "lines": len(b["lines"].(list)), "total": b["total"], "discount": b["discount"], "rounding": b["rounding"], "vat": b["vat"], "city_tax": b["city_tax"],
			"change": mnt(0), "tenders": list{object{"kind": []string{"cash", "card", "transfer", "qr"}[i%4], "given": b["total"], "amount": b["total"]}}}
		if i%6 == 2 {
			r["buyer"] = "Цэрэндоржийн Энхжаргал"
		}
		all = append(all, r)
	}
	return object{"shift": 214, "receipts": all, "returns": list{}}
}

func report(counted bool) object {
	r := object{"blind": false, "shift": 214, "day": "2026-11-23", "opened_at": "2026-11-23 08:30:00", "opened_by": "9", "opened_name": "Бат-Эрдэнэ", "bills": 57,
		"first": "2026-11-23-214-0001", "last": "2026-11-23-214-0057", "gross": mnt(2481300), "discount": mnt(31200), "total": mnt(2450100),
		"vat": "219846.36", "city_tax": "4120.00", "float": mnt(50000), "cash_in": mnt(0), "cash_out": mnt(200000), "expected": mnt(901600),
		"returns": 1, "returned": object{"total": mnt(11900), "vat": "1081.82", "city_tax": "0.00", "tenders": list{object{"kind": "card", "count": 1, "amount": mnt(11900)}},
			"taxes": list{object{"class": "VAT_ABLE", "total": mnt(11900), "vat": "1081.82", "city_tax": "0.00"}}},
		"counts": 0, "removed": 3, "removed_amount": mnt(12700), "drawer_opened": 1, "copies": 2, "overrides": 1,
		"tenders": list{object{"kind": "cash", "count": 31, "amount": mnt(1051600)}, object{"kind": "card", "count": 19, "amount": mnt(1098500)},
			object{"kind": "qr", "count": 7, "amount": mnt(300000)}},
		"taxes": list{object{"class": "VAT_ABLE", "total": mnt(2418310), "vat": "219846.36", "city_tax": "4120.00"},
			object{"class": "VAT_FREE", "total": mnt(31790), "vat": "0.00", "city_tax": "0.00"}}}
	if counted {
		r["rounding"] = mnt(1240)
		r["counts"], r["counted"], r["difference"] = 1, mnt(901000), mnt(-600)
	}
	return r
}

func customers() object {
	var all list
	for i, name := range []string{"Цэрэндоржийн Энхжаргал", "Батбаярын Мөнхзул", "“Хүнсний Өргөө” ХХК", "Энхтуяа", "Дорж", "Өлзийбаярын Анударь"} {
		c := object{"code": fmt.Sprintf("C%04d", 42+i), "name": name, "phone": fmt.Sprintf("**** %04d", 1200+i*37), "cards": 1,
			"percent": []string{"10.00", "5.00", "3.50"}[i%3], "active": true, "usable": true}
		switch i {
		case 3:
			c["valid_to"], c["usable"], c["why"] = "2026-06-30", false, fault.New(fault.CustomerExpired, "name", "Энхтуяа", "day", "2026-06-30")
		case 4:
			c["active"], c["usable"], c["why"] = false, false, fault.New(fault.CustomerBlocked, "name", "Дорж")
		}
		all = append(all, c)
	}
	return object{"customers": all}
}

// customer is one whole, as the owner changes it.
func customer() object {
	return object{"code": "C0042", "name": "Цэрэндоржийн Энхжаргал", "phone": "99111200", "cards": list{"9900001234560"}, "percent": "10.00",
		"valid_from": "2026-01-01", "valid_to": "2026-12-31", "active": true}
}

func sellers() object {
	one := func(code, name, role, origin string, active bool) object {
		return object{"code": code, "name": name, "role": role, "active": active, "origin": origin}
	}
	return object{"sellers": list{one("1", "Сарнай", "seller", "till", true), one("2", "Ганбаатарын Тэмүүлэн", "seller", "till", true),
		one("3", "Нарантуяа", "seller", "till", false), one("5", "Оюунчимэг", "senior", "till", true), one("9", "Бат-Эрдэнэ", "owner", "settings", true)}}
}

func roles() object {
	one := func(name, most string, all bool, rights list) object {
		return object{"name": name, "rights": rights, "all": all, "max_discount": most}
	}
	return object{"rights": every(), "roles": list{one("owner", "100.00", true, every()), one("seller", "20.00", false, few()),
		one("senior", "100.00", false, append(few(), "cash.see", "discount.any", "drawer.open", "report.x"))}}
}

// settings are those of every box, with what a file and this till say of them.
func settings() object {
	fallback, _, err1 := config.Load(config.Layer{Name: "file", JSON: []byte(`{"printer": {"address": "tcp://192.168.1.50:9100"}}`)})
	now, origins, err2 := config.Load(config.Layer{Name: "file", JSON: []byte(`{"printer": {"address": "tcp://192.168.1.50:9100"}}`)},
		config.Layer{Name: "box", JSON: []byte(`{"shop": {"name": "Номин супермаркет 3", "tin": "12345678901"}, "payer": {"vat": true}, "lock_after": 5}`)})
	text, err3 := json.Marshal(object{"settings": config.Describe(now, origins, fallback)})
	var all object
	if err := errors.Join(err1, err2, err3, json.Unmarshal(text, &all)); err != nil {
		panic(err) // the layers above are constants
	}
	return all
}

func logs() object {
	var all list
	for i := range 40 {
		l := logged{fmt.Sprintf("2026-11-23 14:%02d:%02d.120", 59-i, i*13%60), "INFO", "goods taken from BAAZ", object{"version": fmt.Sprint(4180 - i), "rows": "3"}}
		switch i % 9 {
		case 2:
			l.level, l.msg, l.attrs = "WARN", "BAAZ", object{"err": "dial tcp: lookup baaz.mn: no such host"}
		case 7:
			l.level, l.msg, l.attrs = "ERROR", "append failed", object{"err": "journal.full: The disk is full."}
		}
		all = append(all, l)
	}
	return object{"logs": all}
}

// lacking are goods without a classification code.
func lacking() object {
	found := find(goods, 12)
	for _, g := range found["goods"].(list) {
		g.(object)["unclassed"] = true
	}
	found["count"] = 214
	return found
}

func upload(bad bool) object {
	u := object{"upload": "u-1", "name": "baraa-2026-11.xlsx", "bytes": 184320, "format": "xlsx", "rows": 1250, "added": 37, "changed": 112, "unchanged": 1101,
		"ignored": list{"Агуулах", "Тайлбар"}, "bad": 0, "problems": list{},
		"unclassed": 214, "unclassed_rows": list{object{"row": 12, "code": "3001", "name": "Монгол уламжлалт аргаар боловсруулсан хонины махан хиам"},
			object{"row": 19, "code": "1101", "name": "Талх Атар 650гр"}, object{"row": 240, "code": "2001", "name": "Үхрийн мах ястай"}}}
	if bad {
		u["bad"], u["added"] = 3, 34
		u["problems"] = list{
			object{"row": 17, "column": "price", "detail": "12,5a тоо биш байна", "text": "17-р мөр, price багана: 12,5a тоо биш байна."},
			object{"row": 18, "column": "barcodes", "detail": "865107001009 баркодын хяналтын орон буруу", "text": "18-р мөр, barcodes багана: 865107001009 баркодын хяналтын орон буруу."},
			object{"row": 240, "column": "name", "detail": "1 – 200 тэмдэгт хэрэгтэй", "text": "240-р мөр, name багана: 1 – 200 тэмдэгт хэрэгтэй."},
		}
	}
	return u
}

func owners() []Scene {
	work := func(state string, done int) change {
		job := object{"id": "4019", "kind": "goods.import", "name": "baraa-2026-11.xlsx", "done": done, "total": 184320, "state": state, "result": nil}
		switch state {
		case "done":
			job["result"] = object{"rows": 1250, "added": 37, "changed": 112, "unchanged": 1101}
		case "failed":
			job["fault"] = fault.New(fault.CatalogBusy, "dir", "data")
		}
		return set("work", list{job})
	}
	sick := []change{noPaper,
		device("drawer", object{"state": "attention", "fault": fault.New(fault.PrinterPaper)}),
		device("baaz", object{"state": "attention", "code": "baaz.waiting", "text": "БААЗ-ыг хүлээж байна.", "hint": "Борлуулалт үргэлжилнэ."}),
		device("clock", object{"state": "fault", "fault": fault.New(fault.ClockNotSet)}),
		device("scanner", object{"state": "none", "name": ""})}
	return []Scene{
		{Name: "owner-goods", At: "owner/goods", State: state()},
		{Name: "owner-good-central", At: "owner/goods", State: state(in("till", object{"central": true})), Do: "write сүү; wait good-row; press Enter; wait good-name"},
		{Name: "owner-goods-central", At: "owner/goods", State: state(in("till", object{"central": true})), Do: "wait central"},
		{Name: "owner-goods-found", At: "owner/goods", State: state(), Do: "write сүү; wait good-row"},
		{Name: "owner-good", At: "owner/goods", State: state(), Do: "write сүү; wait good-row; tap good-row code=1001; wait good-name"},
		{Name: "owner-good-resumed", At: "owner/goods", State: state(), Do: "write сүү; wait good-row; tap good-row code=1001; wait good-name; write Сүү АПУ 2.5 % 1 л; press Escape; wait good-row; tap good-row code=1001; wait resumed"},
		{Name: "owner-goods-unclassed", At: "owner/goods", State: state(), Do: "wait goods-text; press F8; wait unclassed"},
		{Name: "owner-goods-none", At: "owner/goods", State: state(in("till", object{"goods": 0})), Answers: map[string]any{"/api/goods": object{"goods": list{}, "count": 0}}},
		{Name: "owner-import", At: "owner/import", State: state(elsewhere)},
		{Name: "owner-import-sticks", At: "owner/import", State: state(), Do: "wait import-stick-file"},
		{Name: "owner-import-no-stick", At: "owner/import", State: state(), Answers: map[string]any{"/api/box/files": object{"files": list{}}}, Do: "wait import-none"},
		{Name: "owner-import-preview", At: "owner/import", State: state(elsewhere), Answers: map[string]any{"/api/uploads": upload(false)}, Do: "file import-file; wait import-preview"},
		{Name: "owner-import-errors", At: "owner/import", State: state(elsewhere), Answers: map[string]any{"/api/uploads": upload(true)}, Do: "file import-file; wait import-preview"},
		{Name: "owner-import-running", At: "owner/import", State: state(work("running", 81920))},
		{Name: "owner-import-done", At: "owner/import", State: state(work("done", 184320))},
		{Name: "owner-import-failed", At: "owner/import", State: state(work("failed", 0))},
		{Name: "owner-sellers", At: "owner/sellers", State: state()},
		{Name: "owner-seller", At: "owner/sellers", State: state(), Do: "wait seller-row; tap seller-row code=1; wait seller-name"},
		{Name: "owner-settings", At: "owner/settings", State: state(), Do: "wait setting"},
		{Name: "owner-settings-selling", At: "owner/settings", State: state(), Do: "wait setting; tap setting-group group=selling"},
		{Name: "owner-settings-barcodes", At: "owner/settings", State: state(), Do: "wait setting; tap setting-group group=selling; press F4; write 21; tap row-add-barcode_rules; write 22"},
		{Name: "owner-settings-tax", At: "owner/settings", State: state(), Do: "wait setting; tap setting-group group=tax; press F4; write 2020-01-01"},
		{Name: "owner-settings-people", At: "owner/settings", State: state(), Do: "wait setting; tap setting-group group=people"},
		{Name: "owner-customers", At: "owner/customers", State: state(), Do: "write энх; wait customer-row"},
		{Name: "owner-customer", At: "owner/customers", State: state(), Do: "write энх; wait customer-row; tap customer-row code=C0042; wait customer-name"},
		{Name: "owner-join", At: "owner/join", State: state(single...), Answers: linked("off", "", "", ""), Do: "wait join-standing; write baaz.mn"},
		{Name: "owner-join-asked", At: "owner/join", State: state(single...), Answers: linked("joining", "", "https://baaz.mn", ""), Do: "wait join-standing how=asked"},
		{Name: "owner-join-waiting", At: "owner/join", State: state(single...), Answers: linked("joining", fault.UplinkUnreachable, "https://baaz.mn", ""), Do: "wait join-standing how=waiting"},
		{Name: "owner-join-refused", At: "owner/join", State: state(single...), Answers: linked("stopped", fault.KeyUnknown, "https://baaz.mn", ""), Do: "wait join-standing how=refused; tap board"},
		{Name: "owner-join-replaced", At: "owner/join", State: state(single...), Answers: linked("stopped", fault.BoxReplaced, "https://baaz.mn", "Номин супермаркет"), Do: "wait join-standing how=replaced"},
		{Name: "owner-join-anew", At: "owner/join", State: state(single...), Answers: anew(linked("stopped", fault.BoxReplaced, "https://baaz.mn", "Номин супермаркет")), Do: "wait join-trouble"},
		{Name: "owner-join-drop", At: "owner/join", State: state(single...), Answers: linked("joining", fault.UplinkUnreachable, "https://baaz.mn", ""), Do: "wait join-drop; press F8"},
		{Name: "owner-join-empty", At: "owner/join", State: state(set("unsent", 0)), Answers: linked("online", "", "https://baaz.mn", "Номин супермаркет"), Do: "wait join-standing how=empty"},
		{Name: "owner-join-kept", At: "owner/join", State: state(set("unsent", 132), in("till", object{"central": true})), Do: "wait join-trouble"},
		{Name: "owner-updates", At: "owner/updates", State: state(), Answers: updating("idle", nil), Do: "wait update-version"},
		{Name: "owner-updates-stick", At: "owner/updates", State: state(), Answers: updated(), Do: "wait update-last"},
		{Name: "owner-updates-writing", At: "owner/updates", State: state(), Answers: updating("writing", nil), Do: "wait update-writing"},
		{Name: "owner-updates-ready", At: "owner/updates", State: state(), Answers: updating("ready", nil), Do: "wait save"},
		{Name: "owner-updates-back", At: "owner/updates", State: state(), Answers: updating("idle", outcome("rolled_back", fault.New(fault.UpdateScreen))), Do: "wait update-last"},
		{Name: "devices", At: "devices", State: state()},
		{Name: "devices-sick", At: "devices", State: state(append(sick, set("unsent", 132))...)},
		{Name: "box", At: "owner/box", State: state(), Do: "wait box-network"},
		{Name: "box-written", At: "owner/box", State: state(), Do: "wait box-logs; tap box-logs; wait box-written"},
		{Name: "logs", At: "logs", State: state(), Do: "wait log-line"},
	}
}

// update is how a box's updates stand.
func update(phase string, last any) object {
	u := object{"station": "pc", "slot": "a", "version": 41, "phase": phase, "offered": 0, "done": 0, "total": 0, "last": last, "blocked": list{}, "takes": true}
	switch phase {
	case "writing":
		u["offered"], u["done"], u["total"] = 42, 390_000_000, 620_000_000
	case "ready":
		u["offered"], u["done"], u["total"] = 42, 620_000_000, 620_000_000
	}
	return u
}

// outcome is how the last one went.
func outcome(result string, why *fault.Error) object {
	o := object{"version": 42, "from": 41, "result": result}
	if why != nil {
		o["fault"] = why
	}
	return o
}

// updated is a box that has taken what is on its sticks.
func updated() map[string]any {
	u := update("idle", outcome("confirmed", nil))
	u["slot"], u["version"] = "b", 42
	older := func(version string) *fault.Error {
		return fault.New(fault.UpdateOlder, "version", version, "here", "42")
	}
	return map[string]any{"/api/update": u, "/api/update/seen": u, "/api/update/offers": object{"offers": list{
		object{"device": "sdb1", "file": "posbox/posbox-42.bundle", "size": 312_400_000, "version": 42, "fault": older("42")},
		object{"device": "sdb1", "file": "posbox-40.bundle", "size": 309_000_000, "version": 40, "fault": older("40")},
	}}}
}

// updating is a box with sticks in it.
func updating(phase string, last any) map[string]any {
	older := fault.New(fault.UpdateOlder, "version", "40", "here", "41")
	return map[string]any{"/api/update": update(phase, last), "/api/update/seen": update(phase, last), "/api/update/offers": object{"offers": list{
		object{"device": "sdb1", "file": "posbox/posbox-42.bundle", "size": 312_400_000, "version": 42},
		object{"device": "sdb1", "file": "posbox-40.bundle", "size": 309_000_000, "version": 40, "fault": older},
	}}}
}
