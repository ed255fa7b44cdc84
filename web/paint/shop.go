package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"posbox/web/browser"
)

// article is a made-up good: its code, its first barcode and the first word of its name.
type article struct{ code, barcode, word string }

// shop is a real posd with made-up goods.
type shop struct {
	t     browser.T
	url   string
	token string
	goods []article
}

type fields = map[string]any

// openShop builds posd, fills a folder and opens a shift. All of it goes when t is over.
func openShop(t browser.T, goods int) *shop {
	dir, err := os.MkdirTemp("", "posbox-paint-")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	posd, stock, data := filepath.Join(dir, "posd"), filepath.Join(dir, "goods.csv"), filepath.Join(dir, "data")
	run(t, "go", "build", "-o", posd, "posbox/cmd/posd")
	run(t, posd, "generate", "-goods", fmt.Sprint(goods), "-out", stock)
	must(t, os.Mkdir(data, 0o755))
	run(t, posd, "import", "-data", data, stock)
	s := &shop{t: t, goods: read(t, stock)}
	s.start(exec.Command(posd, "-data", data, "-listen", "127.0.0.1:0", "-demo"))
	token, err := os.ReadFile(filepath.Join(data, "kiosk.token"))
	must(t, err)
	s.token = strings.TrimSpace(string(token))
	s.command("seller.login", fields{"code": "9", "password": "9999"})
	s.command("shift.open", fields{"float": "0"})
	return s
}

func must(t browser.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

func run(t browser.T, name string, args ...string) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, args[0], err, out)
	}
}

// most is how many goods are kept in mind.
const most = 10_000

// read takes from the stock what a scan alone sells.
func read(t browser.T, path string) (all []article) {
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	must(t, err)
	column := map[string]int{}
	for i, name := range head {
		column[name] = i
	}
	for len(all) < most {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		must(t, err)
		barcode, _, _ := strings.Cut(row[column["barcodes"]], "|")
		word, _, _ := strings.Cut(row[column["name"]], " ")
		if len(barcode) == 13 && word != "" && !yes(row[column["weighed"]]) && yes(row[column["active"]]) {
			all = append(all, article{row[column["code"]], barcode, word})
		}
	}
	return all
}

func yes(s string) bool { return s == "тийм" || s == "yes" || s == "true" || s == "1" }

func (s *shop) start(posd *exec.Cmd) {
	posd.Stderr = os.Stderr
	out, err := posd.StdoutPipe()
	must(s.t, err)
	must(s.t, posd.Start())
	s.t.Cleanup(func() {
		posd.Process.Signal(syscall.SIGTERM)
		posd.Wait()
	})
	line := make(chan string, 1)
	go func() {
		sc := bufio.NewScanner(out)
		for sc.Scan() {
			if i := strings.Index(sc.Text(), "http://"); i >= 0 {
				line <- sc.Text()[i:]
				break
			}
		}
		io.Copy(io.Discard, out)
	}()
	select {
	case s.url = <-line:
	case <-time.After(30 * time.Second):
		s.t.Fatalf("posd is not ready within 30 s")
	}
}

// link is the address that lets a browser in.
func (s *shop) link() string { return s.url + "/?token=" + s.token }

// command has something done.
func (s *shop) command(kind string, more fields) {
	var id [16]byte
	rand.Read(id[:])
	more["id"] = fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	more["kind"] = kind
	body, err := json.Marshal(more)
	must(s.t, err)
	s.ask(http.MethodPost, "/api/commands", bytes.NewReader(body), nil)
}

// removeLast takes the line touched last out of the basket again.
func (s *shop) removeLast() {
	var now struct {
		Basket struct {
			ID      string
			Touched int
		}
	}
	s.ask(http.MethodGet, "/api/state", nil, &now)
	s.command("line.remove", fields{"basket": now.Basket.ID, "line": fmt.Sprint(now.Basket.Touched)})
}

// clear leaves no basket as it was.
func (s *shop) clear() {
	var now struct{ Basket struct{ ID string } }
	s.ask(http.MethodGet, "/api/state", nil, &now)
	s.command("basket.drop", fields{"basket": now.Basket.ID})
}

func (s *shop) ask(method, path string, body io.Reader, into any) {
	req, err := http.NewRequest(method, s.url+path, body)
	must(s.t, err)
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(req)
	must(s.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(s.t, err)
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, resp.StatusCode, text)
	}
	if into != nil {
		must(s.t, json.Unmarshal(text, into))
	}
}
