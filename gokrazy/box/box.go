// Package box is what the programs of a box tell each other: small JSON files that one of them writes and others read.
//
// What is so until the next start stands in Run, which is memory; what a person wishes and what must outlive a power cut
// stands in Keep, on /perm. A file is replaced whole or not at all.
package box

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Folders. Run is made by init.
const (
	Run  = "/run/posbox"
	Keep = "/perm/posbox-box"
)

// Files of Run, and who writes them.
const (
	PermFile   = "perm.json"    // Perm: init
	RepairFile = "repair-perm"  // a person's wish that /perm be repaired whatever it costs: posd; init takes it
	NetFile    = "network.json" // Network: the network program
	ClockFile  = "clock.json"   // Clock: the network program
	SlotFile   = "slot.json"    // Slot: init
	BeatFile   = "guard.beat"   // another text every few seconds: the guard, as long as init may touch the watchdog
	ScreenFile = "kiosk.json"   // Screen: the kiosk
	TokenFile  = "kiosk.token"  // what the screen's page needs to speak to posd, 0600: posd
)

// PermState is how /perm is.
type PermState string

// States of /perm.
const (
	PermOK        PermState = "ok"
	PermRepaired  PermState = "repaired"  // something was wrong and has been put right without loss
	PermDamaged   PermState = "damaged"   // it is left as it is until a person says to repair it; /perm is memory meanwhile
	PermRepairing PermState = "repairing" // a person has said so
	PermMissing   PermState = "missing"   // there is no such partition
	PermFull      PermState = "full"
)

// Perm is what init found about /perm.
type Perm struct {
	State  PermState `json:"state"`
	Detail string    `json:"detail,omitempty"` // for whoever helps
	Grown  bool      `json:"grown"`            // the disk is larger than the image was; /perm takes it all now
}

// Lost reports that what stands in /perm now is memory, and that nothing may begin anew in it.
func (p Perm) Lost() bool {
	return p.State == PermDamaged || p.State == PermRepairing || p.State == PermMissing
}

// Slot is what runs.
type Slot struct {
	Slot    string `json:"slot"` // a or b
	Version string `json:"version"`
	Trial   bool   `json:"trial"` // for this start only
}

// maxBytes is far more than any of the files has.
const maxBytes = 64 << 10

// Get reads a file of a folder. A file that is not there is os.ErrNotExist.
func Get(dir, name string, into any) error {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("box: %s: %w", name, err)
	}
	return nil
}

// Put replaces a file of a folder; it is on the medium when Put returns. The folder is made where it is missing.
func Put(dir, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
