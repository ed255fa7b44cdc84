// Command paint measures how long it takes until a cashier sees something: from the last key of a scan to the painted
// line, committed included, because the line comes with posd's answer after the durable commit; and from a key of a name
// search to the painted list.
//
//	go run ./web/paint -goods N -throttle 1|4 [-lines 50] [-samples 200]
//
// It builds and starts a real posd with N made-up goods in a folder of its own and types real keys into the real page.
// Numbers depend on the machine, so the same browser also does as little as a page can (key → one element → painted),
// and every figure stands beside its ratio to that. It fails where nothing could be measured, never on a number.
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
		br := browser.Open(t)

		empty := br.Blank(t)
		empty.Unwatched()
		empty.Throttle(o.throttle)
		least := drop(least(empty, o.samples+warm))
		reference := of(least, painting)

		p := br.Page(t, shop.link())
		p.Stage("sell")
		p.Unwatched()
		p.Throttle(o.throttle)
		scans, answers := scan(p, shop, o)
		searches := search(p, shop, o.samples+warm)
		p.Outage(true) // posd ends before the page

		fmt.Fprintf(out, "%d goods, %d lines, throttle %g, %d samples; ms, and ratio to the empty page\n", o.goods, o.lines, o.throttle, o.samples)
		fmt.Fprintf(out, "%-28s %16s %16s %16s\n", "", "p50", "p95", "p99")
		waits := of(least, waiting)
		row(out, "empty page: key → painted", reference, reference)
		row(out, "  until a frame begins", waits, waits)
		row(out, "scan → painted, committed", of(drop(scans), painting), reference)
		row(out, "  posd's answer", drop(answers), reference)
		row(out, "  until the page has changed", of(drop(scans), changing), reference)
		row(out, "  then until a frame begins", of(drop(scans), waiting), waits)
		row(out, "search: key → painted", of(drop(searches), painting), reference)
		row(out, "  until the page has changed", of(drop(searches), changing), reference)
		row(out, "  then until a frame begins", of(drop(searches), waiting), waits)
	})
}

func drop[V any](all []V) []V { return all[min(warm, len(all)):] }

func painting(t times) float64 { return t.Painted }
func changing(t times) float64 { return t.Changed }
func waiting(t times) float64  { return t.Waited }

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
	fmt.Fprintf(out, "%-28s", name)
	for _, share := range []float64{0.50, 0.95, 0.99} {
		v := quantile(a, share)
		fmt.Fprintf(out, " %8.1f (%4.1f×)", v, v/quantile(r, share))
	}
	fmt.Fprintln(out)
}
