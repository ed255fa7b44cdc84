package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// A box that starts without firmware starts from its kernel unpacked: to unpack it takes an emulated processor as long as all
// that the kernel does afterwards. QEMU starts that form by its Xen entry (PVH), which Debian's kernel has. Only tests do so:
// where the way from the firmware to the kernel is what counts, and in figures, the kernel unpacks itself.

// quicken replaces the kernel in QEMU's arguments by its unpacked form.
func quicken(t *testing.T, args []string) {
	t.Helper()
	at := slices.Index(args, "-kernel") + 1
	if at == 0 {
		t.Fatal("a start without firmware names no kernel")
	}
	kernel, err := os.ReadFile(args[at])
	must(t, err)
	args[at], err = unpacked(kernel)
	must(t, err)
}

var oneUnpacks sync.Mutex

// unpacked returns the file of a kernel's unpacked form, which is made once.
func unpacked(kernel []byte) (string, error) {
	oneUnpacks.Lock()
	defer oneUnpacks.Unlock()
	dir, err := boxDir()
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, fmt.Sprintf("kernel-%x", sha256.Sum256(kernel)))
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	packed, err := payload(kernel)
	if err != nil {
		return "", err
	}
	c := exec.Command("xz", "-dc", "--single-stream") // the length stands behind the stream
	c.Stdin = bytes.NewReader(packed)
	var said bytes.Buffer
	c.Stderr = &said
	elf, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("xz: %w: %s", err, said.String())
	}
	return to, os.WriteFile(to, elf, 0o644)
}

// errKernel says that there is no packed kernel in a file.
var errKernel = errors.New("this is no kernel as the firmware starts it")

// payload is what of a kernel's file it unpacks itself from: Documentation/x86/boot.rst of the kernel, "The Real-Mode Kernel Header".
func payload(b []byte) ([]byte, error) {
	const sector, sectorsAt, magicAt, offsetAt, lengthAt, end = 512, 0x1f1, 0x202, 0x248, 0x24c, 0x250
	if len(b) < end || string(b[magicAt:magicAt+4]) != "HdrS" {
		return nil, errKernel
	}
	setup := int64(b[sectorsAt])
	if setup == 0 {
		setup = 4
	}
	from := (setup+1)*sector + int64(binary.LittleEndian.Uint32(b[offsetAt:]))
	to := from + int64(binary.LittleEndian.Uint32(b[lengthAt:]))
	if to > int64(len(b)) {
		return nil, errKernel
	}
	return b[from:to], nil
}

func TestPayload(t *testing.T) {
	kernel := make([]byte, 3*512)
	kernel[0x1f1] = 1
	copy(kernel[0x202:], "HdrS")
	binary.LittleEndian.PutUint32(kernel[0x248:], 8)
	binary.LittleEndian.PutUint32(kernel[0x24c:], 6)
	copy(kernel[2*512+8:], "packed")
	if b, err := payload(kernel); err != nil || string(b) != "packed" {
		t.Errorf("%q %v", b, err)
	}
	binary.LittleEndian.PutUint32(kernel[0x24c:], 512)
	for name, b := range map[string][]byte{"nothing": nil, "zeros": make([]byte, 4096), "half a kernel": kernel} {
		if _, err := payload(b); !errors.Is(err, errKernel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPayload(f *testing.F) {
	f.Add(append(make([]byte, 0x202), "HdrS"...))
	f.Fuzz(func(t *testing.T, b []byte) { payload(b) })
}
