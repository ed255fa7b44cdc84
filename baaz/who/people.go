package who

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// How long things last.
const (
	SessionIdle = 24 * time.Hour      // a session that is not used
	SessionMost = 14 * 24 * time.Hour // any session
	LinkLife    = 72 * time.Hour      // a link for somebody who was invited or has lost the password
	FirstLife   = time.Hour           // the link for the very first owner, which is printed
	touchEvery  = time.Minute         // how exactly it is known when a session or token was used last
)

// Options of People. Zero values are sensible.
type Options struct {
	Store *store.Store
	Now   func() time.Time
	Cost  Cost
}

// People knows who somebody is. Its methods may be called from any goroutine.
type People struct {
	store   *store.Store
	now     func() time.Time
	cost    Cost
	guard   guard
	hashers chan struct{}
	device  []byte // proves that a browser has logged in before
	dummy   string // a hash to compare with where there is nobody
}

// New reads the server's own secret, or makes it.
func New(ctx context.Context, o Options) (*People, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &People{store: o.Store, now: o.Now, cost: o.Cost.orDefault(), guard: guard{now: o.Now, seen: map[string]*failures{}},
		hashers: make(chan struct{}, max(2, runtime.NumCPU()))}
	p.dummy = hashPassword("nobody has this password", p.cost)
	return p, p.store.Write(ctx, func(tx *store.Tx) (err error) {
		p.device, err = tx.Secret(0, "device", func() []byte {
			b := make([]byte, 32)
			rand.Read(b)
			return b
		})
		return err
	})
}

func (p *People) micros() int64 { return p.now().UnixMicro() }

// Client is where a request comes from.
type Client struct {
	Network string
	Agent   string // the browser's own words
	Device  string // what the browser has kept from an earlier log-in; empty: nothing
}

func (c Client) agent() string { return readable(c.Agent, 200) }

// readable makes a stranger's text fit for a column that a person reads.
func readable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// Name judges what a person, a company, a point or a token is to be called, and returns it as it is kept.
func Name(s string) (string, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	if n := utf8.RuneCountInString(s); n < 1 || n > 100 || strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return "", fault.New(fault.RequestMalformed, "detail", "a name has 1 to 100 printable characters")
	}
	return s, nil
}

// loginName returns a log-in name as it is compared: however it is typed, in any case.
func loginName(s string) (name string, hash []byte, err error) {
	name = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	n := utf8.RuneCountInString(name)
	if n < 3 || n > 100 || strings.IndexFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }) >= 0 {
		return "", nil, fault.New(fault.RequestMalformed, "detail", "a log-in name has 3 to 100 characters without spaces")
	}
	sum := sha256.Sum256([]byte("posbox login\n" + name))
	return name, sum[:], nil
}

// deviceOf makes what a browser keeps to prove that it has logged in under a name before.
func (p *People) deviceOf(loginHash []byte) string {
	nonce := make([]byte, 12)
	rand.Read(nonce)
	return hex.EncodeToString(append(nonce, p.deviceSeal(nonce, loginHash)...))
}

func (p *People) deviceSeal(nonce, loginHash []byte) []byte {
	m := hmac.New(sha256.New, p.device)
	m.Write(nonce)
	m.Write(loginHash)
	return m.Sum(nil)
}

// knows reports whether a browser has logged in under a name before; name tells it from others.
func (p *People) knows(device string, loginHash []byte) (name string, ok bool) {
	b, err := hex.DecodeString(device)
	if err != nil || len(b) != 12+sha256.Size {
		return "", false
	}
	return device[:24], hmac.Equal(b[12:], p.deviceSeal(b[:12], loginHash))
}

// Entered is somebody who has just come in.
type Entered struct {
	Caller Caller
	Secret string // of the session
	Device string // for the browser to keep
}

var errTaken = errors.New("who: the log-in name is taken")

// errLogin is what everybody is told who cannot be let in: why is nobody's business.
func errLogin(cause error) error { return fault.Wrap(cause, fault.LoginWrong) }

// Login lets a person in by name and password.
func (p *People) Login(ctx context.Context, login, password string, c Client) (e Entered, err error) {
	name, hash, err := loginName(login)
	if err != nil || len(password) > passwordMost || !utf8.ValidString(password) {
		return e, errLogin(err)
	}
	from, many := "net\n"+name+"\n"+c.Network, "all\n"+name
	if device, ok := p.knows(c.Device, hash); ok {
		from, many = "device\n"+name+"\n"+device, ""
	}
	if wait := max(p.guard.wait(from), p.guard.wait(many)); wait > 0 {
		return e, fault.New(fault.LoginWait, "seconds", seconds(wait))
	}
	var home store.Company
	var row store.PersonRow
	err = p.store.Read(ctx, func(tx *store.Tx) (err error) {
		home, row, err = tx.PersonOf(hash)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNone) {
		return e, err
	}
	known := err == nil && row.State == store.PersonActive && row.Password != ""
	if !known {
		row.Password = p.dummy // whoever waits for the answer must not learn whether there is such a person
	}
	var right bool
	var cost Cost
	if err := p.hashing(ctx, func() { cost, right = verifyPassword(row.Password, password) }); err != nil {
		return e, err
	}
	if !known || !right {
		p.guard.failed(from, forOne)
		if many != "" {
			p.guard.failed(many, forMany)
		}
		return e, p.failedLogin(ctx, known, home, row, c)
	}
	p.guard.passed(from)
	if cost != p.cost {
		if err := p.hashing(ctx, func() { row.Password = hashPassword(password, p.cost) }); err != nil {
			return e, err
		}
	}
	return p.begin(ctx, home, row, hash, c)
}

// failedLogin tells the people of a home that somebody has tried. Strangers' names are told nobody.
func (p *People) failedLogin(ctx context.Context, known bool, home store.Company, row store.PersonRow, c Client) error {
	if known {
		err := p.store.Write(ctx, func(tx *store.Tx) error {
			return tx.Audit(home, store.AuditRow{At: p.micros(), Who: "?", Action: "login.failed", Subject: row.Login, Network: c.Network})
		})
		if err != nil {
			return err
		}
	}
	return errLogin(nil)
}

// begin begins a session of a person whose password has been proved.
func (p *People) begin(ctx context.Context, home store.Company, proved store.PersonRow, loginHash []byte, c Client) (e Entered, err error) {
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.LockPerson(home, proved.Person)
		if err != nil {
			return err
		}
		if row.State != store.PersonActive || string(row.LoginHash) != string(loginHash) {
			return errLogin(nil) // removed meanwhile
		}
		row.Password, row.Seen = proved.Password, p.micros()
		if err := tx.PutPerson(home, row); err != nil {
			return err
		}
		e, err = p.open(tx, home, row, c, "login")
		return err
	})
	return e, err
}

// open makes the session in a transaction under way.
func (p *People) open(tx *store.Tx, home store.Company, row store.PersonRow, c Client, action string) (e Entered, err error) {
	now := p.micros()
	if err := tx.EndSessions(home, row.Person, now-SessionIdle.Microseconds(), now-SessionMost.Microseconds()); err != nil {
		return e, err
	}
	secret, hash := newSecret(secretSession, home)
	if err := tx.AddSession(home, store.SessionRow{Hash: hash, Person: row.Person, Created: now, Seen: now, Network: c.Network, Agent: c.agent()}); err != nil {
		return e, err
	}
	e = Entered{Caller: callerOf(home, row, hash), Secret: secret, Device: p.deviceOf(row.LoginHash)}
	return e, tx.Audit(home, store.AuditRow{At: now, Person: row.Person, Who: row.Name, Action: action, Subject: row.Login, Network: c.Network})
}

func callerOf(home store.Company, row store.PersonRow, hash []byte) Caller {
	return Caller{World: Role(row.Role).World(), Home: home, Person: row.Person, Name: row.Name, Role: Role(row.Role), Key: hash}
}

// Session returns who has logged in with a session's secret.
func (p *People) Session(ctx context.Context, secret string) (c Caller, err error) {
	home, hash, err := parseSecret(secretSession, secret)
	if err != nil {
		return c, fault.Wrap(err, fault.LoginNeeded)
	}
	now, touch := p.micros(), false
	err = p.store.Read(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(home, hash)
		if err != nil {
			return err
		}
		row, err := tx.Person(home, s.Person)
		if err != nil {
			return err
		}
		if row.State != store.PersonActive || now-s.Seen > SessionIdle.Microseconds() || now-s.Created > SessionMost.Microseconds() {
			return store.ErrNone
		}
		c, touch = callerOf(home, row, hash), now-s.Seen > touchEvery.Microseconds()
		return nil
	})
	if errors.Is(err, store.ErrNone) {
		return Caller{}, fault.Wrap(err, fault.LoginNeeded)
	}
	if err == nil && touch {
		err = p.store.Write(ctx, func(tx *store.Tx) error { return tx.TouchSession(home, hash, now) })
	}
	return c, err
}

// Logout ends the caller's session.
func (p *People) Logout(ctx context.Context, c Caller, from Client) error {
	return p.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndSession(c.Home, c.Key); err != nil {
			return err
		}
		return tx.Audit(c.Home, p.deed(c, from, "logout", c.Name, ""))
	})
}

// deed is a row of the audit: what a caller does.
func (p *People) deed(c Caller, from Client, action, subject, detail string) store.AuditRow {
	return Deed(c, from.Network, p.micros(), action, subject, detail)
}

// Deed is a row of the audit: what a caller does now.
func Deed(c Caller, network string, now int64, action, subject, detail string) store.AuditRow {
	name := c.Name
	if c.IsToken() {
		name = "token " + name
	}
	return store.AuditRow{At: now, Person: c.Person, Who: name, Action: action, Subject: readable(subject, 200), Detail: readable(detail, 500), Network: network}
}

// LooksAfter implements the door of other companies: operators see all, a vendor those that it looks after.
func (p *People) LooksAfter(ctx context.Context, w World, home, company store.Company) (bool, error) {
	if w == Company {
		return false, nil
	}
	var row store.CompanyRow
	err := p.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Company(company)
		return err
	})
	if errors.Is(err, store.ErrNone) {
		return false, nil
	}
	return w == Operator || row.Vendor == home, err
}
