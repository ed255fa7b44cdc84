package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"posbox/baaz/web"
	chromium "posbox/web/browser"
)

// TestPrinted: a report is printed whole, with all of its columns, over as many sheets as it takes, and its head stands on each
// of them.
func TestPrinted(t *testing.T) {
	if _, err := chromium.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, paper is not tested: ", err)
	}
	s := newShop(t, t.TempDir()+"/baaz.db")
	noon := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	server := httptest.NewServer(web.New(web.Options{Store: s.store, Ingest: s.in, People: s.people, Logger: slog.New(slog.DiscardHandler), StrangerRate: 1e6, PersonRate: 1e6,
		Now: func() time.Time { return noon }}))
	t.Cleanup(server.Close) // after the page, which would complain
	p := chromium.Open(t).Blank(t)
	p.Size(1366, 768)
	p.Refuses(http.StatusUnauthorized, http.StatusNotFound) // nothing is told as it happens here
	p.Go(server.URL)
	p.Stage("login")
	typeInto(p, "login-name", "owner")
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Stage("reports")
	p.Visit("#/sales/days?from=2026-09-01&to=2026-11-30", "sales")
	p.Shown("sums-row")
	p.Do(`window.told = []; addEventListener("beforeprint", () => told.push(document.querySelectorAll("[data-test=sums-row]").length, document.querySelectorAll("[role=columnheader]").length))`)
	p.Do(`matchMedia("print").addEventListener("change", (e) => { if (!e.matches) return;
		const head = document.querySelector(".table-head");
		told.push(getComputedStyle(head).display, getComputedStyle(document.querySelector(".page")).overflowY, head.querySelector("button").getClientRects().length);
	})`)
	all := chromium.Look[int](p, `document.querySelector("[data-test=sums]").ariaRowCount - 1`)
	_, sheets := p.Paper()
	if all < 70 || sheets < 2 {
		t.Errorf("%d days on %d sheets", all, sheets)
	}
	told := chromium.Look[[]any](p, `told`)
	if len(told) < 2 || told[0] != float64(all) || told[1] != float64(7) {
		t.Errorf("of %d days in 7 columns it prints %v", all, told)
	}
	// A head that is no group of its own, or holds a box of a button, does not come again; a page that scrolls is cut.
	if len(told) != 5 || (told[2] != "table-header-group" || told[3] != "visible" || told[4] != float64(0)) {
		t.Errorf("on paper: %v", told)
	}
	// Labels come out by themselves, not the dialog in which they are chosen: it lies over the page, and paper would show a piece.
	p.Visit("#/registers/goods", "registers/goods")
	p.Shown("grid-row")
	p.Tap("choose")
	p.Tap("labels-open")
	p.Shown("bars")
	p.Do(`matchMedia("print").addEventListener("change", (e) => { if (e.matches) window.labels = [document.querySelectorAll("body > .labels .label").length, document.querySelector(".dialog").getClientRects().length] })`)
	p.Paper()
	if labels := chromium.Look[[]int](p, `window.labels`); len(labels) != 2 || labels[0] != 1 || labels[1] != 0 {
		t.Errorf("labels and dialogs on paper: %v", labels)
	}
	p.Count("labels-sheet", 1)
}
