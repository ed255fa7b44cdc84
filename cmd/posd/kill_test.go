package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/event"
)

// wish is a command sent to the till: its id stays the same however often it has to be sent.
type wish struct {
	id, kind string
	fields   object
	acked    bool
}

// seller sells on and on, and remembers what the till has acknowledged.
type clerk struct {
	rng     *rand.Rand
	wishes  []*wish
	total   string // of the basket in front as last acknowledged; empty: none
	pending *wish
}

var killGoods = []string{"1001", "1002", "1003", "8651070010097", "2100001012342", "3*1004"}

// next says what the clerk does now.
func (c *clerk) next() *wish {
	if c.pending != nil {
		return c.pending // no answer came: the same command again, with the same id
	}
	w := &wish{id: uuid(), kind: "line.scan"}
	switch n := c.rng.IntN(10); {
	case c.total != "" && n < 3:
		w.kind, w.fields = "pay", object{"tenders": []object{{"kind": "cash", "amount": "10000000"}}}
	case c.total != "" && n < 4:
		w.kind, w.fields = "ticket.discount", object{"percent": strconv.Itoa(c.rng.IntN(20))}
	case c.total != "" && n < 5:
		w.kind, w.fields = "line.quantity", object{"quantity": strconv.Itoa(1 + c.rng.IntN(9))}
	default:
		w.fields = object{"code": killGoods[c.rng.IntN(len(killGoods))]}
	}
	c.wishes = append(c.wishes, w)
	return w
}

// run sells until the till no longer answers.
func (c *clerk) run(b *box) error {
	for {
		w := c.next()
		c.pending = w
		status, answer, err := b.send(w.id, w.kind, w.fields)
		if err != nil {
			return nil // the plug is out
		}
		c.pending = nil
		switch status {
		case http.StatusOK:
			w.acked = true
			c.total = ""
			if t, ok := at(answer, "state", "basket", "total").(string); ok {
				c.total = t
			}
		case http.StatusUnprocessableEntity: // a quantity that the line cannot have, a basket that is gone
		default:
			return fmt.Errorf("%s: %d %v", w.kind, status, answer)
		}
	}
}

// verify holds the journal at rest against what was acknowledged.
func (c *clerk) verify(dir string) error {
	audit := engine.Audit{}
	bills := map[string]int{} // command id → sales
	rep, err := journal.Check(dir, func(r journal.Record) error {
		if r.Kind == string(event.KindSaleCompleted) {
			var s event.SaleCompleted
			if err := json.Unmarshal(r.Body, &s); err != nil {
				return err
			}
			bills[s.Command]++
		}
		return audit.Add(r)
	})
	if err != nil {
		return err
	}
	if !rep.Whole {
		return fmt.Errorf("journal is damaged: %v", rep.Findings)
	}
	known := map[string]bool{}
	for _, w := range c.wishes {
		known[w.id] = true
		n := bills[w.id]
		if w.kind == "pay" && w.acked && n != 1 {
			return fmt.Errorf("sale %s was acknowledged and stands %d times in the journal", w.id, n)
		}
		if n > 1 {
			return fmt.Errorf("sale %s is doubled", w.id)
		}
	}
	for id := range bills {
		if !known[id] {
			return fmt.Errorf("sale %s was never asked for", id)
		}
	}
	return nil
}

// TestKill pulls the plug on a selling till hundreds of times. Every sale that was acknowledged is in the journal once,
// the chain and the sums hold, and the open basket is there as it was last seen.
func TestKill(t *testing.T) {
	rounds := rounds(20, 250, 2000)
	c := &clerk{rng: seeded(t)}
	dir := t.TempDir()
	for round := range rounds {
		b := start(t, dir, "-demo")
		if round == 0 {
			b.open()
		} else if err := c.checkBasket(b); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		failed := make(chan error, 1)
		go func() { failed <- c.run(b) }()
		time.Sleep(time.Duration(c.rng.IntN(60_000)) * time.Microsecond)
		b.kill()
		if err := <-failed; err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, b.log)
		}
		if round%10 == 0 || round == rounds-1 {
			if err := c.verify(dir); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
	}
	sales := 0
	for _, w := range c.wishes {
		if w.kind == "pay" && w.acked {
			sales++
		}
	}
	t.Logf("%d kills, %d commands, %d sales acknowledged", rounds, len(c.wishes), sales)
	if sales < rounds/4 {
		t.Errorf("only %d sales in %d rounds: the test hardly sold", sales, rounds)
	}
}

// checkBasket compares the basket after a restart with the one acknowledged last. A command without an answer may or
// may not have been done; sent again with its id, it has been done exactly once.
func (c *clerk) checkBasket(b *box) error {
	total, _ := at(b.state(), "basket", "total").(string)
	if c.pending == nil && total != c.total {
		return fmt.Errorf("basket of %q came back as %q", c.total, total)
	}
	return nil
}
