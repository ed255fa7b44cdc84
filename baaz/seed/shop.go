package seed

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/catalog"
	"posbox/journal"
	goods "posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/loyalty"
	"posbox/pos/tax"
	"posbox/wire"
)

// Plan says what a seeded company is like. What it was like is kept with the company: the same plan goes on where it was
// cut off, another one is refused.
type Plan struct {
	Company string `json:"company"`
	Points  int    `json:"points"`
	Days    int    `json:"days"`
	Lines   int    `json:"lines"`
	Goods   int    `json:"goods"` // 0: the sample shop's
	// Passwords: the sellers in the register can log in, as 1 / 1111 and 9 / 9999.
	Passwords bool `json:"passwords"`
}

// kept is the plan with what was chosen by chance and by the calendar.
type kept struct {
	Plan
	First  string `json:"first"`  // the first day
	Secret []byte `json:"secret"` // that the tills' keys follow from
}

// ErrOther is returned where a company was seeded by another plan.
var ErrOther = errors.New("seed: the company was seeded by another plan")

// Registers takes in master data.
type Registers interface {
	Apply(ctx context.Context, who string, scope wire.Scope, register string, changes []registers.Change) ([]registers.Result, error)
}

// Shop is a company whose tills can be made.
type Shop struct {
	Company store.Company
	Points  []store.Point

	plan  kept
	goods *catalog.Store
	all   []string // the codes of all goods
	codes []string // of those that a cashier may scan
	first time.Time
	zone  *time.Location
	dir   string
}

var zone = func() *time.Location {
	z, err := time.LoadLocation("Asia/Ulaanbaatar")
	if err != nil {
		return time.FixedZone("Asia/Ulaanbaatar", 8*3600)
	}
	return z
}()

// sellers stand at every till in turn.
var sellers = []Seller{{"1", "Сарнай", "seller"}, {"9", "Бат-Эрдэнэ", "owner"}}

// passwords of the sellers of a demonstration.
var passwords = map[event.SellerCode]string{"1": "1111", "9": "9999"}

// Open makes the company with its points, goods and sellers, or finds what there is of them. Close the shop when its
// tills are no longer needed.
func Open(ctx context.Context, s *store.Store, r Registers, p Plan, now time.Time) (*Shop, error) {
	shop := &Shop{plan: kept{Plan: p, First: now.In(zone).AddDate(0, 0, -p.Days).Format(time.DateOnly), Secret: make([]byte, 32)}, zone: zone}
	rand.Read(shop.plan.Secret)
	if err := shop.found(ctx, s, now); err != nil {
		return nil, err
	}
	var err error
	if shop.first, err = time.ParseInLocation(time.DateOnly, shop.plan.First, zone); err != nil {
		return nil, err
	}
	if err = shop.stock(); err == nil {
		err = shop.registered(ctx, s, r)
	}
	if err != nil {
		return nil, errors.Join(err, shop.Close())
	}
	return shop, nil
}

// registered writes the registers, unless that was done to the end before.
func (shop *Shop) registered(ctx context.Context, s *store.Store, r Registers) error {
	const done = "seed registers"
	err := s.Read(ctx, func(tx *store.Tx) error {
		_, err := tx.KnownSecret(shop.Company, done)
		return err
	})
	if !errors.Is(err, store.ErrNone) {
		return err
	}
	if err := shop.register(ctx, r); err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Secret(shop.Company, done, func() []byte { return []byte("done") })
		return err
	})
}

// found makes the company and its points, in one transaction with the plan that they follow.
func (shop *Shop) found(ctx context.Context, s *store.Store, now time.Time) error {
	mine := shop.plan
	text, err := json.Marshal(mine)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) (err error) {
		if shop.Company, err = tx.CompanyNamed(mine.Company); errors.Is(err, store.ErrNone) {
			shop.Company, err = registers.AddCompany(tx, "baazd seed", store.CompanyRow{Name: mine.Company, Created: now.UnixMicro(), World: store.WorldCompany})
		}
		if err != nil {
			return err
		}
		value, err := tx.Secret(shop.Company, "seed", func() []byte { return text })
		if err != nil {
			return err
		}
		if err := json.Unmarshal(value, &shop.plan); err != nil {
			return err
		}
		if shop.plan.Plan != mine.Plan {
			return fmt.Errorf("%w: %+v", ErrOther, shop.plan.Plan)
		}
		return shop.place(tx, now)
	})
}

// place makes the points.
func (shop *Shop) place(tx *store.Tx, now time.Time) error {
	all, err := tx.Points(shop.Company)
	if err != nil {
		return err
	}
	at := map[string]store.Point{}
	for _, p := range all {
		at[p.Name] = p.Point
	}
	shop.Points = nil
	for n := range shop.plan.Points {
		name := pointName(n)
		if at[name] == 0 {
			if at[name], err = tx.AddPoint(shop.Company, name, now.UnixMicro()); err != nil {
				return err
			}
		}
		shop.Points = append(shop.Points, at[name])
	}
	return nil
}

// stock puts the goods on a shelf of its own, from which the tills read.
func (shop *Shop) stock() (err error) {
	if shop.dir, err = os.MkdirTemp("", "baazd-seed"); err != nil {
		return err
	}
	in, out := io.Pipe()
	go func() { out.CloseWithError(shop.table(out)) }()
	seen := &codes{}
	if _, err := catalog.Import(shop.dir, io.TeeReader(in, seen), catalog.ImportOptions{}); err != nil {
		in.CloseWithError(err)
		return err
	}
	if err := catalog.SetCustomers(shop.dir, catalog.SampleCustomers()); err != nil {
		return err
	}
	if shop.goods, err = catalog.Open(shop.dir); err != nil {
		return err
	}
	shop.all, shop.codes, err = seen.lists()
	return err
}

// table writes the goods as a table.
func (shop *Shop) table(w io.Writer) error {
	if shop.plan.Goods > 0 {
		return catalog.Generate(w, shop.plan.Goods)
	}
	_, err := io.Copy(w, catalog.Sample())
	return err
}

// codes remembers a table that passes by, to find what can be scanned.
type codes struct{ text []byte }

func (c *codes) Write(b []byte) (int, error) {
	c.text = append(c.text, b...)
	return len(b), nil
}

// lists returns the codes of all goods, and of those that are sold by the piece and in use.
func (c *codes) lists() (all, sold []string, err error) {
	rows, err := csv.NewReader(bytes.NewReader(c.text)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, nil, errors.Join(err, errors.New("seed: no goods"))
	}
	column := map[string]int{}
	for i, title := range rows[0] {
		column[title] = i
	}
	for _, row := range rows[1:] {
		all = append(all, row[column["code"]])
		if yes(row[column["active"]]) && !yes(row[column["weighed"]]) {
			sold = append(sold, row[column["code"]])
		}
	}
	if len(sold) < 2 {
		return nil, nil, errors.New("seed: no goods that are sold by the piece")
	}
	return all, sold, nil
}

// yes reads what the two tables say for it.
func yes(s string) bool { return s == "тийм" || s == "1" }

// Close gives the shelf back.
func (shop *Shop) Close() error {
	var err error
	if shop.goods != nil {
		err = shop.goods.Close()
	}
	return errors.Join(err, os.RemoveAll(shop.dir))
}

// roundTo is the note, in ₮, to which the tills round: discounts of a share leave möngö.
const roundTo = 10

// batch is how many rows of a register are written at once.
const batch = 500

// register writes the company's registers: who it is, its points, sellers, goods and customers.
func (shop *Shop) register(ctx context.Context, r Registers) error {
	w := &writing{ctx: ctx, r: r, scope: wire.CompanyScope(uint64(shop.Company))}
	m := shop.merchant(0)
	w.add(registers.Company, "company", map[string]any{"name": m.Name, "tin": m.TIN, "address": m.Address, "phone": m.Phone, "vat": payer.VAT, "city_tax": payer.City})
	w.flush()
	w.add(registers.Settings, "company", map[string]any{"values": map[string]any{"round_to": roundTo}})
	w.flush()
	for _, s := range sellers {
		fields := map[string]any{"name": s.Name, "role": s.Role}
		if shop.plan.Passwords {
			fields["password"] = passwords[s.Code]
		}
		w.add(registers.Sellers, string(s.Code), fields)
	}
	w.flush()
	for _, code := range shop.all {
		g, ok, err := shop.goods.ByCode(goods.Code(code))
		if err != nil || !ok {
			return errors.Join(err, fmt.Errorf("seed: good %s: %v", code, ok))
		}
		w.add(registers.Goods, code, g)
	}
	w.flush()
	for _, c := range catalog.SampleCustomers() {
		w.add(registers.Customers, c.Code, c)
	}
	w.flush()
	for n, p := range shop.Points {
		w.scope = wire.PointScope(uint64(shop.Company), uint64(p))
		w.add(registers.Points, w.scope.Name, map[string]any{"name": pointName(n), "branch": shop.merchant(n).Branch, "till": shop.merchant(n).Till})
		w.flush()
	}
	return w.err
}

// writing writes rows of one register at a time, many at once. The first error ends it.
type writing struct {
	ctx      context.Context
	r        Registers
	scope    wire.Scope
	register string
	list     []registers.Change
	err      error
}

// add writes a row, which is any struct or map that says the register's fields in JSON; its code stands apart.
func (w *writing) add(register, code string, row any) {
	text, err := json.Marshal(row)
	fields := map[string]json.RawMessage{}
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	delete(fields, "code")
	if err == nil {
		text, err = json.Marshal(fields)
	}
	w.err = errors.Join(w.err, err)
	w.register, w.list = register, append(w.list, registers.Change{Code: code, Body: text})
	if len(w.list) >= batch {
		w.flush()
	}
}

func (w *writing) flush() {
	if w.err == nil && len(w.list) > 0 {
		if _, err := w.r.Apply(w.ctx, "seed", w.scope, w.register, w.list); err != nil {
			w.err = fmt.Errorf("seed: %s: %w", w.register, err)
		}
	}
	w.list = nil
}

// payer is what the seeded company pays.
var payer = tax.Payer{VAT: true, City: true}

// merchant is what receipts of a point say.
func (shop *Shop) merchant(n int) event.Merchant {
	return event.Merchant{Name: shop.plan.Company, TIN: "12345678901", Branch: fmt.Sprintf("%03d", n+1), Till: "001",
		Address: "Улаанбаатар, Сүхбаатар дүүрэг, 1-р хороо", Phone: "7700-0000"}
}

func pointName(n int) string { return fmt.Sprintf("Салбар %d", n+1) }

// Till begins the till of a point, by its place in Points.
func (shop *Shop) Till(n int) (*Till, error) {
	share := shop.plan.Lines*(n+1)/shop.plan.Points - shop.plan.Lines*n/shop.plan.Points
	var cards []string
	for _, c := range catalog.SampleCustomers() {
		if c.Active && c.ValidTo == "" {
			cards = append(cards, c.Code)
		}
	}
	return New(Options{Number: uint64(n + 1), Secret: shop.plan.Secret, Goods: shop.goods, Codes: shop.codes, Customers: customers{shop.goods}, Cards: cards,
		Sellers: sellers, Merchant: shop.merchant(n), Payer: payer, Zone: shop.zone, First: shop.first, Days: shop.plan.Days, Lines: share})
}

type customers struct{ *catalog.Store }

// Customer implements loyalty.Lookup.
func (c customers) Customer(code string) (loyalty.Customer, bool, error) {
	return c.Store.Customer(code)
}

// Stood is how far a till's records have come at BAAZ before.
type Stood struct {
	Seq    journal.Seq
	Hash   journal.Hash
	Joined *event.BoxJoined // nil: the till has never joined
}

// Stands looks up how far a till has come.
func Stands(ctx context.Context, s *store.Store, c store.Company, b journal.Box) (st Stood, err error) {
	err = s.Read(ctx, func(tx *store.Tx) error {
		row, err := tx.Box(c, b)
		if errors.Is(err, store.ErrNone) || err == nil && row.Seq < 2 {
			return nil
		}
		if err != nil {
			return err
		}
		st.Seq, st.Hash = row.Seq, row.Hash
		r, err := tx.Record(c, b, 2)
		if err != nil {
			return err
		}
		rec, err := journal.Decode(r.Raw)
		if err != nil {
			return err
		}
		st.Joined = &event.BoxJoined{}
		return json.Unmarshal(rec.Body, st.Joined)
	})
	return st, err
}

// Again makes a till's records again as far as BAAZ has them: what follows continues the same chain.
func (t *Till) Again(st Stood) error {
	if st.Joined == nil {
		return nil
	}
	if err := t.Join(*st.Joined); err != nil {
		return err
	}
	last := journal.Record{}
	for last.Seq < st.Seq {
		list, err := t.Next(int(min(512, st.Seq-last.Seq)))
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errors.New("seed: BAAZ has more of till " + strconv.FormatUint(t.o.Number, 10) + " than it makes")
		}
		last = list[len(list)-1]
	}
	if last.Hash != st.Hash {
		return errors.New("seed: BAAZ has another history of till " + strconv.FormatUint(t.o.Number, 10) + ": this program makes other receipts than the one before")
	}
	return nil
}
