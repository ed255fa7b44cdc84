package office

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"posbox/config"
	"posbox/pos/fault"
)

// registersJSON is what BAAZ says of all registers. A test in baaz/web compares it, and writes it anew with -update.
//
//go:embed registers.json
var registersJSON json.RawMessage

const registersBase = company + "/registers"

func row(scope, code string, version int, body object) object {
	return object{"scope": scope, "code": code, "version": version, "body": body}
}

func rows(all ...any) object {
	return object{"rows": append(list{}, all...), "next": "", "total": len(all)}
}

var goodsNames = []string{"Сүү Сүү 1 л", "Тараг 0,5 л", "Талх Атар", "Гурил 1-р зэрэг 25 кг", "Үхрийн мах ясгүй", "Өндөг 10 ш", "Алим улаан", "Кока Кола 0,5 л", "Ус Bonaqua 1,5 л", "Цай 200 гр", "Будаа 1 кг", "Элсэн чихэр 1 кг"}

func goodRows(n int) object {
	all := list{}
	for i := range n {
		name := goodsNames[i%len(goodsNames)]
		body := object{"code": fmt.Sprint(1001 + i), "name": name, "barcodes": list{fmt.Sprintf("86510700%05d", 10097+i)}, "category": []string{"Сүү", "Талх, гурил", "Мах"}[i%3], "unit": "ш",
			"prices": list{object{"amount": fmt.Sprintf("%d.00", 1200+i*350%24_000)}, object{"from": "2030-01-01", "amount": "9900.00"}}, "tax_included": true, "tax": "VAT_ABLE", "active": i%11 != 10}
		all = append(all, row("7", fmt.Sprint(1001+i), i+1, body))
	}
	return object{"rows": all, "next": "", "total": n}
}

func line(n int, effect, code, name string, fields list, f *ErrorText) object {
	o := object{"row": n, "scope": "7", "code": code, "name": name, "effect": effect, "fields": fields}
	if f != nil {
		o["fault"] = object{"code": f.Code, "text": f.Text, "hint": f.Hint}
	}
	return o
}

// ErrorText is a refusal within an answer.
type ErrorText struct {
	Code       fault.Code
	Text, Hint string
}

func errorText(f *fault.Error) *ErrorText {
	text, hint := f.Say("mn")
	return &ErrorText{f.Code, text, hint}
}

func outcome(set, added, changed, same, refused int, lines ...any) object {
	return object{"set": set, "added": added, "changed": changed, "removed": 0, "same": same, "refused": refused, "lines": append(list{}, lines...)}
}

func with(o object, more object) object {
	for k, v := range more {
		o[k] = v
	}
	return o
}

// registerScenes are BAAZ's registers.
func registerScenes() []Scene {
	base := map[string]any{"GET " + registersBase: registersJSON, "GET " + registersBase + "/goods": goodRows(60),
		"GET " + registersBase + "/categories":  rows(row("7", "Мах", 1, object{"code": "Мах", "name": "Мах", "active": true}), row("7", "Талх, гурил", 2, object{"code": "Талх, гурил", "name": "Талх, гурил", "active": true})),
		"GET " + registersBase + "/price_lists": rows(row("7", "bulk", 1, object{"code": "bulk", "name": "Бөөний үнэ"}))}
	scene := func(name, at, do string, more map[string]any) Scene {
		all := map[string]any{}
		for k, v := range base {
			all[k] = v
		}
		for k, v := range more {
			all[k] = v
		}
		return Scene{Name: "registers-" + name, At: "registers/" + at, Page: "registers/" + at, Do: do, Answers: all}
	}
	changed := list{object{"field": "prices", "from": list{object{"amount": "1200.00"}}, "to": list{object{"amount": "1350.00"}}}}
	added := list{object{"field": "name", "from": nil, "to": "Шинэ бараа"}, object{"field": "unit", "from": nil, "to": "ш"}, object{"field": "prices", "from": nil, "to": list{object{"amount": "4500.00"}}},
		object{"field": "barcodes", "from": nil, "to": list{"8651070010103", "8651070010110"}}, object{"field": "tax", "from": nil, "to": "VAT_ABLE"}, object{"field": "active", "from": nil, "to": true}}
	preview := object{"answer": with(outcome(0, 1240, 312, 8420, 2,
		line(7, "refused", "1006", "", list{}, errorText(fault.New(fault.ImportRow, "row", "7", "column", "Үнэ", "detail", `"арван мянга" is not a price such as 12500 or 12500.50`))),
		line(19, "refused", "1018", "", list{}, errorText(fault.New(fault.RowTaken, "value", "8651070010097", "owner", "1001"))),
		line(2, "changed", "1001", "Сүү Сүү 1 л", changed, nil), line(3, "added", "2001", "Шинэ бараа", added, nil)),
		object{"format": "xlsx", "rows": 9974, "ignored": list{"Тэмдэглэл"}, "columns": list{"code", "name", "price"}, "seen": "x", "carried": false})}
	past := object{"changes": list{
		object{"version": 12, "at": "2026-11-28T02:05:00Z", "who": "Д. Болормаа", "set": 0, "before": object{"code": "1001", "name": "Сүү 1 л", "prices": list{object{"amount": "2800.00"}}}, "after": object{"code": "1001", "name": "Сүү Сүү 1 л", "prices": list{object{"amount": "3000.00"}}}},
		object{"version": 3, "at": "2026-11-20T01:00:00Z", "who": "Б. Сараа", "set": 1, "before": nil, "after": object{"code": "1001", "name": "Сүү 1 л"}}}}
	label := func(code, name, price, barcode, as, bars string) object {
		return object{"code": code, "name": name, "unit": "ш", "price": price, "barcode": barcode, "as": as, "bars": bars}
	}
	const bars = "10100010110100111011110101110001011001000110101010111001011001101110010111001011101001000100101"
	return append(settingScenes(scene),
		scene("goods", "goods", "wait grid-row", nil),
		scene("goods-none", "goods", "wait none", map[string]any{"GET " + registersBase + "/goods": rows()}),
		scene("edit", "goods", "wait grid-row; tap grid-row; press Enter; wait field-name", nil),
		scene("history", "goods", "wait grid-row; tap grid-row; press Enter; wait history; tap history; wait past", map[string]any{"GET " + registersBase + "/goods/history": past}),
		scene("import", "goods", "wait import-open; tap import-open; wait import; file import-file; wait lines", map[string]any{"POST " + registersBase + "/goods/import": preview}),
		scene("import-new", "goods", "wait import-open; tap import-open; wait import; file import-file; wait lines; tap lines-added", map[string]any{"POST " + registersBase + "/goods/import": preview}),
		scene("new", "goods", "wait add; tap add; wait field-code", nil),
		scene("bulk", "goods", "wait choose; tap bulk-open; wait bulk; tap bulk-try; wait lines", map[string]any{"POST " + registersBase + "/goods/bulk": outcome(0, 0, 58, 2, 0,
			line(0, "changed", "1001", "Сүү Сүү 1 л", list{object{"field": "category", "from": "Мах", "to": "Талх, гурил"}}, nil))}),
		scene("sets", "goods", "wait grid-row; tap sets-open; wait undo-set", map[string]any{"GET " + registersBase + "/goods/sets": object{"sets": list{
			object{"set": 2, "kind": "edit", "at": "2026-11-28T02:05:00Z", "who": "Д. Болормаа", "subject": "", "rows": 58, "undoes": 0, "undone": 0},
			object{"set": 1, "kind": "import", "at": "2026-11-20T01:00:00Z", "who": "Б. Сараа", "subject": "бараа-2026.xlsx", "rows": 9974, "undoes": 0, "undone": 3}}}}),
		scene("labels", "goods", "wait choose; tap choose; tap labels-open; wait bars", map[string]any{"GET " + company + "/labels": object{"labels": list{
			label("1001", "Сүү Сүү 1 л", "3000.00", "8651070010097", "EAN-13", bars), label("1002", "Гурил 1-р зэрэг 25 кг", "62500.00", "8651070010097", "EAN-13", bars)}}}),
		scene("barcode-rules", "barcode_rules", "wait try-text; tap try-text; write 2100001012458; wait try-rule", map[string]any{
			"GET " + registersBase + "/barcode_rules": rows(row("7", "21", 1, object{"code": "21", "item_digits": 5, "value_digits": 5, "kind": "weight", "decimals": 3})),
			"GET " + company + "/barcode": object{"rule": object{"prefix": "21", "item_digits": 5, "value_digits": 5, "kind": "weight", "decimals": 3}, "item": "00001", "base_code": "2100001000004", "value": "1.245",
				"goods": list{object{"code": "5", "name": "Үхрийн мах ясгүй"}}}}),
		scene("sellers", "sellers", "wait grid-row; tap grid-row; press Enter; wait field-password", map[string]any{
			"GET " + registersBase + "/roles": rows(), "GET " + registersBase + "/sellers": rows(row("7", "1", 1, object{"code": "1", "name": "Болд", "role": "owner", "active": true, "has_password": true}),
				row("7.point.3", "12", 4, object{"code": "12", "name": "Сараа", "role": "seller", "active": true, "has_password": true}))}))
}

// ownSettings are those that the company of the scenes has made itself.
const ownSettings = `{"lang":"mn","lock_after":5,"printer":{"columns":32},"payers":[{"from":"2026-01-01","vat":true,"city_tax":false},{"from":"2027-01-01","vat":true,"city_tax":true}]}`

// settingScenes are the settings of a company.
func settingScenes(scene func(name, at, do string, more map[string]any) Scene) []Scene {
	open := "wait grid-row; tap grid-row; press Enter; wait setting; tap settings-group value="
	before := json.RawMessage(`{"lang":"mn","lock_after":5,"notes":[500,1000],"payers":[{"from":"2026-01-01","vat":true,"city_tax":false}]}`)
	answers := map[string]any{
		"GET " + company + "/settings":       settingsForm(),
		"GET " + registersBase + "/settings": rows(row("7", "company", 2, object{"code": "company", "values": json.RawMessage(ownSettings)})),
		"GET " + registersBase + "/settings/history": object{"changes": list{
			object{"version": 2, "at": "2026-11-28T02:05:00Z", "who": "Д. Болормаа", "set": 0, "before": object{"code": "company", "values": before}, "after": object{"code": "company", "values": json.RawMessage(ownSettings)}},
			object{"version": 1, "at": "2026-11-20T01:00:00Z", "who": "Б. Сараа", "set": 0, "before": nil, "after": object{"code": "company", "values": before}}}}}
	return []Scene{
		scene("settings", "settings", open+"printer", answers),
		scene("settings-rows", "settings", open+"tax; wait row-payers; tap row-add-payers; wait row-payers-from-wrong", answers),
		scene("settings-rows-help", "settings", open+"tax; wait row-payers; tap rows-help-payers", answers),
		scene("settings-barcodes", "settings", open+"selling; wait row-barcode_rules", answers),
		scene("settings-history", "settings", "wait grid-row; tap grid-row; press Enter; wait setting; tap history; wait past", answers),
	}
}

// settingsForm is a company that has set some of them, as BAAZ tells it.
func settingsForm() object {
	own := []byte(ownSettings)
	now, origins, err := config.Load(config.Layer{Name: "company", JSON: own})
	if err != nil {
		panic(err) // it is written here
	}
	all := list{}
	for _, d := range config.Describe(now, origins, config.Defaults()) {
		keys, _ := config.Split(d.Path)
		all = append(all, struct {
			config.Setting
			Keys []string `json:"keys"`
			Own  bool     `json:"own"`
		}{d, keys, d.Origin == "company"})
	}
	return object{"scope": "7", "code": "company", "version": 1, "values": json.RawMessage(own), "settings": all}
}
