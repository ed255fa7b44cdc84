package watch

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/device"
	"posbox/wire"
)

const minute = int64(time.Minute / time.Microsecond)

// till makes one that said something so many minutes before now.
func till(now, ago int64, said wire.Heartbeat) Till {
	heard := now - ago*minute
	said.Time = heard
	return Till{Box: journal.Box{1}, Point: 3, Heard: heard, Said: &store.Heartbeat{Heard: heard, Said: said}}
}

func kinds(list []store.Trouble) (names []string) {
	for _, t := range list {
		names = append(names, string(t.Kind)+t.Code)
	}
	return names
}

func TestJudge(t *testing.T) {
	now := time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC).UnixMicro()
	paper := []wire.Device{{Kind: device.KindPrinter, Level: device.Fault, Code: "printer.paper"}}
	was := func(kind store.TroubleKind, code string, ago, ended int64) store.Trouble {
		r := store.Trouble{Box: journal.Box{1}, Point: 3, Kind: kind, Code: code, Began: now - ago*minute}
		if ended > 0 {
			r.Ended = now - ended*minute
		}
		return r
	}
	old := now - 200*minute
	for name, c := range map[string]struct {
		rules      func(*store.WatchRules)
		till       Till
		known      []store.Trouble
		begin, end []string
	}{
		"well":                   {till: till(now, 1, wire.Heartbeat{Shift: true})},
		"silent":                 {till: till(now, 16, wire.Heartbeat{Shift: true}), begin: []string{"silent"}},
		"at the limit":           {till: till(now, 15, wire.Heartbeat{Shift: true})},
		"at rest":                {till: till(now, 600, wire.Heartbeat{})},
		"at rest, asked for":     {rules: func(r *store.WatchRules) { r.Resting = true }, till: till(now, 600, wire.Heartbeat{}), begin: []string{"silent"}},
		"never said anything":    {till: Till{Box: journal.Box{1}, Heard: old}},
		"nobody wants to know":   {rules: func(r *store.WatchRules) { r.Silent = 0 }, till: till(now, 600, wire.Heartbeat{Shift: true})},
		"still silent":           {till: till(now, 20, wire.Heartbeat{Shift: true}), known: []store.Trouble{was(store.TroubleSilent, "", 4, 0)}},
		"heard of again":         {till: till(now, 0, wire.Heartbeat{Shift: true}), known: []store.Trouble{was(store.TroubleSilent, "", 4, 0)}, end: []string{"silent"}},
		"silent a second time":   {till: till(now, 20, wire.Heartbeat{Shift: true}), known: []store.Trouble{was(store.TroubleSilent, "", 90, 60)}, begin: []string{"silent"}},
		"unsent":                 {till: till(now, 1, wire.Heartbeat{Unsent: 3, Oldest: now - 40*minute}), begin: []string{"unsent"}},
		"unsent, not long":       {till: till(now, 1, wire.Heartbeat{Unsent: 3, Oldest: now - 20*minute})},
		"a fault":                {till: till(now, 1, wire.Heartbeat{Devices: paper}), begin: []string{"deviceprinter.paper"}},
		"a fault without a code": {till: till(now, 1, wire.Heartbeat{Devices: []wire.Device{{Kind: "scale", Level: device.Fault}}}), begin: []string{"devicescale"}},
		"needs someone soon":     {till: till(now, 1, wire.Heartbeat{Devices: []wire.Device{{Kind: "disk", Level: device.Attention, Code: "disk.low"}}})},
		"the third time": {till: till(now, 1, wire.Heartbeat{Devices: paper}),
			known: []store.Trouble{was(store.TroubleDevice, "printer.paper", 300, 290), was(store.TroubleDevice, "printer.paper", 200, 190)}, begin: []string{"deviceprinter.paper", "repeatprinter.paper"}},
		"the third time, told already": {till: till(now, 1, wire.Heartbeat{Devices: paper}),
			known: []store.Trouble{was(store.TroubleDevice, "printer.paper", 300, 290), was(store.TroubleDevice, "printer.paper", 200, 190), was(store.TroubleDevice, "printer.paper", 100, 90), was(store.TroubleRepeat, "printer.paper", 100, 0)},
			begin: []string{"deviceprinter.paper"}},
		"not for a day": {till: till(now, 1, wire.Heartbeat{}), known: []store.Trouble{was(store.TroubleDevice, "printer.paper", 25*60, 24*60), was(store.TroubleRepeat, "printer.paper", 25*60, 0)}, end: []string{"repeatprinter.paper"}},
	} {
		rules := store.UsualRules()
		if c.rules != nil {
			c.rules(&rules)
		}
		begin, end := Judge(rules, now, []Till{c.till}, c.known)
		if !slices.Equal(kinds(begin), c.begin) || !slices.Equal(kinds(end), c.end) {
			t.Errorf("%s: begins %v, ends %v; want %v and %v", name, kinds(begin), kinds(end), c.begin, c.end)
		}
		for _, b := range begin {
			if b.Began != now || b.Ended != 0 || b.Box != (journal.Box{1}) {
				t.Errorf("%s: %+v", name, b)
			}
		}
	}
	if _, end := Judge(store.UsualRules(), now, nil, []store.Trouble{was(store.TroubleSilent, "", 4, 0)}); len(end) != 1 {
		t.Error("the trouble of a box that was shut out goes on")
	}
}

// A box whose clock is years off tells of an old sale that is a minute old.
func TestOldestIsByOurClock(t *testing.T) {
	h := store.Heartbeat{Heard: 5_000 * minute, Said: wire.Heartbeat{Unsent: 1, Time: 90 * minute, Oldest: 88 * minute}}
	if made, ok := oldest(h); !ok || made != 4_998*minute {
		t.Errorf("%d %t", made/minute, ok)
	}
	h.Said.Oldest = 95 * minute // set back since
	if made, _ := oldest(h); made != h.Heard {
		t.Errorf("made %d minutes after it was heard of", (made-h.Heard)/minute)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string][2]bool{ // allowed outside, allowed with private ones
		"https://hooks.example.com/a?b=c": {true, true}, "https://example.mn:8443/": {true, true}, "https://8.8.8.8/": {true, true}, "https://[2606:4700::1111]/x": {true, true},
		"http://example.com/": {false, true}, "https://localhost/": {false, true}, "https://baaz.localhost./": {false, true}, "https://intranet/": {false, true},
		"https://127.0.0.1/": {false, true}, "https://10.1.2.3/": {false, true}, "https://169.254.169.254/latest": {false, true}, "https://[::1]/": {false, true}, "https://[::ffff:192.168.0.1]/": {false, true},
		"https://[fd00::1]/": {false, true}, "https://100.64.0.1/": {false, true}, "https://0.0.0.0/": {false, true}, "https://[64:ff9b::a00:1]/": {false, true}, "https://[fe80::1%25eth0]/": {false, true},
		"ftp://example.com/": {}, "https://": {}, "https://a:b@example.com/": {}, "https://example.com/#x": {}, "example.com": {}, "": {}, "https:example.com": {}, "https://exa mple.com/": {},
	} {
		if got := [2]bool{CheckURL(text, false) == nil, CheckURL(text, true) == nil}; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for _, a := range []string{"127.0.0.1:80", "[::ffff:10.0.0.1]:443", "[fe80::1%eth0]:443", "224.0.0.1:80", "255.255.255.255:80", "no address"} {
		if onlyOutside("tcp", a, nil) == nil {
			t.Errorf("%s is dialled", a)
		}
	}
	if err := onlyOutside("tcp", "1.1.1.1:443", nil); err != nil {
		t.Error(err)
	}
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://example.com/")
	f.Add("https://[::ffff:127.0.0.1]:8443/x")
	f.Fuzz(func(t *testing.T, text string) {
		if CheckURL(text, false) != nil {
			return
		}
		if CheckURL(text, true) != nil {
			t.Errorf("%q is allowed outside only", text)
		}
		if ip, err := netip.ParseAddr(text); err == nil {
			t.Errorf("%q is an address without a scheme: %s", text, ip)
		}
	})
}
