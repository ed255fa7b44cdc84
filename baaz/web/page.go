package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"sync"

	"posbox/pos/fault"
	"posbox/web"
)

// pageRoutes serve the web app. It holds nothing that anybody must not see: what it shows it asks the API for.
func pageRoutes() []route {
	return []route{
		{method: "GET", path: "/{$}", door: doorPublic, do: sends("text/html", (*Server).page), summary: "The web app"},
		{method: "GET", path: "/{file}", door: doorPublic, do: sends("text/plain", (*Server).pageFile), summary: "A file of the web app",
			faults: []fault.Code{fault.NotFound}},
		{method: "GET", path: "/fonts/{file}", door: doorPublic, do: sends("text/plain", (*Server).pageFont), summary: "Its letters",
			faults: []fault.Code{fault.NotFound}},
	}
}

func (s *Server) page(c *call) error { return servePage(c, "index.html") }

func (s *Server) pageFile(c *call) error { return servePage(c, c.PathValue("file")) }

func (s *Server) pageFont(c *call) error { return servePage(c, "fonts/"+c.PathValue("file")) }

// pageFile is a file of the app.
type pageFile struct {
	body       []byte
	media, tag string
}

// pageMedia are the media types of the app's files: the machine's own table must not decide what a browser runs.
var pageMedia = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}

// pageFiles reads the app once.
var pageFiles = sync.OnceValues(func() (map[string]pageFile, error) {
	all := map[string]pageFile{}
	files := web.Baaz()
	return all, fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(body)
		media := pageMedia[path.Ext(name)]
		if media == "" {
			media = "application/octet-stream"
		}
		all[name] = pageFile{body, media, strconv.Quote(hex.EncodeToString(sum[:16]))}
		return err
	})
})

// servePage answers with a file. A browser keeps it and asks each time whether it is still the same: with a new BAAZ comes
// a new app, at once.
func servePage(c *call, name string) error {
	all, err := pageFiles()
	if err != nil {
		return err
	}
	f, ok := all[name]
	if !ok {
		return fault.New(fault.NotFound)
	}
	h := c.w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "no-cache")
	h.Set("Etag", f.tag)
	if c.Header.Get("If-None-Match") == f.tag {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	c.w.Write(f.body) // a browser that has left asks again
	return nil
}
