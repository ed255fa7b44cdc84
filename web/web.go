// Package web holds the screens as they are served: the files of web/dist, embedded.
//
// Their sources are kit (pieces, tokens, fonts, texts, keys, sounds) and till (the till's screens), in TSX; package bundle
// makes dist of them (go run ./web/build), and a test makes it again and compares. The till's screen knows nothing but
// the HTTP API of package ui: the browser never holds the only copy of anything. Its content policy forbids inline
// scripts and styles, so there are none.
package web

import (
	"embed"
	"io/fs"
)

//go:embed dist
var files embed.FS

// Till returns the files of the till's screen, with index.html at the root.
func Till() fs.FS {
	root, err := fs.Sub(files, "dist/till")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return root
}
