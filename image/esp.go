package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"path"
	"strings"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/kernel"
	"posbox/gokrazy/station"
	"posbox/image/cpio"
	"posbox/image/tree"
)

// loaderConf makes systemd-boot start slot a at once. An update's trial and its confirmation go through EFI variables;
// this file stays as it is.
const loaderConf = "default a.conf\ntimeout 0\neditor no\n"

// espTree makes the partition that the firmware reads: the loader, and slot a with kernel and initial file system.
func espTree(s station.Station, version uint64, boot *tree.Tree, k *kernelFiles, programs map[string][]byte) (*tree.Tree, error) {
	loader, err := bytesOf(boot, "/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
	if err != nil {
		return nil, err
	}
	initrd, err := initialFiles(k, programs[initramfsPackage])
	if err != nil {
		return nil, err
	}
	t := tree.New()
	for _, f := range []struct {
		path    string
		content []byte
	}{
		{"/EFI/BOOT/BOOTX64.EFI", loader},
		{"/loader/loader.conf", []byte(loaderConf)},
		{"/loader/entries/a.conf", []byte(entry(s, version, bootdisk.A))},
		{"/posbox/a/vmlinuz", k.image},
		{"/posbox/a/initrd", initrd},
	} {
		if err := t.AddBytes(f.path, 0o644, f.content); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// entry is what systemd-boot reads of a slot.
func entry(s station.Station, version uint64, slot bootdisk.Slot) string {
	return fmt.Sprintf("title posbox %[1]s\nversion %[2]d\nlinux /posbox/%[1]s/vmlinuz\ninitrd /posbox/%[1]s/initrd\noptions %[3]s %[4]s\n",
		slot, version, gpt.RootArgument(int(slot)), strings.Join(s.Kernel, " "))
}

// initialFiles packs the first program and the modules that it loads, in their order.
func initialFiles(k *kernelFiles, program []byte) ([]byte, error) {
	t := tree.New()
	for _, dir := range []string{"/dev", "/proc", "/sys", "/root"} {
		if err := t.AddDir(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := t.AddBytes("/init", 0o755, program); err != nil {
		return nil, err
	}
	var order strings.Builder
	for _, m := range k.chosen.Order(kernel.Early...) {
		n, err := k.module(m)
		if err != nil {
			return nil, err
		}
		name := path.Base(m.Path)
		if err := t.Add("/modules/"+name, n); err != nil {
			return nil, err
		}
		order.WriteString(name + "\n")
	}
	if err := t.AddBytes("/modules/order", 0o644, []byte(order.String())); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(cpio.Write(z, t), z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
