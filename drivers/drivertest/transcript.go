// Package drivertest holds what drivers are tested with: recorded exchanges that are played back for ever, faults of a
// line, and the conformance suite that every receipt printer passes.
//
// # Transcripts
//
// Text, one exchange after the other, bytes in hex:
//
//	model: TM-T20III, firmware 1.05, USB
//
//	# ask for the printer's status
//	> 10 04 01
//	< 12
//
// The first line names device and firmware. Each exchange has a comment, then what the host sent (>), then what the device
// answered (<); either may be missing or take several lines. Blank lines do not count.
package drivertest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
)

// Conn is the connection that drivers take.
type Conn interface {
	io.ReadWriteCloser
	OneWay() bool
}

// Exchange is one question of the host with the device's answer.
type Exchange struct {
	Comment  string
	Sent     []byte // by the host
	Received []byte // by the host, after all of Sent
}

// Transcript is a recorded conversation with a device.
type Transcript struct {
	Model     string
	Exchanges []Exchange
}

// perLine is how many bytes String puts on a line.
const perLine = 32

// String returns the text form that Parse takes.
func (t Transcript) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "model: %s\n", t.Model)
	for _, e := range t.Exchanges {
		fmt.Fprintf(&b, "\n# %s\n", e.Comment)
		dump(&b, '>', e.Sent)
		dump(&b, '<', e.Received)
	}
	return b.String()
}

func dump(b *strings.Builder, mark byte, data []byte) {
	for len(data) > 0 {
		n := min(len(data), perLine)
		fmt.Fprintf(b, "%c % X\n", mark, data[:n])
		data = data[n:]
	}
}

// Parse reads a transcript.
func Parse(text string) (Transcript, error) {
	var t Transcript
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := t.add(line); err != nil {
			return Transcript{}, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if t.Model == "" {
		return Transcript{}, errors.New("the first line must be: model: NAME")
	}
	return t, nil
}

func (t *Transcript) add(line string) error {
	if t.Model == "" {
		model, ok := strings.CutPrefix(line, "model:")
		if t.Model = strings.TrimSpace(model); !ok || t.Model == "" {
			return errors.New("want model: NAME")
		}
		return nil
	}
	mark, rest := line[0], strings.TrimSpace(line[1:])
	if mark == '#' {
		if rest == "" {
			return errors.New("an exchange needs a comment")
		}
		t.Exchanges = append(t.Exchanges, Exchange{Comment: rest})
		return nil
	}
	if len(t.Exchanges) == 0 {
		return errors.New("want a comment before the first bytes")
	}
	e := &t.Exchanges[len(t.Exchanges)-1]
	data, err := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
	switch {
	case err != nil:
		return err
	case mark == '>' && len(e.Received) == 0:
		e.Sent = append(e.Sent, data...)
	case mark == '<':
		e.Received = append(e.Received, data...)
	default:
		return fmt.Errorf("want > before < within an exchange, # before the next: %q", line)
	}
	return nil
}

// Player plays a device back. What differs from the transcript fails the test, and so does what is left over at its end.
type Player struct {
	t    testing.TB
	tr   Transcript
	done chan struct{}

	mu     sync.Mutex
	cond   *sync.Cond
	at     int    // exchange under way
	sent   int    // bytes of its Sent that have come
	ready  []byte // to be read
	closed bool
}

// Playback returns the device of the transcript.
func Playback(t testing.TB, tr Transcript) *Player {
	p := &Player{t: t, tr: tr, done: make(chan struct{})}
	p.cond = sync.NewCond(&p.mu)
	p.mu.Lock()
	p.advance()
	p.mu.Unlock()
	t.Cleanup(p.leftovers)
	return p
}

// Done is closed when the last exchange has been played and read.
func (p *Player) Done() <-chan struct{} { return p.done }

// OneWay reports false.
func (p *Player) OneWay() bool { return false }

// advance passes over exchanges whose Sent is complete.
func (p *Player) advance() {
	for p.at < len(p.tr.Exchanges) && p.sent == len(p.tr.Exchanges[p.at].Sent) {
		p.ready = append(p.ready, p.tr.Exchanges[p.at].Received...)
		p.at, p.sent = p.at+1, 0
	}
	p.finish()
	p.cond.Broadcast()
}

func (p *Player) finish() {
	if p.at == len(p.tr.Exchanges) && len(p.ready) == 0 {
		select {
		case <-p.done:
		default:
			close(p.done)
		}
	}
}

// Write takes the host's bytes.
func (p *Player) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range b {
		if p.closed {
			return i, io.ErrClosedPipe
		}
		if p.at == len(p.tr.Exchanges) {
			p.t.Errorf("sent after the end of the transcript: % X", b[i:])
			return i, p.fail()
		}
		if e := p.tr.Exchanges[p.at]; e.Sent[p.sent] != c {
			p.t.Errorf("%s: byte %d is %02X, want %02X of % X", e.Comment, p.sent, c, e.Sent[p.sent], e.Sent)
			return i, p.fail()
		}
		p.sent++
		p.advance()
	}
	return len(b), nil
}

func (p *Player) fail() error {
	p.closed = true
	p.cond.Broadcast()
	return io.ErrClosedPipe
}

// Read returns what the device answers, waiting until it is asked.
func (p *Player) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.ready) == 0 && !p.closed {
		p.cond.Wait()
	}
	if p.closed {
		return 0, io.EOF
	}
	n := copy(b, p.ready)
	p.ready = p.ready[n:]
	p.finish()
	return n, nil
}

// Close ends a waiting Read.
func (p *Player) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.cond.Broadcast()
	return nil
}

func (p *Player) leftovers() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at < len(p.tr.Exchanges) {
		e := p.tr.Exchanges[p.at]
		p.t.Errorf("transcript not finished: %d of %d exchanges, in %q after %d of %d bytes", p.at, len(p.tr.Exchanges),
			e.Comment, p.sent, len(e.Sent))
	} else if len(p.ready) > 0 {
		p.t.Errorf("never read: % X", p.ready)
	}
}

// Recorder notes what passes over a connection.
type Recorder struct {
	Conn
	mu   sync.Mutex
	tr   Transcript
	note string
}

// Record wraps conn; model goes to the top of the transcript.
func Record(conn Conn, model string) *Recorder {
	return &Recorder{Conn: conn, tr: Transcript{Model: model}}
}

// Note gives the next exchange its comment.
func (r *Recorder) Note(comment string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note = comment
}

// Transcript returns what was recorded so far.
func (r *Recorder) Transcript() Transcript {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Transcript{r.tr.Model, append([]Exchange(nil), r.tr.Exchanges...)}
}

// Write sends and notes b before it goes out, so that no answer can be noted first.
func (r *Recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	if n := len(r.tr.Exchanges); n == 0 || len(r.tr.Exchanges[n-1].Received) > 0 || r.note != "" {
		r.begin()
	}
	e := &r.tr.Exchanges[len(r.tr.Exchanges)-1]
	e.Sent = append(e.Sent, b...)
	r.mu.Unlock()
	return r.Conn.Write(b)
}

// Read receives and notes.
func (r *Recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 {
		r.mu.Lock()
		if len(r.tr.Exchanges) == 0 {
			r.begin()
		}
		e := &r.tr.Exchanges[len(r.tr.Exchanges)-1]
		e.Received = append(e.Received, b[:n]...)
		r.mu.Unlock()
	}
	return n, err
}

func (r *Recorder) begin() {
	if r.note == "" {
		r.note = fmt.Sprintf("exchange %d", len(r.tr.Exchanges)+1)
	}
	r.tr.Exchanges = append(r.tr.Exchanges, Exchange{Comment: r.note})
	r.note = ""
}
