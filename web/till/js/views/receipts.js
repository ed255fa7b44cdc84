// The receipts of the shift, their pictures, and those that are not known to be on paper.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { button, pane, sum } from '../kit.js';
import { cents, minute } from '../format.js';
import { read } from '../api.js';
import { perform, reprint } from '../actions.js';
import { refuse } from '../notices.js';
import { back } from '../route.js';
import { state, ui, changed } from '../store.js';
import { t } from '../texts.js';

const LIMIT = 500;

const list = { rows: null, bill: '', of: null };

async function load() {
  list.of = stamp();
  try {
    const answer = await read('/api/receipts?limit=' + LIMIT);
    list.rows = answer ? answer.receipts : [];
    if (!list.rows.some((r) => r.bill === list.bill)) list.bill = list.rows[0]?.bill || '';
    changed();
  } catch (e) {
    list.rows = [];
    refuse(e);
  }
}

const stamp = () => (state.last?.bill || '-') + '/' + (state.shift?.number || 0);

const pending = (bill) => state.unprinted.find((u) => u.bill === bill);

function choose(bill) {
  list.bill = bill;
  changed();
}

function row(r) {
  const open = pending(r.bill);
  return h('li', { key: r.bill, class: 'receipt' + (r.bill === list.bill ? ' is-current' : ''), 'data-test': 'receipt', 'data-bill': r.bill, onclick: () => choose(r.bill) },
    h('span', { class: 'receipt-bill' }, String(r.number).padStart(4, '0')), sum(cents(r.total), { more: 'receipt-sum' }),
    h('span', { class: 'receipt-more' }, minute(r.local).slice(11) + ' \u00b7 ' + r.tenders.map((x) => t('tender.' + x.kind)).join(', '),
      open && h('span', { class: 'mark is-warn' }, icon('warning'), t('print.' + open.result))));
}

function waiting(u) {
  return h('li', { key: u.bill + u.result, class: 'unprinted', 'data-test': 'unprinted', 'data-bill': u.bill },
    icon('warning'), h('span', { class: 'unprinted-bill' }, u.bill, h('span', { class: 'remark' }, t('print.' + u.result))),
    button({ label: t('receipts.print'), test: 'print', press: () => perform('receipt.print', { bill: u.bill }), busy: ui.busy['receipt.print'] }),
    button({ label: t('receipts.cancel'), test: 'print-cancel', press: () => perform('print.cancel', { bill: u.bill }), busy: ui.busy['print.cancel'] }));
}

function picture() {
  if (!list.bill) return h('div', { class: 'paper is-empty' });
  return h('div', { class: 'paper' },
    h('div', { class: 'paper-scroll' }, h('img', { key: list.bill, src: '/api/receipts/' + encodeURIComponent(list.bill) + '.png', alt: t('receipts.picture', { bill: list.bill }), 'data-test': 'picture' })),
    button({ label: t('receipts.reprint'), key: 'Enter', kind: 'primary', icon: 'printer', test: 'reprint', press: again, off: !state.printer.fitted, busy: ui.busy['receipt.reprint'] }));
}

const again = () => list.bill && reprint(list.bill);

export function receipts() {
  if (list.of !== stamp()) load();
  return pane({ key: 'receipts', title: t('receipts.title'), back: leave, backLabel: t('do.back'), more: 'is-split' },
    h('div', { class: 'receipts' },
      state.unprinted.length > 0 && h('ul', { class: 'unprinted-list', key: 'unprinted', 'data-test': 'unprinted-list' }, state.unprinted.map(waiting)),
      list.rows && !list.rows.length
        ? h('p', { class: 'none', key: 'none' }, t('receipts.none'))
        : h('ol', { class: 'receipt-list', key: 'list' }, (list.rows || []).map(row))),
    picture());
}

function leave() {
  list.of = null;
  back();
}

export function receiptsKey(key) {
  const rows = list.rows || [];
  const at = rows.findIndex((r) => r.bill === list.bill);
  if (key === 'ArrowDown' && rows[at + 1]) choose(rows[at + 1].bill);
  else if (key === 'ArrowUp' && rows[at - 1]) choose(rows[at - 1].bill);
  else if (key === 'Enter') again();
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
