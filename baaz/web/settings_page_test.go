package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"posbox/baaz/web"
	"posbox/pos/tax"
	chromium "posbox/web/browser"
)

// TestSettingsRowsPage: a merchant who becomes a payer of city tax on a day says so in a row of the form; a wrong row cannot
// be kept, the till's point follows the right one, its history is told in words, and it can be taken back. No JSON is seen.
func TestSettingsRowsPage(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	p := openPage(t, c)
	owner, me := c.owner()
	home := companyPath(me.Home)
	p.Refuses(401)
	var at web.PointView
	owner.must("POST", home+"/points", web.PointBody{Name: "Төв салбар"}, &at)
	owner.must("POST", home+"/registers/settings", json.RawMessage(`{"changes":[{"code":"company","body":{"values":{"payers":[{"from":"2026-01-01","vat":false,"city_tax":false}]}}}]}`), nil)
	payers := func() (list tax.Payers) {
		t.Helper()
		var a web.SettingsAnswer
		owner.must("GET", fmt.Sprintf("%s/settings?scope=%d.point.%d", home, me.Home, at.Point), nil, &a)
		for _, s := range a.Settings {
			if s.Path == "payers" {
				if err := json.Unmarshal(s.Value, &list); err != nil {
					t.Fatal(err)
				}
			}
		}
		return list
	}
	day := func(row int, day string) {
		p.Do(fmt.Sprintf(`{ const e = document.querySelectorAll("[data-test=row-payers-from]")[%d]; e.focus(); e.value = %q; e.dispatchEvent(new InputEvent("input", {bubbles: true})) }`, row, day))
	}
	open := func() {
		openFirstRow(p, "settings-form")
	}
	logIn(p, c.url, "bold@nomin.mn")
	p.Visit("#/registers/settings", "registers/settings")
	open()
	p.Tap("settings-group", "value", "tax")
	p.Count("row-payers", 1)
	p.Tap("row-add-payers")
	p.Count("row-payers", 2)
	p.Until("the new row's day is typed next", `document.activeElement.dataset.test === "row-payers-from" && document.activeElement.value === ""`)
	p.Shown("row-payers-from-wrong")
	day(1, "2025-07-01") // before the row above
	p.Shown("row-payers-from-wrong")
	p.Until("it cannot be kept", `document.querySelector("[data-test=save]").disabled && document.querySelector("[data-test=rows-wrong]") !== null`)
	p.Do(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", altKey: true, bubbles: true, cancelable: true}))`)
	p.Until("the row stands above now, and has the focus", `(() => { const all = [...document.querySelectorAll("[data-test=row-payers-from]")]; return all.map((e) => e.value).join() === "2025-07-01,2026-01-01" && document.activeElement === all[0] })()`)
	p.Gone("rows-wrong")
	day(1, "2027-01-01")
	p.Do(`document.querySelectorAll("[data-test=row-payers-city_tax]")[1].click()`)
	if text := chromium.Look[string](p, `document.body.innerText`); strings.ContainsAny(text, "{}[]") || strings.Contains(text, "JSON") {
		t.Errorf("an owner sees JSON: %s", text)
	}
	p.Tap("save")
	p.Gone("edit")
	list := payers()
	if got, _ := json.Marshal(list); string(got) != `[{"from":"2025-07-01","vat":false,"city_tax":false},{"from":"2027-01-01","vat":false,"city_tax":true}]` {
		t.Errorf("the till's payers are %s", got)
	}
	if before, after := list.On("2026-12-31", tax.Payer{}), list.On("2027-01-01", tax.Payer{}); before.City || !after.City {
		t.Errorf("the day before %+v, on the day %+v", before, after)
	}
	open()
	p.Tap("history")
	p.Until("the change is told in words", `(() => { const text = document.querySelector("[data-test=past] li ins")?.innerText ?? ""; return text.includes("2027-01-01") && text.includes("НХАТ төлөгч: тийм") && !/[{}\[\]"]/.test(document.querySelector("[data-test=past]").innerText) })()`)
	p.Tap("undo-row")
	p.Gone("edit")
	if got := payers(); len(got) != 1 || got[0].From != "2026-01-01" {
		t.Errorf("taken back: %+v", got)
	}
}

// A settingsForm is the form of a company's settings, with two people at it: one at the screen, one beside it.
type settingsForm struct {
	*chromium.Page
	owner *browser
	home  string
}

// openSettings opens the form with what the company has set.
func openSettings(t *testing.T, values string) *settingsForm {
	t.Helper()
	c := newCentre(t, t.TempDir()+"/baaz.db")
	f := &settingsForm{Page: openPage(t, c)}
	owner, me := c.owner()
	f.owner, f.home = owner, companyPath(me.Home)
	f.Refuses(401)
	f.sets(values)
	logIn(f.Page, c.url, "bold@nomin.mn")
	f.Visit("#/registers/settings", "registers/settings")
	f.open()
	return f
}

func (f *settingsForm) open() {
	openFirstRow(f.Page, "settings-form")
}

// openFirstRow opens the first row of a register by the key Enter, again where the list was drawn anew meanwhile.
func openFirstRow(p *chromium.Page, form string) {
	p.Shown("grid-row")
	p.Until(form+" is open", `(() => {
		if (document.querySelector(`+chromium.Hold(form)+`)) return true;
		const grid = document.querySelector("[data-test=grid]");
		grid?.focus();
		grid?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
		return false;
	})()`)
}

// sets is what the other person does.
func (f *settingsForm) sets(values string) {
	f.owner.must("POST", f.home+"/registers/settings", json.RawMessage(`{"changes":[{"code":"company","body":{"values":`+values+`}}]}`), nil)
}

// stored is what the company has set.
func (f *settingsForm) stored(path string) string {
	var a web.SettingsAnswer
	f.owner.must("GET", f.home+"/settings?code=company", nil, &a)
	for _, s := range a.Settings {
		if s.Path == path {
			return string(s.Value)
		}
	}
	return ""
}

// day types the day of a row of payers.
func (f *settingsForm) day(row int, day string) {
	f.Do(fmt.Sprintf(`{ const e = document.querySelectorAll("[data-test=row-payers-from]")[%d]; e.focus(); e.value = %q; e.dispatchEvent(new InputEvent("input", {bubbles: true})) }`, row, day))
}

func (f *settingsForm) days(what, days string) {
	f.Until(what, fmt.Sprintf(`[...document.querySelectorAll("[data-test=row-payers-from]")].map((e) => e.value).join() === %q`, days))
}

// TestSettingsConflictPage: whoever takes what another has saved meanwhile sees it, and goes on from it. Rows in which something
// is wrong stay while the history is read, and are not saved by "mine" either.
func TestSettingsConflictPage(t *testing.T) {
	const first = `{"from":"2026-01-01","vat":true,"city_tax":false}`
	f := openSettings(t, `{"payers":[`+first+`]}`)
	f.Tap("settings-group", "value", "tax")
	f.Count("row-payers", 1)
	f.Tap("row-add-payers")
	f.Count("row-payers", 2)
	f.Tap("history")
	f.Shown("past")
	f.Tap("history")
	f.Count("row-payers", 2)
	f.Until("what is wrong still is", `document.querySelector("[data-test=save]").disabled && document.querySelector("[data-test=rows-wrong]") !== null`)
	f.day(1, "2027-01-01")
	f.Gone("rows-wrong")
	f.sets(`{"payers":[` + first + `,{"from":"2026-06-01","vat":false,"city_tax":false}]}`)
	f.Refuses(401, 409)
	f.Tap("save")
	f.Shown("conflict")
	f.day(1, "2025-01-01")
	f.Until("a wrong row is not saved over theirs", `document.querySelector("[data-test=conflict-mine]").disabled`)
	f.Tap("conflict-theirs")
	f.Gone("conflict")
	f.Shown("settings-form")
	f.Tap("settings-group", "value", "tax")
	f.days("theirs are seen", "2026-01-01,2026-06-01")
	f.Tap("row-add-payers")
	f.Count("row-payers", 3)
	f.day(2, "2028-01-01")
	f.Tap("save")
	f.Gone("edit")
	if got, want := f.stored("payers"), `[`+first+`,{"from":"2026-06-01","vat":false,"city_tax":false},{"from":"2028-01-01","vat":false,"city_tax":false}]`; got != want {
		t.Errorf("stored are %s, want %s", got, want)
	}
}

// TestSettingsHistoryPage: whatever a change of settings changed is told, though its words or its number of rows stay the same.
func TestSettingsHistoryPage(t *testing.T) {
	rule := func(prefix string) string {
		return `{"prefix":"` + prefix + `","kind":"weight","item_digits":5,"value_digits":5,"decimals":3,"price_check":false}`
	}
	f := openSettings(t, `{"payers":[],"fiscal":{"posapi":""},"barcode_rules":[`+rule("20")+`,`+rule("21")+`],"later":[{"a":1,"b":2}]}`)
	f.Tap("save-cancel")
	f.sets(`{"barcode_rules":[` + rule("21") + `,` + rule("20") + `],"later":[{"b":2,"a":3}]}`)
	f.Reload() // waits for the new page: the old one would still have opened its form
	f.open()
	f.Tap("history")
	f.Shown("past")
	lines := func() []string {
		return chromium.Look[[]string](f.Page, `[...document.querySelector("[data-test=past] li").querySelectorAll(".changes li")].map((e) => e.querySelector("del").innerText + " → " + e.querySelector("ins").innerText)`)
	}
	f.Until("all four are told", `document.querySelector("[data-test=past] li").querySelectorAll(".changes li").length === 4`)
	all := strings.Join(lines(), "\n")
	for _, want := range []string{"хоосон → энд заагаагүй", `{"a":1,"b":2} → {"b":2,"a":3}`} {
		if !strings.Contains(all, want) {
			t.Errorf("the history does not say %q:\n%s", want, all)
		}
	}
	if strings.Count(all, "хоосон → энд заагаагүй") != 2 {
		t.Errorf("payers and fiscal.posapi were both taken out:\n%s", all)
	}
	for _, line := range lines() {
		if from, to, _ := strings.Cut(line, " → "); from == to {
			t.Errorf("a change is told as none: %s", line)
		}
	}
	if !strings.Contains(all, "Угтвар: 20") || strings.Index(all, "Угтвар: 20") > strings.Index(all, "Угтвар: 21") {
		t.Errorf("the order of layouts is not told:\n%s", all)
	}
}
