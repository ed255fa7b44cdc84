package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"posbox/web/browser"
	"posbox/wire"
)

// TestBrowserOwner keeps a shop with a real Chromium: what the owner does at the till, and what then holds.
func TestBrowserOwner(t *testing.T) {
	br := openBrowser(t)
	for _, c := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"Import", importGoods}, {"Stick", importFromStick}, {"Price", changePrice}, {"Scan", newByScan}, {"Drafts", halfTyped}, {"EmptyProfile", emptyProfile}, {"LateTyped", lateTyped}, {"LateTold", lateTold}, {"Done", doneOnce}, {"TwoBrowsers", twoBrowsers}, {"Leaver", leaver}, {"CalledAway", calledAway}, {"NoStorage", noStorage}, {"Meanwhile", setMeanwhile}, {"SetWhileSaving", setWhileSaving}, {"Entries", entriesMeanwhile}, {"Sellers", newSeller}, {"Settings", changeSettings}, {"Rows", changeRows},
		{"Customers", newCustomer}, {"Cards", badCards}, {"Alone", firstAlone}, {"Later", firstLater}, {"Join", firstJoin}, {"JoinLater", joinLater}, {"Display", buyersSide}, {"AboveKeyboard", aboveKeyboard}, {"FirstInSight", firstInSight},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, br) })
	}
}

// at goes to a screen by its address.
func (s *screen) at(address string) {
	s.t.Helper()
	s.Visit("#/"+address, address)
}

// demo opens a demo shop with its owner at an open shift.
func demo(t *testing.T, br *browser.Browser) (*box, *screen) {
	t.Helper()
	b := start(t, t.TempDir(), "-demo")
	b.open()
	s := open(t, br, b)
	s.Stage("sell")
	return b, s
}

// importGoods: a file with a wrong row changes nothing and says which; the mended one sells with the next scan.
func importGoods(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/import")
	s.File("import-file", "bad.csv", "code,name,barcodes,price\nN1,Шинэ талх,4006381333931,2750\nN2,Буруу,,12a\n")
	s.Shown("import-preview")
	s.Says("import-bad", "1")
	s.Count("import-problem", 1)
	s.Say("the problem is at row 3", "import-problem", func(list []string) bool { return len(list) == 1 && strings.HasPrefix(list[0], "3") })
	s.Press("F9") // there is no way forward
	s.Settle()
	if n := len(s.facts(b, "import.asked")) + len(s.facts(b, "goods.imported")); n != 0 {
		t.Fatalf("%d facts of an import of a bad file", n)
	}
	s.File("import-file", "good.csv", "code,name,barcodes,price\nN1,Шинэ талх,4006381333931,2750\n1001,Сүү 3.2% 1л,"+milk+",4300\n")
	s.Says("import-added", "1")
	s.Says("import-changed", "1")
	s.Says("import-bad", "0")
	s.Shown("import-unclassed") // a warning: they come in all the same
	s.Count("import-unclassed-row", 2)
	s.Tap("save")
	s.Shown("import-job", "state", "done")
	s.Press("Escape")
	s.Stage("owner/goods")
	s.Press("F8")
	s.Shown("unclassed")
	s.Shown("good-row", "code", "N1")
	s.Press("Escape")
	s.Gone("unclassed")
	s.at("sell")
	s.Scan(unknown) // no longer
	s.Scan(milk)
	s.Says("total", "7050₮")
	s.Gone("error-banner")
}

// setMeanwhile: settings half typed know what they began from. What another has set since is shown and not overwritten, whoever
// finds them again; the rest is saved, and either of both can be chosen.
func setMeanwhile(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	set := func(path string, value any) { t.Helper(); b.do("setting.set", object{"path": path, "value": value}) }
	rate := func(from, vat string) object { return object{"from": from, "vat": vat, "city_tax": "2.00"} }
	write := func(name, text string) {
		t.Helper()
		s.Shown(name)
		s.Do("document.querySelector('[data-test=\"" + name + "\"]').focus()")
		s.Do("document.activeElement.select()")
		s.Write(text)
	}
	set("rates", []object{rate("2024-01-01", "10.00")})
	s.at("owner/settings")
	write("set-shop.phone", "77112233")
	write("set-shop.name", "оргил")
	s.Tap("setting-group", "group", "tax")
	s.Count("row-rates", 1)
	s.Press("F4")
	s.Count("row-rates", 2)
	s.Write("2098-01-01")
	s.Gone("row-rates-from-wrong")
	s.Press("Escape")
	s.Stage("menu")

	set("rates", []object{rate("2024-01-01", "10.00"), rate("2026-06-01", "12.00")})
	set("shop.phone", "99887766")
	s.at("owner/settings")
	s.Shown("resumed")
	s.Shown("meanwhile")
	s.Until("what holds now is told, and the groups are marked", `document.querySelector('[data-path="rates"] [data-test=meanwhile]').innerText.includes('2026-06-01')
		&& [...document.querySelectorAll('[data-test=setting-group]')].filter((e) => e.innerText.endsWith('!')).length === 2`)
	s.Press("F9")
	eventually(t, "the name alone is saved", func() bool { return at(b.state(), "till", "shop") == "оргил" })
	s.Until("nothing else can be", `document.querySelector('[data-test=save]').disabled`)
	if f := s.facts(b, "setting.set"); len(f) != 4 {
		t.Fatalf("%d settings were set: %v", len(f), f)
	}
	s.Tap("meanwhile-theirs")
	s.Gone("meanwhile")
	s.Until("the other's rates are there", `[...document.querySelectorAll('[data-test=row-rates-from]')].map((e) => e.value).join() === '2024-01-01,2026-06-01'`)
	s.Tap("setting-group", "group", "shop")
	s.Shown("meanwhile")
	s.Tap("meanwhile-mine")
	s.Gone("meanwhile")
	set("shop.phone", "11223344") // while the page stands open
	s.Press("F9")
	s.Shown("meanwhile")
	s.value("set-shop.phone", "77112233")
	s.Tap("meanwhile-mine")
	s.Gone("meanwhile")
	s.Press("F9")
	eventually(t, "mine is saved", func() bool {
		all := s.facts(b, "setting.set") // once: another may come at any moment
		return at(all[len(all)-1], "value") == "77112233"
	})
	eventually(t, "nothing is half typed", func() bool { return len(b.drafts()) == 0 })
}

// setWhileSaving: what is typed while the till still takes what was saved before it is neither forgotten nor is its F9.
func setWhileSaving(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	write := func(name, text string) {
		t.Helper()
		s.Shown(name)
		s.Do("document.querySelector('[data-test=\"" + name + "\"]').select()")
		s.Write(text)
	}
	s.at("owner/settings")
	s.Do(`const send = WebSocket.prototype.send, held = new Promise((r) => (window.letGo = r));
		WebSocket.prototype.send = async function (text) {
			if (JSON.parse(text).kind === 'setting.set') {
				window.saving = true;
				await held;
			}
			send.call(this, text);
		};`)
	write("set-shop.phone", "77112233")
	s.Press("F9")
	s.Until("the telephone is on its way", "window.saving === true")
	write("set-shop.name", "оргил")
	s.Press("F9")
	s.Do("letGo()")
	eventually(t, "both are saved", func() bool { return at(b.state(), "till", "shop") == "оргил" })
	if f := s.facts(b, "setting.set"); len(f) != 2 || at(f[0], "value") != "77112233" {
		t.Errorf("facts: %v", f)
	}
	eventually(t, "nothing is half typed", func() bool { return len(b.drafts()) == 0 })
}

// entriesMeanwhile: what is half typed of a good, a customer or a seller is found again in the entry as it is by then. Fields that
// nobody typed follow the others; one that both have changed is shown and waits for a choice, also where the form stood open.
func entriesMeanwhile(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	get := func(path string) object { t.Helper(); var o object; b.get(path, &o); return o }
	good := func(by object) {
		t.Helper()
		g := get("/api/goods/1001")
		for k, v := range by {
			g[k] = v
		}
		b.do("good.set", object{"good": g})
	}
	write := func(name, text string) {
		t.Helper()
		s.Shown(name)
		s.Do("document.querySelector('[data-test=\"" + name + "\"]').focus()")
		s.Do("document.activeElement.select()")
		s.Write(text)
	}
	open := func() {
		t.Helper()
		s.at("owner/goods")
		write("goods-text", "1001")
		s.Count("good-row", 1)
		s.Shown("good-row", "code", "1001")
		s.Press("Enter")
		s.Shown("good-price")
	}
	open()
	write("good-price", "4300")
	write("good-unit", "хайрцаг")
	s.Press("Escape")
	s.Gone("good-price")
	good(object{"price": "4500.00", "name": "Сүү 3.5% 1л"})

	open()
	s.Shown("resumed")
	s.value("good-name", "Сүү 3.5% 1л")
	s.value("good-unit", "хайрцаг")
	s.value("good-price", "4300")
	s.Until("the other's price is told", "document.querySelector('[data-test=meanwhile]').innerText.includes('Үнэ: 4500') && !document.querySelector('[data-test=meanwhile]').innerText.includes('Нэр')")
	s.Until("nothing is saved before a choice", "document.querySelector('[data-test=save]').disabled")
	s.Tap("meanwhile-theirs")
	s.Gone("meanwhile")
	s.value("good-price", "4500")
	s.value("good-unit", "хайрцаг")
	good(object{"category": "Сүү"}) // while the form stands open
	s.Press("F9")
	s.Gone("good-price")
	if g := get("/api/goods/1001"); g["price"] != "4500.00" || g["name"] != "Сүү 3.5% 1л" || g["unit"] != "хайрцаг" || g["category"] != "Сүү" {
		t.Errorf("the good is %v", g)
	}
	open()
	write("good-price", "4400")
	good(object{"price": "4600.00"})
	s.Press("F9")
	s.Shown("meanwhile")
	if g := get("/api/goods/1001"); g["price"] != "4600.00" {
		t.Errorf("the other's price was overwritten: %v", g["price"])
	}
	s.Tap("meanwhile-mine")
	s.Gone("meanwhile")
	s.Press("F9")
	s.Gone("good-price")
	if g := get("/api/goods/1001"); g["price"] != "4400.00" {
		t.Errorf("mine was chosen, and the price is %v", g["price"])
	}

	b.do("customer.put", object{"customer": object{"code": "K77", "name": "Дорж", "phone": "99112233", "cards": []string{"990011"}, "percent": "5.00", "active": true}})
	s.at("owner/customers")
	write("customers-text", "K77")
	s.Count("customer-row", 1)
	s.Press("Enter")
	write("customer-percent", "7")
	s.Press("Escape")
	s.Gone("customer-percent")
	b.do("customer.put", object{"customer": object{"code": "K77", "name": "Дорж", "phone": "88112233", "cards": []string{"990011"}, "percent": "10.00", "active": true}})
	s.Press("Enter")
	s.value("customer-percent", "7")
	s.value("customer-phone", "88112233")
	s.Tap("meanwhile-theirs")
	s.value("customer-percent", "10")
	s.Press("Escape")

	b.do("seller.set", object{"code": "77", "name": "Дулмаа", "role": "seller", "active": true, "password": "2468"})
	s.at("owner/sellers")
	s.Tap("seller-row", "code", "77")
	write("seller-name", "Дулам")
	s.Press("Escape")
	s.Gone("seller-name")
	b.do("seller.set", object{"code": "77", "name": "Долгор", "role": "senior", "active": true})
	s.at("menu")
	s.at("owner/sellers")
	s.Until("the new name is listed", "document.querySelector('[data-test=seller-row][data-code=\"77\"]')?.innerText.includes('Долгор')")
	s.Tap("seller-row", "code", "77")
	s.value("seller-name", "Дулам")
	s.Tap("meanwhile-mine")
	s.Press("F9")
	s.Gone("seller-name")
	s.Until("the name is mine, and the role the other's", "(() => { const x = document.querySelector('[data-test=seller-row][data-code=\"77\"]')?.innerText ?? ''; return x.includes('Дулам') && x.includes('Ахлах') })()")
	eventually(t, "nothing is half typed", func() bool { return len(b.drafts()) == 0 })
}

// changePrice: by keyboard alone, and the next scan knows it; what lies in a basket keeps its price.
func changePrice(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.Scan(milk)
	s.Says("total", "4200₮")
	s.at("owner/goods")
	s.Write("1001")
	s.Shown("good-row", "code", "1001")
	s.Count("good-row", 1)
	s.Press("Enter")
	s.Shown("good-name")
	s.Press("ArrowDown")
	s.Write("4500")
	s.Press("F9")
	s.Gone("good-name")
	s.at("sell")
	s.Press("F4") // the next buyer
	s.Says("total", "0₮")
	s.Scan(milk)
	s.Says("total", "4500₮")
	if facts := s.facts(b, "good.set"); len(facts) != 1 || at(facts[0], "by") != "9" {
		t.Errorf("facts: %v", facts)
	}
}

// newByScan: an unknown barcode on the goods page begins a new good.
func newByScan(t *testing.T, br *browser.Browser) {
	_, s := demo(t, br)
	s.at("owner/goods")
	s.Scan(unknown)
	s.Shown("good-chip")
	s.Write("сүү") // the name has the focus
	s.Press("ArrowDown")
	s.Settle()
	s.Write("990")
	s.Press("F9")
	s.Gone("good-name")
	s.at("sell")
	s.Scan(unknown)
	s.Says("total", "990₮")
	s.Says("line-name", "сүү")
}

// newSeller: made by touch alone, with the keyboard on the screen; may then log in.
func newSeller(t *testing.T, br *browser.Browser) {
	_, s := demo(t, br)
	s.at("owner/sellers")
	s.Tap("seller-new")
	s.Shown("seller-name")
	s.Tap("board")
	s.Tap("letter-а")
	s.Tap("letter-н")
	s.Tap("letter-у")
	s.Tap("board")
	s.Tap("seller-code")
	s.Tap("key-7")
	for _, field := range []string{"seller-password", "seller-again"} {
		s.Tap(field)
		for _, k := range "2468" {
			s.Tap("key-" + string(k))
		}
	}
	s.Tap("save")
	s.Shown("seller-row", "code", "7")

	s.Tap("seller-row", "code", "7") // another role, the same password
	s.Tap("seller-role", "value", "senior")
	s.Tap("save")
	s.Gone("seller-name")

	s.at("menu")
	s.Tap("logout")
	s.Stage("login")
	s.Write("7")
	s.Press("Enter")
	s.Write("2468")
	s.Press("Enter")
	s.Stage("sell")
	s.Says("seller", "ануIns") // the name, and the key that changes it
	s.Scan(milk)
	s.Says("total", "4200₮")
	s.Press("Home")
	s.Gone("menu-sellers")
}

// changeSettings: each holds at once, says where it comes from, and can be taken back.
func changeSettings(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/settings")
	s.Tap("set-shop.name")
	s.Do(`document.activeElement.select()`)
	s.Write("оргил")
	s.Press("F9")
	s.Until("the name has been set", `document.querySelector('[data-path="shop.name"] [data-test="setting-reset"]') !== null`)
	eventually(t, "the shop has its name", func() bool { return at(b.state(), "till", "shop") == "оргил" })
	s.Tap("setting-group", "group", "selling")
	s.Tap("set-blind_count")
	s.Until("it is on", `document.querySelector('[data-test="set-blind_count"]').getAttribute('aria-checked') === 'true'`)
	eventually(t, "counting is blind", func() bool { return at(b.state(), "till", "blind") == true })
	s.Until("it is taken back", `(() => { document.querySelector('[data-path="blind_count"] [data-test="setting-reset"]').click(); return true; })()`)
	s.Until("it is off", `document.querySelector('[data-test="set-blind_count"]').getAttribute('aria-checked') === 'false'`)
	eventually(t, "counting is blind no longer", func() bool { return at(b.state(), "till", "blind") == false })
}

// changeRows: tax rates and barcode layouts are edited row by row, and what is wrong stands at its field and is not saved.
func changeRows(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/settings")
	s.Tap("setting-group", "group", "tax")
	s.Count("row-rates", 3)
	if !browser.Look[bool](s.Page, `await (async () => {
		const key = { key: 'F4', code: 'F4', bubbles: true, cancelable: true };
		document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key));
		for (let i = 0; i < 9; i++) await null; // no frame is drawn meanwhile
		return document.activeElement.dataset.test === 'row-rates-from' && document.activeElement.value === '';
	})()`) {
		t.Error("a key right after F4 does not find the new row")
	}
	s.Count("row-rates", 4)
	s.Write("2020-01-01") // before the row above
	s.Shown("row-rates-from-wrong")
	s.Until("it cannot be saved", `document.querySelector('[data-test="save"]').disabled`)
	s.Do(`document.activeElement.select()`)
	s.Write("2099-01-01")
	s.Gone("row-rates-from-wrong")
	s.Press("ArrowDown")
	s.Write("12.5")
	s.Press("F9")
	s.Until("the rates have been set", `document.querySelector('[data-path="rates"] [data-test="setting-reset"]') !== null`)
	if f := s.facts(b, "setting.set"); len(f) != 1 || at(f[0], "path") != "rates" || fmt.Sprint(at(f[0], "value").([]any)[3]) != "map[city_tax:2.00 from:2099-01-01 vat:12.50]" {
		t.Fatalf("facts: %v", f)
	}

	s.Tap("setting-group", "group", "selling")
	s.Tap("set-notes")
	s.Do(`document.activeElement.select()`)
	s.Write("500,2000")
	s.Press("F9")
	s.Until("the notes have been set", `document.querySelector('[data-path="notes"] [data-test="setting-reset"]') !== null`)
	eventually(t, "the notes are there", func() bool { return fmt.Sprint(at(b.state(), "till", "notes")) == "[500 2000]" })
	s.Count("row-barcode_rules", 3)
	s.Tap("row-drop-barcode_rules") // the first: weights
	s.Count("row-barcode_rules", 2)
	s.Until("the focus has gone on from the row that went", `document.activeElement.classList.contains('rows-add')`)
	s.Tap("row-barcode_rules-item_digits")
	s.Do(`document.activeElement.select()`)
	s.Press("4")
	s.Shown("row-barcode_rules-item_digits-wrong") // no longer thirteen
	s.Do(`document.activeElement.select()`)
	s.Press("5")
	s.Gone("row-barcode_rules-item_digits-wrong")
	s.Press("F9")
	s.Until("the rules have been set", `document.querySelector('[data-path="barcode_rules"] [data-test="setting-reset"]') !== null`)
	if f := s.facts(b, "setting.set"); len(f) != 3 || at(at(f[2], "value").([]any)[0], "prefix") != "23" {
		t.Errorf("facts: %v", f)
	}
}

// newCustomer: a card that is scanned in the form gives its discount at the till.
func newCustomer(t *testing.T, br *browser.Browser) {
	_, s := demo(t, br)
	s.at("owner/customers")
	s.Press("F4")
	s.Shown("customer-name")
	s.Write("дорж")
	s.Press("ArrowDown")
	s.Write("77")
	s.ScanAt("9900001234567", browser.Epoch()+1000) // a while after what was typed
	s.Shown("customer-chip")
	s.Tap("customer-percent")
	s.Write("10")
	s.Press("F9")
	s.Gone("customer-name")
	s.at("sell")
	s.Scan(milk)
	s.Says("total", "4200₮")
	s.Press("F3")
	s.Stage("customer")
	s.Scan("9900001234567")
	s.Stage("sell")
	s.Says("total", "3780₮")
}

// badCards: a card that may not be used is offered by no button, its cause stands in its row and Enter sends nothing.
func badCards(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	for _, c := range []object{
		{"code": "B1", "name": "Хаагдсан Болд", "cards": []string{"9900001234567"}, "phone": "", "percent": "10", "active": false},
	} {
		b.do("customer.put", object{"customer": c})
	}
	s.Scan(milk)
	s.Says("total", "4200₮")
	s.Press("F3")
	s.Stage("customer")
	s.Write("хаагдсан")
	s.Shown("customer-found", "code", "B1")
	s.Until("no button offers a blocked card", `document.querySelector('[data-test="customer-set"]').disabled && !document.querySelector('[data-test="customer-set"]').innerText.includes('Enter')`)
	s.Press("ArrowUp") // what was typed so fast is no scan
	s.Press("Enter")
	s.Tap("customer-found", "code", "B1")
	s.Until("the next card is scanned into the field", `document.activeElement?.dataset?.test === "customer-code"`)
	s.Stage("customer")
	s.Press("Escape")
	s.Stage("sell")
	if n := len(s.facts(b, "sale.completed")); n != 0 || at(b.state(), "basket", "buyer") != nil {
		t.Errorf("%d sales, buyer %v", n, at(b.state(), "basket", "buyer"))
	}
}

// firstAlone: a new box becomes a shop by keyboard alone.
func firstAlone(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir())
	s := open(t, br, b)
	s.Stage("first")
	s.Shown("first-missing")
	s.Gone("owner-name") // neither way is taken for the till's
	s.Press("F2")
	s.Shown("owner-name")
	s.Write("эзэн")
	for _, text := range []string{"1", "4321", "4321"} {
		s.Press("Enter")
		s.Write(text)
	}
	s.Press("Enter")
	s.Stage("shift")
	st := b.state()
	if at(st, "till", "first") != false || at(st, "seller", "role") != "owner" {
		t.Errorf("after the first start: %v, %v", st["till"], st["seller"])
	}
}

// tooLate lets what is half typed come to the till when its owner has been registered and not logged in yet.
const tooLate = `const ask = window.fetch, send = WebSocket.prototype.send;
	let registered, came;
	const owner = new Promise((r) => (registered = r)), draft = new Promise((r) => (came = r));
	window.fetch = async (url, init) => {
		if (url !== '/api/typed' || !init.body) return ask(url, init);
		window.underway = true;
		await owner;
		const answer = await ask(url, init);
		window.answered = answer.status;
		came();
		return answer;
	};
	WebSocket.prototype.send = async function (text) {
		const { kind } = JSON.parse(text);
		if (kind === 'first.done') registered();
		if (kind === 'seller.login') await draft;
		send.call(this, text);
	};`

// firstLater: one press puts the first start off; nothing can be sold until somebody is registered, and the way there stands
// on the screen, also after the page has gone.
func firstLater(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir())
	s := open(t, br, b)
	s.Stage("first")
	s.Press("Escape")
	s.Stage("login")
	s.Shown("login-nobody")
	eventually(t, "the first start is over", func() bool { return at(b.state(), "till", "first") == false })
	s.Settle() // the address is written
	s.Reload()
	s.Stage("login")
	s.Tap("devices-open")
	s.Stage("devices")
	s.Press("Escape")
	s.Stage("login")
	s.Press("Enter")
	s.Stage("first")
	s.Press("Escape") // and back, as often as one likes
	s.Stage("login")
	s.Tap("first-open")
	s.Stage("first")
	s.Tap("first-alone")
	s.Shown("owner-name")
	s.Do(tooLate)
	s.Write("эзэн")
	for _, text := range []string{"1", "4321", "4321"} {
		s.Press("Enter")
		s.Write(text)
	}
	s.Until("what was typed is on its way", "window.underway === true")
	s.Press("F9")
	s.Stage("shift")
	s.Until("it was too late", "window.answered === 403")
	s.Until("it is done with", "!localStorage.getItem('posbox.drafts').includes('first')")
	if left := b.drafts(); len(left) != 0 {
		t.Errorf("half typed is %v", left)
	}
	if n := len(s.facts(b, "first.done")); n != 1 {
		t.Errorf("the first start ended %d times", n)
	}
}

// firstJoin: BAAZ is asked for before there is an owner, in English, by touch and scanner, and that is taken back.
func firstJoin(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir())
	s := open(t, br, b)
	s.Stage("first")
	s.Tap("first-lang", "value", "en")
	s.Until("English is set", "document.documentElement.lang === 'en'")
	s.Tap("first-join")
	s.Tap("join-address")
	s.Until("the finger brings the keyboard", `document.querySelector('[data-test="keyboard"]') !== null`)
	s.Write("baaz.invalid") // nobody, also where there is the Internet
	s.Tap("join-key")
	key := wire.NewKey([]byte("a key that only this test knows")).Reveal()
	s.ScanAt(key, browser.Epoch()+1000) // a while after the address
	s.value("join-key", key)
	s.Settle()
	if facts := s.facts(b, "join.asked"); len(facts) != 0 {
		t.Fatalf("the scan itself has asked: %v", facts)
	}
	s.Press("F9")
	s.Until("BAAZ is waited for", `document.querySelector('[data-test="baaz-light"]')?.dataset.tone === 'calm'`)
	eventually(t, "the till speaks English", func() bool { return at(b.state(), "till", "lang") == "en" })
	s.Until("it is not told as joined", `['asked', 'waiting'].includes(document.querySelector('[data-test="join-standing"]')?.dataset.how)`)
	if facts := s.facts(b, "join.asked"); len(facts) != 1 || strings.Contains(fmt.Sprint(facts[0]), key) {
		t.Errorf("facts: %v", facts)
	}
	s.Tap("join-drop")
	s.Press("Escape") // it stays
	s.Shown("join-standing")
	s.Press("F8")
	s.Tap("prompt-yes")
	s.Gone("join-standing")
	s.Until("nobody waits for BAAZ", `document.querySelector('[data-test="baaz-light"]')?.dataset.tone !== 'calm'`)
	if facts := s.facts(b, "join.dropped"); len(facts) != 1 || at(b.state(), "till", "joined") != false {
		t.Errorf("facts: %v", facts)
	}
}

// buyersSide: the second screen follows a sale, and a scan typed into it does nothing.
func buyersSide(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	d := s.second(b)
	d.Stage("sell")
	d.at("display")
	d.Shown("display-idle")
	told := func(state string) {
		t.Helper()
		b.until("the display is "+state, func() bool {
			return slices.ContainsFunc(b.state()["devices"].([]any), func(x any) bool { return at(x, "kind") == "display" && at(x, "state") == state })
		})
	}
	told("ok")
	s.Scan(milk)
	s.Scan(yoghurt)
	d.Says("display-total", "5700₮")
	d.Says("display-sum", "1500₮")
	d.Scan(milk)
	d.Says("display-total", "5700₮")
	s.Press("F9")
	s.Stage("pay")
	s.Write("6000")
	s.Press("Enter")
	s.Shown("after")
	d.Says("display-change", "300₮")
	if n := len(at(s.sold(b, 1), "lines").([]any)); n != 2 {
		t.Errorf("%d lines sold, want 2", n)
	}
	s.Scan(milk)
	d.Shown("display-line")
	d.at("sell")
	told("none")
}
