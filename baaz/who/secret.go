package who

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"posbox/baaz/store"
)

// A secret is what somebody comes in with: a kind, the home, 24 random bytes. It names its home itself, so that nothing
// has to be looked up over all companies; only its SHA-256 is kept.
type secretKind string

const (
	secretSession secretKind = "s_"
	secretLink    secretKind = "l_"
	secretToken   secretKind = "baaz_" // so that scanners for lost secrets can find it
)

const secretBytes = 8 + 24

var secretText = base64.RawURLEncoding.Strict()

func newSecret(k secretKind, home store.Company) (text string, hash []byte) {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, secretBytes), uint64(home))
	b = b[:secretBytes]
	rand.Read(b[8:]) // never fails: crypto/rand ends the process instead
	return string(k) + secretText.EncodeToString(b), hashSecret(k, b)
}

func hashSecret(k secretKind, b []byte) []byte {
	sum := sha256.Sum256(append([]byte("posbox "+k), b...))
	return sum[:]
}

var errSecret = errors.New("who: not a secret of this kind")

func parseSecret(k secretKind, text string) (home store.Company, hash []byte, err error) {
	rest, ok := strings.CutPrefix(text, string(k))
	if !ok || len(rest) != secretText.EncodedLen(secretBytes) {
		return 0, nil, errSecret
	}
	b, err := secretText.DecodeString(rest)
	if err != nil {
		return 0, nil, errSecret
	}
	if home = store.Company(binary.BigEndian.Uint64(b)); home < 0 {
		return 0, nil, errSecret
	}
	return home, hashSecret(k, b), nil
}

// idOf names a session or a token among those of its home, and does not let anybody in.
func idOf(hash []byte) string { return hex.EncodeToString(hash[:8]) }
