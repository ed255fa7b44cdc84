package device

import (
	"testing"

	"posbox/pos/fault"
)

// TestRootCauseFirst: of several troubles the one to mend first is told.
func TestRootCauseFirst(t *testing.T) {
	p := Printer{}
	for _, step := range []struct {
		change func()
		want   fault.Code
	}{
		{func() {}, fault.PrinterNone},
		{func() { p.Fitted, p.CoverOpen, p.PaperEmpty, p.Error = true, true, true, true }, fault.PrinterOffline},
		{func() { p.Online = true }, fault.PrinterCover},
		{func() { p.CoverOpen = false }, fault.PrinterPaper},
		{func() { p.PaperEmpty = false }, fault.PrinterError},
		{func() { p.Error = false }, ""},
	} {
		step.change()
		if got := p.Fault(); got != step.want || p.Ready() != (step.want == "") {
			t.Errorf("%+v: %s, ready %v; want %s", p, got, p.Ready(), step.want)
		}
	}
}
