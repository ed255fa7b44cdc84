package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"posbox/gokrazy/station"
)

// packedName ends the name of an image that travels: zstd, as everything that the box is sent.
const packedName = ".zst"

// Paths of the manifest's first lines: the whole image, and the file that travels.
const (
	imagePath  = "image"
	packedPath = "image.zst"
)

// manifestName is where an image's manifest stands: beside it.
func manifestName(image string) string { return image + ".manifest.json" }

// ship turns the finished disk, a file under a name of its own, into what was asked for: the disk itself or its compressed
// form, and the manifest.
func ship(disk string, c content, o buildOptions, log io.Writer) error {
	s, err := station.Named(o.station)
	if err != nil {
		return err
	}
	line, err := wholeLine(imagePath, disk, s, o.version)
	if err != nil {
		return err
	}
	lines, done := []manifestLine{line}, disk
	if strings.HasSuffix(o.out, packedName) {
		fmt.Fprintln(log, "image: compressing")
		packed := o.out + ".part"
		if err := pack(disk, packed); err != nil {
			return errors.Join(err, os.Remove(packed))
		}
		if line, err = wholeLine(packedPath, packed, s, o.version); err != nil {
			return err
		}
		lines, done = append(lines, line), packed
		fmt.Fprintf(log, "image: %d MiB travel\n", line.Size>>20)
	}
	if err := writeManifest(manifestName(o.out), lines, c); err != nil {
		return err
	}
	return os.Rename(done, o.out)
}

// wholeLine describes a whole image.
func wholeLine(path, file string, s station.Station, version uint64) (manifestLine, error) {
	sum, size, err := sumFile(file)
	return manifestLine{Path: path, SHA256: fmt.Sprintf("%x", sum), Size: size, Package: "posbox", Version: strconv.FormatUint(version, 10),
		Station: s.Name, Note: s.Untested}, err
}

func sumFile(path string) (sum [32]byte, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return [32]byte(h.Sum(nil)), size, err
}

// pack compresses a file. One goroutine and a fixed level: the same bytes become the same bytes.
func pack(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	z, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
	if err != nil {
		return err
	}
	_, err = io.Copy(z, in)
	return errors.Join(err, z.Close(), out.Sync())
}

// openImage opens an image, plain or compressed, for reading from its beginning to its end.
func openImage(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil || !strings.HasSuffix(path, packedName) {
		return f, err
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &unpacking{z.IOReadCloser(), f}, nil
}

// unpacking closes the file with what reads it.
type unpacking struct {
	io.ReadCloser
	file *os.File
}

func (u *unpacking) Close() error { return errors.Join(u.ReadCloser.Close(), u.file.Close()) }

// plainImage returns the path of an image's plain form: what has been unpacked before is taken if it is newer.
func plainImage(path string, log io.Writer) (string, error) {
	plain, packed := strings.CutSuffix(path, packedName)
	if !packed {
		return path, nil
	}
	from, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if have, err := os.Stat(plain); err == nil && !have.ModTime().Before(from.ModTime()) {
		return plain, nil
	}
	fmt.Fprintf(log, "image: unpacking %s to %s\n", path, plain)
	in, err := openImage(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	part := plain + ".part"
	if err := sparseCopy(part, in); err != nil {
		return "", errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(part))
	}
	return plain, os.Rename(part, plain)
}

// sparseCopy writes a file and leaves holes for zeros.
func sparseCopy(to string, in io.Reader) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	buf := make([]byte, 1<<20)
	at := int64(0)
	for {
		n, err := fill(in, buf)
		if strings.Trim(string(buf[:n]), "\x00") != "" {
			if _, err := out.WriteAt(buf[:n], at); err != nil {
				return err
			}
		}
		at += int64(n)
		if err == io.EOF && at > 0 {
			return errors.Join(out.Truncate(at), out.Close())
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errPacked, err)
		}
	}
}

// errPacked says that a file cannot be unpacked.
var errPacked = errors.New("it cannot be unpacked: the download is damaged or not whole; download it again")

// fill reads until a buffer is full. io.ReadFull would say the same of the end of a file and of one that was cut off.
func fill(in io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = in.Read(buf[n:])
		n += more
	}
	return n, err
}
