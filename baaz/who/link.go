package who

import (
	"context"
	"errors"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/pos/fault"
)

// FirstLink makes the link by which the very first owner comes in, in place of the one before. Where somebody can log in
// already there is none: empty.
func (p *People) FirstLink(ctx context.Context) (secret string, err error) {
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		secret = ""
		somebody, err := tx.Anybody()
		if err != nil || somebody {
			return err
		}
		var hash []byte
		secret, hash = newSecret(secretLink, 0)
		return tx.AddLink(0, store.LinkRow{Hash: hash, Expires: p.now().Add(FirstLife).UnixMicro()})
	})
	return secret, err
}

// Link is what a link is for.
type Link struct {
	First       bool   `json:"first"`        // the very first owner: nobody can log in yet
	NeedsLogin  bool   `json:"needs_login"`  // a log-in name is to be chosen
	NeedsName   bool   `json:"needs_name"`   // so is one's own name
	NeedsFirm   bool   `json:"needs_firm"`   // and the company's: there is none yet
	Login       string `json:"login"`        // of somebody who has one
	Name        string `json:"name"`         // as they were invited
	CompanyName string `json:"company_name"` // whose account it will be
}

// errLink is what everybody is told whose link leads nowhere.
func errLink(cause error) error { return fault.Wrap(cause, fault.LinkUnknown) }

// open judges a link.
func (p *People) judge(l store.LinkRow, err error) error {
	switch {
	case errors.Is(err, store.ErrNone):
		return errLink(err)
	case err != nil:
		return err
	case l.Used != 0 || p.micros() > l.Expires:
		return errLink(errors.New("used or too old"))
	}
	return nil
}

// LookAtLink tells what a link is for, and does not use it up: mail programs open links by themselves.
func (p *People) LookAtLink(ctx context.Context, secret string) (view Link, err error) {
	home, hash, err := parseSecret(secretLink, secret)
	if err != nil {
		return view, errLink(err)
	}
	err = p.store.Read(ctx, func(tx *store.Tx) error {
		l, err := tx.Link(home, hash)
		if err := p.judge(l, err); err != nil {
			return err
		}
		if l.Person == 0 {
			view = Link{First: true, NeedsLogin: true, NeedsName: true}
			c, err := firstCompany(tx)
			view.NeedsFirm, view.CompanyName = c.Company == 0, c.Name
			return err
		}
		row, err := tx.Person(home, l.Person)
		if err != nil {
			return err
		}
		view = Link{NeedsLogin: row.Login == "", NeedsName: row.Name == "", Login: row.Login, Name: row.Name}
		view.CompanyName, err = homeName(tx, home)
		return err
	})
	return view, err
}

// homeName is what a home is called.
func homeName(tx *store.Tx, home store.Company) (string, error) {
	if home == 0 {
		return "BAAZ", nil
	}
	return tx.CompanyName(home)
}

// firstCompany returns the company that the very first owner gets: the oldest; none where there is none yet.
func firstCompany(tx *store.Tx) (first store.CompanyRow, err error) {
	all, err := tx.EveryCompany()
	for _, c := range all {
		if c.World == Company && (first.Company == 0 || c.Created < first.Created) {
			first = c
		}
	}
	return first, err
}

// Answer is how somebody uses a link. Fields that the link does not ask for are left empty.
type Answer struct {
	Login    string
	Password string
	Name     string
	Company  string
}

// UseLink lets somebody in by a link, once: with it goes the password that they choose. Their other sessions and
// their passkeys end.
func (p *People) UseLink(ctx context.Context, secret string, a Answer, c Client) (e Entered, err error) {
	home, hash, err := parseSecret(secretLink, secret)
	if err != nil {
		return e, errLink(err)
	}
	// Looked at before the costly hash is made; judged again under the lock.
	view, err := p.LookAtLink(ctx, secret)
	if err != nil {
		return e, err
	}
	login := view.Login
	if view.NeedsLogin {
		if login, _, err = loginName(a.Login); err != nil {
			return e, err
		}
	}
	if err := judgePassword(a.Password, login); err != nil {
		return e, err
	}
	var password string
	if err := p.hashing(ctx, func() { password = hashPassword(a.Password, p.cost) }); err != nil {
		return e, err
	}
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		l, err := tx.LockLink(home, hash)
		if err := p.judge(l, err); err != nil {
			return err
		}
		e, err = p.use(tx, home, l, a, password, c)
		return err
	})
	if errors.Is(err, errTaken) {
		return e, fault.Wrap(err, fault.LoginTaken)
	}
	return e, err
}

// use does what a link is for.
func (p *People) use(tx *store.Tx, home store.Company, l store.LinkRow, a Answer, password string, c Client) (e Entered, err error) {
	now := p.micros()
	if err := tx.UseLink(home, l.Hash, now); err != nil {
		return e, err
	}
	if l.Person == 0 {
		if home, l.Person, err = p.makeFirst(tx, a); err != nil {
			return e, err
		}
	}
	row, err := tx.LockPerson(home, l.Person)
	if err != nil {
		return e, err
	}
	if row.State == store.PersonRemoved {
		return e, errLink(errors.New("removed"))
	}
	if err := firstHead(tx, home, row); err != nil {
		return e, err
	}
	if err := p.settle(tx, home, &row, a); err != nil {
		return e, err
	}
	row.Password, row.State, row.Seen = password, store.PersonActive, now
	if err := tx.PutPerson(home, row); err != nil {
		return e, err
	}
	if err := tx.EndSessions(home, row.Person, now+1, now+1); err != nil {
		return e, err
	}
	if err := p.dropPasskeys(tx, home, row, c); err != nil {
		return e, err
	}
	return p.open(tx, home, row, c, "link.used")
}

// dropPasskeys takes a person's passkeys away who comes in by a link: whatever opened their account before is shut, and
// they may have been made by somebody who had got hold of it.
func (p *People) dropPasskeys(tx *store.Tx, home store.Company, row store.PersonRow, c Client) error {
	keys, err := tx.Passkeys(home, row.Person)
	if err != nil || len(keys) == 0 {
		return err
	}
	for _, k := range keys {
		if err := tx.Audit(home, p.deed(callerOf(home, row, nil), c, "passkey.removed", k.Name, "")); err != nil {
			return err
		}
	}
	return tx.DropPasskeys(home, row.Person)
}

// firstHead ends all other invitations to be the head of a home as soon as its first head comes in. A vendor may let an
// owner in only where there is none: an invitation that it has kept must not make it one beside them.
func firstHead(tx *store.Tx, home store.Company, row store.PersonRow) error {
	head := Head(Role(row.Role).World())
	if row.Role != string(head) || row.State != store.PersonInvited {
		return nil
	}
	there, err := heads(tx, home, head, 0)
	if err != nil || there > 0 {
		return err
	}
	all, err := tx.People(home)
	for _, other := range all {
		if other.Person != row.Person && other.State == store.PersonInvited && other.Role == row.Role {
			err = errors.Join(err, tx.EndLinks(home, other.Person))
		}
	}
	return err
}

// settle fills in what a person still lacks.
func (p *People) settle(tx *store.Tx, home store.Company, row *store.PersonRow, a Answer) (err error) {
	if row.Name == "" {
		if row.Name, err = Name(a.Name); err != nil {
			return err
		}
	}
	if row.Login != "" {
		return nil
	}
	if row.Login, row.LoginHash, err = loginName(a.Login); err != nil {
		return err
	}
	taken, err := tx.TakeLogin(home, row.LoginHash)
	if err == nil && !taken {
		err = errTaken
	}
	return err
}

// makeFirst makes the very first owner, and their company where there is none.
func (p *People) makeFirst(tx *store.Tx, a Answer) (home store.Company, person store.Person, err error) {
	somebody, err := tx.Anybody()
	if err != nil {
		return 0, 0, err
	}
	if somebody {
		return 0, 0, errLink(errors.New("somebody was faster"))
	}
	first, err := firstCompany(tx)
	if err != nil {
		return 0, 0, err
	}
	if home = first.Company; home == 0 {
		name, err := Name(a.Company)
		if err != nil {
			return 0, 0, err
		}
		if home, err = registers.AddCompany(tx, "owner link", store.CompanyRow{Name: name, Created: p.micros(), World: store.WorldCompany}); err != nil {
			return 0, 0, err
		}
	}
	person, err = tx.AddPerson(home, store.PersonRow{Role: string(Owner), State: store.PersonInvited, Created: p.micros()})
	return home, person, err
}

// Invitation is a link for somebody.
type Invitation struct {
	Person  store.Person
	Secret  string
	Expires time.Time
}

// link makes a link for a person in a transaction under way.
func (p *People) link(tx *store.Tx, home store.Company, person store.Person) (i Invitation, err error) {
	secret, hash := newSecret(secretLink, home)
	i = Invitation{person, secret, p.now().Add(LinkLife)}
	return i, tx.AddLink(home, store.LinkRow{Hash: hash, Person: person, Expires: i.Expires.UnixMicro()})
}
