package ingest

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/wire"
)

// AlarmUnreported is raised for a box that was handed a return of a sale that it does not know: its point had another box
// then, or nobody made the sale. People have to settle it with the tax office.
const AlarmUnreported = "return not reported"

// AlarmUntaken is raised for a box that is told of a return again and again and does not take it.
const AlarmUntaken = "return not taken"

const (
	toldOften  = 10   // times that a job is told before those behind it go first
	maxWaiting = 1000 // jobs of a point among which the next ones are looked for
	maxTold    = 10_000
)

// tellings counts how often jobs that still wait have been told. After a start it begins anew.
type tellings struct {
	mu    sync.Mutex
	times map[event.JobName]int
}

// next returns at most n of the rows that wait, the oldest first; but what has been told often lets the others go before, until
// they have been told as often.
func (t *tellings) next(rows []store.HandoverRow, n int) []store.HandoverRow {
	t.mu.Lock()
	defer t.mu.Unlock()
	rounds := func(r store.HandoverRow) int { return t.times[event.JobOf(r.Box.String(), uint64(r.Seq))] / toldOften }
	slices.SortStableFunc(rows, func(a, b store.HandoverRow) int { return cmp.Compare(rounds(a), rounds(b)) })
	return rows[:min(n, len(rows))]
}

// count notes that jobs are told, and returns those that now have been told often.
func (t *tellings) count(jobs []wire.Handover) (often []event.JobName) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.times == nil || len(t.times) > maxTold { // those that were taken are not taken out one by one
		t.times = map[event.JobName]int{}
	}
	for _, j := range jobs {
		if t.times[j.Job]++; t.times[j.Job] == toldOften {
			often = append(often, j.Job)
		}
	}
	return often
}

// handed is what is read of event.ReturnHanded. The return in it stands in the chain of the box that made it.
type handed struct {
	Job   event.JobName     `json:"job"`
	Place uint64            `json:"place"`
	Bill  event.Bill        `json:"bill"`
	Local string            `json:"local"`
	State event.HandedState `json:"state"`
}

func readHanded(body []byte) (*handed, error) {
	h := &handed{}
	if err := json.Unmarshal(body, h); err != nil {
		return nil, err
	}
	if _, _, ok := h.Job.Cut(); !ok || !storable(string(h.Bill)) || !storable(string(h.State)) || h.Place > maxShift {
		return nil, fmt.Errorf("job %.60q, bill %.40q, state %.20q", h.Job, h.Bill, h.State)
	}
	return h, nil
}

// jobRow is the row of a job by its name.
func jobRow(n event.JobName) (r store.HandoverRow, ok bool) {
	text, seq, ok := n.Cut()
	if !ok {
		return r, false
	}
	box, err := hex.DecodeString(text)
	if copy(r.Box[:], box); err != nil {
		return r, false
	}
	r.Seq = journal.Seq(seq)
	return r, true
}

// madeElsewhere is the row of a return that another point has to report; ok is false for every other record.
func madeElsewhere(p store.Point, r journal.Record, x counted) (row store.HandoverRow, ok bool) {
	if !x.back || x.sale.Of == nil || x.sale.Of.Point == 0 {
		return row, false
	}
	return store.HandoverRow{Box: r.Box, Seq: r.Seq, Point: store.Point(x.sale.Of.Point), Bill: x.sale.Of.Bill, Place: p, Local: localTime(x.sale.Local),
		Back: event.BillOf(x.sale.Day, x.sale.Shift, x.sale.Number)}, true
}

// addHandovers notes which returns other points have to report, and what becomes of them. It returns the boxes that should
// be told: they ask then.
func addHandovers(tx *store.Tx, c store.Company, p store.Point, records []journal.Record, list []counted, now int64) (tell []journal.Box, err error) {
	for i, x := range list {
		var more []journal.Box
		switch {
		case x.back:
			more, err = handOver(tx, c, p, records[i], x, now)
		case x.handed != nil:
			more, err = takeHandover(tx, c, p, records[i], x.handed, now)
		case x.asked != nil && x.from != "":
			if row, ok := jobRow(x.from); ok {
				row.Taker, row.Asked = records[i].Box, records[i].Seq
				err = tx.AskHandover(c, row)
			}
		case x.outcome != nil && x.outcome.Job != event.FiscalIssue: // a return is reported by what cancels or corrects
			more, err = tx.SettleHandover(c, records[i].Box, journal.Seq(x.outcome.Asked), settledAs(x.outcome.Result), x.outcome.ID)
		}
		if err != nil {
			return nil, err
		}
		tell = append(tell, more...)
	}
	return tell, nil
}

func handOver(tx *store.Tx, c store.Company, p store.Point, r journal.Record, x counted, now int64) ([]journal.Box, error) {
	row, ok := madeElsewhere(p, r, x)
	if !ok {
		return nil, nil
	}
	row.At = now
	if err := tx.AddHandover(c, row); err != nil {
		return nil, err
	}
	if len(r.Body) > wire.MaxHandoverBack { // no box could write down that it has taken it
		row.State, row.Taker, row.Taken = wire.HandedUnknown, r.Box, r.Seq
		if err := tx.TakeHandover(c, row); err != nil {
			return nil, err
		}
		return []journal.Box{r.Box}, tx.Raise(c, store.Alarm{Box: r.Box, Kind: AlarmUnreported, Detail: readable(fmt.Sprintf("bill %s: a return of %d bytes", row.Bill, len(r.Body)))}, now)
	}
	points, err := tx.Points(c)
	if i := slices.IndexFunc(points, func(x store.PointRow) bool { return x.Point == row.Point }); i >= 0 && len(points[i].Box) == len(journal.Box{}) {
		return []journal.Box{journal.Box(points[i].Box), r.Box}, err
	}
	return []journal.Box{r.Box}, err
}

func takeHandover(tx *store.Tx, c store.Company, p store.Point, r journal.Record, h *handed, now int64) (tell []journal.Box, err error) {
	row, ok := jobRow(h.Job)
	if !ok {
		return nil, nil
	}
	row.Point, row.Bill, row.Place, row.Local, row.At = p, h.Bill, store.Point(h.Place), localTime(h.Local), now
	row.State, row.Taker, row.Taken = wire.HandedState(h.State), r.Box, r.Seq
	if h.State == event.HandedUnknown { // one of two machines under one name does not know what the other sold: that one takes it
		if all, err := namesakes(tx, c, r.Box); err != nil || all != nil {
			return nil, err
		}
	}
	if row.Point, err = soldAt(tx, c, row); err != nil {
		return nil, err
	}
	if err := tx.TakeHandover(c, row); err != nil {
		return nil, err
	}
	if h.State == event.HandedUnknown {
		alarm := store.Alarm{Box: r.Box, Kind: AlarmUnreported, Detail: readable(fmt.Sprintf("bill %s", h.Bill))}
		if err := tx.Raise(c, alarm, now); err != nil {
			return nil, err
		}
	}
	return []journal.Box{row.Box, r.Box}, nil // the taker asks whether there is more
}

// namesakes lists the chains under the name that a box's records are sent with, where it has more than one; else nil.
func namesakes(tx *store.Tx, c store.Company, b journal.Box) ([]journal.Box, error) {
	all, err := tx.Branches(c)
	if err != nil {
		return nil, err
	}
	trunk := b
	if i := slices.IndexFunc(all, func(x store.Branch) bool { return x.Box == b }); i >= 0 {
		trunk = all[i].Trunk
	}
	own := slices.DeleteFunc(all, func(x store.Branch) bool { return x.Trunk != trunk })
	if len(own) == 0 {
		return nil, nil
	}
	return chains(trunk, own), nil
}

// soldAt is the point that a return which a box has taken is of: the box's own, or, where the box has moved since it sold, the one
// that the return names.
func soldAt(tx *store.Tx, c store.Company, row store.HandoverRow) (store.Point, error) {
	have, err := tx.Handover(c, row.Box, row.Seq)
	if errors.Is(err, store.ErrNone) || err == nil && have.Point == row.Point {
		return row.Point, nil
	}
	on, shift, number, ok := event.CutBill(have.Bill)
	if err != nil || !ok {
		return row.Point, err
	}
	sales, err := tx.FindSale(c, have.Point, on, shift, number)
	if err == nil && len(sales) == 1 && sales[0].Box == row.Taker {
		return have.Point, nil
	}
	return row.Point, err
}

// settledAs says what a request's outcome makes of the return that it tells of.
func settledAs(r event.FiscalResult) wire.HandedState {
	switch r {
	case event.FiscalIssued, event.FiscalCancelled:
		return wire.HandedDone
	case event.FiscalRefused:
		return wire.HandedRefused
	case event.FiscalUncertain:
		return wire.HandedUncertain
	case event.FiscalNotDone: // there was nothing to cancel; else another request follows at once
		return wire.HandedNothing
	case event.FiscalDropped:
		return wire.HandedDropped
	}
	return wire.HandedAsked
}

// Handovers answers a box which returns it has to report, and what became of its own. Errors are faults: box.revoked,
// box.replaced.
func (i *Ingest) Handovers(ctx context.Context, who store.BoxID) (h wire.Handovers, err error) {
	h = wire.Handovers{Box: who.Box.String(), Jobs: []wire.Handover{}, Mine: []wire.Handed{}, Time: i.micros()}
	err = i.store.Read(ctx, func(tx *store.Tx) error {
		box, err := tx.Box(who.Company, who.Box)
		switch {
		case err != nil:
			return err
		case box.State == store.BoxRevoked:
			return fault.New(fault.BoxRevoked)
		case box.State == store.BoxReplaced:
			return fault.New(fault.BoxReplaced)
		}
		// Of a clone nobody knows which of the two reports, and what one has taken the other takes again: a person looks first.
		forked, err := tx.AlarmRings(who.Company, who.Box, AlarmFork)
		if err != nil {
			return err
		}
		if !forked {
			if h.Jobs, err = i.jobsFor(tx, who, box.Point); err != nil {
				return err
			}
		}
		mine, err := tx.HandoversOf(who.Company, who.Box, wire.MaxHandoversMine)
		for _, r := range mine {
			if r, err = covered(tx, who.Company, r); err != nil {
				return err
			}
			h.Mine = append(h.Mine, wire.Handed{Seq: uint64(r.Seq), State: r.State, Number: r.Number})
		}
		return err
	})
	if err != nil {
		return wire.Handovers{}, err
	}
	if err := i.unheeded(ctx, who, h.Jobs); err != nil {
		return wire.Handovers{}, err
	}
	h.Sign(i.key)
	return h, nil
}

// unheeded raises an alarm for jobs that a box has been told often enough and has not taken.
func (i *Ingest) unheeded(ctx context.Context, who store.BoxID, jobs []wire.Handover) error {
	often := i.told.count(jobs)
	if len(often) == 0 {
		return nil
	}
	return i.store.Write(ctx, func(tx *store.Tx) error {
		detail := readable(fmt.Sprintf("return %s, told %d times; %d such", often[0], toldOften, len(often)))
		return tx.Raise(who.Company, store.Alarm{Box: who.Box, Kind: AlarmUntaken, Detail: detail}, i.micros())
	})
}

// covered says of a return whose own request was not done what became of the one that stands for it: where a later return waits
// behind, its request is about all that is left of the sale, and nothing is asked for this one again.
func covered(tx *store.Tx, c store.Company, r store.HandoverRow) (store.HandoverRow, error) {
	if r.State != wire.HandedNothing || r.Asked == 0 {
		return r, nil
	}
	rows, err := tx.FiscalOf(c, r.Taker, r.Bill)
	for _, x := range rows {
		if x.Asked > r.Asked && x.Back != "" {
			r.State, r.Number = settledAs(x.State), x.Number
		}
	}
	return r, err
}

// jobsFor lists what waits for a point's box, as much as one answer takes.
func (i *Ingest) jobsFor(tx *store.Tx, who store.BoxID, p store.Point) ([]wire.Handover, error) {
	c := who.Company
	rows, err := tx.HandoversFor(c, p, maxWaiting)
	rows = i.told.next(rows, wire.MaxHandoverJobs)
	if err != nil || len(rows) == 0 {
		return []wire.Handover{}, err
	}
	points, err := tx.Points(c)
	if err != nil {
		return nil, err
	}
	twins, err := namesakes(tx, c, who.Box)
	if err != nil {
		return nil, err
	}
	jobs, size := []wire.Handover{}, 0
	for _, r := range rows {
		j, err := jobOf(tx, c, r, twins)
		if err != nil {
			return nil, err
		}
		if size += 2 * len(j.Return); size > wire.MaxHandovers/2 && len(jobs) > 0 { // base64, and room for the rest
			break
		}
		if n := slices.IndexFunc(points, func(x store.PointRow) bool { return x.Point == r.Place }); n >= 0 {
			j.PlaceName = points[n].Name
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// jobOf makes a row a job. Which e-barimt holds is not told to two machines under one name, twins, where one of them has sold: it
// knows that by itself, and the other one would begin in doubt what is not its own.
func jobOf(tx *store.Tx, c store.Company, r store.HandoverRow, twins []journal.Box) (wire.Handover, error) {
	j := wire.Handover{Job: event.JobOf(r.Box.String(), uint64(r.Seq)), Place: uint64(r.Place)}
	stored, err := tx.Record(c, r.Box, r.Seq)
	if err != nil {
		return j, err
	}
	record, err := journal.Decode(stored.Raw)
	if err != nil {
		return j, err
	}
	j.Return = record.Body
	h, err := holding(tx, c, r)
	if slices.Contains(twins, h.sold) {
		return j, err
	}
	j.Number, j.Date, j.Attempt, j.Buyer = h.last.Number, h.last.Date, h.attempt, h.buyer
	return j, err
}

// held is the e-barimt of a sale that the tax office has; the zero held: none that is known here.
type held struct {
	last    store.FiscalRow
	sold    journal.Box   // that has made the sale
	attempt uint32        // of the newest request
	buyer   *event.Mended // where it is made out to another one than the sale says
}

// holding finds the e-barimt of the sale of a return that the tax office has now, as far as BAAZ knows, and how many requests
// its chain has had. The chain goes on over all boxes that the point has had: the one that sold began it, and each that has
// taken a return of the sale since went on with it.
func holding(tx *store.Tx, c store.Company, r store.HandoverRow) (h held, err error) {
	on, shift, number, ok := event.CutBill(r.Bill)
	if !ok {
		return h, nil
	}
	sales, err := tx.FindSale(c, r.Point, on, shift, number)
	if err != nil || len(sales) != 1 { // of two sales nobody could tell which
		return h, err
	}
	h.sold = sales[0].Box
	takers, err := tx.HandoverTakers(c, r.Point, r.Bill)
	if err != nil {
		return h, err
	}
	var chains [][]store.FiscalRow
	for _, b := range append([]journal.Box{sales[0].Box}, takers...) {
		rows, err := tx.FiscalOf(c, b, r.Bill)
		if err != nil {
			return h, err
		}
		chains = append(chains, ofChain(rows, b == sales[0].Box))
	}
	if h.last, h.attempt = holds(chains); h.last.Number != "" {
		h.buyer, err = buyerOf(tx, c, sales[0], slices.Concat(chains...))
	}
	return h, err
}

// buyerOf says who a sale's e-barimt is made out to, where that was mended or found out after the sale: the newest outcome of
// each request says so. nil: to whom the sale says.
func buyerOf(tx *store.Tx, c store.Company, sale journal.Record, rows []store.FiscalRow) (*event.Mended, error) {
	var sold event.SaleCompleted
	if err := json.Unmarshal(sale.Body, &sold); err != nil {
		return nil, err
	}
	var chain fiscal.Chain
	for _, x := range rows {
		if x.Settled == 0 {
			continue
		}
		stored, err := tx.Record(c, x.Box, x.Settled)
		if err != nil {
			return nil, err
		}
		record, err := journal.Decode(stored.Raw)
		if err != nil {
			return nil, err
		}
		o, err := readFiscalOutcome(record.Body)
		if err != nil {
			return nil, err
		}
		chain = append(chain, fiscal.Job{Asked: uint64(x.Asked), Result: x.State, Outcome: o})
	}
	now := chain.Named(sold)
	if now.Register == sold.Register && reflect.DeepEqual(now.Business, sold.Business) {
		return nil, nil
	}
	return &event.Mended{Register: now.Register, Business: now.Business}, nil
}

// ofChain cuts a box's requests of a bill to those of the sale: what a box that did not sell has issued from the beginning
// is of another sale under the same number.
func ofChain(rows []store.FiscalRow, sold bool) []store.FiscalRow {
	first := 0
	for i := range rows {
		if begins(&rows[i]) {
			first = i
			if !sold {
				return nil
			}
		}
	}
	return rows[first:]
}

// holds finds what the tax office has after all requests of a sale, one chain a box. Each box counts attempts on from what it
// was told, so the one that is furthest has spoken last. While one request is open nobody here knows.
func holds(chains [][]store.FiscalRow) (last store.FiscalRow, attempt uint32) {
	open := false
	for _, chain := range chains {
		var end store.FiscalRow
		for _, x := range chain {
			attempt = max(attempt, uint32(x.Attempt))
			open = open || x.Open()
			if x.State == event.FiscalIssued || x.State == event.FiscalCancelled {
				end = x
			}
		}
		if end.Settled != 0 && cmp.Or(cmp.Compare(end.Attempt, last.Attempt), cmp.Compare(end.SettledAt, last.SettledAt)) > 0 {
			last = end
		}
	}
	if open || last.State != event.FiscalIssued {
		return store.FiscalRow{}, attempt
	}
	return last, attempt
}
