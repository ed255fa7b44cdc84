package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"posbox/gokrazy/box"
)

// machine stands in for cards and cables.
type machine struct {
	mu     sync.Mutex
	cards  []card
	server func(held *lease) (lease, error)
	taken  map[netip.Addr]bool
	has    map[string]string // card → address
	asked  []string
}

func (m *machine) with(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

func (m *machine) Cards() ([]card, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.cards), nil
}

func (m *machine) Up(string) error { return nil }

func (m *machine) Apply(name string, l lease) error {
	m.with(func() { m.has[name] = l.Address.String() })
	return nil
}

func (m *machine) Clear(name string) error {
	m.with(func() { delete(m.has, name) })
	return nil
}

func (m *machine) Taken(_ context.Context, _ string, a netip.Addr) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken[a], nil
}

func (m *machine) Ask(ctx context.Context, name string, held *lease) (lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	what := "new"
	if held != nil {
		what = "renew"
	}
	m.asked = append(m.asked, what)
	return m.server(held)
}

func granted(*lease) (lease, error) {
	return lease{Address: netip.MustParsePrefix("192.168.1.50/24"), Gateway: netip.MustParseAddr("192.168.1.1"),
		DNS: []netip.Addr{netip.MustParseAddr("192.168.1.1")}, NTP: []netip.Addr{netip.MustParseAddr("192.168.1.2")},
		Renew: 30 * time.Minute, Expires: time.Hour}, nil
}

func silent(*lease) (lease, error) { return lease{}, errors.New("nobody answers") }

// lan is a manager on a machine, in a bubble of time.
type lan struct {
	*testing.T
	*machine
	*manager
	ntp []netip.Addr
}

func start(t *testing.T, m *machine) *lan {
	dir := t.TempDir()
	m.has, m.taken = map[string]string{}, map[netip.Addr]bool{}
	n := &lan{T: t, machine: m}
	n.manager = &manager{system: m, run: filepath.Join(dir, "run"), keep: filepath.Join(dir, "keep"), resolv: filepath.Join(dir, "resolv.conf"),
		online: func(ntp []netip.Addr) { n.ntp = ntp }}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { n.manager.loop(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return n
}

// after lets time pass and returns what is told then.
func (n *lan) after(d time.Duration) (told box.Network) {
	n.Helper()
	time.Sleep(d + 10*time.Millisecond)
	synctest.Wait()
	if err := box.Get(n.run, box.NetFile, &told); err != nil {
		n.Fatal(err)
	}
	return told
}

func (n *lan) want(d time.Duration, state box.NetState, address string) box.Network {
	n.Helper()
	got := n.after(d)
	if got.State != state || got.Address != address {
		n.Errorf("told %+v, want %s %s", got, state, address)
	}
	return got
}

func TestDHCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &machine{server: granted})
		n.want(0, box.NetNoCard, "")
		n.with(func() { n.cards = []card{{"eth0", false}} })
		n.want(time.Second, box.NetNoCable, "")
		n.with(func() { n.cards[0].Cable = true })
		got := n.want(2*time.Second, box.NetOnline, "192.168.1.50/24")
		if got.Gateway != "192.168.1.1" || got.Mode != box.ModeDHCP || got.Interface != "eth0" || fmt.Sprint(n.ntp) != "[192.168.1.2]" {
			t.Errorf("%+v, time servers %v", got, n.ntp)
		}
		if text, _ := os.ReadFile(n.resolv); string(text) != "nameserver 192.168.1.1\n" {
			t.Errorf("resolv.conf: %q", text)
		}
		n.after(3 * time.Hour)
		if renewed := len(n.asked) - 1; renewed != 6 || n.asked[1] != "renew" {
			t.Errorf("in three hours it asked %v", n.asked)
		}
		n.with(func() { n.cards[0].Cable = false })
		n.want(2*time.Second, box.NetNoCable, "")
		if text, _ := os.ReadFile(n.resolv); len(text) != 0 || len(n.has) != 0 {
			t.Errorf("without a cable: %q %v", text, n.has)
		}
		n.with(func() { n.cards = nil })
		n.want(2*time.Second, box.NetNoCard, "")
	})
}

func TestNobodyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &machine{server: silent, cards: []card{{"eth0", true}}})
		if got := n.want(2*time.Second, box.NetNoLease, ""); got.Detail == "" {
			t.Errorf("nothing says why: %+v", got)
		}
		n.with(func() { n.server = granted })
		n.want(askAgain+time.Second, box.NetOnline, "192.168.1.50/24")
		// The server is away: the address stays while the lease lasts, and not longer.
		n.with(func() { n.server = silent })
		n.want(55*time.Minute, box.NetOnline, "192.168.1.50/24")
		n.want(10*time.Minute, box.NetNoLease, "")
		if len(n.has) != 0 {
			t.Errorf("the address is kept without a lease: %v", n.has)
		}
		n.with(func() { n.server = granted })
		n.want(time.Minute, box.NetOnline, "192.168.1.50/24")
		n.with(func() { n.server = func(*lease) (lease, error) { return lease{}, errRefused } })
		n.want(31*time.Minute, box.NetNoLease, "")
	})
}

func TestStatic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &machine{server: granted, cards: []card{{"eth0", true}, {"eth1", true}}})
		n.want(2*time.Second, box.NetOnline, "192.168.1.50/24")
		wish := box.NetWish{Mode: box.ModeStatic, Address: "10.0.0.9/8", Gateway: "10.0.0.1", DNS: []string{"10.0.0.1", "10.0.0.2"}}
		if err := box.Put(n.keep, box.NetFile, wish); err != nil {
			t.Fatal(err)
		}
		got := n.want(2*time.Second, box.NetOnline, "10.0.0.9/8")
		if got.Mode != box.ModeStatic || len(n.has) != 1 {
			t.Errorf("%+v %v", got, n.has)
		}
		n.with(func() { n.taken[netip.MustParseAddr("10.0.0.8")] = true })
		wish.Address = "10.0.0.8/8"
		box.Put(n.keep, box.NetFile, wish)
		n.want(2*time.Second, box.NetConflict, "10.0.0.8/8")
		if len(n.has) != 0 {
			t.Errorf("a taken address is used: %v", n.has)
		}
		n.with(func() { delete(n.taken, netip.MustParseAddr("10.0.0.8")) })
		n.want(askAgain+time.Second, box.NetOnline, "10.0.0.8/8")
		// A wish that nobody understands must not cut the box off.
		wish.Address = "10.0.0.8"
		box.Put(n.keep, box.NetFile, wish)
		n.want(2*time.Second, box.NetOnline, "192.168.1.50/24")
	})
}

func TestStaticWish(t *testing.T) {
	good := box.NetWish{Mode: box.ModeStatic, Address: "192.168.1.50/24", Gateway: "192.168.1.1", DNS: []string{"8.8.8.8"}}
	if s, err := good.Static(); err != nil || s.Address.String() != good.Address || s.Gateway.String() != good.Gateway || len(s.DNS) != 1 {
		t.Errorf("%+v %v", s, err)
	}
	for name, c := range map[string]struct {
		change func(*box.NetWish)
		field  string
	}{
		"no prefix":          {func(w *box.NetWish) { w.Address = "192.168.1.50" }, "address"},
		"empty":              {func(w *box.NetWish) { w.Address = "" }, "address"},
		"the network":        {func(w *box.NetWish) { w.Address = "192.168.1.0/24" }, "address"},
		"the broadcast":      {func(w *box.NetWish) { w.Address = "192.168.1.255/24" }, "address"},
		"loopback":           {func(w *box.NetWish) { w.Address = "127.0.0.2/24" }, "address"},
		"multicast":          {func(w *box.NetWish) { w.Address = "224.0.0.5/24" }, "address"},
		"IPv6":               {func(w *box.NetWish) { w.Address = "fd00::2/64" }, "address"},
		"no room":            {func(w *box.NetWish) { w.Address = "192.168.1.50/31" }, "address"},
		"gateway elsewhere":  {func(w *box.NetWish) { w.Gateway = "192.168.2.1" }, "gateway"},
		"gateway is the box": {func(w *box.NetWish) { w.Gateway = "192.168.1.50" }, "gateway"},
		"gateway is noise":   {func(w *box.NetWish) { w.Gateway = "x" }, "gateway"},
		"name as a server":   {func(w *box.NetWish) { w.DNS = []string{"dns.google"} }, "dns"},
		"four servers":       {func(w *box.NetWish) { w.DNS = []string{"1.1.1.1", "1.1.1.1", "1.1.1.1", "1.1.1.1"} }, "dns"},
	} {
		w := good
		c.change(&w)
		if _, err := w.Static(); err == nil || !strings.HasPrefix(err.Error(), c.field+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
