package office

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/paper"
	layout "posbox/pos/receipt"
	"posbox/pos/tax"
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
	left  chan struct{} // closed when the scene's streams must end
}

// Serve starts a stand-in on the app's files. Close it.
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
	s.scene, s.lang, s.left = &scene, lang, make(chan struct{})
}

// Leave stops answering, as a BAAZ that cannot be reached.
func (s *Server) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.left)
	s.scene, s.left = nil, make(chan struct{})
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
	switch {
	case strings.HasSuffix(r.URL.Path, "/events"):
		s.stream(w, r)
		return
	case strings.HasSuffix(r.URL.Path, "/picture"):
		picture(w)
		return
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

// stream says once that there is something, and stays open until BAAZ leaves.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	io.WriteString(w, ": \n\n")
	http.NewResponseController(w).Flush()
	s.mu.Lock()
	left := s.left
	s.mu.Unlock()
	select {
	case <-left:
	case <-r.Context().Done():
	}
}

// picture draws the receipt of a small sale, as BAAZ does.
func picture(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/png")
	line := func(no int, name string, quantity catalog.Quantity, price, total money.Amount) event.Line {
		return event.Line{No: no, Name: name, Unit: "ш", Quantity: quantity, UnitPrice: price, Gross: total, Total: total, Tax: tax.VATAble, VAT: total / 11}
	}
	sale := event.SaleCompleted{Who: event.Who{By: "1"}, Bill: "2026-11-28-39-0140", Shift: 39, Day: "2026-11-28", Number: 140, Local: "2026-11-28 14:03:09", SellerName: "Сарнай",
		Merchant: event.Merchant{Name: "Номин Импекс ХХК", TIN: "12345678901", Branch: "Төв салбар", Till: "001"}, Payer: tax.Payer{VAT: true},
		Lines: []event.Line{line(1, "Талх «Атар» 650 г", 2*catalog.One, money.Tugrik(3000), money.Tugrik(6000)), line(2, "Сүү АПУ 1 л", catalog.One, money.Tugrik(3300), money.Tugrik(3300))},
		Gross: money.Tugrik(9300), Total: money.Tugrik(9300), VAT: money.Tugrik(9300) / 11, Tenders: []event.Tender{{Kind: event.Cash, Given: money.Tugrik(10_000), Amount: money.Tugrik(9300)}}, Change: money.Tugrik(700)}
	paper.Draw(layout.Sale(sale, layout.Options{Columns: layout.Wide})).PNG(w)
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
