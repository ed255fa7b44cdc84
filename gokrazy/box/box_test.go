package box

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestPutGet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var p Perm
	if err := Get(dir, PermFile, &p); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	want := Perm{State: PermRepaired, Detail: "e2fsck: 1", Grown: true}
	if err := Put(dir, PermFile, want); err != nil {
		t.Fatal(err)
	}
	if err := Get(dir, PermFile, &p); err != nil || p != want {
		t.Errorf("%+v %v", p, err)
	}
	if err := Put(dir, PermFile, func() {}); err == nil {
		t.Error("something that is no JSON was written")
	}
	if err := Get(dir, PermFile, &p); err != nil || p != want {
		t.Errorf("a failed Put changed the file: %+v %v", p, err)
	}
	os.WriteFile(filepath.Join(dir, PermFile), []byte(`{"state":`), 0o644)
	if err := Get(dir, PermFile, &p); err == nil {
		t.Error("half a file was read")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestLost(t *testing.T) {
	for state, lost := range map[PermState]bool{PermOK: false, PermRepaired: false, PermFull: false, PermDamaged: true, PermRepairing: true, PermMissing: true} {
		if (Perm{State: state}).Lost() != lost {
			t.Errorf("%s: lost is %v", state, !lost)
		}
	}
}

func FuzzGet(f *testing.F) {
	f.Add([]byte(`{"state":"ok","grown":true}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "x"), b, 0o644)
		Get(dir, "x", new(Perm))
	})
}
