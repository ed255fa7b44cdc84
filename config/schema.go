package config

import (
	"encoding/json"
	"reflect"

	"posbox/pos/money"
	"posbox/pos/till"
)

// Schema returns the JSON Schema (draft 2020-12) of a layer, made from the types: kinds, defaults, what each setting
// means and which values there are. It says less than Validate: what one value demands of another is not in it.
func Schema() []byte {
	s := schemaOf(reflect.ValueOf(Defaults()), "")
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "posbox settings"
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // maps of texts and lists always encode
	}
	return append(b, '\n')
}

type object = map[string]any

// schemaOf describes the value at path. An element of a list has the path of its list and "[]", one of a map ".*".
func schemaOf(v reflect.Value, path string) object {
	s := object{}
	switch t := v.Type(); {
	case t == reflect.TypeFor[money.Percent]():
		s = object{"type": "string", "pattern": `^-?[0-9]+([.,][0-9]{1,2})?$`, "default": v.Interface()}
	case isText(t):
		s = object{"type": "string", "default": v.Interface()}
	case t.Kind() == reflect.Struct:
		s = structSchema(v, path)
	case t.Kind() == reflect.Map:
		element := reflect.Zero(t.Elem())
		s = object{"type": "object", "additionalProperties": bare(schemaOf(element, path+".*")), "default": v.Interface()}
	case t.Kind() == reflect.Slice:
		s = object{"type": "array", "items": bare(schemaOf(reflect.Zero(t.Elem()), path+"[]"))}
		if v.Len() > 0 {
			s["default"] = v.Interface()
		}
	case t.Kind() == reflect.Bool:
		s = object{"type": "boolean", "default": v.Bool()}
	case t.Kind() == reflect.Int:
		s = object{"type": "integer", "default": v.Int()}
	default:
		s = object{"type": "string", "default": v.String()}
	}
	for key, value := range about[path] {
		s[key] = value
	}
	return s
}

func structSchema(v reflect.Value, path string) object {
	properties := object{}
	for key, i := range fieldsOf(v.Type()) {
		properties[key] = schemaOf(v.Field(i), below(path, key))
	}
	return object{"type": "object", "properties": properties}
}

// bare takes the defaults out of the schema of an element, which has none.
func bare(s object) object {
	delete(s, "default")
	if properties, ok := s["properties"].(object); ok {
		for _, p := range properties {
			bare(p.(object))
		}
	}
	return s
}

// say is a description and further constraints: key, value, key, value.
func say(description string, more ...any) object {
	o := object{"description": description}
	for i := 0; i+1 < len(more); i += 2 {
		o[more[i].(string)] = more[i+1]
	}
	return o
}

// about says what the types cannot.
var about = map[string]object{
	"":                             say("Settings of a posbox till. Every layer may leave out what it does not set."),
	"lang":                         say("Language of screens and receipts.", "enum", []string{"mn", "en"}),
	"zone":                         say("The shop's time zone; its IANA name, such as Asia/Ulaanbaatar."),
	"shop":                         say("What the head and foot of the receipt say."),
	"shop.name":                    say("Name of the shop.", "maxLength", 100),
	"shop.tin":                     say("Taxpayer number (ТТД).", "pattern", tin.String()),
	"shop.branch":                  say("Name of the branch.", "maxLength", 50),
	"shop.till":                    say("Name of this sales point.", "maxLength", 50),
	"shop.address":                 say("Address of the branch.", "maxLength", 200),
	"shop.phone":                   say("Telephone.", "maxLength", 50),
	"shop.header":                  say("Lines above the goods.", "maxItems", maxTextLines),
	"shop.footer":                  say("Lines at the end.", "maxItems", maxTextLines),
	"shop.header[]":                say("One line.", "maxLength", 100),
	"shop.footer[]":                say("One line.", "maxLength", 100),
	"payer":                        say("The taxes that the merchant is registered for."),
	"payer.vat":                    say("Pays value-added tax."),
	"payer.city_tax":               say("Pays capital city tax."),
	"payers":                       say("The taxes that the merchant is registered for from a day on; before the first row the two settings above hold."),
	"payers[]":                     say("The registration from a day on."),
	"payers[].from":                say("First day, YYYY-MM-DD.", "pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
	"payers[].vat":                 say("Pays value-added tax."),
	"payers[].city_tax":            say("Pays capital city tax."),
	"fiscal":                       say("How sales are reported to the tax office (e-barimt)."),
	"fiscal.posapi":                say("Address of the tax office's service (PosAPI); such as http://127.0.0.1:7080, empty: no e-barimts.", "maxLength", 200),
	"fiscal.lookup":                say("Address of the public register of taxpayers; such as https://api.ebarimt.mn, empty: businesses are known by their taxpayer number only.", "maxLength", 200),
	"fiscal.tin":                   say("Taxpayer number of who issues; 11 to 14 digits, empty: the shop's.", "pattern", `^([0-9]{11,14})?$`),
	"fiscal.branch":                say("The taxpayer's number of the branch; 3 digits.", "pattern", `^[0-9]{3}$`),
	"fiscal.district":              say("Branch and sub-branch of the tax office; 4 digits, such as 2301.", "pattern", `^([0-9]{4})?$`),
	"fiscal.pos_no":                say("The merchant's own number of the till.", "pattern", `^[0-9]{1,10}$`),
	"fiscal.easy_paper":            say("Print a paper receipt although its e-barimt went to the buyer's phone at once."),
	"fiscal.wait":                  say("Seconds that a receipt waits for its e-barimt; then a provisional one is printed.", "minimum", 1, "maximum", 60),
	"fiscal.hang":                  say("Seconds after which a request without an answer is uncertain.", "minimum", 10, "maximum", 90),
	"fiscal.away":                  say("While the e-barimt service cannot be reached; provisional sells on and reports later, stop sells nothing.", "enum", []string{AwayProvisional, AwayStop}),
	"fiscal.reissue":               say("Offered first where a lottery number was lost; anew cancels and issues again, copy prints without it.", "enum", []string{ReissueAnew, ReissueCopy}),
	"fiscal.send_hour":             say("Hour of the day in which everything is sent to the tax office.", "minimum", 0, "maximum", 23),
	"fiscal.warn_hours":            say("Hours that the oldest unsent receipt may wait before the screen warns; the law allows 72.", "minimum", 1, "maximum", 71),
	"fiscal.lotteries_low":         say("The screen warns when fewer lottery numbers are left.", "minimum", 0, "maximum", 10000),
	"rates":                        say("Tax rates by day, ascending.", "minItems", 1),
	"rates[]":                      say("The rates from a day on."),
	"rates[].from":                 say("First day, YYYY-MM-DD.", "pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
	"rates[].vat":                  say("Value-added tax in percent of the net amount."),
	"rates[].city_tax":             say("Capital city tax in percent of the net amount."),
	"barcode_rules":                say("Layouts of the shop's own 13-digit barcodes; the longest prefix that fits wins."),
	"barcode_rules[]":              say("Prefix, item, check digit of the value if there is one, value and check digit make 13 digits."),
	"barcode_rules[].prefix":       say("What such a code begins with.", "pattern", `^[0-9]{1,6}$`),
	"barcode_rules[].item_digits":  say("Digits of the item.", "minimum", 1),
	"barcode_rules[].value_digits": say("Digits of the value.", "minimum", 1),
	"barcode_rules[].kind":         say("What the value counts.", "enum", []string{"weight", "price", "count"}),
	"barcode_rules[].decimals":     say("Decimals of the value.", "minimum", 0),
	"barcode_rules[].price_check":  say("A check digit of the value stands before it."),
	"network":                      say("How the box gets its address."),
	"network.mode":                 say("Where the address comes from; static uses the one below, so set that first.", "enum", []string{"dhcp", "static"}),
	"network.address":              say("The box's own address; with the length of its network, such as 192.168.1.50/24."),
	"network.gateway":              say("Address of the router; empty: none."),
	"network.dns":                  say("Addresses of name servers.", "maxItems", 3),
	"network.dns[]":                say("One address."),
	"printer":                      say("The receipt printer."),
	"printer.address":              say("Address of the receipt printer; such as tcp://192.168.1.60:9100 or file:/dev/usb/lp0, empty: none.", "pattern", `^(|tcp://.+|file:.+)$`),
	"printer.columns":              say("Width of the paper in columns; 48 on 80 mm, 32 on 58 mm.", "enum", []int{48, 32}),
	"printer.drawer_pin":           say("The wire of the cash drawer; 0 is pin 2, 1 is pin 5.", "enum", []int{0, 1}),
	"printer.cash_slip":            say("Print a paper to sign with cash put into the drawer or taken out."),
	"drawer_on_cash":               say("A sale paid in cash opens the drawer."),
	"roles":                        say("What each kind of seller may do, by name of the role. One at least has the right \"*\"."),
	"roles.*":                      say("One role."),
	"roles.*.rights":               say("What this role may do; one star is everything."),
	"roles.*.rights[]":             say("The name of a right; one that this program does not know grants nothing.", "examples", append(till.Rights(), till.RightAll)),
	"roles.*.max_discount":         say("The largest discount in percent that needs nobody else."),
	"notes":                        say("Quick buttons for cash, in tögrög.", "minItems", 1, "maxItems", maxNotes),
	"notes[]":                      say("A note.", "minimum", 1, "maximum", maxNote),
	"count_notes":                  say("The lines of a cash count, in tögrög.", "minItems", 1, "maxItems", maxNotes),
	"count_notes[]":                say("A note.", "minimum", 1, "maximum", maxNote),
	"blind_count":                  say("Who may not see the cash counts the drawer blind; no sums of the shift are shown, only the last ten receipts."),
	"round_to":                     say("What is paid is rounded down to (₮); by any way to pay, what is less only loses its möngö, 0: off.", "enum", roundTos),
	"return_unverified":            say("The most that goes back for a receipt of another till without BAAZ (₮); for one receipt, 0: nothing.", "minimum", 0, "maximum", maxUnverified),
	"lock_after":                   say("Minutes without a touch after which the till locks; 0: never.", "minimum", 0, "maximum", maxLockAfter),
	"sellers":                      say("Sellers whom the box knows without BAAZ.", "maxItems", maxSellers),
	"sellers[]":                    say("One seller."),
	"sellers[].code":               say("What the seller logs in with.", "minLength", 1, "maxLength", 32),
	"sellers[].name":               say("Name as receipts print it.", "minLength", 1, "maxLength", 100),
	"sellers[].role":               say("The name of a role."),
	"sellers[].password_hash":      say("argon2id hash of the password in PHC form."),
}
