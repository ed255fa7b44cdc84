package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// ForkView is what a box has sent that contradicts its history: it was cloned, or its disk restored from an old copy.
type ForkView struct {
	Records int        `json:"records"` // that wait in quarantine for somebody to decide
	Sales   int        `json:"sales"`
	First   *time.Time `json:"first"` // when the first of those sales was made, by the box's clock; null: there is none
	Last    *time.Time `json:"last"`
}

func forkView(f store.Forked) ForkView {
	v := ForkView{Records: f.Records, Sales: f.Sales}
	if f.Sales > 0 {
		v.First, v.Last = &f.First, &f.Last
	}
	return v
}

func (s *Server) fork(c *call) (ForkView, error) {
	b, err := c.box()
	if err != nil {
		return ForkView{}, err
	}
	f, err := s.o.Ingest.LookAtFork(c.ctx(), c.company, b)
	return forkView(f), err
}

// countFork counts what a box has sold in its second history, and from now on whatever follows from it. Who does so has
// looked at the alarm as well. It goes on when they close the page: half a fork in the reports helps nobody.
func (s *Server) countFork(c *call) (ForkView, error) {
	if c.who.IsToken() {
		return ForkView{}, fault.New(fault.AccessDenied)
	}
	b, err := c.box()
	if err != nil {
		return ForkView{}, err
	}
	f, err := s.o.Ingest.CountFork(context.WithoutCancel(c.ctx()), c.company, b, func(tx *store.Tx, run store.Forked, more bool) error {
		if run.Records > 0 {
			if err := s.note(tx, c, c.company, "box.counted", b.String(), fmt.Sprintf("%d sales in %d records", run.Sales, run.Records)); err != nil {
				return err
			}
		}
		if more { // some of it waits: it would be wrong to say that nothing does
			return nil
		}
		a, err := tx.LockAlarm(c.company, b, store.AlarmFork)
		if errors.Is(err, store.ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.PutAlarmAway(c.company, a, c.who.Name, s.micros())
	})
	return forkView(f), err
}
