package engine

import (
	"slices"
	"testing"

	"posbox/journal"
	"posbox/pos/event"
)

// A state stored by a program that did not remember the last sales is completed from the journal, whatever was sold since.
func TestLastSalesAreRecalled(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	var sold []event.Bill
	for range 13 {
		sold = append(sold, s.sell().Result.Bill)
		if len(sold) == 4 { // of two shifts
			s.must(s.command("shift.close"))
			s.must(s.command("shift.open"))
		}
	}
	for _, known := range []int{0, 2} {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(s.dir, journalOptions())
		if err != nil {
			t.Fatal(err)
		}
		old := s.View().State.Clone()
		old.Recent = slices.Clone(sold[len(sold)-known:])
		head, _ := j.Head()
		if err := j.Project(head, encodeState(old)); err != nil {
			t.Fatal(err)
		}
		s.start(j)
		if got := s.View().State.Recent; !slices.Equal(got, sold[3:]) {
			t.Errorf("stored with %d of the last ten: %v, want %v", known, got, sold[3:])
		}
	}
}
