package main

import (
	"errors"
	"net"
	"os"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"posbox/gokrazy/station"
)

// The two ends of the way between the box and PosAPI.
const (
	outerCard = "posapi0"
	innerCard = "out0"
)

var subnet = net.CIDRMask(30, 32)

// connect makes the way: one end in the box, the other in the network of a process.
func connect(pid int) error {
	if old, err := netlink.LinkByName(outerCard); err == nil {
		if err := netlink.LinkDel(old); err != nil {
			return err
		}
	}
	pair := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: outerCard}, PeerName: innerCard, PeerNamespace: netlink.NsPid(pid)}
	if err := netlink.LinkAdd(pair); err != nil {
		return err
	}
	return address(outerCard, station.PosAPIHost)
}

// dress sets PosAPI's end up, from inside.
func dress() error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := errors.Join(netlink.LinkSetUp(lo), address(innerCard, station.PosAPIAddress)); err != nil {
		return err
	}
	return netlink.RouteAdd(&netlink.Route{Gw: net.ParseIP(station.PosAPIHost)})
}

func address(card, ip string) error {
	link, err := netlink.LinkByName(card)
	if err != nil {
		return err
	}
	a := &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(ip), Mask: subnet}}
	return errors.Join(netlink.AddrReplace(link, a), netlink.LinkSetUp(link))
}

// forwarding is the switch by which the kernel lets packets through. guardNetwork's rules come first: nothing goes through but
// what PosAPI asks for, and the answers.
const forwarding = "/proc/sys/net/ipv4/ip_forward"

// guardNetwork writes the rules: PosAPI gets out under the box's address and reaches nothing on the box; of the box only root
// reaches PosAPI, which is posd and not the browser; from outside nobody.
func guardNetwork() error {
	c := &nftables.Conn{}
	t := &nftables.Table{Family: nftables.TableFamilyIPv4, Name: "posbox_posapi"}
	c.AddTable(t) // a table that is not there cannot be deleted
	c.DelTable(t)
	c.AddTable(t)
	chain := func(name string, kind nftables.ChainType, hook *nftables.ChainHook, at *nftables.ChainPriority, policy nftables.ChainPolicy) *nftables.Chain {
		return c.AddChain(&nftables.Chain{Name: name, Table: t, Type: kind, Hooknum: hook, Priority: at, Policy: &policy})
	}
	rule := func(on *nftables.Chain, parts ...[]expr.Any) {
		r := &nftables.Rule{Table: t, Chain: on}
		for _, p := range parts {
			r.Exprs = append(r.Exprs, p...)
		}
		c.AddRule(r)
	}
	out := chain("postrouting", nftables.ChainTypeNAT, nftables.ChainHookPostrouting, nftables.ChainPriorityNATSource, nftables.ChainPolicyAccept)
	rule(out, fromPosAPI(), []expr.Any{&expr.Masq{}})
	through := chain("forward", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)
	rule(through, card(expr.MetaKeyIIFNAME), verdict(expr.VerdictAccept))
	rule(through, card(expr.MetaKeyOIFNAME), answers(), verdict(expr.VerdictAccept))
	in := chain("input", nftables.ChainTypeFilter, nftables.ChainHookInput, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept)
	rule(in, card(expr.MetaKeyIIFNAME), answers(), verdict(expr.VerdictAccept))
	rule(in, card(expr.MetaKeyIIFNAME), verdict(expr.VerdictDrop))
	mine := chain("output", nftables.ChainTypeFilter, nftables.ChainHookOutput, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept)
	rule(mine, card(expr.MetaKeyOIFNAME), root(), verdict(expr.VerdictAccept))
	rule(mine, card(expr.MetaKeyOIFNAME), verdict(expr.VerdictDrop))
	if err := c.Flush(); err != nil {
		return err
	}
	return os.WriteFile(forwarding, []byte("1"), 0o644)
}

// card matches packets that come in or go out at the box's end.
func card(key expr.MetaKey) []expr.Any {
	name := make([]byte, unix.IFNAMSIZ)
	copy(name, outerCard)
	return []expr.Any{&expr.Meta{Key: key, Register: 1}, &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: name}}
}

// fromPosAPI matches its address as the source.
func fromPosAPI() []expr.Any {
	return []expr.Any{&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 12, Len: 4},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: net.ParseIP(station.PosAPIAddress).To4()}}
}

// answers matches packets of connections that stand already.
func answers() []expr.Any {
	mask := binaryutil.NativeEndian.PutUint32(expr.CtStateBitESTABLISHED | expr.CtStateBitRELATED)
	return []expr.Any{&expr.Ct{Key: expr.CtKeySTATE, Register: 1}, &expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4, Mask: mask, Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: make([]byte, 4)}}
}

// root matches packets of root's programs.
func root() []expr.Any {
	return []expr.Any{&expr.Meta{Key: expr.MetaKeySKUID, Register: 1}, &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: make([]byte, 4)}}
}

func verdict(v expr.VerdictKind) []expr.Any { return []expr.Any{&expr.Verdict{Kind: v}} }
