// The basket: its lines, the entry line, and the buttons below.

import { h, memo } from '../dom.js';
import { icon } from '../icons.js';
import { button, cap, sum } from '../kit.js';
import { cents, money, percent, quantity } from '../format.js';
import * as act from '../actions.js';
import { top } from '../prompts.js';
import { go, page } from '../route.js';
import { state, ui, changed } from '../store.js';
import { language, t } from '../texts.js';

function row(l, current) {
  const off = cents(l.line_discount);
  const share = cents(l.ticket_discount);
  return h('li', {
    class: 'line' + (current ? ' is-current' : ''), 'data-test': 'line', 'data-line': l.line, 'data-good': l.good,
    'aria-current': current ? 'true' : null,
    onclick: () => {
      ui.cursor = l.line;
      changed();
    },
  },
  h('span', { class: 'line-name', 'data-test': 'line-name' }, l.name),
  sum(cents(l.gross) - off, { more: 'line-sum', test: 'line-sum' }),
  h('span', { class: 'line-how' },
    h('span', { class: 'line-quantity', 'data-test': 'line-quantity' }, quantity(l.quantity) + '\u202f' + l.unit), ' \u00d7 ', money(l.unit_price),
    off > 0 && h('span', { class: 'line-off', 'data-test': 'line-discount' },
      [cents(l.percent) ? '\u2212' + percent(l.percent) : '', l.reason, '\u2212' + money(off)].filter(Boolean).join(' \u00b7 ')),
    share > 0 && h('span', { class: 'line-share' }, t('line.share', { amount: money(share) }))));
}

function empty() {
  return h('div', { class: 'empty', key: 'empty' }, icon('barcode', 'is-huge'),
    h('p', { class: 'empty-text' }, t('sell.empty')), h('p', {}, t('sell.empty_hint')));
}

// stamp changes whenever anything that a row shows does.
const stamp = (l) => [l.quantity, l.gross, l.line_discount, l.ticket_discount, l.percent, l.reason, l.name].join('|');

export function lines() {
  const list = state.basket?.lines || [];
  return h('div', { class: 'lines', key: 'lines', 'data-test': 'basket' },
    list.length ? h('ol', { class: 'line-list', key: 'list' }, list.map((l) => {
      const current = l.line === ui.cursor;
      return memo(state.basket.id + '/' + l.line, language() + current + stamp(l), () => row(l, current));
    })) : empty());
}

// small draws a button for the chosen line; a bare sign is its own key.
const small = (o) => h('button', { type: 'button', class: 'button is-small' + (o.key ? '' : ' is-sign'), 'data-test': o.test, disabled: o.off, onclick: o.press, 'aria-label': o.say },
  h('span', { class: 'button-label' }, o.label), o.key && cap(o.key));

// dock is what lies below the basket and never moves.
export function dock() {
  const none = !state.basket?.lines.length;
  const asked = Boolean(top()); // a question is answered before anything else
  const hidden = none || asked || page() !== 'sell';
  return h('div', { class: 'dock', key: 'dock' },
    h('div', { class: 'dock-row' },
      h('div', { class: 'entry' + (ui.entry ? ' is-full' : '') }, icon('barcode'),
        h('input', {
          class: 'entry-text', 'data-test': 'scan', value: ui.entry.replaceAll('*', '\u00d7'), placeholder: t('entry.hint'), 'aria-label': t('entry.hint'),
          autocomplete: 'off', spellcheck: 'false', inputmode: 'none', maxlength: 120, key: 'entry',
          oninput: (e) => {
            ui.entry = e.target.value.replaceAll('\u00d7', '*');
            changed();
          },
        }),
        ui.waiting > 1 && h('span', { class: 'entry-waiting', 'data-test': 'waiting' }, '+' + (ui.waiting - 1))),
      small({ label: '\u2212', say: t('do.less'), test: 'less', press: () => act.step(-1), off: hidden }),
      small({ label: '+', say: t('do.more'), test: 'more', press: () => act.step(1), off: hidden }),
      small({ label: t('do.quantity'), key: '*', test: 'quantity-open', press: act.quantity, off: hidden }),
      small({ label: t('do.discount'), key: '/', test: 'discount', press: act.discount, off: hidden }),
      small({ label: t('do.remove'), key: 'Del', test: 'remove', press: act.remove, off: hidden })),
    h('div', { class: 'dock-row is-even' },
      button({ label: t('do.goods'), key: 'F2', test: 'goods', press: () => go('goods'), on: ui.page === 'goods', off: asked }),
      button({ label: t('do.customer'), key: 'F3', test: 'customer', press: () => go('customer'), on: ui.page === 'customer', off: asked }),
      button({ label: t('do.park'), key: 'F4', test: 'park', press: act.park, off: none || asked }),
      button({ label: t('do.price'), key: 'F6', test: 'price', press: () => go('price'), on: ui.page === 'price', off: asked }),
      button({ label: t('do.menu'), key: 'Home', test: 'menu', press: () => go(ui.page === 'menu' ? 'sell' : 'menu'), on: ui.page === 'menu', off: asked })));
}

// move chooses another line.
function move(by) {
  const list = state.basket?.lines || [];
  const at = list.findIndex((l) => l.line === ui.cursor);
  const next = list[Math.min(list.length - 1, Math.max(0, at + by))];
  if (next) ui.cursor = next.line;
  changed();
}

const KEYS = {
  ArrowUp: () => move(-1), ArrowDown: () => move(1), PageUp: () => move(-8), PageDown: () => move(8),
  '+': () => act.step(1), '-': () => act.step(-1), '*': act.quantity, '/': act.discount, Delete: act.remove,
};

// sellKey handles keys while nothing lies over the basket.
export function sellKey(key) {
  if (key === 'text') return true; // characters belong to the entry line
  if (key === '*' && ui.entry) return false;
  if (!KEYS[key]) return false;
  KEYS[key]();
  return true;
}
