package ui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// route is one row of the API: it serves requests and describes itself in the OpenAPI document.
type route struct {
	method  string
	pattern string // of http.ServeMux; empty: described only, served by another row
	path    string // in the document, where it differs
	summary string
	about   string     // more of it, CommonMark
	open    bool       // answers without the token
	right   till.Right // that the seller at the till needs to have; empty: none, nobody needs to be there
	query   []param
	body    any // a value of the request body's type; nil: none
	ok      any // a value of the answer's type, or a media
	more    []reply
	faults  map[int][]fault.Code // beside those of every route
	handle  func(*Server, http.ResponseWriter, *http.Request) error
}

// media is an answer that is no JSON.
type media string

const page media = "text/html"

// reply is a documented answer that is no refusal.
type reply struct {
	status int
	value  any // as route.ok; nil: no body
}

type param struct {
	name, what  string
	integer     bool
	least, most int // of an integer
}

// reading may fail on a journal that is damaged or was written by a newer program, and on the disk of a box.
var reading = []fault.Code{fault.JournalDamaged, fault.JournalNewer, fault.JournalFailed, fault.PermDamaged, fault.PermMissing}

// refusals sorts codes by status.
func refusals(codes ...fault.Code) map[int][]fault.Code {
	m := map[int][]fault.Code{}
	for _, c := range codes {
		m[statusOf(c)] = append(m[statusOf(c)], c)
	}
	return m
}

// readRefusals is refusals of a route that reads the journal.
func readRefusals(codes ...fault.Code) map[int][]fault.Code {
	return refusals(append(codes, reading...)...)
}

// blindRefusals is readRefusals of a route that a blind reader may be refused.
func blindRefusals(codes ...fault.Code) map[int][]fault.Code {
	return readRefusals(append(codes, notEntitled...)...)
}

// commandRefusals lists what a command may be answered with.
func commandRefusals() map[int][]fault.Code {
	m := readRefusals(fault.CommandReused, fault.CommandTooLarge, fault.TillBusy, fault.JournalFull)
	m[http.StatusBadRequest] = []fault.Code{fault.CommandMalformed}
	m[http.StatusUnprocessableEntity] = slices.DeleteFunc(fault.Codes(), func(c fault.Code) bool { return !ofCommands(c) })
	return m
}

// ofCommands reports whether a code is one that the till refuses commands with.
func ofCommands(c fault.Code) bool {
	subject, _, _ := strings.Cut(string(c), ".")
	switch subject {
	case "seller", "right", "approver", "reason", "password", "shift", "count", "amount", "barcode", "good", "quantity", "basket", "baskets",
		"line", "discount", "customer", "register", "consumer", "stamp", "payment", "fiscal", "return", "bill", "print", "setting", "goods", "upload", "import", "join":
		return c != fault.ShiftUnknown
	}
	return slices.Contains([]fault.Code{fault.CommandMalformed, fault.CommandUnknown, fault.CommandID, fault.ClockNotSet, fault.PrinterNone,
		fault.CatalogDamaged}, c)
}

// routes is the table of the API.
func routes() []route {
	limit := func(otherwise, most int) param {
		return param{name: "limit", what: "at most so many; default " + strconv.Itoa(otherwise), integer: true, least: 1, most: most}
	}
	return []route{
		{method: "GET", pattern: "/api/health", open: true, handle: (*Server).health, ok: Health{}, more: []reply{{503, Health{}}},
			summary: "Whether the till can sell; answers without a token", about: "503, with the same body, while nothing can be sold; code, text and hint then say why."},
		{method: "GET", pattern: "/api/openapi.json", open: true, handle: (*Server).openapi, ok: map[string]any{},
			summary: "This document; answers without a token"},
		{method: "POST", pattern: "/api/commands", handle: (*Server).command, body: till.Command{}, ok: CommandAnswer{}, faults: commandRefusals(),
			query:   []param{{name: "state", what: "0: the answer leaves the state out; the stream tells it, see \"view\""}},
			summary: "Do something; a repeat with the same id gets the same answer", about: aboutCommands},
		{method: "GET", pattern: "/api/state", handle: (*Server).getState, ok: State{},
			summary: "All that the screen shows"},
		{method: "GET", pattern: "/api/events", handle: (*Server).events, ok: media("text/event-stream"),
			query: []param{{name: "lang", what: "mn or en: language of texts, because an EventSource cannot set Posbox-Lang"},
				{name: "display", what: "1: the reader is the customer display, which is told among the devices"},
				{name: "splice", what: "1: of a basket with many lines only those are told that are others now"}},
			summary: "The state, then its changes, as server-sent events", about: aboutEvents},
		{method: "GET", pattern: "/api/socket", handle: (*Server).socket, more: []reply{{http.StatusSwitchingProtocols, nil}}, faults: refusals(fault.SocketOnly),
			query: []param{{name: "lang", what: "mn or en: language of texts, because a WebSocket cannot set Posbox-Lang"},
				{name: "display", what: "1: the reader is the customer display, which is told among the devices"}},
			summary: "Commands and what they change in one connection, as a WebSocket", about: aboutSocket},
		{method: "GET", pattern: "/api/goods", handle: (*Server).goods, ok: GoodsAnswer{}, faults: refusals(fault.QueryMalformed),
			query:   []param{{name: "q", what: "part of a name, a code or a barcode; at most 200 bytes"}, limit(50, 200)},
			summary: "Find goods by name, code or barcode"},
		{method: "GET", pattern: "/api/unclassed", handle: (*Server).unclassed, right: till.RightGoods, ok: GoodsAnswer{}, faults: refusals(fault.QueryMalformed, fault.CatalogDamaged),
			query:   []param{limit(50, 200)},
			summary: "Goods on sale without a classification code, in order of code; count is of all of them", about: "They sell, but payment refuses them where e-barimts are issued. After a change of the goods each of them is read once."},
		{method: "GET", pattern: "/api/customers", handle: (*Server).customers, right: till.RightSell, ok: CustomersAnswer{}, faults: readRefusals(fault.QueryMalformed, fault.CatalogDamaged),
			query:   []param{{name: "q", what: "part of a name, a telephone number, a code or a card; at most 200 bytes"}, limit(50, 200)},
			summary: "Find customers, as the cashier may see them"},
		{method: "GET", pattern: "/api/customers/{code}", handle: (*Server).customer, right: till.RightCustomers, ok: CustomerWhole{}, faults: refusals(fault.CustomerUnknown, fault.CatalogDamaged),
			summary: "One customer whole, by code or card, for editing; needs the right customers"},
		{method: "GET", pattern: "/api/businesses/{number}", handle: (*Server).business, right: till.RightSell, ok: BusinessAnswer{}, faults: readRefusals(fault.RegisterBad),
			summary: "Who a business is, by register or taxpayer number, as the public register of taxpayers says", about: "May take five seconds. What the register has said is kept, and told with its age while it cannot be asked."},
		{method: "GET", pattern: "/api/receipts/{bill}/fiscal", handle: (*Server).fiscalChain, ok: FiscalAnswer{}, faults: blindRefusals(fault.BillUnknown, fault.SellerLocked),
			summary: "The e-barimt of a sale: its requests, and the receipt that holds"},
		{method: "GET", pattern: "/api/receipts/{bill}/once", handle: (*Server).fiscalOnce, ok: OnceAnswer{}, faults: refusals(fault.FiscalGone),
			summary: "Lottery number and QR code of the sale just made, once", about: "For the screen that the buyer sees. They may be shown once and stored nowhere: Cache-Control is no-store, and a second request is refused."},
		{method: "POST", pattern: "/api/fiscal/send", handle: (*Server).fiscalSend, right: till.RightSell, ok: FiscalInfo{}, faults: readRefusals(fault.FiscalNone, fault.FiscalUnreachable),
			summary: "Send everything that waits to the tax office's service, and have that send everything to the tax office"},
		{method: "GET", pattern: "/api/uplink", handle: (*Server).uplink, ok: UplinkAnswer{}, faults: readRefusals(fault.QueryMalformed), query: []param{limit(50, 500)},
			summary: "How the till and BAAZ stand, and which sales BAAZ is not known to have"},
		{method: "POST", pattern: "/api/uplink/send", handle: (*Server).send, ok: UplinkAnswer{}, faults: readRefusals(),
			summary: "Send to BAAZ at once, whatever the till waits for"},
		{method: "GET", pattern: "/api/sellers", handle: (*Server).sellers, right: till.RightSellers, ok: SellersAnswer{},
			summary: "Everyone who may log in, and who was shut out"},
		{method: "GET", pattern: "/api/roles", handle: (*Server).roles, ok: RolesAnswer{},
			summary: "What each kind of seller may do"},
		{method: "GET", pattern: "/api/receipts", handle: (*Server).receipts, ok: ReceiptsAnswer{}, faults: readRefusals(fault.QueryMalformed, fault.SellerLocked),
			query: []param{{name: "shift", what: "number of the shift; default the newest", integer: true, most: maxNumber},
				{name: "before", what: "only numbers below this one; 0: all", integer: true, most: maxNumber}, limit(5000, 10000)},
			summary: "The receipts of a shift, newest first", about: aboutBlind},
		{method: "GET", pattern: "/api/receipts/{bill}", handle: (*Server).receipt, ok: event.SaleCompleted{}, faults: blindRefusals(fault.BillUnknown),
			summary: "One sale with every figure", about: aboutBlind},
		{method: "GET", path: "/api/receipts/{bill}.png", query: []param{{name: "copy", what: "1: marked ХУУЛБАР"}},
			ok: media("image/png"), faults: blindRefusals(fault.BillUnknown),
			summary: "The receipt as a picture", about: aboutBlind},
		{method: "POST", pattern: "/api/uplink/return", handle: (*Server).findReturn, body: ReturnCode{}, ok: ReturnCode{}, right: till.RightSell,
			faults:  refusals(fault.CommandMalformed, fault.ReturnCode, fault.ReturnClaimed, fault.UplinkUnreachable, fault.UplinkStranger, fault.ServerBusy, fault.BoxRevoked, fault.BoxUnknown, fault.CentralBroken, fault.RequestStale, fault.RequestSignature),
			summary: "Ask BAAZ for the sale of another till by the code on its receipt", about: "Sent where return.begin or line.scan was refused with return.elsewhere; the same command may be sent anew then. BAAZ keeps the goods for this till for a quarter of an hour."},
		{method: "GET", pattern: "/api/returns/{bill}", handle: (*Server).returned, ok: event.SaleReturned{}, faults: blindRefusals(fault.BillUnknown),
			summary: "One return with every figure; the picture of its receipt is /api/receipts/{bill}.png, that of the corrected receipt /api/receipts/{bill}-R.png", about: aboutBlind},
		{method: "GET", pattern: "/api/reports/x", handle: (*Server).xReport, ok: ShiftReport{}, faults: blindRefusals(fault.ShiftNone),
			summary: "The open shift so far", about: aboutBlind + " The X report then needs the right report.x."},
		{method: "GET", pattern: "/api/reports/z/{shift}", handle: (*Server).zReport, ok: ShiftReport{},
			faults: readRefusals(fault.QueryMalformed, fault.ShiftUnknown, fault.SellerLocked), summary: "The Z report of a closed shift", about: aboutBlind},
		{method: "GET", pattern: "/api/journal", handle: (*Server).journal, ok: JournalAnswer{}, faults: blindRefusals(fault.QueryMalformed),
			query:   []param{{name: "after", what: "the sequence before the first wanted; default 0", integer: true, most: 1 << 62}, limit(1000, 10000)},
			summary: "Records after a sequence", about: aboutJournal},
		{method: "GET", pattern: "/api/journal/files", handle: (*Server).journalFiles, ok: []int{}, faults: blindRefusals(),
			summary: "The numbers of the journal's files, oldest first", about: aboutScreen},
		{method: "GET", pattern: "/api/journal/files/{number}", handle: (*Server).journalFile, ok: media("application/octet-stream"),
			faults: blindRefusals(fault.QueryMalformed, fault.NotFound), summary: "A consistent copy of one journal file", about: aboutScreen},
		{method: "GET", pattern: "/api/pages/{page}", handle: (*Server).goodsPage, ok: GoodsAnswer{}, faults: refusals(fault.NotFound),
			summary: "The goods of a page, in its order"},
		{method: "GET", pattern: "/api/goods/{code}", handle: (*Server).good, ok: till.GoodText{}, right: till.RightGoods,
			faults: refusals(fault.NotFound, fault.CatalogDamaged), summary: "One good whole, as good.set takes it"},
		{method: "POST", pattern: "/api/uploads", handle: (*Server).upload, body: media("application/octet-stream"), ok: UploadAnswer{}, right: till.RightGoods,
			faults: refusals(fault.UploadName, fault.UploadTooLarge, fault.UploadBroken, fault.UploadNoRoom, fault.GoodsCentral, fault.ImportFile,
				fault.CatalogBusy, fault.CatalogWrite, fault.CatalogDamaged),
			query:   []param{{name: "name", what: "of the file, 1 to 100 characters"}},
			summary: "Bring a file of goods, at most 64 MiB, and see what its import would do; goods.import then takes it in", about: aboutUploads},
		{method: "GET", pattern: "/api/typed", handle: (*Server).typed, ok: TypedAnswer{}, faults: refusals(fault.SellerNone, fault.SellerLocked),
			summary: "What whoever stands at the till has begun to type and not done yet", about: aboutTyped},
		{method: "POST", pattern: "/api/typed", handle: (*Server).putTyped, body: TypedPut{}, ok: TypedKept{},
			faults:  refusals(fault.SellerNone, fault.SellerLocked, fault.SellerChanged, fault.CommandMalformed, fault.CommandTooLarge),
			summary: "Keep what has been typed under a name, in place of what was there, or forget it", about: aboutTyped},
		{method: "GET", pattern: "/api/settings", handle: (*Server).settings, ok: SettingsAnswer{}, right: till.RightSettings,
			summary: "What can be set, each value with its origin", about: aboutSettings},
		{method: "GET", pattern: "/api/logs", handle: (*Server).logs, ok: LogsAnswer{}, faults: refusals(fault.QueryMalformed), right: till.RightLogs,
			query:   []param{limit(200, 2000), {name: "of", what: "box: all programs and the kernel, of a box; default: the till alone"}},
			summary: "The newest records of the program's log, newest first"},
		{method: "POST", pattern: "/api/uploads/take", handle: (*Server).uploadTake, body: StickChoice{}, ok: UploadAnswer{}, right: till.RightGoods,
			faults: refusals(fault.CommandMalformed, fault.BoxNone, fault.NotFound, fault.StickNone, fault.StickFormat, fault.StickFailed, fault.StickBusy, fault.UploadName, fault.UploadTooLarge,
				fault.UploadNoRoom, fault.GoodsCentral, fault.ImportFile, fault.CatalogBusy, fault.CatalogWrite, fault.CatalogDamaged),
			summary: "Bring a file of goods from a USB stick, at most 64 MiB, and see what its import would do", about: aboutUploads},
		{method: "GET", pattern: "/api/box/files", handle: (*Server).stickFiles, ok: StickFilesAnswer{}, right: till.RightGoods,
			faults:  refusals(fault.BoxNone, fault.StickNone, fault.StickFormat, fault.StickFailed, fault.StickBusy),
			summary: "Files on USB sticks that may hold goods (.csv, .xlsx), in the root and the folders in it, the newest first"},
		{method: "GET", pattern: "/api/box", handle: (*Server).box, ok: BoxAnswer{},
			summary: "How the machine is that the till runs on: disk, network, clock, sticks, copies"},
		{method: "POST", pattern: "/api/box/repair", handle: (*Server).repair, ok: BoxAnswer{}, faults: refusals(fault.BoxNone, fault.PermWell),
			summary: "Repair the damaged disk at whatever loss, and start again", about: "Only while the disk is damaged; needs no right then, because nobody can log in."},
		{method: "POST", pattern: "/api/box/logs", handle: (*Server).takeLogs, ok: OnStick{}, faults: refusals(stickRefusals...), right: till.RightLogs,
			summary: "Take the logs to a USB stick", about: aboutStick},
		{method: "POST", pattern: "/api/box/copy", handle: (*Server).copySales, ok: OnStick{}, faults: readRefusals(append(stickRefusals, fault.CopyBad)...), right: till.RightSettings,
			summary: "Copy the sales to a USB stick now", about: aboutStick + " The copy is read back and its chain verified. It holds the till's key: keep it safe."},
		{method: "GET", pattern: "/api/update", handle: (*Server).update, ok: UpdateAnswer{}, right: till.RightSettings, faults: updateRefusals(),
			summary: "Which version runs, and how its update stands", about: aboutUpdates},
		{method: "POST", pattern: "/api/update/bundle", handle: (*Server).updateUpload, body: media("application/octet-stream"), ok: UpdateAnswer{}, right: till.RightSettings,
			faults: updateRefusals(notBelieved...), summary: "Bring an update: a signed bundle as the body; it is ready then", about: aboutUpdates},
		{method: "POST", pattern: "/api/update/start", handle: (*Server).updateStart, body: UpdateStart{}, ok: UpdateAnswer{}, right: till.RightSettings,
			faults:  updateRefusals(fault.CommandMalformed, fault.UpdateNotReady, fault.UpdateBlocked, fault.UpdateSaleOpen, fault.UpdateShiftOpen, fault.UpdatePower, fault.UpdateFirmware, fault.UpdateWrite),
			summary: "Restart into the version that is ready; never while a sale is open", about: aboutUpdates},
		{method: "POST", pattern: "/api/update/seen", handle: (*Server).updateSeen, ok: UpdateAnswer{}, right: till.RightSettings, faults: updateRefusals(),
			summary: "A person knows how the last update went: it is no trouble any more"},
		{method: "GET", pattern: "/api/update/offers", handle: (*Server).updateOffers, ok: UpdateOffersAnswer{}, right: till.RightSettings, faults: updateRefusals(),
			summary: "Updates on USB sticks"},
		{method: "POST", pattern: "/api/update/take", handle: (*Server).updateTake, body: UpdateChoice{}, ok: UpdateAnswer{}, right: till.RightSettings,
			faults: updateRefusals(append(notBelieved, fault.CommandMalformed, fault.UpdateNoStick)...), summary: "Begin to take an update from a stick", about: aboutUpdates},
		{method: "GET", path: "/", ok: page, more: []reply{{303, nil}}, faults: refusals(fault.NotFound),
			query:   []param{{name: "token", what: "the content of DIR/kiosk.token: sets the cookie and leads on to /"}},
			summary: "The screen"},
	}
}

const aboutCommands = `Amounts, shares and quantities are decimal strings. Nothing is done twice: send the same id again after any broken
connection, and "repeated" says that it had been done before. 409: the same id has been used for another command.
422: refused, nothing has changed; "code" says why, "text" and "hint" say it to the cashier. 503 and 507: the till could
not; the same id may be sent again.`

const aboutEvents = "A stream of server-sent events in UTF-8. The first one has the whole state:\n\n" +
	"    event: state\n    id: 1-203\n    data: {…}          one line, schema State\n\n" +
	"then one for every change, with the whole of each section (top-level field of the state) that is another now:\n\n" +
	"    event: change\n    id: 2-204\n    data: {\"seq\":204,\"set\":{\"basket\":{…},\"baskets\":[…]}}   schema Change\n\n" +
	"With splice=1 a change of some lines of the basket in front comes as \"basket\" instead: of the lines told before, drop from " +
	"index from on give way to the basket's, which holds only those. " +
	"seq is that of the newest journal record taken in; nothing is told before its record is on disk. The id is opaque: " +
	"after a reconnection the whole state comes again. A slow reader gets fewer, larger changes; one that does not read " +
	"for 5 s is cut off. A comment (\": beat\") comes at least every 15 s.\n"

const aboutSocket = "What the screen uses, because a command's answer and all that it changed come as one message. Each message is one JSON " +
	"object of text. To the till goes a command, as POST /api/commands takes it, of at most 64 KiB (a longer one ends the connection), or a question of any id, " +
	"{\"id\":\"7\",\"find\":\"milk\"}, whose answer has \"found\", as GET /api/goods?q=milk tells it. From the till " +
	"comes schema Message: first \"state\", then \"change\" as of /api/events with splice=1, and \"answers\" of commands, which never come before " +
	"the change that has what was done; \"status\" is what POST or GET would have answered. Commands and questions are carried out one after another in the order in which they came; " +
	"none is refused because others wait: while 16 have no answer yet no more are read. What got no answer before the connection ended is sent again with its id, here or by POST. " +
	"One that does not read for 5 s is cut off; the till pings every 15 s. Where there is nothing to tell, {\"beat\":true} comes at least every 2 s: " +
	"who hears nothing for longer does well to tell people, and to open another socket. A till that stops takes no more commands, answers those that " +
	"it has taken, and closes with 1001."

const aboutJournal = "The chain from the first record: base64-decode raw; hash is its SHA-256 in hex; prev is the hash of the record " +
	"with the sequence before, 64 zeros for sequence 1. A page may hold fewer records than asked for: go on after its last " +
	"until head.seq is reached. The layout of raw stands in package journal.\n\n" + aboutScreen

const aboutBlind = "Where counting is blind (the setting blind_count), whoever lacks the right cash.see is told no sum of a shift and only " +
	"the last ten receipts; so is everyone while nobody is logged in or the till is locked. The cookie of a locked till's screen is refused " +
	"in any case."

const aboutScreen = "Where counting is blind, the cookie of a screen before which nobody with the right cash.see stands is refused; " +
	"a Bearer token is not."

const aboutUploads = "The body is the file itself: CSV in UTF-8 or Windows-1251, or an Excel workbook. Nothing is changed yet. A file with " +
	"wrong rows is answered 200 with what is wrong with them, and cannot be imported. It is kept for a day.\n"

const aboutTyped = "A screen's own memory, so that a form outlives its browser: an object of at most 32 KiB by name, 64 of each seller, the oldest " +
	"give way; they go with their seller. Each has a UUID, and a command with the same id ends it: so no form is carried out twice, and one " +
	"that has been is not kept again (forgotten). No password belongs there. It holds no facts: losing it loses keystrokes.\n"

const aboutSettings = "Needs the right settings. Settings of one group stand together, in the order of a screen. value holds now; " +
	"fallback would hold without what was set at this till (setting.reset). origin is the layer that value comes from: image, demo, " +
	"file, command line, or box where it was set at this till (setting.set).\n"

// maxNumber bounds the numbers of shifts and bills.
const maxNumber = 1<<31 - 1

func (s *Server) getState(w http.ResponseWriter, r *http.Request) error {
	return writeJSON(w, http.StatusOK, s.state(s.o.Till.View(), s.lang(r)))
}

// number reads an integer parameter within bounds.
func number(r *http.Request, name string, otherwise, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fault.Wrap(err, fault.QueryMalformed, "name", name)
	}
	return n, nil
}
