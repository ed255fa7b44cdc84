package main

import (
	"context"
	"fmt"

	"posbox/drivers/bus"
	"posbox/drivers/escpos"
	"posbox/drivers/none"
	"posbox/outbox"
	"posbox/pos/device"
)

// printer is what the till asks of a receipt printer.
type printer interface {
	outbox.Printer
	outbox.Kicker
	fmt.Stringer
	Run(context.Context) error
	Status() device.Printer
	Halt() error
}

// The device table: what is fitted, and how it is driven.

// newPrinter drives the receipt printer. torn says that part of a receipt may hang out of it.
func newPrinter(s printerSpec, torn bool, changed func()) printer {
	if !s.fitted() {
		return none.Printer{}
	}
	width := 576
	if s.columns == 32 {
		width = 384
	}
	open := func(ctx context.Context) (escpos.Conn, error) { return bus.Open(ctx, s.address) }
	return escpos.New(open, escpos.Options{Name: "ESC/POS " + s.address, Width: width, DrawerPin: s.drawerPin,
		Torn: torn, OnStatus: func(device.Printer) { changed() }})
}
