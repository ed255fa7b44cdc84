package down_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"posbox/baaz/down"
	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// centre is a BAAZ with one company, one box, and what it takes to ask as a box.
type centre struct {
	t     testing.TB
	store *store.Store
	regs  *registers.Registers
	down  *down.Down
	http  *httptest.Server
	baaz  ed25519.PublicKey
	c     store.Company
	scope wire.Scope
	now   func() time.Time
}

func newCentre(t testing.TB, dsn string) *centre {
	t.Helper()
	x := &centre{t: t, store: storetest.Open(t, dsn), now: time.Now}
	var err error
	if x.down, err = down.New(context.Background(), x.store, func() time.Time { return x.now() }); err != nil {
		t.Fatal(err)
	}
	key, err := x.store.SigningKey(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x.baaz = key.Public().(ed25519.PublicKey)
	x.regs = registers.New(registers.Options{Store: x.store, Now: time.Now, Changed: func(s wire.Scope, _ uint64) { x.down.Nudge(s) }})
	in, err := ingest.New(context.Background(), x.store, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	x.http = httptest.NewServer(web.New(web.Options{Store: x.store, Ingest: in, Down: x.down, Logger: slog.New(slog.DiscardHandler), BoxRate: 1e6}))
	t.Cleanup(x.http.Close)
	x.write(func(tx *store.Tx) (err error) {
		x.c, err = tx.AddCompany("Номин", 1)
		return err
	})
	x.scope = wire.CompanyScope(uint64(x.c))
	return x
}

func (x *centre) write(fn func(*store.Tx) error) {
	x.t.Helper()
	if err := x.store.Write(context.Background(), fn); err != nil {
		x.t.Fatal(err)
	}
}

// box makes a box at a new point of a company.
func (x *centre) box(c store.Company, n int) (ed25519.PrivateKey, wire.Scope) {
	x.t.Helper()
	seed := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("down"), uint64(n)))
	key := ed25519.NewKeyFromSeed(seed[:])
	p, err := x.regs.AddPoint(context.Background(), "test", c, []byte(`{"name":"Касс"}`))
	if err != nil {
		x.t.Fatal(err)
	}
	var point int64
	fmt.Sscan(p.Row.Code, &point)
	x.write(func(tx *store.Tx) error {
		_, err := tx.PutBox(c, key.Public().(ed25519.PublicKey), store.Point(point), 1, 1)
		return err
	})
	return key, p.Row.Scope
}

// get asks as a box.
func (x *centre) get(key ed25519.PrivateKey, target string) (int, []byte) {
	x.t.Helper()
	resp := x.open(context.Background(), key, target)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	return resp.StatusCode, body
}

func (x *centre) open(ctx context.Context, key ed25519.PrivateKey, target string) *http.Response {
	x.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", x.http.URL+target, nil)
	if err != nil {
		x.t.Fatal(err)
	}
	if key != nil {
		req.Header.Set("Authorization", wire.Request{Method: "GET", Target: target, Time: x.now().UnixMicro(), BAAZ: x.baaz}.Sign(key))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		x.t.Fatal(err)
	}
	return resp
}

// refused demands a status and a code.
func (x *centre) refused(key ed25519.PrivateKey, target string, status int, code fault.Code) {
	x.t.Helper()
	got, body := x.get(key, target)
	var said struct{ Code fault.Code }
	json.Unmarshal(body, &said)
	if got != status || said.Code != code {
		x.t.Errorf("%s: %d %s, want %d %s", target, got, said.Code, status, code)
	}
}

// snapshot takes a snapshot as a box does: its rows, and where it stands.
func (x *centre) snapshot(key ed25519.PrivateKey, scope wire.Scope) (map[string]wire.Row, wire.Position) {
	x.t.Helper()
	status, body := x.get(key, "/v1/scopes/"+scope.String()+"/snapshot")
	var s wire.Snapshot
	if err := json.Unmarshal(body, &s); err != nil || status != 200 || !s.SignedBy(x.baaz, scope) {
		x.t.Fatalf("%d %s", status, body)
	}
	status, file := x.get(key, "/v1/scopes/"+scope.String()+"/snapshot/"+s.Hash.String())
	if status != 200 || int64(len(file)) != s.Size || sha256.Sum256(file) != s.Hash {
		x.t.Fatalf("%d, %d bytes of %d", status, len(file), s.Size)
	}
	z, err := zstd.NewReader(bytes.NewReader(file))
	if err != nil {
		x.t.Fatal(err)
	}
	defer z.Close()
	rows := map[string]wire.Row{}
	for r := wire.NewRows(z); ; {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			x.t.Fatal(err)
		}
		row.Body = bytes.Clone(row.Body)
		rows[row.Key()] = row
	}
	if int64(len(rows)) != s.Rows {
		x.t.Errorf("%d rows of %d", len(rows), s.Rows)
	}
	return rows, wire.Position{Version: s.Version, Chain: s.Chain}
}

func changesAt(scope wire.Scope, at wire.Position) string {
	return fmt.Sprintf("/v1/scopes/%s/changes?after=%d&chain=%s", scope, at.Version, at.Chain)
}

// follow takes changes until there are no more.
func (x *centre) follow(key ed25519.PrivateKey, scope wire.Scope, rows map[string]wire.Row, at wire.Position) wire.Position {
	x.t.Helper()
	for {
		status, body := x.get(key, changesAt(scope, at))
		if status != 200 {
			x.t.Fatalf("%d %s", status, body)
		}
		p, err := wire.UnpackPage(body, x.baaz, scope, at)
		if err != nil {
			x.t.Fatal(err)
		}
		for _, r := range p.Rows {
			if rows[r.Key()] = r; r.Gone {
				delete(rows, r.Key())
			}
		}
		if at = (wire.Position{Version: p.Last(), Chain: p.Chain}); at.Version == p.Head {
			return at
		}
	}
}

// bytesOf writes rows as a snapshot does.
func bytesOf(rows map[string]wire.Row) (b []byte) {
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		b = rows[k].Append(b)
	}
	return b
}

// Whatever happened to the registers: a snapshot at one version and the changes behind it are the snapshot at another, byte
// for byte.
func TestSnapshotAndChangesAreOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newCentre(t, dsn)
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		rng := rand.New(rand.NewPCG(seed, 1))
		key, _ := x.box(x.c, 1)
		x.history(rng, 40)
		rows, at := x.snapshot(key, x.scope)
		for range 6 {
			x.history(rng, 1+rng.IntN(60))
			at = x.follow(key, x.scope, rows, at)
			x.write(func(tx *store.Tx) error { // so that the next one is made anew
				list, err := tx.Snapshots(x.c, x.scope.String())
				for _, s := range list {
					err = tx.DropSnapshot(x.c, x.scope.String(), s.Version)
				}
				return err
			})
			fresh, end := x.snapshot(key, x.scope)
			if end.Version != at.Version || end.Chain != at.Chain {
				t.Fatalf("at %d by changes, %d by snapshot", at.Version, end.Version)
			}
			if !bytes.Equal(bytesOf(rows), bytesOf(fresh)) {
				t.Fatalf("%d rows by changes, %d by snapshot, not the same", len(rows), len(fresh))
			}
		}
	})
}

// history changes registers at random n times.
func (x *centre) history(rng *rand.Rand, n int) {
	x.t.Helper()
	for range n {
		register, code := "goods", fmt.Sprint("g", rng.IntN(30))
		body := fmt.Sprintf(`{"name":"Бараа %d","barcodes":["%s%d"],"prices":[{"amount":"%d"}]}`, rng.IntN(9), code, rng.IntN(2), 1+rng.IntN(5))
		if rng.IntN(4) == 0 {
			register, code, body = "categories", fmt.Sprint("к", rng.IntN(5)), fmt.Sprintf(`{"name":"А%d"}`, rng.IntN(9))
		}
		c := registers.Change{Code: code, Body: []byte(body), Delete: rng.IntN(4) == 0}
		if _, err := x.regs.Put(context.Background(), "test", x.scope, register, c); err != nil && fault.CodeOf(err) != fault.RowUnknown {
			x.t.Fatal(err)
		}
	}
}

// A box sees what is its own, and nothing else; nobody else sees anything.
func TestOnlyItsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newCentre(t, dsn), context.Background()
		var other store.Company
		x.write(func(tx *store.Tx) (err error) {
			other, err = tx.AddCompany("Өөр", 1)
			return err
		})
		key, point := x.box(x.c, 1)
		neighbour, theirPoint := x.box(x.c, 2)
		stranger, _ := x.box(other, 3)
		for _, loc := range []string{"north", "south"} {
			if _, err := x.regs.Put(ctx, "t", x.scope, "locations", registers.Change{Code: loc, Body: []byte(`{"name":"Байршил"}`)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := x.regs.Put(ctx, "t", point, "points", registers.Change{Code: point.Name, Body: []byte(`{"location":"north"}`), Merge: true}); err != nil {
			t.Fatal(err)
		}
		status, body := x.get(key, "/v1/scopes")
		var s wire.Scopes
		if err := json.Unmarshal(body, &s); err != nil || status != 200 || !s.SignedBy(x.baaz, journal.BoxOf(key.Public().(ed25519.PublicKey))) {
			t.Fatalf("%d %s", status, body)
		}
		north := wire.GroupScope(uint64(x.c), "north")
		want := []wire.ScopeState{{Scope: x.scope, Version: 2}, {Scope: north}, {Scope: point, Version: 2}}
		if !slices.Equal(s.Scopes, want) {
			t.Errorf("%v", s.Scopes)
		}
		rows, at := x.snapshot(key, x.scope)
		x.snapshot(key, north)
		if len(rows) != 2 {
			t.Errorf("%v", rows)
		}
		for _, c := range []struct {
			key    ed25519.PrivateKey
			scope  wire.Scope
			status int
			code   fault.Code
		}{
			{key, theirPoint, 403, fault.ScopeForeign}, {key, wire.GroupScope(uint64(x.c), "south"), 403, fault.ScopeForeign},
			{key, wire.CompanyScope(uint64(other)), 403, fault.ScopeForeign}, {key, wire.CompanyScope(99), 403, fault.ScopeForeign},
			{stranger, x.scope, 403, fault.ScopeForeign}, {stranger, point, 403, fault.ScopeForeign}, {neighbour, point, 403, fault.ScopeForeign},
			{neighbour, north, 403, fault.ScopeForeign}, {nil, x.scope, 401, fault.RequestSignature},
			{ed25519.NewKeyFromSeed(make([]byte, 32)), x.scope, 404, fault.BoxUnknown},
		} {
			hash := journal.Hash{}
			for _, what := range []string{"/snapshot", "/snapshot/" + hash.String(), "/changes?after=0"} {
				x.refused(c.key, "/v1/scopes/"+c.scope.String()+what, c.status, c.code)
			}
		}
		x.refused(key, "/v1/scopes/nonsense/snapshot", 403, fault.ScopeForeign)
		x.refused(key, "/v1/scopes/"+x.scope.String()+"/snapshot/"+journal.Hash{}.String(), 404, fault.NotFound)
		x.refused(key, "/v1/scopes/"+x.scope.String()+"/changes?after=0&chain=zz", 400, fault.QueryMalformed)
		// A history that is not BAAZ's, and one beyond its end.
		x.refused(key, changesAt(x.scope, wire.Position{Version: 1, Chain: at.Chain}), 410, fault.ScopeBehind)
		x.refused(key, changesAt(x.scope, wire.Position{Version: 99, Chain: at.Chain}), 410, fault.ScopeBehind)
		for _, state := range []store.BoxState{store.BoxRevoked, store.BoxReplaced} {
			x.write(func(tx *store.Tx) error {
				return tx.SetBoxState(x.c, journal.BoxOf(key.Public().(ed25519.PublicKey)), state)
			})
			code := map[store.BoxState]fault.Code{store.BoxRevoked: fault.BoxRevoked, store.BoxReplaced: fault.BoxReplaced}[state]
			for _, target := range []string{"/v1/scopes", "/v1/stream", "/v1/scopes/" + x.scope.String() + "/snapshot", changesAt(x.scope, at)} {
				x.refused(key, target, 403, code)
			}
		}
	})
}

// A request is good for a while and for one target. Whatever clock the box has: it tells BAAZ's time.
func TestRequestsArePlacedAndTimed(t *testing.T) {
	x := newCentre(t, t.TempDir()+"/b.db")
	key, _ := x.box(x.c, 1)
	sign := func(target string, at time.Time) string {
		return wire.Request{Method: "GET", Target: target, Time: at.UnixMicro(), BAAZ: x.baaz}.Sign(key)
	}
	for name, c := range map[string]struct {
		header string
		want   fault.Code
	}{
		"now":            {sign("/v1/scopes", time.Now()), ""},
		"years ago":      {sign("/v1/scopes", time.Now().AddDate(-6, 0, 0)), fault.RequestStale},
		"years ahead":    {sign("/v1/scopes", time.Now().AddDate(6, 0, 0)), fault.RequestStale},
		"another target": {sign("/v1/stream", time.Now()), fault.RequestSignature},
		"token":          {"Bearer abc", fault.RequestSignature},
	} {
		req, err := http.NewRequest("GET", x.http.URL+"/v1/scopes", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", c.header)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Code fault.Code }
		err = json.NewDecoder(resp.Body).Decode(&said)
		resp.Body.Close()
		if err != nil || said.Code != c.want {
			t.Errorf("%s: %d %s, %v", name, resp.StatusCode, said.Code, err)
		}
	}
}

// A file is read in any pieces, and goes on where it was cut.
func TestFileInRanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x, ctx := newCentre(t, dsn), context.Background()
		key, _ := x.box(x.c, 1)
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 60 { // lines that cannot be packed, over several parts
			noise := make([]byte, 90*40)
			for j := range noise {
				noise[j] = byte(rng.Uint32())
			}
			var changes []registers.Change
			for j := range 40 {
				changes = append(changes, registers.Change{Code: fmt.Sprint(i, "-", j), Body: fmt.Appendf(nil, `{"name":"%x","prices":[{"amount":"1"}]}`, noise[j*90:j*90+90])})
			}
			if _, err := x.regs.Apply(ctx, "t", x.scope, "goods", changes); err != nil {
				t.Fatal(err)
			}
		}
		_, body := x.get(key, "/v1/scopes/"+x.scope.String()+"/snapshot")
		var s wire.Snapshot
		if err := json.Unmarshal(body, &s); err != nil {
			t.Fatal(err)
		}
		target := "/v1/scopes/" + x.scope.String() + "/snapshot/" + s.Hash.String()
		_, whole := x.get(key, target)
		for range 20 {
			from := rng.Int64N(s.Size)
			req, _ := http.NewRequest("GET", x.http.URL+target, nil)
			req.Header.Set("Authorization", wire.Request{Method: "GET", Target: target, Time: time.Now().UnixMicro(), BAAZ: x.baaz}.Sign(key))
			req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != 206 || !bytes.Equal(rest, whole[from:]) {
				t.Fatalf("from %d: %d, %d bytes", from, resp.StatusCode, len(rest))
			}
		}
		if len(whole) < 100_000 || !strings.Contains(resp(x, key, target).Get("Cache-Control"), "immutable") {
			t.Errorf("%d bytes", len(whole))
		}
	})
}

func resp(x *centre, key ed25519.PrivateKey, target string) http.Header {
	r := x.open(context.Background(), key, target)
	r.Body.Close()
	return r.Header
}

// nudges reads a stream and tells of each nudge.
func (x *centre) nudges(ctx context.Context, key ed25519.PrivateKey) <-chan string {
	r := x.open(ctx, key, "/v1/stream") // until the test ends: httptest waits for it
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/event-stream" {
		x.t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer r.Body.Close()
		for sc := bufio.NewScanner(r.Body); sc.Scan(); {
			if strings.HasPrefix(sc.Text(), "event:") {
				lines <- sc.Text()
			}
		}
	}()
	return lines
}

func expect(t *testing.T, lines <-chan string, open bool, what string) {
	t.Helper()
	select {
	case _, ok := <-lines:
		if ok != open {
			t.Errorf("%s: open %v", what, ok)
		}
	case <-time.After(time.Minute):
		t.Errorf("%s: nothing came", what)
	}
}

func TestStream(t *testing.T) {
	x, ctx := newCentre(t, t.TempDir()+"/b.db"), t.Context()
	key, point := x.box(x.c, 1)
	neighbour, _ := x.box(x.c, 2)
	mine, theirs := x.nudges(ctx, key), x.nudges(ctx, neighbour)
	expect(t, mine, true, "at once")
	expect(t, theirs, true, "at once")
	put := func(scope wire.Scope, register, code, body string) {
		t.Helper()
		if _, err := x.regs.Put(ctx, "t", scope, register, registers.Change{Code: code, Body: []byte(body), Merge: true}); err != nil {
			t.Fatal(err)
		}
	}
	put(x.scope, "locations", "north", `{"name":"А"}`)
	expect(t, mine, true, "of the company")
	expect(t, theirs, true, "of the company")
	put(point, "points", point.Name, `{"location":"north"}`)
	expect(t, mine, true, "of the point")
	put(wire.GroupScope(uint64(x.c), "north"), "tabs", "1", `{"name":"А"}`)
	expect(t, mine, true, "of the location that it has now")
	select {
	case <-theirs:
		t.Error("a nudge for what is another's")
	case <-time.After(100 * time.Millisecond):
	}
	second := x.nudges(ctx, key)
	expect(t, second, true, "at once")
	expect(t, mine, true, "the older stream is told of it")
	expect(t, mine, false, "the older stream ends")
	x.write(func(tx *store.Tx) error {
		return tx.SetBoxState(x.c, journal.BoxOf(key.Public().(ed25519.PublicKey)), store.BoxRevoked)
	})
	put(x.scope, "locations", "north", `{"name":"Б"}`)
	expect(t, second, false, "the stream of a revoked box ends")
	expect(t, theirs, true, "of the company")
	if n := x.down.Streams(); n != 1 {
		t.Errorf("%d streams", n)
	}
}
