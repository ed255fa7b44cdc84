package web

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"posbox/pos/fault"
)

// RouteInfo is what tests are told of a row of the table.
type RouteInfo struct {
	Method, Path string
	Company      bool     // the path names a company
	Open         bool     // public, or for boxes
	Local        bool     // programs on this machine get in
	Reads        bool     // changes nothing
	Registers    []string // for which another right is needed besides
	Out          reflect.Type
}

// Routes lists the table.
func Routes() (list []RouteInfo) {
	for _, rt := range routes() {
		list = append(list, RouteInfo{rt.method, strings.TrimSuffix(rt.path, "{$}"), rt.door == doorCompany, rt.door == doorPublic || rt.door == doorBox,
			rt.door == doorMetrics, rt.method == "GET", slices.Sorted(maps.Keys(rt.also)), rt.do.out})
	}
	return list
}

// Status returns the HTTP status of a refusal; 0 where it has none.
func Status(c fault.Code) int { return statuses[c] }

// DocumentJSON is what the server gives out.
var DocumentJSON = documentJSON

// Decode reads a body as a route does.
var Decode = decode

// TellRegisters is what is said of all registers.
func TellRegisters() RegistersAnswer {
	a, _ := (*Server)(nil).registerTable(nil)
	return a
}

// ExportMost is how many rows a file has.
var ExportMost = &exportMost

// ScanMost is how much a request for receipts by their lines reads.
var ScanMost = &scanMost
