package escpos

import (
	"sync"
	"time"
)

// line is one connection. Its two goroutines only move bytes; all fields belong to the owner.
type line struct {
	conn    Conn
	oneWay  bool
	closed  chan struct{}
	out     chan []byte
	writing bool // a chunk is with the writer

	parser Parser
	state  state

	replies uint64    // how many it has given
	heard   time.Time // last answer of any kind, or the opening
	waiting time.Time // since when something unanswered is out; zero: nothing is
	asks    []ask     // DLE EOT under way, oldest first
	next    Ask       // next question of the status round; 0: round over
	round   time.Time // end of the last round
	any     bool      // this round was answered
	known   bool      // a whole round has been answered: state can be trusted
	online  bool      // it answers
	through bool      // an ask was answered while blocked: asks do get through
	dirty   bool      // the connection before may have ended within a command
	padded  bool      // zeros were sent to end a broken-off picture
	purged  bool      // the printer was told to clear its buffers
	forget  time.Time // since when the printer is to be told to forget; zero: it is not
	held    time.Time // since when it is offline without a known cause

	greeted  bool // the hello is out
	resolved bool // mode has been found out once
	mode     mode
	unknown  time.Time // since when answers to GS r came without any to GS ( H; zero: not so
	ids      bool      // it answers GS ( H, rightly or not: counting must not be trusted
	tainted  bool      // bytes that fit nothing came: counting must not be trusted
	sent     int       // pieces sent, all kinds
	ordered  int       // chunks sent that go through the printer's buffer
	passed   int       // of these, how many were followed by a DLE EOT that was answered: they do not stand in the way
	flight   []flown   // pieces sent and not proven, oldest first
}

// mode is how a printer proves.
type mode uint8

const (
	modeUnknown mode = iota
	modeID           // GS ( H
	modeCount        // GS r
	modeNone         // not at all
)

// ask is a DLE EOT under way.
type ask struct {
	wake  *kick // that waits for its answer
	what  Ask
	round bool // of the status round
	at    time.Time
	kick  *kick // the drawer pulse that stood before it
	sent  int   // line.sent when it went out
	after int   // line.ordered when it went out
}

// flown is a piece in flight.
type flown struct {
	piece
	id       ID
	no       int  // line.sent after it
	bytes    int  // on the wire
	answered bool // its GS r was answered
	taken    bool // the printer has taken it out of its buffer, as far as can be known
	job      *job
	kick     *kick
}

// event is what happened outside the owner.
type event struct {
	line *line
	conn Conn // opened
	data []byte
	kind eventKind
	err  error
}

type eventKind uint8

const (
	opened eventKind = iota
	received
	readFailed
	written
)

// startLine starts the goroutines of a connection.
func startLine(conn Conn, events chan<- event, wg *sync.WaitGroup, now time.Time) *line {
	l := &line{
		conn: conn, oneWay: conn.OneWay(), closed: make(chan struct{}), out: make(chan []byte, 1),
		heard: now, next: AskPrinter,
	}
	wg.Go(func() { l.write(events) })
	if !l.oneWay {
		wg.Go(func() { l.read(events) })
	}
	return l
}

func (l *line) read(events chan<- event) {
	buf := make([]byte, 256)
	for {
		n, err := l.conn.Read(buf)
		if n > 0 && !l.post(events, event{line: l, kind: received, data: append([]byte(nil), buf[:n]...)}) {
			return
		}
		if err != nil {
			l.post(events, event{line: l, kind: readFailed, err: err})
			return
		}
	}
}

func (l *line) write(events chan<- event) {
	for {
		select {
		case chunk := <-l.out:
			_, err := l.conn.Write(chunk)
			if !l.post(events, event{line: l, kind: written, err: err}) || err != nil {
				return
			}
		case <-l.closed:
			return
		}
	}
}

func (l *line) post(events chan<- event, e event) bool {
	select {
	case events <- e:
		return true
	case <-l.closed:
		return false
	}
}

func (l *line) close() {
	close(l.closed)
	l.conn.Close()
}

// send hands a chunk of whole ordered commands to the writer, which must be free.
func (l *line) send(chunk []byte) {
	l.ordered++
	l.sendRealTime(chunk)
}

// sendRealTime hands a chunk of whole DLE commands to the writer, which must be free.
func (l *line) sendRealTime(chunk []byte) {
	l.writing = true
	l.out <- chunk
}

// ask sends DLE EOT, behind before, and notes it; kick is what its answer proves.
func (l *line) ask(before []byte, what Ask, round bool, k *kick, now time.Time) {
	l.asks = append(l.asks, ask{what: what, round: round, at: now, kick: k, sent: l.sent, after: l.ordered})
	l.expect(now)
	l.sendRealTime(StatusRequest(before, what))
}

// clear reports that nothing sent so far stands between a DLE command and the printer.
func (l *line) clear() bool { return l.passed == l.ordered }

// expect notes that an answer is awaited from now.
func (l *line) expect(now time.Time) {
	if l.waiting.IsZero() {
		l.waiting = now
	}
}

// room reports whether a piece of n bytes may go out: the first always, others while the printer's buffer has room.
func (l *line) room(n int, o Options) bool {
	count, bytes := 0, 0
	for _, f := range l.flight {
		if !f.taken {
			count++
			bytes += f.bytes
		}
	}
	return count == 0 || count < o.Window && bytes+n <= o.Buffer-realTimeRoom
}

// take marks the pieces up to number no as out of the printer's buffer.
func (l *line) take(no int) {
	for i := range l.flight {
		if l.flight[i].no <= no {
			l.flight[i].taken = true
		}
	}
}

// dropTaken forgets pieces that belong to no page and that a printer without proof has taken.
func (l *line) dropTaken() {
	for len(l.flight) > 0 && l.flight[0].taken && l.flight[0].job == nil {
		l.flight = l.flight[1:]
	}
}

// broken reports that the printer may have got only part of a command, were the connection lost now: written is not
// arrived.
func (l *line) broken() bool {
	for _, f := range l.flight {
		if !f.taken {
			return true
		}
	}
	return l.writing
}

// muffled reports that a known standstill may keep asks from getting through: silence then means nothing.
func (l *line) muffled() bool { return l.state.blocked() && !l.through }
