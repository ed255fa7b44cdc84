package ota

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"posbox/gokrazy/stick"
)

// USBSticks are the disks on USB besides the box's own.
type USBSticks struct {
	Own   string // name of the box's disk
	Mount string // folder to mount at
}

// Each implements Sticks. A stick that cannot be mounted is passed over: it may hold anything.
func (u USBSticks) Each(do func(device string, files fs.FS) error) error {
	sticks, err := stick.Finder{Sys: "/sys", Dev: "/dev", Own: u.Own}.Find()
	if errors.Is(err, stick.ErrNone) || errors.Is(err, stick.ErrFormat) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, s := range sticks {
		var done error
		stick.Mounter{Dir: u.Mount}.Read(s, func(dir string) error {
			root, err := os.OpenRoot(dir) // a link on a stick leads nowhere else
			if err != nil {
				return err
			}
			defer root.Close()
			done = do(filepath.Base(s.Device), root.FS())
			return nil
		})
		if done != nil {
			return done
		}
	}
	return nil
}
