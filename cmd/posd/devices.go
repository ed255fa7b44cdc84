package main

import (
	"context"
	"fmt"

	"posbox/drivers/bus"
	"posbox/drivers/escpos"
	"posbox/drivers/none"
	"posbox/outbox"
	"posbox/pos/device"
	"posbox/pos/paper"
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

func newPrinter(s settings, changed func()) printer {
	if !s.fitted() {
		return takeBack{none.Printer{}}
	}
	width := 576
	if s.columns == 32 {
		width = 384
	}
	open := func(ctx context.Context) (escpos.Conn, error) { return bus.Open(ctx, s.printer) }
	return takeBack{escpos.New(open, escpos.Options{Name: "ESC/POS " + s.printer, Width: width, DrawerPin: s.drawerPin,
		OnStatus: func(device.Printer) { changed() }})}
}

// driver is a receipt printer as its room makes it.
type driver interface {
	outbox.Kicker
	fmt.Stringer
	Run(context.Context) error
	Status() device.Printer
	Halt() error
	Print(ctx context.Context, page, mark *paper.Page) (device.Printed, error)
}

// takeBack lets a job that has not begun be taken back.
type takeBack struct{ driver }

// Print implements outbox.Printer. A job that begins just as it is taken back ends as interrupted, never as not begun.
func (p takeBack) Print(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (device.Printed, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-abandon:
			if !p.Status().Busy {
				cancel()
			}
		case <-ctx.Done():
		}
	}()
	return p.driver.Print(ctx, page, mark)
}
