package wire

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The keys of known bytes, worked out by hand from the rules in the comment.
func TestKnownKeys(t *testing.T) {
	for _, c := range []struct {
		random []byte
		want   string
	}{
		{make([]byte, 15), "00000-00000-00000-00000-00000"},
		{append(make([]byte, 14), 1), "00000-00000-00000-00000-0001Y"}, // x²⁴ = 11110
		{append([]byte{8}, make([]byte, 14)...), "10000-00000-00000-00000-00002"},
		{bytes.Repeat([]byte{255}, 16), NewKey(bytes.Repeat([]byte{255}, 15)).Reveal()}, // what is beyond 15 bytes does not count
	} {
		k := NewKey(c.random)
		if k.Reveal() != c.want {
			t.Errorf("%x: %s, want %s", c.random, k.Reveal(), c.want)
		}
		if back, err := ParseKey(k.Reveal()); err != nil || back != k {
			t.Errorf("%s does not come back: %v", k.Reveal(), err)
		}
	}
}

func TestParseKey(t *testing.T) {
	k := NewKey([]byte{0, 68, 50, 20, 199, 66, 84, 182, 53, 207, 132, 101, 58, 86, 215})
	text := k.Reveal()
	for _, s := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, "-", ""), " " + strings.ReplaceAll(text, "-", " ") + "\u00a0",
		strings.ReplaceAll(text, "0", "O"), strings.ReplaceAll(text, "0", "о"), strings.ReplaceAll(text, "1", "l"), strings.ReplaceAll(text, "1", "I"),
		strings.NewReplacer("A", "А", "B", "В", "C", "С", "E", "Е", "H", "Н", "K", "К", "M", "М", "P", "Р", "T", "Т", "X", "Х").Replace(text)} {
		if got, err := ParseKey(s); err != nil || got != k {
			t.Errorf("%q: %v", s, err)
		}
	}
	for s, want := range map[string]error{"": ErrKeyForm, text[:len(text)-1]: ErrKeyForm, text + "0": ErrKeyForm, "U" + text[1:]: ErrKeyForm,
		"Ж" + text[1:]: ErrKeyForm, strings.Repeat(" ", 300): ErrKeyForm, text[:28] + "*": ErrKeyForm} {
		if _, err := ParseKey(s); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
}

// Every single wrong character and every exchange of two is noticed.
func TestCheckNotices(t *testing.T) {
	text := strings.ReplaceAll(NewKey([]byte("fifteen letters")).Reveal(), "-", "")
	for i := range text {
		for _, c := range alphabet {
			if wrong := text[:i] + string(c) + text[i+1:]; wrong != text {
				if _, err := ParseKey(wrong); !errors.Is(err, ErrKeyCheck) {
					t.Errorf("%s passes for %s", wrong, text)
				}
			}
		}
		for j := range i {
			b := []byte(text)
			if b[i], b[j] = b[j], b[i]; b[i] != b[j] {
				if _, err := ParseKey(string(b)); !errors.Is(err, ErrKeyCheck) {
					t.Errorf("%s passes for %s", b, text)
				}
			}
		}
	}
}

// A key gets into no text by accident.
func TestKeyIsSecret(t *testing.T) {
	k := NewKey([]byte("fifteen letters"))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k)
	said := log.String() + fmt.Sprintf("%v %s %+v %#v", k, k, k, k) + k.Fingerprint()
	if strings.Contains(said, k.Reveal()) || strings.Contains(said, k.text) || len(k.Fingerprint()) != 16 {
		t.Error(said)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("00000-00000-00000-00000-00000")
	f.Add("oооо0 iiiii")
	f.Add("\xff-")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			return
		}
		if back, err := ParseKey(k.Reveal()); err != nil || back != k {
			t.Errorf("%q became %q", s, back.Reveal())
		}
	})
}
