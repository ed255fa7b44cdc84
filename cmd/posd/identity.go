package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"posbox/journal"
	"posbox/pos/fault"
)

// Files in the data folder that this program alone writes.
const (
	lockFile  = "posd.lock"
	keyFile   = "box.key"     // Ed25519 seed, hex
	tokenFile = "kiosk.token" // token of the screen
	bootFile  = "kiosk.boot"  // the machine's boot for which the token was made
	addrFile  = "posd.addr"   // where the running till listens; where its token stands, if not in the folder
	bornFile  = "box.born"    // there since the journal has its first record
)

// lockFolder makes sure that only one till works on a folder. The lock goes with the process.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, syscall.EROFS) || errors.Is(err, os.ErrPermission) {
		f, err = os.Open(filepath.Join(dir, lockFile)) // a disk that went read-only still shows its screen
	}
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Wrap(err, fault.FolderInUse, "dir", dir)
		}
		return nil, err
	}
	return f, nil
}

// identity returns the box's key, made at the first start. A key that cannot be read is never replaced: the box would
// become another one in the middle of its journal.
func identity(dir string) (ed25519.PrivateKey, error) {
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if err == nil {
		seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fault.Wrap(fmt.Errorf("%s: not a key", keyFile), fault.JournalDamaged)
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if journal.Exists(dir) {
		return nil, fault.Wrap(fmt.Errorf("%s is missing beside a journal", keyFile), fault.JournalDamaged)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return key, writeFile(path, hex.EncodeToString(key.Seed())+"\n")
}

// lostJournal reports that a box that had a journal has none any more: it must not begin anew under the same name.
func lostJournal(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, bornFile))
	return err == nil && !journal.Exists(dir)
}

// markBorn remembers that the journal has begun.
func markBorn(dir string) error {
	path := filepath.Join(dir, bornFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return writeFile(path, "the journal of this box has begun; without it the till must not start\n")
}

// token returns the screen's token, which stands in a file: one a boot of the machine, kept over restarts of posd.
func token(file string) (string, error) {
	marker := filepath.Join(filepath.Dir(file), bootFile)
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		boot = []byte("unknown")
	}
	made, _ := os.ReadFile(marker)
	old, _ := os.ReadFile(file)
	if t := strings.TrimSpace(string(old)); len(t) == 64 && string(made) == string(boot) {
		return t, nil
	}
	t := hex.EncodeToString(random(32))
	err = writeFile(file, t+"\n")
	if kept := strings.TrimSpace(string(old)); err != nil && len(kept) == 64 {
		return kept, nil // a full disk must not keep the screen away that says so
	}
	return t, errors.Join(err, writeFile(marker, string(boot)))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return b
}

// writeFile puts a small file in place whole: written beside, flushed, renamed.
func writeFile(path, text string) error {
	temp := path + ".tmp"
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
