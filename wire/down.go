package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"

	"posbox/journal"
)

// Scopes is BAAZ's answer to which master data a box may see, and how new it is. BAAZ signs it.
type Scopes struct {
	Box       string       `json:"box"`    // hex
	Scopes    []ScopeState `json:"scopes"` // widest first
	Time      int64        `json:"time"`   // BAAZ's clock, UTC µs
	Signature string       `json:"signature"`
}

// ScopeState is how new the master data of a scope is.
type ScopeState struct {
	Scope   Scope  `json:"scope"`
	Version uint64 `json:"version"` // of the newest change; 0: none yet
}

// Sign signs the answer with BAAZ's key.
func (s *Scopes) Sign(baaz ed25519.PrivateKey) {
	s.Signature = hex.EncodeToString(ed25519.Sign(baaz, s.message()))
}

// SignedBy reports whether BAAZ's key signed this answer for this box.
func (s Scopes) SignedBy(key ed25519.PublicKey, box journal.Box) bool {
	return s.Box == box.String() && signedBy(key, s.message(), s.Signature)
}

func (s Scopes) message() []byte {
	m := []byte("posbox scopes 1\n")
	m = appendText(m, s.Box)
	m = binary.BigEndian.AppendUint32(m, uint32(len(s.Scopes)))
	for _, x := range s.Scopes {
		m = appendText(m, x.Scope.String())
		m = binary.BigEndian.AppendUint64(m, x.Version)
	}
	return binary.BigEndian.AppendUint64(m, uint64(s.Time))
}

// Snapshot describes all master data of a scope as it was at a version: one file that is named by its own hash and never
// changes. BAAZ signs the description, not the file.
type Snapshot struct {
	Scope     Scope        `json:"scope"`
	Version   uint64       `json:"version"`
	Chain     journal.Hash `json:"chain"` // of the scope's history up to the version
	Hash      journal.Hash `json:"hash"`  // SHA-256 of the file
	Size      int64        `json:"size"`  // bytes of the file
	Raw       int64        `json:"raw"`   // bytes unpacked
	Rows      int64        `json:"rows"`
	Time      int64        `json:"time"` // BAAZ's clock, UTC µs
	Signature string       `json:"signature"`
}

// Sign signs the description with BAAZ's key.
func (s *Snapshot) Sign(baaz ed25519.PrivateKey) {
	s.Signature = hex.EncodeToString(ed25519.Sign(baaz, s.message()))
}

// SignedBy reports whether BAAZ's key signed this description of a scope.
func (s Snapshot) SignedBy(key ed25519.PublicKey, scope Scope) bool {
	return s.Scope == scope && signedBy(key, s.message(), s.Signature)
}

func (s Snapshot) message() []byte {
	m := []byte("posbox snapshot 1\n")
	m = appendText(m, s.Scope.String())
	m = binary.BigEndian.AppendUint64(m, s.Version)
	m = append(m, s.Chain[:]...)
	m = append(m, s.Hash[:]...)
	for _, n := range []int64{s.Size, s.Raw, s.Rows, s.Time} {
		m = binary.BigEndian.AppendUint64(m, uint64(n))
	}
	return m
}

// signedBy checks a signature in hex.
func signedBy(key ed25519.PublicKey, message []byte, signature string) bool {
	sig, err := hex.DecodeString(signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, sig)
}

// Position is how far a box has come in a scope.
type Position struct {
	Version uint64       `json:"version"` // 0: nowhere yet
	Chain   journal.Hash `json:"chain"`
	Time    int64        `json:"time"` // when BAAZ said so, by its clock, UTC µs
}
