package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"go.etcd.io/bbolt"
)

// What stands beside the records is in no chain, and bbolt keeps no sums: a flipped bit in an open basket would sell at
// another price, one in the stored state would number a bill twice. So every value outside "records" ends with a
// CRC-32C, big-endian, of its bucket's name, its key and itself, the first two each followed by a zero byte.

const sumLen = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errSum = errors.New("checksum does not fit")

func sumOf(bucket, k, v []byte) uint32 {
	sum := crc32.Update(0, castagnoli, bucket)
	sum = crc32.Update(sum, castagnoli, []byte{0})
	sum = crc32.Update(sum, castagnoli, k)
	sum = crc32.Update(sum, castagnoli, []byte{0})
	return crc32.Update(sum, castagnoli, v)
}

// summed returns v with its sum behind it, as it is stored.
func summed(bucket, k, v []byte) []byte {
	out := make([]byte, len(v), len(v)+sumLen)
	copy(out, v)
	return binary.BigEndian.AppendUint32(out, sumOf(bucket, k, v))
}

// content returns what a stored value holds, without its sum; it shares stored's bytes.
func content(bucket, k, stored []byte) ([]byte, error) {
	n := len(stored) - sumLen
	if n < 0 || binary.BigEndian.Uint32(stored[n:]) != sumOf(bucket, k, stored[:n]) {
		return nil, errSum
	}
	return stored[:n:n], nil
}

// seqIn reads a value that is a sequence.
func seqIn(bucket, k, stored []byte) (Seq, error) {
	v, err := content(bucket, k, stored)
	if err != nil {
		return 0, err
	}
	if len(v) != keyLen {
		return 0, errors.New("is no sequence")
	}
	return Seq(binary.BigEndian.Uint64(v)), nil
}

// put stores a value of a bucket that is not chained.
func put(tx *bbolt.Tx, bucket, k, v []byte) error {
	return tx.Bucket(bucket).Put(k, summed(bucket, k, v))
}
