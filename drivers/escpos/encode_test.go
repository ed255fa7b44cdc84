package escpos

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// unhex reads hex with blanks.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are from the facts on devices, section 7.2, and python-escpos' test_function_qr_native.py.
func TestGoldenBytes(t *testing.T) {
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{
		{"init", Init(nil), "1B 40"},
		{"raster", Raster(nil, 2, []byte{1, 2, 3, 4}), "1D 76 30 00 02 00 02 00 01 02 03 04"},
		{"raster, half a row", Raster(nil, 2, []byte{1, 2, 3}), "1D 76 30 00 02 00 01 00 01 02"},
		{"raster, nothing", Raster(nil, 2, nil), ""},
		{"raster, no width", Raster(nil, 0, []byte{1}), ""},
		{"raster, 300 wide", Raster(nil, 300, make([]byte, 300))[:8], "1D 76 30 00 2C 01 01 00"},
		{"feed", Feed(nil, 3), "1B 64 03"},
		{"full cut", Cut(nil, false, 0), "1D 56 41 00"},
		{"partial cut", Cut(nil, true, 16), "1D 56 42 10"},
		{"drawer on pin 2", Kick(nil, Pin2, 50, 250), "1B 70 00 32 FA"},
		{"drawer on pin 5", Kick(nil, Pin5, 50, 250), "1B 70 01 32 FA"},
		{"drawer at once", KickNow(nil, Pin5, 1), "10 14 01 01 01"},
		{"drawer at once, too long", KickNow(nil, Pin2, 99), "10 14 01 00 08"},
		{"status", StatusRequest(nil, AskPaper), "10 04 04"},
		{"recover", Recover(nil, ClearBuffers), "10 05 02"},
		{"automatic status", AutoStatus(nil, AutoAll), "1D 61 FF"},
		{"transmit status", TransmitStatus(nil), "1D 72 01"},
		{"process id", ProcessID(nil, ID{'a', 'b', 'c', 'd'}), "1D 28 48 06 00 30 30 61 62 63 64"},
	} {
		if want := unhex(t, c.want); !bytes.Equal(c.got, want) {
			t.Errorf("%s: % X, want % X", c.name, c.got, want)
		}
	}
	if got := Feed([]byte("x"), 1); !bytes.Equal(got, unhex(t, "78 1B 64 01")) {
		t.Errorf("does not append: % X", got)
	}
}

func TestIDs(t *testing.T) {
	for n, want := range map[uint32]string{0: "    ", 1: "   !", 94: "   ~", 95: "  ! ", idCount - 1: "~~~~", idCount: "    "} {
		if id := MakeID(n); string(id[:]) != want {
			t.Errorf("id %d is %q, want %q", n, id, want)
		}
	}
	last := MakeID(0)
	for n := uint32(1); n < 20_000; n++ {
		id := MakeID(n)
		if bytes.Compare(id[:], last[:]) <= 0 {
			t.Fatalf("id %d %q does not follow %q", n, id, last)
		}
		last = id
	}
}

func TestDefaults(t *testing.T) {
	o := Options{}.withDefaults()
	if o.Width != 576 || o.NoCut || o.pin() != Pin2 || o.BandRows != 27 || o.FeedLines != 1 {
		t.Errorf("%+v", o)
	}
	if 2*(o.BandRows*72+overhead)+realTimeRoom > o.Buffer {
		t.Error("two bands do not fit into the buffer")
	}
	if o := (Options{Width: 384}).withDefaults(); o.BandRows != 41 {
		t.Errorf("58 mm: %d rows", o.BandRows)
	}
	if o := (Options{Buffer: 1 << 16, NoCut: true, DrawerPin: 5}).withDefaults(); o.BandRows != 48 || o.FeedLines != 4 || o.pin() != Pin5 {
		t.Errorf("%+v", o)
	}
	if o := (Options{BandRows: 1000, Buffer: 1}).withDefaults(); o.BandRows != MaxRasterRows {
		t.Errorf("%+v", o)
	}
	if o := (Options{Buffer: 1}).withDefaults(); o.BandRows != 1 {
		t.Errorf("%+v", o)
	}
}
