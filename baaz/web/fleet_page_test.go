package web_test

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/journal"
	chromium "posbox/web/browser"
	"posbox/wire"
)

// manyOff makes tills of a company that have long been off, and others without a box.
func manyOff(t *testing.T, c *centre, off, none int) (boxes []store.BoxID) {
	t.Helper()
	storetest.Writer(t, c.store)(func(tx *store.Tx) error {
		home, err := tx.AddHome(store.CompanyRow{Name: "Номин", World: store.WorldCompany, Created: 1})
		if err != nil {
			return err
		}
		for i := range off + none {
			point, err := tx.AddPoint(home, fmt.Sprintf("Салбар %d", i+1), 1)
			if err != nil {
				return err
			}
			if i >= off {
				continue
			}
			seed := make([]byte, ed25519.SeedSize)
			binary.BigEndian.PutUint64(seed, uint64(i))
			key := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
			if _, err := tx.PutBox(home, key, point, 1, 1); err != nil {
				return err
			}
			if err := tx.TakePoint(home, point, 1, journal.BoxOf(key)); err != nil {
				return err
			}
			boxes = append(boxes, store.BoxID{Company: home, Box: journal.BoxOf(key)})
		}
		return nil
	})
	return boxes
}

// openFleet opens the list of all tills for an operator, on a page that begins with a script.
func openFleet(t *testing.T, c *centre, script string) *chromium.Page {
	t.Helper()
	p := openPage(t, c)
	p.Before(script)
	i, err := c.people.LetOwnerIn(context.Background(), who.Caller{World: who.Operator}, who.Client{}, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	c.browser().use(web.LinkURL(c.url, i.Secret), web.LinkAnswer{Login: "operator", Name: "Оператор"})
	p.Go(c.url)
	p.Stage("login")
	typeInto(p, "login-name", "operator")
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Until("it is in", `!document.querySelector("[data-test=stage][data-page=login]")`)
	p.Visit("#/fleet", "fleet")
	return p
}

// fleetRows is true where the list of tills has so many.
func fleetRows(n int) string {
	return fmt.Sprintf(`document.querySelector("[data-test=fleet]")?.getAttribute("aria-rowcount") === "%d"`, n+1)
}

// comeBack lets boxes be heard of.
func comeBack(t *testing.T, c *centre, boxes []store.BoxID) {
	t.Helper()
	storetest.Writer(t, c.store)(func(tx *store.Tx) error {
		for _, who := range boxes {
			if err := tx.PutHeartbeat(who, store.Heartbeat{Heard: time.Now().UnixMicro(), Said: wire.Heartbeat{Version: "7"}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestFleetPage: tills come back while an operator goes through the list of all: each stands there once, on whichever page it was
// read.
func TestFleetPage(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	boxes := manyOff(t, c, 60, 70)
	p := openFleet(t, c, "")
	p.Until("a page is there", fleetRows(100))
	comeBack(t, c, boxes[:10])
	p.Do(`const grid = document.querySelector("[data-test=fleet]"); window.most = 0;
		new MutationObserver(() => { window.most = Math.max(window.most, Number(grid.getAttribute("aria-rowcount"))); }).observe(grid, { attributes: true });`)
	p.Until("130 tills are there, each once", `(() => { document.querySelector("[data-test=fleet]").scrollTop = 1e6; return `+fleetRows(130)+`; })()`)
	if most := chromium.Look[int](p, `window.most`); most != 131 { // the list that is read again now and then would hide it
		t.Errorf("130 tills and the head were %d rows", most)
	}
}

// TestFleetAgain: a list of more than an answer holds is read again. Tills that have come to its beginning push others out of
// the first answer; those stay in the list. A request that is never answered does not end that. What the page does every so often it does here sooner.
func TestFleetAgain(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	boxes := manyOff(t, c, 1040, 0)
	p := openFleet(t, c, `const real = setInterval; window.setInterval = (f, ms) => real(f, ms / 20);`)
	p.Until("a page is there", fleetRows(100))
	p.Until("1040 tills are there", `(() => { document.querySelector("[data-test=fleet]").scrollTop = 1e6; return `+fleetRows(1040)+`; })()`)
	first := func(standing string) string {
		return `(() => { document.querySelector("[data-test=fleet]").scrollTop = 0; return document.querySelector("[data-test=fleet] [aria-rowindex='2']")?.innerText.includes("` + standing + `") ?? false; })()`
	}
	p.Until("the first is off", first("Унтраалттай"))
	p.Do(`const real = window.fetch; window.hung = 0;
		window.fetch = (path, init) => {
			if (window.hung || !String(path).startsWith("/api/boxes")) return real(path, init);
			window.hung++;
			return new Promise((_, no) => init.signal?.addEventListener("abort", () => { window.hung++; no(init.signal.reason); }));
		};`)
	p.Until("a request hangs", `window.hung > 0`)
	p.Until("it is given up", `window.hung === 2`)
	comeBack(t, c, boxes[1020:])
	p.Until("those that came back are the first", first("Холбоотой"))
	if n := chromium.Look[string](p, `document.querySelector("[data-test=fleet]").getAttribute("aria-rowcount")`); n != "1041" {
		t.Errorf("1040 tills and the head are %s rows", n)
	}
}
