package none

import (
	"context"
	"errors"
	"testing"

	"posbox/drivers/drivertest"
	"posbox/pos/fault"
)

var _ drivertest.ReceiptPrinter = Printer{}

func TestPrinter(t *testing.T) {
	var p Printer
	ctx, cancel := context.WithCancel(t.Context())
	if res, err := p.Print(ctx, nil, nil); fault.CodeOf(err) != fault.PrinterNone || res != (Result{}) {
		t.Errorf("Print: %+v, %v", res, err)
	}
	if proven, err := p.Kick(ctx); proven || fault.CodeOf(err) != fault.PrinterNone {
		t.Errorf("Kick: %v, %v", proven, err)
	}
	if s := p.Status(); s.Fitted || s.Fault() != fault.PrinterNone || s.Ready() {
		t.Errorf("Status: %+v", s)
	}
	for range 2 {
		if err := p.Halt(); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := p.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}
