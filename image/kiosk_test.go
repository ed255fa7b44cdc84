package main

import (
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"posbox/gokrazy/station"
	"posbox/pos/fault"
	"posbox/release"
)

// blankKiosk: on the box with its real screen, a version whose kiosk finds no till to show goes back by itself, and a good
// one is confirmed once it has painted.
func blankKiosk(t *testing.T) {
	o, err := theImage()
	unless(t, err)
	run := runOptions{image: o.out, disk: "virtio", overlay: filepath.Join(t.TempDir(), "disk")}
	g := power(t, run)
	g.wait("posbox: slot a version 1 confirmed")
	g.wait("posbox: screen painted")
	c := g.tillOfOwner()
	c.bringAndTry(screenVersion(t, o.out, 2, "http://127.0.0.1:9/", "3m"))
	g.wait("posbox: slot b version 2 trial")
	g.wait("posbox: slot a version 1 confirmed")
	g.wait("posbox: screen painted")
	c = g.tillOfOwner()
	c.last(2, fault.UpdateScreen)
	c.bringAndTry(screenVersion(t, o.out, 3, "", "10m"))
	g.wait("posbox: slot b version 3 trial")
	g.wait("posbox: screen painted")
	c = g.tillOfOwner()
	c.waitFor("it is confirmed", func(u updateStatus) bool { return u.Version == 3 && u.Phase == "idle" })
}

// tillOfOwner speaks to a till of which nobody is the owner yet, or whose owner it has made.
func (g *guest) tillOfOwner() *till {
	g.t.Helper()
	g.wait(tillReady)
	c := &till{guest: g, token: strings.TrimSpace(g.look("/run/posbox/kiosk.token"))}
	owner := map[string]any{"code": "9", "password": "9999"}
	if c.order("seller.login", owner) != "" {
		c.do("seller.set", map[string]any{"code": "9", "name": "Эзэн", "password": "9999", "role": "owner"})
		c.do("seller.login", owner)
	}
	return c
}

// screenVersion is a bundle of an image's version with another number, another page for its kiosk and another deadline.
func screenVersion(t *testing.T, image string, n release.Version, url, deadline string) string {
	t.Helper()
	v, done, err := versionOfImage(image)
	must(t, err)
	defer done()
	base := headOf(t, v) // before anything is changed
	v.manifest.Version = n
	s := vm(t)
	for i, p := range s.Programs {
		switch {
		case p.Name == "guard":
			s.Programs[i].Args = append(slices.Clone(p.Args), "-deadline", deadline)
		case p.Name == "kiosk" && url != "":
			s.Programs[i].Args = append(slices.Clone(p.Args), "-url", url)
		}
	}
	for path, text := range map[string]string{station.File: string(s.JSON()), station.VersionFile: strconv.FormatUint(uint64(n), 10)} {
		v.root.Remove(path)
		must(t, v.root.AddBytes(path, 0o644, []byte(text)))
	}
	out := filepath.Join(t.TempDir(), "version.bundle")
	must(t, v.bundle(bundleOptions{buildOptions: buildOptions{out: out}, base: base, key: signer}, io.Discard))
	return out
}

// headOf is the head of the bundle of the version that the box has: enough to say what need not travel.
func headOf(t *testing.T, v *version) string {
	t.Helper()
	m := v.manifest
	for _, name := range release.Order() {
		part, err := v.parts[name]()
		must(t, err)
		h := sha256.New()
		size, err := io.Copy(h, part)
		must(t, err, part.Close())
		m.Parts = append(m.Parts, release.Part{Name: name, Size: size, SHA256: release.Sum(h.Sum(nil)), Packed: 1})
	}
	head := filepath.Join(t.TempDir(), "base")
	f, err := os.Create(head)
	must(t, err)
	defer f.Close()
	must(t, release.WriteHead(f, m, signer))
	return head
}
