package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/kernel"
	"posbox/gokrazy/kmod"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// goModule is a Go module whose files go onto a Pi. Its sum is the one of go.sum: it locks as a lock file does. It is not
// in go.mod: whoever only wants to build posd need not fetch 70 MB of kernel.
type goModule struct{ path, version, sum string }

// What gokrazy builds and publishes for the Raspberry Pi.
var (
	piKernel   = goModule{"github.com/gokrazy/kernel.rpi", "v0.0.0-20251127164438-9778ec0261de", "h1:RSLWj1Ska9s4cl+n/bC5LY4s8vLr+tZoO2vMm/wGP64="}
	piFirmware = goModule{"github.com/gokrazy/firmware", "v0.0.0-20260522070551-527ce0ed43cf", "h1:WRmvIwhtcWJfHnrfpfXWPh3Xq6Lztn0y5l3li+NjaYw="}
)

// files fetches the module and returns its files, after a look at every byte.
func (m goModule) files(ctx context.Context) (*tree.Tree, error) {
	c := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.path+"@"+m.version)
	c.Dir = os.TempDir() // no go.mod: nothing is added to ours
	c.Env = append(os.Environ(), "GOFLAGS=", "GO111MODULE=on")
	out, err := c.Output()
	var said struct{ Zip, Error string }
	if jsonErr := json.Unmarshal(out, &said); jsonErr != nil || said.Error != "" || err != nil {
		return nil, fmt.Errorf("go mod download %s: %s: %w", m.path, said.Error, errors.Join(err, jsonErr))
	}
	z, err := zip.OpenReader(said.Zip)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return m.unpack(&z.Reader)
}

// unpack reads a module's archive and compares it with the sum: SHA-256 of lines of each file's SHA-256 and name
// (golang.org/x/mod/sumdb/dirhash, Hash1).
func (m goModule) unpack(z *zip.Reader) (*tree.Tree, error) {
	t, sum := tree.New(), sha256.New()
	files := slices.Clone(z.File)
	slices.SortFunc(files, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range files {
		b, err := readZip(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		fmt.Fprintf(sum, "%x  %s\n", sha256.Sum256(b), f.Name)
		name, inside := strings.CutPrefix(f.Name, m.path+"@"+m.version)
		if !inside {
			return nil, fmt.Errorf("%s is no file of %s", f.Name, m.path)
		}
		n := &tree.Node{Kind: tree.File, Mode: 0o644, Data: bytes.NewReader(b), Size: int64(len(b)), Package: m.path + "=" + m.version}
		if err := t.Add(name, n); err != nil {
			return nil, err
		}
	}
	if got := "h1:" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != m.sum {
		return nil, fmt.Errorf("%s@%s is not what the lock says: %s", m.path, m.version, got)
	}
	return t, nil
}

// maxModuleFile is far above the largest, the kernel.
const maxModuleFile = 256 << 20

func readZip(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > maxModuleFile {
		return nil, errors.New("too large")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxModuleFile))
}

// piKernelFiles is the Pi's kernel, checked as Debian's is.
func piKernelFiles(ctx context.Context) (*kernelFiles, error) {
	t, err := piKernel.files(ctx)
	if err != nil {
		return nil, err
	}
	image, err := bytesOf(t, "/vmlinuz")
	if err != nil {
		return nil, err
	}
	raw, err := embeddedConfig(image)
	if err != nil {
		return nil, err
	}
	return checkedKernel(t, image, raw, kernel.PiNeeds, func(all *kmod.Index) *kmod.Index { return all }) // few are no part of the kernel itself
}

// embeddedConfig finds the configuration that a kernel carries (CONFIG_IKCONFIG): gzip between two marks.
func embeddedConfig(image []byte) ([]byte, error) {
	_, after, ok := bytes.Cut(image, []byte("IKCFG_ST"))
	packed, _, end := bytes.Cut(after, []byte("IKCFG_ED"))
	if !ok || !end {
		return nil, errors.New("the kernel does not carry its configuration")
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("the kernel's configuration: %w", err)
	}
	return io.ReadAll(io.LimitReader(z, 4<<20))
}

// autoboot tells the Pi's firmware which partition to start from, and which one after a "reboot with tryboot": an update is
// tried by such a start, and confirmed by exchanging the numbers (Raspberry Pi documentation, "autoboot.txt").
func autoboot(usual, trial int) string {
	return fmt.Sprintf("[all]\ntryboot_a_b=1\nboot_partition=%d\n[tryboot]\nboot_partition=%d\n", usual, trial)
}

// piConfig is the firmware's settings. The screen's driver is the kernel's own; no serial console, its pins are a device's.
const piConfig = `arm_64bit=1
kernel=vmlinuz
initramfs initrd followkernel
dtoverlay=vc4-kms-v3d
max_framebuffers=2
disable_overscan=1
disable_splash=1
enable_uart=0
camera_auto_detect=0
display_auto_detect=1
`

// piBoards begin the names of the boards' descriptions: those whose firmware knows autoboot.txt.
var piBoards = []string{"bcm2711-", "bcm2712"}

// piTrees makes the partition that says which slot, and slot a's own.
func piTrees(s station.Station, k *kernelFiles, fw *tree.Tree, programs map[string][]byte) (first, slot *tree.Tree, err error) {
	initrd, err := initialFiles(k, programs[initramfsPackage])
	if err != nil {
		return nil, nil, err
	}
	first, slot = tree.New(), tree.New()
	err = errors.Join(first.AddBytes("/autoboot.txt", 0o644, []byte(autoboot(gpt.BootNumberA, gpt.BootNumberB))),
		slot.AddBytes("/config.txt", 0o644, []byte(piConfig)),
		slot.AddBytes("/cmdline.txt", 0o644, []byte(piCommandLine(s, bootdisk.A))),
		slot.AddBytes("/initrd", 0o644, initrd),
		copyFiles(slot, k.source, "", func(name string) bool { return name == "vmlinuz" || isBoard(name) }),
		copyFiles(slot, k.source, "/overlays", func(name string) bool { return path.Ext(name) == ".dtbo" || name == "overlay_map.dtb" }),
		copyFiles(slot, fw, "", func(name string) bool {
			return name == "start4.elf" || name == "fixup4.dat" || name == "LICENSE.broadcom"
		}))
	return first, slot, errors.Join(err, checkPi(slot))
}

// piCommandLine is what the slot's kernel is told, on one line.
func piCommandLine(s station.Station, slot bootdisk.Slot) string {
	return gpt.RootArgument(int(slot)) + " " + strings.Join(s.Kernel, " ") + "\n"
}

func isBoard(name string) bool {
	return path.Ext(name) == ".dtb" && slices.ContainsFunc(piBoards, func(b string) bool { return strings.HasPrefix(name, b) })
}

// copyFiles copies those files of a folder whose names are wanted.
func copyFiles(to, from *tree.Tree, folder string, wanted func(name string) bool) error {
	dir, err := from.Lookup(folder + "/")
	if err != nil {
		return err
	}
	for _, name := range dir.Names() {
		n := dir.Children[name]
		if n.Kind != tree.File || !wanted(name) {
			continue
		}
		copied := *n
		if err := to.Add(folder+"/"+name, &copied); err != nil {
			return err
		}
	}
	return nil
}

// piMust are files without which a Pi does not start, each with who reads it.
var piMust = []struct{ path, why string }{
	{"/start4.elf", "the firmware of the Pi 4"},
	{"/fixup4.dat", "the firmware of the Pi 4"},
	{"/bcm2711-rpi-4-b.dtb", "the Pi 4"},
	{"/bcm2711-rpi-400.dtb", "the Pi 400"},
	{"/bcm2712-rpi-5-b.dtb", "the Pi 5"},
	{"/overlays/vc4-kms-v3d.dtbo", "the screen of the Pi 4"},
	{"/overlays/vc4-kms-v3d-pi5.dtbo", "the screen of the Pi 5"},
	{"/overlays/overlay_map.dtb", "which overlay is which board's"},
	{"/vmlinuz", "all"},
	{"/initrd", "all"},
	{"/cmdline.txt", "the kernel"},
	{"/config.txt", "the firmware"},
}

// checkPi demands them.
func checkPi(slot *tree.Tree) error {
	for _, must := range piMust {
		if n, err := slot.Lookup(must.path); err != nil || n.Kind != tree.File || n.Size == 0 {
			return fmt.Errorf("the Pi's slot has no %s: %s", must.path, must.why)
		}
	}
	return nil
}
