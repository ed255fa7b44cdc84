// Command paint measures how long it takes until a cashier sees something: from the last key of a scan to the painted
// line, committed included, because the line comes with posd's answer after the durable commit; and from a key of a name
// search to the painted list.
//
//	go run ./web/paint -goods N -throttle 1|4 [-lines 50] [-samples 200]
//
// It builds and starts a real posd with N made-up goods in a folder of its own and types real keys into the real page.
// Numbers depend on the machine, so the same browser also does as little as a page can (key → one element → painted),
// and every figure stands beside its ratio to that. All of it is measured twice: see clocks. It fails where nothing could be measured, never on a number.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"posbox/web/browser"
)

type options struct {
	goods, lines, samples int
	throttle              float64
}

func main() {
	var o options
	flag.IntVar(&o.goods, "goods", 100_000, "how many goods the shop has")
	flag.Float64Var(&o.throttle, "throttle", 1, "how many times slower the page's processor is made")
	flag.IntVar(&o.lines, "lines", 50, "lines in the basket")
	flag.IntVar(&o.samples, "samples", 200, "how many scans, and how many keys of searches")
	flag.Parse()
	if flag.NArg() > 0 || o.goods < o.lines+o.samples || o.lines < 0 || o.samples < 1 || o.throttle < 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := measure(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "paint:", err)
		os.Exit(1)
	}
}

// warm samples are thrown away: the page's code is compiled in them.
const warm = 10

func measure(out io.Writer, o options) error {
	return browser.Run(func(t browser.T) {
		shop := openShop(t, o.goods)
		for _, c := range clocks {
			var got figures
			must(t, browser.Run(func(t browser.T) { got = round(t, c.open(t), shop, o) }))
			shop.clear()
			fmt.Fprintf(out, "%s\n%d goods, %d lines, throttle %g, %d samples; ms, and ratio to the empty page\n", c.says, o.goods, o.lines, o.throttle, o.samples)
			got.print(out)
		}
	})
}

// clocks are the two ways of measuring. By the display's clock it is what a cashier waits, an unlucky phase included: a
// change that just misses a frame waits 16.7 ms for the next, however fast page and till are. Without it a frame begins
// when there is something to show, so that what is left is the page's and the till's own.
var clocks = []struct {
	says string
	open func(browser.T) *browser.Browser
}{
	{"frames by the display's clock of 60 Hz: what a cashier waits", browser.Open},
	{"frames at once, without the display's clock: what till and page take", browser.Unclocked},
}

// figures are what one browser has shown.
type figures struct {
	least, scans, searches []times
	answers                []float64
	spent                  []browser.Spent // of a scan
}

// round measures all of it in one browser.
func round(t browser.T, br *browser.Browser, shop *shop, o options) (f figures) {
	empty := br.Blank(t)
	empty.Unwatched()
	empty.Throttle(o.throttle)
	f.least = drop(least(t, empty, o.samples+warm))
	empty.Throttle(1) // what makes a page slow burns two thirds of a core for as long as the page is there, idle or not

	p := br.Page(t, shop.link())
	p.Stage("sell")
	p.Unwatched()
	p.Throttle(o.throttle)
	w := watch(t, p, "")
	f.scans, f.answers, f.spent = scan(w, shop, o)
	f.scans, f.answers, f.spent = drop(f.scans), drop(f.answers), drop(f.spent)
	f.searches = drop(search(w, shop, o.samples+warm))
	return f
}

func (f figures) print(out io.Writer) {
	fmt.Fprintf(out, "%-32s %16s %16s %16s\n", "", "p50", "p95", "p99")
	reference, waits, works := of(f.least, painting), of(f.least, waiting), of(f.least, working)
	row(out, "empty page: key → painted", reference, reference)
	row(out, "  until a frame begins", waits, waits)
	row(out, "  less the wait for the frame", works, works)
	row(out, "scan → painted, committed", of(f.scans, painting), reference)
	row(out, "  posd's answer", f.answers, reference)
	row(out, "  until the page has changed", of(f.scans, changing), reference)
	row(out, "  then until a frame begins", of(f.scans, waiting), waits)
	row(out, "  less the wait for the frame", of(f.scans, working), works)
	f.account(out)
	row(out, "search: key → painted", of(f.searches, painting), reference)
	row(out, "  until the page has changed", of(f.searches, changing), reference)
	row(out, "  then until a frame begins", of(f.searches, waiting), waits)
	row(out, "  less the wait for the frame", of(f.searches, working), works)
	if listed := slices.DeleteFunc(slices.Clone(f.searches), func(t times) bool { return !t.listed }); len(listed) > 0 {
		row(out, fmt.Sprintf("  the %d that find another list", len(listed)), of(listed, painting), reference)
		row(out, "    less the wait for the frame", of(listed, working), works)
	}
}

// account says what a scan costs the page's thread in processor, which other programs do not blur.
func (f figures) account(out io.Writer) {
	each := func(which func(browser.Spent) float64) (all []float64) {
		for _, s := range f.spent {
			all = append(all, which(s))
		}
		return all
	}
	thread := each(func(s browser.Spent) float64 { return s.Thread })
	row(out, "  the thread's processor", thread, thread)
	row(out, "    of it script", each(func(s browser.Spent) float64 { return s.Script }), thread)
	row(out, "    style and layout", each(func(s browser.Spent) float64 { return s.Style + s.Layout }), thread)
	layouts := each(func(s browser.Spent) float64 { return s.Layouts })
	row(out, "    how many layouts", layouts, layouts)
}

func drop[V any](all []V) []V { return all[min(warm, len(all)):] }

func painting(t times) float64 { return t.Painted }
func changing(t times) float64 { return t.Changed }
func waiting(t times) float64  { return t.Waited }

// working leaves the wait for a frame out, and with it what the page did while it waited.
func working(t times) float64 { return t.Painted - t.Waited }

func of(all []times, which func(times) float64) (out []float64) {
	for _, t := range all {
		out = append(out, which(t))
	}
	return out
}

// quantile returns the value below which a share of all lies.
func quantile(sorted []float64, share float64) float64 {
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

func row(out io.Writer, name string, all, reference []float64) {
	a, r := slices.Sorted(slices.Values(all)), slices.Sorted(slices.Values(reference))
	fmt.Fprintf(out, "%-32s", name)
	for _, share := range []float64{0.50, 0.95, 0.99} {
		v := quantile(a, share)
		fmt.Fprintf(out, " %8.1f (%4.1f×)", v, v/quantile(r, share))
	}
	fmt.Fprintln(out)
}
