package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"time"
)

// meter tells a person how far something long has come: at once, then every second on a terminal and every five seconds
// elsewhere.
type meter struct {
	out         io.Writer
	what        string
	total, done int64
	begin, told time.Time
	every       time.Duration
	clear       string // goes before a line, to write over the last one
	now         func() time.Time
}

func newMeter(out io.Writer, what string, total int64) *meter {
	m := &meter{out: out, what: what, total: total, now: time.Now, every: 5 * time.Second}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			m.every, m.clear = time.Second, "\r\x1b[K"
		}
	}
	m.begin = m.now()
	m.print()
	return m
}

// tell takes how many bytes are done.
func (m *meter) tell(done int64) {
	m.done = done
	if m.now().Sub(m.told) >= m.every {
		m.print()
	}
}

// end tells the last state.
func (m *meter) end() {
	m.print()
	if m.clear != "" {
		fmt.Fprintln(m.out)
	}
}

func (m *meter) print() {
	m.told = m.now()
	line := fmt.Sprintf("%simage: %s: %d of %d MB, %d %%", m.clear, m.what, m.done/1e6, m.total/1e6, m.done*100/max(m.total, 1))
	if spent := m.told.Sub(m.begin); spent >= time.Second && m.done > 0 {
		rate := float64(m.done) / spent.Seconds()
		line += fmt.Sprintf(", %.1f MB/s", rate/1e6)
		if m.done < m.total {
			line += fmt.Sprintf(", %s left", time.Duration(float64(m.total-m.done)/rate*1e9).Round(time.Second))
		}
	}
	if m.clear == "" {
		line += "\n"
	}
	fmt.Fprint(m.out, line)
}

// hashAll reads to the end and can be stopped.
func hashAll(ctx context.Context, r io.Reader, tell func(int64)) (sum [32]byte, err error) {
	h := sha256.New()
	buf := make([]byte, 1<<20)
	for done := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		n, err := r.Read(buf)
		h.Write(buf[:n])
		done += int64(n)
		tell(done)
		if err == io.EOF {
			return [32]byte(h.Sum(nil)), nil
		}
		if err != nil {
			return sum, err
		}
	}
}
