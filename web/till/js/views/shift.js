// The shift: opening with the float, its figures, the count of the drawer, closing.
//
// The count is blind: what should be in the drawer is shown only once somebody has counted.

import { h } from '../dom.js';
import { field } from '../field.js';
import { button, pane, sum } from '../kit.js';
import { cents, minute, money, number } from '../format.js';
import { read } from '../api.js';
import { logout, moveCash, openDrawer, perform } from '../actions.js';
import { refuse } from '../notices.js';
import { ask } from '../prompts.js';
import { back } from '../route.js';
import { state, ui, changed } from '../store.js';
import { t } from '../texts.js';
import * as sound from '../sound.js';

const NOTES = [20000, 10000, 5000, 1000, 500, 100, 50, 20, 10, 5, 1];

const s = { float: '', x: null, of: '', z: null, counting: false, counts: {}, at: 0, hops: 1 };

// float is what has been typed as the first cash, in möngö; null where it is no amount.
export const float = () => (s.float ? cents(s.float) : 0);

// opening reports whether the screen asks for a shift to be opened.
export const opening = () => !state.shift && !s.z;

export async function open() {
  if (float() === null || ui.busy['shift.open']) return sound.attention();
  const answer = await perform('shift.open', { float: s.float.replace(',', '.') || '0' });
  if (answer) {
    s.float = '';
    back();
  }
}

function openPane() {
  return pane({ key: 'shift-open', title: t('shift.none'), more: 'is-form' },
    h('p', { class: 'lead' }, t('shift.hello', { name: state.seller.name })),
    field({ key: 'float', kind: 'amount', label: t('shift.float'), hint: '0', suffix: '\u20ae', value: s.float, enter: open, test: 'float', focus: 'float', big: true, set: (v) => { s.float = v; changed(); } }),
    h('div', { class: 'row' },
      button({ label: t('menu.logout'), test: 'logout', press: logout })));
}

async function load() {
  s.of = stamp();
  try {
    s.x = await read('/api/reports/x');
    changed();
  } catch (e) {
    refuse(e);
  }
}

const stamp = () => state.seq + '/' + (state.shift?.number || 0);

const counted = () => NOTES.reduce((n, note) => n + note * 100 * Number(s.counts[note] || 0), 0);

async function count() {
  if (ui.busy['shift.count']) return;
  const notes = {};
  for (const note of NOTES) notes[note] = Number(s.counts[note] || 0);
  const answer = await perform('shift.count', { notes });
  if (!answer) return;
  s.counting = false;
  s.counts = {};
  changed();
}

async function close() {
  if (ui.busy['shift.close']) return;
  const number = state.shift.number;
  const parked = state.baskets.filter((b) => b.lines).length;
  const text = [!state.shift.counted && t('close.uncounted'), parked && t('close.parked', { count: parked })].filter(Boolean).join(' ');
  if (!(await ask({ title: t('close.title', { number }), text, yes: t('close.yes') }))) return;
  const answer = await perform('shift.close');
  if (!answer) return;
  try {
    s.z = await read('/api/reports/z/' + number);
    changed();
  } catch (e) {
    refuse(e);
  }
}

const figure = (key, value, more = '') => h('div', { class: 'figure ' + more, 'data-test': 'figure-' + key }, h('dt', {}, t('report.' + key)), h('dd', {}, value));

// figures draws a report. blind leaves out what would give the drawer's sum away.
function figures(r, blind) {
  const cash = (a) => money(a);
  return h('div', { class: 'report' },
    h('dl', { class: 'figures' },
      figure('opened', minute(r.opened_at) + ' \u00b7 ' + r.opened_by), r.closed_at && figure('closed', minute(r.closed_at) + ' \u00b7 ' + r.closed_by),
      figure('bills', String(r.bills)), figure('total', cash(r.total), 'is-strong'), figure('discount', cash(r.discount)),
      figure('vat', money(r.vat, true)), figure('city_tax', money(r.city_tax, true)),
      figure('removed', r.removed + ' \u00b7 ' + cash(r.removed_amount)), figure('copies', String(r.copies)), figure('overrides', String(r.overrides))),
    h('dl', { class: 'figures' },
      (r.tenders || []).map((x) => (x.kind === 'cash' && blind ? null : h('div', { class: 'figure', key: x.kind }, h('dt', {}, t('tender.' + x.kind) + ' \u00d7 ' + x.count), h('dd', {}, cash(x.amount))))),
      figure('float', cash(r.float)), figure('cash_in', cash(r.cash_in)), figure('cash_out', cash(r.cash_out)), figure('drawer_opened', String(r.drawer_opened)),
      blind ? h('p', { class: 'remark', key: 'blind' }, t('report.blind'))
        : [figure('expected', cash(r.expected)), r.counted && figure('counted', cash(r.counted)),
          r.difference && figure('difference', cash(r.difference), cents(r.difference) ? 'is-strong is-loss' : 'is-strong')]));
}

// printing is the button that puts a report on paper.
const printing = (test, shift) => button({ label: t('receipts.print'), test, icon: 'printer', press: () => perform('report.print', { shift }), off: !state.printer.fitted, busy: ui.busy['report.print'] });

function zPane() {
  return pane({ key: 'z', title: t('z.title', { number: s.z.shift }) },
    figures(s.z, false),
    h('div', { class: 'row' }, printing('z-print', s.z.shift), button({ label: t('z.done'), key: 'Enter', kind: 'primary', test: 'z-done', press: zDone })));
}

function zDone() {
  s.z = null;
  s.x = null;
  changed();
}

function countPane() {
  const last = NOTES.length - 1;
  return pane({ key: 'count', title: t('count.title'), back: leave, backLabel: t('do.back') },
    h('div', { class: 'counts' }, NOTES.map((note, i) => field({
      key: 'note' + note, kind: 'count', label: number(note * 100), hint: '0', value: s.counts[note] || '', most: 6, test: 'count-' + note,
      focus: s.at === i && 'count' + s.hops,
      set: (v) => {
        s.counts[note] = v.replace(/\D/g, '');
        s.at = i;
        changed();
      },
      enter: () => (i === last ? count() : hop(i + 1)),
    }))),
    h('div', { class: 'row' }, h('div', { class: 'count-sum' }, h('span', {}, t('count.sum')), sum(counted(), { test: 'count-sum' })),
      button({ label: t('count.yes'), kind: 'primary', test: 'count', press: count, busy: ui.busy['shift.count'] })));
}

function hop(i) {
  s.at = Math.min(NOTES.length - 1, Math.max(0, i));
  s.hops++;
  changed();
}

function here() {
  const el = document.activeElement;
  const i = NOTES.findIndex((note) => el?.field?.key === 'note' + note);
  return i < 0 ? s.at : i;
}

function startCount() {
  s.counting = true;
  hop(0);
}

function figuresPane() {
  if (s.of !== stamp()) load();
  return pane({ key: 'x', title: t('x.title', { number: state.shift.number, day: state.shift.day }), back, backLabel: t('do.back') },
    s.x && figures(s.x, !state.shift.counted),
    h('div', { class: 'row is-wrap' },
      button({ label: state.shift.counted ? t('count.again') : t('count.open'), test: 'count-open', press: startCount, kind: state.shift.counted ? '' : 'primary' }),
      button({ label: t('cash.in'), test: 'cash-in', press: () => moveCash('cash.in') }),
      button({ label: t('cash.out'), test: 'cash-out', press: () => moveCash('cash.out') }),
      button({ label: t('drawer.open'), test: 'drawer', press: openDrawer, off: !state.printer.fitted }),
      printing('x-print', state.shift.number),
      button({ label: t('close.open'), test: 'shift-close', press: close, busy: ui.busy['shift.close'], kind: state.shift.counted ? 'primary' : '' })));
}

export function shift() {
  if (s.z) return zPane();
  if (!state.shift) return openPane();
  return s.counting ? countPane() : figuresPane();
}

function leave() {
  s.counting = false;
  changed();
}

export function shiftKey(key) {
  if (s.z) {
    if (key !== 'Enter' && key !== 'Escape') return false;
    zDone();
    return true;
  }
  if (!state.shift) {
    if (key !== 'Enter') return false;
    open();
    return true;
  }
  if (s.counting && key === 'ArrowDown') hop(here() + 1);
  else if (s.counting && key === 'ArrowUp') hop(here() - 1);
  else if (s.counting && key === 'Enter') count();
  else if (key === 'Escape') s.counting ? leave() : back();
  else return false;
  return true;
}
