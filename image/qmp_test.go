package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// monitor is QEMU's control protocol: whoever sits before the box.
type monitor struct {
	t    *testing.T
	conn net.Conn
	in   *json.Decoder
	out  *json.Encoder
}

// watch opens it. QEMU makes the socket a moment after it was started.
func watch(t *testing.T, socket string) *monitor {
	t.Helper()
	var c net.Conn
	var err error
	for end := ending(t, screenLimit); ; time.Sleep(50 * time.Millisecond) {
		if c, err = net.Dial("unix", socket); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { c.Close() })
	m := &monitor{t: t, conn: c, in: json.NewDecoder(c), out: json.NewEncoder(c)}
	m.do("qmp_capabilities", nil)
	return m
}

// do carries out a command and waits for the answer; greetings and events come in between.
func (m *monitor) do(command string, arguments object) {
	m.t.Helper()
	m.conn.SetDeadline(time.Now().Add(within(m.t, screenLimit)))
	say := object{"execute": command}
	if arguments != nil {
		say["arguments"] = arguments
	}
	must(m.t, m.out.Encode(say))
	for {
		var answer map[string]json.RawMessage
		must(m.t, m.in.Decode(&answer))
		if answer["error"] != nil {
			m.t.Fatalf("QMP %s: %s", command, answer["error"])
		}
		if answer["return"] != nil {
			return
		}
	}
}

// picture is what an output of the graphics card shows.
func (m *monitor) picture(output int) image.Image {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), "screen.ppm") // to compress it would stop the box for longer
	m.do("screendump", object{"filename": file, "device": screensDevice, "head": output})
	picture, err := readPPM(file)
	must(m.t, err)
	return picture
}

// readPPM reads the format in which QEMU writes pictures fastest: a head of text and three bytes a pixel.
func readPPM(file string) (image.Image, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var width, height int
	if n, err := fmt.Sscanf(string(b[:min(len(b), 40)]), "P6\n%d %d\n255\n", &width, &height); n != 2 || err != nil {
		return nil, fmt.Errorf("%s is no picture: %v", file, err)
	}
	head := len(fmt.Sprintf("P6\n%d %d\n255\n", width, height))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	if len(b) != head+3*width*height {
		return nil, fmt.Errorf("%s is cut off", file)
	}
	for i := range width * height {
		copy(picture.Pix[4*i:], b[head+3*i:head+3*i+3])
		picture.Pix[4*i+3] = 0xff
	}
	return picture, nil
}

// hands are two USB keyboards beside nothing else to type on. QEMU leads what is typed at the first output of the graphics card
// to the one that is bound to it, which is the scanner, and everything else to the other.
var hands = []string{"-machine", "i8042=off", "-device", "usb-kbd,display=" + screensDevice}

const (
	atScanner  = 0
	atKeyboard = 1
)

// press presses and releases keys, named as QEMU names them, one after the other.
func (m *monitor) press(at int, pause time.Duration, keys ...string) {
	m.t.Helper()
	for _, key := range keys {
		var events []object
		for _, down := range []bool{true, false} {
			events = append(events, object{"type": "key", "data": object{"down": down, "key": object{"type": "qcode", "data": key}}})
		}
		m.do("input-send-event", object{"device": screensDevice, "head": at, "events": events})
		time.Sleep(pause)
	}
}

// types presses keys as a person does.
func (m *monitor) types(keys ...string) {
	m.t.Helper()
	m.press(atKeyboard, 300*time.Millisecond, keys...)
}

// scans types a code as a scanner in keyboard mode does, with the Enter that ends it.
func (m *monitor) scans(code string) {
	m.t.Helper()
	var keys []string
	for _, digit := range code {
		keys = append(keys, string(digit))
	}
	m.press(atScanner, 30*time.Millisecond, append(keys, "ret")...)
}

// plug plugs a second screen of a size into the graphics card, as a display program of QEMU's does when its second window
// opens; by VNC, because that needs no display. Width 0 unplugs it.
func plug(socket string, width, height uint16) error {
	c, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	hear := func(n int) error {
		_, err := io.CopyN(io.Discard, c, int64(n))
		return err
	}
	say := func(b ...byte) error {
		_, err := c.Write(b)
		return err
	}
	// RFC 6143 §7: versions, no security, shared; then, from the list of extensions, "set desktop size" with one screen.
	size := []byte{byte(width >> 8), byte(width), byte(height >> 8), byte(height)}
	ask := append([]byte{251, 0}, size...)
	ask = append(ask, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	ask = append(append(ask, size...), 0, 0, 0, 0)
	const extendedDesktopSize = 0xfffffecc
	for _, step := range []func() error{
		func() error { return hear(12) }, func() error { return say([]byte("RFB 003.008\n")...) },
		func() error { return hear(2) }, func() error { return say(1) }, func() error { return hear(4) }, func() error { return say(1) },
		func() error { // size, pixel format, name
			head := make([]byte, 24)
			if _, err := io.ReadFull(c, head); err != nil {
				return err
			}
			return hear(int(binary.BigEndian.Uint32(head[20:])))
		},
		func() error {
			return say(2, 0, 0, 1, extendedDesktopSize>>24, extendedDesktopSize>>16&0xff, extendedDesktopSize>>8&0xff, extendedDesktopSize&0xff)
		},
		func() error { return say(ask...) },
		func() error { return hear(1) }, // it has been heard
	} {
		if err := step(); err != nil {
			return fmt.Errorf("VNC: %w", err)
		}
	}
	return nil
}
