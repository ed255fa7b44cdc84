package ui_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"posbox/pos/fault"
	"posbox/ui"
)

func cookie(value string) change {
	return func(q *http.Request) {
		noToken(q)
		q.AddCookie(&http.Cookie{Name: "posbox_till", Value: value})
	}
}

func host(name string) change { return func(q *http.Request) { q.Host = name } }

// Without the token only health and the document answer; the query carries it to pages only.
func TestToken(t *testing.T) {
	r := newRig(t).checked()
	for _, op := range ui.Routes() {
		method, path, _ := strings.Cut(op, " ")
		path = strings.NewReplacer("/returns/{bill}", "/returns/2026-11-23-1-0002", "/customers/{code}", "/customers/C1", "{bill}", "x", "{shift}", "1", "/businesses/{number}", "/businesses/1234567", "{number}", "1", "{code}", "1", "{page}", "p").Replace(path)
		open := path == "/api/health" || path == "/api/openapi.json"
		for name, c := range map[string]change{
			"no token": noToken, "wrong token": header("Authorization", "Bearer "+strings.Repeat("0", len(token))),
			"empty token": header("Authorization", "Bearer "), "half a token": header("Authorization", "Bearer "+token[:16]),
			"another scheme": header("Authorization", "Basic "+token), "no scheme": header("Authorization", token),
			"wrong cookie": cookie("x"), "empty cookie": cookie(""),
			"wrong header, right cookie": func(q *http.Request) { cookie(token)(q); q.Header.Set("Authorization", "Bearer x") },
		} {
			a := r.send(method, path, "", c)
			if ok := a.StatusCode == http.StatusOK; ok != open || !open && (a.StatusCode != 401 || a.code() != fault.AuthMissing || a.Header.Get("WWW-Authenticate") == "") {
				t.Errorf("%s with %s: %s %s", op, name, a.Status, a.body)
			}
		}
		if path == "/" {
			continue
		}
		if a := r.send(method, path+"?token="+token, "", noToken); !open && a.StatusCode != 401 {
			t.Errorf("%s with the token in its query: %s", op, a.Status)
		}
	}
	for name, c := range map[string]change{
		"header": func(*http.Request) {}, "header, small letters": header("Authorization", "bearer "+token), "cookie": cookie(token),
		"a second cookie": func(q *http.Request) { cookie("of another till")(q); cookie(token)(q) },
	} {
		if a := r.get("/api/state", c); a.StatusCode != 200 {
			t.Errorf("right token as %s: %s", name, a.Status)
		}
	}
	for _, path := range []string{"/api/nothing", "/js/app.js", "/nothing", "/?token=wrong", "/?token="} {
		if a := r.get(path, noToken); a.StatusCode != 401 {
			t.Errorf("%s without a token: %s", path, a.Status)
		}
	}
	if strings.Contains(r.log.String(), token) {
		t.Error("the token is in the log")
	}
}

func TestCookie(t *testing.T) {
	r := newRig(t).checked()
	a := r.get("/?token="+token, noToken)
	set := a.Cookies()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" || len(set) != 1 {
		t.Fatalf("%s %s %v", a.Status, a.Header.Get("Location"), set)
	}
	if c := set[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Value != token {
		t.Errorf("cookie %+v", c)
	}
	if a := r.get("/", cookie(set[0].Value)); a.StatusCode != 200 || !strings.HasPrefix(string(a.body), "<!doctype") {
		t.Errorf("page with the cookie: %s %s", a.Status, a.body)
	}
	for _, path := range []string{"/js/app.js?token=" + token, "/nothing?token=" + token} {
		if a := r.get(path, noToken); a.StatusCode != 401 || len(a.Cookies()) > 0 {
			t.Errorf("%s: %s %v", path, a.Status, a.Cookies())
		}
	}
	if a := r.send("POST", "/?token="+token, "", noToken); a.StatusCode != 405 || len(a.Cookies()) > 0 {
		t.Errorf("POST: %s", a.Status)
	}
}

func TestHostAndOrigin(t *testing.T) {
	r := newRig(t).checked()
	own := strings.TrimPrefix(r.http.URL, "http://")
	_, port, _ := net.SplitHostPort(own)
	origin := func(o string) change { return header("Origin", o) }
	site := func(s, mode, dest string) change {
		return func(q *http.Request) {
			q.Header.Set("Sec-Fetch-Site", s)
			q.Header.Set("Sec-Fetch-Mode", mode)
			q.Header.Set("Sec-Fetch-Dest", dest)
		}
	}
	for _, c := range []struct {
		name string
		ok   bool
		path string
		c    change
	}{
		{"own name", true, "", host(own)}, {"localhost", true, "", host("localhost:" + port)}, {"LOCALHOST", true, "", host("LOCALHOST")},
		{"IPv6", true, "", host("[::1]:" + port)}, {"IPv6 without a port", true, "", host("[::1]")}, {"another loopback", true, "", host("127.9.9.9")},
		{"rebound name", false, "", host("evil.example:" + port)}, {"name that begins well", false, "", host("localhost.evil.example")},
		{"address that begins well", false, "", host("127.0.0.1.evil.example")}, {"LAN", false, "", host("192.168.1.7:" + port)},
		{"any address", false, "", host("0.0.0.0:" + port)}, {"user in front", false, "", host("localhost@evil.example")},
		{"rebound, health", false, "/api/health", host("evil.example")}, {"rebound, page", false, "/", host("evil.example")},
		{"own origin", true, "", origin(r.http.URL)}, {"foreign", false, "", origin("http://evil.example")}, {"null", false, "", origin("null")},
		{"another port", false, "", origin("http://127.0.0.1:1")}, {"another scheme", false, "", origin("https://" + own)},
		{"another name of loopback", false, "", origin("http://localhost:" + port)}, {"longer", false, "", origin(r.http.URL + ".evil.example")},
		{"two origins", false, "", func(q *http.Request) { q.Header["Origin"] = []string{r.http.URL, "http://evil.example"} }},
		{"foreign, health", false, "/api/health", origin("http://evil.example")},
		{"same-origin", true, "", site("same-origin", "cors", "empty")}, {"typed by hand", true, "", site("none", "navigate", "document")},
		{"cross-site", false, "", site("cross-site", "cors", "empty")}, {"same-site", false, "", site("same-site", "no-cors", "image")},
		{"unknown site", false, "", site("else", "cors", "empty")}, {"link to the API", false, "", site("cross-site", "navigate", "document")},
		{"link to a page", true, "/", site("cross-site", "navigate", "document")}, {"frame of a page", false, "/", site("cross-site", "navigate", "iframe")},
		{"script of ours elsewhere", false, "/js/app.js", site("cross-site", "no-cors", "script")},
	} {
		if c.path == "" {
			c.path = "/api/state"
		}
		a := r.get(c.path, c.c)
		if c.ok && a.StatusCode != 200 || !c.ok && (a.StatusCode != 403 || a.code() != fault.AuthOrigin) {
			t.Errorf("%s: %s %s", c.name, a.Status, a.body)
		}
	}
	body := command("seller.logout", nil)
	for name, c := range map[string]change{"form elsewhere": site("cross-site", "navigate", "document"), "foreign origin": origin("http://evil.example")} {
		if a := r.send("POST", "/api/commands", body, c, cookie(token)); a.StatusCode != 403 {
			t.Errorf("command by a %s: %s", name, a.Status)
		}
	}
	if seq := r.engine.View().Seq; seq != 1 {
		t.Errorf("a foreign page did something: sequence %d", seq)
	}
	for h, want := range map[string]bool{"": false, "::1": true, "[::1": true, "127.0.0.1:80:80": false, "localhost:": true, "::ffff:127.0.0.1": true, "2130706433": false} {
		if ui.LoopbackHost(h) != want {
			t.Errorf("host %q: %v", h, !want)
		}
	}
}

// Every known address refuses other methods and names those it takes; HEAD is GET without a body.
func TestMethods(t *testing.T) {
	r := newRig(t).checked().opened()
	r.do("line.scan", fields{"code": "1"})
	r.do("pay", fields{"tenders": cash("100")})
	r.do("return.begin", fields{"code": "1"})
	r.do("pay", fields{"reason": "x"})
	for _, op := range ui.Routes() {
		takes, pattern, _ := strings.Cut(op, " ")
		path := strings.NewReplacer("/returns/{bill}", "/returns/2026-11-23-1-0002", "/customers/{code}", "/customers/C1", "{bill}", "2026-11-23-1-0001", "{shift}", "1", "/businesses/{number}", "/businesses/1234567", "{number}", "1", "{code}", "1", "{page}", "p").Replace(pattern)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			if slices.Contains(ui.Routes(), method+" "+pattern) {
				continue
			}
			a := r.send(method, path, "")
			if a.StatusCode != 405 || a.code() != fault.MethodRefused || !strings.Contains(a.Header.Get("Allow"), takes) {
				t.Errorf("%s %s: %s, allowed is %q", method, path, a.Status, a.Header.Get("Allow"))
			}
		}
		if takes != "GET" || path == "/api/reports/z/1" || path == "/api/socket" {
			continue
		}
		a := r.send("HEAD", path, "")
		if a.StatusCode != 200 || len(a.body) > 0 {
			t.Errorf("HEAD %s: %s, %d bytes", path, a.Status, len(a.body))
		}
	}
	if a := r.send("HEAD", "/api/state", "", noToken); a.StatusCode != 401 {
		t.Errorf("HEAD without a token: %s", a.Status)
	}
}

// raw sends a request line that no client would send.
func (r *rig) raw(line string) (status int, body string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.http.Listener.Addr().String())
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n", line, token)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		r.t.Fatalf("%q: %v", line, err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// Paths that mean something else than they say lead nowhere, not even elsewhere.
func TestPathTricks(t *testing.T) {
	r := newRig(t)
	for _, p := range []string{
		"/api/receipts/../../etc/passwd", "/api/receipts/%2e%2e/%2e%2e/etc/passwd", "/api/receipts/%2e%2e%2f%2e%2e%2fetc", "/api/receipts/..%2f..",
		"/../server.go", "/%2e%2e/server.go", "//evil.example/", "//evil.example/..", "/./", "/js/../index.html", "/api//state", "/js//app.js",
		"/js/", "/js", "/index.html/", "/api/receipts/a%2fb", "/api/receipts/a%00b", "/%00", "/..%5c..%5c", "/\\evil.example", "/api/receipts/x%2f..%2f.png",
		"/api/journal/files/..%2f1", "/api/journal/files/1/2", "/api/reports/z/1/",
	} {
		status, body := r.raw("GET " + p)
		var e ui.ErrorBody
		if err := json.Unmarshal([]byte(body), &e); err != nil || status != 404 && status != 400 || fault.Texts[e.Code].EN == "" {
			t.Errorf("%s: %d %q", p, status, body)
		}
	}
	for _, line := range []string{"GET *", "CONNECT localhost:80", "GET http://evil.example/api/state", "GET http://localhost/api/nothing"} {
		if status, body := r.raw(line); status < 400 {
			t.Errorf("%s: %d %q", line, status, body)
		}
	}
	for p, want := range map[string]bool{"/": true, "/api/": true, "/api": true, "": false, "a": false, "/a//": false, "/a/.": false, "/..": false, "*": false} {
		if ui.TidyPath(p) != want {
			t.Errorf("path %q: %v", p, !want)
		}
	}
}

// A body that is no command is refused in words, and leaves nothing behind.
func TestBodies(t *testing.T) {
	r := newRig(t).checked().opened()
	before := r.engine.View().Seq
	id := func() string { return `"id":"` + newID() + `"` }
	for _, c := range []struct {
		name, body string
		status     int
		code       fault.Code
	}{
		{"nothing", "", 400, fault.CommandMalformed}, {"half", `{"id":`, 400, fault.CommandMalformed}, {"text", "hello", 400, fault.CommandMalformed},
		{"form", "id=1&kind=pay", 400, fault.CommandMalformed}, {"two", `{} {}`, 400, fault.CommandMalformed}, {"BOM", "\ufeff{}", 400, fault.CommandMalformed},
		{"deep list", strings.Repeat("[", 60000), 400, fault.CommandMalformed}, {"deep and closed", strings.Repeat("[", 30000) + strings.Repeat("]", 30000), 400, fault.CommandMalformed},
		{"deep objects", strings.Repeat(`{"a":`, 12000) + "1" + strings.Repeat("}", 4000), 400, fault.CommandMalformed},
		{"not UTF-8", `{` + id() + `,"kind":"seller.set","name":"` + "\xff" + `"}`, 400, fault.CommandMalformed},
		{"NUL", "{\x00}", 400, fault.CommandMalformed}, {"NUL in a string", `{` + id() + `,"kind":"drawer.open","reason":"a` + "\x00" + `"}`, 400, fault.CommandMalformed},
		{"escaped NUL", `{` + id() + `,"kind":"drawer.open","reason":"a\u0000b"}`, 422, fault.ReasonTooLong},
		{"UTF-16", "{\x00\"\x00i\x00d\x00", 400, fault.CommandMalformed},
		{"null", "null", 422, fault.CommandID}, {"object of nothing", "{}", 422, fault.CommandID}, {"list", "[]", 422, fault.CommandMalformed}, {"number", "1", 422, fault.CommandMalformed},
		{"wrong type", `{` + id() + `,"kind":["pay"]}`, 422, fault.CommandMalformed}, {"wrong type inside", `{` + id() + `,"kind":"pay","tenders":[{"kind":1}]}`, 422, fault.CommandMalformed},
		{"amount is true", `{` + id() + `,"kind":"cash.in","amount":true}`, 422, fault.CommandMalformed},
		{"count of halves", `{` + id() + `,"kind":"shift.count","notes":{"100":1.5}}`, 422, fault.CommandMalformed},
		{"no UUID", `{"id":"1","kind":"pay"}`, 422, fault.CommandID}, {"unknown kind", `{` + id() + `,"kind":"` + script + `"}`, 422, fault.CommandUnknown},
		{"kind twice", `{` + id() + `,"kind":"seller.logout","kind":"drawer.open"}`, 422, fault.CommandMalformed},
		{"kind in two spellings", `{` + id() + `,"kind":"seller.logout","KIND":"drawer.open"}`, 422, fault.CommandMalformed},
		{"id twice inside", `{` + id() + `,"kind":"pay","tenders":[{"kind":"cash","amount":"1","amount":"2"}]}`, 422, fault.CommandMalformed},
		{"exponent", `{` + id() + `,"kind":"cash.in","amount":1e3}`, 422, fault.AmountBad},
		{"largest", `{` + id() + `,"kind":"drawer.open","reason":"` + strings.Repeat("a", 64<<10-100) + `"}`, 422, fault.ReasonTooLong},
		{"too large", `{` + id() + `,"kind":"drawer.open","reason":"` + strings.Repeat("a", 64<<10) + `"}`, 413, fault.CommandTooLarge},
		{"huge", strings.Repeat(" ", 2<<20), 413, fault.CommandTooLarge},
	} {
		a := r.post(c.body)
		if a.StatusCode != c.status || a.code() != c.code {
			t.Errorf("%s: %s %s, want %d %s", c.name, a.Status, a.body, c.status, c.code)
		}
	}
	for _, body := range []string{`{"` + strings.Repeat("a", 9999) + `":1,"` + strings.Repeat("a", 9999) + `":1}`,
		`{` + id() + `,"kind":"shift.count","notes":{"` + strings.Repeat("a", 9999) + `":"x"}}`} {
		if a := r.post(body); a.StatusCode != 422 || len(a.body) > 500 {
			t.Errorf("a long name is told whole: %s, %d bytes", a.Status, len(a.body))
		}
	}
	if after := r.engine.View().Seq; after != before {
		t.Errorf("bad bodies wrote %d records", after-before)
	}
	// Whatever it is called, what is JSON is taken for JSON; the document asks for application/json all the same.
	r.client.Transport, r.check = r.check.base, nil
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"} {
		if a := r.send("POST", "/api/commands", command("drawer.open", nil), header("Content-Type", media)); a.StatusCode != 200 {
			t.Errorf("%s: %s", media, a.Status)
		}
	}
	if a := r.send("POST", "/api/commands", "\x1f\x8b\x08", header("Content-Encoding", "gzip")); a.StatusCode != 400 {
		t.Errorf("compressed: %s", a.Status)
	}
}

func TestTwice(t *testing.T) {
	if name, found := ui.Twice([]byte(`{"":1,"":2}`)); !found || name != "" {
		t.Errorf("the empty name twice: %q %v", name, found)
	}
	for text, want := range map[string]string{
		`{"a":1,"a":2}`: "a", `{"a":1,"A":2}`: "A", `{"s":1,"ſ":2}`: "ſ", `{"a":{"b":1,"b":2}}`: "b", `[{"a":1,"a":1}]`: "a", `{"a":"a","b":"a"}`: "",
		`{"a":["a","a"],"b":{"a":1}}`: "", `{"a":{},"b":[],"a":1}`: "a", `[]`: "", `"a"`: "", `{"a":[{"a":1},{"a":1}],"c":{"a":{"a":{}}}}`: "", `{"\u0061":1,"a":2}`: "a",
	} {
		if got, found := ui.Twice([]byte(text)); got != want || found != (want != "") {
			t.Errorf("%s: %q %v", text, got, found)
		}
	}
}

// A text in which nothing stands twice keeps all its names when it is read and written.
func FuzzTwice(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":1,"b":2}],"A":"x"}`))
	f.Add([]byte(`{"a":[{"b":1,"c":[]}],"d":{"a":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v any
		if _, found := ui.Twice(text); found || json.Unmarshal(text, &v) != nil {
			return
		}
		dec, colons := json.NewDecoder(bytes.NewReader(text)), 0
		var objects []bool // open levels: whether they are objects
		var wants []bool   // whether a name comes next
		for token, err := dec.Token(); err == nil; token, err = dec.Token() {
			top := len(objects) - 1
			switch d, _ := token.(json.Delim); {
			case d == '}' || d == ']':
				objects, wants = objects[:top], wants[:top]
				continue
			case top >= 0 && objects[top] && wants[top]:
				colons++
				wants[top] = false
				continue
			case top >= 0:
				wants[top] = true
			}
			if d, ok := token.(json.Delim); ok {
				objects, wants = append(objects, d == '{'), append(wants, true)
			}
		}
		if got := names(v); got != colons {
			t.Fatalf("%s: %d names written, %d read", text, colons, got)
		}
	})
}

func names(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for _, inside := range v {
			n += 1 + names(inside)
		}
	case []any:
		for _, inside := range v {
			n += names(inside)
		}
	}
	return n
}

// A request of any kind is answered by something that the table knows, and never by a panic.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "/api/receipts/x.png?copy=1", "")
	f.Add("POST", "/api/commands", `{"id":"00000000-0000-4000-8000-000000000001","kind":"line.scan","code":"1"}`)
	f.Add("GET", "/api/journal?after=1&limit=2", "")
	f.Add("GET", "/api/goods?q=%ff", "")
	r := newRig(f).opened()
	f.Fuzz(func(t *testing.T, method, target, body string) {
		q, err := http.NewRequest(method, "http://localhost", strings.NewReader(body))
		if err != nil || strings.HasPrefix(target, "/api/events") {
			return
		}
		path, query, _ := strings.Cut(target, "?")
		q.URL.Path, q.URL.RawQuery = path, query
		q.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		r.ui.ServeHTTP(w, q)
		if w.Code == 500 || w.Code < 200 {
			t.Fatalf("%q %q %q: %d %s", method, target, body, w.Code, w.Body)
		}
		var e ui.ErrorBody
		if w.Code >= 400 && method != http.MethodHead && (json.Unmarshal(w.Body.Bytes(), &e) != nil || fault.Texts[e.Code].EN == "") {
			t.Fatalf("%q %q: %d %q", method, target, w.Code, w.Body)
		}
	})
}

// Names and reasons with markup come back as JSON that no page could take for markup; the checker looks at every body.
func TestMarkupIsHarmless(t *testing.T) {
	r := newRig(t).checked()
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	r.do("shift.open", nil)
	r.do("line.scan", fields{"code": "3"})
	r.do("line.discount", fields{"percent": "5", "reason": script})
	r.do("customer.set", fields{"code": "C1"})
	w := r.openStream("")
	if e := w.event(t); strings.ContainsAny(e.data, "<>&") || !strings.Contains(e.data, `\u003cscript\u003e`) {
		t.Errorf("event: %s", e.data)
	}
	bill := r.do("pay", fields{"tenders": cash("1000")}).Result.Bill
	for _, path := range []string{"/api/state", "/api/receipts", "/api/receipts/" + string(bill), "/api/goods?q=script", "/api/journal"} {
		a := r.get(path)
		if !bytes.Contains(a.body, []byte(`\u003cscript\u003e`)) || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s as %s: %.200s", path, a.Header.Get("Content-Type"), a.body)
		}
	}
	if a := r.get("/api/receipts/" + string(bill) + ".png"); a.StatusCode != 200 || !bytes.HasPrefix(a.body, []byte("\x89PNG")) {
		t.Errorf("picture: %s", a.Status)
	}
}

// Errors speak the language that the screen shows, else the till's; the cause stays in the log.
func TestLanguage(t *testing.T) {
	r := newRig(t).checked()
	for lang, want := range map[string]string{"en": "en", "mn": "mn", "": "mn", "fr": "mn", "<": "mn"} {
		text, hint := fault.New(fault.NotFound).Say(want)
		var e ui.ErrorBody
		if a := r.get("/api/nothing", header("Posbox-Lang", lang), header("Accept-Language", "en")); json.Unmarshal(a.body, &e) != nil || e.Text != text || e.Hint != hint {
			t.Errorf("%q: %s", lang, a.body)
		}
	}
	err := fmt.Errorf("secret cause")
	r.drawErr.Store(&err)
	r.opened()
	r.do("line.scan", fields{"code": "1"})
	bill := r.do("pay", fields{"tenders": cash("100")}).Result.Bill
	a := r.get("/api/receipts/" + string(bill) + ".png")
	if a.StatusCode != 500 || a.code() != fault.Internal || bytes.Contains(a.body, []byte("secret")) || !strings.Contains(r.log.String(), "secret cause") {
		t.Errorf("%s %s\n%s", a.Status, a.body, r.log)
	}
}

// A handler that panics is an answer like any other, and the next request is served.
func TestPanicIsAnswered(t *testing.T) {
	r := newRig(t).checked()
	calls := 0
	r.trouble = func() []*fault.Error {
		if calls++; calls == 1 {
			panic("at the disco")
		}
		return nil
	}
	if a := r.get("/api/state"); a.StatusCode != 500 || a.code() != fault.Internal || !strings.Contains(r.log.String(), "at the disco") {
		t.Errorf("%s %s", a.Status, a.body)
	}
	if a := r.get("/api/state"); a.StatusCode != 200 {
		t.Errorf("afterwards: %s", a.Status)
	}
}

// Every code that statusOf treats by name exists, and no status is out of the ordinary.
func TestStatusOf(t *testing.T) {
	ordinary := []int{400, 401, 403, 404, 405, 409, 413, 422, 426, 500, 503, 507}
	for _, c := range fault.Codes() {
		if got := ui.StatusOf(c); !slices.Contains(ordinary, got) {
			t.Errorf("%s: %d", c, got)
		}
	}
}

// A person at a browser who comes without the token reads in both languages what this is and where to go; a program, and whoever
// asks for anything but a page, gets the refusal as ever.
func TestStranger(t *testing.T) {
	r := newRig(t).checked()
	browser := header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	a := r.get("/", noToken, browser)
	if kind := a.Header.Get("Content-Type"); a.StatusCode != http.StatusUnauthorized || kind != "text/html; charset=utf-8" {
		t.Fatalf("%s, %s", a.Status, kind)
	}
	mn, _ := fault.New(fault.AuthMissing).Say("mn")
	en, _ := fault.New(fault.AuthMissing).Say("en")
	for _, want := range []string{`lang="mn"`, `lang="en"`, html.EscapeString(mn), html.EscapeString(en), "?token="} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(string(a.body), token) {
		t.Error("the page tells the token")
	}
	if a := r.get("/api/state", noToken, browser); a.code() != fault.AuthMissing {
		t.Errorf("the API answers %s", a.body)
	}
}
