package ingest

import (
	"context"
	"errors"
	"slices"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
)

// A fork is a second history under a box's name: of a clone, or of a disk that was restored from an old copy. What it
// says is kept in quarantine, whole, until a person has said that it counts as well, which it does wherever goods were
// sold by both. From then on it is a branch: a chain of its own that goes on by itself, marked late, at the point of its
// trunk. No record is in two chains, and none is lost on the way.

// fork takes in what contradicts the chain or lies behind its end: as a branch where a person has said that it counts, else
// into quarantine. The chain itself goes on: nobody can tell from here which of two histories is the true one. What follows
// from nothing that is here is a gap, and nothing becomes of it: its box says again what comes before, also where that was
// here once and BAAZ has gone back to a backup.
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
	if ok, err := followsHere(tx, c, row.Box, branches, records[0]); err != nil || !ok {
		return row, fault.BatchGap, err
	}
	return row, fault.BoxForked, i.aside(tx, c, row, AlarmFork, records, i.micros())
}

// followsHere reports whether what a record follows from is in the chain, in a branch or in quarantine.
func followsHere(tx *store.Tx, c store.Company, trunk journal.Box, branches []store.Branch, r journal.Record) (bool, error) {
	if r.Seq == 1 {
		return true, nil
	}
	if ok, err := inChain(tx, c, chains(trunk, branches), r.Seq-1, r.Prev); err != nil || ok {
		return ok, err
	}
	return tx.IsAside(c, trunk, r.Seq-1, r.Prev)
}

// chains names the chains under a box's name: its own and the branches.
func chains(trunk journal.Box, branches []store.Branch) []journal.Box {
	list := []journal.Box{trunk}
	for _, b := range branches {
		list = append(list, b.Box)
	}
	return list
}

// inChain reports whether a record is in one of some chains.
func inChain(tx *store.Tx, c store.Company, chains []journal.Box, seq journal.Seq, hash journal.Hash) (bool, error) {
	for _, b := range chains {
		known, err := tx.RecordHash(c, b, seq)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return false, err
		}
		if err == nil && known == hash {
			return true, nil
		}
	}
	return false, nil
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

// grow makes a branch longer. Its records are the bytes that were sent, counted under the branch's own name. They do not wait
// in quarantine any more, also where it was their box that said them again, in the middle of a count.
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
	before, err := tx.Before(c, row.Box)
	if err != nil {
		return row, err
	}
	// Who has returns to report learns of it by itself, a little later.
	if _, err := project(tx, c, row.Point, true, before, own, count(own), now); err != nil {
		return row, err
	}
	if err := tx.TakeAside(c, records[0].Box, records); err != nil {
		return row, err
	}
	last := own[len(own)-1]
	row.Seq, row.Hash = last.Seq, last.Hash
	return row, tx.MoveHead(c, row)
}

// forkedOf is a record of a fork.
func forkedOf(r journal.Record) store.Forked {
	x := count([]journal.Record{r})[0]
	if x.sale == nil || x.back {
		return store.Forked{Records: 1}
	}
	at := clampTime(r.Time).UTC()
	return store.Forked{Records: 1, Sales: 1, First: at, Last: at}
}

// addForked adds more of a fork to what there is of it.
func addForked(f *store.Forked, more store.Forked) {
	if more.Sales > 0 && (f.Sales == 0 || more.First.Before(f.First)) {
		f.First = more.First
	}
	if more.Last.After(f.Last) {
		f.Last = more.Last
	}
	f.Records += more.Records
	f.Sales += more.Sales
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
				addForked(&f, forkedOf(r))
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
// It goes in runs, each whole in itself, so that others are heard in between. Also is told of each run within its
// transaction: whatever cuts a count short, what was counted is known; more: it is not the last one.
func (i *Ingest) CountFork(ctx context.Context, c store.Company, box journal.Box, also func(tx *store.Tx, run store.Forked, more bool) error) (f store.Forked, err error) {
	var behind journal.Record
	for more := true; more && err == nil; {
		var run forkedRun
		err = i.store.Write(ctx, func(tx *store.Tx) (err error) {
			run = forkedRun{behind: behind}
			if more, err = i.countRun(tx, c, box, &run); err != nil || run.Records == 0 && (more || f.Records == 0) {
				return err
			}
			return also(tx, run.Forked, more)
		})
		if err == nil {
			addForked(&f, run.Forked)
			behind = run.behind
			if run.buyers != nil && i.Bought != nil {
				i.Bought(c, run.buyers)
			}
		}
	}
	if f.Records > 0 && i.Took != nil {
		i.Took(c)
	}
	return f, err
}

// forkedRun is what one transaction has counted.
type forkedRun struct {
	store.Forked
	behind journal.Record // the last record that was looked at
	buyers []string
}

func (i *Ingest) countRun(tx *store.Tx, c store.Company, box journal.Box, run *forkedRun) (more bool, err error) {
	trunk, err := tx.HoldBox(c, box)
	if errors.Is(err, store.ErrNone) {
		return false, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return false, err
	}
	list, err := asidesOf(tx, c, box, run.behind)
	if err != nil {
		return false, err
	}
	rows, err := branchRows(tx, c, box)
	for n := 0; n < len(list) && err == nil; {
		row := follows(list[n:])
		run.behind = row[len(row)-1]
		n += len(row)
		err = i.countRow(tx, c, trunk, rows, row, run)
	}
	return len(list) == forkRun, err
}

// countRow counts records of quarantine that follow from each other. Those that have come into a chain otherwise are
// counted already.
func (i *Ingest) countRow(tx *store.Tx, c store.Company, trunk store.BoxRow, rows map[journal.Box]store.BoxRow, list []journal.Record, run *forkedRun) error {
	fresh, err := differing(tx, c, trunk, list)
	if err != nil {
		return err
	}
	if err := tx.TakeAside(c, trunk.Box, list[:len(list)-len(fresh)]); err != nil || len(fresh) == 0 {
		return err
	}
	row, ok, err := i.stem(tx, c, trunk, rows, fresh[0])
	if err != nil || !ok { // what it follows from is not here: it stays aside
		return err
	}
	if row, err = i.grow(tx, c, row, fresh); err != nil {
		return err
	}
	rows[row.Box] = row
	for _, r := range fresh {
		addForked(&run.Forked, forkedOf(r))
	}
	for _, code := range buyersOf(count(fresh)) {
		if !slices.Contains(run.buyers, code) {
			run.buyers = append(run.buyers, code)
		}
	}
	return nil
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
	if first.Seq > 1 {
		if ok, err := inChain(tx, c, from, first.Seq-1, first.Prev); err != nil || !ok {
			return row, false, err
		}
	}
	b := store.Branch{Box: store.BranchBox(first), Trunk: trunk.Box, Seq: first.Seq - 1, Hash: first.Prev}
	if err := tx.AddBranch(c, b, trunk, i.micros()); err != nil {
		return row, false, err
	}
	row, err = tx.HoldBox(c, b.Box)
	return row, err == nil, err
}
