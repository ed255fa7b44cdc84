package engine

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// openOwned is a shop whose settings and secrets are looked after.
func openOwned(t *testing.T, keep func(name, text string) error) *shop {
	t.Helper()
	s := openShop(t, t.TempDir(), journalOptions())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(s.dir, journalOptions())
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = nil
	settle := func(st *till.State, e *till.Env) {
		if v, ok := st.Box.Get("shop.name"); ok {
			e.Merchant.Name = string(v)
		}
		plain := *e
		e.Try = func(*till.Layer) (till.Env, error) { return plain, nil }
		e.Key = func(text string) (string, string, error) { return "SECRET" + text, "f-" + text, nil }
	}
	e, err := New(Options{Journal: j, Env: s.env, Settle: settle, Keep: keep, Logger: slog.New(slog.DiscardHandler), Began: event.BoxBegan{PublicKey: "00"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = e
	t.Cleanup(func() { e.Close() })
	login := s.command("seller.login")
	login.Code, login.Password = "9", "9999"
	if _, err := s.Do(t.Context(), login); err != nil {
		t.Fatal(err)
	}
	return s
}

// A setting holds for what is decided after it in the very same round, before it is published.
func TestSettingHoldsInItsRound(t *testing.T) {
	s := openOwned(t, nil)
	if _, err := s.Do(t.Context(), s.command("shift.open")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	started := make(chan struct{})
	hook := func() { <-started } // holds the loop up until everything is queued
	s.hook.Store(&hook)
	first := s.command("basket.new") // takes the hook
	wg.Go(func() { s.Do(t.Context(), first) })
	for len(s.queue) > 0 || s.hook.Load() != nil {
		time.Sleep(time.Millisecond)
	}
	set := s.command("setting.set")
	set.Path, set.Value = "shop.name", json.RawMessage(`"N"`)
	scan := s.command("line.scan")
	scan.Code = bread
	pay := s.command("pay")
	pay.Tenders = []till.OfferText{{Kind: "cash", Amount: "1500"}}
	for n, c := range []till.Command{set, scan, pay} {
		wg.Go(func() {
			if _, err := s.Do(t.Context(), c); err != nil {
				t.Error(c.Kind, err)
			}
		})
		for len(s.queue) <= n {
			time.Sleep(time.Millisecond)
		}
	}
	close(started)
	wg.Wait()
	sale, err := s.Sale(s.View().State.Last.Bill)
	if err != nil || sale.Merchant.Name != `"N"` {
		t.Errorf("%q %v", sale.Merchant.Name, err)
	}
}

// A secret is kept before its fact; one that cannot be kept leaves nothing behind, and none reaches the journal.
func TestSecretsAreKeptFirst(t *testing.T) {
	var kept []string
	broken := errors.New("disk")
	s := openOwned(t, func(name, text string) error {
		if broken != nil {
			return broken
		}
		kept = append(kept, name, text)
		return nil
	})
	c := s.command("join.ask")
	c.Address, c.Key = "baaz.mn", "abc"
	before := s.View().Seq
	if _, err := s.Do(t.Context(), c); fault.CodeOf(err) != fault.JournalFailed || s.View().Seq != before || s.View().Err != nil {
		t.Errorf("%v at %d", err, s.View().Seq)
	}
	broken = nil
	if _, err := s.Do(t.Context(), c); err != nil || len(kept) != 2 || kept[1] != "SECRETabc" {
		t.Errorf("%v %v", err, kept)
	}
	other := c
	other.Key = "abd" // as with passwords, a repeat with another key is the same command
	if a, err := s.Do(t.Context(), other); err != nil || !a.Repeated {
		t.Errorf("%+v %v", a, err)
	}
	records, err := s.Records(before, 10)
	if err != nil || len(records) != 1 {
		t.Fatal(len(records), err)
	}
	if body := string(records[0].Body); strings.Contains(body, "SECRET") || !strings.Contains(body, "f-abc") {
		t.Errorf("%s", body)
	}
}
