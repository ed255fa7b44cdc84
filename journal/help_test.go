package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"posbox/pos/fault"
)

var testBox = BoxOf([]byte("a public key"))

// testIndex finds a record by the first word of its body: "bill/0001 …".
func testIndex(r Record) []string {
	if r.Kind != "sale" {
		return nil
	}
	word, _, _ := strings.Cut(string(r.Body), " ")
	return []string{word}
}

func testOptions() Options { return Options{Box: testBox, Index: testIndex} }

// smallOptions begin a new file every few records.
func smallOptions() Options {
	o := testOptions()
	o.SegmentBytes, o.SealBytes = 60<<10, 40<<10
	return o
}

func mustOpen(t testing.TB, dir string, o Options) *Journal {
	t.Helper()
	j, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func closeNow(t testing.TB, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// body is what record n of a test journal says: a key, and enough to fill pages.
func body(n int) []byte {
	return fmt.Appendf(nil, "bill/%06d %s", n, strings.Repeat(string(rune('a'+n%26)), 700))
}

// saleEntry is what a sale writes: a fact, its draft gone, an answer, now and then the state.
func saleEntry(n int) Entry {
	e := Entry{
		Facts:  []Fact{{Kind: "sale", Body: body(n), Time: int64(n) * 1_000_000}},
		Drafts: []Draft{{Key: fmt.Sprintf("basket/%d", n-1)}, {Key: fmt.Sprintf("basket/%d", n), Value: []byte("open")}},
		Answer: &Answer{ID: fmt.Sprintf("command-%d", n), Body: Hash{byte(n)}, Value: fmt.Appendf(nil, "answer %d", n)},
	}
	if n%5 == 0 {
		e.Project = fmt.Appendf(nil, "state after %d", n)
	}
	return e
}

// sell appends sales from the one after the head on.
func sell(t testing.TB, j *Journal, count int) {
	t.Helper()
	for range count {
		seq, _ := j.Head()
		e := saleEntry(int(seq) + 1)
		if seq%3 == 0 {
			e.Cursor = &Cursor{Name: "printer", Seq: seq}
		}
		if _, err := j.Append([]Entry{e}); err != nil {
			t.Fatal(err)
		}
		if err := j.RollErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// readAll reads the whole journal, across files.
func readAll(j *Journal) (all []Record, err error) {
	for after := Seq(0); ; after = all[len(all)-1].Seq {
		records, err := j.Read(after, 7)
		if err != nil || len(records) == 0 {
			return all, err
		}
		all = append(all, records...)
	}
}

// wantSales demands that the journal holds exactly the first n sales, with all that goes along.
func wantSales(t testing.TB, j *Journal, n int) {
	t.Helper()
	all, err := readAll(j)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != n {
		t.Fatalf("%d records, want %d", len(all), n)
	}
	var prev Hash
	for i, r := range all {
		if r.Seq != Seq(i+1) || !bytes.Equal(r.Body, body(i+1)) || r.Prev != prev || r.Box != testBox || r.Time != int64(i+1)*1_000_000 {
			t.Fatalf("record %d is %d %q…", i+1, r.Seq, r.Body[:12])
		}
		prev = r.Hash
		if seq, ok, err := j.Lookup(fmt.Sprintf("bill/%06d", i+1)); err != nil || !ok || seq != r.Seq {
			t.Fatalf("lookup of %d: %d %v %v", i+1, seq, ok, err)
		}
	}
	if seq, hash := j.Head(); seq != Seq(n) || hash != prev {
		t.Fatalf("head %d %s, want %d %s", seq, hash, n, prev)
	}
	drafts, err := j.Drafts()
	if err != nil || n > 0 && (len(drafts) != 1 || string(drafts[fmt.Sprintf("basket/%d", n)]) != "open") {
		t.Fatalf("drafts %v %v", drafts, err)
	}
	if a, ok := j.Answer(fmt.Sprintf("command-%d", n)); n > 0 && (!ok || string(a.Value) != fmt.Sprintf("answer %d", n)) {
		t.Fatalf("answer %d: %v %v", n, a, ok)
	}
	if at, state, err := j.Projection(); err != nil || int(at) != n/5*5 || n >= 5 && string(state) != fmt.Sprintf("state after %d", n/5*5) {
		t.Fatalf("projection %d %q %v", at, state, err)
	}
	if c, err := j.Cursor("printer"); err != nil || n > 0 && int(c) != (n-1)/3*3 {
		t.Fatalf("cursor %d %v", c, err)
	}
}

func wantCode(t testing.TB, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func checkWhole(t testing.TB, dir string) CheckReport {
	t.Helper()
	r, err := Check(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("check: %s", f)
	}
	return r
}

// copyDir copies a journal's folder as it lies on the disk.
func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func fileIn(dir string, number int) string { return filepath.Join(dir, "journal", fileName(number)) }

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t testing.TB, path string, b []byte) {
	t.Helper()
	os.Remove(path) // a sealed one is read-only
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	slices.Sort(all)
	return all
}
