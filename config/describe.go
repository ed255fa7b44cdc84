package config

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"posbox/pos/till"
)

// Setting is one setting as its owner sees it: value, where it comes from, and what it means in both languages.
type Setting struct {
	Path     string          `json:"path"`
	Value    json.RawMessage `json:"value"`
	Origin   string          `json:"origin"`   // the layer that the value comes from
	Fallback json.RawMessage `json:"fallback"` // what holds without the box's own layer
	Editable bool            `json:"editable"`
	Group    string          `json:"group"` // settings of one group stand together, in the order of the list
	GroupMN  string          `json:"group_mn"`
	GroupEN  string          `json:"group_en"`
	AboutMN  string          `json:"about_mn"`
	AboutEN  string          `json:"about_en"`
	// Kind says how a screen shows it: string, bool, int, percent, list (of texts), ints, names (of rights), rows.
	Kind string            `json:"kind"`
	Enum []json.RawMessage `json:"enum"` // the only values there are; empty: any
	Min  *int              `json:"min"`
	Max  *int              `json:"max"`
	// Columns are the fields of what is rows, and the one of a list of numbers.
	Columns []Column `json:"columns"`
	Least   int      `json:"least"` // rows that must stay
}

// described is one row of the table of settings that a shop's owner understands.
type described struct {
	path   string // "*" for any name
	group  string
	kind   string
	aboutM string
}

// Kinds of settings.
const (
	kindText     = "string"
	kindBool     = "bool"
	kindInteger  = "int"
	kindPercent  = "percent"
	kindLines    = "list"
	kindIntegers = "ints"
	kindNames    = "names"
	kindRows     = "rows"
)

// NetworkGroup is of boxes only.
const NetworkGroup = "network"

// groups are in the order of a screen.
var groups = []struct{ name, mn, en string }{
	{"shop", "Дэлгүүр, баримт", "Shop and receipt"},
	{"selling", "Борлуулалт", "Selling"},
	{"printer", "Принтер, мөнгөний хайрцаг", "Printer and drawer"},
	{"tax", "Татвар", "Taxes"},
	{"fiscal", "И-баримт", "E-barimt"},
	{NetworkGroup, "Сүлжээ", "Network"},
	{"place", "Хэл, цаг", "Language and time"},
	{"people", "Эрх", "Rights"},
}

// table lists every setting that can be set at the till. What it means in English stands in the schema (about).
var table = []described{
	{"shop.name", "shop", kindText, "Дэлгүүрийн нэр."},
	{"shop.tin", "shop", kindText, "Татвар төлөгчийн дугаар (ТТД)."},
	{"shop.branch", "shop", kindText, "Салбарын нэр."},
	{"shop.till", "shop", kindText, "Кассын нэр, дугаар."},
	{"shop.address", "shop", kindText, "Салбарын хаяг."},
	{"shop.phone", "shop", kindText, "Утас."},
	{"shop.header", "shop", kindLines, "Баримтын эхэнд хэвлэх мөрүүд."},
	{"shop.footer", "shop", kindLines, "Баримтын төгсгөлд хэвлэх мөрүүд."},

	{"round_to", "selling", kindInteger, "Төлөх дүнг доош бөөрөнхийлөх (₮); 0 бол бөөрөнхийлөхгүй."},
	{"return_unverified", "selling", kindInteger, "Өөр кассын баримтыг БААЗ-гүйгээр буцаах дээд дүн (₮); нэг баримтад, 0 бол буцаахгүй."},
	{"lock_after", "selling", kindInteger, "Хөдөлгөөнгүй бол түгжих хугацаа (минут); 0 бол түгжихгүй."},
	{"blind_count", "selling", kindBool, "Мөнгө харах эрхгүй худалдагчид ээлжийн дүн, хуучин баримт харагдахгүй."},
	{"notes", "selling", kindIntegers, "Бэлэн төлбөрийн товч дэвсгэртүүд (₮)."},
	{"count_notes", "selling", kindIntegers, "Касс тоолоход гарах дэвсгэртүүд (₮)."},
	{"barcode_rules", "selling", kindRows, "Дэлгүүрийн өөрийн 13 оронтой кодын бүтэц; хоёр угтвар таарвал урт нь давуу."},

	{"printer.address", "printer", kindText, "Принтерийн хаяг; жишээ нь tcp://192.168.1.60:9100, file:/dev/usb/lp0, хоосон бол принтергүй."},
	{"printer.columns", "printer", kindInteger, "Цаасны өргөн, багана; 80 мм цаас 48, 58 мм цаас 32."},
	{"printer.drawer_pin", "printer", kindInteger, "Мөнгөний хайрцгийн утас; 0 бол 2-р хөл, 1 бол 5-р хөл."},
	{"printer.cash_slip", "printer", kindBool, "Бэлэн мөнгө хийх, гаргахад гарын үсэг зурах баримт хэвлэнэ."},
	{"drawer_on_cash", "printer", kindBool, "Бэлнээр төлөхөд мөнгөний хайрцаг онгойно."},

	{"payer.vat", "tax", kindBool, "НӨАТ төлөгч."},
	{"payer.city_tax", "tax", kindBool, "НХАТ төлөгч."},
	{"payers", "tax", kindRows, "НӨАТ, НХАТ төлөгч болсон, больсон өдөр; түүнээс өмнө дээрх хоёр тохиргоо."},
	{"rates", "tax", kindRows, "Татварын хувь, хүчинтэй болох өдрөөр нь."},

	{"fiscal.posapi", "fiscal", kindText, "PosAPI-ийн хаяг; жишээ нь http://127.0.0.1:7080, хоосон бол и-баримт олгохгүй."},
	{"fiscal.lookup", "fiscal", kindText, "Байгууллагыг регистрээр хайх лавлагааны хаяг; хоосон бол зөвхөн ТТД-гээр хайна."},
	{"fiscal.tin", "fiscal", kindText, "Баримт олгогчийн ТТД; 11 – 14 оронтой, хоосон бол дэлгүүрийнх."},
	{"fiscal.branch", "fiscal", kindText, "Салбарын дугаар; 3 оронтой."},
	{"fiscal.district", "fiscal", kindText, "Татварын хэлтэс, дэд хэлтсийн код; 4 оронтой, жишээ нь 2301."},
	{"fiscal.pos_no", "fiscal", kindText, "Кассын өөрийн дугаар."},
	{"fiscal.away", "fiscal", kindText, "И-баримтын үйлчилгээ холбогдохгүй үед."},
	{"fiscal.reissue", "fiscal", kindText, "Сугалааны дугаар нь алга болсон баримтад эхлээд санал болгох нь."},
	{"fiscal.easy_paper", "fiscal", kindBool, "Худалдан авагчийн аппад очсон ч цаасан баримт хэвлэнэ."},
	{"fiscal.wait", "fiscal", kindInteger, "И-баримтын дугаар хүлээх хугацаа (секунд); дараа нь түр баримт хэвлэнэ."},
	{"fiscal.hang", "fiscal", kindInteger, "Хариу хүлээх дээд хугацаа (секунд); өнгөрвөл хүсэлт тодорхойгүй болно."},
	{"fiscal.send_hour", "fiscal", kindInteger, "Бүх мэдээг татварын албанд илгээх цаг; өдөр бүр."},
	{"fiscal.warn_hours", "fiscal", kindInteger, "Илгээгээгүй баримтыг сануулах хугацаа (цаг); хуулиар 72 цагаас хэтрэхгүй."},
	{"fiscal.lotteries_low", "fiscal", kindInteger, "Сугалааны дугаар үүнээс цөөрвөл сануулна."},

	{"network.mode", NetworkGroup, kindText, "Сүлжээний хаяг; гараар бол эхлээд доор бичнэ."},
	{"network.address", NetworkGroup, kindText, "Кассын өөрийн хаяг; сүлжээний урттай нь, жишээ нь 192.168.1.50/24."},
	{"network.gateway", NetworkGroup, kindText, "Чиглүүлэгчийн (router) хаяг; хоосон бол байхгүй."},
	{"network.dns", NetworkGroup, kindLines, "Нэрийн серверүүдийн (DNS) хаяг."},

	{"lang", "place", kindText, "Дэлгэц, баримтын хэл."},
	{"zone", "place", kindText, "Дэлгүүрийн цагийн бүс; IANA нэр, жишээ нь Asia/Ulaanbaatar."},

	{"roles.*.rights", "people", kindNames, "Энэ үүргийн эрхүүд."},
	{"roles.*.max_discount", "people", kindPercent, "Зөвшөөрөлгүйгээр өгч болох хамгийн их хөнгөлөлт, хувиар."},
}

// Describe lists the settings that a shop's owner understands, in the order of a screen. fallback is what holds without
// the box's own layer.
func Describe(now Settings, origins Origins, fallback Settings) []Setting {
	value, below := tree(now), tree(fallback)
	list := []Setting{}
	for _, g := range groups {
		for i := range table {
			d := &table[i]
			if d.group != g.name {
				continue
			}
			for _, path := range d.paths(now.Roles) {
				s := d.describe(path)
				s.GroupMN, s.GroupEN = g.mn, g.en
				s.Value, s.Fallback, s.Origin = d.filled(value.at(path)), d.filled(below.at(path)), origins[path]
				list = append(list, s)
			}
		}
	}
	return list
}

// paths spells out the names that "*" stands for.
func (d *described) paths(roles till.Roles) []string {
	if !strings.Contains(d.path, "*") {
		return []string{d.path}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		keys := strings.Split(d.path, ".")
		keys[slices.Index(keys, "*")] = name
		all = append(all, Join(keys...))
	}
	return all
}

func (d *described) describe(path string) Setting {
	s := Setting{Path: path, Editable: true, Group: d.group, Kind: d.kind, AboutMN: label(d.aboutM), Enum: []json.RawMessage{}, Columns: columnsOf(d.path)}
	schema := about[d.path]
	text, _ := schema["description"].(string)
	s.AboutEN = label(text)
	if least := bound(schema, "minItems"); least != nil {
		s.Least = *least
	}
	switch enum := schema["enum"].(type) {
	case []string:
		for _, v := range enum {
			s.Enum = append(s.Enum, encoded(v))
		}
	case []int:
		for _, v := range enum {
			s.Enum = append(s.Enum, encoded(v))
		}
	}
	if element, ok := about[d.path+"[]"]; ok && d.kind == kindIntegers {
		schema = element
	}
	s.Min, s.Max = bound(schema, "minimum", "minLength"), bound(schema, "maximum", "maxLength")
	return s
}

// label is a description as it stands beside its value: no sentence.
func label(about string) string { return strings.TrimSuffix(about, ".") }

// filled gives an empty text or list its form: the settings leave it out.
func (d *described) filled(v json.RawMessage) json.RawMessage {
	switch {
	case string(v) != "null":
		return v
	case d.kind == kindText:
		return json.RawMessage(`""`)
	case d.kind == kindLines, d.kind == kindIntegers, d.kind == kindNames, d.kind == kindRows:
		return json.RawMessage("[]")
	}
	return v
}

// bound reads a limit of a value, or of the length of a text.
func bound(schema object, names ...string) *int {
	for _, n := range names {
		if v, ok := schema[n].(int); ok {
			return &v
		}
	}
	return nil
}

// branch is a part of settings as JSON.
type branch struct{ raw json.RawMessage }

func tree(s Settings) branch { return branch{encoded(s)} }

// at returns the value at a path; null where there is none.
func (b branch) at(path string) json.RawMessage {
	keys, _ := Split(path)
	raw := b.raw
	for _, k := range keys {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			return json.RawMessage("null")
		}
		raw = m[k]
	}
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

func encoded(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // settings are plain texts, numbers and lists
	}
	return b
}
