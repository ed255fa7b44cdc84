// What a key types by its position (KeyboardEvent.code), whatever the layout; and telling a scanner that pretends to be a
// keyboard from a person.

// Characters by position, plain and shifted, of the layout that scanners type in.
const US: Record<string, string> = {
  Backquote: '`~', Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:',
  Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?', Space: '  ', Digit0: '0)', Digit1: '1!', Digit2: '2@',
  Digit3: '3#', Digit4: '4$', Digit5: '5%', Digit6: '6^', Digit7: '7&', Digit8: '8*', Digit9: '9(',
};
const NUMPAD: Record<string, string> = { NumpadAdd: '+', NumpadSubtract: '-', NumpadMultiply: '*', NumpadDivide: '/', NumpadDecimal: '.' };

export const GS = '\x1d'; // FNC1 between the parts of a GS1 code; keyboard scanners send it as Ctrl+]

// character returns what a key types by its position, '' where it types nothing.
export function character(ev: KeyboardEvent) {
  const { code, key } = ev;
  if (code.startsWith('Key')) {
    if (key.toUpperCase() === code[3]) return key;
    const upper = ev.shiftKey !== ev.getModifierState('CapsLock');
    return upper ? code[3] : code[3].toLowerCase();
  }
  if (code in US) return US[code].includes(key) ? key : US[code][ev.shiftKey ? 1 : 0];
  if (/^Numpad\d$/.test(code)) return key.length === 1 ? code[6] : '';
  if (code in NUMPAD) return key.length === 1 ? NUMPAD[code] : '';
  return key.length === 1 ? key : '';
}

// A scanner types faster than anyone: at least SHORTEST characters in AVERAGE ms each, no pause longer than GAP (one
// that stutters must not be cut in two).
const SHORTEST = 8;
const AVERAGE = 45;
export const GAP = 150;

// Place is where the characters of a run went, and what stood there before.
export interface Place { el: HTMLInputElement | null; before: string }

// Run is characters that came fast one after the other, and what the fields held before them: the focus may move in the
// middle of a scan, when a payment is done for example.
export class Run {
  text = '';
  began = 0;
  last = -1e9;
  pause = 0; // ms between the run and what was typed before it
  places: Place[] = [];

  // note takes a character typed at a time into a field; before is what that field held.
  note(ch: string, at: number, el: HTMLInputElement | null, before: string) {
    if (!this.text || at - this.last > GAP) {
      this.pause = at - this.last;
      this.text = '';
      this.began = at;
      this.places = [];
    }
    if (!this.places.some((p) => p.el === el)) this.places.push({ el, before });
    this.text += ch;
    this.last = at;
  }

  // cut forgets what was typed: a key that does something stands between it and what comes.
  cut() {
    this.text = '';
  }

  // end returns the scan that Enter ends, '' where a person typed.
  end(at: number) {
    const { text } = this;
    this.text = '';
    const fast = at - this.last <= GAP && this.last - this.began <= AVERAGE * text.length;
    return fast && text.length >= SHORTEST ? text : '';
  }
}
