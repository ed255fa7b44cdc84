package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/ui"
)

// socket is a page's end of a socket.
type socket struct {
	*watcher // its state, and how to take a change in
	conn     *websocket.Conn
}

func (r *rig) dial(query string, changes ...change) (*websocket.Conn, *http.Response, error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	q := r.request("GET", "/api/socket"+query, "", changes...)
	return websocket.Dial(ctx, q.URL.String(), &websocket.DialOptions{HTTPClient: r.client, HTTPHeader: q.Header, Host: q.Host})
}

func (r *rig) openSocket(query string, changes ...change) *socket {
	r.t.Helper()
	conn, _, err := r.dial(query, changes...)
	if err != nil {
		r.t.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	r.t.Cleanup(func() { conn.CloseNow() })
	return &socket{&watcher{check: r.check, state: map[string]json.RawMessage{}, close: func() { conn.CloseNow() }}, conn}
}

func (s *socket) say(t testing.TB, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// message waits for what the till says next, and takes it in.
func (s *socket) message(t testing.TB) (m ui.Message) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind, text, err := s.conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if kind != websocket.MessageText || strings.ContainsAny(string(text), "<>&") {
		t.Errorf("%v, or not escaped: %.300s", kind, text)
	}
	if s.check != nil {
		s.check.event("message", text)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state", "change"} {
		if parts[name] != nil {
			s.take(t, sse{name: name, data: string(parts[name])})
		}
	}
	return m
}

// answers waits for so many.
func (s *socket) answers(t testing.TB, n int) (all []ui.SocketAnswer) {
	t.Helper()
	for len(all) < n {
		all = append(all, s.message(t).Answers...)
	}
	return all
}

// spliced waits for an answer, and says how many lines of a basket were told until then; -1: a whole one.
func (s *socket) spliced(t testing.TB) (a ui.SocketAnswer, lines int) {
	t.Helper()
	for {
		m := s.message(t)
		if c := m.Change; c != nil && c.Basket != nil && lines >= 0 {
			lines += len(c.Basket.Basket.Lines)
		} else if c != nil && c.Set["basket"] != nil {
			lines = -1
		}
		if len(m.Answers) > 0 {
			return m.Answers[0], lines
		}
	}
}

// do has something done, and returns its answer.
func (s *socket) do(t testing.TB, kind string, f fields) ui.SocketAnswer {
	t.Helper()
	s.say(t, command(kind, f))
	return s.answers(t, 1)[0]
}

// drain listens only.
func (s *socket) drain() {
	for {
		if _, _, err := s.conn.Read(context.Background()); err != nil {
			return
		}
	}
}

// First the state, then what changes. Who has got an answer knows what its command did, whoever else does something
// meanwhile; and a scan into a long basket tells one line.
func TestSocket(t *testing.T) {
	r := newRig(t).checked()
	s := r.openSocket("")
	if m := s.message(t); m.State == nil || m.Change != nil || m.Answers != nil {
		t.Fatalf("first comes %+v", m)
	}
	for kind, f := range map[string]fields{"seller.login": {"code": "9", "password": "9999"}} {
		if a := s.do(t, kind, f); a.Status != 200 || a.Done == nil {
			t.Fatalf("%s: %+v", kind, a)
		}
	}
	s.do(t, "shift.open", fields{"float": "0"})
	for i := range 20 {
		for _, c := range []string{command("line.scan", fields{"code": "1"}), command("line.scan", fields{"code": "2", "quantity": "0.5"}),
			command("line.discount", fields{"percent": "5", "reason": "хуучирсан"})} {
			s.say(t, c)
			a, lines := s.spliced(t)
			if i > 0 && lines != 1 {
				t.Fatalf("%d lines are told for %s", lines, c)
			}
			if a.ID != idOf(c) || a.Status != 200 || a.Done == nil || a.Done.State != nil || a.Refused != nil {
				t.Fatalf("answered with %+v", a)
			}
			if st := s.whole(t); st.View < a.Done.View || len(st.Basket.Lines) < i+1 {
				t.Fatalf("view %d is answered, %d is told", a.Done.View, st.View)
			}
		}
	}
	r.do("line.quantity", fields{"line": "1", "quantity": "3"}) // by somebody else
	a := s.do(t, "pay", fields{"tenders": cash("1000000")})
	if st := s.whole(t); st.Last == nil || st.Last.Bill != a.Done.Result.Bill {
		t.Errorf("paid with %+v, the screen shows %+v", a, st.Last)
	}
	if got, want := s.whole(t), read[ui.State](r, "/api/state"); !reflect.DeepEqual(got, want) {
		t.Errorf("followed to %+v\nthe state is %+v", got, want)
	}
}

// Commands are done in the order in which they came, whether or not anybody waits for the answers.
func TestSocketKeepsOrder(t *testing.T) {
	r := newRig(t).checked().opened()
	s := r.openSocket("")
	var sent []string
	for i := range 10 {
		c := command("line.scan", fields{"code": []string{"1", "3"}[i%2]})
		sent = append(sent, idOf(c))
		s.say(t, c)
	}
	for i, a := range s.answers(t, len(sent)) {
		if a.ID != sent[i] || a.Status != 200 {
			t.Errorf("answer %d: %+v, want that of %s", i, a, sent[i])
		}
	}
	if got, want := s.whole(t), read[ui.State](r, "/api/state"); !reflect.DeepEqual(got, want) {
		t.Errorf("followed to %+v\nthe state is %+v", got, want)
	}
}

// What the socket refuses it refuses as POST does, and goes on.
func TestSocketRefuses(t *testing.T) {
	r := newRig(t).checked().opened()
	s := r.openSocket("")
	s.message(t)
	used := command("line.scan", fields{"code": "1"})
	s.say(t, used)
	s.answers(t, 1)
	for name, body := range map[string]string{
		"nothing": "", "no JSON": "{", "not UTF-8": "{\"id\":\"\xff\"}", "a list": "[]", "no id": `{"kind":"line.scan","code":"1"}`,
		"bad id": `{"id":"7","kind":"line.scan"}`, "twice": `{"id":"a","id":"b"}`, "wrong type": `{"id":7}`, "null": "null",
		"unknown kind": command("world.save", nil), "unknown code": command("line.scan", fields{"code": "999"}), "no right to it": command("basket.select", fields{"basket": "x"}),
		"reused": strings.Replace(used, `"1"`, `"3"`, 1),
	} {
		posted := r.post(body)
		if name == "not UTF-8" { // a text message must be
			continue
		}
		s.say(t, body)
		a := s.answers(t, 1)[0]
		var want ui.ErrorBody
		if err := json.Unmarshal(posted.body, &want); err != nil {
			t.Fatal(err)
		}
		if a.Status != posted.StatusCode || a.Refused == nil || *a.Refused != want || a.Done != nil {
			t.Errorf("%s: the socket says %+v, POST %s %s", name, a, posted.Status, posted.body)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageBinary, []byte(command("line.scan", fields{"code": "1"}))); err != nil {
		t.Fatal(err)
	}
	if a := s.answers(t, 1)[0]; a.Status != 400 || a.Refused.Code != fault.CommandMalformed {
		t.Errorf("bytes: %+v", a)
	}
	if a := s.do(t, "line.scan", fields{"code": "1"}); a.Status != 200 {
		t.Errorf("after all that: %+v", a)
	}
}

// What got no answer is sent again, by whichever way: it is done once.
func TestSocketResends(t *testing.T) {
	r := newRig(t).checked().opened()
	body := command("line.scan", fields{"code": "1"})
	s := r.openSocket("")
	s.say(t, body)
	s.close() // received or not
	s = r.openSocket("")
	s.say(t, body)
	if a := s.answers(t, 1)[0]; a.Status != 200 {
		t.Fatalf("sent again: %+v", a)
	}
	var again ui.CommandAnswer
	if a := r.post(body); a.StatusCode != 200 || json.Unmarshal(a.body, &again) != nil || !again.Repeated {
		t.Errorf("by POST: %s %s", a.Status, a.body)
	}
	s.say(t, body)
	if a := s.answers(t, 1)[0]; a.Done == nil || !a.Done.Repeated {
		t.Errorf("a third time: %+v", a)
	}
	if b := read[ui.State](r, "/api/state").Basket; len(b.Lines) != 1 || b.Lines[0].Quantity != catalog.Quantity(1000) {
		t.Errorf("in the basket lies %+v", b.Lines)
	}
}

// A page that has gone has what it sent done all the same: what is under way, and what waits.
func TestSocketDoesWhatItReceived(t *testing.T) {
	r := newRig(t).opened()
	ended := r.endings(context.Background())
	s := r.openSocket("")
	go s.drain() // whoever reads hears pongs
	entered, let := r.shelf.held()
	const sent = 10
	for range sent {
		s.say(t, command("line.scan", fields{"code": "1"}))
	}
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.conn.Ping(ctx); err != nil { // the till has read all that came before it
		t.Fatal(err)
	}
	s.close()
	ended("the page has gone")
	let()
	eventually(t, func() bool {
		b := read[ui.State](r, "/api/state").Basket
		return b != nil && len(b.Lines) == 1 && b.Lines[0].Quantity == sent*1000
	})
	if log := r.log.String(); strings.Contains(log, "failed") {
		t.Errorf("the log tells of a failure:\n%s", log)
	}
}

// However many commands come while one takes long: each is done, in its turn, and none is refused for what waits before it. Of
// those whose answers the page has not taken the till keeps no more than may be open.
func TestSocketIsBounded(t *testing.T) {
	r := newRig(t).opened()
	r.ui.SetTimes(time.Millisecond, patience) // no beat may take a page for dead whose pongs lie behind what waits
	s := r.openSocket("")
	s.message(t)
	entered, let := r.shelf.held()
	const scans, wrong = 60, 2000
	for range scans {
		s.say(t, command("line.scan", fields{"code": "1"}))
	}
	s.say(t, command("pay", fields{"tenders": cash("1000000")}))
	<-entered
	go func() {
		for i := range wrong {
			s.conn.Write(context.Background(), websocket.MessageText, fmt.Appendf(nil, `{"id":"%d"}`, i))
		}
	}()
	let()
	for n := 0; n < scans+1+wrong; {
		all := s.message(t).Answers
		if len(all) > ui.SocketQueue {
			t.Fatalf("%d answers were kept for one message", len(all))
		}
		for _, a := range all {
			switch {
			case n <= scans && a.Status != 200:
				t.Fatalf("command %d: %+v", n, a.Refused)
			case n > scans && a.ID != fmt.Sprint(n-scans-1):
				t.Fatalf("answer %d is that of %s", n, a.ID)
			}
			n++
		}
	}
	if last := s.whole(t).Last; last == nil || last.Total != scans*100*100 {
		t.Errorf("paid is %+v", last)
	}
}

// Beside a view nothing is told that was done later than it, nor what waits behind that.
func TestSocketAnswersAreDue(t *testing.T) {
	done := func(id string, view uint64) ui.SocketAnswer {
		return ui.SocketAnswer{ID: id, Done: &ui.CommandAnswer{View: view}}
	}
	all := []ui.SocketAnswer{done("a", 7), {ID: "b"}, done("c", 8), {ID: "d"}, done("e", 8), done("f", 9)}
	for view, want := range map[uint64]string{6: "", 7: "ab", 8: "abcde", 9: "abcdef", 10: "abcdef"} {
		due, left := ui.Due(all, view)
		ids := func(list []ui.SocketAnswer) (s string) {
			for _, a := range list {
				s += a.ID
			}
			return s
		}
		if ids(due) != want || ids(due)+ids(left) != "abcdef" {
			t.Errorf("at view %d %s is due and %s left, want %q", view, ids(due), ids(left), want)
		}
	}
}

// A message longer than any command ends the connection, and nothing else.
func TestSocketTooLong(t *testing.T) {
	r := newRig(t).opened()
	s := r.openSocket("")
	s.message(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.conn.Write(ctx, websocket.MessageText, []byte(command("line.scan", fields{"code": "1", "name": strings.Repeat("x", 64<<10)})))
	if _, _, err := s.conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("the connection ends with %v", err)
	}
	if a := r.openSocket("").do(t, "line.scan", fields{"code": "1"}); a.Status != 200 {
		t.Errorf("another page: %+v", a)
	}
}

// The socket opens to whom the rest of the API answers, and says no as that does.
func TestSocketDoor(t *testing.T) {
	r := newRig(t).checked()
	for _, c := range []struct {
		name   string
		status int
		code   fault.Code
		change change
	}{
		{"token", 101, "", func(*http.Request) {}}, {"cookie", 101, "", byCookie}, {"own origin", 101, "", header("Origin", r.http.URL)},
		{"no token", 401, fault.AuthMissing, noToken}, {"wrong token", 401, fault.AuthMissing, header("Authorization", "Bearer x")},
		{"foreign origin", 403, fault.AuthOrigin, header("Origin", "http://evil.example")}, {"no page's origin", 403, fault.AuthOrigin, header("Origin", "null")},
		{"another port", 403, fault.AuthOrigin, header("Origin", "http://127.0.0.1:1")}, {"foreign site", 403, fault.AuthOrigin, header("Sec-Fetch-Site", "cross-site")},
		{"foreign name", 403, fault.AuthOrigin, host("evil.example")},
	} {
		conn, resp, err := r.dial("", c.change)
		if resp == nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var e ui.ErrorBody
		if c.status == 101 {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			conn.CloseNow()
		} else {
			b, _ := io.ReadAll(resp.Body)
			json.Unmarshal(b, &e)
		}
		if resp.StatusCode != c.status || e.Code != c.code {
			t.Errorf("%s: %s %+v", c.name, resp.Status, e)
		}
	}
	upgrade := func(name, value string) change {
		return func(q *http.Request) {
			q.Header.Set("Connection", "Upgrade")
			q.Header.Set("Upgrade", "websocket")
			q.Header.Set("Sec-WebSocket-Version", "13")
			q.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
			q.Header.Set(name, value)
		}
	}
	for name, c := range map[string]change{"no handshake": func(*http.Request) {}, "another protocol": upgrade("Upgrade", "h2c"),
		"another version": upgrade("Sec-WebSocket-Version", "8"), "bad key": upgrade("Sec-WebSocket-Key", "x")} {
		if a := r.get("/api/socket", c); a.StatusCode != 426 || a.code() != fault.SocketOnly || a.Header.Get("Upgrade") != "websocket" {
			t.Errorf("%s: %s %s %s", name, a.Status, a.Header, a.body)
		}
	}
}

// A question is answered as a request is, beside commands, and refused as one.
func TestSocketFinds(t *testing.T) {
	r := newRig(t).checked().opened()
	s := r.openSocket("")
	s.message(t)
	ask := func(text string) ui.SocketAnswer {
		b, _ := json.Marshal(fields{"id": "q", "find": text})
		s.say(t, string(b))
		a := s.answers(t, 1)[0]
		if a.ID != "q" || parts(a) != 1 {
			t.Errorf("%q is answered with %+v", text, a)
		}
		return a
	}
	for _, text := range []string{"", "1", "сүү", "no such thing"} {
		var want ui.GoodsAnswer
		json.Unmarshal(r.get("/api/goods?q="+url.QueryEscape(text)).body, &want)
		if a := ask(text); a.Status != 200 || a.Found == nil || !reflect.DeepEqual(*a.Found, want) {
			t.Errorf("%q finds %+v, want %+v", text, a.Found, want)
		}
	}
	if a := ask("1"); len(a.Found.Goods) == 0 {
		t.Error("nothing is found at all")
	}
	long := strings.Repeat("x", 201)
	if a, want := ask(long), r.get("/api/goods?q="+long); a.Status != want.StatusCode || a.Refused == nil || a.Refused.Code != want.code() {
		t.Errorf("too long a text is answered with %+v, want %s %s", a, want.Status, want.body)
	}
	if a := s.do(t, "line.scan", fields{"code": "1", "find": "1"}); a.Done == nil {
		t.Errorf("a command with more in it is answered with %+v", a)
	}
}

// parts counts what an answer has of what only one may be there.
func parts(a ui.SocketAnswer) (n int) {
	for _, there := range []bool{a.Done != nil, a.Found != nil, a.Refused != nil} {
		if there {
			n++
		}
	}
	return n
}

// A socket speaks the language that its address asks for.
func TestSocketLanguage(t *testing.T) {
	r := newRig(t).checked().opened()
	for query, lang := range map[string]string{"": "mn", "?lang=en": "en", "?lang=xx": "mn"} {
		text, _ := fault.New(fault.BarcodeUnknown, "code", "999").Say(lang)
		if a := r.openSocket(query).do(t, "line.scan", fields{"code": "999"}); a.Refused == nil || a.Refused.Text != text {
			t.Errorf("%q: %+v, want %s", query, a.Refused, text)
		}
	}
}

// endings serves the till anew, with stop above each request; it returns what waits until a request has ended.
func (r *rig) endings(stop context.Context) func(why string) {
	ended := make(chan struct{}, 100)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasPrefix(q.URL.Path, "/api/socket") {
			defer func() { ended <- struct{}{} }() // also where it panics
		}
		r.ui.ServeHTTP(w, q)
	}))
	srv.Config.BaseContext = func(net.Listener) context.Context { return stop }
	srv.Start()
	r.t.Cleanup(srv.Close)
	r.http.Close()
	r.http = srv
	return func(why string) {
		r.t.Helper()
		select {
		case <-ended:
		case <-time.After(patience):
			r.t.Fatal(why + ": the socket goes on")
		}
	}
}

// A socket ends when the server stops, with its page, and when what it tells goes wrong.
func TestSocketEnds(t *testing.T) {
	r := newRig(t)
	var wrong atomic.Bool
	r.trouble = func() []*fault.Error {
		if wrong.Load() {
			panic("in the middle")
		}
		return nil
	}
	r.ui.SetTimes(time.Hour, patience) // nothing is found out by a beat
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	wait := r.endings(stop)
	s := r.openSocket("")
	s.message(t)
	s.close()
	wait("the page has gone")

	s = r.openSocket("")
	s.message(t)
	wrong.Store(true)
	r.ui.DevicesChanged()
	wait("telling goes wrong")
	if !strings.Contains(r.log.String(), "in the middle") {
		t.Error("the log does not tell")
	}
	wrong.Store(false)

	r.openSocket("").message(t)
	cancel()
	wait("the server stops")
}

// A till that stops answers all that it has taken, takes no more, and says goodbye; who waits for its sockets waits for that.
func TestSocketStops(t *testing.T) {
	r := newRig(t).opened()
	var troubles atomic.Int64
	r.trouble = func() []*fault.Error {
		return []*fault.Error{fault.New(fault.BarcodeUnknown, "code", fmt.Sprint(troubles.Load()))}
	}
	r.ui.SetTimes(time.Hour, patience)
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.endings(stop)
	s := r.openSocket("")
	s.message(t)
	entered, let := r.shelf.held()
	const sent = 5
	var ids []string
	for range sent {
		c := command("line.scan", fields{"code": "1"})
		ids = append(ids, idOf(c))
		s.say(t, c)
	}
	<-entered
	bound, ends := context.WithTimeout(context.Background(), patience)
	defer ends()
	told := make(chan ui.Message, 100)
	var closed error
	go func() {
		defer close(told)
		for {
			var m ui.Message
			_, text, err := s.conn.Read(bound)
			if err != nil {
				closed = err
				return
			}
			json.Unmarshal(text, &m)
			told <- m
		}
	}()
	heard := func() { // the till has read all that has been said
		if err := s.conn.Ping(bound); err != nil {
			t.Fatal(err)
		}
	}
	heard()
	cancel()
	if err := r.ui.Drain(stop); err == nil {
		t.Error("a socket whose commands are under way is not waited for")
	}
	for range 40 { // whenever there is news, it looks for its end as well, at one of both first: by now it has seen it
		troubles.Add(1)
		r.ui.DevicesChanged()
		<-told
	}
	s.say(t, command("line.scan", fields{"code": "1"}))
	heard()
	let()
	if err := r.ui.Drain(bound); err != nil {
		t.Errorf("waited for sockets: %v", err)
	}
	var got []string
	for m := range told {
		for _, a := range m.Answers {
			got = append(got, a.ID)
			if a.Done == nil {
				t.Errorf("answered with %+v", a.Refused)
			}
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("answered are %q, want %q", got, ids)
	}
	if websocket.CloseStatus(closed) != websocket.StatusGoingAway {
		t.Errorf("the socket ends with %v", closed)
	}
}

// A page that does not answer the goodbye does not keep the till from stopping.
func TestSocketStopsWithoutThePage(t *testing.T) {
	r := newRig(t).opened()
	r.ui.SetTimes(time.Hour, patience)
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.endings(stop)
	r.openSocket("") // never reads
	cancel()
	bound, ends := context.WithTimeout(context.Background(), patience)
	defer ends()
	if err := r.ui.Drain(bound); err != nil {
		t.Error(err)
	}
}

// A command whose page has gone is waited for by a till that stops.
func TestSocketStopsAfterThePage(t *testing.T) {
	r := newRig(t).opened()
	r.ui.SetTimes(time.Hour, patience)
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	wait := r.endings(stop)
	s := r.openSocket("")
	s.message(t)
	entered, let := r.shelf.held()
	s.say(t, command("line.scan", fields{"code": "1"}))
	<-entered
	s.conn.CloseNow()
	wait("the page has gone")
	cancel()
	if err := r.ui.Drain(stop); err == nil {
		t.Error("a command under way is not waited for")
	}
	let()
	bound, ends := context.WithTimeout(context.Background(), patience)
	defer ends()
	if err := r.ui.Drain(bound); err != nil {
		t.Error(err)
	}
	if b := r.engine.View().State.Selected(); b == nil || len(b.Items) != 1 {
		t.Errorf("done is %+v", b)
	}
}

func idOf(command string) string {
	var c struct{ ID string }
	json.Unmarshal([]byte(command), &c)
	return c.ID
}

// A page that does not read is cut off and holds nobody up.
func TestSocketDeaf(t *testing.T) {
	r := newRig(t).opened()
	r.ui.SetTimes(time.Minute, 50*time.Millisecond)
	stuck := deaf(t, r, "GET /api/socket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
	for end := time.Now().Add(patience); ; { // until every buffer between the till and the page is full
		r.do("line.scan", fields{"code": "1"})
		r.do("basket.drop", nil)
		select {
		case <-stuck:
			return
		default:
		}
		if time.Now().After(end) {
			t.Fatal("a page that does not read is not cut off")
		}
	}
}

// A page that is there answers when it is asked, and stays.
func TestSocketBeats(t *testing.T) {
	r := newRig(t)
	r.ui.SetTimes(5*time.Millisecond, patience)
	var pings atomic.Int64
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, _, err := websocket.Dial(ctx, r.http.URL+"/api/socket", &websocket.DialOptions{HTTPClient: r.client,
		HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}, OnPingReceived: func(context.Context, []byte) bool { pings.Add(1); return true }})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	s := &socket{&watcher{state: map[string]json.RawMessage{}}, conn}
	s.message(t)
	go s.drain() // whoever reads answers pings
	eventually(t, func() bool { return pings.Load() > 3 })
}

// A page is told that the till is there, though nothing changes, and what has changed without a word beside it.
func TestSocketSaysThatItIsThere(t *testing.T) {
	r := newRig(t).checked()
	r.ui.SetTimes(5*time.Millisecond, patience)
	s := r.openSocket("")
	s.message(t)
	for range 3 {
		if m := s.message(t); !m.Beat || m.Change != nil || m.Answers != nil {
			t.Fatalf("while nothing changes comes %+v", m)
		}
	}
	r.printer.Store(&device.Printer{Fitted: true, Online: true, PaperEmpty: true})
	for m := s.message(t); m.Change == nil; m = s.message(t) {
	}
	if !s.whole(t).Printer.PaperEmpty {
		t.Error("what the beat found is not told")
	}
}

// An answer to what changed nothing costs no state.
func TestSocketAnswersWithoutWork(t *testing.T) {
	r := newRig(t).opened()
	var states atomic.Int64
	r.trouble = func() []*fault.Error { states.Add(1); return nil }
	r.ui.SetTimes(time.Hour, patience)
	s := r.openSocket("")
	s.message(t)
	before := states.Load()
	for range 20 {
		if a := s.do(t, "line.scan", fields{"code": "999"}); a.Status != 422 {
			t.Fatalf("answered with %+v", a)
		}
	}
	if n := states.Load() - before; n != 0 {
		t.Errorf("the state is worked out %d times for 20 refusals", n)
	}
	if s.do(t, "line.scan", fields{"code": "1"}); states.Load() == before || len(s.whole(t).Basket.Lines) != 1 {
		t.Error("a change is not told")
	}
}

// A page whose line is dead, so that no pong comes, is given up.
func TestSocketOfADeadLine(t *testing.T) {
	r := newRig(t)
	r.ui.SetTimes(5*time.Millisecond, 50*time.Millisecond)
	ended := r.endings(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, _, err := websocket.Dial(ctx, r.http.URL+"/api/socket", &websocket.DialOptions{HTTPClient: r.client,
		HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}, OnPingReceived: func(context.Context, []byte) bool { return false }})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	go (&socket{conn: conn}).drain() // it takes all that is told
	ended("no pong comes")
}

// Whatever comes in a message is answered once, by something that the table knows, and the next one is still heard.
func FuzzSocket(f *testing.F) {
	f.Add(`{"id":"00000000-0000-4000-8000-000000000001","kind":"line.scan","code":"1"}`)
	f.Add(`{"id":"00000000-0000-4000-8000-000000000001","id":"x"}`)
	f.Add(`{"id":7,"kind":[]}`)
	f.Add(`{"id":"x","find":"сүү"}`)
	f.Add(`{"id":"x","find":7}`)
	f.Add("")
	f.Add("\xff\xfe")
	r := newRig(f).opened()
	s := r.openSocket("")
	s.message(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 60<<10 || !json.Valid([]byte(text)) && strings.ToValidUTF8(text, "") != text {
			return // a text message has to be UTF-8
		}
		s.say(t, text)
		s.say(t, `{"id":"last"}`)
		for i, a := range s.answers(t, 2) {
			if parts(a) != 1 || a.Status == 500 || (a.Refused != nil && fault.Texts[a.Refused.Code].EN == "") {
				t.Fatalf("%q is answered with %+v", text, a)
			}
			if i == 1 && a.ID != "last" {
				t.Fatalf("%q: the next is answered as %q", text, a.ID)
			}
		}
	})
}
