package store

import (
	"encoding/json"

	"posbox/journal"
	"posbox/wire"
)

// BoxID is a box that has proved who it is, and its company.
type BoxID struct {
	Company Company
	Box     journal.Box
}

// Heartbeat is what a box said of itself last.
type Heartbeat struct {
	Heard int64 // BAAZ's clock, UTC µs
	Said  wire.Heartbeat
}

// PutHeartbeat keeps what a box says of itself in place of what it said before.
func (t *Tx) PutHeartbeat(who BoxID, h Heartbeat) error {
	said, err := json.Marshal(h.Said)
	if err != nil {
		return err
	}
	if err := t.exec(sqlHeartbeatPut, int64(who.Company), who.Box[:], h.Heard, said); err != nil {
		return err
	}
	return t.tillSpoke(who, h)
}

// Heartbeats returns what each of a company's boxes said last; a box that has never said anything is not in it.
func (t *Tx) Heartbeats(c Company) (map[journal.Box]Heartbeat, error) {
	all := map[journal.Box]Heartbeat{}
	return all, t.rows(sqlHeartbeats, []any{int64(c)}, func(scan func(...any) error) error {
		var box, said []byte
		var h Heartbeat
		if err := scan(&box, &h.Heard, &said); err != nil {
			return err
		}
		if err := json.Unmarshal(said, &h.Said); err != nil {
			return err
		}
		if len(box) == len(journal.Box{}) {
			all[journal.Box(box)] = h
		}
		return nil
	})
}

// Heartbeat returns what a box said last; ErrNone where it has never said anything.
func (t *Tx) Heartbeat(who BoxID) (h Heartbeat, err error) {
	var said []byte
	if err := t.row(sqlHeartbeat, []any{int64(who.Company), who.Box[:]}, &h.Heard, &said); err != nil {
		return h, err
	}
	return h, json.Unmarshal(said, &h.Said)
}
