package catalog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxToken bounds one tag or one piece of text. The longest text of a cell, 32 767 characters, fits six bytes each.
const maxToken = 256 << 10

// An xmlScanner goes through the elements of a workbook's part. It knows what those use of XML and no more: no document
// types, no entities but the five of XML itself, no namespaces (prefixes are passed over). encoding/xml reads at a tenth
// of the speed and holds a text of any length in memory.
type xmlScanner struct {
	r   *bufio.Reader
	buf []byte

	// What next has found: an element's begin (open), its end (close) or both (open and close), or text.
	open, close bool
	name        string // local name, of an element
	attrs       []byte // what stands behind the name
	text        []byte // of text, entities resolved
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: bufio.NewReaderSize(r, 64<<10)}
}

var errNoXML = fileError("the workbook is damaged: one of its parts cannot be read")

// next finds the next element or text. The error is io.EOF at the end, errNoXML, or the reader's own.
func (x *xmlScanner) next() error {
	x.open, x.close, x.name, x.attrs, x.text = false, false, "", nil, nil
	for {
		first, err := x.r.ReadByte()
		if err != nil {
			return err
		}
		if first != '<' {
			if err := x.r.UnreadByte(); err != nil {
				return err
			}
			return x.readText()
		}
		found, err := x.readTag()
		if found || err != nil {
			return noEOF(err)
		}
	}
}

// noEOF makes an end where none may be an error.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return errNoXML
	}
	return err
}

func (x *xmlScanner) readText() error {
	x.buf = x.buf[:0]
	for {
		part, err := x.r.ReadSlice('<')
		switch {
		case err == nil:
			part = part[:len(part)-1]
			if err := x.r.UnreadByte(); err != nil {
				return err
			}
		case errors.Is(err, bufio.ErrBufferFull):
		case !errors.Is(err, io.EOF):
			return err
		}
		if x.buf = append(x.buf, part...); len(x.buf) > maxToken {
			return errNoXML
		}
		if err == nil || errors.Is(err, io.EOF) {
			x.text = unescape(x.buf)
			return nil
		}
	}
}

// readTag reads what stands behind "<". found: it is an element or text.
func (x *xmlScanner) readTag() (found bool, err error) {
	head, err := x.r.Peek(1)
	if err != nil {
		return false, err
	}
	switch head[0] {
	case '?':
		return false, x.skip("?>")
	case '!':
		return x.readBang()
	}
	if err := x.readUntilClose(); err != nil {
		return false, err
	}
	tag := x.buf
	x.open = true
	if tag[0] == '/' {
		x.open, x.close, tag = false, true, tag[1:]
	} else if n := len(tag) - 1; tag[n] == '/' {
		x.close, tag = true, tag[:n]
	}
	name := tag
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		name, x.attrs = tag[:i], tag[i:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) == 0 {
		return false, errNoXML
	}
	x.name = intern(name)
	return true, nil
}

// intern saves making a string of the names that come by the million.
func intern(name []byte) string {
	switch string(name) {
	case "c":
		return "c"
	case "v":
		return "v"
	case "t":
		return "t"
	case "row":
		return "row"
	case "si":
		return "si"
	}
	return string(name)
}

// readUntilClose reads a tag up to its ">", which may also stand within quotation marks.
func (x *xmlScanner) readUntilClose() error {
	x.buf = x.buf[:0]
	quote := byte(0)
	for {
		part, err := x.r.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		for _, b := range part {
			switch {
			case quote == 0 && (b == '"' || b == '\''):
				quote = b
			case b == quote:
				quote = 0
			}
		}
		if x.buf = append(x.buf, part...); len(x.buf) > maxToken {
			return errNoXML
		}
		if err == nil && quote == 0 {
			break
		}
	}
	x.buf = x.buf[:len(x.buf)-1]
	if len(x.buf) == 0 {
		return errNoXML
	}
	return nil
}

// readBang reads a comment, which is passed over, or text in CDATA.
func (x *xmlScanner) readBang() (found bool, err error) {
	const cdata = "![CDATA["
	if head, err := x.r.Peek(3); err == nil && string(head) == "!--" {
		_, _ = x.r.Discard(3)
		return false, x.skip("-->")
	}
	if head, err := x.r.Peek(len(cdata)); err != nil || string(head) != cdata {
		return false, errNoXML
	}
	_, _ = x.r.Discard(len(cdata))
	if err := x.collect("]]>", true); err != nil {
		return false, err
	}
	x.text = x.buf[:len(x.buf)-len("]]>")]
	return true, nil
}

func (x *xmlScanner) skip(end string) error { return x.collect(end, false) }

// collect reads up to end. Without keep it holds no more than the end itself.
func (x *xmlScanner) collect(end string, keep bool) error {
	x.buf = x.buf[:0]
	for {
		b, err := x.r.ReadByte()
		if err != nil {
			return err
		}
		if x.buf = append(x.buf, b); len(x.buf) > maxToken {
			return errNoXML
		}
		if bytes.HasSuffix(x.buf, []byte(end)) {
			return nil
		}
		if !keep && len(x.buf) >= 2*len(end) {
			x.buf = append(x.buf[:0], x.buf[len(end):]...)
		}
	}
}

// attr returns the value of an attribute by its local name, "" if the element does not have it.
func (x *xmlScanner) attr(name string) string {
	b := x.attrs
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return ""
		}
		key, rest := bytes.TrimSpace(b[:eq]), bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ""
		}
		if i := bytes.IndexByte(key, ':'); i >= 0 {
			key = key[i+1:]
		}
		if string(key) == name {
			return string(unescape(rest[1 : 1+end]))
		}
		b = rest[2+end:]
	}
}

var entities = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// unescape resolves entities in place; what is none stays as it stands.
func unescape(b []byte) []byte {
	i := bytes.IndexByte(b, '&')
	if i < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	for i < len(b) {
		r, size := entity(b[i:])
		if size == 0 {
			out = append(out, b[i])
			i++
			continue
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return out
}

// entity reads an entity that b begins with; size is 0 if it begins with none.
func entity(b []byte) (r rune, size int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if b[0] != '&' || end < 2 {
		return 0, 0
	}
	name := string(b[1:end])
	if r, ok := entities[name]; ok {
		return r, end + 1
	}
	digits, number := strings.CutPrefix(name, "#")
	if !number {
		return 0, 0
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), end + 1
}
