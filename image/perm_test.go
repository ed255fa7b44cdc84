package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"posbox/gokrazy/box"
	"posbox/gokrazy/gpt"
)

// look reads a file of the guest.
func (g *guest) look(path string) string {
	g.t.Helper()
	var last error
	for end := ending(g.t, screenLimit); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		resp, err := (&http.Client{Timeout: time.Minute}).Get(g.inside + path)
		if last = err; err != nil {
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return string(b)
		}
		last = fmt.Errorf("%s %s", resp.Status, b)
	}
	g.t.Fatalf("%s: %v\n%s", path, last, g.console())
	return ""
}

// ask sends a request of the screen.
func (g *guest) ask(method, path, body string) (status int, answer string) {
	g.t.Helper()
	req, err := http.NewRequest(method, g.url+path, strings.NewReader(body))
	must(g.t, err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(g.look("/run/posbox/kiosk.token")))
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: within(g.t, screenLimit)}).Do(req)
	must(g.t, err)
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// tells waits until a file of the box says what it should.
func (g *guest) tells(file string, into any, well func() bool) {
	g.t.Helper()
	for end := ending(g.t, screenLimit); ; time.Sleep(time.Second) {
		text := g.look(box.Run + "/" + file)
		if err := json.Unmarshal([]byte(text), into); err == nil && well() {
			return
		}
		if time.Now().After(end) {
			g.t.Fatalf("%s: %s\n%s", file, text, g.console())
		}
	}
}

// TestPermInTheBox: on a larger disk, in a network, with a stick, then with an address of its own; then with the disk damaged and no network; then repaired.
func TestPermInTheBox(t *testing.T) {
	inTurn(t, 90)
	image, err := theImage()
	unless(t, err)
	stick := filepath.Join(t.TempDir(), "stick")
	must(t, os.WriteFile(stick, nil, 0o600), os.Truncate(stick, 300<<20))
	if out, err := exec.Command("/usr/sbin/mkfs.vfat", "-F", "32", stick).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.vfat: %v %s", err, out)
	}
	o := runOptions{image: image.out, disk: "virtio", size: "12G", overlay: filepath.Join(t.TempDir(), "disk"), lan: true, stick: stick, direct: filepath.Join(t.TempDir(), "boot"), bare: true}

	g := start(t, o)
	g.wait("posbox: perm grown")
	g.wait(tillReady)
	var perm box.Perm
	g.tells(box.PermFile, &perm, func() bool { return perm.State == box.PermOK && perm.Grown })
	var n box.Network
	g.tells(box.NetFile, &n, func() bool { return n.State == box.NetOnline && strings.HasPrefix(n.Address, "10.0.3.") })
	var c box.Clock
	g.tells(box.ClockFile, &c, func() bool { return c.Set() })
	nothingListens(t, g)
	if mounts := g.look("/proc/mounts"); !regexp.MustCompile(`(?m)^\S+ / squashfs ro`).MatchString(mounts) || !strings.Contains(mounts, "/perm ext4 rw,nosuid,nodev,noatime,errors=remount-ro") {
		t.Errorf("mounts:\n%s", mounts)
	}
	command := asOwner(t, g)
	onStick(t, g)
	for _, setting := range []string{`"network.address","value":"10.0.3.77/24"`, `"network.gateway","value":"10.0.3.2"`, `"network.mode","value":"static"`} {
		command("setting.set", `,"path":`+setting)
	}
	g.tells(box.NetFile, &n, func() bool {
		return n.State == box.NetOnline && n.Mode == box.ModeStatic && n.Address == "10.0.3.77/24" && n.Gateway == "10.0.3.2"
	})
	id, head := g.look("/perm/machine-id"), g.head()
	g.cut()
	if names := listFAT(t, stick); !strings.Contains(names, "posbox") {
		t.Errorf("on the stick:\n%s", names)
	}

	scribblePerm(t, o.overlay)
	o.lan, o.stick = false, ""
	g = start(t, o)
	g.wait("posbox: perm damaged")
	if status, body := g.get("/api/health"); status != http.StatusServiceUnavailable || !strings.Contains(body, "perm.damaged") {
		t.Errorf("health: %d %s", status, body)
	}
	g.tells(box.PermFile, &perm, func() bool { return perm.State == box.PermDamaged && perm.Detail != "" })
	g.tells(box.NetFile, &n, func() bool { return n.State == box.NetNoCard })
	if status, body := g.ask(http.MethodPost, "/api/box/repair", ""); status != http.StatusOK {
		t.Fatalf("repair: %d %s", status, body)
	}
	g.wait("posbox: perm repaired, starting again")
	g.wait(tillReady)
	if now := g.look("/perm/machine-id"); now != id {
		t.Errorf("the box had the id %q and has %q", id, now)
	}
	if after := g.head(); after.Seq < head.Seq {
		t.Errorf("journal before %+v, after %+v", head, after)
	}
}

// nothingListens: no socket is open to others than the box itself, but for the management card of the vm station.
func nothingListens(t *testing.T, g *guest) {
	t.Helper()
	const listening, unconnected = "0A", "07"
	for _, file := range []string{"tcp", "tcp6", "udp", "udp6", "raw"} {
		for _, line := range strings.Split(g.look("/proc/net/"+file), "\n")[1:] {
			f := strings.Fields(line)
			if len(f) < 4 || f[3] != listening && f[3] != unconnected {
				continue
			}
			local, _, _ := strings.Cut(f[1], ":")
			if local != "0100007F" && local != "0F02000A" { // 127.0.0.1, 10.0.2.15
				t.Errorf("%s: %s is open", file, f[1])
			}
		}
	}
}

// asOwner gives commands as the shop's owner, who is made by the first two.
func asOwner(t *testing.T, g *guest) (command func(kind, more string)) {
	t.Helper()
	id := 0
	command = func(kind, more string) {
		t.Helper()
		id++
		body := fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012d","kind":%q%s}`, id, kind, more)
		if status, answer := g.ask(http.MethodPost, "/api/commands", body); status != http.StatusOK {
			t.Fatalf("%s: %d %s", kind, status, answer)
		}
	}
	command("seller.set", `,"code":"9","name":"Эзэн","password":"9999","role":"owner"`)
	command("seller.login", `,"code":"9","password":"9999"`)
	return command
}

// onStick takes logs and sales away.
func onStick(t *testing.T, g *guest) {
	t.Helper()
	for end := ending(t, screenLimit); ; time.Sleep(time.Second) {
		if _, answer := g.ask(http.MethodGet, "/api/box", ""); strings.Contains(answer, `"sticks":[{`) {
			break
		} else if time.Now().After(end) {
			t.Fatalf("the stick is not found: %s", answer)
		}
	}
	for _, what := range []string{"logs", "copy"} {
		if status, answer := g.ask(http.MethodPost, "/api/box/"+what, ""); status != http.StatusOK {
			t.Errorf("%s to the stick: %d %s", what, status, answer)
		}
	}
	if _, answer := g.ask(http.MethodGet, "/api/logs?of=box&limit=2000", ""); !strings.Contains(answer, `"program":"kernel"`) || !strings.Contains(answer, `"program":"posd"`) {
		t.Errorf("logs of the box: %.600s", answer)
	}
}

// listFAT lists a FAT file system by a stranger's eyes: names in directory entries.
func listFAT(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	b := make([]byte, 8<<20)
	n, err := io.ReadFull(f, b)
	if err != nil && n == 0 {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("POSBOX     ")) || bytes.Contains(b, []byte("p\x00o\x00s\x00b\x00o\x00x\x00")) {
		return "posbox"
	}
	return ""
}

// scribblePerm writes over the beginning of /perm, as a dying disk would.
func scribblePerm(t *testing.T, disk string) {
	t.Helper()
	table, err := gpt.BoxTable(0)
	must(t, err)
	perm, _ := table.Named(gpt.Perm)
	out, err := exec.Command("qemu-io", "-c", fmt.Sprintf("write -P 0x58 %d 65536", perm.Start()), disk).CombinedOutput()
	if err != nil {
		t.Fatalf("qemu-io: %v %s", err, out)
	}
}

// TestFullPerm: a disk without room starts, says so and loses nothing; the logs have given way.
func TestFullPerm(t *testing.T) {
	inTurn(t, 50)
	o, err := theImage()
	unless(t, err)
	image := ownCopy(t, o.out)
	run := runOptions{image: image, disk: "virtio", direct: filepath.Join(t.TempDir(), "boot"), bare: true}
	g := start(t, run)
	g.wait(tillReady)
	head := g.head()
	g.cut()

	table, err := gpt.BoxTable(0)
	must(t, err)
	perm, _ := table.Named(gpt.Perm)
	fs := fmt.Sprintf("%s?offset=%d", image, perm.Start())
	big := filepath.Join(t.TempDir(), "big")
	must(t, os.WriteFile(big, bytes.Repeat([]byte("x"), int(gpt.SmallestPerm)), 0o600))
	// The host's tools play the file system's own journal first. Writing ends where the room does.
	exec.Command("/usr/sbin/e2fsck", "-p", fs).Run()
	exec.Command("/usr/sbin/debugfs", "-w", "-R", "write "+big+" big", fs).Run()

	g = start(t, run)
	g.wait("posbox: perm full")
	var p box.Perm
	g.tells(box.PermFile, &p, func() bool { return p.State == box.PermFull })
	status, body := g.get("/api/health")
	t.Logf("health of a full box: %d %s", status, body)
	var h struct{ Journal journalHead }
	must(t, json.Unmarshal([]byte(body), &h))
	if h.Journal.Seq < head.Seq {
		t.Errorf("journal before %+v, after %+v", head, h.Journal)
	}
	if _, state := g.ask(http.MethodGet, "/api/state", ""); !strings.Contains(state, "disk.low") && !strings.Contains(state, "journal.full") {
		t.Errorf("the screen does not say that the disk is full: %.2000s", state)
	}
}
