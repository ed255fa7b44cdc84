package ui

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// route is one row of the API: it serves requests and describes itself in the OpenAPI document.
type route struct {
	method  string
	pattern string // of http.ServeMux; empty: described only, served by another row
	path    string // in the document, where it differs
	summary string
	open    bool // answers without the token
	query   []param
	body    any         // a value of the request body's type; nil: none
	answers map[int]any // status → a value of the answer's type; string: that media type
	handle  func(*Server, http.ResponseWriter, *http.Request) error
}

type param struct {
	name, what string
	integer    bool
	required   bool
}

// routes is the table of the API.
func routes() []route {
	with := func(ok any, more ...int) map[int]any {
		m := map[int]any{200: ok, 401: ErrorBody{}, 403: ErrorBody{}}
		for _, status := range more {
			m[status] = ErrorBody{}
		}
		return m
	}
	return []route{
		{method: "GET", pattern: "/api/health", open: true, handle: (*Server).health,
			summary: "Whether the till can sell; answers without a token",
			answers: map[int]any{200: Health{}, 503: Health{}}},
		{method: "GET", pattern: "/api/openapi.json", open: true, handle: (*Server).openapi,
			summary: "This document; answers without a token", answers: map[int]any{200: map[string]any{}}},
		{method: "POST", pattern: "/api/commands", handle: (*Server).command,
			summary: "Do something; a repeat with the same id gets the same answer",
			body:    till.Command{}, answers: with(CommandAnswer{}, 400, 409, 413, 422, 503, 507)},
		{method: "GET", pattern: "/api/state", handle: (*Server).getState,
			summary: "All that the screen shows", answers: with(State{})},
		{method: "GET", pattern: "/api/events", handle: (*Server).events,
			summary: "The state, then its changes, as server-sent events", answers: with("text/event-stream")},
		{method: "GET", pattern: "/api/goods", handle: (*Server).goods,
			summary: "Find goods by name, code or barcode",
			query:   []param{{name: "q", what: "part of a name, a code or a barcode"}, {name: "limit", what: "at most so many, 1 to 200; default 50", integer: true}},
			answers: with(GoodsAnswer{}, 400)},
		{method: "GET", pattern: "/api/receipts", handle: (*Server).receipts,
			summary: "The receipts of a shift, newest first",
			query: []param{{name: "shift", what: "number of the shift; default the newest", integer: true},
				{name: "before", what: "only numbers below this one", integer: true}, {name: "limit", what: "at most so many, 1 to 10000; default 5000", integer: true}},
			answers: with(ReceiptsAnswer{}, 400, 503)},
		{method: "GET", pattern: "/api/receipts/{bill}", handle: (*Server).receipt,
			summary: "One sale with every figure", answers: with(event.SaleCompleted{}, 404, 503)},
		{method: "GET", path: "/api/receipts/{bill}.png",
			summary: "The receipt as a picture", query: []param{{name: "copy", what: "1: marked ХУУЛБАР"}},
			answers: with("image/png", 404, 503)},
		{method: "GET", pattern: "/api/reports/x", handle: (*Server).xReport,
			summary: "The open shift so far", answers: with(event.Report{}, 422, 503)},
		{method: "GET", pattern: "/api/reports/z/{shift}", handle: (*Server).zReport,
			summary: "The Z report of a closed shift", answers: with(event.Report{}, 400, 404, 503)},
		{method: "GET", pattern: "/api/journal", handle: (*Server).journal,
			summary: "Records after a sequence; the hash rule is in package journal",
			query:   []param{{name: "after", what: "the sequence before the first wanted; default 0", integer: true}, {name: "limit", what: "at most so many, 1 to 10000; default 1000", integer: true}},
			answers: with(JournalAnswer{}, 400, 503)},
		{method: "GET", pattern: "/api/journal/files/{number}", handle: (*Server).journalFile,
			summary: "A consistent copy of one journal file", answers: with("application/octet-stream", 400, 503)},
		{method: "GET", pattern: "/api/journal/files", handle: (*Server).journalFiles,
			summary: "The numbers of the journal's files, oldest first", answers: with([]int{}, 503)},
	}
}

// Health tells whether the till can sell.
type Health struct {
	Ready   bool           `json:"ready"`   // the program has started and serves its screen
	Selling bool           `json:"selling"` // a sale would be recorded now
	Code    fault.Code     `json:"code,omitempty"`
	Text    string         `json:"text,omitempty"`
	Hint    string         `json:"hint,omitempty"`
	Journal JournalHead    `json:"journal"`
	Unsent  uint64         `json:"unsent"` // sales that BAAZ has not acknowledged
	Printer device.Printer `json:"printer"`
	Version string         `json:"version"`
}

// JournalHead is the newest record.
type JournalHead struct {
	Seq  journal.Seq  `json:"seq"`
	Hash journal.Hash `json:"hash"` // hex
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	v := s.o.Till.View()
	h := Health{Ready: true, Selling: v.Err == nil, Journal: JournalHead{v.Seq, v.Hash}, Unsent: v.State.Sales,
		Printer: s.o.Printer(), Version: s.o.Version}
	status := http.StatusOK
	if v.Err != nil {
		e := errorBody(fault.Of(v.Err), s.lang(r))
		h.Code, h.Text, h.Hint, status = e.Code, e.Text, e.Hint, http.StatusServiceUnavailable
		h.Ready = false
	}
	return writeJSON(w, status, h)
}

// CommandAnswer is what a command that was done gets.
type CommandAnswer struct {
	Seq      journal.Seq `json:"seq"` // of the newest record when it was done
	Result   till.Result `json:"result"`
	Repeated bool        `json:"repeated"` // it had been done before; the answer is the one of then
	State    State       `json:"state"`    // as of now
}

func (s *Server) command(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, till.MaxCommandBytes))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.CommandTooLarge)
		}
		return fault.Wrap(err, fault.CommandMalformed, "detail", "body")
	}
	c, err := till.ParseCommand(body)
	if err != nil {
		return err
	}
	a, err := s.o.Till.Do(r.Context(), c)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, CommandAnswer{Seq: a.Seq, Result: a.Result, Repeated: a.Repeated, State: s.state(s.o.Till.View(), s.lang(r))})
}

func (s *Server) getState(w http.ResponseWriter, r *http.Request) error {
	return writeJSON(w, http.StatusOK, s.state(s.o.Till.View(), s.lang(r)))
}

// GoodsAnswer is what a search finds.
type GoodsAnswer struct {
	Goods []GoodInfo `json:"goods"`
	Count int        `json:"count"` // of all goods
}

// GoodInfo is a good as the cashier sees it.
type GoodInfo struct {
	Code     catalog.Code `json:"code"`
	Name     string       `json:"name"`
	Barcodes []string     `json:"barcodes"`
	Category string       `json:"category"`
	Unit     string       `json:"unit"`
	Price    money.Amount `json:"price"` // with all taxes, today
	Weighed  bool         `json:"weighed"`
	Active   bool         `json:"active"`
}

func (s *Server) goods(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 50, 1, 200)
	if err != nil {
		return err
	}
	q := r.URL.Query().Get("q")
	if len(q) > 200 {
		return fault.New(fault.QueryMalformed, "name", "q")
	}
	env := s.o.Till.Env()
	out := GoodsAnswer{Goods: []GoodInfo{}, Count: s.o.Goods.Count()}
	for _, g := range s.o.Goods.Search(q, limit) {
		price, _ := till.UnitPrice(g, env)
		info := GoodInfo{g.Code, g.Name, g.Barcodes, g.Category, g.Unit, price, g.Weighed, g.Active}
		if info.Barcodes == nil {
			info.Barcodes = []string{}
		}
		out.Goods = append(out.Goods, info)
	}
	return writeJSON(w, http.StatusOK, out)
}

// ReceiptsAnswer lists the receipts of a shift.
type ReceiptsAnswer struct {
	Shift    int           `json:"shift"`
	Receipts []ReceiptInfo `json:"receipts"`
}

// ReceiptInfo is one receipt in a list.
type ReceiptInfo struct {
	Bill     event.Bill     `json:"bill"`
	Number   int            `json:"number"`
	Local    string         `json:"local"`
	Seller   string         `json:"seller"`
	Lines    int            `json:"lines"`
	Total    money.Amount   `json:"total"`
	Discount money.Amount   `json:"discount"`
	VAT      money.Amount   `json:"vat"`
	CityTax  money.Amount   `json:"city_tax"`
	Change   money.Amount   `json:"change"`
	Tenders  []event.Tender `json:"tenders"`
	Buyer    string         `json:"buyer,omitempty"`
}

func (s *Server) receipts(w http.ResponseWriter, r *http.Request) error {
	shift, err1 := number(r, "shift", s.o.Till.View().State.LastShift, 0, 1<<31-1)
	before, err2 := number(r, "before", 0, 0, 1<<31-1)
	limit, err3 := number(r, "limit", 5000, 1, 10000)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	sales, err := s.o.Till.Sales(shift, before, limit)
	if err != nil {
		return err
	}
	out := ReceiptsAnswer{Shift: shift, Receipts: make([]ReceiptInfo, 0, len(sales))}
	for _, f := range sales {
		info := ReceiptInfo{Bill: f.Bill, Number: f.Number, Local: f.Local, Seller: f.SellerName, Lines: len(f.Lines), Total: f.Total,
			Discount: f.Discount, VAT: f.VAT, CityTax: f.CityTax, Change: f.Change, Tenders: f.Tenders}
		if f.Buyer != nil {
			info.Buyer = f.Buyer.Name
		}
		out.Receipts = append(out.Receipts, info)
	}
	return writeJSON(w, http.StatusOK, out)
}

func (s *Server) receipt(w http.ResponseWriter, r *http.Request) error {
	bill, picture := strings.CutSuffix(r.PathValue("bill"), ".png")
	f, err := s.o.Till.Sale(event.Bill(bill))
	if err != nil {
		return err
	}
	if !picture {
		return writeJSON(w, http.StatusOK, f)
	}
	page, _, err := s.o.Draw(f, r.URL.Query().Get("copy") == "1")
	if err != nil {
		return err
	}
	return writePNG(w, page)
}

func writePNG(w http.ResponseWriter, p *paper.Page) error {
	w.Header().Set("Content-Type", "image/png")
	return p.PNG(w)
}

func (s *Server) xReport(w http.ResponseWriter, r *http.Request) error {
	v := s.o.Till.View()
	if v.Err != nil && v.State.Shift == nil {
		return v.Err
	}
	if v.State.Shift == nil {
		return fault.New(fault.ShiftNone)
	}
	return writeJSON(w, http.StatusOK, v.State.Shift.Report)
}

func (s *Server) zReport(w http.ResponseWriter, r *http.Request) error {
	shift, err := strconv.Atoi(r.PathValue("shift"))
	if err != nil {
		return fault.New(fault.QueryMalformed, "name", "shift")
	}
	z, err := s.o.Till.Z(shift)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, z)
}

// JournalAnswer is a stretch of the journal.
type JournalAnswer struct {
	Records []RecordInfo `json:"records"`
	Head    JournalHead  `json:"head"`
}

// RecordInfo is one record. Raw is what was hashed: hash = SHA-256(raw), prev = hash of the record before.
type RecordInfo struct {
	Seq   journal.Seq     `json:"seq"`
	Box   string          `json:"box"` // hex
	Epoch uint32          `json:"epoch"`
	Kind  string          `json:"kind"`
	Time  time.Time       `json:"time"`
	Body  json.RawMessage `json:"body"`
	Prev  journal.Hash    `json:"prev"` // hex
	Hash  journal.Hash    `json:"hash"` // hex
	Raw   string          `json:"raw"`  // base64
}

func (s *Server) journal(w http.ResponseWriter, r *http.Request) error {
	after, err1 := number(r, "after", 0, 0, 1<<62)
	limit, err2 := number(r, "limit", 1000, 1, 10000)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	v := s.o.Till.View()
	out := JournalAnswer{Records: []RecordInfo{}, Head: JournalHead{v.Seq, v.Hash}}
	// A read ends at a file's end; the next one goes on in the file after it.
	for at := journal.Seq(after); len(out.Records) < limit; {
		records, err := s.o.Till.Records(at, limit-len(out.Records))
		if err != nil {
			return err
		}
		if len(records) == 0 {
			break
		}
		for _, rec := range records {
			out.Records = append(out.Records, RecordInfo{rec.Seq, rec.Box.String(), rec.Epoch, rec.Kind, time.UnixMicro(rec.Time).UTC(),
				rec.Body, rec.Prev, rec.Hash, base64.StdEncoding.EncodeToString(rec.Raw)})
			at = rec.Seq
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

func (s *Server) journalFiles(w http.ResponseWriter, r *http.Request) error {
	if s.o.Journal == nil {
		return fault.New(fault.JournalDamaged)
	}
	return writeJSON(w, http.StatusOK, s.o.Journal.Files())
}

func (s *Server) journalFile(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return fault.New(fault.QueryMalformed, "name", "number")
	}
	if s.o.Journal == nil {
		return fault.New(fault.JournalDamaged)
	}
	if !slices.Contains(s.o.Journal.Files(), n) {
		return fault.New(fault.NotFound)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := s.o.Journal.Copy(n, w); err != nil {
		s.o.Logger.Error("copy of a journal file broke off", "file", n, "err", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// number reads an integer parameter within bounds.
func number(r *http.Request, name string, otherwise, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fault.Wrap(err, fault.QueryMalformed, "name", name)
	}
	return n, nil
}
