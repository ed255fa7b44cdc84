package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/fat"
	"posbox/image/squashfs"
	"posbox/image/tree"
)

// report is what inspect says of an image.
type report struct {
	Station    string            `json:"station"`
	Version    string            `json:"version"`
	Note       string            `json:"note,omitempty"` // what has not been tried
	Partitions []partitionReport `json:"partitions"`
	Checks     []check           `json:"checks"`
	Entries    map[string]string `json:"entries"` // of the loader; a Pi's settings of its firmware
}

type partitionReport struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	Start  int64  `json:"start"`
	Size   int64  `json:"size"`
	Holds  string `json:"holds"` // fat, squashfs, empty, other
	Files  int    `json:"files"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"` // of a slot's files, names and modes
}

func runInspect(_ context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image inspect", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "print JSON")
	if err := parse(fs, args, 1, stderr); err != nil {
		return err
	}
	plain, err := plainImage(fs.Arg(0), stderr)
	if err != nil {
		return err
	}
	f, err := os.Open(plain)
	if err != nil {
		return err
	}
	defer f.Close()
	if isBundle(f) {
		return inspectBundle(bufio.NewReader(f), stdout)
	}
	r, err := inspect(f)
	if err != nil {
		return err
	}
	if *asJSON {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	r.print(stdout)
	return nil
}

// inspect reads an image without changing it.
func inspect(f io.ReaderAt) (*report, error) {
	table, err := gpt.Read(f)
	if err != nil {
		return nil, err
	}
	if !table.IsBox() {
		return nil, fmt.Errorf("a partition table, but not the box's")
	}
	r, trees := &report{Entries: map[string]string{}}, map[string]*tree.Tree{}
	for _, p := range table.Partitions {
		t, pr, err := inspectPartition(io.NewSectionReader(f, p.Start(), p.Size()), p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		r.Partitions = append(r.Partitions, pr)
		if t != nil {
			r.learn(p.Name, t)
			trees[p.Name] = t
		}
	}
	r.Checks = checkImage(table, r.Station, trees)
	return r, nil
}

// inspectPartition tells by a partition's first bytes what it holds.
func inspectPartition(part *io.SectionReader, p gpt.Partition) (t *tree.Tree, r partitionReport, err error) {
	r = partitionReport{Number: p.Number, Name: p.Name, Start: p.Start(), Size: p.Size(), Holds: "other"}
	head := make([]byte, 4096)
	if _, err := part.ReadAt(head, 0); err != nil {
		return nil, r, err
	}
	switch {
	case string(head[:4]) == "hsqs":
		r.Holds = "squashfs"
		t, _, err = squashfs.Read(part)
	case string(head[82:87]) == "FAT32":
		r.Holds = "fat"
		t, err = fat.Read(part)
	case strings.Trim(string(head), "\x00") == "":
		r.Holds = "empty"
	}
	if err != nil || t == nil {
		return nil, r, err
	}
	r.SHA256, r.Files, r.Bytes, err = sum(t)
	return t, r, err
}

// sum hashes a tree: every name, kind, mode, owner and byte.
func sum(t *tree.Tree) (hash string, files int, bytes int64, err error) {
	h := sha256.New()
	err = t.Walk(func(p string, n *tree.Node) error {
		fmt.Fprintf(h, "%q %d %o %d %d %q %d\n", p, n.Kind, n.Mode, n.UID, n.GID, n.Target, n.Size)
		if n.Kind != tree.File {
			return nil
		}
		files++
		bytes += n.Size
		if n.Size == 0 {
			return nil
		}
		_, err := io.Copy(h, n.Reader())
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil)), files, bytes, err
}

// learn takes what a partition says of the image.
func (r *report) learn(name string, t *tree.Tree) {
	switch name {
	case gpt.ESP:
		r.texts(t, "/loader/entries", ".conf")
		r.texts(t, "/", ".txt")
	case gpt.BootA, gpt.BootB:
		r.texts(t, "/", ".txt")
	case gpt.RootA:
		if b, err := bytesOf(t, station.VersionFile); err == nil {
			r.Version = string(b)
		}
		if b, err := bytesOf(t, station.File); err == nil {
			if s, err := station.Parse(b); err == nil {
				r.Station = s.Name
				if known, err := station.Named(s.Name); err == nil {
					r.Note = known.Untested
				}
			}
		}
	}
}

// texts takes the files of a folder that end alike.
func (r *report) texts(t *tree.Tree, folder, end string) {
	dir, err := t.Lookup(folder)
	if err != nil {
		return
	}
	for _, name := range dir.Names() {
		if n := dir.Children[name]; n.Kind == tree.File && strings.HasSuffix(name, end) {
			if b, err := n.Bytes(); err == nil {
				r.Entries[name] = string(b)
			}
		}
	}
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "station %s, version %s\n", r.Station, r.Version)
	if r.Note != "" {
		fmt.Fprintf(w, "NOTE: %s\n", r.Note)
	}
	for _, p := range r.Partitions {
		fmt.Fprintf(w, "%d %-7s %5d MiB  %-8s", p.Number, p.Name, p.Size>>20, p.Holds)
		if p.Files > 0 {
			fmt.Fprintf(w, " %5d files %5d MiB  %.16s", p.Files, p.Bytes>>20, p.SHA256)
		}
		fmt.Fprintln(w)
	}
	for _, c := range r.Checks {
		fmt.Fprintf(w, "%-4s %s: %s\n", c.word(), c.Part, c.Says)
	}
	for _, text := range r.Entries {
		fmt.Fprint(w, text)
	}
}
