// The keyboard, and scanners that pretend to be one. Keys are read by their position (KeyboardEvent.code), so that the
// layout changes nothing. Keys that the browser owns (F5, F11, F12, Ctrl+…, Tab) are left alone.

import { byPosition, focused, insert, rub, target } from './field.js';
import { blocking, dismiss, insist } from './notices.js';
import { scanned } from './actions.js';
import { ui, changed } from './store.js';
import * as sound from './sound.js';

// Characters by position, plain and shifted, of the layout that scanners type in.
const US = {
  Backquote: '`~', Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:',
  Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?', Space: '  ', Digit0: '0)', Digit1: '1!', Digit2: '2@',
  Digit3: '3#', Digit4: '4$', Digit5: '5%', Digit6: '6^', Digit7: '7&', Digit8: '8*', Digit9: '9(',
};
const NUMPAD = { NumpadAdd: '+', NumpadSubtract: '-', NumpadMultiply: '*', NumpadDivide: '/', NumpadDecimal: '.' };

// A scanner types faster than anyone: at least SHORTEST characters in AVERAGE ms each, no pause longer than GAP (one
// that stutters must not be cut in two).
const SHORTEST = 8;
const AVERAGE = 45;
const GAP = 150;
// What was typed longer than this before a scan has nothing to do with it.
const STALE = 600;
// An Enter so short after a scan or after the red banner is the scanner's second suffix or a bouncing key: it reads nothing.
const BOUNCE = 300;

const GS = '\x1d'; // FNC1 between the parts of a GS1 code; keyboard scanners send it as Ctrl+]

// character returns what a key types by its position, '' where it types nothing.
function character(ev) {
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

let run = { text: '', began: 0, last: -1e9, pause: 0, places: [] };
let ended = -1e9; // when an Enter last ended what was scanned or typed

// note remembers characters that come fast one after the other, and what the fields held before them: the focus may move
// in the middle of a scan, when a payment is done for example.
function note(ch, at, el) {
  if (!run.text || at - run.last > GAP) run = { text: '', began: at, last: at, pause: at - run.last, places: [] };
  if (!run.places.some((p) => p.el === el)) run.places.push({ el, before: el ? el.value : ui.entry });
  run.text += ch;
  run.last = at;
}

// burst returns the run that Enter ends, '' where a person typed it.
function burst(at) {
  const fast = at - run.last <= GAP && run.last - run.began <= AVERAGE * run.text.length;
  const text = fast && run.text.length >= SHORTEST ? run.text : '';
  run = { ...run, text: '' };
  return text;
}

let view = () => false; // offers a key to what is on the screen

// listen starts. handle(key) gets every key with a meaning and returns whether it was used.
export function listen(handle) {
  view = handle;
  addEventListener('keydown', down, { capture: true });
  addEventListener('pointerdown', touched, { capture: true });
  addEventListener('pointerup', sound.wake, { capture: true }); // what browsers take for a touch
}

// A touch on a button leaves the focus where it is: the next scan's Enter must not press the button again.
function touched(ev) {
  if (ev.target.closest('button')) ev.preventDefault();
}

function down(ev) {
  if (ev.isComposing || ev.metaKey) return;
  sound.wake();
  if (ev.ctrlKey) {
    if (ev.code === 'BracketRight' && typed(GS, ev.timeStamp)) ev.preventDefault();
    return;
  }
  let used;
  if (ev.altKey) {
    const digit = /^Digit([1-9])$/.exec(ev.code);
    used = Boolean(digit) && !blocking() && view('Alt' + digit[1]);
  } else if (ev.repeat && !['Backspace', 'Delete', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(ev.key) && ev.key.length > 1) {
    used = ev.key === 'Enter' || /^F\d$/.test(ev.key); // a key held down means one press
  } else {
    const ch = character(ev);
    used = ch ? typed(ch, ev.timeStamp, ev.key) : pressed(ev.key, ev.timeStamp);
  }
  if (used) ev.preventDefault();
}

// typed handles a character; it returns whether the browser should leave it alone.
function typed(ch, at, native = ch) {
  const el = focused();
  note(ch, at, el);
  if (blocking()) {
    ui.entry += ch; // the next scan must not be swallowed
    changed();
    return true;
  }
  if (el) return into(el, ch, native);
  if (onButton() && ch === ' ' && !ui.entry) return false;
  if ((!ui.entry || ch === '*') && view(ch)) return true;
  if (view('text')) {
    ui.entry += ch;
    changed();
  }
  return true;
}

function into(el, ch, native) {
  const o = el.field;
  if (byPosition(o)) {
    if (!insert(el, ch)) view(ch);
    return true;
  }
  if ((o.kind === 'login' || o.kind === 'password') && /^\d$/.test(ch) && native !== ch) return insert(el, ch);
  return false; // words: as the layout says
}

const onButton = () => document.activeElement?.localName === 'button';

function pressed(key, at) {
  const el = focused();
  if (key === 'Enter') return enter(el, burst(at), at);
  if (blocking()) {
    if (key === 'Escape') {
      ui.entry = '';
      dismiss();
    } else if (key === 'Backspace') ui.entry = ui.entry.slice(0, -1);
    else if (key === 'F9') insist();
    else if (/^F\d$/.test(key)) sound.attention();
    else return false;
    changed();
    return true;
  }
  if (key === 'Escape' && ui.entry) {
    ui.entry = '';
    changed();
    return true;
  }
  if (key === 'Escape' && ui.notices.length) {
    dismiss();
    return true;
  }
  if (view(key)) return true;
  if (key === 'Backspace' && !el) {
    ui.entry = ui.entry.slice(0, -1);
    changed();
    return true;
  }
  return false;
}

function enter(el, text, at) {
  if (text && capture(el, text)) {
    ended = at;
    return true;
  }
  if (ui.entry && (blocking() || view('text'))) {
    ended = at;
    return submit(text);
  }
  if (blocking()) {
    if (at - Math.max(ui.appeared, run.last, ended) >= BOUNCE) dismiss();
    return true;
  }
  if (el) {
    el.field.enter?.();
    return true;
  }
  if (onButton()) return false;
  if (ui.notices.length && view('text')) {
    dismiss();
    return true;
  }
  return view('Enter');
}

// capture takes a scan out of whatever it was typed into; false where Enter shall mean Enter, or the entry holds it whole.
function capture(el, text) {
  if (el && !blocking()) {
    const o = el.field;
    if (o.noScan) return false;
    if (o.takesScan) {
      o.set(text);
      return false;
    }
    if (!byPosition(o) && !/^\d+$/.test(text)) return false;
  } else if (ui.entry.endsWith(text) && (blocking() || view('text'))) return false;
  for (const p of run.places) restore(p);
  scanned(text);
  return true;
}

function restore({ el, before }) {
  if (!el) ui.entry = '';
  else if (el.isConnected) el.field.set(before);
}

// submit sends what stands in the entry. What was left there long before a scan and is no multiplier falls away.
function submit(text) {
  const entry = ui.entry.trim();
  const before = text && run.pause > STALE && entry.endsWith(text) ? entry.slice(0, -text.length) : '';
  const code = before && !before.endsWith('*') ? text : entry;
  ui.entry = '';
  if (entry && !entry.endsWith('*')) scanned(code);
  else if (!blocking()) dismiss();
  changed();
  return true;
}

// press is a key of the keypad on the screen.
export function press(key) {
  const at = performance.now();
  if (key === '000') {
    for (let i = 0; i < 3; i++) press('0');
    return;
  }
  if (key.length > 1 && key !== 'Backspace') {
    pressed(key, at);
    return;
  }
  const el = blocking() ? null : target();
  if (key === 'Backspace') {
    if (el) rub(el);
    else pressed(key, at);
  } else if (!el) typed(key, at);
  else if (!insert(el, key)) view(key);
}
