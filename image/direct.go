package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/loader"
	"posbox/image/fat"
	"posbox/image/tree"
)

// takeBootFiles copies slot a's kernel and initial files out of an image and returns QEMU's arguments that start them. The
// firmware of Debian's package cannot read an SD card; from the kernel on all is as on a real box.
func takeBootFiles(image, dir string) (args []string, err error) {
	f, err := os.Open(image)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	table, err := gpt.Read(f)
	if err != nil {
		return nil, err
	}
	esp, ok := table.Named(gpt.ESP)
	if !ok {
		return nil, fmt.Errorf("%s has no %s", image, gpt.ESP)
	}
	t, err := fat.Read(io.NewSectionReader(f, esp.Start(), esp.Size()))
	if err != nil {
		return nil, err
	}
	text, err := bytesOf(t, "/"+loader.EntryPath(bootdisk.A))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	e := loader.ReadEntry(string(text))
	for _, key := range []string{"linux", "initrd"} {
		if err := copyOut(t, e[key], filepath.Join(dir, key)); err != nil {
			return nil, err
		}
	}
	return []string{"-kernel", filepath.Join(dir, "linux"), "-initrd", filepath.Join(dir, "initrd"), "-append", e["options"]}, nil
}

func copyOut(t *tree.Tree, from, to string) error {
	b, err := bytesOf(t, from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
