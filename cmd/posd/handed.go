package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/wire"
)

// handedSteps lists the steps of taking another till's return in at which a test may end the program, in their order.
var handedSteps = []string{
	"handed.told",  // BAAZ has told of it, nothing is durable
	"handed.taken", // it is durable, with what is asked of the tax office
}

// handed keeps what BAAZ has said last of the returns that this till has made of other tills' goods. It is asked again after
// each start.
type handed struct {
	mu   sync.Mutex
	mine map[uint64]wire.Handed // by the sequence of the return's record
}

// state says how far a return has come; empty as long as BAAZ has not said.
func (h *handed) state(seq uint64) wire.HandedState {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mine[seq].State
}

// handedOver says for the screen how far a return of another till's goods has come.
func (p *program) handedOver(back event.Bill) string {
	seq, ok, err := p.engine.ReturnSeq(back)
	if err != nil || !ok {
		return ""
	}
	return string(p.handed.state(uint64(seq)))
}

func (h *handed) learn(list []wire.Handed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mine == nil {
		h.mine = map[uint64]wire.Handed{}
	}
	for _, x := range list {
		h.mine[x.Seq] = x
	}
}

// takeHanded takes in what BAAZ has said of returns: those of other tills are recorded one by one, each with what is asked of the
// tax office. What cannot be taken now stays with BAAZ, and the screen says so.
func (p *program) takeHanded(ctx context.Context, h wire.Handovers) error {
	p.handed.learn(h.Mine)
	var failed []error
	for _, job := range h.Jobs {
		if err := p.takeOne(ctx, job); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", job.Job, err)) // uplink writes it down, once
		}
	}
	if len(failed) == 0 {
		p.forgetTold(fault.FiscalHanded)
		return nil
	}
	p.tell(fault.New(fault.FiscalHanded, "count", strconv.Itoa(len(failed))))
	return errors.Join(failed...)
}

func (p *program) takeOne(ctx context.Context, job wire.Handover) error {
	back, err := job.Back()
	if err != nil {
		return fault.Wrap(err, fault.CentralBroken)
	}
	t := till.Handed{Job: job.Job, Place: job.Place, PlaceName: job.PlaceName, Return: back}
	if job.Number != "" && job.Date != "" {
		t.Told = &event.FiscalTold{ID: job.Number, Date: job.Date, Attempt: int(job.Attempt), Buyer: job.Buyer}
	}
	crashStep("handed.told")
	a, err := p.engine.TakeHanded(ctx, t)
	if err != nil || a.Repeated {
		return err
	}
	crashStep("handed.taken")
	p.log.Info("a return of another till was taken in", "job", job.Job, "bill", back.Of.Bill)
	return nil
}
