// Package event is the vocabulary of facts: everything a shop can record, as plain structs.
//
// Screen, printer, uplink and BAAZ speak only these. A fact is never changed once written; fields are only ever added,
// and a reader passes over kinds and fields that it does not know. Amounts and quantities are decimal strings in JSON.
// What the journal adds to each fact (sequence, box, epoch, time, hash of the one before) is in package journal.
package event

import (
	"fmt"
	"strconv"
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Kind names a fact on the wire and in the journal: subject, dot, past participle. At most 64 ASCII characters.
type Kind string

// Every kind of fact. Append only: BAAZ has to read them for ever.
const (
	KindBoxBegan        Kind = "box.began"
	KindBoxJoined       Kind = "box.joined"
	KindBoxReplaced     Kind = "box.replaced"
	KindCentralTaken    Kind = "central.taken"
	KindLogsSent        Kind = "logs.sent"
	KindSellerSet       Kind = "seller.set"
	KindSellerLoggedIn  Kind = "seller.logged_in"
	KindSellerLoggedOut Kind = "seller.logged_out"
	KindShiftOpened     Kind = "shift.opened"
	KindShiftCounted    Kind = "shift.counted"
	KindShiftClosed     Kind = "shift.closed"
	KindCashMoved       Kind = "cash.moved"
	KindLineRemoved     Kind = "line.removed"
	KindOverrideGranted Kind = "override.granted"
	KindSaleCompleted   Kind = "sale.completed"
	KindDrawerAsked     Kind = "drawer.asked"
	KindDrawerOutcome   Kind = "drawer.outcome"
	KindReceiptAsked    Kind = "receipt.asked"
	KindReceiptOutcome  Kind = "receipt.outcome"
	KindReportAsked     Kind = "report.asked"
	KindProblemNoted    Kind = "problem.noted"
	KindSettingSet      Kind = "setting.set"
	KindSettingReset    Kind = "setting.reset"
	KindFirstDone       Kind = "first.done"
	KindJoinAsked       Kind = "join.asked"
	KindJoinDropped     Kind = "join.dropped"
	KindGoodSet         Kind = "good.set"
	KindCustomerPut     Kind = "customer.put"
	KindImportAsked     Kind = "import.asked"
	KindGoodsImported   Kind = "goods.imported"
	KindTestAsked       Kind = "test.asked"
	KindSlipAsked       Kind = "slip.asked"
	KindEditOutcome     Kind = "edit.outcome"
	KindFiscalAsked     Kind = "fiscal.asked"
	KindFiscalOutcome   Kind = "fiscal.outcome"
	KindSaleReturned    Kind = "sale.returned"
	KindReturnHanded    Kind = "return.handed"
)

// Fact is anything that can be written to the journal.
type Fact interface{ Kind() Kind }

// SellerCode is the code a seller logs in with.
type SellerCode string

// Who says who did a thing, who allowed it where the doer might not, and why. It is part of every fact that a person
// causes, from the first format on.
type Who struct {
	By         SellerCode `json:"by,omitempty"`
	ApprovedBy SellerCode `json:"approved_by,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	Command    string     `json:"command,omitempty"` // id of the command that caused the fact
}

// Bill is a receipt's number: business day, shift, count within the shift: "2026-11-23-1-0001". It never repeats on a
// sales point, because shifts are counted up without end.
type Bill string

// CutBill takes a bill's number apart; false where it is none.
func CutBill(b Bill) (on day.Day, shift, number int, ok bool) {
	parts := strings.Split(string(b), "-")
	if len(parts) != 5 {
		return "", 0, 0, false
	}
	on, err := day.Parse(strings.Join(parts[:3], "-"))
	shift, err1 := strconv.Atoi(parts[3])
	number, err2 := strconv.Atoi(parts[4])
	ok = err == nil && err1 == nil && err2 == nil && BillOf(on, shift, number) == b
	return on, shift, number, ok
}

// BillOf makes a bill's number: "2026-11-23-1-0001". Beyond 9999 the last part grows longer.
func BillOf(on day.Day, shift, number int) Bill {
	return Bill(fmt.Sprintf("%s-%d-%04d", on, shift, number))
}

// BoxBegan is the first fact of every journal.
type BoxBegan struct {
	PublicKey string `json:"public_key"` // Ed25519, hex; the box id is the first 16 bytes of its SHA-256
	Version   string `json:"version"`
}

// SellerSet makes or changes a seller that only this till knows.
type SellerSet struct {
	Who
	Code         SellerCode `json:"code"`
	Name         string     `json:"name"`
	Role         string     `json:"role"`
	PasswordHash string     `json:"password_hash"` // argon2id in PHC string form
	Active       bool       `json:"active"`
}

// SellerLoggedIn says that a seller stands at the till from now on.
type SellerLoggedIn struct {
	Who
	Seller SellerCode `json:"seller"`
	Name   string     `json:"name"`
}

// SellerLoggedOut says that nobody stands at the till.
type SellerLoggedOut struct{ Who }

// ShiftOpened begins a shift and with it a business day: every sale of the shift belongs to that day.
type ShiftOpened struct {
	Who
	Shift int          `json:"shift"`
	Day   day.Day      `json:"day"`
	Zone  string       `json:"zone"`  // IANA name by which the day was found
	Local string       `json:"local"` // wall time in the shop, "2026-11-23 08:30:00"
	Float money.Amount `json:"float"`
}

// ShiftCounted is a count of the drawer. The first is the seller's own; later ones are recounts by right.
type ShiftCounted struct {
	Who
	Shift   int            `json:"shift"`
	Notes   map[string]int `json:"notes,omitempty"` // note in ₮ → how many
	Total   money.Amount   `json:"total"`
	Recount bool           `json:"recount,omitempty"`
}

// ShiftClosed ends a shift with its Z report.
type ShiftClosed struct {
	Who
	Report Report `json:"report"`
}

// CashMoved is cash put into the drawer or taken out without a sale.
type CashMoved struct {
	Who
	Shift  int          `json:"shift"`
	Amount money.Amount `json:"amount"` // positive in, negative out
}

// LineRemoved says that goods once scanned left a basket unsold: a line removed, its quantity lowered, a basket dropped.
type LineRemoved struct {
	Who
	Shift    int              `json:"shift"`
	Basket   string           `json:"basket"`
	Line     Line             `json:"line"`     // as it stood before
	Quantity catalog.Quantity `json:"quantity"` // how much of it went
	Amount   money.Amount     `json:"amount"`   // what that part would have cost before ticket discounts
}

// OverrideGranted says that an approver allowed one command to a seller without the right.
type OverrideGranted struct {
	Who
	Right  string       `json:"right"`
	What   string       `json:"what"`             // kind of the command allowed
	Basket string       `json:"basket,omitempty"` // of a discount
	Amount money.Amount `json:"amount,omitempty"` // of a discount: what it took off when it was allowed
}

// StampAgain says who let an excise stamp pass that this till had sold before: the goods came back where the till does not hear
// of it, or came without their receipt.
type StampAgain struct {
	Who
	Stamp string `json:"stamp"`
	Sold  Bill   `json:"sold"` // on this sale
}

// Discount is a reduction of a line or of a ticket: either a share or an amount.
type Discount struct {
	Percent money.Percent `json:"percent,omitempty"`
	Amount  money.Amount  `json:"amount,omitempty"`
	// Upto is what it took off when someone with the right to any discount gave or allowed it; it covers no more than that.
	Upto money.Amount `json:"upto,omitempty"`
	Who
}

// Line is one sold good, with every figure that a receipt, a report or a return needs. All amounts contain taxes.
type Line struct {
	No       int              `json:"no"` // identity within the basket, from 1, never reused there
	Good     catalog.Code     `json:"good"`
	Barcode  string           `json:"barcode,omitempty"` // as scanned
	Name     string           `json:"name"`
	Unit     string           `json:"unit"`
	Quantity catalog.Quantity `json:"quantity"`
	// UnitPrice is tax-inclusive.
	UnitPrice money.Amount `json:"unit_price"`
	Gross     money.Amount `json:"gross"` // UnitPrice × Quantity
	// LineDiscount is this line's own; TicketDiscount its share of the ticket's. Both are ≥ 0 on a sale.
	LineDiscount   money.Amount `json:"line_discount"`
	TicketDiscount money.Amount `json:"ticket_discount"`
	// Rounding is what of TicketDiscount nobody gave: it rounds what is paid down to notes.
	Rounding       money.Amount `json:"rounding,omitempty"`
	Discount       *Discount    `json:"discount,omitempty"` // what LineDiscount came from
	Total          money.Amount `json:"total"`              // Gross − LineDiscount − TicketDiscount
	Tax            tax.Class    `json:"tax"`
	VATRate        tax.Rate     `json:"vat_rate"`
	CityRate       tax.Rate     `json:"city_tax_rate"`
	VAT            money.Amount `json:"vat"`
	CityTax        money.Amount `json:"city_tax"`
	Category       string       `json:"category,omitempty"`
	ClassCode      string       `json:"class_code,omitempty"`
	TaxProductCode string       `json:"tax_product_code,omitempty"`
	// Stamps are the excise stamps of the units, in the order in which they were scanned.
	Stamps []string `json:"stamps,omitempty"`
	// StampsAgain are those of Stamps that stand on an earlier sale of the till, and were let pass all the same.
	StampsAgain []StampAgain `json:"stamps_again,omitempty"`
}

// TenderKind is a way to pay.
type TenderKind string

// The tenders of this till. All but cash are recorded by hand and stand unchecked.
const (
	Cash     TenderKind = "cash"
	Card     TenderKind = "card"     // on a terminal that is not connected
	Transfer TenderKind = "transfer" // bank transfer seen on a phone
	QR       TenderKind = "qr"       // QPay and other wallets
)

// TenderKinds lists every kind in the order in which reports show them.
var TenderKinds = [...]TenderKind{Cash, Card, Transfer, QR}

// Tender is one payment towards a sale.
type Tender struct {
	Kind  TenderKind   `json:"kind"`
	Name  string       `json:"name,omitempty"` // what the shop calls it; empty: as the kind is called
	Given money.Amount `json:"given"`          // what the buyer handed over
	// Amount is what of it pays the sale: Given less the change on cash.
	Amount    money.Amount `json:"amount"`
	Slip      string       `json:"slip,omitempty"` // number on the terminal's slip or of the transfer
	Unchecked bool         `json:"unchecked,omitempty"`
	// Carried marks what an exchange takes over from the goods that came back to the new ones: it is paid back as it was
	// paid, and paid again, and no money moves.
	Carried bool `json:"carried,omitempty"`
}

// Buyer is the customer whose card was shown.
type Buyer struct {
	Code    string        `json:"code"`
	Name    string        `json:"name"`
	Card    string        `json:"card,omitempty"`
	Percent money.Percent `json:"percent"`
}

// Register is the number by which the state knows a business that buys: a register number (7 digits), a person's (two
// Cyrillic letters and 8 digits) or a taxpayer number (11 to 14 digits).
type Register string

// TIN reports whether it is a taxpayer number (ТТД) and no register number (РД).
func (r Register) TIN() bool { return len(r) >= 11 && r[0] >= '0' && r[0] <= '9' }

// Citizen reports whether it is a person's register number.
func (r Register) Citizen() bool { return r != "" && r[0] > '9' }

// Business is what the tax office's register of taxpayers says of a business that buys.
type Business struct {
	TIN  string `json:"tin"`            // ТТД, 11 to 14 digits
	Name string `json:"name,omitempty"` // empty: nobody could be asked
}

// Merchant is what the receipt's head said on the day of the sale.
type Merchant struct {
	Name    string   `json:"name"`
	TIN     string   `json:"tin,omitempty"` // ТТД
	Branch  string   `json:"branch,omitempty"`
	Till    string   `json:"till,omitempty"`
	Address string   `json:"address,omitempty"`
	Phone   string   `json:"phone,omitempty"`
	Header  []string `json:"header,omitempty"`
	Footer  []string `json:"footer,omitempty"`
}

// SaleCompleted is a paid sale: what was sold, for how much, how it was paid. Totals are sums of its lines.
type SaleCompleted struct {
	Who
	Bill       Bill      `json:"bill"`
	Shift      int       `json:"shift"`
	Day        day.Day   `json:"day"`
	Number     int       `json:"number"` // within the shift, from 1
	Local      string    `json:"local"`  // wall time in the shop, "2026-11-23 14:05:09"
	Basket     string    `json:"basket"`
	SellerName string    `json:"seller_name"`
	Merchant   Merchant  `json:"merchant"`
	Payer      tax.Payer `json:"payer"`
	Buyer      *Buyer    `json:"buyer,omitempty"`
	Register   Register  `json:"register,omitempty"` // of a business that buys
	// Business is who that is; nil: it was not known when it paid, see FiscalOutcome.
	Business *Business `json:"business,omitempty"`
	// Consumer is a person's 8-digit number at the tax office; empty: none was given.
	Consumer string `json:"consumer,omitempty"`
	Lines    []Line `json:"lines"`
	// TicketDiscount is the discount that was in force on the whole ticket, the buyer's or one given by hand.
	TicketDiscount *Discount    `json:"ticket_discount,omitempty"`
	Gross          money.Amount `json:"gross"`
	Discount       money.Amount `json:"discount"` // line and ticket discounts together, with the rounding
	// Rounding is what of Discount nobody gave: it rounds what is paid down to notes.
	Rounding money.Amount `json:"rounding,omitempty"`
	// RoundTo is what the sale was rounded to; 0: it was not, and what of it comes back is not either.
	RoundTo money.Amount `json:"round_to,omitempty"`
	Total   money.Amount `json:"total"` // due
	VAT     money.Amount `json:"vat"`
	CityTax money.Amount `json:"city_tax"`
	Tenders []Tender     `json:"tenders"`
	Change  money.Amount `json:"change"`
	// Exchange is the return that was made in the same go; empty: none.
	Exchange Bill `json:"exchange,omitempty"`
}

// DrawerAsked is a durable request to open the cash drawer. It is carried out within 3 s or never.
type DrawerAsked struct {
	Who
	Shift int    `json:"shift"`
	Cause string `json:"cause"` // sale, cash, open, return
}

// DrawerResult is what became of a request to open the drawer.
type DrawerResult string

// Results of a drawer request.
const (
	DrawerKicked   DrawerResult = "kicked"   // the printer proved that it took the pulse
	DrawerUnproven DrawerResult = "unproven" // sent, no proof: the printer cannot give one or fell silent
	DrawerDropped  DrawerResult = "dropped"  // too late or before a restart; never done
)

// DrawerOutcome says what became of the DrawerAsked at sequence Asked.
type DrawerOutcome struct {
	Asked  uint64       `json:"asked"`
	Result DrawerResult `json:"result"`
	Code   string       `json:"code,omitempty"` // fault code of a failure
}

// ReceiptAsked is a durable request to print a receipt.
type ReceiptAsked struct {
	Who
	Bill  Bill `json:"bill"`
	Shift int  `json:"shift"`
	// Copy asks for the mark ХУУЛБАР.
	Copy bool `json:"copy,omitempty"`
	// ByHand is true where a person asked; false for the receipt that a sale prints by itself.
	ByHand bool `json:"by_hand,omitempty"`
	// Slip asks for the e-barimt alone: number, lottery number and QR code that the receipt lacks.
	Slip bool `json:"slip,omitempty"`
}

// ReportAsked is a durable request to print an X or Z report. It carries the figures as they were when it was asked; its
// outcome is a ReceiptOutcome.
type ReportAsked struct {
	Who
	Report Report `json:"report"`
	// Blind leaves out every sum from which the drawer's content could be told.
	Blind bool `json:"blind,omitempty"`
}

// SlipAsked is a durable request to print the paper that goes with cash put into the drawer or taken out of it, to be
// signed. It carries what the paper says; its outcome is a ReceiptOutcome.
type SlipAsked struct {
	Who
	Moved CashMoved `json:"moved"`
	// Seller is the name of who moved it, At the shop's wall time then.
	Seller string `json:"seller"`
	At     string `json:"at"`
	// Instead is the sequence of the request that this one repeats, 0: none; Copy says that a part of that may be out.
	Instead uint64 `json:"instead,omitempty"`
	Copy    bool   `json:"copy,omitempty"`
}

// SlipTitle names such a paper among the prints, by the sequence of its request.
func SlipTitle(asked uint64) Bill { return Bill(fmt.Sprintf("CASH-%d", asked)) }

// Title names a report among the prints: "X-3" or "Z-3".
func (r Report) Title() Bill {
	if r.ClosedAt == "" {
		return Bill(fmt.Sprintf("X-%d", r.Shift))
	}
	return Bill(fmt.Sprintf("Z-%d", r.Shift))
}

// ReceiptResult is what became of a print.
type ReceiptResult string

// Results of a print request.
const (
	ReceiptPrinted     ReceiptResult = "printed"     // the printer proved the last band
	ReceiptUnproven    ReceiptResult = "unproven"    // all sent to a printer that cannot prove
	ReceiptInterrupted ReceiptResult = "interrupted" // begun, end not proven
	ReceiptDeferred    ReceiptResult = "deferred"    // not begun; waits for a person
	ReceiptCancelled   ReceiptResult = "cancelled"   // a person said no
	ReceiptElectronic  ReceiptResult = "electronic"  // left out: the e-barimt went to the buyer's phone
)

// ReceiptOutcome says what became of the ReceiptAsked at sequence Asked.
type ReceiptOutcome struct {
	Who                  // of a cancelled one
	Asked  uint64        `json:"asked"`
	Bill   Bill          `json:"bill"`
	Result ReceiptResult `json:"result"`
	Proven int           `json:"proven"` // bands that the printer proved
	Bands  int           `json:"bands"`  // bands of the whole receipt
	Code   string        `json:"code,omitempty"`
	Fiscal FiscalShown   `json:"fiscal,omitempty"`
}

// ProblemNoted says that a follower could not handle the record at sequence Seq and passed it.
type ProblemNoted struct {
	Follower string `json:"follower"`
	Seq      uint64 `json:"seq"`
	Code     string `json:"code"`
	Detail   string `json:"detail,omitempty"`
}

// Kind implements Fact.
func (BoxBegan) Kind() Kind        { return KindBoxBegan }
func (SellerSet) Kind() Kind       { return KindSellerSet }
func (SellerLoggedIn) Kind() Kind  { return KindSellerLoggedIn }
func (SellerLoggedOut) Kind() Kind { return KindSellerLoggedOut }
func (ShiftOpened) Kind() Kind     { return KindShiftOpened }
func (ShiftCounted) Kind() Kind    { return KindShiftCounted }
func (ShiftClosed) Kind() Kind     { return KindShiftClosed }
func (CashMoved) Kind() Kind       { return KindCashMoved }
func (LineRemoved) Kind() Kind     { return KindLineRemoved }
func (OverrideGranted) Kind() Kind { return KindOverrideGranted }
func (SaleCompleted) Kind() Kind   { return KindSaleCompleted }
func (DrawerAsked) Kind() Kind     { return KindDrawerAsked }
func (DrawerOutcome) Kind() Kind   { return KindDrawerOutcome }
func (ReceiptAsked) Kind() Kind    { return KindReceiptAsked }
func (ReceiptOutcome) Kind() Kind  { return KindReceiptOutcome }
func (ReportAsked) Kind() Kind     { return KindReportAsked }
func (SlipAsked) Kind() Kind       { return KindSlipAsked }
func (ProblemNoted) Kind() Kind    { return KindProblemNoted }
