// Command standin stands in for programs of the box in tests of the box itself: for a kiosk that paints at once or never,
// for a till that hangs, for an init that dies.
//
//	standin kiosk painted|starting    say so of the screen
//	standin tell FILE                 write a file's text on the console, so that a test may use the till's token
//	standin hang                      do nothing for ever
//	standin                           die
package main

import (
	"fmt"
	"os"
	"strings"
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
		console, err := os.OpenFile("/dev/console", os.O_WRONLY, 0)
		if err != nil {
			continue
		}
		fmt.Fprintf(console, "standin: %s says %s .\n", file, strings.TrimSpace(string(text)))
		console.Close()
		return
	}
}
