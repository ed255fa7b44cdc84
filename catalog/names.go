package catalog

import (
	"encoding/json"
	"sort"
	"strings"

	"go.etcd.io/bbolt"

	goods "posbox/pos/catalog"
)

// names are all folded names in arrays that hold no pointers, so that the garbage collector passes them by. Goods stand
// in order of name and then code; entry i lies between at[i] and at[i+1], without the zero byte that ends it.
type names struct {
	strict, loose string   // folded names, each ended by a zero byte; same positions in both
	at            []uint32 // n+1 positions
	codes         string   // codes one after another
	codeAt        []uint32 // n+1 positions
	inactive      []bool
}

// name is one good while names are being built.
type name struct {
	key, code string
	inactive  bool
}

// chunk is how many goods are copied out of the file at a time, so that a scan never waits for the building.
const chunk = 256

// buildNames reads all goods of the file. Where the file breaks or is closed on the way, it leaves the names as they
// were: the till can still scan, and Store.Problem says what happened.
func (g *generation) buildNames() {
	var all []name
	from := []byte{}
	for from != nil {
		var raw [][]byte
		err := g.view(func(tx *bbolt.Tx) error {
			raw, from = copyGoods(tx.Bucket(bucketGoods), from)
			return nil
		})
		if err != nil {
			return
		}
		if raw == nil {
			break
		}
		for _, v := range raw {
			if n, ok := readName(v); ok {
				all = append(all, n)
			}
		}
	}
	g.names.Store(arrange(all))
}

// copyGoods copies up to chunk values from key from on. It returns the key after the last, nil at the end.
func copyGoods(b *bbolt.Bucket, from []byte) (values [][]byte, next []byte) {
	c := b.Cursor()
	k, v := c.Seek(from)
	for ; k != nil && len(values) < chunk; k, v = c.Next() {
		values = append(values, append([]byte(nil), v...))
	}
	if k == nil {
		return values, nil
	}
	return values, append([]byte(nil), k...)
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

func (n *names) code(i int) goods.Code { return goods.Code(n.codes[n.codeAt[i]:n.codeAt[i+1]]) }
