package device

import (
	"strconv"

	"posbox/pos/fault"
)

// Kind is a kind of device or of what the till depends on like one.
type Kind string

// Every kind, in the order in which they are told.
const (
	KindPrinter  Kind = "printer"
	KindDrawer   Kind = "drawer"
	KindScanner  Kind = "scanner"
	KindDisplay  Kind = "display"
	KindScale    Kind = "scale"
	KindTerminal Kind = "terminal"
	KindNetwork  Kind = "network"
	KindBaaz     Kind = "baaz"
	KindEbarimt  Kind = "ebarimt"
	KindClock    Kind = "clock"
	KindDisk     Kind = "disk"
	KindCopy     Kind = "copy"
)

// Level says how a device is.
type Level string

// Levels.
const (
	OK        Level = "ok"
	Attention Level = "attention" // it works and needs someone soon
	Fault     Level = "fault"     // it does not work
	None      Level = "none"      // not fitted, not in use
)

// Condition is how one device is. Why is told where somebody has to do something.
type Condition struct {
	Kind           Kind
	NameMN, NameEN string
	Level          Level
	Why            *fault.Error // nil for OK and None
}

// Known is what the program knows of its surroundings.
type Known struct {
	Printer  Printer
	Displays int          // customer displays that are being shown
	Waiting  bool         // to join BAAZ has been asked for
	Joined   bool         // to BAAZ
	Link     *fault.Error // why BAAZ does not get everything at once; nil while it does
	ClockSet bool
	Clock    *fault.Error // what else is to be said of the clock
	Disk     Disk
	StickKey *fault.Error // why the connection key on a stick was not taken
	Network  Network
	Copy     Copy
	Fiscal   Fiscal
	Journal  *fault.Error // why nothing can be written; nil while it can
}

// Disk is the room on the disk that holds the sales. The zero value is a disk of which nothing is known yet.
type Disk struct {
	Free, Total int64 // bytes
	Failed      bool  // it could not be asked
}

// Network is what a box knows of its network. The zero value is a machine whose network is not the till's business.
type Network struct {
	Known   bool
	Address string
	Why     *fault.Error // nil while there is an address, and while one is asked for
}

// Copy is what a box knows of the copies of its sales on a stick. The zero value is a machine that makes none.
type Copy struct {
	Known bool
	Stick bool         // one is plugged in
	Why   *fault.Error // nil while the last copy is good and new
}

// Fiscal is what is known of the tax office's service. The zero value is a till that reports nothing.
type Fiscal struct {
	On  bool
	Why *fault.Error // what weighs most; nil: all is well
}

// A disk with less than this free, in bytes or as a share of the whole, needs someone soon.
const (
	lowBytes = 500 << 20
	lowShare = 10 // percent
)

// Conditions tells how everything is: every kind once, in the order above.
func Conditions(k Known) []Condition {
	return []Condition{
		printer(k.Printer), drawer(k.Printer),
		{KindScanner, "Гараар бичигч горимын уншигч", "Scanner as a keyboard", OK, nil},
		display(k.Displays),
		{KindScale, "Жин", "Scale", None, nil},
		{KindTerminal, "Карт уншигч", "Card terminal", None, nil},
		network(k), baaz(k),
		ebarimt(k.Fiscal),
		clock(k), disk(k.Disk, k.Journal), copies(k),
	}
}

func printer(p Printer) Condition {
	c := Condition{KindPrinter, p.Name, p.Name, OK, nil}
	if !p.Fitted {
		return Condition{KindPrinter, "Принтер", "Printer", None, nil}
	}
	if code := p.Fault(); code != "" {
		c.Level, c.Why = Fault, fault.New(code)
	} else if p.PaperNearEnd {
		c.Level, c.Why = Attention, fault.New(fault.PrinterPaperLow)
	}
	return c
}

// drawer knows what the printer says of it: the drawer hangs on the printer.
func drawer(p Printer) Condition {
	c := Condition{KindDrawer, "Мөнгөний хайрцаг", "Cash drawer", OK, nil}
	switch {
	case !p.Fitted:
		c.Level = None
	case !p.Online:
		c.Level, c.Why = Fault, fault.New(fault.DrawerOffline)
	case p.DrawerOpen:
		c.Level, c.Why = Attention, fault.New(fault.DrawerOpen)
	}
	return c
}

func display(shown int) Condition {
	c := Condition{KindDisplay, "Үйлчлүүлэгчийн дэлгэц", "Customer display", None, nil}
	if shown > 0 {
		c.Level = OK
	}
	return c
}

func baaz(k Known) Condition {
	c := Condition{KindBaaz, "БААЗ", "BAAZ", None, nil}
	switch {
	case k.Link != nil && k.Link.Severity() == fault.Blocking:
		c.Level, c.Why = Fault, k.Link
	case k.Link != nil && k.Network.Known && k.Network.Why != nil:
		c.Level, c.Why = Attention, k.Network.Why // the cause, not what follows from it
	case k.Link != nil:
		c.Level, c.Why = Attention, k.Link
	case k.StickKey != nil && !k.Joined:
		c.Level, c.Why = Attention, k.StickKey
	case k.Waiting:
		c.Level, c.Why = Attention, fault.New(fault.BaazWaiting)
	case k.Joined:
		c.Level = OK
	}
	return c
}

func ebarimt(f Fiscal) Condition {
	c := Condition{KindEbarimt, "И-баримт", "E-barimt", None, nil}
	switch {
	case !f.On:
	case f.Why == nil:
		c.Level = OK
	case f.Why.Severity() == fault.Blocking:
		c.Level, c.Why = Fault, f.Why
	default:
		c.Level, c.Why = Attention, f.Why
	}
	return c
}

func clock(k Known) Condition {
	c := Condition{KindClock, "Цаг", "Clock", OK, nil}
	switch {
	case !k.ClockSet:
		c.Level, c.Why = Fault, fault.New(fault.ClockNotSet)
	case k.Clock != nil:
		c.Level, c.Why = Attention, k.Clock
	}
	return c
}

// network is nothing to tell of where the shop sells alone and has not plugged it in.
func network(k Known) Condition {
	c := Condition{KindNetwork, "Сүлжээ", "Network", None, nil}
	n := k.Network
	switch {
	case !n.Known:
	case n.Why == nil:
		c.Level = OK
		if n.Address != "" {
			c.NameMN, c.NameEN = n.Address, n.Address
		}
	case k.Joined || k.Waiting || n.Why.Code != fault.NetworkNoCard && n.Why.Code != fault.NetworkNoCable:
		c.Level, c.Why = Attention, n.Why
	}
	return c
}

// copies are the concern of a shop that has told nobody else of its sales.
func copies(k Known) Condition {
	c := Condition{KindCopy, "Нөөц хуулбар", "Copy of the sales", None, nil}
	switch {
	case !k.Copy.Known:
	case k.Copy.Why == nil:
		c.Level = OK
	case !k.Joined || k.Copy.Stick:
		c.Level, c.Why = Attention, k.Copy.Why
	}
	return c
}

func disk(d Disk, journal *fault.Error) Condition {
	c := Condition{KindDisk, "Диск", "Disk", OK, nil}
	switch {
	case journal != nil:
		c.Level, c.Why = Fault, journal
	case d.Failed:
		c.Level, c.Why = Attention, fault.New(fault.DiskUnknown)
	case d.Total > 0 && (d.Free < lowBytes || d.Free < d.Total/100*lowShare):
		c.Level, c.Why = Attention, fault.New(fault.DiskLow, "free", strconv.FormatInt(d.Free>>20, 10))
	}
	return c
}
