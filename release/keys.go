package release

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// KeyID tells keys apart: the first bytes of the public key's SHA-256.
type KeyID [8]byte

// String gives hex.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// IDOf is a public key's.
func IDOf(k ed25519.PublicKey) (id KeyID) {
	sum := sha256.Sum256(k)
	copy(id[:], sum[:])
	return id
}

// Keys are the public keys whose signature a box believes.
type Keys map[KeyID]ed25519.PublicKey

// Words that a line of a key file begins with.
const (
	publicWord = "posbox-release-key"
	secretWord = "posbox-release-secret"
)

// maxKeys bounds a key file.
const maxKeys = 64

// ParseKeys reads a file of public keys, one a line; empty lines and those that begin with # are passed.
//
//	posbox-release-key 8f2c… base64 comment
func ParseKeys(b []byte) (Keys, error) {
	keys := Keys{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		raw, err := parseKey(line, publicWord, ed25519.PublicKeySize, func(b []byte) ed25519.PublicKey { return b })
		if err != nil {
			return nil, fmt.Errorf("release: line %d: %w", n, err)
		}
		if len(keys) == maxKeys {
			return nil, fmt.Errorf("release: more than %d keys", maxKeys)
		}
		keys[IDOf(raw)] = ed25519.PublicKey(raw)
	}
	return keys, lines.Err()
}

// ParseSecret reads a file with one secret key.
func ParseSecret(b []byte) (ed25519.PrivateKey, error) {
	for _, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		seed, err := parseKey(line, secretWord, ed25519.SeedSize, func(b []byte) ed25519.PublicKey { return public(ed25519.NewKeyFromSeed(b)) })
		if err != nil {
			return nil, fmt.Errorf("release: %w", err)
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	return nil, fmt.Errorf("release: no line that begins with %s", secretWord)
}

// parseKey reads a line; the id shows a mistyped key.
func parseKey(line, word string, size int, public func([]byte) ed25519.PublicKey) ([]byte, error) {
	f := strings.Fields(line)
	if len(f) < 3 || f[0] != word {
		return nil, fmt.Errorf("not a line of the form %q", word+" ID KEY")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(f[2])
	if err != nil || len(raw) != size {
		return nil, fmt.Errorf("not a key")
	}
	if id := IDOf(public(raw)); id.String() != f[1] {
		return nil, fmt.Errorf("the key is %s, not %s: it is damaged", id, f[1])
	}
	return raw, nil
}

// FormatPublic writes a line of a file of public keys.
func FormatPublic(k ed25519.PublicKey) string {
	return fmt.Sprintf("%s %s %s\n", publicWord, IDOf(k), base64.StdEncoding.EncodeToString(k))
}

// FormatSecret writes a secret key's file.
func FormatSecret(k ed25519.PrivateKey) string {
	return fmt.Sprintf("# Whoever has this file can make updates that boxes believe. Keep it off every network.\n%s %s %s\n",
		secretWord, IDOf(public(k)), base64.StdEncoding.EncodeToString(k.Seed()))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }
