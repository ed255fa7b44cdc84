// The right third: the total, then what the moment needs, then the keypad.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { button, sum } from '../kit.js';
import { cents, money, percent, wall } from '../format.js';
import { perform, reprint } from '../actions.js';
import { top } from '../prompts.js';
import { go } from '../route.js';
import { reckon, finish, start } from './pay.js';
import { float, open, opening } from './shift.js';
import { keypad } from './keypad.js';
import { light } from './strip.js';
import { state, ui } from '../store.js';
import { t } from '../texts.js';

// wide says how many figures an amount has, so that the largest type that fits is chosen.
const wide = (n) => 'is-w' + Math.min(12, Math.max(5, String(Math.floor(Math.abs(n) / 100)).length + (n % 100 ? 3 : 0)));

function total(label, n, test) {
  return h('div', { class: 'total', key: 'total' }, h('span', { class: 'total-label' }, label), sum(n, { more: 'total-sum ' + wide(n), test }));
}

const fact = (label, value, test, more = '') => h('div', { class: 'fact ' + more, key: test }, h('dt', {}, label), h('dd', { 'data-test': test }, value));

function facts() {
  const b = state.basket;
  if (!b) return h('dl', { class: 'facts', key: 'facts' });
  const off = cents(b.discount);
  return h('dl', { class: 'facts', key: 'facts' },
    b.buyer && fact(b.buyer.name, cents(b.buyer.percent) ? percent(b.buyer.percent) : '', 'buyer', 'is-buyer'),
    off > 0 && fact(t('side.gross'), money(b.gross), 'gross'),
    off > 0 && fact(t('side.discount'), '\u2212' + money(off), 'discount-sum', 'is-off'),
    fact(t('side.lines'), String(b.lines.length), 'line-count'),
    cents(b.vat) > 0 && fact(t('side.vat'), money(b.vat, true), 'vat'),
    cents(b.city_tax) > 0 && fact(t('side.city'), money(b.city_tax, true), 'city-tax'));
}

function selling() {
  const n = cents(state.basket?.total ?? '0');
  return [
    total(t('side.total'), n, 'total'), facts(),
    button({ id: 'go', label: t('do.pay'), key: 'F9', kind: 'primary', more: 'is-way', test: 'pay', press: start, off: !state.basket?.lines.length || Boolean(top()) }),
  ];
}

function paying() {
  const r = reckon();
  return [
    total(t('side.total'), cents(state.basket?.total ?? '0'), 'total'),
    h('dl', { class: 'facts is-large', key: 'facts' },
      fact(t('side.given'), money(r.given), 'given'),
      r.missing > 0 ? fact(t('side.missing'), money(r.missing), 'missing', 'is-missing') : fact(t('side.change'), money(r.change), 'change', 'is-change')),
    button({ id: 'go', label: t('do.finish'), key: 'Enter', kind: 'primary', more: 'is-way', test: 'finish', press: finish, off: !r.enough || !state.basket?.lines.length || Boolean(top()), busy: ui.busy.pay }),
  ];
}

// waits reports whether something keeps the printer from printing.
const waits = () => light(state.printer)[0] === 'warn' && !state.printer.paper_near_end;

// printed says what became of the receipt: tone, icon, word.
function printed(print) {
  if (!state.printer.fitted) return ['off', 'printer', t('print.none')];
  if (print === 'printing') return waits() ? ['warn', 'warning', t('print.waiting')] : ['good', 'printer', t('print.printing')];
  if (print === 'done' || print === 'printed') return ['good', 'check', t('print.printed')];
  if (print === 'none') return ['off', 'printer', t('print.unasked')];
  return ['warn', 'warning', t('print.' + print)];
}

function after() {
  const l = state.last;
  const n = cents(l.change);
  const [tone, sign, word] = printed(l.print);
  return [
    h('div', { class: 'after', key: 'after', 'data-test': 'after' },
      h('div', { class: 'after-change' }, h('span', { class: 'total-label' }, t('side.change')), sum(n, { more: 'after-sum ' + wide(n), test: 'change' })),
      h('dl', { class: 'facts' }, fact(t('side.total'), money(l.total), 'last-total'), fact(t('side.given'), money(l.given), 'last-given')),
      h('p', { class: 'after-bill', 'data-test': 'last-bill' }, icon('bill'), l.bill),
      h('p', { class: 'after-print is-' + tone, 'data-test': 'last-print' }, icon(sign), word),
      h('div', { class: 'after-row' },
        l.print === 'printing' && waits()
          ? button({ id: 'cancel', label: t('receipts.cancel'), test: 'print-cancel', press: () => perform('print.cancel', { bill: l.bill }), busy: ui.busy['print.cancel'] })
          : button({ id: 'reprint', label: t('receipts.reprint'), test: 'reprint', icon: 'printer', press: () => reprint(l.bill), off: !state.printer.fitted || l.print === 'printing', busy: ui.busy['receipt.reprint'] }),
        button({ label: t('receipts.look'), test: 'look', icon: 'bill', press: () => go('receipts') }))),
  ];
}

function opened() {
  return [
    total(t('shift.float'), float() ?? 0, 'float-sum'), h('dl', { class: 'facts', key: 'facts' }),
    button({ id: 'go', label: t('shift.open'), key: 'Enter', kind: 'primary', more: 'is-way', test: 'shift-open', press: open, off: float() === null, busy: ui.busy['shift.open'] }),
  ];
}

const clock = () => [h('div', { class: 'clock', key: 'clock' }, h('span', { class: 'clock-time' }, wall(ui.clock).slice(11)), h('span', { class: 'clock-date' }, wall(ui.clock).slice(0, 10)),
  h('span', { class: 'clock-shop' }, state.till?.shop))];

// over reports whether the sale just made is what the right side shows.
export const over = () => Boolean(state.last?.current) && !state.basket?.lines.length;

export function side(page) {
  let body;
  if (['login', 'first', 'wait'].includes(page)) body = clock();
  else if (!state.shift) body = opening() && page === 'shift' ? opened() : clock();
  else if (page === 'pay') body = paying();
  else body = over() ? after() : selling();
  return h('aside', { class: 'side-pane' + (over() && state.shift ? ' is-over' : '') }, h('div', { class: 'side-top' }, body), keypad());
}

