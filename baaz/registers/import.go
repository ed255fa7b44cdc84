package registers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"posbox/baaz/store"
	"posbox/catalog"
	"posbox/pos/day"
	"posbox/pos/fault"
	"posbox/table"
	"posbox/wire"
)

// Import is a file of rows that a person wants in a register. It is read twice: tried first, then, with what the person
// has seen, carried out. Nothing of its rows is kept in between, only how they were judged (verdict); what has changed
// meanwhile is found by the versions in Seen.
type Import struct {
	Register string // or Prices
	Name     string // of the file
	File     io.ReadSeeker
	Try      bool
	// Seen is the Preview's, where it is carried out. Leave says to leave out the rows that are refused.
	Seen  string
	Leave bool
	// Progress is told how far it has come: in bytes while it reads, in rows while it judges and writes. May be nil.
	Progress func(stage string, done, total int64)
}

// Stages of an import.
const (
	StageRead  = "read"
	StageJudge = "judge"
	StageWrite = "write"
)

// Preview is what an import would do, or has done.
type Preview struct {
	Outcome
	Format  string
	Rows    int
	Ignored []string // titles of columns that mean nothing here
	Columns []string // that the file has
	Seen    string   // to be said when it is carried out
	Done    bool     // it has been carried out
}

// MaxImport bounds the rows of a file, maxImportBytes what they hold.
const (
	MaxImport      = 500_000
	maxImportBytes = 256 << 20
)

// seen is what Import.Seen holds.
type seen struct {
	Versions map[string]uint64 `json:"v"`
	File     string            `json:"f"` // its SHA-256
}

// Import reads a file into a register: columns that it has, into rows that it names; all else stays as it is.
//
// Faults: import.file where it is no table of this register; row.register; import.changed where the file is not the one
// that was tried.
func (r *Registers) Import(ctx context.Context, who string, c store.Company, in Import) (p Preview, err error) {
	reg, columns, err := columnsOf(in.Register)
	if err != nil {
		return p, err
	}
	if reg.Fixed != nil {
		return p, fault.New(fault.RowRegister, "register", reg.Name)
	}
	if in.Progress == nil {
		in.Progress = func(string, int64, int64) {}
	}
	s, err := readSeen(in)
	if err != nil {
		return p, err
	}
	rd := &reader{in: in, reg: reg, columns: columns, company: c, at: map[string]int{}}
	if err := r.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		rd.today, err = r.today(tx, c)
		return err
	}); err != nil {
		return p, err
	}
	if err := rd.run(); err != nil {
		return rd.preview, err
	}
	w := &work{r: r, company: c, reg: reg, items: rd.items, since: s.Versions, column: rd.titleOf,
		set: store.Set{Register: reg.Name, Kind: SetImport, Who: who, Subject: in.Name}}
	w.tell = func(done, total int) { in.Progress(StageJudge, int64(done), int64(total)) }
	if err := r.judgeImport(ctx, w, rd, in); err != nil {
		return rd.preview, err
	}
	p, err = r.finishImport(ctx, w, rd.preview, in, s)
	switch {
	case err == nil && p.Seen != "" && !p.Done:
		r.verdicts.keep(in.judged(c, p.Seen), w.verdict(rd.today))
	case p.Done:
		r.verdicts.drop(in.judged(c, in.Seen))
	}
	return p, err
}

// judged names the file as it was judged with what the person has seen.
func (in *Import) judged(c store.Company, seen string) judged {
	return judged{c, in.Register, in.Name, seen}
}

// judgeImport works out what becomes of the rows, as it was worked out when the file was tried, or anew.
func (r *Registers) judgeImport(ctx context.Context, w *work, rd *reader, in Import) error {
	if done, err := w.recall(ctx, r.verdicts.of(in.judged(w.company, in.Seen)), rd); done || err != nil {
		return err
	}
	if err := w.price(ctx, rd, func(x *item) bool { return x.effect == "" }); err != nil {
		return err
	}
	return w.judge(ctx)
}

// finishImport tells what would be, or carries it out.
func (r *Registers) finishImport(ctx context.Context, w *work, p Preview, in Import, s seen) (Preview, error) {
	p.Outcome = w.outcome()
	if s.Versions == nil {
		s.Versions = map[string]uint64{}
		for i := range w.items {
			scope := w.items[i].scope.String()
			s.Versions[scope] = w.versions[scope]
		}
		p.Seen = base64.RawURLEncoding.EncodeToString(encode(s))
	}
	if in.Try || p.Counts[EffectRefused] > 0 && !in.Leave {
		return p, nil
	}
	w.tell = func(done, total int) { in.Progress(StageWrite, int64(done), int64(total)) }
	err := w.carryOut(context.WithoutCancel(ctx)) // whoever closes the page in the middle wants all of it still
	p.Outcome, p.Done = w.outcome(), err == nil
	return p, err
}

// readSeen reads what was seen, and sees to it that the file is the one that was tried.
func readSeen(in Import) (s seen, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, in.File); err != nil {
		return s, err
	}
	if _, err := in.File.Seek(0, io.SeekStart); err != nil {
		return s, err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if in.Seen == "" {
		return seen{File: sum}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(in.Seen)
	if err != nil || json.Unmarshal(b, &s) != nil || s.Versions == nil {
		return s, fault.New(fault.QueryMalformed, "name", "seen")
	}
	if s.File != sum {
		return s, fault.New(fault.ImportChanged)
	}
	return s, nil
}

// reader makes items of a file's rows.
type reader struct {
	in      Import
	reg     *Register
	columns []column
	company store.Company
	today   string

	rows   *catalog.Rows
	where  []int    // by column, the field of the file; -1: none
	titles []string // of the file
	head   int      // row of the titles
	// byBarcode: the file has no column of codes, as most shops' own price lists. A good's first barcode is its code then.
	byBarcode bool
	book      bool
	items     []item
	prices    map[int][]wire.ListPrice // of items; an amount of 0: that price goes
	at        map[string]int           // items by code, in files of prices
	bytes     int
	preview   Preview
}

// titleRows is among how many rows at the beginning the titles are looked for.
const titleRows = 10

func (rd *reader) run() (err error) {
	total, err := rd.in.File.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = rd.in.File.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	goods := rd.reg.Name == Goods
	isHead := func(fields []string) bool {
		known := 0
		for _, f := range fields {
			if means(rd.columns, f, goods) >= 0 {
				known++
			}
		}
		return known >= 2 || known == 1 && len(fields) == 1
	}
	if rd.rows, err = catalog.OpenRows(rd.in.File, rd.in.Name, isHead); err != nil {
		return err
	}
	defer func() { rd.rows.Close(); rd.preview.Format = rd.rows.Format() }()
	rd.prices = map[int][]wire.ListPrice{}
	for n := 0; ; n++ {
		if n%1000 == 0 {
			rd.in.Progress(StageRead, rd.rows.Done(), total)
		}
		cells, err := rd.rows.Next()
		var bad *catalog.RowProblem
		switch {
		case errors.Is(err, io.EOF):
			return rd.end()
		case errors.As(err, &bad):
			rd.wrong(bad.Row, rd.fileTitle(bad.Field), bad.Problem)
			if bad.Fatal {
				return rd.end()
			}
		case err != nil:
			return err
		case rd.where == nil:
			if err := rd.begin(cells, isHead(cells.Fields), n); err != nil {
				return err
			}
		default:
			if err := rd.take(cells); err != nil {
				return err
			}
		}
	}
}

// begin reads the titles.
func (rd *reader) begin(cells catalog.Cells, head bool, n int) error {
	if !head {
		if n >= titleRows {
			return rd.noTitles()
		}
		return nil
	}
	rd.head, rd.where = cells.Row, make([]int, len(rd.columns))
	for i := range rd.where {
		rd.where[i] = -1
	}
	for i, f := range cells.Fields {
		title := catalog.Clean(f)
		rd.titles = append(rd.titles, title)
		at := means(rd.columns, title, rd.reg.Name == Goods)
		switch {
		case at < 0 && title != "", at >= 0 && rd.columns[at].outOnly && rd.columns[at].name != "name":
			rd.preview.Ignored = append(rd.preview.Ignored, title)
		case at >= 0 && rd.where[at] >= 0:
			return fileFault("there are two columns " + rd.columns[at].name + ": " + rd.titles[rd.where[at]] + " and " + title)
		case at >= 0:
			rd.where[at] = i
			rd.preview.Columns = append(rd.preview.Columns, rd.columns[at].name)
		}
	}
	if rd.where[0] < 0 && rd.in.Register == Goods {
		rd.byBarcode = true
		rd.where[0] = rd.where[slices.IndexFunc(rd.columns, func(c column) bool { return c.name == "barcodes" })]
	}
	if rd.where[0] < 0 {
		return fileFault("there is no column " + rd.columns[0].known())
	}
	return nil
}

func (rd *reader) noTitles() error {
	var needed []string
	for _, c := range rd.columns {
		if c.needed {
			needed = append(needed, c.known())
		}
	}
	return fileFault("none of its first rows names the columns: " + strings.Join(needed, ", "))
}

func fileFault(detail string) error { return fault.New(fault.ImportFile, "detail", detail) }

// cell returns a cell of a column, cleaned of what guards it.
func (rd *reader) cell(cells catalog.Cells, col int) (text, problem string) {
	i := rd.where[col]
	if i < 0 || i >= len(cells.Fields) {
		return "", ""
	}
	if d := cells.Days[i]; d != "" && rd.columns[col].kind == table.Day {
		return d, ""
	}
	if p := cells.Wrong[i]; p != "" {
		return "", p
	}
	return table.Unguard(cells.Fields[i]), ""
}

// take makes an item of a row.
func (rd *reader) take(cells catalog.Cells) error {
	if rd.preview.Rows++; rd.preview.Rows > MaxImport {
		return fileFault("it has more than " + strconv.Itoa(MaxImport) + " rows")
	}
	texts := make([]string, len(rd.columns))
	for col := range rd.columns {
		var problem string
		if texts[col], problem = rd.cell(cells, col); problem != "" && !rd.columns[col].outOnly {
			rd.wrong(cells.Row, rd.fileTitle(rd.where[col]), problem)
			return nil
		}
	}
	x := item{row: cells.Row, scope: wire.CompanyScope(uint64(rd.company)), Change: Change{Code: catalog.Clean(texts[0]), Merge: true}}
	if rd.byBarcode {
		x.Code, _, _ = strings.Cut(x.Code, "|")
		if x.Code = catalog.Clean(x.Code); x.Code == "" {
			rd.wrong(cells.Row, rd.titleOf("barcodes"), "it is empty, and the file has no column Код (code)")
			return nil
		}
	}
	if rd.in.Register == Prices {
		return rd.takePrice(x, texts)
	}
	fields := map[string]json.RawMessage{}
	for col := range rd.columns[1:] {
		if problem := rd.set(&x, fields, col+1, texts); problem != "" {
			rd.wrong(cells.Row, rd.fileTitle(rd.where[col+1]), problem)
			return nil
		}
	}
	if rd.reg.Name == Goods && catalog.Clean(rd.text(texts, colPrice)) != "" {
		p, problem := priceIn(rd.text(texts, colPrice), rd.text(texts, colFrom))
		if problem != "" {
			rd.wrong(cells.Row, rd.titleOf(colPrice), problem)
			return nil
		}
		rd.prices[len(rd.items)] = []wire.ListPrice{p}
	}
	x.Body = encode(fields)
	return rd.add(x)
}

// set takes a cell into a row.
func (rd *reader) set(x *item, fields map[string]json.RawMessage, col int, texts []string) (problem string) {
	c := rd.columns[col]
	switch {
	case rd.where[col] < 0 || c.outOnly:
	case c.name == colScope:
		if s := strings.TrimPrefix(catalog.Clean(texts[col]), "."); s != "" && s != "company" {
			scope, err := wire.ParseScope(strconv.FormatUint(uint64(rd.company), 10) + "." + s)
			if err != nil || !rd.reg.At(scope.Level) {
				return `"` + clip(s) + `" is not company, group.CODE or point.NUMBER`
			}
			x.scope = scope
		}
	case c.field != nil:
		raw, problem := c.field.fromCell(texts[col])
		if problem != "" {
			return problem
		}
		if string(raw) != "null" || c.field.Kind != Secret {
			fields[c.name] = raw
		}
	}
	return ""
}

// add keeps an item, and names the scope of a sales point by its number.
func (rd *reader) add(x item) error {
	if rd.reg.Numbered {
		n, err := strconv.ParseUint(x.Code, 10, 62)
		if err != nil {
			rd.wrong(x.row, rd.titleOf("code"), `"`+clip(x.Code)+`" is no whole number`)
			return nil
		}
		x.scope = wire.PointScope(uint64(rd.company), n)
	}
	if rd.bytes += len(x.Body) + len(x.Code) + 64; rd.bytes > maxImportBytes {
		return fileFault("the workbook is too large")
	}
	rd.items = append(rd.items, x)
	return nil
}

// takePrice takes a row of a file of prices: those of one good become one item.
func (rd *reader) takePrice(x item, texts []string) error {
	p := wire.ListPrice{List: catalog.Clean(rd.text(texts, colList))}
	p.From = day.Day(catalog.Clean(rd.text(texts, colFrom)))
	if said := catalog.Clean(rd.text(texts, colPrice)); said != "" {
		priced, problem := priceIn(said, string(p.From))
		if problem != "" {
			rd.wrong(x.row, rd.titleOf(colPrice), problem)
			return nil
		}
		p.Price = priced.Price
	}
	i, ok := rd.at[x.Code]
	if !ok {
		i = len(rd.items)
		rd.at[x.Code] = i
		x.Body = []byte("{}")
		if err := rd.add(x); err != nil {
			return err
		}
	}
	rd.prices[i] = append(rd.prices[i], p)
	return nil
}

// priceIn reads a price and the day that it holds from.
func priceIn(price, from string) (p wire.ListPrice, problem string) {
	if p.Amount, problem = amount(catalog.Clean(price)); problem != "" {
		return p, problem
	}
	if from = catalog.Clean(from); from != "" {
		if _, err := day.Parse(from); err != nil {
			return p, `"` + clip(from) + `" is not a day such as 2026-11-23`
		}
		p.From = day.Day(from)
	}
	if p.Amount <= 0 || p.Amount > maxMoney {
		return p, p.Amount.String() + " is not between 0.01 and " + maxMoney.String()
	}
	return p, ""
}

// text returns the cell of the column that is called so.
func (rd *reader) text(texts []string, name string) string {
	for i, c := range rd.columns {
		if c.name == name {
			return texts[i]
		}
	}
	return ""
}

// wrong keeps a row that cannot be read.
func (rd *reader) wrong(row int, column, problem string) {
	rd.items = append(rd.items, item{row: row, scope: wire.CompanyScope(uint64(rd.company)), effect: EffectRefused,
		refused: fault.New(fault.ImportRow, "row", strconv.Itoa(row), "column", column, "detail", problem)})
}

// fileTitle names a field as the file calls it, or counts it.
func (rd *reader) fileTitle(i int) string {
	if i >= 0 && i < len(rd.titles) && rd.titles[i] != "" {
		return rd.titles[i]
	}
	return strconv.Itoa(i + 1)
}

// titleOf names a field of the register as the file calls it.
func (rd *reader) titleOf(field string) string {
	if field == "prices" {
		field = colPrice
	}
	for i, c := range rd.columns {
		if c.name == field && rd.where != nil && rd.where[i] >= 0 {
			return rd.titles[rd.where[i]]
		}
	}
	return field
}

// end notes what the table tells at its end: merged cells.
func (rd *reader) end() error {
	if rd.where == nil {
		return rd.noTitles()
	}
	byRow := map[int]int{}
	for i, x := range rd.items {
		byRow[x.row] = i
	}
	for _, p := range rd.rows.Late() {
		i, there := byRow[p.Row]
		if !there || p.Row <= rd.head || !slices.Contains(rd.where, p.Field) || rd.items[i].effect != "" {
			continue
		}
		rd.items[i].effect = EffectRefused
		rd.items[i].refused = fault.New(fault.ImportRow, "row", strconv.Itoa(p.Row), "column", rd.fileTitle(p.Field), "detail", p.Problem)
	}
	if len(rd.items) == 0 {
		return fileFault("it has no rows")
	}
	return nil
}

// price lays the prices of a file over those that goods have, of the rows that are meant.
func (w *work) price(ctx context.Context, rd *reader, meant func(*item) bool) error {
	if w.reg.Name != Goods || len(rd.prices) == 0 {
		return nil
	}
	return w.r.o.Store.Read(ctx, func(tx *store.Tx) error {
		return w.chunks(meant, func(from, to int) error {
			var keys [][]byte
			for i := from; i < to; i++ {
				keys = append(keys, store.MasterKey(Goods, w.items[i].Code))
			}
			found, err := tx.FindMaster(w.company, w.items[from].scope.String(), keys)
			if err != nil {
				return err
			}
			for i := from; i < to; i++ {
				if news := rd.prices[i]; news != nil && meant(&w.items[i]) {
					if err := w.priceItem(i, found[string(keys[i-from])], news, rd); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

func (w *work) priceItem(i int, m store.MasterRow, news []wire.ListPrice, rd *reader) error {
	var g wire.Good
	if m.Body != nil {
		if err := json.Unmarshal(m.Body, &g); err != nil {
			return err
		}
	} else if rd.in.Register == Prices {
		w.refuse(i, fault.New(fault.RowUnknown, "register", Goods, "code", clip(w.items[i].Code)))
		return nil
	}
	exact := rd.in.Register == Prices
	for _, p := range news {
		g.Prices = priced(g.Prices, p, exact, rd.today)
	}
	fields := values{}
	if err := json.Unmarshal(w.items[i].Body, &fields); err != nil {
		return err
	}
	fields["prices"] = encode(g.Prices)
	w.items[i].Body = encode(fields)
	version := m.Version
	w.items[i].Match = &version
	return nil
}

// priced lays one price over others. Without a day, and unless exact, it takes the place of the price that holds today;
// one of 0 goes.
func priced(all []wire.ListPrice, p wire.ListPrice, exact bool, today string) []wire.ListPrice {
	if !exact && p.From == "" {
		if i := priceOf(all, p.List, today); i >= 0 {
			p.From = all[i].From
		}
	}
	all = slices.Clone(all)
	same := func(o wire.ListPrice) bool { return o.List == p.List && o.From == p.From }
	if all = slices.DeleteFunc(all, same); p.Amount > 0 {
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b wire.ListPrice) int { return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.From, b.From)) })
	return all
}
