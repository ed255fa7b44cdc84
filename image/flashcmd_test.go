package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posbox/image/target"
)

// blankDisk is a file in place of a disk, full of something else.
func blankDisk(t *testing.T, size int) string {
	path := filepath.Join(t.TempDir(), "disk")
	must(t, os.WriteFile(path, bytes.Repeat([]byte{0xe5}, size), 0o644))
	return path
}

// TestFlash writes both forms and finds the disk's bytes on the target, nothing behind them touched.
func TestFlash(t *testing.T) {
	for _, name := range []string{"box.img", "box.img.zst"} {
		image, disk := shipped(t, name)
		to := blankDisk(t, 4<<20)
		var out bytes.Buffer
		if code := run(t.Context(), []string{"flash", "-img", image, "-disk", to}, &out, &out); code != 0 {
			t.Fatalf("%s: %s", name, out.String())
		}
		b, err := os.ReadFile(to)
		must(t, err)
		if !bytes.Equal(b[:len(disk)], disk) || len(b) != 4<<20 || b[len(disk)] != 0xe5 {
			t.Errorf("%s: the disk holds something else", name)
		}
		for _, want := range []string{"station vm, version 7", "checking the image: ", "writing: 3 of 3 MB, 100 %", "reading back: 3 of 3 MB, 100 %", "done"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: it did not say %q: %s", name, want, out.String())
			}
		}
	}
}

// TestFlashRefuses: with bad input nothing is written.
func TestFlashRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(image string)
		size  int
		args  []string
		says  error
	}{
		"a flipped bit": {func(image string) {
			b, err := os.ReadFile(image)
			b[len(b)-20] ^= 1
			must(t, err, os.WriteFile(image, b, 0o644))
		}, 4 << 20, nil, errDamaged},
		"half a download":     {func(image string) { must(t, os.Truncate(image, 20)) }, 4 << 20, nil, errDamaged},
		"no manifest":         {func(image string) { os.Remove(manifestName(image)) }, 4 << 20, nil, errManifest},
		"a web page":          {func(image string) { os.WriteFile(manifestName(image), []byte("<html>"), 0o644) }, 4 << 20, nil, errManifest},
		"a manifest of files": {func(image string) { os.WriteFile(manifestName(image), []byte("[]"), 0o644) }, 4 << 20, nil, errManifest},
		"a small disk":        {nil, 3<<20 - 1, nil, target.ErrTooSmall},
		"another station":     {nil, 4 << 20, []string{"-station", "pc"}, errStation},
	} {
		image, _ := shipped(t, "box.img.zst")
		if c.spoil != nil {
			c.spoil(image)
		}
		to := blankDisk(t, c.size)
		var out bytes.Buffer
		code := run(t.Context(), append([]string{"flash", "-img", image, "-disk", to}, c.args...), &out, &out)
		if code != 1 || !strings.Contains(out.String(), c.says.Error()) {
			t.Errorf("%s: exit code %d, %s", name, code, out.String())
		}
		if b, _ := os.ReadFile(to); !bytes.Equal(b, bytes.Repeat([]byte{0xe5}, c.size)) {
			t.Errorf("%s: the disk was written to", name)
		}
	}
}

// TestFlashLists: without a disk it shows what there is, and why what cannot be taken.
func TestFlashLists(t *testing.T) {
	image, _ := shipped(t, "box.img.zst")
	m := target.Machine{Root: t.TempDir()}
	for path, content := range map[string]string{
		"sys/class/block/sda/size": "9999999", "sys/class/block/sda/removable": "0", "sys/class/block/sda/device/model": "Inside",
		"sys/class/block/sdb/size": "9999999", "sys/class/block/sdb/removable": "1", "sys/class/block/sdb/device/model": "Stick",
	} {
		at := filepath.Join(m.Root, path)
		must(t, os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(content), 0o644))
	}
	var out bytes.Buffer
	err := flashImage(t.Context(), flashOptions{image: image, machine: m}, &out)
	if !errors.Is(err, errUsage) || !strings.Contains(out.String(), "/dev/sdb: Stick, SATA, 5.1 GB\n") || !strings.Contains(out.String(), "Inside, SATA, 5.1 GB   (the disk is built in") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestConfirm: a disk is named before it is emptied.
func TestConfirm(t *testing.T) {
	stick := target.Disk{Path: "/dev/sdb", Bus: "usb"}
	for answer, want := range map[string]error{"sdb\n": nil, "": errAnswer, "yes\n": errAnswer, "sda\n": errAnswer} {
		var out bytes.Buffer
		if err := confirm(flashOptions{in: strings.NewReader(answer)}, stick, &out); !errors.Is(err, want) || !strings.Contains(out.String(), "Type sdb") {
			t.Errorf("%q: %v, %s", answer, err, out.String())
		}
	}
	if err := confirm(flashOptions{yes: true}, stick, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

// TestVMImageOnADisk: what has a way in from outside does not get into a shop by accident.
func TestVMImageOnADisk(t *testing.T) {
	s := shippedImage{whole: manifestLine{Station: "vm"}}
	if err := s.fitsStation("", target.Disk{Bus: "usb"}); !errors.Is(err, errStation) {
		t.Errorf("%v", err)
	}
	if err := errors.Join(s.fitsStation("vm", target.Disk{Bus: "usb"}), s.fitsStation("", target.Disk{Bus: "file"})); err != nil {
		t.Error(err)
	}
}

func TestStopped(t *testing.T) {
	image, _ := shipped(t, "box.img.zst")
	s, err := readImage(image)
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	disk, err := target.File(blankDisk(t, 4<<20))
	must(t, err)
	if err := s.write(ctx, disk, &bytes.Buffer{}); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "flash it again") {
		t.Errorf("%v", err)
	}
}

func TestMeter(t *testing.T) {
	var out bytes.Buffer
	at := time.Unix(0, 0)
	m := &meter{out: &out, what: "writing", total: 100e6, every: 5 * time.Second, begin: at, told: at, now: func() time.Time { return at }}
	at = at.Add(4 * time.Second)
	m.tell(10e6)
	at = at.Add(time.Second)
	m.tell(20e6)
	if want := "image: writing: 20 of 100 MB, 20 %, 4.0 MB/s, 20s left\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`[{"path":"image","sha256":"` + strings.Repeat("00", 32) + `","size":1}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		lines, err := parseManifest(bytes.NewReader(b))
		if err != nil {
			return
		}
		if _, err := json.Marshal(lines); err != nil {
			t.Error(err)
		}
	})
}
