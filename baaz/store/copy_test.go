package store

import (
	"bytes"
	"testing"
)

// A copy writes when it has many rows, and when they are large, whichever comes first.
func TestBatch(t *testing.T) {
	for name, c := range map[string]struct{ size, want int }{
		"small":                {10, chunks[0]},
		"a mebibyte":           {1 << 20, 8},
		"each more than most":  {batchMost + 1, 1},
		"none but numbers":     {0, chunks[0]},
		"three do not come up": {batchMost / 3, 4},
	} {
		var b batch
		for range 3 { // what was taken counts no more
			n := 1
			for !b.add([]any{int64(n), "text", make([]byte, c.size)}) {
				n++
			}
			if rows := b.take(); n != c.want || len(rows) != n {
				t.Errorf("%s: written after %d rows, %d of them; want %d", name, n, len(rows), c.want)
			}
		}
	}
}

// Large values arrive whole, in however many statements.
func TestCopyLarge(t *testing.T) {
	ctx := t.Context()
	from, err := Open(ctx, t.TempDir()+"/from.db")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := Open(ctx, t.TempDir()+"/to.db")
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	const many = 5
	err = from.Write(ctx, func(tx *Tx) error {
		c, err := tx.AddCompany("a", 1)
		if err != nil {
			return err
		}
		for i := range many {
			if err := tx.exec("INSERT INTO secret (company, name, value) VALUES ($1, $2, $3)", int64(c), string(rune('a'+i)), bytes.Repeat([]byte{byte(i)}, 3<<20)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if counts, err := from.CopyTo(ctx, to); err != nil || counts["secret"] != many {
		t.Errorf("%d rows, %v", counts["secret"], err)
	}
}
