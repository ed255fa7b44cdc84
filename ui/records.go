package ui

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"posbox/journal"
	"posbox/pos/fault"
)

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
	Body  json.RawMessage `json:"body"` // for reading; hash what Raw holds
	Prev  journal.Hash    `json:"prev"` // hex
	Hash  journal.Hash    `json:"hash"` // hex
	Raw   string          `json:"raw"`  // base64
}

// recordsAtOnce bounds what is held in memory: a record may have a megabyte.
const recordsAtOnce = 32

// journal sends records as it reads them. What has been sent stays true if the journal fails on the way: then the list
// ends early, and the next request is told why.
func (s *Server) journal(w http.ResponseWriter, r *http.Request) error {
	if err := s.sight().records(r); err != nil {
		return err
	}
	after, err1 := number(r, "after", 0, 0, 1<<62)
	limit, err2 := number(r, "limit", 1000, 1, 10000)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	v := s.o.Till.View()
	records, err := s.upTo(v.Seq, journal.Seq(after), limit)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	sep := `{"records":[`
	for len(records) > 0 {
		for _, rec := range records {
			b, err := json.Marshal(recordInfo(rec))
			if err != nil {
				return err
			}
			if _, err := w.Write(append([]byte(sep), b...)); err != nil {
				return nil // the reader has gone
			}
			sep = ","
		}
		limit -= len(records)
		if records, err = s.upTo(v.Seq, records[len(records)-1].Seq, limit); err != nil {
			s.o.Logger.Error("records end early", "err", err)
			break
		}
	}
	if sep != "," {
		w.Write([]byte(sep))
	}
	head, err := json.Marshal(JournalHead{v.Seq, v.Hash})
	if err != nil {
		return err
	}
	w.Write(slices.Concat([]byte(`],"head":`), head, []byte("}\n")))
	return nil
}

// upTo reads some records after a sequence, none beyond head. It crosses files one at a time.
func (s *Server) upTo(head, after journal.Seq, limit int) ([]journal.Record, error) {
	records, err := s.o.Till.Records(after, min(limit, recordsAtOnce))
	beyond := func(r journal.Record) bool { return r.Seq > head }
	return slices.DeleteFunc(records, beyond), err
}

func recordInfo(r journal.Record) RecordInfo {
	body := json.RawMessage(r.Body)
	if !json.Valid(body) {
		body = json.RawMessage("null")
	}
	return RecordInfo{r.Seq, r.Box.String(), r.Epoch, r.Kind, time.UnixMicro(r.Time).UTC(), body, r.Prev, r.Hash,
		base64.StdEncoding.EncodeToString(r.Raw)}
}

func (s *Server) journalFiles(w http.ResponseWriter, r *http.Request) error {
	if err := s.sight().records(r); err != nil {
		return err
	}
	if err := s.noJournal(); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, filled(s.o.Journal.Files()))
}

// noJournal says why there are no files to give; nil where there are.
func (s *Server) noJournal() error {
	if s.o.Journal != nil {
		return nil
	}
	if err := s.o.Till.View().Err; err != nil {
		return err
	}
	return fault.New(fault.JournalDamaged)
}

// copyWithin bounds the copying of a file: while it runs, the file cannot give pages free.
const copyWithin = time.Minute

func (s *Server) journalFile(w http.ResponseWriter, r *http.Request) error {
	if err := s.sight().records(r); err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return fault.New(fault.QueryMalformed, "name", "number")
	}
	if err := s.noJournal(); err != nil {
		return err
	}
	if !slices.Contains(s.o.Journal.Files(), n) {
		return fault.New(fault.NotFound)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if r.Method == http.MethodHead {
		return nil
	}
	out := http.NewResponseController(w)
	out.SetWriteDeadline(time.Now().Add(copyWithin))
	defer out.SetWriteDeadline(time.Time{})
	return s.o.Journal.Copy(n, w)
}
