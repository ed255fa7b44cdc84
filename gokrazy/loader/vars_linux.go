package loader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
)

// VarsDir is where the kernel shows the firmware's variables.
const VarsDir = "/sys/firmware/efi/efivars"

// Variables of the Boot Loader Interface.
const (
	OneShot = "LoaderEntryOneShot"
	Default = "LoaderEntryDefault"
)

// vendor is the Boot Loader Interface's.
const vendor = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

// Vars are the firmware's variables in a folder of efivarfs.
type Vars string

// Mount makes the kernel show the variables; machines without UEFI have none.
func Mount() (Vars, error) {
	if _, err := os.Stat(VarsDir); err != nil {
		return "", fmt.Errorf("loader: the firmware is no UEFI: %w", err)
	}
	err := unix.Mount("efivarfs", VarsDir, "efivarfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	if err != nil && !errors.Is(err, unix.EBUSY) {
		return "", fmt.Errorf("loader: %s: %w", VarsDir, err)
	}
	return VarsDir, nil
}

// Slot reads a variable that names a slot; 0: it is not there, or names none of ours.
func (v Vars) Slot(name string) (bootdisk.Slot, error) {
	f, err := os.Open(v.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxVariable+1))
	if err != nil {
		return 0, err
	}
	text, err := decode(b)
	if err != nil {
		return 0, err
	}
	slot, _ := SlotOf(text)
	return slot, nil
}

// SetSlot writes a variable, in one write as efivarfs wants it, and reads it back: firmware that is full or locked may
// say yes and forget.
func (v Vars) SetSlot(name string, s bootdisk.Slot) error {
	want := encode(EntryName(s))
	if now, err := os.ReadFile(v.path(name)); err == nil && bytes.Equal(now, want) {
		return nil // flash wears out, and some firmware counts
	}
	if err := v.unlock(name); err != nil {
		return err
	}
	f, err := os.OpenFile(v.path(name), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("loader: %s: %w", name, err)
	}
	_, err = f.Write(want)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("loader: %s: %w", name, err)
	}
	if got, err := v.Slot(name); err != nil || got != s {
		return fmt.Errorf("loader: the firmware does not keep %s (%v)", name, err)
	}
	return nil
}

// Clear removes a variable.
func (v Vars) Clear(name string) error {
	if err := v.unlock(name); err != nil {
		return err
	}
	if err := os.Remove(v.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("loader: %s: %w", name, err)
	}
	return nil
}

// immutable is FS_IMMUTABLE_FL: the kernel sets it on every variable, so that nobody removes one by mistake.
const immutable = 0x10

// unlock makes a variable that is there writable.
func (v Vars) unlock(name string) error {
	f, err := os.Open(v.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if errors.Is(err, unix.ENOTTY) || err == nil && flags&immutable == 0 {
		return nil // not locked; or a file system without locks
	}
	if err == nil {
		err = unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags&^immutable)
	}
	if err != nil {
		return fmt.Errorf("loader: unlocking %s: %w", name, err)
	}
	return nil
}

func (v Vars) path(name string) string { return filepath.Join(string(v), name+vendor) }
