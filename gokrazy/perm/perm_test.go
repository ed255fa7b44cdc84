package perm

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"posbox/gokrazy/box"
)

// TestZeros: only a partition that was never written may be formatted.
func TestZeros(t *testing.T) {
	for name, c := range map[string]struct {
		r    io.Reader
		want bool
	}{
		"never used":   {bytes.NewReader(make([]byte, 1<<20)), true},
		"last byte":    {bytes.NewReader(append(make([]byte, 1<<20), 1)), false},
		"a superblock": {bytes.NewReader(append(make([]byte, 0x438), 0x53, 0xef)), false},
	} {
		if got, err := zeros(c.r); got != c.want || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	bad := errors.New("bad sector")
	if ok, err := zeros(io.MultiReader(bytes.NewReader(make([]byte, 10)), iotest.ErrReader(bad))); ok || !errors.Is(err, bad) {
		t.Errorf("a disk that cannot be read was taken for empty: %v %v", ok, err)
	}
}

// partition is a file in the place of /perm's partition, with the gap of its disk.
type partition struct {
	*testing.T
	dev  string
	mark Mark
}

const partitionSize = 256 << 20 // as small as a box may have

func newPartition(t *testing.T) partition {
	t.Helper()
	if _, err := os.Stat("/usr/sbin/e2fsck"); err != nil {
		t.Skip("e2fsck (Debian: e2fsprogs) is not installed")
	}
	p := partition{t, filepath.Join(t.TempDir(), "perm"), Mark{}}
	gap, err := os.Create(filepath.Join(t.TempDir(), "gap"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { gap.Close() })
	p.mark = Mark{gap, 512}
	for _, f := range []struct {
		path string
		size int64
	}{{p.dev, partitionSize}, {gap.Name(), 4096}} {
		if err := errors.Join(os.WriteFile(f.path, nil, 0o600), os.Truncate(f.path, f.size)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// used is a partition that holds a file.
func used(t *testing.T) partition {
	t.Helper()
	p := newPartition(t)
	p.want(box.PermOK)
	p.debugfs("write /etc/hostname journal")
	return p
}

func (p partition) want(state box.PermState) box.Perm {
	p.Helper()
	got := Tools{}.Prepare(p.dev, p.mark)
	if got.State != state {
		p.Fatalf("state %q, want %q: %s", got.State, state, got.Detail)
	}
	return got
}

func (p partition) debugfs(commands ...string) string {
	p.Helper()
	c := exec.Command("/usr/sbin/debugfs", "-w", "-f", "-", p.dev)
	c.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	out, err := c.CombinedOutput()
	if err != nil {
		p.Fatalf("debugfs: %v %s", err, out)
	}
	return string(out)
}

// holds reports whether the file is still there.
func (p partition) holds() bool {
	p.Helper()
	want, _ := os.ReadFile("/etc/hostname")
	return strings.Contains(p.debugfs("cat journal"), strings.TrimSpace(string(want)))
}

func (p partition) scribble(at int64, b []byte) {
	p.Helper()
	f, err := os.OpenFile(p.dev, os.O_RDWR, 0)
	if err != nil {
		p.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, at); err != nil {
		p.Fatal(err)
	}
}

func TestMadeOnce(t *testing.T) {
	p := newPartition(t)
	if got := p.want(box.PermOK); got.Detail != Made {
		t.Errorf("%+v", got)
	}
	if set, err := p.mark.Set(); set || err != nil {
		t.Errorf("the mark stands after it was made: %v %v", set, err)
	}
	p.debugfs("write /etc/hostname journal")
	if got := p.want(box.PermOK); got.Detail != "" || !p.holds() {
		t.Errorf("at the second start: %+v, the file is there: %v", got, p.holds())
	}
	blocks, size, err := func() (int64, int64, error) {
		f, _ := os.Open(p.dev)
		defer f.Close()
		return extent(f)
	}()
	if err != nil || blocks*size != partitionSize {
		t.Errorf("extent %d × %d, %v", blocks, size, err)
	}
}

// TestMakingIsResumed: the power went while the file system was being made.
func TestMakingIsResumed(t *testing.T) {
	p := newPartition(t)
	if err := p.mark.Put(); err != nil {
		t.Fatal(err)
	}
	p.scribble(4096, []byte("half of a file system"))
	if got := p.want(box.PermOK); got.Detail != Made {
		t.Errorf("%+v", got)
	}
	p.debugfs("write /etc/hostname journal")
	if p.want(box.PermOK); !p.holds() {
		t.Error("it was made again")
	}
}

// TestNeverFormats: whatever stands on the partition stays there while nobody says otherwise.
func TestNeverFormats(t *testing.T) {
	for name, harm := range map[string]func(partition){
		"superblock scribbled":    func(p partition) { p.scribble(1024, bytes.Repeat([]byte("x"), 1024)) },
		"superblock zeroed":       func(p partition) { p.scribble(0, make([]byte, 4096)) },
		"first 512 KiB scribbled": func(p partition) { p.scribble(0, bytes.Repeat([]byte{0xa5, 1}, 256<<10)) },
		"truncated":               func(p partition) { os.Truncate(p.dev, partitionSize/2) },
		"another file system": func(p partition) {
			p.scribble(0, append([]byte("\xebX\x90mkfs.fat"), make([]byte, 8<<20)...))
		},
		"one byte in eight MiB": func(p partition) {
			p.scribble(0, make([]byte, blankBytes))
			p.scribble(blankBytes-1, []byte{1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := used(t)
			harm(p)
			before, _ := os.ReadFile(p.dev)
			for range 2 {
				if got := p.want(box.PermDamaged); got.Detail == "" {
					t.Error("nothing says why")
				}
			}
			// e2fsck may note in the superblock that there are errors.
			const behind = 4096
			if after, _ := os.ReadFile(p.dev); !bytes.Equal(before[behind:], after[behind:]) {
				t.Error("the partition was written to")
			}
		})
	}
}

// TestRepair is what happens when a person has said so.
func TestRepair(t *testing.T) {
	p := used(t)
	p.scribble(0, bytes.Repeat([]byte("x"), 4096))
	p.want(box.PermDamaged)
	if err := (Tools{}).Repair(p.dev); err != nil {
		t.Fatal(err)
	}
	if p.want(box.PermOK); !p.holds() {
		t.Error("the file is gone")
	}
	lost := newPartition(t)
	lost.scribble(0, bytes.Repeat([]byte("x"), partitionSize))
	if err := (Tools{}).Repair(lost.dev); err == nil {
		t.Error("noise was repaired")
	}
	lost.want(box.PermDamaged)
}

// TestPutRight: what e2fsck mends without loss does not need anybody.
func TestPutRight(t *testing.T) {
	p := used(t)
	p.debugfs("set_super_value free_blocks_count 7", "set_super_value state 2")
	if got := p.want(box.PermRepaired); got.Detail == "" || !p.holds() {
		t.Errorf("%+v", got)
	}
	if got := p.want(box.PermOK); got.Detail != "" {
		t.Errorf("a second time: %+v", got)
	}
	// After a power cut the file system's own journal is played: that is nothing to tell.
	p.debugfs("jo", "jw -b 40000 /etc/hostname", "jc")
	if !strings.Contains(p.debugfs("stats -h"), "needs_recovery") {
		t.Fatal("the journal has nothing to play: the test proves nothing")
	}
	p.want(box.PermOK)
	if strings.Contains(p.debugfs("stats -h"), "needs_recovery") {
		t.Error("the journal was not played")
	}
}

func TestWithoutTools(t *testing.T) {
	p := used(t)
	if got := (Tools{Root: t.TempDir()}).Prepare(p.dev, p.mark); got.State != box.PermOK || !strings.Contains(got.Detail, "not checked") {
		t.Errorf("%+v", got)
	}
	if got := (Tools{}).Prepare(filepath.Join(t.TempDir(), "none"), p.mark); got.State != box.PermDamaged {
		t.Errorf("%+v", got)
	}
}

func FuzzExtent(f *testing.F) {
	f.Add(make([]byte, 2048))
	f.Fuzz(func(t *testing.T, b []byte) { extent(bytes.NewReader(b)) })
}
