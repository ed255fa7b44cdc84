// Command network gives the box an address on its wired network, and the right time.
//
// Every wired card that has a cable asks for an address by DHCP, or one of them gets the address that a person has set:
// see package box for the wish and for what is told. IPv6 is off. Nothing listens.
//
// The wall clock is chosen by trust: a time that BAAZ has signed, then NTP, the box's own clock, the time at which it last
// ran; the first that is not below the floor. NTP and the box's clock never move the floor.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"posbox/gokrazy/box"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := withoutIPv6("/proc/sys/net/ipv6/conf"); err != nil {
		log.Println("network: IPv6 stays on:", err)
	}
	clock := newClock(box.Run, box.Keep)
	clock.start()
	m := &manager{system: kernel{}, run: box.Run, keep: box.Keep, resolv: "/tmp/resolv.conf", online: clock.online}
	var work sync.WaitGroup
	work.Go(func() { clock.loop(ctx) })
	m.loop(ctx)
	work.Wait()
	clock.save()
}

// withoutIPv6 turns it off on the cards that are there and on those to come.
func withoutIPv6(conf string) error {
	for _, card := range []string{"all", "default"} {
		err := os.WriteFile(filepath.Join(conf, card, "disable_ipv6"), []byte("1\n"), 0o644)
		if os.IsNotExist(err) {
			return nil // a kernel without IPv6
		}
		if err != nil {
			return err
		}
	}
	return nil
}
