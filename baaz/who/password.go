package who

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"posbox/pos/fault"
)

// Cost is what a password's hash costs. The zero value is what servers use: RFC 9106's second choice, for one lane.
type Cost struct {
	Memory uint32 // KiB
	Time   uint32
}

func (c Cost) orDefault() Cost {
	if c.Memory == 0 {
		return Cost{64 << 10, 3}
	}
	return c
}

const (
	saltLen, sumLen = 16, 32
	// passwordLeast and passwordMost bound a password, in characters and bytes.
	passwordLeast, passwordMost = 10, 200
)

// hashPassword returns the PHC string of an argon2id hash.
func hashPassword(password string, c Cost) string {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Time, c.Memory, 1, sumLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", c.Memory, c.Time, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// verifyPassword reports whether a password has the hash, and what the hash cost. What cannot be read fits nothing.
func verifyPassword(hash, password string) (Cost, bool) {
	var c Cost
	var salt, sum string
	if _, err := fmt.Sscanf(strings.ReplaceAll(hash, "$", " "), " argon2id v=19 m=%d,t=%d,p=1 %s %s", &c.Memory, &c.Time, &salt, &sum); err != nil {
		return c, false
	}
	s, err1 := base64.RawStdEncoding.DecodeString(salt)
	want, err2 := base64.RawStdEncoding.DecodeString(sum)
	if err1 != nil || err2 != nil || len(s) != saltLen || len(want) != sumLen || c.Memory > 1<<20 || c.Time < 1 || c.Time > 16 {
		return c, false
	}
	got := argon2.IDKey([]byte(norm.NFC.String(password)), s, c.Time, c.Memory, 1, sumLen)
	return c, subtle.ConstantTimeCompare(got, want) == 1
}

// worst are passwords that everybody tries first, among those that are long enough.
var worst = []string{"1234567890", "0987654321", "0123456789", "1q2w3e4r5t", "qwertyuiop", "password12", "password123", "passw0rd12", "йцукенгшщз", "фцужэнгшүз"}

// judgePassword refuses a password that is guessed quickly.
func judgePassword(password, login string) error {
	weak := func(detail string) error { return fault.New(fault.PersonPassword, "detail", detail) }
	if !utf8.ValidString(password) || len(password) > passwordMost || utf8.RuneCountInString(password) < passwordLeast {
		return weak(fmt.Sprintf("%d to %d printable characters are needed", passwordLeast, passwordMost))
	}
	different := map[rune]bool{}
	for _, r := range password {
		if !unicode.IsPrint(r) {
			return weak(fmt.Sprintf("%d to %d printable characters are needed", passwordLeast, passwordMost))
		}
		different[r] = true
	}
	low := strings.ToLower(password)
	if len(different) < 5 || login != "" && strings.Contains(low, login) {
		return weak("it is too easy to guess")
	}
	for _, w := range worst {
		if strings.Contains(low, w) {
			return weak("it is too easy to guess")
		}
	}
	return nil
}

// hashing runs a computation of a hash. So many at once fit the machine; the next waits a moment, then is told to come back.
func (p *People) hashing(ctx context.Context, do func()) error {
	wait, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	select {
	case p.hashers <- struct{}{}:
		defer func() { <-p.hashers }()
		do()
		return nil
	case <-wait.Done():
		return fault.Wrap(wait.Err(), fault.ServerBusy)
	}
}
