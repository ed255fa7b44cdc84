package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/cpio"
	"posbox/image/squashfs"
	"posbox/image/tree"
)

// What consoles say.
const (
	saysBare    = "posbox: bare kernel"
	saysReady   = "posbox: till ready"
	saysPainted = "posbox: screen painted"
)

// barePackage is what a bare kernel starts.
const barePackage = "posbox/image/bare"

// startLimit bounds one start; figureMemory are the machines' memories in MiB: the usual one and the smallest.
const startLimit = 5 * time.Minute

var figureMemory = []int{2048, 1024}

// settleTime is how long a box is left alone before its memory is read.
const settleTime = 15 * time.Second

func runFigures(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image figures", flag.ContinueOnError)
	image := fs.String("img", "", "image of the vm station")
	runs := fs.Int("runs", 3, "starts of each kind; the middle one counts")
	kvm := fs.Bool("kvm", false, "use the processor's virtualisation")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if *image == "" || *runs < 1 {
		return fmt.Errorf("%w (figures needs -img, and at least one run)", errUsage)
	}
	s, _, err := identify(*image)
	if err != nil {
		return fmt.Errorf("%s: %w", *image, err)
	}
	if s.Name != "vm" {
		return fmt.Errorf("%w (this is station %s)", errNoWayIn, s.Name)
	}
	dir, err := os.MkdirTemp("", "posbox-figures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f := &figures{image: *image, dir: dir, runs: *runs, kvm: *kvm, out: stdout}
	return errors.Join(f.sizes(), f.starts(ctx))
}

// figures measures an image. Times are told as multiples of what the same emulator on the same machine takes for the kernel
// alone, because seconds say more of the machine than of the box.
type figures struct {
	image, dir string
	runs       int
	kvm        bool
	out        io.Writer
}

// sizes tells how full the image's parts are.
func (f *figures) sizes() error {
	file, err := os.Open(f.image)
	if err != nil {
		return err
	}
	defer file.Close()
	table, err := gpt.Read(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "disk      %5d MiB\n", int64(table.LBAs)*gpt.Sector>>20)
	for _, name := range []string{gpt.RootA, gpt.UIA} {
		part, _ := table.Named(name)
		size, err := squashfs.Size(io.NewSectionReader(file, part.Start(), part.Size()))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(f.out, "%-9s %5d MiB of %d\n", name, size>>20, part.Size()>>20)
	}
	return nil
}

// starts tells how long starts take and what memory the box uses.
func (f *figures) starts(ctx context.Context) error {
	kernel, err := f.middle(func() (time.Duration, error) { return f.bare(ctx) })
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "kernel    %.1f s from the emulator's start to its first program: 1 below\n", kernel.Seconds())
	ratio := func(d time.Duration) float64 { return float64(d) / float64(kernel) }
	ready, err := f.middle(func() (time.Duration, error) {
		seen, _, err := f.box(ctx, runOptions{screenless: true}, saysReady)
		return seen[saysReady], err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "ready     %.1f times without a screen\n", ratio(ready))
	for _, mib := range figureMemory {
		var used memoryUsed
		both := map[string][]time.Duration{}
		for range f.runs {
			seen, m, err := f.box(ctx, runOptions{memory: mib}, saysPainted)
			if err != nil {
				return fmt.Errorf("with %d MiB: %w", mib, err)
			}
			used = m
			for line, at := range seen {
				both[line] = append(both[line], at)
			}
		}
		fmt.Fprintf(f.out, "%d MiB  till ready %.1f, screen painted %.1f times; %v\n", mib, ratio(middle(both[saysReady])), ratio(middle(both[saysPainted])), used)
	}
	return nil
}

// middle does something as often as it is to be done.
func (f *figures) middle(do func() (time.Duration, error)) (time.Duration, error) {
	var all []time.Duration
	for range f.runs {
		d, err := do()
		if err != nil {
			return 0, err
		}
		all = append(all, d)
	}
	return middle(all), nil
}

// middle is the median; the faster one of two.
func middle(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[(len(all)-1)/2]
}

// bare starts the image's kernel with one program.
func (f *figures) bare(ctx context.Context) (time.Duration, error) {
	program := filepath.Join(f.dir, "bare")
	if _, err := os.Stat(program); err != nil {
		root, err := moduleRoot(ctx)
		if err != nil {
			return 0, err
		}
		if err := compileOne(ctx, root, barePackage, program, "amd64", 0); err != nil {
			return 0, err
		}
	}
	seen, _, err := f.start(ctx, runOptions{}, saysBare, func(args []string) ([]string, error) {
		at := slices.Index(args, "-initrd")
		if at < 0 {
			return nil, errors.New("the kernel has no initial files")
		}
		args[at+1] = filepath.Join(f.dir, "bare.cpio")
		return args, writeBare(program, args[at+1])
	})
	return seen[saysBare], err
}

// writeBare writes initial files with one program.
func writeBare(program, to string) error {
	b, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	t := tree.New()
	var out bytes.Buffer
	if err := errors.Join(t.AddDir("/dev", 0o755), t.AddBytes("/init", 0o755, b), cpio.Write(&out, t)); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}

// memoryUsed is how much memory a box uses, in KiB, as gokrazy/manage tells.
type memoryUsed struct {
	Total     int            `json:"total"`
	Available int            `json:"available"`
	Programs  map[string]int `json:"programs"`
}

func (m memoryUsed) String() string {
	if m.Total == 0 {
		return "memory unknown"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d MiB of %d in use", (m.Total-m.Available)>>10, m.Total>>10)
	names := slices.SortedFunc(maps.Keys(m.Programs), func(a, b string) int { return m.Programs[b] - m.Programs[a] })
	for _, name := range names[:min(4, len(names))] {
		fmt.Fprintf(&text, ", %s %d", name, m.Programs[name]>>10)
	}
	return text.String()
}

// box starts the box until its console has said a line; then, where there is a screen, it reads the memory.
func (f *figures) box(ctx context.Context, o runOptions, until string) (seen map[string]time.Duration, used memoryUsed, err error) {
	port, err := unusedPort()
	if err != nil {
		return nil, used, err
	}
	if err := o.forward.Set(fmt.Sprintf("%d:%d", port, station.LookPort)); err != nil {
		return nil, used, err
	}
	return f.start(ctx, o, until, nil)
}

// start starts the image by its kernel and pulls the plug when its console has said a line.
func (f *figures) start(ctx context.Context, o runOptions, until string, change func(args []string) ([]string, error)) (map[string]time.Duration, memoryUsed, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	o.image, o.disk, o.direct, o.bare, o.headless, o.disposable, o.kvm = f.image, "virtio", filepath.Join(f.dir, "boot"), true, true, true, f.kvm
	cmd, err := emulator(ctx, o)
	if err != nil {
		return nil, memoryUsed{}, err
	}
	if change != nil {
		if cmd.Args, err = change(cmd.Args); err != nil {
			return nil, memoryUsed{}, err
		}
	}
	heard := &console{begin: time.Now(), seen: map[string]time.Duration{}, until: until, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = heard, heard
	if err := cmd.Start(); err != nil {
		return nil, memoryUsed{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var used memoryUsed
	select {
	case <-heard.done:
		if until == saysPainted {
			used, err = memoryOf(ctx, o.forward[0].host)
		}
	case <-ended:
		ended <- nil
		err = fmt.Errorf("the emulator ended and nothing said %q:\n%s", until, heard.text())
	}
	cancel()
	<-ended
	return heard.times(), used, err
}

// memoryOf asks the box once it has come to rest.
func memoryOf(ctx context.Context, port int) (m memoryUsed, err error) {
	select {
	case <-time.After(settleTime):
	case <-ctx.Done():
		return m, ctx.Err()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/memory", port), nil)
	if err != nil {
		return m, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return m, err
	}
	defer resp.Body.Close()
	return m, json.NewDecoder(resp.Body).Decode(&m)
}

func unusedPort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// console notes when a guest's console first said each of its lines.
type console struct {
	begin time.Time
	until string
	done  chan struct{} // closed when that was said

	mu   sync.Mutex
	all  bytes.Buffer
	seen map[string]time.Duration
}

func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all.Write(b)
	for _, line := range []string{saysBare, saysReady, saysPainted} {
		if _, known := c.seen[line]; known || !bytes.Contains(c.all.Bytes(), []byte(line)) {
			continue
		}
		c.seen[line] = time.Since(c.begin)
		if line == c.until {
			close(c.done)
		}
	}
	return len(b), nil
}

func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all.String()
}

func (c *console) times() map[string]time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.seen)
}
