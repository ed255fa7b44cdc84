package main

import (
	"context"
	"fmt"

	"posbox/drivers/bus"
	"posbox/drivers/escpos"
	"posbox/outbox"
	"posbox/pos/device"
	"posbox/pos/fault"
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
		return noPrinterFitted{}
	}
	width := 576
	if s.columns == 32 {
		width = 384
	}
	open := func(ctx context.Context) (escpos.Conn, error) { return bus.Open(ctx, s.printer) }
	return receiptPrinter{escpos.New(open, escpos.Options{Name: "ESC/POS " + s.printer, Width: width, DrawerPin: s.drawerPin,
		OnStatus: func(device.Printer) { changed() }})}
}

// receiptPrinter lets a job that has not begun be taken back.
type receiptPrinter struct{ *escpos.Printer }

// Print implements outbox.Printer. A job that begins just as it is taken back ends as interrupted, never as not begun.
func (p receiptPrinter) Print(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (device.Printed, error) {
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
	r, err := p.Printer.Print(ctx, page, mark)
	return device.Printed(r), err
}

// noPrinterFitted stands where no printer is: each call gets one clear answer.
type noPrinterFitted struct{}

func (noPrinterFitted) Print(context.Context, *paper.Page, *paper.Page, <-chan struct{}) (device.Printed, error) {
	return device.Printed{}, fault.New(fault.PrinterNone)
}
func (noPrinterFitted) Kick(context.Context) (bool, error) {
	return false, fault.New(fault.PrinterNone)
}
func (noPrinterFitted) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (noPrinterFitted) Status() device.Printer        { return device.Printer{} }
func (noPrinterFitted) Halt() error                   { return nil }
func (noPrinterFitted) String() string                { return "no printer" }
