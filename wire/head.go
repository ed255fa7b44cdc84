package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"

	"posbox/journal"
)

// Standing is what BAAZ thinks of a box.
type Standing string

// Standings.
const (
	Active   Standing = "active"
	Replaced Standing = "replaced" // another box has its sales point
	Revoked  Standing = "revoked"  // nothing is taken from it any more
)

// Head is BAAZ's answer to everything that a box sends: how much of its chain is durable there. BAAZ signs it with the
// key that the box has pinned, so that nobody in between, no captive portal and no cache, can acknowledge a record.
type Head struct {
	Status    int          `json:"status"` // of the HTTP answer: 200, 403, 409, 412
	Box       string       `json:"box"`    // hex
	Seq       journal.Seq  `json:"seq"`    // of the newest durable record; 0: none
	Hash      journal.Hash `json:"hash"`   // of that record; zeros: none
	Standing  Standing     `json:"standing"`
	Time      int64        `json:"time"`      // BAAZ's clock, UTC µs
	Signature string       `json:"signature"` // hex
	// What went wrong, where Status is not 200.
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
	Hint string `json:"hint,omitempty"`
}

// Sign signs the head.
func (h *Head) Sign(key ed25519.PrivateKey) {
	h.Signature = hex.EncodeToString(ed25519.Sign(key, h.message()))
}

// SignedBy reports whether BAAZ's key signed this head for this box.
func (h Head) SignedBy(key ed25519.PublicKey, box journal.Box) bool {
	signature, err := hex.DecodeString(h.Signature)
	return err == nil && len(key) == ed25519.PublicKeySize && h.Box == box.String() && ed25519.Verify(key, h.message(), signature)
}

func (h Head) message() []byte {
	m := []byte("posbox head 1\n")
	m = binary.BigEndian.AppendUint16(m, uint16(h.Status))
	m = appendText(m, h.Box)
	m = binary.BigEndian.AppendUint64(m, uint64(h.Seq))
	m = append(m, h.Hash[:]...)
	m = appendText(m, string(h.Standing))
	return binary.BigEndian.AppendUint64(m, uint64(h.Time))
}

// appendText adds a text with its length.
func appendText(m []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(m, uint32(len(s))), s...)
}
