package who_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ctx = context.Background()

// cheap hashes let a test log in a thousand times.
var cheap = who.Cost{Memory: 64, Time: 1}

const password = "нууц үг 7 Болд"

// rig is a BAAZ's people with a clock that the test sets.
type rig struct {
	t      *testing.T
	store  *store.Store
	people *who.People
	mu     sync.Mutex
	at     time.Time
}

func newRig(t *testing.T, dsn string) *rig {
	t.Helper()
	r := &rig{t: t, store: storetest.Open(t, dsn), at: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	var err error
	if r.people, err = who.New(ctx, who.Options{Store: r.store, Cost: cheap, Now: r.now}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.Add(d)
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// refuses demands a fault.
func (r *rig) refuses(what string, err error, want fault.Code) {
	r.t.Helper()
	if got := fault.CodeOf(err); got != want {
		r.t.Errorf("%s: %q (%v), want %s", what, got, err, want)
	}
}

// first lets the very first owner in.
func (r *rig) first(login string) who.Entered {
	r.t.Helper()
	link, err := r.people.FirstLink(ctx)
	r.must(err)
	e, err := r.people.UseLink(ctx, link, who.Answer{Login: login, Password: password, Name: "Болд", Company: "Номин"}, from("home"))
	r.must(err)
	return e
}

// enter invites somebody and lets them in.
func (r *rig) enter(by who.Caller, home store.Company, login string, role who.Role) who.Entered {
	r.t.Helper()
	i, err := r.people.Invite(ctx, by, from("home"), home, "", role)
	r.must(err)
	e, err := r.people.UseLink(ctx, i.Secret, who.Answer{Login: login, Password: password, Name: login}, from("home"))
	r.must(err)
	return e
}

func from(network string) who.Client { return who.Client{Network: network, Agent: "test"} }

func TestFirstOwner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		old, err := r.people.FirstLink(ctx)
		r.must(err)
		link, err := r.people.FirstLink(ctx)
		r.must(err)
		_, err = r.people.LookAtLink(ctx, old)
		r.refuses("the link of the start before", err, fault.LinkUnknown)
		view, err := r.people.LookAtLink(ctx, link)
		if r.must(err); !view.First || !view.NeedsFirm || !view.NeedsLogin || !view.NeedsName {
			t.Errorf("the first link asks %+v", view)
		}
		a := who.Answer{Login: "bold@nomin.mn", Password: "1234567890", Name: "Болд", Company: "Номин"}
		_, err = r.people.UseLink(ctx, link, a, from("home"))
		r.refuses("a password that everybody tries", err, fault.PersonPassword)
		a.Password = password
		e, err := r.people.UseLink(ctx, link, a, from("home"))
		r.must(err)
		if e.Caller.Role != who.Owner || e.Caller.World != who.Company || e.Caller.Home == 0 {
			t.Errorf("the first owner is %+v", e.Caller)
		}
		if c, err := r.people.Session(ctx, e.Secret); err != nil || c.Name != "Болд" {
			t.Errorf("the session is %+v, %v", c, err)
		}
		_, err = r.people.UseLink(ctx, link, a, from("home"))
		r.refuses("the same link again", err, fault.LinkUnknown)
		if again, err := r.people.FirstLink(ctx); err != nil || again != "" {
			t.Errorf("with an owner there is another first link: %q, %v", again, err)
		}
		var audit []store.AuditRow
		r.must(r.store.Read(ctx, func(tx *store.Tx) (err error) {
			audit, err = tx.Audits(e.Caller.Home, store.Moments{Before: math.MaxInt64}, 10)
			return err
		}))
		if len(audit) != 1 || audit[0].Action != "link.used" || audit[0].Who != "Болд" || audit[0].Network != "home" {
			t.Errorf("the audit says %+v", audit)
		}
	})
}

// The first link ends by itself, and leads to the company that is there already.
func TestFirstLinkOfAShopThatSells(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	var c store.Company
	r.must(r.store.Write(ctx, func(tx *store.Tx) (err error) { c, err = tx.AddCompany("Дэлгүүр", 1); return err }))
	link, err := r.people.FirstLink(ctx)
	r.must(err)
	r.pass(who.FirstLife + time.Second)
	_, err = r.people.LookAtLink(ctx, link)
	r.refuses("a link that is too old", err, fault.LinkUnknown)
	if e := r.first("bold"); e.Caller.Home != c {
		t.Errorf("the owner's company is %d, not the one that was there", e.Caller.Home)
	}
}

// Of many who use the first link at once, one becomes the owner.
func TestFirstOwnerIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		link, err := r.people.FirstLink(ctx)
		r.must(err)
		var all sync.WaitGroup
		var in sync.Map
		for i := range 8 {
			all.Go(func() {
				e, err := r.people.UseLink(ctx, link, who.Answer{Login: fmt.Sprint("owner", i), Password: password, Name: "x", Company: "Номин"}, from("home"))
				if err == nil {
					in.Store(i, e)
				} else if fault.CodeOf(err) != fault.LinkUnknown && fault.CodeOf(err) != fault.ServerBusy {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		in.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d have become the first owner", n)
		}
	})
}

func TestLogin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		owner := r.first("Bold@Nomin.mn")
		e, err := r.people.Login(ctx, "  bold@NOMIN.mn ", password, from("shop"))
		r.must(err)
		if e.Caller.Person != owner.Caller.Person {
			t.Errorf("logged in as %+v", e.Caller)
		}
		_, err = r.people.Login(ctx, "bold@nomin.mn", password+"x", from("shop"))
		r.refuses("a wrong password", err, fault.LoginWrong)
		_, err = r.people.Login(ctx, "nobody@nomin.mn", password, from("shop"))
		r.refuses("nobody", err, fault.LoginWrong)
		for _, bad := range []string{"", "a", "x y z", strings.Repeat("ө", 101), "\x00\x00\x00", "a\xffbc"} {
			_, err = r.people.Login(ctx, bad, password, from("shop"))
			r.refuses(fmt.Sprintf("%q", bad), err, fault.LoginWrong)
		}
		sessions, err := r.people.Sessions(ctx, e.Caller, e.Caller.Home, e.Caller.Person)
		if r.must(err); len(sessions) != 2 || sessions[0].Own == sessions[1].Own {
			t.Errorf("the sessions are %+v", sessions)
		}
		r.pass(who.SessionIdle - time.Minute)
		_, err = r.people.Session(ctx, e.Secret)
		r.must(err)
		r.pass(who.SessionIdle - time.Minute)
		_, err = r.people.Session(ctx, e.Secret)
		r.must(err) // it was used in between
		_, err = r.people.Session(ctx, owner.Secret)
		r.refuses("a session that nobody used", err, fault.LoginNeeded)
		r.must(r.people.Logout(ctx, e.Caller, from("shop")))
		_, err = r.people.Session(ctx, e.Secret)
		r.refuses("after logging out", err, fault.LoginNeeded)
	})
}

// A session ends after a fortnight, however much it is used.
func TestSessionEnds(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	e := r.first("bold")
	for range int(who.SessionMost / (12 * time.Hour)) {
		_, err := r.people.Session(ctx, e.Secret)
		r.must(err)
		r.pass(12 * time.Hour)
	}
	r.pass(time.Second)
	_, err := r.people.Session(ctx, e.Secret)
	r.refuses("after a fortnight", err, fault.LoginNeeded)
}

// Whoever guesses waits, longer and longer; the owner at a browser that knows them never does, and no stranger can make
// them wait.
func TestGuessing(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	owner := r.first("bold")
	var waits int
	for range 20 {
		_, err := r.people.Login(ctx, "bold", "wrong password", from("thief"))
		if fault.CodeOf(err) == fault.LoginWait {
			waits++
		}
	}
	if waits < 10 {
		t.Errorf("a thief waited %d of 20 times", waits)
	}
	_, err := r.people.Login(ctx, "bold", password, from("thief"))
	r.refuses("the right password from where somebody guesses", err, fault.LoginWait)
	_, err = r.people.Login(ctx, "bold", password, from("shop"))
	r.must(err) // another network is not held up by one thief
	for i := range 1000 {
		r.people.Login(ctx, "bold", "wrong password", from(fmt.Sprint("bot ", i)))
	}
	_, err = r.people.Login(ctx, "bold", password, from("new place"))
	r.refuses("a stranger's browser, while a thousand guess", err, fault.LoginWait)
	known := from("new place")
	known.Device = owner.Device
	_, err = r.people.Login(ctx, "bold", password, known)
	r.must(err)
	known.Device = owner.Device[:len(owner.Device)-2] + "00"
	_, err = r.people.Login(ctx, "bold", password, known)
	r.refuses("a made-up proof of a known browser", err, fault.LoginWait)
	r.pass(time.Minute)
	_, err = r.people.Login(ctx, "bold", password, from("new place"))
	r.must(err) // strangers together wait half a minute at most
	other := r.enter(owner.Caller, owner.Caller.Home, "dorj", who.Clerk)
	known.Device = other.Device
	for range 10 {
		r.people.Login(ctx, "dorj", "wrong password", known)
	}
	known.Network = "yet another"
	_, err = r.people.Login(ctx, "dorj", password, known)
	r.refuses("a known browser that guesses itself", err, fault.LoginWait)
}

func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		owner := r.first("bold")
		home := owner.Caller.Home
		clerk := r.enter(owner.Caller, home, "dorj", who.Clerk)
		_, err := r.people.Invite(ctx, owner.Caller, from("home"), home, "x", who.OperatorOwner)
		r.refuses("a role of another world", err, fault.PersonRole)
		i, err := r.people.Invite(ctx, owner.Caller, from("home"), home, "Сүрэн", who.Manager)
		r.must(err)
		_, err = r.people.UseLink(ctx, i.Secret, who.Answer{Login: "DORJ", Password: password}, from("home"))
		r.refuses("a log-in name that is taken", err, fault.LoginTaken)
		_, err = r.people.UseLink(ctx, i.Secret, who.Answer{Login: "suren", Password: password}, from("home"))
		r.must(err) // the link was not used up by that

		r.refuses("the last owner gives the role away", r.people.SetRole(ctx, owner.Caller, from("home"), home, owner.Caller.Person, who.Clerk), fault.OwnerLast)
		r.refuses("the last owner is removed", r.people.Remove(ctx, owner.Caller, from("home"), home, owner.Caller.Person), fault.OwnerLast)
		r.refuses("nobody's role", r.people.SetRole(ctx, owner.Caller, from("home"), home, 99, who.Clerk), fault.PersonUnknown)
		r.must(r.people.SetRole(ctx, owner.Caller, from("home"), home, clerk.Caller.Person, who.Owner))
		if c, err := r.people.Session(ctx, clerk.Secret); err != nil || c.Role != who.Owner {
			t.Errorf("the new role is %s, %v", c.Role, err)
		}
		r.must(r.people.Remove(ctx, clerk.Caller, from("home"), home, owner.Caller.Person))
		_, err = r.people.Session(ctx, owner.Secret)
		r.refuses("a session of somebody who was removed", err, fault.LoginNeeded)
		_, err = r.people.Login(ctx, "bold", password, from("home"))
		r.refuses("somebody who was removed", err, fault.LoginWrong)
		r.refuses("a role of somebody who was removed", r.people.SetRole(ctx, clerk.Caller, from("home"), home, owner.Caller.Person, who.Clerk), fault.PersonUnknown)
		r.enter(clerk.Caller, home, "bold", who.Accountant) // the name is free again
		list, err := r.people.List(ctx, home)
		if r.must(err); len(list) != 3 {
			t.Errorf("the people are %+v", list)
		}
	})
}

// Somebody who has lost the password comes in by a link; what the old password had opened is shut.
func TestLostPassword(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	owner := r.first("bold")
	home, clerk := owner.Caller.Home, r.enter(owner.Caller, owner.Caller.Home, "dorj", who.Clerk)
	one, err := r.people.LetIn(ctx, owner.Caller, from("home"), home, clerk.Caller.Person)
	r.must(err)
	two, err := r.people.LetIn(ctx, owner.Caller, from("home"), home, clerk.Caller.Person)
	r.must(err)
	for i, whose := range []who.Caller{clerk.Caller, clerk.Caller, owner.Caller} {
		r.must(r.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.AddPasskey(home, store.PasskeyRow{ID: []byte{byte(i)}, Person: whose.Person, Name: fmt.Sprint("утас ", i), Body: []byte("{}"), Created: int64(i)})
			return err
		}))
	}
	_, err = r.people.LookAtLink(ctx, one.Secret)
	r.refuses("the link before the newest", err, fault.LinkUnknown)
	if view, err := r.people.LookAtLink(ctx, two.Secret); err != nil || view.NeedsLogin || view.Login != "dorj" || view.CompanyName != "Номин" {
		t.Errorf("the link says %+v, %v", view, err)
	}
	_, err = r.people.Session(ctx, clerk.Secret)
	r.must(err) // a link that nobody uses changes nothing
	_, err = r.people.UseLink(ctx, two.Secret, who.Answer{Login: "ignored", Password: "өөр нууц үг 8"}, from("home"))
	r.must(err)
	_, err = r.people.Session(ctx, clerk.Secret)
	r.refuses("the old session", err, fault.LoginNeeded)
	if left, err := r.people.Passkeys(ctx, clerk.Caller); err != nil || len(left) != 0 {
		t.Errorf("the old passkeys are %+v, %v", left, err)
	}
	if others, err := r.people.Passkeys(ctx, owner.Caller); err != nil || len(others) != 1 {
		t.Errorf("somebody else's passkeys are %+v, %v", others, err)
	}
	var removed []string
	r.must(r.store.Read(ctx, func(tx *store.Tx) error {
		deeds, err := tx.Audits(home, store.Moments{Before: math.MaxInt64, Action: "passkey"}, 100)
		for _, d := range deeds {
			if d.Action == "passkey.removed" && d.Person == clerk.Caller.Person {
				removed = append(removed, d.Subject)
			}
		}
		return err
	}))
	if slices.Sort(removed); !slices.Equal(removed, []string{"утас 0", "утас 1"}) {
		t.Errorf("the audit says that %v were removed", removed)
	}
	_, err = r.people.Login(ctx, "dorj", password, from("home"))
	r.refuses("the old password", err, fault.LoginWrong)
	e, err := r.people.Login(ctx, "dorj", "өөр нууц үг 8", from("home"))
	r.must(err)
	r.refuses("a change without the password", r.people.SetPassword(ctx, e.Caller, from("home"), "wrong", "гурав дахь нууц үг"), fault.LoginWrong)
	r.must(r.people.SetPassword(ctx, e.Caller, from("home"), "өөр нууц үг 8", "гурав дахь нууц үг"))
	_, err = r.people.Session(ctx, e.Secret)
	r.must(err) // the one that asked goes on
}

// Two owners who take the role from each other at once: one stays.
func TestOwnersAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		a := r.first("bold")
		b := r.enter(a.Caller, a.Caller.Home, "dorj", who.Owner)
		var all sync.WaitGroup
		all.Go(func() { r.people.Remove(ctx, a.Caller, from("home"), a.Caller.Home, b.Caller.Person) })
		all.Go(func() { r.people.SetRole(ctx, b.Caller, from("home"), a.Caller.Home, a.Caller.Person, who.Clerk) })
		all.Wait()
		list, err := r.people.List(ctx, a.Caller.Home)
		r.must(err)
		owners := 0
		for _, p := range list {
			if p.Role == who.Owner {
				owners++
			}
		}
		if owners != 1 {
			t.Errorf("%d owners are left: %+v", owners, list)
		}
	})
}

func TestTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		owner := r.first("bold")
		home := owner.Caller.Home
		for scope, want := range map[who.Scope]fault.Code{"everything": fault.TokenScope, who.ScopeMetrics: fault.TokenScope, who.ScopeRead: ""} {
			_, _, err := r.people.AddToken(ctx, owner.Caller, from("home"), home, "x", []who.Scope{scope}, 0)
			r.refuses(string(scope), err, want)
		}
		_, _, err := r.people.AddToken(ctx, owner.Caller, from("home"), home, "x", nil, 0)
		r.refuses("no scope", err, fault.TokenScope)
		token, view, err := r.people.AddToken(ctx, owner.Caller, from("home"), home, "1С", []who.Scope{who.ScopeRead}, time.Hour)
		r.must(err)
		c, err := r.people.Token(ctx, token)
		if r.must(err); c.Home != home || !c.ReadOnly() || !c.AtHome(who.RightSales) || c.AtHome(who.RightChange) || c.Away(who.RightLook) {
			t.Errorf("the token is %+v", c)
		}
		if strings.Contains(fmt.Sprintf("%+v", view), token) {
			t.Error("the list tells the token itself")
		}
		r.pass(time.Hour + time.Second)
		_, err = r.people.Token(ctx, token)
		r.refuses("a token that is too old", err, fault.TokenUnknown)
		forever, view, err := r.people.AddToken(ctx, owner.Caller, from("home"), home, "y", []who.Scope{who.ScopeChange, who.ScopePoints}, 0)
		r.must(err)
		r.refuses("a token that is not there", r.people.EndToken(ctx, owner.Caller, from("home"), home, "00"), fault.TokenGone)
		r.must(r.people.EndToken(ctx, owner.Caller, from("home"), home, view.Token))
		_, err = r.people.Token(ctx, forever)
		r.refuses("a token that was ended", err, fault.TokenUnknown)
		for _, bad := range []string{"", "baaz_", token[:len(token)-1], token + "A", "s_" + token[5:], owner.Secret} {
			_, err = r.people.Token(ctx, bad)
			r.refuses(bad, err, fault.TokenUnknown)
		}
		_, err = r.people.Session(ctx, forever)
		r.refuses("a token as a session", err, fault.LoginNeeded)
	})
}

// Whoever looks after a company sees it; nobody else, and it is not there for them.
func TestLooksAfter(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	var vendor, client, other store.Company
	r.must(r.store.Write(ctx, func(tx *store.Tx) (err error) {
		if vendor, err = tx.AddHome(store.CompanyRow{Name: "Нийлүүлэгч", World: who.Vendor}); err != nil {
			return err
		}
		if client, err = tx.AddHome(store.CompanyRow{Name: "Дэлгүүр", World: who.Company, Vendor: vendor}); err != nil {
			return err
		}
		other, err = tx.AddCompany("Өөр дэлгүүр", 1)
		return err
	}))
	for _, x := range []struct {
		world         who.World
		home, company store.Company
		want          bool
	}{
		{who.Vendor, vendor, client, true}, {who.Vendor, vendor, other, false}, {who.Vendor, other, client, false}, {who.Vendor, vendor, 12345, false},
		{who.Company, other, client, false}, {who.Operator, 0, client, true}, {who.Operator, 0, other, true}, {who.Operator, 0, 12345, false},
	} {
		if got, err := r.people.LooksAfter(ctx, x.world, x.home, x.company); err != nil || got != x.want {
			t.Errorf("%+v: %v, %v", x, got, err)
		}
	}
	i, err := r.people.LetOwnerIn(ctx, who.Caller{World: who.Vendor}, from("x"), client, false)
	r.must(err)
	kept, err := r.people.LetOwnerIn(ctx, who.Caller{World: who.Vendor}, from("x"), client, false)
	r.must(err)
	_, err = r.people.UseLink(ctx, i.Secret, who.Answer{Login: "owner", Password: password, Name: "Эзэн"}, from("x"))
	r.must(err)
	_, err = r.people.UseLink(ctx, kept.Secret, who.Answer{Login: "vendor", Password: password, Name: "Нөгөө"}, from("x"))
	r.refuses("a vendor comes in by an invitation that it has kept", err, fault.LinkUnknown)
	_, err = r.people.LetOwnerIn(ctx, who.Caller{World: who.Vendor}, from("x"), client, false)
	r.refuses("a vendor lets himself in as the owner", err, fault.OwnerThere)
	_, err = r.people.LetOwnerIn(ctx, who.Caller{World: who.Operator}, from("x"), client, true)
	r.must(err)
}
