package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"posbox/gokrazy/stick"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/wire"
)

// askOnce is how a new stick's connection key becomes a wish to join.
type askOnce struct {
	open  func() bool                                     // whether the till still waits for one
	ask   func(ctx context.Context, k wire.KeyFile) error // asks to join
	asked stick.Stick                                     // whose file has been looked at
}

// newAskOnce joins as whoever stands before a till may that nobody can log in to yet. A shop with sellers has an owner, who
// decides: then no stick does.
func (p *program) newAskOnce() *askOnce {
	return &askOnce{
		open: func() bool {
			st := p.engine.View().State
			return !st.Joined && st.Join == nil && !till.AnySeller(st, p.engine.Env())
		},
		ask: func(ctx context.Context, k wire.KeyFile) error {
			_, err := p.engine.Do(ctx, till.Command{ID: newCommandID(), Kind: "join.ask", Address: k.BAAZ, Key: k.Key.Reveal()})
			return err
		},
	}
}

// newCommandID makes a UUID of chance (RFC 9562, version 4).
func newCommandID() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// takeKey reads a connection key from a stick that has been put in, once each time. What is wrong with a file is told on the
// screen, and more closely, but without the key, to the log.
func (m *machine) takeKey(ctx context.Context) {
	sticks := m.last().sticks
	if m.key == nil || len(sticks) == 0 {
		if m.key != nil {
			m.key.asked = stick.Stick{}
		}
		return
	}
	s := sticks[0]
	if m.key.asked == s || !m.key.open() || !m.writing.TryLock() {
		return
	}
	defer m.writing.Unlock()
	m.key.asked = s
	k, err := readStickKey(m.mount, s)
	if errors.Is(err, fs.ErrNotExist) {
		m.tellKey(nil) // a stick for something else
		return
	}
	if err != nil {
		err = fault.Wrap(err, fault.StickKey)
	} else {
		err = m.key.ask(ctx, k)
	}
	m.tellKey(err)
	if err != nil {
		m.log.Warn("the stick's connection key was not taken", "stick", s.Name, "err", err)
		return
	}
	m.log.Info("a connection key came on a stick", "stick", s.Name, "key", k.Key.Fingerprint())
}

// tellKey lets the list of devices say why a stick's key was not taken; nil: nothing is to be said.
func (m *machine) tellKey(err error) {
	var why *fault.Error
	if err != nil {
		why = fault.Of(err)
	}
	m.mu.Lock()
	m.seen.key = why
	m.mu.Unlock()
	m.changed()
}

// readStickKey reads the key file in a stick's root.
func readStickKey(mount mounter, s stick.Stick) (k wire.KeyFile, err error) {
	err = mount.Read(s, func(root string) error {
		f, err := os.Open(filepath.Join(root, wire.KeyFileName))
		if err != nil {
			return err
		}
		defer f.Close()
		k, err = wire.ReadKeyFile(f)
		return err
	})
	return k, err
}
