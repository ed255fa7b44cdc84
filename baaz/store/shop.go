package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"posbox/journal"
)

// Company names a company; 0 is BAAZ itself. It fits 53 bits, so that a browser can count on it.
type Company int64

// Point names a sales point within its company, from 1.
type Point int64

// none is the empty hash or box in a column that must not be NULL.
var none = []byte{}

// World is what a company is.
type World string

// What companies are.
const (
	WorldCompany World = "company" // it sells
	WorldVendor  World = "vendor"  // it looks after the boxes of others
)

// CompanyRow is a company.
type CompanyRow struct {
	Company Company
	Name    string
	Created int64
	World   World
	Vendor  Company // that looks after it; 0: nobody
}

// AddCompany makes a company that sells.
func (t *Tx) AddCompany(name string, now int64) (Company, error) {
	return t.AddHome(CompanyRow{Name: name, Created: now, World: WorldCompany})
}

// AddHome makes a company of any world, and returns its id, which is chosen by chance.
func (t *Tx) AddHome(r CompanyRow) (Company, error) {
	var b [8]byte
	rand.Read(b[:])
	c := Company(binary.BigEndian.Uint64(b[:])>>11) | 1
	return c, t.exec(sqlCompanyAdd, int64(c), r.Name, r.Created, string(r.World), int64(r.Vendor))
}

// PutCompany writes a company's name and vendor.
func (t *Tx) PutCompany(r CompanyRow) error {
	if err := t.exec(sqlCompanyPut, int64(r.Company), r.Name, int64(r.Vendor)); err != nil {
		return err
	}
	return t.listTills(r.Company)
}

func (r *CompanyRow) scan(scan func(...any) error) error {
	return scan((*int64)(&r.Company), &r.Name, &r.Created, (*string)(&r.World), (*int64)(&r.Vendor))
}

// Company reads a company; ErrNone where there is none.
func (t *Tx) Company(c Company) (r CompanyRow, err error) {
	return r, t.one(sqlCompanyGet, []any{int64(c)}, r.scan)
}

// EveryCompany lists all companies. Only operators may ask.
func (t *Tx) EveryCompany() ([]CompanyRow, error) { return t.companies(sqlCompanyList) }

// CompaniesOf lists the companies that a vendor looks after.
func (t *Tx) CompaniesOf(vendor Company) ([]CompanyRow, error) {
	return t.companies(sqlCompanyOf, int64(vendor))
}

func (t *Tx) companies(text string, args ...any) (list []CompanyRow, err error) {
	return list, t.rows(text, args, func(scan func(...any) error) error {
		var r CompanyRow
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// CompanyNamed finds a company by its name; ErrNone where there is none. Of several the oldest id counts.
func (t *Tx) CompanyNamed(name string) (c Company, err error) {
	err = t.rows(sqlCompanyNamed, []any{name}, func(scan func(...any) error) error {
		if c != 0 {
			return nil
		}
		return scan((*int64)(&c))
	})
	if err == nil && c == 0 {
		err = ErrNone
	}
	return c, err
}

// CompanyName returns what a company is called.
func (t *Tx) CompanyName(c Company) (name string, err error) {
	return name, t.row(sqlCompanyName, []any{int64(c)}, &name)
}

// Companies lists all companies. Only what belongs to BAAZ itself may ask.
func (t *Tx) Companies() (list []Company, err error) {
	return list, t.rows(sqlCompanies, nil, func(scan func(...any) error) error {
		var c Company
		var name string
		var created int64
		if err := scan((*int64)(&c), &name, &created); err != nil {
			return err
		}
		list = append(list, c)
		return nil
	})
}

// Secret returns a secret of a company, made by fresh where there is none yet. Whoever is first decides.
func (t *Tx) Secret(c Company, name string, fresh func() []byte) (value []byte, err error) {
	err = t.row(sqlSecretGet, []any{int64(c), name}, &value)
	if !errors.Is(err, ErrNone) {
		return value, err
	}
	if err := t.exec(sqlSecretAdd, int64(c), name, fresh()); err != nil {
		return nil, err
	}
	return value, t.row(sqlSecretGet, []any{int64(c), name}, &value)
}

// SigningKey returns the key that signs BAAZ's answers, made where there is none yet. All servers on one database have
// the same one.
func (s *Store) SigningKey(ctx context.Context) (ed25519.PrivateKey, error) {
	var seed []byte
	err := s.Write(ctx, func(tx *Tx) (err error) {
		seed, err = tx.Secret(0, "sign", func() []byte {
			b := make([]byte, ed25519.SeedSize)
			rand.Read(b)
			return b
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, errors.New("store: the signing key is damaged")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// KnownSecret returns a secret of a company; ErrNone where there is none yet.
func (t *Tx) KnownSecret(c Company, name string) (value []byte, err error) {
	return value, t.row(sqlSecretGet, []any{int64(c), name}, &value)
}

// PointRow is a sales point.
type PointRow struct {
	Point     Point
	Name      string
	Epoch     uint32 // counts the boxes that have joined
	Box       []byte // that has the issuing rights; empty: none yet
	NextShift int64
}

// AddPoint makes a sales point.
func (t *Tx) AddPoint(c Company, name string, now int64) (p Point, err error) {
	var last int64
	if err := t.row(sqlPointLast, []any{int64(c)}, &last); err != nil {
		return 0, err
	}
	p = Point(last + 1)
	if err := t.exec(sqlPointAdd, int64(c), int64(p), name, none, now); err != nil {
		return 0, err
	}
	return p, t.listTill(c, p)
}

// Points lists a company's sales points.
func (t *Tx) Points(c Company) (list []PointRow, err error) {
	return list, t.rows(sqlPoints, []any{int64(c)}, func(scan func(...any) error) error {
		var p PointRow
		if err := scan((*int64)(&p.Point), &p.Name, &p.Epoch, &p.Box, &p.NextShift); err != nil {
			return err
		}
		list = append(list, p)
		return nil
	})
}

// LockPoint reads a sales point and holds it until the transaction ends.
func (t *Tx) LockPoint(c Company, p Point) (row PointRow, err error) {
	row.Point = p
	return row, t.row(sqlPointLock, []any{int64(c), int64(p)}, &row.Name, &row.Epoch, &row.Box, &row.NextShift)
}

// TakePoint gives a box the issuing rights of a point.
func (t *Tx) TakePoint(c Company, p Point, epoch uint32, box journal.Box) error {
	if err := t.exec(sqlPointTake, int64(c), int64(p), int64(epoch), box[:]); err != nil {
		return err
	}
	return t.listTill(c, p)
}

// PointOf reads a sales point; ErrNone where there is none.
func (t *Tx) PointOf(c Company, p Point) (row PointRow, err error) {
	row.Point = p
	return row, t.row(sqlPointRead, []any{int64(c), int64(p)}, &row.Name, &row.Epoch, &row.Box, &row.NextShift)
}

// RaiseShift remembers that shifts before next have been opened at a point.
func (t *Tx) RaiseShift(c Company, p Point, next int64) error {
	return t.exec(sqlPointShift, int64(c), int64(p), next)
}

// KeyRow is a connection key. Joined is the answer given to the box that used it.
type KeyRow struct {
	Company Company
	Hash    []byte // names the key
	Proof   []byte // what both sides derive from it
	Point   Point
	Expires int64
	Used    int64 // 0: not yet
	Box     []byte
	Joined  []byte
}

// AddKey makes a connection key for a point.
func (t *Tx) AddKey(k KeyRow, now int64) error {
	if err := t.exec(sqlKeyDirected, k.Hash, int64(k.Company)); err != nil {
		return err
	}
	if err := t.exec(sqlKeyAdd, int64(k.Company), k.Hash, k.Proof, int64(k.Point), now, k.Expires, none); err != nil {
		return err
	}
	return t.listTill(k.Company, k.Point)
}

// LockKey reads a connection key and holds it until the transaction ends; ErrNone where there is none.
func (t *Tx) LockKey(hash []byte) (k KeyRow, err error) {
	k.Hash = hash
	if err := t.row(sqlKeyCompany, []any{hash}, (*int64)(&k.Company)); err != nil {
		return k, err
	}
	return k, t.row(sqlKeyLock, []any{int64(k.Company), hash}, &k.Proof, (*int64)(&k.Point), &k.Expires, &k.Used, &k.Box, &k.Joined)
}

// UseKey remembers who used a key, when and what the answer was.
func (t *Tx) UseKey(k KeyRow) error {
	if err := t.exec(sqlKeyUse, int64(k.Company), k.Hash, k.Used, k.Box, k.Joined); err != nil {
		return err
	}
	return t.listTill(k.Company, k.Point)
}

// KeysWaiting are a point's keys that are good and have not been used.
type KeysWaiting struct {
	Count   int64
	Expires int64 // the last of them
}

// WaitingKeys tells which of a company's points have such keys.
func (t *Tx) WaitingKeys(c Company, now int64) (map[Point]KeysWaiting, error) {
	all := map[Point]KeysWaiting{}
	return all, t.rows(sqlKeysWaiting, []any{int64(c), now}, func(scan func(...any) error) error {
		var p Point
		var k KeysWaiting
		err := scan((*int64)(&p), &k.Count, &k.Expires)
		all[p] = k
		return err
	})
}

// WaitingOf tells of a point's keys that are good and have not been used.
func (t *Tx) WaitingOf(c Company, p Point, now int64) (k KeysWaiting, err error) {
	return k, t.row(sqlKeysOf, []any{int64(c), int64(p), now}, &k.Count, &k.Expires)
}

// EndKeys lets the keys of a point that have not been used expire now.
func (t *Tx) EndKeys(c Company, p Point, now int64) error {
	if err := t.exec(sqlKeysEnd, int64(c), int64(p), now); err != nil {
		return err
	}
	return t.listTill(c, p)
}
