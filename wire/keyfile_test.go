package wire

import (
	"errors"
	"strings"
	"testing"
)

const zeroKey = "00000-00000-00000-00000-00000"

func TestKeyFile(t *testing.T) {
	for name, text := range map[string]string{
		"as written":         "posbox key 1\nbaaz https://baaz.mn\nkey " + zeroKey + "\n",
		"by Windows":         "\ufeffposbox key 1\r\nbaaz https://baaz.mn\r\nkey " + zeroKey + "\r\n\r\n",
		"by hand, in a word": "# Номин 003\n\nposbox key 1\n  key   " + strings.ToLower(strings.ReplaceAll(zeroKey, "-", " ")) + "\nbaaz https://baaz.mn",
	} {
		f, err := ParseKeyFile([]byte(text))
		if err != nil || f.BAAZ != "https://baaz.mn" || f.Key.Reveal() != zeroKey {
			t.Errorf("%s: %+v %v", name, f, err)
			continue
		}
		if back, err := ReadKeyFile(strings.NewReader(f.Text())); err != nil || back != f {
			t.Errorf("%s, written and read: %+v %v", name, back, err)
		}
	}
}

func TestKeyFileRefuses(t *testing.T) {
	const head, baaz, key = "posbox key 1\n", "baaz baaz.mn\n", "key " + zeroKey + "\n"
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":           {"", ErrKeyFile},
		"another file":      {"Dear customer,\n" + baaz + key, ErrKeyFile},
		"a later form":      {"posbox key 2\n" + baaz + key, ErrKeyFile},
		"no address":        {head + key, ErrKeyFile},
		"no key":            {head + baaz, ErrKeyFile},
		"two keys":          {head + baaz + key + key, ErrKeyFile},
		"an unknown word":   {head + baaz + key + "till 003\n", ErrKeyFile},
		"an empty value":    {head + "baaz\n" + key, ErrKeyFile},
		"an address of two": {head + "baaz a b\n" + key, ErrKeyFile},
		"a long address":    {head + "baaz " + strings.Repeat("a", maxBAAZ+1) + "\n" + key, ErrKeyFile},
		"a short key":       {head + baaz + "key 00000\n", ErrKeyForm},
		"a mistyped key":    {head + baaz + "key 00000-00000-00000-00000-00001\n", ErrKeyCheck},
		"too large":         {head + baaz + key + strings.Repeat("#", maxKeyFile), ErrKeyFile},
		"no text":           {head + baaz + key + "\xff", ErrKeyFile},
	} {
		_, err := ReadKeyFile(strings.NewReader(c.text))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "00000") {
			t.Errorf("%s: the error tells of the key: %v", name, err)
		}
	}
}

func FuzzKeyFile(f *testing.F) {
	f.Add([]byte("posbox key 1\nbaaz https://baaz.mn\nkey " + zeroKey + "\n"))
	f.Add([]byte("\ufeffposbox key 1\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ParseKeyFile(b)
		if err != nil {
			return
		}
		if back, err := ParseKeyFile([]byte(k.Text())); err != nil || back != k {
			t.Errorf("%q: %+v, written and read %+v %v", b, k, back, err)
		}
	})
}
