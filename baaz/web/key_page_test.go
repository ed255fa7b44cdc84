package web_test

import (
	"fmt"
	"testing"

	"posbox/baaz/web"
)

// TestKeyPages: whoever goes from one point's key to another's by the address sees nothing of the first there, and can make the
// other's key.
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
	p.Tap("key-make")
	p.Shown("key-text")
	p.Do(fmt.Sprintf(`location.hash = "#/tills/key/%d"`, at[1].Point))
	p.Shown("leaving") // the first key is told but once
	p.Tap("leave-yes")
	p.Until("the other point's page is there", `document.querySelector("h1")?.innerText.includes("Хан-Уул")`)
	p.Shown("key-make")
	p.Gone("key-text")
	p.Tap("key-make")
	p.Shown("key-text")
}
