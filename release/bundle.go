package release

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"

	"posbox/pos/fault"
)

const (
	magic         = "posbox update 1\n"
	domain        = "posbox manifest 1\n"
	maxSignatures = 8
	signatureSize = len(KeyID{}) + ed25519.SignatureSize
	// window bounds what unpacking takes of a box's memory.
	window = 8 << 20
)

// WriteHead writes all of a bundle that stands before its parts.
func WriteHead(w io.Writer, m Manifest, keys ...ed25519.PrivateKey) error {
	if err := m.Check(); err != nil {
		return err
	}
	if len(keys) < 1 || len(keys) > maxSignatures {
		return fmt.Errorf("release: %d signatures", len(keys))
	}
	manifest := m.Bytes()
	b := append([]byte(magic), 0, 0, 0, 0, byte(len(keys)))
	binary.BigEndian.PutUint32(b[len(magic):], uint32(len(manifest)))
	b = append(b, manifest...)
	for _, k := range keys {
		id := IDOf(public(k))
		b = append(append(b, id[:]...), ed25519.Sign(k, signed(manifest))...)
	}
	_, err := w.Write(b)
	return err
}

// signed is what a signature is over: no other thing that a key may ever sign begins like it.
func signed(manifest []byte) []byte { return append([]byte(domain), manifest...) }

// Pack compresses a part and says what the manifest says of it.
func Pack(w io.Writer, name string, part io.Reader) (Part, error) {
	out, sum := &counter{w: w}, sha256.New()
	// One goroutine: the same bytes whatever the machine.
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithEncoderCRC(false))
	if err != nil {
		return Part{}, err
	}
	n, err := io.Copy(io.MultiWriter(z, sum), part)
	if err := errors.Join(err, z.Close()); err != nil {
		return Part{}, err
	}
	return Part{Name: name, Size: n, SHA256: Sum(sum.Sum(nil)), Packed: out.n}, nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Bundle is one that arrives. Its manifest is believed.
type Bundle struct {
	Manifest Manifest
	Signers  []KeyID // known ones whose signature fits

	r       *source
	next    int
	current *io.LimitedReader // what is left of the current part's packed bytes
}

// Open reads a bundle's head and believes it if one known key has signed it.
func Open(r io.Reader, keys Keys) (*Bundle, error) {
	raw, signatures, err := readHead(r)
	if err != nil {
		return nil, err
	}
	b := &Bundle{r: &source{r: r}}
	for ; len(signatures) > 0; signatures = signatures[signatureSize:] {
		id := KeyID(signatures)
		key, known := keys[id]
		if !known {
			continue
		}
		if !ed25519.Verify(key, signed(raw), signatures[len(id):signatureSize]) {
			return nil, fault.Wrap(fmt.Errorf("release: the signature of %s is wrong", id), fault.UpdateSignature)
		}
		b.Signers = append(b.Signers, id)
	}
	if len(b.Signers) == 0 {
		return nil, fault.New(fault.UpdateUnsigned)
	}
	b.Manifest, err = ParseManifest(raw)
	return b, err
}

// Look reads a bundle without believing it: Signers are whoever claims to have signed. It is for people who ask what a
// file is.
func Look(r io.Reader) (*Bundle, error) {
	raw, signatures, err := readHead(r)
	if err != nil {
		return nil, err
	}
	b := &Bundle{r: &source{r: r}}
	for ; len(signatures) > 0; signatures = signatures[signatureSize:] {
		b.Signers = append(b.Signers, KeyID(signatures))
	}
	b.Manifest, err = ParseManifest(raw)
	return b, err
}

// IsBundle reports whether a file begins like one.
func IsBundle(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }

// readHead reads manifest and signatures, and believes nothing of them.
func readHead(r io.Reader) (manifest, signatures []byte, err error) {
	head := make([]byte, len(magic)+5)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, nil, short(err)
	}
	size, count := binary.BigEndian.Uint32(head[len(magic):]), int(head[len(magic)+4])
	switch {
	case string(head[:len(magic)]) != magic:
		return nil, nil, malformed("it does not begin like a bundle")
	case size == 0 || size > maxManifest:
		return nil, nil, malformed("the manifest has %d bytes", size)
	case count > maxSignatures:
		return nil, nil, malformed("%d signatures", count)
	}
	rest := make([]byte, int(size)+count*signatureSize)
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, nil, short(err)
	}
	return rest[:size], rest[size:], nil
}

// short says that a bundle did not come whole.
func short(err error) error { return fault.Wrap(err, fault.UpdateTruncated) }

// Next goes to the next part; io.EOF after the last. What has not been read of the one before is passed over.
func (b *Bundle) Next() (Part, error) {
	if b.current != nil {
		if _, err := io.Copy(io.Discard, b.current); err != nil || b.current.N > 0 {
			return Part{}, short(err)
		}
	}
	if b.next == len(b.Manifest.Parts) {
		return Part{}, b.end()
	}
	p := b.Manifest.Parts[b.next]
	b.next++
	b.current = &io.LimitedReader{R: b.r, N: p.Packed}
	return p, nil
}

// end demands that nothing follows: what nobody has signed has no place in the file.
func (b *Bundle) end() error {
	switch n, err := io.ReadFull(b.r, make([]byte, 1)); {
	case n > 0:
		return malformed("something follows the last part")
	case err != io.EOF:
		return short(err)
	}
	return io.EOF
}

// Unpack returns the current part's bytes. They end with io.EOF only if they are exactly those that were signed.
func (b *Bundle) Unpack() (io.ReadCloser, error) {
	p := b.Manifest.Parts[b.next-1]
	if p.Packed == 0 {
		return nil, fault.New(fault.UpdateBase)
	}
	z, err := zstd.NewReader(b.current, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return nil, err
	}
	return &unpacker{z: z, from: b.r, in: b.current, left: p.Size, want: p.SHA256, sum: sha256.New()}, nil
}

type unpacker struct {
	z    *zstd.Decoder
	from *source
	in   *io.LimitedReader
	left int64
	want Sum
	sum  hash.Hash
}

// Read implements io.Reader.
func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	u.left -= int64(n)
	u.sum.Write(p[:n])
	switch {
	case u.left < 0:
		return 0, damaged("it is longer than was signed")
	case err == io.EOF:
		return n, u.finish()
	case err != nil:
		return n, u.broken(err)
	}
	return n, nil
}

// finish judges the whole part.
func (u *unpacker) finish() error {
	switch {
	case u.left > 0 || Sum(u.sum.Sum(nil)) != u.want:
		return damaged("these are not the bytes that were signed")
	case u.in.N > 0:
		return damaged("something follows the packed bytes")
	}
	return io.EOF
}

// broken tells a stream that ended or broke from bytes that make no sense.
func (u *unpacker) broken(err error) error {
	if u.from.err != nil {
		return fault.Wrap(u.from.err, fault.UpdateTruncated)
	}
	return fault.Wrap(err, fault.UpdateDamaged)
}

// source remembers why no more came: a decompressor says it in words of its own.
type source struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil {
		s.err = err
	}
	return n, err
}

// Close frees what unpacking took.
func (u *unpacker) Close() error { u.z.Close(); return nil }

func damaged(text string) error { return fault.Wrap(errors.New("release: "+text), fault.UpdateDamaged) }
