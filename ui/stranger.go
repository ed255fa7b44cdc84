package ui

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"strings"

	"posbox/pos/fault"
)

// stranger answers whoever comes without the token: a person at a browser with a page that says what this is and where to go, a
// program as the API does.
func (s *Server) stranger(w http.ResponseWriter, r *http.Request) {
	f := fault.New(fault.AuthMissing)
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.fail(w, r, f)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src '"+strangerHash+"'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(statusOf(f.Code))
	fmt.Fprint(w, strangerPage)
}

// strangerStyle stands in the page itself: its files want the token, too.
const strangerStyle = `body{font:18px/1.5 sans-serif;max-width:34em;margin:12vh auto;padding:0 24px;color:#1a211c;background:#f6f8f6}
section{background:#fff;border:1px solid #d5dcd6;border-radius:8px;padding:16px 24px;margin-bottom:16px}h1{font-size:24px;margin:0}p{margin:8px 0 0}code{font-size:16px}
@media(prefers-color-scheme:dark){body{color:#e8ece9;background:#121613}section{background:#1b201c;border-color:#39413b}}`

var (
	strangerHash = hashOf(strangerStyle)
	strangerPage = pageFor()
)

// hashOf names a style as a content policy does.
func hashOf(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Where the link is: posd prints it as it starts, and so does ./run.
const (
	strangerMN = "Кассын дэлгэц энэ хаягаар шууд нээгдэхгүй. Төхөөрөмж дээр дэлгэц өөрөө нээгддэг. Бусад компьютер дээр кассын программ асахдаа бичсэн холбоосоор нээнэ үү:"
	strangerEN = "The till's screen does not open by this address alone. On a box the screen opens by itself. On another computer open the link that the till's program printed when it started:"
)

func pageFor() string {
	f := fault.New(fault.AuthMissing)
	part := func(lang, title, about string) string {
		text, hint := f.Say(lang)
		return fmt.Sprintf("<section lang=%q><h1>%s</h1><p>%s %s</p><p>%s<br><code>posd: open http://…/?token=…</code></p></section>",
			lang, html.EscapeString(title), html.EscapeString(text), html.EscapeString(hint), html.EscapeString(about))
	}
	return "<!doctype html><html lang=\"mn\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>posbox</title><style>" + strangerStyle + "</style><main>" +
		part("mn", "Энэ бол касс (posbox)", strangerMN) + part("en", "This is a till (posbox)", strangerEN) + "</main></html>"
}
