package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"posbox/table"
	chromium "posbox/web/browser"
)

// workbook writes a table of texts as Excel does.
func workbook(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	columns := make([]table.Column, len(rows[0]))
	for i, title := range rows[0] {
		columns[i] = table.Column{Title: title, Width: 12}
	}
	out, err := table.New(&b, table.XLSX, "Бараа", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if err := out.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// keysToGrid has what is typed come to the list, once it is there.
func keysToGrid(p *chromium.Page) {
	p.Until("the list has the keys", `(() => {
		const grid = document.querySelector("[data-test=grid]");
		grid?.focus();
		return grid !== null && document.activeElement === grid;
	})()`)
}

// selectCell has what is typed come in place of what stands in the open cell.
func selectCell(p *chromium.Page) {
	p.Until("the cell has the focus", `(() => {
		const input = document.querySelector("[data-test=grid-input]");
		if (input === null || input !== document.activeElement) return false;
		input.select();
		return true;
	})()`)
}

// TestRegistersPage goes through what a shop does with its goods: a workbook with a wrong row is looked at before anything is
// done, a price is changed in place and taken back, and where somebody else has changed a row meanwhile one is asked.
func TestRegistersPage(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	p := openPage(t, c)
	owner, me := c.owner()
	home := companyPath(me.Home)
	p.Refuses(http.StatusUnauthorized, http.StatusConflict)
	logIn(p, c.url, "bold@nomin.mn")
	p.Visit("#/registers/goods", "registers/goods")
	p.Shown("none")
	if n := chromium.Look[int](p, `document.querySelectorAll("[data-test=grid] .is-coming").length`); n != 0 {
		t.Errorf("%d rows seem to come where there are none", n)
	}
	p.Tap("none-add")
	p.Until("one may type at once", `document.activeElement.dataset.test === "field-code"`)
	p.Tap("dialog-close")
	p.Gone("edit")
	p.Tap("none-import")
	p.FileBytes("import-file", "бараа.xlsx", workbook(t, []string{"code", "name", "price"}, []string{"1001", "Сүү", "3000"}, []string{"1002", "Талх", "арван мянга"}, []string{"1003", "Цай", "4500"}))
	p.Shown("lines-refused")
	p.Until("the wrong row is named", `/Мөр 3:|3-р мөр|3/.test(document.querySelector("[data-test=lines]").innerText) && document.querySelector("[data-test=lines]").innerText.includes("арван мянга")`)
	if n := chromium.Look[int](p, `document.querySelector("[data-test=lines]").innerText.match(/Мөр 3|3-р мөр|row 3/gi)?.length ?? 0`); n != 1 {
		t.Errorf("the wrong row is named %d times", n)
	}
	p.Tap("lines-added")
	p.Until("what is new is shown with its price", `document.querySelector("[data-test=lines]").innerText.replace(/\s/g, "").includes("3000₮")`)
	p.Tap("lines-refused")
	if off := chromium.Look[bool](p, `document.querySelector("[data-test=import-do]").disabled`); !off {
		t.Error("a file with a wrong row can be taken in without a word")
	}
	if n := goodsThere(owner, home); n != 0 {
		t.Errorf("looking at a file made %d goods", n)
	}
	p.Until("the wrong row is left out", `(() => { document.querySelector("[data-test=import-leave]").click(); return true; })()`)
	p.Tap("import-do")
	p.Shown("import-done")
	p.Tap("import-close")
	p.Count("grid-row", 2)

	keysToGrid(p)
	p.Press("ArrowRight")
	p.Press("F2")
	selectCell(p)
	p.Write("3500")
	p.Press("Enter")
	p.Until("the new price is there", `document.querySelector("[data-test=grid]").innerText.replace(/\s/g, "").includes("3500₮")`)
	p.Tap("undo")
	p.Until("the old price is back", `document.querySelector("[data-test=grid]").innerText.replace(/\s/g, "").includes("3000₮")`)
	keysToGrid(p)
	p.Press("F2")
	selectCell(p)
	p.Write("3600")
	p.Tap("filter") // whoever touches something else means what was typed
	p.Until("the new price is there", `document.querySelector("[data-test=grid]").innerText.replace(/\s/g, "").includes("3600₮")`)
	p.Tap("undo")
	p.Until("the old price is back", `document.querySelector("[data-test=grid]").innerText.replace(/\s/g, "").includes("3000₮")`)

	openFirstRow(p, "field-name")
	owner.must("POST", home+"/registers/goods", json.RawMessage(`{"changes":[{"code":"1001","merge":true,"body":{"name":"Сүү (өөр хүн)"}}]}`), nil)
	typeInto(p, "field-name", "Сүү (би)")
	p.Tap("save")
	p.Shown("conflict")
	p.Until("both are shown", `document.querySelector("[data-test=conflict]").innerText.includes("Сүү (өөр хүн)") && document.querySelector("[data-test=conflict]").innerText.includes("Сүү (би)")`)
	p.Tap("conflict-mine")
	p.Gone("edit")
	p.Until("mine stays", `document.querySelector("[data-test=grid]").innerText.includes("Сүү (би)")`)
}

func goodsThere(b *browser, home string) int {
	var a struct {
		Total int `json:"total"`
	}
	b.must("GET", home+"/registers/goods?limit=1", nil, &a)
	return a.Total
}
