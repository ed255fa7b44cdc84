// Package who says who may do what in BAAZ, and knows who somebody is: the three worlds of people, the roles in each, the
// rights of a role and the scopes of a token (this file); people, what they log in with, and what they did (the others).
//
// Everybody belongs to one home: a company, a vendor, or BAAZ itself (company 0: the operators). At home a role has its
// home rights. In a company that is not one's own it has its away rights, and those only where the worlds meet: a vendor
// in the companies that it looks after, an operator in all. No away right shows sales.
package who

import (
	"slices"

	"posbox/baaz/store"
)

// World is one of the three kinds of homes.
type World = store.World

// The worlds.
const (
	Company        = store.WorldCompany // people of a company that sells
	Vendor         = store.WorldVendor  // who sells and looks after boxes: sees their health, never what they sell
	Operator World = "operator"         // who runs BAAZ and its releases
)

// Right is one thing that one may be allowed to do. Routes name the right that they need.
type Right string

// Rights.
const (
	RightLook      Right = "look"      // see the company, its points and boxes: names, state, health
	RightPoints    Right = "points"    // make points and connection keys, shut boxes out
	RightSales     Right = "sales"     // see what was sold, and every sum of it
	RightRegister  Right = "register"  // see goods, prices, customers, sellers, settings
	RightChange    Right = "change"    // change goods, prices, customers
	RightTills     Right = "tills"     // change what decides at tills: sellers, roles, settings, taxes, the company itself
	RightPeople    Right = "people"    // invite people, give roles, end sessions; make tokens
	RightAudit     Right = "audit"     // read who did what
	RightCompanies Right = "companies" // make companies, and say which vendor looks after them
	RightOwners    Right = "owners"    // let a company's owner in
	RightFleet     Right = "fleet"     // releases and roll-outs
	RightMetrics   Right = "metrics"   // the server's own figures
)

// Role is what a person is at home.
type Role string

// Roles.
const (
	Owner      Role = "owner"
	Manager    Role = "manager"
	Accountant Role = "accountant"
	Clerk      Role = "clerk" // keeps goods, prices and customers in order; sees no sums, gives nobody rights

	VendorOwner      Role = "vendor.owner"
	VendorTechnician Role = "vendor.technician"

	OperatorOwner   Role = "operator.owner"
	OperatorSupport Role = "operator.support"
)

// rights are what a role may do at home and away.
type rights struct {
	world      World
	home, away []Right
}

// roles is the table of roles.
var roles = map[Role]rights{
	Owner:      {world: Company, home: []Right{RightLook, RightPoints, RightSales, RightRegister, RightChange, RightTills, RightPeople, RightAudit}},
	Manager:    {world: Company, home: []Right{RightLook, RightPoints, RightSales, RightRegister, RightChange, RightTills}},
	Accountant: {world: Company, home: []Right{RightLook, RightSales, RightRegister, RightAudit}},
	Clerk:      {world: Company, home: []Right{RightLook, RightRegister, RightChange}},

	VendorOwner:      {Vendor, []Right{RightLook, RightPeople, RightAudit, RightCompanies}, []Right{RightLook, RightPoints, RightOwners}},
	VendorTechnician: {Vendor, []Right{RightLook}, []Right{RightLook, RightPoints}},

	OperatorOwner: {Operator, []Right{RightLook, RightPeople, RightAudit, RightCompanies, RightFleet, RightMetrics},
		[]Right{RightLook, RightPoints, RightOwners, RightCompanies}},
	OperatorSupport: {Operator, []Right{RightLook, RightMetrics}, []Right{RightLook}},
}

// Roles lists the roles of a world, sorted.
func Roles(w World) (list []Role) {
	for r, t := range roles {
		if t.world == w {
			list = append(list, r)
		}
	}
	slices.Sort(list)
	return list
}

// Head returns the role of a world that gives the others out: somebody always has it.
func Head(w World) Role {
	switch w {
	case Vendor:
		return VendorOwner
	case Operator:
		return OperatorOwner
	}
	return Owner
}

// World returns the world of a role; empty: there is no such role.
func (r Role) World() World { return roles[r].world }

// Scope is what a token may be used for. A token has the rights of its scopes at its home, and no others.
type Scope string

// Scopes.
const (
	ScopeRead    Scope = "read"    // see all that an accountant sees; change nothing
	ScopeChange  Scope = "change"  // change goods, prices, customers
	ScopeTills   Scope = "tills"   // change those, and sellers, roles, settings, taxes, the company itself
	ScopePoints  Scope = "points"  // make points and connection keys
	ScopeMetrics Scope = "metrics" // the server's own figures; of BAAZ itself only
)

// scopes is the table of scopes.
var scopes = map[Scope][]Right{
	ScopeRead:    {RightLook, RightSales, RightRegister},
	ScopeChange:  {RightLook, RightRegister, RightChange},
	ScopeTills:   {RightLook, RightRegister, RightChange, RightTills},
	ScopePoints:  {RightLook, RightPoints},
	ScopeMetrics: {RightMetrics},
}

// Scopes lists all scopes, sorted.
func Scopes() (list []Scope) {
	for s := range scopes {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

// Rights returns what a token of this scope may do; none where there is no such scope.
func (s Scope) Rights() []Right { return scopes[s] }

// Caller is who makes a request: a person with a session, or a token.
type Caller struct {
	World  World
	Home   store.Company // 0: BAAZ itself
	Person store.Person  // 0: a token
	Name   string        // of the person or the token, for the audit
	Role   Role          // of a person
	Scopes []Scope       // of a token
	Key    []byte        // the hash that the session or token is kept under
}

// IsToken reports whether a token makes the request.
func (c Caller) IsToken() bool { return c.Person == 0 }

// AtHome reports whether the caller has a right at home.
func (c Caller) AtHome(r Right) bool { return slices.Contains(c.HomeRights(), r) }

// Away reports whether the caller has a right in other companies that it looks after.
func (c Caller) Away(r Right) bool {
	return !c.IsToken() && slices.Contains(roles[c.Role].away, r)
}

// HomeRights lists what the caller may do at home. Of scopes, those count that have a sense there: a company's token
// sees the company, one of BAAZ itself sees the server's figures.
func (c Caller) HomeRights() (list []Right) {
	if !c.IsToken() {
		return roles[c.Role].home
	}
	for _, s := range c.Scopes {
		for _, r := range scopes[s] {
			world := Company
			if r == RightMetrics {
				world = Operator
			}
			if c.World == world && !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	return list
}

// AwayRights lists what the caller may do elsewhere.
func (c Caller) AwayRights() []Right {
	if c.IsToken() {
		return nil
	}
	return roles[c.Role].away
}

// ReadOnly reports whether the caller may change nothing at all.
func (c Caller) ReadOnly() bool {
	return c.IsToken() && !slices.ContainsFunc(c.Scopes, func(s Scope) bool { return s == ScopeChange || s == ScopeTills || s == ScopePoints })
}
