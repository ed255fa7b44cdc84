package catalog

import (
	"encoding/json"
	"sort"
	"strings"

	"posbox/pos/loyalty"
)

// names are all folded names in arrays that hold no pointers, so that the garbage collector passes them by. They stand
// in order of name and then code; entry i lies between at[i] and at[i+1], without the zero byte that ends it.
type names struct {
	strict, loose string   // folded names, each ended by a zero byte; same positions in both
	at            []uint32 // n+1 positions
	codes         string   // codes one after another
	codeAt        []uint32 // n+1 positions
	inactive      []bool
}

// name is one good or customer while names are being built.
type name struct {
	key, code string
	inactive  bool
}

// chunk is how many values are copied out of the file at a time, so that a scan never waits for the building.
const chunk = 256

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
		all, ok := g.namesIn(b.bucket, b.read)
		if !ok {
			return
		}
		b.put(arrange(all))
	}
	g.named.Store(true)
}

func (g *generation) namesIn(bucket []byte, read func(value []byte) (name, bool)) (all []name, ok bool) {
	from := []byte{}
	for from != nil {
		var raw [][]byte
		err := g.view(func(p *pages) error {
			var err error
			raw, from, err = copyValues(p, bucket, from)
			return err
		})
		if err != nil {
			return nil, false
		}
		for _, v := range raw {
			if n, ok := read(v); ok {
				all = append(all, n)
			}
		}
	}
	return all, true
}

// copyValues copies up to chunk values from key from on. It returns the key after the last, nil at the end.
func copyValues(p *pages, bucket, from []byte) (values [][]byte, next []byte, err error) {
	if p == nil {
		return nil, nil, nil
	}
	c := p.cursor(bucket)
	k, v := c.seek(from)
	for ; k != nil && len(values) < chunk; k, v = c.next() {
		values = append(values, v)
	}
	return values, k, c.err
}

// readName takes from a stored good what searching needs. A good that cannot be read has no name to be found by;
// whoever scans it is told.
func readName(v []byte) (name, bool) {
	var g struct {
		Code   string `json:"code"`
		Name   string `json:"name"`
		Active bool   `json:"active"`
	}
	if json.Unmarshal(v, &g) != nil {
		return name{}, false
	}
	return name{key: fold(g.Name), code: g.Code, inactive: !g.Active}, true
}

func readCustomerName(v []byte) (name, bool) {
	var c loyalty.Customer
	if json.Unmarshal(v, &c) != nil {
		return name{}, false
	}
	return name{key: customerKey(c), code: c.Code, inactive: !c.Active}, true
}

// customerKey makes one key of all that a customer is looked for by: the name first, then code, telephone and cards as
// words of their own.
func customerKey(c loyalty.Customer) string {
	return fold(strings.Join(append([]string{c.Name, c.Code, c.Phone}, c.Cards...), " "))
}

func arrange(all []name) *names {
	sort.Slice(all, func(i, j int) bool {
		if all[i].key != all[j].key {
			return all[i].key < all[j].key
		}
		return all[i].code < all[j].code
	})
	n := &names{at: make([]uint32, 1, len(all)+1), codeAt: make([]uint32, 1, len(all)+1)}
	var keys, codes strings.Builder
	for _, a := range all {
		keys.WriteString(a.key)
		keys.WriteByte(0)
		codes.WriteString(a.code)
		n.at = append(n.at, uint32(keys.Len()))
		n.codeAt = append(n.codeAt, uint32(codes.Len()))
		n.inactive = append(n.inactive, a.inactive)
	}
	n.strict, n.codes = keys.String(), codes.String()
	n.loose = loosen(n.strict)
	return n
}

func (n *names) key(i int) string  { return n.strict[n.at[i] : n.at[i+1]-1] }
func (n *names) code(i int) string { return n.codes[n.codeAt[i]:n.codeAt[i+1]] }
