package registers

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"posbox/baaz/store"
	"posbox/table"
	"posbox/wire"
)

// Export is a wish for a file with the rows that a query finds.
type Export struct {
	Register string // or Prices
	Query    Query  // its Register counts for nothing
	Format   table.Format
	Lang     string // of the titles
	Empty    bool   // only the titles: a form to fill in
}

// Export writes a file that Import reads. A workbook is written when it is whole; of a CSV something may have been written
// where it fails.
func (r *Registers) Export(ctx context.Context, c store.Company, o Export, to io.Writer) error {
	reg, columns, err := columnsOf(o.Register)
	if err != nil {
		return err
	}
	o.Query.Register = reg.Name
	var heads []table.Column
	for _, col := range columns {
		heads = append(heads, table.Column{Title: col.title(o.Lang), Kind: col.kind, Width: widths[col.name]})
	}
	w, err := table.New(to, o.Format, reg.title(o.Lang), heads)
	if err != nil {
		return err
	}
	if !o.Empty {
		err = r.exportRows(ctx, c, reg, columns, o, w)
	}
	if err != nil {
		return err
	}
	return w.Close()
}

// widths are those of columns that the title's would be too narrow for.
var widths = map[string]int{"code": 14, "name": 40, "barcodes": 18, "category": 20, "price": 12, colFrom: 12, "cards": 18, "address": 30}

func (r *Register) title(lang string) string {
	if lang == "mn" {
		return r.MN
	}
	return r.EN
}

func (r *Registers) exportRows(ctx context.Context, c store.Company, reg *Register, columns []column, o Export, w table.Writer) error {
	return r.o.Store.Read(ctx, func(tx *store.Tx) error {
		today, err := r.today(tx, c)
		if err != nil {
			return err
		}
		list, err := r.found(tx, c, reg, o.Query)
		if err != nil {
			return err
		}
		for from := 0; from < len(list); from += MaxPage {
			rows, err := reg.bodies(tx, c, list[from:min(from+MaxPage, len(list))])
			if err != nil {
				return err
			}
			for _, row := range rows {
				for _, cells := range rowCells(row, reg, columns, o, today) {
					if err := w.Row(cells); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// rowCells makes the rows of a file of one of a register: one, or one for each price.
func rowCells(row Row, reg *Register, columns []column, o Export, today string) (all [][]string) {
	v, err := parse(row.Body)
	if err != nil {
		return nil
	}
	var g wire.Good
	if reg.Name == Goods {
		json.Unmarshal(row.Body, &g) // of our own making
	}
	special := func(p *wire.ListPrice) []string {
		cells := make([]string, len(columns))
		for i, c := range columns {
			switch {
			case c.name == "code":
				cells[i] = row.Code
			case c.name == colScope:
				_, cells[i], _ = strings.Cut(row.Scope.String(), ".")
			case c.field != nil:
				cells[i] = c.field.toCell(v[c.name], o.Lang)
			case c.name == "name":
				cells[i] = g.Name
			case p == nil:
			case c.name == colList:
				cells[i] = p.List
			case c.name == colFrom:
				cells[i] = string(p.From)
			case c.name == colPrice:
				cells[i] = p.Amount.String()
			}
		}
		return cells
	}
	if o.Register == Prices {
		for i := range g.Prices {
			all = append(all, special(&g.Prices[i]))
		}
		return all
	}
	if i := priceOf(g.Prices, "", today); i >= 0 {
		return [][]string{special(&g.Prices[i])}
	}
	return [][]string{special(nil)}
}
