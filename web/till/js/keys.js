// The keyboard, and scanners that pretend to be one. Keys are read by their position (KeyboardEvent.code), so that the
// layout changes nothing. Keys that the browser owns (F5, F11, F12, Ctrl+…, Tab) are left alone.

import { byPosition, focused, insert, rub, target } from './field.js';
import { blocking, dismiss } from './notices.js';
import { scan, scanned } from './actions.js';
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

let run = { text: '', began: 0, last: -1e9, pause: 0, el: null, before: '' };

// note remembers characters that come fast one after the other, and what the field held before them.
function note(ch, at, el) {
  if (at - run.last > GAP || el !== run.el) run = { text: '', began: at, last: at, pause: at - run.last, el, before: el ? el.value : '' };
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
}

// A touch on a button leaves the focus where it is: the next scan's Enter must not press the button again.
function touched(ev) {
  sound.wake();
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
  if (key === 'Enter') return enter(el, burst(at));
  if (blocking()) {
    if (key === 'Escape') {
      ui.entry = '';
      dismiss();
    } else if (key === 'Backspace') ui.entry = ui.entry.slice(0, -1);
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

function enter(el, text) {
  if (text && capture(el, text)) return true;
  if (blocking() || (ui.entry && view('text'))) return submit(text);
  if (el) {
    el.field.enter?.();
    return true;
  }
  if (onButton()) return false;
  return view('Enter');
}

// capture takes a scan out of whatever field it was typed into; false where Enter shall mean Enter.
function capture(el, text) {
  if (!el) {
    if (blocking() || view('text')) return false; // it stands in the entry
    scanned(text);
    return true;
  }
  const o = el.field;
  if (o.noScan) return false;
  if (o.takesScan) {
    o.set(text);
    return false;
  }
  if (!byPosition(o) && !/^\d+$/.test(text)) return false;
  o.set(run.before);
  scanned(text);
  return true;
}

// submit sends what stands in the entry. What was left there long before a scan and is no multiplier falls away.
function submit(text) {
  const entry = ui.entry.trim();
  const before = text && run.pause > STALE && entry.endsWith(text) ? entry.slice(0, -text.length) : '';
  ui.entry = '';
  if (!entry || entry.endsWith('*')) dismiss();
  else scan(before && !before.endsWith('*') ? text : entry);
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
