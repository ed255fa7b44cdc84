package main

import (
	"log"
	"path/filepath"
	"sync"
	"time"

	"posbox/gokrazy/box"
)

// stateFile tells the box how the screen is.
type stateFile struct {
	path, url string
	now       func() time.Time

	mu   sync.Mutex
	last box.Screen
}

// set writes the file where something is new. Since stays while the state is the same.
func (f *stateFile) set(state box.ScreenState, detail string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last.State == state && f.last.Detail == detail {
		return
	}
	s := box.Screen{State: state, URL: f.url, Since: f.last.Since, Detail: detail}
	if f.last.State != state {
		s.Since = f.now().UTC()
		log.Printf("screen: %s %s", state, detail)
	}
	if err := box.Put(filepath.Dir(f.path), filepath.Base(f.path), s); err != nil {
		log.Println("state file:", err)
		return // tried again when it is next told
	}
	f.last = s
}
