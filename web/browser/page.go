package browser

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Page is one page of the till, as a cashier sees and touches it.
type Page struct {
	// Layout is what the digits of the keyboard type; nil: themselves.
	Layout map[rune]string
	t      T
	ctx    context.Context
	bad    *complaints
	chosen page.ScriptIdentifier // what chooses the reader's language
}

// Page opens an address with cookies and storage of its own. What the page complains about fails t at its end.
func (b *Browser) Page(t T, url string) *Page {
	t.Helper()
	p := b.Blank(t)
	p.Go(url)
	return p
}

// Blank opens an empty page with cookies and storage of its own.
func (b *Browser) Blank(t T) *Page {
	t.Helper()
	return open(t, b.ctx, chromedp.WithNewBrowserContext())
}

// Second opens another tab beside this one.
func (p *Page) Second(url string) *Page {
	p.t.Helper()
	other := open(p.t, p.ctx)
	other.Go(url)
	return other
}

func open(t T, parent context.Context, opts ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, opts...)
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, bad: &complaints{}}
	p.bad.forget()
	must(t, chromedp.Listen(ctx, p.bad.hear))
	_, err := chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	must(t, err)
	touch := emulation.SetTouchEmulationEnabledParams{Enabled: true}
	_, err = chromedp.Call(ctx, emulation.SetTouchEmulationEnabled, touch)
	must(t, err)
	p.begin(t)
	return p
}

func (p *Page) within(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	must(p.t, chromedp.Do(ctx, steps...))
}

// Go goes to an address.
func (p *Page) Go(url string) { p.t.Helper(); p.within(chromedp.Navigate(url)) }

// Reload loads the page again.
func (p *Page) Reload() { p.t.Helper(); p.within(chromedp.Reload()) }

// Size sets the screen's size in CSS pixels.
func (p *Page) Size(w, h int64) { p.t.Helper(); p.within(chromedp.EmulateViewport(w, h)) }

// Zone lets the browser think that it stands in another time zone.
func (p *Page) Zone(name string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
	must(p.t, err)
}

// Speaks says in which language a page's reader has chosen to read, before it is opened.
func (p *Page) Speaks(lang string) {
	p.t.Helper()
	p.speaks(fmt.Sprintf("localStorage.setItem('posbox.lang', %q)", lang))
}

// Dark says whether the page is asked for dark colours.
func (p *Page) Dark(on bool) {
	p.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
	must(p.t, err)
}

// Throttle makes the processor so many times slower for the page.
func (p *Page) Throttle(times float64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
	must(p.t, err)
}

// Picture returns what the screen shows, as PNG.
func (p *Page) Picture() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	must(p.t, err)
	return picture
}

// Paper returns the page as it is printed on A4, as PDF, and on how many sheets.
func (p *Page) Paper() (pdf []byte, sheets int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	printed, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	must(p.t, err)
	return printed.Data, len(sheet.FindAll(printed.Data, -1))
}

// sheet is how Chromium's PDFs name a page.
var sheet = regexp.MustCompile(`/Type /Page\b`)

// Look evaluates a JavaScript expression; await may stand in it.
func Look[V any](p *Page, js string) V {
	p.t.Helper()
	v, err := look[V](p, js)
	if err != nil {
		p.t.Fatalf("%.300s: %v", js, err)
	}
	return v
}

func look[V any](p *Page, js string) (V, error) {
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[V]("(async () => ("+js+"))()", chromedp.EvalAwaitPromise))
}

// Do runs JavaScript statements in the page.
func (p *Page) Do(js string) {
	p.t.Helper()
	Look[bool](p, "await (async () => {"+js+"\nreturn true; })()")
}

// Until waits for an expression to be true. One that throws is not true yet: what it looks at may be drawn anew, or the page
// may just be making way for another.
func (p *Page) Until(what, js string) {
	p.t.Helper()
	for end := time.Now().Add(Patience); ; time.Sleep(10 * time.Millisecond) {
		is, err := look[bool](p, js)
		if is && err == nil {
			return
		}
		if time.Now().After(end) || p.ctx.Err() != nil {
			says, _ := look[string](p, "document.body.innerText")
			p.t.Fatalf("%s: not within %v (%v); the screen says:\n%s", what, Patience, err, says)
		}
	}
}

// Visit goes to a page of the app by its address behind # and waits until it is shown. A page that has just come may still
// write its own address over it: then the address is given again.
func (p *Page) Visit(address, stage string) {
	p.t.Helper()
	p.Until(stage+" is shown", fmt.Sprintf(`(() => {
		const now = document.querySelector(%s), to = %q;
		if (now?.dataset.page === %q && (location.hash === to || window.visited === to)) { delete window.visited; return true; }
		if (location.hash !== to) location.hash = to;
		window.visited = to;
		return false;
	})()`, Hold("stage"), address, stage))
}

// Hold writes the selector of what tests hold on to; more: pairs of a data attribute and its value.
func Hold(name string, more ...string) string {
	sel := `[data-test="` + name + `"]`
	for i := 0; i+1 < len(more); i += 2 {
		sel += `[data-` + more[i] + `="` + more[i+1] + `"]`
	}
	return "'" + sel + "'"
}

// Stage waits until the till shows one of its screens.
func (p *Page) Stage(name string) { p.t.Helper(); p.Shown("stage", "page", name) }

// Shown waits until something is on the page.
func (p *Page) Shown(name string, more ...string) {
	p.t.Helper()
	p.Until(name+" is there", "document.querySelector("+Hold(name, more...)+") !== null")
}

// Gone waits until something is on the page no longer.
func (p *Page) Gone(name string) {
	p.t.Helper()
	p.Until(name+" is gone", "document.querySelector("+Hold(name)+") === null")
}

// Count waits until something is there so many times.
func (p *Page) Count(name string, n int) {
	p.t.Helper()
	p.Until(fmt.Sprintf("%d of %s", n, name), fmt.Sprintf("document.querySelectorAll(%s).length === %d", Hold(name), n))
}

// Squeeze takes all spaces out: which of them stands where is a matter of typography.
func Squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// Texts returns what each of something says, squeezed.
func (p *Page) Texts(name string) []string {
	p.t.Helper()
	list := Look[[]string](p, "[...document.querySelectorAll("+Hold(name)+")].map((e) => e.textContent)")
	for i := range list {
		list[i] = Squeeze(list[i])
	}
	return list
}

// Say waits until each of something, squeezed, says what it shall.
func (p *Page) Say(what, name string, is func([]string) bool) {
	p.t.Helper()
	for end := time.Now().Add(Patience); ; time.Sleep(10 * time.Millisecond) {
		list := p.Texts(name)
		if is(list) {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s: not within %v; each %s says %q", what, Patience, name, list)
		}
	}
}

// Says waits until something says this, spaces aside.
func (p *Page) Says(name, want string) {
	p.t.Helper()
	p.Until(name+" says "+want, fmt.Sprintf(`document.querySelector(%s)?.textContent.replace(/\s/g, '') === %q`, Hold(name), want))
}

// Settle waits until whatever has been caused so far has been painted.
func (p *Page) Settle() {
	p.t.Helper()
	Look[bool](p, "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
}
