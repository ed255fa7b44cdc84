package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"posbox/gokrazy/box"
	"posbox/gokrazy/logs"
)

// announce says on the console, once, that the till can sell.
func announce(ctx context.Context, health string) {
	for !healthy(ctx, health) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	say("posbox: till ready")
}

// announceScreen says on the console, once, that the till's page stands on the screen.
func announceScreen(ctx context.Context, dir string) {
	var s box.Screen
	for box.Get(dir, box.ScreenFile, &s) != nil || s.State != box.ScreenPainted {
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	say("posbox: screen painted")
}

// healthy asks posd.
func healthy(ctx context.Context, health string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, health, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	return resp.StatusCode == http.StatusOK
}

// say writes a line in one piece: kernel and gokrazy write on the console too.
func say(line string) {
	os.Stdout.WriteString(line + "\n")
	ring.Add(logs.Line{At: time.Now(), Program: "init", Text: line})
}
