package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
)

// Person names a person within their home, from 1; 0 is nobody.
type Person int64

// PersonState is whether somebody may log in.
type PersonState string

// The states of a person.
const (
	PersonInvited PersonState = "invited" // has a link and no password yet
	PersonActive  PersonState = "active"
	PersonRemoved PersonState = "removed" // kept for what they did
)

// PersonRow is somebody who may log in.
type PersonRow struct {
	Person    Person
	Login     string
	LoginHash []byte // by which they are found; empty: no log-in name yet
	Name      string
	Role      string
	Password  string // PHC string; empty: none yet
	State     PersonState
	Created   int64
	Seen      int64 // when they logged in last; 0: never
}

// AddPerson adds a person to a home, and returns their number.
func (t *Tx) AddPerson(c Company, p PersonRow) (Person, error) {
	var last int64
	if err := t.row(sqlPersonLast, []any{int64(c)}, &last); err != nil {
		return 0, err
	}
	p.Person = Person(last + 1)
	return p.Person, t.exec(sqlPersonAdd, int64(c), int64(p.Person), p.Login, bytesOf(p.LoginHash), p.Name, p.Role, p.Password, string(p.State), p.Created, p.Seen)
}

// bytesOf makes an empty value of none: nothing is NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return none
	}
	return b
}

// PutPerson writes a person as they are now.
func (t *Tx) PutPerson(c Company, p PersonRow) error {
	return t.exec(sqlPersonPut, int64(c), int64(p.Person), p.Login, bytesOf(p.LoginHash), p.Name, p.Role, p.Password, string(p.State), p.Seen)
}

func (p *PersonRow) scan(scan func(...any) error) error {
	return scan((*int64)(&p.Person), &p.Login, &p.LoginHash, &p.Name, &p.Role, &p.Password, (*string)(&p.State), &p.Created, &p.Seen)
}

// LockPerson reads a person and holds them until the transaction ends; ErrNone where there is nobody.
func (t *Tx) LockPerson(c Company, p Person) (row PersonRow, err error) {
	return row, t.one(sqlPersonLock, []any{int64(c), int64(p)}, row.scan)
}

// Person reads a person; ErrNone where there is nobody.
func (t *Tx) Person(c Company, p Person) (row PersonRow, err error) {
	return row, t.one(sqlPersonGet, []any{int64(c), int64(p)}, row.scan)
}

// PersonOf finds whom a log-in name belongs to; ErrNone where there is nobody.
func (t *Tx) PersonOf(loginHash []byte) (c Company, row PersonRow, err error) {
	if err := t.row(sqlLoginCompany, []any{loginHash}, (*int64)(&c)); err != nil {
		return 0, row, err
	}
	return c, row, t.one(sqlPersonLogin, []any{int64(c), loginHash}, row.scan)
}

// People lists the people of a home, also those who have been removed.
func (t *Tx) People(c Company) (list []PersonRow, err error) {
	return list, t.rows(sqlPeople, []any{int64(c)}, func(scan func(...any) error) error {
		var p PersonRow
		err := p.scan(scan)
		list = append(list, p)
		return err
	})
}

// Anybody reports whether somebody can log in at all.
func (t *Tx) Anybody() (found bool, err error) {
	return found, t.rows(sqlPersonAny, []any{string(PersonActive)}, func(func(...any) error) error {
		found = true
		return nil
	})
}

// TakeLogin reserves a log-in name for a home; false where somebody has it.
func (t *Tx) TakeLogin(c Company, hash []byte) (taken bool, err error) {
	return taken, t.rows(sqlLoginAdd, []any{hash, int64(c)}, func(func(...any) error) error {
		taken = true
		return nil
	})
}

// FreeLogin lets a log-in name go.
func (t *Tx) FreeLogin(hash []byte) error { return t.exec(sqlLoginGone, hash) }

// SessionRow is a log-in that lasts. Hash is that of its secret.
type SessionRow struct {
	Hash           []byte
	Person         Person
	Created, Seen  int64
	Network, Agent string
}

// AddSession begins a session.
func (t *Tx) AddSession(c Company, s SessionRow) error {
	return t.exec(sqlSessionAdd, int64(c), s.Hash, int64(s.Person), s.Created, s.Seen, s.Network, s.Agent)
}

func (s *SessionRow) scan(scan func(...any) error) error {
	return scan(&s.Hash, (*int64)(&s.Person), &s.Created, &s.Seen, &s.Network, &s.Agent)
}

// Session reads a session; ErrNone where there is none.
func (t *Tx) Session(c Company, hash []byte) (s SessionRow, err error) {
	return s, t.one(sqlSessionGet, []any{int64(c), hash}, s.scan)
}

// TouchSession remembers that a session is in use.
func (t *Tx) TouchSession(c Company, hash []byte, now int64) error {
	return t.exec(sqlSessionSeen, int64(c), hash, now)
}

// Sessions lists the sessions of a home.
func (t *Tx) Sessions(c Company) (list []SessionRow, err error) {
	return list, t.rows(sqlSessions, []any{int64(c)}, func(scan func(...any) error) error {
		var s SessionRow
		err := s.scan(scan)
		list = append(list, s)
		return err
	})
}

// EndSession ends a session.
func (t *Tx) EndSession(c Company, hash []byte) error {
	return t.exec(sqlSessionGone, int64(c), hash)
}

// EndSessions ends those sessions of a person that have not been used since, or were begun before.
func (t *Tx) EndSessions(c Company, p Person, unusedSince, begunBefore int64) error {
	return t.exec(sqlSessionsGone, int64(c), int64(p), unusedSince, begunBefore)
}

// LinkRow lets somebody in once. Person 0: the very first.
type LinkRow struct {
	Hash          []byte
	Person        Person
	Expires, Used int64
}

// AddLink makes a link in place of those that the person had.
func (t *Tx) AddLink(c Company, l LinkRow) error {
	if err := t.exec(sqlLinksGone, int64(c), int64(l.Person)); err != nil {
		return err
	}
	return t.exec(sqlLinkAdd, int64(c), l.Hash, int64(l.Person), l.Expires)
}

// EndLinks makes a person's links invalid.
func (t *Tx) EndLinks(c Company, p Person) error {
	return t.exec(sqlLinksGone, int64(c), int64(p))
}

// LockLink reads a link and holds it until the transaction ends; ErrNone where there is none.
func (t *Tx) LockLink(c Company, hash []byte) (LinkRow, error) { return t.link(sqlLinkLock, c, hash) }

// Link reads a link; ErrNone where there is none.
func (t *Tx) Link(c Company, hash []byte) (LinkRow, error) { return t.link(sqlLinkGet, c, hash) }

func (t *Tx) link(text string, c Company, hash []byte) (LinkRow, error) {
	l := LinkRow{Hash: hash}
	return l, t.row(text, []any{int64(c), hash}, (*int64)(&l.Person), &l.Expires, &l.Used)
}

// UseLink remembers that a link was used.
func (t *Tx) UseLink(c Company, hash []byte, now int64) error {
	return t.exec(sqlLinkUse, int64(c), hash, now)
}

// TokenRow is what a program sends. Expires 0: never.
type TokenRow struct {
	Hash                   []byte
	Name, Scopes, By       string
	Created, Seen, Expires int64
}

// AddToken makes a token.
func (t *Tx) AddToken(c Company, k TokenRow) error {
	return t.exec(sqlTokenAdd, int64(c), k.Hash, k.Name, k.Scopes, k.By, k.Created, k.Seen, k.Expires)
}

func (k *TokenRow) scan(scan func(...any) error) error {
	return scan(&k.Hash, &k.Name, &k.Scopes, &k.By, &k.Created, &k.Seen, &k.Expires)
}

// Token reads a token; ErrNone where there is none.
func (t *Tx) Token(c Company, hash []byte) (k TokenRow, err error) {
	return k, t.one(sqlTokenGet, []any{int64(c), hash}, k.scan)
}

// Tokens lists the tokens of a home.
func (t *Tx) Tokens(c Company) (list []TokenRow, err error) {
	return list, t.rows(sqlTokens, []any{int64(c)}, func(scan func(...any) error) error {
		var k TokenRow
		err := k.scan(scan)
		list = append(list, k)
		return err
	})
}

// TouchToken remembers that a token is in use.
func (t *Tx) TouchToken(c Company, hash []byte, now int64) error {
	return t.exec(sqlTokenSeen, int64(c), hash, now)
}

// EndToken makes a token invalid.
func (t *Tx) EndToken(c Company, hash []byte) error { return t.exec(sqlTokenGone, int64(c), hash) }

// AuditRow is something that somebody did.
type AuditRow struct {
	At      int64
	Person  Person // 0: a token, the command line, nobody
	Who     string
	Action  string // subject, dot, what was done: point.made
	Subject string // whom or what it was done to
	Detail  string
	Network string
}

// Audit writes down what was done, in the transaction that does it.
func (t *Tx) Audit(c Company, a AuditRow) error {
	var salt [8]byte
	rand.Read(salt[:])
	return t.exec(sqlAuditAdd, int64(c), a.At, int64(binary.BigEndian.Uint64(salt[:])>>1), int64(a.Person), a.Who, a.Action, a.Subject, a.Detail, a.Network)
}

// Moments says which part of what was done is listed: from a moment on, before another, by one who is called so. Empty
// texts stand for everybody and everything.
type Moments struct {
	Since, Before int64
	Who, Action   string // action: its first word
}

// Audits lists what was done, the newest first.
func (t *Tx) Audits(c Company, m Moments, limit int) (list []AuditRow, err error) {
	return list, t.rows(sqlAudits, []any{int64(c), m.Since, m.Before, m.Who, m.Action, int64(limit)}, func(scan func(...any) error) error {
		var a AuditRow
		err := scan(&a.At, (*int64)(&a.Person), &a.Who, &a.Action, &a.Subject, &a.Detail, &a.Network)
		list = append(list, a)
		return err
	})
}

// one reads one row by a scan of its own; ErrNone where there is none.
func (t *Tx) one(text string, args []any, into func(scan func(...any) error) error) error {
	n := 0
	err := t.rows(text, args, func(scan func(...any) error) error {
		n++
		return into(scan)
	})
	return errors.Join(err, missing(n))
}

func missing(n int) error {
	if n == 0 {
		return ErrNone
	}
	return nil
}
