package main

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"

	"posbox/drivers/bus"
	"posbox/drivers/fiscal/posapi"
	"posbox/drivers/fiscal/taxpayer"
	"posbox/uplink"
	"posbox/wire"
)

// flags is the command line of the till.
type flags struct {
	data    string
	listen  string
	printer string // empty: as configured
	posapi  string // the tax office's service, or ""
	lookup  string // the public register of taxpayers, or ""
	demo    bool
	lang    string // empty: as configured
	config  string
	baaz    string // BAAZ's address; empty: as asked for at the till
	key     string // connection key; empty: likewise
	box     string // folder in which a box of ours tells of itself; empty: the machine is none
	token   string // file of the screen's token; empty: in the data folder
	sticks  sticks // no flag: what tests plug in; nil: the machine's own USB sticks
}

// keep is the folder of what a box is told: beside the data folder, on the same disk.
func (c flags) keep() string { return filepath.Clean(c.data) + "-box" }

// timeFolder is where the clock's floor is kept: on a box all programs read it.
func (c flags) timeFolder() string {
	if c.box != "" {
		return c.keep()
	}
	return c.data
}

// tokenAt is where the screen's token stands.
func (c flags) tokenAt() string {
	if c.token != "" {
		return c.token
	}
	return filepath.Join(c.data, tokenFile)
}

func parseConfig(args []string, stderr io.Writer) (flags, error) {
	var c flags
	fs := newFlags("posd", "posd -data DIR -listen ADDR [-printer tcp://HOST:PORT|file:PATH|none] [-posapi URL] [-lookup URL] [-demo] [-lang mn|en] [-config FILE] [-baaz URL [-key KEY]] [-token FILE] [-box DIR]", stderr)
	fs.StringVar(&c.data, "data", "", "folder of journal, goods and keys")
	fs.StringVar(&c.listen, "listen", "127.0.0.1:8080", "loopback address of the screen's API")
	fs.StringVar(&c.printer, "printer", "", "receipt printer: tcp://HOST:PORT, file:PATH or none; default as configured, else none")
	fs.StringVar(&c.posapi, "posapi", "", "the tax office's service, http://127.0.0.1:7080; default as configured, else no e-barimts are issued")
	fs.StringVar(&c.lookup, "lookup", "", "the public register of taxpayers, https://api.ebarimt.mn; default as configured; a demo asks none")
	fs.BoolVar(&c.demo, "demo", false, "a shop to try: sample goods, sellers 1/1111 and 9/9999")
	fs.StringVar(&c.lang, "lang", "", "language of the screen: mn or en; default as configured, else mn")
	fs.StringVar(&c.config, "config", "", "settings file (JSON)")
	fs.StringVar(&c.baaz, "baaz", "", "BAAZ's address, https://…; default as asked for at the till")
	fs.StringVar(&c.key, "key", "", "connection key with which to join, once")
	fs.StringVar(&c.token, "token", "", "file for the screen's token; default kiosk.token in the data folder")
	fs.StringVar(&c.box, "box", "", "on a box of ours: the folder in which it tells of itself, /run/posbox; its wishes lie beside the data folder")
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	err := c.check(fs.Args())
	if err != nil {
		fmt.Fprintln(stderr, "posd:", err)
		fs.Usage()
	}
	return c, err
}

func (c flags) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%w: %q is not understood", errUsage, rest[0])
	case c.data == "":
		return fmt.Errorf("%w: -data is needed", errUsage)
	case c.lang != "" && c.lang != "mn" && c.lang != "en":
		return fmt.Errorf("%w: -lang must be mn or en", errUsage)
	}
	if err := c.checkBaaz(); err != nil {
		return err
	}
	if c.lookup != "" {
		if _, err := taxpayer.New(c.lookup); err != nil {
			return fmt.Errorf("%w: -lookup: %w", errUsage, err)
		}
	}
	if c.posapi != "" {
		if _, err := posapi.New(c.posapi); err != nil {
			return fmt.Errorf("%w: -posapi: %w", errUsage, err)
		}
	}
	if c.printer != "" && c.printer != noPrinter {
		if _, err := bus.Parse(c.printer); err != nil {
			return fmt.Errorf("%w: -printer: %w", errUsage, err)
		}
	}
	return checkLoopback(c.listen)
}

// checkBaaz refuses an address or a key that cannot be one.
func (c flags) checkBaaz() error {
	if c.baaz != "" {
		if err := uplink.CheckAddress(c.baaz); err != nil {
			return fmt.Errorf("%w: -baaz: %w", errUsage, err)
		}
	}
	if c.key == "" {
		return nil
	}
	if c.baaz == "" {
		return fmt.Errorf("%w: -key needs -baaz", errUsage)
	}
	if _, err := wire.ParseKey(c.key); err != nil {
		return fmt.Errorf("%w: -key: %w", errUsage, err)
	}
	return nil
}

// noPrinter is the address of a printer that is not fitted.
const noPrinter = "none"

// checkLoopback refuses addresses that others could reach: the API is for the box's own screen.
func checkLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: -listen: %w", errUsage, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%w: -listen: %q is no port", errUsage, port)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%w: -listen must be a loopback address such as 127.0.0.1:8080", errUsage)
	}
	return nil
}
