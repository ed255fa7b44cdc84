package main

import (
	"context"
	"log/slog"

	"posbox/baaz/registers"
	"posbox/baaz/store"
)

// earner works out what card customers have earned by what they bought, beside the ingest: a sale waits for no tier.
type earner struct {
	regs  *registers.Registers
	log   *slog.Logger
	queue chan bought
}

type bought struct {
	company   store.Company
	customers []string
}

// earnQueue bounds what waits. What does not fit is worked out with the customer's next purchase: sums are not lost.
const earnQueue = 1024

func newEarner(regs *registers.Registers, log *slog.Logger) *earner {
	return &earner{regs, log, make(chan bought, earnQueue)}
}

// bought implements ingest.Ingest.Bought.
func (e *earner) bought(c store.Company, customers []string) {
	select {
	case e.queue <- bought{c, customers}:
	default:
	}
}

func (e *earner) run(ctx context.Context) {
	for {
		select {
		case b := <-e.queue:
			if err := e.regs.Earn(ctx, b.company, b.customers); err != nil && ctx.Err() == nil {
				e.log.Warn("what customers have earned was not worked out", "company", b.company, "err", err)
			}
		case <-ctx.Done():
			return
		}
	}
}
