// Goods that come back: find their receipt, choose what comes back and why, hand the money over. What has been chosen lies in
// the basket at the till; new goods beside it make it an exchange.

import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { Field } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { Button, Cap, Pane, Sum, reveal } from '../../kit/pieces';
import { cents, minute, money, quantity, thousandths, wireQuantity } from '../../kit/format';
import { memo } from '../../kit/memo';
import { read } from '../api';
import { elsewhere, perform } from '../actions';
import { KEYS } from '../keymap';
import { fail, insist } from '../notices';
import { ask } from '../prompts';
import { enqueue, paying } from '../queue';
import { back, go, page } from '../route';
import { busy, has, state } from '../store';
import type { Receipt, Return, ReturnLine, Tender } from '../model';
import { wayName } from '../ways';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';

const now = (): Return | null => state.basket.value?.return ?? null;

// dueBack is what the buyer has to pay in the end, below 0 what goes back to the buyer.
export const dueBack = () => cents(state.basket.value?.due ?? '0') ?? 0;

const REASONS = ['1', '2', '3', '4'];

// Made is what this screen keeps of the return in front: what the till need not know before the money is handed over.
interface Made { basket: string; reason: string; cash: boolean; slip: string }

const made = signal<Made>({ basket: '', reason: '', cash: false, slip: '' });

function model(): Made {
  const basket = state.basket.value?.id ?? '';
  const m = made.value;
  return m.basket === basket ? { ...m, reason: now()?.reason || m.reason } : { basket, reason: now()?.reason || tOf('reason.return.', '1'), cash: false, slip: '' };
}

// reasonNow is why the goods of the basket in front come back; nothing where none do.
export const reasonNow = () => (now() ? { reason: model().reason } : {});

const put = (by: Partial<Made>) => void (made.value = { ...model(), ...by });

// choose takes a reason; the till keeps it with the return.
function choose(reason: string) {
  const basket = state.basket.value?.id;
  put({ reason });
  if (basket) enqueue(() => perform('return.set', { basket, reason }));
}

const ready = () => REASONS.map((n) => tOf('reason.return.', n));

function cycle(by: number) {
  const all = ready();
  const at = all.indexOf(model().reason);
  choose(all[(at + by + all.length) % all.length]);
}

async function another() {
  const answer = await ask({
    title: t('reason.label'), yes: t('return.reason_yes'), reasons: 'return',
    fields: [{ name: 'reason', kind: 'text', label: t('reason.label'), value: ready().includes(model().reason) ? '' : model().reason, test: 'reason' }],
  });
  if (answer) choose(answer.reason.trim());
}

// begin opens the return of a receipt; without a code, of goods without one.
export function begin(code: string) {
  const here = page() === 'return'; // then whoever leaves it meanwhile has left it
  enqueue(async () => {
    const answer = await perform('return.begin', { code });
    if (!answer) return false;
    typed.value = '';
    at.value = 0;
    sound.good();
    if (!here) go('return');
    return true;
  });
}

const isReceipt = (code: string) => /^(\]C0)?\d{24}$/.test(code.trim());

elsewhere.return = (code) => {
  if (!now() || isReceipt(code)) return void begin(code);
  enqueue(async () => {
    const answer = await perform('return.scan', { code });
    if (answer) sound.good();
    return answer;
  });
};

// ---- the receipt

const typed = signal('');
const rows = signal<Receipt[] | null>(null);
const spot = signal(0); // of the list

async function load() {
  try {
    rows.value = (await read<{ receipts: Receipt[] }>('/api/receipts?limit=200'))?.receipts ?? [];
  } catch (e) {
    rows.value = [];
    fail(e);
  }
}

const shown = () => (rows.value ?? []).filter((r) => !typed.value || !/^\d{1,4}$/.test(typed.value) || String(r.number).padStart(4, '0').includes(typed.value));

const take = () => {
  const one = shown()[spot.value];
  if (typed.value.trim()) begin(typed.value.trim());
  else if (one) begin(one.bill);
  else sound.attention();
};

const Row = memo(({ of: r, current }: { of: Receipt; current: boolean }) => (
  <li class={'receipt' + (current ? ' is-current' : '')} data-test="return-receipt" data-bill={r.bill} onClick={() => begin(r.bill)}>
    <span class="receipt-bill">{String(r.number).padStart(4, '0')}</span><Sum of={cents(r.total) ?? 0} more="receipt-sum" />
    <span class="receipt-more">{minute(r.local).slice(11) + ' \u00b7 ' + r.tenders.map((x) => x.name || wayName(x.kind)).join(', ')}</span>
  </li>
));

function Find() {
  useEffect(() => void load(), [state.last.value?.bill]);
  useLayoutEffect(() => void ((typed.value = ''), (spot.value = 0)), []); // before a key can come: what is typed at once must not get lost
  useLayoutEffect(() => reveal(() => document.querySelector('.receipt.is-current')), [spot.value, rows.value]);
  const list = shown();
  return (
    <Pane title={t('return.title')} back={back} backLabel={t('do.back')} more="is-list is-return">
      <div class="row">
        <Field kind="code" label={t('return.code')} value={typed.value} set={(s) => ((typed.value = s), (spot.value = 0))} enter={take} test="return-code" most={40} takesScan focus="return" big />
        <Button label={t('return.open')} cap="Enter" kind="primary" test="return-open" press={take} busy={busy('return.begin')} off={!typed.value.trim() && !list.length} />
        <Button label={t('return.no_receipt')} cap={KEYS.again.cap} test="return-none" press={() => begin('')} approve={!has('return.no_receipt')} />
      </div>
      {rows.value && !list.length ? <p class="none">{t('return.no_match')}</p>
        : <ol class="receipt-list" data-scrolls tabIndex={0} aria-label={t('receipts.title')}>{list.map((r, i) => <Row key={r.bill} of={r} current={i === spot.value} />)}</ol>}
    </Pane>
  );
}

function findKey(key: string) {
  const last = shown().length - 1;
  if (key === 'ArrowDown') spot.value = Math.min(last, spot.value + 1);
  else if (key === 'ArrowUp') spot.value = Math.max(0, spot.value - 1);
  else if (key === 'Enter') take();
  else if (key === KEYS.again.key) begin('');
  else if (key === 'Escape') back();
  else return false;
  return true;
}

// ---- what comes back

const at = signal(0); // number of the chosen line

const chosen = () => {
  const r = now();
  return r?.lines.find((l) => l.line === at.value) ?? r?.lines.find((l) => l.line === r.touched) ?? r?.lines[0];
};

// known reports whether it is known what was sold; else the goods are scanned.
const known = (r: Return | null | undefined) => Boolean(r?.bill) && !r!.unverified;

const left = (l: ReturnLine) => (known(now()) ? (thousandths(l.sold) ?? 0) - (thousandths(l.done) ?? 0) : 1e9);

// set says how much of a line comes back, in thousandths.
function set(l: ReturnLine, q: number) {
  const basket = state.basket.value?.id;
  if (q < 0 || q > left(l)) return sound.attention();
  at.value = l.line;
  enqueue(() => perform('return.set', { basket, lines: [{ line: l.line, quantity: wireQuantity(q) }] }));
}

// step changes by a piece; what was weighed comes back whole or not at all.
function step(l: ReturnLine | undefined, by: number) {
  if (!l) return sound.attention();
  const q = thousandths(l.chosen) ?? 0;
  const weighed = (thousandths(l.sold) ?? 0) % 1000 !== 0;
  if (weighed) set(l, by > 0 ? left(l) : 0);
  else set(l, q + by * 1000);
}

async function askQuantity() {
  const l = chosen();
  if (!l) return sound.attention();
  const answer = await ask({
    title: l.name, text: t('quantity.now', { quantity: quantity(l.chosen), unit: l.unit }), yes: t('quantity.yes'),
    fields: [{ name: 'quantity', kind: 'quantity', label: t('quantity.label'), suffix: l.unit, test: 'quantity' }],
  });
  if (answer) set(l, thousandths(answer.quantity.replace(',', '.')) ?? -1);
}

// all chooses everything that is left, or nothing.
function all() {
  const r = now();
  const basket = state.basket.value?.id;
  if (!r || !known(r)) return sound.attention();
  enqueue(() => perform('return.set', { basket, lines: r.lines.map((l) => ({ line: l.line, quantity: r.all ? '0' : wireQuantity(Math.max(0, left(l))) })) }));
}

async function drop() {
  const basket = state.basket.value?.id;
  if (await perform('return.drop', { basket })) back();
}

function Line({ of: l, current }: { of: ReturnLine; current: boolean }) {
  const q = thousandths(l.chosen) ?? 0;
  const none = known(now()) && left(l) <= 0;
  const done = thousandths(l.done) ?? 0;
  return (
    <li class={'return-line' + (current ? ' is-current' : '') + (q ? '' : ' is-none')} data-test="return-line" data-line={l.line} aria-current={current ? 'true' : undefined} onClick={() => (at.value = l.line)}>
      <span class="return-name">{l.name}</span>
      <span class="return-how">
        {quantity(l.sold) + '\u202f' + l.unit + ' \u00d7 ' + money(l.unit_price)}
        {Boolean(l.unstamped) && <span class="mark is-warn" data-test="return-stamps">{t('stamp.missing', { count: l.unstamped! })}</span>}
        {done > 0 && <span class="mark is-warn" data-test="return-done">{t('return.done', { quantity: quantity(l.done) })}</span>}
      </span>
      <span class="return-step">
        <button type="button" class="button is-small is-sign" data-test="return-less" disabled={!q} aria-label={t('do.less')} onClick={() => step(l, -1)}>{'\u2212'}</button>
        <span class="return-quantity" data-test="return-quantity">{quantity(l.chosen)}</span>
        <button type="button" class="button is-small is-sign" data-test="return-more" disabled={none || q >= left(l)} aria-label={t('do.more')} onClick={() => step(l, 1)}>+</button>
      </span>
      <Sum of={cents(l.total) ?? 0} more="return-sum" test="return-sum" />
    </li>
  );
}

function Reasons() {
  const m = model();
  const list = ready();
  return (
    <div class="return-reasons" role="group" aria-label={t('reason.label')}>
      <h2>{t('reason.label')}<Cap>{KEYS.kinds.cap}</Cap>{!list.includes(m.reason) && <span class="return-said" data-test="return-said">{m.reason}</span>}</h2>
      <div class="return-chips">
        {list.map((reason, i) => <Button key={reason} label={reason} test={'return-reason-' + (i + 1)} press={() => choose(reason)} on={m.reason === reason} />)}
        <Button label={t('return.reason_other')} cap="/" test="return-reason-other" press={another} on={!list.includes(m.reason)} />
      </div>
    </div>
  );
}

// parts says how the money goes back as things stand: as it was paid, or all of it in cash.
function parts(): Tender[] {
  const r = now();
  const m = model();
  const out = -dueBack();
  if (!r || out <= 0) return [];
  if (m.cash) return [{ kind: 'cash', amount: (out / 100).toFixed(2) }];
  return r.plan.map((x) => (x.kind === 'cash' || !m.slip.trim() ? x : { ...x, slip: m.slip.trim() }));
}

function Money() {
  const r = now();
  if (!r || dueBack() >= 0) return null;
  const m = model();
  const card = r.plan.some((x) => x.kind !== 'cash');
  return (
    <div class="return-money" role="group" aria-label={t('return.how')}>
      {card && <div class="segments">
        <Button label={t('return.as_paid')} test="return-as-paid" press={() => put({ cash: false })} on={!m.cash} />
        <Button label={t('return.all_cash')} test="return-all-cash" press={() => put({ cash: true })} on={m.cash} approve={!has('return.cash')} />
      </div>}
      <ul class="return-parts">{parts().map((x) => <li key={x.kind} data-test="return-part"><span>{wayName(x.kind)}</span><Sum of={cents(x.amount) ?? 0} /></li>)}</ul>
      {card && !m.cash && <Field kind="code" aria={t('return.slip')} hint={t('return.slip')} value={m.slip} set={(slip) => put({ slip })} enter={finishReturn} test="return-slip" most={64} noScan />}
    </div>
  );
}

function Head({ of: r }: { of: Return }) {
  if (!r.bill) return <p class="return-of"><Icon name="bill" /><strong>{t('return.without')}</strong></p>;
  return (
    <p class="return-of" data-test="return-of">
      <Icon name="bill" /><strong>{r.bill}</strong>{r.local && <span>{minute(r.local)}</span>}
      {r.buyer && <span>{r.buyer}</span>}
      {r.register && <span>{r.register}</span>}
      {r.other && <span class="mark is-warn">{r.point || t('return.other')}</span>}
      {r.unverified && <span class="mark is-warn" data-test="return-unverified"><Icon name="warning" />{t('return.unverified')}</span>}
    </p>
  );
}

function Chosen({ of: r }: { of: Return }) {
  const one = chosen();
  useLayoutEffect(() => reveal(() => document.querySelector('.return-line.is-current')), [one?.line, r.lines.length]);
  useEffect(() => void (at.value = r.touched || 0), [r.touched]);
  return (
    <Pane title={t('return.title')} back={back} backLabel={t(state.basket.value?.lines.length ? 'do.back' : 'return.exchange')} more="is-return is-list"
      aside={<><Button label={t(r.all ? 'return.none' : 'return.all')} cap={KEYS.again.cap} test="return-all" press={all} off={!known(r)} /><Button label={t('return.drop')} cap={KEYS.price.cap} kind="quiet" test="return-drop" press={drop} busy={busy('return.drop')} /></>}>
      <Head of={r} />
      {r.lines.length ? <ol class="return-list" data-test="return-lines" data-scrolls tabIndex={0} aria-label={t('return.title')}>{r.lines.map((l) => <Line key={l.line} of={l} current={l.line === one?.line} />)}</ol>
        : <p class="return-hint"><Icon name="barcode" more="is-large" />{t('return.scan')}</p>}
      <div class="return-foot"><Reasons /><Money /></div>
    </Pane>
  );
}

export function ReturnPage() {
  const r = now();
  return r ? <Chosen of={r} /> : <Find />;
}

// finishReturn hands the money over, or leads to the payment where the new goods cost more.
export function finishReturn() {
  const r = now();
  const basket = state.basket.value;
  if (paying() || busy('pay') || insist()) return;
  if (!r || !basket || !r.chosen) return sound.attention();
  const m = model();
  if (dueBack() > 0) {
    enqueue(() => perform('return.set', { basket: basket.id, reason: m.reason }));
    return go('pay');
  }
  const tenders = parts();
  enqueue(async () => {
    if (state.basket.value?.id !== basket.id) return false;
    const answer = await perform('pay', { basket: basket.id, total: state.basket.value.due, reason: m.reason, ...(dueBack() < 0 && { tenders }) });
    if (answer) back();
    return answer;
  }, true);
}

function choseKey(key: string) {
  const list = now()!.lines;
  const i = list.findIndex((l) => l === chosen());
  if (key === 'ArrowDown') at.value = list[Math.min(list.length - 1, i + 1)]?.line ?? 0;
  else if (key === 'ArrowUp') at.value = list[Math.max(0, i - 1)]?.line ?? 0;
  else if (key === 'ArrowRight') cycle(1);
  else if (key === 'ArrowLeft') cycle(-1);
  else if (key === '+') step(chosen(), 1);
  else if (key === '-') step(chosen(), -1);
  else if (key === '*') void askQuantity();
  else if (key === '/') void another();
  else if (key === 'Delete') chosen() ? set(chosen()!, 0) : sound.attention();
  else if (key === KEYS.again.key) all();
  else if (key === KEYS.price.key) void drop();
  else if (key === 'Enter' || key === KEYS.pay.key) finishReturn();
  else if (key === 'text') return true; // characters belong to the entry line
  else if (key === 'Escape') back();
  else return false;
  return true;
}

export const returnKey = (key: string) => (now() ? choseKey(key) : findKey(key));
