package printer

import (
	"fmt"
	"slices"
	"time"
)

// maxUnknown bounds the list of commands that were passed over.
const maxUnknown = 1000

// maxKept bounds the data that a command keeps; pictures are printed as their rows come.
const maxKept = 1 << 16

// command is the command that is being carried out.
type command struct {
	head []byte
	data []byte
	skip bool // its data is passed over
}

// run carries the buffer out, byte by byte, until the printer is closed.
func (p *Printer) run() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.over {
		if len(p.buffer) == 0 || p.blocked() {
			p.cond.Wait()
			continue
		}
		c := p.buffer[0]
		p.buffer = p.buffer[1:]
		if len(p.buffer) == p.opts.Buffer-1 || len(p.buffer) == 0 {
			p.cond.Broadcast()
		}
		p.execute(c)
		p.executed++
		p.due()
		p.pace()
	}
}

// pace waits as long as the rows printed take.
func (p *Printer) pace() {
	if p.debt < time.Millisecond {
		return
	}
	wait := time.NewTimer(p.debt)
	defer wait.Stop()
	p.debt = 0
	p.mu.Unlock()
	select {
	case <-wait.C:
	case <-p.closed:
	}
	p.mu.Lock()
}

// printed adds the time that rows take.
func (p *Printer) printed(rows int) {
	speed := p.opts.Speed
	if p.active[Slow] {
		speed = slowRows
	}
	if speed > 0 {
		p.debt += time.Duration(rows) * time.Second / time.Duration(speed)
	}
}

// execute carries one byte out.
func (p *Printer) execute(c byte) {
	switch p.exec.feed(c) {
	case tokText:
		p.text(c)
	case tokCommand:
		p.job = command{head: slices.Clone(p.exec.head), data: p.job.data[:0]}
		p.accept(&p.job)
		if p.exec.idle() {
			p.end(&p.job)
		}
	case tokData:
		p.data(&p.job, c)
		if p.exec.idle() {
			p.end(&p.job)
		}
	}
}

// accept decides whether a command's data is wanted.
func (p *Printer) accept(cmd *command) {
	h := cmd.head
	switch {
	case h[0] == gs && h[1] == 'v' && h[2] == '0':
		p.flushLine()
	case h[0] == gs && h[1] == '(' && (h[2] == 'H' || h[2] == 'k'):
	default:
		cmd.skip = true
	}
}

// data takes a byte of data; pictures print each row as it is full.
func (p *Printer) data(cmd *command, c byte) {
	if cmd.skip || len(cmd.data) >= maxKept {
		return
	}
	cmd.data = append(cmd.data, c)
	if cmd.head[1] != 'v' {
		return
	}
	if w := int(cmd.head[4]) | int(cmd.head[5])<<8; len(cmd.data) == w {
		for range 1 + cmd.head[3]>>1&1 { // mode bit 1: double height
			p.row(widen(cmd.data, cmd.head[3]&1 != 0))
		}
		cmd.data = cmd.data[:0]
	}
}

// widen doubles each dot sideways when asked to.
func widen(row []byte, double bool) []byte {
	if !double {
		return row
	}
	out := make([]byte, 2*len(row))
	for i := range 8 * len(row) {
		if row[i/8]&(0x80>>(i%8)) != 0 {
			out[i/4] |= 0xC0 >> (2 * i % 8)
		}
	}
	return out
}

func (p *Printer) row(dots []byte) {
	p.paper.add(dots)
	p.printed(1)
}

func (p *Printer) feedRows(n int) {
	for range n {
		p.row(nil)
	}
}

// end carries out a complete command.
func (p *Printer) end(cmd *command) {
	h := cmd.head
	switch h[0] {
	case esc:
		p.endEsc(h)
	case gs:
		p.endGS(h, cmd.data)
	default:
		p.pass(h)
	}
}

func (p *Printer) endEsc(h []byte) {
	switch h[1] {
	case '@':
		p.modes = modes{}
		p.symbol = symbol{}
		p.auto = false
	case 'd':
		p.flushLine()
		p.feedRows(int(h[2]) * lineHeight)
	case 'J':
		p.flushLine()
		p.feedRows(int(h[2]))
	case 'p':
		if h[2] == 0 || h[2] == 1 || h[2] == '0' || h[2] == '1' {
			p.kicks++
		} else {
			p.pass(h)
		}
	case 'a', 'E', '!', 't':
		p.setMode(h)
	default:
		p.pass(h)
	}
}

func (p *Printer) endGS(h, data []byte) {
	switch h[1] {
	case 'v':
		if h[2] != '0' {
			p.pass(h)
		}
	case 'V':
		p.cut(h)
	case '!':
		p.modes.wide, p.modes.high = int(h[2]>>4&7), int(h[2]&7)
	case 'a':
		p.auto = h[2] != 0 && p.opts.Model != Dumb
		p.autoStatus(true)
	case 'r':
		p.transmitStatus(h)
	case 'I':
		p.identify(h)
	case '(':
		p.endGroup(h, data)
	default:
		p.pass(h)
	}
}

func (p *Printer) cut(h []byte) {
	p.flushLine()
	if len(h) == 4 {
		p.feedRows(int(h[3]))
	}
	p.paper.cut()
}

func (p *Printer) transmitStatus(h []byte) {
	switch {
	case p.opts.Model == Dumb:
		p.pass(h)
	case h[2] == 1 || h[2] == '1':
		p.answer(p.paperStatus())
	case h[2] == 2 || h[2] == '2':
		p.answer(0)
	default:
		p.pass(h)
	}
}

// identify answers GS I: 1 to 3 a byte, 65 to 69 a text.
func (p *Printer) identify(h []byte) {
	text, ok := map[byte]string{65: "1", 66: "posbox", 67: "virtual-" + string(p.opts.Model), 68: "0", 69: ""}[h[2]]
	switch {
	case p.opts.Model == Dumb:
		p.pass(h)
	case ok:
		p.answer(append(append([]byte{0x5F}, text...), 0)...)
	case h[2] >= 1 && h[2] <= 3:
		p.answer(0x02)
	default:
		p.pass(h)
	}
}

func (p *Printer) endGroup(h, data []byte) {
	switch {
	case h[2] == 'H' && p.opts.Model == Prove && len(data) == 6 && data[0] == 0x30 && data[1] == 0x30:
		p.processID(data[2:])
	case h[2] == 'k' && len(data) >= 2 && data[0] == 0x31:
		p.qr(data[1], data[2:])
	default:
		p.pass(h)
	}
}

// processID answers GS ( H: all before it is printed by now, since pictures print as they come.
func (p *Printer) processID(id []byte) {
	n := 0
	for _, c := range id {
		if c < 0x20 || c > 0x7E {
			p.pass([]byte{gs, '(', 'H'})
			return
		}
		n = n*95 + int(c-0x20)
	}
	if p.active[Mute] {
		return
	}
	if p.active[Lie] {
		id = []byte{0, 0, 0, 0}
		n += 95 * 95 * 95 * 47 // half the circle away: nobody counts that far
		for i := range id {
			id[3-i] = 0x20 + byte(n%95)
			n /= 95
		}
	}
	p.answer(0x37, 0x22, id[0], id[1], id[2], id[3], 0)
}

// pass notes a command that is not known.
func (p *Printer) pass(h []byte) {
	if len(p.unknown) < maxUnknown {
		p.unknown = append(p.unknown, fmt.Sprintf("% X", h))
	}
}
