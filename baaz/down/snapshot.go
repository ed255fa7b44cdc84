package down

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// A snapshot serves until more changes than this, and more than an eighth of the rows, have come after it.
const snapshotMost = 1000

// keepSnapshots is how many snapshots of a scope are kept: a box may be in the middle of the one before.
const keepSnapshots = 2

// buildWait bounds how long a request waits for a snapshot; the box asks again then.
const buildWait = 20 * time.Second

// build is a snapshot being made.
type build struct {
	done chan struct{}
	row  store.SnapshotRow
	err  error
}

// Snapshot describes a snapshot of a scope that is new enough, and not older than least, and makes it first where there is
// none.
func (d *Down) Snapshot(ctx context.Context, who store.BoxID, scope wire.Scope, least uint64) (wire.Snapshot, error) {
	var row *store.SnapshotRow
	err := d.with(ctx, who, &scope, func(tx *store.Tx, m member) (err error) {
		row, err = fresh(tx, m.company, scope, least)
		return err
	})
	if err != nil {
		return wire.Snapshot{}, err
	}
	if row == nil {
		made, err := d.make(ctx, scope)
		if err != nil {
			return wire.Snapshot{}, err
		}
		row = &made
	}
	s := wire.Snapshot{Scope: scope, Version: row.Version, Chain: row.Chain, Hash: row.Hash, Size: row.Size, Raw: row.Raw, Rows: row.Rows, Time: d.now().UnixMicro()}
	s.Sign(d.key)
	return s, nil
}

// fresh returns the newest snapshot if few changes have come after it.
func fresh(tx *store.Tx, c store.Company, scope wire.Scope, least uint64) (*store.SnapshotRow, error) {
	list, err := tx.Snapshots(c, scope.String())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	state, err := tx.Scope(c, scope.String())
	if err == nil && list[0].Version < min(least, state.Version) {
		return nil, nil
	}
	if missed := state.Version - list[0].Version; err != nil || missed > snapshotMost && missed > uint64(state.Rows)/8 {
		return nil, err
	}
	return &list[0], nil
}

// make makes a snapshot, once for all who wait for it.
func (d *Down) make(ctx context.Context, scope wire.Scope) (store.SnapshotRow, error) {
	d.mu.Lock()
	b := d.building[scope]
	if b == nil {
		b = &build{done: make(chan struct{})}
		d.building[scope] = b
		go func() { // not the request's: others wait for it as well
			b.row, b.err = d.build(context.WithoutCancel(ctx), scope)
			d.mu.Lock()
			delete(d.building, scope)
			d.mu.Unlock()
			close(b.done)
		}()
	}
	d.mu.Unlock()
	wait, cancel := context.WithTimeout(ctx, buildWait)
	defer cancel()
	select {
	case <-b.done:
		return b.row, b.err
	case <-wait.Done():
		return store.SnapshotRow{}, fault.Wrap(wait.Err(), fault.ServerBusy)
	}
}

// build makes a snapshot's file and stores it.
func (d *Down) build(ctx context.Context, scope wire.Scope) (row store.SnapshotRow, err error) {
	c := store.Company(scope.Company)
	var file bytes.Buffer
	err = d.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = write(tx, c, scope, &file)
		return err
	})
	if err != nil {
		return row, err
	}
	row.Hash, row.Size = sha256.Sum256(file.Bytes()), int64(file.Len())
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddSnapshot(c, scope.String(), row, file.Bytes()); err != nil {
			return err
		}
		list, err := tx.Snapshots(c, scope.String())
		if err != nil {
			return err
		}
		for _, old := range list[min(keepSnapshots, len(list)):] {
			if err := tx.DropSnapshot(c, scope.String(), old.Version); err != nil {
				return err
			}
		}
		for _, s := range list {
			if s.Version == row.Version {
				row = s // another server may have been first
			}
		}
		return nil
	})
	return row, err
}

// write writes all rows of a scope as they are, packed.
func write(tx *store.Tx, c store.Company, scope wire.Scope, to io.Writer) (row store.SnapshotRow, err error) {
	state, err := tx.Scope(c, scope.String())
	if err != nil {
		return row, err
	}
	row = store.SnapshotRow{Version: state.Version, Chain: state.Chain}
	z, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return row, err
	}
	var buf []byte
	err = tx.EachMaster(c, scope.String(), func(m store.MasterRow) error {
		register, code := store.SplitKey(m.Key)
		buf = wire.Row{Version: m.Version, Register: register, Code: code, Body: m.Body}.Append(buf[:0])
		row.Raw += int64(len(buf))
		row.Rows++
		_, err := z.Write(buf)
		return err
	})
	return row, errors.Join(err, z.Close())
}

// File returns a snapshot's file by its hash.
func (d *Down) File(ctx context.Context, who store.BoxID, scope wire.Scope, hash journal.Hash) (io.ReadSeeker, error) {
	var f *file
	err := d.with(ctx, who, &scope, func(tx *store.Tx, m member) error {
		list, err := tx.Snapshots(m.company, scope.String())
		for _, s := range list {
			if s.Hash == hash {
				f = &file{ctx: ctx, store: d.store, company: m.company, scope: scope.String(), row: s, part: -1}
				return nil
			}
		}
		return errors.Join(err, fault.New(fault.NotFound))
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// file reads a snapshot's file out of the store, part by part.
type file struct {
	ctx     context.Context
	store   *store.Store
	company store.Company
	scope   string
	row     store.SnapshotRow
	at      int64
	part    int64
	data    []byte
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if f.at >= f.row.Size {
		return 0, io.EOF
	}
	if part := f.at / store.SnapshotPart; part != f.part {
		err := f.store.Read(f.ctx, func(tx *store.Tx) (err error) {
			f.data, err = tx.SnapshotData(f.company, f.scope, f.row.Version, part)
			return err
		})
		if err != nil {
			return 0, err
		}
		f.part = part
	}
	within := f.at % store.SnapshotPart
	if within >= int64(len(f.data)) {
		return 0, fmt.Errorf("down: part %d of a snapshot is cut off", f.part)
	}
	n := copy(p, f.data[within:])
	f.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (f *file) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += f.at
	case io.SeekEnd:
		off += f.row.Size
	}
	if off < 0 {
		return 0, errors.New("down: before the beginning")
	}
	f.at = off
	return off, nil
}
