package store

import (
	"crypto/sha256"
	"errors"

	"posbox/journal"
)

// BoxState is what BAAZ thinks of a box.
type BoxState string

// The states of a box.
const (
	BoxActive   BoxState = "active"
	BoxReplaced BoxState = "replaced" // another box has its point; what it sold before it knew is still taken
	BoxRevoked  BoxState = "revoked"  // nothing is taken
)

// BoxRow is a box and the durable head of its chain.
type BoxRow struct {
	Box     journal.Box
	Point   Point
	Epoch   uint32
	State   BoxState
	Seq     journal.Seq
	Hash    journal.Hash
	Learned journal.Seq // where its chain says that it knows of its replacement; 0: nowhere yet
}

// BoxCompany returns the company of a box; ErrNone where it has never joined.
func (t *Tx) BoxCompany(b journal.Box) (c Company, err error) {
	hash := sha256.Sum256(b[:])
	return c, t.row(sqlBoxCompany, []any{hash[:]}, (*int64)(&c))
}

// PutBox lets a box join: with an empty chain, or with the chain that it has where it joined before. The company it
// belongs to is returned: it may be another one, and then nothing was written.
func (t *Tx) PutBox(c Company, publicKey []byte, p Point, epoch uint32, now int64) (Company, error) {
	b := journal.BoxOf(publicKey)
	hash := sha256.Sum256(b[:])
	if err := t.exec(sqlBoxDirected, hash[:], int64(c)); err != nil {
		return 0, err
	}
	owner, err := t.BoxCompany(b)
	if err != nil || owner != c {
		return owner, err
	}
	before, err := t.Box(c, b)
	if err != nil && !errors.Is(err, ErrNone) {
		return 0, err
	}
	var zero journal.Hash
	if err := t.exec(sqlBoxPut, int64(c), b[:], publicKey, int64(p), int64(epoch), string(BoxActive), zero[:], now); err != nil {
		return 0, err
	}
	if before.Point != 0 && before.Point != p {
		if err := t.listTill(c, before.Point); err != nil {
			return 0, err
		}
	}
	return c, t.listTill(c, p)
}

// LockBox reads a box and holds it until the transaction ends.
func (t *Tx) LockBox(c Company, b journal.Box, now int64) (BoxRow, error) {
	row, err := t.box(b, sqlBoxLock, int64(c), b[:], now)
	if err != nil {
		return row, err
	}
	return row, t.tillSeen(c, b, now)
}

// Box reads a box.
func (t *Tx) Box(c Company, b journal.Box) (BoxRow, error) {
	return t.box(b, sqlBoxRead, int64(c), b[:])
}

func (t *Tx) box(b journal.Box, text string, args ...any) (BoxRow, error) {
	row := BoxRow{Box: b}
	var hash []byte
	err := t.row(text, args, (*int64)(&row.Point), &row.Epoch, (*string)(&row.State), (*int64seq)(&row.Seq), &hash, (*int64seq)(&row.Learned))
	copy(row.Hash[:], hash)
	return row, err
}

// int64seq scans a sequence: the drivers know no uint64.
type int64seq journal.Seq

// Scan implements sql.Scanner.
func (s *int64seq) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return ErrNone
	}
	*s = int64seq(n)
	return nil
}

// Boxes lists a company's boxes.
func (t *Tx) Boxes(c Company) (list []BoxRow, err error) {
	return list, t.rows(sqlBoxes, []any{int64(c)}, func(scan func(...any) error) error {
		var r BoxRow
		var box, hash []byte
		if err := scan(&box, (*int64)(&r.Point), &r.Epoch, (*string)(&r.State), (*int64seq)(&r.Seq), &hash, (*int64seq)(&r.Learned)); err != nil {
			return err
		}
		copy(r.Box[:], box)
		copy(r.Hash[:], hash)
		list = append(list, r)
		return nil
	})
}

// MoveHead makes a box's chain end at r.
func (t *Tx) MoveHead(c Company, r BoxRow) error {
	return t.exec(sqlBoxHead, int64(c), r.Box[:], int64(r.Seq), r.Hash[:], int64(r.Learned))
}

// SetBoxState changes what BAAZ thinks of a box.
func (t *Tx) SetBoxState(c Company, b journal.Box, s BoxState) error {
	if err := t.exec(sqlBoxState, int64(c), b[:], string(s)); err != nil {
		return err
	}
	row, err := t.Box(c, b)
	if errors.Is(err, ErrNone) {
		return nil
	}
	return errors.Join(err, t.listTill(c, row.Point))
}

// RecordHash returns the hash of a stored record; ErrNone where there is none.
func (t *Tx) RecordHash(c Company, b journal.Box, seq journal.Seq) (h journal.Hash, err error) {
	var hash []byte
	err = t.row(sqlRecordHash, []any{int64(c), b[:], int64(seq)}, &hash)
	copy(h[:], hash)
	return h, err
}

// AddRecords stores records of a box as they were sent.
func (t *Tx) AddRecords(c Company, p Point, late bool, now int64, records []journal.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = []any{int64(c), r.Box[:], int64(r.Seq), int64(p), r.Kind, now, bit(late), r.Hash[:], r.Raw}
	}
	return t.insert(sqlRecordsAdd, rows)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Stored is a record as it stands in the store.
type Stored struct {
	Seq   journal.Seq
	Point Point
	Late  bool
	Raw   []byte
}

// Records returns at most limit records of a box after a sequence.
func (t *Tx) Records(c Company, b journal.Box, after journal.Seq, limit int) (list []Stored, err error) {
	return list, t.rows(sqlRecords, []any{int64(c), b[:], int64(after), int64(limit)}, func(scan func(...any) error) error {
		var r Stored
		var late int64
		if err := scan((*int64seq)(&r.Seq), (*int64)(&r.Point), &late, &r.Raw); err != nil {
			return err
		}
		r.Late = late != 0
		list = append(list, r)
		return nil
	})
}

// CountRecords counts a company's records.
func (t *Tx) CountRecords(c Company) (n int64, err error) {
	return n, t.row(sqlRecordCount, []any{int64(c)}, &n)
}

// Problem is a record that was kept and could not be counted.
type Problem struct {
	Box    journal.Box
	Seq    journal.Seq
	Code   string
	Detail string
}

// AddProblems notes problems.
func (t *Tx) AddProblems(c Company, now int64, list []Problem) error {
	rows := make([][]any, len(list))
	for i, p := range list {
		rows[i] = []any{int64(c), p.Box[:], int64(p.Seq), p.Code, p.Detail, now}
	}
	return t.insert(sqlProblemsAdd, rows)
}

// Problems lists a company's problems.
func (t *Tx) Problems(c Company) (list []Problem, err error) {
	return list, t.rows(sqlProblems, []any{int64(c)}, func(scan func(...any) error) error {
		var p Problem
		var box []byte
		if err := scan(&box, (*int64seq)(&p.Seq), &p.Code, &p.Detail); err != nil {
			return err
		}
		copy(p.Box[:], box)
		list = append(list, p)
		return nil
	})
}

// SetAside keeps records that do not belong to the chain of their box. Those that are kept already change nothing.
func (t *Tx) SetAside(c Company, now int64, why string, records []journal.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = []any{int64(c), r.Box[:], int64(r.Seq), r.Hash[:], why, now, r.Raw}
	}
	return t.insert(sqlAside, rows)
}

// Aside is a record in quarantine.
type Aside struct {
	Box journal.Box
	Seq journal.Seq
	Why string
	Raw []byte
}

// Asides lists a company's quarantine.
func (t *Tx) Asides(c Company) (list []Aside, err error) {
	return list, t.rows(sqlAsides, []any{int64(c)}, func(scan func(...any) error) error {
		var a Aside
		var box []byte
		if err := scan(&box, (*int64seq)(&a.Seq), &a.Why, &a.Raw); err != nil {
			return err
		}
		copy(a.Box[:], box)
		list = append(list, a)
		return nil
	})
}

// Alarm is what a person must look at.
type Alarm struct {
	Box    journal.Box
	Kind   string
	Detail string
	Times  int64
	First  int64 // when it was raised first and last
	Last   int64
	// AwayBy and AwayAt say who has looked at it and put it away, and when; at 0: nobody.
	AwayBy string
	AwayAt int64
}

// Raise raises an alarm, or counts it once more; one that was put away is back.
func (t *Tx) Raise(c Company, a Alarm, now int64) error {
	return t.exec(sqlAlarm, int64(c), a.Box[:], a.Kind, a.Detail, now)
}

// LockAlarm reads an alarm and holds it until the transaction ends; ErrNone where there is none.
func (t *Tx) LockAlarm(c Company, b journal.Box, kind string) (a Alarm, err error) {
	a.Box, a.Kind = b, kind
	return a, t.row(sqlAlarmLock, []any{int64(c), b[:], kind}, &a.Detail, &a.Times, &a.First, &a.Last, &a.AwayBy, &a.AwayAt)
}

// PutAlarmAway notes who has looked at an alarm.
func (t *Tx) PutAlarmAway(c Company, a Alarm, by string, at int64) error {
	return t.exec(sqlAlarmAway, int64(c), a.Box[:], a.Kind, by, at)
}

// AlarmRings reports whether an alarm of a box waits for somebody.
func (t *Tx) AlarmRings(c Company, b journal.Box, kind string) (bool, error) {
	var n int64
	err := t.row(sqlAlarmRings, []any{int64(c), b[:], kind}, &n)
	return n > 0, err
}

// Alarms lists a company's alarms: those that wait for somebody first, the newest of them first.
func (t *Tx) Alarms(c Company) (list []Alarm, err error) {
	return list, t.rows(sqlAlarms, []any{int64(c)}, func(scan func(...any) error) error {
		var a Alarm
		var box []byte
		if err := scan(&box, &a.Kind, &a.Detail, &a.Times, &a.First, &a.Last, &a.AwayBy, &a.AwayAt); err != nil {
			return err
		}
		copy(a.Box[:], box)
		list = append(list, a)
		return nil
	})
}
