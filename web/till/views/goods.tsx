// Finding goods: as you type, by name, code or barcode; and asking what something costs.

import { batch, signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { Pane, Sum, reveal } from '../../kit/pieces';
import { cents, money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { read } from '../api';
import { scan } from '../actions';
import { fail } from '../notices';
import { back, go } from '../route';
import { state } from '../store';
import type { Good } from '../model';
import { t } from '../texts';

const LIMIT = 50;

const text = signal('');
const found = signal<Good[]>([]);
const at = signal(0);
let asking: AbortController | null = null;

async function find(wish: string) {
  text.value = wish;
  asking?.abort();
  const asked = new AbortController();
  asking = asked;
  try {
    const answer = await read<{ goods: Good[] }>('/api/goods?limit=' + LIMIT + '&q=' + encodeURIComponent(wish.trim()), asked.signal);
    if (asked.signal.aborted || !answer) return;
    batch(() => {
      found.value = answer.goods;
      at.value = 0;
    });
  } catch (e) {
    fail(e);
  }
}

function choose(good: Good) {
  reset();
  go('sell');
  scan(good.code);
}

// reset empties the search for the next time.
export function reset() {
  batch(() => {
    text.value = '';
    found.value = [];
    at.value = 0;
  });
}

// again begins the search anew, where it is on the screen already.
export function again() {
  reset();
  find('');
}

// A whole barcode typed in means that very code, found in the list or not.
function enter() {
  const code = text.value.trim();
  const good = found.value[at.value];
  if (/^\d{8,}$/.test(code)) {
    reset();
    go('sell');
    scan(code);
  } else if (good) choose(good);
}

const codes = (g: Good) => [g.code, g.barcodes[0], g.category, g.active ? '' : t('goods.inactive')].filter(Boolean).join(' \u00b7 ');

const Row = memo(({ of: g, current }: { of: Good; current: boolean }) => (
  <li class={'found' + (current ? ' is-current' : '') + (g.active ? '' : ' is-off')} data-test="found" data-good={g.code} onClick={() => choose(g)}>
    <span class="found-name">{g.name}</span>
    <span class="found-price">{money(g.price)}<span class="found-unit">{' / ' + g.unit}</span></span>
    <span class="found-codes">{codes(g)}</span>
  </li>
));

export function Goods() {
  useEffect(() => void find(text.peek()), []);
  useLayoutEffect(() => reveal(() => document.querySelector('.found.is-current')), [at.value]);
  return (
    <Pane title={t('goods.title')} back={leaveGoods} backLabel={t('do.back')} more="is-list" aside={<BoardButton />}>
      <Field kind="text" hint={t('goods.hint')} value={text.value} set={find} enter={enter} test="goods-text" focus="goods" big />
      {found.value.length
        ? <ol class="found-list" data-scrolls>{found.value.map((g, i) => <Row key={g.code} of={g} current={i === at.value} />)}</ol>
        : <p class="none">{text.value ? t('goods.none') : t('goods.count', { count: state.till.value?.goods ?? 0 })}</p>}
    </Pane>
  );
}

function leaveGoods() {
  reset();
  back();
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 7, PageUp: -7 };

export function goodsKey(key: string) {
  if (key in STEPS) at.value = Math.max(0, Math.min(found.value.length - 1, at.value + STEPS[key]));
  else if (key === 'Enter') enter();
  else if (key === 'Escape') leaveGoods();
  else return false;
  return true;
}

const priceText = signal('');
const priced = signal<{ good: Good | null; none: string }>({ good: null, none: '' });

async function ask() {
  const code = priceText.value.trim();
  if (!code) return;
  try {
    const answer = await read<{ goods: Good[] }>('/api/goods?limit=20&q=' + encodeURIComponent(code));
    if (!answer) return;
    const exact = answer.goods.find((g) => g.code === code || g.barcodes.includes(code));
    const good = exact ?? (answer.goods.length === 1 ? answer.goods[0] : null);
    batch(() => {
      priced.value = { good, none: good ? '' : code };
      priceText.value = '';
    });
  } catch (e) {
    fail(e);
  }
}

export function PriceCheck() {
  const { good: g, none } = priced.value;
  return (
    <Pane title={t('price.title')} back={leavePrice} backLabel={t('do.back')}>
      <Field kind="code" hint={t('price.hint')} value={priceText.value} set={(s) => (priceText.value = s)} enter={ask} test="price-text" focus="price" big takesScan />
      {g && <div class="price" data-test="price-answer">
        <p class="price-name">{g.name}</p>
        <p class="price-figure"><Sum of={cents(g.price) ?? 0} /><span class="found-unit">{' / ' + g.unit}</span></p>
        <p class="found-codes">{[g.code, g.barcodes.join(', '), g.category, g.active ? '' : t('goods.inactive')].filter(Boolean).join(' \u00b7 ')}</p>
      </div>}
      {none && <p class="none" data-test="price-none"><Icon name="warning" more="is-large" />{t('price.none', { code: none })}</p>}
    </Pane>
  );
}

function leavePrice() {
  priceText.value = '';
  priced.value = { good: null, none: '' };
  back();
}

export function priceKey(key: string) {
  if (key === 'Enter') ask();
  else if (key === 'Escape') leavePrice();
  else return false;
  return true;
}
