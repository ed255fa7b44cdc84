package till

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"posbox/pos/event"
	"posbox/pos/fault"
)

// Layer is what has been set at this till, by path. It is never changed: With and Without make another one, so that two
// layers are the same if their pointers are. A nil layer is an empty one.
type Layer struct {
	Values map[string]json.RawMessage `json:"values"`
}

// Get returns the value at a path.
func (l *Layer) Get(path string) (json.RawMessage, bool) {
	if l == nil {
		return nil, false
	}
	v, ok := l.Values[path]
	return v, ok
}

// Paths lists what is set, sorted.
func (l *Layer) Paths() []string {
	if l == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(l.Values))
}

// With returns a layer with one value set.
func (l *Layer) With(path string, value json.RawMessage) *Layer {
	values := map[string]json.RawMessage{}
	if l != nil {
		maps.Copy(values, l.Values)
	}
	values[path] = value
	return &Layer{values}
}

// Without returns a layer with one value taken out; nil where none is left.
func (l *Layer) Without(path string) *Layer {
	if _, ok := l.Get(path); !ok {
		return l
	}
	values := maps.Clone(l.Values)
	delete(values, path)
	if len(values) == 0 {
		return nil
	}
	return &Layer{values}
}

// Limits of settings made at the till.
const (
	maxPath  = 200
	maxValue = 16 << 10 // bytes of JSON
)

// setSetting gives a setting a value. The language may be chosen by whoever stands before a till that has no sellers: a
// person who cannot read the first screen must be able to change it.
func (d *decider) setSetting() error {
	if d.cmd.Path == "lang" && !d.anySeller() {
		d.who = event.Who{Command: d.cmd.ID, Reason: d.cmd.Reason}
	} else if err := d.authorise(RightSettings); err != nil {
		return err
	}
	if len(d.cmd.Path) > maxPath || !printable(d.cmd.Path) {
		return fault.New(fault.SettingUnknown, "path", clip(d.cmd.Path, 60))
	}
	var value bytes.Buffer
	switch err := json.Compact(&value, d.cmd.Value); {
	case err != nil || value.String() == "null":
		return fault.Wrap(err, fault.SettingBad, "path", d.cmd.Path, "detail", "no value can be read")
	case value.Len() > maxValue:
		return fault.New(fault.SettingBad, "path", d.cmd.Path, "detail", "it is longer than 16 KiB")
	}
	next, err := d.judge(d.state.Box.With(d.cmd.Path, value.Bytes()))
	if err != nil {
		return err
	}
	if err := d.knownRights(next.Roles); err != nil {
		return err
	}
	d.fact(event.SettingSet{Who: d.who, Path: d.cmd.Path, Value: value.Bytes()})
	return nil
}

// resetSetting takes back what was set at the till.
func (d *decider) resetSetting() error {
	if _, ok := d.state.Box.Get(d.cmd.Path); !ok {
		return fault.New(fault.SettingUnknown, "path", clip(d.cmd.Path, 60))
	}
	if _, err := d.judge(d.state.Box.Without(d.cmd.Path)); err != nil {
		return err
	}
	d.fact(event.SettingReset{Who: d.who, Path: d.cmd.Path})
	return nil
}

// judge refuses settings under which the till could not go on: such as cannot be composed, such as leave today without
// tax rates or an open basket without a price, and roles by which nobody who is here could undo the change.
func (d *decider) judge(l *Layer) (next Env, err error) {
	if d.env.Try == nil {
		return next, fault.New(fault.SettingUnknown, "path", d.cmd.Path)
	}
	if next, err = d.env.Try(l); err != nil {
		return next, err
	}
	then := &decider{state: d.state, cmd: d.cmd, env: next}
	if _, err := then.rates(); err != nil {
		return next, fault.Wrap(err, fault.SettingBad, "path", d.cmd.Path, "detail", "tax rates are missing for "+string(d.today()))
	}
	for _, b := range d.state.Baskets {
		if _, err := then.price(b); err != nil {
			return next, fault.Wrap(err, fault.SettingBad, "path", d.cmd.Path, "detail", "an open basket cannot be priced any more ("+string(fault.CodeOf(err))+")")
		}
	}
	return next, d.keepOwner(next.Roles)
}

// knownRights refuses rights that this program does not know: at the till such a name is a mistake. One that the role has
// already, from another layer or a newer program, may stay.
func (d *decider) knownRights(next Roles) error {
	for _, name := range slices.Sorted(maps.Keys(next)) {
		for _, r := range next[name].Rights {
			if !r.Known() && !slices.Contains(d.env.Roles[name].Rights, r) {
				detail := fmt.Sprintf(`%q is not the name of a right such as "drawer.open"`, clip(string(r), 40))
				return fault.New(fault.SettingBad, "path", d.cmd.Path, "detail", detail)
			}
		}
	}
	return nil
}

// keepOwner sees to it that whoever changes roles is an owner, and stays one: so there is always somebody who can log in
// and may do everything. Others who may change settings do not make themselves owners.
func (d *decider) keepOwner(next Roles) error {
	same := maps.EqualFunc(d.env.Roles, next, func(a, b Role) bool {
		return slices.Equal(a.Rights, b.Rights) && a.MaxDiscount == b.MaxDiscount
	})
	if same {
		return nil
	}
	if err := d.demand(RightAll); err != nil {
		return err
	}
	owner := d.me
	if !d.env.Roles[owner.Role].May(RightAll) {
		owner, _ = d.seller(d.who.ApprovedBy)
	}
	if !next[owner.Role].May(RightAll) {
		return fault.New(fault.SettingOwner)
	}
	return nil
}

// endFirst says that the first start is over. Saying it again changes nothing.
func (d *decider) endFirst() error {
	if d.state.Started {
		return nil
	}
	who := event.Who{Command: d.cmd.ID}
	if d.state.Seller != nil {
		who.By = d.state.Seller.Code
	}
	d.fact(event.FirstDone{Who: who})
	return nil
}
