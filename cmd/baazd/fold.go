package main

import (
	"context"
	"log/slog"
	"time"

	"posbox/baaz/store"
	"posbox/pos/day"
)

// foldEvery is how often sums of what is over are folded. Reports are right without it, only slower.
const foldEvery = time.Minute

// folding folds sums of days and months that are over, until the context ends. Several servers may do so: they write the same.
func folding(ctx context.Context, s *store.Store, logger *slog.Logger) {
	for {
		today := day.Day(time.Now().Add(8 * time.Hour).UTC().Format(time.DateOnly)) // no shop's day is over before Mongolia's is
		if _, err := s.Fold(ctx, today); err != nil && ctx.Err() == nil {
			logger.Warn("sums were not folded", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(foldEvery):
		}
	}
}
