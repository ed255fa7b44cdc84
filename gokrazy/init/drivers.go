package main

import (
	"log"
	"os"

	"posbox/gokrazy/kernel"
	"posbox/gokrazy/kmod"
)

// loadDrivers loads what no device asks for, what the devices here ask for, and a watchdog. A box whose drivers are
// incomplete still starts.
func loadDrivers() *kmod.Loader {
	loader, err := kmod.Open()
	if err != nil {
		log.Println("drivers:", err)
		return nil
	}
	reportDrivers(loader.Load(kernel.Always...))
	reportDrivers(loader.ColdPlug())
	if _, err := os.Stat("/dev/watchdog"); err != nil {
		reportDrivers(loader.Load(kernel.Fallback))
	}
	return loader
}

func reportDrivers(err error) {
	if err != nil {
		log.Println("drivers:", err)
	}
}

// modprobe is what the kernel calls as "modprobe -q -- NAME" when one part of it misses another: a checksum, a character
// set. The name may be a module's or an alias.
func modprobe(args []string) int {
	if len(args) == 0 {
		return 1
	}
	loader, err := kmod.Open()
	if err != nil || loader.Load(args[len(args)-1]) != nil {
		return 1
	}
	return 0
}
