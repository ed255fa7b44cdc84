package devtools

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// browser answers each call by what answer makes of it.
func browser(t *testing.T, answer func(call message) string) *Client {
	t.Helper()
	ours, theirs := io.Pipe()
	said, hear := io.Pipe()
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := ours.Read(buf)
			if err != nil {
				return
			}
			var m message
			if json.Unmarshal(bytes.TrimRight(buf[:n], "\x00"), &m) != nil {
				t.Errorf("%q is no call", buf[:n])
			}
			if _, err := io.WriteString(hear, answer(m)); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { ours.Close(); hear.Close() })
	return New(said, theirs)
}

func TestCall(t *testing.T) {
	c := browser(t, func(m message) string {
		switch m.Method {
		case "good":
			return `{"method":"Some.event","params":{}}` + "\x00" + `{"id":99,"result":{}}` + "\x00" + `{"id":` + string('0'+rune(m.ID)) + `,"sessionId":"` + m.Session + `","result":{"value":"` + m.Session + `"}}` + "\x00"
		case "refused":
			return `{"id":2,"error":{"code":-32000,"message":"Not allowed"}}` + "\x00"
		}
		return ""
	})
	var got struct{ Value string }
	if err := c.Call(t.Context(), "S1", "good", map[string]int{"a": 1}, &got); err != nil || got.Value != "S1" {
		t.Errorf("%v %+v", err, got)
	}
	var refusal *Refusal
	if err := c.Call(t.Context(), "", "refused", nil, nil); !errors.As(err, &refusal) || refusal.Code != -32000 {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Call(ctx, "", "silence", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if len(c.waiting) != 0 {
		t.Errorf("%d calls are still waited for", len(c.waiting))
	}
}

func TestBrowserGone(t *testing.T) {
	for name, said := range map[string]string{
		"at once": "", "in the middle of an answer": `{"id":1,"res`, "nonsense": "nonsense\x00", "too long": strings.Repeat("x", LongestMessage+1),
	} {
		c := New(strings.NewReader(said), io.Discard)
		if err := c.Call(t.Context(), "", "x", nil, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRead: whatever a browser says, every call ends.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":1,"result":{}}` + "\x00"))
	f.Add([]byte(`{"id":1}` + "\x00" + `{"id":1}` + "\x00"))
	f.Add([]byte(`{"id":-1,"error":3}` + "\x00"))
	f.Fuzz(func(t *testing.T, said []byte) {
		r, w := io.Pipe()
		c := New(r, io.Discard)
		go func() { w.Write(said); w.Close() }()
		var v any
		c.Call(t.Context(), "", "x", nil, &v)
		<-c.Closed()
	})
}
