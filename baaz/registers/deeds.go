package registers

import (
	"encoding/json"
	"time"

	"posbox/baaz/store"
)

// Deed is a change of a row, or a set of them, as an audit lists it. Passwords are not told.
type Deed struct {
	At                    int64 // UTC µs
	Who                   string
	Scope, Register, Code string          // a set has neither scope nor code
	Before, After         json.RawMessage // of a row; null: there was none
	Set                   *store.Set
}

// Deeds lists what was changed by whom at a company, in all scopes: of each source at most limit, in no order.
func Deeds(tx *store.Tx, c store.Company, m store.Moments, limit int) (list []Deed, err error) {
	sets, err := tx.SetsBack(c, m, limit)
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		list = append(list, Deed{At: s.ID, Who: s.Who, Register: s.Register, Set: &s})
	}
	changes, err := tx.ChangesBack(c, m, limit)
	if err != nil {
		return nil, err
	}
	for _, x := range changes {
		d, err := deed(tx, c, x)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func deed(tx *store.Tx, c store.Company, x store.ScopedChange) (d Deed, err error) {
	d = Deed{At: x.At, Who: x.Who, Scope: x.Scope}
	d.Register, d.Code = store.SplitKey(x.Key)
	reg, err := Of(d.Register)
	if err != nil {
		return d, nil // of a program that knew another register: that it was changed is told all the same
	}
	d.After = reg.past(x.MasterChange)
	before, err := tx.History(c, x.Scope, x.Key, x.Version, 1)
	if err == nil && len(before) > 0 {
		d.Before = reg.past(before[0])
	}
	return d, err
}

// Moment is when it was.
func (d Deed) Moment() time.Time { return time.UnixMicro(d.At).UTC() }
