package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"posbox/image/tree"
)

// manifestLine says where a file of the image comes from.
type manifestLine struct {
	Path    string `json:"path"` // partition first
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Package string `json:"package"`
	Version string `json:"version"`

	// Of the whole image only.
	Station string `json:"station,omitempty"`
	Note    string `json:"note,omitempty"` // what has not been tried
}

// writeManifest lists the image as a whole and every file of it.
func writeManifest(out string, lines []manifestLine, c content) error {
	for _, p := range []struct {
		name string
		t    *tree.Tree
	}{{"esp", c.esp}, {"boot", c.boot}, {"root", c.root}, {"ui", c.ui}} {
		if p.t == nil {
			continue
		}
		more, err := manifest(p.name, p.t)
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	b, err := json.MarshalIndent(lines, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(b, '\n'), 0o644)
}

func manifest(partition string, t *tree.Tree) (lines []manifestLine, err error) {
	err = t.Walk(func(p string, n *tree.Node) error {
		if n.Kind != tree.File {
			return nil
		}
		h := sha256.New()
		if _, err := io.Copy(h, n.Reader()); err != nil {
			return err
		}
		name, version, _ := strings.Cut(n.Package, "=")
		lines = append(lines, manifestLine{partition + p, fmt.Sprintf("%x", h.Sum(nil)), n.Size, name, version, "", ""})
		return nil
	})
	return lines, err
}
