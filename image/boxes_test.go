package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/release"
)

// Images of the box, each made once for all tests. A test starts them as they are and forgets what the guest writes, or
// over a disk of its own (overlay) or a copy; nobody writes into them.

// unless skips a test that lacks something, and fails it where ./test promised that nothing lacks.
func unless(t *testing.T, err error) {
	t.Helper()
	switch {
	case err == nil:
	case boxes():
		t.Fatal(err)
	default:
		t.Skipf("NOT TESTED: %v", err)
	}
}

// boxes says that the box itself is to be built and started; long, that repetitions are wanted which take minutes each.
func boxes() bool { return long() || os.Getenv("POSBOX_STRICT") != "" }
func long() bool  { return os.Getenv("POSBOX_LONG") != "" }

// errNoBoxes is for a plain go test, which is not to download and to build for minutes.
var errNoBoxes = errors.New("./test image downloads Debian's packages, builds the box and starts it in QEMU")

// built is when the image's sources are said to have been committed.
var built = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// signer signs the versions that tests make; believed are the public keys of those whose versions the boxes take.
var signer = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func believed() []byte { return []byte(release.FormatPublic(signer.Public().(ed25519.PublicKey))) }

// boxDir holds what all tests share.
var boxDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "posbox-box-") })

// theImage is the vm station's image from the archive's packages, thePC the pc station's.
var (
	theImage = sync.OnceValues(func() (buildOptions, error) { return makeImage("vm") })
	thePC    = sync.OnceValues(func() (buildOptions, error) { return makeImage("pc") })
)

// makeImage makes a station's image in boxDir.
func makeImage(name string) (o buildOptions, err error) {
	dir, locks, err := material()
	if err != nil {
		return o, err
	}
	o = buildOptions{station: name, out: filepath.Join(dir, name+".img"), locks: locks, version: 1, built: built, keys: believed()}
	return o, spent.making("image of station "+name, func() error { return build(context.Background(), o, os.Stderr) })
}

// material is a folder for images, and locks whose packages are in the cache.
func material() (dir, locks string, err error) {
	if !boxes() {
		return "", "", errNoBoxes
	}
	if dir, err = boxDir(); err != nil {
		return "", "", err
	}
	locks, err = freshLocks()
	return dir, locks, err
}

// freshLocks finds locks that the archive can still serve.
var freshLocks = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	dir, err := lockDir(ctx, "")
	if err != nil {
		return "", err
	}
	pc, err := station.Named("pc") // it is made of all packages that the others on amd64 are made of
	if err != nil {
		return "", err
	}
	locked, err := readLocks(dir, pc)
	if err != nil {
		return "", err
	}
	cache, err := apt.OpenCache()
	if err != nil {
		return "", err
	}
	err = cache.Fill(ctx, locked.all())
	if !errors.Is(err, apt.ErrDropped) {
		return dir, err
	}
	fmt.Fprintf(os.Stderr, "\n*** THE LOCK IS OLD: %v\n*** This run goes on with what the archive has now.\n\n", err)
	of, err := boxDir()
	if err != nil {
		return "", err
	}
	now := filepath.Join(of, "locks")
	if err := copyLocks(dir, now); err != nil { // so that what is said is the difference
		return "", err
	}
	return now, writeLocks(ctx, cache.StateDir(), now, os.Stderr)
})

func copyLocks(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range []string{userlandLock(apt.AMD64), userlandLock("arm64"), bootLock, firmwareLock} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// ahead are images that are being made before somebody asks for them.
var ahead sync.WaitGroup

// makeAhead makes what most tests start from while those run that start nothing; not where some tests only were asked for.
func makeAhead() {
	if boxes() && flag.Lookup("test.run").Value.String() == "" {
		ahead.Go(func() {
			theImage()
			onceSmallBox()
		})
	}
}

// TestMain lets tests run beside each other and removes what they shared.
func TestMain(m *testing.M) {
	if err := allTogether(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	makeAhead()
	code := m.Run()
	ahead.Wait()
	printSpent()
	if boxes() {
		if dir, err := boxDir(); err == nil {
			os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

// ownCopy is an image that a test may write into.
func ownCopy(t *testing.T, image string) string {
	t.Helper()
	own := filepath.Join(t.TempDir(), "own.img")
	if out, err := exec.Command("cp", "--sparse=always", "--reflink=auto", image, own).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return own
}
