package catalog

import (
	"fmt"

	"posbox/pos/loyalty"
)

// SetCustomers makes all the card customers of the catalog in dir; those it had before go. Codes and card numbers must
// be unique among each other, so that what a person types or scans means one customer.
//
// Errors: fault.ImportRow, whose row is the customer's place in all from 1; fault.CatalogBusy; fault.CatalogWrite.
func SetCustomers(dir string, all []loyalty.Customer) error {
	_, err := rewrite(dir, func(put *spool) (u update, err error) {
		u.customers, err = layerOfCustomers(all, put)
		return u, err
	})
	return err
}

// layerOfCustomers makes a layer of all customers that there are to be.
func layerOfCustomers(all []loyalty.Customer, put *spool) (layer, error) {
	if err := checkCustomers(all); err != nil {
		return layer{}, err
	}
	p := newPile(put)
	for _, c := range all {
		if err := p.addCustomer(c); err != nil {
			return layer{}, err
		}
	}
	return p.alone(), nil
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
