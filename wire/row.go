package wire

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"

	"posbox/journal"
)

// Bounds of a row of master data.
const (
	MaxRegister = 32      // bytes of a register's name
	MaxCode     = 256     // bytes of a row's code
	MaxBody     = 1 << 20 // bytes of a row's content
	rowHead     = 8 + 1 + 1 + 2 + 4
)

// Row is one entry of a register as it is since a version: its content, or that it is gone.
//
//	offset size
//	     0    8  version
//	     8    1  0: there, 1: gone
//	     9    1  length of the register's name
//	    10    2  length of the code
//	    12    4  length of the content
//	    16       register, code, content (JSON)
type Row struct {
	Version  uint64
	Gone     bool
	Register string
	Code     string
	Body     []byte // JSON; none where it is gone
}

// ErrRow is returned for bytes that are no row.
var ErrRow = errors.New("wire: not a row of master data")

// check reports whether a row can be written.
func (r Row) check() bool {
	n := len(r.Body)
	return r.Version > 0 && r.Version < 1<<62 && len(r.Register) > 0 && len(r.Register) <= MaxRegister &&
		len(r.Code) > 0 && len(r.Code) <= MaxCode && n <= MaxBody && r.Gone == (n == 0)
}

// Append adds the row's bytes to b.
func (r Row) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, r.Version)
	gone := byte(0)
	if r.Gone {
		gone = 1
	}
	b = append(b, gone, byte(len(r.Register)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.Code)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Body)))
	b = append(b, r.Register...)
	b = append(b, r.Code...)
	return append(b, r.Body...)
}

// Size is how many bytes Append adds.
func (r Row) Size() int { return rowHead + len(r.Register) + len(r.Code) + len(r.Body) }

// Key orders the rows of a snapshot: by the bytes of register, zero, code.
func (r Row) Key() string { return r.Register + "\x00" + r.Code }

// head reads what stands before a row's texts.
func (r *Row) head(b []byte) (register, code, body int, ok bool) {
	r.Version, r.Gone = binary.BigEndian.Uint64(b), b[8] == 1
	register, code, body = int(b[9]), int(binary.BigEndian.Uint16(b[10:])), int(binary.BigEndian.Uint32(b[12:]))
	ok = b[8] <= 1 && register <= MaxRegister && code <= MaxCode && body <= MaxBody
	return register, code, body, ok
}

// ReadRow reads the row that b begins with, and returns what stands behind it. The row's content is part of b.
func ReadRow(b []byte) (r Row, rest []byte, err error) {
	if len(b) < rowHead {
		return r, nil, ErrRow
	}
	register, code, body, ok := r.head(b)
	if b = b[rowHead:]; !ok || len(b) < register+code+body {
		return Row{}, nil, ErrRow
	}
	r.Register, r.Code = string(b[:register]), string(b[register:register+code])
	r.Body = b[register+code:][:body:body]
	if !r.check() {
		return Row{}, nil, ErrRow
	}
	return r, b[register+code+body:], nil
}

// Chain is the hash of a scope's whole history: of the chain before and the bytes of the newest change. It begins with zeros.
func Chain(before journal.Hash, r Row) journal.Hash {
	h := sha256.New()
	h.Write(before[:])
	h.Write(r.Append(make([]byte, 0, r.Size())))
	return journal.Hash(h.Sum(nil))
}

// Rows reads the rows of a snapshot one by one.
type Rows struct {
	r      *bufio.Reader
	buf    []byte
	names  map[string]string // registers' names, each made once
	before string
}

// NewRows reads rows that stand one behind the other.
func NewRows(r io.Reader) *Rows {
	return &Rows{r: bufio.NewReaderSize(r, 1<<16), names: map[string]string{}}
}

// Next returns the next row; io.EOF behind the last. Its content is valid until the next call. Rows out of order, twice
// or gone are an error: a snapshot has none.
func (s *Rows) Next() (r Row, err error) {
	if err := s.fill(rowHead); err != nil {
		if err == io.EOF {
			return r, io.EOF
		}
		return r, ErrRow
	}
	register, code, body, ok := r.head(s.buf)
	if !ok || s.fill(register+code+body) != nil {
		return r, ErrRow
	}
	name := s.buf[:register]
	if r.Register, ok = s.names[string(name)]; !ok {
		r.Register = string(name)
		if len(s.names) < 64 {
			s.names[r.Register] = r.Register
		}
	}
	r.Code, r.Body = string(s.buf[register:register+code]), s.buf[register+code:][:body:body]
	key := r.Key()
	if !r.check() || r.Gone || key <= s.before {
		return Row{}, ErrRow
	}
	s.before = key
	return r, nil
}

// fill reads n bytes into the buffer; io.EOF where nothing at all is left.
func (s *Rows) fill(n int) error {
	if cap(s.buf) < n {
		s.buf = make([]byte, 2*n)
	}
	s.buf = s.buf[:n]
	_, err := io.ReadFull(s.r, s.buf)
	return err
}
