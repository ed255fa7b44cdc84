package main

import (
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/box"
	"posbox/gokrazy/loader"
	"posbox/gokrazy/station"
)

// trialLimit is when init ends a trial that nobody has decided: the guard decides far earlier, unless it is what is bad.
const trialLimit = 20 * time.Minute

// tellSlot says which version runs and whether it is on trial, and watches over a trial.
func tellSlot(disk *bootdisk.Disk) {
	text, _ := os.ReadFile(station.VersionFile)
	s := box.Slot{Slot: disk.Slot.String(), Version: strings.TrimSpace(string(text))}
	vars, err := loader.Mount()
	if err != nil {
		log.Println("slot:", err) // nothing can be tried without
	} else {
		s.Trial = onTrial(vars, disk.Slot)
	}
	say(slotLine(s))
	if err := box.Put(box.Run, box.SlotFile, s); err != nil {
		log.Println("slot:", err)
	}
	if s.Trial {
		go endTrial(vars, disk.Slot)
	}
}

func slotLine(s box.Slot) string {
	state := "confirmed"
	if s.Trial {
		state = "trial"
	}
	return fmt.Sprintf("posbox: slot %s version %s %s", s.Slot, s.Version, state)
}

// onTrial reports whether the firmware would start the other slot next time. Before a trial the guard has it say so.
func onTrial(vars loader.Vars, running bootdisk.Slot) bool {
	always, err := vars.Slot(loader.Default)
	if err != nil {
		log.Println("slot:", err)
	}
	return always != 0 && always != running
}

// endTrial starts the box again if the trial is not over by then: the old version comes back.
func endTrial(vars loader.Vars, running bootdisk.Slot) {
	time.Sleep(trialLimit)
	if !onTrial(vars, running) {
		return
	}
	say("posbox: the trial was never decided, going back")
	unix.Sync()
	if err := unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART); err != nil {
		log.Println("slot:", err)
	}
}
