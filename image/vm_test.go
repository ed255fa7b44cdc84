package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTwoBuildsAreTheSame builds from a copy of the sources in another folder, later, in another time zone.
func TestTwoBuildsAreTheSame(t *testing.T) {
	inTurnAfterScreen(t, 100)
	images := []func() (buildOptions, error){thePC} // made of all that the vm's is made of, and firmware
	if long() {
		images = append(images, theImage)
	}
	for _, image := range images {
		one, err := image()
		unless(t, err)
		t.Run(one.station, func(t *testing.T) { buildsTheSame(t, one) })
	}
}

func buildsTheSame(t *testing.T, one buildOptions) {
	root, err := moduleRoot(t.Context())
	must(t, err)
	sources := filepath.Join(t.TempDir(), "elsewhere")
	files, err := exec.Command("git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z").Output()
	unless(t, err)
	for _, f := range strings.Split(strings.TrimRight(string(files), "\x00"), "\x00") {
		copyFile(t, filepath.Join(root, f), filepath.Join(sources, f))
	}
	two, keys := filepath.Join(t.TempDir(), "two.img"), filepath.Join(t.TempDir(), "keys")
	must(t, os.WriteFile(keys, believed(), 0o644))
	c := exec.Command("go", "run", "./image", "build", "-station", one.station, "-version", "1", "-built", built.Format(time.RFC3339), "-locks", one.locks, "-release-key", keys, "-out", two)
	c.Dir = sources
	c.Env = append(os.Environ(), "TZ=Pacific/Auckland", "LC_ALL=C", "TMPDIR="+t.TempDir())
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sameFiles(t, one.out, two)
	sameFiles(t, one.out+".manifest.json", two+".manifest.json")
}

func copyFile(t *testing.T, from, to string) {
	b, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return // deleted, not yet committed
	}
	must(t, err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, b, 0o644))
}

// TestBoots starts the same image from other kinds of disks than TestScreen does, which has virtio and cuts its power.
func TestBoots(t *testing.T) {
	inTurn(t, 60)
	o, err := theImage()
	unless(t, err)
	for _, disk := range []string{"nvme", "emmc"} {
		t.Run(disk, func(t *testing.T) {
			// The firmware cannot read a card, so QEMU starts that kernel anyway.
			o := runOptions{image: o.out, disk: disk, overlay: filepath.Join(t.TempDir(), "disk"), bare: disk == "emmc"}
			g := start(t, o)
			g.wait(handedOver)
			g.wait(permMade)
			g.wait(tillReady)
			if head := g.head(); head.Seq == 0 {
				t.Errorf("journal: %+v", head)
			}
		})
	}
}
