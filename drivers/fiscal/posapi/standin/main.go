// Command standin is a stand-in for the tax office's PosAPI, for demonstrations and tests; see package service.
//
//	go run ./drivers/fiscal/posapi/standin -listen 127.0.0.1:7080
//
// It prints one line when it is ready: posapi standin: http://HOST:PORT
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"posbox/drivers/fiscal/posapi/standin/service"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "posapi standin:", err)
		}
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("standin", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:7080", "loopback address; port 0: any")
	tin := flags.String("tin", service.SampleTIN, "taxpayer for whom it issues")
	name := flags.String("name", "Жишээ дэлгүүр ХХК", "the taxpayer's name")
	vat := flags.Bool("vat", true, "the taxpayer pays VAT")
	city := flags.Bool("city", true, "the taxpayer pays city tax")
	open := flags.Bool("open", false, "listen on other addresses, too: only in a network of its own")
	left := flags.Int("lotteries", 0, "lottery numbers left; 0: 5000")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if host, _, err := net.SplitHostPort(*listen); err != nil || !*open && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("-listen %s: it has no log-in, so it serves this machine only: use 127.0.0.1:PORT", *listen)
	}
	s := service.New(service.Options{Merchants: map[string]service.Merchant{*tin: {Name: *name, VATPayer: *vat, CityPayer: *city}}, Lotteries: *left})
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		<-ctx.Done()
		srv.Close()
	}()
	fmt.Fprintf(stdout, "posapi standin: http://%s\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
