package till

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/crypto/argon2"
)

// Parameters of new hashes: argon2id as RFC 9106 and OWASP advise for small machines, about 30 ms on a core. Codes of
// four digits stay guessable by whoever steals the journal; the hash only makes it slow.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLen    = 32
)

// HashPassword returns the PHC string of an argon2id hash. salt must be at least 8 random bytes.
func HashPassword(password string, salt []byte) string {
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, argonLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", argonMemory, argonTime, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// VerifyPassword reports whether password has the hash. A hash that cannot be read fits nothing; its cost is bounded,
// so that a hash from outside cannot stop the till.
func VerifyPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v=19" || len(password) > 128 {
		return false
	}
	var memory, time uint32
	var lanes uint8
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); n != 3 || err != nil {
		return false
	}
	if memory < 8 || memory > 65536 || time < 1 || time > 10 || lanes < 1 || lanes > 4 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(sum) < 16 || len(sum) > 64 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, lanes, uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 && s == strings.TrimSpace(s)
}
