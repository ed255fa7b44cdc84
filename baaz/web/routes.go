package web

import (
	"net/http"
	"reflect"

	"posbox/baaz/who"
	"posbox/pos/fault"
	"posbox/wire"
)

// route is one row of the API: it serves requests, says who may make them, and describes itself in the OpenAPI document.
// To add one, add a row here; the test of access tries it as everybody there is and writes down who got in.
type route struct {
	method, path string // of http.ServeMux
	summary      string
	about        string // more of it, CommonMark
	door         door
	right        who.Right            // that the door asks for
	also         map[string]who.Right // that it asks for besides, by the {register} of the path
	most         int64                // bytes of the body; 0: maxBody
	query        []param
	faults       []fault.Code // beside those of the door
	more         []reply      // answers beside 200 that are no refusals
	do           handler
}

// door is how one gets in.
type door int

// The doors.
const (
	doorPublic  door = iota // anybody
	doorBox                 // a box: what it sends is signed, or proves that it knows the connection key
	doorMetrics             // a program on this machine, or whoever has the right metrics
	doorAnyone              // whoever has logged in, and tokens: about themselves
	doorSelf                // whoever has logged in, no tokens: about themselves
	doorHome                // whoever has the right at home
	doorCompany             // whoever has the right in the {company} of the path
)

// reply is a documented answer that is no refusal.
type reply struct {
	status int
	value  any // of the body's type
}

// param is a parameter of the query. It is read and judged before the handler runs.
type param struct {
	name, what  string
	kind        paramKind
	least, most int64 // of an integer; most bytes of a text
	otherwise   int64 // of an integer that is not there
}

type paramKind int

const (
	integer paramKind = iota
	text
	date
)

func limited(otherwise, most int64) param {
	return param{name: "limit", what: "at most so many", least: 1, most: most, otherwise: otherwise}
}

// maxBody bounds the body of a request where the route does not say otherwise.
const maxBody = 64 << 10

// routes is the table of the API. Each subject's rows stand beside its handlers.
func routes() (list []route) {
	for _, rows := range [][]route{
		serverRoutes(), boxRoutes(), downRoutes(), registerRoutes(), settingRoutes(), manyRoutes(), peopleRoutes(), passkeyRoutes(),
		auditRoutes(), placeRoutes(), salesRoutes(), reportRoutes(), fiscalRoutes(), liveRoutes(), pageRoutes(),
		watchRoutes(), logRoutes(), fleetRoutes(),
	} {
		list = append(list, rows...)
	}
	return list
}

// serverRoutes are about the server itself.
func serverRoutes() []route {
	return []route{
		{method: "GET", path: "/api/health", door: doorPublic, do: answers((*Server).health),
			summary: "Whether BAAZ and its store answer", faults: []fault.Code{fault.ServerBusy}},
		{method: "GET", path: "/api/openapi.json", door: doorPublic, do: writes[map[string]any]((*Server).openapi),
			summary: "This document"},
		{method: "GET", path: "/metrics", door: doorMetrics, right: who.RightMetrics, do: sends("text/plain", (*Server).showMetrics),
			summary: "The server's own figures for Prometheus", about: aboutMetrics},
		{method: "GET", path: "/api/me", door: doorAnyone, do: answers((*Server).me),
			summary: "Who I am and what I may do"},
	}
}

// boxRoutes are what boxes ask; wire/README.md is normative.
func boxRoutes() []route {
	heads := []reply{{http.StatusForbidden, wire.Head{}}, {http.StatusConflict, wire.Head{}}, {http.StatusPreconditionFailed, wire.Head{}}}
	return []route{
		{method: "POST", path: "/v1/join", door: doorBox, do: writes[wire.Joined]((*Server).join), most: maxJoin,
			summary: "A box joins a sales point with its connection key", about: "The body is a Join of wire/README.md.",
			faults: []fault.Code{fault.JoinMalformed, fault.KeyUnknown, fault.KeyUsed, fault.KeyExpired, fault.BoxElsewhere}},
		{method: "POST", path: "/v1/boxes/{box}/records", door: doorBox, do: sent[wire.Head]("application/octet-stream", (*Server).records), most: wire.MaxBatch,
			summary: "A box sends a batch of records", about: "403, 409 and 412 also answer the signed head.", more: heads,
			faults: []fault.Code{fault.BatchMalformed, fault.BatchTooLarge, fault.BatchSignature, fault.BoxUnknown}},
		{method: "GET", path: "/v1/boxes/{box}/head", door: doorBox, do: writes[wire.Head]((*Server).head),
			summary: "How much of a box's chain is durable", about: "Signed by the box; its time may be any.", more: heads[:1],
			faults: []fault.Code{fault.RequestSignature, fault.BoxUnknown}},
		{method: "POST", path: "/v1/returns/{code}", door: doorBox, do: answers((*Server).findReturn),
			summary: "The sale whose code a box has scanned, what has come back of it, and a claim on its goods", about: "Signed by the box; the answer by BAAZ. wire/README.md says what it holds.",
			faults: []fault.Code{fault.RequestSignature, fault.RequestStale, fault.BoxUnknown, fault.BoxRevoked, fault.RecordUnknown, fault.ReturnClaimed, fault.ServerBusy}},
		{method: "GET", path: wire.HandoversTarget, door: doorBox, do: answers((*Server).handovers),
			summary: "Returns of other tills whose e-barimt this box has issued, and what became of its own", about: "Signed by the box; the answer by BAAZ. wire/README.md says what it holds.",
			faults: []fault.Code{fault.RequestSignature, fault.RequestStale, fault.BoxUnknown, fault.BoxRevoked, fault.BoxReplaced, fault.ServerBusy}},
		{method: "POST", path: "/v1/heartbeat", door: doorBox, do: said[wire.Heartbeat]((*Server).heartbeat), most: wire.MaxHeartbeat,
			summary: "A box says how it is, and how much it has not sent", query: []param{{name: "body", what: "the SHA-256 of the body, hex", kind: text, most: 64}},
			faults: []fault.Code{fault.RequestSignature, fault.RequestStale, fault.RequestMalformed, fault.RequestTooLarge, fault.BoxUnknown, fault.BoxRevoked, fault.ServerBusy}},
	}
}

const aboutMetrics = "Answers to programs on this machine, unless BAAZ stands behind a proxy (-behind-proxy), and to whoever has a token of BAAZ itself with the scope metrics."

// handler does what a route is for, and knows the types of its body and its answer.
type handler struct {
	in, out       reflect.Type // nil: none
	inAs, outAs   string       // media type; empty: JSON
	serve         func(*Server, *call) (any, error)
	answersItself bool
}

// answers makes a handler that takes no body.
func answers[Out any](f func(*Server, *call) (Out, error)) handler {
	return handler{out: reflect.TypeFor[Out](), serve: func(s *Server, c *call) (any, error) { return f(s, c) }}
}

// takes makes a handler that takes a body in JSON.
func takes[In, Out any](f func(*Server, *call, In) (Out, error)) handler {
	return handler{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), serve: func(s *Server, c *call) (any, error) {
		var in In
		if err := c.read(&in); err != nil {
			return nil, err
		}
		return f(s, c, in)
	}}
}

// writes makes a handler that writes its JSON itself.
func writes[Out any](f func(*Server, *call) error) handler {
	return handler{out: reflect.TypeFor[Out](), answersItself: true, serve: func(s *Server, c *call) (any, error) { return nil, f(s, c) }}
}

// sends makes a handler that writes something other than JSON.
func sends(media string, f func(*Server, *call) error) handler {
	return handler{outAs: media, answersItself: true, serve: func(s *Server, c *call) (any, error) { return nil, f(s, c) }}
}

// sent makes a handler that reads something other than JSON and writes its JSON itself.
func sent[Out any](media string, f func(*Server, *call) error) handler {
	h := writes[Out](f)
	h.inAs = media
	return h
}

// said makes a handler of a JSON body that is judged by the bytes that were signed.
func said[In, Out any](f func(*Server, *call) (Out, error)) handler {
	h := answers(f)
	h.in = reflect.TypeFor[In]()
	return h
}
