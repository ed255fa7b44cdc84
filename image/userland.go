package main

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"posbox/image/apt"
	"posbox/image/lock"
	"posbox/image/tree"
)

// zone is the shop's time zone.
const zone = "Asia/Ulaanbaatar"

// users of the userland. Numbers are fixed, since files on /perm may carry them.
var users = []string{
	"root:x:0:0:root:/root:/usr/sbin/nologin",
	"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
	"compositor:x:998:998:compositor:/nonexistent:/usr/sbin/nologin",
	"kiosk:x:1000:1000:browser:/home/kiosk:/usr/sbin/nologin",
}

// groups: udev's rules name most of them. The browser hears through audio and draws through render; keyboards and screens
// are opened by seatd, for the compositor alone.
var groups = []string{
	"root:x:0:", "tty:x:5:", "disk:x:6:", "lp:x:7:", "kmem:x:15:", "dialout:x:20:", "cdrom:x:24:", "tape:x:26:", "audio:x:29:kiosk",
	"video:x:44:", "plugdev:x:46:", "input:x:104:", "kvm:x:105:", "render:x:106:kiosk", "sgx:x:107:", "messagebus:x:108:",
	"compositor:x:998:", "kiosk:x:1000:", "nogroup:x:65534:",
}

// unpack adds packages to a tree by dpkg-deb, which knows every compression that Debian uses.
func unpack(ctx context.Context, cache *apt.Cache, packages lock.List, u *tree.Unpacker) error {
	for _, p := range packages {
		at, err := cache.Path(p)
		if err != nil {
			return err
		}
		if err := unpackOne(ctx, at, p.String(), u); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

func unpackOne(ctx context.Context, deb, name string, u *tree.Unpacker) error {
	c := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	if err := u.Tar(bufio.NewReaderSize(out, 1<<20), name); err != nil {
		c.Process.Kill()
		c.Wait()
		return err
	}
	return c.Wait()
}

// userland makes the Debian tree: packages unpacked and trimmed, and what their scripts would have made. The unpacker
// goes on in its spool with a new tree.
func userland(ctx context.Context, cache *apt.Cache, packages lock.List, u *tree.Unpacker) (*tree.Tree, error) {
	t := tree.New()
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := t.AddLink("/"+dir, "usr/"+dir); err != nil {
			return nil, err
		}
	}
	u.Tree, u.Keep = t, keep
	if err := unpack(ctx, cache, packages, u); err != nil {
		return nil, err
	}
	certificates, err := authorities(t)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{"/dev", "/proc", "/sys", "/run", "/tmp", "/perm", "/home/kiosk", "/root", "/var/tmp", "/var/lib", "/var/cache", "/etc/chromium/policies"} {
		if err := t.AddDir(dir, 0o755); err != nil {
			return nil, err
		}
	}
	for _, l := range [][2]string{
		{"/etc/localtime", "/usr/share/zoneinfo/" + zone}, {"/etc/mtab", "/proc/self/mounts"}, {"/etc/resolv.conf", "/run/resolv.conf"},
		{"/var/run", "/run"},
	} {
		if err := t.AddLink(l[0], l[1]); err != nil {
			return nil, err
		}
	}
	for _, f := range []struct{ path, content string }{
		{"/etc/passwd", strings.Join(users, "\n") + "\n"},
		{"/etc/group", strings.Join(groups, "\n") + "\n"},
		{"/etc/timezone", zone + "\n"},
		{"/etc/hosts", "127.0.0.1 localhost\n"},
		{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"},
		{"/etc/ssl/certs/ca-certificates.crt", string(certificates)},
		{"/usr/share/mime/magic", mimeMagic},
	} {
		if err := t.AddBytes(f.path, 0o644, []byte(f.content)); err != nil {
			return nil, err
		}
	}
	home, err := t.Lookup("/home/kiosk")
	if err != nil {
		return nil, err
	}
	home.UID, home.GID = 1000, 1000
	return t, nil
}

// mimeMagic is all of the MIME database (which a maintainer script would have made) that a box asks for: sway's background is
// a PNG, and the library that reads it asks the database what it is. The form is that of the shared MIME specification:
// weight and type; at byte 0, a value of 4 bytes.
const mimeMagic = "MIME-Magic\x00\n[50:image/png]\n>0=\x00\x04\x89PNG\n"

// authorities joins the certificates of ca-certificates in the order of their names.
func authorities(t *tree.Tree) ([]byte, error) {
	dir, err := t.Lookup("/usr/share/ca-certificates/mozilla")
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, name := range dir.Names() {
		b, err := dir.Children[name].Bytes()
		if err != nil {
			return nil, err
		}
		all = append(append(all, slices.Clip(b)...), '\n')
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no certificate authorities in the userland")
	}
	return all, nil
}
