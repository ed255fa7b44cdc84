package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/web/browser"
)

// Cards of the demo, and what their customers get off.
const (
	cardFive = "9990000000012" // C001, 5 %
	cardTen  = "9990000000029" // C002, 10 %
)

// opened is a demo with an open shift, and its page.
func opened(t *testing.T, br *browser.Browser, args ...string) (*box, *screen) {
	t.Helper()
	b := start(t, t.TempDir(), append([]string{"-demo"}, args...)...)
	b.open()
	s := open(t, br, b)
	s.Stage("sell")
	return b, s
}

// configured writes settings into a file for -config.
func configured(t *testing.T, json string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "settings.json")
	must(t, os.WriteFile(name, []byte(json), 0o600))
	return name
}

// locked: a till that is left alone takes nothing, keeps everything, and opens for whoever knows a password.
func locked(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.Press("End")
	s.Stage("lock")
	s.Scan(yoghurt)
	s.Press("F9")
	s.Stage("lock")
	s.Reload()
	s.Stage("lock")
	if n := len(at(b.state(), "basket", "lines").([]any)); n != 1 {
		t.Fatalf("the locked till's basket has %d lines", n)
	}
	s.Write("1111") // the wrong one
	s.Press("Enter")
	s.Shown("error-banner")
	s.Stage("lock")
	s.Write("9999")
	s.Press("Enter")
	s.Stage("sell")
	s.Count("line", 1)

	// Nobody touches it for the ten minutes of the settings.
	s.Do(`(() => { const real = performance.now.bind(performance); performance.now = () => real() + 11 * 60000; })()`)
	s.Stage("lock")
	s.Tap("demo-seller", "code", "1") // somebody else takes over
	s.Stage("sell")
	s.Count("line", 1)
	if code := at(b.state(), "seller", "code"); code != "1" {
		t.Errorf("seller %v stands there, want 1", code)
	}
}

// switched: another seller takes the till over, and the basket stays.
func switched(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.Tap("seller")
	s.Stage("switch")
	s.Press("Escape")
	s.Stage("sell")
	s.Tap("seller")
	s.Write("1")
	s.Press("Enter")
	s.Write("1111")
	s.Press("Enter")
	s.Stage("sell")
	s.Count("line", 1)
	s.Press("F9")
	s.Stage("pay")
	s.Press("Enter")
	s.Shown("after")
	if seller := at(s.sold(b, 1), "by"); seller != nil && seller != "1" {
		t.Errorf("sold by %v, want 1", seller)
	}
}

// parked: customers beside one another, each with a total.
func parked(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.Press("F4")
	s.Count("line", 0)
	s.Scan(milkS)
	s.Count("line", 1)
	s.Say("each tab says its total", "tab", func(tabs []string) bool {
		return len(tabs) == 2 && strings.Contains(tabs[0], "Үйлчлүүлэгч1") && strings.Contains(tabs[0], "4200₮") && strings.Contains(tabs[1], "2300₮")
	})
	s.Press("Alt+1")
	s.Says("total", "4200₮")
	s.Tap("tab", "tab", "2")
	s.Says("total", "2300₮")
}

// found: goods by letters, arrows and Enter; by the keyboard on the screen; and what something costs.
func found(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Press("F2")
	s.Stage("goods")
	s.Write("suu")
	s.Until("only milk is found", `[...document.querySelectorAll('[data-test="found"]')].length > 1 && document.querySelector('[data-test="found"]').textContent.includes('Сүү')`)
	s.Press("ArrowDown")
	s.Press("Enter")
	s.Stage("sell")
	s.Count("line", 1)

	s.Tap("goods")
	s.Shown("keyboard") // whoever came by touch has it at once
	for _, r := range "атар" {
		s.Tap("letter-" + string(r))
	}
	s.Until("bread is found", `document.querySelector('[data-test="found"]')?.textContent.includes('Атар')`)
	s.Tap("board-enter")
	s.Stage("sell")
	s.Count("line", 2)

	s.Press("F6")
	s.Stage("price")
	s.Scan(yoghurt)
	s.Shown("price-answer")
	s.Says("line-count", "2") // asking sells nothing
	s.Press("Escape")
	s.Stage("sell")
}

// searched: a character stands in the field with what it finds and not before, wherever it is typed; it does not wait for a till
// that says nothing, nor for the next key.
func searched(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Press("F2")
	s.Stage("goods")
	s.Do(`window.typed = () => document.querySelector('[data-test="goods-text"]');
		window.asked = [];
		window.deaf = false;
		const send = WebSocket.prototype.send;
		WebSocket.prototype.send = function (text) {
			const { find } = JSON.parse(text);
			if (find !== undefined) asked.push(typed().value + '>' + find);
			if (find === undefined || !deaf) send.call(this, text);
		};`)
	stands := func(text string, caret int) {
		t.Helper()
		s.Until("the field says "+text, fmt.Sprintf(`typed().value === %q && typed().selectionStart === %d`, text, caret))
	}
	s.Write("сүү")
	s.Until("milk is found", `document.querySelector('[data-test="found"]')?.textContent.includes('Сүү')`)
	stands("сүү", 3)
	s.Press("Backspace")
	stands("сү", 2)
	s.Press("ArrowLeft")
	s.Write("а")
	stands("саү", 2)
	s.Do("deaf = true;")
	s.Write("р")
	stands("сарү", 3)
	want := ">с с>сү сү>сүү сүү>сү сү>саү саү>сарү"
	if asked := browser.Look[string](s.Page, "asked.join(' ')"); asked != want {
		t.Errorf("asked, with what stood there: %s; want %s", asked, want)
	}
	s.Do("deaf = false;")
	s.Press("End")
	s.Write(strings.Repeat("м", 90))
	s.Until("the caret stays in sight", `typed().scrollLeft > 0 && typed().scrollLeft + typed().clientWidth > typed().scrollWidth - 4`)
	s.Press("Escape")
	s.Stage("sell")

	// A letter that comes before the page's first frame is not asked over, and what is scanned right behind it takes nothing else away.
	s.Do(`window.press = (key, code, at = performance.now()) => document.activeElement.dispatchEvent(
			Object.defineProperty(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }), 'timeStamp', { value: at }));
		asked.length = 0;
		press('F2', 'F2');
		for (let i = 0; i < 9; i++) await null; // no frame is drawn meanwhile
		press('с', 'KeyC');
		for (let i = 0; i < 2; i++) await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));`)
	stands("с", 1)
	if asked := browser.Look[string](s.Page, "asked.join(' ')"); asked != "> >с" {
		t.Errorf("asked at once: %s", asked)
	}
	s.Do("deaf = true;") // the letter waits
	s.Do(fmt.Sprintf(`const now = performance.now();
		press('ү', 'KeyO', now - 1000); // as the page is told, which was held up
		[...%q].forEach((digit, i) => press(digit, 'Digit' + digit, now + i));
		press('Enter', 'Enter', now + 20);`, milk))
	s.Shown("line", "good", "1001")
	s.Do("deaf = false;")
	s.Press("F2")
	s.Stage("goods")
	stands("сү", 0) // chosen whole: what is typed replaces it
}

// carded: a card by scan, and a customer by name.
func carded(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	s.Press("F3")
	s.Stage("customer")
	s.Scan(cardFive)
	s.Stage("sell")
	s.Says("buyer", "5%")
	s.Says("total", "3990₮")
	s.Press("F3")
	s.Write("ганб")
	s.Count("customer-found", 1)
	s.Press("Enter")
	s.Stage("sell")
	s.Says("buyer", "10%")
	s.Says("total", "3780₮")
	s.Press("F3") // one whose card has ended is not taken by the first Enter: the screen says why
	s.Write("саран")
	s.Count("customer-found", 1)
	s.Press("Enter")
	s.Stage("prompt")
	s.Until("it says why", `document.querySelector('[data-test="prompt-text"]').textContent.includes('2020-12-31')`)
	s.Press("Escape")
	s.Stage("customer")
	s.Says("total", "3780₮")
	s.Press("Enter")
	s.Stage("prompt")
	s.Press("Enter") // taken all the same, without discount
	s.Stage("sell")
	s.Says("total", "4200₮")
	s.Press("F3")
	s.Write("ганб")
	s.Count("customer-found", 1)
	s.Press("Enter")
	s.Stage("sell")
	s.Says("total", "3780₮")
	s.Press("/") // of the line, and of the basket less than the card gives
	s.Write("50")
	s.Press("Enter")
	s.Press("1")
	s.Press("Enter")
	s.Says("total", "1890₮")
	s.Press("/")
	s.Press("/")
	s.Write("5")
	s.Press("Enter")
	s.Press("4")
	s.Press("Enter")
	s.Shown("hand-unused")
	s.Says("total", "1890₮")
	s.Until("two discounts stand in one row", `document.querySelector('.line-how').getBoundingClientRect().height < 30`)
	s.Press("/")
	s.Press("/")
	s.Write("0")
	s.Press("Enter")
	s.Gone("hand-unused")
	s.Press("/")
	s.Write("0")
	s.Press("Enter")
	s.Says("total", "3780₮")
	s.Press("F3")
	s.Tap("customer-clear")
	s.Stage("sell")
	s.Gone("buyer")
	s.Says("total", "4200₮")
}

// business: a register number goes into the sale; a wrong one is refused at once.
func business(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1) // a buyer is told of a basket that is there
	s.Press("F9")
	s.Stage("pay")
	oneEnter(s, "finish")
	s.Press("F7")
	s.Shown("register")
	s.Write("12345")
	oneEnter(s, "register-set")
	s.Press("Enter")
	s.Shown("error-banner")
	s.Write("67")
	s.Press("Enter")
	s.Says("register-known", "Регистрийндугаар1234567")
	s.Shown("buyer-found")
	oneEnter(s, "finish")
	s.Gone("error-banner")
	s.Press("Enter")
	s.Shown("after")
	if r := at(s.sold(b, 1), "register"); r != "1234567" {
		t.Errorf("sold to %v, want 1234567", r)
	}
}

// consumer: a person's number goes into the sale, by keys and by touch; a business in its place takes it away.
func consumer(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1) // a buyer is told of a basket that is there
	s.Press("F9")
	s.Stage("pay")
	s.Press("F8")
	s.Shown("consumer")
	s.Write("11001234")
	oneEnter(s, "consumer-set")
	s.Press("Enter")
	s.Says("consumer-known", "Хэрэглэгчийндугаар11001234")
	oneEnter(s, "finish")
	s.Tap("buyer-business")
	s.Shown("register")
	s.Write("1234567")
	s.Press("Enter")
	s.Shown("register-known")
	s.Gone("consumer-known")
	s.Tap("buyer-person")
	s.Gone("register-known")
	s.Tap("buyer-consumer")
	s.Shown("consumer")
	s.Write("11001234")
	s.Tap("consumer-set")
	s.Shown("consumer-known")
	s.Press("Enter")
	s.Shown("after")
	if sold := s.sold(b, 1); at(sold, "consumer") != "11001234" || at(sold, "register") != nil {
		t.Errorf("%v", sold)
	}
}

// oneEnter: what Enter does is said once, and by what.
func oneEnter(s *screen, by string) {
	s.t.Helper()
	s.Until("Enter is said to be "+by, fmt.Sprintf(`(() => { const all = [...document.querySelectorAll('.stage .cap, .side-top .cap')].filter((c) => c.textContent === 'Enter');
		return all.length === 1 && all[0].closest('[data-test]').dataset.test === %q; })()`, by))
}

// split: parts of a payment outlive a reload; what is missing is said in words and nothing is printed before it is there.
func split(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	for range 3 {
		s.Scan(milk)
	}
	s.Says("total", "12600₮")
	s.Press("F9")
	s.Stage("pay")
	s.Tap("tender-card")
	s.value("tender-amount", "12600")
	s.Until("cash is not asked for as well", `document.querySelector('[data-test="tender-cash"]').placeholder === '0'`)
	s.Write("5000")
	s.Shown("missing-words")
	s.Until("nothing can be printed", `document.querySelector('[data-test="finish"]').disabled`)
	oneEnter(s, "split-add")
	s.Press("+")
	s.Count("split", 1)
	s.Until("the till has kept it", `(await (await fetch('/api/state')).json()).basket.tenders.length === 2`)
	s.Reload()
	s.Shown("stage")
	s.Stage("pay")
	s.Count("split", 1)
	s.Says("given", "12600₮")
	s.Press("Enter")
	s.Shown("after")
	tenders := at(s.sold(b, 1), "tenders").([]any)
	if len(tenders) != 2 || at(tenders[0], "amount") != "5000.00" || at(tenders[1], "amount") != "7600.00" {
		t.Errorf("paid with %v", tenders)
	}
}

// countedAgain: cash counted for one moment is never given at the next, and a banknote does not add to what stood there.
func countedAgain(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	nothing := `document.querySelector('[data-test="tender-cash"]').value === ''`
	for _, c := range []struct {
		name         string
		leave, again func()
	}{
		{"back", func() { s.Press("Escape"); s.Stage("sell") }, func() { s.Press("F9") }},
		{"scan", func() {
			s.Scan(milk)
			s.Stage("sell")
			s.Says("line-quantity", "2ш")
			s.Press("-")
			s.Says("line-quantity", "1ш")
		}, func() { s.Press("F9") }},
		{"lock", func() { s.Tap("lock"); s.Stage("lock") }, func() { s.Write("9999"); s.Press("Enter") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Press("F9")
			s.Stage("pay")
			s.Write("5000")
			s.Says("change", "800₮")
			s.Until("the till has kept it", `(await (await fetch('/api/state')).json()).basket.tenders.length === 1`)
			c.leave()
			c.again()
			s.Stage("pay")
			s.Until("the cash is counted again", nothing)
			s.Until("the till has forgotten it", `(await (await fetch('/api/state')).json()).basket.tenders.length === 0`)
			s.Press("Escape")
			s.Stage("sell")
		})
	}
	s.Press("F9")
	s.Stage("pay")
	s.Write("5000")
	s.Until("the till has kept it", `(await (await fetch('/api/state')).json()).basket.tenders.length === 1`)
	s.Reload() // this is what it is kept for
	s.Stage("pay")
	s.Says("given", "5000₮")
	s.Tap("note-20000")
	s.Says("given", "20000₮")
	s.Tap("note-1000")
	s.Says("given", "21000₮")
	s.Press("Enter")
	s.Shown("after")
	if change := at(s.sold(b, 1), "change"); change != "16800.00" {
		t.Errorf("change %v, want 16800.00", change)
	}
}

// approved: a seller gives more than a seller may; somebody who may allows it in place.
func approved(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir(), "-demo")
	b.do("seller.login", object{"code": "1", "password": "1111"})
	b.do("shift.open", object{"float": "0"})
	s := open(t, br, b)
	s.Stage("sell")
	s.Scan(milk)
	s.Count("line", 1)
	s.Press("/")
	s.Stage("prompt")
	s.Write("50")
	s.Press("Enter")
	s.Write("2") // the reason by its number
	s.Press("Enter")
	s.Shown("approver-code")
	s.Say("what is to be approved", "prompt-about", func(list []string) bool {
		return len(list) == 1 && strings.Contains(list[0], "50") && strings.Contains(list[0], "2100₮") && strings.Contains(list[0], "Гэмтэлтэй")
	})
	s.Press("Escape") // one step back: what was typed stands there
	s.Until("the discount as it was typed", `document.querySelector('[data-test="discount-value"]')?.value === '50' && document.querySelector('[data-test="reason"]').value.includes('Гэмтэлтэй')`)
	s.Press("Enter")
	s.Press("Enter")
	s.Shown("approver-code")
	s.Write("9")
	s.Press("Enter")
	s.Write("9998")
	s.Press("Enter")
	s.Until("the wrong password is told", `!!document.querySelector('[data-test="prompt-text"].is-alert')`)
	s.Until("only the password is asked for again", `document.querySelector('[data-test="approver-code"]').value === '9' && document.activeElement === document.querySelector('[data-test="approver-password"]')`)
	s.Write("9999") // in nobody's sight
	s.Press("Enter")
	s.Stage("sell")
	s.Says("total", "2100₮")
	if list := s.facts(b, "override.granted"); len(list) != 1 {
		t.Errorf("%d overrides in the journal, want 1", len(list))
	}
}

// reasoned: the way forward says what it does next, ready reasons are one key, and the keys that choose are never typed.
func reasoned(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Scan(milk)
	s.Count("line", 1)
	written := func(want string) {
		t.Helper()
		s.Until("the reason is "+want, fmt.Sprintf(`document.querySelector('[data-test="reason"]').value === %q`, want))
	}
	s.Press("/")
	s.Stage("prompt")
	s.Do(`for (let i = 0; i < 3; i++) dispatchEvent(new KeyboardEvent('keydown', { code: 'NumpadDivide', key: '/', repeat: true }))`) // held down
	s.Until("a key held down changes nothing", `document.querySelector('[data-test="scope-line"]').getAttribute('aria-pressed') === 'true'`)
	s.Says("prompt-yes", "ДараахEnter")
	s.Tap("reason") // touched, and written with more than one letter
	s.Write("аб")
	written("аб")
	s.Press("Backspace")
	s.Press("Backspace")
	s.Tap("discount-value")
	s.Write("10")
	s.Says("key-.", ",") // of a share
	s.Press("*")
	s.Says("key-.", ".") // of an amount
	s.Press("*")
	s.Says("prompt-yes", "ДараахEnter")
	s.Press("Enter")
	s.Says("prompt-yes", "ШалтгаандутууEnter")
	for _, k := range []string{"*", "/", "/", "*"} {
		s.Press(k)
		written("")
	}
	s.Tap("key-*") // nor by touch
	written("")
	s.Press("*")
	s.Press("2")
	written("Гэмтэлтэй")
	s.Press("3")
	written("Хугацаа дөхсөн")
	s.Says("prompt-yes", "ХөнгөлөхEnter")
	s.Press("Enter")
	s.Stage("sell")
	s.Says("total", "3780₮")
	if reason := at(b.state(), "basket", "lines").([]any)[0].(object)["reason"]; reason != "Хугацаа дөхсөн" {
		t.Errorf("the reason is %v", reason)
	}
	s.Press("/")
	s.Write("0")
	s.Says("prompt-yes", "ХөнгөлөлтийгхасахEnter")
	s.Press("Enter") // no reason is asked for
	s.Stage("sell")
	s.Says("total", "4200₮")
	s.Press("/")
	s.Write("5")
	s.Press("Enter")
	s.Write("нэг 2") // words, also with a digit in them
	written("нэг 2")
	s.Press("Escape")
	s.Stage("sell")
}

// paidHow: what a sale without change ends with is the amount paid and how, and no change of nothing.
func paidHow(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Scan(milk)
	s.Press("F9")
	s.Stage("pay")
	s.Press("ArrowDown") // perhaps before the till knows the milk
	s.value("tender-amount", "4200")
	s.Press("Enter")
	s.Shown("after")
	s.Says("paid", "4200₮")
	s.Gone("change")
	s.Say("it is said how it was paid", "after", func(list []string) bool {
		return len(list) == 1 && strings.Contains(list[0], "Картаартөлсөн")
	})
	s.Scan(milkS) // exact cash: nothing to hand back, which is said small
	s.Press("F9")
	s.Press("Enter")
	s.Says("paid", "2300₮")
	s.Says("change", "0₮")
}

// paidSooner: whoever chose the card while the only good was still on its way pays all of it by card, whether the last Enter comes
// before the till has answered or after.
func paidSooner(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	s := open(t, br, b)
	for i, late := range []bool{false, true} {
		s.Stage("sell")
		must(t, b.cmd.Process.Signal(syscall.SIGSTOP))
		s.Scan(yoghurt)
		s.Press("F9")
		s.Stage("pay")
		s.Press("ArrowDown")
		s.Until("the card is chosen", `document.activeElement?.dataset?.test === "tender-amount"`)
		if late {
			must(t, b.cmd.Process.Signal(syscall.SIGCONT))
			s.value("tender-amount", "1500")
			s.Press("Enter")
		} else {
			s.Press("Enter")
			must(t, b.cmd.Process.Signal(syscall.SIGCONT))
		}
		s.Shown("after")
		s.Say("it was paid by card", "after", func(list []string) bool {
			return len(list) == 1 && strings.Contains(list[0], "Картаартөлсөн")
		})
		sold := s.facts(b, "sale.completed")
		if len(sold) != i+1 || at(sold[i]["tenders"].([]any)[0], "kind") != "card" {
			t.Errorf("late %v: %v", late, sold)
		}
	}
}

// blindCount: nobody is told what should be there; the count is asked once more, and then final.
func blindCount(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir(), "-demo", "-config", configured(t, `{"blind_count": true}`))
	b.do("seller.login", object{"code": "1", "password": "1111"})
	b.do("shift.open", object{"float": "10000"})
	s := open(t, br, b)
	s.Stage("sell")
	s.Scan(milk)
	s.Press("F9")
	s.Press("Enter")
	s.Shown("after")
	s.Press("F4") // leaves nothing behind: the basket is empty
	s.Press("Home")
	s.Stage("menu")
	s.Tap("menu-shift")
	s.Stage("shift")
	s.Press("Enter")
	s.Stage("count")
	s.Shown("count-final")
	s.Press("ArrowDown")
	s.Write("1")
	s.Says("count-sum", "10000₮")
	for range 3 {
		s.Press("ArrowDown")
	}
	s.Write("8")
	s.Says("count-sum", "14000₮")
	s.Tap("count-50") // by touch, too, a number has more than one digit
	for _, k := range "12" {
		s.Tap("key-" + string(k))
	}
	s.Says("count-sum", "14600₮")
	s.Tap("key-Backspace")
	s.Tap("key-Backspace")
	s.Says("count-sum", "14000₮")
	s.Reload() // a count is final: what has been counted is still there
	s.Stage("count")
	s.Says("count-sum", "14000₮")
	s.Tap("count")
	s.Stage("prompt")
	s.Press("Enter")
	s.Stage("shift")
	s.Gone("figure-expected")
	s.Gone("figure-difference")
	s.Gone("figure-total")
	s.Press("Enter") // the way out is now to close
	s.Stage("prompt")
	s.Press("Enter")
	s.Shown("z-done")
	s.Gone("figure-expected")
	s.Reload() // the report can still be looked at and printed
	s.Shown("shift-open")
	s.Press("F7")
	s.Shown("z-done")
	s.Gone("figure-expected")
	s.Press("Enter")
	s.Shown("shift-open")
	if diff := at(s.facts(b, "shift.closed")[0], "report", "counted"); diff != nil && diff != "14000.00" {
		t.Errorf("counted %v, want 14000.00", diff)
	}
}

// unprintedList: what is not on paper stands in a list, and one key prints it.
func unprintedList(t *testing.T, br *browser.Browser) {
	printer, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	must(t, err)
	t.Cleanup(func() { printer.Close() })
	_, s := opened(t, br, "-printer", printer.Addr())
	must(t, printer.Inject(virtual.PaperOut, 0))
	s.Shown("printer-light", "tone", "warn")
	s.Shown("trouble-banner")
	s.Scan(milk)
	s.Press("F9")
	s.Press("Enter")
	s.Shown("after")
	s.Scan(milkS) // the next sale begins
	s.Shown("unprinted-count")
	s.Tap("unprinted-count")
	s.Stage("unprinted")
	s.Count("unprinted", 1)
	printer.Cure()
	s.Shown("printer-light", "tone", "good")
	s.Press("Enter")
	s.Count("unprinted", 0)
	s.Gone("unprinted-count")
}

// uncut: what is wrong is said in whole words, also beside receipts that wait and a long name.
func uncut(t *testing.T, br *browser.Browser) {
	printer, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	must(t, err)
	t.Cleanup(func() { printer.Close() })
	b, s := opened(t, br, "-printer", printer.Addr())
	s.Shown("printer-light", "tone", "good")
	must(t, printer.Close())
	s.Shown("printer-light", "tone", "warn")
	s.Size(1366, 768)
	s.Scan(milk)
	s.Press("F9")
	s.Press("Enter")
	s.Shown("after")
	s.Scan(milkS)
	s.Shown("unprinted-count")
	b.do("seller.login", object{"code": "9", "password": "9999"})
	s.Says("seller", "Бат-ЭрдэнэIns")
	s.Until("the printer's word is whole", `(() => { const e = document.querySelector('[data-test="printer-light"] .clip'); return e.clientWidth > 0 && e.scrollWidth <= e.clientWidth; })()`)
}

// helped: the keys on one page, wherever one stands, and back to where one was.
func helped(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Scan(milk)
	s.Press("F9")
	s.Stage("pay")
	s.Write("5000")
	s.Press("F1")
	s.Stage("help")
	s.Press("F9")
	s.Stage("help")
	s.Press("Escape")
	s.Stage("pay")
	s.Says("change", "800₮")
	s.Tap("help-open")
	s.Stage("help")
	s.Tap("back")
	s.Stage("pay")
}

// weighed: a good by the kilogram asks for its weight; a number before a scan multiplies.
func weighed(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Write("3*")
	s.Scan(milk)
	s.Says("line-quantity", "3ш")
	const code = "2001" // apples
	s.Press("F2")
	s.Stage("goods")
	s.Write(code)
	s.Shown("found", "good", code)
	s.Press("Enter")
	s.Shown("quantity")
	s.Write("1.245")
	s.Press("Enter")
	s.Stage("sell")
	s.Shown("line", "good", code)
	lines := at(b.state(), "basket", "lines").([]any)
	if len(lines) != 2 || at(lines[1], "quantity") != "1.245" {
		t.Errorf("the basket holds %v", lines)
	}
}

// told: what has been done is said, and goes with the next key; the way of a copy is told to its end, and a receipt is looked at
// from its beginning.
func told(t *testing.T, br *browser.Browser) {
	printer, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	must(t, err)
	t.Cleanup(func() { printer.Close() })
	_, s := opened(t, br, "-printer", printer.Addr())
	s.Press("Home")
	s.Tap("menu-cash-out")
	s.Write("5000")
	s.Press("Enter")
	s.Write("1")
	s.Press("Enter")
	s.Says("told", "5000₮гаргасныгбүртгэлээ")
	s.Press("Escape")
	s.Gone("told")
	s.Scan(milk)
	s.Press("F9")
	s.Press("Enter")
	s.Shown("after")
	s.Says("last-print", "Баримтхэвлэгдсэн")
	s.Press("F7")
	s.Says("told", "Хуулбархэвлэгдлээ")
	s.Gone("told") // by itself
	s.Press("ArrowUp")
	s.Stage("receipts")
	s.Shown("receipt")
	s.Size(1366, 768)
	const paper = `document.querySelector('.paper-scroll')`
	s.Until("the picture is longer than its place", paper+".scrollHeight > "+paper+".clientHeight && "+paper+".querySelector('img').complete")
	s.Until("it begins where the paper does", paper+".scrollTop === 0")
}

// byName: a code that nobody knows leads to the search by name with one key.
func byName(t *testing.T, br *browser.Browser) {
	_, s := opened(t, br)
	s.Scan(unknown)
	s.Shown("by-name")
	s.Press("F2")
	s.Stage("goods")
	s.Gone("error-banner")
	s.Write("1001")
	s.Press("Enter")
	s.Shown("line", "good", "1001")
	s.Scan(unknown)
	s.Tap("by-name")
	s.Stage("goods")
}

// endLate: a report that is asked for while the shift ends and comes to a till that has none is no trouble, and nothing
// stands between the Z report and the next key.
func endLate(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Press("Home")
	s.Stage("menu")
	s.Do(`const ask = window.fetch, send = WebSocket.prototype.send, late = new Promise((r) => (window.askX = r));
		window.fetch = async (url, init) => {
			if (url !== '/api/reports/x') return ask(url, init);
			await late;
			const answer = await ask(url, init);
			window.answered = answer.status;
			return answer;
		};
		WebSocket.prototype.send = function (text) {
			if (JSON.parse(text).kind === 'shift.close') {
				const hear = this.onmessage, said = [];
				this.onmessage = (e) => said.push(e);
				window.hearAll = () => { this.onmessage = hear; said.forEach((e) => hear.call(this, e)); };
			}
			send.call(this, text);
		};`)
	s.Press("3")
	s.Stage("shift")
	s.Press("F8")
	s.Stage("prompt")
	s.Press("Enter")
	eventually(t, "the shift is closed", func() bool { return len(s.facts(b, "shift.closed")) == 1 })
	s.Do("askX()")
	s.Until("there is no report any more", "window.answered === 422")
	s.Do("setTimeout(hearAll)") // after what the page makes of that
	s.Shown("z-done")
	s.Gone("error-banner")
	s.Press("Enter")
	s.Shown("float")
}

// ending: after the count the screen says so and goes on selling; every step of the end of a shift has a key.
func ending(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	s.Press("Home")
	s.Stage("menu")
	s.Write("3")
	s.Stage("shift")
	s.Press("Enter")
	s.Stage("count")
	s.Press("F9")
	s.Stage("prompt")
	s.Press("Enter")
	s.Stage("shift")
	s.Shown("count-made")
	s.Press("Escape")
	s.Stage("sell")
	s.Shown("counted")
	s.Scan(milk)
	s.Count("line", 1)
	s.Press("Home")
	s.Stage("menu")
	s.Burst(milkS) // its first digit opens nothing
	s.Stage("sell")
	s.Count("line", 2)
	s.Press("Delete")
	s.Press("Delete")
	s.Count("line", 0)
	s.Press("Insert")
	s.Stage("switch")
	s.Press("Escape")
	s.Stage("sell")
	s.Press("Home")
	s.Stage("menu")
	s.Press("3")
	s.Stage("shift")
	s.Press("F8")
	s.Stage("prompt")
	s.Press("Enter")
	s.Shown("z-done")
	s.Press("Enter")
	s.Shown("float")
	s.Press("F8")
	s.Stage("login")
	if n := len(s.facts(b, "shift.closed")); n != 1 {
		t.Errorf("%d shifts closed, want 1", n)
	}
}
