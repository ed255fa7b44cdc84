// Package watch looks at how a company's tills stand, notes what is wrong with them from when to when, and tells the
// company's webhooks: once when something begins, once when it is over.
//
// Judge decides and is pure. Watcher runs it whenever a company's tills have said something, and every minute, because
// silence says nothing. What is to be told is queued in the transaction that notes the trouble; Sender empties the queue.
package watch

import (
	"cmp"
	"slices"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/device"
)

// Till is a box that sells at a point, and what is known of it.
type Till struct {
	Box   journal.Box
	Point store.Point
	Heard int64            // when anything came from it last, BAAZ's clock
	Said  *store.Heartbeat // nil: it has never said how it is
}

// key is what is one thing: while it goes on there is no second.
type key struct {
	box  journal.Box
	kind store.TroubleKind
	code string
}

func keyOf(t store.Trouble) key { return key{t.Box, t.Kind, t.Code} }

// Judge says what begins and what ends now. known holds what still is, and what has begun within the hours of the rules.
func Judge(rules store.WatchRules, now int64, tills []Till, known []store.Trouble) (begin, end []store.Trouble) {
	open := map[key]store.Trouble{}
	for _, t := range known {
		if t.Ended == 0 {
			open[keyOf(t)] = t
		}
	}
	is := map[key]bool{}
	note := func(t store.Trouble) {
		if t.Began = now; !is[keyOf(t)] {
			is[keyOf(t)] = true
			if _, on := open[keyOf(t)]; !on {
				begin = append(begin, t)
			}
		}
	}
	for _, x := range tills {
		for _, t := range wrong(rules, now, x) {
			note(t)
		}
	}
	for _, t := range repeats(rules, now, tills, append(slices.Clone(known), begin...)) {
		note(t)
	}
	for k, t := range open {
		if !is[k] {
			end = append(end, t)
		}
	}
	slices.SortFunc(end, compare)
	return begin, end
}

func compare(a, b store.Trouble) int {
	return cmp.Or(cmp.Compare(a.Began, b.Began), slices.Compare(a.Box[:], b.Box[:]), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code))
}

// wrong lists what is wrong with a till by itself.
func wrong(rules store.WatchRules, now int64, x Till) (list []store.Trouble) {
	add := func(kind store.TroubleKind, code string, size, since int64) {
		list = append(list, store.Trouble{Box: x.Box, Point: x.Point, Kind: kind, Code: code, Size: size, Since: since})
	}
	shift := x.Said != nil && x.Said.Said.Shift
	if rules.Silent > 0 && (shift || rules.Resting) && now-x.Heard > minutes(rules.Silent) {
		add(store.TroubleSilent, "", 0, x.Heard)
	}
	if x.Said == nil {
		return list
	}
	if made, ok := oldest(*x.Said); ok && rules.Unsent > 0 && now-made > minutes(rules.Unsent) {
		add(store.TroubleUnsent, "", x.Said.Said.Unsent, made)
	}
	for _, d := range x.Said.Said.Devices {
		if d.Level == device.Fault {
			add(store.TroubleDevice, codeOf(string(d.Kind), string(d.Code)), 0, 0)
		}
	}
	return list
}

// codeOf names a fault; a device that does not say why it does not work stands for itself.
func codeOf(kind, code string) string {
	if code == "" {
		return kind
	}
	return code
}

// oldest is when the oldest unsent sale was made, by BAAZ's clock: the box's may be years off.
func oldest(h store.Heartbeat) (int64, bool) {
	if h.Said.Unsent == 0 || h.Said.Oldest == 0 {
		return 0, false
	}
	return h.Heard - max(0, h.Said.Time-h.Said.Oldest), true
}

// repeats lists faults that have begun too often within the hours of the rules.
func repeats(rules store.WatchRules, now int64, tills []Till, known []store.Trouble) (list []store.Trouble) {
	if rules.Repeats == 0 || rules.Hours == 0 {
		return nil
	}
	times, since := map[key]int64{}, map[key]int64{}
	for _, t := range known {
		if t.Kind == store.TroubleDevice && t.Began > now-hours(rules.Hours) {
			k := keyOf(t)
			if times[k]++; times[k] == 1 {
				since[k] = t.Began
			}
		}
	}
	for _, x := range tills {
		for k, n := range times {
			if k.box == x.Box && n >= rules.Repeats {
				list = append(list, store.Trouble{Box: x.Box, Point: x.Point, Kind: store.TroubleRepeat, Code: k.code, Size: n, Since: since[k]})
			}
		}
	}
	slices.SortFunc(list, compare)
	return list
}

func minutes(n int64) int64 { return n * int64(time.Minute/time.Microsecond) }

func hours(n int64) int64 { return n * int64(time.Hour/time.Microsecond) }

// Over reports whether a trouble that has ended is over at the till. Else it is only looked at no longer: its box sells no
// more, or the company does not want to know. Then nobody is told that all is well.
// A rule that was only made looser ends troubles as well: what they were about must have gone.
func Over(rules store.WatchRules, now int64, tills []Till, t store.Trouble) bool {
	i := slices.IndexFunc(tills, func(x Till) bool { return x.Box == t.Box })
	if i < 0 {
		return false
	}
	switch t.Kind {
	case store.TroubleSilent:
		return rules.Silent > 0 && tills[i].Heard > t.Since
	case store.TroubleUnsent:
		return rules.Unsent > 0 && arrived(tills[i].Said, t.Since)
	case store.TroubleRepeat:
		return rules.Repeats > 0 && t.Since <= now-hours(rules.Hours)
	}
	return true
}

// arrived reports whether a till has sent the sale that was its oldest unsent one. When that was made is told by heartbeats,
// which take their time: it moves by a moment each time.
func arrived(said *store.Heartbeat, since int64) bool {
	if said == nil {
		return false
	}
	made, waits := oldest(*said)
	return !waits || made-since > int64(5*time.Second/time.Microsecond)
}

// Told reports whether people are told of such a trouble. A single fault of a device stands in the till's history.
func Told(k store.TroubleKind) bool { return k != store.TroubleDevice }
