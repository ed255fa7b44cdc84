package table_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"posbox/catalog"
	"posbox/pos/money"
	"posbox/table"
)

var columns = []table.Column{{Title: "code"}, {Title: "=name"}, {Title: "price", Kind: table.Amount}, {Title: "share", Kind: table.Decimal},
	{Title: "order", Kind: table.Whole}, {Title: "from", Kind: table.Day}}

// write makes a table and reads it back; days are told as days.
func write(t *testing.T, f table.Format, rows [][]string) (got [][]string) {
	t.Helper()
	var b bytes.Buffer
	w, err := table.New(&b, f, "Бараа [1/2]: сүү, талх, өндөг, мах ба бусад", columns)
	for _, row := range rows {
		err = errors.Join(err, w.Row(row))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := catalog.OpenRows(bytes.NewReader(b.Bytes()), "x."+string(f), func(fields []string) bool { return len(fields) == len(columns) })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		c, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columns))
		copy(row, c.Fields)
		for i, d := range c.Days {
			row[i] = d
		}
		for i := range row {
			if f == table.CSV {
				row[i] = table.Unguard(row[i])
			}
		}
		got = append(got, row)
	}
}

// What is written is read back, by a reader of ours that excelize and encoding/csv have not made.
func TestReadBack(t *testing.T) {
	rows := [][]string{
		{"00123", "Сүү; \"өтгөн\"\nхоёр мөр", "12500.50", "7.5", "3", "2026-11-23"},
		{"8651070010097", "=HYPERLINK(\"x\")", "", "", "", ""},
		{"12345678901234567890", "'=1+1", "0.10", "100", "0", "2027-01-01"},
		{"-1", "''@", "1000000000.00", "0", "9999", "1899-12-31"},
	}
	for _, f := range []table.Format{table.CSV, table.XLSX} {
		got := write(t, f, rows)
		if len(got) != len(rows)+1 || got[0][1] != "=name" {
			t.Fatalf("%s: %q", f, got)
		}
		for i, row := range got[1:] {
			for j, c := range columns {
				if c.Kind == table.Amount || c.Kind == table.Decimal {
					row[j], rows[i][j] = plain(row[j]), plain(rows[i][j])
				}
			}
			if !reflect.DeepEqual(row, rows[i]) {
				t.Errorf("%s: got %q, want %q", f, row, rows[i])
			}
		}
	}
}

// plain writes a number without what does not count.
func plain(s string) string {
	a, err := money.Parse(strings.Replace(s, ",", ".", 1))
	if err != nil {
		return s
	}
	return a.String()
}

// No text of a CSV is one that a spreadsheet computes, and none is lost.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"", "'", "=1", "'=1", "''=1", "+", "a=", "'a", "\t1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := table.Guard(s)
		if table.Unguard(g) != s {
			t.Fatalf("%q is %q, and %q again", s, g, table.Unguard(g))
		}
		if g != "" && strings.IndexByte("=+-@\t\r", g[0]) >= 0 {
			t.Fatalf("%q begins a formula", g)
		}
	})
}
