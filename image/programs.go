package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"posbox/gokrazy/station"
	"strings"
	"time"
)

// Programs that every box has besides its station's.
const (
	initPackage      = "posbox/gokrazy/init"
	initramfsPackage = "posbox/gokrazy/initramfs"
)

// compile builds a station's programs: package → bytes. The same sources give the same bytes, in whatever folder.
func compile(ctx context.Context, s station.Station, version uint64) (map[string][]byte, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "posbox-programs-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	packages := []string{initPackage, initramfsPackage}
	for _, p := range s.Programs {
		packages = append(packages, p.Package)
	}
	built := map[string][]byte{}
	for _, pkg := range packages {
		out := filepath.Join(dir, filepath.Base(pkg))
		if err := compileOne(ctx, root, pkg, out, s.GOARCH(), version); err != nil {
			return nil, err
		}
		if built[pkg], err = os.ReadFile(out); err != nil {
			return nil, err
		}
	}
	return built, nil
}

// compileOne builds one program.
func compileOne(ctx context.Context, root, pkg, out, arch string, version uint64) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", fmt.Sprintf("-ldflags=-s -w -buildid= -X main.version=%d", version), "-o", out, pkg)
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GODEBUG=")
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// committed is when the sources were: the same for whoever builds them, whenever. Sources without their history are as old
// as the first image.
func committed(ctx context.Context) (time.Time, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return time.Time{}, err
	}
	out, err := exec.CommandContext(ctx, "git", "-C", root, "log", "-1", "--format=%cI").Output()
	if err != nil {
		return time.Unix(int64(epoch), 0), nil
	}
	return time.Parse(time.RFC3339, strings.TrimSpace(string(out)))
}
