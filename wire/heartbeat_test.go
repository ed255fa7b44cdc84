package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"posbox/pos/device"
	"posbox/pos/fault"
)

func TestReadHeartbeat(t *testing.T) {
	h := Heartbeat{Version: "1.2", System: "7", Slot: "b", Trial: true, Started: 1, Time: 2, Clock: "ntp", ClockSet: true, Unsent: 3, Oldest: 4, Records: 5, Shift: true,
		Disk: Disk{6, 7}, Devices: []Device{{device.KindDisk, device.Attention, fault.DiskLow, map[string]string{"free": "12"}}},
		Trouble: []Trouble{{Code: fault.UpdateRolledBack, Args: map[string]string{"version": "8"}}}}
	body, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ReadHeartbeat(body); err != nil || !reflect.DeepEqual(got, h) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ReadHeartbeat([]byte(`{"version":"9","of_a_newer_box":[1,2,{}]}`)); err != nil || got.Version != "9" {
		t.Errorf("a newer box: %+v, %v", got, err)
	}
	many := func(of string, n int) string { return strings.TrimSuffix(strings.Repeat(of+",", n), ",") }
	long := strings.Repeat("x", maxWord+1)
	for name, bad := range map[string]string{
		"nothing":         ``,
		"HTML":            `<html>`,
		"a list":          `[]`,
		"no UTF-8":        "{\"version\":\"\xff\"}",
		"a long text":     `{"version":"` + long + `"}`,
		"a NUL":           `{"slot":"\u0000"}`,
		"a line":          `{"clock":"a\nb"}`,
		"negative":        `{"unsent":-1}`,
		"a float":         `{"unsent":1.5}`,
		"no room":         `{"disk":{"free":-1}}`,
		"many devices":    `{"devices":[` + many(`{}`, maxDevices+1) + `]}`,
		"many troubles":   `{"trouble":[` + many(`{}`, maxDevices+1) + `]}`,
		"a long code":     `{"devices":[{"code":"` + long + `"}]}`,
		"a long value":    `{"devices":[{"args":{"a":"` + long + `"}}]}`,
		"many values":     `{"trouble":[{"args":{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":""}}]}`,
		"larger than one": strings.Repeat(" ", MaxHeartbeat+1),
	} {
		if got, err := ReadHeartbeat([]byte(bad)); !errors.Is(err, ErrHeartbeat) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestWord(t *testing.T) {
	for given, want := range map[string]string{"": "", "а\nб\x00": "а б ", "\xff": "?", strings.Repeat("ө", 150): strings.Repeat("ө", maxWord/2)} {
		if got := Word(given); got != want || !words(got) {
			t.Errorf("%q: %q", given, got)
		}
	}
}

// However BAAZ answers, a box speaks neither all the time nor never.
func TestHeardInterval(t *testing.T) {
	for every, want := range map[int]time.Duration{-1: BeatLeast, 0: BeatLeast, 60: time.Minute, 1 << 62: BeatMost} {
		if got := (Heard{Every: every}).Interval(); got != want {
			t.Errorf("%d: %s", every, got)
		}
	}
}

// Whoever signs the target signs the body; another one has another target.
func TestHeartbeatTarget(t *testing.T) {
	if a, b := HeartbeatTarget([]byte("{}")), HeartbeatTarget([]byte("{} ")); a == b || a != "/v1/heartbeat?body=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" {
		t.Error(a, b)
	}
}

func FuzzHeartbeat(f *testing.F) {
	f.Add([]byte(`{"version":"1","devices":[{"kind":"printer","level":"ok","args":{"a":"b"}}],"disk":{"free":1,"total":2}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := ReadHeartbeat(body)
		if err != nil {
			if !errors.Is(err, ErrHeartbeat) {
				t.Error(err)
			}
			return
		}
		again, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ReadHeartbeat(again); len(again) <= MaxHeartbeat && (err != nil || fmt.Sprint(back) != fmt.Sprint(h)) {
			t.Errorf("%s came back as %+v, %v", body, back, err)
		}
	})
}
