package printer

import "slices"

const (
	// maxRaw is how many received bytes are kept.
	maxRaw = 16 << 20
	// maxAnswers bounds what a client that does not read can pile up.
	maxAnswers = 64 << 10
)

// readLoop takes a client's bytes until it goes.
func (p *Printer) readLoop(s *session) {
	chunk := make([]byte, 512)
	for {
		n, err := s.conn.Read(chunk)
		if !p.receive(s, chunk[:n]) || err != nil {
			return
		}
	}
}

// receive takes bytes in and reports false when the client is gone. It waits while the receive buffer is full.
func (p *Printer) receive(s *session, b []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range b {
		for len(p.buffer) >= p.opts.Buffer && !s.gone {
			p.cond.Wait()
		}
		if s.gone {
			return false
		}
		p.note(c)
		p.take(c)
	}
	return !s.gone
}

func (p *Printer) note(c byte) {
	p.raw = append(p.raw, c)
	if len(p.raw) >= 2*maxRaw {
		p.raw = slices.Clone(p.raw[len(p.raw)-maxRaw:])
	}
}

// take sorts one byte: real-time commands act now, all else goes into the buffer.
func (p *Printer) take(c byte) {
	start := p.framing.idle()
	t := p.framing.feed(c)
	switch {
	case start && c == dle:
		p.urgent = append(p.urgent[:0], c)
	case len(p.urgent) > 0:
		p.urgent = append(p.urgent, c)
		if t == tokCommand {
			p.endUrgent()
		}
	default:
		p.store(c)
	}
}

// endUrgent carries out a complete DLE command, or stores what is none.
func (p *Printer) endUrgent() {
	cmd := p.urgent
	p.urgent = nil
	switch cmd[1] {
	case 0x04:
		p.realTimeStatus(cmd[2])
	case 0x05:
		if cmd[2] == 2 {
			p.clear()
		}
	case 0x14:
		if cmd[2] == 1 && cmd[3] <= 1 && cmd[4] >= 1 && cmd[4] <= 8 {
			p.kicks++
		} else if cmd[2] == 8 && slices.Equal(cmd[3:], []byte{1, 3, 20, 1, 6, 2, 8}) {
			p.clear()
		}
	default:
		p.store(cmd...)
	}
}

func (p *Printer) store(b ...byte) {
	p.buffer = append(p.buffer, b...)
	p.cond.Broadcast()
}

// clear empties the buffers and forgets a command begun.
func (p *Printer) clear() {
	p.buffer = p.buffer[:0]
	p.exec.reset()
	p.modes.line = nil
	p.cond.Broadcast()
}

// lose forgets everything in the printer, as when its power fails.
func (p *Printer) lose() {
	p.clear()
	p.framing.reset()
	p.urgent = nil
	p.modes = modes{}
	p.symbol = symbol{}
	p.auto = false
}

// answer queues bytes for the client.
func (p *Printer) answer(b ...byte) {
	if p.session == nil || p.active[Stall] {
		return
	}
	if p.active[Garbage] {
		for range 3 {
			p.session.out = append(p.session.out, byte(p.noise.Uint32()))
		}
	}
	if len(p.session.out)+len(b) <= maxAnswers {
		p.session.out = append(p.session.out, b...)
	}
	p.cond.Broadcast()
}

// answerLoop writes what is queued.
func (p *Printer) answerLoop(s *session) {
	for {
		p.mu.Lock()
		for len(s.out) == 0 && !s.gone {
			p.cond.Wait()
		}
		b := s.out
		s.out = nil
		gone := s.gone
		p.mu.Unlock()
		if gone {
			return
		}
		if _, err := s.conn.Write(b); err != nil {
			drop(s.conn)
			return
		}
	}
}
