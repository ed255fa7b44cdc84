package store

import (
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"posbox/journal"
)

// Branch is another history under a box's name that counts as well. It is kept as the chain of a box of its own.
type Branch struct {
	Box   journal.Box // the branch
	Trunk journal.Box // under whose name its records were sent
	Seq   journal.Seq // the last record that both have
	Hash  journal.Hash
}

// AlarmFork is the kind of alarm that a second history raises, and why its records are put aside.
const AlarmFork = "fork"

// Forked is what a box has said that is not in its chain.
type Forked struct {
	Records int
	Sales   int
	First   time.Time // when the first of those sales was made, by the box's clock; zero: there is none
	Last    time.Time
}

// BranchBox names the branch that begins with a record.
func BranchBox(first journal.Record) journal.Box {
	sum := sha256.Sum256(append([]byte("posbox branch 1\n"), first.Hash[:]...))
	return journal.Box(sum[:len(journal.Box{})])
}

// AddBranch opens a branch. It stands where its trunk did when it left that: its trunk may have gone to another point since.
// It is nobody's till.
func (t *Tx) AddBranch(c Company, b Branch, trunk BoxRow, now int64) error {
	key, err := t.BoxKey(c, trunk.Box)
	if err != nil {
		return err
	}
	point, err := t.leftAt(c, b, trunk)
	if err != nil {
		return err
	}
	if err := t.exec(sqlBranchBox, int64(c), b.Box[:], key, int64(point), int64(trunk.Epoch), string(BoxReplaced), int64(b.Seq), b.Hash[:], now); err != nil {
		return err
	}
	return t.exec(sqlBranchAdd, int64(c), b.Box[:], b.Trunk[:], int64(b.Seq), b.Hash[:], now)
}

// leftAt is the point of the last record that a branch has in common with others; its trunk's where there is none.
func (t *Tx) leftAt(c Company, b Branch, trunk BoxRow) (Point, error) {
	if b.Seq == 0 {
		return trunk.Point, nil
	}
	all, err := t.Branches(c)
	if err != nil {
		return 0, err
	}
	box, err := t.leaves(c, all, b)
	if err != nil {
		return 0, err
	}
	last, err := t.Record(c, box, b.Seq)
	return last.Point, err
}

// Branches lists a company's branches, in the order of their trunks and of where they leave them.
func (t *Tx) Branches(c Company) (list []Branch, err error) {
	return list, t.rows(sqlBranches, []any{int64(c)}, func(scan func(...any) error) error {
		var b Branch
		var box, trunk, hash []byte
		err := scan(&box, &trunk, (*int64seq)(&b.Seq), &hash)
		copy(b.Box[:], box)
		copy(b.Trunk[:], trunk)
		copy(b.Hash[:], hash)
		list = append(list, b)
		return err
	})
}

// BranchesOf lists the branches of one box.
func (t *Tx) BranchesOf(c Company, trunk journal.Box) (own []Branch, err error) {
	all, err := t.Branches(c)
	for _, b := range all {
		if b.Trunk == trunk {
			own = append(own, b)
		}
	}
	return own, err
}

// Stretch is the part of a chain that another one follows from: its records up to Seq.
type Stretch struct {
	Box journal.Box
	Seq journal.Seq
}

// Before lists what a branch follows from, the nearest first: its trunk, or the branch that it leaves and what that one
// follows from. Empty: the box is no branch, or shares no record with another.
func (t *Tx) Before(c Company, b journal.Box) (list []Stretch, err error) {
	all, err := t.Branches(c)
	for err == nil {
		i := slices.IndexFunc(all, func(x Branch) bool { return x.Box == b })
		if i < 0 || all[i].Seq == 0 {
			return list, nil
		}
		if b, err = t.leaves(c, all, all[i]); err == nil {
			list = append(list, Stretch{b, all[i].Seq})
		}
	}
	return list, err
}

// leaves finds the chain that has the last record which a branch has in common with others.
func (t *Tx) leaves(c Company, all []Branch, b Branch) (journal.Box, error) {
	for _, x := range all {
		if x.Trunk != b.Trunk || x.Box == b.Box {
			continue
		}
		known, err := t.RecordHash(c, x.Box, b.Seq)
		if err == nil && known == b.Hash {
			return x.Box, nil
		}
		if err != nil && !errors.Is(err, ErrNone) {
			return x.Box, err
		}
	}
	return b.Trunk, nil
}

// HoldBox is LockBox where the box itself has said nothing.
func (t *Tx) HoldBox(c Company, b journal.Box) (BoxRow, error) {
	return t.box(b, sqlBoxHold, int64(c), b[:])
}

// AsidesOf lists at most limit records of a box that were put aside for a reason, in their order, behind one of them.
func (t *Tx) AsidesOf(c Company, b journal.Box, why string, behind journal.Record, limit int) (list []Aside, err error) {
	args := []any{int64(c), b[:], why, int64(behind.Seq), behind.Hash[:], int64(limit)}
	return list, t.rows(sqlAsidesOf, args, func(scan func(...any) error) error {
		a := Aside{Box: b, Why: why}
		err := scan((*int64seq)(&a.Seq), &a.Raw)
		list = append(list, a)
		return err
	})
}

// IsAside reports whether a record is in quarantine.
func (t *Tx) IsAside(c Company, b journal.Box, seq journal.Seq, hash journal.Hash) (bool, error) {
	var n int64
	err := t.row(sqlAsideIs, []any{int64(c), b[:], int64(seq), hash[:]}, &n)
	return n > 0, err
}

// TakeAside takes records out of quarantine: they stand in a chain now.
func (t *Tx) TakeAside(c Company, b journal.Box, records []journal.Record) error {
	for _, r := range records {
		if err := t.exec(sqlAsideTake, int64(c), b[:], int64(r.Seq), r.Hash[:]); err != nil {
			return err
		}
	}
	return nil
}
