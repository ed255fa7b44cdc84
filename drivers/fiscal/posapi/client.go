package posapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"posbox/pos/fiscal"
)

// Patience is how long a receipt may take: the service issues although it is slow.
const Patience = 90 * time.Second

// readPatience bounds what changes nothing.
const readPatience = 20 * time.Second

// reachWithin bounds how long a connection may take to stand. One that does not is certainly no receipt.
const reachWithin = 3 * time.Second

// mostAnswer bounds an answer, in bytes.
const mostAnswer = 4 << 20

// Client speaks to one PosAPI. It may be used by several goroutines at once.
type Client struct {
	base string
	http *http.Client
}

// ErrAddress says that an address is none of a PosAPI.
var ErrAddress = errors.New("posapi: not an address like http://127.0.0.1:7080")

// New speaks to the PosAPI at an address. It sends nothing.
func New(address string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return nil, ErrAddress
	}
	return &Client{
		base: u.Scheme + "://" + u.Host,
		http: &http.Client{
			// A connection of its own for each request: on one that was kept, Go would send again what an idle end swallowed.
			Transport:     &http.Transport{DialContext: (&net.Dialer{Timeout: reachWithin}).DialContext, DisableKeepAlives: true, DisableCompression: true, ResponseHeaderTimeout: Patience},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// String says where the service is.
func (c *Client) String() string { return "PosAPI " + c.base }

// Outcome is what became of a receipt or a cancellation.
type Outcome = fiscal.Outcome

// Issue has a receipt issued. body is a fiscal.Request's, made durable before. It is sent at most once.
func (c *Client) Issue(ctx context.Context, body []byte, subs int) Outcome {
	status, answer, o := c.once(ctx, http.MethodPost, body)
	if o.Verdict == "" {
		o.Verdict, o.Issued, o.Text = fiscal.Judge(status, answer, subs)
	}
	return o
}

// Cancel takes a receipt back. body is a fiscal.Cancel's, made durable before. It is sent at most once.
func (c *Client) Cancel(ctx context.Context, body []byte) Outcome {
	status, answer, o := c.once(ctx, http.MethodDelete, body)
	if o.Verdict == "" {
		o.Verdict, o.Text = fiscal.JudgeCancel(status, answer)
	}
	return o
}

// once sends a body to /rest/receipt. The verdict is set where no answer came.
func (c *Client) once(ctx context.Context, method string, body []byte) (status int, answer []byte, o Outcome) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	var left atomic.Bool // a byte of the request may have left this machine
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { left.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/rest/receipt", bytes.NewReader(body))
	if err != nil {
		return 0, nil, Outcome{Verdict: fiscal.VerdictUnsent, Cause: err}
	}
	req.GetBody = nil // nobody can send it a second time
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err == nil {
		defer resp.Body.Close()
		answer, err = read(resp.Body)
	}
	switch {
	case err == nil:
		return resp.StatusCode, answer, Outcome{}
	case left.Load():
		return 0, nil, Outcome{Verdict: fiscal.VerdictUncertain, Cause: err}
	}
	return 0, nil, Outcome{Verdict: fiscal.VerdictUnsent, Cause: err}
}

var errLong = errors.New("posapi: the answer is too long")

func read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostAnswer+1))
	if err == nil && len(b) > mostAnswer {
		err = errLong
	}
	return b, err
}

// Info is the state of the service.
type Info = fiscal.Info

// Info asks for the state.
func (c *Client) Info(ctx context.Context) (i Info, err error) {
	err = c.get(ctx, "/rest/info", &i)
	return i, err
}

// SendData has everything unsent sent now, and merchants and accounts fetched anew.
func (c *Client) SendData(ctx context.Context) error { return c.get(ctx, "/rest/sendData", nil) }

// Account is a bank account that may stand on invoices.
type Account struct {
	ID     int64  `json:"id"`
	TIN    string `json:"tin"`
	Number string `json:"bankAccountNo"`
	Name   string `json:"bankAccountName"`
	BankID int64  `json:"bankId"`
	Bank   string `json:"bankName"`
	IBAN   string `json:"iBan"`
}

// BankAccounts lists the accounts of a taxpayer.
func (c *Client) BankAccounts(ctx context.Context, tin string) (all []Account, err error) {
	err = c.get(ctx, "/rest/bankAccounts?tin="+url.QueryEscape(tin), &all)
	return all, err
}

// AnswerError is a refusal in the service's own words.
type AnswerError struct {
	Status int
	Text   string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("posapi: status %d: %s", e.Status, e.Text)
}

// get reads something; into may be nil where no answer is expected.
func (c *Client) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := read(resp.Body)
	if err != nil {
		return err
	}
	if v, text := fiscal.JudgeCancel(resp.StatusCode, b); resp.StatusCode != http.StatusOK || v == fiscal.VerdictRefused {
		return &AnswerError{resp.StatusCode, text}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("posapi: %s: %w", path, err)
	}
	return nil
}
