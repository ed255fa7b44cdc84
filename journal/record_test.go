package journal

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// The worked example: uplink and BAAZ read the same bytes.
const goldenRecord = "01" + "0000000000000002" + "000102030405060708090a0b0c0d0e0f" + "00000007" + "ffffffffffffffff" +
	"05" + "612e622e63" + "00000007" + "7b2261223a317d" + "00000000000000000000000000000000000000000000000000000000000000ff"

func TestRecordGolden(t *testing.T) {
	r := Record{Seq: 2, Epoch: 7, Time: -1, Kind: "a.b.c", Body: []byte(`{"a":1}`), Prev: Hash{31: 0xff}}
	for i := range r.Box {
		r.Box[i] = byte(i)
	}
	if err := r.encode(); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(r.Raw); got != goldenRecord {
		t.Fatalf("encoded\n%s, want\n%s", got, goldenRecord)
	}
	if got := r.Hash.String(); got != "20a2250f7ebfa928998de9500212437222cb246030b6866d772f9cbbc6a19657" {
		t.Fatalf("hash %s", got)
	}
	back, err := Decode(r.Raw)
	if err != nil || back.Seq != r.Seq || back.Box != r.Box || back.Epoch != r.Epoch || back.Time != r.Time ||
		back.Kind != r.Kind || !bytes.Equal(back.Body, r.Body) || back.Prev != r.Prev || back.Hash != r.Hash {
		t.Fatalf("decoded %+v %v", back, err)
	}
}

func TestRecordBounds(t *testing.T) {
	for _, r := range []Record{{Kind: ""}, {Kind: strings.Repeat("k", 65)}, {Kind: "a b"}, {Kind: "ө"}, {Kind: "a\x00"},
		{Kind: "k", Body: make([]byte, MaxBody+1)}} {
		if r.encode() == nil {
			t.Errorf("kind %q with %d bytes encoded", r.Kind, len(r.Body))
		}
	}
	largest := Record{Seq: 1<<64 - 1, Kind: strings.Repeat("k", 64), Body: make([]byte, MaxBody)}
	if err := largest.encode(); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(largest.Raw); err != nil {
		t.Fatal(err)
	}
	raw, _ := hex.DecodeString(goldenRecord)
	for n := range raw {
		if _, err := Decode(raw[:n]); err == nil {
			t.Errorf("%d of %d bytes decoded", n, len(raw))
		}
	}
	if _, err := Decode(append(raw, 0)); err == nil {
		t.Error("a byte too many decoded")
	}
}

func FuzzDecode(f *testing.F) {
	raw, _ := hex.DecodeString(goldenRecord)
	f.Add(raw)
	f.Add(raw[:50])
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Decode(b)
		if err != nil {
			return
		}
		again := r
		again.Raw, again.Hash = nil, Hash{}
		if err := again.encode(); err != nil || !bytes.Equal(again.Raw, b) || again.Hash != r.Hash {
			t.Fatalf("%x came back as %x, %v", b, again.Raw, err)
		}
	})
}

func TestHashText(t *testing.T) {
	h := Hash{1, 2, 31: 9}
	b, _ := h.MarshalText()
	var back Hash
	if err := back.UnmarshalText(b); err != nil || back != h {
		t.Fatal(back, err)
	}
	for _, bad := range []string{"", "00", strings.Repeat("zz", 32), strings.Repeat("00", 33)} {
		if _, err := ParseHash(bad); err == nil {
			t.Errorf("%q parsed", bad)
		}
	}
}
