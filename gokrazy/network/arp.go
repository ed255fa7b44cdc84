package main

import (
	"encoding/binary"
	"net/netip"
)

// An ARP packet for IPv4 over Ethernet (RFC 826), big-endian:
//
//	 0  2  hardware: 1
//	 2  2  protocol: 0x0800
//	 4  1  length of a hardware address: 6
//	 5  1  length of a protocol address: 4
//	 6  2  operation: 1 request, 2 reply
//	 8  6  sender's hardware address
//	14  4  sender's address
//	18  6  target's hardware address
//	24  4  target's address
const arpLength = 28

// arpProbe asks who has an address without claiming it: the sender's address is zero (RFC 5227).
func arpProbe(own [6]byte, a netip.Addr) []byte {
	b := make([]byte, arpLength)
	copy(b, []byte{0, 1, 8, 0, 6, 4, 0, 1})
	copy(b[8:], own[:])
	target := a.As4()
	copy(b[24:], target[:])
	return b
}

// arpClaims reports whether a packet says that another machine has the address, or is about to take it.
func arpClaims(b []byte, own [6]byte, a netip.Addr) bool {
	if len(b) < arpLength || binary.BigEndian.Uint64(b)>>16 != 0x000108000604 || [6]byte(b[8:14]) == own {
		return false
	}
	want, sender, target := a.As4(), [4]byte(b[14:18]), [4]byte(b[24:28])
	return sender == want || sender == [4]byte{} && target == want
}
