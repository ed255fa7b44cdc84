package web_test

import (
	"context"
	"net/http"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
)

// A clone's sales are shown to whoever looks at the till, and counted once somebody says so: in the reports, in the audit,
// and away from what waits.
func TestForkIsCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		box := c.join(owner, me.Home)
		box.Sell(3)
		c.send(box)
		clone := box.Copy()
		box.Sell(1)
		c.send(box)
		clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
		clone.Sell(2)
		c.fork(clone)
		home := companyPath(me.Home)
		path := home + "/boxes/" + box.ID.String() + "/fork"
		var seen, counted, after web.ForkView
		var alarms web.AlarmsAnswer
		owner.must("GET", path, nil, &seen)
		owner.must("GET", home+"/alarms", nil, &alarms)
		if seen.Records != 5 || seen.Sales != 2 || seen.First == nil || !seen.First.Before(*seen.Last) || len(alarms.Alarms) != 1 || alarms.Alarms[0].Kind != ingest.AlarmFork {
			t.Errorf("seen: %+v, %+v", seen, alarms)
		}
		owner.must("POST", path, nil, &counted)
		owner.must("GET", path, nil, &after)
		owner.must("GET", home+"/alarms", nil, &alarms)
		if counted.Records != seen.Records || counted.Sales != seen.Sales || after.Records != 0 || after.First != nil || len(alarms.Alarms) != 0 {
			t.Errorf("counted: %+v, then %+v, %+v", counted, after, alarms)
		}
		var days web.DaysAnswer
		owner.must("GET", home+"/reports/days", nil, &days)
		sales, late := int64(0), int64(0)
		for _, d := range days.Days {
			sales, late = sales+d.Sales, late+d.Late
		}
		if sales != 6 || late != 2 {
			t.Errorf("%d sales, %d of them late", sales, late)
		}
		var boxes web.BoxesAnswer
		owner.must("GET", home+"/boxes", nil, &boxes)
		for _, b := range boxes.Boxes {
			if b.Quarantine != 0 {
				t.Errorf("%s: %d records wait", b.Box, b.Quarantine)
			}
		}
		for _, none := range []string{"zz", uplinktest.NewBox(7).ID.String()} {
			if status, code := owner.ask("POST", home+"/boxes/"+none+"/fork", nil, nil); status != http.StatusNotFound || code != fault.BoxUnknown {
				t.Errorf("box %s: %d %s", none, status, code)
			}
		}
		if err := ingest.Verify(context.Background(), c.store, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
	})
}

// fork hands all of a clone's records to BAAZ, which takes them for a second history.
func (c *centre) fork(clone *uplinktest.Box) {
	c.t.Helper()
	records, err := clone.Records(0, 1000)
	if err != nil {
		c.t.Fatal(err)
	}
	h, err := c.in.Take(context.Background(), clone.ID, pack(c.t, clone, records))
	if err != nil || h.Status != http.StatusConflict {
		c.t.Fatal(h, err)
	}
}
