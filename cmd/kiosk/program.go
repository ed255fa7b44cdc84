package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// account is whom a program runs as. Numbers are the userland's (image/userland.go).
type account struct {
	uid, gid uint32
	groups   []uint32
}

// Accounts. The browser hears through the group audio and draws through render; it cannot open keyboards and screens. The
// compositor's group is the browser's, so that the browser may connect to its socket.
var (
	compositor = account{uid: 998, gid: 1000}
	browserAs  = account{uid: 1000, gid: 1000, groups: []uint32{29, 106}}
)

// program is a process that the kiosk starts and ends.
type program struct {
	name string
	args []string // the file first
	env  []string
	as   *account   // nil: as the kiosk itself
	pass []*os.File // from descriptor 3
}

// grace is what a program has to end by itself.
const grace = 3 * time.Second

// starter starts processes from a thread that lives as long as the kiosk: the kernel ends a child when the thread that
// started it does.
var starter = make(chan func())

func init() {
	go func() {
		runtime.LockOSThread()
		for do := range starter {
			do()
		}
	}()
}

// run runs a program until it ends or the context does. Whatever it has started goes with it.
func (p program) run(ctx context.Context) error {
	c := exec.Command(p.args[0], p.args[1:]...)
	c.Env, c.ExtraFiles, c.Dir = p.env, p.pass, "/"
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if p.as != nil {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: p.as.uid, Gid: p.as.gid, Groups: p.as.groups}
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = w, w
	started := make(chan error)
	starter <- func() { started <- c.Start() }
	err = <-started
	w.Close()
	if err != nil {
		r.Close()
		return fmt.Errorf("%s: %w", p.name, err)
	}
	go relay(p.name, r)
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		select {
		case err = <-ended:
		case <-time.After(grace):
			syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
			err = <-ended
		}
	}
	syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	if err == nil {
		err = fmt.Errorf("%s ended", p.name)
	}
	return err
}

// spokenLines bounds what a program may write into the log in a minute: a browser can be talkative.
const spokenLines = 60

// relay writes what a program says into our log, up to a number of lines a minute.
func relay(name string, r io.ReadCloser) {
	defer r.Close()
	lines := bufio.NewReaderSize(r, 4096)
	var minute time.Time
	said := 0
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
		if now := time.Now(); now.Sub(minute) > time.Minute {
			minute, said = now, 0
		}
		if said++; said <= spokenLines {
			log.Printf("%s: %.300s", name, trimEnd(line))
		}
	}
}

func trimEnd(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
