package main

import (
	_ "embed"
	"fmt"
	"html"
	"net/url"
	"strings"

	"posbox/gokrazy/splash"
)

// guard keeps keys and gestures of the browser from the browser.
//
//go:embed guard.js
var guard string

// Windows of the browser by what they are for. Their first address names them: sway knows a window by it.
const (
	roleTill  = "till"
	roleBuyer = "buyer"
)

// firstPage is where a window begins. It is empty but for its name, and has the splash's ground.
func firstPage(role string) string {
	return "data:text/html,<title>posbox-" + role + "</title><body%20bgcolor=" + splash.GroundHex[1:] + ">"
}

// roleOf tells a window's role by its first address, or by the application's name that Chromium makes of it.
func roleOf(address string) string {
	for _, role := range []string{roleTill, roleBuyer} {
		if strings.Contains(address, "posbox-"+role) {
			return role
		}
	}
	return ""
}

// words of a page of the kiosk's own: Mongolian first, English second.
type words struct{ title, mn, mnHint, en, enHint string }

var (
	starting = words{"starting", splash.Mongol, "", splash.English, ""}
	away     = words{"away",
		"Касс хариу өгөхгүй байна", "Өөрөө дахин эхэлж байна. Хадгалсан борлуулалт алдагдахгүй. Хэдэн минут хүлээгээд болохгүй бол төхөөрөмжийг унтраагаад дахин асаана уу.",
		"The till does not answer", "It is being started again. No saved sale is lost. If it is not back within a few minutes, switch the box off and on.",
	}
)

// page writes a page that needs nothing but the browser: posd is not there.
func (w words) page(role string) string {
	text := fmt.Sprintf(`<!doctype html><html lang="mn"><meta charset="utf-8"><title>posbox-%s</title><style>
*{cursor:default;user-select:none}body{margin:0;height:100vh;display:flex;flex-direction:column;justify-content:center;align-items:center;text-align:center;
background:%s;color:#111a15;font:400 20px/1.5 "Noto Sans",sans-serif}b{font-weight:600;color:#0b5d3b;font-size:48px;margin-bottom:24px}
h1{font-size:32px;font-weight:600;margin:0 24px}p{margin:8px 24px 0;max-width:40em}.en{color:#4d5a52;margin-top:32px}h2{font-size:20px;font-weight:600;margin:0}
</style><b>%s</b><h1>%s</h1><p>%s</p><div class="en" lang="en"><h2>%s</h2><p>%s</p></div></html>`,
		role, splash.GroundHex, splash.Name, html.EscapeString(w.mn), html.EscapeString(w.mnHint), html.EscapeString(w.en), html.EscapeString(w.enHint))
	return "data:text/html;charset=utf-8," + url.PathEscape(text)
}

// look is asked of the till's page. It answers where the page is, whether it stands on the screen (the stage is there, has a
// size, and two frames have been painted since) and whether keys come to it. A page whose style did not come is none: the
// browser's network process can die just then, and nothing asks for it again.
const look = `new Promise((done) => {
  const at = () => document.querySelector('[data-test="stage"], [data-test="locked"], [data-test^="display-"]');
  const shown = () => { const el = at(); if (!el) return false; const r = el.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const say = (painted) => done({ origin: location.origin, painted, keys: document.hasFocus() });
  const rules = (link) => { try { return link.sheet.cssRules.length; } catch { return 0; } };
  const styled = [...document.querySelectorAll('link[rel=stylesheet]')].every(rules);
  if (!styled && document.readyState === 'complete') return done({ origin: 'null', painted: false, keys: false });
  if (!styled || !shown()) return say(false);
  requestAnimationFrame(() => requestAnimationFrame(() => say(shown())));
})`

// alive is asked of a page that shows nothing new: it answers unless the renderer hangs.
const alive = `({ origin: location.origin, painted: false })`
