package flash

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// anImage is 6 MiB and a bit, with zeros at the beginning, between and at the end.
func anImage() []byte {
	b := make([]byte, 6*piece+4096)
	chance := rand.NewChaCha8([32]byte{1})
	chance.Read(b[piece+5 : 2*piece])
	chance.Read(b[4*piece : 5*piece])
	return b
}

// oldDisk is a disk that is full of something else, larger than the image.
func oldDisk(t *testing.T) string {
	at := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(at, bytes.Repeat([]byte{0xe5}, 8*piece), 0o644); err != nil {
		t.Fatal(err)
	}
	return at
}

func write(t *testing.T, ctx context.Context, path string, image io.Reader, size int64, progress Progress) (Sums, error) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return Write(ctx, f, image, size, progress)
}

func nobody(int64) {}

func TestWriteAndVerify(t *testing.T) {
	path, image := oldDisk(t), anImage()
	checkDisk(t, path, image)
	b, _ := os.ReadFile(path)
	if len(b) != 8*piece || b[len(b)-1] != 0xe5 {
		t.Error("what lies behind the image was touched")
	}
}

// checkDisk writes, reads back, damages one byte and reads back again.
func checkDisk(t *testing.T, path string, image []byte) {
	t.Helper()
	size := int64(len(image))
	var told []int64
	sums, err := write(t, t.Context(), path, bytes.NewReader(image), size, func(done int64) { told = append(told, done) })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 7 || told[0] != piece || told[6] != size {
		t.Errorf("progress %v", told)
	}
	if err := Verify(t.Context(), path, size, sums, sha256.Sum256(image), nobody); err != nil {
		t.Error(err)
	}
	if err := Verify(t.Context(), path, size, sums, [32]byte{1}, nobody); !errors.Is(err, ErrSum) {
		t.Errorf("against another hash: %v", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteAt([]byte{0x5a}, 3*piece+77)
	f.Sync()
	f.Close()
	if err := Verify(t.Context(), path, size, sums, sha256.Sum256(image), nobody); !errors.Is(err, ErrDiffers) || !strings.Contains(err.Error(), "3 MiB") {
		t.Errorf("a disk that gives back another byte: %v", err)
	}
}

// TestLoopDevice does the same on a device of the kernel's, where there is one and we may.
func TestLoopDevice(t *testing.T) {
	out, err := exec.Command("losetup", "-f", "--show", oldDisk(t)).Output()
	if err != nil {
		t.Skipf("NOT TESTED: loop devices: %v", err)
	}
	dev := strings.TrimSpace(string(out))
	defer exec.Command("losetup", "-d", dev).Run()
	checkDisk(t, dev, anImage())
}

func TestShortImage(t *testing.T) {
	image := anImage()
	if _, err := write(t, t.Context(), oldDisk(t), bytes.NewReader(image[:len(image)-1]), int64(len(image)), nobody); !errors.Is(err, ErrShort) {
		t.Errorf("%v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	image := anImage()
	_, err := write(t, ctx, oldDisk(t), bytes.NewReader(image), int64(len(image)), func(done int64) {
		if done == 2*piece {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("NOT TESTED: no /dev/full")
	}
	defer f.Close()
	image := anImage()
	if _, err := Write(t.Context(), f, bytes.NewReader(image), int64(len(image)), nobody); err == nil {
		t.Error("a disk that takes nothing was written")
	}
}
