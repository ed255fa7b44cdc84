package posapi_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"posbox/drivers/fiscal/posapi"
	"posbox/drivers/fiscal/posapi/posapitest"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/fiscal"
)

func standin(t *testing.T) (*service.Service, *posapi.Client) {
	t.Helper()
	s := service.New(service.Options{})
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return s, client(t, srv.URL)
}

func client(t *testing.T, url string) *posapi.Client {
	t.Helper()
	c, err := posapi.New(url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestConformance holds the stand-in to what a real PosAPI must do.
func TestConformance(t *testing.T) {
	_, c := standin(t)
	posapitest.Run(t, c, posapitest.Shop{Merchant: posapitest.Sample, Business: "37900846788"})
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		kind  service.Kind
		at    service.At
		want  fiscal.Verdict
		exist int // receipts that exist afterwards
	}{
		{service.Drop, service.Before, fiscal.VerdictUncertain, 0},
		{service.Drop, service.After, fiscal.VerdictUncertain, 1},
		{service.Hang, service.Before, fiscal.VerdictUncertain, 0},
		{service.Hang, service.After, fiscal.VerdictUncertain, 1},
		{service.Error200, service.Before, fiscal.VerdictRefused, 0},
		{service.Error500, service.After, fiscal.VerdictUncertain, 1},
		{service.Garbage, service.After, fiscal.VerdictUncertain, 1},
		{service.NoLottery, service.Before, fiscal.VerdictDone, 1},
	} {
		t.Run(string(c.kind)+" "+string(c.at), func(t *testing.T) {
			s, client := standin(t)
			if err := s.Fault(c.kind, c.at, 1); err != nil {
				t.Fatal(err)
			}
			patience := time.Minute
			if c.kind == service.Hang {
				patience = 2 * time.Second // in which the service has to have done what it does before it hangs
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r := posapitest.Receipt(t, posapitest.Sample, 1)
			o := client.Issue(ctx, r.Body(), len(r.Receipts))
			if o.Verdict != c.want || len(s.Receipts()) != c.exist {
				t.Errorf("%s with %d receipts, want %s with %d: %v", o.Verdict, len(s.Receipts()), c.want, c.exist, o.Cause)
			}
			if c.kind == service.NoLottery && (!o.Issued.Lottery.Empty() || o.Issued.QR.Empty()) {
				t.Error("a lottery number where there is none")
			}
		})
	}
}

// TestSlow: whoever waits long enough gets the receipt, once.
func TestSlow(t *testing.T) {
	s := service.New(service.Options{})
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	resp, err := http.Post(srv.URL+"/control/fault", "application/json", strings.NewReader(`{"kind":"slow","at":"after","times":1,"ms":200}`))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	r := posapitest.Receipt(t, posapitest.Sample, 1)
	begun := time.Now()
	if o := client(t, srv.URL).Issue(t.Context(), r.Body(), 1); o.Verdict != fiscal.VerdictDone || time.Since(begun) < 200*time.Millisecond {
		t.Errorf("%+v after %v", o, time.Since(begun))
	}
	if n := len(s.Receipts()); n != 1 {
		t.Errorf("%d receipts", n)
	}
}

// TestSentOnce: a service that hangs up on every request, at every moment, sees each at most once.
func TestSentOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var connections, read atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			c.Read(make([]byte, read.Load()))
			c.Close()
		}
	}()
	for _, bytes := range []int32{0, 1, 100, 4096} {
		connections.Store(0)
		read.Store(bytes)
		o := client(t, "http://"+l.Addr().String()).Issue(t.Context(), posapitest.Receipt(t, posapitest.Sample, 1).Body(), 1)
		if o.Verdict != fiscal.VerdictUncertain || connections.Load() != 1 {
			t.Errorf("after %d bytes: %s over %d connections", bytes, o.Verdict, connections.Load())
		}
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c := client(t, "http://"+l.Addr().String())
	if o := c.Issue(t.Context(), []byte("{}"), 1); o.Verdict != fiscal.VerdictUnsent || o.Cause == nil {
		t.Errorf("%+v", o)
	}
	if o := c.Cancel(t.Context(), []byte("{}")); o.Verdict != fiscal.VerdictUnsent {
		t.Errorf("%+v", o)
	}
	if _, err := c.Info(t.Context()); err == nil {
		t.Error("info of nobody")
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	srv := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	if o := client(t, srv.URL).Issue(t.Context(), []byte("{}"), 1); o.Verdict != fiscal.VerdictUncertain || reached {
		t.Errorf("%s, reached %v", o.Verdict, reached)
	}
}

func TestLongAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 5 << 10 {
			w.Write(make([]byte, 1<<10))
		}
	}))
	defer srv.Close()
	if o := client(t, srv.URL).Issue(t.Context(), []byte("{}"), 1); o.Verdict != fiscal.VerdictUncertain {
		t.Errorf("%+v", o)
	}
}

func TestAddresses(t *testing.T) {
	for _, good := range []string{"http://127.0.0.1:7080", "http://posapi.shop:7080/", "https://192.168.1.9"} {
		if _, err := posapi.New(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "127.0.0.1:7080", "ftp://x", "http://", "http://a/rest/receipt", "http://a?b", "http://u:p@a", "http://a:b:c", "\x00"} {
		if _, err := posapi.New(bad); !errors.Is(err, posapi.ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("http://127.0.0.1:7080")
	f.Add("http://[::1]:7080/%2e%2e")
	f.Fuzz(func(t *testing.T, address string) {
		if c, err := posapi.New(address); err == nil && !strings.HasPrefix(c.String(), "PosAPI http") {
			t.Errorf("%q becomes %s", address, c)
		}
	})
}
