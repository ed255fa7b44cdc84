package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

func pi(t *testing.T) station.Station {
	s, err := station.Named("pi")
	must(t, err)
	return s
}

// toyModule is an archive as the module proxy gives it.
func toyModule(t *testing.T, files map[string]string) *zip.Reader {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, content)
		must(t, err)
	}
	must(t, z.Close())
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	return r
}

// TestGoModule: the sum is the one that go.sum has; one other byte, another name or one more file is noticed.
func TestGoModule(t *testing.T) {
	m := goModule{"example.org/m", "v1.0.0", "h1:n7B++o2VSq0WNMI9Ak/m/agzdev3c1NBiPN2ZGHqM1k="}
	files := map[string]string{"example.org/m@v1.0.0/go.mod": "module example.org/m\n", "example.org/m@v1.0.0/lib/a.dtb": "board"}
	tr, err := m.unpack(toyModule(t, files))
	must(t, err)
	if b, err := bytesOf(tr, "/lib/a.dtb"); err != nil || string(b) != "board" {
		t.Errorf("%q %v", b, err)
	}
	for name, change := range map[string]map[string]string{
		"another byte":  {"example.org/m@v1.0.0/lib/a.dtb": "Board"},
		"one more file": {"example.org/m@v1.0.0/lib/b.dtb": ""},
		"another name":  {"example.org/n@v1.0.0/x": ""},
	} {
		changed := map[string]string{}
		for _, from := range []map[string]string{files, change} {
			for name, content := range from {
				changed[name] = content
			}
		}
		if _, err := m.unpack(toyModule(t, changed)); err == nil {
			t.Errorf("%s was not noticed", name)
		}
	}
}

func TestEmbeddedConfig(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, "CONFIG_A=y\n")
	must(t, z.Close())
	kernel := "MZ....IKCFG_ST" + packed.String() + "IKCFG_ED...."
	if b, err := embeddedConfig([]byte(kernel)); err != nil || string(b) != "CONFIG_A=y\n" {
		t.Errorf("%q %v", b, err)
	}
	for _, bad := range []string{"", "IKCFG_STxIKCFG_ED", "IKCFG_ST" + packed.String()} {
		if _, err := embeddedConfig([]byte(bad)); err == nil {
			t.Errorf("%q was taken for a kernel with its configuration", bad)
		}
	}
}

func FuzzEmbeddedConfig(f *testing.F) {
	f.Add([]byte("IKCFG_ST\x1f\x8bIKCFG_ED"))
	f.Fuzz(func(t *testing.T, b []byte) { embeddedConfig(b) })
}

// toyPi are the files that a Pi starts from.
func toyPi(t *testing.T) (k *kernelFiles, fw *tree.Tree) {
	k, fw = toyKernel(t), tree.New()
	k.source = tree.New()
	for _, m := range piMust {
		switch {
		case strings.HasPrefix(m.path, "/start") || strings.HasPrefix(m.path, "/fixup"):
			must(t, fw.AddBytes(m.path, 0o644, []byte("firmware")))
		case strings.Contains(m.path, "dtb") || m.path == "/vmlinuz":
			must(t, k.source.AddBytes(m.path, 0o644, []byte("kernel's")))
		}
	}
	must(t, k.source.AddBytes("/bcm2710-rpi-3-b.dtb", 0o644, []byte("a Pi 3")))
	return k, fw
}

func TestPiTrees(t *testing.T) {
	k, fw := toyPi(t)
	programs := map[string][]byte{initramfsPackage: []byte("initramfs")}
	first, slot, err := piTrees(pi(t), k, fw, programs)
	must(t, err)
	text, err := bytesOf(first, "/autoboot.txt")
	must(t, err)
	if want := "[all]\ntryboot_a_b=1\nboot_partition=7\n[tryboot]\nboot_partition=8\n"; string(text) != want || len(text) > 512 {
		t.Errorf("%q", text)
	}
	line, err := bytesOf(slot, "/cmdline.txt")
	must(t, err)
	if !strings.HasPrefix(string(line), gpt.RootArgument(1)+" ") || strings.Count(string(line), "\n") != 1 {
		t.Errorf("%q", line)
	}
	if _, err := slot.Lookup("/bcm2710-rpi-3-b.dtb"); err == nil {
		t.Error("a board that cannot start from it is on it")
	}
	table, err := gpt.PiTable(0)
	must(t, err, checkAutoboot(table, first))
	first.Remove("/autoboot.txt")
	must(t, first.AddBytes("/autoboot.txt", 0o644, []byte(autoboot(8, 7))))
	if err := checkAutoboot(table, first); err == nil {
		t.Error("an image that starts from the empty slot was taken")
	}
	fw.Remove("/start4.elf")
	if _, _, err := piTrees(pi(t), k, fw, programs); err == nil || !strings.Contains(err.Error(), "start4.elf") {
		t.Errorf("without firmware: %v", err)
	}
}

// TestPiTable: gokrazy's init wants the roots as 2 and 3 and /perm as 4, last on the disk.
func TestPiTable(t *testing.T) {
	table, err := gpt.PiTable(8 << 30)
	must(t, err)
	for name, number := range map[string]int{gpt.ESP: 1, gpt.RootA: 2, gpt.RootB: 3, gpt.Perm: 4, gpt.BootA: 7, gpt.BootB: 8} {
		if p, ok := table.Named(name); !ok || p.Number != number {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if last := table.Partitions[len(table.Partitions)-1]; last.Name != gpt.Perm || !table.IsBox() {
		t.Errorf("%+v", table)
	}
}

// TestPiProgramRuns starts the Pi's posd under an emulated processor: it serves and says that it can sell.
func TestPiProgramRuns(t *testing.T) {
	emulate, err := exec.LookPath("qemu-aarch64-static")
	unless(t, err)
	inTurnAfterScreen(t, 70)
	built, err := compile(t.Context(), pi(t), 1)
	must(t, err)
	dir := t.TempDir()
	program := filepath.Join(dir, "posd")
	must(t, os.WriteFile(program, built["posbox/cmd/posd"], 0o755))
	ctx, cancel := context.WithDeadline(t.Context(), ending(t, bootLimit))
	defer cancel()
	c := exec.CommandContext(ctx, emulate, program, "-data", filepath.Join(dir, "data"), "-listen", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	must(t, err)
	var said bytes.Buffer
	c.Stderr = &said
	must(t, c.Start())
	defer func() {
		c.Process.Kill()
		c.Wait()
	}()
	url := readyURL(t, out, &said)
	resp, err := http.Get(url + "/api/health")
	must(t, err)
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"journal"`)) {
		t.Errorf("health: %d %s", resp.StatusCode, body)
	}
}

// readyURL waits for posd's word.
func readyURL(t *testing.T, out io.Reader, said *bytes.Buffer) string {
	var all []byte
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		all = append(all, buf[:n]...)
		if m := regexp.MustCompile(`till ready (http://[0-9.:]+)`).FindSubmatch(all); m != nil {
			return string(m[1])
		}
		if err != nil {
			t.Fatalf("posd ended: %v\n%s%s", err, all, said)
		}
	}
}

// TestCheckPrograms: an image whose programs are another processor's is told.
func TestCheckPrograms(t *testing.T) {
	own, err := os.ReadFile("/proc/self/exe")
	must(t, err)
	for _, s := range []station.Station{pi(t), vm(t)} {
		root := tree.New()
		must(t, root.AddBytes("/gokrazy/init", 0o755, own))
		for _, p := range s.Programs {
			must(t, root.AddBytes(p.Path(), 0o755, own))
		}
		if err := checkPrograms(s, root); (err == nil) != (s.GOARCH() == runtime.GOARCH) {
			t.Errorf("programs of this machine on station %s: %v", s.Name, err)
		}
		root.Remove(s.Programs[0].Path())
		if err := checkPrograms(s, root); err == nil {
			t.Errorf("station %s without %s was accepted", s.Name, s.Programs[0].Name)
		}
	}
}
