package till

import (
	"bytes"
	"encoding/json"
	"strings"

	"posbox/pos/fault"
)

// Command is a wish of the cashier or of a program: an id that is never used twice, a kind, and the fields that the
// kind takes. Amounts, shares and quantities are decimal strings.
type Command struct {
	ID       string    `json:"id"`   // UUID, made by the sender; a repeat gets the same answer
	Kind     string    `json:"kind"` // one of Kinds
	Approver *Approver `json:"approver,omitempty"`
	Reason   string    `json:"reason,omitempty"` // at most 200 characters

	Code     string         `json:"code,omitempty"`     // seller, customer, card, or scanned code
	Password string         `json:"password,omitempty"` // seller.login, seller.set
	Name     string         `json:"name,omitempty"`     // seller.set
	Role     string         `json:"role,omitempty"`     // seller.set
	Active   *bool          `json:"active,omitempty"`   // seller.set: false shuts the seller out
	Float    Decimal        `json:"float,omitempty"`    // shift.open
	Notes    map[string]int `json:"notes,omitempty"`    // shift.count: note in ₮ → how many
	Total    Decimal        `json:"total,omitempty"`    // shift.count; pay: the total that the buyer was told
	Basket   string         `json:"basket,omitempty"`   // basket id; default: the one in front
	Tab      int            `json:"tab,omitempty"`      // basket.new: the tab to be on, 1 to 99; default: the lowest that is free
	Line     Decimal        `json:"line,omitempty"`     // number of a line
	Quantity Decimal        `json:"quantity,omitempty"`
	Percent  Decimal        `json:"percent,omitempty"` // customer.set: 0 takes the customer without the card's discount
	Amount   Decimal        `json:"amount,omitempty"`
	Tenders  []OfferText    `json:"tenders,omitempty"`  // pay, basket.tenders
	Print    *bool          `json:"print,omitempty"`    // pay: false sells without a paper receipt
	Bill     string         `json:"bill,omitempty"`     // receipt.*
	Shift    Decimal        `json:"shift,omitempty"`    // report.print
	Register string         `json:"register,omitempty"` // basket.register, fiscal.repeat
	Person   bool           `json:"person,omitempty"`   // fiscal.repeat: whoever bought is no business after all
	Consumer string         `json:"consumer,omitempty"` // basket.consumer
	Lines    []LineText     `json:"lines,omitempty"`    // return.set
	// Again sells goods whose excise stamp was sold here before (line.scan).
	Again bool `json:"again,omitempty"`
	// Unverified begins a return of another till's sale although BAAZ cannot be asked (return.begin).
	Unverified bool `json:"unverified,omitempty"`

	Outcome string `json:"outcome,omitempty"` // fiscal.resolve: done or not_done
	Number  string `json:"number,omitempty"`  // fiscal.resolve: the receipt's number, ДДТД
	Date    string `json:"date,omitempty"`    // fiscal.resolve: the receipt's date as the tax office has it

	Path  string          `json:"path,omitempty"`  // setting.*
	Value json.RawMessage `json:"value,omitempty"` // setting.set

	Address string `json:"address,omitempty"` // join.ask
	Key     string `json:"key,omitempty"`     // join.ask; a secret like a password

	Good     *GoodText     `json:"good,omitempty"`     // good.set
	Upload   string        `json:"upload,omitempty"`   // goods.import: id of the file
	Customer *CustomerText `json:"customer,omitempty"` // customer.put
}

// Approver is someone with a right, lending it to one command.
type Approver struct {
	Code     string `json:"code"`
	Password string `json:"password"`
}

// OfferText is one payment as it comes over the wire.
type OfferText struct {
	Kind   string  `json:"kind"`
	Amount Decimal `json:"amount"`
	Slip   string  `json:"slip,omitempty"`
}

// LineText says how much of a line comes back.
type LineText struct {
	Line     int     `json:"line"`
	Quantity Decimal `json:"quantity"`
}

// Decimal is a decimal number as it was sent. A JSON number is taken as its own digits.
type Decimal string

// UnmarshalJSON implements json.Unmarshaler.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*d = Decimal(b)
		return nil
	}
	var s *string
	err := json.Unmarshal(b, &s)
	if s != nil {
		*d = Decimal(*s)
	}
	return err
}

// Limits of a command.
const (
	MaxCommandBytes = 64 << 10
	maxReason       = 200
)

// ParseCommand reads a command from JSON and checks what all kinds have in common.
func ParseCommand(b []byte) (Command, error) {
	var c Command
	if len(b) > MaxCommandBytes {
		return c, fault.New(fault.CommandTooLarge)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fault.Wrap(err, fault.CommandMalformed, "detail", "JSON")
	}
	c.ID = strings.ToLower(c.ID) // the same UUID however it is written
	return c, c.check()
}

func (c Command) check() error {
	if !isUUID(c.ID) {
		return fault.New(fault.CommandID)
	}
	if _, ok := commands[c.Kind]; !ok {
		return fault.New(fault.CommandUnknown, "kind", clip(c.Kind, 40))
	}
	if len([]rune(c.Reason)) > maxReason || !printable(strings.TrimSpace(c.Reason)) {
		return fault.New(fault.ReasonTooLong)
	}
	return nil
}

// isUUID reports whether s looks like 123e4567-e89b-12d3-a456-426614174000.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
		if dash != (r == '-') || !dash && !hex {
			return false
		}
	}
	return true
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
