package ui_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"posbox/journal"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/ui"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// sse is one event.
type sse struct{ name, id, data string }

// watcher reads one event stream, in a goroutine of its own.
type watcher struct {
	events   chan sse // closed at the stream's end
	comments chan string
	check    *checker
	state    map[string]json.RawMessage // all that has been told
	close    func()
}

func (r *rig) openStream(query string) *watcher {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	resp, err := r.client.Do(r.request("GET", "/api/events"+query, "").WithContext(ctx))
	if err != nil {
		r.t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		r.t.Fatalf("stream: %s %s", resp.Status, resp.Header)
	}
	w := &watcher{events: make(chan sse, 1000), comments: make(chan string, 1000), check: r.check, state: map[string]json.RawMessage{}, close: cancel}
	go w.read(resp.Body)
	r.t.Cleanup(cancel)
	return w
}

func (w *watcher) read(body io.ReadCloser) {
	defer close(w.events)
	defer body.Close()
	lines := bufio.NewReader(body)
	var e sse
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case line == "\n" && e.name != "":
			w.events <- e
			e = sse{}
		case name == "":
			w.comments <- value
		case name == "event":
			e.name = value
		case name == "id":
			e.id = value
		case name == "data":
			e.data += value
		}
	}
}

// event waits for the next event, holds it against its schema and takes it into the state.
func (w *watcher) event(t testing.TB) sse {
	t.Helper()
	select {
	case e, ok := <-w.events:
		if !ok {
			t.Fatal("the stream has ended")
		}
		if w.check != nil {
			w.check.event(e.name, []byte(e.data))
		}
		w.take(t, e)
		return e
	case <-time.After(patience):
		t.Fatal("no event")
	}
	return sse{}
}

func (w *watcher) take(t testing.TB, e sse) {
	t.Helper()
	set := w.state
	if e.name == "change" {
		var c ui.Change
		if err := json.Unmarshal([]byte(e.data), &c); err != nil {
			t.Fatal(err)
		}
		set = c.Set
		if c.Basket != nil {
			set["basket"] = w.spliced(t, *c.Basket)
		}
	} else if err := json.Unmarshal([]byte(e.data), &set); err != nil {
		t.Fatal(err)
	}
	for k, v := range set {
		w.state[k] = v
	}
}

// spliced makes a basket whole by what has been told of it before, as a screen does.
func (w *watcher) spliced(t testing.TB, s ui.Splice) json.RawMessage {
	t.Helper()
	var before ui.BasketInfo
	if err := json.Unmarshal(w.state["basket"], &before); err != nil || s.From+s.Drop > len(before.Lines) {
		t.Fatalf("%+v cannot be made of %s: %v", s, w.state["basket"], err)
	}
	s.Basket.Lines = slices.Concat(before.Lines[:s.From], s.Basket.Lines, before.Lines[s.From+s.Drop:])
	b, err := json.Marshal(s.Basket)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *watcher) whole(t testing.TB) (st ui.State) {
	t.Helper()
	b, err := json.Marshal(w.state)
	if err == nil {
		err = json.Unmarshal(b, &st)
	}
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// First the state, then changes; whoever has followed them knows what the state says. No change is told before its
// record is in the journal.
func TestStream(t *testing.T) {
	r := newRig(t).checked()
	w := r.openStream("")
	if e := w.event(t); e.name != "state" || e.id == "" {
		t.Fatalf("first comes %+v", e)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.opened()
		for range 3 {
			r.do("line.scan", fields{"code": "1"})
		}
		r.do("pay", fields{"tenders": cash("300")})
		r.do("line.scan", fields{"code": "2", "quantity": "0.5"})
	}()
	ids := map[string]bool{}
	for st := w.whole(t); st.Last == nil || st.Basket == nil; st = w.whole(t) {
		e := w.event(t)
		head, _ := r.journal.Head()
		var c ui.Change
		if err := json.Unmarshal([]byte(e.data), &c); err != nil || e.name != "change" {
			t.Fatalf("%+v: %v", e, err)
		}
		if c.Seq > head {
			t.Errorf("change of %d is told, the journal ends at %d", c.Seq, head)
		}
		if last := w.whole(t).Last; last != nil {
			if ok, err := r.engine.HasBill(last.Bill); !ok || err != nil {
				t.Errorf("sale %s is told and not in the journal: %v", last.Bill, err)
			}
		}
		if ids[e.id] {
			t.Errorf("id %s comes twice", e.id)
		}
		ids[e.id] = true
	}
	<-done
	if got, want := w.whole(t), read[ui.State](r, "/api/state"); !reflect.DeepEqual(got, want) {
		t.Errorf("followed to %+v\nthe state is %+v", got, want)
	}
}

// Whatever is done to a basket, who is told only of the lines that changed knows all of them; and a scan into a long
// basket tells one line. An answer names the view that has what was done, and leaves the state out where it is not wanted.
func TestSplices(t *testing.T) {
	r := newRig(t).checked()
	w := r.openStream("?splice=1")
	w.event(t)
	r.opened()
	told := 0 // bytes of the event that told the last command
	do := func(kind string, f fields) {
		t.Helper()
		answer := r.send("POST", "/api/commands?state=0", command(kind, f), header("Content-Type", "application/json"))
		var a ui.CommandAnswer
		if err := json.Unmarshal(answer.body, &a); err != nil || answer.StatusCode != 200 || a.State != nil || a.View == 0 {
			t.Fatalf("%s %v is answered with %s %s: %v", kind, f, answer.Status, answer.body, err)
		}
		for w.whole(t).View < a.View {
			told = len(w.event(t).data)
		}
		if got, want := w.whole(t), read[ui.State](r, "/api/state"); !reflect.DeepEqual(got, want) {
			t.Fatalf("after %s %v followed to %+v\nthe state is %+v", kind, f, got.Basket, want.Basket)
		}
	}
	line := func(i int) string { return strconv.Itoa(w.whole(t).Basket.Lines[i].Line) }
	for range 30 {
		do("line.scan", fields{"code": "1"})
		do("line.scan", fields{"code": "2", "quantity": "0.5"})
		do("line.discount", fields{"percent": "5", "reason": "хуучирсан"}) // so that the next scan begins another line
	}
	if told > 2000 {
		t.Errorf("a change of one line of %d is told in %d bytes", len(w.whole(t).Basket.Lines), told)
	}
	do("line.quantity", fields{"line": line(7), "quantity": "3"})
	do("line.remove", fields{"line": line(3)})
	do("line.remove", fields{"line": line(0)})
	do("ticket.discount", fields{"percent": "10", "reason": "гомдол"})
	do("basket.new", nil)
	do("line.scan", fields{"code": "1"})
	do("line.remove", fields{"line": line(0)})
	do("basket.select", fields{"basket": w.whole(t).Baskets[0].ID})
	do("basket.drop", nil)
}

// After a break the whole state comes again, whatever the reader says it has seen.
func TestReconnect(t *testing.T) {
	r := newRig(t).checked()
	w := r.openStream("")
	w.event(t)
	w.close()
	r.opened()
	q := r.request("GET", "/api/events", "", header("Last-Event-ID", "1-99999"))
	resp, err := r.client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if line != "event: state\n" || err != nil {
		t.Errorf("after a break comes %q, %v", line, err)
	}
	again := r.openStream("?lang=en")
	if again.event(t); again.whole(t).Shift == nil {
		t.Error("the new stream does not know of the shift")
	}
}

// What a device does is told at once, though no record is written; and in the language of the page.
func TestDeviceChanges(t *testing.T) {
	r := newRig(t).checked()
	r.ui.SetTimes(time.Minute, patience) // not with the next beat
	mn, en := r.openStream(""), r.openStream("?lang=en")
	mn.event(t)
	en.event(t)
	seq := r.engine.View().Seq
	r.printer.Store(&device.Printer{Fitted: true, Online: true, PaperEmpty: true})
	r.ui.DevicesChanged()
	for w, lang := range map[*watcher]string{mn: "mn", en: "en"} {
		w.event(t)
		text, _ := fault.New(fault.PrinterPaper).Say(lang)
		if st := w.whole(t); !st.Printer.PaperEmpty || len(st.Trouble) != 1 || st.Trouble[0].Text != text || st.Seq != seq {
			t.Errorf("in %s: %+v", lang, st.Trouble)
		}
	}
}

// Trouble in another order is the same trouble: nothing is told.
func TestOrderOfTroubleIsNoChange(t *testing.T) {
	r := newRig(t)
	a, b := fault.New(fault.CatalogDamaged), fault.New(fault.FollowerSkip, "follower", "x", "seq", "1")
	var turn atomic.Int64
	r.trouble = func() []*fault.Error {
		if turn.Add(1)%2 == 0 {
			return []*fault.Error{a, b}
		}
		return []*fault.Error{b, a}
	}
	r.ui.SetTimes(2*time.Millisecond, patience)
	w := r.openStream("")
	w.event(t)
	for range 5 {
		<-w.comments
	}
	if len(w.events) > 0 {
		t.Errorf("told: %+v", <-w.events)
	}
}

// A dead line is noticed: comments come while nothing changes.
func TestHeartbeat(t *testing.T) {
	r := newRig(t)
	r.ui.SetTimes(5*time.Millisecond, patience)
	w := r.openStream("")
	w.event(t)
	for range 3 {
		select {
		case <-w.comments:
		case <-time.After(patience):
			t.Fatal("no heartbeat")
		}
	}
	if len(w.events) > 0 {
		t.Errorf("without a change comes %+v", <-w.events)
	}
}

// A server's time limit for reading requests does not end streams.
func TestReadTimeoutSparesStreams(t *testing.T) {
	r := newRig(t)
	srv := httptest.NewUnstartedServer(r.ui)
	srv.Config.ReadTimeout = time.Second
	srv.Start()
	defer srv.Close()
	defer srv.CloseClientConnections()
	r.ui.SetTimes(100*time.Millisecond, patience)
	r.http.Close()
	r.http = srv
	w := r.openStream("")
	w.event(t)
	for range 20 { // 2 s
		select {
		case <-w.comments:
		case _, ok := <-w.events:
			if !ok {
				t.Fatal("the stream has been cut off")
			}
		case <-time.After(patience):
			t.Fatal("no heartbeat")
		}
	}
}

// Many readers see the same; one that does not read is cut off and holds nobody up; one that has gone is forgotten.
func TestManyStreams(t *testing.T) {
	r := newRig(t)
	r.ui.SetTimes(time.Minute, patience)
	r.opened()
	var all []*watcher
	for range 30 {
		w := r.openStream("")
		w.event(t)
		all = append(all, w)
	}
	// Each stream keeps the times that it began with. Only the deaf one has little: on a machine under load 50 ms may pass
	// before a write has even begun.
	r.ui.SetTimes(time.Minute, 50*time.Millisecond)
	stuck := deaf(t, r, "GET /api/events HTTP/1.1\r\n")
	all[0].close()
	// Enough is told to fill every buffer between the till and the one that does not read.
	var last ui.CommandAnswer
	for i := range 40 {
		last = r.do("line.scan", fields{"code": []string{"1", "3", "6", "7"}[i%4]})
	}
	last = r.do("basket.drop", nil)
	var wg sync.WaitGroup
	for _, w := range all[1:] {
		wg.Go(func() {
			for e := range w.events {
				var c ui.Change
				if json.Unmarshal([]byte(e.data), &c) == nil && c.Seq >= last.Seq {
					return
				}
			}
			t.Error("a stream ended early")
		})
	}
	wg.Wait()
	select {
	case <-stuck:
	case <-time.After(patience):
		t.Error("a reader that does not read is not cut off")
	}
}

// deaf opens a stream or socket through a connection with tiny buffers and never reads it. The channel is closed when the server
// has given it up.
func deaf(t *testing.T, r *rig, request string) <-chan struct{} {
	t.Helper()
	gone := make(chan struct{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		defer close(gone)
		r.ui.ServeHTTP(w, q)
	}))
	srv.Config.ConnState = func(c net.Conn, s http.ConnState) {
		if s == http.StateNew {
			c.(*net.TCPConn).SetWriteBuffer(4096)
		}
	}
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.(*net.TCPConn).SetReadBuffer(4096)
	io.WriteString(conn, request+"Host: localhost\r\nAuthorization: Bearer "+token+"\r\n\r\n")
	return gone
}

// A slow reader gets few, large changes instead of a queue of small ones.
func TestConflation(t *testing.T) {
	r := newRig(t).opened()
	in, out := net.Pipe() // unbuffered: the server writes only while the test reads
	one := &oneConn{conns: make(chan net.Conn, 1), closed: make(chan struct{}), addr: r.http.Listener.Addr()}
	one.conns <- in
	srv := &http.Server{Handler: r.ui}
	go srv.Serve(one)
	t.Cleanup(func() { srv.Close(); out.Close() })
	io.WriteString(out, "GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+token+"\r\n\r\n")
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	next := func() (events, seq int) {
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				n, s, _ := strings.Cut(id, "-")
				events, _ = strconv.Atoi(n)
				seq, _ = strconv.Atoi(s)
				return events, seq
			}
		}
		t.Fatal("the stream has ended: ", lines.Err())
		return 0, 0
	}
	next()
	var last journal.Seq
	const sales = 30
	for range sales {
		r.do("line.scan", fields{"code": "1"})
		last = r.do("pay", fields{"tenders": cash("100")}).Seq
	}
	n, seq := next()
	for seq < int(last) {
		n, seq = next()
	}
	if n > 10 {
		t.Errorf("%d sales came as %d events to a reader that was away meanwhile", sales, n)
	}
}

// oneConn is a listener with one connection.
type oneConn struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	addr   net.Addr
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, errors.New("closed")
	}
}

func (l *oneConn) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *oneConn) Addr() net.Addr { return l.addr }

// A stream ends when the server stops, and with its reader.
func TestStreamEnds(t *testing.T) {
	r := newRig(t)
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan struct{}, 2)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.ui.ServeHTTP(w, q)
		ended <- struct{}{}
	}))
	srv.Config.BaseContext = func(net.Listener) context.Context { return stop }
	srv.Start()
	defer srv.Close()
	r.http.Close()
	r.http = srv
	wait := func(why string) {
		t.Helper()
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal(why + ": the stream goes on")
		}
	}
	w := r.openStream("")
	w.event(t)
	w.close()
	wait("the reader has gone")
	r.openStream("").event(t)
	cancel()
	wait("the server stops")
}

// What goes wrong in the middle of an answer ends it; no error is written into what has been sent.
func TestBrokenOffAnswer(t *testing.T) {
	r := newRig(t)
	var wrong atomic.Bool
	r.trouble = func() []*fault.Error {
		if wrong.Load() {
			panic("in the middle")
		}
		return nil
	}
	resp, err := r.client.Do(r.request("GET", "/api/events", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for line := ""; line != "\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	wrong.Store(true)
	r.ui.DevicesChanged()
	if rest, err := io.ReadAll(lines); len(rest) > 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("after what went wrong comes %q, %v", rest, err)
	}
	if !strings.Contains(r.log.String(), "in the middle") {
		t.Error("the log does not tell")
	}
}
