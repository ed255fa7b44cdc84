package escpos

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
)

func parse(chunks ...[]byte) []string {
	var p Parser
	got := []string{}
	for _, c := range chunks {
		p.Feed(c, func(r Reply) {
			switch r.Kind {
			case ReplyGarbage:
				got = append(got, "garbage")
			case ReplyAuto:
				got = append(got, fmt.Sprintf("auto %X", r.Bytes))
			case ReplyRealTime:
				got = append(got, fmt.Sprintf("realtime %X", r.Bytes[0]))
			case ReplyStatus:
				got = append(got, fmt.Sprintf("status %X", r.Bytes[0]))
			case ReplyProcessID:
				got = append(got, fmt.Sprintf("id %s", r.Bytes))
			case ReplyInfo:
				got = append(got, "info "+r.Text)
			}
		})
	}
	return got
}

func TestReplies(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"out of paper", "1A 32 7E", []string{"realtime 1A", "realtime 32", "realtime 7E"}},
		{"normal", "12 12 12", []string{"realtime 12", "realtime 12", "realtime 12"}},
		{"near end", "1E", []string{"realtime 1E"}},
		{"automatic", "14 00 00 0F", []string{"auto 1400000F"}},
		{"automatic, out of paper", "1C 00 0F 0F", []string{"auto 1C000F0F"}},
		{"process id", "37 22 61 62 63 64 00", []string{"id abcd"}},
		{"process id like its own head", "37 22 37 22 5F 7E 00", []string{`id 7"_~`}},
		{"GS r", "00 03 0C", []string{"status 0", "status 3", "status C"}},
		{"GS I", "5F 45 50 53 4F 4E 00", []string{"info EPSON"}},
		{"XON and XOFF anywhere", "13 14 11 00 13 00 0F 37 11 22 61 13 62 63 11 64 13 00 5F 13 41 11 00",
			[]string{"auto 1400000F", "id abcd", "info A"}},
		{"all at once", "12 37 22 20 20 20 21 00 00 1C 00 0F 0F 12",
			[]string{"realtime 12", "id    !", "status 0", "auto 1C000F0F", "realtime 12"}},
		{"garbage before", "FF 80 12", []string{"garbage", "garbage", "realtime 12"}},
		{"id broken off", "37 22 61 62 12", []string{"garbage", "realtime 12"}},
		{"id not ended", "37 22 61 62 63 64 12", []string{"garbage", "realtime 12"}},
		{"id with a raw byte", "37 22 05 62 63 64 00", []string{"garbage", "status 5", "status 62", "status 63", "status 64", "status 0"}},
		{"another block", "37 25 00", []string{"garbage", "status 25", "status 0"}},
		{"automatic broken off", "14 00 12", []string{"garbage", "realtime 12"}},
	} {
		in := unhex(t, c.in)
		if got := parse(in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		single := bytes.SplitAfter(in, nil)
		if got := parse(single...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s, byte by byte: %q, want %q", c.name, got, c.want)
		}
	}
}

// The patterns of the facts on devices: cover open (b&97h)==16h, paper end (b&B3h)==32h, error (b&D3h)==52h on n=2.
func TestStateBits(t *testing.T) {
	for b := range 256 {
		b := byte(b)
		if b&0x93 != 0x12 {
			continue
		}
		var s state
		s.realTime(AskOffline, b)
		if s.cover != (b&0x97 == 0x16) || s.stopped != (b&0xB3 == 0x32) || s.failed != (b&0xD3 == 0x52) {
			t.Errorf("%02X: %+v", b, s)
		}
	}
	for _, c := range []struct {
		what string
		in   [4]byte // DLE EOT 1 to 4
		want state
	}{
		{"normal", [4]byte{0x12, 0x12, 0x12, 0x12}, state{}},
		{"out of paper", [4]byte{0x1A, 0x32, 0x12, 0x7E}, state{offline: true, stopped: true, paperEnd: true, nearEnd: true}},
		{"near end", [4]byte{0x12, 0x12, 0x12, 0x1E}, state{nearEnd: true}},
		{"cover", [4]byte{0x1A, 0x16, 0x12, 0x12}, state{offline: true, cover: true}},
		{"cutter", [4]byte{0x1A, 0x52, 0x1A, 0x12}, state{offline: true, failed: true, errors: true}},
		{"drawer", [4]byte{0x16, 0x12, 0x12, 0x12}, state{pin3: true}},
	} {
		var s state
		for i, b := range c.in {
			s.realTime(Ask(i+1), b)
		}
		if s != c.want {
			t.Errorf("%s: %+v", c.what, s)
		}
	}
	s := state{}
	s.auto([4]byte{0x1C | 0x20, 0x08, 0x0F, 0x0F})
	if want := (state{pin3: true, offline: true, cover: true, errors: true, failed: true, paperEnd: true, stopped: true, nearEnd: true}); s != want {
		t.Errorf("automatic: %+v", s)
	}
	s.auto([4]byte{0x10, 0, 0, 0x0F})
	if s != (state{}) {
		t.Errorf("automatic, all well: %+v", s)
	}
	for sw, want := range map[DrawerSwitch][2]bool{DrawerUnwired: {false, false}, DrawerOpenHigh: {false, true}, DrawerOpenLow: {true, false}} {
		if got := [2]bool{sw.open(false), sw.open(true)}; got != want {
			t.Errorf("drawer switch %d: %v, want %v", sw, got, want)
		}
	}
}

// The parser never fails, gives the same however the bytes are cut, and an answered id is always among the bytes.
func FuzzParser(f *testing.F) {
	for _, s := range []string{"1A327E", "1400000F", "37226162636400", "5F4142004F", "371122616263641300", "3722613722616263640012"} {
		f.Add(unhex(f, s), 1)
	}
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		whole := parse(b)
		if at < 0 || at > len(b) {
			at = len(b) / 2
		}
		if parts := parse(b[:at], b[at:]); !reflect.DeepEqual(whole, parts) {
			t.Fatalf("whole %q, in parts %q", whole, parts)
		}
		var clean []byte
		for _, c := range b {
			if c != xon && c != xoff {
				clean = append(clean, c)
			}
		}
		var p Parser
		p.Feed(b, func(r Reply) {
			if id := r.Bytes; r.Kind == ReplyProcessID && !bytes.Contains(clean, append(append([]byte{0x37, 0x22}, id[:]...), 0)) {
				t.Fatalf("id %q is not in % X", id, b)
			}
		})
	})
}
