package escpos

// The functions of this file append one command each and return the longer slice. They keep no state.

const (
	esc = 0x1B
	gs  = 0x1D
	dle = 0x10
)

// MaxRasterRows is the most rows that one Raster command carries here: cheap printers with small buffers keep up.
const MaxRasterRows = 128

// Init appends ESC @: modes to default, print buffer emptied.
func Init(b []byte) []byte { return append(b, esc, '@') }

// Raster appends GS v 0 for whole rows of widthBytes bytes each, at most 65535 wide and high. What does not make a full
// row is left out; no rows append nothing.
func Raster(b []byte, widthBytes int, rows []byte) []byte {
	if widthBytes < 1 || widthBytes > 0xFFFF {
		return b
	}
	n := min(len(rows)/widthBytes, 0xFFFF)
	if n == 0 {
		return b
	}
	b = append(b, gs, 'v', '0', 0, byte(widthBytes), byte(widthBytes>>8), byte(n), byte(n>>8))
	return append(b, rows[:n*widthBytes]...)
}

// Feed appends ESC d: print what is in the buffer and feed lines, at most 255.
func Feed(b []byte, lines int) []byte { return append(b, esc, 'd', byte(min(max(lines, 0), 255))) }

// Cut appends GS V: feed to the cutter and extra units more (0 to 255), then cut, leaving a bridge when partial.
func Cut(b []byte, partial bool, extra int) []byte {
	m := byte('A')
	if partial {
		m = 'B'
	}
	return append(b, gs, 'V', m, byte(min(max(extra, 0), 255)))
}

// Pin is the drawer connector's pin as ESC p and DLE DC4 take it.
type Pin byte

// The two drawer pins.
const (
	Pin2 Pin = iota
	Pin5
)

// Kick appends ESC p: a drawer pulse in its turn; on and off in units of 2 ms.
func Kick(b []byte, pin Pin, on, off byte) []byte { return append(b, esc, 'p', byte(pin), on, off) }

// KickNow appends DLE DC4 fn 1: a drawer pulse at once, in units of 100 ms from 1 to 8.
func KickNow(b []byte, pin Pin, units int) []byte {
	return append(b, dle, 0x14, 1, byte(pin), byte(min(max(units, 1), 8)))
}

// Ask is what DLE EOT asks for.
type Ask byte

// The questions of DLE EOT.
const (
	AskPrinter Ask = 1 + iota
	AskOffline
	AskError
	AskPaper
)

// StatusRequest appends DLE EOT: one status byte, at once.
func StatusRequest(b []byte, ask Ask) []byte { return append(b, dle, 0x04, byte(ask)) }

// Recovery is how DLE ENQ goes on.
type Recovery byte

// Ways to go on: with the line that failed, or with empty buffers.
const (
	Resume Recovery = 1 + iota
	ClearBuffers
)

// Recover appends DLE ENQ.
func Recover(b []byte, how Recovery) []byte { return append(b, dle, 0x05, byte(how)) }

// AutoAll makes AutoStatus report everything the printer knows; reserved bits are ignored by printers.
const AutoAll = 0xFF

// AutoStatus appends GS a: status at once and on every change. Bits: 0 drawer, 1 online, 2 error, 3 paper; 0 ends it.
func AutoStatus(b []byte, mask byte) []byte { return append(b, gs, 'a', mask) }

// TransmitStatus appends GS r 1: the paper status, when its turn comes.
func TransmitStatus(b []byte) []byte { return append(b, gs, 'r', 1) }

// ID is a process id: four bytes from 20h to 7Eh.
type ID [4]byte

// idCount is how many ids there are.
const idCount = 95 * 95 * 95 * 95

// MakeID returns the n-th id, counting in base 95 from four spaces, ascending as bytes; it starts again after 95⁴.
func MakeID(n uint32) ID {
	n %= idCount
	var id ID
	for i := len(id) - 1; i >= 0; i-- {
		id[i] = 0x20 + byte(n%95)
		n /= 95
	}
	return id
}

// ProcessID appends GS ( H fn 48: the printer answers id when all before it is printed.
func ProcessID(b []byte, id ID) []byte {
	b = append(b, gs, '(', 'H', 6, 0, 0x30, 0x30)
	return append(b, id[:]...)
}
