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

// maxStampMoves bounds the records of one stamp that are read.
const maxStampMoves = 100

// Stamp tells on which sale of this till an excise stamp was sold that has not come back since. A return that was handed over
// comes late, perhaps once the unit is sold again: it frees the stamp of its own sale only.
func (e *Engine) Stamp(stamp string) (bill event.Bill, sold bool, err error) {
	if err := e.damage(); err != nil {
		return "", false, err
	}
	seqs, err := e.j.Last(stampPrefix(stamp), "", maxStampMoves)
	if err != nil {
		return "", false, err
	}
	slices.Sort(seqs)
	freed := map[event.Bill]bool{}
	for _, seq := range slices.Backward(seqs) {
		f, err := e.fact(seq)
		if err != nil {
			return "", false, err
		}
		switch f := f.(type) {
		case event.ReturnHanded:
			freed[f.Bill] = freed[f.Bill] || f.State != event.HandedUnknown // else it is of another box's sale
		case event.SaleCompleted:
			on := slices.ContainsFunc(f.Lines, func(l event.Line) bool { return slices.Contains(l.Stamps, stamp) })
			if !on || freed[f.Bill] {
				return "", false, nil
			}
			return f.Bill, true, nil
		default: // it came back
			return "", false, nil
		}
	}
	return "", false, nil
}
