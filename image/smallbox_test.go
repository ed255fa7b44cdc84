package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/lock"
	"posbox/image/tree"
	"posbox/release"
)

// A small box has of the userland only what init needs, and stand-ins where a test wants them: it is built, updated and
// started in a fraction of the time.

// smallPackages are its userland.
var smallPackages = []string{"libc6", "e2fsprogs", "libext2fs2", "libcom-err2", "libblkid1", "libuuid1", "libss2", "logsave", "tzdata", "ca-certificates"}

const standinPackage = "posbox/image/standin"

// smallBox makes versions of one small box.
type smallBox struct {
	boot   *tree.Tree
	kernel *kernelFiles
	ui     *tree.Tree
	signer ed25519.PrivateKey
}

// newSmallBox returns the one that is made once for all tests.
func newSmallBox(t *testing.T) *smallBox {
	t.Helper()
	b, err := onceSmallBox()
	unless(t, err)
	return b
}

var onceSmallBox = sync.OnceValues(makeSmallBox)

// makeSmallBox unpacks what all versions share.
func makeSmallBox() (*smallBox, error) {
	if !long() {
		return nil, errors.New("./test -long image builds a small box and starts it in QEMU")
	}
	ctx := context.Background()
	s, err := station.Named("vm")
	if err != nil {
		return nil, err
	}
	spool, err := os.CreateTemp("", "posbox-small-")
	if err != nil {
		return nil, err
	}
	os.Remove(spool.Name()) // it lives as long as it is open
	o, err := lockedOptions(s.Name, spool.Name())
	if err != nil {
		return nil, err
	}
	locked, err := readLocks(o.locks, s)
	if err != nil {
		return nil, err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return nil, err
	}
	u := &tree.Unpacker{Tree: tree.New(), Spool: spool}
	b := &smallBox{boot: u.Tree, signer: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	if err := unpack(ctx, cache, locked.boot, u); err != nil {
		return nil, err
	}
	if b.kernel, err = openKernel(b.boot); err != nil {
		return nil, err
	}
	small := slices.DeleteFunc(slices.Clone(locked.userland), func(p lock.Package) bool { return !slices.Contains(smallPackages, p.Name) })
	if len(small) != len(smallPackages) {
		return nil, fmt.Errorf("%d of %d packages are in the lock", len(small), len(smallPackages))
	}
	b.ui, err = userland(ctx, cache, small, u)
	return b, err
}

// smallVersion says how a version differs.
type smallVersion struct {
	n        uint64
	deadInit bool
	posd     []string // arguments of a stand-in; nil: the real one
	kiosk    []string // likewise; nil: none
}

// content builds a version.
func (b *smallBox) content(t *testing.T, v smallVersion) (station.Station, content) {
	t.Helper()
	s := vm(t)
	// A trial is as long as an emulated start takes, no longer.
	s.Programs = []station.Program{
		{Name: "guard", Package: "posbox/cmd/guard", Args: []string{"-deadline", "75s", "-steady", "5s"}},
		{Name: "manage", Package: "posbox/gokrazy/manage"},
		{Name: "tell", Package: standinPackage, Args: []string{"tell", "/run/posbox/kiosk.token"}},
		{Name: "posd", Package: "posbox/cmd/posd", Args: []string{"-data", "/perm/posbox", "-listen", "127.0.0.1:8080", "-box", "/run/posbox", "-token", "/run/posbox/kiosk.token", "-demo"}},
	}
	if v.posd != nil {
		s.Programs[3] = station.Program{Name: "posd", Package: standinPackage, Args: v.posd}
	}
	if v.kiosk != nil {
		s.Programs = append(s.Programs, station.Program{Name: "kiosk", Package: standinPackage, Args: v.kiosk})
	}
	programs, err := compile(context.Background(), s, v.n)
	must(t, err)
	if v.deadInit {
		other := s
		other.Programs = []station.Program{{Package: standinPackage}}
		dead, err := compile(context.Background(), other, v.n)
		must(t, err)
		programs[initPackage] = dead[standinPackage]
	}
	var c content
	c.ui = b.ui
	c.root, err = rootTree(s, v.n, time.Unix(int64(epoch), 0), b.kernel, programs, c.ui)
	must(t, err, c.root.AddBytes(station.KeysFile, 0o644, []byte(release.FormatPublic(b.signer.Public().(ed25519.PublicKey)))))
	c.esp, err = espTree(s, v.n, b.boot, b.kernel, programs)
	must(t, err)
	return s, c
}

// image writes a version's image.
func (b *smallBox) image(t *testing.T, v smallVersion) string {
	t.Helper()
	_, c := b.content(t, v)
	out := filepath.Join(t.TempDir(), "small.img")
	must(t, writeImage(c, buildOptions{station: "vm", out: out}, io.Discard))
	return out
}

// bundle writes a version's update. What every version shares is left out.
func (b *smallBox) bundle(t *testing.T, v smallVersion, base string) string {
	t.Helper()
	s, c := b.content(t, v)
	out := filepath.Join(t.TempDir(), fmt.Sprintf("%d.bundle", v.n))
	must(t, versionOf(s.Name, v.n, strings.Join(s.Kernel, " "), c).bundle(bundleOptions{buildOptions: buildOptions{out: out}, base: base, key: b.signer}, io.Discard))
	return out
}

// TestSmallBoxStarts: the box says which slot runs, and that nothing is on trial.
func TestSmallBoxStarts(t *testing.T) {
	b := newSmallBox(t)
	g := start(t, runOptions{image: b.image(t, smallVersion{n: 1}), disk: "virtio"})
	g.wait("posbox: slot a version 1 confirmed")
	g.wait(tillReady)
	g.wait("standin: /run/posbox/kiosk.token says ")
	// gokrazy found it taken, so nobody but init touches it, and init only while the guard earns it.
	g.wait("disabling hardware watchdog")
}
