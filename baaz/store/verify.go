package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"posbox/journal"
)

// Found is what does not fit in a store.
type Found func(format string, args ...any)

// Check looks through the whole store: SQLite's own check, and the chain of every box from its first record to the head
// that was acknowledged. It calls each for every record in the order of its chain, branches behind what they leave; found for everything that does not
// fit, be it in the list of tills. An error means that the check could not be made.
func (s *Store) Check(ctx context.Context, each func(Company, Stored, journal.Record) error, found Found) error {
	return s.Read(ctx, func(t *Tx) error {
		if s.engine == SQLite {
			if err := t.integrity(found); err != nil {
				return err
			}
		}
		companies, err := t.Companies()
		if err != nil {
			return err
		}
		for _, c := range companies {
			if err := t.checkTills(c, found); err != nil {
				return err
			}
			boxes, err := t.Boxes(c)
			if err != nil {
				return err
			}
			branches, err := t.branchesByBox(c)
			if err != nil {
				return err
			}
			// What a branch follows from comes before it; one that leaves another does so further on.
			slices.SortStableFunc(boxes, func(a, b BoxRow) int { return cmp.Compare(branches[a.Box].from(), branches[b.Box].from()) })
			for _, b := range boxes {
				if err := t.checkChain(c, b, branches[b.Box], each, found); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (t *Tx) integrity(found Found) error {
	return t.rows(`PRAGMA integrity_check`, nil, func(scan func(...any) error) error {
		var line string
		if err := scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			found("the file: %s", line)
		}
		return nil
	})
}

// checkAtOnce is how many records are held in memory.
const checkAtOnce = 512

// branchesByBox finds branches by their own names.
func (t *Tx) branchesByBox(c Company) (map[journal.Box]*Branch, error) {
	list, err := t.Branches(c)
	all := map[journal.Box]*Branch{}
	for i := range list {
		all[list[i].Box] = &list[i]
	}
	return all, err
}

// from is the sequence of a branch's first record; 0: it is none.
func (b *Branch) from() journal.Seq {
	if b == nil {
		return 0
	}
	return b.Seq + 1
}

// checkChain walks the records of one box and stops at the first that does not follow. Those of a branch follow from its
// trunk, whose name they bear; each is told of them under the branch's.
func (t *Tx) checkChain(c Company, b BoxRow, branch *Branch, each func(Company, Stored, journal.Record) error, found Found) error {
	var seq journal.Seq
	var hash journal.Hash
	name := b.Box
	if branch != nil {
		seq, hash, name = branch.Seq, branch.Hash, branch.Trunk
	}
	for {
		list, err := t.Records(c, b.Box, seq, checkAtOnce)
		if err != nil {
			return err
		}
		for _, st := range list {
			r, err := journal.Decode(st.Raw)
			if err == nil && (r.Seq != seq+1 || st.Seq != r.Seq || r.Prev != hash || r.Box != name) {
				err = fmt.Errorf("does not follow from the record before it")
			}
			if err != nil {
				found("company %d, box %s, sequence %d: %v", c, b.Box, st.Seq, err)
				return nil
			}
			seq, hash, r.Box = r.Seq, r.Hash, b.Box
			if each == nil {
				continue
			}
			if err := each(c, st, r); err != nil {
				return err
			}
		}
		if len(list) == 0 {
			break
		}
	}
	if seq != b.Seq || hash != b.Hash {
		found("company %d, box %s: the records end at %d, the head says %d", c, b.Box, seq, b.Seq)
	}
	return nil
}
