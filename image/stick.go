package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"posbox/image/fat"
	"posbox/image/flash"
	"posbox/image/target"
	"posbox/image/tree"
	"posbox/wire"
)

// Sizes of a stick that we make.
const (
	smallestStick = 256 << 20
	largestStick  = 8 << 30 // what lies behind stays unused: our tables are made for small disks
	stickBegin    = 1 << 20
)

func runStick(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image stick", flag.ContinueOnError)
	o := flashOptions{in: os.Stdin}
	key := fs.String("key", "", "connection key, as BAAZ shows it")
	baaz := fs.String("baaz", "", "BAAZ's address: https://…")
	dir := fs.String("dir", "", "folder where a stick is mounted: the key is put beside what is there")
	fs.StringVar(&o.disk, "disk", "", "stick to make anew; all that is on it goes")
	fs.BoolVar(&o.yes, "yes", false, "do not ask")
	fs.BoolVar(&o.fixed, "fixed", false, "the disk is built into this computer, and is meant")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if *key == "" || *baaz == "" || (*dir == "") == (o.disk == "") {
		return fmt.Errorf("%w (stick needs -key, -baaz and either -dir or -disk)", errUsage)
	}
	text, err := keyText(*key, *baaz)
	if err != nil {
		return err
	}
	if *dir != "" {
		err = keyToFolder(*dir, text)
	} else {
		err = keyToDisk(ctx, o, text, stdout)
	}
	if err == nil {
		fmt.Fprintln(stdout, "image: the key is on the stick; put it into the box before it has an owner, and it joins by itself. The key works once.")
	}
	return err
}

// keyText makes the file and reads it as the box will.
func keyText(key, baaz string) ([]byte, error) {
	k, err := wire.ParseKey(key)
	if err != nil {
		return nil, fmt.Errorf("that is no connection key, look for a letter that was mistyped: %w", err)
	}
	text := []byte(wire.KeyFile{BAAZ: strings.TrimSpace(baaz), Key: k}.Text())
	if back, err := wire.ParseKeyFile(text); err != nil || back.Key != k {
		return nil, fmt.Errorf("%q is no address of BAAZ: %w", baaz, errors.Join(err, wire.ErrKeyFile))
	}
	return text, nil
}

// keyToFolder writes the file so that it is whole or not there at all.
func keyToFolder(dir string, text []byte) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is no folder: say where the stick is mounted", dir)
	}
	part := filepath.Join(dir, wire.KeyFileName+".part")
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, filepath.Join(dir, wire.KeyFileName))
}

// keyToDisk makes a stick anew: one FAT32 partition with the file.
func keyToDisk(ctx context.Context, o flashOptions, text []byte, out io.Writer) error {
	disk, err := chooseDisk(o, smallestStick, out)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "image: %s\n", disk)
	if err := confirm(o, disk, out); err != nil {
		return err
	}
	begin, err := stickImage(min(disk.Size, largestStick), text)
	if err != nil {
		return err
	}
	defer begin.Close()
	size, err := begin.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	return writeStick(ctx, disk, begin, size)
}

// stickImage makes the beginning of a stick, as far as anything but zeros can stand on it, in a file without a name.
func stickImage(size int64, text []byte) (f *os.File, err error) {
	size = size / stickBegin * stickBegin
	t := tree.New()
	if err := t.AddBytes("/"+wire.KeyFileName, 0o644, text); err != nil {
		return nil, err
	}
	if f, err = os.CreateTemp("", "posbox-stick-"); err != nil {
		return nil, err
	}
	os.Remove(f.Name())
	_, err = f.WriteAt(stickTable(size), 0)
	err = errors.Join(err, fat.Write(io.NewOffsetWriter(f, stickBegin), size-stickBegin, t))
	// Two allocation tables of four bytes for each 2 KiB, and a mebibyte for folder and file.
	err = errors.Join(err, f.Truncate((2*stickBegin+(size-stickBegin)/256+stickBegin)/stickBegin*stickBegin))
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// stickTable is a master boot record with one FAT32 partition, which every system reads.
func stickTable(size int64) []byte {
	b := make([]byte, 512)
	p := b[446:]
	copy(p, []byte{0, 0xfe, 0xff, 0xff, 0x0c, 0xfe, 0xff, 0xff}) // too far for cylinders: they are not used
	binary.LittleEndian.PutUint32(p[8:], stickBegin/512)
	binary.LittleEndian.PutUint32(p[12:], uint32((size-stickBegin)/512))
	b[510], b[511] = 0x55, 0xaa
	return b
}

func writeStick(ctx context.Context, disk target.Disk, begin *os.File, size int64) error {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(begin, 0, size)); err != nil {
		return err
	}
	dev, err := flash.Open(disk.Path)
	if err != nil {
		return err
	}
	defer dev.Close()
	sums, err := flash.Write(ctx, dev, io.NewSectionReader(begin, 0, size), size, func(int64) {})
	if err != nil {
		return fmt.Errorf("%s is not whole; do it again: %w", disk.Path, err)
	}
	if err := flash.Verify(ctx, disk.Path, size, sums, [32]byte(h.Sum(nil)), func(int64) {}); err != nil {
		return err
	}
	flash.Forget(dev)
	return nil
}
