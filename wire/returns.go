package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"

	"posbox/journal"
)

// MaxReturn bounds the answer about a sale whose goods come back, in bytes: a sale of 1000 lines is half a megabyte.
const MaxReturn = 4 << 20

// ReturnTarget is where a box asks for the sale that a code on a receipt names.
func ReturnTarget(code string) string { return "/v1/returns/" + code }

// ReturnSale is BAAZ's answer to a box at which goods come back that another point has sold: the sale, what has come back of
// it by any till, and a claim. As long as a claim holds no other box gets one for the same sale. BAAZ signs it.
type ReturnSale struct {
	Box       string   `json:"box"`   // hex, of the box that asked
	Point     uint64   `json:"point"` // that sold
	PointName string   `json:"point_name"`
	Sale      []byte   `json:"sale"`    // body of the record sale.completed, base64
	Returns   [][]byte `json:"returns"` // bodies of the records sale.returned, base64, oldest first
	Claim     string   `json:"claim"`
	Until     int64    `json:"until"` // of the claim, BAAZ's clock, UTC µs
	Time      int64    `json:"time"`  // BAAZ's clock, UTC µs
	Signature string   `json:"signature"`
}

// Sign signs the answer with BAAZ's key.
func (s *ReturnSale) Sign(baaz ed25519.PrivateKey) {
	s.Signature = hex.EncodeToString(ed25519.Sign(baaz, s.message()))
}

// SignedBy reports whether BAAZ's key signed this answer for this box.
func (s ReturnSale) SignedBy(key ed25519.PublicKey, box journal.Box) bool {
	return s.Box == box.String() && signedBy(key, s.message(), s.Signature)
}

func (s ReturnSale) message() []byte {
	m := []byte("posbox return 1\n")
	m = appendText(m, s.Box)
	m = binary.BigEndian.AppendUint64(m, s.Point)
	m = appendText(m, s.PointName)
	m = appendText(m, string(s.Sale))
	m = binary.BigEndian.AppendUint32(m, uint32(len(s.Returns)))
	for _, r := range s.Returns {
		m = appendText(m, string(r))
	}
	m = appendText(m, s.Claim)
	m = binary.BigEndian.AppendUint64(m, uint64(s.Until))
	return binary.BigEndian.AppendUint64(m, uint64(s.Time))
}
