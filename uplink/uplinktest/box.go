// Package uplinktest simulates boxes and the network between them and BAAZ. The boxes keep their journal in memory and
// talk by the real uplink.
package uplinktest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"

	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/uplink"
)

// Key returns the key of box number n.
func Key(n int) ed25519.PrivateKey {
	seed := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("simulated box"), uint64(n)))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Box is a box's journal in memory. It implements uplink.Log; its methods may be called from any goroutine.
type Box struct {
	Key ed25519.PrivateKey
	ID  journal.Box

	*uplink.Memory
	mu       sync.Mutex // also held while records are made, so that each follows from the one before
	joined   *event.BoxJoined
	epoch    uint32
	replaced bool
	bill     int
	// Sold sums the sales, as a witness against BAAZ's sums.
	sold  money.Amount
	sales int
}

// NewBox begins the journal of box number n.
func NewBox(n int) *Box {
	b := &Box{Key: Key(n), Memory: uplink.NewMemory(0)}
	public := b.Key.Public().(ed25519.PublicKey)
	b.ID = journal.BoxOf(public)
	b.append(event.BoxBegan{PublicKey: hex.EncodeToString(public), Version: "simulated"})
	return b
}

// Copy returns the box as it is now, with the same key: a clone, or a disk image for later.
func (b *Box) Copy() *Box {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &Box{Key: b.Key, ID: b.ID, Memory: b.Memory.Copy(),
		joined: b.joined, epoch: b.epoch, replaced: b.replaced, bill: b.bill, sold: b.sold, sales: b.sales}
}

// append adds facts.
func (b *Box) append(facts ...event.Fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range facts {
		body, err := event.Encode(f)
		if err != nil {
			panic(err) // a fact of our own
		}
		b.add(string(f.Kind()), body)
		switch f := f.(type) {
		case event.BoxJoined:
			b.joined, b.epoch, b.replaced = &f, f.Epoch, false
		case event.BoxReplaced:
			b.replaced = true
		}
	}
}

// Raw adds a record with any body.
func (b *Box) Raw(kind string, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(kind, body)
}

func (b *Box) add(kind string, body []byte) {
	last := b.Head()
	r, err := journal.Make(journal.Record{Seq: last.Seq + 1, Box: b.ID, Epoch: b.epoch, Kind: kind, Body: body, Time: 1_790_000_000_000_000 + int64(last.Seq), Prev: last.Hash})
	if err != nil {
		panic(err) // kinds and sizes of our own
	}
	b.Append(r)
}

// Sale makes a sale of a few lines that adds up.
func Sale(shift, number, lines int) event.SaleCompleted {
	s := event.SaleCompleted{Who: event.Who{By: "1", Command: fmt.Sprintf("00000000-0000-4000-8000-%012d", number)}, Shift: shift,
		Day: day.Day(fmt.Sprintf("2026-11-%02d", 1+shift%28)), Number: number, Local: "2026-11-23 14:05:09", Basket: "b", SellerName: "Болд",
		Merchant: event.Merchant{Name: "Номин", TIN: "12345678901", Till: "003"}, Payer: tax.Payer{VAT: true}}
	s.Bill = event.Bill(fmt.Sprintf("%s-%d-%04d", s.Day, shift, number))
	for i := range lines {
		price := money.Tugrik(int64(1000 + 250*((number+i)%7)))
		s.Lines = append(s.Lines, event.Line{No: i + 1, Good: catalog.Code(fmt.Sprint(1000 + (number*7+i*13)%500)), Barcode: "8651070010097", Name: "Талх Атар", Unit: "ш",
			Quantity: catalog.One, UnitPrice: price, Gross: price, Total: price, Tax: "VAT_ABLE", VAT: price / 11, Category: "Хоол", ClassCode: "2349010"})
		s.Gross += price
		s.VAT += price / 11
	}
	s.Total = s.Gross
	s.Tenders = []event.Tender{{Kind: event.Cash, Given: s.Total, Amount: s.Total}}
	return s
}

// Sell sells n times, each with what a real till writes besides.
func (b *Box) Sell(n int) {
	for range n {
		b.mu.Lock()
		b.bill++
		number := b.bill
		b.mu.Unlock()
		shift := 1 + number/50
		s := Sale(shift, number, 1+number%4)
		if number%50 == 1 {
			b.append(event.ShiftOpened{Shift: shift, Day: s.Day})
		}
		b.append(s, event.DrawerAsked{Shift: shift, Cause: "sale"})
		b.mu.Lock()
		b.sold += s.Total
		b.sales++
		b.mu.Unlock()
	}
}

// Sold returns how many sales the box has made, and for how much.
func (b *Box) Sold() (sales int, total money.Amount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sales, b.sold
}

// Membership is what the journal says about BAAZ.
func (b *Box) Membership() uplink.Membership {
	b.mu.Lock()
	defer b.mu.Unlock()
	return uplink.Membership{Joined: b.joined, Replaced: b.replaced}
}

// Report implements uplink.Log.
func (b *Box) Report(_ context.Context, _ string, seq journal.Seq, facts ...event.Fact) error {
	b.append(facts...)
	b.Sent(seq)
	return nil
}

// Tell implements uplink.Log.
func (b *Box) Tell(_ context.Context, facts ...event.Fact) error {
	b.append(facts...)
	return nil
}
