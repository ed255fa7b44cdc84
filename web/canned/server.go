package canned

import (
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"posbox/pos/fault"
)

// policy is the content policy that posd sends: what it refuses must fail here as well.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// Server stands in for posd. It shows one scene at a time.
type Server struct {
	*httptest.Server
	files http.Handler

	mu    sync.Mutex
	scene Scene
	lang  string
	left  chan struct{} // closed when the scene's streams must end
}

// Serve starts a stand-in on the screen's files. Close it.
func Serve(files fs.FS) *Server {
	s := &Server{files: http.FileServerFS(files), left: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	return s
}

// Show sets the scene, and the language of a page that asks for none.
func (s *Server) Show(scene Scene, lang string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.left)
	s.scene, s.lang, s.left = scene, lang, make(chan struct{})
	if till, ok := scene.State["till"].(object); ok {
		// Scenes share what they do not change, and other pages are in other languages.
		till = maps.Clone(till)
		till["lang"] = lang
		s.scene.State = maps.Clone(scene.State)
		s.scene.State["till"] = till
	}
}

// Leave stops answering, as a posd that has been killed.
func (s *Server) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.left)
	s.scene, s.left = Scene{}, make(chan struct{})
}

func (s *Server) now() (Scene, string, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scene, s.lang, s.left
}

// ServeHTTP answers as posd would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		s.files.ServeHTTP(w, r)
		return
	}
	scene, lang, left := s.now()
	if scene.State == nil {
		panic(http.ErrAbortHandler) // nobody is there
	}
	if l := r.Header.Get("Posbox-Lang"); l != "" {
		lang = l
	} else if l := r.URL.Query().Get("lang"); l != "" {
		lang = l
	}
	switch {
	case r.URL.Path == "/api/socket":
		s.socket(w, r, scene, lang, left)
	case r.URL.Path == "/api/commands":
		s.post(w, r, scene, lang)
	case strings.HasSuffix(r.URL.Path, ".png"):
		receipt(w)
	default:
		a := scene.Answer(r.URL.Path, lang)
		if q := r.URL.Query(); q.Has("q") {
			a = searched(scene, r.URL.Path, q.Get("q"), lang)
		}
		if a != nil {
			answer(w, http.StatusOK, a)
			return
		}
		answer(w, http.StatusNotFound, object{"code": "not_found", "text": r.URL.Path, "hint": "", "severity": "warning"})
	}
}

// nothing is what a search for nothing finds.
var nothing = map[string]any{"/api/goods": object{"goods": list{}, "count": 100000}, "/api/customers": object{"customers": list{}}}

// searched is what a search finds: a text finds what the scene has.
func searched(scene Scene, path, text, lang string) any {
	if text == "" {
		return nothing[path]
	}
	return scene.Answer(path, lang)
}

// socket tells the scene's state and answers commands until the scene is left.
func (s *Server) socket(w http.ResponseWriter, r *http.Request, scene Scene, lang string, left chan struct{}) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		defer cancel()
		stay(ctx, conn, left)
	}()
	for said := (object{"state": scene.Answer("/api/state", lang)}); ; {
		text, _ := json.Marshal(said)
		if conn.Write(ctx, websocket.MessageText, text) != nil {
			return
		}
		_, body, err := conn.Read(ctx)
		if err != nil {
			return
		}
		said = object{"answers": list{command(body, scene, lang)}}
	}
}

// stay says that somebody is there, until the scene is left.
func stay(ctx context.Context, conn *websocket.Conn, left <-chan struct{}) {
	beat := time.NewTicker(2 * time.Second)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			if conn.Write(ctx, websocket.MessageText, []byte(`{"beat":true}`)) != nil {
				return
			}
		case <-left:
			return
		case <-ctx.Done():
			return
		}
	}
}

// post answers a command of a page whose socket is not open yet, or no longer.
func (s *Server) post(w http.ResponseWriter, r *http.Request, scene Scene, lang string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	told := command(body, scene, lang)
	if refused, ok := told["refused"]; ok {
		answer(w, told["status"].(int), refused)
		return
	}
	done := told["done"].(object)
	done["state"] = scene.Answer("/api/state", lang)
	answer(w, http.StatusOK, done)
}

// command does nothing, and says what the scene says to it, or to a question.
func command(body []byte, scene Scene, lang string) object {
	var c struct {
		ID, Kind, Code string
		Find           *string
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return object{"id": c.ID, "status": http.StatusBadRequest, "refused": object{"code": "command.malformed", "text": err.Error(), "hint": "", "severity": "warning"}}
	}
	if c.Find != nil {
		return object{"id": c.ID, "status": http.StatusOK, "found": searched(scene, "/api/goods", *c.Find, lang)}
	}
	if f, ok := scene.Refuse[c.Kind]; ok {
		if f.Code == fault.BarcodeUnknown {
			f = fault.New(f.Code, "code", c.Code) // each scan has its own
		}
		return object{"id": c.ID, "status": http.StatusUnprocessableEntity, "refused": refusal(f, lang)}
	}
	return object{"id": c.ID, "status": http.StatusOK, "done": object{"seq": scene.State["seq"], "result": object{}, "repeated": false, "view": scene.State["view"], "state": nil}}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// receipt draws lines where a receipt has its own.
func receipt(w http.ResponseWriter) {
	p := image.NewPaletted(image.Rect(0, 0, 576, 900), color.Palette{color.White, color.Black})
	for y := 40; y < 860; y += 30 {
		for x := 30; x < 546-(y*7)%200; x++ {
			for dy := range 12 {
				p.SetColorIndex(x, y+dy, uint8((x/6+dy/6)%2))
			}
		}
	}
	w.Header().Set("Content-Type", "image/png")
	png.Encode(w, p)
}
