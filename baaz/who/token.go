package who

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

func seconds(d time.Duration) string { return fmt.Sprint(int(d/time.Second) + 1) }

// tokensMost bounds the tokens of a home.
const tokensMost = 200

// AddToken makes a token of a home. life 0: it never expires. The token itself is told once, here.
func (p *People) AddToken(ctx context.Context, by Caller, from Client, home store.Company, name string, scopes []Scope, life time.Duration) (token string, view TokenView, err error) {
	if name, err = Name(name); err != nil {
		return "", view, err
	}
	now := p.micros()
	row := store.TokenRow{Name: name, Scopes: joined(scopes), By: by.Name, Created: now}
	if life > 0 {
		row.Expires = now + life.Microseconds()
	}
	token, row.Hash = newSecret(secretToken, home)
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		if err := scopesFit(tx, home, scopes); err != nil {
			return err
		}
		all, err := tx.Tokens(home)
		if err != nil {
			return err
		}
		if len(all) >= tokensMost {
			return fault.New(fault.TokenMost, "most", fmt.Sprint(tokensMost))
		}
		if err := tx.AddToken(home, row); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "token.made", name, row.Scopes))
	})
	return token, tokenView(row), err
}

// scopesFit refuses scopes that have no sense at a home.
func scopesFit(tx *store.Tx, home store.Company, scopes []Scope) error {
	w, err := worldOf(tx, home)
	if err != nil {
		return err
	}
	for _, s := range scopes {
		if len(Caller{World: w, Scopes: []Scope{s}}.HomeRights()) == 0 {
			return fault.New(fault.TokenScope, "scope", readable(string(s), 40))
		}
	}
	if len(scopes) == 0 {
		return fault.New(fault.TokenScope, "scope", "")
	}
	return nil
}

// TokenView is a token as people see it.
type TokenView struct {
	Token   string     `json:"token"` // names it; it is not the token itself
	Name    string     `json:"name"`
	Scopes  []Scope    `json:"scopes"`
	By      string     `json:"by"`
	Created time.Time  `json:"created"`
	Seen    *time.Time `json:"seen"`
	Expires *time.Time `json:"expires"` // null: never
}

func tokenView(k store.TokenRow) TokenView {
	return TokenView{idOf(k.Hash), k.Name, scopesOf(k.Scopes), k.By, time.UnixMicro(k.Created).UTC(), moment(k.Seen), moment(k.Expires)}
}

func scopesOf(kept string) (list []Scope) {
	for _, w := range strings.Fields(kept) {
		list = append(list, Scope(w))
	}
	return list
}

// Tokens lists the tokens of a home.
func (p *People) Tokens(ctx context.Context, home store.Company) (list []TokenView, err error) {
	return list, p.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Tokens(home)
		for _, k := range rows {
			list = append(list, tokenView(k))
		}
		return err
	})
}

// EndToken makes a token invalid at once.
func (p *People) EndToken(ctx context.Context, by Caller, from Client, home store.Company, id string) error {
	return p.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Tokens(home)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(rows, func(k store.TokenRow) bool { return idOf(k.Hash) == id })
		if n < 0 {
			return fault.New(fault.TokenGone)
		}
		if err := tx.EndToken(home, rows[n].Hash); err != nil {
			return err
		}
		return tx.Audit(home, p.deed(by, from, "token.ended", rows[n].Name, rows[n].Scopes))
	})
}

// Token returns what a token stands for.
func (p *People) Token(ctx context.Context, secret string) (c Caller, err error) {
	home, hash, err := parseSecret(secretToken, secret)
	if err != nil {
		return c, fault.Wrap(err, fault.TokenUnknown)
	}
	now, touch := p.micros(), false
	err = p.store.Read(ctx, func(tx *store.Tx) error {
		k, err := tx.Token(home, hash)
		if err != nil {
			return err
		}
		if k.Expires != 0 && now > k.Expires {
			return store.ErrNone
		}
		w, err := worldOf(tx, home)
		if err != nil {
			return err
		}
		c = Caller{World: w, Home: home, Name: k.Name, Scopes: scopesOf(k.Scopes), Key: hash}
		touch = now-k.Seen > touchEvery.Microseconds()
		return nil
	})
	if errors.Is(err, store.ErrNone) {
		return Caller{}, fault.Wrap(err, fault.TokenUnknown)
	}
	if err == nil && touch {
		err = p.store.Write(ctx, func(tx *store.Tx) error { return tx.TouchToken(home, hash, now) })
	}
	return c, err
}
