package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// What a changed byte of a file must lead to.
const (
	content   = iota // nothing: a key, a value, the unused end of a page
	found            // Walk reports it
	visible          // Walk reports it, or a reader sees other keys and values, which the journal's chain notices
	inUse            // the meta in use falls out: Spare reports it, the older state is whole
	spareMeta        // Spare reports it, the newer state is whole
)

// classes says for each byte of a file below the high-water mark what changing it must lead to. It asks bbolt which
// pages are in use, not us.
func classes(t testing.TB, path string, b []byte, pageSize int) []int {
	t.Helper()
	f := open(t, b)
	db := openBolt(t, path, bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	defer db.Close()
	var class []int
	err := db.View(func(tx *bolt.Tx) error {
		class = make([]int, int(f.meta.high)*pageSize)
		for id := 2; ; id++ {
			info, err := tx.Page(id)
			if err != nil || info == nil {
				return err
			}
			at := id * pageSize
			switch info.Type {
			case "leaf", "branch":
				pointer := found
				if f.meta.freelist == noFreelist {
					pointer = visible // it may hit a page that was let go, with its older content
				}
				classify(class[at:], b[at:], info.Type == "leaf", false, pointer)
			case "freelist":
				mark(class[at:][:headerSize+8*info.Count], found)
			}
			id += info.OverflowCount
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	newer, older := int(f.metaPage)*pageSize, (1-int(f.metaPage))*pageSize
	mark(class[newer:][:headerSize], found)
	mark(class[newer+headerSize:][:metaSize], inUse)
	mark(class[older:][:metaReadSize], spareMeta)
	return class
}

func mark(class []int, as int) {
	for i := range class {
		class[i] = as
	}
}

// classify marks one page, or an inline page, at the begin of b; pointer is the class of page numbers in it.
func classify(class []int, b []byte, leaf, inline bool, pointer int) {
	le := binary.LittleEndian
	n := int(le.Uint16(b[10:]))
	mark(class[:headerSize+elementSize*n], found)
	for i := range n {
		at := headerSize + elementSize*i
		e := b[at:]
		if !leaf {
			mark(class[at+8:][:8], pointer)
			continue
		}
		if i == n-1 && !inline {
			mark(class[at+8:][:8], visible) // the last lengths may reach into the unused end
		}
		if le.Uint32(e) == 0 {
			continue
		}
		mark(class[at:][:4], visible) // a nested inline bucket may pass for a value
		v := at + int(le.Uint32(e[4:])+le.Uint32(e[8:]))
		mark(class[v:][:8], pointer)
		if le.Uint64(b[v:]) == 0 {
			classify(class[v+bucketSize:], b[v+bucketSize:], true, true, pointer)
		}
	}
}

// examine does all that can be done to a file and returns what Walk says; it fails on more reading than is due.
func examine(t testing.TB, b []byte) (f *File, walk error) {
	t.Helper()
	r := &counter{r: bytes.NewReader(b)}
	f, err := Open(r, int64(len(b)))
	if err != nil {
		return nil, structural(t, err)
	}
	limit := func(what string, times int) {
		t.Helper()
		if n := int64(times) * int64(len(b)); r.n > n {
			t.Errorf("%s read %d bytes of a file of %d", what, r.n, len(b))
		}
		r.n = 0
	}
	r.n = 0
	walk = structural(t, f.Walk())
	limit("Walk", 2) // each page once, and the freelist
	names, err := f.buckets()
	structural(t, err)
	limit("buckets", 1)
	for _, name := range names[:min(len(names), 20)] {
		var last []byte
		structural(t, f.Each(name, func(k, v []byte) error { last = bytes.Clone(k); return nil }))
		limit("Each", 2)
		_, err := f.PageOf(name, last)
		structural(t, err)
		limit("PageOf", 2)
	}
	return f, walk
}

// structural fails on an error that is none of ours, and hands it back.
func structural(t testing.TB, err error) error {
	t.Helper()
	var d *Damage
	if err != nil && !errors.As(err, &d) && !errors.Is(err, ErrNoKey) && !errors.Is(err, ErrNoBucket) {
		t.Errorf("error %v (%T)", err, err)
	}
	return err
}

type counter struct {
	r io.ReaderAt
	n int64
}

func (c *counter) ReadAt(b []byte, at int64) (int, error) {
	c.n += int64(len(b))
	return c.r.ReadAt(b, at)
}

// TestFlips changes every byte of structure of a file in each bit, and every few bytes of the rest in one bit.
func TestFlips(t *testing.T) {
	rnd := newRand(t)
	for _, o := range []bolt.Options{{PageSize: 1024}, {PageSize: 4096, NoFreelistSync: true}} {
		t.Run(fmt.Sprint(o.PageSize), func(t *testing.T) {
			path := sample(t, o)
			b := readFile(t, path)
			class := classes(t, path, b, o.PageSize)
			want, err := deepView(open(t, b))
			if err != nil {
				t.Fatal(err)
			}
			b = b[:len(class)]
			for at, class := range class {
				first, last := 0, 7
				if class == content {
					first = rnd.IntN(64) // above 7: not this byte
					last = min(first, 7)
				}
				for bit := first; bit <= last; bit++ {
					b[at] ^= 1 << bit
					flipped(t, b, o.PageSize, at, bit, class, want)
					b[at] ^= 1 << bit
				}
			}
		})
	}
}

// deepView is view with what nested buckets hold, of a file that Walk finds sound.
func deepView(f *File) (string, error) {
	var b bytes.Buffer
	var leaf func(p page) error
	leaf = func(p page) error {
		var within []bucket
		for i := range p.n {
			fmt.Fprintf(&b, "%x", p.key(i))
			if !p.bucket(i) {
				fmt.Fprintf(&b, "=%x\n", p.value(i))
				continue
			}
			in, bad := bucketAt(p, i)
			if bad != nil {
				return bad
			}
			if in.root == 0 {
				leaf(in.inline)
			} else {
				within = append(within, in)
			}
		}
		for _, in := range within {
			fmt.Fprintln(&b, "bucket")
			if err := f.newWalker().tree(in.holder, in.root, leaf); err != nil {
				return err
			}
		}
		return nil
	}
	err := f.newWalker().tree(f.metaPage, f.meta.root, leaf)
	return b.String(), err
}

func flipped(t *testing.T, b []byte, pageSize, at, bit, class int, want string) {
	f, err := examine(t, b)
	got := ""
	if err == nil && (class == visible || class == spareMeta) {
		got, _ = deepView(f)
	}
	ok := true
	switch class {
	case found:
		ok = err != nil
	case visible:
		ok = err != nil || got != want
	case inUse:
		ok = f != nil && err == nil && f.Spare() != nil
	case spareMeta:
		ok = f != nil && err == nil && f.Spare() != nil && got == want
	}
	if !ok {
		t.Errorf("page %d, byte %d, bit %d, class %d: Walk says %v", at/pageSize, at%pageSize, bit, class, err)
	}
}

// TestWrongPages writes whole pages wrong: nothing, noise, another page of the same file.
func TestWrongPages(t *testing.T) {
	rnd := newRand(t)
	path := sample(t, bolt.Options{PageSize: 1024})
	b := readFile(t, path)
	class := classes(t, path, b, 1024)
	noise := make([]byte, 1024)
	for at := 0; at < len(class); at += 1024 {
		for i := range noise {
			noise[i] = byte(rnd.Uint32())
		}
		for what, with := range map[string][]byte{
			"zero": make([]byte, 1024), "noise": noise, "another page": b[(at+5*1024)%len(class):][:1024],
		} {
			wrong := bytes.Clone(b)
			copy(wrong[at:], with)
			f, err := examine(t, wrong)
			if class[at] == found && (at >= 2048 || f == nil) && err == nil {
				t.Errorf("page %d, %s: not found", at/1024, what)
			}
		}
	}
}

func TestCutOff(t *testing.T) {
	path := sample(t, bolt.Options{PageSize: 1024})
	b := readFile(t, path)
	high := int(open(t, b).meta.high) * 1024
	for n := 0; n <= len(b); n++ {
		if n > 3*1024 && n%1024 != 0 && n%1024 != 1 && n%1024 != 511 && n%1024 != 1023 {
			continue
		}
		_, err := Open(bytes.NewReader(b[:n]), int64(n))
		var d *Damage
		switch {
		case n >= high && err != nil:
			t.Errorf("%d bytes: %v", n, err)
		case n < high && !errors.As(err, &d):
			t.Errorf("%d bytes of %d: %v", n, high, err)
		case n < high && n > 2048 && d.Page != uint64(n/1024):
			t.Errorf("%d bytes: %v", n, err)
		}
		// A file that turns out shorter than it was said to be.
		f, err := Open(bytes.NewReader(b[:n]), int64(len(b)))
		if err != nil {
			continue
		}
		if err := structural(t, f.Walk()); n < 5*1024 && err == nil {
			t.Errorf("%d bytes: Walk finds nothing", n)
		}
	}
}

func TestReadErrorsNameThePage(t *testing.T) {
	b := readFile(t, sample(t, bolt.Options{PageSize: 1024}))
	root := open(t, b).meta.root
	sick := errors.New("medium error")
	f, err := Open(badSpot{bytes.NewReader(b), int64(root) * 1024, sick}, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{f.Walk(), f.Each("journal", nil)} {
		var d *Damage
		if !errors.As(err, &d) || d.Page != root || !errors.Is(err, sick) {
			t.Errorf("got %v, want page %d, medium error", err, root)
		}
	}
}

// badSpot is a disk that cannot read one byte.
type badSpot struct {
	r   io.ReaderAt
	at  int64
	err error
}

func (s badSpot) ReadAt(b []byte, at int64) (int, error) {
	if at <= s.at && s.at < at+int64(len(b)) {
		return 0, s.err
	}
	return s.r.ReadAt(b, at)
}

// A flipped byte anywhere is named with its page by Walk.
func TestWalkNamesThePage(t *testing.T) {
	b := readFile(t, sample(t, bolt.Options{PageSize: 1024}))
	f := open(t, b)
	page := func(i uint64) uint64 {
		id, err := f.PageOf("journal", key(i))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first, last := page(0), page(60)
	if first == last || page(30) == first {
		t.Fatal("the sample's journal has too few leaves")
	}
	for _, c := range []struct {
		page uint64
		by   string
	}{
		{last, "last leaf"},
		{first, "first leaf"},
		{f.meta.freelist, "freelist"},
		{f.meta.root, "root"},
		{f.metaPage, "header of the meta"},
	} {
		wrong := bytes.Clone(b)
		wrong[c.page*1024+8] ^= 0x20
		g := open(t, wrong)
		var d *Damage
		if err := g.Walk(); !errors.As(err, &d) || d.Page != c.page {
			t.Errorf("%s: Walk says %v, want page %d", c.by, err, c.page)
		}
	}
}

// TestDamageIsNamed makes files that no flip makes, with right checksums, as a hostile hand would.
func TestDamageIsNamed(t *testing.T) {
	le := binary.LittleEndian
	for _, c := range []struct {
		what string
		with func(g *forged)
		want string
	}{
		{"sound", func(g *forged) {}, ""},
		{"no freelist", func(g *forged) { g.meta(32, noFreelist); g.page(2, 0, 0, 0) }, ""},
		{"empty file", func(g *forged) { g.b = nil }, "page 0: neither meta is valid: the file ends"},
		{"no bbolt file", func(g *forged) { g.meta(0, 7) }, "page 0: neither meta is valid: magic 00000007"},
		{"version", func(g *forged) { g.meta(0, 3<<32|magic) }, "page 0: neither meta is valid: format version 3"},
		{"page size", func(g *forged) { g.meta(8, 1000) }, "page 0: neither meta is valid: page size 1000"},
		{"high water", func(g *forged) { g.meta(40, 1<<60) }, "page 8: the file is cut off"},
		{"root is meta", func(g *forged) { g.meta(16, 1) }, "page 1: root page 1 is outside"},
		{"root outside", func(g *forged) { g.meta(16, 8) }, "page 1: root page 8 is outside"},
		{"freelist outside", func(g *forged) { g.meta(32, 1<<63) }, "page 1: freelist page 9223372036854775808 is outside"},
		{"root is freelist", func(g *forged) { g.meta(16, 2) }, "page 2: reached twice"},
		{"freelist is root", func(g *forged) { g.meta(32, 3) }, "page 3: flags 0x2, want 0x10"},
		{"free count", func(g *forged) { g.page(2, flagFreelist, 500, 0) }, "page 2: freelist of 500 pages does not fit"},
		{"long free count", func(g *forged) {
			g.page(2, flagFreelist, 0xFFFF, 0)
			le.PutUint64(g.at(2)[headerSize:], 1<<61)
		}, "page 2: freelist of 2305843009213693952 pages does not fit"},
		{"short long count", func(g *forged) { g.page(2, flagFreelist, 0xFFFF, 0) }, "page 2: freelist of 7 pages counted as a long"},
		{"free overflow", func(g *forged) { g.page(2, flagFreelist, 0, 0xFFFFFFFF) }, "page 2: 4294967295 overflow pages run out"},
		{"free meta", func(g *forged) { g.freelist(1) }, "page 2: free page 1 is outside"},
		{"free beyond", func(g *forged) { g.freelist(8) }, "page 2: free page 8 is outside"},
		{"free twice", func(g *forged) { g.freelist(7, 7) }, "page 2: free page 7 stands after 7"},
		{"free order", func(g *forged) { g.freelist(7, 6) }, "page 2: free page 6 stands after 7"},
		{"free freelist", func(g *forged) { g.freelist(2, 7) }, "page 2: on the freelist, but holds it"},
		{"free and used", func(g *forged) { g.freelist(5, 7) }, "page 5: on the freelist, but reached from page 4"},
		{"lost", func(g *forged) { g.freelist() }, "page 7: neither reached nor on the freelist"},
		{"circle", func(g *forged) { g.branch(4, "a", 4) }, "page 4: reached twice, again from page 4"},
		{"same child twice", func(g *forged) { g.branch(4, "a", 5, "m", 5) }, "page 5: reached twice, again from page 4"},
		{"child is meta", func(g *forged) { g.branch(4, "a", 1, "m", 6) }, "page 4: points to page 1, outside"},
		{"child is freelist", func(g *forged) { g.branch(4, "a", 2, "m", 6) }, "page 2: reached twice"},
		{"child beyond", func(g *forged) { g.branch(4, "a", 1<<30, "m", 6) }, "page 4: points to page 1073741824, outside"},
		{"empty branch", func(g *forged) { g.branch(4) }, "page 4: has no elements"},
		{"empty leaf", func(g *forged) { g.leaf(5) }, "page 5: has no elements"},
		{"overflow into neighbour", func(g *forged) { g.page(5, flagLeaf, 1, 1) }, "page 5: 1 overflow pages, want 0"},
		{"overflow to the sky", func(g *forged) { g.page(5, flagLeaf, 1, 0xFFFFFFFF) }, "page 5: 4294967295 overflow pages run out"},
		{"two kinds", func(g *forged) { g.page(5, flagLeaf|flagBranch, 1, 0) }, "page 5: flags 0x3 are neither"},
		{"misplaced", func(g *forged) { copy(g.at(5), g.at(6)) }, "page 5: carries page number 6"},
		{"key order", func(g *forged) { g.leaf(5, "c", "1", "b", "2") }, "page 5: key 1 is not above"},
		{"key twice", func(g *forged) { g.leaf(5, "c", "1", "c", "2") }, "page 5: key 1 is not above"},
		{"key below the branch", func(g *forged) { g.leaf(6, "l", "1") }, "page 6: the first key is below"},
		{"key of the next leaf", func(g *forged) { g.leaf(5, "m", "1") }, "page 5: the last key is not below"},
		{"key of no bytes", func(g *forged) { g.leaf(5, "", "1") }, "page 5: element 0 has a key of 0 bytes"},
		{"too many", func(g *forged) { g.page(5, flagLeaf, 9999, 0) }, "page 5: 9999 elements do not fit"},
		{"value to the sky", func(g *forged) { le.PutUint32(g.at(5)[headerSize+12:], 0xFFFFFFFF) }, "page 5: element 0 runs over"},
		{"key to the sky", func(g *forged) { le.PutUint32(g.at(5)[headerSize+8:], 0xFFFFFFFF) }, "page 5: element 0 has a key of 4294967295 bytes"},
		{"position", func(g *forged) { le.PutUint32(g.at(5)[headerSize+4:], 0xFFFFFFF0) }, "page 5: element 0 stands at byte 4294967296, want 32"},
		{"element flags", func(g *forged) { g.at(5)[headerSize] = 2 }, "page 5: element 0 has flags 0x2"},
		{"remains", func(g *forged) { g.at(5)[500] = 1 }, "page 5: the unused end of the page is not zero"},
		{"value in the root", func(g *forged) { g.at(3)[headerSize] = 0 }, "page 3: element 0 of the root bucket is no bucket"},
		{"bucket of 3 bytes", func(g *forged) { g.leaf(5, "a", "123"); g.at(5)[headerSize] = 1 }, "page 5: bucket 0 has a header of 3 bytes"},
		{"bucket too long", func(g *forged) { g.leaf(5, "a", "1234567890abcdef!"); g.at(5)[headerSize] = 1 },
			"page 5: bucket 0 has a root page and 1 bytes behind"},
		{"bucket outside", func(g *forged) { g.leaf(5, "a", "1234567890abcdef"); g.at(5)[headerSize] = 1 },
			"page 5: points to page 4050765991979987505, outside"},
		{"bucket in circle", func(g *forged) { g.bucket(5, "a", 3) }, "page 3: reached twice, again from page 5"},
		{"inline cut off", func(g *forged) { g.leaf(5, "a", strings.Repeat("\x00", 20)); g.at(5)[headerSize] = 1 },
			"page 5: inline bucket 0 is cut off"},
		{"inline of no kind", func(g *forged) { g.leaf(5, "a", strings.Repeat("\x00", 32)); g.at(5)[headerSize] = 1 },
			"page 5: inline bucket 0 has page number 0, flags 0x0"},
	} {
		t.Run(c.what, func(t *testing.T) {
			g := forge()
			c.with(g)
			reseal(g.b, forgedPage)
			f, err := Open(bytes.NewReader(g.b), int64(len(g.b)))
			if err == nil {
				err = f.Walk()
				examine(t, g.b)
			}
			if got := fmt.Sprint(err); c.want == "" && err != nil || !strings.HasPrefix(got, c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

const forgedPage = 512

// forged is a file of 8 pages made by hand: metas 0 and 1, freelist 2 (holding 7), root 3 with one bucket "b", whose
// branch 4 has the leaves 5 (from "a") and 6 (from "m").
type forged struct{ b []byte }

func forge() *forged {
	g := &forged{make([]byte, 8*forgedPage)}
	for id := range 2 {
		g.page(id, flagMeta, 0, 0)
	}
	g.meta(0, version<<32|magic)
	g.meta(8, forgedPage)
	g.meta(16, 3)
	g.meta(32, 2)
	g.meta(40, 8)
	binary.LittleEndian.PutUint64(g.at(1)[headerSize+48:], 1)
	g.freelist(7)
	g.bucket(3, "b", 4)
	g.branch(4, "a", 5, "m", 6)
	g.leaf(5, "a", "1")
	g.leaf(6, "m", "2")
	return g
}

func (g *forged) at(id int) []byte { return g.b[id*forgedPage:][:forgedPage] }

func (g *forged) meta(at int, v uint64) {
	for id := range 2 {
		binary.LittleEndian.PutUint64(g.at(id)[headerSize+at:], v)
	}
}

func (g *forged) page(id, flags, count int, overflow uint32) {
	p := g.at(id)
	binary.LittleEndian.PutUint64(p, uint64(id))
	binary.LittleEndian.PutUint16(p[8:], uint16(flags))
	binary.LittleEndian.PutUint16(p[10:], uint16(count))
	binary.LittleEndian.PutUint32(p[12:], overflow)
}

func (g *forged) freelist(ids ...uint64) {
	clear(g.at(2))
	g.page(2, flagFreelist, len(ids), 0)
	for i, id := range ids {
		binary.LittleEndian.PutUint64(g.at(2)[headerSize+8*i:], id)
	}
}

// branch takes key, child, key, child.
func (g *forged) branch(id int, kv ...any) {
	clear(g.at(id))
	g.page(id, flagBranch, len(kv)/2, 0)
	data := headerSize + elementSize*len(kv)/2
	for i := 0; i < len(kv); i += 2 {
		at := headerSize + elementSize*i/2
		e, key := g.at(id)[at:], kv[i].(string)
		binary.LittleEndian.PutUint32(e, uint32(data-at))
		binary.LittleEndian.PutUint32(e[4:], uint32(len(key)))
		binary.LittleEndian.PutUint64(e[8:], uint64(kv[i+1].(int)))
		data += copy(g.at(id)[data:], key)
	}
}

// leaf takes key, value, key, value.
func (g *forged) leaf(id int, kv ...string) {
	clear(g.at(id))
	g.page(id, flagLeaf, len(kv)/2, 0)
	data := headerSize + elementSize*len(kv)/2
	for i := 0; i < len(kv); i += 2 {
		at := headerSize + elementSize*i/2
		e := g.at(id)[at:]
		binary.LittleEndian.PutUint32(e[4:], uint32(data-at))
		binary.LittleEndian.PutUint32(e[8:], uint32(len(kv[i])))
		binary.LittleEndian.PutUint32(e[12:], uint32(len(kv[i+1])))
		data += copy(g.at(id)[data:], kv[i]+kv[i+1])
	}
}

// bucket makes a leaf with one bucket whose tree begins at page root.
func (g *forged) bucket(id int, name string, root byte) {
	g.leaf(id, name, string(root)+strings.Repeat("\x00", bucketSize-1))
	g.at(id)[headerSize] = elementBucket
}

// TestTooDeep: a chain of branches with one child each, as long as the file.
func TestTooDeep(t *testing.T) {
	const n = 5000
	g := &forged{append(forge().b, make([]byte, n*forgedPage)...)}
	g.meta(40, 8+n)
	g.branch(4, "a", 8)
	for id := 8; id < 8+n-1; id++ {
		g.branch(id, "a", id+1)
	}
	g.leaf(8+n-1, "a", "1")
	reseal(g.b, forgedPage)
	if _, err := examine(t, g.b); err == nil || !strings.Contains(err.Error(), "more than 64 levels deep") {
		t.Errorf("got %v", err)
	}
}

// TestManyDamages: Walk stops at ten.
func TestManyDamages(t *testing.T) {
	g := forge()
	kv := []any{}
	for i := range 12 {
		kv = append(kv, string(rune('a'+i)), 1000+i)
	}
	g.branch(4, kv...)
	reseal(g.b, forgedPage)
	_, err := examine(t, g.b)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != maxReports {
		t.Errorf("got %v", err)
	}
}

// TestSpare: with one meta gone the other is used, at any page size.
func TestSpare(t *testing.T) {
	for _, size := range []int{1024, 4096, 65536} {
		b := readFile(t, sample(t, bolt.Options{PageSize: size}))
		for id := range 2 {
			wrong := bytes.Clone(b)
			clear(wrong[id*size:][:size])
			f := open(t, wrong)
			var d *Damage
			if !errors.As(f.Spare(), &d) || d.Page != uint64(id) || f.metaPage != uint64(1-id) {
				t.Errorf("page size %d: meta %d in use, spare %v", size, f.metaPage, f.Spare())
			}
			if err := f.Walk(); err != nil {
				t.Errorf("page size %d, without meta %d: %v", size, id, err)
			}
		}
	}
}

// FuzzOpen takes any bytes; with seal their metas get right checksums first, so that wrong numbers get further.
func FuzzOpen(f *testing.F) {
	f.Add(forge().b, true)
	f.Add([]byte{}, false)
	b := readFile(f, sample(f, bolt.Options{PageSize: 1024}))
	b = b[:int(open(f, b).meta.high)*1024]
	f.Add(b, false)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		wrong := bytes.Clone(b)
		for range 3 {
			wrong[rnd.IntN(len(wrong))] = byte(rnd.Uint32())
		}
		f.Add(wrong, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal {
			b = bytes.Clone(b)
			size := forgedPage
			if len(b) > 28 {
				size = int(binary.LittleEndian.Uint32(b[headerSize+8:]))
			}
			reseal(b, min(size, maxPageSize))
		}
		examine(t, b)
	})
}
