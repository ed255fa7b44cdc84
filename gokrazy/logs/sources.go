package logs

import (
	"errors"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Syslog is where gokrazy sends what its services say: it reads the address from SyslogFile. UDP on loopback never makes a
// service wait.
const (
	Syslog     = "127.0.0.1:5140"
	SyslogFile = "/etc/gokrazy/remote_syslog/target"
)

// syslogBuffer is for a burst of all programs at once.
const syslogBuffer = 4 << 20

// Listen takes lines in from gokrazy, for ever.
func (r *Ring) Listen() error {
	at, err := net.ResolveUDPAddr("udp", Syslog)
	if err != nil {
		return err
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return err
	}
	conn.SetReadBuffer(syslogBuffer)
	go func() {
		defer survive()
		b := make([]byte, 64<<10)
		for {
			n, _, err := conn.ReadFrom(b)
			if err != nil {
				log.Println("logs:", err)
				return
			}
			if program, text, ok := parseSyslog(string(b[:n])); ok {
				r.Add(Line{time.Now(), program, text})
			}
		}
	}()
	return nil
}

// survive keeps a fault in what is only told from ending init, and with it the box.
func survive() {
	if v := recover(); v != nil {
		log.Println("logs: gave up:", v)
	}
}

// parseSyslog reads what log/syslog writes: "<14>2026-11-28T05:00:00Z host program[1]: text". The time is left: it may
// have been said before the clock was set.
func parseSyslog(s string) (program, text string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimRight(s, "\n"), "<")
	if !ok {
		return "", "", false
	}
	_, rest, ok = strings.Cut(rest, ">")
	head, text, ok2 := strings.Cut(rest, "]: ")
	fields := strings.Fields(head)
	if !ok || !ok2 || len(fields) != 3 {
		return "", "", false
	}
	program, _, ok = strings.Cut(fields[2], "[")
	return program, text, ok && strings.TrimSpace(text) != ""
}

// Kernel takes in what the kernel says, for ever.
func (r *Ring) Kernel() error {
	f, err := os.Open("/dev/kmsg")
	if err != nil {
		return err
	}
	go func() {
		defer survive()
		defer f.Close()
		b := make([]byte, 16<<10)
		for {
			n, err := f.Read(b)
			if errors.Is(err, syscall.EPIPE) {
				continue // messages were overwritten before they were read
			}
			if err != nil {
				log.Println("logs: kernel:", err)
				return
			}
			if level, text, ok := parseKernel(string(b[:n])); ok && level < debugLevel {
				r.Add(Line{time.Now(), "kernel", text})
			}
		}
	}()
	return nil
}

const debugLevel = 7

// parseKernel reads a record of /dev/kmsg: "6,339,5140900,-;text\n KEY=value\n" (Documentation/ABI/testing/dev-kmsg). The
// first number is the facility times eight plus the level.
func parseKernel(s string) (level int, text string, ok bool) {
	head, rest, ok := strings.Cut(s, ";")
	first, _, ok2 := strings.Cut(head, ",")
	n, err := strconv.Atoi(first)
	if !ok || !ok2 || err != nil || n < 0 {
		return 0, "", false
	}
	text, _, _ = strings.Cut(rest, "\n")
	return n % 8, text, true
}

// As is a writer of one program's lines.
func (r *Ring) As(program string) io.Writer { return writer{r, program} }

type writer struct {
	ring    *Ring
	program string
}

func (w writer) Write(p []byte) (int, error) {
	for line := range strings.SplitSeq(strings.TrimRight(string(p), "\n"), "\n") {
		if strings.TrimSpace(line) != "" {
			w.ring.Add(Line{time.Now(), w.program, line})
		}
	}
	return len(p), nil
}
