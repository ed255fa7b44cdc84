package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"posbox/journal"
	"posbox/pos/fault"
)

// boxKey and baazKey are the keys of the worked example.
func boxKey() ed25519.PrivateKey  { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)) }
func baazKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32)) }

// chain makes n records of a key.
func chain(t testing.TB, key ed25519.PrivateKey, n int) (list []journal.Record) {
	t.Helper()
	var prev journal.Hash
	for i := range n {
		r, err := journal.Make(journal.Record{Seq: journal.Seq(i + 1), Box: journal.BoxOf(key.Public().(ed25519.PublicKey)), Time: 1_790_000_000_000_000 + int64(i),
			Kind: "cash.moved", Body: fmt.Appendf(nil, `{"shift":1,"amount":"%d.00"}`, i+1), Prev: prev})
		if err != nil {
			t.Fatal(err)
		}
		list, prev = append(list, r), r.Hash
	}
	return list
}

func mustPack(t testing.TB, records []journal.Record) []byte {
	t.Helper()
	body, err := Pack(boxKey(), records)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestPackUnpack(t *testing.T) {
	records := chain(t, boxKey(), 300)
	for _, part := range [][]journal.Record{records, records[:1], records[17:18], records[100:]} {
		b, err := Unpack(mustPack(t, part))
		if err != nil {
			t.Fatal(err)
		}
		if b.First().Seq != part[0].Seq || b.Last().Hash != part[len(part)-1].Hash || len(b.Records) != len(part) || b.Box != part[0].Box {
			t.Errorf("%d records came back as %d", len(part), len(b.Records))
		}
	}
	for _, bad := range [][]journal.Record{nil, slices.Repeat(records, 20)} {
		if _, err := Pack(boxKey(), bad); fault.CodeOf(err) != fault.BatchTooLarge {
			t.Errorf("%d records: %v", len(bad), err)
		}
	}
}

// TestBadBatches: whatever is changed, cut, moved, forged or blown up is refused with its own code, in little memory.
func TestBadBatches(t *testing.T) {
	records := chain(t, boxKey(), 5)
	good := mustPack(t, records)
	change := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(good)) }
	set := func(at int, v uint32) []byte {
		return change(func(b []byte) []byte { binary.BigEndian.PutUint32(b[at:], v); return b })
	}
	encoder, _ := zstd.NewWriter(nil)
	bomb := encoder.EncodeAll(make([]byte, 256<<20), nil) // a few kilobytes
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))
	for name, x := range map[string]struct {
		body []byte
		code fault.Code
	}{
		"empty":             {nil, fault.BatchMalformed},
		"text":              {[]byte(strings.Repeat("hello", 100)), fault.BatchMalformed},
		"another format":    {change(func(b []byte) []byte { b[3] = '2'; return b }), fault.BatchMalformed},
		"cut":               {good[:len(good)-3], fault.BatchMalformed},
		"something behind":  {append(bytes.Clone(good), 1), fault.BatchMalformed},
		"no records":        {set(44, 0), fault.BatchMalformed},
		"fewer than it has": {set(44, 4), fault.BatchMalformed},
		"more than it has":  {set(44, 6), fault.BatchMalformed},
		"too many":          {set(44, MaxRecords+1), fault.BatchTooLarge},
		"too large":         {set(48, MaxRaw+1), fault.BatchTooLarge},
		"smaller than said": {set(48, 1000), fault.BatchMalformed},
		"larger than said":  {set(48, 100), fault.BatchMalformed},
		"another sequence":  {set(40, 7), fault.BatchMalformed},
		"sequence 0":        {set(40, 0), fault.BatchMalformed},
		"endless sequence":  {set(36, 1<<31), fault.BatchMalformed},
		"bad signature":     {change(func(b []byte) []byte { b[60] ^= 1; return b }), fault.BatchSignature},
		"another's key":     {change(func(b []byte) []byte { copy(b[4:], other.Public().(ed25519.PublicKey)); return b }), fault.BatchMalformed},
		"signed by another": {forged(t, other, records), fault.BatchSignature},
		"long request":      {make([]byte, MaxBatch+1), fault.BatchTooLarge},
		"zip bomb":          {append(bytes.Clone(good[:headLen]), bomb...), fault.BatchMalformed},
		"bomb of its size": {change(func(b []byte) []byte {
			binary.BigEndian.PutUint32(b[48:], MaxRaw)
			return append(b[:headLen], bomb...)
		}), fault.BatchMalformed},
	} {
		if _, err := Unpack(x.body); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v; want %s", name, err, x.code)
		}
	}
	for _, swapped := range [][]journal.Record{{records[1], records[0]}, {records[0], records[2]}, {records[0], records[0]}} {
		if _, err := Unpack(mustPack(t, swapped)); fault.CodeOf(err) != fault.BatchMalformed {
			t.Errorf("out of order: %v", err)
		}
	}
}

// forged is the batch of one box under another's signature.
func forged(t *testing.T, by ed25519.PrivateKey, records []journal.Record) []byte {
	t.Helper()
	body := mustPack(t, records)
	copy(body[52:], ed25519.Sign(by, batchMessage(records[0].Box, 1, len(records), records[len(records)-1].Hash)))
	return body
}

func exampleHead(t testing.TB) Head {
	records := chain(t, boxKey(), 2)
	h := Head{Status: 200, Box: records[1].Box.String(), Seq: 2, Hash: records[1].Hash, Standing: Active, Time: 1_790_000_001_000_000}
	h.Sign(baazKey())
	return h
}

// TestHeadIsSigned: every field that matters is under the signature.
func TestHeadIsSigned(t *testing.T) {
	good := exampleHead(t)
	public := baazKey().Public().(ed25519.PublicKey)
	box := chain(t, boxKey(), 1)[0].Box
	if !good.SignedBy(public, box) {
		t.Fatal("a good head is not believed")
	}
	for name, change := range map[string]func(*Head){
		"status": func(h *Head) { h.Status = 409 }, "box": func(h *Head) { h.Box = strings.Repeat("0", 32) }, "seq": func(h *Head) { h.Seq++ },
		"hash": func(h *Head) { h.Hash[0]++ }, "standing": func(h *Head) { h.Standing = Revoked }, "time": func(h *Head) { h.Time++ },
		"signature": func(h *Head) { h.Signature = "00" }, "no hex": func(h *Head) { h.Signature = "xyz" },
	} {
		h := good
		if change(&h); h.SignedBy(public, box) {
			t.Errorf("a changed %s is believed", name)
		}
	}
	if good.SignedBy(boxKey().Public().(ed25519.PublicKey), box) || good.SignedBy(nil, box) || good.SignedBy(public, journal.Box{}) {
		t.Error("believed of another, or for another")
	}
}

var exampleConnectionKey = NewKey(bytes.Repeat([]byte{3}, KeyBytes))

func TestJoinIsProved(t *testing.T) {
	proof := KeyProof(exampleConnectionKey)
	good := NewJoin(exampleConnectionKey, boxKey(), "1.0")
	if _, _, err := good.Names(); err != nil || !good.Proves(proof[:]) {
		t.Fatal("a good request is not believed", err)
	}
	for name, change := range map[string]func(*Join){
		"key": func(j *Join) { j.Key = strings.Repeat("0", 64) }, "public key": func(j *Join) { j.PublicKey = strings.Repeat("0", 64) },
		"signature": func(j *Join) { j.Signature = "" }, "proof": func(j *Join) { j.Proof = "00" }, "short": func(j *Join) { j.Key = "00" },
		"long version": func(j *Join) { j.Version = strings.Repeat("x", 101) },
	} {
		j := good
		if change(&j); j.Proves(proof[:]) {
			t.Errorf("a changed %s is believed", name)
		}
	}
	answer := Joined{Box: journal.BoxOf(boxKey().Public().(ed25519.PublicKey)).String(), Company: 7, CompanyName: "Номин", Point: 1, PointName: "Төв", Epoch: 1, NextShift: 1, Time: 5}
	answer.Sign(baazKey(), proof[:])
	box := chain(t, boxKey(), 1)[0].Box
	if key, ok := answer.ProvedBy(exampleConnectionKey, box); !ok || !key.Equal(baazKey().Public()) {
		t.Fatal("a good answer is not believed")
	}
	for name, change := range map[string]func(*Joined){
		"BAAZ": func(j *Joined) { j.BAAZ = strings.Repeat("0", 64) }, "company": func(j *Joined) { j.Company++ }, "name": func(j *Joined) { j.CompanyName = "" },
		"point": func(j *Joined) { j.Point++ }, "point name": func(j *Joined) { j.PointName = "" }, "epoch": func(j *Joined) { j.Epoch++ },
		"previous": func(j *Joined) { j.Previous = "x" }, "seq": func(j *Joined) { j.Seq++ }, "hash": func(j *Joined) { j.Hash[3]++ },
		"shift": func(j *Joined) { j.NextShift++ }, "time": func(j *Joined) { j.Time++ }, "box": func(j *Joined) { j.Box = "" },
		"proof": func(j *Joined) { j.Proof = "" }, "signature": func(j *Joined) { j.Signature = "00" },
	} {
		j := answer
		if change(&j); func() bool { _, ok := j.ProvedBy(exampleConnectionKey, box); return ok }() {
			t.Errorf("a changed %s is believed", name)
		}
	}
}

// TestReadme holds the worked example of README.md against this program: it is normative, and never changes.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	records := chain(t, boxKey(), 2)
	public := boxKey().Public().(ed25519.PublicKey)
	name, proof := KeyName(exampleConnectionKey), KeyProof(exampleConnectionKey)
	head := exampleHead(t)
	join := NewJoin(exampleConnectionKey, boxKey(), "1.0")
	raw := mustPack(t, records)
	for what, value := range map[string]string{
		"box public key": hex.EncodeToString(public), "box id": records[0].Box.String(),
		"record 1": hex.EncodeToString(records[0].Raw), "hash 1": records[0].Hash.String(),
		"record 2": hex.EncodeToString(records[1].Raw), "hash 2": records[1].Hash.String(),
		"signed of the batch": hex.EncodeToString(batchMessage(records[0].Box, 1, 2, records[1].Hash)),
		"batch head":          hex.EncodeToString(raw[:headLen]),
		"BAAZ's key":          hex.EncodeToString(baazKey().Public().(ed25519.PublicKey)),
		"signed of the head":  hex.EncodeToString(head.message()), "head signature": head.Signature,
		"connection key": exampleConnectionKey.Reveal(), "key name": hex.EncodeToString(name[:]), "key proof": hex.EncodeToString(proof[:]),
		"join signature": join.Signature, "join proof": join.Proof,
	} {
		if !strings.Contains(flat(string(text)), value) {
			t.Errorf("README.md does not hold the %s:\n%s", what, value)
		}
	}
}

// flat takes the line breaks out of hex.
func flat(s string) string { return strings.Join(strings.Fields(s), "") }

func FuzzUnpack(f *testing.F) {
	records := chain(f, boxKey(), 3)
	f.Add(mustPack(f, records))
	f.Add(mustPack(f, records[1:2]))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := Unpack(body)
		if err != nil {
			if c := fault.CodeOf(err); c != fault.BatchMalformed && c != fault.BatchTooLarge && c != fault.BatchSignature {
				t.Errorf("refused with %s", c)
			}
			return
		}
		if len(b.Records) == 0 || b.Records[0].Box != b.Box {
			t.Error("an empty or foreign batch was taken")
		}
	})
}
