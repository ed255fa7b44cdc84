package uplink

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// of reports whether a wish is none but to talk where the box has joined: its key is the one that the box has joined by, or it
// has none. Another key's address is that of another BAAZ, until that one has taken the box.
func (w Wish) of(j *event.BoxJoined) bool {
	key := wire.KeyName(w.Key)
	return w.Key == wire.Key{} || hex.EncodeToString(key[:]) == j.Key
}

// joinFirst joins a box that has never joined.
func (u *Uplink) joinFirst(ctx context.Context, w Wish) (*event.BoxJoined, error) {
	if w.Address == "" || w.Key == (wire.Key{}) {
		u.become(Off, "", 0)
		return nil, &trouble{}
	}
	u.become(Joining, "", 0)
	return u.join(ctx, w)
}

// joinAnew joins by another key than the one that the box has joined by; nil where that does not come about. What the box has
// to say where it has joined is not held up by it, and Status tells why.
func (u *Uplink) joinAnew(ctx context.Context, w Wish) *event.BoxJoined {
	u.refused = Wish{}
	joined, err := u.join(ctx, w)
	if err == nil {
		u.say(Anew{}, 0)
		return joined
	}
	if ctx.Err() != nil {
		return nil
	}
	why := Anew{Code: fault.UplinkUnreachable}
	if t := new(trouble); errors.As(err, &t) {
		why = Anew{Code: t.code, Refused: t.stop}
	}
	if u.Status().Anew != why { // once, not at every try
		u.o.Logger.Warn("not joined anew", "address", w.Address, "err", err)
	}
	if why.Refused {
		u.refused = w
		u.say(why, 0)
	} else {
		u.say(why, min(max(u.o.FirstWait, 2*u.retry), u.o.MaxWait))
	}
	return nil
}

// say changes what Status says of a wish to join anew, and after how long it is tried again; 0: not by itself.
func (u *Uplink) say(why Anew, retry time.Duration) {
	u.retry = retry
	u.mu.Lock()
	changed := u.status.Anew != why
	u.status.Anew = why
	u.mu.Unlock()
	if changed && u.o.Changed != nil {
		u.o.Changed()
	}
}

// join joins with the connection key that somebody entered, and writes that down before anything is sent.
func (u *Uplink) join(ctx context.Context, w Wish) (*event.BoxJoined, error) {
	if err := CheckAddress(w.Address); err != nil {
		return nil, &trouble{code: fault.UplinkUnreachable, stop: true, cause: err}
	}
	body, err := json.Marshal(wire.NewJoin(w.Key, u.o.Key, u.o.Version))
	if err != nil {
		return nil, err
	}
	text, status, after, err := u.tell(ctx, strings.TrimRight(w.Address, "/")+"/v1/join", body, "application/json")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		t := refused(status, text, after)
		t.stop = status == http.StatusForbidden && t.code != fault.UplinkStranger
		return nil, t
	}
	var j wire.Joined
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, &trouble{code: fault.UplinkStranger, cause: err}
	}
	if _, ok := j.ProvedBy(w.Key, u.box); !ok {
		return nil, &trouble{code: fault.UplinkStranger, cause: errors.New("whoever answers does not know the connection key")}
	}
	if u.o.Wish() != w {
		return nil, &trouble{} // taken back meanwhile, or another: the till's word counts
	}
	key := wire.KeyName(w.Key)
	fact := event.BoxJoined{Address: w.Address, BAAZ: j.BAAZ, Key: hex.EncodeToString(key[:]), Company: j.Company, CompanyName: j.CompanyName, Point: j.Point, PointName: j.PointName,
		Epoch: j.Epoch, Previous: j.Previous, PreviousSeq: uint64(j.Seq), NextShift: j.NextShift}
	if j.Previous != "" {
		fact.PreviousHash = j.Hash.String()
	}
	return &fact, u.o.Log.Tell(ctx, fact)
}
