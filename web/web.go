// Package web holds the screens as they are served: the files of web/dist, embedded.
//
// Their sources are kit (pieces, tokens, fonts, texts, keys, sounds), till (the till's screens) and baaz (BAAZ's web app),
// in TSX; package bundle makes dist of them (go run ./web/build), and a test makes it again and compares. The till's
// screen knows nothing but the HTTP API of package ui, BAAZ's that of package baaz/web: the browser never holds the only
// copy of anything. Their content policy forbids inline scripts and styles, so there are none.
package web

import (
	"embed"
	"io/fs"
)

//go:embed dist
var files embed.FS

// Till returns the files of the till's screen, with index.html at the root.
func Till() fs.FS { return screen("till") }

// Baaz returns the files of BAAZ's web app, in the same way.
func Baaz() fs.FS { return screen("baaz") }

func screen(name string) fs.FS {
	root, err := fs.Sub(files, "dist/"+name)
	if err != nil {
		panic(err) // the names are constants and valid
	}
	return root
}
