package browser

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// stroke is a key: its position, what it is called and what it types.
type stroke struct {
	code, key, text string
	windows         int64
}

var named = map[string]stroke{
	"Enter": {"Enter", "Enter", "\r", 13}, "Escape": {"Escape", "Escape", "", 27}, "Tab": {"Tab", "Tab", "", 9}, "Home": {"Home", "Home", "", 36}, "Insert": {"Insert", "Insert", "", 45},
	"End": {"End", "End", "", 35}, "Delete": {"Delete", "Delete", "", 46}, "Backspace": {"Backspace", "Backspace", "", 8},
	"ArrowUp": {"ArrowUp", "ArrowUp", "", 38}, "ArrowDown": {"ArrowDown", "ArrowDown", "", 40},
	"PageUp": {"PageUp", "PageUp", "", 33}, "PageDown": {"PageDown", "PageDown", "", 34},
	"ArrowLeft": {"ArrowLeft", "ArrowLeft", "", 37}, "ArrowRight": {"ArrowRight", "ArrowRight", "", 39},
	"F1": {"F1", "F1", "", 112}, "F2": {"F2", "F2", "", 113}, "F3": {"F3", "F3", "", 114}, "F4": {"F4", "F4", "", 115}, "F6": {"F6", "F6", "", 117},
	"F7": {"F7", "F7", "", 118}, "F8": {"F8", "F8", "", 119}, "F9": {"F9", "F9", "", 120}, "F10": {"F10", "F10", "", 121},
	"+": {"NumpadAdd", "+", "+", 107}, "-": {"NumpadSubtract", "-", "-", 109}, "*": {"NumpadMultiply", "*", "*", 106},
	"/": {"NumpadDivide", "/", "/", 111}, ".": {"NumpadDecimal", ".", ".", 110}, " ": {"Space", " ", " ", 32},
}

// Mongolian is the row of digits in the Mongolian layout.
var Mongolian = map[rune]string{'1': "№", '2': "-", '3': "\"", '4': "₮", '5': ":", '6': ".", '7': "_", '8': ",", '9': "%", '0': "?"}

// rows are the letters of both layouts by position, and the codes of these positions.
var rows = [][3]string{
	{"qwertyuiop", "фцужэнгшүз", "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP"},
	{"asdfghjkl;'", "йыбөахролдп", "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote"},
	{"zxcvbnm,./", "ячёсмитьвю", "KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash"},
	{"[]-=", "къще", "BracketLeft BracketRight Minus Equal"},
}

// letters finds the key that types a small letter.
var letters = func() map[rune]string {
	m := map[rune]string{}
	for _, row := range rows {
		codes := strings.Fields(row[2])
		for _, layout := range row[:2] {
			for i, r := range []rune(layout) {
				m[r] = codes[i]
			}
		}
	}
	return m
}()

func (p *Page) character(r rune) stroke {
	if r >= '0' && r <= '9' {
		typed := string(r)
		if p.Layout != nil {
			typed = p.Layout[r]
		}
		return stroke{"Digit" + string(r), typed, typed, int64(r)}
	}
	if k, ok := named[string(r)]; ok {
		return k
	}
	code := letters[unicode.ToLower(r)]
	k := stroke{code: code, key: string(r), text: string(r)}
	if letter, ok := strings.CutPrefix(code, "Key"); ok {
		k.windows = int64(letter[0])
	}
	return k
}

// Epoch is the clock of the page's events: ms since 1970.
func Epoch() float64 { return float64(time.Now().UnixNano()) / 1e6 }

// modifiers of the DevTools protocol.
var modifiers = map[string]int64{"Alt": 1, "Control": 2, "Shift": 8}

// Now lets the page be told the time at which the browser takes a key.
const Now = 0

// strike presses and releases a key; at is the time that the page is told.
func (p *Page) strike(k stroke, held int64, at float64) {
	p.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Code: k.code, Key: k.key, Modifiers: held,
		WindowsVirtualKeyCode: k.windows, NativeVirtualKeyCode: k.windows, Timestamp: input.TimeSinceEpoch(at / 1000)}
	if k.text != "" && held&^8 == 0 {
		down.Type, down.Text, down.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, k.text, k.text
	}
	up := down
	up.Type, up.Text, up.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
	for _, e := range []input.DispatchKeyEventParams{down, up} {
		ctx, cancel := context.WithTimeout(p.ctx, Patience)
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, e)
		cancel()
		must(p.t, err)
	}
}

// Press presses a key by its name; "Alt+1" holds another one meanwhile.
func (p *Page) Press(name string) { p.t.Helper(); p.PressAt(name, Epoch()) }

// PressAt is Press at a time that the page is told.
func (p *Page) PressAt(name string, at float64) {
	p.t.Helper()
	held := int64(0)
	for {
		before, rest, ok := strings.Cut(name, "+")
		m, is := modifiers[before]
		if !ok || !is {
			break
		}
		held, name = held|m, rest
	}
	k, ok := named[name]
	if one := []rune(name); !ok && len(one) == 1 {
		k, ok = p.character(one[0]), true
	}
	if !ok {
		p.t.Fatalf("there is no key %s", name)
	}
	p.strike(k, held, at)
}

// Write types digits and letters as a person does.
func (p *Page) Write(text string) {
	p.t.Helper()
	for _, r := range text {
		p.strike(p.character(r), 0, Epoch())
	}
}

// Scan types a code as a scanner does, and returns when its Enter came.
func (p *Page) Scan(code string) float64 { p.t.Helper(); return p.ScanAt(code, Epoch()) }

// ScanAt is Scan at a time that the page is told.
func (p *Page) ScanAt(code string, at float64) float64 {
	p.t.Helper()
	at = p.Rattle(code, at)
	p.PressAt("Enter", at)
	return at
}

// Rattle types digits from a time on, 4 ms each as the page is told, however slow this machine is. It returns the time
// of the next.
func (p *Page) Rattle(digits string, at float64) float64 {
	p.t.Helper()
	for _, r := range digits {
		p.strike(p.character(r), 0, at)
		if at != Now {
			at += 4
		}
	}
	return at
}

// Burst types a code and Enter as a scanner does, a millisecond a key as the page is told. After the first key it waits for longer than
// scanners do, by a timer of the page: a timer of the page's own that is to outlast it runs out later, however slow this machine is. The
// rest comes in one step. The browser itself types nothing.
func (p *Page) Burst(code string) {
	p.t.Helper()
	p.Do(fmt.Sprintf(`const began = performance.now();
	for (const [i, k] of [...%q].concat('Enter').entries()) {
		if (i === 1) await new Promise((r) => setTimeout(r, 20));
		const key = { key: k, code: k === 'Enter' ? k : 'Digit' + k, bubbles: true, cancelable: true };
		for (const kind of ['keydown', 'keyup']) {
			const ev = Object.defineProperty(new KeyboardEvent(kind, key), 'timeStamp', { value: began + i });
			(document.activeElement ?? document.body).dispatchEvent(ev);
		}
	}`, code))
}
