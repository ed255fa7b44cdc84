package box

import (
	"errors"
	"fmt"
	"net/netip"
)

// NetState is how the network is, as far as the box itself can tell.
type NetState string

// States of the network, the better the later.
const (
	NetNoCard   NetState = "no_card"
	NetNoCable  NetState = "no_cable"
	NetAsking   NetState = "asking"   // for an address
	NetNoLease  NetState = "no_lease" // nobody answers; it goes on asking
	NetConflict NetState = "conflict" // another machine has the address
	NetOnline   NetState = "online"   // it has an address
)

// Ways to get an address.
const (
	ModeDHCP   = "dhcp"
	ModeStatic = "static"
)

// Network is what the network program found.
type Network struct {
	State     NetState     `json:"state"`
	Interface string       `json:"interface,omitempty"`
	Mode      string       `json:"mode"`
	Address   string       `json:"address,omitempty"` // with its prefix: 192.168.1.50/24
	Gateway   string       `json:"gateway,omitempty"`
	DNS       []netip.Addr `json:"dns,omitempty"`
	Detail    string       `json:"detail,omitempty"` // for whoever helps
}

// NetWish is how a person wants the network. The zero value asks for an address.
type NetWish struct {
	Mode    string   `json:"mode"`
	Address string   `json:"address"` // 192.168.1.50/24
	Gateway string   `json:"gateway"` // may be empty
	DNS     []string `json:"dns"`
}

// Static is a wish that has been understood.
type Static struct {
	Address netip.Prefix
	Gateway netip.Addr // the zero Addr: none
	DNS     []netip.Addr
}

// maxDNS is how many servers a resolver asks.
const maxDNS = 3

// Static reads a wish for a fixed address. The error names the field.
func (w NetWish) Static() (s Static, err error) {
	if s.Address, err = netip.ParsePrefix(w.Address); err != nil || !s.Address.Addr().Is4() {
		return s, fmt.Errorf("address: %q is not like 192.168.1.50/24", w.Address)
	}
	if err := usable(s.Address); err != nil {
		return s, fmt.Errorf("address: %w", err)
	}
	if w.Gateway != "" {
		if s.Gateway, err = netip.ParseAddr(w.Gateway); err != nil || !s.Gateway.Is4() {
			return s, fmt.Errorf("gateway: %q is not like 192.168.1.1", w.Gateway)
		}
		if !s.Address.Contains(s.Gateway) || s.Gateway == s.Address.Addr() {
			return s, fmt.Errorf("gateway: %s is not another machine in %s", s.Gateway, s.Address.Masked())
		}
	}
	if len(w.DNS) > maxDNS {
		return s, fmt.Errorf("dns: at most %d servers are allowed", maxDNS)
	}
	for _, text := range w.DNS {
		a, err := netip.ParseAddr(text)
		if err != nil || !a.Is4() {
			return s, fmt.Errorf("dns: %q is not like 8.8.8.8", text)
		}
		s.DNS = append(s.DNS, a)
	}
	return s, nil
}

// usable refuses addresses that no machine can have.
func usable(p netip.Prefix) error {
	a := p.Addr()
	switch {
	case p.Bits() < 8 || p.Bits() > 30:
		return errors.New("the prefix is between /8 and /30")
	case a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() || a.As4()[0] == 0 || a.As4()[0] >= 224:
		return fmt.Errorf("%s cannot be a machine's", a)
	case a == p.Masked().Addr() || a == broadcast(p):
		return fmt.Errorf("%s is the network's own", a)
	}
	return nil
}

// broadcast is the last address of a network.
func broadcast(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}
