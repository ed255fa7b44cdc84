package taxpayer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/drivers/fiscal/taxpayer"
	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// register is the stand-in's.
func register(t *testing.T) (*service.Service, *taxpayer.Client) {
	t.Helper()
	s := service.New(service.Options{})
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return s, client(t, srv.URL)
}

func client(t *testing.T, address string) *taxpayer.Client {
	t.Helper()
	c, err := taxpayer.New(address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFind(t *testing.T) {
	s, c := register(t)
	for _, x := range []struct {
		number event.Register
		tin    string
		name   string
		found  fiscal.Found
	}{
		{"1234567", "37900846788", "Өргөө Худалдаа ХХК", fiscal.FoundKnown},
		{"37900846788", "37900846788", "Өргөө Худалдаа ХХК", fiscal.FoundKnown},
		{"1234568", "", "", fiscal.FoundUnknown},
		{"УБ12345678", "", "", fiscal.FoundUnknown},
		{"37900846789", "37900846789", "", fiscal.FoundUnknown},
	} {
		if p, f := c.Find(t.Context(), x.number); f != x.found || p.TIN != x.tin || p.Name != x.name {
			t.Errorf("%s: %s %+v", x.number, f, p)
		}
	}
	for _, kind := range []service.Kind{service.Drop, service.Error500, service.Garbage} {
		if err := s.FaultLookup(kind, 0); err != nil {
			t.Fatal(err)
		}
		if p, f := c.Find(t.Context(), "1234567"); f != fiscal.FoundAway || p.TIN != "" {
			t.Errorf("%s: %s %+v", kind, f, p)
		}
		s.Cure()
		if _, f := c.Find(t.Context(), "1234567"); f != fiscal.FoundKnown { // what has passed has passed
			t.Errorf("after %s: %s", kind, f)
		}
	}
	if err := s.FaultLookup(service.Hang, 1); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer end()
	if _, f := c.Find(ctx, "1234567"); f != fiscal.FoundAway {
		t.Errorf("a register that hangs: %s", f)
	}
}

// TestNameless: where the number is answered and the name is not, the taxpayer is known by the number.
func TestNameless(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/info/check/getTinInfo" {
			w.Write([]byte(`{"msg":"","status":200,"data":37900846788}`))
			return
		}
		http.Error(w, "", http.StatusBadGateway)
	}))
	t.Cleanup(srv.Close)
	if p, f := client(t, srv.URL).Find(t.Context(), "1234567"); f != fiscal.FoundKnown || p.TIN != "37900846788" || p.Name != "" {
		t.Errorf("%s %+v", f, p)
	}
}

func TestAddress(t *testing.T) {
	for _, bad := range []string{"", "api.ebarimt.mn", "ftp://api.ebarimt.mn", "https://", "https://a/b", "https://a?x=1", "https://u:p@a"} {
		if _, err := taxpayer.New(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// asked is a source that counts.
type asked struct {
	taxpayer.Source
	times int
	away  bool
}

func (a *asked) Find(ctx context.Context, r event.Register) (fiscal.Taxpayer, fiscal.Found) {
	if a.times++; a.away {
		return fiscal.Taxpayer{}, fiscal.FoundAway
	}
	return a.Source.Find(ctx, r)
}

// TestBook: what the register has said outlives a restart with its age; it is asked again after a day, and what it does not know
// is not asked again and again.
func TestBook(t *testing.T) {
	_, c := register(t)
	from := &asked{Source: c}
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "taxpayers.json")
	open := func() *taxpayer.Book {
		b, err := taxpayer.OpenBook(file, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	find := func(b *taxpayer.Book, r event.Register, want fiscal.Found, old bool, times int) taxpayer.Answer {
		t.Helper()
		a, err := b.Find(t.Context(), from, r)
		if err != nil || a.Found != want || a.Old != old || from.times != times {
			t.Errorf("%s: %+v, %v, asked %d times", r, a, err, from.times)
		}
		return a
	}
	b := open()
	if a := b.Look("1234567"); a.Found != fiscal.FoundAway {
		t.Errorf("an empty book knows %+v", a)
	}
	if a, err := b.Find(t.Context(), nil, "1234567"); err != nil || a.Found != fiscal.FoundNowhere {
		t.Errorf("%+v, %v", a, err)
	}
	find(b, "1234567", fiscal.FoundKnown, false, 1)
	find(b, "1234567", fiscal.FoundKnown, false, 1)
	find(b, "1111111", fiscal.FoundUnknown, false, 2)
	find(b, "1111111", fiscal.FoundUnknown, false, 2)
	b = open()
	if a := find(b, "1234567", fiscal.FoundKnown, false, 2); a.TIN != "37900846788" || a.Name != "Өргөө Худалдаа ХХК" || !a.At.Equal(now) {
		t.Errorf("after a restart: %+v", a)
	}
	from.away = true
	now = now.Add(25 * time.Hour)
	find(b, "1234567", fiscal.FoundKnown, true, 3)
	find(b, "7654321", fiscal.FoundAway, false, 4)
	from.away = false
	find(b, "1234567", fiscal.FoundKnown, false, 5)
	now = now.Add(-30 * 24 * time.Hour) // a clock set back does not make it young for ever
	find(b, "1234567", fiscal.FoundKnown, false, 6)
}

// TestDamagedBook: a book that cannot be read is told and begins empty; one that names a wrong taxpayer number is not believed.
func TestDamagedBook(t *testing.T) {
	for _, text := range []string{"", "{", `[]`, `{"1234567":{"tin":"12"}}`, `{"1234567":{"tin":"3790084678x"}}`, `{"37900846788":{"tin":"37900846789"}}`} {
		file := filepath.Join(t.TempDir(), "taxpayers.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := taxpayer.OpenBook(file, time.Now)
		if err == nil || b.Look("1234567").Found != fiscal.FoundAway {
			t.Errorf("%q: %v", text, err)
		}
		_, c := register(t)
		if a, err := b.Find(t.Context(), c, "1234567"); err != nil || a.Found != fiscal.FoundKnown {
			t.Errorf("%q: it does not go on: %+v, %v", text, a, err)
		}
	}
}

// TestBookIsBounded: the oldest give way.
func TestBookIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("5000 files written")
	}
	file := filepath.Join(t.TempDir(), "taxpayers.json")
	text := []byte(`{`)
	for i := range 5000 {
		if i > 0 {
			text = append(text, ',')
		}
		at := time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339)
		text = append(text, `"`+number(1000000+i)+`":{"tin":"37900846788","name":"А","at":"`+at+`"}`...)
	}
	if err := os.WriteFile(file, append(text, '}'), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := taxpayer.OpenBook(file, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, c := register(t)
	if _, err := b.Find(t.Context(), c, "7654321"); err != nil {
		t.Fatal(err)
	}
	if b.Look("1000000").Found != fiscal.FoundAway || b.Look("1000001").Found != fiscal.FoundKnown || b.Look("7654321").Found != fiscal.FoundKnown {
		t.Error("not the oldest gave way")
	}
}

func number(n int) string {
	text := make([]byte, 7)
	for i := range text {
		text[6-i] = byte('0' + n%10)
		n /= 10
	}
	return string(text)
}
