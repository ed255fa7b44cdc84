package main

import (
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"time"

	"posbox/ui"
	"posbox/uplink"
	"posbox/wire"
)

// newUplink makes what speaks to BAAZ.
func (p *program) newUplink(key ed25519.PrivateKey) *uplink.Uplink {
	return uplink.New(uplink.Options{Log: p.engine, Key: key, Membership: p.membership, Wish: p.wish, Version: version, Logger: p.log,
		Changed: p.deviceChanged, Authentic: p.authentic})
}

// authentic takes in a time that BAAZ has signed.
func (p *program) authentic(t time.Time) {
	if err := p.clock.signed(t); err != nil {
		p.log.Error("the clock's floor stays", "err", err)
	}
}

func (p *program) membership() uplink.Membership {
	st := p.engine.View().State
	return uplink.Membership{Joined: st.Member, Replaced: st.Replaced}
}

// wish is where to join and by which key: what the command line says, else what was asked for at the till. An address
// alone says nothing of a key, so one that was typed at the till holds. It lies in a file of its own until the box has joined.
func (p *program) wish() uplink.Wish {
	st := p.engine.View().State
	asked := st.Join != nil && !st.Joined
	if p.flags.baaz != "" && (p.flags.key != "" || !asked) {
		w := uplink.Wish{Address: p.flags.baaz}
		if p.flags.key != "" {
			w.Key, _ = wire.ParseKey(p.flags.key) // checked with the flags
		}
		return w
	}
	if !asked {
		return uplink.Wish{}
	}
	text, err := os.ReadFile(filepath.Join(p.flags.data, joinFile+st.Join.Fingerprint))
	if err != nil && st.Member == nil { // else it was used, and is gone for good
		p.log.Error("the connection key is lost", "err", err)
	}
	if err != nil {
		return uplink.Wish{}
	}
	key, err := wire.ParseKey(strings.TrimSpace(string(text)))
	if err != nil {
		p.log.Error("the connection key cannot be read", "err", err)
	}
	return uplink.Wish{Address: st.Join.Address, Key: key}
}

// watchWish wakes the uplink when somebody asks to join.
func (p *program) watchWish(ctx context.Context) {
	before := p.engine.View().State.Join
	for {
		v := p.engine.View()
		if v.State.Join != before {
			before = v.State.Join
			p.uplink.Send()
		}
		select {
		case <-v.Changed:
		case <-ctx.Done():
			return
		}
	}
}

// link shows the uplink to the screen's API.
type link struct{ *uplink.Uplink }

// UplinkStatus implements ui.Uplink.
func (l link) UplinkStatus() ui.UplinkStatus {
	s := l.Status()
	return ui.UplinkStatus{State: string(s.State), Code: s.Code, Acked: s.Acked, Unsent: s.Unsent, Next: s.Next, Anew: s.Anew.Code, Refused: s.Anew.Refused}
}
