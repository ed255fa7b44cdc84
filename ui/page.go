package ui

import (
	"io/fs"
	"net/http"
	"strings"

	"posbox/pos/fault"
)

// page serves the screen. The link with the token sets a cookie that scripts cannot read, and leads on to an address
// without it. Only files are served, never a list of them.
func (s *Server) page() http.Handler {
	files := http.FileServerFS(s.o.Assets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			s.fail(w, r, fault.New(fault.MethodRefused))
			return
		}
		if r.URL.Path == "/" && same(r.URL.Query().Get("token"), s.o.Token) {
			http.SetCookie(w, &http.Cookie{Name: cookieName, Value: s.o.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		if !s.allowed(r) {
			s.stranger(w, r)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		if fi, err := fs.Stat(s.o.Assets, name); err != nil || fi.IsDir() {
			s.fail(w, r, fault.New(fault.NotFound))
			return
		}
		files.ServeHTTP(w, r)
	})
}
