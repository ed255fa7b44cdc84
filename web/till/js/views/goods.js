// Finding goods: as you type, by name, code or barcode; and asking what something costs.

import { h } from '../dom.js';
import { field } from '../field.js';
import { icon } from '../icons.js';
import { pane, sum } from '../kit.js';
import { cents, money } from '../format.js';
import { read } from '../api.js';
import { scan } from '../actions.js';
import { refuse } from '../notices.js';
import { boardButton } from './keypad.js';
import { back, go } from '../route.js';
import { state, changed } from '../store.js';
import { t } from '../texts.js';

const LIMIT = 50;

const search = { text: '', found: [], at: 0, asked: null, gone: true };
const price = { text: '', good: null, none: '' };

async function find(text) {
  search.text = text;
  search.gone = false;
  search.asked?.abort();
  const asked = new AbortController();
  search.asked = asked;
  changed();
  try {
    const answer = await read('/api/goods?limit=' + LIMIT + '&q=' + encodeURIComponent(text.trim()), asked.signal);
    if (asked.signal.aborted || !answer) return;
    search.found = answer.goods;
    search.at = 0;
    changed();
  } catch (e) {
    refuse(e);
  }
}

function choose(good) {
  reset();
  go('sell');
  scan(good.code);
}

// reset empties the search for the next time.
export function reset() {
  Object.assign(search, { text: '', found: [], at: 0, gone: true });
}

// A whole barcode typed in means that very code, found in the list or not.
function enter() {
  const text = search.text.trim();
  const good = search.found[search.at];
  if (/^\d{8,}$/.test(text)) {
    reset();
    go('sell');
    scan(text);
  } else if (good) choose(good);
}

function row(g, i) {
  return h('li', { key: g.code, class: 'found' + (i === search.at ? ' is-current' : '') + (g.active ? '' : ' is-off'), 'data-test': 'found', 'data-good': g.code, onclick: () => choose(g) },
    h('span', { class: 'found-name' }, g.name),
    h('span', { class: 'found-price' }, money(cents(g.price)), h('span', { class: 'found-unit' }, ' / ' + g.unit)),
    h('span', { class: 'found-codes' }, g.code + (g.barcodes.length ? ' \u00b7 ' + g.barcodes[0] : '') + (g.category ? ' \u00b7 ' + g.category : '') + (g.active ? '' : ' \u00b7 ' + t('goods.inactive'))));
}

export function goods() {
  if (search.gone) find('');
  return pane({ key: 'goods', title: t('goods.title'), back, backLabel: t('do.back'), more: 'is-list', aside: boardButton() },
    field({ key: 'goods-text', kind: 'text', hint: t('goods.hint'), value: search.text, set: find, enter, test: 'goods-text', focus: 'goods', big: true }),
    search.found.length
      ? h('ol', { class: 'found-list', key: 'found' }, search.found.map(row))
      : h('p', { class: 'none', key: 'none' }, search.text ? t('goods.none') : t('goods.count', { count: state.till.goods })));
}

export function goodsKey(key) {
  const last = search.found.length - 1;
  if (key === 'ArrowDown') search.at = Math.min(last, search.at + 1);
  else if (key === 'ArrowUp') search.at = Math.max(0, search.at - 1);
  else if (key === 'PageDown') search.at = Math.min(last, search.at + 7);
  else if (key === 'PageUp') search.at = Math.max(0, search.at - 7);
  else if (key === 'Enter') enter();
  else if (key === 'Escape') {
    reset();
    back();
  } else return false;
  changed();
  return true;
}

async function ask() {
  const text = price.text.trim();
  if (!text) return;
  try {
    const answer = await read('/api/goods?limit=20&q=' + encodeURIComponent(text));
    if (!answer) return;
    const exact = answer.goods.find((g) => g.code === text || g.barcodes.includes(text));
    price.good = exact || (answer.goods.length === 1 ? answer.goods[0] : null);
    price.none = price.good ? '' : text;
    price.text = '';
    changed();
  } catch (e) {
    refuse(e);
  }
}

export function priceCheck() {
  const g = price.good;
  return pane({ key: 'price', title: t('price.title'), back: leave, backLabel: t('do.back') },
    field({
      key: 'price-text', kind: 'code', hint: t('price.hint'), value: price.text, enter: ask, test: 'price-text', focus: 'price', big: true, takesScan: true,
      set: (text) => {
        price.text = text;
        changed();
      },
    }),
    g && h('div', { class: 'price', key: 'price', 'data-test': 'price-answer' },
      h('p', { class: 'price-name' }, g.name), h('p', { class: 'price-figure' }, sum(cents(g.price)), h('span', { class: 'found-unit' }, ' / ' + g.unit)),
      h('p', { class: 'found-codes' }, g.code + (g.barcodes.length ? ' \u00b7 ' + g.barcodes.join(', ') : '') + (g.active ? '' : ' \u00b7 ' + t('goods.inactive')))),
    price.none && h('p', { class: 'none', key: 'none', 'data-test': 'price-none' }, icon('warning', 'is-large'), t('price.none', { code: price.none })));
}

function leave() {
  Object.assign(price, { text: '', good: null, none: '' });
  back();
}

export function priceKey(key) {
  if (key === 'Enter') ask();
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
