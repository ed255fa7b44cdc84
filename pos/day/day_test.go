package day_test

import (
	"errors"
	"testing"
	"time"

	"posbox/pos/day"
)

func TestParse(t *testing.T) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2000-02-29", "1999-12-31", "9999-12-31"} {
		if d, err := day.Parse(s); err != nil || d.String() != s {
			t.Errorf("Parse(%q) = %q, %v", s, d, err)
		}
	}
	for _, s := range []string{
		"", "2026-02-29", "1900-02-29", "2026-00-10", "2026-13-01", "2026-11-31", "2026-11-00", "2026-1-2", "26-11-23",
		"2026-11-23 ", " 2026-11-23", "2026/11/23", "20261123", "2026-11-23T00:00:00Z", "-2026-11-23", "12026-11-23", "өдөр",
	} {
		if d, err := day.Parse(s); d != "" || !errors.Is(err, day.ErrSyntax) {
			t.Errorf("Parse(%q) = %q, %v; want ErrSyntax", s, d, err)
		}
	}
}

// The day turns at midnight of the shop, not of the machine.
func TestOf(t *testing.T) {
	ulaanbaatar := time.FixedZone("Asia/Ulaanbaatar", 8*60*60)
	west := time.FixedZone("west", -7*60*60)
	for _, c := range []struct {
		at   string
		zone *time.Location
		want day.Day
	}{
		{"2026-11-23T15:59:59Z", ulaanbaatar, "2026-11-23"},
		{"2026-11-23T16:00:00Z", ulaanbaatar, "2026-11-24"},
		{"2026-11-24T00:00:00+08:00", ulaanbaatar, "2026-11-24"},
		{"2023-12-31T16:00:00Z", ulaanbaatar, "2024-01-01"},
		{"2024-02-28T16:00:00Z", ulaanbaatar, "2024-02-29"},
		{"2026-11-23T06:59:59Z", west, "2026-11-22"},
		{"2026-11-23T07:00:00Z", west, "2026-11-23"},
		{"2026-11-23T23:59:59.999999999Z", time.UTC, "2026-11-23"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		got := day.Of(at, c.zone)
		if got != c.want {
			t.Errorf("%s in %s falls on %s, want %s", c.at, c.zone, got, c.want)
		}
		if again, err := day.Parse(got.String()); again != got || err != nil {
			t.Errorf("%s parses as %s, %v", got, again, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2026-02-29", "", "0000-01-01", "2026-11-23Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := day.Parse(s)
		if err != nil {
			if d != "" || !errors.Is(err, day.ErrSyntax) {
				t.Fatalf("Parse(%q) = %q, %v", s, d, err)
			}
			return
		}
		at, err := time.Parse(time.DateOnly, s)
		if err != nil || d.String() != s || day.Of(at, time.UTC) != d {
			t.Fatalf("Parse(%q) = %q; its midnight is %s, %v", s, d, at, err)
		}
	})
}

// Days compare as strings, in the order of the calendar.
func FuzzOrder(f *testing.F) {
	f.Add(int64(1), int64(2))
	f.Add(int64(-1), int64(1_700_000_000))
	f.Fuzz(func(t *testing.T, a, b int64) {
		const from, to = -62_135_596_800, 253_402_300_799 // years 1 to 9999
		if a < from || b < from || a > to || b > to {
			return
		}
		x, y := time.Unix(a, 0).UTC(), time.Unix(b, 0).UTC()
		dx, dy := day.Of(x, time.UTC), day.Of(y, time.UTC)
		if earlier := x.Truncate(24 * time.Hour).Before(y.Truncate(24 * time.Hour)); (dx < dy) != earlier {
			t.Fatalf("%s < %s is %v", dx, dy, dx < dy)
		}
	})
}
