package web

import (
	"cmp"
	"encoding/json"
	"slices"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/central"
	"posbox/config"
	"posbox/pos/fault"
	"posbox/wire"
)

// settingRoutes tell what tills make of the settings that BAAZ keeps.
func settingRoutes() []route {
	return []route{{method: "GET", path: "/api/companies/{company}/settings", door: doorCompany, right: who.RightRegister, do: answers((*Server).settings),
		query: []param{{name: "scope", what: "whose settings; empty: the whole company's", kind: text, most: 200},
			{name: "code", what: "which row of the register settings; empty: that of the scope's level", kind: text, most: 40}},
		summary: "Settings as a form: each with its value, the level that it comes from, and what holds without this one's own",
		about:   "value is what holds at the scope; a till may still set another one itself. They are changed by their row in the register settings.",
		faults:  []fault.Code{fault.RowScope, fault.RowBad}}}
}

// SettingView is a setting at a scope.
type SettingView struct {
	config.Setting
	Keys []string `json:"keys"` // the path, key by key
	Own  bool     `json:"own"`  // this row says it itself
}

// SettingsAnswer is a row of settings as a form.
type SettingsAnswer struct {
	Scope    string          `json:"scope"`
	Code     string          `json:"code"`
	Version  uint64          `json:"version"` // of the row; 0: there is none yet
	Values   json.RawMessage `json:"values"`  // what it says itself
	Settings []SettingView   `json:"settings"`
}

// sources are the registers from which settings follow, beside the settings themselves.
var sources = []string{wire.RegisterCompany, wire.RegisterPoints, wire.RegisterRoles, wire.RegisterBarcodeRules, wire.RegisterTaxes}

func (s *Server) settings(c *call) (a SettingsAnswer, err error) {
	scope, err := c.scopeIn(c.text("scope"))
	if err != nil {
		return a, err
	}
	reg, err := registers.Of(wire.RegisterSettings)
	if err != nil {
		return a, err
	}
	codes := reg.Fixed[scope.Level]
	code := cmp.Or(c.text("code"), codes[0])
	if !slices.Contains(codes, code) {
		return a, fault.New(fault.RowScope, "register", reg.Name, "scope", shown(code))
	}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		a, err = settingsAt(tx, c.company, scope, code)
		return err
	})
}

// settingsAt composes what holds at a scope, with and without the row of that code.
func settingsAt(tx *store.Tx, c store.Company, scope wire.Scope, code string) (a SettingsAnswer, err error) {
	a = SettingsAnswer{Scope: scope.String(), Code: code, Values: json.RawMessage("{}"), Settings: []SettingView{}}
	chain, err := registers.Chain(tx, c, scope)
	if err != nil {
		return a, err
	}
	var all, others []config.Layer
	for _, at := range chain {
		rows, err := saidAt(tx, c, at)
		if err != nil {
			return a, err
		}
		rest := rows
		if at == scope {
			rest = slices.DeleteFunc(slices.Clone(rows), func(r wire.Row) bool { return r.Register == wire.RegisterSettings && r.Code != code })
			own := func(r wire.Row) bool { return r.Register == wire.RegisterSettings && r.Code == code }
			if i := slices.IndexFunc(rest, own); i >= 0 {
				var x wire.SettingsRow
				if err := json.Unmarshal(rest[i].Body, &x); err != nil {
					return a, fault.Wrap(err, fault.RowBad, "register", wire.RegisterSettings, "code", code, "field", "values", "detail", "cannot be read")
				}
				a.Values = x.Values
			}
			rows, rest = rest, slices.DeleteFunc(slices.Clone(rest), own)
		}
		all, others = append(all, central.LayersOf(at.Level, rows)...), append(others, central.LayersOf(at.Level, rest)...)
	}
	now, origins, err := config.Load(all...)
	if err != nil {
		return a, fault.Wrap(err, fault.RowBad, "register", wire.RegisterSettings, "code", code, "field", "values."+fault.Of(err).Args["path"], "detail", fault.Of(err).Args["detail"])
	}
	without, _, err := config.Load(others...)
	if err != nil {
		without = config.Defaults()
	}
	for _, d := range config.Describe(now, origins, without) {
		keys, _ := config.Split(d.Path)
		a.Settings = append(a.Settings, SettingView{d, keys, says(a.Values, keys)})
	}
	found, err := tx.FindMaster(c, scope.String(), [][]byte{store.MasterKey(wire.RegisterSettings, code)})
	for _, row := range found {
		a.Version = row.Version
	}
	return a, err
}

// says reports whether a layer has a value at a path.
func says(layer json.RawMessage, keys []string) bool {
	for _, k := range keys {
		var m map[string]json.RawMessage
		if json.Unmarshal(layer, &m) != nil || m[k] == nil {
			return false
		}
		layer = m[k]
	}
	return string(layer) != "null"
}

func saidAt(tx *store.Tx, c store.Company, at wire.Scope) ([]wire.Row, error) {
	return registers.RowsAt(tx, c, at, append(slices.Clone(sources), wire.RegisterSettings)...)
}
