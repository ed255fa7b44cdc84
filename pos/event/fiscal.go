package event

import "encoding/json"

// What is reported to the tax office, and what became of it. A sale's e-barimt is a chain: issued, corrected by partial
// returns, cancelled, issued anew. The chain is named by the sale's bill; package fiscal folds its facts.

// FiscalJob is something that the tax office's service is asked to do.
type FiscalJob string

// Jobs.
const (
	FiscalIssue   FiscalJob = "issue"
	FiscalCancel  FiscalJob = "cancel"  // of the chain's latest receipt
	FiscalCorrect FiscalJob = "correct" // the chain's latest receipt is replaced by what remains of the sale
)

// FiscalAsked is a durable request to the tax office's service, in the same append as the fact that it reports. It is sent
// at most once: what became of it is a FiscalOutcome or a person's word.
type FiscalAsked struct {
	Who
	Bill   Bill      `json:"bill"` // of the sale: names the chain
	Shift  int       `json:"shift"`
	Local  string    `json:"local"` // wall time in the shop, "2026-11-23 14:05:09": what waits is told by its age
	Job    FiscalJob `json:"job"`
	Return Bill      `json:"return,omitempty"` // of the return that is reported
	// From names that return where another till made it (ReturnHanded): its number may be that of one of this till's, too.
	From JobName `json:"from,omitempty"`
	// Doubt says that the box before this one may have sent this already: a person decides before anything goes out.
	Doubt bool `json:"doubt,omitempty"`
	// Body is the request as it is sent (package fiscal, Request), complete but for inactiveId: the number of the
	// chain's latest receipt goes in when it is sent, from the facts before. A cancellation takes its {id, date} from
	// there; its Body is that of the receipt issued after it, if Anew.
	Body json.RawMessage `json:"body,omitempty"`
	// AsCash lists what Body reports as cash although it was paid otherwise: the installation takes no word for it.
	AsCash []TenderKind `json:"as_cash,omitempty"`
	// Attempt counts the requests of a chain, from 0; part of billIdSuffix, so that none comes twice.
	Attempt int `json:"attempt,omitempty"`
	// Customer is the number of a business whose taxpayer number was not known: it is looked up before the request is sent,
	// and stands in none of Body.
	Customer Register `json:"customer,omitempty"`
	// Anew has the receipt issued again as it was once this cancellation is done.
	Anew bool `json:"anew,omitempty"`
}

// Mended is the buyer that a person has put in the place of a sale's.
type Mended struct {
	Register Register  `json:"register,omitempty"` // empty: no business after all
	Business *Business `json:"business,omitempty"` // who that is, where it was known
}

// Reissue is the request that follows this cancellation once it is done.
func (f FiscalAsked) Reissue(who Who, local string) FiscalAsked {
	return FiscalAsked{Who: who, Bill: f.Bill, Shift: f.Shift, Local: local, Job: FiscalIssue, Return: f.Return, From: f.From, Body: f.Body, Customer: f.Customer, AsCash: f.AsCash, Attempt: f.Attempt + 1}
}

// FiscalResult is what became of a request.
type FiscalResult string

// Results. Waiting and Sending are followed by another one; Refused and Uncertain wait for a person.
const (
	FiscalIssued    FiscalResult = "issued"
	FiscalCancelled FiscalResult = "cancelled"
	FiscalWaiting   FiscalResult = "waiting"   // it never reached the service; sent later, in order
	FiscalSending   FiscalResult = "sending"   // what waited is about to be sent
	FiscalRefused   FiscalResult = "refused"   // the service said no: nothing was done
	FiscalUncertain FiscalResult = "uncertain" // nobody knows but the tax office
	FiscalNotDone   FiscalResult = "not_done"  // a person found out that nothing was done; or there is nothing to cancel
	FiscalDropped   FiscalResult = "dropped"   // a person gave a refused request up
)

// FiscalOutcome says what became of the FiscalAsked at sequence Asked. Neither lottery number nor QR data stand in it:
// they may be printed once and kept nowhere.
type FiscalOutcome struct {
	Who                 // of a person who decided
	Asked  uint64       `json:"asked"`
	Bill   Bill         `json:"bill"` // names the chain
	Job    FiscalJob    `json:"job"`
	Result FiscalResult `json:"result"`

	ID      string   `json:"id,omitempty"`   // ДДТД, 33 digits; of a cancellation the one cancelled
	Date    string   `json:"date,omitempty"` // as answered: a cancellation needs it unchanged
	Subs    []string `json:"subs,omitempty"` // numbers of the sub-receipts
	Easy    *bool    `json:"easy,omitempty"` // whether it went to the buyer's phone at once
	Lottery bool     `json:"lottery,omitempty"`
	QR      bool     `json:"qr,omitempty"`
	// Business is who bought, where that was found out after the sale.
	Business *Business `json:"business,omitempty"`
	// Mended is the buyer that a person named in the place of the sale's, whom the tax office does not know: what is sent after
	// this is made out to that one.
	Mended *Mended `json:"mended,omitempty"`
	// Type is B2C_RECEIPT or B2B_RECEIPT, of what was issued.
	Type string `json:"type,omitempty"`

	Code     string `json:"code,omitempty"`    // fault code
	Message  string `json:"message,omitempty"` // the service's own words
	Expected string `json:"expected,omitempty"`
	Given    string `json:"given,omitempty"` // figures of a refusal: what the service expected, and what was sent
	// Before and After are lottery numbers left at the service before the request and after it: evidence for a person.
	Before *int `json:"before,omitempty"`
	After  *int `json:"after,omitempty"`
}

// FiscalShown is what a paper says of the e-barimt.
type FiscalShown string

// What a paper says; nothing where sales are not reported.
const (
	FiscalProvisional FiscalShown = "provisional" // that there will be one
	FiscalNumbered    FiscalShown = "numbered"    // its number
	FiscalWhole       FiscalShown = "whole"       // its number, and what may be printed once
	FiscalReplaced    FiscalShown = "replaced"    // the same of one that another return has replaced or cancelled while it came out
)

// Kind implements Fact.
func (FiscalAsked) Kind() Kind   { return KindFiscalAsked }
func (FiscalOutcome) Kind() Kind { return KindFiscalOutcome }
