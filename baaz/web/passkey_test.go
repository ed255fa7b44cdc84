package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
	chromium "posbox/web/browser"
)

// openPage opens BAAZ's app, as what one types: the name localhost is as good as TLS to a browser.
func openPage(t *testing.T, c *centre) *chromium.Page {
	t.Helper()
	if _, err := chromium.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, the page is not tested: ", err)
	}
	c.url = strings.Replace(c.url, "127.0.0.1", "localhost", 1)
	p := chromium.Open(t).Blank(t)
	p.Size(1366, 768)
	p.Refuses(http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
	return p
}

// logIn logs in by password.
func logIn(p *chromium.Page, url, login string) {
	p.Go(url)
	p.Stage("login")
	typeInto(p, "login-name", login)
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Stage("reports")
}

// TestPasskeys makes a passkey in the account, names it, comes in by it and only by it once, goes on by it where a session
// ends in the middle of typing, and stays outside once it is removed.
func TestPasskeys(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	owner, me := c.owner()
	home := companyPath(me.Home)
	owner.must("POST", home+"/registers/goods", json.RawMessage(`{"changes":[{"code":"1001","body":{"name":"Сүү","unit":"ш","prices":[{"amount":"3000"}]}}]}`), nil)
	p := openPage(t, c)
	holder := p.Authenticator()
	logIn(p, c.url, "bold@nomin.mn")

	p.Visit("#/account", "account")
	p.Shown("session")
	p.Settle()
	p.Tap("passkey-add")
	typeInto(p, "passkey-password", "not the password")
	p.Tap("passkey-make")
	p.Shown("wrong", "code", "login.wrong")
	typeInto(p, "passkey-password", password)
	p.Tap("passkey-make")
	p.Gone("passkey-new")
	p.Count("passkey", 1)
	p.Tap("passkey-rename")
	typeInto(p, "passkey-name", "Ажлын утас")
	p.Tap("passkey-rename-do")
	p.Gone("passkey-naming")
	p.Until("the passkey is called otherwise", `document.querySelector("[data-test=passkey]").innerText.includes("Ажлын утас")`)

	p.Tap("logout")
	p.Stage("login")
	holder.Knows(false)
	p.Tap("login-passkey")
	p.Shown("wrong", "code", "passkey.stopped")
	holder.Knows(true)
	p.Tap("login-passkey")
	p.Stage("reports")

	// The same answer a second time lets nobody in.
	twice := chromium.Look[[]float64](p, `(async () => {
		const send = (path, body) => fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: body && JSON.stringify(body)});
		const c = await (await send("/api/login/passkey/begin")).json();
		const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(c.options);
		const credential = (await navigator.credentials.get({publicKey})).toJSON();
		const first = (await send("/api/login/passkey", {ceremony: c.ceremony, credential})).status;
		const second = (await send("/api/login/passkey", {ceremony: c.ceremony, credential})).status;
		const other = await (await send("/api/login/passkey/begin")).json();
		return [first, second, (await send("/api/login/passkey", {ceremony: other.ceremony, credential})).status, (await send("/api/login/passkey", {ceremony: c.ceremony.slice(0, -2) + "AA", credential})).status];
	})()`)
	for i, want := range []float64{200, 403, 403, 403} {
		if i >= len(twice) || twice[i] != want {
			t.Errorf("an answer once, again, to another question, to a forged one: %v", twice)
		}
	}

	p.Visit("#/registers/goods", "registers/goods")
	openFirstRow(p, "field-name")
	typeInto(p, "field-name", "Сүү АПУ 1 л")
	endSessions(c)
	p.Tap("save")
	p.Shown("expired")
	if kept := chromium.Look[string](p, `document.querySelector('[data-test=field-name]').value`); kept != "Сүү АПУ 1 л" {
		t.Errorf("what was typed is %q once the session has ended", kept)
	}
	p.Until("it is asked for once more", `(() => { document.querySelector('[data-test=expired] [data-test=login-passkey]').click(); return true; })()`)
	p.Gone("expired")
	p.Gone("edit")
	p.Until("what was typed is saved", `document.body.innerText.includes("Сүү АПУ 1 л")`)

	p.Visit("#/account", "account")
	p.Shown("session")
	p.Settle()
	p.Tap("passkey-drop")
	p.Tap("sure-yes")
	p.Gone("passkey")
	p.Tap("logout")
	p.Stage("login")
	p.Tap("login-passkey")
	p.Shown("wrong", "code", "passkey.unknown")
}

// endSessions ends all of the owner's sessions but for its own, behind the page's back.
func endSessions(c *centre) {
	other := c.browser()
	other.must("POST", "/api/login", web.LoginBody{Login: "bold@nomin.mn", Password: password}, nil)
	var list web.SessionsAnswer
	other.must("GET", "/api/me/sessions", nil, &list)
	for _, s := range list.Sessions {
		if !s.Own {
			other.must("DELETE", "/api/me/sessions/"+s.Session, nil, nil)
		}
	}
}

// TestPasskeyHostile: what is no answer of an authenticator, and places where no passkey can be.
func TestPasskeyHostile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		c.owner()
		stranger := c.browser()
		if status, code := stranger.ask("POST", "/api/login/passkey/begin", nil, nil); status != 422 || code != fault.PasskeyPlace {
			t.Errorf("a passkey for an address without a name: %d %s", status, code)
		}
		server := web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Public: "https://baaz.example.mn", StrangerRate: 1e6, PersonRate: 1e6})
		begin := post(server, "/api/login/passkey/begin", "")
		var asked struct {
			Ceremony string          `json:"ceremony"`
			Options  json.RawMessage `json:"options"`
		}
		if err := json.Unmarshal([]byte(begin), &asked); err != nil || !strings.Contains(string(asked.Options), `"rpId":"baaz.example.mn"`) || !strings.Contains(string(asked.Options), `"userVerification":"required"`) {
			t.Fatal(begin, err)
		}
		for _, body := range []string{`{"ceremony":"","credential":{}}`, `{"ceremony":"` + asked.Ceremony + `","credential":null}`, `{"ceremony":"` + asked.Ceremony + `","credential":{"id":"x"}}`,
			`{"ceremony":"` + asked.Ceremony + `","credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"authenticatorData":"AAAA","clientDataJSON":"e30","signature":"AAAA","userHandle":"AAAA"}}}`} {
			if said := post(server, "/api/login/passkey", body); !strings.Contains(said, string(fault.PasskeyRefused)) {
				t.Errorf("%s: %s", body, said)
			}
		}
	})
}

// post asks a server for what it says to a body.
func post(h http.Handler, path, body string) string {
	req, _ := http.NewRequestWithContext(context.Background(), "POST", "https://baaz.example.mn"+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.RemoteAddr = "192.0.2.1:1"
	w := &recorded{header: http.Header{}}
	h.ServeHTTP(w, req)
	return w.body.String()
}

type recorded struct {
	header http.Header
	body   strings.Builder
}

func (r *recorded) Header() http.Header         { return r.header }
func (r *recorded) Write(b []byte) (int, error) { return r.body.Write(b) }
func (r *recorded) WriteHeader(int)             {}
