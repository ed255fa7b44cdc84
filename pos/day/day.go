// Package day names calendar days of the shop: "2026-11-23", in the shop's own zone, never a moment in time.
package day

import (
	"errors"
	"time"
)

// Day is a calendar day as YYYY-MM-DD. Days compare as strings. The zero value is "no day".
type Day string

// ErrSyntax is returned for anything but an existing day.
var ErrSyntax = errors.New("day: not a day of the form YYYY-MM-DD")

// Of returns the day on which t falls in zone.
func Of(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// Parse reads "2026-11-23" and refuses days that do not exist.
func Parse(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", ErrSyntax
	}
	return Day(s), nil
}

// String returns the day as it was parsed.
func (d Day) String() string { return string(d) }
