package store

import (
	"errors"

	"posbox/journal"
)

// LogWish is that somebody wants a box's logs.
type LogWish struct {
	Wish  int64
	Asked int64
	By    string
	Taken int64 // when they came; 0: not yet
	Size  int64 // bytes of the file
}

// keepLogs is how many files of a box's logs are kept.
const keepLogs = 5

// WishLogs asks a box for its logs. One that is asked already is not asked twice; the oldest files give way.
func (t *Tx) WishLogs(who BoxID, by string, now int64) (LogWish, error) {
	all, err := t.LogWishes(who)
	if err != nil {
		return LogWish{}, err
	}
	for i, w := range all {
		switch {
		case w.Taken == 0:
			return w, nil
		case i >= keepLogs-1:
			if err := t.exec(sqlLogFileGone, int64(who.Company), who.Box[:], w.Wish); err != nil {
				return LogWish{}, err
			}
			if err := t.exec(sqlLogWishGone, int64(who.Company), who.Box[:], w.Wish); err != nil {
				return LogWish{}, err
			}
		}
	}
	w := LogWish{Wish: someID(), Asked: now, By: by}
	return w, t.exec(sqlLogWishAdd, int64(who.Company), who.Box[:], w.Wish, now, by)
}

// LogWishes lists a box's, the newest first.
func (t *Tx) LogWishes(who BoxID) (list []LogWish, err error) {
	return list, t.rows(sqlLogWishes, []any{int64(who.Company), who.Box[:]}, func(scan func(...any) error) error {
		var w LogWish
		err := scan(&w.Wish, &w.Asked, &w.By, &w.Taken, &w.Size)
		list = append(list, w)
		return err
	})
}

// OpenWish is the wish that a box has not answered yet; ErrNone where there is none.
func (t *Tx) OpenWish(who BoxID) (LogWish, error) {
	all, err := t.LogWishes(who)
	for _, w := range all {
		if w.Taken == 0 {
			return w, err
		}
	}
	return LogWish{}, errors.Join(err, ErrNone)
}

// TakeLogs keeps the logs that were wished for; ErrNone where nobody waits for them any more.
func (t *Tx) TakeLogs(who BoxID, wish int64, data []byte, now int64) error {
	var id int64
	if err := t.row(sqlLogWishTake, []any{int64(who.Company), who.Box[:], wish, now, int64(len(data))}, &id); err != nil {
		return err
	}
	return t.exec(sqlLogFileAdd, int64(who.Company), who.Box[:], wish, data)
}

// DropWish forgets a wish that a box has not answered yet.
func (t *Tx) DropWish(who BoxID) error {
	return t.exec(sqlLogWishOff, int64(who.Company), who.Box[:])
}

// LogFile reads the logs that came for a wish; ErrNone where none did.
func (t *Tx) LogFile(c Company, box journal.Box, wish int64) (data []byte, err error) {
	return data, t.row(sqlLogFileGet, []any{int64(c), box[:], wish}, &data)
}
