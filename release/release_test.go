package release

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"posbox/pos/fault"
)

// key makes a key that is the same in every run.
func key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

func keysOf(keys ...ed25519.PrivateKey) Keys {
	k := Keys{}
	for _, s := range keys {
		k[IDOf(public(s))] = public(s)
	}
	return k
}

// contents are the parts of the tests' bundle.
var contents = map[string]string{
	Root: strings.Repeat("root ", 50_000), Userland: strings.Repeat("ui ", 70_000), Kernel: "kernel", Initramfs: "initramfs",
}

// bundle makes one; parts that are left out are named.
func bundle(t testing.TB, leftOut string, keys ...ed25519.PrivateKey) (Manifest, []byte) {
	t.Helper()
	m := Manifest{Product: Product, Station: "vm", Version: 8, Command: "panic=10 console=tty0"}
	var packed bytes.Buffer
	for _, name := range order {
		var out bytes.Buffer
		p, err := Pack(&out, name, strings.NewReader(contents[name]))
		if err != nil {
			t.Fatal(err)
		}
		if name == leftOut {
			p.Packed = 0
			out.Reset()
		}
		m.Parts = append(m.Parts, p)
		packed.Write(out.Bytes())
	}
	var whole bytes.Buffer
	if err := WriteHead(&whole, m, keys...); err != nil {
		t.Fatal(err)
	}
	whole.Write(packed.Bytes())
	return m, whole.Bytes()
}

// read reads a bundle to its end.
func read(r io.Reader, keys Keys) (got map[string]string, err error) {
	b, err := Open(r, keys)
	if err != nil {
		return nil, err
	}
	got = map[string]string{}
	for {
		p, err := b.Next()
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		u, err := b.Unpack()
		if err != nil {
			return got, err
		}
		content, err := io.ReadAll(u)
		u.Close()
		if err != nil {
			return got, err
		}
		got[p.Name] = string(content)
	}
}

func TestRoundTrip(t *testing.T) {
	old, young, stranger := key(1), key(2), key(3)
	m, file := bundle(t, "", stranger, old)
	for _, r := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file))} {
		got, err := read(r, keysOf(old, young))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range contents {
			if got[name] != want {
				t.Errorf("%s came out with %d bytes, not %d", name, len(got[name]), len(want))
			}
		}
	}
	b, err := Open(bytes.NewReader(file), keysOf(old))
	if err != nil || b.Manifest.Version != 8 || b.Manifest.Size() != m.Size() || len(b.Signers) != 1 || b.Signers[0] != IDOf(public(old)) {
		t.Errorf("%+v %v", b, err)
	}
	// Nobody needs to read parts that are at hand.
	for range order {
		if _, err := b.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Next(); err != io.EOF {
		t.Errorf("after the last part: %v", err)
	}
	if _, again := bundle(t, "", stranger, old); !bytes.Equal(file, again) {
		t.Error("the same parts and keys gave another bundle")
	}
}

func TestLook(t *testing.T) {
	_, file := bundle(t, "", key(1), key(2))
	b, err := Look(bytes.NewReader(file))
	if err != nil || b.Manifest.Station != "vm" || len(b.Signers) != 2 || !IsBundle(file) || IsBundle(file[1:]) {
		t.Errorf("%+v %v", b, err)
	}
}

func TestLeftOut(t *testing.T) {
	_, file := bundle(t, Userland, key(1))
	if got, err := read(bytes.NewReader(file), keysOf(key(1))); fault.CodeOf(err) != fault.UpdateBase || got[Root] == "" {
		t.Errorf("a part that is not there: %v", err)
	}
}

// TestTampered: every way to change a bundle has its code.
func TestTampered(t *testing.T) {
	good := key(1)
	m, file := bundle(t, "", good)
	head := len(magic) + 5 + len(m.Bytes())
	change := func(at int) []byte {
		b := bytes.Clone(file)
		b[at] ^= 1
		return b
	}
	resign := func(change func(*Manifest)) []byte {
		m := m
		m.Parts = append([]Part{}, m.Parts...)
		change(&m)
		raw := m.Bytes()
		b := append([]byte(magic), 0, 0, byte(len(raw)>>8), byte(len(raw)), 1)
		id := IDOf(public(good))
		b = append(append(append(b, raw...), id[:]...), ed25519.Sign(good, signed(raw))...)
		return append(b, file[head+signatureSize:]...)
	}
	unsigned := append(bytes.Clone(file[:len(magic)+4]), 0)
	unsigned = append(append(unsigned, m.Bytes()...), file[head+signatureSize:]...)
	many := bytes.Clone(file)
	many[len(magic)+4] = 9
	for name, c := range map[string]struct {
		file []byte
		want fault.Code
	}{
		"untouched":                {file, ""},
		"empty":                    {nil, fault.UpdateTruncated},
		"another file":             {bytes.Repeat([]byte("PK\x03\x04"), 100), fault.UpdateMalformed},
		"head cut":                 {file[:head+5], fault.UpdateTruncated},
		"last byte missing":        {file[:len(file)-1], fault.UpdateTruncated},
		"cut in the userland":      {file[:len(file)-len(file)/8], fault.UpdateTruncated},
		"manifest changed":         {change(len(magic) + 5 + 30), fault.UpdateSignature},
		"signature changed":        {change(head + 20), fault.UpdateSignature},
		"another key's id":         {change(head), fault.UpdateUnsigned},
		"no signature":             {unsigned, fault.UpdateUnsigned},
		"too many signatures":      {many, fault.UpdateMalformed},
		"a part's byte changed":    {change(head + signatureSize + 40), fault.UpdateDamaged},
		"a part's begin changed":   {change(head + signatureSize), fault.UpdateDamaged},
		"something behind":         {append(bytes.Clone(file), 0), fault.UpdateMalformed},
		"another product":          {resign(func(m *Manifest) { m.Product = "toaster" }), fault.UpdateMalformed},
		"no version":               {resign(func(m *Manifest) { m.Version = 0 }), fault.UpdateMalformed},
		"a part too few":           {resign(func(m *Manifest) { m.Parts = m.Parts[1:] }), fault.UpdateMalformed},
		"parts in another order":   {resign(func(m *Manifest) { m.Parts[0], m.Parts[1] = m.Parts[1], m.Parts[0] }), fault.UpdateMalformed},
		"a huge part":              {resign(func(m *Manifest) { m.Parts[0].Size = maxPart + 1 }), fault.UpdateMalformed},
		"a huge kernel":            {resign(func(m *Manifest) { m.Parts[2].Size = maxBoot + 1 }), fault.UpdateMalformed},
		"a root of its own":        {resign(func(m *Manifest) { m.Command = "quiet root=/dev/sda" }), fault.UpdateMalformed},
		"a line more in the entry": {resign(func(m *Manifest) { m.Command = "quiet\ninitrd /evil" }), fault.UpdateMalformed},
		"shorter than signed":      {resign(func(m *Manifest) { m.Parts[0].Size++ }), fault.UpdateDamaged},
		"longer than signed":       {resign(func(m *Manifest) { m.Parts[0].Size-- }), fault.UpdateDamaged},
		"another sum":              {resign(func(m *Manifest) { m.Parts[1].SHA256[0]++ }), fault.UpdateDamaged},
		"a folder as station":      {resign(func(m *Manifest) { m.Station = "../vm" }), fault.UpdateMalformed},
	} {
		if _, err := read(bytes.NewReader(c.file), keysOf(good)); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := read(bytes.NewReader(file), Keys{}); fault.CodeOf(err) != fault.UpdateUnsigned {
		t.Errorf("a box without keys: %v", err)
	}
	broken := errors.New("the stick was pulled")
	if _, err := read(io.MultiReader(bytes.NewReader(file[:len(file)/2]), iotest.ErrReader(broken)), keysOf(good)); fault.CodeOf(err) != fault.UpdateTruncated || !errors.Is(err, broken) {
		t.Errorf("a stream that breaks: %v", err)
	}
}

// TestOneWayToSayIt: a manifest said differently is not the manifest.
func TestOneWayToSayIt(t *testing.T) {
	m, _ := bundle(t, "", key(1))
	var spaced bytes.Buffer
	json.Indent(&spaced, m.Bytes(), "", " ")
	text := string(m.Bytes())
	for name, b := range map[string]string{
		"spaces": spaced.String(), "behind": text + " ", "another field": strings.Replace(text, `{"product"`, `{"x":1,"product"`, 1),
		"twice": strings.Replace(text, `"version":8`, `"version":9,"version":8`, 1), "case": strings.Replace(text, `"version"`, `"Version"`, 1),
		"null": "null", "list": "[]", "digits": strings.Replace(text, `"sha256":"`, `"sha256":"0`, 1),
	} {
		if _, err := ParseManifest([]byte(b)); fault.CodeOf(err) != fault.UpdateMalformed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := ParseManifest(m.Bytes()); err != nil || got.Part(Kernel).SHA256 != sha256.Sum256([]byte("kernel")) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestKeyFiles(t *testing.T) {
	a, b := key(1), key(2)
	file := "# release keys\n\n" + FormatPublic(public(a)) + strings.TrimSpace(FormatPublic(public(b))) + " of the second vendor\n"
	keys, err := ParseKeys([]byte(file))
	if err != nil || len(keys) != 2 || !keys[IDOf(public(b))].Equal(public(b)) {
		t.Errorf("%v %v", keys, err)
	}
	if back, err := ParseSecret([]byte(FormatSecret(a))); err != nil || !back.Equal(a) {
		t.Errorf("secret key: %v", err)
	}
	for name, text := range map[string]string{
		"a word": "key", "a secret one": FormatSecret(a), "a letter changed": strings.Replace(FormatPublic(public(a)), "=", "A", 1),
		"another id": strings.Replace(FormatPublic(public(a)), IDOf(public(a)).String(), IDOf(public(b)).String(), 1),
	} {
		if _, err := ParseKeys([]byte(text)); err == nil {
			t.Errorf("%s was taken for a public key", name)
		}
	}
	if _, err := ParseSecret([]byte(FormatPublic(public(a)))); err == nil {
		t.Error("a public key was taken for a secret one")
	}
}

func FuzzOpen(f *testing.F) {
	_, whole := bundle(f, "", key(1))
	_, thin := bundle(f, Root, key(1), key(2))
	f.Add(whole)
	f.Add(thin)
	f.Add([]byte(magic))
	keys := keysOf(key(1))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := read(bytes.NewReader(b), keys)
		for name, content := range got {
			// Whatever is believed is what was signed: nobody has signed anything else with this key.
			if content != contents[name] {
				t.Errorf("%s was believed (%v)", name, err)
			}
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	m, _ := bundle(f, "", key(1))
	f.Add(m.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseManifest(b); err == nil && !bytes.Equal(m.Bytes(), b) {
			t.Errorf("%q was read as %q", b, m.Bytes())
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	f.Add(FormatPublic(public(key(1))))
	f.Add(FormatSecret(key(1)))
	f.Fuzz(func(t *testing.T, s string) {
		ParseKeys([]byte(s))
		ParseSecret([]byte(s))
	})
}
