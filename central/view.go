package central

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"posbox/config"
	"posbox/pos/barcode"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/tax"
	"posbox/pos/till"
	"posbox/wire"
)

// View is what follows from what BAAZ has sent, as a till uses it. It is never changed.
type View struct {
	Taken   bool           // the goods are BAAZ's
	Point   wire.Point     // the sales point
	Layers  []config.Layer // of settings, weakest first
	Sellers []till.Seller  // in order of code
	Tabs    []wire.Tab     // in their order, those in use
	Tenders []wire.Tender  // in their order; none: those that every till knows
	// Problems are rows that could not be used.
	Problems []*fault.Error
	Scopes   []ScopeAt // in order
}

// ScopeAt says up to where a scope has come.
type ScopeAt struct {
	Scope   wire.Scope `json:"scope"`
	Version uint64     `json:"version"`
	Time    int64      `json:"time"` // when BAAZ said so, UTC µs
}

// Names of layers as origins of settings.
const (
	LayerCompany = "company"
	LayerGroup   = "group"
	LayerPoint   = "point"
	LayerBox     = "box in BAAZ"
)

// viewOf works out what follows from a file.
func viewOf(f file) *View {
	v := &View{Taken: f.Mark != ""}
	names := slices.SortedFunc(maps.Keys(f.Scopes), func(a, b string) int { return cmp.Compare(width(a), width(b)) })
	sellers, tabs, tenders := map[event.SellerCode]till.Seller{}, map[string]wire.Tab{}, map[event.TenderKind]wire.Tender{}
	for _, name := range names { // widest first: what is narrower outweighs it
		s := f.Scopes[name]
		if parsed, err := wire.ParseScope(name); err == nil {
			v.Scopes = append(v.Scopes, ScopeAt{parsed, s.At.Version, s.At.Time})
		}
		for _, key := range slices.Sorted(maps.Keys(s.Problems)) {
			p := s.Problems[key]
			v.Problems = append(v.Problems, fault.New(fault.CentralRow, "register", p.Register, "code", p.Code, "detail", p.Detail))
		}
		v.addLayers(width(name), s.Rows)
		each(v, s.Rows, wire.RegisterSellers, func(x wire.Seller) {
			sellers[x.Code] = till.Seller{Code: x.Code, Name: x.Name, Role: x.Role, PasswordHash: x.PasswordHash, Active: x.Active}
		})
		each(v, s.Rows, wire.RegisterTabs, func(x wire.Tab) { tabs[x.Code] = x })
		each(v, s.Rows, wire.RegisterTenders, func(x wire.Tender) { tenders[x.Code] = x })
	}
	v.Sellers = slices.SortedFunc(maps.Values(sellers), func(a, b till.Seller) int { return cmp.Compare(a.Code, b.Code) })
	v.Tabs = slices.SortedFunc(maps.Values(tabs), func(a, b wire.Tab) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Code, b.Code)) })
	v.Tabs = slices.DeleteFunc(v.Tabs, func(t wire.Tab) bool { return !t.Active })
	v.Tenders = slices.SortedFunc(maps.Values(tenders), func(a, b wire.Tender) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Code, b.Code)) })
	return v
}

// width orders scopes by their level: company, group, point.
func width(scope string) int {
	switch {
	case strings.Contains(scope, "."+string(wire.LevelPoint)+"."):
		return 2
	case strings.Contains(scope, "."+string(wire.LevelGroup)+"."):
		return 1
	}
	return 0
}

// each reads the rows of a register, in order of code. One that cannot be read is told.
func each[T any](v *View, rows map[string]wire.Row, register string, fn func(T)) {
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		r := rows[key]
		if r.Register != register {
			continue
		}
		var x T
		if err := json.Unmarshal(r.Body, &x); err != nil {
			v.Problems = append(v.Problems, fault.Wrap(err, fault.CentralRow, "register", register, "code", r.Code, "detail", "cannot be read"))
			continue
		}
		fn(x)
	}
}

// addLayers adds what a scope says of settings: first what follows from its registers, then its settings themselves.
func (v *View) addLayers(width int, rows map[string]wire.Row) {
	name := []string{LayerCompany, LayerGroup, LayerPoint}[width]
	said := map[string]any{}
	v.companySays(rows, said)
	v.pointSays(rows, said)
	if len(said) > 0 {
		if text, err := json.Marshal(said); err == nil {
			v.Layers = append(v.Layers, config.Layer{Name: name, JSON: text})
		}
	}
	var box json.RawMessage
	each(v, rows, wire.RegisterSettings, func(x wire.SettingsRow) {
		if x.Code == "box" {
			box = x.Values
			return
		}
		v.Layers = append(v.Layers, config.Layer{Name: name, JSON: x.Values})
	})
	if box != nil {
		v.Layers = append(v.Layers, config.Layer{Name: LayerBox, JSON: box})
	}
}

// texts keeps what is said of the shop's receipt; an empty text says nothing.
func texts(pairs ...string) map[string]any {
	said := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			said[pairs[i]] = pairs[i+1]
		}
	}
	return said
}

func (v *View) companySays(rows map[string]wire.Row, said map[string]any) {
	each(v, rows, wire.RegisterCompany, func(c wire.Company) {
		said["shop"] = texts("name", c.Name, "tin", c.TIN, "address", c.Address, "phone", c.Phone)
		said["payer"] = tax.Payer{VAT: c.VAT, City: c.CityTax}
	})
	roles := map[string]till.Role{}
	each(v, rows, wire.RegisterRoles, func(r wire.Role) { roles[r.Code] = r.Role })
	if len(roles) > 0 {
		said["roles"] = roles
	}
	var rules barcode.Rules
	each(v, rows, wire.RegisterBarcodeRules, func(r struct {
		Code string `json:"code"`
		barcode.Rule
	}) {
		r.Prefix = r.Code
		rules = append(rules, r.Rule)
	})
	if rules != nil {
		said["barcode_rules"] = rules
	}
	var rates tax.Table
	each(v, rows, wire.RegisterTaxes, func(r wire.TaxRates) {
		rates = append(rates, tax.Rates{From: day.Day(r.Code), VAT: r.VAT, City: r.City})
	})
	if rates != nil {
		said["rates"] = withEarlier(rates)
	}
}

// withEarlier keeps the rates that the law had before BAAZ's begin: a sale of today must have rates.
func withEarlier(rates tax.Table) tax.Table {
	slices.SortFunc(rates, func(a, b tax.Rates) int { return cmp.Compare(a.From, b.From) })
	var all tax.Table
	for _, r := range tax.Mongolia() {
		if r.From < rates[0].From {
			all = append(all, r)
		}
	}
	return append(all, rates...)
}

func (v *View) pointSays(rows map[string]wire.Row, said map[string]any) {
	each(v, rows, wire.RegisterPoints, func(p wire.Point) {
		v.Point = p
		shop := texts("branch", p.Branch, "till", p.Till, "address", p.Address, "phone", p.Phone)
		if shop["till"] == nil {
			shop["till"] = p.Name
		}
		if len(p.Header) > 0 {
			shop["header"] = p.Header
		}
		if len(p.Footer) > 0 {
			shop["footer"] = p.Footer
		}
		said["shop"] = shop
	})
}

// LayersOf returns what the rows of one scope say of settings, weakest first: what BAAZ shows of them before a till has them.
func LayersOf(level wire.Level, rows []wire.Row) []config.Layer {
	v, all := &View{}, map[string]wire.Row{}
	for _, r := range rows {
		all[r.Register+"\x00"+r.Code] = r
	}
	v.addLayers(map[wire.Level]int{wire.LevelGroup: 1, wire.LevelPoint: 2}[level], all)
	return v.Layers
}
