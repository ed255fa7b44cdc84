// Package device names the states of the till's devices, in the terms of UnifiedPOS.
package device

import "posbox/pos/fault"

// Printer is the state of the receipt printer as last heard.
type Printer struct {
	Name         string `json:"name"`   // model and where it is plugged
	Fitted       bool   `json:"fitted"` // false: this till has no printer
	Online       bool   `json:"online"` // it answers
	CoverOpen    bool   `json:"cover_open"`
	PaperEmpty   bool   `json:"paper_empty"`
	PaperNearEnd bool   `json:"paper_near_end"`
	Error        bool   `json:"error"` // cutter, temperature or other fault of the device
	DrawerOpen   bool   `json:"drawer_open"`
	Busy         bool   `json:"busy"`   // a job is under way
	Proves       bool   `json:"proves"` // it can prove that a job was printed
}

// Ready reports whether a receipt would be printed now.
func (p Printer) Ready() bool { return p.Fitted && p.Fault() == "" }

// Fault returns the code of what keeps the printer from printing, root cause first; "" when nothing does.
func (p Printer) Fault() fault.Code {
	switch {
	case !p.Fitted:
		return fault.PrinterNone
	case !p.Online:
		return fault.PrinterOffline
	case p.CoverOpen:
		return fault.PrinterCover
	case p.PaperEmpty:
		return fault.PrinterPaper
	case p.Error:
		return fault.PrinterError
	}
	return ""
}

// Printed is what became of a print job.
type Printed struct {
	Started bool // at least one byte of it was sent
	Proven  int  // bands that the printer proved
	Bands   int  // bands of the whole job
	Proof   bool // the end is proven: all of it is on paper
	Sent    bool // all of it was taken by a printer that answers status and can prove nothing
}
