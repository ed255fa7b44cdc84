package browser

import (
	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Unwatched lets the browser tell no more of the page's requests, elements and styles: telling costs time that no till
// spends. What goes wrong is no longer heard of. From now on it counts what the page's thread does: see Spent.
func (p *Page) Unwatched() {
	p.t.Helper()
	for _, off := range []cdp.Command[cdp.Empty, cdp.Empty]{network.Disable, css.Disable, dom.Disable, audits.Disable, log.Disable} {
		_, err := chromedp.Call(p.ctx, off, cdp.Empty{})
		must(p.t, err)
	}
	_, err := chromedp.Call(p.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	must(p.t, err)
}

// Spent is what the page's thread has done so far: ms of processor, in which other programs do not count, and how often it
// laid the page out.
type Spent struct{ Thread, Script, Style, Layout, Layouts float64 }

// Less returns what came after another account.
func (s Spent) Less(before Spent) Spent {
	return Spent{s.Thread - before.Thread, s.Script - before.Script, s.Style - before.Style, s.Layout - before.Layout, s.Layouts - before.Layouts}
}

// Spent returns the account of an unwatched page. Asking is work as well, some tenths of a millisecond.
func (p *Page) Spent() (s Spent) {
	p.t.Helper()
	got, err := chromedp.Call(p.ctx, performance.GetMetrics, cdp.Empty{})
	must(p.t, err)
	for _, m := range got.Metrics {
		switch m.Name {
		case "TaskDuration":
			s.Thread = 1000 * m.Value
		case "ScriptDuration":
			s.Script = 1000 * m.Value
		case "RecalcStyleDuration":
			s.Style = 1000 * m.Value
		case "LayoutDuration":
			s.Layout = 1000 * m.Value
		case "LayoutCount":
			s.Layouts = m.Value
		}
	}
	return s
}

// Told returns what the page says from now on by calling told(text), unasked: each question takes the page's thread away
// from what it is doing.
func (p *Page) Told() <-chan string {
	p.t.Helper()
	said := make(chan string, 4096) // who listens must not be waited for
	must(p.t, chromedp.Listen(p.ctx, func(ev any) {
		if e, ok := ev.(*runtime.EventBindingCalled); ok && e.Name == "told" {
			select {
			case said <- e.Payload:
			default:
			}
		}
	}))
	_, err := chromedp.Call(p.ctx, runtime.AddBinding, runtime.AddBindingParams{Name: "told"})
	must(p.t, err)
	return said
}
