// Pieces that every screen uses.

import { h } from './dom.js';
import { icon } from './icons.js';
import { number, currency } from './format.js';

// cap shows the key of a button.
export const cap = (key) => h('kbd', { class: 'cap' }, key);

// button draws a button with its key. o: label, key, test, press, kind ('primary', 'loss', ''), off, busy, icon, on.
export function button(o) {
  return h('button', {
    type: 'button', key: o.id, class: ['button', o.kind && 'is-' + o.kind, o.on && 'is-on', o.more].filter(Boolean).join(' '),
    'data-test': o.test, disabled: o.off || o.busy, onclick: o.press, 'aria-pressed': o.on === undefined ? null : String(o.on),
    'aria-busy': o.busy ? 'true' : null,
  }, o.icon && icon(o.icon), h('span', { class: 'button-label' }, o.label), o.key && cap(o.key));
}

// sum shows möngö with a smaller currency sign.
export function sum(n, o = {}) {
  return h('span', { class: 'sum ' + (o.more || ''), 'data-test': o.test }, number(n, o.decimals), h('span', { class: 'sum-sign' }, currency));
}

// pane is what lies over the basket: a title, the way back, and a body.
export function pane(o, ...body) {
  return h('section', { class: 'pane ' + (o.more || ''), key: o.key, 'aria-label': o.title },
    h('header', { class: 'pane-head' }, h('h1', {}, o.title), o.aside,
      o.back && h('button', { type: 'button', class: 'button is-quiet', 'data-test': 'back', onclick: o.back },
        h('span', { class: 'button-label' }, o.backLabel), cap('Esc'))),
    h('div', { class: 'pane-body' }, body));
}
