// Package office is one table of situations that BAAZ's web app can be in, and a small server that says to the app what
// BAAZ would say in each.
//
// Pictures and the tests of layout and accessibility (web/shots) go through the table. A test in baaz/web decodes every
// answer strictly into the API's own types: what BAAZ no longer says, or says in addition, fails there. Each subject's
// scenes stand in a file of their own; All lists the subjects.
package office

import (
	"maps"
	"strconv"
	"strings"

	"posbox/pos/fault"
)

type object = map[string]any

type list = []any

// Scene is one situation.
type Scene struct {
	Name string
	// At is the app's address, "reports/days?from=…" for /#/reports/days?from=…; "link=x" for a one-time link.
	At string
	// Page is the page that must then be on.
	Page string
	// Answers are what is asked and answered, by method and path without its query ("GET /api/me"), over those of every
	// scene. In place of an answer a *fault.Error refuses.
	Answers map[string]any
	// Do is what the person does first: a script of browser.Page.Play.
	Do string
	// Away: BAAZ stops answering once Do is done.
	Away bool
}

// All lists every scene.
func All() []Scene {
	var all []Scene
	for _, group := range [][]Scene{entrances(), reports(), fiscalScenes(), registerScenes(), peopleScenes(), tillScenes()} {
		all = append(all, group...)
	}
	return all
}

// Answer returns what a request is answered in a scene; nil where nothing is.
func (s Scene) Answer(method, path string) any {
	if a, ok := s.Answers[method+" "+path]; ok {
		return a
	}
	return everywhere()[method+" "+path]
}

// Told lists all that a scene answers, by method and path.
func (s Scene) Told() map[string]any {
	all := everywhere()
	maps.Copy(all, s.Answers)
	return all
}

// owner is who is logged in where a scene says nothing else.
var owner = object{"world": "company", "home": 7, "person": 1, "name": "Д. Болормаа", "role": "owner",
	"rights": list{"look", "points", "sales", "register", "change", "tills", "people", "audit"}, "away": list{}}

// company is the address of the company that is looked at.
const company = "/api/companies/7"

func everywhere() map[string]any {
	return map[string]any{
		"GET /api/me": owner,
		"GET /api/companies": object{"companies": list{
			object{"company": 7, "name": "Номин Импекс ХХК", "world": "company", "vendor": 0, "created": "2026-01-05T02:00:00Z"}}},
		"GET " + company:                  object{"company": 7, "name": "Номин Импекс ХХК", "world": "company", "vendor": 0, "created": "2026-01-05T02:00:00Z", "zone": "Asia/Ulaanbaatar"},
		"GET " + company + "/points":      object{"points": points()},
		"GET " + company + "/boxes":       object{"boxes": boxes()},
		"GET " + company + "/reports/now": today(),
	}
}

// pointNames are the company's sales points.
var pointNames = []string{"Төв салбар", "Сансар", "Зайсан хүнсний дэлгүүр", "Яармаг"}

func points() (all list) {
	for i, name := range pointNames {
		all = append(all, object{"point": i + 1, "name": name, "box": boxID(i + 1), "epochs": 1, "next_shift": 40, "key": nil})
	}
	return all
}

func itoa(n int) string { return strconv.Itoa(n) }

func boxID(n int) string { return strings.Repeat("0", 31) + strconv.Itoa(n) }

func boxHash(n int) string { return strings.Repeat("0", 63) + strconv.Itoa(n) }

func boxes() (all list) {
	for i := range pointNames {
		said := object{"heard": "2026-11-28T06:04:00Z", "version": "1.4.0", "system": "20261120", "slot": "a", "trial": false, "started": "2026-11-28T00:02:00Z", "clock": "baaz", "clock_set": true, "ahead": 0,
			"unsent": 0, "records": 0, "shift": true, "disk": object{"free": 20_000_000_000, "total": 30_000_000_000}, "devices": list{}, "trouble": list{}}
		b := object{"box": boxID(i + 1), "point": i + 1, "epoch": 1, "state": "active", "head": 20_000 + i, "hash": strings.Repeat("a", 64), "joined": "2026-01-08T02:00:00Z", "seen": "2026-11-28T06:04:00Z",
			"online": true, "report": said, "quarantine": 0, "problems": 0, "alarms": 0}
		if i == 2 {
			b["online"], b["seen"] = false, "2026-11-28T04:21:00Z"
			said["unsent"], said["oldest"], said["records"] = 34, "2026-11-28T04:22:00Z", 120
		}
		all = append(all, b)
	}
	return all
}

// entrances are the ways in.
func entrances() []Scene {
	nobody := map[string]any{"GET /api/me": fault.New(fault.LoginNeeded)}
	link := func(firm, name, login bool, known string) map[string]any {
		return map[string]any{"POST /api/links/look": object{"first": firm, "needs_firm": firm, "needs_name": name, "needs_login": login, "login": known, "name": "", "company_name": map[bool]string{false: "Номин Импекс ХХК"}[firm]}}
	}
	return []Scene{
		{Name: "login", Page: "login", Answers: nobody},
		{Name: "login-wrong", Page: "login", Answers: map[string]any{"GET /api/me": fault.New(fault.LoginNeeded), "POST /api/login": fault.New(fault.LoginWrong)},
			Do: "tap login-name; write bold; tap login-password; write xx; tap login; wait wrong"},
		{Name: "link-first", At: "link=x", Page: "link", Do: "wait link-company", Answers: link(true, true, true, "")},
		{Name: "link-lost", At: "link=x", Page: "link", Do: "wait link-login", Answers: link(false, false, false, "bold@nomin.mn")},
		{Name: "link-used", At: "link=x", Page: "link", Do: "wait link-wrong", Answers: map[string]any{"POST /api/links/look": fault.New(fault.LinkUnknown)}},
		{Name: "more", At: "more", Page: "more"},
	}
}
