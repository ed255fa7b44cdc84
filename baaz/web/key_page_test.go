package web_test

import (
	"fmt"
	"testing"

	"posbox/baaz/web"
)

// TestKeyPages: whoever goes from one point's key to another's by the address sees nothing of the first there, and can make the
// other's key. The first is told but once: from the moment that it is shown the page asks before it lets it go.
func TestKeyPages(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	p := openPage(t, c)
	owner, me := c.owner()
	var at [2]web.PointView
	for i, name := range []string{"Төв салбар", "Хан-Уул"} {
		owner.must("POST", companyPath(me.Home)+"/points", web.PointBody{Name: name}, &at[i])
	}
	logIn(p, c.url, "bold@nomin.mn")
	p.Visit(fmt.Sprintf("#/tills/key/%d", at[0].Point), "tills/key")
	p.Shown("key-make")
	p.Do(fmt.Sprintf(`new MutationObserver((_, seen) => {
			if (!document.querySelector("[data-test=key-text]")) return;
			seen.disconnect();
			location.hash = "#/tills/key/%d";
			dispatchEvent(new HashChangeEvent("hashchange")); // the browser's own comes later
		}).observe(document.body, { childList: true, subtree: true })`, at[1].Point))
	p.Tap("key-make")
	p.Shown("leaving")
	p.Tap("leave-yes")
	p.Until("the other point's page is there", `document.querySelector("h1")?.innerText.includes("Хан-Уул")`)
	p.Shown("key-make")
	p.Gone("key-text")
	p.Tap("key-make")
	p.Shown("key-text")
}
