package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"
)

// Key is a connection key (холболтын түлхүүр): what BAAZ shows once for a sales point, and a person types into the box.
//
// 15 random bytes are 24 characters of Crockford's base 32 (0-9 A-Z without I L O U), the most significant bits first; a
// check character follows. Written, they stand in five groups of five:
//
//	00000-00000-00000-00000-00000   the key of 15 zero bytes
//
// The check is a weighted sum over GF(32) (x⁵+x²+1, the character's value as polynomial): Σ xⁱ·vᵢ, i from 1. The weights
// differ, so that every single wrong character and every exchange of two characters is noticed.
//
// A key is a secret with a short life. It prints as dots; Reveal says it.
type Key struct{ text string }

const (
	// KeyBytes is how much chance a key is made of.
	KeyBytes  = 15
	keyData   = KeyBytes * 8 / 5 // characters without the check
	keyGroup  = 5
	maxKeyIn  = 200 // bytes that a person may type
	alphabet  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	reduction = 0b100101 // x⁵+x²+1
)

// What ParseKey refuses.
var (
	ErrKeyForm  = errors.New("wire: not 25 characters of a connection key")
	ErrKeyCheck = errors.New("wire: the connection key's check character does not fit")
)

// NewKey makes a key of the first 15 of random bytes; fewer panic, because a key that can be guessed is none.
func NewKey(random []byte) Key {
	var text []byte
	var bits, n uint
	for _, b := range random[:KeyBytes] {
		bits, n = bits<<8|uint(b), n+8
		for ; n >= 5; n -= 5 {
			text = append(text, alphabet[bits>>(n-5)&31])
		}
	}
	return Key{string(append(text, alphabet[check(text)]))}
}

// ParseKey reads a key as a person writes it: in groups or not, in small letters, with O for 0 and I or L for 1, and with
// the Cyrillic letters that look like Latin ones.
func ParseKey(s string) (Key, error) {
	if len(s) > maxKeyIn {
		return Key{}, ErrKeyForm
	}
	var text []byte
	for _, r := range strings.ToUpper(s) {
		if strings.ContainsRune(" \t\u00a0-–—_.", r) {
			continue
		}
		if i := strings.IndexRune(lookalikes, r); i >= 0 {
			r = []rune(meant)[len([]rune(lookalikes[:i]))]
		}
		if r >= 0x80 || strings.IndexByte(alphabet, byte(r)) < 0 {
			return Key{}, ErrKeyForm
		}
		text = append(text, byte(r))
	}
	if len(text) != keyData+1 {
		return Key{}, ErrKeyForm
	}
	if alphabet[check(text[:keyData])] != text[keyData] {
		return Key{}, ErrKeyCheck
	}
	return Key{string(text)}, nil
}

// lookalikes are taken for the characters of meant at the same places.
const (
	lookalikes = "OILАВЕКМНОРСТХУІ"
	meant      = "011ABEKMH0PCTXY1"
)

// check works the check character's value out.
func check(text []byte) byte {
	var sum, weight byte = 0, 1
	for _, c := range text {
		weight = times(weight, 2)
		sum ^= times(weight, byte(strings.IndexByte(alphabet, c)))
	}
	return sum
}

// times multiplies in GF(32).
func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 > 0 {
			p ^= a
		}
		if a <<= 1; a&32 > 0 {
			a ^= reduction
		}
	}
	return p
}

// Reveal returns the key as it is written, in groups.
func (k Key) Reveal() string {
	var groups []string
	for i := 0; i < len(k.text); i += keyGroup {
		groups = append(groups, k.text[i:i+keyGroup])
	}
	return strings.Join(groups, "-")
}

// Fingerprint tells one key from another and does not give it away: the first 8 bytes of its SHA-256 in hex.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256([]byte(k.text))
	return hex.EncodeToString(sum[:8])
}

// String keeps the key out of texts.
func (Key) String() string { return "·····" }

// GoString keeps the key out of %#v.
func (Key) GoString() string { return "wire.Key{·····}" }

// LogValue keeps the key out of logs.
func (Key) LogValue() slog.Value { return slog.StringValue("·····") }
