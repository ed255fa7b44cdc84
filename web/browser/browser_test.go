package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// served opens a page of this content.
func served(t *testing.T, body string) *Page {
	t.Helper()
	if _, err := Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, hands are not tested: ", err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><meta name=viewport content="width=device-width"><link rel=icon href="data:,"><body>` + body))
	}))
	t.Cleanup(server.Close)
	return Open(t).Page(t, server.URL)
}

// TestAgain: a page that is used again knows nothing of before: nothing that it has kept, nothing that it has complained about.
func TestAgain(t *testing.T) {
	p := served(t, `<script>window.begun = true;</script>`)
	url := Look[string](p, "location.origin")
	was := `[localStorage.length, sessionStorage.length, (await cookieStore.getAll()).length, (await caches.keys()).length, innerWidth, window.chosen !== undefined].join()`
	p.speaks("window.chosen = true")
	p.Size(500, 500)
	p.Reload()
	p.Do(`localStorage.a = sessionStorage.a = 1; await cookieStore.set("a", "1"); await caches.open("a");
		addEventListener("beforeunload", (e) => e.preventDefault());`)
	p.within(chromedp.TapXY(10, 10)) // only who has touched a page is asked whether to leave it
	if is := Look[string](p, was); is != "1,1,1,1,500,true" {
		t.Fatalf("before: %s", is)
	}
	first := Run(func(once T) {
		p.Again(once, url)
		p.Do(`setTimeout(() => { throw "at first"; })`)
		p.Do(`await new Promise((done) => setTimeout(done))`)
	})
	if !strings.Contains(fmt.Sprint(first), "at first") {
		t.Errorf("who has it at first hears %v", first)
	}
	if then := Run(func(then T) {
		p.Again(then, url)
		p.Go(url)
		if is := Look[string](p, was); is != "0,0,0,0,1024,false" {
			then.Errorf("it has kept something: %s", is)
		}
	}); then != nil {
		t.Error(then)
	}
}

// TestTap: what comes late, moves, lies under something and is drawn anew is touched all the same, once.
func TestTap(t *testing.T) {
	p := served(t, `<p data-test=told></p><div data-test=cover style="position:fixed;inset:0"></div><script>
		let n = 0;
		const draw = () => {
			document.querySelector("button")?.remove();
			const b = document.createElement("button");
			b.dataset.test = "go";
			b.disabled = n < 20;
			b.style = "position:absolute;top:" + Math.min(n * 10, 400) + "px";
			b.onclick = () => document.querySelector("p").textContent += "x";
			document.body.prepend(b);
			if (++n < 60) requestAnimationFrame(draw);
			else setTimeout(() => document.querySelector("div").remove(), 100);
		};
		setTimeout(draw, 100);
	</script>`)
	p.Tap("go")
	if said := p.Texts("told"); len(said) != 1 || said[0] != "x" {
		t.Errorf("touched once, it says %q", said)
	}
	p.TapAt("told")
	p.Says("told", "x")
}

// TestTapMissed: what comes under the finger in the last moment is told, and not touched once more.
func TestTapMissed(t *testing.T) {
	p := served(t, `<button data-test=go style="width:100px;height:100px">go</button><div data-test=cover style="position:fixed;inset:0;display:none">wait</div><script>
		const cover = document.querySelector("div");
		addEventListener("touchstart", () => (cover.style.display = "block"));
		cover.onclick = () => {
			cover.style.display = "none";
			cover.textContent += "x";
		};
	</script>`)
	err := Run(func(once T) {
		p.begin(once)
		p.Tap("go")
	})
	if !strings.Contains(fmt.Sprint(err), `go []: the finger came upon div. in cover "wait"`) {
		t.Errorf("a finger that came upon something else: %v", err)
	}
	p.t = t
	p.Says("cover", "waitx")
}

// TestUntil: an expression that throws is not true yet.
func TestUntil(t *testing.T) {
	p := served(t, `<script>setTimeout(() => (window.late = { is: true }), 200)</script>`)
	p.Until("it is there", `window.late.is`)
}

// TestVisit: an address is given again where the page writes another one over it.
func TestVisit(t *testing.T) {
	p := served(t, `<main data-test=stage data-page=first></main><script>
		let over = 3;
		addEventListener("hashchange", () => {
			if (over-- > 0) history.replaceState(null, "", "#/first");
			else setTimeout(() => (document.querySelector("main").dataset.page = "second"), 100);
		});
	</script>`)
	p.Visit("#/second", "second")
	if at := Look[string](p, `location.hash + document.querySelector("main").dataset.page`); at != "#/secondsecond" {
		t.Errorf("it stands at %s", at)
	}
}
