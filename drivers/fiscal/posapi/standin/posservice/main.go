// Command posservice is the program of a vendor's package in tests of the box (image): the stand-in of the tax office's PosAPI, started
// without arguments, which listens wherever it lives and keeps a file beside what it needs, as PosAPI may.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"posbox/drivers/fiscal/posapi/standin/service"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if err := os.WriteFile("/opt/posapi/kept", []byte("of PosAPI\n"), 0o600); err != nil {
		return err
	}
	s := service.New(service.Options{Merchants: map[string]service.Merchant{service.SampleTIN: {Name: "Жишээ дэлгүүр ХХК", VATPayer: true, CityPayer: true}}})
	srv := &http.Server{Addr: ":7080", Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	return srv.ListenAndServe()
}
