package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"posbox/gokrazy/station"
	"posbox/image/apt"
)

// What the console says, in this order.
const (
	handedOver = "posbox: kernel handed over"
	permMade   = "posbox: perm made"
	tillReady  = "posbox: till ready"
	noStart    = "posbox: no start"
)

// bootLimit is for a busy machine that emulates in software; an idle one needs a tenth.
const bootLimit = 5 * time.Minute

// unless skips a test that lacks something, and fails it where ./test promised that nothing lacks.
func unless(t *testing.T, err error) {
	t.Helper()
	switch {
	case err == nil:
	case long() && os.Getenv("POSBOX_STRICT") != "":
		t.Fatal(err)
	default:
		t.Skipf("NOT TESTED: %v", err)
	}
}

// long says that the box itself is to be built and started.
func long() bool { return os.Getenv("POSBOX_LONG") != "" }

// built is when the image's sources are said to have been committed.
var built = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// imageDir is where theImage put it, if it was asked for.
var imageDir string

// theImage is the vm station's image from the archive's packages, thePC the pc station's; each is made once for all tests.
var (
	theImage = sync.OnceValues(func() (buildOptions, error) { return makeImage("vm") })
	thePC    = sync.OnceValues(func() (buildOptions, error) { return makeImage("pc") })
)

// makeImage makes a station's image in imageDir.
func makeImage(name string) (built buildOptions, err error) {
	if !long() {
		return built, errors.New("./test -long image downloads Debian's packages, builds the box and starts it in QEMU")
	}
	if imageDir == "" {
		if imageDir, err = os.MkdirTemp("", "posbox-box-"); err != nil {
			return built, err
		}
	}
	if built, err = lockedOptions(name, filepath.Join(imageDir, name+".img")); err != nil {
		return built, err
	}
	return built, build(context.Background(), built, os.Stderr)
}

// lockedOptions finds locks that the archive can still serve.
func lockedOptions(name, out string) (o buildOptions, err error) {
	ctx := context.Background()
	o = buildOptions{station: name, out: out, version: 1, built: built}
	if o.locks, err = lockDir(ctx, ""); err != nil {
		return o, err
	}
	s, err := station.Named(o.station)
	if err != nil {
		return o, err
	}
	locked, err := readLocks(o.locks, s)
	if err != nil {
		return o, err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return o, err
	}
	err = cache.Fill(ctx, locked.all())
	if errors.Is(err, apt.ErrDropped) {
		fmt.Fprintf(os.Stderr, "\n*** THE LOCK IS OLD: %v\n*** This run goes on with what the archive has now.\n\n", err)
		o.locks = filepath.Join(filepath.Dir(out), "locks")
		err = writeLocks(ctx, cache.StateDir(), o.locks, os.Stderr)
	}
	return o, err
}

// TestMain removes the image.
func TestMain(m *testing.M) {
	code := m.Run()
	if imageDir != "" {
		os.RemoveAll(imageDir)
	}
	os.Exit(code)
}

// TestTwoBuildsAreTheSame builds from a copy of the sources in another folder, later, in another time zone.
func TestTwoBuildsAreTheSame(t *testing.T) {
	for _, image := range []func() (buildOptions, error){theImage, thePC} {
		one, err := image()
		unless(t, err)
		t.Run(one.station, func(t *testing.T) { buildsTheSame(t, one) })
	}
}

func buildsTheSame(t *testing.T, one buildOptions) {
	root, err := moduleRoot(t.Context())
	must(t, err)
	sources := filepath.Join(t.TempDir(), "elsewhere")
	files, err := exec.Command("git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z").Output()
	unless(t, err)
	for _, f := range strings.Split(strings.TrimRight(string(files), "\x00"), "\x00") {
		copyFile(t, filepath.Join(root, f), filepath.Join(sources, f))
	}
	two := filepath.Join(t.TempDir(), "two.img")
	c := exec.Command("go", "run", "./image", "build", "-station", one.station, "-version", "1", "-built", built.Format(time.RFC3339), "-locks", one.locks, "-out", two)
	c.Dir = sources
	c.Env = append(os.Environ(), "TZ=Pacific/Auckland", "LC_ALL=C", "TMPDIR="+t.TempDir())
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sameFiles(t, one.out, two)
	sameFiles(t, one.out+".manifest.json", two+".manifest.json")
}

func copyFile(t *testing.T, from, to string) {
	b, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return // deleted, not yet committed
	}
	must(t, err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, b, 0o644))
}

// guest is a running box.
type guest struct {
	t      *testing.T
	serial string
	url    string // of the till
	inside string // of files of the guest: see gokrazy/manage
	cmd    *exec.Cmd
	ended  chan struct{}
	said   bytes.Buffer
	from   int // where console begins to read: the file goes on over restarts
}

// start starts an image without its kiosk; the test's end pulls its plug.
func start(t *testing.T, o runOptions) *guest {
	t.Helper()
	o.screenless = true
	return power(t, o)
}

// power starts an image; the test's end pulls its plug.
func power(t *testing.T, o runOptions) *guest {
	t.Helper()
	till, look := freePort(t), freePort(t)
	g := &guest{t: t, serial: filepath.Join(t.TempDir(), "console"), url: fmt.Sprintf("http://127.0.0.1:%d", till),
		inside: fmt.Sprintf("http://127.0.0.1:%d", look), ended: make(chan struct{})}
	o.headless, o.serial = true, g.serial
	must(t, o.forward.Set(fmt.Sprintf("%d:8080", till)), o.forward.Set(fmt.Sprintf("%d:%d", look, station.LookPort)))
	var err error
	g.cmd, err = emulator(context.Background(), o)
	unless(t, err)
	g.cmd.Stdout, g.cmd.Stderr = &g.said, &g.said
	must(t, g.cmd.Start())
	go func() {
		g.cmd.Wait()
		close(g.ended)
	}()
	t.Cleanup(g.cut)
	return g
}

// freePort is one of this machine that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// cut pulls the plug.
func (g *guest) cut() {
	g.cmd.Process.Kill()
	<-g.ended
}

// console is what the box has said so far, or since forget.
func (g *guest) console() string {
	b, _ := os.ReadFile(g.serial)
	return string(b[min(g.from, len(b)):])
}

// forget makes the next waits look at what comes from here on.
func (g *guest) forget() { g.from += len(g.console()) }

// wait waits until the console says a line.
func (g *guest) wait(line string) {
	g.t.Helper()
	for end := time.Now().Add(bootLimit); ; {
		console := g.console()
		if strings.Contains(console, line) {
			return
		}
		select {
		case <-g.ended:
			g.t.Fatalf("the emulator ended: %s\n%s", g.said.String(), console)
		case <-time.After(100 * time.Millisecond):
		}
		if strings.Contains(console, noStart) || time.Now().After(end) {
			g.t.Fatalf("no %q on the console:\n%s", line, console)
		}
	}
}

// get asks the till through the management network. The card may come up a moment after the till.
func (g *guest) get(path string) (status int, body string) {
	g.t.Helper()
	var last error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		resp, err := (&http.Client{Timeout: 10 * time.Second}).Get(g.url + path)
		if last = err; err != nil {
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return resp.StatusCode, string(b)
	}
	g.t.Fatalf("%s: %v\n%s", path, last, g.console())
	return 0, ""
}

// TestBoots starts the same image from every kind of disk.
func TestBoots(t *testing.T) {
	o, err := theImage()
	unless(t, err)
	for _, disk := range []string{"virtio", "nvme", "emmc"} {
		t.Run(disk, func(t *testing.T) {
			g := start(t, runOptions{image: o.out, disk: disk, disposable: true})
			begin := time.Now()
			g.wait(handedOver)
			handed := time.Since(begin)
			g.wait(permMade)
			g.wait(tillReady)
			t.Logf("till ready after %.2f times the way to the kernel's end", float64(time.Since(begin))/float64(handed))
			if status, body := g.get("/api/health"); status != http.StatusOK {
				t.Errorf("health: %d %s", status, body)
			}
			if status, _ := g.get("/api/state"); status != http.StatusUnauthorized && status != http.StatusForbidden {
				t.Errorf("without a token the state answers %d", status)
			}
		})
	}
}

// TestPowerCut: /perm is made once; after the plug was pulled the same one is there.
func TestPowerCut(t *testing.T) {
	o, err := theImage()
	unless(t, err)
	// A copy: the box keeps what it writes.
	image := filepath.Join(t.TempDir(), "vm.img")
	if out, err := exec.Command("cp", "--sparse=always", o.out, image).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	first := start(t, runOptions{image: image, disk: "virtio"})
	first.wait(permMade)
	first.wait(tillReady)
	before := first.head()
	first.cut()

	second := start(t, runOptions{image: image, disk: "virtio"})
	second.wait(tillReady)
	if strings.Contains(second.console(), permMade) {
		t.Error("/perm was made again")
	}
	after := second.head()
	if before.Seq == 0 || after.Seq < before.Seq || after.Seq == before.Seq && after.Hash != before.Hash {
		t.Errorf("journal before the power cut %+v, after it %+v", before, after)
	}
}

// journalHead is the newest record as /api/health tells it.
type journalHead struct {
	Seq  uint64
	Hash string
}

func (g *guest) head() journalHead {
	g.t.Helper()
	status, body := g.get("/api/health")
	var h struct{ Journal journalHead }
	if err := json.Unmarshal([]byte(body), &h); err != nil || status != http.StatusOK {
		g.t.Fatalf("health: %d %v %s", status, err, body)
	}
	return h.Journal
}
