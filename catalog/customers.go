package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"posbox/pos/loyalty"
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
		if column, problem := c.Wrong(); problem != "" {
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
