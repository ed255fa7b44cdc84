package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"posbox/image/flash"
	"posbox/image/target"
)

// Errors of an image that is to be flashed.
var (
	errManifest = errors.New("its manifest is missing or is no manifest: download FILE.manifest.json beside it")
	errDamaged  = errors.New("it is not what its manifest says: the download is damaged or not whole; download it again")
	errStation  = errors.New("the image is for another kind of box")
	errAnswer   = errors.New("not confirmed; nothing was written")
	errTarget   = errors.New("no disk given")
)

// flashOptions say what is written where.
type flashOptions struct {
	image, disk, station string
	yes, fixed           bool
	machine              target.Machine
	in                   io.Reader // where a person answers
}

func runFlash(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image flash", flag.ContinueOnError)
	o := flashOptions{in: os.Stdin}
	fs.StringVar(&o.image, "img", "", "image to write, plain or .zst; its manifest must lie beside it")
	fs.StringVar(&o.disk, "disk", "", "disk to write it to; without it the disks of this computer are listed")
	fs.StringVar(&o.station, "station", "", "the kind of box that the disk is for; refuses an image for another")
	fs.BoolVar(&o.yes, "yes", false, "do not ask")
	fs.BoolVar(&o.fixed, "fixed", false, "the disk is built into this computer, and is meant")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if o.image == "" {
		return fmt.Errorf("%w (flash needs -img)", errUsage)
	}
	return flashImage(ctx, o, stdout)
}

// flashImage checks everything before it writes the first byte.
func flashImage(ctx context.Context, o flashOptions, out io.Writer) error {
	image, err := readImage(o.image)
	if err != nil {
		return fmt.Errorf("%s: %w", o.image, err)
	}
	image.describe(out)
	disk, err := chooseDisk(o, image.whole.Size, out)
	if err != nil {
		return err
	}
	if err := image.fitsStation(o.station, disk); err != nil {
		return fmt.Errorf("%s: %w", o.image, err)
	}
	if err := image.check(ctx, out); err != nil {
		return fmt.Errorf("%s: %w", o.image, err)
	}
	if err := confirm(o, disk, out); err != nil {
		return err
	}
	if err := image.write(ctx, disk, out); err != nil {
		return err
	}
	fmt.Fprintf(out, "image: done; take %s out, put it into the box and switch the box on\n", disk.Path)
	return nil
}

// chooseDisk finds the disk, or lists those that there are.
func chooseDisk(o flashOptions, need int64, out io.Writer) (target.Disk, error) {
	if o.disk == "" {
		return target.Disk{}, errors.Join(fmt.Errorf("%w (%w: say -disk)", errUsage, errTarget), listDisks(o.machine, need, out))
	}
	d, err := findDisk(o.machine, o.disk)
	if err != nil {
		return d, err
	}
	return d, d.Check(need, o.fixed)
}

// findDisk describes a device, or a plain file in its place.
func findDisk(m target.Machine, path string) (target.Disk, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		return target.File(path)
	}
	return m.Find(path)
}

// listDisks shows what could be written to, and why what could not.
func listDisks(m target.Machine, need int64, out io.Writer) error {
	disks, err := m.Disks()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "disks of this computer:")
	for _, d := range disks {
		remark := ""
		if err := d.Check(need, false); err != nil {
			_, why, _ := strings.Cut(err.Error(), ": ")
			remark = "   (" + why + ")"
		}
		fmt.Fprintf(out, "  %s%s\n", d, remark)
	}
	if len(disks) == 0 {
		fmt.Fprintln(out, "  none; plug one in")
	}
	return nil
}

// shippedImage is an image with what its manifest says of it.
type shippedImage struct {
	path   string
	packed bool
	file   manifestLine // of the file that is there
	whole  manifestLine // of the disk that comes out of it
}

// readImage finds an image and its manifest.
func readImage(path string) (s shippedImage, err error) {
	s = shippedImage{path: path, packed: strings.HasSuffix(path, packedName)}
	if _, err := os.Stat(path); err != nil {
		return s, errors.New("there is no such file")
	}
	lines, err := readManifest(path)
	if err != nil {
		return s, err
	}
	for _, l := range lines {
		if l.Path == imagePath {
			s.whole = l
		}
		if l.Path == imagePath && !s.packed || l.Path == packedPath && s.packed {
			s.file = l
		}
	}
	if s.whole.Size <= 0 || s.file.Size <= 0 {
		return s, errManifest
	}
	return s, nil
}

// maxManifest bounds a manifest; one of four thousand files has 1 MB.
const maxManifest = 64 << 20

// readManifest reads what lies beside an image. An unpacked image may still have its packed form's.
func readManifest(image string) (lines []manifestLine, err error) {
	f, err := os.Open(manifestName(image))
	if errors.Is(err, os.ErrNotExist) {
		f, err = os.Open(manifestName(image + packedName))
	}
	if err != nil {
		return nil, errManifest
	}
	defer f.Close()
	return parseManifest(io.LimitReader(f, maxManifest))
}

func parseManifest(r io.Reader) (lines []manifestLine, err error) {
	if err := json.NewDecoder(r).Decode(&lines); err != nil {
		return nil, fmt.Errorf("%w (%v)", errManifest, err)
	}
	for _, l := range lines {
		if sum, err := hex.DecodeString(l.SHA256); err != nil || len(sum) != 32 || l.Size < 0 || l.Path == "" {
			return nil, fmt.Errorf("%w (%q)", errManifest, l.Path)
		}
	}
	return lines, nil
}

func (s shippedImage) describe(out io.Writer) {
	fmt.Fprintf(out, "image: %s: station %s, version %s, %.2f GB\n", filepath.Base(s.path), s.whole.Station, s.whole.Version, float64(s.whole.Size)/1e9)
	if s.whole.Note != "" {
		fmt.Fprintf(out, "image: NOTE: %s\n", s.whole.Note)
	}
}

// fitsStation refuses an image for another box; one for the emulator does not go onto a disk by accident.
func (s shippedImage) fitsStation(wanted string, disk target.Disk) error {
	if wanted == "" && s.whole.Station == "vm" && disk.Bus != "file" {
		return fmt.Errorf("%w: vm is for the emulator and has a way in from outside; take pc or pi, or say -station vm", errStation)
	}
	if wanted != "" && wanted != s.whole.Station {
		return fmt.Errorf("%w: %s, not %s", errStation, s.whole.Station, wanted)
	}
	return nil
}

// check compares every byte of the file with the manifest.
func (s shippedImage) check(ctx context.Context, out io.Writer) error {
	info, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if info.Size() != s.file.Size {
		return fmt.Errorf("%w (%d bytes instead of %d)", errDamaged, info.Size(), s.file.Size)
	}
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	m := newMeter(out, "checking the image", info.Size())
	sum, err := hashAll(ctx, f, m.tell)
	m.end()
	if err == nil && hex.EncodeToString(sum[:]) != s.file.SHA256 {
		err = errDamaged
	}
	return err
}

// confirm asks for the disk's name. A file is no disk that anyone could miss.
func confirm(o flashOptions, disk target.Disk, out io.Writer) error {
	if o.yes || disk.Bus == "file" {
		return nil
	}
	name := filepath.Base(disk.Path)
	fmt.Fprintf(out, "All that is on %s will be gone.\nType %s and Enter to go on: ", disk, name)
	line, _ := bufio.NewReader(o.in).ReadString('\n')
	if strings.TrimSpace(line) != name {
		return errAnswer
	}
	return nil
}

// write writes and reads back.
func (s shippedImage) write(ctx context.Context, disk target.Disk, out io.Writer) error {
	in, err := openImage(s.path)
	if err != nil {
		return err
	}
	defer in.Close()
	dev, err := flash.Open(disk.Path)
	if err != nil {
		return err
	}
	defer dev.Close()
	m := newMeter(out, "writing", s.whole.Size)
	sums, err := flash.Write(ctx, dev, in, s.whole.Size, m.tell)
	m.end()
	if err != nil {
		return unfinished(disk, err)
	}
	m = newMeter(out, "reading back", s.whole.Size)
	var want [32]byte
	hex.Decode(want[:], []byte(s.whole.SHA256))
	err = flash.Verify(ctx, disk.Path, s.whole.Size, sums, want, m.tell)
	m.end()
	if err != nil {
		return unfinished(disk, err)
	}
	flash.Forget(dev)
	return nil
}

// unfinished says what has become of the disk.
func unfinished(disk target.Disk, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped: %s is not whole and does not start a box; flash it again: %w", disk.Path, err)
	}
	return fmt.Errorf("%s is not whole and does not start a box: %w", disk.Path, err)
}
