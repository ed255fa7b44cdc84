package uplinktest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Faults is a bad network: a transport that loses requests and answers, sends twice, delays past what follows, cuts
// bodies short, answers 500, or lets a captive portal answer. One in Rarely requests goes wrong.
type Faults struct {
	Below  http.RoundTripper
	Rarely int
	mu     sync.Mutex
	rng    *rand.Rand
	counts map[string]int
}

// NewFaults makes a bad network from a seed.
func NewFaults(below http.RoundTripper, seed uint64, rarely int) *Faults {
	return &Faults{Below: below, Rarely: rarely, rng: rand.New(rand.NewPCG(seed, 7)), counts: map[string]int{}}
}

// Counts returns how often each fault has happened.
func (f *Faults) Counts() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := map[string]int{}
	for k, v := range f.counts {
		counts[k] = v
	}
	return counts
}

var faults = []string{"request lost", "answer lost", "sent twice", "old one again", "cut request", "cut answer", "500", "portal", "portal redirect", "slow", "garbage"}

// pick chooses what goes wrong; empty: nothing.
func (f *Faults) pick() (fault string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rng.IntN(f.Rarely) > 0 {
		return "", 0
	}
	fault = faults[f.rng.IntN(len(faults))]
	f.counts[fault]++
	return fault, f.rng.IntN(1 << 20)
}

var errLost = errors.New("the network has lost it")

// RoundTrip implements http.RoundTripper.
func (f *Faults) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body.Close()
	}
	fault, n := f.pick()
	switch fault {
	case "request lost":
		return nil, errLost
	case "500":
		return canned(r, http.StatusInternalServerError, "oops"), nil
	case "portal":
		return canned(r, http.StatusOK, "<html>Log in to the free Wi-Fi</html>"), nil
	case "portal redirect":
		resp := canned(r, http.StatusFound, "")
		resp.Header.Set("Location", "http://portal.invalid/")
		return resp, nil
	case "garbage":
		return canned(r, http.StatusOK, `{"status":200,"seq":999999999,"standing":"active"}`), nil
	case "slow":
		time.Sleep(time.Duration(n%30) * time.Millisecond)
	case "sent twice":
		f.again(r, body)
	case "old one again": // it overtakes what comes after it, and arrives once more later
		delay := time.Duration(n%50) * time.Millisecond
		copied := bytes.Clone(body)
		go func() { time.Sleep(delay); f.again(r.Clone(r.Context()), copied) }()
	case "cut request":
		if len(body) > 0 {
			body = body[:n%len(body)]
		}
	}
	resp, err := f.Below.RoundTrip(with(r, body))
	if err != nil {
		return nil, err
	}
	switch fault {
	case "answer lost":
		resp.Body.Close()
		return nil, errLost
	case "cut answer":
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if len(text) > 0 {
			text = text[:n%len(text)]
		}
		resp.Body = io.NopCloser(bytes.NewReader(text))
	}
	return resp, nil
}

// again sends a request whose answer nobody hears.
func (f *Faults) again(r *http.Request, body []byte) {
	if resp, err := f.Below.RoundTrip(with(r, body)); err == nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func with(r *http.Request, body []byte) *http.Request {
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r
}

func canned(r *http.Request, status int, text string) *http.Response {
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"text/html"}}, Body: io.NopCloser(strings.NewReader(text))}
}
