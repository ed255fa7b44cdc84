package catalog

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Bounds of a workbook, so that a small file cannot unpack to take all memory or time. Only a sheet is streamed; the
// other parts are held.
const (
	maxSheet   = 1 << 30
	maxStrings = 128 << 20
	maxPart    = 8 << 20
	maxParts   = 10_000
	maxTexts   = 4 << 20  // shared strings; a sheet has a million rows
	maxCell    = maxToken // bytes of one text, however many runs it stands in
)

// A book is what a sheet needs of its workbook (ECMA-376 part 1, chapters 12 and 18).
type book struct {
	files   map[string]*zip.File
	strings sharedStrings
	styles  []cellStyle
	from    int // the day that is number 0, counted from 1970-01-01
}

// openBook opens the first sheet of a workbook that is not hidden.
func openBook(r io.ReaderAt, size int64) (*sheet, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fileError("the workbook is damaged, or was cut off on the way")
	}
	if len(z.File) > maxParts {
		return nil, fileError("the workbook has too many parts")
	}
	b := book{files: map[string]*zip.File{}}
	for _, f := range z.File {
		name := strings.TrimPrefix(strings.ToLower(f.Name), "/")
		if b.files[name] == nil {
			b.files[name] = f
		}
	}
	main, err := b.mainPart()
	if err != nil {
		return nil, err
	}
	rels, err := b.relations(path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"))
	if err != nil {
		return nil, err
	}
	id, err := b.firstSheet(main)
	if err != nil {
		return nil, err
	}
	var sheetPart string
	for _, rel := range rels {
		part := rel.from(path.Dir(main))
		switch {
		case rel.id == id:
			sheetPart = part
		case strings.HasSuffix(rel.kind, "/sharedStrings"):
			b.strings, err = b.readStrings(part)
		case strings.HasSuffix(rel.kind, "/styles"):
			b.styles, err = b.readStyles(part)
		}
		if err != nil {
			return nil, err
		}
	}
	return b.openSheet(sheetPart, size)
}

// A relation says that a part belongs to another.
type relation struct{ id, kind, target string }

func (r relation) from(folder string) string {
	if strings.HasPrefix(r.target, "/") {
		return path.Clean(strings.ToLower(r.target[1:]))
	}
	return path.Join(folder, strings.ToLower(r.target))
}

// mainPart finds the workbook itself.
func (b *book) mainPart() (string, error) {
	rels, err := b.relations("_rels/.rels")
	for _, rel := range rels {
		if !strings.HasSuffix(rel.kind, "/officeDocument") {
			continue
		}
		part := rel.from("")
		switch {
		case strings.HasSuffix(part, ".bin"):
			return "", fileError("it is a binary workbook (.xlsb); save it as .xlsx")
		case b.files[part] == nil || path.Base(part) == "document.xml":
			return "", fileError("it is no workbook")
		}
		return part, nil
	}
	switch {
	case err != nil && b.files["_rels/.rels"] != nil:
		return "", err
	case b.files["mimetype"] != nil:
		return "", fileError("it is an OpenDocument file; save it as .xlsx or CSV")
	}
	return "", fileError("it is a packed file but no workbook")
}

func (b *book) relations(part string) (all []relation, err error) {
	err = b.each(part, maxPart, func(x *xmlScanner) error {
		if x.open && x.name == "Relationship" && x.attr("TargetMode") != "External" {
			all = append(all, relation{x.attr("Id"), x.attr("Type"), x.attr("Target")})
		}
		return nil
	})
	return all, err
}

// firstSheet returns the relation of the first sheet that is shown, and notes from when days are counted.
func (b *book) firstSheet(main string) (id string, err error) {
	b.from = daysBefore1970
	err = b.each(main, maxPart, func(x *xmlScanner) error {
		switch {
		case !x.open:
		case x.name == "workbookPr" && isTrue(x.attr("date1904")):
			b.from = daysBefore1970 + 1462
		case x.name == "sheet" && id == "" && (x.attr("state") == "" || x.attr("state") == "visible"):
			id = x.attr("id")
		}
		return nil
	})
	if err == nil && id == "" {
		err = fileError("the workbook has no sheet")
	}
	return id, err
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// open opens a part for reading at most so many bytes of it.
func (b *book) open(part string, most int64) (io.ReadCloser, error) {
	f := b.files[part]
	if f == nil {
		return nil, errNoXML
	}
	if f.UncompressedSize64 > uint64(most) {
		return nil, fileError("the workbook is too large")
	}
	r, err := f.Open()
	if err != nil {
		return nil, errNoXML
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r: r, left: most}, r}, nil
}

// bounded is an error, not an end, where there is more than was allowed: what a packed file says about its size may be
// wrong.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fileError("the workbook is too large")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = errNoXML
	}
	return n, err
}

// each calls fn for everything that a part contains.
func (b *book) each(part string, most int64, fn func(*xmlScanner) error) error {
	r, err := b.open(part, most)
	if err != nil {
		return err
	}
	defer r.Close()
	x := newXMLScanner(r)
	for {
		switch err := x.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := fn(x); err != nil {
			return err
		}
	}
}

// sharedStrings are all texts of a workbook, one after another.
type sharedStrings struct {
	all []byte
	at  []uint32 // where each ends
}

func (s sharedStrings) get(i int) (string, bool) {
	if i < 0 || i >= len(s.at) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.at[i-1]
	}
	return string(s.all[from:s.at[i]]), true
}

func (b *book) readStrings(part string) (s sharedStrings, err error) {
	var t textOf
	err = b.each(part, maxStrings, func(x *xmlScanner) error {
		t.take(x)
		if len(t.text) > maxCell || len(s.at) > maxTexts {
			return fileError("the workbook is too large")
		}
		if x.close && x.name == "si" {
			s.all = append(s.all, t.end()...)
			s.at = append(s.at, uint32(len(s.all)))
		}
		return nil
	})
	return s, err
}

// textOf collects the text of a cell, which may stand in several runs; how it is pronounced (rPh) does not belong to it.
type textOf struct {
	text   []byte
	inside bool
	spoken bool
}

func (t *textOf) take(x *xmlScanner) {
	switch {
	case x.name == "rPh":
		t.spoken = x.open && !x.close
	case x.name == "t":
		t.inside = x.open && !x.close && !t.spoken
	case x.name == "" && t.inside:
		t.text = append(t.text, x.text...)
	}
}

// escaped is a character that XML cannot hold, as workbooks write it.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func (t *textOf) end() []byte {
	b := t.text
	if strings.Contains(string(b), "_x") {
		b = escaped.ReplaceAllFunc(b, func(e []byte) []byte {
			n, err := strconv.ParseUint(string(e[2:6]), 16, 16)
			if err != nil {
				return e
			}
			return []byte(string(rune(n)))
		})
	}
	t.text = t.text[:0]
	return b
}

// A cellStyle is what matters of how a number is shown.
type cellStyle struct {
	date  bool
	width int // it is filled up with zeros to so many digits
}

// readStyles reads the styles that cells name by their place.
func (b *book) readStyles(part string) (all []cellStyle, err error) {
	formats := map[string]string{}
	inside := false
	err = b.each(part, maxPart, func(x *xmlScanner) error {
		switch {
		case x.open && x.name == "numFmt":
			formats[x.attr("numFmtId")] = x.attr("formatCode")
		case x.name == "cellXfs":
			inside = x.open && !x.close
		case x.open && x.name == "xf" && inside:
			all = append(all, styleOf(x.attr("numFmtId"), formats))
		}
		return nil
	})
	return all, err
}

var zeros = regexp.MustCompile(`^0{2,15}$`)

func styleOf(id string, formats map[string]string) cellStyle {
	code, own := formats[id]
	if !own {
		n, _ := strconv.Atoi(id)
		// The numbers that need no format code: dates and times (18.8.30), some only in East Asian programs.
		return cellStyle{date: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58}
	}
	if zeros.MatchString(code) {
		return cellStyle{width: len(code)}
	}
	return cellStyle{date: dateFormat(code)}
}

// dateFormat reports whether a format code shows a date or time: it has one of their letters outside of quotation marks,
// brackets and what follows a backslash, an underscore or an asterisk.
func dateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[code[i]])
			if end < 0 {
				return false
			}
			i += 1 + end
		case '\\', '_', '*':
			i++
		case 'd', 'D', 'm', 'M', 'y', 'Y', 'h', 'H', 's', 'S':
			return !strings.EqualFold(code, "standard")
		}
	}
	return false
}
