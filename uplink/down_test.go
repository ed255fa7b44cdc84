package uplink_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"posbox/baaz/down"
	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/uplink"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// master is a BAAZ that keeps master data.
type master struct {
	t       *testing.T
	store   *store.Store
	in      *ingest.Ingest
	regs    *registers.Registers
	down    *down.Down
	url     string
	company store.Company
	scope   wire.Scope
	keys    byte
}

func newMaster(t *testing.T) *master {
	t.Helper()
	ctx := context.Background()
	m := &master{t: t}
	var err error
	if m.store, err = store.Open(ctx, filepath.Join(t.TempDir(), "baaz.db")); err != nil {
		t.Fatal(err)
	}
	if m.in, err = ingest.New(ctx, m.store, time.Now); err != nil {
		t.Fatal(err)
	}
	if m.down, err = down.New(ctx, m.store, time.Now); err != nil {
		t.Fatal(err)
	}
	m.regs = registers.New(registers.Options{Store: m.store, Now: time.Now, Changed: func(s wire.Scope, _ uint64) { m.down.Nudge(s) }})
	server := httptest.NewServer(web.New(web.Options{Store: m.store, Ingest: m.in, Down: m.down, Registers: m.regs, Logger: slog.New(slog.DiscardHandler), BoxRate: 1e6, StrangerRate: 1e6}))
	m.url = server.URL
	t.Cleanup(func() { m.down.EndStreams(); server.CloseClientConnections(); server.Close(); m.store.Close() })
	err = m.store.Write(ctx, func(tx *store.Tx) (err error) {
		m.company, err = tx.AddCompany("Номин", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.scope = wire.CompanyScope(uint64(m.company))
	return m
}

func (m *master) put(scope wire.Scope, register, code, body string) {
	m.t.Helper()
	if _, err := m.regs.Put(context.Background(), "t", scope, register, registers.Change{Code: code, Body: []byte(body), Merge: true}); err != nil {
		m.t.Fatal(err)
	}
}

// change changes goods at random.
func (m *master) change(rng *rand.Rand, n int) {
	m.t.Helper()
	for range n {
		c := registers.Change{Code: fmt.Sprint("g", rng.IntN(50)), Body: fmt.Appendf(nil, `{"name":"Бараа","prices":[{"amount":"%d"}]}`, 1+rng.IntN(9)), Delete: rng.IntN(5) == 0}
		if _, err := m.regs.Put(context.Background(), "t", m.scope, "goods", c); err != nil && fault.CodeOf(err) != fault.RowUnknown {
			m.t.Fatal(err)
		}
	}
}

// follower is a box that takes master data onto a shelf.
type follower struct {
	box   *uplinktest.Box
	shelf *uplinktest.Shelf
	down  *uplink.Down
	point wire.Scope
	times sync.Map
}

// follow joins a box at a new point and lets it follow until the test ends.
func (m *master) follow(n int, network http.RoundTripper) *follower {
	m.t.Helper()
	ctx := context.Background()
	made, err := m.regs.AddPoint(ctx, "t", m.company, []byte(`{"name":"Касс"}`))
	if err != nil {
		m.t.Fatal(err)
	}
	f := &follower{box: uplinktest.NewBox(n), shelf: &uplinktest.Shelf{}, point: made.Row.Scope}
	var point int64
	fmt.Sscan(made.Row.Code, &point)
	m.keys++
	key := wire.NewKey(append(make([]byte, wire.KeyBytes-1), m.keys))
	if _, err := m.in.AddKey(ctx, m.company, store.Point(point), key); err != nil {
		m.t.Fatal(err)
	}
	wish := func() uplink.Wish { return uplink.Wish{Address: m.url, Key: key} }
	logger := slog.New(slog.DiscardHandler)
	up := uplink.New(uplink.Options{Log: f.box, Key: f.box.Key, Membership: f.box.Membership, Wish: wish, Logger: logger, Version: "t", FirstWait: time.Millisecond, MaxWait: 20 * time.Millisecond,
		Changed: func() {
			if f.down != nil {
				f.down.Wake()
			}
		}})
	f.down = uplink.NewDown(uplink.DownOptions{Keeper: f.shelf, Anew: uplinktest.ErrAnew, Dir: m.t.TempDir(), Key: f.box.Key, Membership: f.box.Membership, Wish: wish, Logger: logger, HTTP: network,
		Authentic: func(at time.Time) { f.times.Store("last", at) }, FirstWait: time.Millisecond, MaxWait: 30 * time.Millisecond, Timeout: 2 * time.Second})
	run, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { up.Run(run) })
	all.Go(func() { f.down.Run(run) })
	m.t.Cleanup(func() { cancel(); all.Wait() })
	return f
}

// settled waits until a box has everything, and holds it against BAAZ.
func (m *master) settled(f *follower) {
	m.t.Helper()
	ctx := context.Background()
	var at store.ScopeRow
	var want []byte
	err := m.store.Read(ctx, func(tx *store.Tx) (err error) {
		if at, err = tx.Scope(m.company, m.scope.String()); err != nil {
			return err
		}
		want = nil
		return tx.EachMaster(m.company, m.scope.String(), func(r store.MasterRow) error {
			register, code := store.SplitKey(r.Key)
			want = wire.Row{Version: r.Version, Register: register, Code: code, Body: r.Body}.Append(want)
			return nil
		})
	})
	if err != nil {
		m.t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Minute); f.shelf.Position(m.scope).Version != at.Version; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			m.t.Fatalf("never all: %+v of %d, %+v", f.shelf.Position(m.scope), at.Version, f.down.Status())
		}
	}
	if got := f.shelf.Position(m.scope); got.Chain != at.Chain || !bytes.Equal(f.shelf.Bytes(m.scope), want) {
		m.t.Errorf("at %d the box has something else than BAAZ", got.Version)
	}
}

// split lets streams past a bad network, which reads answers to their end, but cuts one now and then.
type split struct {
	bad, good http.RoundTripper
	cut       func() bool
}

func (s split) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/v1/stream" {
		return s.bad.RoundTrip(r)
	}
	resp, err := s.good.RoundTrip(r)
	if err == nil && s.cut() {
		time.AfterFunc(20*time.Millisecond, func() { resp.Body.Close() })
	}
	return resp, err
}

// Over a network that loses, cuts, doubles, delays, forges and lets portals answer, every box comes to have exactly what
// BAAZ has, whatever is changed meanwhile.
func TestDownOverABadNetwork(t *testing.T) {
	m := newMaster(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 3))
	m.change(rng, 50)
	var all []*follower
	var bad []*uplinktest.Faults
	for i := range 8 {
		faults := uplinktest.NewFaults(http.DefaultTransport, seed+uint64(i), 3)
		var mu sync.Mutex
		own := rand.New(rand.NewPCG(seed, uint64(i)))
		all = append(all, m.follow(i, split{faults, http.DefaultTransport, func() bool { mu.Lock(); defer mu.Unlock(); return own.IntN(3) == 0 }}))
		bad = append(bad, faults)
	}
	for range 10 {
		m.change(rng, 1+rng.IntN(20))
		time.Sleep(10 * time.Millisecond)
	}
	happened := 0
	for i, f := range all {
		m.settled(f)
		for _, n := range bad[i].Counts() {
			happened += n
		}
		if _, ok := f.times.Load("last"); !ok {
			t.Error("no time of BAAZ was told")
		}
	}
	if happened < 20 {
		t.Errorf("only %d faults happened", happened)
	}
}

// tamper changes answers on the way.
type tamper struct {
	mu    sync.Mutex
	path  string // end of the path, or part of it
	do    func(*http.Response, []byte) []byte
	times int
}

func (x *tamper) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	x.mu.Lock()
	do := x.do
	x.mu.Unlock()
	if err != nil || do == nil || !strings.Contains(r.URL.Path, x.path) || r.URL.Path == "/v1/stream" {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.times++
	body = do(resp, body)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func (x *tamper) stop() { x.mu.Lock(); defer x.mu.Unlock(); x.do = nil }

func (x *tamper) tried() int { x.mu.Lock(); defer x.mu.Unlock(); return x.times }

// Whatever somebody in between changes of a file, a page or a description: nothing of it reaches the box, which has
// everything once nobody changes anything.
func TestDownBelievesOnlyWhatIsSigned(t *testing.T) {
	flip := func(_ *http.Response, b []byte) []byte {
		if len(b) > 0 {
			b = bytes.Clone(b)
			b[len(b)/2] ^= 1
		}
		return b
	}
	for name, x := range map[string]*tamper{
		"a changed file": {path: "/snapshot/", do: flip},
		"a longer file":  {path: "/snapshot/", do: func(_ *http.Response, b []byte) []byte { return append(b, b...) }},
		"half a file":    {path: "/snapshot/", do: func(_ *http.Response, b []byte) []byte { return b[:len(b)/2] }},
		"another's file": {path: "/snapshot/", do: func(_ *http.Response, b []byte) []byte { return bytes.Repeat([]byte{7}, len(b)) }},
		"a forged file":  {path: "/snapshot/", do: func(_ *http.Response, b []byte) []byte { return forged(t, b) }},
		"a portal":       {path: "/v1/scopes", do: func(r *http.Response, _ []byte) []byte { r.StatusCode = 200; return []byte("<html>") }},
		"a changed snapshot": {path: "/snapshot", do: func(_ *http.Response, b []byte) []byte {
			return bytes.Replace(b, []byte(`"rows":`), []byte(`"rows":1`), 1)
		}},
		"a changed page":  {path: "/changes", do: flip},
		"an endless page": {path: "/changes", do: func(*http.Response, []byte) []byte { return make([]byte, 20<<20) }},
		"changed scopes": {path: "/v1/scopes", do: func(_ *http.Response, b []byte) []byte {
			return bytes.Replace(b, []byte(`"version":`), []byte(`"version":1`), 1)
		}},
		"forbidden, unsigned": {path: "/v1/scopes", do: func(r *http.Response, _ []byte) []byte {
			r.StatusCode = 403
			return []byte(`{"code":"box.revoked"}`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMaster(t)
			rng := rand.New(rand.NewPCG(1, 1))
			m.change(rng, 30)
			x := x
			if strings.Contains(x.path, "changes") { // first a good snapshot
				do := x.do
				x.do = nil
				f := m.follow(1, x)
				m.settled(f)
				x.mu.Lock()
				x.do = do
				x.mu.Unlock()
				before := f.shelf.Bytes(m.scope)
				m.change(rng, 20)
				waitTries(t, x)
				if !bytes.Equal(before, f.shelf.Bytes(m.scope)) {
					t.Error("something of it reached the box")
				}
				x.stop()
				m.settled(f)
				return
			}
			f := m.follow(1, x)
			waitTries(t, x)
			if f.shelf.Bytes(m.scope) != nil {
				t.Error("something of it reached the box")
			}
			if c := f.down.Status().Code; c == "" {
				t.Error("nothing is told of it")
			}
			x.stop()
			m.settled(f)
		})
	}
}

// forged makes another file of a snapshot's: fewer rows, in good form, of the same length. Only its hash tells.
func forged(t *testing.T, file []byte) []byte {
	z, _ := zstd.NewReader(nil)
	defer z.Close()
	raw, err := z.DecodeAll(file, nil)
	if err != nil || len(raw) == 0 {
		return file // of an empty scope
	}
	_, second, err := wire.ReadRow(raw)
	if err != nil || len(second) == 0 {
		return file // of one row: the point's
	}
	for len(second) > 0 {
		e, _ := zstd.NewWriter(nil)
		out := e.EncodeAll(second, nil)
		if pad := len(file) - len(out) - 8; pad >= 0 { // a frame that readers pass over fills it up
			out = binary.LittleEndian.AppendUint32(out, 0x184D2A50)
			return append(binary.LittleEndian.AppendUint32(out, uint32(pad)), make([]byte, pad)...)
		}
		_, second, _ = wire.ReadRow(second)
	}
	t.Error("nothing could be forged")
	return file
}

func waitTries(t *testing.T, x *tamper) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); x.tried() < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("only %d tries", x.tried())
		}
	}
	time.Sleep(5 * time.Millisecond)
}

// An old description of a snapshot, which BAAZ did sign, takes no prices back. A BAAZ that was restored from a backup does:
// it says so later.
func TestDownTakesNothingOld(t *testing.T) {
	m := newMaster(t)
	rng := rand.New(rand.NewPCG(1, 1))
	m.change(rng, 10)
	var old []byte
	x := &tamper{path: "/snapshot"}
	x.do = func(r *http.Response, b []byte) []byte {
		if old == nil && strings.Contains(string(b), `"signature"`) && strings.Contains(string(b), `"scope":"`+m.scope.String()+`"`) {
			old = bytes.Clone(b)
		}
		return b
	}
	f := m.follow(1, x)
	m.settled(f)
	newer := f.shelf.Position(m.scope)
	m.change(rng, 10)
	m.settled(f)
	// From here on the old description stands for every snapshot, and the box is made to want one.
	x.mu.Lock()
	x.times = 0
	x.do = func(r *http.Response, b []byte) []byte {
		if strings.Contains(string(b), `"signature"`) {
			return old
		}
		return b
	}
	x.mu.Unlock()
	now := f.shelf.Position(m.scope)
	if newer.Version >= now.Version {
		t.Fatal("nothing was changed")
	}
	m.store.Write(context.Background(), func(tx *store.Tx) error { // BAAZ's history is another one from here on
		row, err := tx.LockScope(m.company, m.scope.String(), 1)
		row.Chain[0] ^= 1
		if err == nil {
			err = tx.MoveScope(m.company, m.scope.String(), row)
		}
		return err
	})
	m.change(rng, 5)
	waitTries(t, x)
	if got := f.shelf.Position(m.scope); got.Version < now.Version {
		t.Errorf("the box went back to %d", got.Version)
	}
	if c := f.down.Status().Code; c != fault.CentralOld {
		t.Errorf("it tells %q", c)
	}
	x.stop()
	m.settled(f)
}

// A point that gets another location gets that location's rows, and loses the others.
func TestDownFollowsTheLocation(t *testing.T) {
	m := newMaster(t)
	for _, l := range []string{"north", "south"} {
		m.put(m.scope, "locations", l, `{"name":"Байршил"}`)
		m.put(wire.GroupScope(uint64(m.company), l), "tabs", l, `{"name":"Таб"}`)
	}
	f := m.follow(1, http.DefaultTransport)
	m.settled(f)
	has := func(l string) bool { return f.shelf.Bytes(wire.GroupScope(uint64(m.company), l)) != nil }
	if has("north") || has("south") {
		t.Error("rows of a location that the point is not at")
	}
	for _, l := range []string{"north", "south"} {
		m.put(f.point, "points", f.point.Name, fmt.Sprintf(`{"location":%q}`, l))
		for end := time.Now().Add(time.Minute); !has(l); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("never the rows of %s: %v", l, f.shelf.Scopes())
			}
		}
		if len(f.shelf.Scopes()) != 3 {
			t.Errorf("%v", f.shelf.Scopes())
		}
	}
}

// A box that is revoked keeps what it has and gets nothing more; what it began of a file does not stay.
func TestDownOfARevokedBox(t *testing.T) {
	m := newMaster(t)
	rng := rand.New(rand.NewPCG(1, 1))
	m.change(rng, 10)
	f := m.follow(1, http.DefaultTransport)
	m.settled(f)
	err := m.store.Write(context.Background(), func(tx *store.Tx) error { return tx.SetBoxState(m.company, f.box.ID, store.BoxRevoked) })
	if err != nil {
		t.Fatal(err)
	}
	before := f.shelf.Position(m.scope)
	m.change(rng, 10)
	for end := time.Now().Add(time.Minute); f.down.Status().State == uplink.Online; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%+v", f.down.Status())
		}
	}
	if got := f.shelf.Position(m.scope); got != before {
		t.Errorf("it got more: %+v", got)
	}
}

// A clone and its original hear of each other by the stream that each takes from the other. Who has heard of it says so and
// leaves the other alone for a while; the master data comes all the same.
func TestTwoUnderOneName(t *testing.T) {
	m := newMaster(t)
	f := m.follow(1, nil)
	until(t, "the box follows", func() bool { return f.down.Status().State == uplink.Online })
	shelf := &uplinktest.Shelf{}
	twin := uplink.NewDown(uplink.DownOptions{Keeper: shelf, Anew: uplinktest.ErrAnew, Dir: t.TempDir(), Key: f.box.Key, Membership: f.box.Membership, Wish: func() uplink.Wish { return uplink.Wish{} },
		Logger: slog.New(slog.DiscardHandler), FirstWait: time.Millisecond, MaxWait: time.Hour})
	run, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); twin.Run(run) }()
	t.Cleanup(func() { cancel(); <-done })
	until(t, "the twin has heard of the other one", func() bool { s := twin.Status(); return s.Twice && s.Code == fault.BoxTwice })
	if next := time.Until(twin.Status().Next); next < 20*time.Minute {
		t.Errorf("it listens again after %s", next)
	}
	m.put(m.scope, "goods", "g1", `{"name":"Талх","prices":[{"amount":"1"}]}`)
	m.settled(f)
	twin.Wake() // whoever wants it now has it now
	until(t, "the twin has it, too", func() bool { return shelf.Position(m.scope) == f.shelf.Position(m.scope) })
	if !twin.Status().Twice {
		t.Error("it says no more that it is one of two")
	}
}
