package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"posbox/journal/pages"
	"posbox/pos/fault"
)

// Finding is one thing that is wrong with a journal.
type Finding struct {
	File string `json:"file"`
	Seq  Seq    `json:"seq,omitempty"`  // of the record; 0 where no record is meant
	Page uint64 `json:"page,omitempty"` // of the file; 0 where no page is meant
	What string `json:"what"`
}

func (f Finding) String() string {
	s := f.File
	if f.Seq > 0 {
		s += fmt.Sprintf(", sequence %d", f.Seq)
	}
	if f.Page > 0 {
		s += fmt.Sprintf(", page %d", f.Page)
	}
	return s + ": " + f.What
}

// CheckReport says what a check saw.
type CheckReport struct {
	Whole    bool      `json:"whole"`
	Files    int       `json:"files"`
	Records  uint64    `json:"records"`
	Box      string    `json:"box,omitempty"` // hex
	Head     Seq       `json:"head"`
	Hash     Hash      `json:"hash"` // of the newest record
	Drafts   int       `json:"drafts"`
	Findings []Finding `json:"findings,omitempty"` // at most maxFindings
	// Notes are worth knowing and no damage.
	Notes []string `json:"notes,omitempty"`
}

const maxFindings = 20

// checker goes through the files of a journal in order.
type checker struct {
	CheckReport
	seq   Seq
	hash  Hash
	box   Box
	first Seq // of the file at hand
	// broken is set once the chain of the file at hand cannot be followed any further.
	broken bool
	visit  func(Record) error
}

// Check reads every page and recomputes the whole chain of the journal in dir, without mapping or locking a file: it
// never faults, and must not run on files that are being written. visit, which may be nil, is shown every record whose
// chain fits; what it returns is a finding. The error is fault journal.none where there is no journal.
func Check(dir string, visit func(Record) error) (CheckReport, error) {
	c := &checker{visit: visit}
	folder := filepath.Join(dir, "journal")
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) || err == nil && !Exists(dir) {
		return c.CheckReport, fault.Wrap(err, fault.JournalNone, "dir", dir)
	}
	if err != nil {
		return c.CheckReport, err
	}
	var numbers []int
	for _, e := range entries {
		if n, ok := numberOf(e.Name()); ok {
			numbers = append(numbers, n)
		} else if strings.HasSuffix(e.Name(), fileSuffix) {
			c.Notes = append(c.Notes, e.Name()+" is no file of this journal")
		}
	}
	slices.Sort(numbers)
	c.checkNames(folder, numbers)
	for i, n := range numbers {
		if err := c.file(filepath.Join(folder, fileName(n)), n, i == 0); err != nil {
			return c.CheckReport, err
		}
	}
	c.Head, c.Hash, c.Box = c.seq, c.hash, c.box.String()
	c.Whole = len(c.Findings) == 0
	return c.CheckReport, nil
}

func (c *checker) find(f Finding) {
	if len(c.Findings) < maxFindings {
		c.Findings = append(c.Findings, f)
	}
}

// checkNames looks for files that are missing in the row or at its end.
func (c *checker) checkNames(folder string, numbers []int) {
	last := 0
	for i, n := range numbers {
		if i > 0 && n != last+1 {
			c.find(Finding{File: fileName(n), What: "a file before this one is missing"})
		}
		last = n
	}
	if want, err := readHeadName(folder); err == nil && want > last {
		c.find(Finding{File: fileName(want), What: "the newest file is missing"})
	}
}

func (c *checker) file(path string, number int, first bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	c.Files++
	name := filepath.Base(path)
	pf, err := pages.Open(f, st.Size())
	if err != nil {
		c.damage(name, err)
		c.broken = true
		return nil
	}
	c.walk(name, pf)
	if err := pf.Spare(); err != nil {
		c.Notes = append(c.Notes, fmt.Sprintf("%s: the spare copy of its first page is damaged (%v); the last write may have been cut", name, err))
	}
	head, ok := c.meta(name, number, pf, first)
	if err := pf.Each(string(bucketRecords), func(k, v []byte) error { return c.record(name, pf, k, v) }); err != nil {
		c.damage(name, err)
		c.broken = true
	}
	if ok && head != c.hash && !c.broken {
		page, _ := pf.PageOf(string(bucketRecords), key(c.seq))
		c.find(Finding{File: name, Seq: c.seq, Page: page, What: "is not the record that was written last"})
	}
	c.sides(name, pf)
	return nil
}

// walk looks through all pages. Pages lost for good hold nothing that anyone misses: a note.
func (c *checker) walk(name string, pf *pages.File) {
	err := pf.Walk()
	if err != nil && serious(err) == nil {
		c.Notes = append(c.Notes, fmt.Sprintf("%s: some pages are lost for good; no data was in them (%v)", name, err))
		return
	}
	c.damage(name, err)
}

// damage turns what package pages found into findings.
func (c *checker) damage(name string, err error) {
	if err == nil || errors.Is(err, errStop) {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			c.damage(name, e)
		}
		return
	}
	f := Finding{File: name, What: err.Error()}
	var d *pages.Damage
	if errors.As(err, &d) {
		f.Page, f.What = d.Page, d.What
	}
	if !slices.Contains(c.Findings, f) {
		c.find(f)
	}
}

// meta checks that the file goes on where the one before it ended, and returns the hash of its last record.
func (c *checker) meta(name string, number int, pf *pages.File, first bool) (head Hash, ok bool) {
	values := map[string][]byte{}
	c.damage(name, pf.Each(string(bucketMeta), func(k, stored []byte) error {
		v, err := content(bucketMeta, k, stored)
		if err != nil {
			return c.side(name, pf, bucketMeta, k, err)
		}
		values[string(k)] = bytes.Clone(v)
		return nil
	}))
	if v := values[string(metaFormat)]; len(v) == 4 && binary.BigEndian.Uint32(v) > Format {
		c.find(Finding{File: name, What: "written by a newer program"})
	}
	at, prev, last := values[string(metaFirst)], values[string(metaPrev)], values[string(metaHead)]
	if len(at) != keyLen || len(prev) != len(Hash{}) || len(last) != len(Hash{}) {
		c.find(Finding{File: name, What: "its head data is incomplete"})
		return head, false
	}
	begins := Seq(binary.BigEndian.Uint64(at))
	switch {
	case first && number == 1 && begins != 1:
		c.find(Finding{File: name, Seq: begins, What: "the first file does not begin with sequence 1"})
	case first: // older files may have been deleted after BAAZ had them: the row may begin later
	case c.broken: // nobody knows where the file before it ended
	case begins != c.seq+1 || Hash(prev) != c.hash:
		c.find(Finding{File: name, Seq: begins, What: fmt.Sprintf("does not go on where the file before it ended (%d)", c.seq)})
	}
	c.seq, c.hash, c.first, c.broken = begins-1, Hash(prev), begins, false
	return Hash(last), true
}

var errStop = errors.New("journal: enough found")

// side notes one bad value outside the chain and goes on.
func (c *checker) side(name string, pf *pages.File, bucket, k []byte, err error) error {
	page, _ := pf.PageOf(string(bucket), k)
	c.find(Finding{File: name, Page: page, What: fmt.Sprintf("%s %q: %v", bucket, k, err)})
	return nil
}

// sides checks what stands beside the records: checksums, and that nothing points beyond the last record.
func (c *checker) sides(name string, pf *pages.File) {
	each := func(bucket []byte, check func(k, v []byte) error) {
		err := pf.Each(string(bucket), func(k, v []byte) error {
			if err := check(k, v); err != nil {
				return c.side(name, pf, bucket, k, err)
			}
			return nil
		})
		if errors.Is(err, pages.ErrNoBucket) && !slices.ContainsFunc(needed, func(n []byte) bool { return string(n) == string(bucket) }) {
			c.Notes = append(c.Notes, fmt.Sprintf("%s: %s will be built again", name, bucket))
			return
		}
		c.damage(name, err)
	}
	within := func(seq Seq, err error) error {
		if err == nil && seq > c.seq && !c.broken {
			err = fmt.Errorf("points to sequence %d beyond the last record %d", seq, c.seq)
		}
		return err
	}
	c.Drafts = 0
	each(bucketDrafts, func(k, v []byte) error { c.Drafts++; _, err := content(bucketDrafts, k, v); return err })
	each(bucketAnswers, func(k, v []byte) error { _, err := decodeAnswer(k, v); return err })
	each(bucketCursors, func(k, v []byte) error { return within(seqIn(bucketCursors, k, v)) })
	each(bucketIndex, func(k, v []byte) error { return within(seqIn(bucketIndex, k, v)) })
	each(bucketProjection, func(k, stored []byte) error {
		v, err := content(bucketProjection, k, stored)
		if err == nil && len(v) < keyLen {
			err = errors.New("cut short")
		}
		if err != nil {
			return err
		}
		return within(Seq(binary.BigEndian.Uint64(v)), nil)
	})
}

// record checks one record against the one before it.
func (c *checker) record(name string, pf *pages.File, k, v []byte) error {
	found := func(seq Seq, what string) error {
		page, _ := pf.PageOf(string(bucketRecords), key(seq))
		c.find(Finding{File: name, Seq: seq, Page: page, What: what})
		c.broken = true
		return errStop
	}
	r, err := decodeAt(k, v)
	if err != nil {
		return found(c.seq+1, err.Error())
	}
	switch {
	case r.Seq != c.seq+1:
		return found(c.seq+1, fmt.Sprintf("missing; sequence %d stands there", r.Seq))
	case r.Prev != c.hash && r.Seq == c.first:
		return found(r.Seq, "does not carry the hash of the record before it")
	case r.Prev != c.hash:
		return found(c.seq, "is not what it was: the record after it carries another hash")
	case c.Records > 0 && r.Box != c.box:
		return found(r.Seq, "written by another box")
	}
	c.seq, c.hash, c.box = r.Seq, r.Hash, r.Box
	c.Records++
	if c.visit != nil {
		if err := c.visit(r); err != nil {
			page, _ := pf.PageOf(string(bucketRecords), k)
			c.find(Finding{File: name, Seq: r.Seq, Page: page, What: err.Error()})
		}
	}
	return nil
}
