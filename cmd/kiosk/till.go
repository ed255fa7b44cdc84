package main

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// patience is how long posd may be away before the page gives way to the trouble page. The page itself says within a second
// that it cannot reach posd; a posd that only starts again is back before this.
const patience = 5 * time.Second

// till is posd, as far as the kiosk knows it: an address that answers or not.
type till struct {
	url, token string // token: a file
	patience   time.Duration

	mu   sync.Mutex
	here bool
	seen bool      // ever
	last time.Time // when it last answered
}

// watch asks posd once a second, more often until it answers for the first time.
func (t *till) watch(ctx context.Context) {
	for {
		t.note(answers(ctx, t.url+"api/health"), time.Now())
		pause := time.Second
		if !t.ever() {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (t *till) note(here bool, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.here = here
	if here {
		t.seen, t.last = true, now
	}
}

func (t *till) ever() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen
}

// away reports whether posd has been away for too long, or was never there.
func (t *till) away(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.here && (!t.seen || now.Sub(t.last) > t.patience)
}

// address is the till's page. The token stands in it once: posd answers with a cookie and an address without it.
func (t *till) address(role string) (string, error) {
	if role == roleBuyer {
		return t.url + "#/display", nil // the cookie is there: the till's window was first
	}
	b, err := os.ReadFile(t.token)
	if err != nil {
		return "", err
	}
	return t.url + "?token=" + strings.TrimSpace(string(b)), nil
}

// answers reports whether anybody answers at an address, whatever: a till that cannot sell has a screen that says so.
func answers(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return true
}
