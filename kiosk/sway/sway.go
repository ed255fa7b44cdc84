// Package sway speaks to the compositor over its socket: which outputs there are, which windows, and what shall go where.
//
// A message is "i3-ipc", its length and its kind, both 32 bits in the machine's order, and JSON.
//
// Sources: sway 1.7, sway-ipc(7).
package sway

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

const magic = "i3-ipc"

// longest bounds an answer.
const longest = 4 << 20

// Kinds of messages.
const (
	runCommand uint32 = 0
	getOutputs uint32 = 3
	getTree    uint32 = 4
)

// patience bounds each exchange.
const patience = 5 * time.Second

// Output is a screen that is plugged in.
type Output struct {
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

// Window is what a program shows, and where.
type Window struct {
	ID, App, Output  string
	Visible, Focused bool // its workspace is the one shown; the keyboard is its
}

// Client is a connection to the compositor.
type Client struct{ c net.Conn }

// Dial connects to the compositor's socket.
func Dial(socket string) (*Client, error) {
	c, err := net.DialTimeout("unix", socket, patience)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.c.Close() }

// Outputs lists the screens that show something, in the compositor's order.
func (c *Client) Outputs() (active []Output, err error) {
	var all []Output
	if err := c.ask(getOutputs, "", &all); err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.Active {
			active = append(active, o)
		}
	}
	return active, nil
}

// Windows lists what programs show.
func (c *Client) Windows() ([]Window, error) {
	var root node
	if err := c.ask(getTree, "", &root); err != nil {
		return nil, err
	}
	return root.windows("", nil), nil
}

// Do gives a command.
func (c *Client) Do(command string) error {
	var results []struct {
		Success bool   `json:"success"`
		Error   string `json:"error"`
	}
	if err := c.ask(runCommand, command, &results); err != nil {
		return err
	}
	for _, r := range results {
		if !r.Success {
			return fmt.Errorf("sway: %s: %s", command, r.Error)
		}
	}
	return nil
}

// node is a part of the compositor's tree.
type node struct {
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	App     string `json:"app_id"`
	Visible bool   `json:"visible"`
	Focused bool   `json:"focused"`
	Nodes   []node `json:"nodes"`
	Float   []node `json:"floating_nodes"`
}

func (n node) windows(output string, found []Window) []Window {
	if n.Type == "output" {
		output = n.Name
	}
	if n.App != "" {
		found = append(found, Window{fmt.Sprint(n.ID), n.App, output, n.Visible, n.Focused})
	}
	for _, list := range [][]node{n.Nodes, n.Float} {
		for _, child := range list {
			found = child.windows(output, found)
		}
	}
	return found
}

func (c *Client) ask(kind uint32, payload string, answer any) error {
	if err := c.c.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := c.c.Write(encode(kind, payload)); err != nil {
		return err
	}
	got, b, err := decode(c.c)
	if err != nil {
		return err
	}
	if got != kind {
		return fmt.Errorf("sway: answer of kind %d to a question of kind %d", got, kind)
	}
	return json.Unmarshal(b, answer)
}

func encode(kind uint32, payload string) []byte {
	b := append([]byte(magic), make([]byte, 8)...)
	binary.NativeEndian.PutUint32(b[len(magic):], uint32(len(payload)))
	binary.NativeEndian.PutUint32(b[len(magic)+4:], kind)
	return append(b, payload...)
}

var errFormat = errors.New("sway: what answers is no sway")

// decode reads one message.
func decode(r io.Reader) (kind uint32, payload []byte, err error) {
	head := make([]byte, len(magic)+8)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	n := binary.NativeEndian.Uint32(head[len(magic):])
	if string(head[:len(magic)]) != magic || n > longest {
		return 0, nil, errFormat
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return binary.NativeEndian.Uint32(head[len(magic)+4:]), payload, err
}
