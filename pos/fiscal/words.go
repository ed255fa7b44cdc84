// Package fiscal says what must be reported to the tax office for which fact, and what its answers mean.
//
// It speaks PosAPI 3.0, the tax office's service that stands beside the till: one Request a sale, one sub-receipt in it
// for each tax class, amounts as JSON numbers, header totals as sums. Nothing here talks to the service; package
// drivers/fiscal/posapi does.
//
// Sources: the developer portal's OpenAPI of PosAPI 3.0 and the "POS API 3.0.1" manual (2023). Where they contradict each
// other or working programs, the choice stands below, one line each.
package fiscal

import (
	"posbox/pos/event"
	"posbox/pos/tax"
)

// taxTypes spells the tax classes. NO_VAT stands in the portal's table and is taken by the live service; its samples say
// NOT_VAT.
var taxTypes = map[tax.Class]string{
	tax.VATAble: "VAT_ABLE",
	tax.VATFree: "VAT_FREE",
	tax.VATZero: "VAT_ZERO",
	tax.NoVAT:   "NO_VAT",
}

// Payment codes that PosAPI knows. /rest/info says which of them an installation takes.
const (
	PayCash     = "CASH"
	PayCard     = "PAYMENT_CARD"
	PayTransfer = "BANK_TRANSFER"
	PayQPay     = "BANK_TRANSFER_QPAY"
)

// payments says how each tender is reported, the best word first: the first that the installation takes is used. Programs
// in the field report what has no word of its own as CASH, so that closes every list.
var payments = map[event.TenderKind][]string{
	event.Cash:     {PayCash},
	event.Card:     {PayCard, PayCash},
	event.Transfer: {PayTransfer, PayCash},
	event.QR:       {PayQPay, PayTransfer, PayCash},
}

// paid is the state of a payment that has been made. PAY would ask PosAPI to collect the money itself.
const paid = "PAID"

// Types of receipt.
const (
	B2C = "B2C_RECEIPT"
	B2B = "B2B_RECEIPT"
)

// Kinds of barcode.
const (
	barcodeGS1       = "GS1"
	barcodeUndefined = "UNDEFINED"
)

// Words of an answer's status.
const (
	statusSuccess = "SUCCESS"
	statusError   = "ERROR"
	statusPayment = "PAYMENT" // the sum of payments is short: not issued
)
