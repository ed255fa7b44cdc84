package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"posbox/journal"
	"posbox/pos/event"
)

// stampPrefix begins the keys of what was sold and came back with an excise stamp. It holds no '/': goods come back long after
// they were sold (Journal.Last). Stamps are of any length and characters, so their hash stands there.
func stampPrefix(stamp string) string {
	sum := sha256.Sum256([]byte(stamp))
	return "stamp:" + hex.EncodeToString(sum[:16]) + ":"
}

func stampKeys(lines []event.Line, seq journal.Seq) (keys []string) {
	for _, l := range lines {
		for _, stamp := range l.Stamps {
			keys = append(keys, stampPrefix(stamp)+fmt.Sprintf("%020d", seq))
		}
	}
	return keys
}

// Stamp tells on which sale of this till an excise stamp was sold that has not come back since.
func (e *Engine) Stamp(stamp string) (bill event.Bill, sold bool, err error) {
	if err := e.damage(); err != nil {
		return "", false, err
	}
	seqs, err := e.j.Last(stampPrefix(stamp), "", 1)
	if err != nil || len(seqs) == 0 {
		return "", false, err
	}
	f, err := e.fact(seqs[0])
	if err != nil {
		return "", false, err
	}
	s, ok := f.(event.SaleCompleted)
	if !ok || !slices.ContainsFunc(s.Lines, func(l event.Line) bool { return slices.Contains(l.Stamps, stamp) }) {
		return "", false, nil // it came back
	}
	return s.Bill, true, nil
}
