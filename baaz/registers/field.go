package registers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"posbox/pos/day"
	"posbox/pos/money"
)

// Kind says what a field holds, and so how it is read, stored, described and shown.
type Kind string

// Kinds of fields.
const (
	Text    Kind = "text"    // one line
	Lines   Kind = "lines"   // a list of lines, some perhaps empty
	Names   Kind = "names"   // a list of codes, each once
	Choice  Kind = "choice"  // one of Enum
	Yes     Kind = "yes"     // true or false
	Whole   Kind = "whole"   // a whole number
	Percent Kind = "percent" // a decimal text, 0 to 100
	Money   Kind = "money"   // a decimal text, ₮
	Date    Kind = "date"    // 2026-11-23
	Objects Kind = "objects" // a list of objects with fields of their own
	Layer   Kind = "layer"   // an object of settings
	Secret  Kind = "secret"  // a password: taken, stored as a hash, never told
)

// Field describes one field of a register's rows.
type Field struct {
	Name   string
	Kind   Kind
	Needed bool // must not be empty
	Always bool // stored even where it is empty
	// Min and Max bound a text's characters, a list's entries, a number's value.
	Min, Max int
	Each     int      // characters of each entry of a list
	Digits   bool     // a text of digits only
	Enum     []string // what a Choice may be
	Of       []Field  // of Objects
	Ref      string   // the register that an entry must stand in
	Unique   string   // what it must be unique as, over the company: two fields may share a name
	Default  string   // as JSON, where nothing is said
	Facet    bool     // lists are narrowed by it; those of few values are anyway
	Kept     bool     // written by BAAZ itself, not by whoever changes the row
	MN, EN   string   // what it means
	// ShortMN and ShortEN stand at the head of its column where the first words of MN and EN would not do.
	ShortMN, ShortEN string
}

// wrong says what is wrong with a field.
type wrong struct{ field, detail string }

func (w *wrong) Error() string { return w.field + ": " + w.detail }

// Each value of a row is held as the JSON that is stored.
type values map[string]json.RawMessage

// read takes a field's value from what was sent to what is stored; nil: empty.
func (f *Field) read(raw json.RawMessage) (json.RawMessage, *wrong) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		if f.Default == "" {
			return f.empty()
		}
		raw = json.RawMessage(f.Default)
	}
	v, detail := readers[f.Kind](f, raw)
	if detail != "" {
		return nil, &wrong{f.Name, detail}
	}
	if v == nil {
		return f.empty()
	}
	return v, nil
}

func (f *Field) empty() (json.RawMessage, *wrong) {
	if f.Needed {
		return nil, &wrong{f.Name, "it is missing"}
	}
	return nil, nil
}

// readers hold one function a kind: the stored form, or what is wrong. An empty value gives nil.
var readers map[Kind]func(*Field, json.RawMessage) (json.RawMessage, string)

func init() { // a cycle through Objects keeps this from being the variable's value
	readers = map[Kind]func(*Field, json.RawMessage) (json.RawMessage, string){
		Text: readText, Secret: readText, Lines: readLines, Names: readNames, Choice: readChoice, Yes: readYes, Whole: readWhole,
		Percent: readPercent, Money: readMoney, Date: readDate, Objects: readObjects, Layer: readLayer,
	}
}

func readText(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, "must be a text, not " + shorten(raw)
	}
	return f.text(s)
}

func (f *Field) text(s string) (json.RawMessage, string) {
	if s = strings.TrimSpace(s); s == "" {
		return nil, ""
	}
	if detail := plain(s, f.Min, f.Max); detail != "" {
		return nil, detail
	}
	if f.Digits && strings.Trim(s, "0123456789") != "" {
		return nil, fmt.Sprintf("%q is not made of digits", clip(s))
	}
	return encode(s), ""
}

// plain says what is wrong with a line of text.
func plain(s string, least, most int) string {
	n := utf8.RuneCountInString(s)
	if n < least || n > most || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		if least <= 0 {
			return fmt.Sprintf("at most %d printable characters are allowed", most)
		}
		return fmt.Sprintf("%d to %d printable characters are needed", least, most)
	}
	return ""
}

func (f *Field) texts(raw json.RawMessage) (list []string, detail string) {
	if json.Unmarshal(raw, &list) != nil {
		return nil, "must be a list, not " + shorten(raw)
	}
	if len(list) > f.Max {
		return nil, fmt.Sprintf("at most %d are allowed", f.Max)
	}
	return list, ""
}

func readLines(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	list, detail := f.texts(raw)
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
		if d := plain(list[i], 0, f.Each); detail == "" {
			detail = d
		}
	}
	if detail != "" || len(list) == 0 {
		return nil, detail
	}
	return encode(list), ""
}

func readNames(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	list, detail := f.texts(raw)
	if detail != "" || len(list) == 0 {
		return nil, detail
	}
	seen := make(map[string]bool, len(list))
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
		if plain(list[i], 1, f.Each) != "" {
			return nil, fmt.Sprintf("%q is not 1 to %d printable characters", clip(list[i]), f.Each)
		}
		if seen[list[i]] {
			return nil, clip(list[i]) + " stands twice"
		}
		seen[list[i]] = true
	}
	return encode(list), ""
}

func readChoice(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	var s string
	if json.Unmarshal(raw, &s) != nil || !slices.Contains(f.Enum, s) {
		return nil, "must be " + strings.Join(f.Enum, ", ") + ", not " + shorten(raw)
	}
	return encode(s), ""
}

func readYes(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	switch string(raw) {
	case "true":
		return json.RawMessage("true"), ""
	case "false":
		if f.Always {
			return json.RawMessage("false"), ""
		}
		return nil, ""
	}
	return nil, "must be true or false, not " + shorten(raw)
}

func readWhole(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	n, err := strconv.Atoi(string(raw))
	switch {
	case err != nil:
		return nil, shorten(raw) + " is no whole number"
	case n < f.Min || n > f.Max:
		return nil, fmt.Sprintf("%d is not between %d and %d", n, f.Min, f.Max)
	case n == 0 && !f.Always:
		return nil, ""
	}
	return json.RawMessage(strconv.Itoa(n)), ""
}

// decimal takes a decimal text, or a JSON number by its digits.
func decimal(raw json.RawMessage) (string, bool) {
	var s string
	if raw[0] != '"' {
		var n json.Number
		err := json.Unmarshal(raw, &n)
		return n.String(), err == nil && n != ""
	}
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

func readPercent(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	s, ok := decimal(raw)
	p, err := money.ParsePercent(s)
	switch {
	case !ok || err != nil:
		return nil, `must be a percentage in quotation marks such as "7.5", not ` + shorten(raw)
	case p < 0 || p > money.Whole:
		return nil, p.String() + " is not between 0 and 100"
	case p == 0 && !f.Always:
		return nil, ""
	}
	return encode(p), ""
}

// maxMoney is the largest amount of master data: one thousand million ₮, as the dearest good's price.
const maxMoney money.Amount = 100_000_000_000

func readMoney(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	s, ok := decimal(raw)
	a, err := money.Parse(s)
	switch {
	case !ok || err != nil:
		return nil, shorten(raw) + " is not a price such as 12500 or 12500.50"
	case a < money.Amount(f.Min) || a > maxMoney:
		return nil, fmt.Sprintf("%s is not between %s and %s", a, money.Amount(f.Min), maxMoney)
	}
	return encode(a), ""
}

func readDate(_ *Field, raw json.RawMessage) (json.RawMessage, string) {
	var s string
	err := json.Unmarshal(raw, &s)
	if err == nil && s == "" {
		return nil, ""
	}
	if _, bad := day.Parse(s); err != nil || bad != nil {
		return nil, shorten(raw) + " is not a day such as 2026-11-23"
	}
	return encode(s), ""
}

func readObjects(f *Field, raw json.RawMessage) (json.RawMessage, string) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil, "must be a list, not " + shorten(raw)
	}
	if len(list) > f.Max {
		return nil, fmt.Sprintf("at most %d are allowed", f.Max)
	}
	if len(list) == 0 {
		return nil, ""
	}
	out := []byte{'['}
	for i, e := range list {
		given, w := objectOf(e)
		var v values
		if w == nil {
			v, w = readFields(f.Of, given)
		}
		if w != nil {
			return nil, fmt.Sprintf("entry %d, %s: %s", i+1, w.field, w.detail)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = v.append(out, f.Of)
	}
	return append(out, ']'), ""
}

func readLayer(_ *Field, raw json.RawMessage) (json.RawMessage, string) {
	if raw[0] != '{' || len(raw) > maxLayer {
		return nil, fmt.Sprintf("must be an object of at most %d bytes, not %s", maxLayer, shorten(raw))
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return nil, "cannot be read"
	}
	return b.Bytes(), ""
}

// maxLayer bounds settings, in bytes.
const maxLayer = 64 << 10

// objectOf takes a JSON object apart. A name that stands twice is refused: two readers would take two values.
func objectOf(raw json.RawMessage) (values, *wrong) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, &wrong{"", "must be an object, not " + shorten(raw)}
	}
	given := values{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		var value json.RawMessage
		if err == nil && ok {
			err = d.Decode(&value)
		}
		if err != nil || !ok {
			return nil, &wrong{clip(name), "cannot be read"}
		}
		if given[name] != nil {
			return nil, &wrong{clip(name), "stands twice"}
		}
		given[name] = value
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, &wrong{"", "cannot be read"}
	}
	return given, nil
}

// readFields reads all fields of an object; a name that there is none of is refused.
func readFields(fields []Field, given values) (values, *wrong) {
	v := make(values, len(fields))
	known := 0
	for i := range fields {
		f := &fields[i]
		raw, said := given[f.Name]
		if said {
			known++
		}
		got, w := f.read(raw)
		if w != nil {
			return nil, w
		}
		if got != nil {
			v[f.Name] = got
		}
	}
	if known < len(given) {
		for name := range given {
			if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
				return nil, &wrong{clip(name), "there is no such field"}
			}
		}
	}
	return v, nil
}

// append writes an object with its fields in the order of their description.
func (v values) append(b []byte, fields []Field) []byte {
	b = append(b, '{')
	first := true
	for i := range fields {
		f := &fields[i]
		value := v[f.Name]
		if value == nil {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(append(append(b, '"'), f.Name...), `":`...)
		b = append(b, value...)
	}
	return append(b, '}')
}

// text returns a stored text.
func (v values) text(name string) (s string) {
	if raw := v[name]; raw != nil {
		json.Unmarshal(raw, &s) // of our own making
	}
	return s
}

// texts returns a stored list of texts, or the one text that there is.
func (v values) texts(name string) (list []string) {
	raw := v[name]
	if raw == nil {
		return nil
	}
	if raw[0] == '"' {
		return []string{v.text(name)}
	}
	json.Unmarshal(raw, &list)
	return list
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts, numbers and lists of them
	}
	return b
}

// shorten shows a wrong value, but not much of it.
func shorten(raw json.RawMessage) string { return clip(strings.Join(strings.Fields(string(raw)), " ")) }

// clip shows a text, but not much of it, and nothing that is no letter.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}
