package ota

import (
	"encoding/json"
	"io"
	"net/http"

	"posbox/pos/fault"
	"posbox/release"
)

// SocketName is where the guard answers, in the folder in which the box tells of itself. Only root may connect.
const SocketName = "guard.sock"

// Offer is a bundle that was found on a stick.
type Offer struct {
	Device  string            `json:"device"` // sdb1
	File    string            `json:"file"`   // from the stick's root
	Size    int64             `json:"size"`
	Version release.Version   `json:"version"`
	Code    fault.Code        `json:"code,omitempty"` // why it is not for this box
	Args    map[string]string `json:"args,omitempty"`
}

// failure is a fault on its way through the socket.
type failure struct {
	Code fault.Code        `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Handler answers on the socket: GET /status, POST /bundle (a bundle as the body), POST /try[?anyway=1], POST /seen, GET /offers,
// POST /offers?device=D&file=F. Refusals are 422 with code and args.
func (g *Guard) Handler(sticks Sticks) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			v, err := do(r)
			if err != nil {
				g.o.Logger.Warn("refused", "what", r.URL.Path, "err", err)
				Refuse(w, err)
				return
			}
			answer(w, http.StatusOK, v)
		})
	}
	handle("GET /status", func(*http.Request) (any, error) { return g.Status(), nil })
	handle("POST /bundle", func(r *http.Request) (any, error) {
		err := g.Install(r.Body)
		io.Copy(io.Discard, r.Body) // who still sends would not see the answer
		return g.after(err)
	})
	handle("POST /try", func(r *http.Request) (any, error) {
		return g.after(g.Try(r.Context(), r.URL.Query().Get("anyway") == "1"))
	})
	handle("POST /seen", func(*http.Request) (any, error) {
		g.See()
		return g.after(nil)
	})
	handle("GET /offers", func(*http.Request) (any, error) { return g.offers(sticks) })
	handle("POST /offers", func(r *http.Request) (any, error) {
		q := r.URL.Query()
		return g.after(g.take(sticks, q.Get("device"), q.Get("file")))
	})
	return mux
}

// Refuse answers with a fault.
func Refuse(w http.ResponseWriter, err error) {
	f := fault.Of(err)
	answer(w, http.StatusUnprocessableEntity, failure{f.Code, f.Args})
}

func (g *Guard) after(err error) (any, error) { return g.Status(), err }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
