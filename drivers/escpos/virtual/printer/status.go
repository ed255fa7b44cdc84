package printer

// blocked reports that printing stands still.
func (p *Printer) blocked() bool { return p.active[PaperOut] || p.active[Cover] || p.active[Error] }

func bit(on bool, mask byte) byte {
	if on {
		return mask
	}
	return 0
}

// realTimeStatus answers DLE EOT.
func (p *Printer) realTimeStatus(n byte) {
	b := byte(0x12)
	switch n {
	case 1:
		b |= bit(p.blocked(), 0x08)
	case 2:
		b |= bit(p.active[Cover], 0x04) | bit(p.active[PaperOut], 0x20) | bit(p.active[Error], 0x40)
	case 3:
		b |= bit(p.active[Error], 0x08)
	case 4:
		b |= bit(p.active[PaperLow] || p.active[PaperOut], 0x0C) | bit(p.active[PaperOut], 0x60)
	default:
		return
	}
	p.answer(b)
}

// paperStatus is the answer to GS r 1.
func (p *Printer) paperStatus() byte {
	return bit(p.active[PaperLow] || p.active[PaperOut], 0x03) | bit(p.active[PaperOut], 0x0C)
}

// autoStatus sends the four bytes of ASB when it is on and they have changed, or in any case.
func (p *Printer) autoStatus(anyway bool) {
	now := [4]byte{
		0x10 | bit(p.blocked(), 0x08) | bit(p.active[Cover], 0x20),
		bit(p.active[Error], 0x08),
		p.paperStatus(),
		0x0F,
	}
	if p.auto && (anyway || now != p.told) {
		p.answer(now[:]...)
	}
	p.told = now
}
