package kmod

import "testing"

func TestAdded(t *testing.T) {
	for event, want := range map[string]string{
		"add@/devices/x\x00ACTION=add\x00MODALIAS=usb:v1234\x00SEQNUM=1\x00": "usb:v1234",
		"remove@/devices/x\x00ACTION=remove\x00MODALIAS=usb:v1234\x00":       "",
		"add@/devices/x\x00ACTION=add\x00":                                   "",
		"libudev\x00\xfe\xed":                                                "",
	} {
		if got := added([]byte(event)); got != want {
			t.Errorf("%q: %q", event, got)
		}
	}
}
