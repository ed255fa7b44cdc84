// Payment: cash, not cash, or both. Enter on nothing is exact money; moving to the other side fills in the rest.

import { h } from '../dom.js';
import { field } from '../field.js';
import { button, cap, pane, sum } from '../kit.js';
import { cents, money, number, wire } from '../format.js';
import { perform } from '../actions.js';
import { blocking, insist } from '../notices.js';
import { back, go } from '../route.js';
import { enqueue, paying } from '../queue.js';
import { state, ui, changed } from '../store.js';
import { t } from '../texts.js';
import * as sound from '../sound.js';

const KINDS = ['card', 'transfer', 'qr'];

let p = fresh(null);

function fresh(basket) {
  return { basket, list: [], at: 'cash', cash: '', kind: 'card', amount: '', slip: '', hops: 1 };
}

// model returns what has been entered for the basket in front; it survives Esc. What was entered while the basket's first
// scan was still on its way belongs to it.
function model() {
  const id = state.basket?.id ?? null;
  if (p.basket === null) p.basket = id;
  else if (p.basket !== id) p = fresh(id);
  return p;
}

const due = () => cents(state.basket?.total ?? '0') ?? 0;
const paid = (p) => p.list.reduce((n, x) => n + cents(x.amount), 0);
const rest = (q = p) => due() - paid(q);

// reckon says what would be sent for what has been entered, and whether it is enough for the basket as it is now.
export function reckon(p = model()) {
  const cash = p.cash ? cents(p.cash) : 0;
  const other = p.amount ? cents(p.amount) : 0;
  const bad = cash === null || other === null;
  const exact = !p.cash && !p.amount;
  const tenders = [...p.list];
  if (exact && rest(p) > 0) tenders.push({ kind: 'cash', amount: wire(rest(p)) });
  if (cash) tenders.push({ kind: 'cash', amount: wire(cash) });
  if (other) tenders.push({ kind: p.kind, amount: wire(other), ...(p.slip.trim() ? { slip: p.slip.trim() } : {}) });
  const given = exact ? due() : paid(p) + (cash || 0) + (other || 0);
  const unchecked = tenders.reduce((n, x) => n + (x.kind === 'cash' ? 0 : cents(x.amount)), 0);
  const money = tenders.some((x) => x.kind === 'cash');
  const enough = !bad && given >= due() && unchecked <= due() && !(money && unchecked === due());
  return { exact, tenders, given, missing: Math.max(0, due() - given), change: Math.max(0, given - due()), over: unchecked > due(), enough };
}

// start opens the payment at once, also while scans are still on their way: their lines come before the money.
export function start() {
  if (insist() || ui.page === 'pay') return;
  if (state.basket?.lines.length || ui.waiting) go('pay');
  else sound.attention();
}

// finish sends the payment, as it is entered now, after everything scanned before it. What was refused meanwhile is read
// first.
export function finish() {
  if (paying() || ui.busy.pay || insist()) return;
  if (!reckon().enough) {
    sound.attention();
    return;
  }
  const asked = { ...p, list: [...p.list] }; // what comes after belongs to the next scan
  enqueue(async () => {
    const r = reckon(asked);
    const other = asked.basket !== null && asked.basket !== state.basket?.id;
    if (blocking() || other || !r.enough || !state.basket?.lines.length) {
      sound.attention();
      return false;
    }
    const answer = await perform('pay', { basket: state.basket.id, total: state.basket.total, tenders: r.tenders });
    if (answer) {
      p = fresh(null);
      back();
    }
    return answer;
  }, true);
}

function exact() {
  Object.assign(p, { cash: '', amount: '', slip: '' });
  finish();
}

function to(at) {
  if (at !== 'cash' && p.at === 'cash' && !p.amount) fill();
  if (at === 'cash' && p.at !== 'cash' && p.amount && !p.slip) p.amount = '';
  p.at = at;
  p.hops++;
  changed();
}

// fill puts what is still missing into the other side.
function fill() {
  const left = rest() - (p.cash ? cents(p.cash) ?? 0 : 0);
  p.amount = left > 0 ? wire(left).replace(/\.00$/, '') : '';
}

function choose(kind) {
  p.kind = kind;
  to('other');
}

function cycle(by) {
  choose(KINDS[(KINDS.indexOf(p.kind) + by + KINDS.length) % KINDS.length]);
}

function note(n) {
  p.cash = wire((p.cash ? cents(p.cash) ?? 0 : 0) + n * 100).replace(/\.00$/, '');
  to('cash');
}

// split puts the part entered into the list and offers the rest.
function split() {
  const amount = cents(p.amount);
  if (!amount || amount >= rest()) return sound.attention();
  p.list.push({ kind: p.kind, amount: wire(amount), ...(p.slip.trim() ? { slip: p.slip.trim() } : {}) });
  p.slip = '';
  fill();
  to('other');
}

function enter() {
  const r = reckon();
  if (r.enough) finish();
  else if (p.at === 'cash' && cents(p.cash) !== null) to('other');
  else if (p.at !== 'cash' && cents(p.amount) && !r.over) split();
  else sound.attention();
}

function entered(i) {
  const x = p.list[i];
  return h('li', { class: 'split', key: i + x.kind + x.amount, 'data-test': 'split' }, h('span', {}, t('tender.' + x.kind) + (x.slip ? ' \u00b7 ' + x.slip : '')), sum(cents(x.amount)),
    h('button', { type: 'button', class: 'button is-small', 'aria-label': t('pay.take_back'), onclick: () => { p.list.splice(i, 1); to('other'); } }, '\u00d7'));
}

const set = (name) => (text) => {
  p[name] = text;
  changed();
};

function cashSide() {
  return h('div', { class: 'column side' + (p.at === 'cash' ? ' is-at' : '') },
    h('h2', {}, t('tender.cash'), cap('\u2191')),
    field({
      key: 'pay-cash', kind: 'amount', label: t('pay.given'), hint: rest() > 0 ? number(rest()) : '0', suffix: '\u20ae', value: p.cash, set: set('cash'), enter, big: true,
      test: 'tender-cash', focus: p.at === 'cash' && 'pay' + p.hops,
    }),
    h('div', { class: 'notes' },
      state.till.notes.map((n) => h('button', { type: 'button', key: n, class: 'button', 'data-test': 'note-' + n, onclick: () => note(n) }, h('span', { class: 'button-label' }, '+' + money(n * 100)))),
      h('button', { type: 'button', key: 'exact', class: 'button is-exact', 'data-test': 'exact', disabled: Boolean(ui.busy.pay), onclick: exact },
        h('span', { class: 'button-label' }, t('pay.exact')), !p.cash && !p.amount && cap('Enter'))));
}

function otherSide() {
  return h('div', { class: 'column side' + (p.at !== 'cash' ? ' is-at' : '') },
    h('h2', {}, t('tender.other'), cap('\u2193')),
    h('div', { class: 'segments' }, KINDS.map((k) => button({ id: k, label: t('tender.' + k), test: 'tender-' + k, press: () => choose(k), on: p.at !== 'cash' && p.kind === k }))),
    field({ key: 'pay-amount', kind: 'amount', label: t('pay.amount'), suffix: '\u20ae', value: p.amount, set: set('amount'), enter, test: 'tender-amount', focus: p.at === 'other' && 'pay' + p.hops }),
    field({ key: 'pay-slip', kind: 'text', label: t('pay.slip'), value: p.slip, set: set('slip'), enter, test: 'slip', most: 64, noScan: true, focus: p.at === 'slip' && 'pay' + p.hops }),
    button({ label: t('pay.split'), test: 'split-add', press: split, off: !cents(p.amount) || cents(p.amount) >= rest() }));
}

export function pay() {
  model();
  return pane({ key: 'pay', title: t('pay.title'), back, backLabel: t('do.back') },
    h('div', { class: 'columns' }, cashSide(), otherSide()),
    p.list.length > 0 && h('ul', { class: 'splits', 'data-test': 'splits' }, p.list.map((_, i) => entered(i))),
    reckon().over && h('p', { class: 'remark is-alert' }, t('pay.over')));
}

const ORDER = ['cash', 'other', 'slip'];

export function payKey(key) {
  if (key === 'Enter') enter();
  else if (key === 'Escape') back();
  else if (key === 'ArrowDown') to(ORDER[Math.min(2, ORDER.indexOf(p.at) + 1)]);
  else if (key === 'ArrowUp') to(ORDER[Math.max(0, ORDER.indexOf(p.at) - 1)]);
  else if (key === 'ArrowRight' && p.at === 'other') cycle(1);
  else if (key === 'ArrowLeft' && p.at === 'other') cycle(-1);
  else return false;
  return true;
}
