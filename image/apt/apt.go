// Package apt asks Debian's archive through apt-get: what a list of packages needs, and for the packages themselves. It
// keeps a state of its own, as if nothing were installed, and needs no root. Mirrors are Debian's own names; proxies and
// the like come from the machine's apt configuration. apt checks the archive's signatures; the lock's hashes check what
// came.
package apt

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"posbox/image/lock"
)

// Release is the Debian that the box is made of.
const Release = "bookworm"

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// Errors.
var (
	// ErrDropped: the archive no longer has a locked version. Debian replaces security updates about weekly.
	ErrDropped = errors.New("the archive no longer has this version: run image lock")
	// ErrArchive: no archive was reached.
	ErrArchive = errors.New("apt: Debian's archive did not answer")
	// ErrTool: this is no machine with apt.
	ErrTool = errors.New("apt: a Debian machine with apt-get and debian-archive-keyring is needed")
)

// Archive is an open state.
type Archive struct {
	dir     string
	options []string
	updated bool
}

// AMD64 is the architecture, as Debian and Go call it, of all that is not said to be another.
const AMD64 = "amd64"

// Open prepares a state for an architecture in a folder; it may exist. Each architecture has a folder of its own.
func Open(dir, arch string) (*Archive, error) {
	if arch != AMD64 {
		dir += "-" + arch
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return nil, ErrTool
	}
	if _, err := os.Stat(keyring); err != nil {
		return nil, ErrTool
	}
	for _, d := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, err
		}
	}
	sources := ""
	for _, s := range []string{"debian " + Release, "debian-security " + Release + "-security"} {
		sources += "deb [signed-by=" + keyring + "] http://deb.debian.org/" + s + " main non-free-firmware\n"
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "sources.list"), []byte(sources), 0o644),
		os.WriteFile(filepath.Join(dir, "status"), nil, 0o644)); err != nil {
		return nil, err
	}
	a := &Archive{dir: dir}
	for _, o := range []string{
		"Dir::State=" + dir, "Dir::State::status=" + dir + "/status", "Dir::Cache=" + dir + "/cache",
		"Dir::Etc::sourcelist=" + dir + "/sources.list", "Dir::Etc::sourceparts=/dev/null",
		"Dir::Etc::preferences=/dev/null", "Dir::Etc::preferencesparts=/dev/null",
		"APT::Architecture=" + arch, "APT::Architectures::=" + arch, "APT::Install-Recommends=false", "APT::Install-Suggests=false",
		"APT::Sandbox::User=root", "Acquire::Languages=none", "Acquire::Retries=3", "APT::Get::Assume-Yes=true",
	} {
		a.options = append(a.options, "-o", o)
	}
	return a, nil
}

// run calls one of apt's programs in a folder.
func (a *Archive) run(ctx context.Context, dir, program string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, program, append(append([]string{}, a.options...), args...)...)
	c.Dir = dir
	c.Env = append(os.Environ(), "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", explain(stderr.String(), err)
	}
	return stdout.String(), nil
}

// gone are apt's words for a version that it does not know.
var gone = regexp.MustCompile(`(?m)^E: (?:Version '([^']*)' for '([^']*)' was not found|Unable to locate package (\S+)|Package '(\S+)' has no installation candidate)`)

// explain turns apt's complaint into one of our errors.
func explain(stderr string, err error) error {
	if m := gone.FindStringSubmatch(stderr); m != nil {
		return fmt.Errorf("%s: %w", strings.TrimSpace(m[2]+m[3]+m[4]+" "+m[1]), ErrDropped)
	}
	if strings.Contains(stderr, "Failed to fetch") || strings.Contains(stderr, "Unable to fetch") || strings.Contains(stderr, "Could not resolve") {
		return fmt.Errorf("%w: %s", ErrArchive, firstLine(stderr))
	}
	return fmt.Errorf("apt: %w: %s", err, firstLine(stderr))
}

func firstLine(s string) string { line, _, _ := strings.Cut(strings.TrimSpace(s), "\n"); return line }

// update reads the archive's lists, once.
func (a *Archive) update(ctx context.Context) error {
	if a.updated {
		return nil
	}
	// Any error, lest a failure leave old lists that look like dropped versions.
	_, err := a.run(ctx, a.dir, "apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")
	a.updated = err == nil
	return err
}

// Resolve returns the newest packages that the wanted ones need, without those to leave out.
func (a *Archive) Resolve(ctx context.Context, wanted []string, leave func(name string) bool) (lock.List, error) {
	if err := a.update(ctx); err != nil {
		return nil, err
	}
	out, err := a.run(ctx, a.dir, "apt-get", append([]string{"-qq", "-s", "install"}, wanted...)...)
	if err != nil {
		return nil, err
	}
	var chosen []string
	for _, p := range installs(out) {
		if name, _, _ := strings.Cut(p, "="); !leave(name) {
			chosen = append(chosen, p)
		}
	}
	return a.Describe(ctx, chosen)
}

var installLine = regexp.MustCompile(`(?m)^Inst (\S+) \((\S+) `)

// installs reads the lines of apt-get's rehearsal as name=version.
func installs(out string) (all []string) {
	for _, m := range installLine.FindAllStringSubmatch(out, -1) {
		name, _, _ := strings.Cut(m[1], ":")
		all = append(all, name+"="+m[2])
	}
	return all
}

// Depends returns the packages that a package names first, without versions. It finds the kernel behind the name that
// always means the newest.
func (a *Archive) Depends(ctx context.Context, name string) (names []string, err error) {
	if err := a.update(ctx); err != nil {
		return nil, err
	}
	out, err := a.run(ctx, a.dir, "apt-cache", "depends", name)
	for _, line := range strings.Split(out, "\n") {
		if dep, ok := strings.CutPrefix(strings.TrimSpace(line), "Depends: "); ok {
			names = append(names, dep)
		}
	}
	return names, err
}

// Describe returns hashes and sizes of packages given as name or name=version, of nothing else.
func (a *Archive) Describe(ctx context.Context, packages []string) (lock.List, error) {
	if err := a.update(ctx); err != nil {
		return nil, err
	}
	out, err := a.run(ctx, a.dir, "apt-get", append([]string{"-qq", "--print-uris", "download"}, packages...)...)
	if err != nil {
		return nil, err
	}
	l, err := described(out)
	if err == nil && len(l) != len(packages) {
		err = fmt.Errorf("apt: %d packages described, asked for %d", len(l), len(packages))
	}
	return l, err
}

var uriLine = regexp.MustCompile(`(?m)^'[^']+' (\S+)_(\S+)_(?:amd64|arm64|all)\.deb (\d+) SHA256:([0-9a-f]{64})$`)

// described reads apt-get's lines of address, file name, size and hash. A file name has its colons escaped.
func described(out string) (l lock.List, err error) {
	for _, m := range uriLine.FindAllStringSubmatch(out, -1) {
		version, err := url.PathUnescape(m[2])
		if err != nil {
			return nil, fmt.Errorf("apt: version %q: %w", m[2], err)
		}
		p := lock.Package{Name: m[1], Version: version}
		p.Size, _ = strconv.ParseInt(m[3], 10, 64)
		hex.Decode(p.SHA256[:], []byte(m[4]))
		l = append(l, p)
	}
	return l, l.Sort()
}

// Download fetches packages into a folder under names of apt's choice. Nobody has checked them yet.
func (a *Archive) Download(ctx context.Context, packages lock.List, dir string) error {
	if err := a.update(ctx); err != nil {
		return err
	}
	args := []string{"-qq", "download"}
	for _, p := range packages {
		args = append(args, p.String())
	}
	_, err := a.run(ctx, dir, "apt-get", args...)
	return err
}
