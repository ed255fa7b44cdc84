package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"posbox/gokrazy/gpt"
)

// heard and silent are equally long arguments of the kernel: a pc says nothing on a serial port, a test has to hear it. The
// console named last is the one that programs write to.
const (
	silent = "vt.global_cursor_default=0 loglevel=4 console=tty0"
	heard  = "loglevel=4 console=tty0 console=ttyS0             "
)

// TestPCBoots starts the pc station as a PC that is not made for guests: UEFI, AHCI, a plain graphics card.
func TestPCBoots(t *testing.T) {
	inTurnAfterScreen(t, 60)
	o, err := thePC()
	unless(t, err)
	image := ownCopy(t, o.out)
	hear(t, image)
	qmp := filepath.Join(t.TempDir(), "qmp")
	g := start(t, runOptions{image: image, disk: "sata", graphics: "vga", qmp: qmp, disposable: true})
	g.wait(handedOver)
	g.wait(permMade)
	g.wait(tillReady)
	if n := colours(screendump(t, qmp)); n < 2 {
		t.Errorf("the screen shows %d colours: the box draws nothing", n)
	}
}

// hear patches the loader's entry in an image so that the kernel writes to the serial port too.
func hear(t *testing.T, path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	table, err := gpt.Read(f)
	must(t, err)
	esp, _ := table.Named(gpt.ESP)
	all := make([]byte, esp.Size())
	_, err = f.ReadAt(all, esp.Start())
	must(t, err)
	at := bytes.Index(all, []byte(silent))
	if at < 0 || len(silent) != len(heard) {
		t.Fatalf("the entry has no %s", silent)
	}
	_, err = f.WriteAt([]byte(heard), esp.Start()+int64(at))
	must(t, err)
}

// screendump asks the emulator for a picture of the screen.
func screendump(t *testing.T, qmp string) image.Image {
	t.Helper()
	file := filepath.Join(t.TempDir(), "screen.png")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "unix", qmp)
	must(t, err)
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	in, out := json.NewDecoder(c), json.NewEncoder(c)
	for _, say := range []map[string]any{
		{"execute": "qmp_capabilities"},
		{"execute": "screendump", "arguments": map[string]any{"filename": file, "format": "png"}},
	} {
		must(t, out.Encode(say))
		for answered := false; !answered; { // greetings and events come in between
			var answer map[string]json.RawMessage
			must(t, in.Decode(&answer))
			if answer["error"] != nil {
				t.Fatalf("QMP: %s", answer["error"])
			}
			answered = answer["return"] != nil
		}
	}
	b, err := os.ReadFile(file)
	must(t, err)
	picture, err := png.Decode(bytes.NewReader(b))
	must(t, err)
	return picture
}

// colours counts the colours of a picture.
func colours(picture image.Image) int {
	seen := map[color.Color]bool{}
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}

// TestStationsNeedTheirLocks: a pc without the firmware's lock is not built.
func TestStationsNeedTheirLocks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{userlandLock("amd64"), bootLock} {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	err := build(context.Background(), buildOptions{station: "pc", locks: dir, out: filepath.Join(dir, "x.img")}, io.Discard)
	if !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}
