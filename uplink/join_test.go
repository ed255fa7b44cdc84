package uplink_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/uplink"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

func pack(t *testing.T, b *uplinktest.Box, records []journal.Record) []byte {
	t.Helper()
	body, err := wire.Pack(b.Key, records)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "baaz.db") }

// neverMade is a key that no BAAZ has made.
var neverMade = wire.NewKey([]byte("never was one made"))

func TestNobodyAskedToJoin(t *testing.T) {
	c := newCentre(t, file(t))
	b := uplinktest.NewBox(0)
	b.Sell(2)
	x := connect(t, c, b, wire.Key{}, nil)
	x.wish.Store(&uplink.Wish{})
	until(t, "off", func() bool { return x.Status().State == uplink.Off && x.Status().Unsent == 2 })
	_, key := c.point()
	x.wish.Store(&uplink.Wish{Address: c.url, Key: key})
	x.Send()
	x.untilSent()
}

// meanwhile does something between BAAZ's answer and the box.
type meanwhile func(*http.Request)

func (m meanwhile) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	m(r)
	return resp, err
}

// A wish that was taken back while BAAZ answered is no wish: the box does not join. Asked again, it does, by the same key.
func TestTakenBackMeanwhile(t *testing.T) {
	c := newCentre(t, file(t))
	b := uplinktest.NewBox(0)
	b.Sell(2)
	_, key := c.point()
	answered, dropped := make(chan struct{}), make(chan struct{})
	x := connect(t, c, b, key, meanwhile(func(r *http.Request) {
		select {
		case <-dropped:
		default:
			close(answered)
			<-dropped
		}
	}))
	<-answered
	x.wish.Store(&uplink.Wish{})
	close(dropped)
	until(t, "off", func() bool { return x.Status().State == uplink.Off })
	if m := b.Membership(); m.Joined != nil {
		t.Errorf("joined: %+v", m.Joined)
	}
	x.wish.Store(&uplink.Wish{Address: c.url, Key: key})
	x.Send()
	x.untilSent()
}

// Keys that do not open: never made, used by another box, too old.
func TestKeysThatDoNotOpen(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		p, key := c.point()
		first := connect(t, c, uplinktest.NewBox(0), key, nil)
		first.untilSent()
		late := c.key(p)
		for _, x := range []struct {
			key  wire.Key
			code fault.Code
		}{{neverMade, fault.KeyUnknown}, {key, fault.KeyUsed}, {late, fault.KeyExpired}} {
			if x.key == late {
				c.offset.Store(int64(8 * 24 * time.Hour))
			}
			connect(t, c, uplinktest.NewBox(1), x.key, nil).untilStopped(x.code)
		}
		// A box that has joined goes on where it is, whatever else is typed in.
		first.wish.Store(&uplink.Wish{Address: c.url, Key: neverMade})
		first.Send()
		first.Sell(1)
		first.untilSent()
	})
}

// A box that was replaced asks to join anew. Why that does not come about is told, and what it has not sent goes where it had
// joined, whatever address and key were typed; a refused key is asked for again at another address.
func TestJoinAnew(t *testing.T) {
	c, other := newCentre(t, file(t)), newCentre(t, file(t))
	p, key := c.point()
	old := connect(t, c, uplinktest.NewBox(0), key, nil)
	old.untilSent()
	old.stop()
	old.Sell(3)
	connect(t, c, uplinktest.NewBox(1), c.key(p), nil).untilSent()
	_, good := other.point()
	// It learns that it was replaced, and sends what it sold before, while it asks somebody who is not there.
	x := connect(t, c, old.Box, key, nil)
	x.wish.Store(&uplink.Wish{Address: "http://127.0.0.1:1", Key: good})
	for _, w := range []struct {
		name    string
		address string
		key     wire.Key
		want    uplink.Anew
	}{
		{"a key that is none", c.url, neverMade, uplink.Anew{Code: fault.KeyUnknown, Refused: true}},
		{"another BAAZ, and its key is none", other.url, neverMade, uplink.Anew{Code: fault.KeyUnknown, Refused: true}},
		{"nobody there", "http://127.0.0.1:1", good, uplink.Anew{Code: fault.UplinkUnreachable}},
		{"another one's key", c.url, good, uplink.Anew{Code: fault.KeyUnknown, Refused: true}},
	} {
		x.wish.Store(&uplink.Wish{Address: w.address, Key: w.key})
		x.Send()
		until(t, w.name+": told why", func() bool {
			s := x.Status()
			return s.Anew == w.want && s.State == uplink.Stopped && s.Code == fault.BoxReplaced && s.Unsent == 0
		})
	}
	// Nobody asks any more.
	x.wish.Store(&uplink.Wish{})
	x.Send()
	until(t, "nothing is told", func() bool { return x.Status().Anew == uplink.Anew{} })
	x.wish.Store(&uplink.Wish{Address: c.url, Key: c.key(p)})
	x.Send()
	until(t, "joined again", func() bool { return !x.Membership().Replaced && x.Status().State == uplink.Online })
}

// A wish that nobody answers is tried again by itself, while a box that was not replaced goes on where it is.
func TestJoinAnewLater(t *testing.T) {
	c, other := newCentre(t, file(t)), newCentre(t, file(t))
	_, key := c.point()
	x := connect(t, c, uplinktest.NewBox(0), key, nil)
	x.untilSent()
	_, next := c.point()
	var down http.Handler = http.NotFoundHandler()
	other.handler.Store(&down)
	x.wish.Store(&uplink.Wish{Address: other.url, Key: next})
	x.Send()
	until(t, "told why", func() bool { return x.Status().Anew == uplink.Anew{Code: fault.UplinkStranger} })
	x.Sell(3)
	x.untilSent()
	proxy := *c.handler.Load() // the same BAAZ has that name, too
	other.handler.Store(&proxy)
	until(t, "joined by the new key", func() bool {
		j := x.Membership().Joined
		return j.Address == other.url && x.Status().Anew == uplink.Anew{}
	})
	x.Sell(1)
	x.untilSent()
	c.holds(x)
}

// The answer to a join may be lost: the same box gets the same answer again.
func TestJoinAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		_, key := c.point()
		j := wire.NewJoin(key, uplinktest.Key(0), "1")
		first, err := c.in.Join(ctx, j)
		if err != nil {
			t.Fatal(err)
		}
		c.offset.Store(int64(30 * 24 * time.Hour))
		again, err := c.in.Join(ctx, j)
		if err != nil || again != first {
			t.Errorf("%+v\n%+v, %v", first, again, err)
		}
		if _, ok := first.ProvedBy(key, uplinktest.NewBox(0).ID); !ok {
			t.Error("the answer is not proved")
		}
		if _, ok := first.ProvedBy(neverMade, uplinktest.NewBox(0).ID); ok {
			t.Error("the answer is proved by another key")
		}
		// Whoever saw the key's name on the way cannot use it.
		stolen := wire.NewJoin(neverMade, uplinktest.Key(1), "1")
		stolen.Key = j.Key
		if _, err := c.in.Join(ctx, stolen); fault.CodeOf(err) != fault.JoinMalformed {
			t.Errorf("a stolen name: %v", err)
		}
	})
}

// Whoever answers in BAAZ's place can acknowledge nothing, and the till shows it.
func TestStrangersAtTheAddress(t *testing.T) {
	c := newCentre(t, file(t))
	_, key := c.point()
	b := uplinktest.NewBox(0)
	x := connect(t, c, b, key, nil)
	x.untilSent()
	x.stop()
	b.Sell(5)
	real := c.row(b)
	head := wire.Head{Status: 200, Box: b.ID.String(), Seq: b.Head().Seq, Hash: b.Head().Hash, Standing: wire.Active}
	head.Sign(uplinktest.Key(99))
	forged, _ := json.Marshal(head)
	for name, answer := range map[string]http.HandlerFunc{
		"portal":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>Log in") },
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
		"forged":   func(w http.ResponseWriter, _ *http.Request) { w.Write(forged) },
		"409":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(409); w.Write(forged) },
		"empty":    func(http.ResponseWriter, *http.Request) {},
		"endless":  func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat(" ", 1<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			y := connect(t, c, b, wire.Key{}, nil)
			defer y.stop()
			y.wish.Store(&uplink.Wish{Address: server.URL})
			y.Send()
			until(t, "a stranger is seen", func() bool { return y.Status().Code == fault.UplinkStranger })
			if s := y.Status(); s.State != uplink.Waiting || s.Acked > real.Seq || s.Unsent != 5 {
				t.Errorf("%+v", s)
			}
		})
	}
	// Nobody there at all.
	y := connect(t, c, b, wire.Key{}, nil)
	y.wish.Store(&uplink.Wish{Address: "http://127.0.0.1:1"})
	y.Send()
	until(t, "unreachable", func() bool { return y.Status().Code == fault.UplinkUnreachable })
	// And back.
	y.wish.Store(&uplink.Wish{})
	y.Send()
	y.untilSent()
}

// counting lets a handler stand before the real one.
type counting struct {
	next   http.Handler
	before func(w http.ResponseWriter, r *http.Request) bool
}

func (c counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !c.before(w, r) {
		c.next.ServeHTTP(w, r)
	}
}

// A proxy that takes only small bodies gets small ones; a server that is busy is left alone as long as it asks for.
func TestSmallAndSlowServers(t *testing.T) {
	c := newCentre(t, file(t))
	_, key := c.point()
	b := uplinktest.NewBox(0)
	b.Sell(400)
	var small, busy atomic.Int64
	real := *c.handler.Load()
	var h http.Handler = counting{real, func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodPost && r.ContentLength > 6000:
			small.Add(1)
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return true
		case busy.Add(1) == 6:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		return false
	}}
	c.handler.Store(&h)
	x := connect(t, c, b, key, nil)
	x.untilSent()
	if small.Load() == 0 || busy.Load() < 7 {
		t.Errorf("%d too large, %d requests", small.Load(), busy.Load())
	}
	c.holds(x)
}

// What cannot be counted is kept, told as a problem, and holds up nothing.
func TestPoison(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		bodies := []string{
			`not json`, `{}`, `{"day":"2026-13-45"}`, `{"day":"2026-11-23","total":"1e9"}`, `{"day":"2026-11-23","total":"99999999999999999.00"}`,
			`{"day":"2026-11-23","lines":[{"good":"\u0000"}]}`, `{"day":"2026-11-23","lines":[{"good":"` + strings.Repeat("x", 5000) + `"}]}`,
			`{"day":"2026-11-23","tenders":[{"kind":"'; DROP TABLE record; --\u0000","amount":"1"}]}`, `{"day":"2026-11-23","lines":[{"good":"1","quantity":"99999999999999"}]}`,
		}
		for _, body := range bodies {
			x.Raw("sale.completed", []byte(body))
		}
		x.Raw("shift.opened", []byte(`{"shift":-5}`))
		x.Raw("from.the_future", []byte(`whatever`))
		fine := `{"day":"2026-11-23","total":"5.00","lines":[{"good":"'; DROP TABLE record; --","name":"<script>alert(1)</script>\u0000","quantity":"1","total":"5.00"}],"tenders":[{"kind":"cash","amount":"5.00"}]}`
		x.Raw("sale.completed", []byte(fine))
		// Nine thousand of the largest sale there can be overflow a sum: those that no longer fit are problems.
		for range 9100 {
			x.Raw("sale.completed", []byte(`{"day":"2026-12-01","total":"10000000000000.00"}`))
		}
		x.Sell(1)
		x.untilSent()
		c.store.Read(ctx, func(tx *store.Tx) error {
			problems, err := tx.Problems(c.company)
			if err != nil || len(problems) < len(bodies)+2 || len(problems) > len(bodies)+2000 {
				t.Errorf("%d problems, %v", len(problems), err)
			}
			r, _ := tx.Rollups(c.company)
			for k, v := range r.Goods {
				if k.Good == "'; DROP TABLE record; --" && v.Total != 500 {
					t.Errorf("%+v", v)
				}
			}
			return err
		})
	})
}
