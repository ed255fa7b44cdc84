package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"posbox/journal"

	"github.com/pressly/goose/v3"
)

// fleetKind is what table fleet says of a till.
type fleetKind int64

const (
	fleetSells   fleetKind = iota // a box
	fleetShift                    // a box, and a shift was open when it spoke last
	fleetRevoked                  // a box that nothing is taken from
	fleetNobody                   // no box
)

// seenEvery is how exactly fleet knows when a box was heard of: what a box sends moves it on no more often, so that a
// batch rarely writes there, UTC µs.
const seenEvery = 30_000_000

// listedTill is what fleet says of a sales point.
type listedTill struct {
	vendor, at          int64
	kind                fleetKind
	firm, name, version []byte
	release             []byte
	box                 []byte
	words               []string
}

// tillNow works out what fleet must say of a sales point; ErrNone where its company has no row or there is no such point.
func (t *Tx) tillNow(c Company, p Point) (l listedTill, err error) {
	var name, firm string
	if err := t.row(sqlFleetFacts, []any{int64(c), int64(p)}, &name, &l.box, &firm, &l.vendor); err != nil {
		return l, err
	}
	l.kind, l.version = fleetNobody, none
	if len(l.box) == len(journal.Box{}) {
		if l.kind, l.at, l.version, err = t.standing(BoxID{c, journal.Box(l.box)}, p); err != nil {
			return l, err
		}
	}
	if l.kind == fleetNobody {
		l.box = none
		if err := t.row(sqlFleetKeys, []any{int64(c), int64(p)}, &l.at); err != nil {
			return l, err
		}
	}
	l.release = ReleaseKey(string(l.version))
	l.firm, l.name, l.words = SortKey(firm), SortKey(name), wordsOf(firm+" "+name+" "+hex.EncodeToString(l.box))
	return l, nil
}

// said tells it, so that two can be compared.
func (l *listedTill) said() string {
	return fmt.Sprintf("vendor %d, kind %d, at %d, company %q, point %q, version %q, sorted as %q, box %x, words %q", l.vendor, l.kind, l.at, l.firm, l.name, l.version, l.release, l.box, l.words)
}

// holdTill holds what fleet says of a sales point, and its company, until the transaction ends: in this order, as who changes
// a company does.
func (t *Tx) holdTill(c Company, p Point) error {
	var firm string
	held := map[Engine]string{PostgreSQL: "FOR SHARE"}[t.engine]
	if err := t.row(strings.Replace(sqlFleetFirm, "/*held*/", held, 1), []any{int64(c)}, &firm); err != nil {
		return err
	}
	return t.exec(sqlFleetHold, int64(c), int64(p))
}

// listTill writes what fleet says of a sales point anew. Whoever does so at once for the same point waits, and then sees what
// was changed; so does who gives its company another vendor, which decides who may see the till.
func (t *Tx) listTill(c Company, p Point) error {
	var l listedTill
	err := t.holdTill(c, p)
	if err == nil {
		l, err = t.tillNow(c, p)
	}
	if errors.Is(err, ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	if err := t.exec(sqlFleetPut, int64(c), int64(p), l.vendor, int64(l.kind), l.at, l.firm, l.name, l.version, l.release, l.box, backAfter); err != nil {
		return err
	}
	if err := t.exec(sqlFleetWordsGone, int64(c), int64(p)); err != nil {
		return err
	}
	rows := make([][]any, len(l.words))
	for i, w := range l.words {
		rows[i] = []any{int64(c), int64(p), []byte(w)}
	}
	return t.insert(sqlFleetWordsAdd, rows)
}

// checkTills compares the list of a company's tills with what it must say. When a box was heard of is left out: the list
// knows that only about. When a till moved in the list is left out, too: nothing else knows it.
func (t *Tx) checkTills(c Company, found Found) error {
	points, err := t.Points(c)
	for _, p := range points {
		if err != nil {
			return err
		}
		err = t.checkTill(c, p.Point, found)
	}
	return err
}

func (t *Tx) checkTill(c Company, p Point, found Found) error {
	want, err := t.tillNow(c, p)
	if errors.Is(err, ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	var have listedTill
	err = t.row(sqlFleetRow, []any{int64(c), int64(p)}, &have.vendor, (*int64)(&have.kind), &have.at, &have.firm, &have.name, &have.version, &have.release, &have.box)
	if errors.Is(err, ErrNone) {
		found("company %d, point %d: it is not in the list of tills", c, p)
		return nil
	} else if err != nil {
		return err
	}
	if err := t.rows(sqlFleetWords, []any{int64(c), int64(p)}, func(scan func(...any) error) error {
		var word []byte
		err := scan(&word)
		have.words = append(have.words, string(word))
		return err
	}); err != nil {
		return err
	}
	if want.kind != fleetNobody {
		have.at = want.at
	}
	if have.said() != want.said() {
		found("company %d, point %d: the list of tills says %s; it must say %s", c, p, have.said(), want.said())
	}
	return nil
}

// standing is what fleet says of a point's box. A box that has moved to another point is none.
func (t *Tx) standing(who BoxID, p Point) (kind fleetKind, at int64, version []byte, err error) {
	var state string
	var point Point
	err = t.row(sqlFleetBox, []any{int64(who.Company), who.Box[:]}, &state, (*int64)(&point), &at)
	switch {
	case errors.Is(err, ErrNone) || err == nil && point != p:
		return fleetNobody, 0, none, nil
	case err != nil:
		return 0, 0, nil, err
	}
	h, err := t.Heartbeat(who)
	if err != nil && !errors.Is(err, ErrNone) {
		return 0, 0, nil, err
	}
	switch {
	case BoxState(state) == BoxRevoked:
		kind = fleetRevoked
	case h.Said.Shift:
		kind = fleetShift
	}
	return kind, max(at, h.Heard), []byte(h.Said.Version), nil
}

// listTills writes all tills of a company anew.
func (t *Tx) listTills(c Company) error {
	points, err := t.Points(c)
	for _, p := range points {
		err = errors.Join(err, t.listTill(c, p.Point))
	}
	return err
}

// tillSpoke takes over what a box has said. A point whose till is not listed yet, or as another's, is listed anew.
func (t *Tx) tillSpoke(who BoxID, h Heartbeat) error {
	kind := fleetSells
	if h.Said.Shift {
		kind = fleetShift
	}
	var p int64
	err := t.row(sqlFleetSpoke, []any{int64(who.Company), who.Box[:], int64(kind), h.Heard, []byte(h.Said.Version), ReleaseKey(h.Said.Version), backAfter}, &p)
	if !errors.Is(err, ErrNone) {
		return err
	}
	b, err := t.Box(who.Company, who.Box)
	if errors.Is(err, ErrNone) {
		return nil
	}
	return errors.Join(err, t.listTill(who.Company, b.Point))
}

// tillSeen moves on when a box was heard of.
func (t *Tx) tillSeen(c Company, b journal.Box, now int64) error {
	return t.exec(sqlFleetSeen, int64(c), b[:], now, now-seenEvery, backAfter)
}

// letters of Mongolian that stand behind those that they follow; the app's tables sort alike (web/baaz/letters.json).
var behind = strings.NewReplacer("ё", "е\u04ff", "ө", "о\u04ff", "ү", "у\u04ff")

// SortKey is what a name is sorted by: case says nothing.
func SortKey(name string) []byte { return []byte(behind.Replace(strings.ToLower(name))) }

// ReleaseKey is what a version is sorted by: numbers by what they are, so that 10 follows 9. Each begins with how many digits
// it has, and the version itself ends it: no two share a key.
func ReleaseKey(version string) []byte {
	key, rest := []byte{}, version
	for rest != "" {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if n == 0 {
			key, rest = append(key, rest[0]), rest[1:]
			continue
		}
		digits := strings.TrimLeft(rest[:n], "0")
		key = fmt.Appendf(key, "%03d%s", min(len(digits), 999), digits)
		rest = rest[n:]
	}
	return append(append(key, 0), version...)
}

// maxWords bounds what one till is found by, and what is looked for at once.
const maxWords = 24

// wordsOf are the words of a text, each once.
func wordsOf(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

// FleetState is how a till stands at a moment.
type FleetState string

// The states of tills. A till that is off while no shift was open is at rest, not silent.
const (
	FleetSilent  FleetState = "silent"
	FleetRevoked FleetState = "revoked"
	FleetOnline  FleetState = "online"
	FleetOff     FleetState = "off"
	FleetWaits   FleetState = "waits" // for a box to use its key
	FleetNone    FleetState = "none"
)

// FleetStates lists them, what needs somebody first.
var FleetStates = []FleetState{FleetSilent, FleetRevoked, FleetOnline, FleetOff, FleetWaits, FleetNone}

// FleetSort is what tills are sorted by.
type FleetSort string

// The orders of tills.
const (
	ByState   FleetSort = "state" // and within one by when they were heard of, the longest ago first; who is online by company
	ByFirm    FleetSort = "company"
	ByPoint   FleetSort = "point"
	ByVersion FleetSort = "version"
)

// FleetSorts lists them.
var FleetSorts = []FleetSort{ByState, ByFirm, ByPoint, ByVersion}

// orders are the columns of each order; what ends them makes each till's place its own.
var orders = map[FleetSort][]string{
	ByState: {"kind", "at", "company", "point"}, ByFirm: {"firm", "company", "point"}, ByPoint: {"name", "company", "point"}, ByVersion: {"release", "company", "point"},
}

// byMoved is the order of tills that have moved while a list is read, the last at the end.
var byMoved = []string{"moved", "company", "point"}

// A till moves in a list by itself when it is heard of after backAfter without a word, or runs another version. backAfter is
// less than what any list calls silence, by movedEarly: that is how much later than it says a server may have written it.
const (
	backAfter  = int64(120_000_000) // UTC µs
	movedEarly = int64(60_000_000)
)

// fleetMoved is the part of a list that follows all states: what moved since its first page was read. Such a till may have
// left a part that was not read yet for one that was.
const fleetMoved FleetState = "moved"

// FleetScope says whose tills: a company's, a vendor's or, with neither, all.
type FleetScope struct {
	Company, Vendor Company
}

// FleetQuery asks for tills. Silence and Now draw the line between states: who was heard of after Silence is online.
type FleetQuery struct {
	FleetScope
	Find         string     // words that each begin something that the till is found by
	State        FleetState // empty: any
	Version      *string    // nil: any
	Sort         FleetSort
	Down         bool
	Silence, Now int64 // UTC µs
	After        FleetPlace
	Limit        int
}

// FleetPlace is a till's place in an order; the zero one stands before all. It carries the line between states that its list
// was begun with: where they would be drawn anew for each page, tills that say nothing would move from part to part.
type FleetPlace struct {
	Part         int    // of the parts that a list has
	Key          []byte // what it is sorted by
	Kind         int64
	At           int64 // when it was heard of, or has moved
	Company      Company
	Point        Point
	Silence, Now int64
}

// FleetRow is a till in a list.
type FleetRow struct {
	Company Company
	Point   Point
	Place   FleetPlace
}

// conditions gathers what rows must fulfil, with the values that it speaks of.
type conditions struct {
	texts []string
	args  []any
}

// and adds a condition; each @ in it stands for the next value.
func (w *conditions) and(text string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		text = strings.Replace(text, "@", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	w.texts = append(w.texts, text)
}

// put completes a statement.
func (w *conditions) put(statement, order string) string {
	where := "company >= 0"
	if len(w.texts) > 0 {
		where = strings.Join(w.texts, " AND ")
	}
	return strings.NewReplacer("/*where*/", where, "/*order*/", order).Replace(statement)
}

func (w *conditions) scope(s FleetScope) {
	if s.Company != 0 {
		w.and("company = @", int64(s.Company))
	}
	if s.Vendor != 0 {
		w.and("vendor = @", int64(s.Vendor))
	}
}

// state demands a state, by what a till's kind and its time must be.
func (w *conditions) state(s FleetState, q *FleetQuery) {
	kinds, after, line := "kind = @", false, q.Silence
	kind := []any{int64(fleetNobody)}
	switch s {
	case FleetSilent:
		kind[0] = int64(fleetShift)
	case FleetOff:
		kind[0] = int64(fleetSells)
	case FleetOnline:
		kinds, kind, after = "kind IN (@, @)", []any{int64(fleetSells), int64(fleetShift)}, true
	case FleetRevoked:
		w.and(kinds, int64(fleetRevoked))
		return
	case FleetWaits:
		after, line = true, q.Now
	case FleetNone:
		line = q.Now
	}
	w.and(kinds, kind...)
	if after {
		w.and("at > @", line)
	} else {
		w.and("at <= @", line)
	}
}

// end is behind every text that begins with s.
func end(s string) []byte { return append([]byte(s), 0xff) }

// find demands that each word begins something that a till is found by. Where few tills have it, the database is told to begin
// with those.
func (w *conditions) find(t *Tx, text string) error {
	for _, token := range finds(text) {
		words := wordsOf(token)
		has, args := []string{}, []any{[]byte(token), end(token)}
		for _, x := range words {
			has, args = append(has, "("+sqlFleetHas+") > 0"), append(args, []byte(x), end(x))
		}
		either := "version >= @ AND version < @"
		if len(has) > 0 {
			either += " OR " + strings.Join(has, " AND ")
		}
		w.and("("+either+")", args...)
		rarest, err := t.rarest(token, words)
		if err != nil {
			return err
		}
		if rarest != "" {
			w.and("(company, point) IN ("+sqlFleetFew+")", []byte(rarest), end(rarest), []byte(token), end(token))
		}
	}
	return nil
}

// finds are the parts of what is looked for.
func finds(text string) []string {
	list := strings.Fields(strings.ToLower(text))
	return list[:min(len(list), maxWords/4)]
}

// rareMost is how many tills may have a word for it to be worth beginning with them.
const rareMost = 20_000

// rarest is the word that the fewest tills have; empty where many have it, or run what is called so.
func (t *Tx) rarest(version string, words []string) (rarest string, err error) {
	few := func(text, from string) (n int64, err error) {
		return n, t.row(text, []any{[]byte(from), end(from), int64(rareMost + 1)}, &n)
	}
	runs, err := few(sqlFleetRunCount, version)
	fewest := int64(rareMost + 1)
	for _, word := range words {
		n, wrong := few(sqlFleetHaveCount, word)
		if err = errors.Join(err, wrong); n < fewest {
			fewest, rarest = n, word
		}
	}
	if runs+fewest > rareMost {
		rarest = ""
	}
	return rarest, err
}

// matching are the conditions that a query makes, but for its state.
func (q *FleetQuery) matching(t *Tx) (w conditions, err error) {
	w.scope(q.FleetScope)
	if q.Version != nil {
		w.and("release = @", ReleaseKey(*q.Version))
	}
	return w, w.find(t, q.Find)
}

// parts are what a list is read by, one after the other: an order by state has several. Those that can move by themselves
// while it is read end with what has; a first page that holds all needs none of it.
func (q *FleetQuery) parts() []FleetState {
	list := []FleetState{q.State}
	if q.Sort == ByState && q.State == "" {
		if list = slices.Clone(FleetStates); q.Down {
			slices.Reverse(list)
		}
	}
	if q.moves() && q.After.Company != 0 {
		list = append(list, fleetMoved)
	}
	return list
}

// moves reports whether a till may go by itself from where was not read yet to where was: one that is heard of again in a list of
// all states, one that runs another version in a list of all versions.
func (q *FleetQuery) moves() bool {
	return q.Sort == ByState && q.State == "" || q.Sort == ByVersion && q.Version == nil
}

// order is what a part is sorted by. Who is online is not sorted by when it was heard of: that moves while it is read.
func (q *FleetQuery) order(part FleetState) (columns []string, down bool) {
	switch {
	case part == fleetMoved:
		return byMoved, false
	case q.Sort == ByState && part == FleetOnline:
		return orders[ByFirm], q.Down
	}
	return orders[q.Sort], q.Down
}

// Fleet lists tills. A till that stands there while all pages are read is in one of them at least; one that moves by itself
// may be in two.
func (t *Tx) Fleet(q FleetQuery) (list []FleetRow, err error) {
	if q.After.Company != 0 {
		q.Silence, q.Now = q.After.Silence, q.After.Now
	}
	base, err := q.matching(t)
	if err != nil {
		return nil, err
	}
	for part, state := range q.parts() {
		if part < q.After.Part || len(list) >= q.Limit {
			continue
		}
		w := conditions{slices.Clone(base.texts), slices.Clone(base.args)}
		in := state
		if state == fleetMoved {
			in = q.State
		}
		if in != "" {
			w.state(in, &q)
		}
		if state == fleetMoved {
			t.walk(&w, "kind ", "at ", "release ")
			w.and("moved > @", q.Now-movedEarly)
		}
		rows, err := t.fleetPart(&q, w, part, state, q.Limit-len(list))
		if err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return list, nil
}

// fleetPart reads the tills of a part that stand behind a list's place.
func (t *Tx) fleetPart(q *FleetQuery, w conditions, part int, state FleetState, limit int) (list []FleetRow, err error) {
	columns, down := q.order(state)
	sign, direction := ">", ""
	if down {
		sign, direction = "<", " DESC"
	}
	if q.After.Company != 0 && part == q.After.Part {
		w.and("("+strings.Join(columns, ", ")+") "+sign+" (@"+strings.Repeat(", @", len(columns)-1)+")", q.After.values(columns)...)
	}
	if state == FleetOnline {
		if err := t.walkOnline(q, &w); err != nil {
			return nil, err
		}
	}
	w.args = append(w.args, int64(limit))
	text := strings.Replace(w.put(sqlFleetPage, strings.Join(columns, direction+", ")+direction), "/*limit*/", fmt.Sprintf("$%d", len(w.args)), 1)
	return list, t.rows(text, w.args, func(scan func(...any) error) error {
		r := FleetRow{Place: FleetPlace{Part: part, Silence: q.Silence, Now: q.Now}}
		var moved int64
		sorted := map[string]*[]byte{"firm": {}, "name": {}, "release": {}}
		err := scan((*int64)(&r.Company), (*int64)(&r.Point), &r.Place.Kind, &r.Place.At, sorted["firm"], sorted["name"], sorted["release"], &moved)
		r.Place.Company, r.Place.Point = r.Company, r.Point
		if key := sorted[columns[0]]; key != nil {
			r.Place.Key = *key
		}
		if state == fleetMoved {
			r.Place.At = moved
		}
		list = append(list, r)
		return err
	})
}

// values are what a place says of columns.
func (p *FleetPlace) values(columns []string) (list []any) {
	for _, c := range columns {
		list = append(list, map[string]any{"kind": p.Kind, "at": p.At, "moved": p.At, "company": int64(p.Company), "point": int64(p.Point),
			"firm": p.key(), "name": p.key(), "release": p.key()}[c])
	}
	return list
}

// key is never nil, which would be NULL.
func (p *FleetPlace) key() []byte { return append([]byte{}, p.Key...) }

// walkOnline lets SQLite read who is online along the order that is shown where that is many, for it would gather and
// sort all of them. PostgreSQL knows how many they are, and must see it.
func (t *Tx) walkOnline(q *FleetQuery, w *conditions) error {
	if t.engine != SQLite {
		return nil
	}
	var n int64
	if err := t.row(sqlFleetOnlineCount, []any{int64(fleetSells), int64(fleetShift), q.Silence, int64(rareMost + 1)}, &n); err != nil || n <= rareMost {
		return err
	}
	t.walk(w, "kind IN", "at > ")
	return nil
}

// walk keeps SQLite from gathering all that conditions find, which begin so: a plus before a column keeps it from looking there.
func (t *Tx) walk(w *conditions, begin ...string) {
	if t.engine != SQLite {
		return
	}
	for i, text := range w.texts {
		if slices.ContainsFunc(begin, func(b string) bool { return strings.HasPrefix(text, b) }) {
			w.texts[i] = "+" + text
		}
	}
}

// FleetFoundMost is how far tills that are found are counted.
const FleetFoundMost = 1000

// FleetFound counts what a query finds, up to FleetFoundMost.
func (t *Tx) FleetFound(q FleetQuery) (n int64, err error) {
	if q.After.Company != 0 {
		q.Silence, q.Now = q.After.Silence, q.After.Now
	}
	w, err := q.matching(t)
	if err != nil {
		return 0, err
	}
	if q.State != "" {
		w.state(q.State, &q)
	}
	w.args = append(w.args, int64(FleetFoundMost))
	text := strings.Replace(w.put(sqlFleetFound, ""), "/*limit*/", fmt.Sprintf("$%d", len(w.args)), 1)
	return n, t.row(text, w.args, &n)
}

// FleetCounts counts tills by how they stand, and by what they run.
func (t *Tx) FleetCounts(q FleetQuery) (states map[FleetState]int64, versions map[string]int64, err error) {
	states, versions = map[FleetState]int64{}, map[string]int64{}
	for _, s := range FleetStates {
		var w conditions
		w.scope(q.FleetScope)
		w.state(s, &q)
		var n int64
		if err := t.row(w.put(sqlFleetCount, ""), w.args, &n); err != nil {
			return nil, nil, err
		}
		states[s] = n
	}
	var w conditions
	w.scope(q.FleetScope)
	return states, versions, t.rows(w.put(sqlFleetVersions, ""), w.args, func(scan func(...any) error) error {
		var version []byte
		var n int64
		err := scan(&version, &n)
		if versions[string(version)] = n; len(bytes.TrimSpace(version)) == 0 {
			delete(versions, string(version))
		}
		return err
	})
}

// versionListed is where tills that were there before are listed (migration 155 ended the table). versionListedOnce did that
// before the table had all its columns, in stores that have passed it.
const (
	versionListedOnce = 151
	versionListed     = 156
)

// listAll lists the tills of a store that was written before there was a list, or before all of it.
func (s *Store) listAll() []*goose.Migration {
	nothing := func(ctx context.Context, tx *sql.Tx) error { return nil } // what is undone goes with the migration that made the table
	up := func(ctx context.Context, tx *sql.Tx) error {
		t := &Tx{ctx: ctx, on: tx, engine: s.engine, tally: s.tally}
		all, err := t.Companies()
		for _, c := range all {
			if err == nil {
				err = t.listTills(c)
			}
		}
		return err
	}
	return []*goose.Migration{goose.NewGoMigration(versionListedOnce, &goose.GoFunc{RunTx: nothing}, &goose.GoFunc{RunTx: nothing}),
		goose.NewGoMigration(versionListed, &goose.GoFunc{RunTx: up}, &goose.GoFunc{RunTx: nothing})}
}
