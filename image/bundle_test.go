package main

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/pos/fault"
	"posbox/release"
)

// makeKey makes a pair of keys by the command.
func makeKey(t *testing.T) (secret string) {
	t.Helper()
	secret = filepath.Join(t.TempDir(), "release.key")
	tell(t, 0, "key", "-out", secret)
	return secret
}

// tell runs a command of ours.
func tell(t *testing.T, code int, args ...string) (said string) {
	t.Helper()
	var out bytes.Buffer
	if got := run(t.Context(), args, &out, &out); got != code {
		t.Fatalf("image %s: exit code %d, not %d: %s", strings.Join(args, " "), got, code, out.String())
	}
	return out.String()
}

// keyedImage is a toy image that takes updates.
func keyedImage(t *testing.T, secret string) (path string) {
	t.Helper()
	c := toyContent(t)
	keys, err := readKeys(secret + ".pub")
	must(t, err, c.root.AddBytes(station.KeysFile, 0o644, keys))
	path = filepath.Join(t.TempDir(), "keyed.img")
	must(t, writeDisk(c, path, io.Discard))
	return path
}

// TestBundle: what comes out of a bundle is byte for byte what the image has in slot a.
func TestBundle(t *testing.T) {
	secret := makeKey(t)
	image := keyedImage(t, secret)
	out := filepath.Join(t.TempDir(), "7.bundle")
	tell(t, 0, "bundle", "-img", image, "-key", secret, "-out", out)
	text, err := os.ReadFile(secret + ".pub")
	must(t, err)
	keys, err := release.ParseKeys(text)
	must(t, err)
	f, err := os.Open(out)
	must(t, err)
	defer f.Close()
	b, err := release.Open(f, keys)
	must(t, err)
	if m := b.Manifest; m.Version != 7 || m.Station != "vm" || m.Command != strings.Join(vm(t).Kernel, " ") {
		t.Errorf("%+v", m)
	}
	disk, err := os.Open(image)
	must(t, err)
	defer disk.Close()
	table, err := gpt.Read(disk)
	must(t, err)
	for name, slot := range map[string]string{release.Root: gpt.RootA, release.Userland: gpt.UIA} {
		p, _ := table.Named(slot)
		h := sha256.New()
		part := b.Manifest.Part(name)
		io.Copy(h, io.NewSectionReader(disk, p.Start(), part.Size))
		if release.Sum(h.Sum(nil)) != part.SHA256 || part.Size%4096 != 0 {
			t.Errorf("%s is not what the image has", name)
		}
	}
	if b.Manifest.Part(release.Kernel).SHA256 != sha256.Sum256([]byte("kernel")) {
		t.Error("another kernel")
	}
	if said := tell(t, 0, "inspect", out); !strings.Contains(said, "station vm to version 7") || strings.Count(said, "whole") != 4 {
		t.Errorf("inspect says %s", said)
	}
	again := out + ".again"
	tell(t, 0, "bundle", "-img", image, "-key", secret, "-out", again)
	sameFiles(t, out, again)
}

// TestShortBundle leaves out what the boxes have.
func TestShortBundle(t *testing.T) {
	secret := makeKey(t)
	image := keyedImage(t, secret)
	whole, short := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "short")
	tell(t, 0, "bundle", "-img", image, "-key", secret, "-out", whole)
	tell(t, 0, "bundle", "-img", image, "-key", secret, "-base", whole, "-out", short)
	if said := tell(t, 0, "inspect", short); strings.Count(said, "boxes have it") != 4 {
		t.Errorf("inspect says %s", said)
	}
	if info, err := os.Stat(short); err != nil || info.Size() > 2000 {
		t.Errorf("nothing new takes %d bytes", info.Size())
	}
}

func TestBundleRefusals(t *testing.T) {
	secret := makeKey(t)
	image := keyedImage(t, secret)
	out := filepath.Join(t.TempDir(), "x.bundle")
	tell(t, 2, "bundle", "-out", out, "-key", secret)
	tell(t, 2, "bundle", "-out", out, "-key", secret, "-img", image, "-version", "3")
	tell(t, 1, "bundle", "-out", out, "-key", secret+".pub", "-img", image)
	tell(t, 1, "bundle", "-out", out, "-key", secret, "-img", secret)
	tell(t, 1, "key", "-out", secret) // never over an old one
	if said := tell(t, 1, "bundle", "-out", out, "-key", secret, "-station", "pi", "-version", "2"); !strings.Contains(said, "takes no updates") {
		t.Errorf("said %s", said)
	}
	// A version that believes nobody would be the box's last.
	if said := tell(t, 1, "bundle", "-out", out, "-key", secret, "-img", toyImage(t, "UTC")); !strings.Contains(said, "-release-key") {
		t.Errorf("said %s", said)
	}
	tell(t, 1, "build", "-out", out, "-release-key", secret)
	if _, err := os.Stat(out); err == nil {
		t.Error("a bundle was left behind")
	}
	if info, err := os.Stat(secret); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret key's mode is %v %v", info.Mode(), err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged")
	tell(t, 0, "bundle", "-img", image, "-key", secret, "-out", damaged)
	b, err := os.ReadFile(damaged)
	must(t, err)
	b[len(b)-20] ^= 1
	must(t, os.WriteFile(damaged, b, 0o644))
	if said := tell(t, 1, "inspect", damaged); !strings.Contains(said, string(fault.UpdateDamaged)) {
		t.Errorf("inspect says %s", said)
	}
}
