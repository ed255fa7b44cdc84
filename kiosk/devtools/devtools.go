// Package devtools speaks Chromium's DevTools protocol over a pair of pipes (--remote-debugging-pipe): JSON, one message
// ended by a zero byte. No port is opened: whoever does not hold the pipes cannot speak to the browser.
//
// Sources: Chromium, content/browser/devtools/devtools_pipe_handler.cc; chromedevtools.github.io/devtools-protocol.
package devtools

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// LongestMessage bounds what the browser may say in one piece.
const LongestMessage = 16 << 20

// ErrClosed says that the browser has gone or has said what is no DevTools.
var ErrClosed = errors.New("devtools: the browser has closed its pipe")

// Refusal is the browser's answer to a call that it does not do.
type Refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r *Refusal) Error() string { return fmt.Sprintf("devtools: %s (%d)", r.Message, r.Code) }

// message is anything that either side says.
type message struct {
	ID      uint64          `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  any             `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Refusal        `json:"error,omitempty"`
}

// Client is one browser. Its methods may be called from anywhere.
type Client struct {
	w      io.Writer
	closed chan struct{}

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan message
}

// New speaks to the browser that reads w and writes r. It reads until r ends.
func New(r io.Reader, w io.Writer) *Client {
	c := &Client{w: w, closed: make(chan struct{}), waiting: map[uint64]chan message{}}
	go c.read(r)
	return c
}

// Closed is closed once the browser has gone.
func (c *Client) Closed() <-chan struct{} { return c.closed }

// Call asks for something, of a session or, where that is empty, of the browser. The answer goes into result unless that is nil.
func (c *Client) Call(ctx context.Context, session, method string, params, result any) error {
	answered := make(chan message, 1)
	id, err := c.send(session, method, params, answered)
	if err != nil {
		return err
	}
	defer c.forget(id)
	select {
	case m := <-answered:
		if m.Error != nil {
			return fmt.Errorf("%s: %w", method, m.Error)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-c.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

func (c *Client) send(session, method string, params any, answered chan message) (id uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	b, err := json.Marshal(message{ID: c.last, Session: session, Method: method, Params: params})
	if err != nil {
		return 0, err
	}
	c.waiting[c.last] = answered
	if _, err := c.w.Write(append(b, 0)); err != nil {
		delete(c.waiting, c.last)
		return 0, fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return c.last, nil
}

func (c *Client) forget(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// read hands answers out. Events are not needed: who wants to know something asks.
func (c *Client) read(r io.Reader) {
	defer close(c.closed)
	s := bufio.NewScanner(r)
	s.Buffer(nil, LongestMessage)
	s.Split(split)
	for s.Scan() {
		var m message
		if json.Unmarshal(s.Bytes(), &m) != nil {
			return
		}
		c.mu.Lock()
		if answered := c.waiting[m.ID]; answered != nil {
			delete(c.waiting, m.ID) // a second answer to the same call goes nowhere
			answered <- m
		}
		c.mu.Unlock()
	}
}

// split ends messages at zero bytes. What stands after the last one is half a message and none.
func split(b []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return i + 1, b[:i], nil
	}
	return 0, nil, nil
}
