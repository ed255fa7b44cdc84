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

func tillScenes() []Scene {
	with := func(more map[string]any) map[string]any {
		all := map[string]any{"GET " + company + "/points": object{"points": tillPoints()}, "GET " + company + "/boxes": object{"boxes": tillBoxes()}}
		for at, a := range more {
			all[at] = a
		}
		return all
	}
	key := map[string]any{"POST " + company + "/points/6/keys": keyMade(), "POST " + company + "/points/2/keys": keyMade()}
	return []Scene{
		{Name: "tills", At: "tills", Page: "tills", Do: "wait tills-row", Answers: with(nil)},
		{Name: "tills-none", At: "tills", Page: "tills", Do: "wait no-tills", Answers: map[string]any{"GET " + company + "/points": object{"points": list{}}, "GET " + company + "/boxes": object{"boxes": list{}}}},
		{Name: "till", At: "tills/point/2", Page: "tills/point", Do: "wait till-trouble", Answers: with(nil)},
		{Name: "till-silent", At: "tills/point/3", Page: "tills/point", Do: "wait till-trouble", Answers: with(nil)},
		{Name: "till-revoke", At: "tills/point/1", Page: "tills/point", Do: "wait till-facts; tap till-revoke; wait sure-yes", Answers: with(nil)},
		{Name: "point-new", At: "tills/new", Page: "tills/new", Do: "wait point-name"},
		{Name: "key-replace", At: "tills/key/2", Page: "tills/key", Do: "wait key-make", Answers: with(key)},
		{Name: "key", At: "tills/key/6", Page: "tills/key", Do: "wait key-make; tap key-make; wait key-text; wait joining", Answers: with(key)},
	}
}
