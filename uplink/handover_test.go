package uplink

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"posbox/pos/event"
	"posbox/wire"
)

// deaf is a network on which nothing is reached; it counts.
type deaf struct{ asked int }

func (d *deaf) RoundTrip(*http.Request) (*http.Response, error) {
	d.asked++
	return nil, errors.New("no network")
}

// What fails is tried again at its own time, which grows: the kicks of heartbeats make no more of it, and no chain of tries
// begins another. What BAAZ says itself is heeded at once.
func TestServeHandedBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
		var net deaf
		var log strings.Builder
		joined := &event.BoxJoined{BAAZ: hex.EncodeToString(key.Public().(ed25519.PublicKey)), Address: "http://baaz.example"}
		p := NewPulse(PulseOptions{Key: key, Membership: func() Membership { return Membership{Joined: joined} }, Wish: func() Wish { return Wish{} }, HTTP: &net,
			Handed: func(context.Context, wire.Handovers) error { return nil }, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); p.ServeHanded(ctx) }()
		for range 24 * 60 {
			p.handedOver()
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		if net.asked < 100 || net.asked > 160 { // every ten minutes, once the wait has grown
			t.Errorf("asked %d times in a day", net.asked)
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 1 {
			t.Errorf("%d warnings of one trouble", n)
		}
		before := net.asked
		p.Wished()
		synctest.Wait()
		if net.asked != before+1 {
			t.Errorf("BAAZ has news, and was asked %d times", net.asked-before)
		}
		before = net.asked
		for range 60 {
			p.Wished()
			time.Sleep(time.Minute)
		}
		if n := net.asked - before; n > 60+7 {
			t.Errorf("BAAZ had news 60 times in an hour and was asked %d times", n)
		}
		cancel()
		<-ended
	})
}
