package gpt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// medium is a sparse disk whose power goes while a write is under way.
type medium struct {
	size    int64
	sectors map[int64][]byte
	left    int // sectors that are still written; below 0: any number
}

var errPower = errors.New("power cut")

func (m *medium) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > m.size {
		return 0, io.ErrUnexpectedEOF
	}
	clear(p)
	for i := 0; i < len(p); i += Sector {
		copy(p[i:], m.sectors[(at+int64(i))/Sector])
	}
	return len(p), nil
}

func (m *medium) WriteAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > m.size {
		return 0, io.ErrShortWrite
	}
	for i := 0; i < len(p); i += Sector {
		if m.left == 0 {
			return i, errPower
		}
		m.left--
		m.sectors[(at+int64(i))/Sector] = bytes.Clone(p[i : i+Sector])
	}
	return len(p), nil
}

func (m *medium) Sync() error { return nil }

// flashed is a box's image on a disk of another size.
func flashed(t *testing.T, size int64) *medium {
	t.Helper()
	m := &medium{size: size, sectors: map[int64][]byte{}, left: -1}
	table, err := BoxTable(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.WriteTo(m); err != nil {
		t.Fatal(err)
	}
	return m
}

const sixteenGB = 16_013_942_784 // of a common SSD; no full mebibytes

func TestMendGrows(t *testing.T) {
	m := flashed(t, sixteenGB)
	before, _ := Read(m)
	after, grown, err := Mend(m, m.size)
	if err != nil || !grown {
		t.Fatalf("grown %v, %v", grown, err)
	}
	was, _ := before.Named(Perm)
	perm, _ := after.Named(Perm)
	if perm.First != was.First || perm.Number != 4 || sixteenGB-perm.Start()-perm.Size() > 2*mebi || (perm.Last+1)%2048 != 0 {
		t.Errorf("perm was %+v, is %+v", was, perm)
	}
	if back, err := Read(m); err != nil || back.LBAs != sixteenGB/Sector || back.end() != perm.Last {
		t.Errorf("read back %+v, %v", back, err)
	}
	if _, grown, err := Mend(m, m.size); grown || err != nil {
		t.Errorf("a second time: grown %v, %v", grown, err)
	}
	m.left = 0
	if _, _, err := Mend(m, m.size); err != nil {
		t.Errorf("written where nothing is wrong: %v", err)
	}
}

// TestMendGrowsAPi: its order on the disk is another.
func TestMendGrowsAPi(t *testing.T) {
	m := &medium{size: sixteenGB, sectors: map[int64][]byte{}, left: -1}
	table, err := PiTable(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.WriteTo(m); err != nil {
		t.Fatal(err)
	}
	after, grown, err := Mend(m, m.size)
	perm, _ := after.Named(Perm)
	if err != nil || !grown || perm.Last != after.end() || sixteenGB-perm.Start()-perm.Size() > 2*mebi {
		t.Errorf("%+v %v %v", perm, grown, err)
	}
	for _, p := range table.Partitions {
		if now, _ := after.Named(p.Name); now.First != p.First || p.Name != Perm && now.Last != p.Last {
			t.Errorf("%s was %+v, is %+v", p.Name, p, now)
		}
	}
}

// TestMendPowerCuts stops before each sector that is written. At each moment the kernel must find all partitions by the
// first table alone, and the next start must finish.
func TestMendPowerCuts(t *testing.T) {
	want, _, err := Mend(flashed(t, sixteenGB), sixteenGB)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; ; cut++ {
		m := flashed(t, sixteenGB)
		m.left = cut
		_, _, err := Mend(m, m.size)
		if err == nil {
			if cut < 3*tableLBAs {
				t.Errorf("only %d sectors were written", cut)
			}
			return
		}
		if !errors.Is(err, errPower) {
			t.Fatal(err)
		}
		now, err := Read(m)
		if err != nil || len(now.Partitions) != 6 || !now.IsBox() {
			t.Fatalf("after %d sectors: %+v, %v", cut, now, err)
		}
		m.left = -1
		if end, _, err := Mend(m, m.size); err != nil || fmt.Sprint(end) != fmt.Sprint(want) || !end.stands(m) {
			t.Fatalf("after %d sectors the next start made %+v, %v", cut, end, err)
		}
	}
}

// TestMendDamage: either copy brings the other one back, also when the power goes meanwhile.
func TestMendDamage(t *testing.T) {
	for name, damage := range map[string]func(*medium){
		"backup header":    func(m *medium) { delete(m.sectors, m.size/Sector-1) },
		"backup entries":   func(m *medium) { delete(m.sectors, m.size/Sector-1-tableLBAs) },
		"first header":     func(m *medium) { m.sectors[1][40] ^= 1 },
		"first entries":    func(m *medium) { m.sectors[2][40] ^= 1 },
		"protective MBR":   func(m *medium) { delete(m.sectors, 0) },
		"first 34 sectors": func(m *medium) { clearSectors(m, 0, firstLBA) },
	} {
		for cut := -1; cut < 6*tableLBAs; cut++ {
			m := flashed(t, sixteenGB)
			if _, _, err := Mend(m, m.size); err != nil {
				t.Fatal(err)
			}
			want, _ := Read(m)
			damage(m)
			m.left = cut
			Mend(m, m.size)
			m.left = -1
			if _, err := ReadEither(m, m.size); err != nil {
				t.Fatalf("%s, %d sectors written: %v", name, cut, err)
			}
			got, grown, err := Mend(m, m.size)
			if err != nil || grown || fmt.Sprint(got) != fmt.Sprint(want) || !got.stands(m) {
				t.Fatalf("%s, %d sectors written: grown %v, %v", name, cut, grown, err)
			}
		}
	}
}

func clearSectors(m *medium, from, to int64) {
	for i := from; i < to; i++ {
		delete(m.sectors, i)
	}
}

func TestMendLeavesAlone(t *testing.T) {
	m := flashed(t, sixteenGB)
	delete(m.sectors, 1)
	if _, _, err := Mend(m, m.size); !errors.Is(err, ErrNoTable) {
		t.Errorf("the copy in the middle of a larger disk is no proof: %v", err)
	}
	m = flashed(t, sixteenGB)
	if _, _, err := Mend(m, 4<<30); err == nil {
		t.Error("a disk that is smaller than its table was accepted")
	}
	m = flashed(t, sixteenGB)
	m.sectors[0][462+4] = 0x0c // a second partition in the first sector
	if _, _, err := Mend(m, m.size); err != nil || m.sectors[0][462+4] != 0x0c {
		t.Errorf("a first sector with partitions of its own was replaced: %v", err)
	}
	foreign := Table{LBAs: 1 << 20, Partitions: []Partition{{Number: 1, Type: TypeLinux, First: 2048, Last: 4095}}}
	m = &medium{size: 1 << 30, sectors: map[int64][]byte{}, left: -1}
	if err := foreign.WriteTo(m); err != nil {
		t.Fatal(err)
	}
	m.left = 0
	if _, _, err := Mend(m, m.size); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a stranger's disk: %v", err)
	}
}

// TestMendStranger lets sfdisk judge a grown disk.
func TestMendStranger(t *testing.T) {
	tool := "/usr/sbin/sfdisk"
	if _, err := os.Stat(tool); err != nil {
		t.Skip("sfdisk (Debian: fdisk) is not installed")
	}
	m := flashed(t, sixteenGB)
	if _, _, err := Mend(m, m.size); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(t.TempDir() + "/disk")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(m.size); err != nil {
		t.Fatal(err)
	}
	for lba, b := range m.sectors {
		if _, err := f.WriteAt(b, lba*Sector); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(tool, "--verify", f.Name()).CombinedOutput(); err != nil || !strings.Contains(string(out), "No errors detected") {
		t.Errorf("sfdisk: %v\n%s", err, out)
	}
}

func FuzzReadEither(f *testing.F) {
	table, _ := BoxTable(0)
	var d disk
	if err := table.WriteTo(&d); err != nil {
		f.Fatal(err)
	}
	f.Add(d.head(), int64(len(d.head())))
	f.Fuzz(func(t *testing.T, b []byte, size int64) { ReadEither(bytes.NewReader(b), size) })
}
