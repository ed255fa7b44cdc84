package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"posbox/web/browser"
)

// probe notes when a key came (the browser's own time stamp), when the page had changed by it, when the frame with the
// change began, and when that frame had been made: the message arrives after style, layout, paint and commit. What the
// compositor and a screen then take is no longer the page's, and the same for an empty one. The page tells all of it by
// itself, afterwards: a page that is asked meanwhile is slower than a till.
const probe = `
	const probe = window.probe = { key: 0, changed: 0, frame: 0, want: null };
	const tell = (what) => told(JSON.stringify(what));
	const channel = new MessageChannel();
	channel.port1.onmessage = () => {
		const painted = performance.now();
		tell({ Changed: probe.changed - probe.key, Waited: probe.frame - probe.changed, Painted: painted - probe.key });
	};
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
	const send = WebSocket.prototype.send;
	let sent = 0;
	WebSocket.prototype.send = function (text) {
		if (!this.probed) this.addEventListener('message', (e) => {
			if (!sent) return;
			tell({ Answered: e.timeStamp - sent });
			sent = 0;
			if (!probe.want) after(); // a letter in its field is no mutation
		});
		this.probed = true;
		sent = performance.now();
		send.call(this, text);
	};
`

// times is what became of one key, in ms: from it to the changed page, from there to the frame, all together.
type times struct {
	Changed, Waited, Painted float64
	listed                   bool // a search's list has become another
}

// said is what a page tells: that a frame has been made, or that posd has answered a command or a search.
type said struct {
	times
	Answered float64
}

// watched is a page with the probe.
type watched struct {
	*browser.Page
	t    browser.T
	told <-chan string
}

func watch(t browser.T, p *browser.Page, before string) *watched {
	w := &watched{p, t, p.Told()}
	p.Do(before + probe)
	return w
}

// await reads what the page tells until that is enough. A page that says nothing for a time (0: a long one) has said all.
func (w *watched) await(what string, calm time.Duration, enough func(said) bool) {
	for {
		patience := 30 * time.Second
		if calm > 0 {
			patience = calm
		}
		select {
		case text := <-w.told:
			var s said
			must(w.t, json.Unmarshal([]byte(text), &s))
			if enough(s) {
				return
			}
		case <-time.After(patience):
			if calm == 0 {
				w.t.Fatalf("%s: not within %v", what, patience)
			}
			return
		}
	}
}

// painted waits until the page has been painted.
func (w *watched) painted() (t times) {
	w.await("the page is painted", 0, func(s said) bool {
		t = s.times
		return s.Painted > 0
	})
	return t
}

// least measures a page that does as little as one can: each Enter adds one element.
func least(t browser.T, p *browser.Page, n int) (all []times) {
	w := watch(t, p, `document.body.append(document.createElement('main'));
		addEventListener('keydown', (e) => {
			if (e.key !== 'Enter') return;
			const line = document.createElement('div');
			line.id = 'line' + document.body.firstElementChild.childElementCount;
			line.textContent = line.id;
			document.body.firstElementChild.append(line);
		});`)
	for i := range n {
		w.Do(`probe.want = '#line` + strconv.Itoa(i) + `';`)
		hurry(p, "8651070010097")
		all = append(all, w.painted())
	}
	return all
}

// hurry scans as a scanner does, however this machine stalls: the digits are told 4 ms apart, only the last key counts.
func hurry(p *browser.Page, code string) {
	p.Rattle(code, browser.Epoch()-float64(4*len(code)))
	p.PressAt("Enter", browser.Now)
}

// scan measures scans into a basket that keeps its length. answers is what passed from the command until the page had its answer;
// spent is what the page's thread did from the first digit until nothing was left to do.
func scan(w *watched, s *shop, o options) (scans []times, answers []float64, spent []browser.Spent) {
	for i := range o.lines {
		s.command("line.scan", fields{"code": s.goods[i].barcode})
	}
	w.Count("line", o.lines)
	for i := range o.samples + warm {
		g := s.goods[o.lines+i%(len(s.goods)-o.lines)]
		w.Do(fmt.Sprintf(`probe.want = '[data-test="line"][data-good=%q]';`, g.code))
		before := w.Spent()
		hurry(w.Page, g.barcode)
		var key times
		var answer float64
		w.await("the line is painted, and posd has answered", 0, func(s said) bool {
			if s.Painted > 0 {
				key = s.times
			}
			if s.Answered > 0 {
				answer = s.Answered
			}
			return key.Painted > 0 && answer > 0
		})
		time.Sleep(rest)
		scans, answers, spent = append(scans, key), append(answers, answer), append(spent, w.Spent().Less(before))
		s.removeLast()
		w.Count("line", o.lines)
		time.Sleep(rest)
	}
	return scans, answers, spent
}

// rest lets the page become as calm as between two goods of a real cashier.
const rest = 50 * time.Millisecond

// found is what the list of a search says.
const found = `[...document.querySelectorAll('.found')].slice(0, 5).map((e) => e.textContent).join()`

// search measures keys of a name search. The last paint counts, once posd has answered and the page has been calm: letter and
// list come in one frame, unless posd is slow. Rows below what a screen has room for come later and do not count.
func search(w *watched, s *shop, n int) (all []times) {
	for i := 0; len(all) < n; i++ {
		word := []rune(strings.ToLower(s.goods[i%len(s.goods)].word))
		w.Press("F2")
		w.Stage("goods")
		w.Settle()
		for _, r := range word[:min(len(word), 5)] {
			before := browser.Look[string](w.Page, found)
			w.await("", rest, func(said) bool { return false })
			w.Do(`probe.want = null;`)
			w.PressAt(string(r), browser.Now)
			var key times
			last := func(s said) bool {
				if s.Painted > 0 {
					key = s.times
				}
				return s.Answered > 0
			}
			w.await("posd has answered "+string(r), 0, last)
			w.await("", 80*time.Millisecond, func(s said) bool { last(s); return false })
			key.listed = browser.Look[string](w.Page, found) != before
			all = append(all, key)
		}
		w.Press("Escape")
		w.Stage("sell")
	}
	return all[:n]
}
