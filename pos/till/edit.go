package till

import (
	"cmp"
	"slices"
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/loyalty"
)

// Edit is a change of a good or a customer that is a fact and not yet known to stand in the catalogue. Until it does,
// decisions see it all the same: the scan after a change of price takes the new one.
type Edit struct {
	Asked    uint64          `json:"asked"` // sequence of the fact
	Good     *catalog.Good   `json:"good,omitempty"`
	Customer *event.Customer `json:"customer,omitempty"`
}

func (s *State) endEdit(f event.EditOutcome) {
	s.Edits = slices.DeleteFunc(s.Edits, func(e Edit) bool { return e.Asked == f.Asked })
}

// Edited returns an Env whose goods and customers are as decisions see them: with the edits under way over the catalogue.
func Edited(s *State, env Env) Env {
	env.Goods, env.Customers = edited(s, env)
	return env
}

// edited lays edits under way over the catalogue.
func edited(s *State, env Env) (catalog.Lookup, loyalty.Lookup) {
	if len(s.Edits) == 0 {
		return env.Goods, env.Customers
	}
	goods := editedGoods{env.Goods, map[catalog.Code]catalog.Good{}}
	customers := editedCustomers{env.Customers, map[string]loyalty.Customer{}}
	for _, e := range s.Edits {
		if e.Good != nil {
			goods.edits[e.Good.Code] = *e.Good
		}
		if e.Customer != nil {
			customers.edits[e.Customer.Code] = loyalty.Customer(*e.Customer)
		}
	}
	return goods, customers
}

type editedGoods struct {
	catalog.Lookup
	edits map[catalog.Code]catalog.Good
}

// ByCode implements catalog.Lookup.
func (g editedGoods) ByCode(code catalog.Code) (catalog.Good, bool, error) {
	if good, ok := g.edits[code]; ok {
		return good, true, nil
	}
	return g.Lookup.ByCode(code)
}

// ByBarcode implements catalog.Lookup.
func (g editedGoods) ByBarcode(code string) ([]catalog.Good, error) {
	found, err := g.Lookup.ByBarcode(code)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(f catalog.Good) bool { _, edited := g.edits[f.Code]; return edited })
	for _, good := range g.edits {
		if slices.Contains(good.Barcodes, code) {
			found = append(found, good)
		}
	}
	slices.SortFunc(found, func(a, b catalog.Good) int { return cmp.Compare(a.Code, b.Code) })
	return found, nil
}

type editedCustomers struct {
	loyalty.Lookup
	edits map[string]loyalty.Customer
}

// Customer implements loyalty.Lookup.
func (c editedCustomers) Customer(codeOrCard string) (loyalty.Customer, bool, error) {
	for _, edit := range c.edits {
		if edit.Code == codeOrCard || slices.Contains(edit.Cards, codeOrCard) {
			return edit, true, nil
		}
	}
	found, ok, err := c.Lookup.Customer(codeOrCard)
	if _, edited := c.edits[found.Code]; ok && edited { // it has the card no longer
		return loyalty.Customer{}, false, nil
	}
	return found, ok, err
}

// trimmed takes the spaces off the ends of what a person typed.
func trimmed(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
