package uplink

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Bounds of a snapshot.
const (
	maxSnapshot    = 1 << 30 // bytes of the file
	maxSnapshotRaw = 8 << 30 // unpacked
	maxWindow      = 32 << 20
)

// partName begins the names of files that are under way; the hash of what they are to be follows.
const partName = "snapshot.part."

// takeSnapshot takes all of a scope, as it was at a version or later.
func (d *Down) takeSnapshot(ctx context.Context, scope wire.Scope, at wire.Position, least uint64) error {
	body, err := d.ask(ctx, fmt.Sprintf("/v1/scopes/%s/snapshot?least=%d", scope, least), maxAnswer)
	if err != nil {
		return err
	}
	var s wire.Snapshot
	if err := json.Unmarshal(body, &s); err != nil || !s.SignedBy(d.baaz.key, scope) {
		return broken("the description of a snapshot of %s is not signed", scope)
	}
	// What is older than what the box has is an old copy. A BAAZ that was restored from a backup has an older version, too,
	// but says so later.
	if s.Time < at.Time || s.Time < d.stamp.last()-wire.RequestLife.Microseconds() {
		return &trouble{code: fault.CentralOld, cause: fmt.Errorf("a snapshot of %s", scope)}
	}
	if s.Size < 0 || s.Size > maxSnapshot || s.Raw < 0 || s.Raw > maxSnapshotRaw {
		return broken("a snapshot of %d bytes", s.Size)
	}
	d.signed(s.Time)
	file, err := d.download(ctx, s)
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	z, err := zstd.NewReader(file, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(2))
	if err != nil {
		return err
	}
	defer z.Close()
	err = d.o.Keeper.Replace(ctx, s, wire.NewRows(io.LimitReader(z, s.Raw+1)))
	if errors.Is(err, wire.ErrRow) || errors.Is(err, zstd.ErrMagicMismatch) {
		return broken("a snapshot of %s: %w", scope, err) // signed by BAAZ, and not as it should be
	}
	return err
}

// download fetches a snapshot's file and proves it. What was fetched before the line broke is gone on with.
func (d *Down) download(ctx context.Context, s wire.Snapshot) (*os.File, error) {
	path := filepath.Join(d.o.Dir, partName+s.Hash.String())
	d.forgetOthers(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(err, fault.CatalogWrite)
	}
	if err := d.fetch(ctx, f, s); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := prove(f, s); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, err
}

// forgetOthers removes what was begun of other snapshots.
func (d *Down) forgetOthers(path string) {
	old, _ := filepath.Glob(filepath.Join(d.o.Dir, partName+"*"))
	for _, name := range old {
		if name != path {
			os.Remove(name)
		}
	}
}

// prove compares a file with what BAAZ has signed.
func prove(f *os.File, s wire.Snapshot) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return err
	}
	if n != s.Size || journal.Hash(h.Sum(nil)) != s.Hash {
		return broken("the file of a snapshot of %s is not what BAAZ has signed", s.Scope)
	}
	return nil
}

// fetch fetches what of the file is not there yet.
func (d *Down) fetch(ctx context.Context, f *os.File, s wire.Snapshot) error {
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil || have == s.Size {
		return err
	}
	if have > s.Size {
		if err := f.Truncate(0); err != nil {
			return err
		}
		have = 0
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := d.request(ctx, "/v1/scopes/"+s.Scope.String()+"/snapshot/"+s.Hash.String())
	if err != nil {
		return err
	}
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	stalled := newWatchdog(d.o.Timeout, cancel)
	defer stalled.stop()
	resp, err := d.client.Do(req)
	if err != nil {
		return &trouble{code: fault.UplinkUnreachable, cause: err}
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		have = 0
	case resp.StatusCode == http.StatusPartialContent && have > 0 && resp.Header.Get("Content-Range") == fmt.Sprintf("bytes %d-%d/%d", have, s.Size-1, s.Size):
	default:
		text, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return refused(resp.StatusCode, text, retryAfter(resp.Header.Get("Retry-After")))
	}
	if err := f.Truncate(have); err != nil {
		return err
	}
	return d.pour(f, &alive{resp.Body, stalled}, have, s.Size)
}

// pour writes an answer's body behind what there is of the file.
func (d *Down) pour(f *os.File, body io.Reader, at, size int64) error {
	buf := make([]byte, 256<<10)
	for {
		n, err := body.Read(buf)
		if int64(n) > size-at {
			return broken("more than a snapshot's file was sent")
		}
		if _, err := f.WriteAt(buf[:n], at); err != nil {
			return fault.Wrap(err, fault.CatalogWrite)
		}
		at += int64(n)
		d.become(func(st *DownStatus) { st.Bytes, st.Of = at, size })
		switch {
		case err == io.EOF && at < size:
			return &trouble{code: fault.UplinkUnreachable, cause: io.ErrUnexpectedEOF}
		case err == io.EOF:
			return nil
		case err != nil:
			return &trouble{code: fault.UplinkUnreachable, cause: err}
		}
	}
}
