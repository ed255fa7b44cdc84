// Input fields. Codes, amounts and quantities are typed by the position of the key, so that a Mongolian layout changes
// nothing; words are typed as the layout says.

import { h } from './dom.js';

// What may be typed into the kinds that go by position.
const ALLOWED = { code: /^[\x1d\x20-\x7e]$/, amount: /^[0-9.,]$/, quantity: /^[0-9.,]$/, count: /^[0-9]$/ };

// field draws a labelled input. o: key, kind (code, amount, quantity, count, login, password, text), label, value,
// set(text), enter(), and as wanted test, focus, hint, suffix, keys (typed characters with a meaning of their own),
// takesScan (a scan belongs here), noScan (a fast run of keys is no scan), big.
export function field(o) {
  return h('label', { class: 'field' + (o.big ? ' is-big' : ''), key: o.key },
    o.label && h('span', { class: 'field-label' }, o.label),
    h('span', { class: 'field-box' },
      h('input', {
        type: o.kind === 'password' ? 'password' : 'text', class: 'is-' + o.kind, value: o.value, field: o,
        'data-test': o.test, focus: o.focus, placeholder: o.hint, 'aria-label': o.label || o.hint,
        autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', inputmode: 'none', maxlength: o.most || 120,
        oninput: (e) => o.set(e.target.value),
      }),
      o.suffix && h('span', { class: 'field-suffix' }, o.suffix)));
}

// byPosition reports whether the field takes keys by their position.
export const byPosition = (o) => o.kind in ALLOWED;

// insert types a character at the caret; false where the field does not take it.
export function insert(el, ch) {
  const o = el.field;
  if (o.keys && o.keys[ch]) {
    o.keys[ch]();
    return true;
  }
  if (ALLOWED[o.kind] && !ALLOWED[o.kind].test(ch)) return false;
  el.setRangeText(ch, el.selectionStart, el.selectionEnd, 'end');
  o.set(el.value);
  return true;
}

// rub takes the selection or the character before the caret away.
export function rub(el) {
  const from = el.selectionStart;
  const to = el.selectionEnd;
  el.setRangeText('', from === to ? Math.max(0, from - 1) : from, to, 'end');
  el.field.set(el.value);
}

// focused returns the field that has the focus, null where none has.
export function focused() {
  const el = document.activeElement;
  return el && el.field ? el : null;
}

// target returns the field that the keypad on the screen types into: the focused one, else the first of the dialog.
export function target() {
  return focused() || document.querySelector('.stage input');
}
