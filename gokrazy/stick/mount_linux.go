package stick

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Mounter mounts at a folder.
type Mounter struct{ Dir string }

// Write mounts a stick and calls do with its root. When Write returns without an error all is on the stick and it can be
// pulled.
func (m Mounter) Write(s Stick, do func(root string) error) error { return m.with(s, 0, do) }

// Read mounts it so that nothing can be written. What was written before is then read from the stick, not from memory.
func (m Mounter) Read(s Stick, do func(root string) error) error {
	return m.with(s, unix.MS_RDONLY, do)
}

func (m Mounter) with(s Stick, flags uintptr, do func(root string) error) (err error) {
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return err
	}
	if err := unix.Mount(s.Device, m.Dir, s.FS, flags|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_NOATIME, ""); err != nil {
		return fmt.Errorf("stick: mounting %s: %w", s.Device, err)
	}
	defer func() {
		if e := unix.Unmount(m.Dir, 0); e != nil {
			unix.Unmount(m.Dir, unix.MNT_DETACH)
			err = errors.Join(err, fmt.Errorf("stick: unmounting %s: %w", s.Device, e))
		}
	}()
	if err := do(m.Dir); err != nil {
		return err
	}
	if flags&unix.MS_RDONLY != 0 {
		return nil
	}
	return syncAll(m.Dir)
}

// syncAll writes everything of a file system to its medium, and says when that fails.
func syncAll(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd()))
}

// Free is the room on the file system of a folder.
func Free(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil
}

// Put writes a file whole: under another name first, flushed, then renamed. Its folder is made where it is missing.
func Put(path string, write func(*os.File) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		os.Remove(path + ".part")
		return err
	}
	return os.Rename(path+".part", path)
}
