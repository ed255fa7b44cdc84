package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"

	"posbox/journal"
)

// Bounds of a page of changes.
const (
	MaxPageRows = 4096
	MaxPage     = 8 << 20 // bytes of the rows, unpacked
)

const (
	pageMagic = "PBC1" // its last character is the format
	pageHead  = 4 + 8 + 8 + 8 + 4 + 4 + 32 + ed25519.SignatureSize
)

// Page is a row of changes of one scope that follow each other.
//
//	offset size
//	     0    4  "PBC1"
//	     4    8  after: the changes begin behind this version
//	    12    8  head: the newest version there is
//	    20    8  time: BAAZ's clock, UTC µs
//	    28    4  number of changes, 0 to 4096
//	    32    4  size of the changes unpacked, at most 8 MiB
//	    36   32  chain of the scope's history behind the last of these changes
//	    68   64  signature by BAAZ's key
//	   132       one zstd stream of the changes
type Page struct {
	Scope Scope
	After uint64
	Head  uint64
	Time  int64
	Chain journal.Hash
	Rows  []Row
}

// Last is the version up to which the page leads.
func (p Page) Last() uint64 { return p.After + uint64(len(p.Rows)) }

// Pack makes the page's bytes and signs them with BAAZ's key.
func (p Page) Pack(baaz ed25519.PrivateKey) ([]byte, error) {
	var raw []byte
	for _, r := range p.Rows {
		raw = r.Append(raw)
	}
	if len(p.Rows) > MaxPageRows || len(raw) > MaxPage {
		return nil, errors.New("wire: too many changes for one page")
	}
	out := make([]byte, 0, pageHead+len(raw)/4)
	out = append(out, pageMagic...)
	out = binary.BigEndian.AppendUint64(out, p.After)
	out = binary.BigEndian.AppendUint64(out, p.Head)
	out = binary.BigEndian.AppendUint64(out, uint64(p.Time))
	out = binary.BigEndian.AppendUint32(out, uint32(len(p.Rows)))
	out = binary.BigEndian.AppendUint32(out, uint32(len(raw)))
	out = append(out, p.Chain[:]...)
	out = append(out, ed25519.Sign(baaz, p.message())...)
	return packer().EncodeAll(raw, out), nil
}

// message is what BAAZ signs: from where to where, and the chain, from which every change follows.
func (p Page) message() []byte {
	m := []byte("posbox changes 1\n")
	m = appendText(m, p.Scope.String())
	m = binary.BigEndian.AppendUint64(m, p.After)
	m = binary.BigEndian.AppendUint64(m, p.Last())
	m = binary.BigEndian.AppendUint64(m, p.Head)
	m = binary.BigEndian.AppendUint64(m, uint64(p.Time))
	return append(m, p.Chain[:]...)
}

// What UnpackPage refuses.
var (
	ErrPage      = errors.New("wire: not a page of changes")
	ErrPageKey   = errors.New("wire: the page is not signed by BAAZ's key, or is of another scope")
	ErrPageChain = errors.New("wire: the changes do not follow from what the box has")
)

// UnpackPage reads a page and proves it: its form, the signature, and that the changes follow from where the box stands.
// ErrPageChain where they do not, though BAAZ has signed them: then only a snapshot helps.
func UnpackPage(body []byte, key ed25519.PublicKey, scope Scope, from Position) (Page, error) {
	if len(body) < pageHead || string(body[:4]) != pageMagic {
		return Page{}, ErrPage
	}
	p := Page{Scope: scope, After: binary.BigEndian.Uint64(body[4:]), Head: binary.BigEndian.Uint64(body[12:]),
		Time: int64(binary.BigEndian.Uint64(body[20:])), Chain: journal.Hash(body[36:68])}
	count, size := binary.BigEndian.Uint32(body[28:]), binary.BigEndian.Uint32(body[32:])
	if count > MaxPageRows || size > MaxPage || p.After > 1<<62 {
		return Page{}, ErrPage
	}
	raw, err := unpack(body[pageHead:], int(size))
	if err != nil {
		return Page{}, errors.Join(ErrPage, err)
	}
	if p.Rows, err = splitRows(raw, int(count), p.After); err != nil {
		return Page{}, err
	}
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, p.message(), body[68:pageHead]) {
		return Page{}, ErrPageKey
	}
	chain := from.Chain
	for _, r := range p.Rows {
		chain = Chain(chain, r)
	}
	if p.After != from.Version || chain != p.Chain || p.Head < p.Last() {
		return Page{}, ErrPageChain
	}
	return p, nil
}

// splitRows cuts changes apart; each has the version after the one before.
func splitRows(raw []byte, count int, after uint64) ([]Row, error) {
	rows := make([]Row, 0, count)
	for len(rows) < count {
		r, rest, err := ReadRow(raw)
		if err != nil {
			return nil, err
		}
		if r.Version != after+uint64(len(rows))+1 {
			return nil, ErrPage
		}
		rows, raw = append(rows, r), rest
	}
	if len(raw) > 0 {
		return nil, ErrPage
	}
	return rows, nil
}
