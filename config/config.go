// Package config holds the box's settings as Go types, layers them and says where each value comes from.
//
// Layers are JSON objects, weakest first: what the image brings, then company, group, sales point and box. Objects are
// merged key by key; texts, numbers, yes-no values and lists replace what was below. null takes back what the layers
// below said: the image's value holds again. Keys that this program does not know are kept and listed, because a newer
// BAAZ may speak to an older box, and so are names of rights, which then grant nothing; values that it cannot take are
// refused with their path, because a till that guesses its tax rate is worse than one that does not start.
//
// Percentages are decimal texts ("20", "7.50"), as everywhere on the wire. A path is "printer.columns",
// "rates[0].vat" or "roles.senior.rights"; a list has one origin, that of the whole list.
package config

import (
	_ "time/tzdata" // the box's image has no zoneinfo

	"posbox/gokrazy/box"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// Settings is everything that can be set on a box.
type Settings struct {
	Lang         string         `json:"lang"`          // of screens and receipts: mn or en
	Zone         string         `json:"zone"`          // IANA name of the shop's time zone
	Shop         event.Merchant `json:"shop"`          // the receipt's head and foot
	Payer        tax.Payer      `json:"payer"`         // the taxes that the merchant is registered for
	Payers       tax.Payers     `json:"payers"`        // the same from a day on; Payer holds before the first
	Rates        tax.Table      `json:"rates"`         // tax rates by day
	Fiscal       Fiscal         `json:"fiscal"`        // how sales are reported to the tax office
	BarcodeRules barcode.Rules  `json:"barcode_rules"` // layouts of the shop's own barcodes
	Printer      Printer        `json:"printer"`
	Network      Network        `json:"network"`        // of a box; elsewhere the machine has its own
	DrawerOnCash bool           `json:"drawer_on_cash"` // a sale paid in cash opens the drawer
	Roles        till.Roles     `json:"roles"`          // by name
	Notes        []int          `json:"notes"`          // ₮; quick buttons for cash
	CountNotes   []int          `json:"count_notes"`    // ₮; the lines of a cash count
	BlindCount   bool           `json:"blind_count"`    // who may not see the cash counts without being told what should be there
	// RoundTo rounds what is paid down to a multiple of so many ₮; 0: nothing is rounded.
	RoundTo int `json:"round_to"`
	// ReturnUnverified is the most that goes back in ₮ for one receipt of another till while BAAZ cannot be asked; 0: nothing.
	ReturnUnverified int      `json:"return_unverified"`
	LockAfter        int      `json:"lock_after"` // minutes without a touch or key; 0: never
	Sellers          []Seller `json:"sellers"`    // those whom the box knows without BAAZ

	// Unknown lists what the layers said and this program does not know, in order of path.
	Unknown []Unknown `json:"-"`
}

// Printer is the receipt printer.
type Printer struct {
	Address   string `json:"address"`    // "" none; tcp://host:port, file:/path/of/device
	Columns   int    `json:"columns"`    // 48 on 80 mm paper, 32 on 58 mm
	CashSlip  bool   `json:"cash_slip"`  // print a paper to sign with cash put into the drawer or taken out
	DrawerPin int    `json:"drawer_pin"` // 0 for pin 2 of the drawer's socket, 1 for pin 5
}

// Fiscal is how sales are reported to the tax office (e-barimt).
type Fiscal struct {
	PosAPI   string `json:"posapi"`   // address of the tax office's service, http://host:port; "": sales are not reported
	Lookup   string `json:"lookup"`   // address of the public register of taxpayers; "": businesses are known by their taxpayer number only
	TIN      string `json:"tin"`      // who issues, 11 to 14 digits; "": the shop's
	Branch   string `json:"branch"`   // 3 digits
	District string `json:"district"` // 4 digits
	PosNo    string `json:"pos_no"`   // the merchant's own number of the till, 1 to 10 digits

	EasyPaper    bool   `json:"easy_paper"`    // print the receipt although its e-barimt went to the buyer's phone
	Wait         int    `json:"wait"`          // seconds that a receipt waits for its number; then a provisional one is printed
	Hang         int    `json:"hang"`          // seconds after which a request without an answer is uncertain
	Away         string `json:"away"`          // provisional or stop: what to do while the service cannot be reached
	Reissue      string `json:"reissue"`       // anew or copy: what is offered first where a lottery number was lost
	SendHour     int    `json:"send_hour"`     // 0 to 23: when everything is sent to the tax office each day
	WarnHours    int    `json:"warn_hours"`    // the oldest unsent receipt may be this old before the screen warns
	LotteriesLow int    `json:"lotteries_low"` // the screen warns when fewer lottery numbers are left
}

// What to do while the tax office's service cannot be reached.
const (
	AwayProvisional = "provisional" // sell on; receipts are registered later, in order
	AwayStop        = "stop"        // sell nothing
)

// What is offered first where a lottery number was lost before it was printed.
const (
	ReissueAnew = "anew" // cancel the receipt and issue it again
	ReissueCopy = "copy" // print a copy without lottery number
)

// Network is how a box gets its address.
type Network struct {
	Mode    string   `json:"mode"`    // dhcp: it asks for one; static: it has this one
	Address string   `json:"address"` // with its prefix: 192.168.1.50/24
	Gateway string   `json:"gateway"` // empty: none
	DNS     []string `json:"dns"`
}

// Seller is someone who may log in.
type Seller struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	Role         string `json:"role"`
	PasswordHash string `json:"password_hash,omitempty"` // argon2id in PHC form; empty: cannot log in with a password
}

// Defaults returns what the image brings. The caller may change it.
func Defaults() Settings {
	return Settings{
		Lang:   "mn",
		Zone:   "Asia/Ulaanbaatar",
		Payer:  tax.Payer{VAT: true, City: true},
		Payers: tax.Payers{},
		Rates:  tax.Mongolia(),
		Fiscal: Fiscal{Lookup: "https://api.ebarimt.mn", Branch: "000", PosNo: "001", EasyPaper: true, Wait: 5, Hang: 90, Away: AwayProvisional, Reissue: ReissueAnew,
			SendHour: 22, WarnHours: 48, LotteriesLow: 200},
		BarcodeRules: barcode.DefaultRules(),
		Printer:      Printer{Columns: 48, CashSlip: true},
		Network:      Network{Mode: box.ModeDHCP, DNS: []string{}},
		DrawerOnCash: true,
		Roles:        till.DefaultRoles(),
		Notes:        []int{1000, 5000, 10000, 20000},
		LockAfter:    10,
		CountNotes:   []int{20000, 10000, 5000, 1000, 500, 100, 50, 20, 10, 5, 1},
	}
}
