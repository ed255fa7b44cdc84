package ui

import (
	"time"

	"posbox/pos/fault"
)

// Routes lists the operations of the table as the document names them.
func Routes() (operations []string) {
	for _, rt := range routes() {
		path := rt.path
		if path == "" {
			path = rt.pattern
		}
		operations = append(operations, rt.method+" "+path)
	}
	return operations
}

// KindDoc is one row of the table of commands.
type KindDoc struct {
	Kind                 string
	Needs, Either, Takes []string
	Own                  [][]string
}

func KindDocs() (docs []KindDoc) {
	for _, k := range kindDocs() {
		docs = append(docs, KindDoc{k.kind, k.needs, k.either, k.takes, k.own})
	}
	return docs
}

var (
	EveryKind = everyKind
	FieldDocs = fieldDocs
	Twice     = twice
	StatusOf  = statusOf
)

// CommandStatus is what a refused command is answered with.
func CommandStatus(c fault.Code) int { return commandStatus(fault.New(c)) }

// SetTimes replaces the times of event streams and sockets.
func (s *Server) SetTimes(heartbeat, writeTimeout time.Duration) {
	s.heartbeat, s.socketBeat, s.writeTimeout = heartbeat, heartbeat, writeTimeout
}

// SetReadTimeout replaces the time of request bodies.
func (s *Server) SetReadTimeout(d time.Duration) { s.readTimeout = d }

// DocumentJSON is what /api/openapi.json answers.
var DocumentJSON = documentJSON

// TidyPath and LoopbackHost are checked by themselves, too.
var (
	TidyPath     = tidyPath
	LoopbackHost = loopbackHost
)

// SocketQueue bounds the commands of one socket.
const SocketQueue = socketQueue

// Due says which answers may be told beside a view, and which wait.
func Due(answers []SocketAnswer, view uint64) (due, left []SocketAnswer) {
	p := talk{answers: answers}
	due = p.due(view)
	return due, p.answers
}
