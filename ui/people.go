package ui

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/till"
)

// sellerInfo tells who stands at the till; nil: nobody.
func sellerInfo(st *till.State, env till.Env) *SellerInfo {
	if st.Seller == nil || till.Replaced(st, env) {
		return nil
	}
	info := &SellerInfo{Code: st.Seller.Code, Name: st.Seller.Name, Rights: []till.Right{}, Locked: st.Desk.Locked}
	if s, ok := till.Find(st, env, st.Seller.Code); ok {
		info.Role, info.Person, info.Rights = s.Role, s.Person(), filled(env.Roles[s.Role].Effective())
	}
	return info
}

// entitled reports why the seller at the till may not do what needs a right; nil where none is needed.
func (s *Server) entitled(right till.Right) error {
	if right == "" {
		return nil
	}
	return lacks(s.o.Till.View().State, s.o.Till.Env(), right)
}

// lacks reports why whoever stands at the till does not have a right; nil where the seller has it.
func lacks(st *till.State, env till.Env, right till.Right) error {
	if st.Desk.Locked {
		return fault.New(fault.SellerLocked)
	}
	_, role, ok := till.Present(st, env)
	if !ok {
		return fault.New(fault.SellerNone)
	}
	if !role.May(right) {
		return fault.New(fault.RightMissing)
	}
	return nil
}

// notEntitled lists what entitled and lacks refuse with.
var notEntitled = []fault.Code{fault.SellerNone, fault.SellerLocked, fault.RightMissing}

// SellersAnswer lists sellers in order of their codes.
type SellersAnswer struct {
	Sellers []SellerRow `json:"sellers"`
}

// SellerRow is one seller of a list.
type SellerRow struct {
	Code   event.SellerCode `json:"code"`
	Name   string           `json:"name"`
	Role   string           `json:"role"`
	Active bool             `json:"active"`
	Origin string           `json:"origin"` // till: made here, seller.set changes it; settings: changed there
}

func (s *Server) sellers(w http.ResponseWriter, _ *http.Request) error {
	rows := map[event.SellerCode]SellerRow{}
	for code, p := range s.o.Till.View().State.Sellers {
		rows[code] = SellerRow{code, p.Name, p.Role, p.Active, "till"}
	}
	if s.o.Register != nil {
		for _, p := range s.o.Register() { // as at log-in, the settings outweigh the till
			rows[p.Code] = SellerRow{p.Code, p.Name, p.Role, p.Active, "settings"}
		}
	}
	out := slices.SortedFunc(maps.Values(rows), func(a, b SellerRow) int { return cmp.Compare(a.Code, b.Code) })
	return writeJSON(w, http.StatusOK, SellersAnswer{filled(out)})
}

// RolesAnswer lists roles by name, and every right that a role may have.
type RolesAnswer struct {
	Roles  []RoleInfo   `json:"roles"`
	Rights []till.Right `json:"rights"`
}

// RoleInfo is what one kind of seller may do.
type RoleInfo struct {
	Name        string        `json:"name"`
	Rights      []till.Right  `json:"rights"`       // with "*" spelled out
	All         bool          `json:"all"`          // has "*": rights to come as well
	MaxDiscount money.Percent `json:"max_discount"` // the most that the right "discount" covers
}

func (s *Server) roles(w http.ResponseWriter, _ *http.Request) error {
	roles := s.o.Till.Env().Roles
	out := RolesAnswer{Roles: []RoleInfo{}, Rights: till.Rights()}
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		r := roles[name]
		out.Roles = append(out.Roles, RoleInfo{name, filled(r.Effective()), slices.Contains(r.Rights, till.RightAll), r.MaxDiscount})
	}
	return writeJSON(w, http.StatusOK, out)
}

// CustomersAnswer is what a search finds.
type CustomersAnswer struct {
	Customers []CustomerInfo `json:"customers"`
}

// CustomerInfo is a customer as the cashier may see one: enough to tell two of a name apart, too little to carry off.
type CustomerInfo struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Phone     string        `json:"phone"` // its last four digits
	Cards     int           `json:"cards"` // how many
	Percent   money.Percent `json:"percent"`
	ValidFrom day.Day       `json:"valid_from,omitempty"`
	ValidTo   day.Day       `json:"valid_to,omitempty"`
	Active    bool          `json:"active"`
	Usable    bool          `json:"usable"`        // customer.set would take it today
	Why       *ErrorBody    `json:"why,omitempty"` // it would not
}

func (s *Server) customers(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 50, 1, 200)
	if err != nil {
		return err
	}
	q := r.URL.Query().Get("q")
	if len(q) > 200 {
		return fault.New(fault.QueryMalformed, "name", "q")
	}
	env := s.sellingEnv()
	today := day.Of(env.Now, env.Zone)
	out := CustomersAnswer{Customers: []CustomerInfo{}}
	for _, c := range s.o.Customers.SearchCustomers(strings.TrimSpace(q), limit) {
		if now, ok, err := env.Customers.Customer(c.Code); ok && err == nil { // perhaps edited since
			c = now
		}
		out.Customers = append(out.Customers, customerInfo(c, today, s.lang(r)))
	}
	return writeJSON(w, http.StatusOK, out)
}

func customerInfo(c loyalty.Customer, today day.Day, lang string) CustomerInfo {
	info := CustomerInfo{Code: c.Code, Name: c.Name, Phone: masked(c.Phone), Cards: len(c.Cards), Percent: c.Percent,
		ValidFrom: c.ValidFrom, ValidTo: c.ValidTo, Active: c.Active, Usable: true}
	if _, err := c.Show(c.Code, today); err != nil {
		why := errorBody(fault.Of(err), lang)
		info.Usable, info.Why = false, &why
	}
	return info
}

// CustomerWhole is a customer for whoever may change it: with telephone and cards.
type CustomerWhole struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Phone     string        `json:"phone"`
	Cards     []string      `json:"cards"`
	Percent   money.Percent `json:"percent"`
	ValidFrom day.Day       `json:"valid_from,omitempty"` // empty: always
	ValidTo   day.Day       `json:"valid_to,omitempty"`
	Active    bool          `json:"active"`
}

func (s *Server) customer(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	c, ok, err := s.sellingEnv().Customers.Customer(code)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.CustomerUnknown, "code", clip(code))
	}
	return writeJSON(w, http.StatusOK, CustomerWhole{c.Code, c.Name, c.Phone, filled(c.Cards), c.Percent, c.ValidFrom, c.ValidTo, c.Active})
}

// masked keeps the last four digits of a telephone number.
func masked(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if len(digits) <= 4 {
		return digits
	}
	return "**** " + digits[len(digits)-4:]
}
