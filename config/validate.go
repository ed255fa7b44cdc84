package config

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"posbox/gokrazy/box"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// Bounds of lists.
const (
	maxNotes      = 24
	maxNote       = 1_000_000 // ₮
	maxTextLines  = 12        // of the receipt's head and of its foot
	maxSellers    = 1000
	maxRoles      = 100
	maxUnverified = 10_000_000 // ₮
	maxLockAfter  = 24 * 60    // minutes
)

// Validate reports the first wrong value as a *fault.Error, fault.ConfigBad with path and detail.
func (s Settings) Validate() error {
	for _, check := range []func(Settings) *fault.Error{
		checkPlace, checkShop, checkTax, checkFiscal, checkBarcodes, checkPrinter, checkNetwork, checkRoles, checkNotes, checkRounding, checkLock, checkSellers,
	} {
		if f := check(s); f != nil {
			return f
		}
	}
	return nil
}

func checkPlace(s Settings) *fault.Error {
	if s.Lang != "mn" && s.Lang != "en" {
		return bad("lang", "%q is neither mn nor en", s.Lang)
	}
	// "" and "Local" would load, as UTC and as whatever this machine is set to.
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		return bad("zone", "%q is not a time zone such as Asia/Ulaanbaatar", s.Zone)
	}
	return nil
}

var tin = regexp.MustCompile(`^[0-9]{0,14}$`)

func checkShop(s Settings) *fault.Error {
	m := s.Shop
	for _, t := range []struct {
		path, text string
		most       int
	}{
		{"shop.name", m.Name, 100}, {"shop.branch", m.Branch, 50}, {"shop.till", m.Till, 50},
		{"shop.address", m.Address, 200}, {"shop.phone", m.Phone, 50},
	} {
		if !printable(t.text, 0, t.most) {
			return bad(t.path, "at most %d printable characters are allowed", t.most)
		}
	}
	if !tin.MatchString(m.TIN) {
		return bad("shop.tin", "%q is not a taxpayer number of at most 14 digits", m.TIN)
	}
	if f := checkLines("shop.header", m.Header); f != nil {
		return f
	}
	return checkLines("shop.footer", m.Footer)
}

func checkLines(path string, lines []string) *fault.Error {
	if len(lines) > maxTextLines {
		return bad(path, "at most %d lines are allowed", maxTextLines)
	}
	for i, l := range lines {
		if !printable(strings.TrimSpace(l), 0, 100) {
			return bad(at(path, i), "at most 100 printable characters are allowed")
		}
	}
	return nil
}

func checkTax(s Settings) *fault.Error {
	if len(s.Rates) == 0 {
		return bad("rates", "at least one row is needed")
	}
	if err := s.Rates.Validate(); err != nil {
		return bad("rates", "%s", err)
	}
	if err := s.Payers.Validate(); err != nil {
		return bad("payers", "%s", err)
	}
	return nil
}

func checkBarcodes(s Settings) *fault.Error {
	for i, r := range s.BarcodeRules {
		if err := r.Validate(); err != nil {
			return bad(at("barcode_rules", i), "%s", err)
		}
	}
	if err := s.BarcodeRules.Validate(); err != nil {
		return bad("barcode_rules", "%s", err)
	}
	return nil
}

func checkPrinter(s Settings) *fault.Error {
	p := s.Printer
	switch {
	case !validAddress(p.Address):
		return bad("printer.address", "%q is not tcp://host:port, file:/path or empty", p.Address)
	case p.Columns != 48 && p.Columns != 32:
		return bad("printer.columns", "%d is neither 48 nor 32", p.Columns)
	case p.DrawerPin != 0 && p.DrawerPin != 1:
		return bad("printer.drawer_pin", "%d is neither 0 nor 1", p.DrawerPin)
	}
	return nil
}

// checkNetwork demands of the parts what they must have by themselves, and all of it once the address is to be used.
func checkNetwork(s Settings) *fault.Error {
	n := s.Network
	if n.Mode != box.ModeDHCP && n.Mode != box.ModeStatic {
		return bad("network.mode", "%q is neither dhcp nor static", n.Mode)
	}
	w := box.NetWish{Mode: n.Mode, Address: n.Address, Gateway: n.Gateway, DNS: n.DNS}
	if n.Mode == box.ModeDHCP { // what stands there is not used yet, and need not fit together
		if _, err := netip.ParseAddr(n.Gateway); err != nil && n.Gateway != "" {
			return bad("network.gateway", "%q is not like 192.168.1.1", n.Gateway)
		}
		if w.Gateway = ""; n.Address == "" {
			w.Address = "192.168.1.50/24"
		}
	}
	if _, err := w.Static(); err != nil {
		field, detail, _ := strings.Cut(err.Error(), ": ")
		return bad("network."+field, "%s", detail)
	}
	return nil
}

func validAddress(address string) bool {
	if path, ok := strings.CutPrefix(address, "file:"); ok {
		return printable(path, 1, 200) && strings.Trim(path, "/") != ""
	}
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "tcp" || u.Hostname() == "" || u.User != nil || u.Path+u.RawQuery+u.Fragment != "" {
		return false
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return u.Port() == "" && !strings.HasSuffix(u.Host, ":") || err == nil && port > 0
}

func checkRoles(s Settings) *fault.Error {
	if len(s.Roles) > maxRoles {
		return bad("roles", "at most %d are allowed", maxRoles)
	}
	owner := false
	for _, name := range slices.Sorted(maps.Keys(s.Roles)) {
		path, r := below("roles", name), s.Roles[name]
		if !printable(name, 1, 32) {
			return bad(path, "a role's name has 1 to 32 printable characters")
		}
		owner = owner || slices.Contains(r.Rights, till.RightAll) // names that are not known grant nothing: see unknownRights
		if r.MaxDiscount < 0 || r.MaxDiscount > money.Whole {
			return bad(path+".max_discount", "%s is not between 0 and 100", r.MaxDiscount)
		}
	}
	if !owner {
		return bad("roles", `at least one role must have the right "*"`)
	}
	return nil
}

func checkNotes(s Settings) *fault.Error {
	if f := checkNoteList("notes", s.Notes); f != nil {
		return f
	}
	return checkNoteList("count_notes", s.CountNotes)
}

// roundTos are the notes, in ₮, to which what is paid may be rounded; 0 is off.
var roundTos = []int{0, 1, 5, 10, 50, 100}

func checkRounding(s Settings) *fault.Error {
	if !slices.Contains(roundTos, s.RoundTo) {
		return bad("round_to", "%d is none of 0, 1, 5, 10, 50, 100", s.RoundTo)
	}
	return nil
}

func checkLock(s Settings) *fault.Error {
	if s.LockAfter < 0 || s.LockAfter > maxLockAfter {
		return bad("lock_after", "%d is not between 0 and %d", s.LockAfter, maxLockAfter)
	}
	if s.ReturnUnverified < 0 || s.ReturnUnverified > maxUnverified {
		return bad("return_unverified", "%d is not between 0 and %d", s.ReturnUnverified, maxUnverified)
	}
	return nil
}

func checkNoteList(path string, notes []int) *fault.Error {
	if len(notes) < 1 || len(notes) > maxNotes {
		return bad(path, "1 to %d notes are needed", maxNotes)
	}
	for i, n := range notes {
		switch {
		case n < 1 || n > maxNote:
			return bad(at(path, i), "%d is not between 1 and %d", n, maxNote)
		case slices.Contains(notes[:i], n):
			return bad(at(path, i), "%d stands twice", n)
		}
	}
	return nil
}

func checkSellers(s Settings) *fault.Error {
	if len(s.Sellers) > maxSellers {
		return bad("sellers", "at most %d are allowed", maxSellers)
	}
	seen := map[string]bool{}
	for i, p := range s.Sellers {
		path := at("sellers", i)
		_, hasRole := s.Roles[p.Role]
		switch {
		case !printable(p.Code, 1, 32):
			return bad(path+".code", "1 to 32 printable characters are needed")
		case seen[p.Code]:
			return bad(path+".code", "%s stands twice", p.Code)
		case !printable(p.Name, 1, 100):
			return bad(path+".name", "1 to 100 printable characters are needed")
		case !hasRole:
			return bad(path+".role", "there is no role %q", p.Role)
		case p.PasswordHash != "" && !strings.HasPrefix(p.PasswordHash, "$argon2id$"):
			return bad(path+".password_hash", "it is not an argon2id hash")
		}
		seen[p.Code] = true
	}
	return nil
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func printable(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && s == strings.TrimSpace(s) &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
