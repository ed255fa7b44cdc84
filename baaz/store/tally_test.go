package store

import (
	"slices"
	"testing"
	"time"
)

func TestTally(t *testing.T) {
	now := time.Now()
	y := newTally()
	for _, step := range []struct {
		what string
		do   func()
		at   time.Duration
		due  []Company
	}{
		{"nothing", func() {}, 0, nil},
		{"a little", func() { y.add(1, 100) }, 0, nil},
		{"a little, for long", func() {}, foldAge + time.Minute, []Company{1}},
		{"enough", func() { y.add(2, foldLeast) }, 0, []Company{2}},
		{"being folded", func() { y.taken(2) }, 0, nil},
		{"folded, and the spans are large", func() { y.folded(2, 100*foldLeast); y.add(2, foldLeast) }, 0, nil},
		{"enough for large spans", func() { y.add(2, 24*foldLeast) }, 0, []Company{2}},
		{"a fold that failed", func() { before := y.taken(2); y.add(2, 1); y.back(2, before) }, 0, []Company{2}},
		{"spans so large that readers would wait", func() { y.taken(2); y.folded(2, 1<<40); y.add(2, foldMost) }, 0, []Company{2}},
		{"very many small ones", func() {
			for range foldRows {
				y.add(3, 1)
			}
		}, 0, []Company{2, 3}},
		{"found by a look through the table", func() { y.set(4, waiting{batches: 1, bytes: foldLeast}) }, 0, []Company{2, 3, 4}},
	} {
		step.do()
		if due := y.due(now.Add(step.at)); !slices.Equal(due, step.due) {
			t.Errorf("%s: due are %v, want %v", step.what, due, step.due)
		}
	}
	if all := y.all(); !slices.Equal(all, []Company{1, 2, 3, 4}) {
		t.Errorf("all: %v", all)
	}
	if !y.unknown(now) || y.unknown(now.Add(foldScan/2)) || !y.unknown(now.Add(2*foldScan)) {
		t.Error("the table is looked through at the start, and then each hour")
	}
}
