package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// Seq is a record's place in the journal, from 1 without gaps, never restarting on a box.
type Seq uint64

// Box names a box: the first 16 bytes of the SHA-256 of its Ed25519 public key.
type Box [16]byte

// Hash is the SHA-256 of a record's bytes.
type Hash [sha256.Size]byte

// String returns the box id in hex.
func (b Box) String() string { return hex.EncodeToString(b[:]) }

// String returns the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads 64 hex digits.
func ParseHash(s string) (h Hash, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, errors.New("journal: not a SHA-256 in hex")
	}
	copy(h[:], b)
	return h, nil
}

// BoxOf returns the box id of a public key.
func BoxOf(publicKey []byte) (b Box) {
	sum := sha256.Sum256(publicKey)
	copy(b[:], sum[:])
	return b
}

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(b []byte) error {
	v, err := ParseHash(string(b))
	if err == nil {
		*h = v
	}
	return err
}

// Record is one fact as the journal keeps it.
type Record struct {
	Seq   Seq
	Box   Box
	Epoch uint32 // 0: never joined
	Time  int64  // UTC, µs since 1970; an attribute, never the order
	Kind  string
	Body  []byte
	Prev  Hash
	Raw   []byte // the bytes stored, and sent
	Hash  Hash   // SHA-256 of Raw
}

// Limits of a record.
const (
	recordFormat = 1
	maxKind      = 64
	// MaxBody bounds a fact's body: a sale of a thousand lines takes half of it.
	MaxBody   = 1 << 20
	headLen   = 1 + 8 + 16 + 4 + 8 + 1
	minRecord = headLen + 1 + 4 + sha256.Size
	maxRecord = headLen + maxKind + 4 + MaxBody + sha256.Size
	keyLen    = 8
)

// encode fills Raw and Hash from the other fields.
func (r *Record) encode() error {
	if !goodKind(r.Kind) || len(r.Body) > MaxBody {
		return fmt.Errorf("journal: record of kind %q with %d bytes is out of bounds", r.Kind, len(r.Body))
	}
	raw := make([]byte, 0, minRecord+len(r.Kind)+len(r.Body))
	raw = append(raw, recordFormat)
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.Seq))
	raw = append(raw, r.Box[:]...)
	raw = binary.BigEndian.AppendUint32(raw, r.Epoch)
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.Time))
	raw = append(raw, byte(len(r.Kind)))
	raw = append(raw, r.Kind...)
	raw = binary.BigEndian.AppendUint32(raw, uint32(len(r.Body)))
	raw = append(raw, r.Body...)
	raw = append(raw, r.Prev[:]...)
	r.Raw, r.Hash = raw, sha256.Sum256(raw)
	return nil
}

// Make returns a record whose Raw and Hash follow from its other fields: what a box that keeps no journal on a disk,
// a simulated one say, sends.
func Make(r Record) (Record, error) {
	err := r.encode()
	return r, err
}

// Decode reads a record from its bytes. The record keeps raw.
func Decode(raw []byte) (Record, error) {
	bad := func(what string) (Record, error) { return Record{}, errors.New("journal: record: " + what) }
	if len(raw) < minRecord || len(raw) > maxRecord {
		return bad("length " + strconv.Itoa(len(raw)))
	}
	if raw[0] != recordFormat {
		return bad("format " + strconv.Itoa(int(raw[0])))
	}
	r := Record{Raw: raw, Seq: Seq(binary.BigEndian.Uint64(raw[1:]))}
	copy(r.Box[:], raw[9:])
	r.Epoch = binary.BigEndian.Uint32(raw[25:])
	r.Time = int64(binary.BigEndian.Uint64(raw[29:]))
	kind := int(raw[37])
	rest := raw[headLen:]
	if kind == 0 || kind > maxKind || len(rest) < kind+4+sha256.Size {
		return bad("kind length " + strconv.Itoa(kind))
	}
	r.Kind = string(rest[:kind])
	if !goodKind(r.Kind) {
		return bad("kind " + strconv.Quote(r.Kind))
	}
	body := binary.BigEndian.Uint32(rest[kind:])
	rest = rest[kind+4:]
	if int64(body) != int64(len(rest))-sha256.Size {
		return bad("body length " + strconv.FormatUint(uint64(body), 10))
	}
	r.Body = rest[:body:body]
	copy(r.Prev[:], rest[body:])
	r.Hash = sha256.Sum256(raw)
	return r, nil
}

func goodKind(k string) bool {
	for i := range len(k) {
		if k[i] <= ' ' || k[i] > '~' {
			return false
		}
	}
	return k != "" && len(k) <= maxKind
}

func key(s Seq) []byte { return binary.BigEndian.AppendUint64(nil, uint64(s)) }
