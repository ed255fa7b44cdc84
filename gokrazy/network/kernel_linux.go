package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/nclient4"
	"github.com/mdlayher/packet"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"posbox/gokrazy/station"
)

// kernel is the machine.
type kernel struct{}

// Cards implements system.
func (kernel) Cards() ([]card, error) { return cards("/sys/class/net") }

// cards lists the wired cards of a /sys/class/net: real devices that speak Ethernet, without radio, and not the vm
// station's management card.
func cards(dir string) ([]card, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var list []card
	for _, e := range entries {
		at := filepath.Join(dir, e.Name())
		read := func(name string) string {
			b, _ := os.ReadFile(filepath.Join(at, name))
			return strings.TrimSpace(string(b))
		}
		has := func(name string) bool {
			_, err := os.Stat(filepath.Join(at, name))
			return err == nil
		}
		if has("device") && !has("wireless") && !has("phy80211") && read("type") == "1" && read("address") != station.ManagementMAC {
			list = append(list, card{Name: e.Name(), Cable: read("carrier") == "1"})
		}
	}
	return list, nil
}

// Up implements system.
func (kernel) Up(name string) error {
	l, err := netlink.LinkByName(name)
	if err != nil || l.Attrs().Flags&net.FlagUp != 0 {
		return err
	}
	return netlink.LinkSetUp(l)
}

// firstMetric is that of the first card; the lower one wins.
const firstMetric = 100

// Apply implements system.
func (kernel) Apply(name string, l lease) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: l.Address.Addr().AsSlice(), Mask: net.CIDRMask(l.Address.Bits(), 32)}}
	if err := dropAddresses(link, address); err != nil {
		return err
	}
	if err := netlink.AddrReplace(link, address); err != nil {
		return fmt.Errorf("address %s: %w", l.Address, err)
	}
	if !l.Gateway.IsValid() {
		return nil
	}
	route := &netlink.Route{LinkIndex: link.Attrs().Index, Gw: l.Gateway.AsSlice(), Priority: firstMetric + link.Attrs().Index,
		Dst: &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}}
	if !l.Address.Contains(l.Gateway) {
		route.Flags = int(netlink.FLAG_ONLINK) // some providers give a gateway of another network
	}
	if err := netlink.RouteReplace(route); err != nil {
		return fmt.Errorf("gateway %s: %w", l.Gateway, err)
	}
	return nil
}

// Clear implements system.
func (kernel) Clear(name string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return nil // the card is gone
	}
	return dropAddresses(link, nil)
}

// dropAddresses takes all addresses but one from a card, and the routes that need them with them.
func dropAddresses(link netlink.Link, keep *netlink.Addr) error {
	all, err := netlink.AddrList(link, netlink.FAMILY_V4)
	if err != nil {
		return err
	}
	for _, a := range all {
		if keep == nil || !a.Equal(*keep) {
			err = errors.Join(err, netlink.AddrDel(link, &a))
		}
	}
	return err
}

// probes are how often, and how long each, the network is asked whether an address is taken: RFC 5227 in short, because
// a till is waited for.
const (
	probes    = 2
	probeWait = 400 * time.Millisecond
)

// Taken implements system.
func (kernel) Taken(ctx context.Context, name string, a netip.Addr) (bool, error) {
	intf, err := net.InterfaceByName(name)
	if err != nil {
		return false, err
	}
	conn, err := packet.Listen(intf, packet.Datagram, unix.ETH_P_ARP, nil)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	own := [6]byte(intf.HardwareAddr)
	b := make([]byte, 128)
	for range probes {
		if _, err := conn.WriteTo(arpProbe(own, a), &packet.Addr{HardwareAddr: net.HardwareAddr{255, 255, 255, 255, 255, 255}}); err != nil {
			return false, err
		}
		conn.SetReadDeadline(time.Now().Add(probeWait))
		for {
			n, _, err := conn.ReadFrom(b)
			if err != nil {
				break // time is over
			}
			if arpClaims(b[:n], own, a) {
				return true, nil
			}
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	return false, nil
}

// errRefused says that the server does not let the box keep its address.
var errRefused = errors.New("the server has refused the address")

// Ask implements system.
func (kernel) Ask(ctx context.Context, name string, held *lease) (lease, error) {
	client, err := nclient4.New(name, nclient4.WithTimeout(4*time.Second), nclient4.WithRetry(5))
	if err != nil {
		return lease{}, err
	}
	defer client.Close()
	host, _ := os.Hostname()
	options := []dhcpv4.Modifier{dhcpv4.WithOption(dhcpv4.OptHostName(host)), dhcpv4.WithRequestedOptions(dhcpv4.OptionNTPServers)}
	var got *nclient4.Lease
	if held != nil {
		got, err = client.Renew(ctx, held.raw.(*nclient4.Lease), options...)
	} else {
		got, err = client.Request(ctx, options...)
	}
	var nak *nclient4.ErrNak
	if errors.As(err, &nak) {
		return lease{}, errRefused
	}
	if err != nil {
		return lease{}, err
	}
	return leaseOf(got)
}

// usualLease is for servers that do not say how long.
const usualLease = time.Hour

// leaseOf reads what a server has granted.
func leaseOf(l *nclient4.Lease) (lease, error) {
	ack := l.ACK
	a, ok := netip.AddrFromSlice(ack.YourIPAddr.To4())
	bits, size := ack.SubnetMask().Size()
	if ack.SubnetMask() == nil {
		bits, size = 24, 32
	}
	if !ok || a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || size != 32 || bits == 0 {
		return lease{}, fmt.Errorf("the server grants %v/%v", ack.YourIPAddr, ack.SubnetMask())
	}
	out := lease{Address: netip.PrefixFrom(a, bits), DNS: addrs(ack.DNS()), NTP: addrs(ack.NTPServers()), raw: l}
	if routers := addrs(ack.Router()); len(routers) > 0 {
		out.Gateway = routers[0]
	}
	out.Expires = max(ack.IPAddressLeaseTime(usualLease), time.Minute)
	out.Renew = max(min(ack.IPAddressRenewalTime(out.Expires/2), out.Expires), 30*time.Second)
	return out, nil
}

func addrs(ips []net.IP) (list []netip.Addr) {
	for _, ip := range ips {
		if a, ok := netip.AddrFromSlice(ip.To4()); ok && !a.IsUnspecified() && !a.IsMulticast() {
			list = append(list, a)
		}
	}
	return list
}
