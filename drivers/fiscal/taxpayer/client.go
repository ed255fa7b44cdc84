// Package taxpayer asks the tax office's public register who a business is, and keeps what it has said.
//
// What it drives: two calls without log-in, by default at https://api.ebarimt.mn, which answers Mongolian addresses only.
//
//	GET /api/info/check/getTinInfo?regNo=  the taxpayer number of a register number: {msg, status, data: TIN}
//	GET /api/info/check/getInfo?tin=       name, whether it pays VAT, whether it buys for a project free of VAT
//
// A number that is not known has HTTP status 200, the status 500 in the body and no data. Questions for citizens' register
// numbers were announced to end on 2026-06-15: they may be answered as unknown although the number is good.
//
// Sources: the developer portal's description of the public look-ups; notice of 2026-05-11 on citizens' numbers.
package taxpayer

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// Patience is how long a look-up may take, both questions together: a cashier waits for it.
const Patience = 5 * time.Second

const reachWithin = 2 * time.Second

// mostAnswer bounds an answer, in bytes.
const mostAnswer = 64 << 10

// Client asks one register. It may be used by several goroutines at once.
type Client struct {
	base string
	http *http.Client
}

// ErrAddress says that an address is none of a register.
var ErrAddress = errors.New("taxpayer: not an address like https://api.ebarimt.mn")

// New asks the register at an address. It sends nothing.
func New(address string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return nil, ErrAddress
	}
	return &Client{u.Scheme + "://" + u.Host, &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: reachWithin}).DialContext, TLSHandshakeTimeout: reachWithin,
			MaxIdleConns: 2, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Find asks who has a register number or a taxpayer number. Where the taxpayer number is known and the name cannot be had,
// it is known without a name.
func (c *Client) Find(ctx context.Context, r event.Register) (p fiscal.Taxpayer, f fiscal.Found) {
	ctx, end := context.WithTimeout(ctx, Patience)
	defer end()
	tin := string(r)
	if !r.TIN() {
		if tin, f = fiscal.JudgeTIN(c.get(ctx, "/api/info/check/getTinInfo?regNo="+url.QueryEscape(string(r)))); f != fiscal.FoundKnown {
			return p, f
		}
	}
	p, f = fiscal.JudgeTaxpayer(c.get(ctx, "/api/info/check/getInfo?tin="+tin))
	if p.TIN = tin; !r.TIN() {
		f = fiscal.FoundKnown
	}
	return p, f
}

// get asks; whatever goes wrong is the status 0.
func (c *Client) get(ctx context.Context, path string) (status int, body []byte) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1)); err != nil || len(body) > mostAnswer {
		return 0, nil
	}
	return resp.StatusCode, body
}
