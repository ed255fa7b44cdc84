package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTwoBuildsAreTheSame builds from a copy of the sources in another folder, later, in another time zone.
func TestTwoBuildsAreTheSame(t *testing.T) {
	inTurn(t, 100)
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

// TestBoots starts the same image from every kind of disk. One of them keeps what the box writes, and loses its power: /perm
// is made once, and after the power cut the same one is there.
func TestBoots(t *testing.T) {
	inTurn(t, 110)
	o, err := theImage()
	unless(t, err)
	for _, disk := range []string{"virtio", "nvme", "emmc"} {
		t.Run(disk, func(t *testing.T) {
			o := runOptions{image: o.out, disk: disk, overlay: filepath.Join(t.TempDir(), "disk")}
			g := start(t, o)
			g.wait(handedOver)
			g.wait(permMade)
			g.wait(tillReady)
			before := g.head()
			if status, _ := g.get("/api/state"); status != http.StatusUnauthorized && status != http.StatusForbidden {
				t.Errorf("without a token the state answers %d", status)
			}
			if disk != "virtio" {
				return
			}
			g.cut()

			g = start(t, o)
			g.wait(tillReady)
			if strings.Contains(g.console(), permMade) {
				t.Error("/perm was made again")
			}
			after := g.head()
			if before.Seq == 0 || after.Seq < before.Seq || after.Seq == before.Seq && after.Hash != before.Hash {
				t.Errorf("journal before the power cut %+v, after it %+v", before, after)
			}
		})
	}
}
