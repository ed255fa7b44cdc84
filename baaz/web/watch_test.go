package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
)

// messenger takes messages to one host only, and counts when it is asked to send.
type messenger struct{ kicks int }

func (*messenger) Check(url string) error {
	if !strings.HasPrefix(url, "https://shop.mn/") {
		return errors.New("no")
	}
	return nil
}

func (*messenger) Test(_ store.Company, name, id string) ([]byte, error) {
	return []byte(name + " " + id), nil
}

func (m *messenger) Kick() { m.kicks++ }

// Who is told, of what, and what became of it, by the API.
func TestMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c, sender := newCentre(t, dsn), &messenger{}
		server := httptest.NewServer(web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Messenger: sender, Logger: slog.New(slog.DiscardHandler), StrangerRate: 1e6, PersonRate: 1e6}))
		t.Cleanup(server.Close)
		c.url = server.URL
		owner, me := c.owner()
		home := companyPath(me.Home)

		var rules web.WatchBody
		owner.must("GET", home+"/watch", nil, &rules)
		if rules != web.WatchBody(store.UsualRules()) {
			t.Errorf("the rules are %+v", rules)
		}
		rules.Silent, rules.Resting, rules.Repeats = 60, true, 0
		owner.must("POST", home+"/watch", rules, nil)
		var again web.WatchBody
		if owner.must("GET", home+"/watch", nil, &again); again != rules {
			t.Errorf("the rules are %+v", again)
		}
		for _, bad := range []web.WatchBody{{Silent: 4, Hours: 1}, {Silent: -1, Hours: 1}, {Unsent: 20_000, Hours: 1}, {Repeats: 1, Hours: 1}, {Repeats: 3}, {Repeats: 3, Hours: 200}} {
			if status, code := owner.ask("POST", home+"/watch", bad, nil); status != 400 || code != fault.RequestMalformed {
				t.Errorf("%+v: %d %s", bad, status, code)
			}
		}

		if status, code := owner.ask("POST", home+"/webhooks", web.WebhookBody{URL: "https://10.0.0.1/"}, nil); status != 422 || code != fault.WebhookAddress {
			t.Errorf("a private address: %d %s", status, code)
		}
		var made web.WebhookMade
		for i := range 10 {
			owner.must("POST", home+"/webhooks", web.WebhookBody{URL: fmt.Sprintf("https://shop.mn/%d", i)}, &made)
		}
		if status, code := owner.ask("POST", home+"/webhooks", web.WebhookBody{URL: "https://shop.mn/10"}, nil); status != 409 || code != fault.WebhookMost {
			t.Errorf("an eleventh: %d %s", status, code)
		}
		one := fmt.Sprintf("%s/webhooks/%d", home, made.Webhook)
		owner.must("POST", one+"/test", nil, nil)
		var log web.DeliveriesAnswer
		owner.must("GET", one+"/deliveries", nil, &log)
		if len(log.Deliveries) != 1 || log.Deliveries[0].State != "waiting" || log.Deliveries[0].Next == nil || !strings.HasPrefix(log.Deliveries[0].Body, "Номин ") || sender.kicks != 1 || len(made.Secret) != 48 {
			t.Errorf("%+v, %d kicks, a secret of %d", log, sender.kicks, len(made.Secret))
		}
		var audit web.AuditAnswer
		if owner.must("GET", home+"/audit?limit=1", nil, &audit); len(audit.Audit) != 1 || audit.Audit[0].Action != "webhook.tested" || audit.Audit[0].Subject != "https://shop.mn/9" || audit.Audit[0].Who != "Болд" {
			t.Errorf("the audit says %+v", audit.Audit)
		}
		for range 9 {
			owner.must("POST", one+"/test", nil, nil)
		}
		if status, code := owner.ask("POST", one+"/test", nil, nil); status != 429 || code != fault.WebhookTests {
			t.Errorf("an eleventh test: %d %s", status, code)
		}
		var anew web.WebhookMade
		if owner.must("POST", one+"/secret", nil, &anew); anew.Webhook != made.Webhook || len(anew.Secret) != 48 || anew.Secret == made.Secret {
			t.Errorf("another secret is %+v", anew)
		}
		owner.must("DELETE", one, nil, nil)
		for _, x := range [][2]string{{"DELETE", one}, {"POST", one + "/test"}, {"POST", one + "/secret"}, {"GET", one + "/deliveries"}, {"GET", home + "/webhooks/x/deliveries"}} {
			if status, code := owner.ask(x[0], x[1], nil, nil); status != 404 || code != fault.WebhookUnknown {
				t.Errorf("%s %s: %d %s", x[0], x[1], status, code)
			}
		}
		var hooks web.WebhooksAnswer
		if owner.must("GET", home+"/webhooks", nil, &hooks); len(hooks.Webhooks) != 9 || hooks.Webhooks[0].MadeBy != "Болд" {
			t.Errorf("%+v", hooks)
		}
		c.troubled(t, owner, me.Home)
	})
}

// troubled puts two troubles into the store and reads them.
func (c *centre) troubled(t *testing.T, owner *browser, company store.Company) {
	t.Helper()
	box := uplinktest.NewBox(1)
	owner.must("POST", companyPath(company)+"/points", web.PointBody{Name: "Сансар"}, nil)
	err := c.store.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.PutBox(company, publicOf(box.Key), 1, 1, 1); err != nil {
			return err
		}
		for _, x := range []store.Trouble{{Box: box.ID, Point: 1, Kind: store.TroubleSilent, Began: 1_000_000, Since: 500_000}, {Box: box.ID, Point: 1, Kind: store.TroubleDevice, Code: "printer.paper", Began: 2_000_000, Ended: 3_000_000}} {
			if err := tx.AddTrouble(company, x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var a web.TroublesAnswer
	owner.must("GET", companyPath(company)+"/troubles?point=1", nil, &a)
	if len(a.Troubles) != 2 || a.Troubles[0].Code != "printer.paper" || a.Troubles[0].Text == "" || a.Troubles[0].Ended == nil || a.Troubles[1].Ended != nil || a.Troubles[1].Since == nil ||
		a.Troubles[1].Box != journal.Box(box.ID).String() {
		t.Errorf("%+v", a.Troubles)
	}
	if owner.must("GET", companyPath(company)+"/troubles?point=2", nil, &a); len(a.Troubles) != 0 {
		t.Errorf("of another point: %+v", a.Troubles)
	}
	if owner.must("GET", companyPath(company)+"/troubles?before=2000000&limit=1", nil, &a); len(a.Troubles) != 1 || a.Troubles[0].Kind != store.TroubleSilent {
		t.Errorf("before: %+v", a.Troubles)
	}
}
