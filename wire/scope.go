package wire

import (
	"errors"
	"strconv"
	"strings"
)

// Level says for whom master data holds; what is narrower outweighs what is wider.
type Level string

// Levels of master data, widest first.
const (
	LevelCompany Level = "company" // all tills of a company
	LevelGroup   Level = "group"   // the sales points of one location
	LevelPoint   Level = "point"   // one sales point
)

// Scope is a part of a company's master data with versions of its own. Written, and in addresses, it is the company's
// number, then for the narrower ones the level and a name: "7", "7.group.north", "7.point.3".
type Scope struct {
	Company uint64
	Level   Level
	Name    string // of the group: a location's code; of the point: its number; of a company none
}

// ErrScope is returned for what is no scope.
var ErrScope = errors.New("wire: not a scope")

// maxGroup bounds the code of a location.
const maxGroup = 32

// CompanyScope is what holds for all tills of a company.
func CompanyScope(company uint64) Scope { return Scope{Company: company, Level: LevelCompany} }

// GroupScope is what holds for the points of a location.
func GroupScope(company uint64, location string) Scope {
	return Scope{company, LevelGroup, location}
}

// PointScope is what holds for one sales point.
func PointScope(company, point uint64) Scope {
	return Scope{company, LevelPoint, strconv.FormatUint(point, 10)}
}

// String returns the scope as it is written.
func (s Scope) String() string {
	text := strconv.FormatUint(s.Company, 10)
	if s.Level != LevelCompany {
		text += "." + string(s.Level) + "." + s.Name
	}
	return text
}

// ParseScope reads a scope. Each has one way to be written.
func ParseScope(text string) (Scope, error) {
	parts := strings.Split(text, ".")
	company, ok := number(parts[0])
	switch {
	case !ok:
	case len(parts) == 1:
		return CompanyScope(company), nil
	case len(parts) == 3 && parts[1] == string(LevelGroup) && GroupName(parts[2]):
		return GroupScope(company, parts[2]), nil
	case len(parts) == 3 && parts[1] == string(LevelPoint):
		if point, ok := number(parts[2]); ok {
			return PointScope(company, point), nil
		}
	}
	return Scope{}, ErrScope
}

// number reads a number above zero, without leading zeros, that fits 63 bits.
func number(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return n, err == nil && n > 0 && strconv.FormatUint(n, 10) == s
}

// GroupName reports whether a text can be a location's code: 1 to 32 of a-z, 0-9, - and _.
func GroupName(s string) bool {
	if len(s) == 0 || len(s) > maxGroup {
		return false
	}
	for _, r := range s {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// MarshalText implements encoding.TextMarshaler.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Scope) UnmarshalText(b []byte) error {
	got, err := ParseScope(string(b))
	if err == nil {
		*s = got
	}
	return err
}
