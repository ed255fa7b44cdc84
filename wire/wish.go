package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"posbox/journal"
)

// WishTarget is where a box asks what it is wished to do.
const WishTarget = "/v1/wish"

// Wish is BAAZ's answer to what a box is wished to do. BAAZ signs it: nobody in between can make a box tell of itself.
type Wish struct {
	Box string `json:"box"` // hex
	// Logs names a wish for the box's logs, digits; empty: nobody wants them. By is who has asked.
	Logs      string `json:"logs"`
	By        string `json:"by"`
	Time      int64  `json:"time"` // BAAZ's clock, UTC µs
	Signature string `json:"signature"`
}

// Sign signs the answer with BAAZ's key.
func (w *Wish) Sign(baaz ed25519.PrivateKey) {
	w.Signature = hex.EncodeToString(ed25519.Sign(baaz, w.message()))
}

// SignedBy reports whether BAAZ's key signed this answer for this box.
func (w Wish) SignedBy(key ed25519.PublicKey, box journal.Box) bool {
	return w.Box == box.String() && signedBy(key, w.message(), w.Signature)
}

func (w Wish) message() []byte {
	m := []byte("posbox wish 1\n")
	for _, text := range []string{w.Box, w.Logs, w.By} {
		m = appendText(m, text)
	}
	return binary.BigEndian.AppendUint64(m, uint64(w.Time))
}

// MaxLogs bounds the logs that a box hands over: a zip file, in bytes.
const MaxLogs = 4 << 20

// LogsTarget is where logs go that were wished for. Like a heartbeat's, the target names its body.
func LogsTarget(wish string, body []byte) string {
	sum := sha256.Sum256(body)
	return "/v1/logs/" + wish + "?body=" + hex.EncodeToString(sum[:])
}

// StreamEvent is what a box's stream says.
type StreamEvent string

// What it says. None of it is believed: each makes the box ask.
const (
	Beat   StreamEvent = ""      // the stream is alive
	Nudge  StreamEvent = "nudge" // master data has changed
	Wished StreamEvent = "wish"  // the box is wished to do something
	// Elsewhere ends a stream: somebody has opened another one under this box's name. Who still hears it is one of two.
	Elsewhere StreamEvent = "elsewhere"
)
