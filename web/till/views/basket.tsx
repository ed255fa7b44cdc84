// The basket: its lines, the entry line, and the buttons below.

import { memo } from '../../kit/memo';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { computed, signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Button, Cap, Sum, show } from '../../kit/pieces';
import { cents, money, percent, quantity } from '../../kit/format';
import * as act from '../actions';
import { KEYS } from '../keymap';
import { PageBar } from './pages';
import { top } from '../prompts';
import { go, page } from '../route';
import { carded, echo, empty, has, state, ui } from '../store';
import type { Line } from '../model';
import { t } from '../texts';

// Off is a line's own discount; its reason gives way where the row is full.
const Off = ({ of: l, off }: { of: Line; off: number }) => (
  <span class="line-off" data-test="line-discount">{cents(l.percent) ? '\u2212' + percent(l.percent) + ' \u00b7 ' : ''}{l.reason && <span class="line-why">{l.reason}</span>}{(l.reason ? ' \u00b7 ' : '') + '\u2212' + money(off)}</span>
);

// Row is drawn again only when its line or the choice is another: unchanged lines keep their identity in the store.
// Far from what is seen it is a place of its height only: what nobody looks at costs no layout and no paint.
const Row = memo(({ of: l, current, near }: { of: Line; current: boolean; near: boolean }) => {
  if (!near) return <li class="line is-far" data-test="line" data-line={l.line} data-good={l.good} />;
  const off = cents(l.line_discount) ?? 0;
  const share = (cents(l.ticket_discount) ?? 0) - (cents(l.rounding) ?? 0);
  return (
    <li class={'line' + (current ? ' is-current' : '')} data-test="line" data-line={l.line} data-good={l.good} aria-current={current ? 'true' : undefined}
      onClick={() => (ui.cursor.value = l.line)}>
      <span class="line-name" data-test="line-name">{l.name}</span>
      <Sum of={(cents(l.gross) ?? 0) - off} more="line-sum" test="line-sum" />
      <span class="line-how">
        <span class={'line-quantity' + (l.quantity === '1' ? '' : ' is-several')} data-test="line-quantity">{quantity(l.quantity) + '\u202f' + l.unit}</span><span>{' \u00d7 ' + money(l.unit_price)}</span>
        {l.stamped && <span class={'mark' + (l.unstamped ? ' is-warn' : '')} data-test="line-stamps" data-missing={l.unstamped}><Icon name={l.unstamped ? 'warning' : 'check'} />{l.unstamped ? t('stamp.missing', { count: l.unstamped }) : t('stamp.all')}</span>}
        {off > 0 && <Off of={l} off={off} />}
        {share > 0 && <span class="line-share">{t(carded() ? 'line.card_share' : 'line.share', { amount: money(share) })}</span>}
      </span>
    </li>
  );
});

function Empty() {
  return (
    <div class="empty"><Icon name="barcode" more="is-huge" /><p class="empty-text">{t('sell.empty')}</p><p>{t('sell.empty_hint')}</p></div>
  );
}

// Rows stand in blocks: a scan compares, lays out and paints its own block, however long the basket is. Filled are the
// blocks around the chosen line, as far as they can be in view with it, and those that are: what is filled is recorded
// anew with every scan.
const BLOCK = 4;
const ALL = 8; // blocks before and after the chosen line's: more rows than any till's screen shows at once
const around = signal(ALL); // as many of them as there is room for, once there is no more

const Block = memo(({ of: lines, current, near }: { of: Line[]; current: number; near: boolean }) => (
  <ol class="line-list">{lines.map((l) => <Row key={l.line} of={l} current={l.line === current} near={near} />)}</ol>
));

// blocks cuts lines into blocks; one whose lines have not changed is the very one of before.
function blocks(list: Line[], before: Line[][]) {
  const all: Line[][] = [];
  for (let i = 0; i < list.length; i += BLOCK) {
    const b = before[all.length];
    const now = list.slice(i, i + BLOCK);
    all.push(b && b.length === now.length && b.every((l, k) => l === now[k]) ? b : now);
  }
  return all;
}
const seen = signal<[number, number]>([0, 0]); // rows in view once somebody has scrolled, with a margin

const block = (row: number) => Math.floor(row / BLOCK);

// look notes how many rows there is room for and which are in view, unless all of them are filled.
function look(box: HTMLElement) {
  const rows = box.querySelectorAll<HTMLElement>('.line');
  if (!rows.length) return;
  const pitch = box.scrollHeight / rows.length;
  around.value = box.scrollHeight > box.clientHeight ? Math.ceil((Math.ceil(box.clientHeight / pitch) - 1) / BLOCK) : ALL;
  const from = Math.floor(box.scrollTop / pitch);
  const to = Math.ceil((box.scrollTop + box.clientHeight) / pitch);
  for (let i = Math.max(0, from); i <= to && i < rows.length; i++) {
    if (rows[i].classList.contains('is-far')) {
      seen.value = [from - 2 * BLOCK, to + 2 * BLOCK];
      return;
    }
  }
}

// Coming says above the goods for sale what comes back for them.
function Coming() {
  const r = state.basket.value?.return;
  if (!r) return null;
  return (
    <button type="button" class="coming" data-test="coming" onClick={() => go('return')}>
      <Icon name="undo" /><strong>{t('return.title')}</strong><span class="clip">{r.bill || t('return.without')}</span><span class="coming-gap" />
      <span>{t('return.lines', { count: r.chosen })}</span><Sum of={-(cents(r.total) ?? 0)} more="line-sum" test="coming-sum" /><Cap>{KEYS.return.cap}</Cap>
    </button>
  );
}

export const Sold = () => <div class="sold"><Coming /><Lines /><PageBar /></div>;

function Lines() {
  const list = state.basket.value?.lines ?? [];
  const id = state.basket.value?.id;
  const cursor = ui.cursor.value;
  const chosen = block(list.findIndex((l) => l.line === cursor));
  const [from, to] = seen.value;
  const cut = useRef<Line[][]>([]);
  cut.current = blocks(list, cut.current);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    queueMicrotask(() => show(document.querySelector('.line.is-current'))); // once all is drawn: what it lays out is laid out before the frame, not in it
  }, [cursor, list.length, id]);
  useEffect(() => {
    const el = box.current!;
    const watch = new ResizeObserver(() => look(el));
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  return (
    <div ref={box} class="lines" data-test="basket" data-scrolls tabIndex={0} role="region" aria-label={t('side.lines')} onScroll={(e) => look(e.currentTarget)}>
      {list.length ? cut.current.map((lines, i) => (
        <Block key={id + '/' + i} of={lines} current={i === chosen ? cursor : 0} near={Math.abs(i - chosen) <= around.value || (i >= block(from) && i <= block(to))} />
      )) : <Empty />}
    </div>
  );
}

// more is how many jobs wait behind the one under way: none in nearly every scan, which therefore draws nothing here.
const more = computed(() => Math.max(0, ui.waiting.value - 1));

function Entry() {
  const { entry } = ui;
  return (
    <div class={'entry' + (echo.value ? ' is-full' : '')}>
      <Icon name="barcode" />
      <input class="entry-text" data-test="scan" value={echo.value.replaceAll('*', '\u00d7')} placeholder={t('entry.hint')} aria-label={t('entry.hint')}
        autocomplete="off" spellcheck={false} inputMode="none" maxLength={120} onInput={(e) => (echo.value = entry.value = e.currentTarget.value.replaceAll('\u00d7', '*'))} />
      {more.value > 0 && <span class="entry-waiting" data-test="waiting">{'+' + more.value}</span>}
    </div>
  );
}

// Small is a button for the chosen line; a bare sign is its own key.
function Small(o: { label: string; cap?: string; test: string; press: () => void; off: boolean; say?: string; approve?: boolean }) {
  return (
    <button type="button" class={'button is-small' + (o.cap ? '' : ' is-sign')} data-test={o.test} disabled={o.off} onClick={o.press} aria-label={o.say}>
      <span class="button-label">{o.label}</span>{o.cap && <span class="small-cap">{o.approve && <Icon name="lock" more="is-approve" />}<Cap>{o.cap}</Cap></span>}
    </button>
  );
}

// bare is a basket without a line to do something with; goods may come back by it all the same.
const bare = computed(() => !state.basket.value?.lines.length);

// Dock is what lies below the basket and never moves.
export function Dock() {
  const none = empty.value;
  const asked = Boolean(top()); // a question is answered before anything else
  const now = page();
  const hidden = bare.value || asked || now !== 'sell';
  return (
    <div class="dock">
      <div class="dock-row">
        <Entry />
        <Small label={'\u2212'} say={t('do.less')} test="less" press={() => act.step(-1)} off={hidden} />
        <Small label="+" say={t('do.more')} test="more" press={() => act.step(1)} off={hidden} />
        <Small label={t(KEYS.quantity.text)} cap={KEYS.quantity.cap} test="quantity-open" press={act.quantity} off={hidden} />
        <Small label={t(KEYS.discount.text)} cap={KEYS.discount.cap} test="discount" press={act.discount} off={hidden} approve={!has(KEYS.discount.right)} />
        <Small label={t(KEYS.remove.text)} cap={KEYS.remove.cap} test="remove" press={act.remove} off={hidden} approve={!has(KEYS.remove.right)} />
      </div>
      <div class="dock-row is-even">
        <Button label={t(KEYS.goods.text)} cap={KEYS.goods.cap} test="goods" press={() => go('goods')} on={now === 'goods'} off={asked} />
        <Button label={t(KEYS.customer.text)} cap={KEYS.customer.cap} test="customer" press={() => go('customer')} on={now === 'customer'} off={asked} />
        <Button label={t(KEYS.park.text)} cap={KEYS.park.cap} test="park" press={act.park} off={none || asked} />
        <Button label={t(KEYS.price.text)} cap={KEYS.price.cap} test="price" press={() => go('price')} on={now === 'price'} off={asked || (now === 'return' && Boolean(state.basket.value?.return))} />
        <Button label={t(KEYS.menu.text)} cap={KEYS.menu.cap} test="menu" press={() => go(now === 'menu' ? 'sell' : 'menu')} on={now === 'menu'} off={asked} />
      </div>
    </div>
  );
}

// move chooses another line.
function move(by: number) {
  const list = state.basket.value?.lines ?? [];
  const at = list.findIndex((l) => l.line === ui.cursor.value);
  const next = list[Math.min(list.length - 1, Math.max(0, at + by))];
  if (next) ui.cursor.value = next.line;
}

const DOES: Record<string, () => unknown> = {
  ArrowUp: () => move(-1), ArrowDown: () => move(1), PageUp: () => move(-8), PageDown: () => move(8),
  '+': () => act.step(1), '-': () => act.step(-1), '*': act.quantity, '/': act.discount, Delete: act.remove,
};

// sellKey handles keys while nothing lies over the basket.
export function sellKey(key: string) {
  if (key === 'text') return true; // characters belong to the entry line
  if (key === '*' && ui.entry.value) return false;
  if (!DOES[key]) return false;
  DOES[key]();
  return true;
}
