package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// idFile is the machine's id, in the form of machine-id(5). All boxes are flashed from one image: it is made here.
const idFile = "machine-id"

var machineID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// nameBox gives the box its own id, once, and a host name after it: posbox-1a2b3c.
func nameBox(dir string, set func([]byte) error) error {
	path := filepath.Join(dir, idFile)
	text, err := os.ReadFile(path)
	id := strings.TrimSpace(string(text))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if !machineID.MatchString(id) { // never made, or the power went meanwhile
		id = hex.EncodeToString(random(16))
		if err := writeWhole(path, id+"\n"); err != nil {
			return err
		}
	}
	return set([]byte("posbox-" + id[:6]))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return b
}

// writeWhole puts a file in place whole or not at all.
func writeWhole(path, text string) error {
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
