package registers

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"

	"posbox/config"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/wire"
)

func checkGood(body []byte) *wrong {
	var g wire.Good
	if err := json.Unmarshal(body, &g); err != nil {
		return &wrong{"", "cannot be read"}
	}
	if !slices.IsSortedFunc(g.Prices, func(a, b wire.ListPrice) int { return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.From, b.From)) }) {
		return &wrong{"prices", "prices must ascend by date"}
	}
	lists := map[string]bool{}
	for _, p := range g.Prices {
		lists[p.List] = true
	}
	if !lists[""] {
		return &wrong{"prices", "a price is needed"}
	}
	for list := range lists {
		var bad *catalog.FieldError
		if errors.As(g.SoldBy(list).Validate(), &bad) {
			return &wrong{bad.Field, bad.Problem}
		}
	}
	return nil
}

func checkCustomer(body []byte) *wrong {
	var c wire.Customer
	if err := json.Unmarshal(body, &c); err != nil {
		return &wrong{"", "cannot be read"}
	}
	if column, problem := c.Wrong(); problem != "" {
		return &wrong{column, problem}
	}
	if slices.Contains(c.Cards, c.Code) {
		return &wrong{"cards", c.Code + " stands twice"}
	}
	return nil
}

func checkRule(body []byte) *wrong {
	var r struct {
		Code string `json:"code"`
		barcode.Rule
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return &wrong{"", "cannot be read"}
	}
	r.Prefix = r.Code
	if err := r.Rule.Validate(); err != nil {
		return &wrong{"", err.Error()}
	}
	return nil
}

// tier is a row of the register of tiers.
type tier struct {
	Steps []struct {
		Total   money.Amount  `json:"total"`
		Percent money.Percent `json:"percent"`
	} `json:"steps"`
}

func checkTier(body []byte) *wrong {
	var t tier
	if err := json.Unmarshal(body, &t); err != nil {
		return &wrong{"", "cannot be read"}
	}
	for i := range t.Steps[min(1, len(t.Steps)):] {
		if t.Steps[i+1].Total <= t.Steps[i].Total {
			return &wrong{"steps", "totals must ascend"}
		}
	}
	return nil
}

// earned returns the discount that a total of purchases has earned.
func (t tier) earned(total money.Amount) (p money.Percent) {
	for _, s := range t.Steps {
		if total >= s.Total {
			p = s.Percent
		}
	}
	return p
}

// elsewhere are settings that have a register of their own.
var elsewhere = []string{"sellers"}

func checkSettings(body []byte) *wrong {
	var s struct {
		Values json.RawMessage `json:"values"`
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return &wrong{"", "cannot be read"}
	}
	given, w := objectOf(s.Values)
	if w != nil {
		return &wrong{"values", w.detail}
	}
	for _, name := range elsewhere {
		if given[name] != nil {
			return &wrong{"values." + name, "it has a register of its own"}
		}
	}
	if _, _, err := config.Load(config.Layer{Name: "BAAZ", JSON: s.Values}); err != nil {
		f := fault.Of(err)
		return &wrong{"values." + f.Args["path"], f.Args["detail"]}
	}
	return nil
}
