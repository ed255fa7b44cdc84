package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/loader"
	"posbox/gokrazy/station"
	"posbox/image/fat"
	"posbox/image/squashfs"
	"posbox/image/tree"
	"posbox/release"
)

// bundleOptions say what an update is made of.
type bundleOptions struct {
	buildOptions
	image string // taken apart, instead of built
	base  string // a bundle: its parts are on every box already
	key   ed25519.PrivateKey
}

func runBundle(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image bundle", flag.ContinueOnError)
	var o bundleOptions
	fs.StringVar(&o.station, "station", "vm", "kind of box")
	fs.Uint64Var(&o.version, "version", 0, "version of the update, counted up with every release")
	fs.StringVar(&o.out, "out", "", "bundle to write")
	fs.StringVar(&o.image, "img", "", "take an image apart instead of building; it says station and version")
	fs.StringVar(&o.base, "base", "", "bundle that the boxes have: parts that are the same are left out")
	o.posapi.flags(fs)
	secret := fs.String("key", "", "file of the secret key that signs; made by image key")
	locks := fs.String("locks", "", "folder of the lock files; default: this program's source")
	public := fs.String("release-key", "", "file of the public keys that the new version believes; default: the signing one")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if o.out == "" || *secret == "" || (o.image == "") == (o.version == 0) || o.image != "" && o.posapi.deb != "" {
		return fmt.Errorf("%w (bundle needs -out, -key and either -version or -img; an image has its PosAPI already)", errUsage)
	}
	text, err := os.ReadFile(*secret)
	if err != nil {
		return err
	}
	if o.key, err = release.ParseSecret(text); err != nil {
		return fmt.Errorf("%s: %w", *secret, err)
	}
	o.keys = []byte(release.FormatPublic(o.key.Public().(ed25519.PublicKey)))
	if *public != "" {
		if o.keys, err = readKeys(*public); err != nil {
			return err
		}
	}
	if o.image == "" {
		if o.locks, err = lockDir(ctx, *locks); err != nil {
			return err
		}
	}
	return bundle(ctx, o, stdout)
}

// bundle makes a bundle from an image or from the builder's trees.
func bundle(ctx context.Context, o bundleOptions, log io.Writer) error {
	var v *version
	var done func() error
	var err error
	if o.image != "" {
		v, done, err = versionOfImage(o.image)
	} else {
		v, done, err = buildVersion(ctx, o.buildOptions, log)
	}
	if err != nil {
		return err
	}
	defer done()
	return v.bundle(o, log)
}

// version is what a bundle is made of.
type version struct {
	manifest release.Manifest // without its parts
	root     *tree.Tree
	parts    map[string]func() (io.ReadCloser, error)
}

// buildVersion builds one as image build does.
func buildVersion(ctx context.Context, o buildOptions, log io.Writer) (*version, func() error, error) {
	s, err := station.Named(o.station)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%v)", errUsage, err)
	}
	if err := updatable(s); err != nil {
		return nil, nil, err
	}
	c, done, err := prepare(ctx, o, log)
	if err != nil {
		return nil, nil, err
	}
	return versionOf(s.Name, o.version, strings.Join(s.Kernel, " "), c), done, nil
}

// updatable refuses stations on which nobody could take an update in.
func updatable(s station.Station) error {
	if !s.Has("guard") {
		return fmt.Errorf("station %s takes no updates: it has no guard", s.Name)
	}
	return nil
}

// versionOf takes a version from the trees of its partitions.
func versionOf(station string, n uint64, command string, c content) *version {
	v := &version{
		manifest: release.Manifest{Product: release.Product, Station: station, Version: release.Version(n), Command: command},
		root:     c.root, parts: map[string]func() (io.ReadCloser, error){},
	}
	for name, t := range map[string]*tree.Tree{release.Root: c.root, release.Userland: c.ui} {
		v.parts[name] = func() (io.ReadCloser, error) { return packed(t), nil }
	}
	for name, file := range map[string]string{release.Kernel: loader.KernelName, release.Initramfs: loader.InitramfsName} {
		v.parts[name] = func() (io.ReadCloser, error) {
			n, err := c.esp.Lookup("/" + loader.Folder(bootdisk.A) + "/" + file)
			if err != nil {
				return nil, err
			}
			return io.NopCloser(n.Reader()), nil
		}
	}
	return v
}

// packed is a tree as the slot holds it, made while it is read.
func packed(t *tree.Tree) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		_, err := squashfs.Write(w, t, epoch)
		w.CloseWithError(err)
	}()
	return r
}

// versionOfImage takes slot a of an image.
func versionOfImage(path string) (v *version, done func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	r, err := inspect(f)
	if err != nil {
		return nil, nil, err
	}
	what, err := station.Named(r.Station)
	if err != nil {
		return nil, nil, err
	}
	if err := updatable(what); err != nil {
		return nil, nil, err
	}
	n, err := release.ParseVersion(r.Version)
	if err != nil {
		return nil, nil, err
	}
	c, err := contentOf(f)
	if err != nil {
		return nil, nil, err
	}
	// What stands behind the root, which is the box's own affair.
	_, command, _ := strings.Cut(loader.ReadEntry(r.Entries[loader.EntryName(bootdisk.A)])["options"], " ")
	return versionOf(r.Station, uint64(n), command, c), f.Close, nil
}

// contentOf reads the trees of slot a.
func contentOf(f io.ReaderAt) (c content, err error) {
	table, err := gpt.Read(f)
	if err != nil {
		return c, err
	}
	part := func(name string) *io.SectionReader {
		p, _ := table.Named(name)
		return io.NewSectionReader(f, p.Start(), p.Size())
	}
	if c.esp, err = fat.Read(part(gpt.ESP)); err != nil {
		return c, err
	}
	if c.root, _, err = squashfs.Read(part(gpt.RootA)); err != nil {
		return c, err
	}
	c.ui, _, err = squashfs.Read(part(gpt.UIA))
	return c, err
}

// errNoKeys stops a version that would be a box's last.
var errNoKeys = errors.New("the version believes nobody's signature, so no box that has it could ever be updated: build it with -release-key")

// bundle writes the signed file. It appears under its name when it is whole.
func (v *version) bundle(o bundleOptions, log io.Writer) error {
	if text, err := bytesOf(v.root, station.KeysFile); err != nil || len(text) == 0 {
		return errNoKeys
	}
	base, err := partsOf(o.base)
	if err != nil {
		return err
	}
	spool, err := os.CreateTemp(filepath.Dir(o.out), ".bundle-")
	if err != nil {
		return err
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	if err := v.pack(spool, base, log); err != nil {
		return err
	}
	return assemble(o.out, spool, v.manifest, o.key)
}

// pack writes the parts and completes the manifest. What the base has is named only.
func (v *version) pack(w io.WriteSeeker, base map[release.Sum]bool, log io.Writer) error {
	for _, name := range release.Order() {
		begin, err := w.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		r, err := v.parts[name]()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p, err := release.Pack(w, name, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if base[p.SHA256] {
			p.Packed = 0
			if _, err := w.Seek(begin, io.SeekStart); err != nil {
				return err
			}
		}
		v.manifest.Parts = append(v.manifest.Parts, p)
		fmt.Fprintf(log, "image: %-9s %7.1f MB, packed %7.1f MB\n", name, float64(p.Size)/1e6, float64(p.Packed)/1e6)
	}
	return nil
}

// assemble puts the signed head before the parts.
func assemble(out string, spool *os.File, m release.Manifest, key ed25519.PrivateKey) (err error) {
	var size int64
	for _, p := range m.Parts {
		size += p.Packed
	}
	part := out + ".part"
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(part)
		}
	}()
	if err := release.WriteHead(f, m, key); err != nil {
		return err
	}
	if _, err := io.Copy(f, io.NewSectionReader(spool, 0, size)); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(part, out)
}

// partsOf are the sums of a bundle's parts.
func partsOf(path string) (map[release.Sum]bool, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := release.Look(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	sums := map[release.Sum]bool{}
	for _, p := range b.Manifest.Parts {
		sums[p.SHA256] = true
	}
	return sums, nil
}

// readKeys reads a file of public keys for an image.
func readKeys(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys, err := release.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s has no key", path)
	}
	return text, nil
}

// inspectBundle says what a bundle is, and reads it to its end: whatever fits its signed sums is whole.
func inspectBundle(r io.Reader, w io.Writer) error {
	b, err := release.Look(r)
	if err != nil {
		return err
	}
	m := b.Manifest
	fmt.Fprintf(w, "update for station %s to version %d, kernel options %q\n", m.Station, m.Version, m.Command)
	for {
		p, err := b.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		state := "left out: boxes have it"
		if p.Packed > 0 {
			if err := checkPart(b); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
			state = fmt.Sprintf("packed %.1f MB, whole", float64(p.Packed)/1e6)
		}
		fmt.Fprintf(w, "%-9s %7.1f MB  %.16s  %s\n", p.Name, float64(p.Size)/1e6, p.SHA256, state)
	}
	for _, id := range b.Signers {
		fmt.Fprintln(w, "says to be signed by", id)
	}
	return nil
}

func checkPart(b *release.Bundle) error {
	u, err := b.Unpack()
	if err != nil {
		return err
	}
	defer u.Close()
	_, err = io.Copy(io.Discard, u)
	return err
}

// isBundle looks at a file's first bytes.
func isBundle(f io.ReaderAt) bool {
	head := make([]byte, 64)
	n, _ := f.ReadAt(head, 0)
	return release.IsBundle(bytes.Clone(head[:n]))
}
