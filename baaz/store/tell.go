package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// listenAgain is how long a broken line to PostgreSQL is left alone.
const listenAgain = time.Second

// Tell lets all servers on the same PostgreSQL hear a short text, this one too. On SQLite there is one server only.
func (s *Store) Tell(ctx context.Context, text string) error {
	if s.engine == SQLite {
		return nil
	}
	_, err := s.read.ExecContext(ctx, sqlTell, text)
	return err
}

// Hear calls each for what servers tell, until ctx ends; with an empty text where something may have been missed: each
// time that the line to the database is new. On SQLite nobody tells anything.
func (s *Store) Hear(ctx context.Context, each func(text string)) {
	for s.engine == PostgreSQL && ctx.Err() == nil {
		if err := s.hear(ctx, each); err == nil {
			return
		}
		select {
		case <-time.After(listenAgain):
		case <-ctx.Done():
		}
	}
}

func (s *Store) hear(ctx context.Context, each func(text string)) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.New("store: the driver is not pgx")
		}
		line := c.Conn()
		if _, err := line.Exec(ctx, sqlHear); err != nil {
			return err
		}
		each("")
		for {
			n, err := line.WaitForNotification(ctx)
			if err != nil {
				line.Close(context.WithoutCancel(ctx)) // it must not go back among the others while it listens
				return err
			}
			each(n.Payload)
		}
	})
}
