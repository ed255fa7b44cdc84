package uplink

import (
	"crypto/ed25519"
	"net/http"
	"sync"
	"time"

	"posbox/wire"
)

// stamp signs requests with BAAZ's time, as BAAZ has signed it last and counted on since. Before that the machine's own
// has to do: it is enough to be told the right one.
type stamp struct {
	key ed25519.PrivateKey

	mu    sync.Mutex
	at    int64     // BAAZ's time, UTC µs; 0: not heard yet
	heard time.Time // when that was
}

// hear takes in a time that BAAZ has signed. An older one, which somebody may have kept, changes nothing.
func (s *stamp) hear(at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at > s.at {
		s.at, s.heard = at, time.Now()
	}
}

// last is the newest time that BAAZ has signed; 0: none.
func (s *stamp) last() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// forget begins anew: it is another BAAZ, or its clock has been set back.
func (s *stamp) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = 0
}

// sign signs a request for a BAAZ.
func (s *stamp) sign(r *http.Request, baaz ed25519.PublicKey) {
	s.mu.Lock()
	now := time.Now().UnixMicro()
	if s.at != 0 {
		now = s.at + time.Since(s.heard).Microseconds()
	}
	s.mu.Unlock()
	w := wire.Request{Method: r.Method, Target: r.URL.RequestURI(), Time: now, BAAZ: baaz}
	r.Header.Set("Authorization", w.Sign(s.key))
}
