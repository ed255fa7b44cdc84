package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"posbox/gokrazy/stick"
	"posbox/pos/fault"
)

// What may hold goods is listed and read from a stick; nothing else on it, and nothing outside of it.
func TestGoodsFromStick(t *testing.T) {
	b := newMachineBench(t)
	outside := filepath.Join(filepath.Dir(b.root), "outside.csv")
	put := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("code,name,price\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put(outside)
	for _, name := range []string{"a.csv", "goods/B.XLSX", "goods/deep/c.csv", "notes.txt", "~$a.xlsx", "._a.csv", ".Trash/d.csv"} {
		put(filepath.Join(b.root, filepath.FromSlash(name)))
	}
	if err := os.Symlink(outside, filepath.Join(b.root, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(b.root, "pipe.csv"), 0o644); err != nil {
		t.Fatal(err)
	}

	files, err := b.StickFiles()
	var names []string
	for _, f := range files {
		names = append(names, f.File)
		if f.Device != "/dev/sdb1" || f.Stick != "Kingston" || f.Bytes != 16 {
			t.Errorf("%+v", f)
		}
	}
	if slices.Sort(names); err != nil || !slices.Equal(names, []string{"a.csv", "goods/B.XLSX"}) {
		t.Errorf("found %q, %v", names, err)
	}

	for file, want := range map[string]fault.Code{
		"a.csv": "", "goods/B.XLSX": "", "b.csv": fault.NotFound, "notes.txt": fault.NotFound, "../outside.csv": fault.NotFound, "pipe.csv": fault.NotFound,
		"goods/deep/c.csv": fault.NotFound, "goods": fault.NotFound, "": fault.NotFound, outside: fault.NotFound, "link.csv": fault.StickFailed,
	} {
		read := ""
		err := b.ReadStick("/dev/sdb1", file, func(r io.Reader) error {
			all, err := io.ReadAll(r)
			read = string(all)
			return err
		})
		if want == "" && (err != nil || read == "") || want != "" && (fault.CodeOf(err) != want || read != "") {
			t.Errorf("%q: %v, read %q, want %q", file, err, read, want)
		}
	}
	if err := b.ReadStick("/dev/sdc1", "a.csv", nil); fault.CodeOf(err) != fault.StickNone {
		t.Errorf("a stick that was pulled: %v", err)
	}
	mine := fault.New(fault.ImportFile)
	if err := b.ReadStick("/dev/sdb1", "a.csv", func(io.Reader) error { return mine }); fault.CodeOf(err) != fault.ImportFile {
		t.Errorf("what the reader says becomes %v", err)
	}
	b.writing.Lock()
	if _, err := b.StickFiles(); fault.CodeOf(err) != fault.StickBusy {
		t.Errorf("while it is written: %v", err)
	}
	b.writing.Unlock()
	b.sticks = []stick.Stick{}
	if _, err := b.StickFiles(); fault.CodeOf(err) != fault.StickNone {
		t.Errorf("without a stick: %v", err)
	}
}

// FuzzGoodsName: whatever name is asked for, nothing outside of the stick is opened.
func FuzzGoodsName(f *testing.F) {
	dir := f.TempDir()
	root := filepath.Join(dir, "stick")
	if err := os.MkdirAll(filepath.Join(root, "in"), 0o755); err != nil {
		f.Fatal(err)
	}
	os.WriteFile(filepath.Join(root, "in", "a.csv"), []byte("inside"), 0o644)
	os.WriteFile(filepath.Join(dir, "b.csv"), []byte("outside"), 0o644)
	for _, name := range []string{"in/a.csv", "../b.csv", "in/../../b.csv", "/b.csv", "a\x00.csv", "in//a.csv", ".csv"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		file, err := openGoods(root, name)
		if err != nil {
			return
		}
		defer file.Close()
		if all, _ := io.ReadAll(file); strings.Contains(string(all), "outside") {
			t.Errorf("%q leads out of the stick", name)
		}
	})
}
