package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/ui"
)

func init() {
	for _, m := range []string{"image/png", "text/event-stream", "text/html"} {
		openapi3filter.RegisterBodyDecoder(m, openapi3filter.FileBodyDecoder)
	}
}

// checker is a transport that holds every answer against the document, so that no call of a test escapes.
type checker struct {
	t    testing.TB
	base http.RoundTripper
	doc  *openapi3.T
	find routers.Router

	mu   sync.Mutex
	seen map[string]map[int]bool // operation → statuses
}

func newChecker(t testing.TB, base http.RoundTripper) *checker {
	t.Helper()
	doc := document(t)
	find, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &checker{t: t, base: base, doc: doc, find: find, seen: map[string]map[int]bool{}}
}

// document loads what the server itself gives out.
func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(ui.DocumentJSON())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// RoundTrip implements http.RoundTripper.
func (c *checker) RoundTrip(q *http.Request) (*http.Response, error) {
	var sent []byte
	if q.Body != nil {
		sent, _ = io.ReadAll(q.Body)
		q.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := c.base.RoundTrip(q)
	if err != nil {
		return nil, err
	}
	where := q.Method + " " + q.URL.RequestURI() + " → " + resp.Status
	c.headers(where, resp.Header)
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media == "text/event-stream" || resp.StatusCode == http.StatusSwitchingProtocols {
		c.note(q, resp.StatusCode)
		return resp, nil // its events and messages are checked one by one
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return resp, nil // cut off; the test sees the error when it reads
	}
	c.body(where, q, sent, resp, body)
	return resp, nil
}

func (c *checker) headers(where string, h http.Header) {
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"} {
		if h.Get(name) != want {
			c.t.Errorf("%s: %s is %q", where, name, h.Get(name))
		}
	}
	if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
		c.t.Errorf("%s: content policy %q", where, csp)
	}
	if len(h.Values("Access-Control-Allow-Origin")) > 0 {
		c.t.Errorf("%s lets other origins read", where)
	}
}

func (c *checker) body(where string, q *http.Request, sent []byte, resp *http.Response, body []byte) {
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if !utf8.Valid(body) || bytes.ContainsAny(body, "<>&") {
			c.t.Errorf("%s: the body is not escaped: %.300s", where, body)
		}
	}
	if resp.StatusCode >= 400 && q.Method != http.MethodHead && !strings.HasPrefix(q.URL.Path, "/api/health") && !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		c.refusal(where, body)
	}
	route, params, err := c.find.FindRoute(q)
	if err != nil {
		if resp.StatusCode < 400 && q.Method != http.MethodHead && !strings.HasPrefix(q.URL.Path, "/js/") {
			c.t.Errorf("%s is not in the document", where)
		}
		return
	}
	c.note(q, resp.StatusCode)
	again := q.Clone(context.Background())
	again.Body = io.NopCloser(bytes.NewReader(sent))
	in := &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true}}
	if resp.StatusCode == http.StatusOK {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			c.t.Errorf("%s: was taken, though by the document it is wrong: %v\n%.300s", where, err, sent)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		c.t.Errorf("%s does not fit the document: %v\n%.1000s", where, err, body)
	}
}

// refusal checks that what a person is told stands in the table.
func (c *checker) refusal(where string, body []byte) {
	var e ui.ErrorBody
	if err := json.Unmarshal(body, &e); err != nil {
		c.t.Errorf("%s: the refusal is no JSON: %q", where, body)
		return
	}
	if _, ok := fault.Texts[e.Code]; !ok {
		c.t.Errorf("%s: code %q is not in the table", where, e.Code)
	}
	if e.Text == "" || e.Hint == "" || strings.ContainsAny(e.Text+e.Hint, "{}") {
		c.t.Errorf("%s: %q, %q", where, e.Text, e.Hint)
	}
}

func (c *checker) note(q *http.Request, status int) {
	route, _, err := c.find.FindRoute(q)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	op := route.Method + " " + route.Path
	if c.seen[op] == nil {
		c.seen[op] = map[int]bool{}
	}
	c.seen[op][status] = true
}

// event holds the data of one event against its schema.
func (c *checker) event(name string, data []byte) {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		c.t.Errorf("event %s: %v", name, err)
		return
	}
	schema := map[string]string{"state": "State", "change": "Change", "message": "Message"}[name]
	if schema == "" {
		c.t.Errorf("unknown event %q", name)
	} else if err := c.doc.Components.Schemas[schema].Value.VisitJSON(v); err != nil {
		c.t.Errorf("event %s does not fit its schema: %v\n%.500s", name, err, data)
	}
}

// The table of commands in the document knows every kind, and every field that a kind can take.
func TestEveryKindIsDescribed(t *testing.T) {
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[till.Command]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = false
		if ui.FieldDocs[name] == "" {
			t.Errorf("field %s is not described", name)
		}
	}
	var kinds []string
	use := func(kind, name string) {
		if _, ok := known[name]; !ok {
			t.Errorf("%s: there is no field %q", kind, name)
		}
		known[name] = true
	}
	for _, k := range ui.KindDocs() {
		kinds = append(kinds, k.Kind)
		all := slices.Concat(ui.EveryKind, k.Needs, k.Either, k.Takes)
		for _, name := range all {
			use(k.Kind, name)
		}
		for _, o := range k.Own {
			if !slices.Contains(all, o[0]) {
				t.Errorf("%s describes %s but does not take it", k.Kind, o[0])
			}
		}
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, till.Kinds()) {
		t.Errorf("described are %v, the till knows %v", kinds, till.Kinds())
	}
	for name, used := range known {
		if !used {
			t.Errorf("no kind takes the field %s", name)
		}
	}
}

// Every status that a command's code leads to is documented, and every documented code leads to its status.
func TestStatusesOfCommands(t *testing.T) {
	for _, c := range fault.Codes() {
		status := ui.CommandStatus(c)
		if status < 400 || status > 507 || status == 404 || status == 400 {
			t.Errorf("a command refused with %s is answered %d", c, status)
		}
	}
	for code, want := range map[fault.Code]int{
		fault.CommandReused: 409, fault.CommandTooLarge: 413, fault.TillBusy: 503, fault.TillStopping: 503, fault.JournalDamaged: 503,
		fault.JournalFull: 507, fault.Internal: 500, fault.BillUnknown: 422, fault.CommandUnknown: 422, fault.CommandID: 422,
		fault.CommandMalformed: 422, fault.SellerNone: 422, fault.SellerWait: 422, fault.PrinterNone: 422,
	} {
		if got := ui.CommandStatus(code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

// The document names each route of the table once, and describes nothing else.
func TestDocumentNamesEveryRoute(t *testing.T) {
	doc := document(t)
	var described []string
	ids := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			described = append(described, method+" "+path)
			if ids[op.OperationID] {
				t.Errorf("operation id %s stands twice", op.OperationID)
			}
			ids[op.OperationID] = true
			open := path == "/api/health" || path == "/api/openapi.json"
			if answers := op.Security != nil && len(*op.Security) == 0; answers != open {
				t.Errorf("%s %s: open without a token by the document: %v", method, path, answers)
			}
		}
	}
	routes := ui.Routes()
	slices.Sort(routes)
	slices.Sort(described)
	if !slices.Equal(routes, described) {
		t.Errorf("described are %v, routes are %v", described, routes)
	}
}
