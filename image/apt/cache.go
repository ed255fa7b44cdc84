package apt

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"posbox/image/lock"
)

// Cache keeps packages under their hashes. What lies there has been checked; what is read is checked again.
type Cache struct{ dir, arch string }

// OpenCache opens the cache in POSBOX_CACHE, by default a folder "posbox" in the user's cache folder.
func OpenCache() (*Cache, error) {
	dir := os.Getenv("POSBOX_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("apt: no place for packages; set POSBOX_CACHE: %w", err)
		}
		dir = filepath.Join(base, "posbox")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return &Cache{dir, AMD64}, os.MkdirAll(filepath.Join(dir, "packages"), 0o755)
}

// For is the same cache, which asks the archive for another architecture's packages.
func (c *Cache) For(arch string) *Cache { return &Cache{c.dir, arch} }

// StateDir is where the archive's lists may lie.
func (c *Cache) StateDir() string { return filepath.Join(c.dir, "apt") }

func (c *Cache) path(sum [32]byte) string {
	return filepath.Join(c.dir, "packages", fmt.Sprintf("%x.deb", sum))
}

// Path returns where a package lies, after a look at every byte.
func (c *Cache) Path(p lock.Package) (string, error) {
	at := c.path(p.SHA256)
	sum, err := hash(at)
	if err == nil && sum != p.SHA256 {
		err = fmt.Errorf("apt: %s is damaged in the cache: remove %s", p, at)
	}
	return at, err
}

// Missing returns what a list needs and the cache has not.
func (c *Cache) Missing(l lock.List) (missing lock.List) {
	for _, p := range l {
		if info, err := os.Stat(c.path(p.SHA256)); err != nil || info.Size() != p.Size {
			missing = append(missing, p)
		}
	}
	return missing
}

// Fill downloads what is missing. With nothing missing it touches no network.
func (c *Cache) Fill(ctx context.Context, l lock.List) error {
	missing := c.Missing(l)
	if len(missing) == 0 {
		return nil
	}
	a, err := Open(c.StateDir(), c.arch)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(c.dir, "incoming-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := a.Download(ctx, missing, dir); err != nil {
		return err
	}
	return c.take(missing, dir)
}

// take moves what came into the cache, by its bytes and not by its name.
func (c *Cache) take(wanted lock.List, dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	came := map[[32]byte]string{}
	for _, f := range files {
		at := filepath.Join(dir, f.Name())
		sum, err := hash(at)
		if err != nil {
			return err
		}
		came[sum] = at
	}
	var errs []error
	for _, p := range wanted {
		at, ok := came[p.SHA256]
		if !ok {
			errs = append(errs, fmt.Errorf("apt: %s: what came is not what the lock says", p))
			continue
		}
		errs = append(errs, os.Rename(at, c.path(p.SHA256)))
	}
	return errors.Join(errs...)
}

func hash(path string) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return [32]byte(h.Sum(nil)), err
}
