package till

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// Seller is someone who may log in.
type Seller struct {
	Code         event.SellerCode `json:"code"`
	Name         string           `json:"name"`
	Role         string           `json:"role,omitempty"`
	PasswordHash string           `json:"password_hash,omitempty"` // argon2id, PHC string form
	Active       bool             `json:"active,omitempty"`
	// Since is the sequence from which somebody has had the code at this till without a break; 0: the register knows them.
	Since uint64 `json:"since,omitempty"`
}

// Person tells apart those who have had a code one after another: the code, and a mark that is another once the code is
// somebody else's. A password says nothing of that: who has forgotten it gets a new one.
func (s Seller) Person() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", s.Since, s.Name))
	return string(s.Code) + "." + hex.EncodeToString(sum[:6])
}

// Here reports whether a person can log in.
func Here(st *State, env Env, person string) bool {
	code := person[:max(0, strings.LastIndexByte(person, '.'))]
	s, ok := Find(st, env, event.SellerCode(code))
	return ok && s.Person() == person
}

// Right is something that a role may do.
type Right string

// Every right. A command names the one it needs.
const (
	RightSell        Right = "sell"         // baskets, scanning, payment
	RightRemove      Right = "line.remove"  // take scanned goods out again
	RightDiscount    Right = "discount"     // up to the role's MaxDiscount
	RightDiscountAny Right = "discount.any" // any discount
	RightReprint     Right = "reprint"
	RightCashIn      Right = "cash.in"
	RightCashOut     Right = "cash.out"
	RightDrawer      Right = "drawer.open" // without a sale
	RightShift       Right = "shift"       // open, count, close
	RightRecount     Right = "shift.recount"
	RightSellers     Right = "sellers"
	RightCashSee     Right = "cash.see"
	RightReportX     Right = "report.x" // where counting is blind: the X report
	RightSettings    Right = "settings"
	RightGoods       Right = "goods"
	RightCustomers   Right = "customers"
	RightLogs        Right = "logs"
	RightFiscal      Right = "fiscal" // decide about an e-barimt that is refused or of which nobody knows
	// What comes back: of this till's sales, of another till's, without a receipt, of another till's while BAAZ cannot be
	// asked; and cash for what was not paid in cash.
	RightReturnOwn        Right = "return.own"
	RightReturnOther      Right = "return.other"
	RightReturnNoReceipt  Right = "return.no_receipt"
	RightReturnUnverified Right = "return.unverified"
	RightReturnCash       Right = "return.cash"
	RightAll              Right = "*"
)

var rights = []Right{RightSell, RightRemove, RightDiscount, RightDiscountAny, RightReprint, RightCashIn, RightCashOut, RightDrawer,
	RightShift, RightRecount, RightSellers, RightCashSee, RightReportX, RightSettings, RightGoods, RightCustomers, RightLogs, RightFiscal,
	RightReturnOwn, RightReturnOther, RightReturnNoReceipt, RightReturnUnverified, RightReturnCash}

// Rights lists every right by itself, without RightAll.
func Rights() []Right { return slices.Clone(rights) }

// Known reports whether r is one of the rights above. Roles may name others, which grant nothing.
func (r Right) Known() bool { return r == RightAll || slices.Contains(rights, r) }

// Role is what one kind of seller may do.
type Role struct {
	Rights []Right `json:"rights"`
	// MaxDiscount is the largest share that RightDiscount covers.
	MaxDiscount money.Percent `json:"max_discount"`
}

// Roles maps names to roles.
type Roles map[string]Role

// DefaultRoles is the table that a box knows without BAAZ.
func DefaultRoles() Roles {
	seller := []Right{RightSell, RightRemove, RightDiscount, RightReprint, RightCashIn, RightCashOut, RightShift, RightReturnOwn}
	senior := append(slices.Clone(seller), RightDiscountAny, RightDrawer, RightRecount, RightCashSee, RightReportX, RightFiscal,
		RightReturnOther, RightReturnNoReceipt, RightReturnCash)
	return Roles{
		"owner":  {Rights: []Right{RightAll}, MaxDiscount: money.Whole},
		"senior": {Rights: senior, MaxDiscount: money.Whole},
		"seller": {Rights: seller, MaxDiscount: 2000},
	}
}

// May reports whether the role has the right.
func (r Role) May(right Right) bool {
	return right == "" || slices.Contains(r.Rights, RightAll) || slices.Contains(r.Rights, right)
}

// Effective lists the rights that the role has in the end, with RightAll spelled out.
func (r Role) Effective() []Right {
	return slices.DeleteFunc(Rights(), func(right Right) bool { return !r.May(right) })
}

// seller finds an active seller.
func (d *decider) seller(code event.SellerCode) (Seller, bool) {
	return Find(d.state, d.env, code)
}

// Find finds an active seller: the shop's register first, then those that only this till knows.
func Find(st *State, env Env, code event.SellerCode) (Seller, bool) {
	if env.Sellers != nil {
		if s, ok := env.Sellers(code); ok {
			return s, s.Active
		}
	}
	s, ok := st.Sellers[code]
	return s, ok && s.Active
}

// Replaced reports whether the code of whoever logged in is now somebody else's: the register has sent another person of the
// code that a seller of this till only has. Whose rights those are, their password tells.
func Replaced(st *State, env Env) bool {
	if st.Seller == nil {
		return false
	}
	own := st.Sellers[st.Seller.Code]
	s, _ := Find(st, env, st.Seller.Code)
	return own.Name == st.Seller.Name && s.Name != own.Name
}

// Present returns the seller who stands at the till and what the seller may do. Nobody does while the till is locked, or
// where the seller has been shut out or replaced since.
func Present(st *State, env Env) (Seller, Role, bool) {
	if st.Seller == nil || st.Desk.Locked || Replaced(st, env) {
		return Seller{}, Role{}, false
	}
	s, ok := Find(st, env, st.Seller.Code)
	return s, env.Roles[s.Role], ok
}

// anySeller reports whether anyone at all could log in. Where nobody could, the first seller may be made by whoever
// stands before the box.
func (d *decider) anySeller() bool { return AnySeller(d.state, d.env) }

// AnySeller reports whether anyone at all could log in.
func AnySeller(st *State, env Env) bool {
	for _, s := range st.Sellers {
		if s.Active {
			return true
		}
	}
	return env.HasSellers
}

// authorise demands a right of the seller at the till or of the command's approver, and fills in who.
func (d *decider) authorise(right Right) error {
	if d.state.Seller == nil || Replaced(d.state, d.env) {
		return fault.New(fault.SellerNone)
	}
	me, ok := d.seller(d.state.Seller.Code)
	if !ok {
		return fault.New(fault.SellerNone)
	}
	d.me = me
	d.who = event.Who{By: me.Code, Reason: d.cmd.Reason, Command: d.cmd.ID}
	return d.demand(right)
}

// demand asks for one more right in the course of a command.
func (d *decider) demand(right Right) error {
	if d.env.Roles[d.me.Role].May(right) {
		return nil
	}
	if d.cmd.Approver == nil {
		return fault.New(fault.RightMissing)
	}
	approver, ok := d.seller(event.SellerCode(d.cmd.Approver.Code))
	if !ok || !VerifyPassword(approver.PasswordHash, d.cmd.Approver.Password) {
		return fault.New(fault.ApproverWrong)
	}
	if !d.env.Roles[approver.Role].May(right) {
		return fault.New(fault.ApproverLacks, "name", approver.Name)
	}
	d.who.ApprovedBy = approver.Code
	d.fact(event.OverrideGranted{Who: d.who, Right: string(right), What: d.cmd.Kind, Basket: d.granted.basket, Amount: d.granted.amount})
	return nil
}

func (d *decider) login() error {
	s, ok := d.seller(event.SellerCode(d.cmd.Code))
	if !ok || !VerifyPassword(s.PasswordHash, d.cmd.Password) {
		return fault.New(fault.SellerWrong)
	}
	d.fact(event.SellerLoggedIn{Who: event.Who{By: s.Code, Command: d.cmd.ID}, Seller: s.Code, Name: s.Name})
	d.unlock()
	return nil
}

// lock shuts the till until a seller logs in again, the same or another one. Baskets stay as they are.
func (d *decider) lock() error {
	desk := d.state.Desk
	desk.Locked = true
	d.out.Desk = &desk
	return nil
}

func (d *decider) unlock() {
	if desk := d.state.Desk; desk.Locked {
		desk.Locked = false
		d.out.Desk = &desk
	}
}

func (d *decider) logout() error {
	who := event.Who{Command: d.cmd.ID}
	if d.state.Seller != nil {
		who.By = d.state.Seller.Code
	}
	d.fact(event.SellerLoggedOut{Who: who})
	d.unlock()
	return nil
}

// setSeller makes or changes a seller that only this till knows. The very first one needs nobody's leave and becomes
// the owner: somebody has to be.
func (d *decider) setSeller() error {
	c := d.cmd
	first := !d.anySeller()
	if !first {
		if err := d.authorise(RightSellers); err != nil {
			return err
		}
	} else {
		d.who = event.Who{By: event.SellerCode(c.Code), Command: c.ID, Reason: c.Reason}
		c.Role, c.Active = "owner", nil
	}
	if len(c.Code) == 0 || len(c.Code) > 16 || !printable(c.Code) {
		return fault.New(fault.SellerBad, "detail", "a code has 1 to 16 printable characters")
	}
	if n := len([]rune(c.Name)); n == 0 || n > 60 || !printable(c.Name) {
		return fault.New(fault.SellerBad, "detail", "a name has 1 to 60 printable characters")
	}
	if _, ok := d.env.Roles[c.Role]; !ok {
		return fault.New(fault.SellerBad, "detail", "there is no role "+strconv.Quote(clip(c.Role, 40)))
	}
	if d.env.Sellers != nil {
		if _, ok := d.env.Sellers(event.SellerCode(c.Code)); ok {
			return fault.New(fault.SellerBad, "detail", "the settings have a seller of this code")
		}
	}
	active := c.Active == nil || *c.Active
	if !first {
		if err := d.keepOwners(event.SellerCode(c.Code), c.Role, active); err != nil {
			return err
		}
	}
	hash, err := d.passwordHash()
	if err != nil {
		return err
	}
	d.fact(event.SellerSet{Who: d.who, Code: event.SellerCode(c.Code), Name: c.Name, Role: c.Role, PasswordHash: hash, Active: active})
	return nil
}

// keepOwners sees to it that only an owner makes owners and changes them, else the right to sellers would be the right to
// everything; and that nobody, at the till or approving, gives the own role away: the last owner must not lock all out.
func (d *decider) keepOwners(code event.SellerCode, role string, active bool) error {
	before, known := d.state.Sellers[code]
	if d.env.Roles[role].May(RightAll) || known && d.env.Roles[before.Role].May(RightAll) {
		if err := d.demand(RightAll); err != nil {
			return err
		}
	}
	own := code == d.me.Code || code == d.who.ApprovedBy
	if own && (role != before.Role || !active) {
		return fault.New(fault.SellerBad, "detail", "nobody can take away the own role")
	}
	return nil
}

// passwordHash is that of the password given; a seller who is changed without one keeps the old.
func (d *decider) passwordHash() (string, error) {
	c := d.cmd
	if known, ok := d.state.Sellers[event.SellerCode(c.Code)]; ok && c.Password == "" {
		return known.PasswordHash, nil
	}
	if len([]rune(c.Password)) < 4 || len(c.Password) > 128 {
		return "", fault.New(fault.PasswordNeeded)
	}
	return HashPassword(c.Password, d.env.Salt), nil
}
