package registers

import (
	"posbox/pos/event"
	"posbox/pos/tax"
	"posbox/wire"
)

// Names of registers that the program itself speaks of.
const (
	Company      = wire.RegisterCompany
	Locations    = wire.RegisterLocations
	Points       = wire.RegisterPoints
	Roles        = wire.RegisterRoles
	Sellers      = wire.RegisterSellers
	Categories   = wire.RegisterCategories
	PriceLists   = wire.RegisterPriceLists
	Goods        = wire.RegisterGoods
	Taxes        = wire.RegisterTaxes
	BarcodeRules = wire.RegisterBarcodeRules
	Tiers        = wire.RegisterTiers
	Customers    = wire.RegisterCustomers
	Tabs         = wire.RegisterTabs
	Tenders      = wire.RegisterTenders
	Settings     = wire.RegisterSettings
)

var (
	company    = []wire.Level{wire.LevelCompany}
	everywhere = []wire.Level{wire.LevelCompany, wire.LevelGroup, wire.LevelPoint}
)

// Fields that several registers have.
var (
	name   = Field{Name: "name", Kind: Text, Needed: true, Min: 1, Max: 100, MN: "Нэр.", EN: "Name."}
	active = Field{Name: "active", Kind: Yes, Always: true, Default: "true", MN: "Хэрэглэгдэж байгаа.", EN: "In use.", ShortMN: "Идэвхтэй", ShortEN: "Active"}
	order  = Field{Name: "order", Kind: Whole, Max: 9999, MN: "Жагсаалт дахь байр.", EN: "Place in a list, from 0."}
)

// own is a code that the shop chooses.
var own = Field{Kind: Text, Min: 1, Max: 32, MN: "Код.", EN: "Code of the shop's own."}

func text(name string, most int, mn, en string) Field {
	return Field{Name: name, Kind: Text, Max: most, MN: mn, EN: en}
}

func yes(name, otherwise, mn, en string) Field {
	return Field{Name: name, Kind: Yes, Always: true, Default: otherwise, MN: mn, EN: en}
}

// Table describes every register.
var Table = []*Register{
	{Name: Company, MN: "Компани", EN: "Company", Levels: company, Fixed: map[wire.Level][]string{wire.LevelCompany: {"company"}}, Sorted: "name",
		Fields: []Field{name,
			{Name: "tin", Kind: Text, Max: 14, Digits: true, MN: "Татвар төлөгчийн дугаар (ТТД).", EN: "Taxpayer number."},
			text("address", 200, "Хаяг.", "Address."), text("phone", 50, "Утас.", "Phone."),
			yes("vat", "true", "НӨАТ төлөгч.", "Registered for VAT."), yes("city_tax", "true", "НХАТ төлөгч.", "Pays the city tax."),
			yes("tax_included", "true", "Үнийг татвартай оруулна.", "Prices are entered with tax."),
		}},
	{Name: Locations, MN: "Байршил", EN: "Location", Levels: company, Code: Field{Kind: Text, Min: 1, Max: 32, MN: "Код: a–z, 0–9, -, _.", EN: "Code: a-z, 0-9, - and _."}, Sorted: "name",
		CodeOK: wire.GroupName, CodeForm: "it must be made of a-z, 0-9, - and _",
		Fields: []Field{name, {Name: "kind", Kind: Choice, Enum: []string{"place", "business"}, Default: `"place"`, Always: true, MN: "Газраар эсвэл үйл ажиллагаагаар.", EN: "By place or by kind of business."},
			text("note", 200, "Тэмдэглэл.", "Remark."),
		}},
	{Name: Points, MN: "Борлуулалтын цэг", EN: "Sales point", Levels: []wire.Level{wire.LevelPoint}, Sorted: "name", Numbered: true,
		Fields: []Field{name,
			{Name: "location", Kind: Text, Max: 32, Ref: Locations, MN: "Байршил.", EN: "Location; its settings and registers hold here."},
			{Name: "price_list", Kind: Text, Max: 32, Ref: PriceLists, MN: "Үнийн жагсаалт.", EN: "Price list that is sold by; empty: the goods' own prices.", ShortEN: "Price list"},
			text("branch", 50, "Салбарын нэр.", "Branch."), text("till", 50, "Кассын нэр, дугаар.", "Name of the till."),
			text("address", 200, "Хаяг.", "Address."), text("phone", 50, "Утас.", "Phone."),
			{Name: "header", Kind: Lines, Max: 12, Each: 100, MN: "Баримтын эхэнд хэвлэх мөрүүд.", EN: "Lines at the head of receipts.", ShortMN: "Баримтын эхэнд", ShortEN: "Receipt head"},
			{Name: "footer", Kind: Lines, Max: 12, Each: 100, MN: "Баримтын төгсгөлд хэвлэх мөрүүд.", EN: "Lines at the foot of receipts.", ShortMN: "Баримтын төгсгөлд", ShortEN: "Receipt foot"},
		}},
	{Name: Roles, MN: "Үүрэг", EN: "Role", Levels: company, Code: own, Sorted: "code",
		Fields: []Field{text("name", 100, "Нэр.", "Name."),
			{Name: "rights", Kind: Names, Max: 64, Each: 32, Always: true, MN: "Эрхүүд; \"*\" бол бүгд.", EN: `Rights; "*" is all.`},
			{Name: "max_discount", Kind: Percent, Always: true, Default: `"0"`, MN: "Зөвшөөрөлгүйгээр өгч болох хамгийн их хөнгөлөлт.", EN: "Largest discount without approval.", ShortMN: "Дээд хөнгөлөлт", ShortEN: "Most discount"},
		}},
	{Name: Sellers, MN: "Худалдагч", EN: "Seller", Levels: everywhere, Code: Field{Kind: Text, Min: 1, Max: 16, MN: "Нэвтрэх код.", EN: "Code to log in with."}, Sorted: "name",
		Fields: []Field{{Name: "name", Kind: Text, Needed: true, Min: 1, Max: 60, MN: "Нэр.", EN: "Name."},
			{Name: "role", Kind: Text, Needed: true, Min: 1, Max: 32, Ref: Roles, MN: "Үүрэг.", EN: "Role, which gives the rights."},
			{Name: "password", Kind: Secret, Min: 4, Max: 128, MN: "Нууц үг; хоосон бол хэвээр.", EN: "Password; left out: as it was. Never told."},
			active,
		}},
	{Name: Categories, MN: "Ангилал", EN: "Category", Levels: company, Code: Field{Kind: Text, Min: 1, Max: 100, ShortMN: "Код", ShortEN: "Code", MN: "Код, бараан дээр энэ бичигдэнэ.", EN: "Code, as it stands in goods."}, Sorted: "name",
		Fields: []Field{name, text("parent", 100, "Эцэг ангилал.", "Category above."), order, active}},
	{Name: PriceLists, MN: "Үнийн жагсаалт", EN: "Price list", Levels: company, Code: own, Sorted: "name",
		Fields: []Field{name, text("note", 200, "Тэмдэглэл.", "Remark.")}},
	{Name: Goods, MN: "Бараа", EN: "Good", Levels: company, Code: own, Sorted: "name", Searched: []string{"barcodes"}, Check: checkGood,
		// In the order of pos/catalog.Good, so that a good without price lists is the same bytes in both.
		Fields: []Field{{Name: "name", Kind: Text, Needed: true, Min: 1, Max: 200, MN: "Нэр.", EN: "Name."},
			{Name: "barcodes", Kind: Names, Max: 50, Each: 48, Unique: "barcode", MN: "Баркодууд.", EN: "Barcodes."},
			{Name: "category", Kind: Text, Max: 100, Facet: true, MN: "Ангилал.", EN: "Category."},
			{Name: "unit", Kind: Text, Needed: true, Min: 1, Max: 10, Default: `"ш"`, MN: "Хэмжих нэгж.", EN: "Unit.", ShortMN: "Нэгж"},
			{Name: "weighed", Kind: Yes, MN: "Жинлэж зардаг.", EN: "Sold in decimal quantities."},
			{Name: "prices", Kind: Objects, Needed: true, Max: 100, MN: "Үнэ, огнооноос эхлэн.", EN: "Prices from a day; of a price list where it is named.", Of: []Field{
				{Name: "list", Kind: Text, Max: 32, Ref: PriceLists, MN: "Үнийн жагсаалт; хоосон бол үндсэн.", EN: "Price list; empty: the good's own."},
				{Name: "from", Kind: Date, MN: "Эхлэх өдөр; хоосон бол үргэлж.", EN: "First day; empty: always."},
				{Name: "amount", Kind: Money, Needed: true, Min: 1, MN: "Үнэ.", EN: "Price."},
			}},
			yes("tax_included", "true", "Үнэд татвар орсон.", "The prices contain the taxes."),
			{Name: "tax", Kind: Choice, Needed: true, Always: true, Enum: classes(), Default: `"VAT_ABLE"`, MN: "НӨАТ-ын төрөл.", EN: "How it stands under the VAT law.", ShortMN: "НӨАТ", ShortEN: "VAT"},
			{Name: "city_tax", Kind: Yes, MN: "НХАТ-тай.", EN: "City tax applies."},
			{Name: "class_code", Kind: Text, Max: 7, Min: 7, Digits: true, MN: "БҮНА код.", EN: "Classification code."},
			{Name: "tax_product_code", Kind: Text, Min: 3, Max: 10, Digits: true, MN: "Татварын барааны код.", EN: "Product code of goods without VAT."},
			{Name: "stamped", Kind: Yes, MN: "Онцгой татварын тэмдэгтэй.", EN: "Each unit carries an excise stamp, which is scanned."},
			active,
		}},
	{Name: Taxes, MN: "Татварын хувь", EN: "Tax rates", Levels: company, Code: Field{Kind: Date, MN: "Эхлэх өдөр.", EN: "First day."}, Sorted: "code",
		Fields: []Field{{Name: "vat", Kind: Percent, Needed: true, Always: true, MN: "НӨАТ, хувиар.", EN: "VAT, per cent."},
			{Name: "city_tax", Kind: Percent, Needed: true, Always: true, MN: "НХАТ, хувиар.", EN: "City tax, per cent."}}},
	{Name: BarcodeRules, MN: "Дотоод баркодын дүрэм", EN: "In-store barcode rule", Levels: company, Code: Field{Kind: Text, Min: 1, Max: 6, Digits: true, MN: "Угтвар.", EN: "Prefix."}, Sorted: "code", Check: checkRule,
		Fields: []Field{{Name: "item_digits", Kind: Whole, Needed: true, Min: 1, Max: 11, MN: "Барааны орны тоо.", EN: "Digits of the good."},
			{Name: "value_digits", Kind: Whole, Needed: true, Min: 1, Max: 11, MN: "Утгын орны тоо.", EN: "Digits of the value."},
			{Name: "kind", Kind: Choice, Needed: true, Enum: []string{"weight", "price", "count"}, MN: "Утга юу болох.", EN: "What the value is."},
			{Name: "decimals", Kind: Whole, Max: 11, Always: true, Default: "0", MN: "Бутархай орон.", EN: "Decimals of the value."},
			{Name: "price_check", Kind: Yes, MN: "Утгын өмнө шалгах оронтой.", EN: "A check digit stands before the value.", ShortMN: "Шалгах орон", ShortEN: "Check digit"}}},
	{Name: Tiers, MN: "Худалдан авалтын шат", EN: "Tiers of total purchases", Levels: company, Code: own, Sorted: "name", Check: checkTier,
		Fields: []Field{name, {Name: "steps", Kind: Objects, Needed: true, Max: 20, MN: "Шатууд.", EN: "Steps, lowest first.", Of: []Field{
			{Name: "total", Kind: Money, Needed: true, MN: "Нийт худалдан авалт.", EN: "From this total of purchases."},
			{Name: "percent", Kind: Percent, Needed: true, Always: true, MN: "Хөнгөлөлт, хувиар.", EN: "Discount, per cent."}}}}},
	{Name: Customers, MN: "Картын хэрэглэгч", EN: "Card customer", Levels: company, Sorted: "name", Searched: []string{"cards", "phone"}, Check: checkCustomer,
		Code: Field{Kind: Text, Min: 1, Max: 32, Unique: "card", MN: "Код.", EN: "Code."},
		Fields: []Field{{Name: "name", Kind: Text, Needed: true, Min: 1, Max: 200, MN: "Нэр.", EN: "Name."}, text("phone", 32, "Утас.", "Phone."),
			{Name: "cards", Kind: Names, Max: 20, Each: 48, Unique: "card", MN: "Картын дугаарууд.", EN: "Card numbers."},
			{Name: "percent", Kind: Percent, Always: true, Default: `"0"`, MN: "Хөнгөлөлт, хувиар.", EN: "Discount, per cent."},
			{Name: "valid_from", Kind: Date, MN: "Эхлэх өдөр.", EN: "First valid day."}, {Name: "valid_to", Kind: Date, MN: "Дуусах өдөр.", EN: "Last valid day."},
			active,
			text("tier", 32, "Худалдан авалтын шатлал.", "Tiers that the total of purchases is counted by."),
			{Name: "earned", Kind: Percent, Kept: true, MN: "Худалдан авалтаар олсон хөнгөлөлт.", EN: "Discount that the purchases have earned; kept by BAAZ.", ShortMN: "Олсон хөнгөлөлт", ShortEN: "Earned"},
		}},
	{Name: Tabs, MN: "Таб", EN: "Tab", Levels: everywhere, Code: own, Sorted: "order",
		Fields: []Field{name, {Name: "kind", Kind: Choice, Enum: []string{"goods", "place"}, Default: `"goods"`, Always: true, MN: "Барааны хуудас, эсвэл өрөө, ширээ.", EN: "A page of goods, or a room or table."},
			order, {Name: "goods", Kind: Names, Max: 200, Each: 32, MN: "Бараанууд.", EN: "Codes of its goods."}, active}},
	{Name: Tenders, MN: "Төлбөрийн төрөл", EN: "Tender", Levels: everywhere, Code: Field{Kind: Choice, Enum: tenders(), MN: "Төрөл.", EN: "Kind."}, Sorted: "order",
		Fields: []Field{name, order, active}},
	{Name: Settings, MN: "Тохиргоо", EN: "Settings", Levels: everywhere, Sorted: "code", Check: checkSettings,
		Fixed:  map[wire.Level][]string{wire.LevelCompany: {"company"}, wire.LevelGroup: {"group"}, wire.LevelPoint: {"point", "box"}},
		Fields: []Field{{Name: "values", Kind: Layer, Needed: true, MN: "Тохиргооны утгууд.", EN: "Settings, as the till's settings file has them."}}},
}

func classes() (list []string) {
	for _, c := range tax.Classes {
		list = append(list, string(c))
	}
	return list
}

func tenders() (list []string) {
	for _, k := range event.TenderKinds {
		list = append(list, string(k))
	}
	return list
}
