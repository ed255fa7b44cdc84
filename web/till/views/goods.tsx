// Finding goods: as you type, by name, code or barcode; and asking what something costs.

import { batch, computed, signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { BoardButton, openBoard } from '../../kit/board';
import { Field } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { Pane, Sum, reveal } from '../../kit/pieces';
import { cents, group, money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { Search } from '../../kit/search';
import { find, read } from '../api';
import { goodOf, scan } from '../actions';
import { byFinger } from '../keys';
import { fail } from '../notices';
import { back, go } from '../route';
import { GoodsPages, pagesKey, take } from './pages';
import { state } from '../store';
import { pages } from '../ways';
import type { Good } from '../model';
import { t } from '../texts';

const search = new Search<Good>(async (text, signal) => {
  try {
    return await find(text, signal);
  } catch (e) {
    fail(e);
    return null;
  }
});

function choose(code: string) {
  search.reset();
  go('sell');
  scan(code);
}

// again begins the search anew, where it is on the screen already.
export function again() {
  search.reset();
  search.find('');
}

// paged reports whether the pages of goods stand where nothing is searched for.
const paged = computed(() => pages().length > 0 && !search.text.value.trim());

// A whole barcode typed in means that very code, found in the list or not.
async function enter() {
  if (paged.value) return void take();
  const code = search.text.value.trim();
  if (/^\d{8,}$/.test(code)) return choose(code);
  const good = await search.chosen();
  if (good) choose(good.code);
}

const codes = (g: Good) => [g.code, g.barcodes[0], g.category, g.weighed ? t('goods.weighed') : '', g.active ? '' : t('goods.inactive')].filter(Boolean).join(' \u00b7 ');

const Row = memo(({ of: g, current }: { of: Good; current: boolean }) => (
  <li class={'found' + (current ? ' is-current' : '') + (g.active ? '' : ' is-off')} data-test="found" data-good={g.code} onClick={() => choose(g.code)}>
    <span class="found-name">{g.name}</span>
    <span class="found-price">{money(g.price)}<span class="found-unit">{' / ' + g.unit}</span></span>
    <span class="found-codes">{codes(g)}</span>
  </li>
));

// Asked is the field. A key draws it and not the list, which comes with the answer.
const Asked = () => <Field kind="text" hint={t('goods.hint')} value={search.text.value} set={search.find} ahead={search.ahead} enter={enter} test="goods-text" focus="goods" big />;

const typed = computed(() => search.text.value !== '');

function Answer() {
  const { found, at } = search;
  useLayoutEffect(() => reveal(() => document.querySelector('.found.is-current')), [at.value]);
  if (paged.value) return <GoodsPages />;
  if (found.value?.length) return <ol class="found-list" data-scrolls tabIndex={0}>{search.shown().map((g, i) => <Row key={i} of={g} current={i === at.value} />)}</ol>;
  return <p class="none">{typed.value && found.value ? t('goods.none') : t('goods.count', { count: group(String(state.till.value?.goods ?? 0)) })}</p>;
}

export function Goods() {
  useLayoutEffect(() => { // before a key can come: what it asks must not be asked over
    search.find(search.text.peek());
    if (byFinger && !paged.value) openBoard();
  }, []);
  return (
    <Pane title={t('goods.title')} back={leaveGoods} backLabel={t('do.back')} more="is-list" aside={<BoardButton />}>
      <Asked />
      {state.till.value?.names_ready === false && <p class="remark" data-test="names-late">{t('goods.late')}</p>}
      <Answer />
    </Pane>
  );
}

function leaveGoods() {
  search.reset();
  back();
}

export function goodsKey(key: string) {
  if (paged.value ? pagesKey(key) : search.step(key)) return true;
  if (key === 'Enter') enter();
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
    const good = await goodOf(code);
    if (good === undefined) return;
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
