package catalog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/xuri/excelize/v2"

	goods "posbox/pos/catalog"
	"posbox/pos/money"
)

// benchGoods is how large the shop is; POSBOX_GOODS=1000000 for a large one.
func benchGoods() int {
	if n, err := strconv.Atoi(os.Getenv("POSBOX_GOODS")); err == nil {
		return n
	}
	return 100_000
}

// benchFile is a generated shop.
func benchFile(b *testing.B, n int) []byte {
	b.Helper()
	var file bytes.Buffer
	if err := Generate(&file, n); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// benchDir is a folder with benchGoods goods; POSBOX_CATALOG names one that is there already.
func benchDir(b *testing.B) string {
	b.Helper()
	if dir := os.Getenv("POSBOX_CATALOG"); dir != "" {
		return dir
	}
	dir := b.TempDir()
	mustImport(b, dir, string(benchFile(b, benchGoods())))
	return dir
}

func benchStore(b *testing.B) *Store {
	b.Helper()
	s := mustOpen(b, benchDir(b))
	<-s.Ready()
	s.builds.Wait()
	return s
}

// onCPU returns how long this thread has worked. A machine that others use too makes any query wait now and then; what it
// costs is told apart from that.
func onCPU() time.Duration {
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID
	var ts syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&ts)), 0)
	return time.Duration(ts.Nano())
}

// timed returns how long fn works.
func timed(fn func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := onCPU()
	fn()
	return onCPU() - start
}

// spread reports the middle and the 99th of a hundred.
func spread(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

func BenchmarkByBarcode(b *testing.B) {
	s := benchStore(b)
	b.ReportAllocs()
	scans(b, s)
}

// scans measures how long a scanned code takes to its good.
func scans(b *testing.B, s *Store) {
	b.Helper()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		code := ean13(fmt.Sprintf("865%09d", i*7919%s.Count()/28*28))
		start := time.Now()
		found, err := s.ByBarcode(code)
		took = append(took, time.Since(start))
		if len(found) != 1 || err != nil {
			b.Fatal(code, found, err)
		}
	}
	spread(b, took)
}

// BenchmarkUnclassed looks for goods without a classification code: the first time, again, and how long a scan takes meanwhile.
func BenchmarkUnclassed(b *testing.B) {
	s := benchStore(b)
	look := func() {
		if _, _, err := s.Unclassed(b.Context(), MostUnclassed); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			s.lacking = nil
			look()
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			look()
		}
	})
	scan := func(b *testing.B) { scans(b, s) }
	b.Run("scan", scan)
	b.Run("scan meanwhile", func(b *testing.B) {
		var meanwhile sync.WaitGroup
		defer meanwhile.Wait()
		ctx, stop := context.WithCancel(b.Context())
		defer stop()
		meanwhile.Go(func() {
			for ctx.Err() == nil {
				s.lookThrough(ctx)
			}
		})
		scan(b)
	})
}

// BenchmarkSearch types queries that a cashier might, and tells how they compare with a look at every name.
func BenchmarkSearch(b *testing.B) {
	s := benchStore(b)
	all := generatedNames(b, 20_000)
	n := s.cur.names.Load()
	for _, latin := range []bool{false, true} {
		for words := 1; words <= 3; words++ {
			b.Run(fmt.Sprintf("%s/%d", map[bool]string{false: "cyrillic", true: "latin"}[latin], words), func(b *testing.B) {
				rnd := rand.New(rand.NewPCG(1, uint64(words)))
				var took []time.Duration
				for b.Loop() {
					q := queryFrom(rnd, all, words, latin)
					took = append(took, timed(func() { s.Search(q, 20) }))
				}
				spread(b, took)
				scan := timed(func() { scanned(n, queryFrom(rnd, all, words, latin), 20) })
				b.ReportMetric(float64(scan)/float64(took[len(took)/2]), "scan/p50")
			})
		}
	}
	for _, q := range []string{"с", "олдохгүй", "сүү талх архи", "а о у", "0.5л шинэ апу", "86500005", "лог тог", "yhriin mah"} {
		b.Run("query/"+q, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				took = append(took, timed(func() { s.Search(q, 20) }))
			}
			spread(b, took)
		})
	}
}

// BenchmarkWords searches goods, fetched whole, whose names are made of many different words, a few of them very common,
// as in a shop that sells everything: 30 000 words by Zipf's law.
func BenchmarkWords(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	vocabulary, all := zipfNames(rnd, benchGoods())
	dir := b.TempDir()
	err := Build(dir, Snapshot{Goods: func(yield func(goods.Good, error) bool) {
		for i, text := range all {
			if !yield(article(fmt.Sprintf("%07d", i), text, money.Amount(1+i), ean13(fmt.Sprintf("865%09d", i))), nil) {
				return
			}
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	s := mustOpen(b, dir)
	<-s.Ready()
	s.builds.Wait()
	b.Logf("%.0f bytes a good", float64(s.cur.names.Load().bytes())/float64(len(all)))
	for _, kind := range searchKinds(rnd, vocabulary, all) {
		b.Run(kind.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				q := kind.query()
				took = append(took, timed(func() { s.Search(q, 20) }))
			}
			spread(b, took)
		})
	}
}

// zipfNames makes names of a vocabulary whose first words are the most common.
func zipfNames(rnd *rand.Rand, count int) (vocabulary, all []string) {
	syllables := strings.Fields("ба бо бө да дө га гө ха хө хү ла ло ма мө на но өр са сү та тү ца чи ша шо за зү жи эр ай уу өө")
	vocabulary = make([]string, 30_000)
	for i := range vocabulary {
		for range 2 + rnd.IntN(3) {
			vocabulary[i] += syllables[rnd.IntN(len(syllables))]
		}
	}
	zipf := rand.NewZipf(rnd, 1.1, 4, uint64(len(vocabulary)-1))
	all = make([]string, count)
	for i := range all {
		all[i] = vocabulary[zipf.Uint64()] + " " + vocabulary[zipf.Uint64()] + " " + vocabulary[zipf.Uint64()] + " " + strconv.Itoa(rnd.IntN(999)) + "гр"
	}
	return vocabulary, all
}

type searchKind struct {
	name  string
	query func() string
}

// searchKinds are the ways of typing that a search has to bear: beginnings of one to three words of a good in either
// alphabet, parts from inside of words, and words that stand in very many names, whole and begun.
func searchKinds(rnd *rand.Rand, vocabulary, all []string) (kinds []searchKind) {
	join := func(n int, word func() string) string {
		var words []string
		for range n {
			words = append(words, word())
		}
		return strings.Join(words, " ")
	}
	inside := func() string {
		word := []rune(vocabulary[rnd.IntN(len(vocabulary))])
		from := 1 + rnd.IntN(len(word)-2)
		return string(word[from:min(len(word), from+1+rnd.IntN(4))])
	}
	common := func() string { return vocabulary[rnd.IntN(20)] }
	begun := func() string { return string([]rune(common())[:1+rnd.IntN(3)]) }
	for words := 1; words <= 3; words++ {
		add := func(name string, query func() string) {
			kinds = append(kinds, searchKind{fmt.Sprintf("%s/%d", name, words), query})
		}
		add("cyrillic", func() string { return queryFrom(rnd, all, words, false) })
		add("latin", func() string { return queryFrom(rnd, all, words, true) })
		add("inside", func() string { return join(words, inside) })
		add("common", func() string { return join(words, common) })
		add("begun", func() string { return join(words, begun) })
		add("begun-latin", func() string { return typed.Replace(join(words, begun)) })
	}
	return kinds
}

// bytes is what the arrays of an index take.
func (n *names) bytes() int {
	total := len(n.keys) + 4*len(n.at) + len(n.codes) + 4*len(n.codeAt) + 8*len(n.active)
	shared := map[*uint64]bool{}
	for _, d := range []*dictionary{&n.strict, &n.loose} {
		total += len(d.text) + 4*len(d.at) + 4*len(d.posts) + 4*len(d.postAt) + 4*len(d.paired) + 16*len(d.pairs)
		for _, set := range d.wide {
			if !shared[&set[0]] {
				shared[&set[0]] = true
				total += 8 * len(set)
			}
		}
	}
	return total
}

func BenchmarkNames(b *testing.B) {
	s := benchStore(b)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	s.cur.names.Store(nil)
	before := heap()
	for b.Loop() {
		n, err := s.cur.namesIn(bucketGoods, readName)
		if err != nil {
			b.Fatal(err)
		}
		s.cur.names.Store(n)
	}
	after := heap()
	n := s.cur.names.Load()
	b.ReportMetric(float64(n.bytes())/float64(s.Count()), "bytes/good")
	b.ReportMetric(float64(after-before)/float64(s.Count()), "heap-bytes/good")
	b.ReportMetric(float64(n.strict.count()), "words")
	b.ReportMetric(float64(len(n.strict.wide)+len(n.loose.wide)), "sets")
}

// BenchmarkBulk brings benchGoods goods into an empty shop until one can be sold by barcode, as a snapshot that comes over
// loopback as JSON lines, and as a CSV file, and compares each with writing the same bytes raw, flushed.
func BenchmarkBulk(b *testing.B) {
	var file bytes.Buffer
	if err := Generate(&file, benchGoods()); err != nil {
		b.Fatal(err)
	}
	lines := linesOf(b, file.Bytes())
	b.Run("snapshot", func(b *testing.B) {
		bulk(b, func(dir string) error { return Build(dir, Snapshot{Goods: overLoopback(b, lines)}) })
	})
	b.Run("csv", func(b *testing.B) {
		bulk(b, func(dir string) error {
			_, err := Import(dir, bytes.NewReader(file.Bytes()), ImportOptions{})
			return err
		})
	})
}

func bulk(b *testing.B, bring func(dir string) error) {
	var took, raw time.Duration
	for b.Loop() {
		dir := b.TempDir()
		s := mustOpen(b, dir)
		start := time.Now()
		if err := bring(dir); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Refresh(); err != nil {
			b.Fatal(err)
		}
		if found, err := s.ByBarcode(ean13("865000000000")); len(found) != 1 || err != nil {
			b.Fatal(found, err)
		}
		took += time.Since(start)
		b.StopTimer()
		s.Close() // the names too are given up
		raw += rawWrite(b, dir)
		b.StartTimer()
	}
	b.ReportMetric(took.Seconds()/float64(b.N), "s")
	b.ReportMetric(took.Seconds()/raw.Seconds(), "×raw")
	b.ReportMetric(peakMemory()/float64(benchGoods()), "peak-rss-bytes/good")
}

// rawWrite writes the catalog's bytes once more, and flushes.
func rawWrite(b *testing.B, dir string) time.Duration {
	b.Helper()
	whole, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := writeSynced(filepath.Join(dir, "raw"), whole); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// peakMemory is what the process has had at most, with all that the benchmark itself holds.
func peakMemory() float64 {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return float64(use.Maxrss) * 1024
}

// linesOf makes goods of a CSV file, as JSON, one a line.
func linesOf(b *testing.B, csv []byte) []byte {
	b.Helper()
	in := importer{rowOf: map[goods.Code]int{}, pile: newPile(&spool{path: filepath.Join(b.TempDir(), workName)})}
	if err := in.run(bytes.NewReader(csv)); err != nil {
		b.Fatal(err)
	}
	var lines []byte
	for all := in.pile.things.sorted(); ; {
		_, value, err := all.next()
		if err != nil {
			b.Fatal(err)
		}
		if value == nil {
			return lines
		}
		lines = append(append(lines, value...), '\n')
	}
}

// overLoopback sends lines of JSON through a TCP connection of this machine, and reads goods from it.
func overLoopback(b *testing.B, lines []byte) iter.Seq2[goods.Good, error] {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		defer l.Close()
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = c.Write(lines)
	}()
	return func(yield func(goods.Good, error) bool) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			yield(goods.Good{}, err)
			return
		}
		defer c.Close()
		scan := bufio.NewScanner(c)
		for scan.Scan() {
			g, err := DecodeGood(scan.Bytes())
			if !yield(g, err) {
				return
			}
		}
		if scan.Err() != nil {
			yield(goods.Good{}, scan.Err())
		}
	}
}

// BenchmarkImport imports 200 000 rows into an empty shop, as CSV and as a workbook.
func BenchmarkImport(b *testing.B) {
	const rows = 200_000
	csv := benchFile(b, rows)
	for name, file := range map[string][]byte{"csv": csv, "xlsx": workbookOf(b, csv)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if sum, err := Import(b.TempDir(), bytes.NewReader(file), ImportOptions{}); err != nil || sum.Rows != rows {
					b.Fatal(sum, err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(name+"/dry", func(b *testing.B) {
			for b.Loop() {
				if _, err := Import(b.TempDir(), bytes.NewReader(file), ImportOptions{DryRun: true}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// workbookOf makes a workbook of a CSV.
func workbookOf(b *testing.B, csv []byte) []byte {
	b.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	rec, err := newRecords(bytes.NewReader(csv), goodsHeader)
	if err != nil {
		b.Fatal(err)
	}
	for {
		fields, err := rec.next()
		if errors.Is(err, io.EOF) {
			break
		}
		cells := make([]any, len(fields))
		for i, field := range fields {
			cells[i] = field
			if n, err := strconv.Atoi(field); err == nil && !strings.HasPrefix(field, "0") {
				cells[i] = n
			}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", rec.row()), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkOpen opens a catalog until it can sell by barcode. The names go on being built; that is not counted.
func BenchmarkOpen(b *testing.B) {
	dir := benchDir(b)
	code := ean13("865000000000")
	for b.Loop() {
		s, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if found, err := s.ByBarcode(code); len(found) != 1 || err != nil {
			b.Fatal(found, err)
		}
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}

// BenchmarkPut edits one good, durably, and compares that with the flush that it cannot do without.
func BenchmarkPut(b *testing.B) {
	dir := b.TempDir()
	mustImport(b, dir, string(benchFile(b, 10_000)))
	s := mustOpen(b, dir)
	raw, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	var put, flush []time.Duration
	frame := make([]byte, 250)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		mustPut(b, s, article("100001", "Сүү", 100, fmt.Sprint(i)))
		put = append(put, time.Since(start))
		start = time.Now()
		if _, err := raw.Write(frame); err != nil {
			b.Fatal(err)
		}
		if err := raw.Sync(); err != nil {
			b.Fatal(err)
		}
		flush = append(flush, time.Since(start))
	}
	spread(b, put)
	slices.Sort(flush)
	b.ReportMetric(float64(put[len(put)/2])/float64(flush[len(flush)/2]), "×flush")
}
