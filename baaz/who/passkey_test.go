package who

import (
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"posbox/baaz/store"
)

// A ceremony is finished as what it was begun for, in time, and by nobody who has changed anything in it.
func TestCeremonies(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	p := &People{now: func() time.Time { return at }, device: []byte("secret")}
	c, err := p.seal(ceremonyLogin, map[string]string{}, &webauthn.SessionData{Challenge: "x", UserID: []byte{7}})
	if err != nil {
		t.Fatal(err)
	}
	if s, hash, err := p.unseal(ceremonyLogin, c.Sealed); err != nil || s.Challenge != "x" || len(hash) == 0 {
		t.Errorf("what was sealed: %+v, %v", s, err)
	}
	if _, _, err := p.unseal(ceremonyAdd, c.Sealed); err == nil {
		t.Error("a log-in was finished as a registration")
	}
	other := &People{now: p.now, device: []byte("another")}
	if _, _, err := other.unseal(ceremonyLogin, c.Sealed); err == nil {
		t.Error("another server's seal was taken")
	}
	for i := range c.Sealed {
		b := []byte(c.Sealed)
		b[i] ^= 1
		if _, _, err := p.unseal(ceremonyLogin, string(b)); err == nil {
			t.Fatalf("with another character at %d it was taken", i)
		}
	}
	at = at.Add(ceremonyLife + time.Second)
	if _, _, err := p.unseal(ceremonyLogin, c.Sealed); err == nil {
		t.Error("one that is too old was taken")
	}
}

func FuzzHandles(f *testing.F) {
	f.Add(handleOf(7, 3))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		home, person, err := parseHandle(b)
		if err == nil && (string(handleOf(home, person)) != string(b) || home < 0 || person < 1) {
			t.Errorf("%x is %d %d", b, home, person)
		}
	})
}

func FuzzSealed(f *testing.F) {
	p := &People{now: time.Now, device: []byte("secret")}
	c, _ := p.seal(ceremonyLogin, nil, &webauthn.SessionData{Challenge: "x"})
	f.Add(c.Sealed)
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		if _, _, err := p.unseal(ceremonyLogin, sealed); err == nil && sealed != c.Sealed {
			t.Errorf("%q was taken", sealed)
		}
	})
}

func TestHandles(t *testing.T) {
	for _, bad := range [][]byte{nil, make([]byte, 16), make([]byte, 15), handleOf(-1, 3), handleOf(3, 0), handleOf(3, -1)} {
		if _, _, err := parseHandle(bad); err == nil {
			t.Errorf("%x was taken", bad)
		}
	}
	if home, person, err := parseHandle(handleOf(store.Company(1<<53), 9)); err != nil || home != 1<<53 || person != 9 {
		t.Error(home, person, err)
	}
}
