package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"posbox/baaz/down"
	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/watch"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/wire"
)

// version is set by the build.
var version = "dev"

// serve runs the server until ctx ends.
func serve(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	if f.data == "" {
		return fmt.Errorf("%w: -data is needed", errUsage)
	}
	logger := slog.New(slog.NewTextHandler(stderr, nil))
	lock, err := lockFolder(f.data)
	if err != nil {
		return err
	}
	defer lock.Close()
	s, err := store.Open(ctx, f.dsn())
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := ingest.New(ctx, s, time.Now)
	if err != nil {
		return err
	}
	master, err := down.New(ctx, s, time.Now)
	if err != nil {
		return err
	}
	regs := registers.New(registers.Options{Store: s, Now: time.Now, Changed: func(scope wire.Scope, _ uint64) {
		master.Nudge(scope)
		if err := s.Tell(ctx, scope.String()); err != nil {
			logger.Warn("other servers were not told of a change", "scope", scope, "err", err)
		}
	}})
	earn := newEarner(regs, logger)
	in.Bought = earn.bought
	go earn.run(ctx)
	go folding(ctx, s, logger)
	live := web.NewLive()
	in.Took = live.Touch
	send := watch.NewSender(watch.SenderOptions{Store: s, Now: time.Now, Logger: logger, Private: f.private, Changed: live.Touch})
	look := watch.New(watch.Options{Store: s, Now: time.Now, Logger: logger, Changed: live.Touch, Queued: send.Kick})
	in.Heard = func(c store.Company, news bool) {
		look.Touch(c)
		if news {
			live.Touch(c)
		}
	}
	wished := func(b journal.Box) {
		master.Wish(b)
		if err := s.Tell(ctx, wishPrefix+b.String()); err != nil {
			logger.Warn("other servers were not told of a wish", "box", b, "err", err)
		}
	}
	in.Handed = func(b journal.Box) { go wished(b) } // telling other servers asks the database
	go look.Run(ctx)
	go send.Run(ctx)
	go live.Run(ctx, func(c store.Company) {
		if err := s.Tell(ctx, tookPrefix+strconv.FormatInt(int64(c), 10)); err != nil {
			logger.Warn("other servers were not told what has arrived", "company", c, "err", err)
		}
	})
	people, err := who.New(ctx, who.Options{Store: s})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           web.New(web.Options{Store: s, Ingest: in, Down: master, Registers: regs, People: people, Live: live, Messenger: send, Downloads: f.downloads, Wished: wished, Logger: logger, Version: version, Public: f.public, BehindProxy: f.proxy}),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(master.EndStreams)
	server.RegisterOnShutdown(live.End)
	go s.Hear(ctx, func(text string) { hear(text, master, live) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("serving", "store", s.String())
	fmt.Fprintln(stdout, "baazd: ready http://"+listener.Addr().String())
	if err := tellFirst(ctx, people, cmp.Or(f.public, "http://"+listener.Addr().String()), stdout); err != nil {
		// It serves already: a database that goes away just now ends it as little as one that goes away later.
		logger.Warn("no owner link made: baazd owner makes one", "err", err)
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// What is under way gets its answer; what does not is sent again.
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// tellFirst prints the link by which the very first owner comes in, as long as nobody can log in. It is good for an hour
// and once; the next start makes another one.
func tellFirst(ctx context.Context, people *who.People, base string, stdout io.Writer) error {
	secret, err := people.FirstLink(ctx)
	if err == nil && secret != "" {
		fmt.Fprintln(stdout, "baazd: owner link "+web.LinkURL(base, secret))
	}
	return err
}

// tookPrefix begins what servers tell each other of companies whose records have arrived; all else are scopes that have
// changed.
const tookPrefix = "took "

// wishPrefix begins what they tell of boxes that are wished to do something.
const wishPrefix = "wish "

// hear passes on what another server has told; a text that is none of them says that something may have been missed.
func hear(text string, master *down.Down, live *web.Live) {
	if number, ok := strings.CutPrefix(text, tookPrefix); ok {
		if c, err := strconv.ParseInt(number, 10, 64); err == nil {
			live.Nudge(store.Company(c))
			return
		}
	}
	if id, ok := strings.CutPrefix(text, wishPrefix); ok {
		if b, err := hex.DecodeString(id); err == nil && len(b) == len(journal.Box{}) {
			master.Wish(journal.Box(b))
			return
		}
	}
	if scope, err := wire.ParseScope(text); err == nil {
		master.Nudge(scope)
		return
	}
	master.NudgeAll()
	live.NudgeAll()
}
