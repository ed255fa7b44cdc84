package store

import (
	"errors"

	"posbox/journal"
)

// errEnough ends the reading of rows.
var errEnough = errors.New("store: enough")

// SnapshotPart is how many bytes of a snapshot's file stand in one row; the last has fewer.
const SnapshotPart = 1 << 20

// SnapshotRow describes a snapshot's file.
type SnapshotRow struct {
	Version uint64
	Chain   journal.Hash
	Hash    journal.Hash // of the file
	Size    int64
	Raw     int64 // unpacked
	Rows    int64
}

// Snapshots lists the snapshots of a scope, newest first.
func (t *Tx) Snapshots(c Company, scope string) (list []SnapshotRow, err error) {
	return list, t.rows(sqlSnapshots, []any{int64(c), scope}, func(scan func(...any) error) error {
		var r SnapshotRow
		var chain, hash []byte
		if err := scan((*int64version)(&r.Version), &chain, &hash, &r.Size, &r.Raw, &r.Rows); err != nil {
			return err
		}
		copy(r.Chain[:], chain)
		copy(r.Hash[:], hash)
		list = append(list, r)
		return nil
	})
}

// AddSnapshot keeps a snapshot's file. Where another server was first with the same version, its file stays.
func (t *Tx) AddSnapshot(c Company, scope string, r SnapshotRow, file []byte) error {
	var version int64
	err := t.row(sqlSnapshotAdd, []any{int64(c), scope, int64(r.Version), r.Chain[:], r.Hash[:], r.Size, r.Raw, r.Rows}, &version)
	if errors.Is(err, ErrNone) {
		return nil
	}
	for part := int64(0); err == nil && len(file) > 0; part++ {
		n := min(len(file), SnapshotPart)
		err = t.exec(sqlPartsAdd, int64(c), scope, int64(r.Version), part, file[:n])
		file = file[n:]
	}
	return err
}

// DropSnapshot forgets a snapshot.
func (t *Tx) DropSnapshot(c Company, scope string, version uint64) error {
	if err := t.exec(sqlPartsGone, int64(c), scope, int64(version)); err != nil {
		return err
	}
	return t.exec(sqlSnapshotGone, int64(c), scope, int64(version))
}

// SnapshotData returns one part of a snapshot's file; ErrNone where it is gone.
func (t *Tx) SnapshotData(c Company, scope string, version uint64, part int64) (data []byte, err error) {
	return data, t.row(sqlPart, []any{int64(c), scope, int64(version), part}, &data)
}
