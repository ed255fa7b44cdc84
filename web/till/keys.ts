// The keyboard, and scanners that pretend to be one. Keys that the browser owns (F5, F11, F12, Ctrl+…, Tab) are left alone.

import { closeBoard, openBoard } from '../kit/board';
import { byPosition, focused, insert, optionsOf, rewrite, rub, settle, signal, target, typed as typedInto } from '../kit/field';
import { GAP, GS, Run, character, type Place } from '../kit/keys';
import { KEYS } from './keymap';
import { blocking, dismiss, insist } from './notices';
import { top } from './prompts';
import { scanned } from './actions';
import { ui } from './store';
import { hush } from './told';
import * as sound from '../kit/sound';

// What was typed longer than this before a scan has nothing to do with it.
const STALE = 600;
// An Enter so short after a scan or after the red banner is the scanner's second suffix or a bouncing key: it reads nothing.
const BOUNCE = 300;

const run = new Run();
let lone = 0; // waits until a character is known to stand alone
let ended = -1e9; // when an Enter last ended what was scanned or typed

let view: (key: string) => boolean = () => false; // offers a key to what is on the screen

export let touchedAt = 0; // when a key or a finger last did something (performance.now)
export let byFinger = false; // that was a finger: there may be no other keyboard than the screen's

// listen starts. handle(key) gets every key with a meaning and returns whether it was used.
export function listen(handle: (key: string) => boolean) {
  view = handle;
  addEventListener('keydown', down, { capture: true });
  addEventListener('pointerdown', touched, { capture: true });
  addEventListener('click', tapped, { capture: true });
  for (const ev of ['focusin', 'focusout']) addEventListener(ev, () => queueMicrotask(aim));
  addEventListener('pointerup', sound.wake, { capture: true }); // what browsers take for a touch
}

// alone does something for a character that a person typed alone: the first of a scan does nothing.
export function alone(act: () => unknown) {
  if (run.text.length < 2) lone = setTimeout(act, GAP);
}

// A touch on a button leaves the focus where it is: the next scan's Enter must not press the button again.
function touched(ev: PointerEvent) {
  settle();
  touchedAt = performance.now();
  byFinger = ev.pointerType === 'touch';
  hush();
  clearTimeout(lone);
  run.cut(); // a finger, too, stands between what was typed and a scan
  if (ev.target instanceof Element && ev.target.closest('button')) ev.preventDefault();
}

const FIGURES = ['amount', 'quantity', 'count']; // kinds that the number pad writes whole

// A finger on a field for words brings the letters, on one for figures it takes them away: the number pad is always there.
// It is the click that does, because nothing may move under a finger.
function tapped(ev: MouseEvent) {
  if (bounced(ev as PointerEvent)) {
    ev.preventDefault();
    ev.stopPropagation();
    return;
  }
  const el = focused();
  if (!el || el !== ev.target || (ev as PointerEvent).pointerType !== 'touch') return;
  const { kind, letters } = optionsOf(el);
  if (kind === 'text' || letters) openBoard();
  else if (FIGURES.includes(kind)) closeBoard();
}

// held is the dialog under which the key that is down was pressed: repeats of the key that opened another say nothing in it.
let held = 0;

const NEAR = 24; // px

let felt: { at: number; x: number; y: number; on: Element | null; test?: string } = { at: -1e9, x: 0, y: 0, on: null };

// bounced reports whether a touch is the second half of a double one, and another button has come under the finger meanwhile: who
// asks for the payment has not finished it yet.
function bounced(ev: PointerEvent) {
  if (!ev.pointerType) return false; // no finger: Enter on a button
  const on = (ev.target as Element).closest<HTMLElement>('[data-test]');
  const soon = ev.timeStamp - felt.at < BOUNCE && Math.hypot(ev.clientX - felt.x, ev.clientY - felt.y) < NEAR;
  if (soon && (on !== felt.on || on?.dataset.test !== felt.test)) return true;
  felt = { at: ev.timeStamp, x: ev.clientX, y: ev.clientY, on, test: on?.dataset.test };
  return false;
}

const REPEATING = ['Backspace', 'Delete', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'];

function down(ev: KeyboardEvent) {
  settle();
  if (ev.isComposing || ev.metaKey) return;
  touchedAt = performance.now();
  byFinger = false;
  hush();
  clearTimeout(lone);
  if (ev.key !== 'Escape') sound.wake(); // browsers take every other key for a touch
  if (ev.ctrlKey) {
    if (ev.code === 'BracketRight' && typed(GS, ev.timeStamp)) ev.preventDefault();
    return;
  }
  const asked = top()?.id ?? 0;
  if (!ev.repeat) held = asked;
  let used;
  if (ev.repeat && held !== asked) {
    used = true;
  } else if (ev.altKey) {
    const digit = /^Digit([1-9])$/.exec(ev.code);
    used = Boolean(digit) && !blocking() && view('Alt' + digit![1]);
  } else if (ev.repeat && !REPEATING.includes(ev.key) && ev.key.length > 1) {
    used = ev.key === 'Enter' || /^F\d$/.test(ev.key); // a key held down means one press
  } else {
    const ch = character(ev);
    used = ch ? typed(ch, ev.timeStamp, ev.key) : pressed(ev.key, ev.timeStamp);
  }
  if (used) ev.preventDefault();
}

// typed handles a character; it returns whether the browser should leave it alone.
function typed(ch: string, at: number, native = ch) {
  const el = focused();
  run.note(ch, at, el, el ? typedInto(el) : ui.entry.peek());
  if (blocking()) {
    ui.entry.value += ch; // the next scan must not be swallowed
    return true;
  }
  if (el) return into(el, ch, native);
  if (onButton() && ch === ' ' && !ui.entry.peek()) return false;
  if ((!ui.entry.peek() || ch === '*') && view(ch)) return true;
  if (view('text')) ui.entry.value += ch;
  return true;
}

function into(el: HTMLInputElement, ch: string, native: string) {
  const o = optionsOf(el);
  if (byPosition(o)) {
    if (!insert(el, ch)) view(ch);
    return true;
  }
  if ((o.kind === 'login' || o.kind === 'password') && /^\d$/.test(ch) && native !== ch) return insert(el, ch);
  // Words are typed as the layout says; only digits are digits in each.
  if (o.ahead && native.length === 1) return insert(el, native); // not the first half of an accent
  return signal(o, /^\d$/.test(ch) ? ch : native);
}

// aim notes which button Enter would press. A touch on another leaves the focus where it is.
const aim = () => void (ui.aimed.value = Boolean(document.activeElement?.closest('.stage button')));

const onButton = () => document.activeElement?.localName === 'button';

// ACTS are the keys that no scanner sends in the middle of a code.
const ACTS = /^(F\d+|Escape|Arrow\w+|Page\w+|Home|End|Delete)$/;

function pressed(key: string, at: number): boolean {
  const el = focused();
  if (ACTS.test(key)) run.cut();
  if (key === 'Enter') return enter(el, run.end(at), at);
  if (blocking()) return read(key);
  if (key === 'Escape' && ui.entry.peek()) {
    ui.entry.value = '';
    return true;
  }
  if (key === 'Escape' && ui.notices.peek().length) {
    dismiss();
    return true;
  }
  if (view(key)) return true;
  if (key === 'Backspace' && el && optionsOf(el).ahead) {
    rub(el);
    return true;
  }
  if (key === 'Backspace' && !el) {
    ui.entry.value = ui.entry.peek().slice(0, -1);
    return true;
  }
  return false;
}

// read handles a key while something red is unread.
function read(key: string) {
  if (key === 'Escape') {
    ui.entry.value = '';
    dismiss();
  } else if (key === 'Backspace') ui.entry.value = ui.entry.peek().slice(0, -1);
  else if (key === 'F9') insist();
  else if (key === KEYS.goods.key && view('unread')) ui.entry.value = '';
  else if (/^F\d$/.test(key)) sound.attention();
  else return false;
  return true;
}

function enter(el: HTMLInputElement | null, text: string, at: number) {
  if (text && capture(el, text)) {
    ended = at;
    return true;
  }
  if (ui.entry.peek() && (blocking() || view('text'))) {
    ended = at;
    return submit(text);
  }
  if (blocking()) {
    if (at - Math.max(ui.appeared.peek(), run.last, ended) >= BOUNCE) dismiss();
    return true;
  }
  if (el) {
    optionsOf(el).enter?.();
    return true;
  }
  if (onButton()) return false;
  if (ui.notices.peek().length && view('text')) {
    dismiss();
    return true;
  }
  return view('Enter');
}

// capture takes a scan out of whatever it was typed into; false where Enter shall mean Enter, or the entry holds it whole.
function capture(el: HTMLInputElement | null, text: string) {
  if (el && !blocking()) {
    const o = optionsOf(el);
    if (o.noScan) return false;
    if (o.takesScan) {
      o.set(text);
      return false;
    }
    if (!byPosition(o) && !/^\d+$/.test(text)) return false;
  } else if (ui.entry.peek().endsWith(text) && (blocking() || view('text'))) return false;
  for (const p of run.places) restore(p);
  scanned(text);
  return true;
}

function restore({ el, before }: Place) {
  if (!el) ui.entry.value = '';
  else if (el.isConnected) rewrite(el, before);
}

// submit sends what stands in the entry. What was left there long before a scan and is no multiplier falls away.
function submit(text: string) {
  const entry = ui.entry.peek().trim();
  const before = text && run.pause > STALE && entry.endsWith(text) ? entry.slice(0, -text.length) : '';
  const code = before && !before.endsWith('*') ? text : entry;
  ui.entry.value = '';
  if (entry && !entry.endsWith('*')) scanned(code);
  else if (!blocking()) dismiss();
  return true;
}

// press is a key of the keypad on the screen.
export function press(key: string) {
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
