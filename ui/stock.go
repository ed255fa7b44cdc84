package ui

import (
	"io"
	"net/http"
	"path"
	"strconv"

	store "posbox/catalog"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/uploads"
)

// Preview is a file that was brought, and what its import would do.
type Preview struct {
	File    uploads.File
	Summary store.Summary
}

// UploadAnswer is what a file's import would do.
type UploadAnswer struct {
	Upload    string       `json:"upload"` // id, for goods.import
	Name      string       `json:"name"`
	Bytes     int64        `json:"bytes"`
	Format    string       `json:"format"` // csv, xlsx
	Rows      int          `json:"rows"`
	Added     int          `json:"added"`
	Changed   int          `json:"changed"`
	Unchanged int          `json:"unchanged"`
	Ignored   []string     `json:"ignored"`  // titles of columns that mean nothing here
	Bad       int          `json:"bad"`      // wrong rows: the file cannot be imported
	Problems  []RowProblem `json:"problems"` // the first of them
	// Unclassed counts goods on sale without a classification code: they come in, but no e-barimt can be issued for them.
	Unclassed     int        `json:"unclassed"`
	UnclassedRows []GoodsRow `json:"unclassed_rows"` // the first of them
}

// GoodsRow is a good's row in a file.
type GoodsRow struct {
	Row  int          `json:"row"` // as a spreadsheet counts them
	Code catalog.Code `json:"code"`
	Name string       `json:"name"`
}

// RowProblem is one thing that is wrong with a file.
type RowProblem struct {
	Row    int    `json:"row"` // as a spreadsheet counts them
	Column string `json:"column"`
	Detail string `json:"detail"` // what is wrong there
	Text   string `json:"text"`   // all of it as a sentence
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	if s.o.Till.View().State.Central {
		return fault.New(fault.GoodsCentral)
	}
	p, err := s.o.Preview(r.URL.Query().Get("name"), s.body(w, r, uploads.MaxBytes+1))
	if fault.CodeOf(err) == fault.UploadBroken { // a body that ends early ends the request's context, too
		s.fail(w, r, err)
		return nil
	}
	if err != nil {
		return err
	}
	return s.previewed(w, r, p)
}

// uploadTake brings a file from a USB stick, as if the browser had sent it.
func (s *Server) uploadTake(w http.ResponseWriter, r *http.Request) error {
	var c StickChoice
	switch err := s.small(w, r, &c); {
	case err != nil:
		return err
	case s.o.Box == nil:
		return fault.New(fault.BoxNone)
	case s.o.Till.View().State.Central:
		return fault.New(fault.GoodsCentral)
	}
	var p Preview
	err := s.o.Box.ReadStick(c.Device, c.File, func(file io.Reader) (err error) {
		p, err = s.o.Preview(path.Base(c.File), file)
		return err
	})
	if fault.CodeOf(err) == fault.UploadBroken { // the stick was pulled, or is dying
		err = fault.Wrap(err, fault.StickFailed, "detail", "read")
	}
	if err != nil {
		return err
	}
	return s.previewed(w, r, p)
}

func (s *Server) previewed(w http.ResponseWriter, r *http.Request, p Preview) error {
	sum := p.Summary
	out := UploadAnswer{Upload: p.File.ID, Name: p.File.Name, Bytes: p.File.Bytes, Format: sum.Format, Rows: sum.Rows, Added: sum.Added,
		Changed: sum.Changed, Unchanged: sum.Unchanged, Ignored: filled(sum.Ignored), Bad: sum.Bad, Problems: []RowProblem{},
		Unclassed: sum.Unclassed, UnclassedRows: []GoodsRow{}}
	for _, row := range sum.UnclassedAt {
		out.UnclassedRows = append(out.UnclassedRows, GoodsRow(row))
	}
	for _, f := range sum.Problems {
		row, _ := strconv.Atoi(f.Args["row"])
		text, _ := f.Say(s.lang(r))
		out.Problems = append(out.Problems, RowProblem{row, f.Args["column"], f.Arg(s.lang(r), "detail"), text})
	}
	return writeJSON(w, http.StatusOK, out)
}

// good answers one good whole. It is the path's last element, so that a code may have any printable character.
func (s *Server) good(w http.ResponseWriter, r *http.Request) error {
	env := s.sellingEnv()
	g, ok, err := env.Goods.ByCode(catalog.Code(r.PathValue("code")))
	switch {
	case err != nil:
		return err
	case !ok:
		return fault.New(fault.NotFound)
	}
	return writeJSON(w, http.StatusOK, till.TextOf(g, day.Of(env.Now, env.Zone)))
}
