package web

import (
	"embed"
	"net/http"

	"posbox/pos/fault"
)

//go:embed page
var pageFiles embed.FS

// pageRoutes serve the page that people see first. It holds nothing that anybody must not see: what it shows it asks the
// API for.
func pageRoutes() []route {
	return []route{
		{method: "GET", path: "/{$}", door: doorPublic, do: sends("text/html", (*Server).page), summary: "The page to log in, also by a one-time link"},
		{method: "GET", path: "/page/{file}", door: doorPublic, do: sends("text/plain", (*Server).pageFile), summary: "A file of that page",
			faults: []fault.Code{fault.NotFound}},
	}
}

func (s *Server) page(c *call) error { return servePage(c, "index.html") }

func (s *Server) pageFile(c *call) error { return servePage(c, c.PathValue("file")) }

func servePage(c *call, name string) error {
	f, err := pageFiles.Open("page/" + name)
	if err != nil {
		return fault.Wrap(err, fault.NotFound)
	}
	f.Close()
	if name == "index.html" { // FileServer leads away from this name
		text, err := pageFiles.ReadFile("page/index.html")
		if err != nil {
			return err
		}
		c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		c.w.Write(text)
		return nil
	}
	http.ServeFileFS(c.w, c.Request, pageFiles, "page/"+name)
	return nil
}
