package main

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"posbox/gokrazy/kmod"
	"posbox/gokrazy/logs"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// rootTree makes the root: our programs, the kernel's modules and the few files that they and gokrazy read.
func rootTree(s station.Station, version uint64, built time.Time, k *kernelFiles, programs map[string][]byte, ui *tree.Tree) (*tree.Tree, error) {
	t := tree.New()
	for _, dir := range []string{"/dev", "/proc", "/sys", "/run", "/tmp", "/perm", "/ui", "/mnt", "/etc"} {
		if err := t.AddDir(dir, 0o755); err != nil {
			return nil, err
		}
	}
	// gokrazy writes resolv.conf there; the kernel calls modprobe by that name.
	for _, l := range [][2]string{{"/etc/resolv.conf", "/tmp/resolv.conf"}, {"/var", "/perm/var"}, {"/sbin/modprobe", "/gokrazy/init"}} {
		if err := t.AddLink(l[0], l[1]); err != nil {
			return nil, err
		}
	}
	local, err := bytesOf(ui, "/usr/share/zoneinfo/"+zone)
	if err != nil {
		return nil, err
	}
	certificates, err := bytesOf(ui, "/etc/ssl/certs/ca-certificates.crt")
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		path    string
		content []byte
	}{
		{"/etc/hostname", []byte("posbox")},
		{"/etc/hosts", []byte("127.0.0.1 localhost posbox\n")},
		{"/etc/localtime", local},
		{"/etc/ssl/certs/ca-certificates.crt", certificates},
		{station.File, s.JSON()},
		{station.VersionFile, []byte(strconv.FormatUint(version, 10))},
		{logs.SyslogFile, []byte(logs.Syslog + "\n")},
		{station.BuiltFile, []byte(built.UTC().Format(time.RFC3339) + "\n")},
	} {
		if err := t.AddBytes(f.path, 0o644, f.content); err != nil {
			return nil, err
		}
	}
	if err := t.AddBytes("/gokrazy/init", 0o755, programs[initPackage]); err != nil {
		return nil, err
	}
	for _, p := range s.Programs {
		if err := t.AddBytes(p.Path(), 0o755, programs[p.Package]); err != nil {
			return nil, err
		}
	}
	return t, addModules(t, k)
}

// addModules packs the chosen modules and their index.
func addModules(t *tree.Tree, k *kernelFiles) error {
	dir := "/lib/modules/" + k.version + "/"
	for _, name := range k.chosen.Names() {
		m, _ := k.chosen.Module(name)
		n, err := k.module(m)
		if err != nil {
			return err
		}
		if err := t.Add(dir+m.Path, n); err != nil {
			return err
		}
	}
	var index bytes.Buffer
	if err := k.chosen.Write(&index); err != nil {
		return err
	}
	if index.Len() == 0 {
		return fmt.Errorf("no kernel modules")
	}
	return t.AddBytes(dir+kmod.IndexName, 0o644, index.Bytes())
}
