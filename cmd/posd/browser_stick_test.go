package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	boxfile "posbox/gokrazy/box"
	"posbox/gokrazy/stick"
	"posbox/web/browser"
)

// folder is a USB stick that is a folder: nobody has to be root to plug it in.
type folder struct {
	root string
	in   atomic.Bool
}

var _ sticks = (*folder)(nil)

func (f *folder) Find() ([]stick.Stick, error) {
	if !f.in.Load() {
		return nil, stick.ErrNone
	}
	return []stick.Stick{{Disk: "sdb", Device: "/dev/sdb1", Name: "Kingston", Bytes: 16 << 30}}, nil
}

func (f *folder) Read(_ stick.Stick, do func(string) error) error  { return do(f.root) }
func (f *folder) Write(_ stick.Stick, do func(string) error) error { return do(f.root) }

func (f *folder) put(t *testing.T, name, text string, at time.Time) {
	t.Helper()
	path := filepath.Join(f.root, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(text), 0o644))
	must(t, os.Chtimes(path, at, at))
}

// startBox runs the till as on a box of ours, in this very process: what sticks in it are folders.
func startBox(t *testing.T, plugged sticks) *box {
	t.Helper()
	run := t.TempDir()
	must(t, boxfile.Put(run, boxfile.PermFile, boxfile.Perm{State: boxfile.PermOK}))
	b := &box{t: t, dir: filepath.Join(t.TempDir(), "posbox"), http: &http.Client{Timeout: patience}}
	must(t, os.Mkdir(b.dir, 0o755))
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, flags{data: b.dir, listen: "127.0.0.1:0", printer: "none", demo: true, box: run, sticks: plugged}, in, io.Discard)
		in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && err != context.Canceled {
			t.Errorf("posd ends: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	_, address, ok := strings.Cut(line, "http://")
	if !ok {
		t.Fatalf("posd says %q", line)
	}
	go io.Copy(io.Discard, out)
	token, err := os.ReadFile(flags{data: b.dir}.tokenAt())
	must(t, err)
	b.url, b.token = "http://"+strings.TrimSpace(address), strings.TrimSpace(string(token))
	return b
}

// importFromStick: on a box the browser opens no files. What sticks in it is listed when the page is opened and looked at
// again by F4; a file with an error changes nothing, the mended one sells with the next scan; by keys alone.
func importFromStick(t *testing.T, br *browser.Browser) {
	usb := &folder{root: t.TempDir()}
	b := startBox(t, usb)
	b.open()
	s := open(t, br, b)
	s.Refuses(http.StatusNotFound, http.StatusConflict)
	s.Stage("sell")
	s.Press("Home")
	s.Tap("menu-goods")
	s.Stage("owner/goods")
	s.Press("F7")
	s.Stage("owner/import")
	s.Shown("import-none") // no stick sticks in it, and what to do
	s.Count("import-stick-file", 0)
	s.Gone("import-file") // no file dialog, which a box does not have

	day := time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	usb.put(t, "new goods/goods.csv", "code,name,barcodes,price\nN1,\xd8\xe8\xed\xfd \xf2\xe0\xeb\xf5,"+unknown+",2750\n1001,\xd1\xbf\xbf 3.2% 1\xeb,"+milk+",4300\n", day)
	usb.put(t, "bad.csv", "code,name,price\nN2,Буруу,12a\n", day.Add(time.Hour))
	usb.put(t, "photo.jpg", "no goods", day)
	usb.in.Store(true)
	s.Press("F4")
	s.Count("import-stick-file", 2)
	s.Say("the newest stands first", "import-stick-file", func(rows []string) bool {
		return len(rows) == 2 && strings.Contains(rows[0], "bad.csv") && strings.Contains(rows[0], "Kingston") && strings.Contains(rows[1], "newgoods/goods.csv")
	})

	s.Press("Enter")
	s.Says("import-bad", "1")
	s.Count("import-problem", 1)
	s.Press("F9") // there is no way forward
	s.Settle()
	if n := len(s.facts(b, "import.asked")); n != 0 {
		t.Fatalf("%d facts of an import of a bad file", n)
	}

	s.Press("ArrowDown")
	s.Press("Enter")
	s.Says("import-added", "1")
	s.Says("import-changed", "1")
	s.Says("import-bad", "0")
	s.Press("F9")
	s.Shown("import-job", "state", "done")
	if f := s.facts(b, "goods.imported"); len(f) != 1 {
		t.Errorf("facts: %v", f)
	}
	s.Press("Escape")
	s.Stage("owner/goods")
	s.at("sell")
	s.Scan(unknown)
	s.Scan(milk)
	s.Says("total", "7050₮")
	s.Until("its name came out of Windows-1251", `document.body.textContent.includes('Шинэ талх')`)

	usb.in.Store(false) // pulled while its files are still shown
	s.at("owner/import")
	s.Shown("import-none")
	s.Count("import-stick-file", 0)
}
