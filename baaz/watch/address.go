package watch

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// ErrAddress says that nothing is sent to an address: it is none, or lies where a company has no business.
var ErrAddress = errors.New("watch: nothing is sent to such an address")

const maxURL = 500 // bytes

// CheckURL judges a webhook's address. Where private ones are allowed, http is as well: there are machines of one's own.
func CheckURL(text string, private bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxURL || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "":
		return ErrAddress
	case u.Scheme != "https" && !(private && u.Scheme == "http"):
		return ErrAddress
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if private {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return checkIP(ip)
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") {
		return ErrAddress // names of the machine and of its own network
	}
	return nil
}

// inner are networks that are no part of the internet, or lead into one that is not, beside those that netip knows.
var inner = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// checkIP refuses what is not the open internet.
func checkIP(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return ErrAddress
	}
	for _, p := range inner {
		if p.Contains(ip) {
			return ErrAddress
		}
	}
	return nil
}

// onlyOutside refuses connections into private networks. It sees the address that a name has led to, so a name that says
// something else the second time does not help.
func onlyOutside(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrAddress
	}
	return checkIP(to.Addr())
}
