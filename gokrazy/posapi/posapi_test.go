package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"posbox/gokrazy/station"
)

// aBox says that the test runs in a network of its own, which stands for a box's.
const aBox = "POSBOX_TEST_IS_BOX"

func TestMain(m *testing.M) {
	if os.Getenv(inside) != "" { // run starts its own program again
		main()
	}
	os.Exit(m.Run())
}

const (
	boxLAN  = "192.168.77.1"
	shopLAN = "192.168.77.2"
)

// TestApart runs PosAPI on what stands for a box with a network of the shop: whom it reaches, who reaches it, what it may write, and
// that it ends with its program. It needs root and a kernel with network namespaces, nftables and overlays.
func TestApart(t *testing.T) {
	if os.Getenv(aBox) == "" {
		apart(t)
		return
	}
	b := newBox(t)
	b.reaches()
	b.keeps()
	b.ends()
}

// apart starts this test again in a network and with mounts of its own.
func apart(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	c := exec.Command(os.Args[0], "-test.run=^TestApart$", "-test.v")
	c.Env = append(os.Environ(), aBox+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	out, err := c.CombinedOutput()
	switch {
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	case err != nil && len(out) == 0:
		t.Skip("no namespaces here: ", err)
	case err != nil:
		t.Fatalf("%v\n%s", err, out)
	}
}

// box is a machine with PosAPI on it.
type box struct {
	t    *testing.T
	at   place
	stop context.CancelFunc
	done chan error
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newBox(t *testing.T) *box {
	must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	dir := t.TempDir()
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755"))
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	b := &box{t: t, at: place{Userland: dir + "/ui", Data: dir + "/perm", Run: dir + "/run", Resolv: dir + "/resolv.conf", Program: "/opt/posapi/vendor"}, done: make(chan error, 1)}
	for _, d := range []string{"/ui/opt/posapi", "/ui/var/lib/posapi", "/ui/etc", "/ui/run", "/ui/proc", "/ui/dev", "/ui/tmp"} {
		must(t, os.MkdirAll(dir+d, 0o755))
	}
	build := exec.Command("go", "build", "-o", dir+"/ui/opt/posapi/vendor", "./testdata/vendor")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, d := range []string{"/ui/opt/posapi", "/ui/var/lib/posapi"} {
		must(t, os.Chown(dir+d, station.PosAPIUser, station.PosAPIUser))
	}
	must(t, os.Symlink("/run/resolv.conf", dir+"/ui/etc/resolv.conf"))
	must(t, os.WriteFile(b.at.Resolv, []byte("nameserver 1.2.3.4\n"), 0o644))
	lo, err := netlink.LinkByName("lo")
	must(t, err)
	must(t, netlink.LinkSetUp(lo))
	b.shop(dir + "/ui/opt/posapi/vendor")
	b.start()
	return b
}

// shop makes a machine of the shop's network, which takes the box for its gateway.
func (b *box) shop(program string) {
	c := exec.Command(program, "-card", "lan1", "-ip", shopLAN+"/24", "-via", boxLAN)
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	must(b.t, c.Start())
	b.t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	must(b.t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "lan0"}, PeerName: "lan1", PeerNamespace: netlink.NsPid(c.Process.Pid)}))
	link, err := netlink.LinkByName("lan0")
	must(b.t, err)
	a, err := netlink.ParseAddr(boxLAN + "/24")
	must(b.t, err)
	must(b.t, netlink.AddrAdd(link, a))
	must(b.t, netlink.LinkSetUp(link))
	b.until("the shop's machine answers", func() bool { return strings.HasPrefix(b.get(shopLAN+":7080", "/rest/info"), "seen") })
}

func (b *box) start() {
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	go func() { b.done <- run(ctx, b.at) }()
	b.until("PosAPI answers", func() bool {
		select {
		case err := <-b.done:
			if strings.Contains(fmt.Sprint(err), "network:") || strings.Contains(fmt.Sprint(err), "operation not permitted") {
				b.t.Skip("this kernel lacks something: ", err)
			}
			b.t.Fatal("it ended: ", err)
		default:
		}
		return strings.HasPrefix(b.get(posapiAt, "/rest/info"), "seen")
	})
	b.t.Cleanup(stop)
}

var posapiAt = fmt.Sprintf("%s:%d", station.PosAPIAddress, station.PosAPIPort)

func (b *box) until(what string, is func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatal("not true: ", what)
		}
	}
}

// get asks as root, which posd is.
func (b *box) get(host, path string) string {
	c := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Get("http://" + host + path)
	if err != nil {
		return "no: " + err.Error()
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}

// reaches: PosAPI gets out under the box's address and to nothing of the box; root gets in, other users and the shop do not.
func (b *box) reaches() {
	l, err := net.Listen("tcp", "0.0.0.0:8080")
	must(b.t, err)
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "seen by posd") }))
	defer l.Close()
	b.until("PosAPI gets out under the box's address", func() bool {
		return strings.HasPrefix(b.get(posapiAt, "/try?at="+shopLAN+":7080"), "seen "+boxLAN+":")
	})
	for _, host := range []string{station.PosAPIHost, boxLAN, "127.0.0.1"} {
		if got := b.get(posapiAt, "/try?at="+host+":8080"); !strings.HasPrefix(got, "no") {
			b.t.Errorf("PosAPI reaches the box at %s: %s", host, got)
		}
	}
	if got := b.get(shopLAN+":7080", "/try?at="+posapiAt); !strings.HasPrefix(got, "no") {
		b.t.Errorf("the shop's network reaches PosAPI: %s", got)
	}
	if got := b.get(shopLAN+":7080", "/try?at="+boxLAN+":7080"); !strings.HasPrefix(got, "no") {
		b.t.Errorf("the shop's network reaches PosAPI at the box's address: %s", got)
	}
	curl := exec.Command("/proc/self/exe", "-test.run=^TestAsAnother$")
	curl.Env = append(os.Environ(), "POSBOX_TEST_DIAL="+posapiAt)
	curl.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 1000, Gid: 1000}}
	if out, err := curl.CombinedOutput(); err != nil || !strings.Contains(string(out), "cannot be reached") {
		b.t.Errorf("another user of the box reaches PosAPI: %v\n%s", err, out)
	}
}

// TestAsAnother is the other user.
func TestAsAnother(t *testing.T) {
	at := os.Getenv("POSBOX_TEST_DIAL")
	if at == "" {
		return // TestApart starts it
	}
	c, err := net.DialTimeout("tcp", at, time.Second)
	if err != nil {
		fmt.Println("cannot be reached")
		return
	}
	c.Close()
	fmt.Println("was reached")
}

// keeps: it is a user without rights that sees nobody, and what it writes outlives it.
func (b *box) keeps() {
	who := b.get(posapiAt, "/who")
	for _, want := range []string{fmt.Sprintf("uid %d ", station.PosAPIUser), "in /opt/posapi ", "home " + home, `names "nameserver 1.2.3.4\n"`, fmt.Sprintf("devices %d", len(devices))} {
		if !strings.Contains(who, want) {
			b.t.Errorf("no %q in %s", want, who)
		}
	}
	for path, may := range map[string]bool{"/opt/posapi/posapi.ini": true, home + "/db.sqlite": true, "/etc/passwd": false, "/x": false, "/dev/x": false} {
		if got := b.get(posapiAt, "/write?at="+path); (got == "%!v(<nil>)" || got == "<nil>") != may {
			b.t.Errorf("writing %s: %s", path, got)
		}
	}
	kept := filepath.Join(b.at.Data, "files/opt/posapi/posapi.ini")
	if _, err := os.Stat(kept); err != nil {
		b.t.Error("what it writes is not kept: ", err)
	}
	if _, err := os.Stat(b.at.Userland + "/opt/posapi/posapi.ini"); err == nil {
		b.t.Error("it has written into the userland")
	}
	must(b.t, os.WriteFile(b.at.Resolv, []byte("nameserver 5.6.7.8\n"), 0o644))
	b.until("another server of names is known", func() bool { return strings.Contains(b.get(posapiAt, "/who"), "5.6.7.8") })
}

// ends: the program's end is ours, so that it is started again; ours is its end.
func (b *box) ends() {
	b.get(posapiAt, "/end")
	select {
	case err := <-b.done:
		if err == nil {
			b.t.Error("nobody says that PosAPI has ended")
		}
	case <-time.After(time.Minute):
		b.t.Fatal("PosAPI has ended, and nobody noticed")
	}
	b.start() // again, over what is left
	if got := b.get(posapiAt, "/try?at="+shopLAN+":7080"); !strings.HasPrefix(got, "seen") {
		b.t.Errorf("after a restart: %s", got)
	}
	b.stop()
	<-b.done
	if got := b.get(posapiAt, "/rest/info"); !strings.HasPrefix(got, "no") {
		b.t.Errorf("PosAPI outlives its supervisor: %s", got)
	}
}

func FuzzVendor(f *testing.F) {
	f.Add([]byte(`{"package":"posapi 3.2.48","program":"/opt/posapi/PosService"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := station.ParseVendor(b); err == nil && !strings.HasPrefix(v.Program, "/") {
			t.Errorf("%+v", v)
		}
	})
}
