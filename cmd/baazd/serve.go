package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"posbox/baaz/down"
	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/web"
)

// version is set by the build.
var version = "dev"

// serve runs the server until ctx ends.
func serve(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	if f.data == "" {
		return fmt.Errorf("%w: -data is needed", errUsage)
	}
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
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(stderr, nil))
	server := &http.Server{
		Handler:           web.New(web.Options{Store: s, Ingest: in, Down: master, Logger: logger, Version: version}),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("serving", "store", s.String())
	fmt.Fprintln(stdout, "baazd: ready http://"+listener.Addr().String())
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
