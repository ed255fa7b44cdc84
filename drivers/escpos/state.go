package escpos

// DrawerSwitch says what a high level on the drawer connector's pin 3 means; it depends on drawer and cable.
type DrawerSwitch uint8

// Meanings of pin 3.
const (
	DrawerUnwired  DrawerSwitch = iota // not looked at: the drawer never counts as open
	DrawerOpenHigh                     // high: open
	DrawerOpenLow                      // low: open (the usual Epson cable)
)

// state is what the printer last said of itself, folded from DLE EOT and ASB. Both speak of the same things in other bits.
type state struct {
	pin3     bool // drawer connector pin 3 is high
	offline  bool // it takes data but does not print
	cover    bool
	stopped  bool // printing stopped for want of paper (DLE EOT 2)
	paperEnd bool
	nearEnd  bool
	failed   bool // DLE EOT 2: an error has happened
	errors   bool // DLE EOT 3, ASB byte 2: cutter, mechanical, unrecoverable or temperature error
}

// blocked reports that ordered commands wait in the printer's buffer.
func (s state) blocked() bool { return s.offline || s.caused() }

// caused reports that the cause of a standstill is known.
func (s state) caused() bool { return s.cover || s.paper() || s.fault() }
func (s state) paper() bool  { return s.stopped || s.paperEnd }
func (s state) fault() bool  { return s.failed || s.errors }

// realTime folds an answer to DLE EOT.
func (s *state) realTime(ask Ask, b byte) {
	switch ask {
	case AskPrinter:
		s.pin3, s.offline = b&0x04 != 0, b&0x08 != 0
	case AskOffline:
		s.cover, s.stopped, s.failed = b&0x04 != 0, b&0x20 != 0, b&0x40 != 0
	case AskError:
		s.errors = b&0x6C != 0
	case AskPaper:
		s.nearEnd, s.paperEnd = b&0x0C != 0, b&0x60 != 0
	}
}

// auto folds the four bytes of ASB.
func (s *state) auto(b [4]byte) {
	s.pin3, s.offline, s.cover = b[0]&0x04 != 0, b[0]&0x08 != 0, b[0]&0x20 != 0
	s.errors = b[1]&0x6C != 0
	s.nearEnd, s.paperEnd = b[2]&0x03 != 0, b[2]&0x0C != 0
	s.failed, s.stopped = s.errors, s.paperEnd
}

// paperEndStatus reports that a GS r answer says that there is no paper.
func paperEndStatus(b byte) bool { return b&0x0C != 0 }

func (d DrawerSwitch) open(pin3 bool) bool {
	switch d {
	case DrawerOpenHigh:
		return pin3
	case DrawerOpenLow:
		return !pin3
	}
	return false
}
