package fault

import (
	"regexp"
	"strings"
)

// detail says in Mongolian what a {detail} says in English. "*" stands for what differs from case to case, in the same order.
type detail struct{ en, mn string }

// details are what is wrong with a setting, a good, a customer, a seller or a row of a file. Rooms say it once, in English; a test
// reads their sources and finds what is not in this table. The more particular stands before the more general.
var details = []detail{
	{"* (set by *)", "* (тохируулсан: *)"},
	{"entry *, *: *", "*-р мөр, *: *"},
	{"row *: *", "*-р мөр: *"},
	{"rule *: *", "*-р дүрэм: *"},
	{"company", "компани"},
	{"group", "байршил"},
	{"point", "борлуулалтын цэг"},
	{"box", "энэ касс"},
	{"box in BAAZ", "БААЗ, энэ касс"},
	{"file", "тохиргооны файл"},
	{"command line", "тушаалын мөр"},
	{"a text", "бичвэр"},
	{"true or false", "true эсвэл false"},
	{"a whole number", "бүхэл тоо"},
	{"an object", "объект"},
	{"an object of at most * bytes", "* байтаас ихгүй объект"},
	{"a list", "жагсаалт"},
	{"a percentage in quotation marks such as *", "* гэх мэт хашилттай хувь"},
	{"* is not a number of * to * digits", "* нь * – * оронтой тоо биш"},
	{"* is not a number of * digits", "* нь * оронтой тоо биш"},
	{"* is not a taxpayer number of * to * digits or empty", "* нь * – * оронтой ТТД биш, хоосон ч биш"},
	{"a code has * to * printable characters", "код * – * тэмдэгт байна"},
	{"the settings have a seller of this code", "энэ кодтой худалдагч тохиргоонд бий"},
	{"nobody can take away the own role", "өөрийн үүргийг өөрөө хасах боломжгүй"},
	{"it is longer than * bytes", "* байтаас урт байна"},
	{"it is longer than 16 KiB", "16 КБ-аас урт байна"},
	{"no value can be read", "утга уншигдахгүй байна"},
	{"tax rates are missing for *", "*-ны өдрийн татварын хувь алга"},
	{"an open basket cannot be priced any more (*)", "нээлттэй сагсны дүнг бодох боломжгүй болно (*)"},
	{"it is not UTF-8", "UTF-8 биш байна"},
	{"it is not JSON: *", "JSON биш байна: *"},
	{"line * is not JSON: *", "*-р мөр JSON биш байна: *"},
	{"it is not an argon2id hash", "argon2id хэш биш байна"},
	{"* is not an address like * or empty", "* нь * гэх мэт хаяг биш, хоосон ч биш"},
	{"* is not like *", "* нь * гэх мэт биш байна"},
	{"* is none of *", "* нь зөвшөөрөгдсөн утгын (*) аль нь ч биш"},
	{"* is not another machine in *", "* нь * сүлжээний өөр төхөөрөмж биш"},
	{"at most * servers are allowed", "дээд тал нь * сервер байна"},
	{"the prefix is between /8 and /30", "сүлжээний урт /8 – /30 байна"},
	{"* cannot be a machine's", "* нь төхөөрөмжийн хаяг байж болохгүй"},
	{"* is the network's own", "* нь сүлжээний өөрийн хаяг"},
	{"* does not come after *", "* нь *-аас хойш биш байна"},
	{"rates must lie between 0 and 100 %", "хувь 0 – 100 байна"},
	{"prefix: 1 to 6 digits are needed", "угтвар: 1 – 6 цифр хэрэгтэй"},
	{"kind: must be weight, price or count", "юу тоолох: weight, price, count-ын нэг байна"},
	{"item_digits: at least 1 is needed", "барааны орон: дор хаяж 1 байна"},
	{"value_digits: at least 1 is needed", "утгын орон: дор хаяж 1 байна"},
	{"decimals: must lie between 0 and value_digits", "бутархай орон: 0-ээс утгын орны тоо хүртэл байна"},
	{"price_check: needs a value of 4 or 5 digits", "хяналтын орон: утга 4 эсвэл 5 оронтой байна"},
	{"prefix, item, value and check digits make * digits instead of *", "угтвар, бараа, утга, хяналтын орон нийлээд * байна, * байх ёстой"},
	{"prefix * stands twice", "* угтвар хоёр удаа байна"},
	{"* to * printable characters are needed", "* – * тэмдэгт хэрэгтэй"},
	{"a name has * to * printable characters", "нэр * – * тэмдэгт байна"},
	{"a log-in name has 3 to 100 characters without spaces", "нэвтрэх нэр зайгүй 3 – 100 тэмдэгт байна"},
	{"it is too easy to guess", "таахад хэт амархан"},
	{"at most * printable characters are allowed", "дээд тал нь * тэмдэгт байна"},
	{"* is not * to * printable characters", "* нь * – * тэмдэгт биш байна"},
	{"a role's name has 1 to 32 printable characters", "үүргийн нэр 1 – 32 тэмдэгт байна"},
	{"it is missing", "утга алга"},
	{"it is another than in the address", "хаяг дээрхээс өөр байна"},
	{"it has a register of its own", "өөрийн бүртгэлтэй"},
	{"it must be made of a-z, 0-9, - and _", "a–z, 0–9, -, _ тэмдэгтээс бүрдэнэ"},
	{"there is no such field", "ийм талбар байхгүй"},
	{"* does not stand in register *", "* нь * бүртгэлд алга"},
	{"totals must ascend", "дүн өсөх ёстой"},
	{"at most * bytes are allowed", "дээд тал нь * байт байна"},
	{"* is not made of digits", "* нь цифрээс бүрдээгүй"},
	{"cannot be read", "унших боломжгүй"},
	{"a price is needed", "үнэ хэрэгтэй"},
	{"prices must ascend by date", "үнэ огноогоор өсөх ёстой"},
	{"must be * digits or empty", "* оронтой тоо эсвэл хоосон байна"},
	{"must be VAT_ABLE, VAT_FREE, VAT_ZERO or NO_VAT", "VAT_ABLE, VAT_FREE, VAT_ZERO, NO_VAT-ийн нэг байх ёстой"},
	{"must be *, not *", "* байх ёстой, * биш"},
	{"* is not a price such as 12500 or 12500.50", "* нь 12500 эсвэл 12500.50 гэх мэт үнэ биш"},
	{"* is not a day such as 2026-11-23", "* нь 2026-11-23 гэх мэт өдөр биш"},
	{"* is not a taxpayer number of at most 14 digits", "* нь 14 хүртэл оронтой ТТД биш"},
	{"* is not a time zone such as Asia/Ulaanbaatar", "* нь Asia/Ulaanbaatar гэх мэт цагийн бүс биш"},
	{"a file must be a device under /dev", "файл нь /dev доторх төхөөрөмж байх ёстой"},
	{"* is not tcp://host:port, file:/path or empty", "* нь tcp://хаяг:порт, file:/зам эсвэл хоосон биш"},
	{"* is not the name of a right such as *", "* нь * гэх мэт эрхийн нэр биш"},
	{"* is not between * and *", "* нь * – * хооронд биш"},
	{"* is neither yes, no, VAT_ABLE, VAT_FREE, VAT_ZERO nor NO_VAT", "* нь тийм, үгүй, VAT_ABLE, VAT_FREE, VAT_ZERO, NO_VAT-ийн аль нь ч биш"},
	{"* is neither yes nor no", "* нь тийм, үгүйн аль нь ч биш"},
	{"* is neither * nor *", "* нь *, * хоёрын аль нь ч биш"},
	{"* is no whole number", "* бүхэл тоо биш"},
	{"* stands already in row *", "* өмнө нь *-р мөрөнд байна"},
	{"* stands twice", "* хоёр удаа байна"},
	{"stands twice", "хоёр удаа байна"},
	{"* lies before *", "* нь *-аас өмнө байна"},
	{"* to * notes are needed", "* – * дэвсгэрт хэрэгтэй"},
	{"at least one row is needed", "дор хаяж нэг мөр хэрэгтэй"},
	{"at least one role must have the right *", "дор хаяж нэг үүрэг * эрхтэй байх ёстой"},
	{"at most * lines are allowed", "дээд тал нь * мөр байна"},
	{"at most * are allowed", "дээд тал нь * байна"},
	{"there is no role *", "* үүрэг байхгүй"},
	{"there is no right *", "* эрх байхгүй"},
	{"none of its first rows names the columns: *", "эхний мөрүүдэд баганын нэр алга: *"},
	{"it has no rows", "мөр алга"},
	{"* is not company, group.CODE or point.NUMBER", "* нь company, group.КОД, point.ДУГААР-ын аль нь ч биш"},
	{"* stands for too many things", "* хэт олон хэсэгтэй"},
	{"too many rows", "мөр хэт олон"},
	{"there is no column *", "* багана алга"},
	{"it is empty, and the file has no column *", "хоосон байна, файлд * багана алга"},
	{"there are two columns *: * and *", "* багана хоёр байна: * ба *"},
	{"there are more than * fields", "*-аас олон багана байна"},
	{"the row has * fields, the header *; a text that contains the separator must stand in quotation marks",
		"мөрөнд * багана, толгойд * байна; зааглагч агуулсан бичвэрийг хашилтад хийнэ"},
	{"a quotation mark is never closed", "хашилт хаагдаагүй"},
	{"the row is too long; a closing quotation mark seems to be missing", "мөр хэт урт; хаах хашилт дутуу бололтой"},
	{"the letters are not UTF-8; save the file as CSV UTF-8", "үсгийн код UTF-8 биш; файлыг CSV UTF-8 болгож хадгална уу"},
	{"it has more than * rows", "*-аас олон мөртэй"},
	{"it has no goods", "бараа алга"},
	{"it is not a text file", "бичвэр файл биш"},
	{"it is a PDF; goods are read from .xlsx and CSV", "PDF байна; барааг .xlsx, CSV-ээс уншина"},
	{"it is a workbook of an old Excel (.xls) or one with a password; save it as .xlsx without a password",
		"хуучин Excel (.xls) эсвэл нууц үгтэй файл байна; нууц үггүй .xlsx болгож хадгална уу"},
	{"it is UTF-16; save it as CSV UTF-8 or .xlsx", "UTF-16 байна; CSV UTF-8 эсвэл .xlsx болгож хадгална уу"},
	{"it is called .xlsx but is no workbook; it may have been cut off on the way", "нэр нь .xlsx боловч тийм файл биш; дутуу ирсэн байж магадгүй"},
	{"it is a binary workbook (.xlsb); save it as .xlsx", ".xlsb файл байна; .xlsx болгож хадгална уу"},
	{"it is an OpenDocument file; save it as .xlsx or CSV", "OpenDocument файл байна; .xlsx эсвэл CSV болгож хадгална уу"},
	{"the workbook is damaged, or was cut off on the way", "Excel файл гэмтсэн эсвэл дутуу ирсэн"},
	{"the workbook is damaged: its sheet is missing", "Excel файл гэмтсэн: хуудас нь алга"},
	{"the workbook is damaged: one of its parts cannot be read", "Excel файл гэмтсэн: нэг хэсэг нь уншигдахгүй байна"},
	{"the workbook is too large", "Excel файл хэт том"},
	{"the workbook has no sheet", "Excel файлд хуудас алга"},
	{"the workbook has too many parts", "Excel файл хэт олон хэсэгтэй"},
	{"it is no workbook", "Excel файл биш"},
	{"it is a packed file but no workbook", "шахсан файл байна, Excel файл биш"},
	{"* has been rounded by a spreadsheet; make the column a text column and enter it again",
		"* тоог Excel дугуйлсан; баганыг текст болгоод дахин оруулна уу"},
	{"the spreadsheet has made the date * of it; make the column a text column and enter it again",
		"Excel үүнийг * огноо болгосон; баганыг текст болгоод дахин оруулна уу"},
	{"the cell holds the error *", "нүдэнд * алдаа байна"},
	{"the cell is one with others (*); undo the merge and fill in every cell", "нүд бусадтай нийлсэн (*); салгаад нүд бүрийг бөглөнө үү"},
	{"the cell cannot be read", "нүд уншигдахгүй байна"},
	{"the formula has no value; open the file in a spreadsheet and save it again", "томьёо утгагүй байна; файлыг Excel-ээр нээгээд дахин хадгална уу"},
	{"* of * belongs to * in the catalog as well", "* баркод (*) нь бүртгэлтэй * бараанд бас байна"},
	{"* of * belongs to * in row * as well", "* баркод (*) нь * барааны *-р мөрөнд бас байна"},
	{`text stands behind a closing quotation mark; a mark inside a text is written twice ("")`,
		`хаасан хашилтын ард текст байна; текст доторх хашилтыг давхар ("") бичнэ`},
	{"it is given twice", "хоёр удаа өгсөн байна"},
}

// columns are the fields of goods and customers where no file has named them.
var columns = map[string]string{
	"code": "код", "name": "нэр", "barcodes": "баркод", "category": "бүлэг", "unit": "нэгж", "price": "үнэ", "vat": "НӨАТ", "class_code": "БҮНА код", "stamped": "онцгой татварын тэмдэг",
	"tax_product_code": "татварын код", "phone": "утас", "percent": "хувь", "cards": "карт", "valid_from": "эхлэх өдөр", "valid_to": "дуусах өдөр",
}

// lacking are what an e-barimt may lack, of a good and of the merchant, by the name the journal and the settings have for it.
var lacking = map[string]detail{
	"class_code": {"classification code", "БҮНА код"}, "tax_product_code": {"tax code", "татварын код"}, "stamps": {"excise stamps", "онцгой татварын тэмдэг"},
	"tin": {"taxpayer number (TIN)", "татвар төлөгчийн дугаар (ТТД)"}, "branch": {"branch number", "салбарын дугаар"},
	"district": {"district code", "дүүргийн код"}, "till": {"till number", "кассын дугаар"}, "consumer": {"consumer number", "хэрэглэгчийн дугаар"},
}

var patterns = func() (all []*regexp.Regexp) {
	for _, d := range details {
		all = append(all, regexp.MustCompile("^(?s:"+strings.ReplaceAll(regexp.QuoteMeta(d.en), `\*`, "(.*?)")+")$"))
	}
	return all
}()

// inMongolian says a value of a fault in Mongolian where it is words of ours and no value at all.
func (e *Error) inMongolian(name, value string) string {
	switch name {
	case "column":
		if mn, ok := columns[value]; ok && e.Code != ImportRow { // a file's columns are told as the file calls them
			return mn
		}
	case "field":
		if d, ok := lacking[value]; ok {
			return d.mn
		}
	case "detail":
		return translated(value)
	}
	return value
}

// translated says a sentence of a room in Mongolian, and what stands in it where that is one, too.
func translated(s string) string {
	for i, p := range patterns {
		found := p.FindStringSubmatch(s)
		if found == nil {
			continue
		}
		mn := details[i].mn
		for _, v := range found[1:] {
			mn = strings.Replace(mn, "*", strings.ReplaceAll(translated(v), "*", "\x00"), 1)
		}
		return strings.ReplaceAll(mn, "\x00", "*")
	}
	return s
}

// inEnglish is the same in English: rooms write it so, but for the names of what is lacking.
func (e *Error) inEnglish(name, value string) string {
	if d, ok := lacking[value]; ok && name == "field" {
		return d.en
	}
	return value
}
