package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"posbox/journal"
)

// RequestLife is how far the time of a signed request may lie from BAAZ's clock, either way. The box tells BAAZ's time
// as its last signed head says it, never its own: whatever a box believes, it can prove who it is.
const RequestLife = 5 * time.Minute

// scheme begins the header of a signed request.
const scheme = "Posbox "

// Request is what a box signs when it asks for something that only it may see.
type Request struct {
	Method string
	Target string // path and query as they stand in the request
	Box    journal.Box
	Time   int64             // BAAZ's clock, UTC µs
	BAAZ   ed25519.PublicKey // whom it is meant for
}

func (r Request) message() []byte {
	m := []byte("posbox request 1\n")
	m = appendText(m, r.Method)
	m = appendText(m, r.Target)
	m = append(m, r.Box[:]...)
	m = binary.BigEndian.AppendUint64(m, uint64(r.Time))
	return append(m, r.BAAZ...)
}

// Sign returns the header Authorization of the request.
func (r Request) Sign(box ed25519.PrivateKey) string {
	r.Box = journal.BoxOf(box.Public().(ed25519.PublicKey))
	return scheme + r.Box.String() + " " + strconv.FormatInt(r.Time, 10) + " " + hex.EncodeToString(ed25519.Sign(box, r.message()))
}

// Signed is a request as it came.
type Signed struct {
	Method string
	Target string
	Header string // Authorization
}

// Errors of a signed request.
var (
	ErrUnsigned = errors.New("wire: the request is not signed")
	ErrStale    = errors.New("wire: the request is too old or too new")
)

// Claim is what a header says; nothing of it is proved yet.
type Claim struct {
	Box       journal.Box
	Time      int64
	signature []byte
}

// ReadClaim reads the header Authorization.
func ReadClaim(header string) (c Claim, err error) {
	rest, ok := strings.CutPrefix(header, scheme)
	parts := strings.Split(rest, " ")
	if !ok || len(parts) != 3 {
		return c, ErrUnsigned
	}
	box, err1 := hex.DecodeString(parts[0])
	at, err2 := strconv.ParseInt(parts[1], 10, 64)
	signature, err3 := hex.DecodeString(parts[2])
	if errors.Join(err1, err2, err3) != nil || len(box) != len(c.Box) || len(signature) != ed25519.SignatureSize {
		return c, ErrUnsigned
	}
	return Claim{journal.Box(box), at, signature}, nil
}

// Proved reports whether the box with this public key signed the request for this BAAZ, and not long before or after now.
func (c Claim) Proved(s Signed, baaz, key ed25519.PublicKey, now int64) error {
	if len(key) != ed25519.PublicKeySize || journal.BoxOf(key) != c.Box {
		return ErrUnsigned
	}
	r := Request{s.Method, s.Target, c.Box, c.Time, baaz}
	if !ed25519.Verify(key, r.message(), c.signature) {
		return ErrUnsigned
	}
	if life := RequestLife.Microseconds(); c.Time < now-life || c.Time > now+life {
		return ErrStale
	}
	return nil
}
