package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	visit func(Record) error
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
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), fileSuffix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	c.checkNames(folder, names)
	for i, name := range names {
		if err := c.file(filepath.Join(folder, name), i == 0); err != nil {
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
func (c *checker) checkNames(folder string, names []string) {
	last := 0
	for i, name := range names {
		n, err := strconv.Atoi(strings.TrimSuffix(name, fileSuffix))
		if err != nil || i > 0 && n != last+1 {
			c.find(Finding{File: name, What: "a file before this one is missing"})
		}
		last = n
	}
	if text, err := os.ReadFile(filepath.Join(folder, headName)); err == nil {
		if want, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && want > last {
			c.find(Finding{File: fmt.Sprintf("%06d%s", want, fileSuffix), What: "the newest file is missing"})
		}
	}
}

func (c *checker) file(path string, first bool) error {
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
		return nil
	}
	c.damage(name, pf.Walk())
	if err := pf.Spare(); err != nil {
		c.Notes = append(c.Notes, fmt.Sprintf("%s: the spare copy of its first page is damaged (%v); the last write may have been cut", name, err))
	}
	c.meta(name, pf, first)
	c.Drafts = 0
	c.damage(name, pf.Each(string(bucketDrafts), func(k, _ []byte) error { c.Drafts++; return nil }))
	c.damage(name, pf.Each(string(bucketRecords), func(k, v []byte) error { return c.record(name, pf, k, v) }))
	return nil
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

// meta checks that the file goes on where the one before it ended.
func (c *checker) meta(name string, pf *pages.File, first bool) {
	var begins Seq
	var prev Hash
	seen := 0
	c.damage(name, pf.Each(string(bucketMeta), func(k, v []byte) error {
		switch {
		case string(k) == string(metaFirst) && len(v) == keyLen:
			begins = Seq(binary.BigEndian.Uint64(v))
			seen++
		case string(k) == string(metaPrev) && len(v) == len(prev):
			copy(prev[:], v)
			seen++
		case string(k) == string(metaFormat) && len(v) == 4 && binary.BigEndian.Uint32(v) > Format:
			c.find(Finding{File: name, What: "written by a newer program"})
		}
		return nil
	}))
	if seen < 2 {
		c.find(Finding{File: name, What: "its head data is incomplete"})
		return
	}
	if first {
		// Older files may have been deleted after BAAZ had them: the row may begin later.
		c.seq, c.hash = begins-1, prev
	} else if begins != c.seq+1 || prev != c.hash {
		c.find(Finding{File: name, Seq: begins, What: fmt.Sprintf("does not go on where the file before it ended (%d)", c.seq)})
		c.seq, c.hash = begins-1, prev
	}
}

var errStop = errors.New("journal: enough found")

// record checks one record against the one before it.
func (c *checker) record(name string, pf *pages.File, k, v []byte) error {
	found := func(what string) error {
		page, _ := pf.PageOf(string(bucketRecords), k)
		c.find(Finding{File: name, Seq: c.seq + 1, Page: page, What: what})
		return errStop
	}
	r, err := decodeAt(k, v)
	if err != nil {
		return found(err.Error())
	}
	switch {
	case r.Seq != c.seq+1:
		return found(fmt.Sprintf("stands where sequence %d should", c.seq+1))
	case r.Prev != c.hash:
		return found("its previous hash is not the hash of the record before it: that one was changed")
	case c.Records > 0 && r.Box != c.box:
		return found("written by another box")
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
