package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"posbox/web/browser"
)

// by is the till as it is reached at another address.
func (b *box) by(url string) *box {
	other := *b
	other.url = url
	return &other
}

// once waits for n lines in the basket, each scanned once.
func once(t *testing.T, b *box, n int) {
	t.Helper()
	var lines []any
	eventually(t, "the till has all of it", func() bool {
		lines = at(b.state(), "basket", "lines").([]any)
		return len(lines) == n
	})
	for _, l := range lines {
		if q := at(l, "quantity"); q != "1" {
			t.Errorf("%v of %v, which was scanned once", q, at(l, "good"))
		}
	}
}

// hangs: a till that stands still and ends no connection is told as away, whether or not anything is asked of it. What is scanned
// meanwhile is neither lost nor done twice.
func hangs(t *testing.T, br *browser.Browser) {
	b, s := halted(t, br)
	s.Shown("away-banner")
	s.Scan(milkS)
	must(t, b.cmd.Process.Signal(syscall.SIGCONT))
	s.Gone("away-banner")
	s.Count("line", 2)
	once(t, b, 2)
	s.Scan(yoghurt)
	s.Count("line", 3)
	s.Says("total", "8000₮")
}

// line is a way to the till that may go dead without being cut.
type line struct {
	net.Listener
	to string

	mu   sync.Mutex
	dead *atomic.Bool  // of the connections that are open now
	free chan struct{} // closed: new ones pass
}

func newLine(t *testing.T, b *box) *line {
	t.Helper()
	u, err := url.Parse(b.url)
	must(t, err)
	l := &line{to: u.Host, dead: &atomic.Bool{}, free: make(chan struct{})}
	close(l.free)
	l.Listener, err = net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go l.carry(conn)
		}
	}()
	return l
}

func (l *line) carry(page net.Conn) {
	defer page.Close()
	l.mu.Lock()
	dead, free := l.dead, l.free
	l.mu.Unlock()
	<-free
	till, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer till.Close()
	go func() {
		defer till.Close()
		io.Copy(till, page)
	}()
	for b := make([]byte, 64<<10); ; {
		n, err := till.Read(b)
		if err == nil && !dead.Load() {
			_, err = page.Write(b[:n])
		}
		if err != nil {
			return
		}
	}
}

// die lets nothing come back any more to who is connected; who connects now waits until back is called.
func (l *line) die() (back func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead.Store(true)
	l.dead, l.free = &atomic.Bool{}, make(chan struct{})
	free := l.free
	return func() { close(free) }
}

// answersLost: what is said reaches the till, and nothing comes back. The page says so, tries another way by itself, and what was
// done already is not done again.
func answersLost(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	l := newLine(t, b)
	s := open(t, br, b.by("http://"+l.Addr().String()))
	s.Stage("sell")
	s.Scan(milk)
	s.Count("line", 1)
	back := l.die()
	s.Scan(milkS)
	s.Shown("away-banner")
	once(t, b, 2) // done, and the page has not been told
	back()
	s.Gone("away-banner")
	s.Count("line", 2)
	once(t, b, 2)
	s.Scan(yoghurt)
	s.Count("line", 3)
	once(t, b, 3)
}

// socketRefused and socketSwallowed: a page whose sockets do not get through sells all the same, and sees what others do.
func socketRefused(t *testing.T, br *browser.Browser) {
	withoutSocket(t, br, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no upgrade here", http.StatusBadGateway) })
}

func socketSwallowed(t *testing.T, br *browser.Browser) {
	withoutSocket(t, br, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

func withoutSocket(t *testing.T, br *browser.Browser, instead http.HandlerFunc) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	u, err := url.Parse(b.url)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // a cut line, no answer
	mux := http.NewServeMux()
	mux.Handle("/", proxy)
	mux.HandleFunc("/api/socket", instead)
	front := httptest.NewServer(mux)
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })

	s := &screen{br.Blank(t), t}
	s.Outage(true) // of sockets
	s.Go(b.by(front.URL).link())
	s.Stage("sell")
	s.Scan(milk)
	s.Count("line", 1)
	other := open(t, br, b)
	other.Count("line", 1)
	other.Scan(milkS)
	s.Count("line", 2)
	s.Gone("away-banner")
	s.Press("F9")
	s.Stage("pay")
	s.Press("Enter")
	s.Shown("after")
	if total := at(s.sold(b, 1), "total"); total != "6500.00" {
		t.Errorf("sold for %v, want 6500.00", total)
	}

	other.Outage(true)
	b.kill()
	s.Shown("away-banner") // what does not answer at all is told
}
