// A question over the basket: fields, choices, reasons on offer.

import { h } from '../dom.js';
import { field } from '../field.js';
import { button, cap, pane } from '../kit.js';
import { close, top } from '../prompts.js';
import { boardButton } from './keypad.js';
import { changed } from '../store.js';
import { t } from '../texts.js';
import * as sound from '../sound.js';

const REASONS = ['1', '2', '3', '4'];

const zero = (v) => /^[0.,]+$/.test(v);

// lacks returns the index of the first field that still needs something, -1 where all is there.
function lacks(p) {
  return (p.fields || []).findIndex((f) => {
    const v = p.values[f.name].trim();
    if (f.name === 'reason' && 'value' in p.values && zero(p.values.value)) return false; // taking a discount away
    if (['amount', 'quantity'].includes(f.kind)) return !/^\d+([.,]\d+)?$/.test(v) || (zero(v) && f.name !== 'value');
    return !v;
  });
}

function submit(p) {
  const i = lacks(p);
  if (i >= 0) {
    hop(p, i);
    p.missing = i;
    sound.attention();
    return;
  }
  close(p, p.values);
}

function hop(p, i) {
  p.at = i;
  p.hops++;
  changed();
}

// enter goes on to the next empty field, and answers from the last.
function enter(p, i) {
  const f = p.fields[i];
  if (f.name === 'reason' && REASONS.includes(p.values.reason.trim())) p.values.reason = t('reason.' + p.reasons + '.' + p.values.reason.trim());
  const next = p.fields.findIndex((g, j) => j > i && !p.values[g.name]);
  if (p.values[f.name].trim() && next > 0 && !zero(p.values[f.name])) hop(p, next);
  else submit(p);
}

function cycle(p, c) {
  const i = c.options.findIndex((o) => o.value === p.values[c.name]);
  p.values[c.name] = c.options[(i + 1) % c.options.length].value;
  hop(p, 0);
}

function input(p, f, i) {
  const keys = {};
  for (const c of p.choices || []) keys[c.key] = () => cycle(p, c);
  return field({
    key: 'prompt' + p.id + f.name, kind: f.kind, label: f.label, suffix: f.suffix, value: p.values[f.name], test: f.test, big: i === 0,
    keys: f.kind === 'text' ? null : keys, noScan: f.kind === 'login' || f.kind === 'password', focus: p.at === i && 'prompt' + p.id + '.' + p.hops,
    set: (v) => {
      p.values[f.name] = v;
      p.at = i;
      p.missing = null;
      changed();
    },
    enter: () => enter(p, i),
  });
}

function reasons(p) {
  return h('div', { class: 'reasons', key: 'reasons' }, REASONS.map((n) => {
    const text = t('reason.' + p.reasons + '.' + n);
    return button({
      id: n, label: text, key: n, test: 'reason-' + n, on: p.values.reason === text,
      press: () => {
        p.values.reason = text;
        hop(p, p.fields.length - 1);
      },
    });
  }));
}

export function prompt() {
  const p = top();
  const words = (p.fields || []).some((f) => f.kind !== 'amount' && f.kind !== 'quantity');
  return pane({ key: 'prompt' + p.id, title: p.title, back: () => close(p, null), backLabel: t('do.cancel'), more: 'is-prompt', aside: words && boardButton() },
    p.text && h('p', { class: 'lead' + (p.alert ? ' is-alert' : ''), 'data-test': 'prompt-text' }, p.text, p.hint && ' ' + p.hint),
    p.choices && h('div', { class: 'choices', key: 'choices' }, p.choices.map((c) => h('div', { class: 'segments', key: c.name }, c.options.map((o) => button({
      id: o.value, label: o.label, on: p.values[c.name] === o.value, test: c.name + '-' + o.value,
      press: () => {
        p.values[c.name] = o.value;
        hop(p, 0);
      },
    })), cap(c.key === '*' ? '\u00d7' : c.key)))),
    (p.fields || []).map((f, i) => input(p, f, i)),
    p.reasons && reasons(p),
    h('div', { class: 'row' }, button({ label: p.yes, key: 'Enter', kind: p.loss ? 'loss' : 'primary', test: 'prompt-yes', press: () => submit(p) }),
      p.missing !== null && h('p', { class: 'remark is-alert', key: 'missing' }, t('prompt.missing', { name: p.fields[p.missing].label }))));
}

export function promptKey(key) {
  const p = top();
  const last = (p.fields || []).length - 1;
  if (key === 'Escape') close(p, null);
  else if (key === 'Enter') submit(p);
  else if (key === 'ArrowDown') hop(p, Math.min(last, p.at + 1));
  else if (key === 'ArrowUp') hop(p, Math.max(0, p.at - 1));
  else return false;
  return true;
}
