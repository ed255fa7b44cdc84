// Package none holds the devices of a till that has none: "not fitted" is a device too, so that nobody asks for nil.
package none

import (
	"context"

	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/paper"
)

// Result is what Print answers.
type Result = device.Printed

// Printer stands for a receipt printer that is not fitted. The zero value is ready; so is its drawer: not there.
type Printer struct{}

// Run waits until ctx ends.
func (Printer) Run(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Print refuses with printer.none.
func (Printer) Print(context.Context, *paper.Page, *paper.Page) (Result, error) {
	return Result{}, fault.New(fault.PrinterNone)
}

// PrintUnless refuses with printer.none.
func (p Printer) PrintUnless(ctx context.Context, page, mark *paper.Page, _ <-chan struct{}) (Result, error) {
	return p.Print(ctx, page, mark)
}

// Kick refuses with printer.none.
func (Printer) Kick(context.Context) (proven bool, err error) {
	return false, fault.New(fault.PrinterNone)
}

// Status says that nothing is fitted.
func (p Printer) Status() device.Printer { return device.Printer{Name: p.String()} }

// String returns "none".
func (Printer) String() string { return "none" }

// Halt does nothing.
func (Printer) Halt() error { return nil }
