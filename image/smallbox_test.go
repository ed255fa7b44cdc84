package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"posbox/gokrazy/kmod"
	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/lock"
	"posbox/image/tree"
)

// A small box has of userland and drivers only what it needs in the emulator, and stand-ins where a test wants them: it is
// built, updated and started in a fraction of the time.

// smallPackages are its userland.
var smallPackages = []string{"libc6", "e2fsprogs", "libext2fs2", "libcom-err2", "libblkid1", "libuuid1", "libss2", "logsave", "tzdata", "ca-certificates"}

// noSmallDrivers are folders of drivers for what it has not, or is not tested with it: each that a device asks for takes its time at
// every start, and it has neither screen nor keys, and a disk of the emulator's own kind.
var noSmallDrivers = []string{
	"arch/x86/kvm/", "drivers/ata/", "drivers/gpu/", "drivers/hid/", "drivers/i2c/", "drivers/infiniband/", "drivers/input/", "drivers/media/",
	"drivers/mfd/", "drivers/mmc/", "drivers/net/ethernet/", "drivers/nvme/", "drivers/scsi/", "drivers/usb/", "sound/",
}

// smallProcessors is how many it has. Two in an emulator cost an eighth more of the machine's time, since each waits for what the
// other holds, and other boxes want the machine, too.
const smallProcessors = 1

const standinPackage = "posbox/image/standin"

// smallBox makes versions of one small box.
type smallBox struct {
	boot     *tree.Tree
	unpacker *tree.Unpacker
	kernel   *kernelFiles
	ui       *tree.Tree
	programs map[string][]byte // of all versions: what is told apart is what the root's files say

	image string // of version 1, whose screen is painted
	base  string // its bundle
}

// newSmallBox returns the one that is made once for all tests.
func newSmallBox(t *testing.T) *smallBox {
	t.Helper()
	b, err := onceSmallBox()
	unless(t, err)
	return b
}

var onceSmallBox = sync.OnceValues(func() (b *smallBox, err error) {
	err = spent.making("small box", func() error {
		b, err = makeSmallBox()
		return err
	})
	return b, err
})

// makeSmallBox makes what all versions share, and the first version.
func makeSmallBox() (*smallBox, error) {
	dir, locks, err := material()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	s, err := station.Named("vm")
	if err != nil {
		return nil, err
	}
	spool, err := os.CreateTemp(dir, "small-")
	if err != nil {
		return nil, err
	}
	locked, err := readLocks(locks, s)
	if err != nil {
		return nil, err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return nil, err
	}
	u := &tree.Unpacker{Tree: tree.New(), Spool: spool}
	b := &smallBox{boot: u.Tree, unpacker: u, image: filepath.Join(dir, "small.img"), base: filepath.Join(dir, "small.bundle")}
	if err := unpack(ctx, cache, locked.boot, u); err != nil {
		return nil, err
	}
	if b.kernel, err = openKernel(b.boot); err != nil {
		return nil, err
	}
	b.kernel.chosen = fewer(b.kernel.chosen)
	small := slices.DeleteFunc(slices.Clone(locked.userland), func(p lock.Package) bool { return !slices.Contains(smallPackages, p.Name) })
	if len(small) != len(smallPackages) {
		return nil, fmt.Errorf("%d of %d packages are in the lock", len(small), len(smallPackages))
	}
	if b.ui, err = userland(ctx, cache, small, u); err != nil {
		return nil, err
	}
	all := s
	all.Programs = append(smallVersion{kiosk: painted}.programs(), station.Program{Package: "posbox/cmd/posd"}, station.Program{Package: "posbox/gokrazy/posapi"})
	if b.programs, err = compile(ctx, all, 1); err != nil {
		return nil, err
	}
	first := smallVersion{n: 1, kiosk: painted}
	_, c, err := b.content(first)
	if err != nil {
		return nil, err
	}
	if err := writeDisk(c, b.image, io.Discard); err != nil {
		return nil, err
	}
	return b, b.write(b.base, first, "")
}

// fewer leaves drivers out, and what only they need.
func fewer(x *kmod.Index) *kmod.Index {
	var names []string
	for _, name := range x.Names() {
		m, _ := x.Module(name)
		if !slices.ContainsFunc(noSmallDrivers, func(f string) bool { return strings.HasPrefix(m.Path, "kernel/"+f) }) {
			names = append(names, name)
		}
	}
	return kmod.NewIndex(x.Order(names...))
}

// smallVersion says how a version differs.
type smallVersion struct {
	n        uint64
	deadInit bool
	posd     []string      // arguments of a stand-in; nil: the real one
	kiosk    []string      // of the stand-in; nil: none
	deadline time.Duration // of its trial; 0: as always
	posapi   string        // a vendor's package; "": none
}

// programs are a version's.
func (v smallVersion) programs() []station.Program {
	guard := station.Program{Name: "guard", Package: "posbox/cmd/guard", Args: []string{"-steady", "5s"}}
	if v.deadline > 0 {
		guard.Args = append(guard.Args, "-deadline", v.deadline.String())
	}
	posd := station.Program{Name: "posd", Package: standinPackage, Args: v.posd}
	if v.posd == nil {
		posd.Package, posd.Args = "posbox/cmd/posd", []string{"-data", "/perm/posbox", "-listen", "127.0.0.1:8080", "-box", "/run/posbox", "-token", "/run/posbox/kiosk.token", "-demo"}
	}
	all := []station.Program{guard, {Name: "manage", Package: "posbox/gokrazy/manage"}, {Name: "tell", Package: standinPackage, Args: []string{"tell", "/run/posbox/kiosk.token"}}, posd}
	if v.kiosk != nil {
		all = append(all, station.Program{Name: "kiosk", Package: standinPackage, Args: v.kiosk})
	}
	if v.posapi != "" {
		all = append(all, station.Program{Name: "reach", Package: standinPackage, Args: []string{"reach", posapiService, "1000"}})
	}
	return all
}

// posapiService is where PosAPI serves.
var posapiService = net.JoinHostPort(station.PosAPIAddress, strconv.Itoa(station.PosAPIPort))

// content is a version's.
func (b *smallBox) content(v smallVersion) (s station.Station, c content, err error) {
	if s, err = station.Named("vm"); err != nil {
		return s, c, err
	}
	s.Programs = v.programs()
	programs := b.programs
	if v.deadInit {
		programs = maps.Clone(programs)
		programs[initPackage] = programs[standinPackage]
	}
	c.ui = b.ui
	if v.posapi != "" {
		if s, err = s.WithPosAPI(); err != nil {
			return s, c, err
		}
		if c.ui, err = copied(b.ui); err != nil {
			return s, c, err
		}
	}
	if c.root, err = rootTree(s, v.n, time.Unix(int64(epoch), 0), b.kernel, programs, c.ui); err != nil {
		return s, c, err
	}
	if err = c.root.AddBytes(station.KeysFile, 0o644, believed()); err != nil {
		return s, c, err
	}
	if v.posapi != "" {
		p, err := openPosAPI(context.Background(), posapiOptions{deb: v.posapi}, b.unpacker)
		if err != nil {
			return s, c, err
		}
		if err := p.addTo(c.ui, c.root); err != nil {
			return s, c, err
		}
	}
	c.esp, err = espTree(s, v.n, b.boot, b.kernel, programs)
	return s, c, err
}

// copied is a tree that may be changed.
func copied(from *tree.Tree) (*tree.Tree, error) {
	to := tree.New()
	return to, from.Walk(func(p string, n *tree.Node) error {
		if n == from.Root {
			return nil
		}
		own := *n
		own.Children = nil
		return to.Add(p, &own)
	})
}

// bundle writes a version's update, without what version 1 has.
func (b *smallBox) bundle(t *testing.T, v smallVersion) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), fmt.Sprintf("%d.bundle", v.n))
	must(t, b.write(out, v, b.base))
	return out
}

// write writes a bundle without what the base has.
func (b *smallBox) write(out string, v smallVersion, base string) error {
	s, c, err := b.content(v)
	if err != nil {
		return err
	}
	o := bundleOptions{buildOptions: buildOptions{out: out}, base: base, key: signer}
	return versionOf(s.Name, v.n, strings.Join(s.Kernel, " "), c).bundle(o, io.Discard)
}
