package wire

import (
	"crypto/ed25519"
	"testing"

	"posbox/journal"
)

// A wish is for one box, and what was signed of it cannot be changed.
func TestWishIsSigned(t *testing.T) {
	public, private, _ := ed25519.GenerateKey(nil)
	box := journal.Box{1, 2, 3}
	w := Wish{Box: box.String(), Logs: "17", By: "Болд", Time: 1_790_000_000_000_000}
	w.Sign(private)
	if !w.SignedBy(public, box) || w.SignedBy(public, journal.Box{9}) {
		t.Error("it is signed for this box, and for no other")
	}
	for name, change := range map[string]func(*Wish){"logs": func(w *Wish) { w.Logs = "18" }, "by": func(w *Wish) { w.By = "" }, "time": func(w *Wish) { w.Time++ },
		"moved": func(w *Wish) { w.Logs, w.By = "17Б", "олд" }, "signature": func(w *Wish) { w.Signature = "00" }, "none": func(w *Wish) { w.Signature = "x" }} {
		other := w
		if change(&other); other.SignedBy(public, box) {
			t.Errorf("%s: changed and still signed", name)
		}
	}
}

func TestLogsTarget(t *testing.T) {
	if a, b := LogsTarget("1", []byte("a")), LogsTarget("1", []byte("b")); a == b || a[:14] != "/v1/logs/1?bod" {
		t.Error(a, b)
	}
}
