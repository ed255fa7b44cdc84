package browser

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Play does what a script says, steps apart by "; ": "write TEXT", "press KEY", "scan CODE", "tap NAME", "wait NAME",
// "gone NAME", "stage NAME", "file NAME" (puts a file into a field). After NAME pairs like code=1001 pick one by its data
// attributes.
func (p *Page) Play(script string) {
	p.t.Helper()
	for _, step := range strings.Split(script, "; ") {
		if step == "" {
			continue
		}
		verb, what, _ := strings.Cut(step, " ")
		name, more := pairs(what)
		switch verb {
		case "write":
			p.Write(what)
		case "press":
			p.Press(what)
		case "scan":
			p.Scan(what)
		case "tap":
			p.Tap(name, more...)
		case "wait":
			p.Shown(name, more...)
		case "gone":
			p.Gone(name)
		case "stage":
			p.Stage(name)
		case "file":
			p.File(name, "goods.csv", "code,name,price\n1,x,1\n")
		default:
			p.t.Fatalf("no step is called %q", verb)
		}
	}
}

// pairs takes "line good=1002" apart.
func pairs(what string) (name string, more []string) {
	words := strings.Fields(what)
	if len(words) == 0 {
		return "", nil
	}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		more = append(more, key, value)
	}
	return words[0], more
}

// File chooses a file of this content in a field for files.
func (p *Page) File(field, name, content string) {
	p.t.Helper()
	p.Until(field+" is there", "document.querySelector("+Hold(field)+") !== null")
	p.Do(fmt.Sprintf(`const e = document.querySelector(%s), d = new DataTransfer();
		d.items.add(new File([%q], %q));
		e.files = d.files;
		e.dispatchEvent(new Event('change', { bubbles: true }));`, Hold(field), content, name))
}

// FileBytes chooses a file that is no text, as a workbook is.
func (p *Page) FileBytes(field, name string, content []byte) {
	p.t.Helper()
	p.Until(field+" is there", "document.querySelector("+Hold(field)+") !== null")
	p.Do(fmt.Sprintf(`const e = document.querySelector(%s), d = new DataTransfer();
		d.items.add(new File([Uint8Array.from(atob(%q), (c) => c.charCodeAt(0))], %q));
		e.files = d.files;
		e.dispatchEvent(new Event('change', { bubbles: true }));`, Hold(field), base64.StdEncoding.EncodeToString(content), name))
}
