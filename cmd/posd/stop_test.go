package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/coder/websocket"

	"posbox/ui"
)

// A till that is stopped in the middle of many scans has answered each one that it has done, and no other, when it says goodbye.
func TestStopAnswersWhatIsDone(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, b.url+"/api/socket", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + b.token}}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	go func() { // until the till has gone
		for {
			body, _ := json.Marshal(object{"id": uuid(), "kind": "line.scan", "code": milk})
			if conn.Write(ctx, websocket.MessageText, body) != nil {
				return
			}
		}
	}()
	done := 0
	for stopped := false; ; {
		_, text, err := conn.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusGoingAway {
				t.Errorf("the socket ends with %v", err)
			}
			break
		}
		var m ui.Message
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Answers {
			if a.Done == nil {
				t.Fatalf("answered with %+v", a.Refused)
			}
			done++
		}
		if done >= 20 && !stopped {
			stopped = true
			must(t, b.cmd.Process.Signal(syscall.SIGTERM))
		}
	}
	b.cmd.Wait()
	if code := b.cmd.ProcessState.ExitCode(); code != 0 || strings.Contains(b.log.String(), "cut off") {
		t.Errorf("posd ends with %d\n%s", code, b.log)
	}
	line := at(b.restart().state(), "basket", "lines").([]any)[0]
	if q := at(line, "quantity"); q != strconv.Itoa(done) {
		t.Errorf("%v scans are done, %d were answered", q, done)
	}
}
