package registers

import (
	"encoding/json"
	"slices"
	"time"

	"posbox/baaz/store"
	"posbox/central"
	"posbox/config"
	"posbox/wire"
)

// UsualZone is where days and clocks of shops are whose settings do not say otherwise.
var UsualZone = func() *time.Location {
	z, err := time.LoadLocation(config.Defaults().Zone)
	if err != nil {
		return time.FixedZone(config.Defaults().Zone, 8*3600)
	}
	return z
}()

// Zone is where the days of a scope begin, by the settings that BAAZ keeps: a company's, or a sales point's with those
// above it. A till whose own settings name another zone tells the day of each sale itself.
func Zone(tx *store.Tx, c store.Company, at wire.Scope) (*time.Location, error) {
	if c == 0 {
		return UsualZone, nil
	}
	chain, err := Chain(tx, c, at)
	if err != nil {
		return nil, err
	}
	var said []config.Layer
	for _, scope := range chain {
		rows, err := RowsAt(tx, c, scope, wire.RegisterSettings)
		if err != nil {
			return nil, err
		}
		said = append(said, central.LayersOf(scope.Level, rows)...)
	}
	conf, _, err := config.Load(said...)
	if err != nil {
		return UsualZone, nil // settings that cannot be read are told of where they are edited
	}
	return time.LoadLocation(conf.Zone)
}

// Chain lists the scopes that settings of a scope come from, widest first: a point's location is between.
func Chain(tx *store.Tx, c store.Company, scope wire.Scope) ([]wire.Scope, error) {
	chain := []wire.Scope{wire.CompanyScope(uint64(c))}
	if scope.Level == wire.LevelPoint {
		key := store.MasterKey(wire.RegisterPoints, scope.Name)
		found, err := tx.FindMaster(c, scope.String(), [][]byte{key})
		if err != nil {
			return nil, err
		}
		var p wire.Point
		if row, ok := found[string(key)]; ok && json.Unmarshal(row.Body, &p) == nil && p.Location != "" {
			chain = append(chain, wire.GroupScope(scope.Company, p.Location))
		}
	}
	if scope.Level != wire.LevelCompany {
		chain = append(chain, scope)
	}
	return chain, nil
}

// RowsAt reads what stands in registers at a scope.
func RowsAt(tx *store.Tx, c store.Company, at wire.Scope, from ...string) (rows []wire.Row, err error) {
	for _, register := range from {
		if err := tx.EachRow(c, register, at.String(), func(m store.MasterRow) error {
			r, code := store.SplitKey(m.Key)
			rows = append(rows, wire.Row{Register: r, Code: code, Body: slices.Clone(m.Body)})
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// today is the day of a company, from which a price holds that no day was told for.
func (r *Registers) today(tx *store.Tx, c store.Company) (string, error) {
	zone, err := Zone(tx, c, wire.CompanyScope(uint64(c)))
	if err != nil {
		return "", err
	}
	return r.o.Now().In(zone).Format(time.DateOnly), nil
}
