package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// newRand prints its seed; set PAGES_SEED to repeat a run.
func newRand(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("PAGES_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func openBolt(t testing.TB, path string, o bolt.Options) *bolt.DB {
	t.Helper()
	o.NoSync = true
	db, err := bolt.Open(path, 0o600, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.NoSync = true
	return db
}

func update(t testing.TB, db *bolt.DB, fn func(tx *bolt.Tx) error) {
	t.Helper()
	if err := db.Update(fn); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// buckets returns the names of the top-level buckets, in key order.
func (f *File) buckets() ([]string, error) {
	var names []string
	err := f.newWalker().tree(f.metaPage, f.meta.root, func(p page) error {
		if bad := onlyBuckets(p); bad != nil {
			return bad
		}
		for i := range p.n {
			names = append(names, string(p.key(i)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return names, nil
}

// view is what a reader of all top-level buckets sees, as one text.
func view(f *File) (string, error) {
	var b bytes.Buffer
	names, err := f.buckets()
	if err != nil {
		return "", err
	}
	for _, name := range names {
		fmt.Fprintf(&b, "[%s]\n", name)
		err := f.Each(name, func(k, v []byte) error {
			fmt.Fprintf(&b, "%x=%x %t\n", k, v, v == nil)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// boltView is view by bbolt itself.
func boltView(t testing.TB, tx *bolt.Tx) string {
	var b bytes.Buffer
	err := tx.ForEach(func(name []byte, bk *bolt.Bucket) error {
		fmt.Fprintf(&b, "[%s]\n", name)
		return bk.ForEach(func(k, v []byte) error {
			fmt.Fprintf(&b, "%x=%x %t\n", k, v, v == nil)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sameAsBolt checks that the file of an open, idle db is clean for bbolt and for us, and that both see the same.
func sameAsBolt(t testing.TB, db *bolt.DB) {
	t.Helper()
	b := readFile(t, db.Path())
	err := db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("bbolt finds: %v", err)
		}
		f := open(t, b)
		if err := errors.Join(f.Walk(), f.Spare()); err != nil {
			t.Errorf("on a sound file: %v", err)
		}
		got, err := view(f)
		if err != nil {
			t.Errorf("on a sound file: %v", err)
		}
		if want := boltView(t, tx); got != want {
			t.Errorf("another view than bbolt's:\n%.300s\nwant\n%.300s", got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if t.Failed() {
		t.FailNow()
	}
}

// TestRandomUse does all that a program can do to a bbolt file, over many transactions and openings.
func TestRandomUse(t *testing.T) {
	rnd := newRand(t)
	for _, o := range []bolt.Options{
		{PageSize: 1024},
		{PageSize: 4096},
		{PageSize: 4096, FreelistType: bolt.FreelistMapType},
		{PageSize: 1024, NoFreelistSync: true},
		{PageSize: 65536},
	} {
		t.Run(fmt.Sprintf("page%d,%s,nosync=%t", o.PageSize, o.FreelistType, o.NoFreelistSync), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "db")
			for range 6 {
				db := openBolt(t, path, o)
				sameAsBolt(t, db)
				for range 5 {
					update(t, db, func(tx *bolt.Tx) error { return mess(rnd, tx) })
					sameAsBolt(t, db)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// mess changes three buckets at random, with buckets in them. It never deletes a bucket that the same transaction has
// changed: bbolt v1.5.0 then loses pages for good (its own check says "unreachable unfreed").
func mess(rnd *rand.Rand, tx *bolt.Tx) error {
	for _, i := range rnd.Perm(5)[:3] {
		name := []byte{'a' + byte(i)}
		if rnd.IntN(6) == 0 && tx.Bucket(name) != nil {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			continue
		}
		b, err := tx.CreateBucketIfNotExists(name)
		if err != nil {
			return err
		}
		if err := messBucket(rnd, b, 0); err != nil {
			return err
		}
	}
	return nil
}

func messBucket(rnd *rand.Rand, b *bolt.Bucket, depth int) error {
	if rnd.IntN(5) == 0 {
		return empty(b)
	}
	if depth < 4 && rnd.IntN(2) == 0 {
		name := fmt.Appendf(nil, "bucket%d", rnd.IntN(3))
		if rnd.IntN(4) == 0 && b.Bucket(name) != nil {
			return b.DeleteBucket(name)
		}
		in, err := b.CreateBucketIfNotExists(name)
		if err != nil {
			return err
		}
		if err := messBucket(rnd, in, depth+1); err != nil {
			return err
		}
	}
	for range rnd.IntN(200) {
		key := fmt.Appendf(nil, "%0*d", 1+rnd.IntN(12), rnd.IntN(300))
		switch rnd.IntN(3) {
		case 0:
			if err := b.Delete(key); err != nil {
				return err
			}
		default:
			if err := b.Put(key, randomValue(rnd)); err != nil {
				return err
			}
		}
	}
	return b.SetSequence(rnd.Uint64())
}

// empty deletes every key of a bucket but leaves the bucket.
func empty(b *bolt.Bucket) error {
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.First() {
		del := b.Delete
		if v == nil {
			del = b.DeleteBucket
		}
		if err := del(bytes.Clone(k)); err != nil {
			return err
		}
	}
	return nil
}

func randomValue(rnd *rand.Rand) []byte {
	n := rnd.IntN(60)
	switch rnd.IntN(40) {
	case 0:
		n = rnd.IntN(20_000)
	case 1, 2, 3:
		n = 0
	}
	v := make([]byte, n)
	for i := range v {
		v[i] = byte(rnd.Uint32())
	}
	return v
}

// sample is a small file with everything in it: a tree of two levels, inline, nested and empty buckets, a value on
// overflow pages, free pages.
func sample(t testing.TB, o bolt.Options) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "sample.db")
	db := openBolt(t, path, o)
	update(t, db, func(tx *bolt.Tx) error {
		j, err := tx.CreateBucket([]byte("journal"))
		for i := range uint64(60) {
			err = errors.Join(err, j.Put(key(i), bytes.Repeat([]byte{byte(i + 1)}, 30)))
		}
		d, err2 := tx.CreateBucket([]byte("drafts"))
		err3 := d.Put([]byte("basket"), []byte("milk"))
		_, err4 := tx.CreateBucket([]byte("empty"))
		return errors.Join(err, err2, err3, err4)
	})
	update(t, db, func(tx *bolt.Tx) error {
		n, err := tx.CreateBucket([]byte("nested"))
		in, err2 := n.CreateBucket([]byte("inline"))
		err3 := in.Put([]byte("k"), []byte("v"))
		big, err4 := n.CreateBucket([]byte("own"))
		err5 := big.Put([]byte("big"), bytes.Repeat([]byte("x"), 3000))
		return errors.Join(err, err2, err3, err4, err5, tx.Bucket([]byte("drafts")).Put([]byte("b2"), []byte("tea")))
	})
	update(t, db, func(tx *bolt.Tx) error {
		j := tx.Bucket([]byte("journal"))
		return errors.Join(j.Delete(key(7)), j.Put(key(60), []byte("last")))
	})
	sameAsBolt(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func key(i uint64) []byte { return binary.BigEndian.AppendUint64(nil, i+1) }

func TestDeepNesting(t *testing.T) {
	db := openBolt(t, filepath.Join(t.TempDir(), "db"), bolt.Options{PageSize: 1024})
	update(t, db, func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		for range 300 {
			if err == nil {
				b, err = b.CreateBucket([]byte("b"))
			}
		}
		return err
	})
	sameAsBolt(t, db)
}

func TestLongFreelist(t *testing.T) {
	db := openBolt(t, filepath.Join(t.TempDir(), "db"), bolt.Options{PageSize: 512})
	update(t, db, func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		if err != nil {
			return err
		}
		v := make([]byte, 34<<20) // over FFFFh pages, so that the count does not fit its field
		return b.Put([]byte("k"), v)
	})
	update(t, db, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("b")) })
	sameAsBolt(t, db)
	b := readFile(t, db.Path())
	if h := parseHeader(b[open(t, b).meta.freelist*512:]); h.count != countElsewhere {
		t.Errorf("the freelist has only %d pages", h.count)
	}
}

func TestPageOf(t *testing.T) {
	path := sample(t, bolt.Options{PageSize: 1024})
	b := readFile(t, path)
	f := open(t, b)
	err := f.Each("journal", func(k, v []byte) error {
		id, err := f.PageOf("journal", k)
		if err != nil {
			return err
		}
		at := id * 1024
		if p := b[at : at+1024]; parseHeader(p).flags != flagLeaf || !bytes.Contains(p, append(bytes.Clone(k), v...)) {
			t.Errorf("key %x is not on page %d", k, id)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	near, err := f.PageOf("journal", key(6))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := f.PageOf("journal", key(7)); !errors.Is(err, ErrNoKey) || id != near {
		t.Errorf("missing key: page %d, %v, want %d, ErrNoKey", id, err, near)
	}
	root := f.meta.root
	if id, err := f.PageOf("drafts", []byte("basket")); id != root || err != nil {
		t.Errorf("inline bucket: page %d, %v, want %d", id, err, root)
	}
	if _, err := f.PageOf("empty", []byte("x")); !errors.Is(err, ErrNoKey) {
		t.Errorf("empty bucket: %v", err)
	}
	if _, err := f.PageOf("absent", nil); !errors.Is(err, ErrNoBucket) {
		t.Errorf("absent bucket: %v", err)
	}
}

func TestEachReturnsTheErrorAsItIs(t *testing.T) {
	f := open(t, readFile(t, sample(t, bolt.Options{PageSize: 1024})))
	stop, n := errors.New("stop"), 0
	err := f.Each("journal", func(k, v []byte) error {
		if n++; n == 20 {
			return stop
		}
		return nil
	})
	if err != stop || n != 20 {
		t.Errorf("%v after %d keys", err, n)
	}
	if err := f.Each("absent", nil); !errors.Is(err, ErrNoBucket) {
		t.Errorf("absent bucket: %v", err)
	}
}

// reseal gives both metas a right checksum again.
func reseal(b []byte, pageSize int) {
	for _, at := range []int{0, pageSize} {
		if len(b) < at+metaReadSize {
			return
		}
		sum := fnv.New64a()
		sum.Write(b[at+headerSize:][:metaSummed])
		binary.LittleEndian.PutUint64(b[at+headerSize+metaSummed:], sum.Sum64())
	}
}
