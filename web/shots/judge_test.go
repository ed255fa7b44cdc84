package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"posbox/web/browser"
)

// planted is a page on which each thing that is judged is wrong somewhere, and nowhere else.
const planted = `<!doctype html><html lang=%s><meta charset=utf-8><meta name=viewport content="width=device-width"><title>Faults</title><link rel=icon href="data:,">
<style>
	body { margin: 0; color: #222; background: #fff; }
	div { width: 200px; white-space: nowrap; overflow: hidden; }
	button { width: 60px; height: 60px; }
	@media (prefers-color-scheme: dark) { body { color: #eee; background: #111; } :lang(mn) .dim { color: #333; } }
	@media (prefers-color-scheme: light) { :lang(en) .dim { color: #ccc; } }
	@media (max-width: 1100px) { :lang(mn) .wide { width: 1200px; } }
	@media (min-width: 1900px) { :lang(en) .cut { width: 20px; } }
	@media (min-width: 1300px) and (max-width: 1400px) { :lang(mn) button { height: 20px; } }
</style>
<main><h1>Faults</h1><div class=wide>wide</div><div class=cut>cut off</div><p class=dim>dim</p><button>go</button><input style="height: 60px" %s></main>`

// faulty opens planted, which says that it is in some language. Its field has a name in Mongolian only.
func faulty(t *testing.T, name string, says func(lang string) string) scene {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		label := map[string]string{"mn": "aria-label=Нэр"}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, planted, r.FormValue("says"), label[r.FormValue("says")])
	}))
	t.Cleanup(server.Close)
	return scene{name: name, sizes: sizes, open: func(_ *stands, p *browser.Page, lang string) func() {
		p.Go(server.URL + "/?says=" + says(lang))
		return func() {}
	}}
}

// TestJudge: each thing that is judged is found where it is wrong: in one size, one language, one of the colour schemes.
func TestJudge(t *testing.T) {
	chromium(t)
	want := map[string][]string{
		"mn": {"1024x768: the page is 1200 wide, the screen 1024", "1024x768: it leaves the screen sideways: div.wide", "1366x768: too small for a finger, 60×20: button", "dark true: color-contrast (serious)"},
		"en": {"1920x1080: text is cut off or runs over: div.cut", "dark false: label (critical)", "dark false: color-contrast (serious)"},
	}
	honest := faulty(t, "faulty", func(lang string) string { return lang })
	err := visit([]scene{honest}, langs, false, func(p *browser.Page, s scene, lang string) error {
		err := strictly(p, s, lang)
		for _, w := range want[lang] {
			if !strings.Contains(fmt.Sprint(err), w) {
				return fmt.Errorf("not found: %s; but\n%v", w, err)
			}
		}
		if n := strings.Count(fmt.Sprint(err), "\n") + 1; n != len(want[lang]) {
			return fmt.Errorf("%d found:\n%v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	english := faulty(t, "english", func(string) string { return "en" })
	if err := visit([]scene{english}, []string{"mn"}, false, strictly); !strings.Contains(fmt.Sprint(err), `the page says that it is in "en"`) {
		t.Errorf("a page in the other language: %v", err)
	}
}
