package who

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// worldOf returns the world of a home.
func worldOf(tx *store.Tx, home store.Company) (World, error) {
	if home == 0 {
		return Operator, nil
	}
	row, err := tx.Company(home)
	if errors.Is(err, store.ErrNone) {
		return "", fault.New(fault.CompanyUnknown)
	}
	return row.World, err
}

// Invite adds a person to a home and makes the link by which they come in.
func (p *People) Invite(ctx context.Context, by Caller, from Client, home store.Company, name string, role Role) (i Invitation, err error) {
	if name != "" {
		if name, err = Name(name); err != nil {
			return i, err
		}
	}
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		if err := roleFits(tx, home, role); err != nil {
			return err
		}
		person, err := tx.AddPerson(home, store.PersonRow{Name: name, Role: string(role), State: store.PersonInvited, Created: p.micros()})
		if err != nil {
			return err
		}
		if i, err = p.link(tx, home, person); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "person.invited", name, string(role)))
	})
	return i, err
}

// roleFits refuses a role of another world.
func roleFits(tx *store.Tx, home store.Company, role Role) error {
	w, err := worldOf(tx, home)
	if err == nil && role.World() != w {
		err = fault.New(fault.PersonRole, "role", readable(string(role), 40))
	}
	return err
}

// LetOwnerIn invites an owner to a company, or to a vendor, or to BAAZ itself. Unless anew, a home that has one is refused.
func (p *People) LetOwnerIn(ctx context.Context, by Caller, from Client, home store.Company, anew bool) (i Invitation, err error) {
	var head Role
	err = p.store.Read(ctx, func(tx *store.Tx) error {
		w, err := worldOf(tx, home)
		if err != nil {
			return err
		}
		head = Head(w)
		there, err := heads(tx, home, head, 0)
		if err == nil && there > 0 && !anew {
			err = fault.New(fault.OwnerThere)
		}
		return err
	})
	if err != nil {
		return i, err
	}
	return p.Invite(ctx, by, from, home, "", head)
}

// heads counts those who can give roles out, without one person.
func heads(tx *store.Tx, home store.Company, head Role, without store.Person) (n int, err error) {
	all, err := tx.People(home)
	for _, row := range all {
		if row.State == store.PersonActive && row.Role == string(head) && row.Person != without {
			n++
		}
	}
	return n, err
}

// PersonView is a person as those see them who manage people.
type PersonView struct {
	Person  store.Person      `json:"person"`
	Login   string            `json:"login"` // empty: not chosen yet
	Name    string            `json:"name"`
	Role    Role              `json:"role"`
	State   store.PersonState `json:"state"`
	Created time.Time         `json:"created"`
	Seen    *time.Time        `json:"seen"` // when they logged in last
}

// moment is a time that there may not have been.
func moment(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := time.UnixMicro(micros).UTC()
	return &t
}

// List lists the people of a home that have not been removed.
func (p *People) List(ctx context.Context, home store.Company) (list []PersonView, err error) {
	return list, p.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.People(home)
		for _, r := range rows {
			if r.State != store.PersonRemoved {
				list = append(list, PersonView{r.Person, r.Login, r.Name, Role(r.Role), r.State, time.UnixMicro(r.Created).UTC(), moment(r.Seen)})
			}
		}
		return err
	})
}

// change changes a person under the lock of their home's people: two owners must not take the role from each other.
func (p *People) change(ctx context.Context, home store.Company, person store.Person, fn func(*store.Tx, *store.PersonRow) error) error {
	return p.store.Write(ctx, func(tx *store.Tx) error {
		all, err := tx.People(home)
		if err != nil {
			return err
		}
		for _, row := range all { // in order of numbers, so that nobody waits in a circle
			if _, err := tx.LockPerson(home, row.Person); err != nil {
				return err
			}
		}
		row, err := tx.LockPerson(home, person)
		if errors.Is(err, store.ErrNone) || err == nil && row.State == store.PersonRemoved {
			return fault.New(fault.PersonUnknown)
		}
		if err != nil {
			return err
		}
		return fn(tx, &row)
	})
}

// keepsHead refuses what would leave a home without anybody who gives roles out.
func keepsHead(tx *store.Tx, home store.Company, row *store.PersonRow) error {
	head := Head(Role(row.Role).World())
	if row.Role != string(head) || row.State != store.PersonActive {
		return nil
	}
	n, err := heads(tx, home, head, row.Person)
	if err == nil && n == 0 {
		err = fault.New(fault.OwnerLast)
	}
	return err
}

// SetRole gives a person another role. Their sessions go on, with the rights of the new one.
func (p *People) SetRole(ctx context.Context, by Caller, from Client, home store.Company, person store.Person, role Role) error {
	return p.change(ctx, home, person, func(tx *store.Tx, row *store.PersonRow) error {
		if err := roleFits(tx, home, role); err != nil {
			return err
		}
		if role != Role(row.Role) {
			if err := keepsHead(tx, home, row); err != nil {
				return err
			}
		}
		was := row.Role
		row.Role = string(role)
		if err := tx.PutPerson(home, *row); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "person.changed", row.Name, was+" → "+row.Role))
	})
}

// Remove takes a person's account. They are out at once; what they did stays, and their log-in name is free.
func (p *People) Remove(ctx context.Context, by Caller, from Client, home store.Company, person store.Person) error {
	return p.change(ctx, home, person, func(tx *store.Tx, row *store.PersonRow) error {
		if err := keepsHead(tx, home, row); err != nil {
			return err
		}
		if len(row.LoginHash) > 0 {
			if err := tx.FreeLogin(row.LoginHash); err != nil {
				return err
			}
		}
		login := row.Login
		row.State, row.Password, row.LoginHash = store.PersonRemoved, "", nil
		if err := tx.PutPerson(home, *row); err != nil {
			return err
		}
		if err := p.out(tx, home, person); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "person.removed", row.Name, login))
	})
}

// out ends all of a person's sessions, links and passkeys.
func (p *People) out(tx *store.Tx, home store.Company, person store.Person) error {
	return errors.Join(tx.EndSessions(home, person, math.MaxInt64, math.MaxInt64), tx.EndLinks(home, person), tx.DropPasskeys(home, person))
}

// LetIn makes a new link for a person: their invitation again, or a way in without the password. The password that they
// have holds until the link is used.
func (p *People) LetIn(ctx context.Context, by Caller, from Client, home store.Company, person store.Person) (i Invitation, err error) {
	err = p.change(ctx, home, person, func(tx *store.Tx, row *store.PersonRow) error {
		if i, err = p.link(tx, home, person); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "link.made", row.Name, row.Login))
	})
	return i, err
}

// prove lets the caller give the own password again: a session that somebody else has got hold of must neither serve to
// try passwords nor make a way in that lasts. judge is asked first; also is done with the hash's turn where it is right.
func (p *People) prove(ctx context.Context, c Caller, password string, judge func(store.PersonRow) error, also func()) error {
	var row store.PersonRow
	err := p.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Person(c.Home, c.Person)
		return err
	})
	if err != nil {
		return err
	}
	key := "own\n" + string(c.Key)
	if wait := p.guard.wait(key); wait > 0 {
		return fault.New(fault.LoginWait, "seconds", seconds(wait))
	}
	if err := judge(row); err != nil {
		return err
	}
	var right bool
	if err := p.hashing(ctx, func() {
		if _, right = verifyPassword(row.Password, password); right {
			also()
		}
	}); err != nil {
		return err
	}
	if !right {
		p.guard.failed(key, forOne)
		return errLogin(nil)
	}
	return nil
}

// SetPassword changes the caller's own password. All of their sessions but this one end.
func (p *People) SetPassword(ctx context.Context, c Caller, from Client, old, fresh string) error {
	var hash string
	err := p.prove(ctx, c, old, func(row store.PersonRow) error { return judgePassword(fresh, row.Login) }, func() { hash = hashPassword(fresh, p.cost) })
	if err != nil {
		return err
	}
	return p.change(ctx, c.Home, c.Person, func(tx *store.Tx, row *store.PersonRow) error {
		row.Password = hash
		if err := tx.PutPerson(c.Home, *row); err != nil {
			return err
		}
		all, err := tx.Sessions(c.Home)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.Person == c.Person && string(s.Hash) != string(c.Key) {
				if err := tx.EndSession(c.Home, s.Hash); err != nil {
					return err
				}
			}
		}
		return tx.Audit(c.Home, p.deed(c, from, "password.changed", row.Login, ""))
	})
}

// SessionView is a session as people see it.
type SessionView struct {
	Session string       `json:"session"`
	Person  store.Person `json:"person"`
	Created time.Time    `json:"created"`
	Seen    time.Time    `json:"seen"`
	Network string       `json:"network"`
	Agent   string       `json:"agent"`
	Own     bool         `json:"own"` // the one that asks
}

// Sessions lists the sessions of a person; of everybody at a home where person is 0.
func (p *People) Sessions(ctx context.Context, c Caller, home store.Company, person store.Person) (list []SessionView, err error) {
	return list, p.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Sessions(home)
		now := p.micros()
		for _, s := range rows {
			if person != 0 && s.Person != person || now-s.Seen > SessionIdle.Microseconds() || now-s.Created > SessionMost.Microseconds() {
				continue
			}
			list = append(list, SessionView{idOf(s.Hash), s.Person, time.UnixMicro(s.Created).UTC(), time.UnixMicro(s.Seen).UTC(), s.Network, s.Agent,
				string(s.Hash) == string(c.Key)})
		}
		return err
	})
}

// EndSession ends a session of a person; of anybody at a home where person is 0.
func (p *People) EndSession(ctx context.Context, by Caller, from Client, home store.Company, person store.Person, id string) error {
	return p.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Sessions(home)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(rows, func(s store.SessionRow) bool { return idOf(s.Hash) == id && (person == 0 || s.Person == person) })
		if n < 0 {
			return fault.New(fault.SessionUnknown)
		}
		if err := tx.EndSession(home, rows[n].Hash); err != nil {
			return err
		}
		whose, err := tx.Person(home, rows[n].Person)
		if err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "session.ended", whose.Name, rows[n].Network))
	})
}

// joined writes scopes as they are kept.
func joined(list []Scope) string {
	var words []string
	for _, s := range list {
		words = append(words, string(s))
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}
