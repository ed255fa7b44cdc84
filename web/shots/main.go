// Command shots renders every screen of the till and every page of BAAZ's app, in every canned situation, size and
// language, to PNG.
//
//	go run ./web/shots -out DIR [-only NAME] [-size WxH] [-lang mn|en] [-dark] [-strict]
//
// The names of BAAZ's situations begin with "baaz-". It needs neither posd nor BAAZ: packages canned and canned/office
// stand in. With -strict it also looks for what is cut off, too small, or what axe-core finds, as the test does. A situation that cannot be reached is told at the end, and the command
// fails; the others are drawn all the same.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"posbox/web/browser"
)

// size is a screen's, in CSS pixels.
type size struct{ w, h int64 }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.w, s.h) }

// sizes are those of real tills; displays, those of the buyer's side; offices, of a desk, a tablet and a phone.
var (
	sizes    = []size{{1024, 768}, {1366, 768}, {1920, 1080}}
	displays = []size{{1024, 600}, {1366, 768}}
	offices  = []size{{1366, 768}, {1024, 768}, {390, 844}}
	langs    = []string{"mn", "en"}
)

// workers is how many pages are drawn at a time.
const workers = 2

func main() {
	out := flag.String("out", "", "folder for the pictures")
	only := flag.String("only", "", "only situations whose names begin so")
	one := flag.String("size", "", "only this size, as 1024x768")
	lang := flag.String("lang", "", "only this language, mn or en")
	dark := flag.Bool("dark", false, "dark colours")
	strict := flag.Bool("strict", false, "also look for faults of layout and accessibility")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	var only1 []size
	if *one != "" {
		s, err := parseSize(*one)
		if err != nil {
			fmt.Fprintln(os.Stderr, "shots:", err)
			os.Exit(2)
		}
		only1 = []size{s}
	}
	speak := langs
	if *lang != "" {
		speak = []string{*lang}
	}
	n, err := drawAll(*out, named(*only), only1, speak, *dark, *strict)
	fmt.Printf("shots: %d pictures in %s\n", n, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func parseSize(s string) (size, error) {
	w, h, _ := strings.Cut(s, "x")
	x, err1 := strconv.ParseInt(w, 10, 32)
	y, err2 := strconv.ParseInt(h, 10, 32)
	if errors.Join(err1, err2) != nil || x < 200 || y < 200 || x > 8000 || y > 8000 {
		return size{}, fmt.Errorf("%q is no size; 1024x768 is one", s)
	}
	return size{x, y}, nil
}

// drawAll draws scenes and returns how many pictures there are.
func drawAll(dir string, scenes []scene, only []size, speak []string, dark, strict bool) (n int, err error) {
	if len(scenes) == 0 {
		return 0, errors.New("no situation has such a name")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	var mu sync.Mutex
	draw := func(p *browser.Page, s scene, lang string) (wrong error) {
		for _, z := range s.sizesOr(only) {
			p.Size(z.w, z.h)
			p.Settle()
			name := fmt.Sprintf("%s-%s-%s.png", s.name, z, lang)
			if dark {
				name = fmt.Sprintf("%s-%s-%s-dark.png", s.name, z, lang)
			}
			if strict {
				wrong = errors.Join(wrong, judge(p, z))
			}
			if err := os.WriteFile(filepath.Join(dir, name), p.Picture(), 0o644); err != nil {
				return err
			}
			mu.Lock()
			n++
			mu.Unlock()
		}
		if strict {
			wrong = errors.Join(wrong, accessible(p, dark, every))
		}
		return wrong
	}
	err = visit(scenes, speak, dark, draw)
	return n, err
}

// visit brings a page into each scene in each language and lets look work there. Errors are gathered: one scene that
// cannot be reached keeps nobody from the others.
func visit(scenes []scene, speak []string, dark bool, look func(*browser.Page, scene, string) error) error {
	work := make(chan scene, len(scenes))
	for _, s := range scenes {
		work <- s
	}
	close(work)
	return browser.Run(func(t browser.T) {
		br := browser.Open(t)
		wrong := make([]error, workers)
		var all sync.WaitGroup
		for i := range wrong {
			all.Go(func() {
				wrong[i] = browser.Run(func(t browser.T) { walk(t, br, work, speak, dark, look) })
			})
		}
		all.Wait()
		if err := errors.Join(wrong...); err != nil {
			t.Errorf("%v", err)
		}
	})
}

// walk goes from scene to scene with one page, as long as nothing is wrong with it.
func walk(t browser.T, br *browser.Browser, work <-chan scene, speak []string, dark bool, look func(*browser.Page, scene, string) error) {
	stands := newStands()
	t.Cleanup(stands.close) // when the page has gone
	p := judged(t, br)
	for s := range work {
		for _, lang := range speak {
			if err := enter(p, stands, s, lang, dark, look); err != nil {
				t.Errorf("%s (%s): %v", s.name, lang, err)
				p = judged(t, br)
			}
		}
	}
}

func enter(p *browser.Page, stands *stands, s scene, lang string, dark bool, look func(*browser.Page, scene, string) error) error {
	return browser.Run(func(t browser.T) {
		p.Again(t, stands.till.URL, stands.baaz.URL)
		p.Dark(dark)
		leave := s.open(stands, p, lang)
		if s.away {
			p.Outage(true)
			leave()
		}
		p.Play(s.do)
		p.Settle()
		if err := look(p, s, lang); err != nil {
			t.Errorf("%v", err)
		}
		p.Outage(true) // the page goes before its stand-in has answered everything
	})
}
