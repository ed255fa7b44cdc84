package browser

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
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
