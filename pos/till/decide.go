package till

import (
	"maps"
	"slices"
	"time"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/tax"
)

// Env is everything a decision needs from outside.
type Env struct {
	Now       time.Time      // of this decision
	Zone      *time.Location // the shop's
	Goods     catalog.Lookup
	Customers loyalty.Lookup
	// Sellers finds those that the shop's register knows, active or not; nil where there is no register.
	Sellers    func(event.SellerCode) (Seller, bool)
	HasSellers bool // whether the register knows anyone active
	Roles      Roles
	Salt       []byte // random, at least 16 bytes
	// HasBill reports whether the journal holds a sale with this number.
	HasBill func(event.Bill) (bool, error)
	// Sale finds a sale of this till by its number; fault bill.unknown where there is none.
	Sale func(event.Bill) (event.SaleCompleted, error)
	// Returned says what of a sale has come back so far.
	Returned func(event.Bill) (sale.Done, error)
	// Handed lists the returns of a sale that BAAZ has handed over, oldest first; nil: there are none.
	Handed func(event.Bill) ([]event.ReturnHanded, error)
	// Foreign finds what BAAZ has told of the sale that a code on a receipt names; nil where nobody can be asked.
	Foreign func(code string) (sale.Return, bool)
	// Stamp tells on which sale of this till an excise stamp was sold that has not come back; nil: nothing is known.
	Stamp func(string) (bill event.Bill, sold bool, err error)
	// Unverified says what may come back of another till's sales while BAAZ cannot be asked.
	Unverified Unverified
	// Z returns the Z report of a closed shift; fault shift.unknown where there is none.
	Z func(shift int) (event.Report, error)

	Merchant event.Merchant
	Payer    tax.Payer
	Payers   tax.Payers // the same from a day on
	Rates    tax.Table
	Rules    barcode.Rules
	// Tenders are the ways to pay that the shop takes, with its own names for them; none: all there are. Cash is always taken.
	Tenders      []Tender
	Printer      bool // a printer is fitted
	DrawerOnCash bool // the drawer opens when cash is taken
	CashSlip     bool // a paper to sign is printed with cash put in or taken out
	// RoundTo rounds what is paid down to a multiple of it; 0: nothing is rounded.
	RoundTo money.Amount
	Blind   bool // who may not see the cash counts without being told what should be there
	// Fiscal is how sales are reported to the tax office; nil: they are not.
	Fiscal *Fiscal
	// Chain returns the e-barimt of a sale by what is in the journal; FiscalAsked the request at a sequence.
	Chain       func(event.Bill) (fiscal.Chain, error)
	FiscalAsked func(seq uint64) (event.FiscalAsked, error)
	// Upload finds a file that was brought to the till.
	Upload func(id string) (Upload, bool)
	// Key reads a connection key: as it is kept, and its fingerprint.
	Key func(text string) (key, fingerprint string, err error)
	// Try works out what the next decision would get if the box's own layer of settings were this one; a fault of
	// setting.* where the settings as a whole cannot take it.
	Try func(*Layer) (Env, error)
}

// Decision is what a command leads to. Facts and draft changes belong into one transaction.
type Decision struct {
	Facts  []event.Fact
	Drafts []DraftChange
	Desk   *Desk
	Secret *Secret // kept first, outside of the journal
	Result Result
}

// DraftChange puts a basket or, where Basket is nil, takes it away.
type DraftChange struct {
	ID     string
	Basket *sale.Basket
}

// Result is what the sender of a command needs to know at once, beyond the new state.
type Result struct {
	Basket string        `json:"basket,omitempty"`
	Line   int           `json:"line,omitempty"` // the line that was added or changed
	Bill   event.Bill    `json:"bill,omitempty"`
	Total  *money.Amount `json:"total,omitempty"`
	Change *money.Amount `json:"change,omitempty"`
	// Return says that the code scanned was a receipt's: its return is in the basket in front.
	Return bool `json:"return,omitempty"`
	// Back is how much money goes back to the buyer.
	Back *money.Amount `json:"back,omitempty"`
}

// spec says what one kind of command needs and does.
type spec struct {
	right Right
	shift bool // an open shift is needed
	open  bool // nobody needs to be logged in
	ends  bool // ends a lock: taken while the till is locked
	do    func(*decider) error
}

// commands is the table of everything a till can be told.
var commands = map[string]spec{
	"seller.login":    {open: true, ends: true, do: (*decider).login},
	"seller.logout":   {open: true, ends: true, do: (*decider).logout},
	"seller.lock":     {do: (*decider).lock},
	"seller.set":      {open: true, do: (*decider).setSeller},
	"shift.open":      {right: RightShift, do: (*decider).openShift},
	"shift.count":     {right: RightShift, shift: true, do: (*decider).countShift},
	"shift.close":     {right: RightShift, shift: true, do: (*decider).closeShift},
	"basket.new":      {right: RightSell, shift: true, do: (*decider).newBasket},
	"basket.select":   {right: RightSell, shift: true, do: (*decider).selectBasket},
	"basket.drop":     {right: RightRemove, shift: true, do: (*decider).dropBasket},
	"basket.register": {right: RightSell, shift: true, do: (*decider).setRegister},
	"basket.consumer": {right: RightSell, shift: true, do: (*decider).setConsumer},
	"basket.tenders":  {right: RightSell, shift: true, do: (*decider).keepTenders},
	"line.scan":       {right: RightSell, shift: true, do: (*decider).scan},
	"line.quantity":   {right: RightSell, shift: true, do: (*decider).setQuantity},
	"line.remove":     {right: RightRemove, shift: true, do: (*decider).removeLine},
	"line.discount":   {right: RightSell, shift: true, do: (*decider).discountLine},
	"ticket.discount": {right: RightSell, shift: true, do: (*decider).discountTicket},
	"return.begin":    {right: RightSell, shift: true, do: (*decider).beginReturn},
	"return.scan":     {right: RightSell, shift: true, do: (*decider).scanReturn},
	"return.set":      {right: RightSell, shift: true, do: (*decider).setReturn},
	"return.drop":     {right: RightSell, shift: true, do: (*decider).dropReturn},
	"customer.set":    {right: RightSell, shift: true, do: (*decider).setCustomer},
	"pay":             {right: RightSell, shift: true, do: (*decider).pay},
	"receipt.reprint": {right: RightReprint, do: (*decider).reprint},
	"receipt.print":   {right: RightSell, do: (*decider).printAgain},
	"report.print":    {right: RightShift, do: (*decider).printReport},
	"print.cancel":    {right: RightSell, do: (*decider).cancelPrint},
	"cash.in":         {right: RightCashIn, shift: true, do: (*decider).cashIn},
	"cash.out":        {right: RightCashOut, shift: true, do: (*decider).cashOut},
	"drawer.open":     {right: RightDrawer, shift: true, do: (*decider).openDrawer},
	"setting.set":     {open: true, do: (*decider).setSetting},
	"setting.reset":   {right: RightSettings, do: (*decider).resetSetting},
	"good.set":        {right: RightGoods, do: (*decider).setGood},
	"goods.import":    {right: RightGoods, do: (*decider).importGoods},
	"customer.put":    {right: RightCustomers, do: (*decider).putCustomer},
	"join.ask":        {open: true, do: (*decider).askJoin},
	"join.drop":       {open: true, do: (*decider).dropJoin},
	"fiscal.resolve":  {right: RightFiscal, do: (*decider).resolveFiscal},
	"fiscal.repeat":   {right: RightFiscal, do: (*decider).repeatFiscal},
	"fiscal.drop":     {right: RightFiscal, do: (*decider).dropFiscal},
	"fiscal.anew":     {right: RightReprint, do: (*decider).reissue},
	"fiscal.slip":     {right: RightSell, do: (*decider).printSlip},
	"print.test":      {right: RightReprint, do: (*decider).printTest},
	"first.done":      {open: true, do: (*decider).endFirst},
}

var kinds = slices.Sorted(maps.Keys(commands))

// Kinds lists every kind of command, sorted.
func Kinds() []string { return slices.Clone(kinds) }

// decider works on one command.
type decider struct {
	state *State
	cmd   Command
	env   Env
	me    Seller
	who   event.Who
	// granted is what an override would allow.
	granted struct {
		basket string
		amount money.Amount
	}
	out Decision
}

// sells lists what a box does no more once another one has its sales point, or in a shift whose number is not its own. What it
// has begun it can still end.
var sells = map[string]bool{"line.scan": true, "return.begin": true, "pay": true, "shift.open": true}

// Decide takes a command to a decision, or refuses it with a *fault.Error. It never changes s.
func Decide(s *State, c Command, env Env) (Decision, error) {
	if err := c.check(); err != nil {
		return Decision{}, err
	}
	d := &decider{state: s, cmd: c, env: Edited(s, env)}
	sp := commands[c.Kind]
	if s.Desk.Locked && !sp.ends {
		return Decision{}, fault.New(fault.SellerLocked)
	}
	if !sp.open {
		if err := d.authorise(sp.right); err != nil {
			return Decision{}, err
		}
	}
	if s.Replaced && sells[c.Kind] {
		return Decision{}, fault.New(fault.BoxReplaced)
	}
	if s.numberTaken() && sells[c.Kind] {
		return Decision{}, fault.New(fault.ShiftNumberTaken)
	}
	if sp.shift && s.Shift == nil {
		return Decision{}, fault.New(fault.ShiftNone)
	}
	if err := sp.do(d); err != nil {
		return Decision{}, err
	}
	return d.out, nil
}

func (d *decider) fact(f event.Fact) { d.out.Facts = append(d.out.Facts, f) }

// put replaces a basket in the decision and brings it to the front.
func (d *decider) put(b *sale.Basket) {
	d.out.Drafts = append(d.out.Drafts, DraftChange{b.ID, b})
	d.front(b.ID)
	d.out.Result.Basket = b.ID
	d.out.Result.Line = b.Touched
}

// front selects a basket; empty for none.
func (d *decider) front(id string) {
	desk := d.state.Desk
	if d.out.Desk != nil {
		desk = *d.out.Desk
	}
	desk.Selected = id
	d.out.Desk = &desk
}

// local returns the shop's wall time as facts carry it.
func (d *decider) local() string { return d.env.Now.In(d.env.Zone).Format(time.DateTime) }

// today is the business day: the open shift's, else the calendar's.
func (d *decider) today() day.Day {
	if d.state.Shift != nil {
		return d.state.Shift.Day
	}
	return day.Of(d.env.Now, d.env.Zone)
}

// rates returns the tax rates of the business day.
func (d *decider) rates() (tax.Rates, error) {
	r, err := d.env.Rates.On(d.today())
	if err != nil {
		return r, fault.Wrap(err, fault.ClockNotSet)
	}
	return r, nil
}

// payer is for which taxes the merchant is registered on the business day.
func (d *decider) payer() tax.Payer { return d.env.Payers.On(d.today(), d.env.Payer) }

// Terms are all that prices hang on beside the goods themselves, as they hold on a business day: by equal ones a basket costs the
// same. They change while nothing happens at the till: BAAZ sends others, a day begins.
type Terms struct {
	Rates   tax.Rates
	Payer   tax.Payer
	RoundTo money.Amount
}

func (d *decider) terms() (Terms, error) {
	r, err := d.rates()
	return Terms{Rates: r, Payer: d.payer(), RoundTo: d.env.RoundTo}, err
}

// TermsOf returns what holds now; where no rates are known for the day, without them.
func TermsOf(s *State, env Env) Terms {
	terms, _ := (&decider{state: s, env: env}).terms()
	return terms
}

// price works out a basket, with a fault where it grows too large.
func (d *decider) price(b *sale.Basket) (sale.Priced, error) {
	terms, err := d.terms()
	if err != nil {
		return sale.Priced{}, err
	}
	to, err := d.rounding(b, terms)
	if err != nil {
		return sale.Priced{}, err
	}
	p, err := sale.Price(b, terms.Rates, terms.Payer, to)
	if err != nil {
		return p, fault.Wrap(err, fault.AmountTooLarge)
	}
	return p, nil
}

// rounding is what the money of a basket is rounded to; in an exchange that is the difference.
func (d *decider) rounding(b *sale.Basket, terms Terms) (sale.Rounding, error) {
	to := sale.Rounding{To: terms.RoundTo}
	if to.To == 0 || b.Return == nil || len(b.Items) == 0 {
		return to, nil
	}
	back, err := d.priceReturn(b.Return, b.Return.Done)
	to.Back = -back.Total
	return to, err
}

// amount reads an amount of a command: above zero.
func amount(s Decimal) (money.Amount, error) {
	a, err := money.Parse(string(s))
	if err != nil || a <= 0 {
		return 0, fault.Wrap(err, fault.AmountBad, "value", clip(string(s), 30))
	}
	return a, nil
}

// Price works out an open basket as it would be sold now.
func Price(s *State, b *sale.Basket, env Env) (sale.Priced, error) {
	return (&decider{state: s, env: env}).price(b)
}
