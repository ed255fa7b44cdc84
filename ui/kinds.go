package ui

// kindDoc says in the OpenAPI document what one kind of command does and takes. A test holds this table against what the
// till does.
type kindDoc struct {
	kind, does string
	needs      []string   // fields without which it is refused
	either     []string   // at least one of these is needed
	takes      []string   // fields that may be left out
	own        [][]string // names and what they mean for this kind only
}

// kindDocs describes every kind of command, in the order of a day.
func kindDocs() []kindDoc {
	return []kindDoc{
		{kind: "seller.login", does: "Lets a seller in, also in place of another one or into a locked till; the baskets stay. After five wrong passwords in a row nobody gets in for 30 s.",
			needs: []string{"code", "password"}},
		{kind: "seller.logout", does: "The seller leaves the till; baskets and shift stay."},
		{kind: "seller.lock", does: "Locks the till: nothing but seller.login and seller.logout is taken until a seller, the same or another one, logs in. Baskets and shift stay."},
		{kind: "seller.set", does: "Makes or changes a seller of this till. Where nobody could log in, it makes the owner and needs nobody's leave.",
			needs: []string{"code", "name", "password"}, takes: []string{"role", "active"},
			own: [][]string{{"role", "owner, senior, seller, or another one of the settings; needed except for the very first seller, who becomes owner"}}},
		{kind: "shift.open", does: "Opens a shift; every sale in it belongs to the business day of this moment.", takes: []string{"float"}},
		{kind: "shift.count", does: "Records what was counted in the drawer. Counting again needs its own right.",
			either: []string{"notes", "total", "amount"},
			own:    [][]string{{"total", "the whole sum, where notes are not given"}, {"amount", "the same as total"}}},
		{kind: "shift.close", does: "Closes the shift with its Z report. Open baskets stay."},
		{kind: "basket.new", does: "Puts the basket in front aside and begins a new one; on a tab that is named, or brings the one there to the front.", takes: []string{"tab"}},
		{kind: "basket.select", does: "Brings a basket to the front.", needs: []string{"basket"}},
		{kind: "basket.drop", does: "Throws a basket away; each line of it is recorded as removed.", takes: []string{"basket"}},
		{kind: "basket.register", does: "Marks the buyer as a business; without a number as a person.", takes: []string{"register", "basket"}},
		{kind: "basket.consumer", does: "Notes the number by which the tax office knows the person who buys; without one takes it away. A business has none.", takes: []string{"consumer", "basket"}},
		{kind: "basket.tenders", does: "Keeps what has been entered of the payment so far as a draft of the basket; none takes it away. pay ends it.",
			takes: []string{"tenders", "basket"}, own: [][]string{{"tenders", "as for pay; nothing has to add up yet, an amount may be 0"}}},
		{kind: "line.scan", does: "Puts a good into the basket by any of its codes. \"3*CODE\" multiplies, as does quantity.",
			needs: []string{"code"}, takes: []string{"quantity", "basket"}},
		{kind: "line.quantity", does: "Sets the quantity of a line. Lowering it counts as removal.",
			needs: []string{"quantity"}, takes: []string{"line", "basket"}},
		{kind: "line.remove", does: "Takes a line out again.", takes: []string{"line", "basket"}},
		{kind: "line.discount", does: "Sets the discount of a line, in percent or as an amount; neither or zero takes it away.",
			takes: []string{"percent", "amount", "line", "basket"}},
		{kind: "ticket.discount", does: "Sets the discount on the whole ticket, in percent or as an amount; neither or zero takes it away.",
			takes: []string{"percent", "amount", "basket"}},
		{kind: "customer.set", does: "Puts a customer on the ticket; without a code it takes the customer off.", takes: []string{"code", "percent", "basket"},
			own: [][]string{{"percent", "0: without the card's discount, also where the card is not in force"}}},
		{kind: "return.begin", does: "Puts the return of a sale into the basket in front, with all that is left of it chosen; goods in that basket make it an exchange. Without a code: of goods without a receipt, by the right return.no_receipt. line.scan of a receipt's code does the same.",
			takes: []string{"code", "unverified"}, own: [][]string{{"code", "the code on the receipt, a bill's number, or a bare number of the open shift"}}},
		{kind: "return.scan", does: "Chooses one more of what is scanned. The first scan leaves only itself chosen. Without a receipt it adds the good at the price of the day.",
			needs: []string{"code"}, takes: []string{"quantity", "basket"}},
		{kind: "return.set", does: "Says how much of which lines comes back, 0 for none, and why (reason). Lines that are not named stay as they are.",
			takes: []string{"lines", "basket"}},
		{kind: "return.drop", does: "Takes the return out of the basket: nothing has come back.", takes: []string{"basket"}},
		{kind: "pay", does: "Completes the sale. Cash may exceed what is due, the change is in the result. With a return in the basket it completes the return, and the sale of an exchange in the same go; it needs the right return.own, return.other, return.no_receipt or return.unverified then, and a reason.", takes: []string{"tenders", "total", "print", "basket"},
			own: [][]string{{"tenders", "what the buyer gives; needed unless nothing is due. Where money goes back: how; default as it was paid, cash first. Cash for what was not paid in cash needs the right return.cash"},
				{"total", "what the buyer was told, below 0 where money goes back; refused with payment.total_changed where it is another by now"}}},
		{kind: "receipt.reprint", does: "Prints a copy of a receipt, marked ХУУЛБАР.", takes: []string{"bill"}},
		{kind: "receipt.print", does: "Prints a receipt of the list of those not printed.", takes: []string{"bill"}},
		{kind: "report.print", does: "Prints the X report of the open shift, or the Z report of a closed one.", takes: []string{"shift"}},
		{kind: "print.cancel", does: "Gives up a receipt that is being printed or waits in the list.", takes: []string{"bill"}},
		{kind: "cash.in", does: "Records cash put into the drawer.", needs: []string{"amount"}},
		{kind: "cash.out", does: "Records cash taken out of the drawer.", needs: []string{"amount"}},
		{kind: "drawer.open", does: "Opens the drawer without a sale."},
		{kind: "setting.set", does: "Sets a setting at this till; it holds at once, above all other layers. While nobody can log in, anyone may set lang.",
			needs: []string{"path", "value"}},
		{kind: "setting.reset", does: "Takes back what was set at this till.", needs: []string{"path"}},
		{kind: "good.set", does: "Makes or changes a good, whole. Only where the shop stands alone.", needs: []string{"good"}},
		{kind: "goods.import", does: "Takes the goods of an uploaded file in, in the background: see work in the state.", needs: []string{"upload"}},
		{kind: "customer.put", does: "Makes or changes a card customer, whole. Only where the shop stands alone.", needs: []string{"customer"}},
		{kind: "join.ask", does: "Keeps BAAZ's address and the connection key that it showed. While nobody can log in, anyone may do it.",
			needs: []string{"address", "key"}},
		{kind: "fiscal.resolve", does: "Says what became of an e-barimt request of which nobody knew the end. What was not done is asked for anew; what was issued needs its number and date.",
			needs: []string{"outcome"}, takes: []string{"bill", "number", "date"}},
		{kind: "fiscal.repeat", does: "Sends a refused e-barimt request again, with settings and tax codes of goods as they are now; to a business also with another number, or to a person.", takes: []string{"bill", "register", "person"}},
		{kind: "fiscal.drop", does: "Gives a refused e-barimt request up; the reason is needed.", needs: []string{"reason"}, takes: []string{"bill"}},
		{kind: "fiscal.anew", does: "Cancels an e-barimt whose lottery number was lost and has it issued again.", takes: []string{"bill"}},
		{kind: "fiscal.slip", does: "Prints lottery number and QR code alone, as long as the till has them in memory.", takes: []string{"bill"}},
		{kind: "print.test", does: "Prints a test page."},
		{kind: "first.done", does: "Says that the first start is over, finished or skipped."},
	}
}

// everyKind lists the fields that all kinds have in common; the first two are needed.
var everyKind = []string{"id", "kind", "approver", "reason"}

// fieldDocs says what the fields of commands mean.
var fieldDocs = map[string]string{
	"id":         "UUID made by the sender, never used for anything else: a repeat gets the same answer, also after a restart",
	"kind":       "what to do",
	"approver":   "someone who has the right that the seller lacks (right.missing) and lends it to this command",
	"reason":     "why, at most 200 characters; kept with the facts",
	"code":       "code of a seller, a customer or card, or the scanned code",
	"password":   "4 to 128 characters",
	"name":       "at most 60 characters",
	"role":       "name of a role",
	"active":     "false shuts the seller out",
	"float":      "cash in the drawer at the start; default 0",
	"notes":      "note in ₮ → how many of it",
	"total":      "amount",
	"basket":     "id of a basket; default: the one in front",
	"tab":        "number of a tab, 1 to 99; default: the lowest that is free",
	"line":       "number of a line; default: the one touched last",
	"quantity":   "above 0, at most three decimals",
	"percent":    "0 to 100, at most two decimals",
	"amount":     "amount",
	"tenders":    "payments",
	"lines":      "how much of which lines comes back",
	"unverified": "true: of another till's sale although BAAZ was asked for it and could not be reached; its goods are scanned then, within the setting return_unverified",
	"print":      "false sells without a paper receipt",
	"shift":      "number of a shift; default: the open one, else the last",
	"register":   "of a business: 7 digits, two Cyrillic letters and 8 digits, or a taxpayer number of 11 to 14 digits; spaces and case do not matter",
	"person":     "true: whoever bought is no business after all; not together with register",
	"consumer":   "8 digits; a telephone number is none",
	"good":       "a good with every field; price is in force from today, prices that begin later stay",
	"upload":     "id of the file, as /api/uploads answered it",
	"customer":   "a card customer with every field",
	"address":    "of BAAZ: a name, with or without https:// and a port",
	"key":        "the connection key, 25 letters and digits; groups, spaces, small letters and O for 0 or I for 1 are taken",
	"path":       "of a setting, as /api/settings lists it",
	"value":      "the setting's value, in JSON of its kind",
	"outcome":    "done or not_done",
	"number":     "the receipt's number (ДДТД), 33 digits",
	"date":       "the receipt's date as the tax office has it, 2026-11-23 14:05:09",
	"bill":       "number of a receipt; default: the last sale's, for print.cancel the first that waits",
}
