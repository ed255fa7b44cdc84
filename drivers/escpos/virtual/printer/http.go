package printer

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"posbox/pos/fault"
	"posbox/pos/paper"
)

// maxBody bounds a request's body.
const maxBody = 4 << 10

// Status is what the printer says of itself over HTTP.
type Status struct {
	Model     Model  `json:"model"`
	Width     int    `json:"width"`     // dots
	Connected bool   `json:"connected"` // a client is served
	Printing  bool   `json:"printing"`  // false: it stands still
	Buffered  int    `json:"buffered"`  // bytes waiting in the receive buffer
	Executed  uint64 `json:"executed"`  // ordered bytes carried out since the start
	Receipts  int    `json:"receipts"`
	Kicks     int    `json:"kicks"`
	Faults    []Kind `json:"faults"`
}

// Status returns the printer's state.
func (p *Printer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Status{
		Model: p.opts.Model, Width: p.opts.Width, Connected: p.session != nil, Printing: !p.blocked(),
		Buffered: len(p.buffer), Executed: p.executed, Receipts: len(p.paper.receipts), Kicks: p.kicks, Faults: p.faults(),
	}
}

// Kicks returns how often a drawer pulse was given since the start or Reset.
func (p *Printer) Kicks() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kicks
}

// Unknown lists the commands that were passed over, in hex, the first 1000.
func (p *Printer) Unknown() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.unknown)
}

// Bytes returns what was received since the start or Reset, the last 16 MiB.
func (p *Printer) Bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.raw[max(0, len(p.raw)-maxRaw):])
}

// Reset throws paper, received bytes, counts and lists away. Faults and the connection stay.
func (p *Printer) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paper = roll{width: p.opts.Width}
	p.raw, p.unknown, p.kicks = nil, nil, 0
}

// Handler serves what the printer did and takes faults:
//
//	GET  /paper.png  /receipts  /receipts/N.png  /bytes  /drawer  /status  /unknown
//	POST /fault {"kind": K, "at_byte": N}  /cure  /reset
//
// Errors are JSON: {"code", "text"}.
func (p *Printer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /paper.png", func(w http.ResponseWriter, _ *http.Request) { sendPNG(w, p.Paper()) })
	mux.HandleFunc("GET /receipts", func(w http.ResponseWriter, _ *http.Request) {
		sendJSON(w, http.StatusOK, map[string]int{"count": p.Receipts()})
	})
	mux.HandleFunc("GET /receipts/{name}", p.serveReceipt)
	mux.HandleFunc("GET /bytes", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(p.Bytes())
	})
	mux.HandleFunc("GET /drawer", func(w http.ResponseWriter, _ *http.Request) {
		sendJSON(w, http.StatusOK, map[string]int{"kicks": p.Kicks()})
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, http.StatusOK, p.Status()) })
	mux.HandleFunc("GET /unknown", func(w http.ResponseWriter, _ *http.Request) {
		list := p.Unknown()
		if list == nil {
			list = []string{}
		}
		sendJSON(w, http.StatusOK, list)
	})
	mux.HandleFunc("POST /fault", p.serveFault)
	mux.HandleFunc("POST /cure", func(w http.ResponseWriter, _ *http.Request) {
		p.Cure()
		sendJSON(w, http.StatusOK, p.Status())
	})
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, _ *http.Request) {
		p.Reset()
		sendJSON(w, http.StatusOK, p.Status())
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		sendError(w, http.StatusNotFound, fault.New(fault.NotFound))
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

func (p *Printer) serveReceipt(w http.ResponseWriter, r *http.Request) {
	digits, ok := strings.CutSuffix(r.PathValue("name"), ".png")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 {
		sendError(w, http.StatusBadRequest, fault.New(fault.QueryMalformed, "name", "N in /receipts/N.png"))
		return
	}
	page, ok := p.Receipt(n)
	if !ok {
		sendError(w, http.StatusNotFound, fault.New(fault.NotFound))
		return
	}
	sendPNG(w, page)
}

func (p *Printer) serveFault(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Kind   Kind   `json:"kind"`
		AtByte uint64 `json:"at_byte"`
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	err := d.Decode(&body)
	if err == nil {
		err = p.Inject(body.Kind, body.AtByte)
	}
	if err != nil {
		sendError(w, http.StatusBadRequest, fault.New(fault.CommandMalformed, "detail", err.Error()))
		return
	}
	sendJSON(w, http.StatusOK, p.Status())
}

func sendPNG(w http.ResponseWriter, page *paper.Page) {
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	writePNG(w, page)
}

func sendJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(v)
}

func sendError(w http.ResponseWriter, status int, f *fault.Error) {
	text, _ := f.Say("en")
	sendJSON(w, status, map[string]string{"code": string(f.Code), "text": text})
}
