package config

import (
	"net/url"
	"regexp"
	"strings"

	"posbox/pos/fault"
)

var fiscalForms = []struct {
	path  string
	form  *regexp.Regexp
	wrong string
	of    func(Fiscal) string
}{
	{"fiscal.tin", regexp.MustCompile(`^([0-9]{11,14})?$`), "%q is not a taxpayer number of 11 to 14 digits or empty", func(f Fiscal) string { return f.TIN }},
	{"fiscal.branch", regexp.MustCompile(`^[0-9]{3}$`), "%q is not a number of 3 digits", func(f Fiscal) string { return f.Branch }},
	{"fiscal.district", regexp.MustCompile(`^([0-9]{4})?$`), "%q is not a number of 4 digits", func(f Fiscal) string { return f.District }},
	{"fiscal.pos_no", regexp.MustCompile(`^[0-9]{1,10}$`), "%q is not a number of 1 to 10 digits", func(f Fiscal) string { return f.PosNo }},
}

// checkFiscal demands of the parts what they must have by themselves. What an e-barimt needs besides is told at payment:
// the settings come one by one.
func checkFiscal(s Settings) *fault.Error {
	f := s.Fiscal
	if !fiscalAddress(f.PosAPI) {
		return bad("fiscal.posapi", "%q is not an address like http://127.0.0.1:7080 or empty", f.PosAPI)
	}
	if !fiscalAddress(f.Lookup) {
		return bad("fiscal.lookup", "%q is not an address like https://api.ebarimt.mn or empty", f.Lookup)
	}
	for _, c := range fiscalForms {
		if v := c.of(f); !c.form.MatchString(v) {
			return bad(c.path, c.wrong, v)
		}
	}
	if f.Away != AwayProvisional && f.Away != AwayStop {
		return bad("fiscal.away", "%q is neither %s nor %s", f.Away, AwayProvisional, AwayStop)
	}
	if f.Reissue != ReissueAnew && f.Reissue != ReissueCopy {
		return bad("fiscal.reissue", "%q is neither %s nor %s", f.Reissue, ReissueAnew, ReissueCopy)
	}
	for _, c := range []struct {
		path           string
		n, least, most int
	}{
		{"fiscal.wait", f.Wait, 1, 60}, {"fiscal.hang", f.Hang, 10, 90}, {"fiscal.send_hour", f.SendHour, 0, 23},
		{"fiscal.warn_hours", f.WarnHours, 1, 71}, {"fiscal.lotteries_low", f.LotteriesLow, 0, 10_000},
	} {
		if c.n < c.least || c.n > c.most {
			return bad(c.path, "%d is not between %d and %d", c.n, c.least, c.most)
		}
	}
	return nil
}

func fiscalAddress(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && u.Fragment == "" && strings.Trim(u.Path, "/") == "" && len(address) <= 200
}
