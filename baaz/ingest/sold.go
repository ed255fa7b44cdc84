package ingest

import (
	"encoding/json"
	"fmt"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// sold is what is counted of event.SaleCompleted and event.SaleReturned. Reading all of a sale took 1.6 times as long, and
// reading is most of what BAAZ itself does with one. A test holds the names against the facts'.
type sold struct {
	By         event.SellerCode `json:"by"`
	Shift      int              `json:"shift"`
	Day        day.Day          `json:"day"`
	Number     int              `json:"number"`
	Local      string           `json:"local"`
	SellerName string           `json:"seller_name"`
	Of         *event.Origin    `json:"of"` // of what came back
	Buyer      *soldTo          `json:"buyer"`
	Lines      []soldLine       `json:"lines"`
	Gross      money.Amount     `json:"gross"`
	Discount   money.Amount     `json:"discount"`
	Total      money.Amount     `json:"total"`
	VAT        money.Amount     `json:"vat"`
	CityTax    money.Amount     `json:"city_tax"`
	Tenders    []soldFor        `json:"tenders"`
}

type soldTo struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type soldLine struct {
	No       int              `json:"no"`
	Good     catalog.Code     `json:"good"`
	Name     string           `json:"name"`
	Quantity catalog.Quantity `json:"quantity"`
	Rounding money.Amount     `json:"rounding"`
	Total    money.Amount     `json:"total"`
	Tax      tax.Class        `json:"tax"`
	VAT      money.Amount     `json:"vat"`
	CityTax  money.Amount     `json:"city_tax"`
	Category string           `json:"category"`
}

type soldFor struct {
	Kind   event.TenderKind `json:"kind"`
	Amount money.Amount     `json:"amount"`
}

// readReturn reads what came back as a sale: all its amounts and quantities are below zero, so that it adds up with them.
func readReturn(body []byte, s *sold) error {
	if err := readSale(body, s); err != nil {
		return err
	}
	if o := s.Of; o != nil && (!storable(string(o.Bill)) || o.Point > maxShift) {
		return fmt.Errorf("bill %.40q of point %d", o.Bill, o.Point)
	}
	return nil
}

// readSale reads a sale and refuses what would spoil the sums.
func readSale(body []byte, s *sold) error {
	if err := json.Unmarshal(body, s); err != nil {
		return err
	}
	return s.check()
}
