package till

import (
	"net/url"
	"strconv"
	"strings"

	"posbox/pos/event"
	"posbox/pos/fault"
)

// Join is what the shop wants to join: BAAZ's address, and by its fingerprint the key that lies beside the journal.
type Join struct {
	Address     string `json:"address"`
	Fingerprint string `json:"fingerprint"`
}

// Secret is what must be kept before the decision's facts are written, and stands in none of them: journals are copied
// and read. Name is not secret.
type Secret struct{ Name, Text string }

// askJoin keeps BAAZ's address and a connection key.
func (d *decider) askJoin() error {
	if err := d.mayJoin(); err != nil {
		return err
	}
	address, ok := baazAddress(d.cmd.Address)
	if !ok {
		return fault.New(fault.JoinAddress)
	}
	if d.env.Key == nil {
		return fault.New(fault.JoinKeyBad)
	}
	key, fingerprint, err := d.env.Key(d.cmd.Key)
	if err != nil {
		return fault.Wrap(err, fault.JoinKeyBad)
	}
	d.out.Secret = &Secret{fingerprint, key}
	d.fact(event.JoinAsked{Who: d.who, Address: address, Fingerprint: fingerprint})
	return nil
}

// dropJoin takes the wish back. What the till has does not depend on it, as long as it has not joined.
func (d *decider) dropJoin() error {
	if err := d.mayJoin(); err != nil {
		return err
	}
	if d.state.Join == nil {
		return fault.New(fault.JoinNone)
	}
	d.fact(event.JoinDropped{Who: d.who})
	return nil
}

// mayJoin reports why whoever stands before the till may not decide about joining. On the first start, while nobody can log in,
// anyone may.
func (d *decider) mayJoin() error {
	if d.anySeller() {
		if err := d.authorise(RightSettings); err != nil {
			return err
		}
	} else {
		d.who = event.Who{Command: d.cmd.ID, Reason: d.cmd.Reason}
	}
	if d.state.Joined {
		return fault.New(fault.JoinDone)
	}
	return nil
}

// maxAddress bounds BAAZ's address, in bytes.
const maxAddress = 200

// baazAddress reads an address as a person types it: a name or an IP address, with or without https:// and a port. Without
// TLS BAAZ is reached on this machine only, as in tests.
func baazAddress(s string) (string, bool) {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "/")
	if len(s) > maxAddress || !printable(s) || strings.ContainsAny(s, " @?#%\\") {
		return "", false
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Path != "" || u.Opaque != "" || !hostname(u.Hostname()) || strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", false
		}
	}
	here := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && (u.Scheme != "http" || !here) {
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}

// hostname reports whether s can be the name or the IP address of a machine.
func hostname(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != ':' {
			return false
		}
	}
	return s != "" && s[0] != '.' && s[0] != '-'
}

// printTest asks for a test page.
func (d *decider) printTest() error {
	if !d.env.Printer {
		return fault.New(fault.PrinterNone)
	}
	for _, p := range d.state.Prints {
		if p.Bill == event.TestTitle && p.Result == "" {
			return fault.New(fault.PrintPending)
		}
	}
	d.fact(event.TestAsked{Who: d.who})
	return nil
}
