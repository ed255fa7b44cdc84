package ota

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"

	"posbox/pos/fault"
)

// Client speaks to the guard.
type Client struct{ http http.Client }

// Dial makes a client of a socket. It connects with each request: the guard may be away for a moment.
func Dial(socket string) *Client {
	return &Client{http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableKeepAlives: true,
	}}}
}

// Status asks how all stands.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	err = c.call(ctx, http.MethodGet, "/status", nil, &s)
	return s, err
}

// See notes that a person knows how the last update went.
func (c *Client) See(ctx context.Context) (s Status, err error) {
	err = c.call(ctx, http.MethodPost, "/seen", nil, &s)
	return s, err
}

// Install hands a bundle over.
func (c *Client) Install(ctx context.Context, bundle io.Reader) (s Status, err error) {
	err = c.call(ctx, http.MethodPost, "/bundle", bundle, &s)
	return s, err
}

// Offers lists the bundles on sticks.
func (c *Client) Offers(ctx context.Context) (o []Offer, err error) {
	err = c.call(ctx, http.MethodGet, "/offers", nil, &o)
	return o, err
}

// Take begins to install a bundle of a stick.
func (c *Client) Take(ctx context.Context, device, file string) (s Status, err error) {
	q := url.Values{"device": {device}, "file": {file}}
	err = c.call(ctx, http.MethodPost, "/offers?"+q.Encode(), nil, &s)
	return s, err
}

// Try restarts into what is ready.
func (c *Client) Try(ctx context.Context, anyway bool) (s Status, err error) {
	path := "/try"
	if anyway {
		path += "?anyway=1"
	}
	err = c.call(ctx, http.MethodPost, path, nil, &s)
	return s, err
}

// maxAnswer is far more than any answer has.
const maxAnswer = 1 << 20

func (c *Client) call(ctx context.Context, method, path string, body io.Reader, into any) error {
	// A reader of its own: where the guard refuses early, the rest of the body is no error.
	if body != nil {
		body = struct{ io.Reader }{body}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://guard"+path, body)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return fault.Wrap(err, fault.UpdateNone)
	}
	if err != nil {
		return fault.Wrap(err, fault.UpdateTruncated)
	}
	defer resp.Body.Close()
	d := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode == http.StatusOK {
		return d.Decode(into)
	}
	var f failure
	if err := d.Decode(&f); err != nil {
		return err
	}
	if _, known := fault.Texts[f.Code]; !known {
		f.Code = fault.Internal
	}
	return &fault.Error{Code: f.Code, Args: f.Args}
}
