package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-http", "127.0.0.1:0", "-width", "384", "-model", "old"}, w, io.Discard)
		w.Close()
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err, <-ended)
	}
	words := strings.Fields(line)
	if len(words) != 4 || words[0] != "virtual" || words[1] != "printer:" || !strings.HasPrefix(words[2], "tcp://127.0.0.1:") {
		t.Fatalf("said %q", line)
	}
	res, err := http.Get(words[3] + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var status struct {
		Model string
		Width int
	}
	if err := json.NewDecoder(res.Body).Decode(&status); err != nil || status.Model != "old" || status.Width != 384 {
		t.Errorf("%+v, %v", status, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	for _, args := range [][]string{{"-width", "500"}, {"-model", "x"}, {"-listen", "0.0.0.0:0"}, {"-http", ":0"}, {"extra"}, {"-nothing"}} {
		full := append([]string{"-listen", "127.0.0.1:0", "-http", "127.0.0.1:0"}, args...)
		if err := run(t.Context(), full, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
