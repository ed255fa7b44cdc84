package browser

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// spot says where the middle of something is that can be touched, and why it cannot be yet.
type spot struct {
	X, Y float64
	Not  string
}

// aim looks where something is. It can be touched once it is there, takes touches, has stood still for two frames, and nothing
// lies over it unless that is what shall be touched. From then on the page notes what a finger does to it.
func (p *Page) aim(over bool, name string, more ...string) spot {
	p.t.Helper()
	js := fmt.Sprintf(`await (async () => {
		const called = (e) => { const held = e?.closest('[data-test]'); return e?.tagName.toLowerCase() + '.' + e?.className + ' in ' + held?.dataset.test + ' ' + JSON.stringify((e?.textContent ?? '').trim().slice(0, 60)); };
		const sel = %s, find = () => document.querySelector(sel), frame = () => new Promise(requestAnimationFrame);
		const e = find(), no = (Not) => ({ X: 0, Y: 0, Not });
		if (e === null) return no('is not there');
		if (e.disabled) return no('takes no touch');
		e.scrollIntoView({ block: 'nearest' });
		const was = e.getBoundingClientRect();
		await frame();
		await frame();
		const is = e.getBoundingClientRect(), X = is.left + is.width / 2, Y = is.top + is.height / 2;
		if (find() !== e || e.disabled) return no('changes');
		if (['left', 'top', 'width', 'height'].some((k) => was[k] !== is[k])) return no('moves');
		const top = document.elementFromPoint(X, Y);
		if (!%t && !e.contains(top)) return no('lies under ' + called(top));
		const finger = (window.finger = { felt: '' });
		addEventListener('click', (ev) => (finger.felt ||= ev.defaultPrevented ? 'bounced' : e.contains(ev.target) || ev.target.closest(sel) !== null ? 'hit' : called(ev.target)), { capture: true, once: true });
		return { X, Y, Not: '' };
	})()`, Hold(name, more...), over)
	for end := time.Now().Add(Patience); ; time.Sleep(10 * time.Millisecond) {
		s, err := look[spot](p, js)
		if err == nil && s.Not == "" {
			return s
		}
		if time.Now().After(end) || p.ctx.Err() != nil {
			says, _ := look[string](p, "document.body.innerText")
			p.t.Fatalf("%s %v %s (%v); the screen says:\n%s", name, more, s.Not, err, says)
		}
	}
}

// Tap touches something and waits until it has felt it. Something else that came under the finger meanwhile, as it may come under
// a cashier's, fails t. What the page takes for a finger that bounces is touched again.
func (p *Page) Tap(name string, more ...string) {
	p.t.Helper()
	felt := p.touch(p.aim(false, name, more...))
	for felt == "bounced" {
		felt = p.touch(p.aim(false, name, more...))
	}
	if felt != "hit" {
		p.t.Fatalf("%s %v: the finger came upon %s", name, more, felt)
	}
}

// TapAt touches the place where something is, whatever lies over it.
func (p *Page) TapAt(name string) { p.t.Helper(); p.touch(p.aim(true, name)) }

// touch puts a finger on a spot, waits until the page has felt it, and says what has: "hit" is what was aimed at. A page that has
// gone by then has felt it.
func (p *Page) touch(s spot) string {
	p.t.Helper()
	p.within(chromedp.TapXY(s.X, s.Y))
	p.Until("a touch is felt", "window.finger?.felt !== ''")
	return Look[string](p, "window.finger?.felt ?? 'hit'")
}

// TapTwice touches something twice at the same place, as a hand that trembles does, whatever the first touch brings there: the page is
// told that they were 100 ms apart. It waits until the page has felt both.
func (p *Page) TapTwice(name string) {
	p.t.Helper()
	s, at := p.aim(false, name), Epoch()
	p.Do(`window.touches = 0; addEventListener('click', () => window.touches++, { capture: true });`)
	for n := range 2 {
		p.touchAt(s, at+float64(100*n))
		p.Until("a touch is felt", fmt.Sprintf("window.touches > %d", n))
		p.Settle() // what comes under the finger has come
	}
}

// touchAt puts a finger on a spot at a time that the page is told.
func (p *Page) touchAt(s spot, at float64) {
	p.t.Helper()
	down := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: s.X, Y: s.Y}}, Timestamp: input.TimeSinceEpoch(at / 1000)}
	up := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}, Timestamp: input.TimeSinceEpoch((at + 20) / 1000)}
	for _, e := range []input.DispatchTouchEventParams{down, up} {
		_, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, e)
		must(p.t, err)
	}
}
