// Package release is what an update is made of: a manifest that names every byte of a version, signatures over it, and the
// file that carries both with the bytes. It is pure: whoever calls it reads and writes.
//
// A bundle is one file that can be believed while it arrives:
//
//	"posbox update 1\n"                          16 bytes
//	length of the manifest, uint32 big-endian    at most 64 KiB
//	number of signatures, one byte               1 to 8
//	manifest                                     canonical JSON: see Manifest.Bytes
//	signatures                                   key id 8 bytes, Ed25519 signature 64 bytes
//	parts                                        zstd, in the manifest's order, each as long as its "packed" says
//
// What is signed is "posbox manifest 1\n" followed by the manifest. The manifest holds the SHA-256 of every part, so after
// the head nothing needs to be taken on trust. A part with "packed":0 is not in the file: the box has those bytes already,
// in either of its slots, and copies them. One known key's signature is enough; several stand there while keys change.
package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"posbox/pos/fault"
)

// Product is the only one that bundles are made for.
const Product = "posbox"

// Version counts a station's releases up. 0 is an image for trying out and never a release.
type Version uint64

// String gives the digits.
func (v Version) String() string { return strconv.FormatUint(uint64(v), 10) }

// ParseVersion reads digits.
func ParseVersion(s string) (Version, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("release: %q is no version", s)
	}
	return Version(n), nil
}

// Sum is a SHA-256; hex in text.
type Sum [sha256.Size]byte

// String gives lower-case hex.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// MarshalText implements encoding.TextMarshaler.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Sum) UnmarshalText(b []byte) error {
	if len(b) != 2*len(s) {
		return fmt.Errorf("release: a SHA-256 has %d digits, not %d", 2*len(s), len(b))
	}
	_, err := hex.Decode(s[:], b)
	return err
}

// Names of the parts, in the order in which they stand in every bundle.
const (
	Root      = "root"
	Userland  = "userland"
	Kernel    = "kernel"
	Initramfs = "initramfs"
)

var order = []string{Root, Userland, Kernel, Initramfs}

// Order lists the names of the parts.
func Order() []string { return slices.Clone(order) }

// Part is one stretch of bytes of a version.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 Sum    `json:"sha256"`
	Packed int64  `json:"packed"` // bytes in the bundle; 0: not in it
}

// Manifest names a version of a station.
type Manifest struct {
	Product string  `json:"product"`
	Station string  `json:"station"`
	Version Version `json:"version"`
	Command string  `json:"command"` // what the kernel is told besides its root
	Parts   []Part  `json:"parts"`
}

// Bounds of what is believed.
const (
	maxManifest = 64 << 10
	maxPart     = 2 << 30
	maxBoot     = 96 << 20 // kernel or initial file system
	maxCommand  = 1024
)

// Bytes is the one way to write a manifest: fields in the order of the type, no spaces, nothing else.
func (m Manifest) Bytes() []byte {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return b
}

// Part finds a part.
func (m Manifest) Part(name string) Part {
	i := slices.IndexFunc(m.Parts, func(p Part) bool { return p.Name == name })
	if i < 0 {
		return Part{}
	}
	return m.Parts[i]
}

// Size is what a version takes on the disk.
func (m Manifest) Size() (total int64) {
	for _, p := range m.Parts {
		total += p.Size
	}
	return total
}

// ParseManifest reads what Bytes wrote; anything else is refused, also the same said in another way: what is signed and
// what is understood are the same bytes.
func ParseManifest(b []byte) (m Manifest, err error) {
	if len(b) > maxManifest {
		return m, malformed("the manifest has %d bytes", len(b))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fault.Wrap(err, fault.UpdateMalformed)
	}
	if !bytes.Equal(m.Bytes(), b) {
		return m, malformed("the manifest is not canonical")
	}
	return m, m.Check()
}

// Check says what no manifest may be.
func (m Manifest) Check() error {
	switch {
	case m.Product != Product:
		return malformed("it is for the product %q", m.Product)
	case !isStation(m.Station):
		return malformed("the station %q has no name of a station", m.Station)
	case m.Version == 0:
		return malformed("it has no version")
	case len(m.Parts) != len(order):
		return malformed("it has %d parts", len(m.Parts))
	}
	for i, p := range m.Parts {
		if err := p.check(order[i]); err != nil {
			return err
		}
	}
	return checkCommand(m.Command)
}

func (p Part) check(name string) error {
	most := int64(maxPart)
	if name == Kernel || name == Initramfs {
		most = maxBoot
	}
	switch {
	case p.Name != name:
		return malformed("part %q stands where %q should", p.Name, name)
	case p.Size < 1 || p.Size > most:
		return malformed("part %s has %d bytes", p.Name, p.Size)
	case p.Packed < 0 || p.Packed > most+most/16:
		return malformed("part %s has %d packed bytes", p.Name, p.Packed)
	}
	return nil
}

// isStation accepts short lower-case names.
func isStation(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// checkCommand keeps a command line one line of the loader's entry, and the root the box's own affair.
func checkCommand(s string) error {
	if len(s) > maxCommand {
		return malformed("the command line has %d bytes", len(s))
	}
	for _, r := range s {
		if r < ' ' || r > '~' {
			return malformed("the command line has the character %q", r)
		}
	}
	for _, word := range strings.Fields(s) {
		key, _, _ := strings.Cut(word, "=")
		if key == "root" || key == "initrd" {
			return malformed("the command line names %s", key)
		}
	}
	return nil
}

func malformed(format string, args ...any) error {
	return fault.Wrap(fmt.Errorf("release: "+format, args...), fault.UpdateMalformed)
}
