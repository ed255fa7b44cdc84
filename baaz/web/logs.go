package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
	"posbox/wire"
)

// logRoutes are about logs of boxes: people ask for them, boxes bring them.
func logRoutes() []route {
	const logs = "/api/companies/{company}/boxes/{box}/logs"
	member := []fault.Code{fault.RequestSignature, fault.RequestStale, fault.BoxUnknown, fault.ServerBusy}
	return []route{
		{method: "GET", path: logs, door: doorCompany, right: who.RightPoints, do: answers((*Server).logWishes), summary: "Logs that this box was asked for, the newest first",
			faults: []fault.Code{fault.BoxUnknown}},
		{method: "POST", path: logs, door: doorCompany, right: who.RightPoints, do: answers((*Server).wishLogs), faults: []fault.Code{fault.BoxUnknown, fault.BoxRevoked},
			summary: "Ask a box for its logs", about: "It is told at once where it listens, else with its next heartbeat. The shop sees on the till that its logs were taken, and by whom. The newest five are kept."},
		{method: "DELETE", path: logs, door: doorCompany, right: who.RightPoints, do: answers((*Server).unwishLogs), summary: "Take back that a box was asked", faults: []fault.Code{fault.BoxUnknown}},
		{method: "GET", path: logs + "/{wish}", door: doorCompany, right: who.RightPoints, do: sends("application/zip", (*Server).logFile),
			summary: "Logs that have come, a zip file", faults: []fault.Code{fault.BoxUnknown, fault.NotFound}},
		{method: "GET", path: wire.WishTarget, door: doorBox, do: answers((*Server).wish), faults: member,
			summary: "What a box is wished to do", about: "Signed by the box; the answer by BAAZ."},
		{method: "POST", path: "/v1/logs/{wish}", door: doorBox, do: sent[Done]("application/zip", (*Server).takeLogs), most: wire.MaxLogs,
			query: []param{{name: "body", what: "the SHA-256 of the body, hex", kind: text, most: 64}}, summary: "A box brings the logs that were wished for",
			faults: append(member[:len(member):len(member)], fault.BoxRevoked, fault.NotFound, fault.RequestTooLarge, fault.RequestMalformed)},
	}
}

// LogsView is that a box was asked for its logs.
type LogsView struct {
	Wish  string     `json:"wish"`
	Asked time.Time  `json:"asked"`
	By    string     `json:"by"`
	Taken *time.Time `json:"taken"` // null: they have not come yet
	Size  int64      `json:"size"`  // bytes
}

// LogsAnswer lists them.
type LogsAnswer struct {
	Logs []LogsView `json:"logs"`
}

func logsView(w store.LogWish) LogsView {
	return LogsView{strconv.FormatInt(w.Wish, 10), time.UnixMicro(w.Asked).UTC(), w.By, moment(w.Taken), w.Size}
}

// ownBox is the box of the path, which must be the company's.
func (s *Server) ownBox(tx *store.Tx, c *call) (store.BoxID, store.BoxRow, error) {
	b, err := c.box()
	if err != nil {
		return store.BoxID{}, store.BoxRow{}, err
	}
	row, err := tx.Box(c.company, b)
	if errors.Is(err, store.ErrNone) {
		err = fault.New(fault.BoxUnknown)
	}
	return store.BoxID{Company: c.company, Box: b}, row, err
}

func (s *Server) logWishes(c *call) (a LogsAnswer, err error) {
	a.Logs = []LogsView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		box, _, err := s.ownBox(tx, c)
		if err != nil {
			return err
		}
		list, err := tx.LogWishes(box)
		for _, w := range list {
			a.Logs = append(a.Logs, logsView(w))
		}
		return err
	})
}

func (s *Server) wishLogs(c *call) (v LogsView, err error) {
	var box store.BoxID
	err = s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		var row store.BoxRow
		if box, row, err = s.ownBox(tx, c); err != nil {
			return err
		}
		if row.State == store.BoxRevoked {
			return fault.New(fault.BoxRevoked)
		}
		w, err := tx.WishLogs(box, wire.Word(c.who.Name), s.micros())
		if err != nil {
			return err
		}
		v = logsView(w)
		return s.note(tx, c, c.company, "logs.asked", box.Box.String(), "")
	})
	if err == nil && s.o.Wished != nil {
		s.o.Wished(box.Box)
	}
	return v, err
}

func (s *Server) unwishLogs(c *call) (Done, error) {
	return Done{true}, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		box, _, err := s.ownBox(tx, c)
		if err != nil {
			return err
		}
		if err := tx.DropWish(box); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "logs.unasked", box.Box.String(), "")
	})
}

func (s *Server) logFile(c *call) error {
	wish, err := c.id("wish", fault.NotFound)
	if err != nil {
		return err
	}
	var data []byte
	var box store.BoxID
	err = s.o.Store.Write(c.ctx(), func(tx *store.Tx) (err error) {
		if box, _, err = s.ownBox(tx, c); err != nil {
			return err
		}
		if data, err = tx.LogFile(c.company, box.Box, wish); errors.Is(err, store.ErrNone) {
			return fault.New(fault.NotFound)
		} else if err != nil {
			return err
		}
		return s.note(tx, c, c.company, "logs.read", box.Box.String(), "")
	})
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=\"logs-%s-%d.zip\"", box.Box.String()[:8], wish))
	http.ServeContent(c.w, c.Request, "", time.Time{}, bytes.NewReader(data))
	return nil
}

func (s *Server) wish(c *call) (w wire.Wish, err error) {
	box, err := s.proved(c)
	if err != nil {
		return w, err
	}
	var key ed25519.PrivateKey
	if key, err = s.o.Store.SigningKey(c.ctx()); err != nil {
		return w, err
	}
	w = wire.Wish{Box: box.Box.String(), Time: s.micros()}
	err = s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		open, err := tx.OpenWish(box)
		switch {
		case err == nil:
			w.Logs, w.By = strconv.FormatInt(open.Wish, 10), open.By
		case errors.Is(err, store.ErrNone):
			err = nil
		}
		return err
	})
	w.Sign(key)
	return w, err
}

// zipped begins every zip file that holds anything.
var zipped = []byte("PK\x03\x04")

func (s *Server) takeLogs(c *call) error {
	box, err := s.proved(c)
	if err != nil {
		return err
	}
	wish, err := c.id("wish", fault.NotFound)
	if err != nil {
		return err
	}
	if err := c.long(); err != nil { // the box is known, and its line may be slow
		return err
	}
	body, err := c.bytes(fault.RequestTooLarge, fault.RequestMalformed)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(body); c.text("body") != hex.EncodeToString(sum[:]) {
		return fault.Wrap(errors.New("another body than was signed"), fault.RequestSignature)
	}
	if !bytes.HasPrefix(body, zipped) {
		return fault.New(fault.RequestMalformed, "detail", "no zip file")
	}
	err = s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		row, err := tx.Box(box.Company, box.Box)
		if err != nil {
			return err
		}
		if row.State == store.BoxRevoked {
			return fault.New(fault.BoxRevoked)
		}
		if err := tx.TakeLogs(box, wish, body, s.micros()); errors.Is(err, store.ErrNone) {
			return fault.New(fault.NotFound)
		} else if err != nil {
			return err
		}
		return tx.Audit(box.Company, store.AuditRow{At: s.micros(), Who: "box " + box.Box.String(), Action: "logs.taken", Subject: box.Box.String(), Detail: strconv.Itoa(len(body))})
	})
	if err != nil {
		return err
	}
	if s.o.Live != nil {
		s.o.Live.Touch(box.Company)
	}
	return writeJSON(c.w, http.StatusOK, Done{true})
}

// wished reports whether a box is wished to do something, or has returns of other tills to report.
func (s *Server) wished(c *call, box store.BoxID) (yes bool, err error) {
	return yes, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		_, err := tx.OpenWish(box)
		if yes = err == nil; !errors.Is(err, store.ErrNone) {
			return err
		}
		yes, err = tx.HandoversWait(box)
		return err
	})
}
