package browser

import (
	"context"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Again makes the page a blank one for t: what these origins have kept in it is forgotten, and nobody speaks for its reader any
// more. Its process stays: an app that it knows already comes in half the time.
func (p *Page) Again(t T, origins ...string) {
	t.Helper()
	p.t = t
	p.Outage(true) // it goes before everything has been answered
	p.Do(`try { sessionStorage.clear(); } catch { /* a blank page has none */ }`)
	p.speaks("")
	p.leave()
	for _, o := range origins {
		_, err := chromedp.Call(p.ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: o, StorageTypes: "all"})
		must(t, err)
	}
	p.begin(t)
}

// leave goes to a blank page. A page that asks whether it may lose what has been typed may.
func (p *Page) leave() {
	p.t.Helper()
	going, gone := context.WithCancel(p.ctx)
	defer gone()
	must(p.t, chromedp.Listen(going, func(ev any) {
		if _, asks := ev.(*page.EventJavascriptDialogOpening); asks {
			go chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}))
	p.Go("about:blank")
}

// begin lets t look at a page that has said nothing yet. What it then complains about fails t at its end.
func (p *Page) begin(t T) {
	t.Helper()
	p.t, p.Layout = t, nil
	p.bad.forget()
	p.Size(1024, 768)
	t.Cleanup(func() {
		for _, c := range p.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
		p.bad.forget()
	})
}

// Before lets each document that comes from now on begin with a script of the test's own.
func (p *Page) Before(script string) { p.t.Helper(); p.before(script) }

func (p *Page) before(script string) page.ScriptIdentifier {
	p.t.Helper()
	added, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	must(p.t, err)
	return added.Identifier
}

// speaks replaces the script that chooses a language; "" is none.
func (p *Page) speaks(script string) {
	p.t.Helper()
	if p.chosen != "" {
		_, err := chromedp.Call(p.ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: p.chosen})
		must(p.t, err)
		p.chosen = ""
	}
	if script != "" {
		p.chosen = p.before(script)
	}
}
