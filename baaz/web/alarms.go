package web

import (
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
)

// AlarmView is what a person must look at.
type AlarmView struct {
	Box    string    `json:"box"`
	Kind   string    `json:"kind"`
	Detail string    `json:"detail"`
	Times  int64     `json:"times"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
	Away   *Away     `json:"away"` // null: it waits for somebody
}

// Away says who has put something away.
type Away struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// AlarmsAnswer lists alarms.
type AlarmsAnswer struct {
	Alarms []AlarmView `json:"alarms"`
}

func (s *Server) alarms(c *call) (a AlarmsAnswer, err error) {
	a.Alarms = []AlarmView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := tx.Alarms(c.company)
		for _, r := range rows {
			v := AlarmView{Box: r.Box.String(), Kind: r.Kind, Detail: r.Detail, Times: r.Times, First: time.UnixMicro(r.First).UTC(), Last: time.UnixMicro(r.Last).UTC()}
			if r.AwayAt != 0 {
				if c.number("all") == 0 {
					continue
				}
				v.Away = &Away{r.AwayBy, time.UnixMicro(r.AwayAt).UTC()}
			}
			a.Alarms = append(a.Alarms, v)
		}
		return err
	})
}

// AlarmBody names an alarm as somebody has seen it.
type AlarmBody struct {
	Box   string `json:"box"`
	Kind  string `json:"kind"`
	Times int64  `json:"times"` // how often it had happened: what has happened since is not put away unseen
}

func (s *Server) putAlarmAway(c *call, in AlarmBody) (Done, error) {
	id, err := hex.DecodeString(in.Box)
	if err != nil || len(id) != len(journal.Box{}) || len(in.Kind) > 100 {
		return Done{}, fault.Wrap(err, fault.AlarmUnknown)
	}
	return Done{true}, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		a, err := tx.LockAlarm(c.company, journal.Box(id), in.Kind)
		switch {
		case errors.Is(err, store.ErrNone):
			return fault.New(fault.AlarmUnknown)
		case err != nil:
			return err
		case a.Times != in.Times:
			return fault.New(fault.AlarmAgain)
		case a.AwayAt != 0:
			return nil // somebody was faster
		}
		if err := tx.PutAlarmAway(c.company, a, c.who.Name, s.micros()); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "alarm.away", in.Box, in.Kind+" ×"+strconv.FormatInt(a.Times, 10))
	})
}
