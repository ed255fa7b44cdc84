package wire

import (
	"encoding/json"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// Registers that a till knows. It passes over rows of others: a newer BAAZ may have more.
const (
	RegisterCompany      = "company"
	RegisterLocations    = "locations"
	RegisterPoints       = "points"
	RegisterRoles        = "roles"
	RegisterSellers      = "sellers"
	RegisterCategories   = "categories"
	RegisterPriceLists   = "price_lists"
	RegisterGoods        = "goods"
	RegisterTaxes        = "taxes"
	RegisterBarcodeRules = "barcode_rules"
	RegisterTiers        = "tiers"
	RegisterCustomers    = "customers"
	RegisterTabs         = "tabs"
	RegisterTenders      = "tenders"
	RegisterSettings     = "settings"
)

// ListPrice is a good's price from a day on, of a price list.
type ListPrice struct {
	List string `json:"list,omitempty"` // empty: the good's own
	catalog.Price
}

// Good is a row of the register of goods: a good with the prices of all lists.
type Good struct {
	catalog.Good
	Prices []ListPrice `json:"prices"`
}

// SoldBy returns the good as it is sold by a price list: by its prices there, else by the good's own.
func (g Good) SoldBy(list string) catalog.Good {
	out := g.Good
	out.Prices = nil
	for _, p := range g.Prices {
		if p.List == list {
			out.Prices = append(out.Prices, p.Price)
		}
	}
	if len(out.Prices) == 0 && list != "" {
		return g.SoldBy("")
	}
	return out
}

// Customer is a row of the register of customers.
type Customer struct {
	loyalty.Customer
	Tier   string        `json:"tier,omitempty"`
	Earned money.Percent `json:"earned,omitempty"` // by the total of purchases
}

// Shown returns the customer with the discount that counts: the larger of the card's and the earned one.
func (c Customer) Shown() loyalty.Customer {
	out := c.Customer
	out.Percent = max(out.Percent, c.Earned)
	return out
}

// Company is the row of the register of the company.
type Company struct {
	Name    string `json:"name"`
	TIN     string `json:"tin"`
	Address string `json:"address"`
	Phone   string `json:"phone"`
	VAT     bool   `json:"vat"`
	CityTax bool   `json:"city_tax"`
}

// Point is the row of a sales point.
type Point struct {
	Name      string   `json:"name"`
	Location  string   `json:"location"`
	PriceList string   `json:"price_list"`
	Branch    string   `json:"branch"`
	Till      string   `json:"till"`
	Address   string   `json:"address"`
	Phone     string   `json:"phone"`
	Header    []string `json:"header"`
	Footer    []string `json:"footer"`
}

// Seller is a row of the register of sellers.
type Seller struct {
	Code         event.SellerCode `json:"code"`
	Name         string           `json:"name"`
	Role         string           `json:"role"`
	PasswordHash string           `json:"password_hash"`
	Active       bool             `json:"active"`
}

// Role is a row of the register of roles.
type Role struct {
	Code string `json:"code"`
	till.Role
}

// TaxRates is a row of the register of tax rates; its code is the first day.
type TaxRates struct {
	Code string   `json:"code"`
	VAT  tax.Rate `json:"vat"`
	City tax.Rate `json:"city_tax"`
}

// Tab is a row of the register of tabs: a page of goods, or a room or table.
type Tab struct {
	Code   string   `json:"code"`
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`
	Order  int      `json:"order"`
	Goods  []string `json:"goods"`
	Active bool     `json:"active"`
}

// Tender is a row of the register of tenders.
type Tender struct {
	Code   event.TenderKind `json:"code"`
	Name   string           `json:"name"`
	Order  int              `json:"order"`
	Active bool             `json:"active"`
}

// SettingsRow is a row of the register of settings: one layer.
type SettingsRow struct {
	Code   string          `json:"code"` // company, group, point, box
	Values json.RawMessage `json:"values"`
}
