package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"posbox/web/browser"
)

// halfTyped: a good and a reason that are half typed outlive Esc and a reload, are taken back by one touch, and go once they
// are done.
func halfTyped(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/goods")
	s.Press("F4")
	s.Shown("good-name")
	s.Write("Шинэ талх")
	s.Press("Escape")
	s.Gone("good-name")
	s.Press("F4")
	s.Shown("resumed")
	s.Until("the name is there again", "document.querySelector('[data-test=good-name]').value === 'Шинэ талх'")
	s.Reload()
	s.Stage("owner/goods")
	s.Settle()
	s.Press("F4")
	s.Shown("resumed")
	s.Until("the name has outlived a reload", "document.querySelector('[data-test=good-name]').value === 'Шинэ талх'")
	s.Tap("revert")
	s.Gone("resumed")
	s.Until("the name is gone", "document.querySelector('[data-test=good-name]').value === ''")
	s.Press("Escape")
	s.Gone("good-name")

	s.at("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.Shown("cash-amount")
	s.Write("25000")
	s.Reload()
	s.Stage("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.value("cash-amount", "25000")
	s.Press("Enter")
	s.Settle()
	s.Press("1")
	s.Press("Enter")
	s.Gone("cash-amount")
	eventually(t, "the cash is moved", func() bool { return len(s.facts(b, "cash.moved")) == 1 })
	s.Until("the draft is forgotten", "!localStorage.getItem('posbox.drafts').includes('cash.out')")
	s.Tap("cash-out")
	s.value("cash-amount", "")
}

// drafts are what the till has of whoever stands before it.
func (b *box) drafts() []any {
	var answer object
	b.get("/api/typed", &answer)
	return answer["drafts"].([]any)
}

// value waits until this stands in a field, spaces aside.
func (s *screen) value(name, want string) {
	s.t.Helper()
	s.Until(name+" says "+want, fmt.Sprintf(`document.querySelector(%s)?.value.replace(/\s/g, '') === %q`, browser.Hold(name), browser.Squeeze(want)))
}

// emptyProfile: what is half typed is seen by a second tab, and found again by a browser that begins with nothing, as on a box
// whose browser was killed. Passwords are not. What has been done is not found again, and a tab that showed it leaves it.
func emptyProfile(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/sellers")
	s.Press("F4")
	s.Write("Дулмаа")
	s.Press("ArrowDown")
	s.Write("77")
	s.Press("ArrowDown")
	s.Write("secret77")

	second := s.second(b)
	second.at("owner/sellers")
	second.Press("F4")
	second.Shown("resumed")
	second.value("seller-name", "Дулмаа")
	second.value("seller-password", "")
	s.Press("ArrowUp")
	s.Write("78") // what is typed replaces it
	second.value("seller-code", "78")

	s.at("owner/settings")
	s.Shown("setting", "path", "shop.phone")
	s.Do("document.querySelector('[data-test=\"set-shop.phone\"]').select()")
	s.Write("77112233")
	s.Press("Escape")
	s.Stage("menu")
	s.at("count")
	s.Shown("count-20000")
	s.Write("3")
	eventually(t, "the till has all of it", func() bool {
		drafts := b.drafts()
		return len(drafts) == 3 && !strings.Contains(fmt.Sprint(drafts), "secret77")
	})

	fresh := open(t, br, b)
	fresh.Stage("sell")
	fresh.Until("it has heard what was typed", "localStorage.getItem('posbox.drafts')?.includes('Дулмаа')")
	fresh.at("owner/sellers")
	fresh.Press("F4")
	fresh.Shown("resumed")
	fresh.value("seller-name", "Дулмаа")
	fresh.value("seller-code", "78")
	fresh.value("seller-password", "")
	fresh.at("count")
	fresh.value("count-20000", "3")
	fresh.at("owner/settings")
	fresh.Shown("resumed")
	fresh.value("set-shop.phone", "77112233")
	fresh.Press("F9")
	fresh.Gone("resumed")
	fresh.at("owner/sellers")
	fresh.Tap("revert")
	fresh.value("seller-name", "")
	eventually(t, "only the count is left", func() bool { return len(b.drafts()) == 1 })
}

// lateTold: what the till said before a draft came to it says nothing of that draft, also to a tab that has not heard yet that
// another has told the till.
func lateTold(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	second := s.second(b)
	second.Before("addEventListener('storage', (e) => e.stopImmediatePropagation())") // it hears of the other later
	second.Reload()
	second.Stage("sell")
	second.Settle()
	second.Do(`const ask = window.fetch, held = new Promise((r) => (window.letGo = r));
		window.asked = 0;
		window.fetch = async (url, init) => {
			const answer = await ask(url, init);
			if (url !== '/api/typed' || init.body) return answer;
			window.asked++;
			await held;
			return answer;
		};`)
	s.at("owner/settings")
	s.Shown("setting", "path", "shop.phone")
	s.Do("document.querySelector('[data-test=\"set-shop.phone\"]').select()")
	s.Write("77112233")
	second.Until("it knows of the telephone only", "window.asked === 1")
	s.at("owner/sellers")
	s.Press("F4")
	s.Write("Дулмаа")
	s.Until("the till has the name", "JSON.parse(localStorage.getItem('posbox.drafts')).some((k) => k.typed?.typed?.name === 'Дулмаа' && k.known)")
	second.Do("letGo()")
	second.Until("it asks once more", "window.asked > 1")
	s.Settle()
	s.value("seller-name", "Дулмаа")
	if n := len(b.drafts()); n != 2 {
		t.Errorf("the till has %d drafts, want 2", n)
	}
}

// lateTyped: what is half typed while the till still takes what was typed before comes to it, too.
func lateTyped(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.at("owner/sellers")
	s.Press("F4")
	s.Shown("seller-name")
	const told = "await new Promise((r) => setTimeout(r, 600))" // on its way by then
	must(t, b.cmd.Process.Signal(syscall.SIGSTOP))
	s.Write("Дулмаа")
	s.Do(told)
	s.Press("ArrowDown")
	s.Write("77")
	s.Do(told)
	must(t, b.cmd.Process.Signal(syscall.SIGCONT))
	eventually(t, "the till has both", func() bool {
		text := fmt.Sprint(b.drafts())
		return strings.Contains(text, "Дулмаа") && strings.Contains(text, "77")
	})
}

// cashOut begins to take cash out, and waits until the till has what was typed of it; it returns the draft.
func (s *screen) cashOut(b *box, amount string) object {
	s.t.Helper()
	s.at("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.Shown("cash-amount")
	s.Write(amount)
	s.value("cash-amount", amount)
	var draft object
	eventually(s.t, "the till has what was typed", func() bool {
		for _, d := range b.drafts() {
			if at(d, "typed", "amount") == amount {
				draft = d.(object)
			}
		}
		return draft != nil
	})
	return draft
}

// doneOnce: cash that has been taken out is not offered again, wherever the browser was killed, nor taken out again by one that
// has not heard of it.
func doneOnce(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	draft := s.cashOut(b, "25000")
	taken := object{"id": draft["id"], "amount": "25000", "reason": "Инкассаци"}
	if status, answer, _ := b.send(draft["id"].(string), "cash.out", object{"amount": "0", "reason": "Инкассаци"}); status == 200 {
		t.Fatal("nothing was taken out", answer)
	}
	s.value("cash-amount", "25000") // what is refused stays
	s.Do("localStorage.setItem('before', localStorage.getItem('posbox.drafts'))")
	b.do("cash.out", taken)
	s.Gone("cash-amount")
	s.Shown("told")

	for _, as := range []string{"", ".replaceAll(':true', ':false')"} { // told, and not yet
		s.Do("localStorage.setItem('posbox.drafts', localStorage.getItem('before')" + as + ")") // killed before it could forget
		s.Reload()
		s.Stage("shift")
		s.Shown("figure-expected")
		s.Until("the till has had it forgotten", "!localStorage.getItem('posbox.drafts').includes('cash.out')")
		s.Tap("cash-out")
		s.value("cash-amount", "")
		s.Press("Escape")
		s.Gone("cash-amount")
	}

	draft = s.cashOut(b, "7000")
	s.Press("Enter")
	s.Settle()
	s.Press("1")
	s.Until("a reason is chosen", "document.querySelector('[data-test=reason]').value !== ''")
	s.Do(`const f = window.fetch; window.fetch = (u, o) => String(u).includes('/api/typed') ? Promise.reject(new Error('away')) : f(u, o)`)
	b.do("cash.out", object{"id": draft["id"], "amount": "7000", "reason": "Инкассаци"})
	s.Press("Enter")
	s.Gone("cash-amount")
	s.Shown("told")
	if moved := s.facts(b, "cash.moved"); len(moved) != 2 {
		t.Errorf("cash was moved %d times: %v", len(moved), moved)
	}
	if left := b.drafts(); len(left) != 0 {
		t.Errorf("half typed is %v", left)
	}
}

// twoBrowsers: a form that stands open in two browsers is done once; the other one leaves it, and has nothing of it when it
// begins anew. What one types the other shows, and neither brings back what was taken back.
func twoBrowsers(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.cashOut(b, "25000")
	other := open(t, br, b)
	other.at("shift")
	other.Shown("figure-expected")
	other.Tap("cash-out")
	other.value("cash-amount", "25000")
	s.Press("Enter")
	s.Settle()
	s.Press("1")
	other.Until("the reason is there, too", "document.querySelector('[data-test=reason]').value !== ''")
	s.Press("Enter")
	s.Gone("cash-amount")
	other.Gone("cash-amount")
	other.Shown("told")
	other.Reload()
	other.Stage("shift")
	other.Shown("figure-expected")
	other.Tap("cash-out")
	other.value("cash-amount", "")
	if moved := s.facts(b, "cash.moved"); len(moved) != 1 {
		t.Fatalf("cash was moved %d times: %v", len(moved), moved)
	}
	other.Press("Escape")
	other.Gone("cash-amount")

	s.at("owner/goods")
	s.Press("F4")
	s.Shown("good-name")
	s.Write("Шинэ талх")
	eventually(t, "the till has the name", func() bool { return strings.Contains(fmt.Sprint(b.drafts()), "Шинэ талх") })
	other.at("owner/goods")
	other.Until("it has the name", "localStorage.getItem('posbox.drafts').includes('Шинэ талх')")
	other.Press("F4")
	other.value("good-name", "Шинэ талх")
	other.Shown("resumed")
	s.Until("it knows that the till has it", "JSON.parse(localStorage.getItem('posbox.drafts')).some((k) => k.typed?.typed?.name === 'Шинэ талх' && k.known && k.told)")
	s.Do("localStorage.setItem('before', localStorage.getItem('posbox.drafts'))")
	other.Tap("revert")
	s.Gone("good-name")
	eventually(t, "the till has nothing", func() bool { return len(b.drafts()) == 0 })
	s.Do("localStorage.setItem('posbox.drafts', localStorage.getItem('before'))") // as if it had slept meanwhile
	s.Reload()
	s.Stage("owner/goods")
	s.Until("it is done with here, too", "!localStorage.getItem('posbox.drafts').includes('good/new')")
	if left := b.drafts(); len(left) != 0 {
		t.Errorf("half typed is %v", left)
	}
}

// stands waits until somebody stands at the till.
func (s *screen) stands(name string) {
	s.t.Helper()
	s.Until(name+" is logged in", "document.querySelector('[data-test=seller]')?.innerText.includes('"+name+"')")
}

// leaver: whoever has a leaver's code next finds nothing of what the leaver had typed, in the same browser.
func leaver(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	seller := func(name string, active bool) {
		t.Helper()
		b.do("seller.login", object{"code": "9", "password": "9999"})
		b.do("seller.set", object{"code": "77", "name": name, "role": "senior", "password": "7777", "active": active})
	}
	seller("Дулмаа", true)
	b.do("seller.login", object{"code": "77", "password": "7777"})
	s.stands("Дулмаа")
	s.cashOut(b, "25000")
	must(t, b.cmd.Process.Signal(syscall.SIGSTOP))
	s.Write("9") // the till never hears of it
	s.value("cash-amount", "250009")
	must(t, b.cmd.Process.Signal(syscall.SIGCONT))
	seller("Дулмаа", false)
	seller("Болд", true)
	b.do("seller.login", object{"code": "77", "password": "7777"})
	s.stands("Болд")
	s.Gone("cash-amount")
	s.at("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.value("cash-amount", "")
	if left := b.drafts(); len(left) != 0 {
		t.Errorf("half typed is %v", left)
	}
}

// calledAway: what is half typed disappears behind the lock, is not the next seller's, and is there again for whoever typed it.
func calledAway(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	login := func(code, password, name string) {
		t.Helper()
		b.do("seller.login", object{"code": code, "password": password})
		s.stands(name)
	}
	s.cashOut(b, "25000")
	b.do("seller.lock", nil)
	s.Stage("lock")
	s.Gone("cash-amount")
	login("1", "1111", "Сарнай")
	s.Stage("shift")
	s.at("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.value("cash-amount", "")
	login("9", "9999", "Бат-Эрдэнэ")
	s.Gone("cash-amount")
	s.Tap("cash-out")
	s.value("cash-amount", "25000")
	s.Press("Escape")
	s.Gone("cash-amount")

	s.at("owner/goods")
	s.Press("F4")
	s.Shown("good-name")
	s.Write("Шинэ талх")
	login("1", "1111", "Сарнай")
	s.Gone("good-name")
	login("9", "9999", "Бат-Эрдэнэ")
	s.at("owner/goods")
	s.Press("F4")
	s.value("good-name", "Шинэ талх")
}

// noStorage: a browser that may keep nothing has it until the page is left, and at the till.
func noStorage(t *testing.T, br *browser.Browser) {
	b, s := demo(t, br)
	s.Do("Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new DOMException('closed', 'SecurityError') }")
	s.cashOut(b, "25000")
	s.Press("Escape")
	s.Gone("cash-amount")
	s.Tap("cash-out")
	s.value("cash-amount", "25000")
	s.Press("Enter")
	s.Settle()
	s.Press("1")
	s.Press("Enter")
	s.Gone("cash-amount")
	s.Tap("cash-out")
	s.value("cash-amount", "")
	s.Write("7000")
	eventually(t, "the till has it", func() bool { return strings.Contains(fmt.Sprint(b.drafts()), "7000") })
	s.Reload()
	s.Stage("shift")
	s.Shown("figure-expected")
	s.Tap("cash-out")
	s.value("cash-amount", "7000")
}
