package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.etcd.io/bbolt"

	"posbox/pos/day"
	"posbox/pos/loyalty"
	"posbox/pos/money"
)

// SetCustomers makes all the card customers of the catalog in dir; those it had before go. Codes and card numbers must
// be unique among each other, so that what a person types or scans means one customer.
//
// Errors: fault.ImportRow, whose row is the customer's place in all from 1; fault.CatalogBusy; fault.CatalogWrite.
func SetCustomers(dir string, all []loyalty.Customer) error {
	if err := checkCustomers(all); err != nil {
		return err
	}
	_, err := rewrite(dir, false, func(db *bbolt.DB) (changed bool, err error) {
		err = db.Update(func(tx *bbolt.Tx) error {
			changed, err = putCustomers(tx, all)
			return err
		})
		return changed, err
	})
	return err
}

func putCustomers(tx *bbolt.Tx, all []loyalty.Customer) (changed bool, err error) {
	values := make(map[string][]byte, len(all))
	for _, c := range all {
		if values[c.Code], err = json.Marshal(c); err != nil {
			return false, err
		}
	}
	if sameValues(tx.Bucket(bucketCustomers), values) {
		return false, nil
	}
	for _, name := range [][]byte{bucketCustomers, bucketCards} {
		if err := tx.DeleteBucket(name); err != nil {
			return false, err
		}
		if _, err := tx.CreateBucket(name); err != nil {
			return false, err
		}
	}
	for _, c := range all {
		if err := tx.Bucket(bucketCustomers).Put([]byte(c.Code), values[c.Code]); err != nil {
			return false, err
		}
		for _, card := range c.Cards {
			if err := tx.Bucket(bucketCards).Put(join(card, c.Code), nil); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// putCustomer stores a customer and its cards in place of the one with the same code.
func putCustomer(tx *bbolt.Tx, c loyalty.Customer) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	cards := tx.Bucket(bucketCards)
	if v := tx.Bucket(bucketCustomers).Get([]byte(c.Code)); v != nil {
		var old loyalty.Customer
		if err := decode(v, &old); err != nil {
			return err
		}
		for _, card := range old.Cards {
			if err := cards.Delete(join(card, c.Code)); err != nil {
				return err
			}
		}
	}
	for _, card := range c.Cards {
		if err := cards.Put(join(card, c.Code), nil); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketCustomers).Put([]byte(c.Code), value)
}

func sameValues(b *bbolt.Bucket, values map[string][]byte) bool {
	n := 0
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if want, ok := values[string(k)]; !ok || !bytes.Equal(v, want) {
			return false
		}
		n++
	}
	return n == len(values)
}

func checkCustomers(all []loyalty.Customer) error {
	owner := map[string]int{}
	for i, c := range all {
		if column, problem := wrongWith(c); problem != "" {
			return rowFault(i+1, column, problem)
		}
		for n, number := range append([]string{c.Code}, c.Cards...) {
			column := "code"
			if n > 0 {
				column = "cards"
			}
			if before, taken := owner[number]; taken {
				return rowFault(i+1, column, fmt.Sprintf("%s stands already in row %d", number, before))
			}
			owner[number] = i + 1
		}
	}
	return nil
}

// wrongWith returns the first wrong field of a customer and why; "" if there is none.
func wrongWith(c loyalty.Customer) (column, problem string) {
	switch {
	case !printable(c.Code, 1, 32):
		return "code", "1 to 32 printable characters are needed"
	case !printable(c.Name, 1, 200):
		return "name", "1 to 200 printable characters are needed"
	case !printable(c.Phone, 0, 32):
		return "phone", "at most 32 printable characters are allowed"
	case c.Percent < 0 || c.Percent > money.Whole:
		return "percent", c.Percent.String() + " is not between 0 and 100"
	case !dayOrNone(c.ValidFrom):
		return "valid_from", fmt.Sprintf("%q is not a day such as 2026-11-23", c.ValidFrom)
	case !dayOrNone(c.ValidTo):
		return "valid_to", fmt.Sprintf("%q is not a day such as 2026-11-23", c.ValidTo)
	case c.ValidTo != "" && c.ValidTo < c.ValidFrom:
		return "valid_to", fmt.Sprintf("%s lies before %s", c.ValidTo, c.ValidFrom)
	}
	for _, card := range c.Cards {
		if !printable(card, 1, 48) {
			return "cards", fmt.Sprintf("%q is not 1 to 48 printable characters", card)
		}
	}
	return "", ""
}

func dayOrNone(d day.Day) bool {
	_, err := day.Parse(string(d))
	return d == "" || err == nil
}

func printable(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && s == strings.TrimSpace(s) &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
