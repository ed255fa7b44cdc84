package office

import (
	"strings"

	"posbox/pos/fault"
)

// device is how a device of a box is; of a code the sentence is BAAZ's own.
func device(kind, state string, f *fault.Error) object {
	d := object{"kind": kind, "state": state}
	if f != nil {
		text, hint := f.Say("mn")
		d["code"], d["text"], d["hint"] = string(f.Code), text, hint
	}
	return d
}

// tillBoxes are boxes in every state that the page of tills tells apart.
func tillBoxes() (all list) {
	all = boxes()
	said := func(i int) object { return all[i].(object)["report"].(object) }
	for i := range all {
		said(i)["devices"] = list{device("printer", "ok", nil), device("drawer", "ok", nil), device("scanner", "ok", nil), device("baaz", "ok", nil), device("clock", "ok", nil), device("disk", "ok", nil), device("scale", "none", nil)}
	}
	paper := fault.New(fault.PrinterPaper)
	said(1)["devices"] = list{device("printer", "fault", paper), device("drawer", "ok", nil), device("scanner", "ok", nil), device("baaz", "ok", nil), device("clock", "ok", nil), device("disk", "attention", fault.New(fault.DiskLow, "free", "420"))}
	said(1)["disk"] = object{"free": 420_000_000, "total": 30_000_000_000}
	said(2)["ahead"] = -4_200
	said(3)["shift"], all[3].(object)["online"] = false, false
	old := object{"box": strings.Repeat("0", 30) + "91", "point": 2, "epoch": 0, "state": "replaced", "head": 48_211, "hash": strings.Repeat("b", 64), "joined": "2025-03-02T02:00:00Z", "seen": "2026-01-08T01:40:00Z",
		"online": false, "report": nil, "quarantine": 0, "problems": 0, "alarms": 0}
	return append(all, old)
}

// tillPoints are the company's points, one that waits for its till and one that nobody has begun.
func tillPoints() list {
	return append(points(),
		object{"point": 5, "name": "Хан-Уул, касс 2", "box": "", "epochs": 0, "next_shift": 1, "key": object{"count": 1, "expires": "2026-12-05T06:00:00Z"}},
		object{"point": 6, "name": "Дархан", "box": "", "epochs": 0, "next_shift": 1, "key": nil})
}

const aKey = "4Q7TX-0BH2M-9KZ3C-YW5RA-8VDEN"

// keyMade is a key as BAAZ tells it; a test of BAAZ's reads the codes that it draws, this one is the picture's alone.
func keyMade() object {
	return object{"key": aKey, "expires": "2026-12-05T06:00:00Z", "baaz": "https://baaz.example.mn", "qr": object{"size": 25, "path": pattern(25)},
		"file": "posbox-key.txt", "text": "posbox key 1\nbaaz https://baaz.example.mn\nkey " + aKey + "\n"}
}

// pattern looks like a code and is none.
func pattern(size int) string {
	var path strings.Builder
	dark := func(x, y int) bool {
		for _, c := range [][2]int{{0, 0}, {size - 7, 0}, {0, size - 7}} {
			if dx, dy := x-c[0], y-c[1]; dx >= 0 && dx < 7 && dy >= 0 && dy < 7 {
				return dx == 0 || dx == 6 || dy == 0 || dy == 6 || dx > 1 && dx < 5 && dy > 1 && dy < 5
			}
		}
		return (x*7+y*13+x*y)%5 < 2
	}
	for y := range size {
		for x := range size {
			if dark(x, y) {
				path.WriteString("M" + itoa(x) + " " + itoa(y) + "h1v1h-1z")
			}
		}
	}
	return path.String()
}

// trouble is one thing that was wrong; ended is empty while it still is.
func trouble(point int, kind, began, ended string, f *fault.Error, size int) object {
	o := object{"box": boxID(point), "point": point, "kind": kind, "code": "", "text": "", "began": began, "ended": nil, "size": size, "since": nil}
	if ended != "" {
		o["ended"] = ended
	}
	if f != nil {
		o["code"], o["text"] = string(f.Code), errorText(f).Text
	}
	if kind == "silent" || kind == "unsent" {
		o["since"] = began
	}
	return o
}

func troubles() list {
	paper := fault.New(fault.PrinterPaper)
	return list{
		trouble(3, "unsent", "2026-11-28T04:52:00Z", "", nil, 34), trouble(3, "silent", "2026-11-28T04:36:00Z", "", nil, 0), trouble(2, "repeat", "2026-11-28T03:41:00Z", "", paper, 3),
		trouble(2, "device", "2026-11-28T03:41:00Z", "", paper, 0), trouble(2, "device", "2026-11-28T01:10:00Z", "2026-11-28T01:14:00Z", paper, 0), trouble(2, "device", "2026-11-27T09:02:00Z", "2026-11-27T09:31:00Z", paper, 0),
		trouble(1, "silent", "2026-11-26T07:15:00Z", "2026-11-26T09:20:00Z", nil, 0), trouble(4, "device", "2026-11-25T02:00:00Z", "2026-11-25T02:01:00Z", fault.New(fault.DrawerOffline), 0),
	}
}

func delivery(event, created, state, outcome string, tries, status int) object {
	d := object{"event": event, "created": created, "state": state, "tries": tries, "status": status, "outcome": outcome, "next": nil, "body": "{}"}
	if state == "waiting" {
		d["next"] = "2026-11-28T06:10:00Z"
	}
	return d
}

func messageAnswers(more map[string]any) map[string]any {
	all := map[string]any{"GET " + company + "/troubles": object{"troubles": troubles()},
		"GET " + company + "/watch":  object{"silent": 15, "resting": false, "unsent": 30, "repeats": 3, "hours": 24},
		"GET " + company + "/alarms": object{"alarms": list{object{"box": boxID(2), "kind": "returned too much", "detail": "", "times": 2, "first": "2026-11-27T05:00:00Z", "last": "2026-11-28T02:00:00Z", "away": nil}}},
		"GET " + company + "/webhooks": object{"webhooks": list{
			object{"webhook": 5, "url": "https://hooks.example.mn/posbox", "made_by": "Д. Болормаа", "created": "2026-11-02T03:00:00Z", "last": delivery("till.silent", "2026-11-28T04:36:00Z", "arrived", "", 1, 204)},
			object{"webhook": 6, "url": "https://erp.example.com/api/events/4f1c0a2b9d", "made_by": "Д. Болормаа", "created": "2026-11-20T03:00:00Z", "last": delivery("till.silent", "2026-11-28T04:36:00Z", "waiting", "refused", 3, 502)}}},
		"GET " + company + "/webhooks/5/deliveries": object{"deliveries": list{delivery("test", "2026-11-28T06:05:00Z", "waiting", "", 0, 0), delivery("till.unsent", "2026-11-28T04:52:00Z", "arrived", "", 2, 204),
			delivery("till.silent", "2026-11-28T04:36:00Z", "waiting", "timeout", 2, 0), delivery("till.fault", "2026-11-20T04:36:00Z", "lost", "name", 13, 0)}},
		"POST " + company + "/webhooks/5/test": object{"done": true}, "POST " + company + "/webhooks/5/secret": object{"webhook": 5, "secret": "3f9a1c0be4d27785a6c1b2f09d4e5a7788c0ffee12345678"}, "POST " + company + "/webhooks": object{"webhook": 7, "secret": "3f9a1c0be4d27785a6c1b2f09d4e5a7788c0ffee12345678"}}
	for n := 1; n <= 4; n++ {
		all["GET "+company+"/boxes/"+boxID(n)+"/logs"] = object{"logs": list{}}
	}
	all["GET "+company+"/boxes/"+boxID(2)+"/logs"] = object{"logs": list{object{"wish": "17", "asked": "2026-11-28T06:03:00Z", "by": "Ч. Ганбат (Тех сервис)", "taken": nil, "size": 0},
		object{"wish": "12", "asked": "2026-11-20T02:00:00Z", "by": "Д. Болормаа", "taken": "2026-11-20T02:00:09Z", "size": 184_211}}}
	for at, a := range more {
		all[at] = a
	}
	return all
}

// vendorAnswers are a technician's of a vendor that looks after three companies.
func vendorAnswers() map[string]any {
	firm := func(id int, name string) object {
		return object{"company": id, "name": name, "world": "company", "vendor": 9, "created": "2026-01-05T02:00:00Z"}
	}
	download := func(station, note string, size int) object {
		return object{"file": station + ".img.zst", "manifest": station + ".img.zst.manifest.json", "station": station, "version": "41", "size": size,
			"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "note": note, "made": "2026-11-20T02:00:00Z"}
	}
	return map[string]any{
		"GET /api/me": object{"world": "vendor", "home": 9, "person": 2, "name": "Ч. Ганбат", "role": "vendor.technician", "rights": list{"look"}, "away": list{"look", "points"}},
		"GET /api/companies": object{"companies": list{object{"company": 9, "name": "Тех сервис ХХК", "world": "vendor", "vendor": 0, "created": "2026-01-05T02:00:00Z"},
			firm(7, "Номин Импекс ХХК"), firm(11, "Сансар захын дэлгүүр"), firm(12, "Эрдэнэт хүнс ХХК")}},
		"GET /api/boxes":     fleet(),
		"GET /api/downloads": object{"downloads": list{download("pc", "No real PC has been tried.", 318_000_000), download("pi", "Not run on hardware.", 402_000_000)}},
	}
}

// fleet is the first page of the tills of three companies, of a vendor that looks after very many more.
func fleet() object {
	tills := list{}
	of := func(company int, name string, points, boxes list) {
		for _, p := range points {
			one := object{"company": company, "name": name, "point": p}
			for _, b := range boxes {
				if b.(object)["box"] == p.(object)["box"] {
					one["box"] = b
				}
			}
			tills = append(tills, one)
		}
	}
	of(7, "Номин Импекс ХХК", tillPoints(), tillBoxes())
	of(11, "Сансар захын дэлгүүр", points()[:1], boxes()[:1])
	of(12, "Эрдэнэт хүнс ХХК", points()[2:3], boxes()[2:3])
	return object{"tills": tills, "next": "", "found": 1000, "states": object{"silent": 214, "revoked": 3, "online": 118402, "off": 9120, "waits": 61, "none": 40},
		"versions": list{object{"version": "41", "count": 101210}, object{"version": "40", "count": 26500}, object{"version": "2026.11.3-rc1", "count": 29}}}
}

func noFleet() map[string]any {
	all := vendorAnswers()
	all["GET /api/boxes"] = object{"tills": list{}, "next": "", "found": 0, "states": object{}, "versions": list{}}
	all["GET /api/downloads"] = object{"downloads": list{}}
	return all
}

func tillScenes() []Scene {
	with := func(more map[string]any) map[string]any {
		all := map[string]any{"GET " + company + "/points": object{"points": tillPoints()}, "GET " + company + "/boxes": object{"boxes": tillBoxes()}}
		for at, a := range messageAnswers(more) {
			all[at] = a
		}
		return all
	}
	cloned := tillBoxes()
	cloned[0].(object)["quarantine"], cloned[0].(object)["alarms"] = 41, 1
	fork := map[string]any{"GET " + company + "/boxes": object{"boxes": cloned},
		"GET " + company + "/boxes/" + boxID(1) + "/fork": object{"records": 41, "sales": 17, "first": "2026-11-28T01:12:00Z", "last": "2026-11-28T05:40:00Z"},
		"GET " + company + "/alarms":                      object{"alarms": list{object{"box": boxID(1), "kind": "fork", "detail": "", "times": 3, "first": "2026-11-28T01:13:00Z", "last": "2026-11-28T05:41:00Z", "away": nil}}}}
	replaced := tillBoxes()
	replaced[len(replaced)-1].(object)["quarantine"] = 12
	before := map[string]any{"GET " + company + "/boxes": object{"boxes": replaced},
		"GET " + company + "/boxes/" + strings.Repeat("0", 30) + "91/fork": object{"records": 12, "sales": 5, "first": "2026-01-07T01:12:00Z", "last": "2026-01-07T05:40:00Z"}}
	key := map[string]any{"POST " + company + "/points/6/keys": keyMade(), "POST " + company + "/points/2/keys": keyMade()}
	return []Scene{
		{Name: "tills", At: "tills", Page: "tills", Do: "wait tills-row", Answers: with(nil)},
		{Name: "tills-none", At: "tills", Page: "tills", Do: "wait no-tills", Answers: map[string]any{"GET " + company + "/points": object{"points": list{}}, "GET " + company + "/boxes": object{"boxes": list{}}}},
		{Name: "till", At: "tills/point/2", Page: "tills/point", Do: "wait till-trouble", Answers: with(nil)},
		{Name: "till-silent", At: "tills/point/3", Page: "tills/point", Do: "wait till-trouble", Answers: with(nil)},
		{Name: "till-revoke", At: "tills/point/1", Page: "tills/point", Do: "wait till-facts; wait till-history; tap till-revoke; wait sure-yes", Answers: with(nil)},
		{Name: "till-fork", At: "tills/point/1", Page: "tills/point", Do: "wait till-fork", Answers: with(fork)},
		{Name: "till-fork-before", At: "tills/point/2", Page: "tills/point", Do: "wait till-fork", Answers: with(before)},
		{Name: "till-fork-sure", At: "tills/point/1", Page: "tills/point", Do: "wait till-facts; wait till-history; wait till-fork; tap fork-count; wait sure-yes", Answers: with(fork)},
		{Name: "messages-fork", At: "tills/messages", Page: "tills/messages", Do: "wait alarm-look", Answers: with(fork)},
		{Name: "messages", At: "tills/messages", Page: "tills/messages", Do: "wait message; wait hook; wait troubles-row", Answers: with(nil)},
		{Name: "messages-none", At: "tills/messages", Page: "tills/messages", Do: "wait no-messages; wait hooks", Answers: map[string]any{"GET " + company + "/troubles": object{"troubles": list{}},
			"GET " + company + "/watch": object{"silent": 0, "resting": false, "unsent": 0, "repeats": 0, "hours": 24}, "GET " + company + "/alarms": object{"alarms": list{}}, "GET " + company + "/webhooks": object{"webhooks": list{}}}},
		{Name: "messages-rules", At: "tills/messages", Page: "tills/messages", Do: "wait message; wait alarms; wait troubles-row; wait rules-now; tap rules-open; wait rules-silent", Answers: with(nil)},
		{Name: "messages-secret", At: "tills/messages", Page: "tills/messages", Do: "wait message; wait alarms; wait rules-now; wait troubles-row; wait hook; tap hook-open; tap hook-url; write https://a.mn/x; tap hook-add; wait hook-secret-text", Answers: with(nil)},
		{Name: "messages-renew", At: "tills/messages", Page: "tills/messages", Do: "wait message; wait alarms; wait rules-now; wait troubles-row; wait hook; tap hook-renew; wait sure-yes", Answers: with(nil)},
		{Name: "messages-log", At: "tills/messages", Page: "tills/messages", Do: "wait message; wait alarms; wait rules-now; wait troubles-row; wait hook; tap hook-test; wait hook-delivery", Answers: with(nil)},
		{Name: "fleet", At: "fleet", Page: "fleet", Do: "wait fleet-row", Answers: vendorAnswers()},
		{Name: "fleet-find", At: "fleet", Page: "fleet", Do: "wait fleet-row; tap fleet-filter; write номин; tap fleet-state value=silent; wait fleet-row", Answers: vendorAnswers()},
		{Name: "fleet-none", At: "fleet", Page: "fleet", Do: "wait no-fleet", Answers: noFleet()},
		{Name: "downloads", At: "downloads", Page: "downloads", Do: "wait download", Answers: vendorAnswers()},
		{Name: "downloads-none", At: "downloads", Page: "downloads", Do: "wait no-downloads", Answers: noFleet()},
		{Name: "point-new", At: "tills/new", Page: "tills/new", Do: "wait point-name"},
		{Name: "key-replace", At: "tills/key/2", Page: "tills/key", Do: "wait key-make", Answers: with(key)},
		{Name: "key", At: "tills/key/6", Page: "tills/key", Do: "wait key-make; tap key-make; wait key-text; wait joining", Answers: with(key)},
	}
}
