package logs

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string, free *int64) *Ring {
	t.Helper()
	r := &Ring{free: func(string) (int64, error) { return *free, nil }}
	if err := r.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.file.Close() })
	return r
}

func newest(t *testing.T, dir string, limit int) (texts []string) {
	t.Helper()
	lines, err := Newest(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	return texts
}

func TestRing(t *testing.T) {
	dir, free := t.TempDir(), int64(1<<40)
	r := open(t, dir, &free)
	long := strings.Repeat("x", 1000)
	for i := range 20 * FileBytes / 1000 {
		r.Add(Line{noon, "posd", fmt.Sprintf("%07d %s", i, long)})
	}
	var bytes int64
	numbers, _ := list(dir)
	for _, n := range numbers {
		info, _ := os.Stat(filepath.Join(dir, name(n)))
		bytes += info.Size()
	}
	if len(numbers) != Files || bytes > (Files+1)*FileBytes || bytes < (Files-1)*FileBytes {
		t.Errorf("%d files, %d bytes", len(numbers), bytes)
	}
	got := newest(t, dir, 3000)
	if len(got) != 3000 || !strings.HasPrefix(got[0], fmt.Sprintf("%07d", 20*FileBytes/1000-1)) || got[2999] >= got[2998] {
		t.Errorf("%d lines, the newest %.20s", len(got), got[0])
	}
	var names []string
	if err := Each(dir, func(name string, _ io.Reader) error { names = append(names, name); return nil }); err != nil || len(names) != Files {
		t.Errorf("%v %v", names, err)
	}
}

// TestPowerCut: what was written before is there, and the torn line spoils no other.
func TestPowerCut(t *testing.T) {
	dir, free := t.TempDir(), int64(1<<40)
	r := open(t, dir, &free)
	r.Add(Line{noon, "posd", "before"})
	f, _ := os.OpenFile(filepath.Join(dir, name(1)), os.O_APPEND|os.O_WRONLY, 0)
	f.WriteString("2026-11-28T12:00")
	f.Close()
	again := open(t, dir, &free)
	again.Add(Line{noon, "posd", "after"})
	if got := fmt.Sprint(newest(t, dir, 10)); got != "[after before]" {
		t.Errorf("%s", got)
	}
}

// TestGivesWay: with little room the oldest go, and then the ring is silent until there is room again.
func TestGivesWay(t *testing.T) {
	dir, free := t.TempDir(), int64(1<<40)
	r := open(t, dir, &free)
	for i := range 3 {
		r.Add(Line{noon, "posd", fmt.Sprint(i)})
		r.size = FileBytes
	}
	free = keepFree - 1
	r.Add(Line{noon.Add(time.Minute), "posd", "lost"})
	r.Add(Line{noon.Add(time.Minute), "posd", "lost"})
	if numbers, _ := list(dir); len(numbers) != 1 || fmt.Sprint(newest(t, dir, 10)) != "[2]" {
		t.Errorf("%v: %v", numbers, newest(t, dir, 10))
	}
	free = 1 << 40
	r.Add(Line{noon.Add(2 * time.Minute), "posd", "back"})
	if got := fmt.Sprint(newest(t, dir, 10)); got != "[back 2 lines were lost while the disk was full 2]" {
		t.Error(got)
	}
}

func TestEarly(t *testing.T) {
	var r Ring
	fmt.Fprintln(r.As("init"), "first\n\nsecond")
	dir := filepath.Join(t.TempDir(), "logs")
	if err := r.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer r.file.Close()
	if got := fmt.Sprint(newest(t, dir, 10)); got != "[second first]" {
		t.Error(got)
	}
	if lines, err := Newest(filepath.Join(dir, "none"), 10); err != nil || len(lines) != 0 {
		t.Errorf("a folder that is not there: %v %v", lines, err)
	}
}

func TestSources(t *testing.T) {
	if p, text, ok := parseSyslog("<14>2026-11-28T05:00:00Z posbox-1a2b posd[1]: level=INFO msg=\"a [b]: c\"\n"); !ok || p != "posd" || text != `level=INFO msg="a [b]: c"` {
		t.Errorf("%q %q %v", p, text, ok)
	}
	if level, text, ok := parseKernel("30,339,5140900,-;udevd: starting; now\n SUBSYSTEM=x\n"); !ok || level != 6 || text != "udevd: starting; now" {
		t.Errorf("%d %q %v", level, text, ok)
	}
	for _, bad := range []string{"", "<", "<14>", "<14>a b c", "x", "<14>2026 host posd: text"} {
		if p, _, ok := parseSyslog(bad); ok {
			t.Errorf("%q is from %q", bad, p)
		}
	}
	for _, bad := range []string{"", ";", "a,b;c", "6;c"} {
		if _, _, ok := parseKernel(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Line{noon, "posd", "text"}.String())
	f.Fuzz(func(t *testing.T, s string) {
		if l, ok := Parse(s); ok {
			if back, ok := Parse(l.String()); !ok || back.Text != l.Text {
				t.Errorf("%q became %q", l, back)
			}
		}
	})
}

func FuzzSources(f *testing.F) {
	f.Add("<14>2026-11-28T05:00:00Z host posd[1]: text")
	f.Add("6,339,5140900,-;text\n")
	f.Fuzz(func(t *testing.T, s string) {
		p, text, _ := parseSyslog(s)
		_, kernel, _ := parseKernel(s)
		for _, l := range []Line{{noon, p, text}, {noon, "kernel", kernel}} {
			if strings.ContainsAny(l.String(), "\n\r\x00") {
				t.Errorf("%q", l.String())
			}
		}
	})
}
