// Input fields. Codes, amounts and quantities are typed by the position of the key, so that a Mongolian layout changes
// nothing; words are typed as the layout says.

import { signal as reactive } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { group, mark } from './format';

export type FieldKind = 'code' | 'amount' | 'quantity' | 'count' | 'login' | 'password' | 'text';

// What may be typed into the kinds that go by position.
const ALLOWED: Partial<Record<FieldKind, RegExp>> = { code: /^[\x1d\x20-\x7e]$/, amount: /^[0-9.,]$/, quantity: /^[0-9.,]$/, count: /^[0-9]$/ };

export interface FieldProps {
  kind: FieldKind;
  value: string;
  set: (text: string) => void;
  ahead?: (text: string, ready: () => void) => void; // asks what a text finds before it stands there; ready shows it: see edit
  enter?: () => void;
  label?: string;
  aria?: string; // the label for those who listen, where none is shown
  test?: string;
  focus?: string | false; // takes the focus whenever this becomes another text
  hint?: string;
  suffix?: string;
  wrong?: string; // what is wrong with it, '' for nothing
  keys?: Record<string, () => void> | null; // typed characters with a meaning of their own
  takesScan?: boolean; // a scan belongs here
  letters?: boolean; // most have letters in it, whatever its kind: a finger brings the keyboard
  noScan?: boolean; // a fast run of keys is no scan
  big?: boolean;
  most?: number; // characters
  off?: boolean;
  mode?: 'text' | 'numeric' | 'decimal' | 'email' | 'search' | 'tel'; // the keyboard of the machine; without it there is our own only
  auto?: string; // what the browser may fill in by itself, as in autocomplete
}

const options = new WeakMap<Element, FieldProps>();

// Field draws a labelled input.
export function Field(o: FieldProps) {
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    options.set(ref.current!, o);
    aimed();
  });
  const before = useRef<FieldProps['focus']>(false);
  useLayoutEffect(() => {
    const el = ref.current!;
    const touched = !before.current && document.activeElement === el; // a finger was sooner, and is typing
    before.current = o.focus;
    el.toggleAttribute('autofocus', Boolean(o.focus)); // a dialog that opens only now looks for it, and else takes its first field
    if (!o.focus) return;
    el.focus({ preventScroll: true });
    if (o.value && !touched) el.select();
  }, [o.focus]);
  return (
    <label class={'field' + (o.big ? ' is-big' : '') + (o.wrong ? ' is-wrong' : '')}>
      {o.label && <span class="field-label">{o.label}</span>}
      <span class="field-box">
        <input ref={ref} type={o.kind === 'password' ? 'password' : 'text'} class={'is-' + o.kind} value={shown(o, o.value)} data-test={o.test}
          placeholder={o.hint} aria-label={o.label || o.aria || o.hint} autocomplete={o.auto ?? 'off'} autocapitalize="off" spellcheck={false} inputMode={o.mode ?? 'none'}
          maxLength={o.most ?? 120} disabled={o.off} aria-invalid={o.wrong ? 'true' : undefined} onInput={(e) => edited(e.currentTarget, o, e.inputType)} />
        {o.suffix && <span class="field-suffix">{o.suffix}</span>}
      </span>
      {o.wrong && <span class="field-wrong" data-test={o.test && o.test + '-wrong'}>{o.wrong}</span>}
    </label>
  );
}

// optionsOf returns what a field was drawn with.
export const optionsOf = (el: Element) => options.get(el)!;

// byPosition reports whether the field takes keys by their position.
export const byPosition = (o: FieldProps) => o.kind in ALLOWED;

// signal does what a character means in a field beside being typed; false where it means nothing.
export function signal(o: FieldProps, ch: string) {
  const act = o.keys?.[ch];
  act?.();
  return Boolean(act);
}

// shown is a value as it stands in its field: amounts in thousands, to be read at a glance.
const shown = (o: FieldProps, text: string) => (o.kind === 'amount' ? text.replace(/^\d+/, group) : text);

const plain = (o: FieldProps, text: string) => (o.kind === 'amount' ? text.replace(/\s/g, '') : text);

// typed returns what has been typed into a field, without what it is shown with.
export const typed = (el: HTMLInputElement) => plain(optionsOf(el), el.value);

// write puts the text before and behind the caret into a field.
function write(el: HTMLInputElement, o: FieldProps, before: string, behind = '') {
  el.value = shown(o, before + behind);
  let at = el.value.length;
  while (at > 0 && plain(o, el.value.slice(0, at)).length > before.length) at--;
  el.setSelectionRange(at, at);
  o.set(before + behind);
}

// around returns what stands before and behind the caret or the selection.
const around = (el: HTMLInputElement, o: FieldProps) => [plain(o, el.value.slice(0, el.selectionStart!)), plain(o, el.value.slice(el.selectionEnd!))];

// edited takes over what the browser has changed by itself. Where that was only a space, the figure beside it was meant.
function edited(el: HTMLInputElement, o: FieldProps, how: string) {
  if (o.kind !== 'amount') return o.set(el.value);
  let [before, behind] = around(el, o);
  const same = before + behind === o.value;
  if (same && how === 'deleteContentBackward') before = before.slice(0, -1);
  if (same && how === 'deleteContentForward') behind = behind.slice(1);
  write(el, o, before, behind);
}

// insert types a character at the caret; false where the field does not take it.
export function insert(el: HTMLInputElement, ch: string) {
  settle();
  const o = optionsOf(el);
  if (signal(o, ch)) return true;
  const allowed = ALLOWED[o.kind];
  if (allowed && !allowed.test(ch)) return false;
  const [before, behind] = around(el, o);
  edit(el, o, before + ch, behind);
  return true;
}

// rub takes the selection or the character before the caret away.
export function rub(el: HTMLInputElement) {
  settle();
  const o = optionsOf(el);
  const [before, behind] = around(el, o);
  edit(el, o, el.selectionStart === el.selectionEnd ? before.slice(0, -1) : before, behind);
}

const SHORT = 20; // characters that every field shows whole: to ask it would lay the page out
const HOLD = 30; // ms that a text waits
let held: (() => void) | null = null; // writes the text that waits
let holding = 0;

// edit is write. What a search finds is shown in one frame with the character that finds it, if the answer comes at once: a frame
// of the character alone would put the list off by another.
function edit(el: HTMLInputElement, o: FieldProps, before: string, behind: string) {
  if (!o.ahead) return write(el, o, before, behind);
  const text = before + behind;
  if (text.length > el.maxLength) return;
  const mine = () => {
    if (!el.isConnected) return;
    write(el, o, before, behind);
    if (text.length > SHORT && !behind) el.scrollLeft = el.scrollWidth; // the caret stays in sight
  };
  held = mine;
  holding = setTimeout(settle, HOLD);
  o.ahead(text, () => held === mine && settle());
}

// settle writes the text that waits: whatever else is done to a field comes after it.
export function settle() {
  clearTimeout(holding);
  const write = held;
  held = null;
  write?.();
}

// rewrite puts another text into a field.
export const rewrite = (el: HTMLInputElement, text: string) => write(el, optionsOf(el), text);

// focused returns the field that has the focus, null where none has.
export function focused() {
  const el = document.activeElement;
  return el && options.has(el) ? (el as HTMLInputElement) : null;
}

// target returns the field that keys on the screen type into: the focused one, else the first of the dialog.
export function target() {
  const el = focused() ?? document.querySelector('.stage input');
  return el && options.has(el) ? (el as HTMLInputElement) : null;
}

const money = reactive(false); // keys type into an amount of money

// point is the decimal mark that a key on the screen types: the one with which the figure is shown elsewhere.
export const point = () => (money.value ? '.' : mark());

function aimed() {
  const el = target();
  const o = el && optionsOf(el);
  money.value = o?.kind === 'amount' && o.suffix !== '%';
}

addEventListener('focusin', aimed);
addEventListener('focusout', () => queueMicrotask(aimed)); // only then is a field that goes away gone
