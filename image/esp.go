package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"path"
	"strconv"
	"strings"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/kernel"
	"posbox/gokrazy/loader"
	"posbox/gokrazy/station"
	"posbox/image/cpio"
	"posbox/image/tree"
)

// espTree makes the partition that the firmware reads: the loader, and slot a with kernel and initial file system.
func espTree(s station.Station, version uint64, boot *tree.Tree, k *kernelFiles, programs map[string][]byte) (*tree.Tree, error) {
	program, err := bytesOf(boot, "/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
	if err != nil {
		return nil, err
	}
	initrd, err := initialFiles(k, programs[initramfsPackage])
	if err != nil {
		return nil, err
	}
	if s.Firmware {
		early, err := earlyMicrocode(boot)
		if err != nil {
			return nil, err
		}
		initrd = append(early, initrd...)
	}
	t := tree.New()
	for _, f := range []struct {
		path    string
		content []byte
	}{
		{"/EFI/BOOT/BOOTX64.EFI", program},
		{"/" + loader.Conf, []byte(loader.ConfText(bootdisk.A))},
		{"/" + loader.EntryPath(bootdisk.A), []byte(entry(s, version, bootdisk.A))},
		{"/" + loader.Folder(bootdisk.A) + "/" + loader.KernelName, k.image},
		{"/" + loader.Folder(bootdisk.A) + "/" + loader.InitramfsName, initrd},
	} {
		if err := t.AddBytes(f.path, 0o644, f.content); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// entry is what systemd-boot reads of a slot.
func entry(s station.Station, version uint64, slot bootdisk.Slot) string {
	return loader.Entry(slot, strconv.FormatUint(version, 10), strings.Join(s.Kernel, " "))
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
