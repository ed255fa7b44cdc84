package browser

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// complaints collects what a browser says about a page.
type complaints struct {
	mu     sync.Mutex
	texts  []string
	urls   map[network.RequestID]string
	outage bool
	also   []int64 // statuses of the API that are no complaint, beside 422
}

// Outage says that whoever serves the page is away on purpose: requests that do not reach it are no complaint.
func (p *Page) Outage(on bool) {
	p.bad.mu.Lock()
	defer p.bad.mu.Unlock()
	p.bad.outage = on
}

// Refuses says which answers of the API are no complaint here, beside 422.
func (p *Page) Refuses(statuses ...int64) {
	p.bad.mu.Lock()
	defer p.bad.mu.Unlock()
	p.bad.also = statuses
}

// Complaints lists what the browser has said about the page so far.
func (p *Page) Complaints() []string {
	p.bad.mu.Lock()
	defer p.bad.mu.Unlock()
	return slices.Clone(p.bad.texts)
}

// forget begins anew: nothing has been said, and every failure counts.
func (c *complaints) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts, c.urls, c.outage, c.also = nil, map[network.RequestID]string{}, false, nil
}

func (c *complaints) hear(ev any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	say := func(kind string, v any) {
		text, _ := json.Marshal(v)
		c.texts = append(c.texts, kind+": "+string(text))
	}
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		say("exception", ev.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		say("console", ev.Args)
	case *log.EventEntryAdded:
		// What the network says is heard below, where a refusal can be told from a failure.
		if ev.Entry.Source != log.EntrySourceNetwork && ev.Entry.Level != log.EntryLevelVerbose {
			say("log", ev.Entry)
		}
	case *audits.EventIssueAdded:
		if ev.Issue.Code != audits.InspectorIssueCodeGenericIssue { // advice about forms, of which there are none
			say("issue", ev.Issue)
		}
	case *network.EventRequestWillBeSent:
		c.urls[ev.RequestID] = ev.Request.Method + " " + ev.Request.URL
	case *network.EventLoadingFailed:
		if !ev.Canceled && !c.outage {
			say("not loaded", []string{c.urls[ev.RequestID], ev.ErrorText, string(ev.BlockedReason)})
		}
	case *network.EventResponseReceived:
		url := c.urls[ev.RequestID]
		refused := (ev.Response.Status == 422 || slices.Contains(c.also, ev.Response.Status)) && strings.Contains(url, "/api/")
		// A draft may be on its way while somebody logs in or out; then it waits in the page for whoever typed it.
		refused = refused || ev.Response.Status == 403 && strings.HasSuffix(url, "/api/typed")
		if ev.Response.Status >= 400 && !refused {
			say("status", []any{url, ev.Response.Status})
		}
	}
}
