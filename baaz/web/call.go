package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"unicode/utf8"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/fault"
)

// call is one request under way, once its door has let it in.
type call struct {
	*http.Request
	w       http.ResponseWriter
	route   *route
	who     who.Caller    // where the door asks for one
	company store.Company // of the path, where the door is doorCompany
	numbers map[string]int64
	texts   map[string]string
}

func (c *call) ctx() context.Context { return c.Context() }

// number returns an integer parameter of the query.
func (c *call) number(name string) int64 { return c.numbers[name] }

// text returns a text of the query; empty where it is not there.
func (c *call) text(name string) string { return c.texts[name] }

// day returns a day of the query; empty where it is not there.
func (c *call) day(name string) day.Day { return day.Day(c.texts[name]) }

// id returns an integer of the path. What is none names nothing.
func (c *call) id(name string, unknown fault.Code) (int64, error) {
	n, err := strconv.ParseInt(c.PathValue(name), 10, 64)
	if err != nil || n < 0 {
		return 0, fault.Wrap(err, unknown)
	}
	return n, nil
}

// box reads the box id out of the path.
func (c *call) box() (b journal.Box, err error) {
	id, err := hex.DecodeString(c.PathValue("box"))
	if err != nil || len(id) != len(b) {
		return b, fault.New(fault.BoxUnknown)
	}
	return journal.Box(id), nil
}

// bytes reads a body that must not be longer than most.
func (c *call) bytes(tooLarge, broken fault.Code) ([]byte, error) {
	most := c.route.most
	if most == 0 {
		most = maxBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.Body, most))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, fault.Wrap(err, tooLarge)
	case err != nil:
		return nil, fault.Wrap(err, broken, "detail", "cut off") // on the way
	}
	return body, nil
}

// read reads the body's JSON: one value, of known fields, in text that every store can keep.
func (c *call) read(into any) error {
	if media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return fault.Wrap(err, fault.RequestMalformed, "detail", "Content-Type must be application/json")
	}
	body, err := c.bytes(fault.RequestTooLarge, fault.RequestMalformed)
	if err != nil {
		return err
	}
	return decode(body, into)
}

// decode is the part of read that knows no HTTP.
func decode(body []byte, into any) error {
	malformed := func(err error) error {
		return fault.Wrap(err, fault.RequestMalformed, "detail", err.Error())
	}
	if !utf8.Valid(body) {
		return malformed(errors.New("not UTF-8"))
	}
	// PostgreSQL keeps no NUL in a text, and nobody means one.
	if bytes.Contains(body, []byte(`\u0000`)) {
		return malformed(errors.New("a text holds a NUL"))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return malformed(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return malformed(errors.New("something stands behind the value"))
	}
	return nil
}

// parameters reads and judges the query. What is not described is refused: a misspelt bound would show everything.
func (rt *route) parameters(c *call) error {
	c.numbers, c.texts = map[string]int64{}, map[string]string{}
	given := c.URL.Query()
	for name, values := range given {
		if !rt.knows(name) || len(values) != 1 {
			return fault.Wrap(fmt.Errorf("%d times", len(values)), fault.QueryMalformed, "name", shown(name))
		}
	}
	for _, p := range rt.query {
		if err := p.read(c, given.Get(p.name)); err != nil {
			return fault.Wrap(err, fault.QueryMalformed, "name", p.name)
		}
	}
	return nil
}

// shown keeps what a stranger has written short.
func shown(s string) string { return strconv.Quote(s[:min(len(s), 40)]) }

func (rt *route) knows(name string) bool {
	for _, p := range rt.query {
		if p.name == name {
			return true
		}
	}
	return false
}

func (p param) read(c *call, given string) error {
	switch p.kind {
	case integer:
		n := p.otherwise
		if given != "" {
			var err error
			if n, err = strconv.ParseInt(given, 10, 64); err != nil {
				return err
			}
			if n < p.least || n > p.most {
				return fmt.Errorf("%d is not between %d and %d", n, p.least, p.most)
			}
		}
		c.numbers[p.name] = n
		return nil
	case date:
		if given != "" {
			if _, err := day.Parse(given); err != nil {
				return err
			}
		}
	case text:
		if int64(len(given)) > p.most || !utf8.ValidString(given) || bytes.IndexByte([]byte(given), 0) >= 0 {
			return errors.New("too long, or no text")
		}
	}
	c.texts[p.name] = given
	return nil
}
