package ingest

import (
	"context"
	"errors"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
)

// A fork is a second history under a box's name: of a clone, or of a disk that was restored from an old copy. What it
// says is kept in quarantine, whole, until a person has said that it counts as well, which it does wherever goods were
// sold by both. From then on it is a branch: a chain of its own that goes on by itself, marked late, at the point of its
// trunk. No record is in two chains, and none is lost on the way.

// fork takes in what contradicts the chain: as a branch where a person has said that it counts, else into quarantine. The
// chain itself goes on: nobody can tell from here which of two histories is the true one.
func (i *Ingest) fork(tx *store.Tx, c store.Company, row store.BoxRow, records []journal.Record) (store.BoxRow, fault.Code, error) {
	branches, err := tx.BranchesOf(c, row.Box)
	if err != nil {
		return row, "", err
	}
	for _, b := range branches {
		head, ok, err := i.onBranch(tx, c, b, records)
		if err != nil {
			return row, "", err
		}
		if ok {
			row.Seq, row.Hash = head.Seq, head.Hash
			return row, "", nil
		}
	}
	return row, fault.BoxForked, i.aside(tx, c, row, AlarmFork, records, i.micros())
}

// beyond decides about records behind the chain's end: they may go on a branch, or what is in quarantine.
func (i *Ingest) beyond(tx *store.Tx, c store.Company, row store.BoxRow, records []journal.Record) (store.BoxRow, fault.Code, error) {
	branches, err := tx.BranchesOf(c, row.Box)
	if err != nil {
		return row, "", err
	}
	first := records[0]
	kept, err := tx.IsAside(c, row.Box, first.Seq-1, first.Prev)
	if err != nil || !kept && len(branches) == 0 {
		return row, fault.BatchGap, err
	}
	head, code, err := i.fork(tx, c, row, records)
	if code == fault.BoxForked && !kept { // fork would have put aside what follows from nothing
		return row, fault.BatchGap, err
	}
	return head, code, err
}

// onBranch takes records in that are a branch's or follow from it; ok false: they are none of it.
func (i *Ingest) onBranch(tx *store.Tx, c store.Company, b store.Branch, records []journal.Record) (row store.BoxRow, ok bool, err error) {
	if row, err = tx.HoldBox(c, b.Box); err != nil {
		return row, false, err
	}
	first, last := records[0], records[len(records)-1]
	if last.Seq <= row.Seq {
		known, err := tx.RecordHash(c, b.Box, last.Seq)
		if errors.Is(err, store.ErrNone) {
			return row, false, nil
		}
		return row, err == nil && known == last.Hash, err
	}
	if first.Seq > row.Seq+1 {
		return row, false, nil
	}
	fresh := records[row.Seq+1-first.Seq:]
	if fresh[0].Prev != row.Hash {
		return row, false, nil
	}
	row, err = i.grow(tx, c, row, fresh)
	return row, err == nil, err
}

// grow makes a branch longer. Its records are the bytes that were sent, counted under the branch's own name.
func (i *Ingest) grow(tx *store.Tx, c store.Company, row store.BoxRow, records []journal.Record) (store.BoxRow, error) {
	now := i.micros()
	own := make([]journal.Record, len(records))
	for n, r := range records {
		r.Box = row.Box
		own[n] = r
	}
	if err := tx.AddRecords(c, row.Point, true, now, own); err != nil {
		return row, err
	}
	// Who has returns to report learns of it by itself, a little later.
	if _, err := project(tx, c, row.Point, true, own, count(own), now); err != nil {
		return row, err
	}
	last := own[len(own)-1]
	row.Seq, row.Hash = last.Seq, last.Hash
	return row, tx.MoveHead(c, row)
}

// addForked counts a record of a fork in.
func addForked(f *store.Forked, r journal.Record) {
	f.Records++
	if x := count([]journal.Record{r})[0]; x.sale == nil || x.back {
		return
	}
	at := clampTime(r.Time).UTC()
	if f.Sales == 0 || at.Before(f.First) {
		f.First = at
	}
	if at.After(f.Last) {
		f.Last = at
	}
	f.Sales++
}

// forkRun is how many records are looked at in one transaction.
const forkRun = 2000

// LookAtFork tells what a box has in quarantine because it is a second history.
func (i *Ingest) LookAtFork(ctx context.Context, c store.Company, box journal.Box) (f store.Forked, err error) {
	var behind journal.Record
	for more := true; more && err == nil; {
		err = i.store.Read(ctx, func(tx *store.Tx) error {
			list, err := asidesOf(tx, c, box, behind)
			for _, r := range list {
				addForked(&f, r)
				behind = r
			}
			more = len(list) == forkRun
			return err
		})
	}
	return f, err
}

// asidesOf reads records of forks out of quarantine, in their order.
func asidesOf(tx *store.Tx, c store.Company, box journal.Box, behind journal.Record) (list []journal.Record, err error) {
	kept, err := tx.AsidesOf(c, box, AlarmFork, behind, forkRun)
	for _, a := range kept {
		r, err := journal.Decode(a.Raw)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, err
}

// CountFork counts what a box has in quarantine because it is a second history, and from now on whatever follows from it.
// It goes in runs, each whole in itself, so that others are heard in between; what also does belongs to the last of them.
func (i *Ingest) CountFork(ctx context.Context, c store.Company, box journal.Box, also func(*store.Tx, store.Forked) error) (f store.Forked, err error) {
	var behind journal.Record
	for more := true; more && err == nil; {
		var run store.Forked
		var next journal.Record
		err = i.store.Write(ctx, func(tx *store.Tx) (err error) {
			run, next = f, behind
			more, err = i.countRun(tx, c, box, &next, &run)
			if err == nil && !more && run.Records > 0 {
				err = also(tx, run)
			}
			return err
		})
		if err == nil {
			f, behind = run, next
		}
	}
	if err == nil && f.Records > 0 && i.Took != nil {
		i.Took(c)
	}
	return f, err
}

func (i *Ingest) countRun(tx *store.Tx, c store.Company, box journal.Box, behind *journal.Record, f *store.Forked) (more bool, err error) {
	trunk, err := tx.HoldBox(c, box)
	if errors.Is(err, store.ErrNone) {
		return false, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return false, err
	}
	list, err := asidesOf(tx, c, box, *behind)
	if err != nil {
		return false, err
	}
	rows, err := branchRows(tx, c, box)
	for n := 0; n < len(list) && err == nil; {
		run := follows(list[n:])
		*behind = run[len(run)-1]
		n += len(run)
		var row store.BoxRow
		var ok bool
		if row, ok, err = i.stem(tx, c, trunk, rows, run[0]); err != nil || !ok {
			continue // what it follows from is not here: it stays aside
		}
		if row, err = i.grow(tx, c, row, run); err != nil {
			break
		}
		rows[row.Box] = row
		for _, r := range run {
			addForked(f, r)
		}
		err = tx.TakeAside(c, box, run)
	}
	return len(list) == forkRun, err
}

// follows returns the longest row at the start of a list in which each record follows from the one before it.
func follows(list []journal.Record) []journal.Record {
	n := 1
	for n < len(list) && list[n].Seq == list[n-1].Seq+1 && list[n].Prev == list[n-1].Hash {
		n++
	}
	return list[:n]
}

func branchRows(tx *store.Tx, c store.Company, box journal.Box) (map[journal.Box]store.BoxRow, error) {
	rows := map[journal.Box]store.BoxRow{}
	branches, err := tx.BranchesOf(c, box)
	for _, b := range branches {
		if err == nil {
			rows[b.Box], err = tx.HoldBox(c, b.Box)
		}
	}
	return rows, err
}

// stem finds the branch that a record goes on, or opens one where it leaves the trunk or another branch; ok false: what it
// follows from is in none of them.
func (i *Ingest) stem(tx *store.Tx, c store.Company, trunk store.BoxRow, rows map[journal.Box]store.BoxRow, first journal.Record) (row store.BoxRow, ok bool, err error) {
	from := []journal.Box{trunk.Box}
	for _, row := range rows {
		if row.Seq+1 == first.Seq && row.Hash == first.Prev {
			return row, true, nil
		}
		from = append(from, row.Box)
	}
	found := first.Seq == 1
	for _, b := range from {
		if found {
			break
		}
		known, err := tx.RecordHash(c, b, first.Seq-1)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return row, false, err
		}
		found = err == nil && known == first.Prev
	}
	if !found {
		return row, false, nil
	}
	b := store.Branch{Box: store.BranchBox(first), Trunk: trunk.Box, Seq: first.Seq - 1, Hash: first.Prev}
	if err := tx.AddBranch(c, b, trunk, i.micros()); err != nil {
		return row, false, err
	}
	row, err = tx.HoldBox(c, b.Box)
	return row, err == nil, err
}
