package store_test

import (
	"testing"

	"posbox/baaz/store"
	"posbox/pos/day"
)

// Whatever the days, months and days together hold each of them once, and never more than half a month is read by days at
// either end.
func TestSplit(t *testing.T) {
	for _, x := range []struct {
		from, to           day.Day
		months, days, less int
	}{
		{"2026-01-01", "2026-12-31", 12, 0, 0}, {"2026-01-02", "2026-12-30", 12, 0, 2}, {"2026-10-31", "2026-11-01", 0, 2, 0}, {"2026-11-05", "2026-11-05", 0, 1, 0},
		{"2026-02-01", "2026-02-28", 1, 0, 0}, {"2024-02-01", "2024-02-28", 1, 0, 1}, {"2026-01-17", "2026-12-15", 10, 30, 0}, {"2026-11-30", "2026-11-01", 0, 0, 0},
	} {
		s := store.Split(x.from, x.to)
		if len(s.Months) != x.months || len(s.Days) != x.days || len(s.Less) != x.less {
			t.Errorf("%s to %s: %d months, %d days, less %d: %+v", x.from, x.to, len(s.Months), len(s.Days), len(s.Less), s)
		}
	}
}
