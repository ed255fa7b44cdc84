package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"posbox/web/browser"
)

// probe notes when a key came (the browser's own time stamp), when the page had changed by it, when the frame with the
// change began, and when that frame had been made: the message arrives after style, layout, paint and commit. What the
// compositor and a screen then take is no longer the page's, and the same for an empty one.
const probe = `
	const probe = window.probe = { key: 0, changed: 0, frame: 0, painted: 0, want: null };
	const channel = new MessageChannel();
	channel.port1.onmessage = () => { probe.painted = performance.now(); };
	const after = () => {
		probe.changed = performance.now();
		requestAnimationFrame(() => {
			probe.frame = performance.now();
			channel.port2.postMessage(0);
		});
	};
	addEventListener('keydown', (e) => { probe.key = e.timeStamp; }, true);
	new MutationObserver(() => {
		if (probe.want && !document.querySelector(probe.want)) return;
		if (probe.want) probe.want = '#nothing'; // the first paint counts
		after();
	}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
	addEventListener('input', () => { if (!probe.want) after(); }, true); // a letter in its field is no mutation`

// times is what became of one key, in ms: from it to the changed page, from there to the frame, all together.
type times struct {
	Changed, Waited, Painted float64
	listed                   bool // a search's list has become another
}

// least measures a page that does as little as one can: each Enter adds one element.
func least(p *browser.Page, n int) (all []times) {
	p.Do(`document.body.append(document.createElement('main'));
		addEventListener('keydown', (e) => {
			if (e.key !== 'Enter') return;
			const line = document.createElement('div');
			line.id = 'line' + document.body.firstElementChild.childElementCount;
			line.textContent = line.id;
			document.body.firstElementChild.append(line);
		});` + probe)
	for i := range n {
		p.Do(`probe.painted = 0; probe.want = '#line` + strconv.Itoa(i) + `';`)
		hurry(p, "8651070010097")
		all = append(all, painted(p))
	}
	return all
}

// hurry scans as a scanner does, however this machine stalls: the digits are told 4 ms apart, only the last key counts.
func hurry(p *browser.Page, code string) {
	p.Rattle(code, browser.Epoch()-float64(4*len(code)))
	p.PressAt("Enter", browser.Now)
}

// painted waits for the paint and returns how long after the last key it was.
func painted(p *browser.Page) times {
	p.Until("it is painted", "probe.painted > 0")
	return browser.Look[times](p, "{ Changed: probe.changed - probe.key, Waited: probe.frame - probe.changed, Painted: probe.painted - probe.key }")
}

// scan measures scans into a basket that keeps its length. answers is what posd itself took of them, network included.
func scan(p *browser.Page, s *shop, o options) (scans []times, answers []float64) {
	for i := range o.lines {
		s.command("line.scan", fields{"code": s.goods[i].barcode})
	}
	p.Count("line", o.lines)
	p.Do(probe)
	for i := range o.samples + warm {
		g := s.goods[o.lines+i%(len(s.goods)-o.lines)]
		p.Do(fmt.Sprintf(`performance.clearResourceTimings(); probe.painted = 0; probe.want = '[data-test="line"][data-good=%q]';`, g.code))
		hurry(p, g.barcode)
		scans = append(scans, painted(p))
		p.Until("posd's answer is there", `performance.getEntriesByType('resource').some((e) => e.name.includes('/api/commands'))`)
		answers = append(answers, browser.Look[float64](p, `performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/commands')).at(-1).duration`))
		s.removeLast()
		p.Count("line", o.lines)
		time.Sleep(20 * time.Millisecond) // the page is as calm as between two goods of a real cashier
	}
	return scans, answers
}

// found is what the list of a search says.
const found = `[...document.querySelectorAll('.found')].slice(0, 5).map((e) => e.textContent).join()`

// search measures keys of a name search. What a key causes comes in several steps (its echo, the list); the last paint
// counts, once posd has answered and the page has been calm. Rows below what a screen has room for come later and do not.
// A key that finds what stands there already is painted with its echo; one that finds something else needs a second frame.
func search(p *browser.Page, s *shop, n int) (all []times) {
	p.Do("probe.want = null;")
	for i := 0; len(all) < n; i++ {
		word := []rune(strings.ToLower(s.goods[i%len(s.goods)].word))
		p.Press("F2")
		p.Stage("goods")
		p.Settle()
		for _, r := range word[:min(len(word), 5)] {
			before := browser.Look[string](p, found)
			p.Do(`probe.want = null; probe.painted = 0; performance.clearResourceTimings();`)
			p.PressAt(string(r), browser.Now)
			p.Until("posd has answered "+string(r), `performance.getEntriesByType('resource').some((e) => e.name.includes('/api/goods?') && e.responseEnd > 0)`)
			p.Do(`probe.want = null;`)
			calm(p)
			key := painted(p)
			key.listed = browser.Look[string](p, found) != before
			all = append(all, key)
		}
		p.Press("Escape")
		p.Stage("sell")
	}
	return all[:n]
}

// calm waits until nothing has been painted for a while.
func calm(p *browser.Page) {
	p.Until("the page is calm", `await new Promise((done) => {
		const before = probe.painted;
		setTimeout(() => done(before === probe.painted && before > 0), 80);
	})`)
}
