package main

import (
	"log"

	"posbox/gokrazy/logs"
)

// ring keeps what the kernel, this program and the services say.
var ring logs.Ring

// keepLogs begins to write on /perm. Where that is memory, the lines stay here.
func keepLogs(p *permanent) {
	if !p.Lost() {
		if err := ring.Open(logs.Dir); err != nil {
			log.Println("logs:", err)
		}
	}
	if err := ring.Listen(); err != nil {
		log.Println("logs:", err)
	}
	go ring.Flush()
}
