package main

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/pos/fault"
	"posbox/web/browser"
)

// noted: one touch takes the note that the buyer gives and ends the sale; the white ones only count.
func noted(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.Tap("pay")
	s.Stage("pay")
	s.Say("what is given for 4200", "give", func(list []string) bool {
		return fmt.Sprint(list) == "[5000₮Хариулт800 10000₮Хариулт5800 20000₮Хариулт15800]"
	})
	s.Says("finish", "ЯгтаарсанEnter")
	s.Tap("note-1000")
	s.Says("missing", "3200₮")
	s.Tap("give", "given", "10000")
	s.Shown("after")
	s.Says("change", "5800₮")
	if sale := s.sold(b, 1); at(sale, "change") != "5800.00" {
		t.Errorf("change %v, want 5800.00", at(sale, "change"))
	}

	// What a card was to pay is the cash's after all; what it has paid is not.
	s.Scan(milk)
	s.Tap("pay")
	s.Tap("tender-card")
	s.value("tender-amount", "4200")
	s.Write("2000")
	s.Press("+")
	s.Count("split", 1)
	s.Tap("give", "given", "5000")
	s.Shown("after")
	s.Says("change", "2800₮")
	s.Say("what was given each way", "last-part", func(all []string) bool { return slices.Equal(all, []string{"2000₮", "5000₮"}) })
	if tenders := at(s.sold(b, 2), "tenders").([]any); len(tenders) != 2 || at(tenders[0], "amount") != "2000.00" || at(tenders[1], "amount") != "2200.00" {
		t.Errorf("paid with %v", tenders)
	}
}

// overShort: how the count differs says which way, as on the paper, also while the till does not answer.
func overShort(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br) // with 50 000
	b.do("shift.count", object{"notes": object{"20000": 3}})
	s.at("shift")
	s.Says("figure-difference", "Илүү10000₮")
	b.do("seller.login", object{"code": "9", "password": "9999"})
	b.do("shift.count", object{"notes": object{"20000": 2}})
	s.Says("figure-difference", "Дутуу−10000₮")
	b.do("shift.count", object{"total": "50000"})
	s.Says("figure-difference", "Зөрүү0₮")

	// Where nobody answers they stay: what lies below them would move under a finger.
	s.Do(`const ask = window.fetch; window.fetch = (url, init) => url === '/api/reports/x' ? Promise.reject(new Error('away')).finally(() => (window.missed = true)) : ask(url, init);`)
	b.do("shift.count", object{"total": "50000"})
	s.Until("nobody answers", "window.missed === true")
	s.Settle()
	s.Shown("figure-difference")
}

// trembling: a finger that bounces on the way to the payment has not ended the sale.
func trembling(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.TapTwice("pay")
	s.Stage("pay")
	s.Tap("key-5") // one key twice is two figures
	s.Tap("key-000")
	s.TapTwice("key-0")
	s.value("tender-cash", "500000")
	s.Tap("finish")
	s.Shown("after")
	if sale := s.sold(b, 1); at(sale, "change") != "495800.00" {
		t.Errorf("change %v, want 495800.00", at(sale, "change"))
	}
}

// thousands: amounts stand in their fields in thousands, whoever types them and wherever the caret is.
func thousands(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	shows := func(want string, caret int) {
		t.Helper()
		s.Until(fmt.Sprintf("it shows %s, the caret at %d", want, caret), fmt.Sprintf(`(() => {
			const e = document.querySelector('[data-test="tender-cash"]');
			return e.value.replaceAll('\u202f', ' ') === %q && e.selectionStart === %d && e.selectionEnd === %d;
		})()`, want, caret, caret))
	}
	s.Scan(milk)
	s.Press("F9")
	s.Stage("pay")
	s.Write("1234567")
	shows("1 234 567", 9)
	for range 3 {
		s.Press("ArrowLeft")
	}
	s.Press("Backspace") // over the space
	shows("123 567", 4)
	s.Write("8")
	shows("1 238 567", 6)
	s.Press("ArrowLeft")
	s.Press("Delete")
	shows("123 867", 5)
	s.Tap("key-Backspace")
	shows("12 367", 4)
	s.Says("key-.", ".") // as amounts are shown
	s.Tap("key-.")
	shows("123.67", 4)
	s.Tap("key-Backspace")
	s.Scan(milkS) // its figures stood in the field for a moment
	s.Stage("sell")
	s.Says("total", "6500₮")
	s.Says("key-.", ",") // quantities are typed here

	s.Tap("pay")
	for _, k := range []string{"2", "0", "000"} {
		s.Tap("key-" + k)
	}
	shows("20 000", 6)
	s.Says("change", "13500₮")
	s.Until("the till has kept it", `(await (await fetch('/api/state')).json()).basket.tenders[0]?.amount === '20000.00'`)
	s.Reload()
	s.value("tender-cash", "20000")
	s.Tap("finish")
	s.Shown("after")
	if sale := s.sold(b, 1); at(sale, "change") != "13500.00" {
		t.Errorf("change %v, want 13500.00", at(sale, "change"))
	}
}

// printing is a till with an open shift and a printer.
func printing(t *testing.T, br *browser.Browser) (*box, *screen, *virtual.Printer) {
	t.Helper()
	printer, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	must(t, err)
	t.Cleanup(func() { printer.Close() })
	b, s := opened(t, br, "-printer", printer.Addr())
	return b, s, printer
}

// finger finds a good by its code and takes it, by touch alone.
func (s *screen) finger(code string) {
	s.t.Helper()
	s.Tap("goods")
	s.Stage("goods")
	for _, r := range code {
		s.Tap("key-" + string(r))
	}
	s.Count("found", 1)
	s.Tap("found", "good", code)
}

// paperBack: what is not printed while the printer is away is found, printed and given up by touch alone.
func paperBack(t *testing.T, br *browser.Browser) {
	b, s, printer := printing(t, br)
	must(t, printer.Inject(virtual.PaperOut, 0))
	s.Shown("printer-light", "tone", "warn")
	for n := range 2 {
		s.finger("1001")
		s.Count("line", 1)
		s.Tap("pay")
		s.Stage("pay")
		s.Tap("give", "given", "5000")
		s.Shown("after")
		s.sold(b, n+1)
	}
	s.finger("1001") // the next buyer: the second one waits for a person as well
	s.Gone("after")
	s.Tap("unprinted-count")
	s.Stage("unprinted")
	s.Count("unprinted", 2)
	s.Shown("trouble-banner", "code", "printer.paper_out") // it has not healed
	if n := printer.Status().Receipts; n != 0 {
		t.Fatalf("%d receipts without paper", n)
	}
	bills := browser.Look[[]string](s.Page, `[...document.querySelectorAll('[data-test="unprinted"]')].map((e) => e.dataset.bill)`)
	printer.Cure()
	s.Shown("printer-light", "tone", "good")
	s.Count("unprinted", 2) // nothing comes out by itself: the buyers may be gone
	s.Tap("print")
	s.Count("unprinted", 1)
	s.Shown("unprinted", "bill", bills[1])
	eventually(t, "the first is on paper", func() bool { return printer.Status().Receipts == 1 })
	s.Tap("print-cancel")
	s.Count("unprinted", 0)
	s.Gone("unprinted-count")
	if n := printer.Status().Receipts; n != 1 {
		t.Errorf("%d receipts, want 1: the other was given up", n)
	}
}

// reportTold: what has become of an X report stands by its button, and one that did not come out is told wherever one is.
func reportTold(t *testing.T, br *browser.Browser) {
	b, s, printer := printing(t, br)
	u, err := url.Parse(b.url)
	must(t, err)
	s.Tap("menu")
	s.Tap("menu-shift")
	s.Stage("shift")
	s.Tap("x-print")
	s.Shown("report-printed", "print", "done")
	s.Says("report-printed", "Хэвлэгдлээ")
	s.Tap("back")
	s.Stage("sell")
	s.Tap("menu")
	s.Tap("menu-shift")
	s.Shown("x-print")
	s.Gone("report-printed") // that was then

	must(t, printer.Inject(virtual.PaperOut, 0))
	s.Shown("printer-light", "tone", "warn")
	s.Tap("x-print")
	s.Shown("report-printed", "print", "printing")
	s.Says("report-printed", "Принтерийгхүлээжбайна")

	// Nobody has to wait for it: given up it can be printed again, and nothing is told that the cashier does not know.
	s.Tap("print-cancel")
	s.Shown("report-printed", "print", "cancelled")
	s.Gone("print-cancel")
	s.Gone("error-banner")
	s.Tap("x-print")
	s.Shown("print-cancel")
	s.Press("Delete")
	s.Shown("report-printed", "print", "cancelled")
	s.Tap("x-print")
	s.Shown("report-printed", "print", "printing")
	s.Tap("back")
	s.Stage("sell")
	s.Outage(true)
	b.kill() // what waited for paper is not printed by itself after a restart
	b = start(t, b.dir, "-demo", "-printer", printer.Addr(), "-listen", u.Host)
	t.Cleanup(func() { s.Outage(true) })
	s.Shown("error-banner", "code", "report.unprinted")
	s.Outage(false)
	s.Tap("menu")
	s.Tap("menu-shift")
	s.Says("report-printed", "Хэвлэгдсэнгүй")
	printer.Cure()
	s.Shown("printer-light", "tone", "good")
	s.Tap("x-print")
	s.Shown("report-printed", "print", "done")
	s.Gone("error-banner")
}

// weighing: while a weight is typed the screen says what a kilogram costs and what it comes to.
func weighing(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.finger("2001")
	s.Says("prompt-price", "8900₮/кг")
	s.Until("the field says what it counts", `document.querySelector('[data-test="quantity"]').parentElement.textContent === 'кг'`)
	s.Gone("prompt-sum")
	s.Says("key-.", ",") // as weights are shown
	for _, k := range []string{"1", ".", "2", "4", "5"} {
		s.Tap("key-" + k)
	}
	s.value("quantity", "1,245")
	s.Says("prompt-sum", "11080.50₮")
	s.Tap("prompt-yes")
	s.Stage("sell")
	s.Says("total", "11080.50₮") // as the line is
	s.Says("line-quantity", "1,245кг")
	s.Tap("quantity-open")
	s.Says("prompt-price", "8900₮/кг")
	s.Tap("key-2")
	s.Says("prompt-sum", "17800₮")
}

// nextStep: a banner says what is wrong and what to do, in both languages, all of it in sight.
func nextStep(t *testing.T, br *browser.Browser) {
	_, s, printer := printing(t, br)
	says := func(banner string, code fault.Code, lang string, args ...string) {
		t.Helper()
		text, hint := fault.New(code, args...).Say(lang)
		if hint == "" {
			t.Fatalf("%s has no next step", code)
		}
		s.Shown(banner, "code", string(code))
		s.Until("the banner says "+hint, fmt.Sprintf(`(() => {
			const box = document.querySelector(%s + ' .banner-text'), seen = box.getBoundingClientRect(), top = (x, y) => document.elementFromPoint(x, y)?.closest('.banner-text') === box;
			return box.querySelector('strong').textContent === %q && box.querySelector('span').textContent === %q
				&& seen.left >= 0 && seen.bottom <= innerHeight && top(seen.left + 2, seen.top + 2) && top(seen.right - 2, seen.bottom - 2) && box.scrollWidth <= box.clientWidth;
		})()`, browser.Hold(banner, "code", string(code)), text, hint))
	}
	for _, lang := range []string{"mn", "en"} {
		s.Until("the till speaks "+lang, fmt.Sprintf(`document.documentElement.lang === %q`, lang))
		must(t, printer.Inject(virtual.PaperOut, 0))
		says("trouble-banner", fault.PrinterPaper, lang)
		s.Scan(unknown)
		says("error-banner", fault.BarcodeUnknown, lang, "code", unknown)
		s.Tap("dismiss")
		s.Gone("error-banner")
		printer.Cure()
		s.Gone("trouble-banner")
		must(t, printer.Inject(virtual.Cover, 0))
		says("trouble-banner", fault.PrinterCover, lang)
		printer.Cure()
		s.Gone("trouble-banner")
		s.Tap("menu")
		s.Tap("language")
		s.Tap("back")
		s.Stage("sell")
	}
}

// apart: what a finger aims at in the menu is large enough and apart from its neighbours, and all of it is in sight, under a banner too.
func apart(t *testing.T, br *browser.Browser) {
	_, s, printer := printing(t, br)
	s.Tap("menu")
	s.Stage("menu")
	look := func() {
		t.Helper()
		s.Settle()
		wrong := browser.Look[[]string](s.Page, `(() => {
			const all = [...document.querySelectorAll('.menu-item')].map((e) => [e.dataset.test, e.getBoundingClientRect()]), box = document.querySelector('.menu').parentElement, wrong = [];
			for (const [name, r] of all) {
				if (r.height < 44 || r.width < 44) wrong.push(name + ' is small: ' + r.width + ' x ' + r.height);
				for (const [other, q] of all) if (other !== name && q.left < r.right + 8 && r.left < q.right + 8 && q.top < r.bottom + 8 && r.top < q.bottom + 8) wrong.push(name + ' is close to ' + other);
			}
			if (box.scrollHeight > box.clientHeight) wrong.push('it scrolls: ' + box.scrollHeight + ' in ' + box.clientHeight);
			return all.length > 12 ? wrong : ['only ' + all.length + ' entries'];
		})()`)
		if len(wrong) > 0 {
			t.Errorf("%q", slices.Compact(wrong))
		}
	}
	for _, size := range [][2]int64{{1024, 768}, {1366, 768}, {1920, 1080}} {
		s.Size(size[0], size[1])
		look()
	}
	s.Size(1024, 768)
	must(t, printer.Inject(virtual.PaperOut, 0))
	s.Shown("trouble-banner")
	look()
}

// inSight waits until something is on the screen whole, with nothing over it, without being scrolled to.
func (s *screen) inSight(name string) {
	s.t.Helper()
	s.Until(name+" is in sight", fmt.Sprintf(`(() => {
		const e = document.querySelector(%s), r = e.getBoundingClientRect(), top = (x, y) => e.contains(document.elementFromPoint(x, y));
		return r.width > 0 && top(r.left + r.width / 2, r.top + 2) && top(r.left + r.width / 2, r.bottom - 2);
	})()`, browser.Hold(name)))
}

// aboveKeyboard: a field that is touched comes into view above the keyboard that the touch brings, and so does the one after it.
func aboveKeyboard(t *testing.T, br *browser.Browser) {
	_, s := demo(t, br)
	s.at("owner/goods")
	s.Tap("good-new")
	s.Shown("good-name")
	s.Gone("keyboard")
	s.Tap("good-unit") // the keyboard comes where it stands
	s.Shown("keyboard")
	s.inSight("good-unit")
	s.Tap("board-enter")
	s.Until("the next field is entered", `document.activeElement?.dataset.test === 'good-category'`)
	s.inSight("good-category")
}

// firstInSight: on the first start the way forward stays in sight beside the keyboard, whichever way was taken.
func firstInSight(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir())
	s := open(t, br, b)
	s.Stage("first")
	s.Tap("first-join")
	s.Tap("join-address")
	s.Shown("keyboard")
	s.inSight("save")
	s.inSight("join-address")
	s.Says("save", "ХолбохF9")
	s.Tap("back")
	s.Tap("first-alone")
	s.Tap("owner-name")
	s.Shown("keyboard")
	s.inSight("save")
	for _, r := range "эзэн" {
		s.Tap("letter-" + string(r))
	}
	for _, field := range []string{"owner-code", "owner-password", "owner-again"} {
		s.Tap(field)
		for range 4 {
			s.Tap("key-7")
		}
	}
	s.inSight("save")
	s.Tap("save")
	s.Stage("shift")
	if who := at(b.state(), "seller", "name"); who != "эзэн" {
		t.Errorf("the owner is %v", who)
	}
}
