package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"posbox/baaz/web"
	chromium "posbox/web/browser"
)

// fill writes into a form of the page and sends it.
func fill(p *chromium.Page, form string, fields map[string]string) {
	text, _ := json.Marshal(fields) // texts only
	p.Do(`for (const [k, v] of Object.entries(` + string(text) + `)) document.forms["` + form + `"].elements[k].value = v
		document.forms["` + form + `"].requestSubmit()`)
}

// TestPage opens the printed link in a browser, becomes the owner, logs out and in again. The page's own policy lets
// nothing else run.
func TestPage(t *testing.T) {
	if _, err := chromium.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, the page is not tested: ", err)
	}
	c := newCentre(t, t.TempDir()+"/baaz.db")
	secret, err := c.people.FirstLink(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := chromium.Open(t).Blank(t)
	p.Refuses(http.StatusUnauthorized) // nobody is logged in at first
	p.Go(web.LinkURL(c.url, secret))
	p.Until("the link asks for the company", `!document.getElementById("link").hidden && !document.getElementById("company").hidden`)
	fill(p, "link", map[string]string{"company": "<b>Номин</b>", "name": "Болд", "login": "bold", "password": "1234567890"})
	p.Until("a weak password is refused", `document.getElementById("say").textContent.includes("Нууц үг тохирохгүй")`)
	fill(p, "link", map[string]string{"password": password})
	p.Until("the owner is in", `!document.getElementById("inside").hidden && document.getElementById("state").textContent.includes("<b>Номин</b>")`)
	if hash := chromium.Look[string](p, `location.hash`); hash != "" {
		t.Errorf("the used link still stands in the address: %s", hash)
	}
	p.Do(`document.getElementById("logout").click()`)
	p.Until("logged out", `!document.getElementById("login").hidden`)
	fill(p, "login", map[string]string{"login": "bold", "password": "wrong password"})
	p.Until("a wrong password is refused", `document.getElementById("say").textContent.includes("буруу")`)
	fill(p, "login", map[string]string{"login": "bold", "password": password})
	p.Until("logged in", `!document.getElementById("inside").hidden`)
	for path, want := range map[string]int{"/page/start.js": 200, "/page/start.css": 200, "/page/": 404, "/page/nothing": 404, "/page/..%2fpage.go": 404} {
		resp, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}
