package main

import (
	"context"
	"log/slog"
	"time"

	"posbox/baaz/store"
)

// foldEvery is how often it is looked whether enough sums are pending to be folded. Reports are right without it, only slower.
const foldEvery = 5 * time.Second

// folding folds what has gathered, until the context ends. Several servers may do so.
func folding(ctx context.Context, s *store.Store, logger *slog.Logger) {
	for {
		if _, err := s.Fold(ctx); err != nil && ctx.Err() == nil {
			logger.Warn("sums were not folded", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(foldEvery):
		}
	}
}
