package uploads

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"posbox/pos/fault"
)

func none(string) bool { return false }

func TestKeep(t *testing.T) {
	d := Open(filepath.Join(t.TempDir(), "uploads"), time.Now)
	f, err := d.Keep(`C:\Баримт\бараа.csv`, strings.NewReader("code,name\n"), none)
	if err != nil || f.Name != "бараа.csv" || f.Bytes != 10 || len(f.SHA256) != 64 {
		t.Fatalf("%+v %v", f, err)
	}
	if got, ok := d.Find(f.ID); !ok || got != f {
		t.Errorf("%+v", got)
	}
	in, tries, err := d.Begin(f.ID)
	if err != nil || tries != 1 {
		t.Fatal(tries, err)
	}
	text, _ := io.ReadAll(in)
	in.Close()
	if string(text) != "code,name\n" {
		t.Errorf("%q", text)
	}
	if in, tries, err := d.Begin(f.ID); err != nil || tries != 2 {
		t.Error(tries, err)
	} else {
		in.Close()
	}
	d.Done(f.ID)
	if _, ok := d.Find(f.ID); ok {
		t.Error("it is still there")
	}
	if left, _ := os.ReadDir(d.dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// Sales need the last of the disk more than a file of goods does.
func TestRoomIsLeftToSales(t *testing.T) {
	d := Open(filepath.Join(t.TempDir(), "uploads"), time.Now)
	room := uint64(spare + MaxBytes)
	d.free = func(string) (uint64, error) { return room, nil }
	if _, err := d.Keep("a.csv", strings.NewReader("x"), none); err != nil {
		t.Error(err)
	}
	room--
	if _, err := d.Keep("a.csv", strings.NewReader("x"), none); fault.CodeOf(err) != fault.UploadNoRoom {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	d := Open(filepath.Join(t.TempDir(), "uploads"), time.Now)
	for _, c := range []struct {
		name string
		r    io.Reader
		code fault.Code
	}{
		{"", strings.NewReader("x"), fault.UploadName},
		{"..", strings.NewReader("x"), fault.UploadName},
		{"a/", strings.NewReader("x"), fault.UploadName},
		{"a\u0007.csv", strings.NewReader("x"), fault.UploadName},
		{strings.Repeat("ү", 101), strings.NewReader("x"), fault.UploadName},
		{"a.csv", io.MultiReader(strings.NewReader("x"), failing{}), fault.UploadBroken},
		{"a.csv", io.LimitReader(zeros{}, MaxBytes+1), fault.UploadTooLarge},
	} {
		if _, err := d.Keep(c.name, c.r, none); fault.CodeOf(err) != c.code {
			t.Errorf("%q: %v, want %s", c.name, err, c.code)
		}
	}
	if left, _ := os.ReadDir(d.dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	for _, id := range []string{"", "../../etc/passwd", "0123456789abcde.", "0123456789abcdef"} {
		if _, ok := d.Find(id); ok {
			t.Errorf("%q is known", id)
		}
		if _, _, err := d.Begin(id); fault.CodeOf(err) != fault.UploadUnknown {
			t.Errorf("%q: %v", id, err)
		}
		d.Done(id)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("gone") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// Old files go, wanted ones stay, and there are never too many.
func TestSweep(t *testing.T) {
	now := time.Now()
	d := Open(filepath.Join(t.TempDir(), "uploads"), func() time.Time { return now })
	first, err := d.Keep("a.csv", strings.NewReader("1"), none)
	if err != nil {
		t.Fatal(err)
	}
	old, err := d.Keep("b.csv", strings.NewReader("2"), none)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(keepFor + time.Hour)
	d.Sweep(func(id string) bool { return id == first.ID })
	if _, ok := d.Find(first.ID); !ok {
		t.Error("a wanted file is gone")
	}
	if _, ok := d.Find(old.ID); ok {
		t.Error("an old file is still there")
	}
	now = time.Now()
	for range keepMost + 5 {
		if _, err := d.Keep("c.csv", strings.NewReader("3"), none); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(d.dir, "*.json")); len(left) > keepMost {
		t.Errorf("%d are kept", len(left))
	}
}

// A file that was cut short on the disk is none.
func TestCutShort(t *testing.T) {
	d := Open(filepath.Join(t.TempDir(), "uploads"), time.Now)
	f, err := d.Keep("a.csv", strings.NewReader("12345"), none)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.path(f.ID), 2); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Find(f.ID); ok {
		t.Error("half a file is known")
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.csv", `..\..\x`, "/etc/passwd", " . ", "ү\u202e.csv", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, ok := CleanName(s)
		if !ok {
			return
		}
		if again, ok := CleanName(name); !ok || again != name {
			t.Errorf("%q became %q", name, again)
		}
		if strings.ContainsAny(name, "/\\\x00\n") || name == "." || name == ".." || !utf8.ValidString(name) {
			t.Errorf("%q is clean", name)
		}
	})
}
