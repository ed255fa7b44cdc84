// Command virtual is a virtual ESC/POS printer for demonstrations and tests; see package printer.
//
//	go run ./drivers/escpos/virtual -listen 127.0.0.1:9100 -http 127.0.0.1:9180
//
// It prints one line when it is ready: virtual printer: tcp://HOST:PORT http://HOST:PORT
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

	"posbox/drivers/escpos/virtual/printer"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "virtual printer:", err)
		}
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("virtual", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:9100", "address of the printer, loopback only; port 0: any")
	web := flags.String("http", "127.0.0.1:9180", "address of its control page, loopback only; port 0: any")
	var opts printer.Options
	var model string
	flags.IntVar(&opts.Width, "width", 576, "dots across the paper: 576 (80 mm) or 384 (58 mm)")
	flags.StringVar(&model, "model", string(printer.Prove), "prove, old (no GS ( H) or dumb (answers DLE EOT only)")
	flags.IntVar(&opts.Buffer, "buffer", printer.DefaultBuffer, "receive buffer in bytes")
	flags.IntVar(&opts.Speed, "speed", 0, "rows a second; 0: as fast as possible")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	opts.Model = printer.Model(model)
	return serve(ctx, *listen, *web, opts, stdout)
}

func serve(ctx context.Context, listen, web string, opts printer.Options, stdout io.Writer) error {
	if err := printer.Loopback(web); err != nil {
		return err
	}
	p, err := printer.Listen(listen, opts)
	if err != nil {
		return err
	}
	defer p.Close()
	ln, err := net.Listen("tcp", web)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second}
	defer srv.Close()
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	fmt.Fprintf(stdout, "virtual printer: %s http://%s\n", p.Addr(), ln.Addr())
	select {
	case <-ctx.Done():
		return nil
	case err := <-ended:
		return err
	}
}
