package event

import (
	"encoding/json"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/money"
)

// What the owner does at the till: settings, goods, customers, joining BAAZ.

// SettingSet gives one setting a value in the box's own layer, which lies above all others.
type SettingSet struct {
	Who
	Path  string          `json:"path"`  // as in package config: "printer.columns"
	Value json.RawMessage `json:"value"` // compact JSON, never null
}

// SettingReset takes a setting out of the box's own layer: what lies below holds again.
type SettingReset struct {
	Who
	Path string `json:"path"`
}

// FirstDone says that the first start is over, finished or skipped.
type FirstDone struct{ Who }

// JoinAsked says that the shop wants to join BAAZ. The connection key itself is a secret and stands in no fact.
type JoinAsked struct {
	Who
	Address     string `json:"address"`     // https://host or host:port
	Fingerprint string `json:"fingerprint"` // first 8 bytes of the key's SHA-256, hex: which key it was
}

// JoinDropped says that the shop does not want to join after all.
type JoinDropped struct{ Who }

// GoodSet makes or changes a good, whole.
type GoodSet struct {
	Who
	Good   catalog.Good  `json:"good"`
	Before *catalog.Good `json:"before,omitempty"` // nil: it is new
}

// Customer is a card customer as facts carry one; package loyalty says what the fields mean.
type Customer struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Phone     string        `json:"phone,omitempty"`
	Cards     []string      `json:"cards,omitempty"`
	Percent   money.Percent `json:"percent"`
	ValidFrom day.Day       `json:"valid_from,omitempty"`
	ValidTo   day.Day       `json:"valid_to,omitempty"`
	Active    bool          `json:"active"`
}

// CustomerPut makes or changes a card customer, whole.
type CustomerPut struct {
	Who
	Customer Customer  `json:"customer"`
	Before   *Customer `json:"before,omitempty"` // nil: it is new
}

// EditOutcome says that the GoodSet or CustomerPut at sequence Asked stands in the catalogue, or with a Code, why not.
type EditOutcome struct {
	Asked uint64 `json:"asked"`
	Code  string `json:"code,omitempty"` // fault code
}

// ImportAsked is a durable request to take the goods of an uploaded file in.
type ImportAsked struct {
	Who
	Upload string `json:"upload"` // id of the upload
	Name   string `json:"name"`   // of the file as the owner had it
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the file's content, hex
}

// GoodsImported says what became of the ImportAsked at sequence Asked. With a Code nothing was changed.
type GoodsImported struct {
	Asked     uint64 `json:"asked"`
	Upload    string `json:"upload"`
	Name      string `json:"name"`
	SHA256    string `json:"sha256"`
	Rows      int    `json:"rows"`
	Added     int    `json:"added"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
	// Code and Args say why it failed, as a fault.
	Code string            `json:"code,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// TestAsked is a durable request to print a test page; its outcome is a ReceiptOutcome.
type TestAsked struct{ Who }

// TestTitle names a test page among the prints.
const TestTitle Bill = "TEST"

// Kind implements Fact.
func (SettingSet) Kind() Kind    { return KindSettingSet }
func (SettingReset) Kind() Kind  { return KindSettingReset }
func (FirstDone) Kind() Kind     { return KindFirstDone }
func (JoinAsked) Kind() Kind     { return KindJoinAsked }
func (JoinDropped) Kind() Kind   { return KindJoinDropped }
func (GoodSet) Kind() Kind       { return KindGoodSet }
func (CustomerPut) Kind() Kind   { return KindCustomerPut }
func (ImportAsked) Kind() Kind   { return KindImportAsked }
func (GoodsImported) Kind() Kind { return KindGoodsImported }
func (TestAsked) Kind() Kind     { return KindTestAsked }
func (EditOutcome) Kind() Kind   { return KindEditOutcome }
