package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	store "posbox/catalog"
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

// BenchmarkPayToPaper measures from the press of pay until the first byte of the receipt's picture reaches the printer.
func BenchmarkPayToPaper(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	first := make(chan time.Time, 1)
	go servePrinter(l, first)
	till := start(b, b.TempDir(), "-demo", "-printer", "tcp://"+l.Addr().String())
	till.open()
	for deadline := time.Now().Add(5 * time.Second); at(till.state(), "printer", "online") != true; {
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

// servePrinter answers as a ready printer would and tells when a picture begins.
func servePrinter(l net.Listener, first chan<- time.Time) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			buf := make([]byte, 64<<10)
			var seen []byte
			for {
				n, err := conn.Read(buf)
				if err != nil {
					return
				}
				now := time.Now()
				seen = answerAll(conn, append(seen, buf[:n]...), func() {
					select {
					case first <- now:
					default:
					}
				})
			}
		}()
	}
}

// answerAll answers whole commands and returns what is left of a broken one.
func answerAll(conn net.Conn, b []byte, picture func()) []byte {
	for len(b) > 1 {
		n := 2
		switch {
		case b[0] == 0x10 && b[1] == 0x04:
			if n = 3; len(b) >= n {
				conn.Write([]byte{0x12})
			}
		case b[0] == 0x1d && b[1] == 'v':
			if len(b) < 8 {
				return b
			}
			picture()
			n = 8 + (int(b[4])+int(b[5])<<8)*(int(b[6])+int(b[7])<<8)
		case b[0] == 0x1d && b[1] == '(':
			if n = 11; len(b) >= n {
				conn.Write(append(append([]byte{0x37, 0x22}, b[7:11]...), 0))
			}
		case b[0] == 0x1d && b[1] == 'r':
			if n = 3; len(b) >= n {
				conn.Write([]byte{0})
			}
		case b[0] == 0x1d && b[1] == 'a':
			if n = 3; len(b) >= n {
				conn.Write([]byte{0x14, 0, 0, 0x0f})
			}
		case b[0] == 0x1d && b[1] == 'V':
			if n = 4; len(b) > 2 && b[2] < 2 {
				n = 3
			}
		case b[0] == 0x1b && (b[1] == 'd' || b[1] == 'a' || b[1] == 't'):
			n = 3
		case b[0] == 0x1b && b[1] == 'p', b[0] == 0x10 && b[1] == 0x14:
			n = 5
		}
		if len(b) < n {
			return b
		}
		b = b[n:]
	}
	return b
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
