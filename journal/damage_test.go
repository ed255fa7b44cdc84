package journal

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"posbox/pos/fault"
)

// intact is the journal that the tests here damage: three files, sales in all of them.
func intact(t *testing.T) (dir string, sales, files int) {
	t.Helper()
	dir = t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	for len(j.Files()) < 3 {
		sell(t, j, 1)
		sales++
	}
	sell(t, j, 8)
	closeNow(t, j)
	return dir, sales + 8, len(j.Files())
}

// verdict is what came of using a journal that may be damaged.
type verdict int

const (
	refused verdict = iota // with journal.damaged
	right                  // everything there was right
	shorter                // right, but without the last sale
)

// use does with a journal everything a till does, and demands that it is either right or refused.
func use(t *testing.T, dir, what string, sales int) verdict {
	t.Helper()
	j, err := Open(dir, smallOptions())
	if err != nil {
		mustName(t, what, err)
		return refused
	}
	defer func() {
		if err := j.Close(); err != nil {
			t.Errorf("%s: close: %v", what, err)
		}
	}()
	n := sales
	if seq, _ := j.Head(); int(seq) == sales-1 {
		n--
	}
	if err := useOpen(t, j, what, n); err != nil {
		mustName(t, what, err)
		if j.Err() == nil {
			t.Errorf("%s: %v, and the journal goes on", what, err)
		}
		return refused
	}
	if n < sales {
		return shorter
	}
	return right
}

func mustName(t *testing.T, what string, err error) {
	t.Helper()
	if fault.CodeOf(err) != fault.JournalDamaged || !strings.Contains(err.Error(), ".db") {
		t.Errorf("%s: %v is not journal.damaged with a file's name", what, err)
	}
}

func useOpen(t *testing.T, j *Journal, what string, n int) error {
	t.Helper()
	if _, err := j.Drafts(); err != nil {
		return err
	}
	if _, err := j.Cursor("printer"); err != nil {
		return err
	}
	if at, state, err := j.Projection(); err != nil {
		return err
	} else if at != 0 && (int(at) != n/5*5 || string(state) != fmt.Sprintf("state after %d", at)) {
		t.Errorf("%s: projection %d %q", what, at, state)
	}
	for i := 1; i <= n; i++ {
		if seq, ok, err := j.Lookup(fmt.Sprintf("bill/%06d", i)); err != nil {
			return err
		} else if ok && int(seq) != i {
			t.Errorf("%s: bill %d is said to be record %d", what, i, seq)
		}
	}
	if _, err := j.Last("bill/", "", 1000); err != nil {
		return err
	}
	all, err := readAll(j)
	for i, r := range all {
		if !bytes.Equal(r.Body, body(i+1)) || int(r.Seq) != i+1 {
			t.Errorf("%s: record %d is not what was written", what, i+1)
		}
	}
	if err != nil {
		return err
	}
	if len(all) != n {
		t.Errorf("%s: %d records of %d, and no word of it", what, len(all), n)
	}
	if err := j.Verify(t.Context(), 0, Hash{}, nil); err != nil {
		return err
	}
	for i := range 30 { // over the begin of a new file
		e := saleEntry(n + 1 + i)
		e.Cursor = &Cursor{"printer", Seq(n)}
		if _, err := j.Append([]Entry{e}); err != nil {
			return err
		}
		if err := j.RollErr(); err != nil {
			return err
		}
	}
	return nil
}

// damaging makes a copy of a journal with one file changed.
func damaging(t *testing.T, dir string, number int, change func([]byte) []byte) string {
	t.Helper()
	d := t.TempDir()
	if err := os.CopyFS(d, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	b := readFile(t, fileIn(d, number))
	writeFile(t, fileIn(d, number), change(b))
	return d
}

func TestTruncated(t *testing.T) {
	dir, sales, files := intact(t)
	for number := 1; number <= files; number++ {
		used := usedBytes(t, fileIn(dir, number))
		for at := 0; at < used; at += pageSize {
			for _, odd := range []int{0, 1, 511, 2048, 4095} {
				if odd > 0 && at/pageSize%4 != number%4 && at > 4*pageSize {
					continue
				}
				what := fmt.Sprintf("file %d cut to %d bytes", number, at+odd)
				d := damaging(t, dir, number, func(b []byte) []byte { return b[:at+odd] })
				switch got := use(t, d, what, sales); {
				case got == right && at+odd < used:
					t.Errorf("%s: nobody noticed", what)
				case got == shorter && number < files:
					t.Errorf("%s: a sale short", what)
				}
				checkFinds(t, d, what)
				os.RemoveAll(d)
			}
		}
	}
}

// usedBytes is how much of a file a bbolt transaction looks at.
func usedBytes(t *testing.T, path string) int {
	t.Helper()
	db, err := bbolt.Open(path, 0o400, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	db.View(func(tx *bbolt.Tx) error { n = int(tx.Size()); return nil })
	return n
}

func checkFinds(t *testing.T, dir, what string) {
	t.Helper()
	r, err := Check(dir, nil)
	if err != nil {
		t.Errorf("%s: check: %v", what, err)
	}
	if r.Whole || len(r.Findings) == 0 {
		t.Errorf("%s: check found nothing", what)
	}
	for _, f := range r.Findings {
		if f.File == "" || f.What == "" {
			t.Errorf("%s: finding %+v", what, f)
		}
	}
}

// Each page in turn is overwritten with noise, with zeros, and with another page of the file.
func TestPagesOverwritten(t *testing.T) {
	dir, sales, files := intact(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	counts := map[verdict]int{}
	for number := 1; number <= files; number++ {
		n := usedBytes(t, fileIn(dir, number)) / pageSize
		for page := range n {
			for _, with := range []string{"noise", "zeros", "another page"} {
				what := fmt.Sprintf("file %d, page %d overwritten with %s", number, page, with)
				d := damaging(t, dir, number, func(b []byte) []byte {
					p := b[page*pageSize : (page+1)*pageSize]
					switch with {
					case "noise":
						for i := range p {
							p[i] = byte(random.Uint32())
						}
					case "zeros":
						clear(p)
					default:
						other := random.IntN(n)
						copy(p, b[other*pageSize:(other+1)*pageSize])
					}
					return b
				})
				r, err := Check(d, nil)
				if err != nil {
					t.Errorf("%s: check: %v", what, err)
				}
				got := use(t, d, what, sales)
				counts[got]++
				if got == refused && r.Whole {
					t.Errorf("%s: refused, and a check found nothing", what)
				}
				if got == shorter && (number < files || page > 1) {
					t.Errorf("%s: a sale short, and no word of it", what)
				}
				os.RemoveAll(d)
			}
		}
	}
	t.Logf("refused %d, right %d, last write lost with the page that committed it %d", counts[refused], counts[right], counts[shorter])
	if counts[refused] < 20 || counts[right] == 0 {
		t.Error("hardly anything was damaged")
	}
}

// Single bits flip, anywhere: what is read is right or refused.
func TestBitFlips(t *testing.T) {
	dir, sales, files := intact(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	rounds := 150
	if os.Getenv("POSBOX_LONG") != "" {
		rounds = 20_000
	}
	counts := map[verdict]int{}
	for range rounds {
		number := 1 + random.IntN(files)
		at := random.IntN(usedBytes(t, fileIn(dir, number)))
		bit := byte(1) << random.IntN(8)
		what := fmt.Sprintf("file %d, byte %d (page %d), bit %#x", number, at, at/pageSize, bit)
		d := damaging(t, dir, number, func(b []byte) []byte { b[at] ^= bit; return b })
		r, err := Check(d, nil)
		if err != nil {
			t.Errorf("%s: check: %v", what, err)
		}
		got := use(t, d, what, sales)
		counts[got]++
		if got == refused && r.Whole {
			t.Errorf("%s: refused, and a check found nothing", what)
		}
		if got == shorter && (number < files || at >= 2*pageSize) {
			t.Errorf("%s: a sale short, and no word of it", what)
		}
		os.RemoveAll(d)
	}
	t.Logf("refused %d, right %d, last write lost with the page that committed it %d", counts[refused], counts[right], counts[shorter])
}

// Every kind of value, changed by someone who knows the file: found by the check, with its file, sequence and page, and
// refused by whoever reads it.
func TestPlantedChanges(t *testing.T) {
	change := func(bucket []byte, k func(n int) []byte) func(*bbolt.Tx, int) error {
		return func(tx *bbolt.Tx, n int) error {
			b := tx.Bucket(bucket)
			v := bytes.Clone(b.Get(k(n)))
			if v == nil {
				return fmt.Errorf("no %q in %s", k(n), bucket)
			}
			v[len(v)/2] ^= 1
			return b.Put(k(n), v)
		}
	}
	record := func(back int) func(int) []byte { return func(n int) []byte { return key(Seq(n - back)) } }
	is := func(k []byte) func(int) []byte { return func(int) []byte { return k } }
	cases := []struct {
		name   string
		change func(tx *bbolt.Tx, n int) error
		seq    int  // back from the last, that the finding names; -1: none
		opens  bool // whether the journal opens
		reads  bool // whether all of it can be used
	}{
		{"last record", change(bucketRecords, record(0)), 0, false, false},
		{"record before", change(bucketRecords, record(1)), 1, true, false},
		{"older record", change(bucketRecords, record(5)), 5, true, false},
		{"last record gone", func(tx *bbolt.Tx, n int) error { return tx.Bucket(bucketRecords).Delete(key(Seq(n))) }, 1, false, false},
		{"record gone", func(tx *bbolt.Tx, n int) error { return tx.Bucket(bucketRecords).Delete(key(Seq(n - 3))) }, 3, true, false},
		{"record twice", func(tx *bbolt.Tx, n int) error {
			b := tx.Bucket(bucketRecords)
			return b.Put(key(Seq(n+1)), bytes.Clone(b.Get(key(Seq(n)))))
		}, -2, false, false},
		{"draft", change(bucketDrafts, func(n int) []byte { return fmt.Appendf(nil, "basket/%d", n) }), -1, true, false},
		{"cursor", change(bucketCursors, is([]byte("printer"))), -1, true, false},
		{"projection", change(bucketProjection, is(projectionKey)), -1, true, true},
		{"index", change(bucketIndex, func(n int) []byte { return fmt.Appendf(nil, "bill/%06d", n) }), -1, true, false},
		{"meta prev", change(bucketMeta, is(metaPrev)), -1, false, false},
		{"meta first", change(bucketMeta, is(metaFirst)), -1, false, false},
		{"meta head", change(bucketMeta, is(metaHead)), -1, false, false},
		{"meta format", change(bucketMeta, is(metaFormat)), -1, false, false},
		{"answer", func(tx *bbolt.Tx, n int) error {
			k, v := tx.Bucket(bucketAnswers).Cursor().First()
			v = bytes.Clone(v)
			v[3] ^= 4
			return tx.Bucket(bucketAnswers).Put(bytes.Clone(k), v)
		}, -1, false, false},
		{"cursor ahead", func(tx *bbolt.Tx, n int) error {
			return put(tx, bucketCursors, []byte("printer"), key(Seq(n+1)))
		}, -1, true, true},
		{"no drafts", func(tx *bbolt.Tx, n int) error { return tx.DeleteBucket(bucketDrafts) }, -1, false, false},
	}
	dir, sales, files := intact(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := copyDir(t, dir)
			raw(t, fileIn(d, files), func(tx *bbolt.Tx) error { return c.change(tx, sales) })
			r, err := Check(d, nil)
			if err != nil || r.Whole {
				t.Fatalf("the check found nothing: %v", err)
			}
			f := r.Findings[0]
			if f.File != fileName(files) || c.seq >= 0 && (int(f.Seq) != sales-c.seq || f.Page == 0) {
				t.Errorf("finding %+v", f)
			}
			j, err := Open(d, smallOptions())
			if (err == nil) != c.opens {
				t.Fatalf("open: %v", err)
			}
			if err != nil {
				wantCode(t, err, fault.JournalDamaged)
				return
			}
			defer j.Close()
			if err := useOpen(t, j, c.name, sales); (err == nil) != c.reads {
				t.Errorf("use: %v", err)
			} else if err != nil {
				wantCode(t, err, fault.JournalDamaged)
			}
		})
	}
}

// Pages that lead in a circle would make bbolt run until its stack ends, which kills the process.
func TestPageCircle(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 400)
	closeNow(t, j)
	circles := 0
	n := usedBytes(t, fileIn(dir, 1)) / pageSize
	for page := 2; page < n; page++ {
		b := readFile(t, fileIn(dir, 1))
		p := b[page*pageSize:]
		if p[8] != 1 || p[9] != 0 { // a branch page
			continue
		}
		circles++
		count := int(p[10]) | int(p[11])<<8
		for i := range min(count, 5) { // its child is itself
			d := damaging(t, dir, 1, func(b []byte) []byte {
				at := page*pageSize + 16 + i*16 + 8
				copy(b[at:at+8], []byte{byte(page), byte(page >> 8), 0, 0, 0, 0, 0, 0})
				return b
			})
			use(t, d, fmt.Sprintf("page %d is its own child %d", page, i), 400)
		}
	}
	if circles == 0 {
		t.Fatal("no branch page found")
	}
}

// The file shrinks under a running till: the memory that it was mapped to is gone.
func TestTruncatedWhileOpen(t *testing.T) {
	dir, sales, files := intact(t)
	for number := 1; number <= files; number++ {
		d := copyDir(t, dir)
		j, err := Open(d, smallOptions())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(j); err != nil {
			t.Fatal(err)
		}
		os.Chmod(fileIn(d, number), 0o600)
		if err := os.Truncate(fileIn(d, number), 2*pageSize); err != nil {
			t.Fatal(err)
		}
		err = useOpen(t, j, fmt.Sprintf("file %d cut while open", number), sales)
		wantCode(t, err, fault.JournalDamaged)
		wantCode(t, j.Err(), fault.JournalDamaged)
		_, err = j.Append([]Entry{saleEntry(sales + 1)})
		wantCode(t, err, fault.JournalDamaged)
		j.Close()
	}
}

// Room that is lost for good holds nothing: no reason to stop.
func TestLostRoom(t *testing.T) {
	dir, sales, files := intact(t)
	path := fileIn(dir, files)
	before := usedBytes(t, path)
	// A page that was in use is forgotten: what bbolt does when a bucket that it has changed is deleted.
	raw(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketIndex)
		for i := range 200 {
			if err := b.Put(fmt.Appendf(nil, "x%d", i), make([]byte, 100)); err != nil {
				return err
			}
		}
		return tx.DeleteBucket(bucketIndex)
	})
	if usedBytes(t, path) < before {
		t.Fatal("no page was lost")
	}
	if use(t, dir, "lost room", sales) != right {
		t.Error("refused")
	}
}

func TestEmptyFiles(t *testing.T) {
	dir, sales, files := intact(t)
	for number := 1; number <= files; number++ {
		for name, b := range map[string][]byte{"0 bytes": {}, "a text": []byte("not a journal at all"), "zeros": make([]byte, 1<<16)} {
			what := fmt.Sprintf("file %d is %s", number, name)
			d := damaging(t, dir, number, func([]byte) []byte { return b })
			if use(t, d, what, sales) != refused {
				t.Errorf("%s: taken for whole", what)
			}
			if got := readFile(t, fileIn(d, number)); !bytes.Equal(got, b) {
				t.Errorf("%s: the file was touched", what)
			}
			checkFinds(t, d, what)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "journal", lockName)); err != nil {
		t.Error(err)
	}
}
