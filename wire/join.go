package wire

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"

	"posbox/journal"
)

// KeyName names a connection key: what a box tells of it, and all that BAAZ's directory holds.
func KeyName(key Key) [sha256.Size]byte { return sha256.Sum256([]byte("posbox key name\n" + key.text)) }

// KeyProof is what box and BAAZ both derive from a connection key. The key itself never travels: the box tells its name
// and proves by this that it knows the key, BAAZ likewise; so nobody in between can take either's part, even without TLS.
func KeyProof(key Key) [sha256.Size]byte {
	return sha256.Sum256([]byte("posbox key proof\n" + key.text))
}

// Join is how a box asks to join a sales point.
type Join struct {
	Key       string `json:"key"`        // the connection key's name, hex
	PublicKey string `json:"public_key"` // the box's, hex
	Signature string `json:"signature"`  // by the box's key, hex: it is the box's own
	Proof     string `json:"proof"`      // by the connection key, hex
	Version   string `json:"version"`    // of the box's program
}

// NewJoin makes the request for a connection key.
func NewJoin(key Key, box ed25519.PrivateKey, version string) Join {
	name, proof := KeyName(key), KeyProof(key)
	public := box.Public().(ed25519.PublicKey)
	message := joinMessage(name[:], public)
	return Join{Key: hex.EncodeToString(name[:]), PublicKey: hex.EncodeToString(public), Version: version,
		Signature: hex.EncodeToString(ed25519.Sign(box, message)), Proof: hex.EncodeToString(seal(proof[:], message))}
}

func joinMessage(name, public []byte) []byte {
	return append(append([]byte("posbox join 1\n"), name...), public...)
}

func seal(proof, message []byte) []byte {
	m := hmac.New(sha256.New, proof)
	m.Write(message)
	return m.Sum(nil)
}

var errJoin = errors.New("wire: not a join request")

// Names returns the name of the connection key and the box's public key, once the box has proved that it is its own.
func (j Join) Names() (name []byte, public ed25519.PublicKey, err error) {
	name, err1 := hex.DecodeString(j.Key)
	public, err2 := hex.DecodeString(j.PublicKey)
	signature, err3 := hex.DecodeString(j.Signature)
	if errors.Join(err1, err2, err3) != nil || len(name) != sha256.Size || len(public) != ed25519.PublicKeySize || len(j.Version) > 100 {
		return nil, nil, errJoin
	}
	if !ed25519.Verify(public, joinMessage(name, public), signature) {
		return nil, nil, errJoin
	}
	return name, public, nil
}

// Proves reports whether whoever made the request knows the connection key that proof was derived from.
func (j Join) Proves(proof []byte) bool {
	name, public, err := j.Names()
	got, err2 := hex.DecodeString(j.Proof)
	return err == nil && err2 == nil && hmac.Equal(got, seal(proof, joinMessage(name, public)))
}

// Joined is BAAZ's answer to a box that has joined.
type Joined struct {
	Box         string       `json:"box"`  // hex
	BAAZ        string       `json:"baaz"` // public key that signs BAAZ's answers from now on, hex
	Company     uint64       `json:"company,string"`
	CompanyName string       `json:"company_name"`
	Point       uint64       `json:"point"`
	PointName   string       `json:"point_name"`
	Epoch       uint32       `json:"epoch"`    // counts the boxes of the point
	Previous    string       `json:"previous"` // box that had the point before, hex; empty: none, or the same
	Seq         journal.Seq  `json:"seq"`      // of the previous box, as BAAZ knew it
	Hash        journal.Hash `json:"hash"`
	NextShift   int          `json:"next_shift"`
	Time        int64        `json:"time"`      // BAAZ's clock, UTC µs
	Signature   string       `json:"signature"` // by BAAZ's key, hex
	Proof       string       `json:"proof"`     // by the connection key, hex: the key above is BAAZ's
}

// Sign signs the answer with BAAZ's key and with what the connection key proves.
func (j *Joined) Sign(baaz ed25519.PrivateKey, proof []byte) {
	j.BAAZ = hex.EncodeToString(baaz.Public().(ed25519.PublicKey))
	m := j.message()
	j.Signature, j.Proof = hex.EncodeToString(ed25519.Sign(baaz, m)), hex.EncodeToString(seal(proof, m))
}

// ProvedBy returns BAAZ's key if the answer is for this box and comes from someone who knows the connection key.
func (j Joined) ProvedBy(key Key, box journal.Box) (ed25519.PublicKey, bool) {
	baaz, err1 := hex.DecodeString(j.BAAZ)
	signature, err2 := hex.DecodeString(j.Signature)
	got, err3 := hex.DecodeString(j.Proof)
	if errors.Join(err1, err2, err3) != nil || len(baaz) != ed25519.PublicKeySize || j.Box != box.String() {
		return nil, false
	}
	proof := KeyProof(key)
	m := j.message()
	return baaz, hmac.Equal(got, seal(proof[:], m)) && ed25519.Verify(baaz, m, signature)
}

func (j Joined) message() []byte {
	m := []byte("posbox joined 1\n")
	m = appendText(m, j.Box)
	m = appendText(m, j.BAAZ)
	m = binary.BigEndian.AppendUint64(m, j.Company)
	m = appendText(m, j.CompanyName)
	m = binary.BigEndian.AppendUint64(m, j.Point)
	m = appendText(m, j.PointName)
	m = binary.BigEndian.AppendUint32(m, j.Epoch)
	m = appendText(m, j.Previous)
	m = binary.BigEndian.AppendUint64(m, uint64(j.Seq))
	m = append(m, j.Hash[:]...)
	m = binary.BigEndian.AppendUint64(m, uint64(j.NextShift))
	return binary.BigEndian.AppendUint64(m, uint64(j.Time))
}
