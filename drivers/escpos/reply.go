package escpos

// ReplyKind says what a printer sent.
type ReplyKind uint8

// What printers send.
const (
	ReplyGarbage   ReplyKind = iota // a byte or broken block that fits nothing
	ReplyAuto                       // four bytes of status sent by itself (ASB)
	ReplyRealTime                   // one byte, answer to DLE EOT
	ReplyStatus                     // one byte, answer to GS r
	ReplyProcessID                  // four bytes, answer to GS ( H
	ReplyInfo                       // text, answer to GS I
)

// Reply is one answer. Of Bytes the first one or four count, by Kind.
type Reply struct {
	Kind  ReplyKind
	Bytes [4]byte
	Text  string
}

// ID returns the process id of a ReplyProcessID.
func (r Reply) ID() ID { return r.Bytes }

const (
	xon  = 0x11
	xoff = 0x13
	// maxInfo bounds the text of a GS I answer; longer ones are garbage.
	maxInfo = 80
)

type parserState uint8

const (
	atStart parserState = iota
	inAuto              // after the first ASB byte
	inHead              // after 37
	inID                // after 37 22
	inIDEnd             // 00 expected
	inInfo              // after 5F
)

// Parser takes a printer's bytes apart. It keeps no more than one answer and never fails: what fits nothing is reported
// as ReplyGarbage and the next byte is taken afresh. The zero value is ready; use a new one for each connection.
type Parser struct {
	state parserState
	buf   [4]byte
	n     int
	text  []byte
}

// Feed takes bytes as they arrive, cut anywhere, and calls emit for each answer completed.
func (p *Parser) Feed(b []byte, emit func(Reply)) {
	for _, c := range b {
		if c == xon || c == xoff {
			continue
		}
		if !p.step(c, emit) {
			p.state = atStart
			emit(Reply{Kind: ReplyGarbage})
			p.start(c, emit)
		}
	}
}

// step takes c within the present state and reports false when it does not belong there.
func (p *Parser) step(c byte, emit func(Reply)) bool {
	switch p.state {
	case inAuto:
		return c&0x90 == 0 && p.collect(c, ReplyAuto, emit)
	case inHead:
		p.state, p.n = inID, 0
		return c == 0x22
	case inID:
		if c < 0x20 || c > 0x7E {
			return false
		}
		p.buf[p.n] = c
		if p.n++; p.n == len(p.buf) {
			p.state = inIDEnd
		}
		return true
	case inIDEnd:
		p.state = atStart
		if c != 0 {
			return false
		}
		emit(Reply{Kind: ReplyProcessID, Bytes: p.buf})
		return true
	case inInfo:
		return p.info(c, emit)
	}
	p.start(c, emit)
	return true
}

func (p *Parser) collect(c byte, kind ReplyKind, emit func(Reply)) bool {
	p.buf[p.n] = c
	if p.n++; p.n == len(p.buf) {
		p.state = atStart
		emit(Reply{Kind: kind, Bytes: p.buf})
	}
	return true
}

func (p *Parser) info(c byte, emit func(Reply)) bool {
	if c == 0 {
		p.state = atStart
		emit(Reply{Kind: ReplyInfo, Text: string(p.text)})
		return true
	}
	if c < 0x20 || len(p.text) == maxInfo {
		return false
	}
	p.text = append(p.text, c)
	return true
}

// start takes the first byte of an answer.
func (p *Parser) start(c byte, emit func(Reply)) {
	switch {
	case c == 0x37:
		p.state = inHead
	case c == 0x5F:
		p.state, p.text = inInfo, p.text[:0]
	case c&0x93 == 0x10:
		p.state, p.n = inAuto, 1
		p.buf[0] = c
	case c&0x93 == 0x12:
		emit(Reply{Kind: ReplyRealTime, Bytes: [4]byte{c}})
	case c&0x90 == 0:
		emit(Reply{Kind: ReplyStatus, Bytes: [4]byte{c}})
	default:
		emit(Reply{Kind: ReplyGarbage})
	}
}
