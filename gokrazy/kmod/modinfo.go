// Package kmod knows kernel modules: what a module file says of itself, what has to be loaded before it, and which module
// a device asks for. The builder makes an index of them; the box loads by it. So the image needs no depmod and the box no
// modprobe.
package kmod

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"strings"
)

// Module is what a .ko file's section .modinfo says: a row of key=value, each ended by a zero byte.
type Module struct {
	Name    string // with underscores, as /proc/modules has it
	Path    string // below /lib/modules/VERSION
	Depends []string
	Before  []string // wished for, loaded first where there ("softdep: pre:")
	Aliases []string // patterns of devices

	// Firmware is what it may ask for, below /lib/firmware. The index does not keep it: only the builder wants to know.
	Firmware []string
}

// Name brings a module's name into the kernel's own form.
func Name(s string) string { return strings.ReplaceAll(s, "-", "_") }

// Parse reads a module file.
func Parse(path string, r io.ReaderAt) (m Module, err error) {
	defer func() {
		// debug/elf promises errors, and has panicked on damaged files before.
		if p := recover(); p != nil {
			err = fmt.Errorf("kmod: %s: %v", path, p)
		}
	}()
	f, err := elf.NewFile(r)
	if err != nil {
		return m, fmt.Errorf("kmod: %s: %w", path, err)
	}
	section := f.Section(".modinfo")
	if section == nil {
		return m, fmt.Errorf("kmod: %s has no .modinfo", path)
	}
	info, err := section.Data()
	if err != nil {
		return m, fmt.Errorf("kmod: %s: %w", path, err)
	}
	base := path[strings.LastIndexByte(path, '/')+1:]
	m = Module{Name: Name(strings.TrimSuffix(base, ".ko")), Path: path}
	m.fill(info)
	return m, nil
}

func (m *Module) fill(info []byte) {
	for _, pair := range bytes.Split(info, []byte{0}) {
		key, value, _ := strings.Cut(string(pair), "=")
		if strings.ContainsAny(value, "\n\x00") {
			continue
		}
		switch key {
		case "depends":
			for _, d := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' }) {
				m.Depends = append(m.Depends, Name(d))
			}
		case "softdep":
			if before, ok := strings.CutPrefix(value, "pre:"); ok {
				before, _, _ = strings.Cut(before, "post:")
				for _, d := range strings.Fields(before) {
					m.Before = append(m.Before, Name(d))
				}
			}
		case "alias":
			if value != "" && !strings.ContainsAny(value, " \t\r") {
				m.Aliases = append(m.Aliases, value)
			}
		case "firmware":
			if value != "" {
				m.Firmware = append(m.Firmware, value)
			}
		}
	}
}
