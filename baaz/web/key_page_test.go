package web_test

import (
	"fmt"
	"testing"

	"posbox/baaz/web"
)

// TestKeyPages: whoever goes from one point's key to another's by the address sees nothing of the first there.
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
	p.Until("the first point's key is there", `(() => { document.querySelector("[data-test=key-make]")?.click(); return document.querySelector("[data-test=key-text]") !== null; })()`)
	p.Do(fmt.Sprintf(`location.hash = "#/tills/key/%d"`, at[1].Point))
	p.Until("the other point's page is there", `(() => { document.querySelector("[data-test=leave-yes]")?.click(); return document.querySelector("h1")?.innerText.includes("Хан-Уул") ?? false; })()`) // the key is told but once: it asks
	p.Shown("key-make")
	p.Gone("key-text")
}
