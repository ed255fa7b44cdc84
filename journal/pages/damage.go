package pages

import (
	"errors"
	"fmt"
)

// Errors that are no damage: the file is sound but does not hold what was asked for.
var (
	ErrNoBucket = errors.New("no such bucket")
	ErrNoKey    = errors.New("no such key")
)

// Damage is one thing that is wrong in a file, by the number of the page that is wrong. It is meant for logs and for
// the person who runs a check: English, one line, no file name.
type Damage struct {
	Page  uint64
	What  string
	Cause error // the reader's own error when the page could not be read, else nil
}

// Error is "page 17: what is wrong".
func (d *Damage) Error() string { return fmt.Sprintf("page %d: %s", d.Page, d.What) }

// Unwrap returns the reader's error, so that a failing disk can be told from a wrong byte.
func (d *Damage) Unwrap() error { return d.Cause }

func damaged(page uint64, format string, args ...any) *Damage {
	return &Damage{Page: page, What: fmt.Sprintf(format, args...)}
}

func unreadable(page uint64, cause error) *Damage {
	return &Damage{Page: page, What: "cannot be read: " + cause.Error(), Cause: cause}
}
