package main

import (
	"testing"

	"posbox/web/browser"
)

// inView is every line of the basket that can be seen, each with whether it says anything.
const inView = `(() => {
	const box = document.querySelector('[data-test="basket"]').getBoundingClientRect();
	return [...document.querySelectorAll('[data-test="line"]')].filter((l) => {
		const r = l.getBoundingClientRect();
		return r.bottom > box.top && r.top < box.bottom;
	}).map((l) => l.textContent !== '');
})()`

// longBasket: a basket of eighty lines; wherever somebody looks, what is in view says what it is.
func longBasket(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	lines := 0
	for _, letter := range "абгд" {
		var found struct{ Goods []struct{ Code string } }
		b.get("/api/goods?limit=50&q="+string(letter), &found)
		for _, g := range found.Goods {
			b.do("line.scan", object{"code": g.Code, "quantity": "1"})
		}
		lines = len(at(b.state(), "basket", "lines").([]any))
	}
	if lines < 60 {
		t.Fatalf("only %d lines", lines)
	}
	s.Count("line", lines)
	allSay := func(where string) {
		t.Helper()
		s.Until(where+": what is in view says what it is", "("+inView+").length > 4 && ("+inView+").every(Boolean)")
	}
	allSay("the end")
	if !browser.Look[bool](s.Page, `document.querySelectorAll('.line.is-far').length > 20`) {
		t.Error("no line is left empty: the page pays for what nobody sees")
	}
	for _, share := range []string{"0", "0.5", "0.25", "1"} {
		s.Do(`const b = document.querySelector('[data-test="basket"]'); b.scrollTop = ` + share + ` * b.scrollHeight;`)
		allSay("scrolled to " + share)
	}
	for range 6 {
		s.Press("PageUp")
		allSay("a page up")
	}
	s.Press("ArrowDown")
	s.Until("the chosen line is in view", `(() => { const l = document.querySelector('.line.is-current').getBoundingClientRect(), b = document.querySelector('[data-test="basket"]').getBoundingClientRect(); return l.top >= b.top - 1 && l.bottom <= b.bottom + 1; })()`)
	// It scrolls while it makes way for another page.
	for _, top := range []string{"0", "1e6"} {
		s.Do(`document.querySelector('[data-test="basket"]').scrollTop = ` + top + `; dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', code: 'F2' }));`)
		s.Stage("goods")
		s.Press("Escape")
		s.Stage("sell")
	}
	s.Size(1920, 2160) // a tall screen shows more lines
	allSay("a tall screen")
}
