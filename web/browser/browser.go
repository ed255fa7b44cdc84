// Package browser drives Debian's Chromium as a cashier's hands do: keys by their position, fingers, a scanner that types;
// and it looks at what then stands on the screen.
//
// Tests, the pictures (web/shots) and the measurements (web/paint) share it. Nothing outside knows how the browser is
// driven: the library's interface has been redone before. Whatever the page complains about (exceptions, its content
// policy, failed requests) is collected; see Page.Complaints.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// T is what drives: a test, or a command through Run.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Patience bounds every wait for the screen.
const Patience = time.Minute

// ErrNone says that there is no Chromium to drive.
var ErrNone = errors.New("no chromium in PATH (Debian: apt-get install chromium)")

// Browser is one running Chromium with a profile of its own.
type Browser struct {
	t   T
	ctx context.Context
}

// Path says where Chromium is.
func Path() (string, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return "", ErrNone
	}
	return path, nil
}

// Open starts Chromium with a fresh profile. It ends, and its profile goes, when t is over.
func Open(t T) *Browser { t.Helper(); return start(t) }

// Unclocked is Open without the display's clock: a frame begins as soon as a page has something to show, instead of with
// the next sixtieth of a second. No till runs so; what a page itself takes can be measured.
func Unclocked(t T) *Browser {
	t.Helper()
	return start(t, chromedp.Flag("disable-frame-rate-limit", true), chromedp.Flag("disable-gpu-vsync", true))
}

func start(t T, more ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	path, err := Path()
	must(t, err)
	profile, err := os.MkdirTemp("", "posbox-chromium-")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(profile) })
	flags := append(more, chromedp.ExecPath(path), chromedp.WSURLReadTimeout(Patience), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(profile), chromedp.WindowSize(1024, 768),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("password-store", "basic"),
		chromedp.Flag("mute-audio", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(cancel)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		chromedp.Cancel(stop) // it still writes into its profile until it has gone
		end()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return &Browser{t, ctx}
}

func must(t T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// failure is how Run leaves what it runs.
type failure struct{ error }

// command is the T of a command.
type command struct {
	undo   []func()
	errors []error
}

// Run lets a command drive: what fails is its error, and what was opened is closed.
func Run(do func(T)) (err error) {
	c := &command{}
	defer func() {
		for i := len(c.undo) - 1; i >= 0; i-- {
			c.undo[i]()
		}
		err = errors.Join(append(c.errors, err)...)
	}()
	defer func() {
		switch v := recover().(type) {
		case nil:
		case failure:
			err = v.error
		default:
			panic(v)
		}
	}()
	do(c)
	return nil
}

func (c *command) Helper()          {}
func (c *command) Cleanup(f func()) { c.undo = append(c.undo, f) }
func (c *command) Errorf(format string, args ...any) {
	c.errors = append(c.errors, fmt.Errorf(format, args...))
}
func (c *command) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }
