package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"posbox/journal"
)

func TestScopes(t *testing.T) {
	for text, want := range map[string]Scope{"7": CompanyScope(7), "7.group.north_1": GroupScope(7, "north_1"), "7.point.3": PointScope(7, 3)} {
		got, err := ParseScope(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "0", "07", "-7", "7.", "7.point", "7.point.", "7.point.03", "7.point.x", "7.group.", "7.group.Төв", "7.group.a.b",
		"7.shop.3", "9223372036854775808", "7.group." + strings.Repeat("a", 33), "7.group.A", "7.point.3 "} {
		if got, err := ParseScope(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

// changes makes n changes of a small register, and the chain behind them.
func changes(n int) (list []Row, chain journal.Hash) {
	for i := range n {
		r := Row{Version: uint64(i + 1), Register: "goods", Code: string(rune('a' + i%5)), Body: []byte(`{"name":"Сүү"}`)}
		if i%7 == 6 {
			r.Gone, r.Body = true, nil
		}
		list, chain = append(list, r), Chain(chain, r)
	}
	return list, chain
}

func page(t testing.TB, key ed25519.PrivateKey, p Page) []byte {
	t.Helper()
	b, err := p.Pack(key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPages(t *testing.T) {
	public := baazKey().Public().(ed25519.PublicKey)
	rows, chain := changes(20)
	whole := page(t, baazKey(), Page{Scope: CompanyScope(7), Head: 25, Time: 5, Chain: chain, Rows: rows})
	got, err := UnpackPage(whole, public, CompanyScope(7), Position{})
	if err != nil || got.Last() != 20 || got.Head != 25 || got.Chain != chain || len(got.Rows) != 20 || got.Time != 5 {
		t.Fatalf("%+v %v", got, err)
	}
	for i, r := range got.Rows {
		if r.Key() != rows[i].Key() || r.Version != rows[i].Version || r.Gone != rows[i].Gone || !bytes.Equal(r.Body, rows[i].Body) {
			t.Errorf("row %d: %v", i, r)
		}
	}
	// The same in two pages.
	var at Position
	for _, cut := range [][]Row{rows[:7], rows[7:]} {
		end := at.Chain
		for _, r := range cut {
			end = Chain(end, r)
		}
		p, err := UnpackPage(page(t, baazKey(), Page{Scope: CompanyScope(7), After: at.Version, Head: 20, Chain: end, Rows: cut}), public, CompanyScope(7), at)
		if err != nil {
			t.Fatal(err)
		}
		at = Position{Version: p.Last(), Chain: p.Chain}
	}
	if at.Version != 20 || at.Chain != chain {
		t.Errorf("%+v", at)
	}
	if _, err := (Page{Rows: make([]Row, MaxPageRows+1)}).Pack(baazKey()); err == nil {
		t.Error("a page of any length")
	}
}

func TestBadPages(t *testing.T) {
	public := baazKey().Public().(ed25519.PublicKey)
	rows, chain := changes(5)
	good := page(t, baazKey(), Page{Scope: CompanyScope(7), Head: 5, Chain: chain, Rows: rows})
	set := func(at int, v uint32) []byte {
		b := bytes.Clone(good)
		binary.BigEndian.PutUint32(b[at:], v)
		return b
	}
	encoder, _ := zstd.NewWriter(nil)
	bomb := encoder.EncodeAll(make([]byte, 256<<20), nil)
	swapped := slices.Clone(rows)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	for name, x := range map[string]struct {
		body []byte
		want error
	}{
		"empty":                {nil, ErrPage},
		"portal":               {[]byte(strings.Repeat("<html>", 100)), ErrPage},
		"another format":       {append([]byte("PBC2"), good[4:]...), ErrPage},
		"cut":                  {good[:len(good)-2], ErrPage},
		"something behind":     {append(bytes.Clone(good), 0), ErrPage},
		"fewer than it has":    {set(28, 4), ErrPage},
		"more than it has":     {set(28, 6), ErrRow},
		"too many":             {set(28, MaxPageRows+1), ErrPage},
		"too large":            {set(32, MaxPage+1), ErrPage},
		"zip bomb":             {append(bytes.Clone(good[:pageHead]), bomb...), ErrPage},
		"bad signature":        {set(70, 7), ErrPageKey},
		"another head":         {set(12, 7), ErrPageKey},
		"signed by another":    {page(t, boxKey(), Page{Scope: CompanyScope(7), Head: 5, Chain: chain, Rows: rows}), ErrPageKey},
		"of another scope":     {page(t, baazKey(), Page{Scope: PointScope(7, 1), Head: 5, Chain: chain, Rows: rows}), ErrPageKey},
		"out of order":         {page(t, baazKey(), Page{Scope: CompanyScope(7), Head: 5, Chain: chain, Rows: swapped}), ErrPage},
		"from elsewhere":       {page(t, baazKey(), Page{Scope: CompanyScope(7), After: 5, Head: 5, Chain: chain}), ErrPageChain},
		"of another history":   {page(t, baazKey(), Page{Scope: CompanyScope(7), Head: 5, Chain: journal.Hash{1}, Rows: rows}), ErrPageChain},
		"a head before itself": {page(t, baazKey(), Page{Scope: CompanyScope(7), Head: 4, Chain: chain, Rows: rows}), ErrPageChain},
	} {
		if _, err := UnpackPage(x.body, public, CompanyScope(7), Position{}); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
}

// A snapshot's rows are read in order, and what is none is refused.
func TestRows(t *testing.T) {
	rows := []Row{{Version: 3, Register: "goods", Code: "a", Body: []byte("{}")}, {Version: 9, Register: "goods", Code: "ab", Body: []byte("{}")},
		{Version: 1, Register: "roles", Code: "a", Body: bytes.Repeat([]byte("x"), 100_000)}}
	var raw []byte
	for _, r := range rows {
		raw = r.Append(raw)
	}
	read := func(b []byte) (n int, err error) {
		s := NewRows(bytes.NewReader(b))
		for {
			r, err := s.Next()
			if err == io.EOF {
				return n, nil
			}
			if err != nil {
				return n, err
			}
			if want := rows[n]; r.Key() != want.Key() || !bytes.Equal(r.Body, want.Body) {
				t.Fatalf("row %d is %v", n, r)
			}
			n++
		}
	}
	if n, err := read(raw); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	for name, b := range map[string][]byte{"cut": raw[:len(raw)-1], "cut in the head": raw[:7], "twice": rows[0].Append(rows[0].Append(nil)), "out of order": rows[0].Append(rows[1].Append(nil))[:0],
		"gone": Row{Version: 1, Gone: true, Register: "goods", Code: "a"}.Append(nil), "no code": Row{Version: 1, Register: "goods", Body: []byte("{}")}.Append(nil),
		"version 0": Row{Register: "goods", Code: "a", Body: []byte("{}")}.Append(nil)} {
		if name == "out of order" {
			b = rows[0].Append(rows[2].Append(nil))
			rows[0], rows[2] = rows[2], rows[0]
		}
		if _, err := read(b); !errors.Is(err, ErrRow) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "out of order" {
			rows[0], rows[2] = rows[2], rows[0]
		}
	}
}

func TestSignedRequests(t *testing.T) {
	box, baaz := boxKey().Public().(ed25519.PublicKey), baazKey().Public().(ed25519.PublicKey)
	const now = int64(1_790_000_000_000_000)
	header := Request{Method: "GET", Target: "/v1/scopes?x=1", Time: now, BAAZ: baaz}.Sign(boxKey())
	claim, err := ReadClaim(header)
	if err != nil || claim.Box != journal.BoxOf(box) {
		t.Fatal(claim, err)
	}
	good := Signed{Method: "GET", Target: "/v1/scopes?x=1"}
	for name, x := range map[string]struct {
		s         Signed
		baaz, key ed25519.PublicKey
		now       int64
		want      error
	}{
		"as it is":       {good, baaz, box, now, nil},
		"a little later": {good, baaz, box, now + RequestLife.Microseconds(), nil},
		"too late":       {good, baaz, box, now + RequestLife.Microseconds() + 1, ErrStale},
		"too early":      {good, baaz, box, now - RequestLife.Microseconds() - 1, ErrStale},
		"years later":    {good, baaz, box, now + (5 * 365 * 24 * time.Hour).Microseconds(), ErrStale},
		"another method": {Signed{Method: "POST", Target: good.Target}, baaz, box, now, ErrUnsigned},
		"another target": {Signed{Method: "GET", Target: "/v1/scopes?x=2"}, baaz, box, now, ErrUnsigned},
		"another BAAZ":   {good, box, box, now, ErrUnsigned},
		"another box":    {good, baaz, baaz, now, ErrUnsigned},
		"no key":         {good, baaz, nil, now, ErrUnsigned},
	} {
		if err := claim.Proved(x.s, x.baaz, x.key, x.now); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	for _, bad := range []string{"", "Posbox", "Bearer x", header + " x", strings.Replace(header, "Posbox", "posbox", 1), header[:len(header)-2], strings.Replace(header, " 179", " x179", 1)} {
		if _, err := ReadClaim(bad); err == nil {
			t.Errorf("%q is a claim", bad)
		}
	}
}

// The signed documents hold only for whom and what they were signed, in every field.
func TestSignedDocuments(t *testing.T) {
	baaz, box := baazKey().Public().(ed25519.PublicKey), journal.BoxOf(boxKey().Public().(ed25519.PublicKey))
	s := Scopes{Box: box.String(), Scopes: []ScopeState{{CompanyScope(7), 3}, {PointScope(7, 1), 0}}, Time: 9}
	s.Sign(baazKey())
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Scopes
	if err := json.Unmarshal(text, &back); err != nil || !back.SignedBy(baaz, box) {
		t.Errorf("%s %v", text, err)
	}
	for _, change := range []func(*Scopes){func(s *Scopes) { s.Time++ }, func(s *Scopes) { s.Scopes[0].Version++ }, func(s *Scopes) { s.Scopes = s.Scopes[:1] }, func(s *Scopes) { s.Signature = "" }} {
		if json.Unmarshal(text, &back); true {
			change(&back)
		}
		if back.SignedBy(baaz, box) {
			t.Error("a changed answer holds")
		}
	}
	if s.SignedBy(baaz, journal.Box{}) {
		t.Error("holds for another box")
	}
	snap := Snapshot{Scope: CompanyScope(7), Version: 3, Chain: journal.Hash{1}, Hash: journal.Hash{2}, Size: 4, Raw: 5, Rows: 6, Time: 7}
	snap.Sign(baazKey())
	if !snap.SignedBy(baaz, CompanyScope(7)) || snap.SignedBy(baaz, CompanyScope(8)) {
		t.Error("a snapshot's signature")
	}
	for i, change := range []func(*Snapshot){func(s *Snapshot) { s.Version++ }, func(s *Snapshot) { s.Chain[0]++ }, func(s *Snapshot) { s.Hash[0]++ }, func(s *Snapshot) { s.Size++ },
		func(s *Snapshot) { s.Raw++ }, func(s *Snapshot) { s.Rows++ }, func(s *Snapshot) { s.Time++ }} {
		other := snap
		if change(&other); other.SignedBy(baaz, CompanyScope(7)) {
			t.Errorf("change %d holds", i)
		}
	}
}

func FuzzPage(f *testing.F) {
	rows, chain := changes(3)
	f.Add(page(f, baazKey(), Page{Scope: CompanyScope(7), Head: 5, Chain: chain, Rows: rows}))
	f.Add([]byte("PBC1"))
	public := baazKey().Public().(ed25519.PublicKey)
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := UnpackPage(b, public, CompanyScope(7), Position{}); err == nil && p.Chain != chain {
			t.Error("a page that nobody has signed")
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add(Row{Version: 3, Register: "goods", Code: "a", Body: []byte("{}")}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, out := NewRows(bytes.NewReader(b)), []byte(nil)
		for {
			r, err := s.Next()
			if err != nil {
				if err == io.EOF && !bytes.Equal(out, b) {
					t.Error("read other rows than there are")
				}
				break
			}
			out = r.Append(out)
		}
		if r, rest, err := ReadRow(b); err == nil && !bytes.Equal(append(r.Append(nil), rest...), b) {
			t.Error("a row does not come back")
		}
	})
}

func FuzzClaim(f *testing.F) {
	f.Add(Request{Method: "GET", Target: "/", Time: 1}.Sign(boxKey()), "7.point.3")
	f.Fuzz(func(t *testing.T, header, scope string) {
		ReadClaim(header)
		if s, err := ParseScope(scope); err == nil && s.String() != scope {
			t.Errorf("%q is written %q", scope, s)
		}
	})
}
