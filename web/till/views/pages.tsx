// Pages of goods, as BAAZ keeps them: chosen by touch, or by the arrows after F2.

import { effect, signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Cap, reveal } from '../../kit/pieces';
import { money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { read } from '../api';
import { scan } from '../actions';
import { fail } from '../notices';
import { go, page } from '../route';
import { top } from '../prompts';
import { KEYS } from '../keymap';
import { pages } from '../ways';
import type { Good } from '../model';
import { t } from '../texts';

const open = signal(''); // code of the page shown
const goods = signal<{ page: string; list: Good[] } | null>(null);
const at = signal(0);
let asking: AbortController | null = null;

// shown is the page that is open, else the first.
const shown = () => (pages().find((p) => p.code === open.value) ?? pages()[0])?.code ?? '';

// Prices may have changed since the page was looked at last: it is asked for each time that it is opened.
effect(() => {
  const code = page() === 'goods' ? shown() : '';
  asking?.abort();
  if (!code) return;
  asking = new AbortController();
  void load(code, asking.signal);
});

async function load(code: string, stop: AbortSignal) {
  try {
    const answer = await read<{ goods: Good[] }>('/api/pages/' + encodeURIComponent(code), stop);
    if (!answer || stop.aborted) return;
    if (goods.peek()?.page !== code) at.value = 0;
    goods.value = { page: code, list: answer.goods };
  } catch (e) {
    if (!stop.aborted) fail(e);
  }
}

function turn(to: string) {
  open.value = to;
  at.value = 0;
}

// Tile is a good of a page. The page stays open: the next one is often beside it.
const Tile = memo(({ of: g, current }: { of: Good; current: boolean }) => (
  <li>
    <button type="button" class={'tile' + (current ? ' is-current' : '')} data-test="tile" data-good={g.code} onClick={() => scan(g.code)}>
      <span class="tile-name">{g.name}</span>
      <span class="tile-price">{money(g.price)}<span class="found-unit">{' / ' + g.unit}</span></span>
    </button>
  </li>
));

export function GoodsPages() {
  const now = shown();
  const list = goods.value?.page === now ? goods.value.list : null;
  useLayoutEffect(() => reveal(() => document.querySelector('.tile.is-current')), [at.value, now]);
  return (
    <>
      <nav class="pages" aria-label={t('pages.label')} data-scrolls>
        {pages().map((p) => (
          <button type="button" key={p.code} class={'button is-page' + (p.code === now ? ' is-on' : '')} data-test="page" data-page-code={p.code} aria-pressed={p.code === now} onClick={() => turn(p.code)}>
            <span class="button-label">{p.name}</span>
          </button>
        ))}
      </nav>
      {list?.length === 0 && <p class="none" data-test="page-empty">{t('pages.empty')}</p>}
      {list && list.length > 0 && <ul class="page-tiles" data-scrolls tabIndex={0} aria-label={t('pages.goods')}>{list.map((g, i) => <Tile key={g.code} of={g} current={i === at.value} />)}</ul>}
      <p class="pages-keys"><Cap>{'\u2190\u2191\u2193\u2192'}</Cap>{t('pages.choose')}<Cap>PgUp PgDn</Cap>{t('pages.turn')}<Cap>Enter</Cap>{t('pages.take')}</p>
    </>
  );
}

// columns is how many tiles stand in a row.
function columns() {
  const el = document.querySelector('.page-tiles');
  return el ? Math.max(1, getComputedStyle(el).gridTemplateColumns.split(' ').length) : 1;
}

// pagesKey handles keys while the pages are shown.
export function pagesKey(key: string) {
  const list = goods.value?.list ?? [];
  const all = pages();
  const now = all.findIndex((p) => p.code === shown());
  const to = (n: number) => void (at.value = Math.max(0, Math.min(list.length - 1, n)));
  if (key === 'ArrowRight') to(at.value + 1);
  else if (key === 'ArrowLeft') to(at.value - 1);
  else if (key === 'ArrowDown') to(at.value + columns());
  else if (key === 'ArrowUp') to(at.value - columns());
  else if (key === 'PageDown') turn(all[(now + 1) % all.length].code);
  else if (key === 'PageUp') turn(all[(now + all.length - 1) % all.length].code);
  else return false;
  return true;
}

// take puts the tile that is chosen into the basket; false where there is none.
export function take() {
  const g = goods.value?.list[at.value];
  if (g) scan(g.code);
  return Boolean(g);
}

// PageBar lies below the basket: one touch opens a page.
export function PageBar() {
  if (!pages().length) return null;
  return (
    <nav class="pages is-bar" aria-label={t('pages.label')} data-scrolls>
      {pages().map((p) => (
        <button type="button" key={p.code} class="button is-page" data-test="page-open" data-page-code={p.code} disabled={Boolean(top())} onClick={() => { turn(p.code); go('goods'); }}>
          <span class="button-label">{p.name}</span>
        </button>
      ))}
      <Cap>{KEYS.goods.cap}</Cap>
    </nav>
  );
}
