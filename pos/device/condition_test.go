package device

import (
	"testing"

	"posbox/pos/fault"
)

func TestConditions(t *testing.T) {
	ready := Printer{Name: "P", Fitted: true, Online: true}
	well := Known{Printer: ready, Displays: 1, ClockSet: true, Disk: Disk{Free: 50 << 30, Total: 100 << 30}}
	for name, c := range map[string]struct {
		change func(*Known)
		kind   Kind
		level  Level
		code   fault.Code
	}{
		"printer well":        {func(*Known) {}, KindPrinter, OK, ""},
		"printer not fitted":  {func(k *Known) { k.Printer = Printer{} }, KindPrinter, None, ""},
		"printer off":         {func(k *Known) { k.Printer.Online = false }, KindPrinter, Fault, fault.PrinterOffline},
		"cover open":          {func(k *Known) { k.Printer.CoverOpen = true }, KindPrinter, Fault, fault.PrinterCover},
		"paper nearly out":    {func(k *Known) { k.Printer.PaperNearEnd = true }, KindPrinter, Attention, fault.PrinterPaperLow},
		"drawer without one":  {func(k *Known) { k.Printer = Printer{} }, KindDrawer, None, ""},
		"drawer shut":         {func(*Known) {}, KindDrawer, OK, ""},
		"drawer open":         {func(k *Known) { k.Printer.DrawerOpen = true }, KindDrawer, Attention, fault.DrawerOpen},
		"drawer, printer off": {func(k *Known) { k.Printer.Online = false }, KindDrawer, Fault, fault.DrawerOffline},
		"scanner":             {func(*Known) {}, KindScanner, OK, ""},
		"display shown":       {func(*Known) {}, KindDisplay, OK, ""},
		"no display":          {func(k *Known) { k.Displays = 0 }, KindDisplay, None, ""},
		"alone":               {func(*Known) {}, KindBaaz, None, ""},
		"joined to BAAZ":      {func(k *Known) { k.Joined = true }, KindBaaz, OK, ""},
		"BAAZ is away":        {func(k *Known) { k.Joined, k.Link = true, fault.New(fault.UplinkUnreachable) }, KindBaaz, Attention, fault.UplinkUnreachable},
		"a cloned box":        {func(k *Known) { k.Joined, k.Link = true, fault.New(fault.BoxForked) }, KindBaaz, Fault, fault.BoxForked},
		"a stick's wrong key": {func(k *Known) { k.StickKey = fault.New(fault.StickKey) }, KindBaaz, Attention, fault.StickKey},
		"a key too late":      {func(k *Known) { k.Joined, k.StickKey = true, fault.New(fault.StickKey) }, KindBaaz, OK, ""},
		"waits for BAAZ":      {func(k *Known) { k.Waiting = true }, KindBaaz, Attention, fault.BaazWaiting},
		"clock":               {func(k *Known) { k.ClockSet = false }, KindClock, Fault, fault.ClockNotSet},
		"clock from memory":   {func(k *Known) { k.Clock = fault.New(fault.ClockRemembered) }, KindClock, Attention, fault.ClockRemembered},
		"no box":              {func(*Known) {}, KindNetwork, None, ""},
		"network":             {func(k *Known) { k.Network = Network{Known: true, Address: "10.0.0.2/24"} }, KindNetwork, OK, ""},
		"no cable, alone":     {func(k *Known) { k.Network = Network{Known: true, Why: fault.New(fault.NetworkNoCable)} }, KindNetwork, None, ""},
		"no cable, joined":    {func(k *Known) { k.Joined, k.Network = true, Network{Known: true, Why: fault.New(fault.NetworkNoCable)} }, KindNetwork, Attention, fault.NetworkNoCable},
		"no address, alone":   {func(k *Known) { k.Network = Network{Known: true, Why: fault.New(fault.NetworkNoLease)} }, KindNetwork, Attention, fault.NetworkNoLease},
		"BAAZ away, no cable": {func(k *Known) {
			k.Joined, k.Link, k.Network = true, fault.New(fault.UplinkUnreachable), Network{Known: true, Why: fault.New(fault.NetworkNoCable)}
		}, KindBaaz, Attention, fault.NetworkNoCable},
		"copies elsewhere":   {func(*Known) {}, KindCopy, None, ""},
		"a good copy":        {func(k *Known) { k.Copy = Copy{Known: true} }, KindCopy, OK, ""},
		"no copy, alone":     {func(k *Known) { k.Copy = Copy{Known: true, Why: fault.New(fault.CopyNone)} }, KindCopy, Attention, fault.CopyNone},
		"no copy, joined":    {func(k *Known) { k.Joined, k.Copy = true, Copy{Known: true, Why: fault.New(fault.CopyNone)} }, KindCopy, None, ""},
		"bad stick, joined":  {func(k *Known) { k.Joined, k.Copy = true, Copy{Known: true, Stick: true, Why: fault.New(fault.CopyBad)} }, KindCopy, Attention, fault.CopyBad},
		"disk":               {func(*Known) {}, KindDisk, OK, ""},
		"disk not asked yet": {func(k *Known) { k.Disk = Disk{} }, KindDisk, OK, ""},
		"disk will not say":  {func(k *Known) { k.Disk.Failed = true }, KindDisk, Attention, fault.DiskUnknown},
		"disk below 10 %":    {func(k *Known) { k.Disk.Free = 9 << 30 }, KindDisk, Attention, fault.DiskLow},
		"disk below 500 MB":  {func(k *Known) { k.Disk = Disk{Free: 400 << 20, Total: 1 << 30} }, KindDisk, Attention, fault.DiskLow},
		"disk full":          {func(k *Known) { k.Journal = fault.New(fault.JournalFull) }, KindDisk, Fault, fault.JournalFull},
		"journal damaged":    {func(k *Known) { k.Journal = fault.New(fault.JournalDamaged) }, KindDisk, Fault, fault.JournalDamaged},
	} {
		known := well
		c.change(&known)
		seen := 0
		for _, got := range Conditions(known) {
			if (got.Why == nil) != (got.Level == OK || got.Level == None) || got.NameMN == "" || got.NameEN == "" {
				t.Errorf("%s: %+v", name, got)
			}
			if got.Kind != c.kind {
				continue
			}
			if seen++; got.Level != c.level || c.code != "" && got.Why.Code != c.code {
				t.Errorf("%s: %+v, want %s %s", name, got, c.level, c.code)
			}
		}
		if seen != 1 {
			t.Errorf("%s: told %d times", name, seen)
		}
	}
}
