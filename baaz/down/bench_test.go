package down_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/catalog"
	"posbox/central"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/uplink"
	"posbox/wire"
)

// count reads how many goods or streams a figure is made with.
func count(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// goodBody is a good as somebody registers it.
func goodBody(i int) []byte {
	return fmt.Appendf(nil, `{"name":"Бараа дугаар %d шинэ","barcodes":["865%010d"],"category":"Хүнс","prices":[{"amount":"%d.00"}],"class_code":"2349010"}`, i, i, 100+i%50_000)
}

// fill writes n goods past the registers, which take 70 µs of processor's time a good and are not what is measured here. The bodies
// are what the registers would have stored: the first was stored by them, and the last is given to them again and changes nothing.
func (x *centre) fill(n int) {
	x.t.Helper()
	apply := func(i int) registers.Result {
		done, err := x.regs.Apply(context.Background(), "t", x.scope, "goods", []registers.Change{{Code: fmt.Sprintf("%07d", i), Body: goodBody(i)}})
		if err != nil || len(done) != 1 {
			x.t.Fatal(done, err)
		}
		return done[0]
	}
	first := string(apply(0).Row.Body)
	body := func(i int) []byte {
		return []byte(strings.NewReplacer(`"0000000"`, fmt.Sprintf(`"%07d"`, i), "дугаар 0 ", fmt.Sprintf("дугаар %d ", i), "8650000000000", fmt.Sprintf("865%010d", i),
			`"100.00"`, fmt.Sprintf(`"%d.00"`, 100+i%50_000)).Replace(first))
	}
	for from := 1; from < n; from += 20_000 {
		err := x.store.Write(context.Background(), func(tx *store.Tx) error {
			state, err := tx.LockScope(x.c, x.scope.String(), 1)
			var rows []store.MasterRow
			var log []store.MasterChange
			for i := from; i < min(n, from+20_000); i++ {
				code := fmt.Sprintf("%07d", i)
				state.Version++
				state.Rows++
				state.Chain = wire.Chain(state.Chain, wire.Row{Version: state.Version, Register: "goods", Code: code, Body: body(i)})
				key := store.MasterKey("goods", code)
				rows = append(rows, store.MasterRow{Key: key, Version: state.Version, Body: body(i), Sort: key})
				log = append(log, store.MasterChange{Version: state.Version, Key: key, Body: body(i), Chain: state.Chain, At: 1, Who: "t"})
			}
			return errors.Join(err, tx.PutMaster(x.c, x.scope.String(), "goods", rows), tx.AddChanges(x.c, x.scope.String(), log), tx.MoveScope(x.c, x.scope.String(), state))
		})
		if err != nil {
			x.t.Fatal(err)
		}
	}
	if apply(n - 1).Changed {
		x.t.Fatal("the registers would have stored something else")
	}
}

// BenchmarkGoodsToAnEmptyBox: goods in BAAZ, a snapshot made of them, and a box that has nothing until it can sell all of them. The
// floor is what no box can do without: unpacking the file and hashing it.
//
//	POSBOX_GOODS=1000000 go test ./baaz/down -run XXX -bench Goods -benchtime 1x
func BenchmarkGoodsToAnEmptyBox(b *testing.B) {
	n := count("POSBOX_GOODS", 50_000)
	x := newCentre(b, filepath.Join(b.TempDir(), "baaz.db"))
	key, _ := x.box(x.c, 1)
	began := time.Now()
	x.fill(n)
	filled := time.Since(began)
	began = time.Now()
	at := x.described(key)
	made := time.Since(began)
	_, file := x.get(key, "/v1/scopes/"+x.scope.String()+"/snapshot/"+at.Hash.String())
	began = time.Now()
	z, _ := zstd.NewReader(bytes.NewReader(file))
	raw, _ := io.Copy(io.Discard, z)
	z.Close()
	sha256.Sum256(file)
	floor := time.Since(began)
	for b.Loop() {
		dir := b.TempDir()
		goods, err := catalog.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		k, err := central.Open(dir, goods, nil)
		if err != nil {
			b.Fatal(err)
		}
		joined := &event.BoxJoined{Address: x.http.URL, BAAZ: fmt.Sprintf("%x", x.baaz)}
		d := uplink.NewDown(uplink.DownOptions{Keeper: k, Anew: central.ErrAnew, Dir: dir, Key: key, Logger: slog.New(slog.DiscardHandler),
			Membership: func() uplink.Membership { return uplink.Membership{Joined: joined} }, Wish: func() uplink.Wish { return uplink.Wish{} }})
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		began = time.Now()
		all.Go(func() { d.Run(ctx) })
		for goods.Count() != n {
			time.Sleep(time.Millisecond)
		}
		if g, err := goods.ByBarcode(fmt.Sprintf("865%010d", n-1)); err != nil || len(g) != 1 {
			b.Fatal(g, err)
		}
		sellable := time.Since(began)
		cancel()
		all.Wait()
		goods.Close()
		b.ReportMetric(filled.Seconds(), "s/filled")
		b.ReportMetric(made.Seconds(), "s/snapshot")
		b.ReportMetric(float64(len(file))/float64(n), "B/good-sent")
		b.ReportMetric(float64(raw)/float64(n), "B/good-raw")
		b.ReportMetric(sellable.Seconds(), "s/sellable")
		b.ReportMetric((made + sellable).Seconds(), "s/snapshot+sellable")
		b.ReportMetric(float64(sellable)/float64(floor), "×floor")
	}
}

// described makes BAAZ make a snapshot.
func (x *centre) described(key ed25519.PrivateKey) wire.Snapshot {
	s, err := x.down.Snapshot(context.Background(), store.BoxID{Company: x.c, Box: journal.BoxOf(key.Public().(ed25519.PublicKey))}, x.scope, 0)
	if err != nil {
		x.t.Fatal(err)
	}
	return s
}

// BenchmarkStreams: idle streams, what memory each takes (the server's and the client's end together, plain HTTP), and how
// long a change takes to reach all of them.
//
//	POSBOX_STREAMS=1000 go test ./baaz/down -run XXX -bench Streams -benchtime 1x
func BenchmarkStreams(b *testing.B) {
	n := count("POSBOX_STREAMS", 1000)
	x := newCentre(b, filepath.Join(b.TempDir(), "baaz.db"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nudged := make(chan time.Time, 2*n)
	keys := make([]ed25519.PrivateKey, n)
	for i := range n {
		keys[i], _ = x.box(x.c, i)
	}
	before := inUse()
	for i := range n {
		r := x.open(ctx, keys[i], "/v1/stream")
		go func() {
			defer r.Body.Close()
			for sc := bufio.NewScanner(r.Body); sc.Scan(); {
				if sc.Text() == "event: nudge" {
					nudged <- time.Now()
				}
			}
		}()
		<-nudged // the first one
	}
	each := (inUse() - before) / uint64(n)
	for b.Loop() {
		began := time.Now()
		if _, err := x.regs.Put(ctx, "t", x.scope, "goods", registers.Change{Code: "1", Body: fmt.Appendf(nil, `{"name":"А","prices":[{"amount":"%d"}]}`, 1+time.Now().UnixNano()%1e9)}); err != nil {
			b.Fatal(err)
		}
		stored := time.Since(began)
		first, last := (<-nudged).Sub(began), time.Duration(0)
		for range n - 1 {
			last = (<-nudged).Sub(began)
		}
		b.ReportMetric(float64(stored)/1e6, "ms/stored")
		b.ReportMetric(float64(first)/1e6, "ms/first")
		b.ReportMetric(float64(last)/1e6, "ms/last")
		b.ReportMetric(float64(each)/1024, "KiB/stream")
	}
}

// inUse is what memory holds that is in use.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
