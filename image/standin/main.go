// Command standin stands in for programs of the box in tests of the box itself: for a kiosk that paints at once or never,
// for a till that hangs, for an init that dies.
//
//	standin kiosk painted|starting    say so of the screen
//	standin tell FILE                 write a file's text on the console, so that a test may use the till's token
//	standin reach ADDRESS UID         say on the console who reaches an address: root, once it does, and another user
//	standin hang                      do nothing for ever
//	standin                           die
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"posbox/gokrazy/box"
)

func main() {
	switch args := os.Args[1:]; {
	case len(args) == 2 && args[0] == "kiosk":
		for box.Put(box.Run, "kiosk.json", map[string]string{"state": args[1]}) != nil {
			time.Sleep(100 * time.Millisecond)
		}
	case len(args) == 2 && args[0] == "tell":
		tell(args[1])
	case len(args) == 3 && args[0] == "reach":
		reach(args[1], args[2])
	case len(args) == 2 && args[0] == "dial":
		if err := dial(args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	case len(args) == 1 && args[0] == "hang":
	default:
		fmt.Println("standin: dying as told")
		os.Exit(1)
	}
	for { // select would be a deadlock, and end the program
		time.Sleep(time.Hour)
	}
}

// tell waits for a file.
func tell(file string) {
	for ; ; time.Sleep(100 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if err != nil || len(text) == 0 {
			continue
		}
		if say("%s says %s .", file, strings.TrimSpace(string(text))) == nil {
			return
		}
	}
}

// say writes a line on the console.
func say(format string, args ...any) error {
	console, err := os.OpenFile("/dev/console", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer console.Close()
	_, err = fmt.Fprintf(console, "standin: "+format+"\n", args...)
	return err
}

// reach waits until root reaches an address, and tries it as somebody else.
func reach(address, user string) {
	uid, err := strconv.ParseUint(user, 10, 32)
	if err != nil {
		say("%v", err)
		return
	}
	for dial(address) != nil {
		time.Sleep(time.Second)
	}
	c := exec.Command("/proc/self/exe", "dial", address)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	said, err := c.Output()
	other := "reaches it, too"
	switch _, refused := errors.AsType[*exec.ExitError](err); {
	case refused:
		other = "does not: " + strings.TrimSpace(string(said))
	case err != nil:
		other = "was not tried: " + err.Error()
	}
	say("root reaches %s, user %d %s", address, uid, other)
}

// dial opens a connection and closes it.
func dial(address string) error {
	c, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err == nil {
		c.Close()
	}
	return err
}
