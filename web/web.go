// Package web holds the screens as they are served: plain files, embedded, without a build step.
//
// The till's screen is hand-written ES modules and CSS. It knows nothing but the HTTP API of package ui: the browser
// never holds the only copy of anything. Its content policy forbids inline scripts and styles, so there are none.
package web

import (
	"embed"
	"io/fs"
)

//go:embed till
var files embed.FS

// Till returns the files of the till's screen, with index.html at the root.
func Till() fs.FS {
	root, err := fs.Sub(files, "till")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return root
}
