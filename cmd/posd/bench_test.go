package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	store "posbox/catalog"
	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/drivers/fiscal/posapi/standin/service"
)

// benchGoods is how many goods the start is measured with; POSBOX_GOODS=1000000 for a large shop.
func benchGoods() int {
	if n, err := strconv.Atoi(os.Getenv("POSBOX_GOODS")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkStart measures from the start of the process until it can sell by barcode.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	file := filepath.Join(dir, "goods.csv")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	if err := store.Generate(f, benchGoods()); err != nil {
		b.Fatal(err)
	}
	f.Close()
	if out, err := posd("import", "-data", dir, file).CombinedOutput(); err != nil {
		b.Fatalf("%v %s", err, out)
	}
	for b.Loop() {
		start(b, dir).kill()
	}
	b.ReportMetric(float64(benchGoods()), "goods")
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(bareProcess(b)), "×bare-process")
}

// bareProcess is what starting any process costs here: the reference.
func bareProcess(b *testing.B) time.Duration {
	const n = 20
	begin := time.Now()
	for range n {
		if err := exec.Command("true").Run(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begin) / n
}

// BenchmarkPayToPaper measures from the press of pay until the first byte of the receipt's picture reaches the printer:
// without e-barimts, and with a tax office's service that answers at once.
func BenchmarkPayToPaper(b *testing.B) {
	b.Run("plain", func(b *testing.B) { payToPaper(b) })
	b.Run("e-barimt", func(b *testing.B) { payToPaper(b, "-posapi", openOffice(b, service.Options{Lotteries: 1 << 30}).URL) })
}

func payToPaper(b *testing.B, args ...string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	p, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	first := make(chan time.Time, 1)
	go watchPrinter(l, strings.TrimPrefix(p.Addr(), "tcp://"), first)
	till := start(b, b.TempDir(), append([]string{"-demo", "-printer", "tcp://" + l.Addr().String()}, args...)...)
	till.open()
	for deadline := time.Now().Add(patience); at(till.state(), "printer", "online") != true; {
		if time.Now().After(deadline) {
			b.Fatal("printer does not come on line")
		}
		time.Sleep(10 * time.Millisecond)
	}
	var sum time.Duration
	for b.Loop() {
		b.StopTimer()
		till.do("line.scan", object{"code": "1001"})
		for at(till.state(), "printer", "busy") == true {
			time.Sleep(time.Millisecond)
		}
		select {
		case <-first:
		default:
		}
		b.StartTimer()
		pressed := time.Now()
		till.do("pay", object{"tenders": []object{{"kind": "card", "amount": "4200"}}})
		sum += (<-first).Sub(pressed)
	}
	b.ReportMetric(float64(sum.Microseconds())/float64(b.N), "µs-to-paper/op")
}

// watchPrinter passes everything on to a printer and tells when a picture begins.
func watchPrinter(l net.Listener, printer string, first chan<- time.Time) {
	for {
		till, err := l.Accept()
		if err != nil {
			return
		}
		device, err := net.Dial("tcp", printer)
		if err != nil {
			till.Close()
			continue
		}
		go func() { io.Copy(till, device); till.Close() }()
		go func() {
			defer device.Close()
			buf := make([]byte, 64<<10)
			for {
				n, err := till.Read(buf)
				if bytes.Contains(buf[:n], []byte("\x1dv0")) {
					select {
					case first <- time.Now():
					default:
					}
				}
				if _, werr := device.Write(buf[:n]); err != nil || werr != nil {
					return
				}
			}
		}()
	}
}

// BenchmarkSale measures a sale of one scan and its payment through HTTP, both durable.
func BenchmarkSale(b *testing.B) {
	till := start(b, b.TempDir(), "-demo")
	till.open()
	for b.Loop() {
		till.do("line.scan", object{"code": "1001"})
		till.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	}
	if n, err := os.Stat(filepath.Join(till.dir, "journal", "000001.db")); err == nil {
		b.ReportMetric(float64(n.Size())/float64(b.N), "bytes/op")
	}
}
