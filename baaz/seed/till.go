// Package seed makes shops that have sold: simulated cashiers at simulated tills. What they write are the facts of the
// real heart (pos/till), chained and signed as boxes do; nothing is made up but the cashiers' wishes.
//
// A till follows from its options alone: the same ones give the same bytes. So a row of records that was cut off can be
// gone on with, by making them again as far as the other side has them.
package seed

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/crypto/argon2"

	"posbox/journal"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// Seller stands at a till for a day.
type Seller struct {
	Code event.SellerCode
	Name string
	Role string
}

// Options of a till.
type Options struct {
	Number    uint64 // tells tills apart; their keys follow from it and Secret
	Secret    []byte // random, so that nobody else has the keys
	Goods     catalog.Lookup
	Codes     []string // what may be scanned, those sold most first
	Customers loyalty.Lookup
	Cards     []string
	Sellers   []Seller
	Merchant  event.Merchant
	Payer     tax.Payer
	Zone      *time.Location
	First     time.Time // the first day, at any moment of it
	Days      int
	Lines     int // of receipts, over all days
}

// Till is a simulated till and its cashier. It is used by one goroutine.
type Till struct {
	Key ed25519.PrivateKey
	Box journal.Box

	o        Options
	chance   *rand.Rand
	popular  *rand.Zipf
	state    *till.State
	env      till.Env
	password string
	hash     string

	prev     journal.Record
	epoch    uint32
	made     []journal.Record // not taken yet
	commands uint64
	day      int
	drawer   money.Amount // cash that lies in it

	lines, sales int // made so far
}

// New begins a till's journal.
func New(o Options) (*Till, error) {
	seed := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("posbox simulated till\n"), o.Secret...), o.Number))
	t := &Till{Key: ed25519.NewKeyFromSeed(seed[:]), o: o, state: till.New()}
	public := t.Key.Public().(ed25519.PublicKey)
	t.Box = journal.BoxOf(public)
	t.chance = rand.New(rand.NewPCG(o.Number, binary.BigEndian.Uint64(seed[:])))
	t.popular = rand.NewZipf(t.chance, 1.2, 8, uint64(len(o.Codes)-1))
	t.password, t.hash = "1234", cheapHash("1234")
	t.env = till.Env{Zone: o.Zone, Goods: o.Goods, Customers: o.Customers, Sellers: t.seller, HasSellers: true, Roles: till.DefaultRoles(),
		Salt: []byte("simulated cashier"), HasBill: func(event.Bill) (bool, error) { return false, nil }, Merchant: o.Merchant, Payer: o.Payer,
		Rates: tax.Mongolia(), Rules: barcode.DefaultRules(), DrawerOnCash: false, RoundTo: money.Tugrik(roundTo)}
	t.setClock(8, 0)
	return t, t.write(event.BoxBegan{PublicKey: hex.EncodeToString(public), Version: "simulated"})
}

// cheapHash is a hash of a password that guards nothing: the cashier is simulated, and logs in every day.
func cheapHash(password string) string {
	salt := []byte("simulated")
	b64 := base64.RawStdEncoding
	return "$argon2id$v=19$m=8,t=1,p=1$" + b64.EncodeToString(salt) + "$" + b64.EncodeToString(argon2.IDKey([]byte(password), salt, 1, 8, 1, 16))
}

func (t *Till) seller(c event.SellerCode) (till.Seller, bool) {
	for _, s := range t.o.Sellers {
		if s.Code == c {
			return till.Seller{Code: s.Code, Name: s.Name, Role: s.Role, PasswordHash: t.hash, Active: true}, true
		}
	}
	return till.Seller{}, false
}

// Join writes down where the till has joined.
func (t *Till) Join(f event.BoxJoined) error {
	err := t.write(f)
	t.epoch = f.Epoch
	return err
}

// setClock sets the till's clock to a time of its day.
func (t *Till) setClock(hour, minute int) {
	y, m, d := t.o.First.In(t.o.Zone).Date()
	t.env.Now = time.Date(y, m, d+t.day, hour, minute, 0, 0, t.o.Zone)
}

// write adds facts to the chain.
func (t *Till) write(facts ...event.Fact) error {
	for _, f := range facts {
		body, err := event.Encode(f)
		if err != nil {
			return err
		}
		r, err := journal.Make(journal.Record{Seq: t.prev.Seq + 1, Box: t.Box, Epoch: t.epoch, Kind: string(f.Kind()), Time: t.env.Now.UnixMicro(),
			Body: body, Prev: t.prev.Hash})
		if err != nil {
			return err
		}
		t.state.Apply(uint64(r.Seq), f)
		t.made, t.prev = append(t.made, r), r
		if s, ok := f.(event.SaleCompleted); ok {
			t.sales, t.lines = t.sales+1, t.lines+len(s.Lines)
			for _, p := range s.Tenders {
				if p.Kind == event.Cash {
					t.drawer += p.Amount
				}
			}
		}
	}
	return nil
}

// do has the heart decide a command of the cashier.
func (t *Till) do(c till.Command) error {
	t.commands++
	c.ID = fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(t.o.Number), t.commands)
	d, err := till.Decide(t.state, c, t.env)
	if err != nil {
		return fmt.Errorf("seed: till %d, %s %s: %w", t.o.Number, c.Kind, c.Code, err)
	}
	if err := t.write(d.Facts...); err != nil {
		return err
	}
	t.state.ApplyDrafts(d)
	return nil
}

// Sold returns how many sales and lines the till has made so far.
func (t *Till) Sold() (sales, lines int) { return t.sales, t.lines }

// Head returns the newest record.
func (t *Till) Head() journal.Record { return t.prev }

// Next sells on until there are so many records, and returns them; fewer at the end, none after it.
func (t *Till) Next(records int) ([]journal.Record, error) {
	for len(t.made) < records && t.day < t.o.Days {
		if err := t.step(); err != nil {
			return nil, err
		}
	}
	n := min(records, len(t.made))
	list := t.made[:n:n]
	t.made = t.made[n:]
	return list, nil
}

// step opens the day, sells once, or closes it.
func (t *Till) step() error {
	if t.state.Shift == nil {
		return t.open()
	}
	if t.lines >= t.o.Lines*(t.day+1)/t.o.Days {
		return t.close()
	}
	return t.sell()
}

// float is the money in the drawer in the morning.
const float = money.Amount(50_000_00)

func (t *Till) open() error {
	t.setClock(8, t.chance.IntN(30))
	t.drawer = float
	s := t.o.Sellers[t.day%len(t.o.Sellers)]
	if err := t.do(till.Command{Kind: "seller.login", Code: string(s.Code), Password: t.password}); err != nil {
		return err
	}
	return t.do(till.Command{Kind: "shift.open", Float: till.Decimal(float.String())})
}

func (t *Till) close() error {
	counted := t.drawer
	if t.chance.IntN(5) == 0 { // the drawer does not always hold what it should
		counted = max(0, counted+money.Amount(t.chance.IntN(41)-20)*100_00)
	}
	for _, c := range []till.Command{{Kind: "shift.count", Total: till.Decimal(counted.String())}, {Kind: "shift.close"}, {Kind: "seller.logout"}} {
		if err := t.do(c); err != nil {
			return err
		}
	}
	t.day++
	return nil
}

// sell makes one sale: some goods, sometimes a customer's card; cash, or a card.
func (t *Till) sell() error {
	most := max(1, t.o.Lines*(t.day+1)/t.o.Days-t.lines)
	for range min(most, 1+t.chance.IntN(4)+t.chance.IntN(4)) {
		code := t.o.Codes[t.popular.Uint64()]
		if t.chance.IntN(6) == 0 {
			code = fmt.Sprintf("%d*%s", 2+t.chance.IntN(4), code)
		}
		if err := t.do(till.Command{Kind: "line.scan", Code: code}); err != nil {
			return err
		}
	}
	if len(t.o.Cards) > 0 && t.chance.IntN(8) == 0 {
		if err := t.do(till.Command{Kind: "customer.set", Code: t.o.Cards[t.chance.IntN(len(t.o.Cards))]}); err != nil {
			return err
		}
	}
	total, err := t.total()
	if err != nil {
		return err
	}
	t.pass()
	offer := till.OfferText{Kind: string(event.Cash), Amount: till.Decimal(t.cash(total).String())}
	switch n := t.chance.IntN(10); {
	case n < 4:
		offer = till.OfferText{Kind: string(event.Card), Amount: till.Decimal(total.String())}
	case n < 5:
		offer = till.OfferText{Kind: string(event.QR), Amount: till.Decimal(total.String())}
	}
	return t.do(till.Command{Kind: "pay", Tenders: []till.OfferText{offer}})
}

// total asks the heart what is due.
func (t *Till) total() (money.Amount, error) {
	p, err := till.Price(t.state, t.state.Selected(), t.env)
	return p.Total, err
}

// pass lets a little time go by: as much as keeps a day's sales within the day.
func (t *Till) pass() {
	perDay := max(1, t.o.Lines/t.o.Days/4)
	gap := 14 * time.Hour / time.Duration(perDay)
	if next := t.env.Now.Add(gap/2 + time.Duration(t.chance.Int64N(int64(gap)+1))); next.In(t.o.Zone).Hour() < 23 {
		t.env.Now = next
	}
}

// cash is what a buyer lays down: the sum exactly, or the next round one.
func (t *Till) cash(total money.Amount) money.Amount {
	for _, note := range []money.Amount{1_000_00, 5_000_00, 20_000_00} {
		if t.chance.IntN(3) == 0 {
			return (total + note - 1) / note * note
		}
	}
	return total
}
