package printer

const (
	dle = 0x10
	esc = 0x1B
	fs  = 0x1C
	gs  = 0x1D
)

// token is what one byte completes.
type token uint8

const (
	tokPart    token = iota // within a command's head
	tokText                 // a byte outside commands
	tokCommand              // the head is complete; lexer.left bytes of data follow
	tokData                 // a byte of data; the last one when lexer.left is 0 after it
)

// lexer frames a stream of ESC/POS commands byte by byte, so that data is never taken for commands. It keeps the head of
// the present command only. The zero value stands between commands.
type lexer struct {
	head []byte
	left uint64 // bytes of data to come
	nul  bool   // data runs to a NUL instead
	done bool   // head is that of a finished command
}

// idle reports that the next byte begins a command or is text.
func (x *lexer) idle() bool { return (len(x.head) == 0 || x.done) && x.left == 0 && !x.nul }

// reset goes back between commands.
func (x *lexer) reset() { *x = lexer{head: x.head[:0]} }

// feed takes one byte.
func (x *lexer) feed(b byte) token {
	if x.left > 0 {
		x.left--
		return tokData
	}
	if x.nul {
		x.nul = b != 0
		return tokData
	}
	if x.idle() {
		x.head, x.done = x.head[:0], false
		if b != dle && b != esc && b != fs && b != gs {
			return tokText
		}
	}
	x.head = append(x.head, b)
	if len(x.head) < 2 || len(x.head) < headLen(x.head) {
		return tokPart
	}
	x.left, x.nul = dataLen(x.head)
	x.done = true
	return tokCommand
}

// params are the numbers of parameter bytes of commands without data.
var params = map[[2]byte]int{
	{esc, '@'}: 0, {esc, 'd'}: 1, {esc, 'J'}: 1, {esc, 'p'}: 3, {esc, 'a'}: 1, {esc, 'E'}: 1, {esc, '!'}: 1, {esc, 't'}: 1,
	{esc, '-'}: 1, {esc, '2'}: 0, {esc, '3'}: 1, {esc, 'M'}: 1, {esc, 'G'}: 1, {esc, 'R'}: 1, {esc, ' '}: 1, {esc, 'V'}: 1,
	{esc, '{'}: 1, {esc, '$'}: 2, {esc, '\\'}: 2, {esc, 'c'}: 2, {esc, '='}: 1, {esc, 'r'}: 1, {esc, 'T'}: 1, {esc, 'W'}: 8,
	{esc, 'B'}: 2, {esc, '*'}: 3,
	{gs, '!'}: 1, {gs, 'a'}: 1, {gs, 'r'}: 1, {gs, 'I'}: 1, {gs, 'L'}: 2, {gs, 'W'}: 2, {gs, 'h'}: 1, {gs, 'w'}: 1,
	{gs, 'H'}: 1, {gs, 'f'}: 1, {gs, 'B'}: 1, {gs, 'b'}: 1, {gs, 'P'}: 2, {gs, '/'}: 1, {gs, '$'}: 2, {gs, '\\'}: 2,
	{gs, '^'}: 3, {gs, '*'}: 2, {gs, 'v'}: 6, {gs, '('}: 3, {gs, '8'}: 5,
	{fs, 'p'}: 2, {fs, '!'}: 1, {fs, '-'}: 1, {fs, 'C'}: 1, {fs, 'S'}: 2, {fs, 'W'}: 1, {fs, '('}: 3,
	{dle, 0x04}: 1, {dle, 0x05}: 1,
}

// headLen returns how long the head is that begins with h, two bytes or more, as far as they tell.
func headLen(h []byte) int {
	third := func(i int) bool { return len(h) > i }
	switch [2]byte(h[:2]) {
	case [2]byte{gs, 'V'}:
		if third(2) && h[2] > '1' { // 41, 42, 61, 62, 67, 68: a feed follows
			return 4
		}
		return 3
	case [2]byte{gs, 'k'}:
		if third(2) && h[2] > 6 {
			return 4
		}
		return 3
	case [2]byte{dle, 0x04}:
		if third(2) && (h[2] == 7 || h[2] == 8 || h[2] == 18) {
			return 4
		}
		return 3
	case [2]byte{dle, 0x14}:
		if !third(2) {
			return 3
		}
		return 3 + map[byte]int{1: 2, 2: 2, 7: 1, 8: 7}[h[2]]
	}
	return 2 + params[[2]byte(h[:2])]
}

// dataLen returns how much data follows a complete head, or that it runs to a NUL.
func dataLen(h []byte) (n uint64, nul bool) {
	u16 := func(i int) uint64 { return uint64(h[i]) | uint64(h[i+1])<<8 }
	switch [2]byte(h[:2]) {
	case [2]byte{gs, 'v'}:
		return u16(4) * u16(6), false
	case [2]byte{gs, '('}, [2]byte{fs, '('}:
		return u16(3), false
	case [2]byte{gs, '8'}:
		return u16(3) | u16(5)<<16, false
	case [2]byte{gs, '*'}:
		return uint64(h[2]) * uint64(h[3]) * 8, false
	case [2]byte{gs, 'k'}:
		if h[2] > 6 {
			return uint64(h[3]), false
		}
		return 0, true
	case [2]byte{esc, '*'}:
		if h[2] >= 32 {
			return u16(3) * 3, false
		}
		return u16(3), false
	case [2]byte{esc, 'D'}:
		return 0, true
	}
	return 0, false
}
