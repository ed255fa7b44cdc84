package engine

import (
	"context"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fault"
)

// What BAAZ says is recorded; from then on records carry the epoch, also after a restart, and shifts count on from where
// the point's last box had come. A box that has learned of its replacement sells no more, and ends what it has begun.
func TestJoinedAndReplaced(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.sell()
	tell := func(f event.Fact) {
		t.Helper()
		if err := s.Tell(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	epoch := func(want uint32) {
		t.Helper()
		records, err := s.Records(s.View().Seq-1, 1)
		if err != nil || records[0].Epoch != want {
			t.Errorf("the newest record is of epoch %d, %v; want %d", records[0].Epoch, err, want)
		}
	}
	s.must(s.scan())
	tell(event.BoxJoined{Epoch: 3, Point: 1, NextShift: 1})
	epoch(0)
	s.must(s.pay())
	epoch(3)
	s.restart(journalOptions())
	s.sell()
	epoch(3)
	s.must(s.scan())
	// The point has had other tills: the open shift's number may be one of theirs.
	tell(event.BoxJoined{Epoch: 3, Point: 1, NextShift: 9})
	s.restart(journalOptions())
	s.refused(fault.ShiftNumberTaken, s.scan())
	s.refused(fault.ShiftNumberTaken, s.pay())
	s.refused(fault.ShiftNumberTaken, s.command("return.begin"))
	if st := s.View().State; !st.Joined || st.Member.Epoch != 3 || st.Shift.Number != 1 {
		t.Errorf("%+v", st)
	}
	count := s.command("shift.count")
	count.Total = "0"
	s.must(count)
	s.must(s.command("shift.close"))
	s.must(s.command("shift.open"))
	if n := s.View().State.Shift.Number; n != 9 {
		t.Errorf("shift %d follows; the point had come to 8", n)
	}
	s.must(s.pay()) // the basket that was open all the time
	s.must(s.scan())
	tell(event.BoxReplaced{})
	s.refused(fault.BoxReplaced, s.scan())
	s.refused(fault.BoxReplaced, s.pay())
	s.must(s.command("basket.drop"))
	count = s.command("shift.count")
	count.Total = "0"
	s.must(count)
	s.must(s.command("shift.close"))
	s.refused(fault.BoxReplaced, s.command("shift.open"))
	tell(event.BoxJoined{Epoch: 5, Point: 2, NextShift: 1})
	s.must(s.command("shift.open"))
	if n := s.View().State.Shift.Number; n != 10 {
		t.Errorf("shift %d; shifts of a box never go back", n)
	}
	epoch(5)
	records, err := s.Records(0, int(s.View().Seq))
	if err != nil {
		t.Fatal(err)
	}
	var a Audit
	for _, r := range records {
		if err := a.Add(r); err != nil {
			t.Error(err)
		}
	}
}
