package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zstd"

	"posbox/journal"
	"posbox/pos/fault"
)

// Bounds of a batch.
const (
	MaxBatch   = 4 << 20 // bytes of the whole request
	MaxRecords = 4096
	MaxRaw     = 8 << 20 // bytes of all records with their lengths, unpacked
)

// magic begins a batch; its last character is the format.
const magic = "PBB1"

// headLen is what stands before the packed records.
const headLen = 4 + ed25519.PublicKeySize + 8 + 4 + 4 + ed25519.SignatureSize

// BatchStart is how much of a batch says whose it is.
const BatchStart = 4 + ed25519.PublicKeySize

// BatchBox tells whose a batch says it is, by its first BatchStart bytes; nothing of it is proved yet.
func BatchBox(start []byte) (b journal.Box, ok bool) {
	if len(start) < BatchStart || string(start[:4]) != magic {
		return b, false
	}
	return journal.BoxOf(start[4:BatchStart]), true
}

// Batch is a row of records of one box that follow each other, as their box signed them.
type Batch struct {
	Key     ed25519.PublicKey
	Box     journal.Box
	Records []journal.Record // at least one
}

// First returns the oldest record.
func (b Batch) First() journal.Record { return b.Records[0] }

// Last returns the newest record, whose hash is what the box has signed.
func (b Batch) Last() journal.Record { return b.Records[len(b.Records)-1] }

// RawSize returns how much of MaxRaw a record takes.
func RawSize(r journal.Record) int { return 4 + len(r.Raw) }

// Pack makes the request that carries records, which must follow each other.
func Pack(key ed25519.PrivateKey, records []journal.Record) ([]byte, error) {
	var raw []byte
	for _, r := range records {
		raw = binary.BigEndian.AppendUint32(raw, uint32(len(r.Raw)))
		raw = append(raw, r.Raw...)
	}
	if len(records) == 0 || len(records) > MaxRecords || len(raw) > MaxRaw {
		return nil, fault.New(fault.BatchTooLarge)
	}
	public := key.Public().(ed25519.PublicKey)
	first, last := records[0].Seq, records[len(records)-1].Hash
	out := append([]byte(magic), public...)
	out = binary.BigEndian.AppendUint64(out, uint64(first))
	out = binary.BigEndian.AppendUint32(out, uint32(len(records)))
	out = binary.BigEndian.AppendUint32(out, uint32(len(raw)))
	out = append(out, ed25519.Sign(key, batchMessage(journal.BoxOf(public), first, len(records), last))...)
	return packer().EncodeAll(raw, out), nil
}

// batchMessage is what the box signs: who, which records, and the last hash, from which all others follow.
func batchMessage(box journal.Box, first journal.Seq, count int, last journal.Hash) []byte {
	m := append([]byte("posbox batch 1\n"), box[:]...)
	m = binary.BigEndian.AppendUint64(m, uint64(first))
	m = binary.BigEndian.AppendUint32(m, uint32(count))
	return append(m, last[:]...)
}

// Unpack reads a batch and proves it: its form, that the records follow each other, and the signature. It takes at most
// MaxRaw of memory, whatever the bytes say. Errors are faults: batch.malformed, batch.too_large, batch.signature.
func Unpack(body []byte) (Batch, error) {
	bad := func(cause error) (Batch, error) { return Batch{}, fault.Wrap(cause, fault.BatchMalformed) }
	if len(body) > MaxBatch {
		return Batch{}, fault.New(fault.BatchTooLarge)
	}
	if len(body) < headLen || string(body[:4]) != magic {
		return bad(errors.New("not a batch"))
	}
	b := Batch{Key: ed25519.PublicKey(bytes.Clone(body[4:36]))}
	b.Box = journal.BoxOf(b.Key)
	first := journal.Seq(binary.BigEndian.Uint64(body[36:]))
	count, size := binary.BigEndian.Uint32(body[44:]), binary.BigEndian.Uint32(body[48:])
	switch {
	case count > MaxRecords || size > MaxRaw:
		return Batch{}, fault.New(fault.BatchTooLarge)
	case count == 0 || first == 0 || first > 1<<62:
		return bad(errors.New("sequence or count out of bounds"))
	}
	raw, err := unpack(body[headLen:], int(size))
	if err != nil {
		return bad(err)
	}
	if b.Records, err = split(raw, int(count)); err != nil {
		return bad(err)
	}
	if err := b.follow(first); err != nil {
		return bad(err)
	}
	if !ed25519.Verify(b.Key, batchMessage(b.Box, first, int(count), b.Last().Hash), body[52:headLen]) {
		return Batch{}, fault.New(fault.BatchSignature)
	}
	return b, nil
}

// split cuts the records apart.
func split(raw []byte, count int) ([]journal.Record, error) {
	records := make([]journal.Record, 0, count)
	for len(records) < count {
		if len(raw) < 4 {
			return nil, errors.New("cut off")
		}
		n := binary.BigEndian.Uint32(raw)
		if raw = raw[4:]; uint64(n) > uint64(len(raw)) {
			return nil, errors.New("cut off")
		}
		r, err := journal.Decode(raw[:n:n])
		if err != nil {
			return nil, err
		}
		records, raw = append(records, r), raw[n:]
	}
	if len(raw) > 0 {
		return nil, errors.New("something stands behind the last record")
	}
	return records, nil
}

// follow checks that all records are of this box, and that each follows from the one before.
func (b Batch) follow(first journal.Seq) error {
	for i, r := range b.Records {
		if r.Box != b.Box || r.Seq != first+journal.Seq(i) || i > 0 && r.Prev != b.Records[i-1].Hash {
			return fmt.Errorf("record %d does not follow", i)
		}
	}
	return nil
}

// The packers are made once: each holds some memory, and all may be used from any goroutine.
var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
	if err != nil {
		panic(err) // fixed options
	}
	return e
})

var unpackers = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(MaxRaw), zstd.WithDecoderMaxWindow(MaxRaw))
	if err != nil {
		panic(err) // fixed options
	}
	return d
}}

// unpack reads exactly size bytes out of packed ones: a bomb is never unpacked further than it promised.
func unpack(packed []byte, size int) ([]byte, error) {
	d := unpackers.Get().(*zstd.Decoder)
	defer unpackers.Put(d)
	if err := d.Reset(bytes.NewReader(packed)); err != nil {
		return nil, err
	}
	defer d.Reset(nil)
	raw := make([]byte, size)
	if _, err := io.ReadFull(d, raw); err != nil {
		return nil, fmt.Errorf("shorter than %d bytes: %w", size, err)
	}
	var more [1]byte
	if n, err := d.Read(more[:]); n > 0 || err != io.EOF {
		return nil, errors.New("longer than " + strconv.Itoa(size) + " bytes, or damaged")
	}
	return raw, nil
}
