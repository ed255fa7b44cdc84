// Package till decides what a till does: Decide takes a command to facts or a refusal, Apply takes facts to the next state.
//
// Both are pure: the time, the goods, the sellers and randomness come in with Env, and nothing is written anywhere. One
// decision's facts and the drafts it changes belong into one transaction. States are values that may be shared between
// goroutines: Clone before Apply; baskets inside are never changed in place, only replaced.
package till

import (
	"cmp"
	"maps"
	"slices"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/sale"
)

// State is what the till knows between commands. Its first part follows from facts alone and is stored as a
// projection; Baskets and Desk are drafts and stored apart.
type State struct {
	Seller    *Seller                     `json:"seller,omitempty"` // who stands at the till
	Sellers   map[event.SellerCode]Seller `json:"sellers,omitempty"`
	Shift     *Shift                      `json:"shift,omitempty"`
	LastShift int                         `json:"last_shift"` // number of the newest shift, open or closed
	Last      *LastSale                   `json:"last,omitempty"`
	Sales     uint64                      `json:"sales"` // completed sales on this box, ever
	Prints    []Print                     `json:"prints,omitempty"`
	Paper     *Paper                      `json:"paper,omitempty"`    // the report or test page asked for last; never changed in place
	Problems  []event.ProblemNoted        `json:"problems,omitempty"` // the last ten of the shift
	Recent    []event.Bill                `json:"recent,omitempty"`   // the last ten sales, oldest first

	Box     *Layer `json:"box,omitempty"`     // the settings made at this till; nil: none
	Started bool   `json:"started,omitempty"` // the first start is over
	Joined  bool   `json:"joined,omitempty"`  // to BAAZ
	Central bool   `json:"central,omitempty"` // BAAZ keeps goods and customers
	// LogsSent is the wish by which BAAZ was given the logs last.
	LogsSent string `json:"logs_sent,omitempty"`
	// Member says where the box has joined last; nil: never. Never changed in place. Replaced: another box has its point.
	Member   *event.BoxJoined `json:"member,omitempty"`
	Replaced bool             `json:"replaced,omitempty"`
	Join     *Join            `json:"join,omitempty"`  // what was asked for; never changed in place
	Edits    []Edit           `json:"edits,omitempty"` // of goods and customers, not yet known to stand in the catalogue
	Works    []Work           `json:"works,omitempty"` // the last five background jobs, oldest first
	// Fiscal lists what the tax office's service or a person has still to do, and what is issued and not yet on paper, oldest
	// first. Never changed in place. The whole chain of a bill is Env.Chain.
	Fiscal []Report `json:"fiscal,omitempty"`

	Baskets map[string]*sale.Basket `json:"-"`
	Desk    Desk                    `json:"-"`
}

// Desk is the draft of what lies on the desk: which basket is in front, and which sale's change is no longer shown.
type Desk struct {
	Selected string     `json:"selected,omitempty"` // basket id; empty: the next scan begins a new one
	Over     event.Bill `json:"over,omitempty"`     // the bill after which the next sale has begun
	Locked   bool       `json:"locked,omitempty"`   // nothing goes on until a seller logs in
}

// Shift is the open shift.
type Shift struct {
	Number   int          `json:"number"`
	Day      day.Day      `json:"day"`
	NextBill int          `json:"next_bill"` // number of the next bill, from 1
	Report   event.Report `json:"report"`
}

// numberTaken reports whether the open shift may have the number of one that another till of the sales point has opened: it is
// older than the joining, and the point had come as far. A further bill of it could be the second of its number, on paper and
// at the tax office.
func (s *State) numberTaken() bool {
	return s.Shift != nil && s.Member != nil && s.Shift.Number < s.Member.NextShift
}

// LastSale is what stays on the screen until the next one begins.
type LastSale struct {
	Bill    event.Bill     `json:"bill"`
	Total   money.Amount   `json:"total"`
	Given   money.Amount   `json:"given"`
	Change  money.Amount   `json:"change"`
	Tenders []event.Tender `json:"tenders"`
	Lines   int            `json:"lines"`
	Asked   bool           `json:"asked"` // a receipt was asked for
	// Result is what became of its receipt, the original; empty: none yet.
	Result event.ReceiptResult `json:"result,omitempty"`
	// Fiscal is what became of its e-barimt so far; Reported says that there is to be one.
	Fiscal   event.FiscalResult `json:"fiscal,omitempty"`
	Reported bool               `json:"reported,omitempty"`
	// Return is the return that this was, or that an exchange began with; empty: none. Back is the money that went back.
	Return event.Bill   `json:"return,omitempty"`
	Back   money.Amount `json:"back,omitempty"`
	// Papers are the others that belong to it: those of the return in an exchange.
	Papers []event.Bill `json:"papers,omitempty"`
}

// Print is a receipt that was asked for and is not known to be printed.
type Print struct {
	Asked  uint64              `json:"asked"` // sequence of its request
	Bill   event.Bill          `json:"bill"`
	Copy   bool                `json:"copy,omitempty"`
	ByHand bool                `json:"by_hand,omitempty"`
	Result event.ReceiptResult `json:"result,omitempty"` // empty: still to come
	Report bool                `json:"report,omitempty"` // Bill is a report's title
	Slip   bool                `json:"slip,omitempty"`   // the e-barimt alone
	Cash   *event.SlipAsked    `json:"cash,omitempty"`   // what a paper of a cash movement says; nil: it is none
}

// Paper is a report or test page: what became of it is told, and nobody has to decide about it.
type Paper struct {
	Asked  uint64              `json:"asked"` // sequence of its request
	Title  event.Bill          `json:"title"`
	Result event.ReceiptResult `json:"result,omitempty"` // empty: still to come
}

// Work is a job in the background that a person started: an import of goods.
type Work struct {
	Asked   uint64               `json:"asked"` // sequence of its request
	Upload  string               `json:"upload"`
	Name    string               `json:"name"` // of the file
	Bytes   int64                `json:"bytes"`
	Outcome *event.GoodsImported `json:"outcome,omitempty"` // nil: under way
}

// New returns the state of a till that has never done anything.
func New() *State {
	return &State{Sellers: map[event.SellerCode]Seller{}, Baskets: map[string]*sale.Basket{}}
}

// Clone returns a state that may be changed by Apply without touching s.
func (s *State) Clone() *State {
	c := *s
	c.Sellers = maps.Clone(s.Sellers)
	c.Baskets = maps.Clone(s.Baskets)
	c.Prints = slices.Clone(s.Prints)
	c.Problems = slices.Clone(s.Problems)
	c.Recent = slices.Clone(s.Recent)
	c.Works = slices.Clone(s.Works)
	c.Edits = slices.Clone(s.Edits)
	if s.Shift != nil {
		shift := *s.Shift
		shift.Report = shift.Report.Clone()
		c.Shift = &shift
	}
	return &c
}

// Selected returns the basket in front, nil where there is none.
func (s *State) Selected() *sale.Basket { return s.Baskets[s.Desk.Selected] }

// Tabs returns the open baskets in order of their tabs.
func (s *State) Tabs() []*sale.Basket {
	return slices.SortedFunc(maps.Values(s.Baskets), func(a, b *sale.Basket) int { return cmp.Compare(a.Tab, b.Tab) })
}

// Current reports whether bill is of the sale or return just made: no other has begun since.
func (s *State) Current(bill event.Bill) bool {
	l := s.Last
	return l != nil && (l.Bill == bill || slices.Contains(l.Papers, bill)) && s.Desk.Over != l.Bill
}

// Print returns the open print request that was asked at seq.
func (s *State) Print(seq uint64) (Print, bool) {
	i := slices.IndexFunc(s.Prints, func(p Print) bool { return p.Asked == seq })
	if i < 0 {
		return Print{}, false
	}
	return s.Prints[i], true
}

// Unprinted returns the receipts for which someone has to decide: asked for, ended, and not known to be on paper.
func (s *State) Unprinted() []Print {
	var list []Print
	for _, p := range s.Prints {
		if p.Result != "" {
			list = append(list, p)
		}
	}
	return list
}
