package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// operator is whoever sits at the server's command line.
var operator = who.Caller{World: who.Operator, Name: "baazd"}

// defaultCompany is what a company is called that nobody has named.
const defaultCompany = "Компани"

// home finds whose owner or token is meant: BAAZ itself, the company that was named, or the only one there is. One that is
// made is told: its name may have been mistyped.
func home(ctx context.Context, s *store.Store, f flags, stderr io.Writer) (c store.Company, err error) {
	if f.operator {
		return 0, nil
	}
	now, made := time.Now().UnixMicro(), ""
	err = s.Write(ctx, func(tx *store.Tx) (err error) {
		made = ""
		name := f.company
		if name == "" {
			all, err := tx.EveryCompany()
			switch {
			case err != nil:
				return err
			case len(all) == 1:
				c = all[0].Company
				return nil
			case len(all) > 1:
				return fmt.Errorf("%w: there are %d companies: say which by -company", errUsage, len(all))
			}
			name = defaultCompany
		}
		if c, err = tx.CompanyNamed(name); errors.Is(err, store.ErrNone) {
			made = name
			c, err = registers.AddCompany(tx, "command line", store.CompanyRow{Name: name, Created: now, World: store.WorldCompany})
		}
		return err
	})
	if err == nil && made != "" {
		fmt.Fprintln(stderr, "baazd: made anew: company", made)
	}
	return c, err
}

// openPeople opens the store of a server that may be serving meanwhile, and its people.
func openPeople(ctx context.Context, f flags, stderr io.Writer) (*store.Store, *who.People, store.Company, error) {
	s, err := openFolder(ctx, f)
	if err != nil {
		return nil, nil, 0, err
	}
	c, err := home(ctx, s, f, stderr)
	if err != nil {
		return nil, nil, 0, errors.Join(err, s.Close())
	}
	p, err := who.New(ctx, who.Options{Store: s})
	if err != nil {
		return nil, nil, 0, errors.Join(err, s.Close())
	}
	return s, p, c, nil
}

// makeOwner prints a link for an owner, also where there is one: it may be the way back in.
func makeOwner(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	s, people, c, err := openPeople(ctx, f, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	i, err := people.LetOwnerIn(ctx, operator, who.Client{Network: "command line"}, c, true)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "baazd: owner link "+web.LinkURL(f.public, i.Secret))
	return nil
}

// makeToken prints a token.
func makeToken(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	s, people, c, err := openPeople(ctx, f, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	var scopes []who.Scope
	for _, w := range strings.FieldsFunc(f.scope, func(r rune) bool { return r == ',' || r == ' ' }) {
		scopes = append(scopes, who.Scope(w))
	}
	token, _, err := people.AddToken(ctx, operator, who.Client{Network: "command line"}, c, f.name, scopes, time.Duration(f.days)*24*time.Hour)
	if fault.CodeOf(err) == fault.TokenScope {
		return fmt.Errorf("%w (a company's are read, change, tills, points; metrics goes with -operator)", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "baazd: token "+token)
	return nil
}
