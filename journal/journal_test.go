package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"posbox/pos/fault"
)

func TestEmpty(t *testing.T) {
	dir := t.TempDir()
	if Exists(dir) {
		t.Fatal("a journal in an empty folder")
	}
	_, err := Check(dir, nil)
	wantCode(t, err, fault.JournalNone)
	j := mustOpen(t, filepath.Join(dir, "deep", "er"), testOptions())
	wantSales(t, j, 0)
	if _, ok, err := j.Get(1); ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := j.Verify(t.Context(), 0, Hash{}, nil); err != nil {
		t.Fatal(err)
	}
	closeNow(t, j)
	if r := checkWhole(t, filepath.Join(dir, "deep", "er")); !r.Whole || r.Files != 1 || r.Records != 0 {
		t.Fatalf("%+v", r)
	}
	if _, err := j.Append([]Entry{saleEntry(1)}); !errors.Is(err, errClosed) {
		t.Fatal(err)
	}
	if _, err := j.Cursor("x"); !errors.Is(err, errClosed) {
		t.Fatal(err)
	}
}

func TestAcrossFiles(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	const n = 200
	for i := range n {
		sell(t, j, 1)
		if i%40 == 0 {
			wantSales(t, j, i+1)
		}
	}
	if len(j.Files()) < 4 {
		t.Fatalf("only files %v: nothing was tested", j.Files())
	}
	wantSales(t, j, n)
	verifyAll(t, j)
	closeNow(t, j)
	for range 2 {
		j = mustOpen(t, dir, smallOptions())
		wantSales(t, j, n)
		verifyAll(t, j)
		closeNow(t, j)
	}
	for _, number := range j.Files()[:len(j.Files())-1] {
		if st, err := os.Stat(fileIn(dir, number)); err != nil || st.Mode().Perm() != 0o400 {
			t.Errorf("sealed file %d: %v %v", number, st.Mode(), err)
		}
	}
	if r := checkWhole(t, dir); r.Records != n || r.Head != n || r.Drafts != 1 || r.Files != len(j.Files()) {
		t.Fatalf("%+v", r)
	}
}

func verifyAll(t *testing.T, j *Journal) {
	t.Helper()
	var seen Seq
	if err := j.Verify(t.Context(), 0, Hash{}, func(s Seq) { seen = s }); err != nil {
		t.Fatal(err)
	}
	if head, _ := j.Head(); seen != head {
		t.Fatalf("verified to %d of %d", seen, head)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Verify(ended, 0, Hash{}, nil); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestSealAtShiftClose(t *testing.T) {
	o := testOptions()
	o.SegmentBytes, o.SealBytes = 1<<20, 1
	j := mustOpen(t, t.TempDir(), o)
	sell(t, j, 3)
	if len(j.Files()) != 1 {
		t.Fatal("a new file without a reason")
	}
	e := saleEntry(4)
	e.Seal, e.Cursor = true, &Cursor{"printer", 3}
	if _, err := j.Append([]Entry{e}); err != nil {
		t.Fatal(err)
	}
	if len(j.Files()) != 2 {
		t.Fatal("a shift closed, and no new file")
	}
	wantSales(t, j, 4)
}

func TestLast(t *testing.T) {
	j := mustOpen(t, t.TempDir(), smallOptions())
	sell(t, j, 120)
	for _, c := range []struct {
		prefix, before string
		limit          int
		want           []Seq
	}{
		{"bill/", "", 3, []Seq{120, 119, 118}},
		{"bill/", "bill/000100", 2, []Seq{99, 98}},
		{"bill/", "bill/000004", 9, []Seq{3, 2, 1}},
		{"bill/", "bill/000001", 9, nil},
		{"bill/00005", "", 20, []Seq{59, 58, 57, 56, 55, 54, 53, 52, 51, 50}},
		{"bill/00000", "", 3, []Seq{9, 8, 7}},
		{"nothing/", "", 3, nil},
		{"bill/", "", 0, nil},
	} {
		got, err := j.Last(c.prefix, c.before, c.limit)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Last(%q, %q, %d) = %v %v, want %v", c.prefix, c.before, c.limit, got, err, c.want)
		}
	}
	if all, err := j.Last("bill/", "", 1000); err != nil || len(all) != 120 || all[0] != 120 || all[119] != 1 {
		t.Errorf("%d keys, %v", len(all), err)
	}
	if _, ok, err := j.Lookup("bill/999999"); ok || err != nil {
		t.Error(ok, err)
	}
}

// The index follows from the records: lost, it comes back the same.
func TestIndexRebuilt(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 50)
	closeNow(t, j)
	before := bucketOf(t, fileIn(dir, 1), bucketIndex)
	if len(before) != 50 {
		t.Fatalf("%d keys", len(before))
	}
	raw(t, fileIn(dir, 1), func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketIndex) })
	j = mustOpen(t, dir, testOptions())
	wantSales(t, j, 50)
	sell(t, j, 2)
	wantSales(t, j, 52)
	if err := j.RebuildIndex(); err != nil {
		t.Fatal(err)
	}
	wantSales(t, j, 52)
	closeNow(t, j)
	after := bucketOf(t, fileIn(dir, 1), bucketIndex)
	for k, v := range before {
		if after[k] != v {
			t.Fatalf("index key %q: %x, was %x", k, after[k], v)
		}
	}
	checkWhole(t, dir)
}

func bucketOf(t *testing.T, path string, name []byte) map[string]string {
	t.Helper()
	all := map[string]string{}
	raw(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket(name).ForEach(func(k, v []byte) error { all[string(k)] = string(v); return nil })
	})
	return all
}

// raw works on a file behind the journal's back.
func raw(t testing.TB, path string, f func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersTrimmed(t *testing.T) {
	dir := t.TempDir()
	o := smallOptions()
	o.Answers = 10
	j := mustOpen(t, dir, o)
	sell(t, j, 25)
	want := func() {
		t.Helper()
		for n := 1; n <= 25; n++ {
			if _, ok := j.Answer(fmt.Sprintf("command-%d", n)); ok != (n > 15) {
				t.Errorf("answer %d: %v", n, ok)
			}
		}
	}
	want()
	closeNow(t, j)
	j = mustOpen(t, dir, o)
	want()
	sell(t, j, 100)
	closeNow(t, j)
	if left := bucketOf(t, fileIn(dir, j.number), bucketAnswers); len(left) != 10 {
		t.Errorf("%d answers on disk", len(left))
	}
	o.Answers = 3
	j = mustOpen(t, dir, o)
	sell(t, j, 1)
	closeNow(t, j)
	if left := bucketOf(t, fileIn(dir, j.number), bucketAnswers); len(left) != 3 {
		t.Errorf("%d answers on disk after the limit was lowered", len(left))
	}
}

// More answers in one batch than are kept, and one id twice: memory and disk agree.
func TestAnswersInOneBatch(t *testing.T) {
	dir := t.TempDir()
	o := testOptions()
	o.Answers = 5
	j := mustOpen(t, dir, o)
	var batch []Entry
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "c", "h"} {
		batch = append(batch, Entry{Answer: &Answer{ID: id, Value: []byte{byte(len(batch))}}})
	}
	if _, err := j.Append(batch); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var have string
		for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			if a, ok := j.Answer(id); ok {
				have += fmt.Sprint(id, a.Value[0])
			}
		}
		if have != "c7e4f5g6h8" {
			t.Fatalf("kept %s", have)
		}
		closeNow(t, j)
		j = mustOpen(t, dir, o)
	}
}

// A batch that is wrong in itself changes nothing, and the next one goes through.
func TestRefusedBatch(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 5)
	for name, bad := range map[string]Entry{
		"kind":      {Facts: []Fact{{Kind: "", Body: []byte("x")}}},
		"body":      {Facts: []Fact{{Kind: "sale", Body: make([]byte, MaxBody+1)}}},
		"long id":   {Answer: &Answer{ID: strings.Repeat("x", 256)}},
		"no id":     {Answer: &Answer{}},
		"draft":     {Drafts: []Draft{{Key: "", Value: []byte("x")}}},
		"cursor":    {Cursor: &Cursor{Name: "", Seq: 1}},
		"long key":  {Drafts: []Draft{{Key: strings.Repeat("x", 40_000), Value: []byte("x")}}},
		"index key": {Facts: []Fact{{Kind: "sale", Body: []byte(" nothing before the blank")}}},
	} {
		good := saleEntry(6)
		if _, err := j.Append([]Entry{good, bad}); err == nil || fault.CodeOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
		if j.Err() != nil {
			t.Fatalf("%s: the journal gave up: %v", name, j.Err())
		}
		if _, ok := j.Answer("command-6"); ok {
			t.Fatalf("%s: an answer of a batch that failed", name)
		}
		wantSales(t, j, 5)
	}
	sell(t, j, 1)
	wantSales(t, j, 6)
	closeNow(t, j)
	j = mustOpen(t, dir, testOptions())
	wantSales(t, j, 6)
}

func TestProjectionAhead(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 7)
	if err := j.Project(7, []byte("now")); err != nil {
		t.Fatal(err)
	}
	if at, state, err := j.Projection(); at != 7 || string(state) != "now" || err != nil {
		t.Fatal(at, string(state), err)
	}
	if err := j.Project(8, []byte("future")); err != nil {
		t.Fatal(err)
	}
	if at, state, err := j.Projection(); at != 0 || state != nil || err != nil {
		t.Fatal(at, string(state), err)
	}
	closeNow(t, j)
	if r, err := Check(dir, nil); err != nil || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].What, "beyond") {
		t.Fatalf("%+v %v", r, err)
	}
	raw(t, fileIn(dir, 1), func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketProjection) })
	o := testOptions()
	o.SegmentBytes = 1 // the lost bucket must not break the next file either
	j = mustOpen(t, dir, o)
	if at, _, err := j.Projection(); at != 0 || err != nil {
		t.Fatal(at, err)
	}
	sell(t, j, 3)
	wantSales(t, j, 10)
}

// A batch's state is stored as of the entry it came with.
func TestProjectionInsideBatch(t *testing.T) {
	j := mustOpen(t, t.TempDir(), testOptions())
	if _, err := j.Append([]Entry{saleEntry(1), {Facts: saleEntry(2).Facts, Project: []byte("two")}, saleEntry(3)}); err != nil {
		t.Fatal(err)
	}
	if at, state, err := j.Projection(); at != 2 || string(state) != "two" || err != nil {
		t.Fatal(at, string(state), err)
	}
}

func TestNewerFormat(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 3)
	closeNow(t, j)
	raw(t, fileIn(dir, 1), func(tx *bbolt.Tx) error { return put(tx, bucketMeta, metaFormat, []byte{0, 0, 0, Format + 1}) })
	_, err := Open(dir, testOptions())
	wantCode(t, err, fault.JournalNewer)
	if r, err := Check(dir, nil); err != nil || r.Whole {
		t.Fatal(r, err)
	}
}

func TestMissingFiles(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	sell(t, j, 150)
	closeNow(t, j)
	last := j.number
	if last < 4 {
		t.Fatal("too few files")
	}
	for _, gone := range []int{2, last - 1, last} {
		d := copyDir(t, dir)
		os.Remove(fileIn(d, gone))
		_, err := Open(d, smallOptions())
		wantCode(t, err, fault.JournalDamaged)
		if !strings.Contains(err.Error(), fileName(gone)) {
			t.Errorf("file %d is gone, and the error says %v", gone, err)
		}
		if r, err := Check(d, nil); err != nil || r.Whole {
			t.Error("a check found nothing:", r, err)
		}
	}
	// The oldest may go: that is what happens once BAAZ has them.
	d := copyDir(t, dir)
	os.Remove(fileIn(d, 1))
	os.Remove(fileIn(d, 2))
	j = mustOpen(t, d, smallOptions())
	if err := j.Verify(t.Context(), 0, Hash{}, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := j.Lookup("bill/000001"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Last("bill/", "", 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Read(0, 1); err == nil || j.Err() != nil {
		t.Fatal("a deleted record was read, or taken for damage:", err, j.Err())
	}
	sell(t, j, 1)
	closeNow(t, j)
	checkWhole(t, d)
	for n := 3; n < last; n++ {
		os.Remove(fileIn(d, n))
	}
	j = mustOpen(t, d, smallOptions())
	sell(t, j, 1)
	// HEAD gone or torn stops nobody.
	closeNow(t, j)
	for _, torn := range []string{"", "\x00\x00", "-3", "no number"} {
		writeFile(t, filepath.Join(d, "journal", headName), []byte(torn))
		closeNow(t, mustOpen(t, d, smallOptions()))
	}
	os.Remove(filepath.Join(d, "journal", headName))
	closeNow(t, mustOpen(t, d, smallOptions()))
	if n, err := readHeadName(filepath.Join(d, "journal")); err != nil || n < last {
		t.Fatal(n, err)
	}
}

// Names that only look like the journal's change nothing.
func TestForeignNames(t *testing.T) {
	dir := t.TempDir()
	closeNow(t, mustOpen(t, dir, testOptions()))
	for _, n := range []string{"2.db", "-00002.db", "+00002.db", "000000.db", "000001 (copy).db", "7", "0000002.db"} {
		writeFile(t, filepath.Join(dir, "journal", n), []byte("x"))
	}
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 3)
	closeNow(t, j)
	checkWhole(t, dir)
}

// A follower of a newly written file may read while files are exchanged under it.
func TestReadersDuringRoll(t *testing.T) {
	j := mustOpen(t, t.TempDir(), smallOptions())
	const n = 300
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for r := range 4 {
		readers.Go(func() {
			var at Seq
			for at < n {
				select {
				case <-stop:
					return
				default:
				}
				records, err := j.Read(at, 1+r*5)
				if err != nil {
					t.Errorf("reader %d at %d: %v", r, at, err)
					return
				}
				for _, rec := range records {
					if rec.Seq != at+1 {
						t.Errorf("reader %d: %d after %d", r, rec.Seq, at)
						return
					}
					at = rec.Seq
				}
				if _, err := j.Cursor("printer"); err != nil {
					t.Error(err)
					return
				}
				if _, ok, err := j.Lookup(fmt.Sprintf("bill/%06d", max(at, 1))); err != nil || at > 0 && !ok {
					t.Errorf("lookup at %d: %v %v", at, ok, err)
					return
				}
			}
		})
	}
	for range n {
		if t.Failed() {
			break
		}
		sell(t, j, 1)
	}
	if t.Failed() {
		close(stop)
	}
	readers.Wait()
	if len(j.Files()) < 5 {
		t.Fatal("too few files")
	}
}

// blocked is a reader of a copy who has stopped reading.
type blocked struct{ begun, go_ chan struct{} }

func (b *blocked) Write(p []byte) (int, error) {
	select {
	case <-b.begun:
	default:
		close(b.begun)
	}
	<-b.go_
	return len(p), nil
}

// Someone who downloads the head and then stands still stops neither the next file nor the end.
func TestSlowCopyBlocksNobody(t *testing.T) {
	j := mustOpen(t, t.TempDir(), smallOptions())
	sell(t, j, 5)
	slow := &blocked{make(chan struct{}), make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- j.Copy(1, slow) }()
	<-slow.begun
	sell(t, j, 100)
	if len(j.Files()) < 3 {
		t.Fatal("too few files")
	}
	closed := make(chan error, 1)
	go func() { closed <- j.Close() }()
	// Close waits for the reader, but what the reader wants next is refused.
	for j.Err() == nil {
		if _, err := j.Cursor("printer"); errors.Is(err, errClosed) {
			break
		}
	}
	close(slow.go_)
	if err := <-done; err == nil {
		t.Errorf("copy ended with %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestCopy(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	sell(t, j, 60)
	to := t.TempDir()
	os.Mkdir(filepath.Join(to, "journal"), 0o700)
	for _, n := range j.Files() {
		f, err := os.Create(fileIn(to, n))
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Copy(n, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	checkWhole(t, to)
	wantSales(t, mustOpen(t, to, smallOptions()), 60)
}

func TestInUse(t *testing.T) {
	dir := t.TempDir()
	if os.Getenv("POSBOX_TEST_CHILD") == "open" {
		_, err := Open(os.Getenv("POSBOX_TEST_DIR"), testOptions())
		fmt.Println("code", fault.CodeOf(err))
		os.Exit(0)
	}
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 2)
	_, err := Open(dir, testOptions())
	wantCode(t, err, fault.FolderInUse)
	out := child(t, "open", "TestInUse", dir)
	if !strings.Contains(out, "code folder.in_use") {
		t.Fatalf("another process: %s", out)
	}
	sell(t, j, 2)
	closeNow(t, j)
	if out := child(t, "open", "TestInUse", dir); !strings.Contains(out, "code \n") {
		t.Fatalf("after close: %s", out)
	}
	wantSales(t, mustOpen(t, dir, testOptions()), 4)
}

// child runs one test of this binary in another process.
func child(t *testing.T, what, test, dir string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), "POSBOX_TEST_CHILD="+what, "POSBOX_TEST_DIR="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
