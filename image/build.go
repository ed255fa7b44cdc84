package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/fat"
	"posbox/image/squashfs"
	"posbox/image/tree"
)

// epoch is the time of every file on every image. A build's own time must not show.
var epoch = uint32(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Unix())

// fullest is how much of a slot may be used, in percent: the next version must fit too, and a verity tree.
const fullest = 70

type buildOptions struct {
	station, out, locks string
	version             uint64
	built               time.Time // no clock of the box is earlier; zero: when the sources were committed
	posapi              posapiOptions
	keys                []byte // whose updates the box takes: a file of public release keys
}

// content is what goes onto the disk, by partition.
type content struct {
	esp, root, ui *tree.Tree
	boot          *tree.Tree // a Raspberry Pi's slot; its esp only says which slot
}

// build makes an image and its manifest. The image appears under its name when it is whole.
func build(ctx context.Context, o buildOptions, log io.Writer) error {
	if err := os.MkdirAll(filepath.Dir(o.out), 0o755); err != nil {
		return err
	}
	c, done, err := prepare(ctx, o, log)
	if err != nil {
		return err
	}
	defer done()
	return writeImage(c, o, log)
}

// prepare fetches what an image is made of and makes its trees. They are there until done is called.
func prepare(ctx context.Context, o buildOptions, log io.Writer) (c content, done func() error, err error) {
	s, err := station.Named(o.station)
	if err != nil {
		return c, nil, fmt.Errorf("%w (%v)", errUsage, err)
	}
	if err := o.posapi.check(); err != nil {
		return c, nil, err
	}
	if o.posapi.deb != "" {
		if s, err = s.WithPosAPI(); err != nil {
			return c, nil, err
		}
	}
	if o.built.IsZero() {
		if o.built, err = committed(ctx); err != nil {
			return c, nil, err
		}
	}
	locked, err := readLocks(o.locks, s)
	if err != nil {
		return c, nil, err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return c, nil, err
	}
	cache = cache.For(s.GOARCH())
	if missing := cache.Missing(locked.all()); len(missing) > 0 {
		fmt.Fprintf(log, "image: downloading %d packages, %.1f MB\n", len(missing), float64(missing.Bytes())/1e6)
	}
	if err := cache.Fill(ctx, locked.all()); err != nil {
		return c, nil, err
	}
	spool, err := os.CreateTemp("", "posbox-image-")
	if err != nil {
		return c, nil, err
	}
	os.Remove(spool.Name()) // it lives as long as it is open
	if c, err = gather(ctx, s, o, locked, cache, spool, log); err != nil {
		spool.Close()
		return c, nil, err
	}
	return c, spool.Close, nil
}

// gather makes the trees of all partitions.
func gather(ctx context.Context, s station.Station, o buildOptions, locked locks, cache *apt.Cache, spool tree.Spool, log io.Writer) (c content, err error) {
	fmt.Fprintf(log, "image: unpacking %d packages\n", len(locked.all()))
	u := &tree.Unpacker{Tree: tree.New(), Spool: spool}
	boot := u.Tree
	if err := unpack(ctx, cache, slices.Concat(locked.boot, locked.firmware), u); err != nil {
		return c, err
	}
	k, err := kernelOf(ctx, s, boot)
	if err != nil {
		return c, err
	}
	if c.ui, err = userland(ctx, cache, locked.userland, u); err != nil {
		return c, err
	}
	fmt.Fprintln(log, "image: building the programs")
	programs, err := compile(ctx, s, o.version)
	if err != nil {
		return c, err
	}
	if c.root, err = rootTree(s, o.version, o.built, k, programs, c.ui); err != nil {
		return c, err
	}
	if o.posapi.deb != "" {
		p, err := openPosAPI(ctx, o.posapi, u)
		if err != nil {
			return c, err
		}
		if err := p.addTo(c.ui, c.root); err != nil {
			return c, err
		}
		fmt.Fprintf(log, "image: %s, started as %s\n", p.vendor.Package, p.vendor.Program)
	}
	if err := checkUserland(c.ui); err != nil {
		return c, err
	}
	if len(o.keys) > 0 {
		if err := c.root.AddBytes(station.KeysFile, 0o644, o.keys); err != nil {
			return c, err
		}
	}
	if s.Firmware {
		if err := addFirmware(c.root, boot, k); err != nil {
			return c, err
		}
	}
	if s.TryBoot {
		fw, err := piFirmware.files(ctx)
		if err != nil {
			return c, err
		}
		c.esp, c.boot, err = piTrees(s, k, fw, programs)
		return c, err
	}
	c.esp, err = espTree(s, o.version, boot, k, programs)
	return c, err
}

// kernelOf opens a station's kernel.
func kernelOf(ctx context.Context, s station.Station, boot *tree.Tree) (*kernelFiles, error) {
	if s.TryBoot {
		return piKernelFiles(ctx)
	}
	return openKernel(boot)
}

// writeImage makes the disk and what is shipped of it.
func writeImage(c content, o buildOptions, log io.Writer) error {
	disk := strings.TrimSuffix(o.out, packedName) + ".disk.part"
	defer os.Remove(disk) // if it has not become the image
	if err := writeDisk(c, disk, log); err != nil {
		return err
	}
	return ship(disk, c, o, log)
}

// writeDisk writes partition table and partitions into a sparse file.
func writeDisk(c content, path string, log io.Writer) error {
	table, err := c.table()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(int64(table.LBAs) * gpt.Sector); err != nil {
		return err
	}
	if err := table.WriteTo(f); err != nil {
		return err
	}
	if err := writePartitions(f, table, c, log); err != nil {
		return err
	}
	return f.Sync()
}

// table is the layout of the disk.
func (c content) table() (gpt.Table, error) {
	if c.boot != nil {
		return gpt.PiTable(0)
	}
	return gpt.BoxTable(0)
}

func writePartitions(f *os.File, table gpt.Table, c content, log io.Writer) error {
	for _, p := range []struct {
		name string
		t    *tree.Tree
	}{{gpt.RootA, c.root}, {gpt.UIA, c.ui}} {
		part, _ := table.Named(p.name)
		w := bufio.NewWriterSize(io.NewOffsetWriter(f, part.Start()), 1<<20)
		size, err := squashfs.Write(w, p.t, epoch)
		if err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := fits(part, size); err != nil {
			return err
		}
		fmt.Fprintf(log, "image: %s %d MiB\n", p.name, size>>20)
	}
	for _, p := range []struct {
		name string
		t    *tree.Tree
	}{{gpt.ESP, c.esp}, {gpt.BootA, c.boot}} {
		if p.t == nil {
			continue
		}
		part, _ := table.Named(p.name)
		if err := fits(part, fileBytes(p.t)); err != nil {
			return err
		}
		if err := fat.Write(io.NewOffsetWriter(f, part.Start()), part.Size(), p.t); err != nil {
			return err
		}
	}
	return nil
}

// fileBytes sums up the sizes of a tree's files.
func fileBytes(t *tree.Tree) (n int64) {
	t.Walk(func(_ string, f *tree.Node) error {
		n += f.Size
		return nil
	})
	return n
}

// fits refuses content that leaves too little of its slot.
func fits(slot gpt.Partition, size int64) error {
	if size > slot.Size()/100*fullest {
		return fmt.Errorf("%s: %d MiB are more than %d %% of its slot", slot.Name, size>>20, fullest)
	}
	return nil
}

// bytesOf is a file of a tree that is small enough for memory.
func bytesOf(t *tree.Tree, p string) ([]byte, error) {
	n, err := t.Lookup(p)
	if err != nil {
		return nil, err
	}
	return n.Bytes()
}
