package catalog

import (
	"bytes"
	"encoding/json"
	"strings"

	"posbox/pos/loyalty"
)

// buildNames reads all goods and customers of the file. Where the file breaks or is closed on the way, it leaves the
// names as they were: the till can still scan, and Store.Problem says what happened.
func (g *generation) buildNames() {
	for _, b := range []struct {
		bucket []byte
		read   func(value []byte) (name, bool)
		put    func(*names)
	}{
		{bucketGoods, readName, func(n *names) { g.names.Store(n) }},
		{bucketCustomers, readCustomerName, func(n *names) { g.people.Store(n) }},
	} {
		n, err := g.namesIn(b.bucket, b.read)
		if err != nil {
			return
		}
		b.put(n)
	}
	g.named.Store(true)
}

func (g *generation) namesIn(bucket []byte, read func(value []byte) (name, bool)) (*names, error) {
	b := newBuilder()
	err := g.view(func(p *pages) error {
		if p == nil {
			return nil
		}
		c := p.cursor(bucket)
		for k, v := c.seek(nil); k != nil; k, v = c.next() {
			if n, ok := read(v); ok {
				b.add(n)
			}
		}
		return c.err
	})
	if err != nil {
		return nil, err
	}
	return b.build(), nil
}

// A name is what searching needs of a good or customer.
type name struct {
	text     string // what words are looked for in
	code     string
	inactive bool
}

// readName takes the name from a stored good. A good that cannot be read has no name to be found by; whoever scans it is
// told.
func readName(v []byte) (name, bool) {
	if n, ok := quickName(v); ok {
		return n, true
	}
	var g struct {
		Code   string `json:"code"`
		Name   string `json:"name"`
		Active bool   `json:"active"`
	}
	if json.Unmarshal(v, &g) != nil {
		return name{}, false
	}
	return name{text: g.Name, code: g.Code, inactive: !g.Active}, true
}

// quickName reads a good as encoding/json writes it: code and name first, active last. Where that holds a backslash, or
// looks different in any way, it leaves it to encoding/json, which takes ten times as long.
func quickName(v []byte) (n name, ok bool) {
	rest, ok := bytes.CutPrefix(v, []byte(`{"code":"`))
	if !ok {
		return name{}, false
	}
	code, rest, ok := bytes.Cut(rest, []byte(`","name":"`))
	if !ok {
		return name{}, false
	}
	text, rest, ok := bytes.Cut(rest, []byte{'"'})
	if !ok || bytes.IndexByte(code, '\\') >= 0 || bytes.IndexByte(text, '\\') >= 0 || bytes.IndexByte(code, '"') >= 0 {
		return name{}, false
	}
	switch {
	case bytes.HasSuffix(rest, []byte(`,"active":true}`)):
	case bytes.HasSuffix(rest, []byte(`,"active":false}`)):
		n.inactive = true
	default:
		return name{}, false
	}
	n.text, n.code = string(text), string(code)
	return n, true
}

func readCustomerName(v []byte) (name, bool) {
	var c loyalty.Customer
	if json.Unmarshal(v, &c) != nil {
		return name{}, false
	}
	return name{text: customerText(c), code: c.Code, inactive: !c.Active}, true
}

// customerText is all that a customer is looked for by: the name first, then code, telephone and cards.
func customerText(c loyalty.Customer) string {
	return strings.Join(append([]string{c.Name, c.Code, c.Phone}, c.Cards...), " ")
}
