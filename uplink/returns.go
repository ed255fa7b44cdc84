package uplink

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"posbox/pos/fault"
	"posbox/wire"
)

// FindReturn asks BAAZ for the sale that a code on a receipt names, and claims its goods. Errors are faults: what BAAZ
// refuses, and uplink.unreachable.
func (p *Pulse) FindReturn(ctx context.Context, code string) (wire.ReturnSale, error) {
	answer, err := p.findReturn(ctx, code)
	var t *trouble
	switch {
	case err == nil:
		return answer, nil
	case errors.As(err, &t) && t.code != "":
		return answer, fault.Wrap(err, t.code)
	}
	return answer, fault.Wrap(err, fault.UplinkUnreachable)
}

func (p *Pulse) findReturn(ctx context.Context, code string) (answer wire.ReturnSale, err error) {
	m := p.o.Membership()
	if m.Joined == nil {
		return answer, &trouble{}
	}
	to, err := parseAddress(m.Joined, p.o.Wish())
	if err != nil {
		return answer, err
	}
	if p.stamp.last() == 0 {
		if err := p.setTime(ctx, to); err != nil {
			return answer, err
		}
	}
	text, status, after, err := p.sendMost(ctx, to, http.MethodPost, wire.ReturnTarget(code), []byte{}, wire.MaxReturn)
	if err != nil {
		return answer, err
	}
	if status != http.StatusOK {
		return answer, refused(status, text, after)
	}
	if err := json.Unmarshal(text, &answer); err != nil || !answer.SignedBy(to.key, p.box) {
		return wire.ReturnSale{}, broken("the answer about a return is not signed")
	}
	if answer.Time < p.stamp.last()-wire.RequestLife.Microseconds() {
		return wire.ReturnSale{}, broken("an old answer about a return")
	}
	p.stamp.hear(answer.Time)
	return answer, nil
}
