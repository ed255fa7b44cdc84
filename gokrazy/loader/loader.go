// Package loader is what the box and its boot loader, systemd-boot, tell each other: the entries on the ESP, and EFI
// variables.
//
// The firmware starts systemd-boot, which starts the entry that LoaderEntryOneShot names and forgets it; else the one
// that LoaderEntryDefault names; else the default of loader.conf. So a new version is tried by one variable that holds for
// one start, and confirmed by another: whatever goes wrong in between, the next start is the old version's.
//
// Sources: systemd 252 src/boot/efi/boot.c; "The Boot Loader Interface"; Linux Documentation/filesystems/efivarfs.rst.
package loader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
)

// Paths on the ESP, from its root.
const (
	Conf    = "loader/loader.conf"
	Entries = "loader/entries"
)

// EntryPath is a slot's entry on the ESP.
func EntryPath(s bootdisk.Slot) string { return Entries + "/" + EntryName(s) }

// EntryName is what the variables call a slot.
func EntryName(s bootdisk.Slot) string { return s.String() + ".conf" }

// Folder holds a slot's kernel and initial file system on the ESP.
func Folder(s bootdisk.Slot) string { return "posbox/" + s.String() }

// Names of the files in it.
const (
	KernelName    = "vmlinuz"
	InitramfsName = "initrd"
)

// Entry is the text of a slot's entry. command is what the kernel is told besides its root.
func Entry(s bootdisk.Slot, version, command string) string {
	return fmt.Sprintf("title posbox %[1]s\nversion %[2]s\nlinux /%[3]s/%[4]s\ninitrd /%[3]s/%[5]s\noptions %[6]s %[7]s\n",
		s, version, Folder(s), KernelName, InitramfsName, gpt.RootArgument(int(s)), command)
}

// ReadEntry reads an entry: a word, spaces, the rest of the line.
func ReadEntry(text string) map[string]string {
	e := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		e[key] = strings.TrimSpace(value)
	}
	return e
}

// ConfText makes systemd-boot start a slot at once where no variable says otherwise.
func ConfText(s bootdisk.Slot) string {
	return "default " + EntryName(s) + "\ntimeout 0\neditor no\n"
}

var defaultLine = regexp.MustCompile(`(?m)^default\s+([ab])\.conf\s*$`)

// ConfDefault is the slot that a loader.conf starts. Without one systemd-boot takes its first entry.
func ConfDefault(text string) bootdisk.Slot {
	if m := defaultLine.FindStringSubmatch(text); m != nil && m[1] == "b" {
		return bootdisk.B
	}
	return bootdisk.A
}

// SlotOf reads an entry's name; systemd-boot writes it as it likes its case.
func SlotOf(entry string) (bootdisk.Slot, bool) {
	switch strings.ToLower(strings.TrimSuffix(strings.ToLower(entry), ".conf")) {
	case "a":
		return bootdisk.A, true
	case "b":
		return bootdisk.B, true
	}
	return 0, false
}

// attributes: kept by the firmware, for the loader and for the running system.
const attributes = 0x1 | 0x2 | 0x4

// maxVariable bounds what is read of one.
const maxVariable = 1024

var errVariable = errors.New("loader: not a variable with a text")

// encode is a variable's file: attributes, then the text in UTF-16 with a zero at its end.
func encode(text string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, attributes)
	for _, u := range append(utf16.Encode([]rune(text)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// decode reads encode's bytes, up to the first zero.
func decode(b []byte) (string, error) {
	if len(b) < 4 || len(b)%2 != 0 || len(b) > maxVariable {
		return "", errVariable
	}
	var text []uint16
	for b = b[4:]; len(b) > 0; b = b[2:] {
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		text = append(text, u)
	}
	return string(utf16.Decode(text)), nil
}
