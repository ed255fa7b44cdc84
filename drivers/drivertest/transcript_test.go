package drivertest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
)

const sample = `model: TM-T20III, firmware 1.05

# status of the printer
> 10 04 01
< 12

# out of paper comes by itself
< 1C 00 0F 0F
`

func TestTranscriptText(t *testing.T) {
	tr, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	want := Transcript{"TM-T20III, firmware 1.05", []Exchange{
		{"status of the printer", []byte{0x10, 4, 1}, []byte{0x12}},
		{"out of paper comes by itself", nil, []byte{0x1C, 0, 0x0F, 0x0F}},
	}}
	if !reflect.DeepEqual(tr, want) || tr.String() != sample {
		t.Errorf("%+v\n%s", tr, tr)
	}
	for _, bad := range []string{"", "# x", "model:", "model: x\n> 10", "model: x\n#", "model: x\n# y\n> 1", "model: x\n# y\n< 1\n",
		"model: x\n# y\n< 12\n> 10", "model: x\n# y\n? 12"} {
		if tr, err := Parse(bad); err == nil {
			t.Errorf("%q: %+v", bad, tr)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("model: x\n# y\n> 1020 30\n>40\n< 00")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(tr.String())
		if err != nil || again.String() != tr.String() {
			t.Fatalf("%q came back as %q, %v", tr, again, err)
		}
	})
}

// watched notes failures instead of failing.
type watched struct {
	testing.TB
	failures []string
	cleanup  []func()
}

func (w *watched) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}
func (w *watched) Cleanup(f func()) { w.cleanup = append(w.cleanup, f) }
func (w *watched) end() []string {
	for _, f := range w.cleanup {
		f()
	}
	return w.failures
}

func TestPlayback(t *testing.T) {
	for _, c := range []struct {
		name string
		send []byte
		read int
		want string // part of the failure; "": none
	}{
		{"as recorded", []byte{0x10, 4, 1}, 5, ""},
		{"wrong byte", []byte{0x10, 4, 2}, 0, "status of the printer: byte 2 is 02, want 01"},
		{"left over", []byte{0x10, 4}, 0, "after 2 of 3 bytes"},
		{"never read", []byte{0x10, 4, 1}, 4, "never read: 0F"},
		{"too much", []byte{0x10, 4, 1, 9}, 0, "after the end of the transcript: 09"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &watched{TB: t}
			tr, _ := Parse(sample)
			p := Playback(w, tr)
			_, err := p.Write(c.send)
			if c.read > 0 {
				if _, err := io.ReadFull(p, make([]byte, c.read)); err != nil {
					t.Error(err)
				}
			}
			got := strings.Join(w.end(), "; ")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("failures %q, want %q", got, c.want)
			}
			if (err != nil) != (c.name == "wrong byte" || c.name == "too much") {
				t.Errorf("Write: %v", err)
			}
			select {
			case <-p.Done():
				if c.want != "" && c.name != "too much" {
					t.Error("done too early")
				}
			default:
				if c.want == "" {
					t.Error("not done")
				}
			}
		})
	}
}

type pipeConn struct{ net.Conn }

func (pipeConn) OneWay() bool { return false }

// echo returns a connection whose other side sends everything back.
func echo(t *testing.T) Conn {
	a, b := net.Pipe()
	go io.Copy(b, b)
	t.Cleanup(func() { a.Close(); b.Close() })
	return pipeConn{a}
}

func TestRecord(t *testing.T) {
	r := Record(echo(t), "echo")
	r.Note("first")
	for _, s := range []string{"ab", "c"} {
		go io.WriteString(r, s)
		if _, err := io.ReadFull(r, make([]byte, len(s))); err != nil {
			t.Fatal(err)
		}
	}
	want := Transcript{"echo", []Exchange{{"first", []byte("ab"), []byte("ab")}, {"exchange 2", []byte("c"), []byte("c")}}}
	if got := r.Transcript(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestFaults(t *testing.T) {
	c := ShortReads(echo(t), 1)
	go io.WriteString(c, "ab")
	if n, err := c.Read(make([]byte, 9)); n != 1 || err != nil {
		t.Errorf("short read: %d, %v", n, err)
	}

	c = Unplug(echo(t), 2)
	go c.Read(make([]byte, 2))
	if n, err := io.WriteString(c, "abc"); n != 2 || !errors.Is(err, ErrUnplugged) {
		t.Errorf("unplug: %d, %v", n, err)
	}

	c = Silent(echo(t), 1)
	go io.WriteString(c, "abc")
	b := make([]byte, 9)
	if n, err := c.Read(b); n != 1 || err != nil {
		t.Errorf("before the silence: %d, %v", n, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if n, err := c.Read(b); err == nil {
			t.Errorf("read %d bytes in silence", n)
		}
	}()
	c.Close()
	<-ended
}
