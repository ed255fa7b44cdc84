package office

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"posbox/pos/fault"
)

// policy is the content policy that BAAZ sends: what it refuses must fail here as well; a test in baaz/web compares.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// Policy is what the stand-in sends.
func Policy() string { return policy }

// Server stands in for BAAZ. It shows one scene at a time.
type Server struct {
	*httptest.Server
	files http.Handler

	mu    sync.Mutex
	scene *Scene
	lang  string
}

// Serve starts a stand-in on the app's files. Close it.
func Serve(files fs.FS) *Server {
	s := &Server{files: http.FileServerFS(files)}
	s.Server = httptest.NewServer(s)
	return s
}

// Show sets the scene, and the language of a page that asks for none.
func (s *Server) Show(scene Scene, lang string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scene, s.lang = &scene, lang
}

// Leave stops answering, as a BAAZ that cannot be reached.
func (s *Server) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scene = nil
}

func (s *Server) now() (*Scene, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scene, s.lang
}

// ServeHTTP answers as BAAZ would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	scene, lang := s.now()
	if scene == nil {
		panic(http.ErrAbortHandler) // nobody is there
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		s.files.ServeHTTP(w, r)
		return
	}
	if l := r.Header.Get("Posbox-Lang"); l != "" {
		lang = l
	}
	switch a := scene.Answer(r.Method, r.URL.Path).(type) {
	case nil:
		refuse(w, fault.New(fault.NotFound), http.StatusNotFound, lang)
	case *fault.Error:
		refuse(w, a, statuses[a.Code], lang)
	default:
		answer(w, http.StatusOK, a)
	}
}

// statuses of refusals that scenes have; 422 where nothing stands here.
var statuses = map[fault.Code]int{fault.LoginNeeded: http.StatusUnauthorized, fault.LoginWrong: http.StatusUnauthorized, fault.LinkUnknown: http.StatusForbidden}

func refuse(w http.ResponseWriter, f *fault.Error, status int, lang string) {
	if status == 0 {
		status = http.StatusUnprocessableEntity
	}
	text, hint := f.Say(lang)
	answer(w, status, object{"code": string(f.Code), "text": text, "hint": hint})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
