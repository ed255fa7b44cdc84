package main

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/nclient4"

	"posbox/gokrazy/station"
)

// TestCards: only wired cards, and never the management card.
func TestCards(t *testing.T) {
	dir := t.TempDir()
	add := func(name string, files map[string]string) {
		for f, text := range files {
			p := filepath.Join(dir, name, f)
			if os.MkdirAll(filepath.Dir(p), 0o755) != nil || os.WriteFile(p, []byte(text+"\n"), 0o644) != nil {
				t.Fatal(p)
			}
		}
	}
	add("lo", map[string]string{"type": "772", "carrier": "1"})
	add("eth0", map[string]string{"type": "1", "carrier": "1", "device/vendor": "x", "address": "aa:bb:cc:00:00:01"})
	add("eth1", map[string]string{"type": "1", "carrier": "0", "device/vendor": "x", "address": "aa:bb:cc:00:00:02"})
	add("eth2", map[string]string{"type": "1", "carrier": "1", "device/vendor": "x", "address": station.ManagementMAC})
	add("wlan0", map[string]string{"type": "1", "carrier": "1", "device/vendor": "x", "wireless/x": ""})
	add("dummy0", map[string]string{"type": "1", "carrier": "1"})
	got, err := cards(dir)
	if err != nil || len(got) != 2 || got[0] != (card{"eth0", true}) || got[1] != (card{"eth1", false}) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := cards(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

func TestARP(t *testing.T) {
	own, other := [6]byte{2, 0, 0, 0, 0, 1}, [6]byte{2, 0, 0, 0, 0, 2}
	a := netip.MustParseAddr("192.168.1.50")
	probe := arpProbe(own, a)
	want := []byte{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 168, 1, 50}
	if !bytes.Equal(probe, want) {
		t.Errorf("probe %v", probe)
	}
	reply := bytes.Clone(probe)
	reply[7] = 2
	copy(reply[8:], other[:])
	copy(reply[14:], a.AsSlice())
	for name, c := range map[string]struct {
		b    []byte
		want bool
	}{
		"another machine has it":        {reply, true},
		"another machine wants it, too": {arpProbe(other, a), true},
		"the box's own probe":           {probe, false},
		"another address":               {arpProbe(other, netip.MustParseAddr("192.168.1.51")), false},
		"cut short":                     {reply[:27], false},
		"another protocol":              {append([]byte{0, 1, 8, 6}, reply[4:]...), false},
	} {
		if got := arpClaims(c.b, own, a); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzARP(f *testing.F) {
	f.Add(arpProbe([6]byte{1}, netip.MustParseAddr("10.0.0.1")))
	f.Fuzz(func(t *testing.T, b []byte) { arpClaims(b, [6]byte{2}, netip.MustParseAddr("10.0.0.1")) })
}

func ack(t *testing.T, more ...dhcpv4.Modifier) *nclient4.Lease {
	t.Helper()
	m, err := dhcpv4.New(append([]dhcpv4.Modifier{dhcpv4.WithYourIP(net.IPv4(192, 168, 1, 50)), dhcpv4.WithNetmask(net.CIDRMask(24, 32)),
		dhcpv4.WithRouter(net.IPv4(192, 168, 1, 1)), dhcpv4.WithLeaseTime(3600)}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &nclient4.Lease{ACK: m}
}

func TestLease(t *testing.T) {
	l, err := leaseOf(ack(t, dhcpv4.WithDNS(net.IPv4(8, 8, 8, 8), net.IPv4zero)))
	if err != nil || l.Address.String() != "192.168.1.50/24" || l.Gateway.String() != "192.168.1.1" || len(l.DNS) != 1 ||
		l.Renew != 30*time.Minute || l.Expires != time.Hour {
		t.Errorf("%+v %v", l, err)
	}
	if l, err := leaseOf(ack(t, dhcpv4.WithLeaseTime(1))); err != nil || l.Renew < 30*time.Second || l.Expires < time.Minute {
		t.Errorf("a lease of a second would ask without end: %+v %v", l, err)
	}
	for name, bad := range map[string]dhcpv4.Modifier{
		"no address": dhcpv4.WithYourIP(net.IPv4zero), "loopback": dhcpv4.WithYourIP(net.IPv4(127, 0, 0, 1)),
		"multicast": dhcpv4.WithYourIP(net.IPv4(224, 0, 0, 1)),
	} {
		if l, err := leaseOf(ack(t, bad)); err == nil {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func FuzzLease(f *testing.F) {
	f.Add([]byte{1, 1, 6, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := dhcpv4.FromBytes(b); err == nil {
			leaseOf(&nclient4.Lease{ACK: m})
		}
	})
}

func TestWithoutIPv6(t *testing.T) {
	dir := t.TempDir()
	for _, card := range []string{"all", "default"} {
		os.MkdirAll(filepath.Join(dir, card), 0o755)
		os.WriteFile(filepath.Join(dir, card, "disable_ipv6"), []byte("0\n"), 0o644)
	}
	if err := withoutIPv6(dir); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "default", "disable_ipv6")); string(b) != "1\n" {
		t.Errorf("%q", b)
	}
}
