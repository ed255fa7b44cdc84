// The receipts and returns of the shift, their pictures, and those that are not known to be on paper.

import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { begin } from './return';
import { Button, Pane, Sum, reveal } from '../../kit/pieces';
import { cents, minute } from '../../kit/format';
import { memo } from '../../kit/memo';
import { read } from '../api';
import { perform, reprint } from '../actions';
import { fail } from '../notices';
import { KEYS } from '../keymap';
import { back, go } from '../route';
import { busy, state } from '../store';
import type { Back, Receipt, Unprinted } from '../model';
import { wayName } from '../ways';
import { printerWaits } from './strip';
import { t, tOf } from '../texts';

const LIMIT = 500;

type Paper = Receipt | Back;

const isBack = (r?: Paper): r is Back => Boolean(r && 'of' in r);

const rows = signal<Paper[] | null>(null);
const bill = signal('');
const wanted = signal(''); // digits typed of a receipt's number

// load reads the list. quiet: what stands there stays when that fails, because nobody has asked.
async function load(quiet = false) {
  try {
    const answer = await read<{ receipts: Receipt[]; returns: Back[] }>('/api/receipts?limit=' + LIMIT);
    rows.value = answer ? [...answer.receipts, ...answer.returns].sort((a, b) => b.number - a.number) : [];
    if (!rows.value.some((r) => r.bill === bill.value)) bill.value = rows.value[0]?.bill ?? '';
  } catch (e) {
    if (quiet) return;
    rows.value = [];
    fail(e);
  }
}

const FOLLOW = 3_000; // ms between looks at how far other tills are with what came back here: BAAZ tells posd, not the page
const SETTLED = ['done', 'nothing', 'excess', 'unknown', 'dropped'];

const unsettled = () => Boolean(rows.value?.some((r) => isBack(r) && r.point > 0 && !SETTLED.includes(r.handed)));

const numberOf = (r: Paper) => String(r.number).padStart(4, '0');

// shown are the receipts whose number has the digits typed.
const shown = () => (rows.value ?? []).filter((r) => numberOf(r).includes(wanted.value));

function want(digits: string) {
  wanted.value = digits;
  const list = shown();
  if (!list.some((r) => r.bill === bill.value)) bill.value = list[0]?.bill ?? bill.value;
}

const paper = () => document.querySelector('.paper-scroll');

// GRAVE are the states of a return handed over that a person has to look after, at the till that sold.
const GRAVE = ['refused', 'uncertain', 'unknown', 'dropped'];

// Handed says who tells the tax office of another point's goods, and how far that has come.
function Handed({ of: r }: { of: Back }) {
  const point = r.point_name || '\u2116 ' + r.point;
  const grave = GRAVE.includes(r.handed);
  return (
    <span class={'receipt-handed mark' + (grave ? ' is-warn' : '')} data-test="handed" data-state={r.handed}>
      <Icon name={grave ? 'warning' : r.handed === 'done' ? 'check' : 'clock'} /><span>{tOf('handed.', r.handed || 'unheard', { point })}</span>
    </span>
  );
}

const Row = memo(({ of: r, current, open }: { of: Paper; current: boolean; open: string }) => (
  <li class={'receipt' + (current ? ' is-current' : '')} data-test="receipt" data-bill={r.bill} onClick={() => (bill.value = r.bill)}>
    <span class="receipt-bill">{numberOf(r)}</span><Sum of={cents(r.total) ?? 0} more="receipt-sum" />
    <span class="receipt-more">
      {minute(r.local).slice(11) + ' \u00b7 ' + r.tenders.map((x) => x.name || wayName(x.kind)).join(', ')}
      {isBack(r) && <span class="mark"><Icon name="undo" />{t('receipts.back')}</span>}
      {open && <span class="mark is-warn"><Icon name="warning" />{tOf('print.', open)}</span>}
    </span>
    {isBack(r) && r.point > 0 && <Handed of={r} />}
  </li>
));

const rowOf = (u: Unprinted) => u.bill + u.result;

const print = (u: Unprinted) => perform('receipt.print', { bill: u.bill });
const cancel = (u: Unprinted) => perform('print.cancel', { bill: u.bill });

const titleOf = (u: Unprinted) => (u.cash ? tOf('unprinted.', u.cash) + ' ' + (u.at ?? '').slice(11, 16) : u.bill);

function Waiting({ of: u, current }: { of: Unprinted; current: boolean }) {
  return (
    <li class={'unprinted' + (current ? ' is-current' : '')} data-test="unprinted" data-bill={u.bill} onClick={() => (spot.value = u.bill)}>
      <Icon name="warning" more="is-large" />
      <span class="unprinted-bill"><strong>{titleOf(u)}{u.copy ? ' \u00b7 ' + t('receipts.copy') : ''}</strong><span>{tOf('print.', u.result)}</span></span>
      <Button label={t('receipts.print')} cap={current ? 'Enter' : undefined} icon="printer" test="print" press={() => print(u)} busy={busy('receipt.print')} />
      <Button label={t('receipts.cancel')} cap={current ? 'Del' : undefined} test="print-cancel" press={() => cancel(u)} busy={busy('print.cancel')} />
    </li>
  );
}

const spot = signal(''); // the bill chosen in the list of those not printed

const place = () => Math.max(0, state.unprinted.value.findIndex((u) => u.bill === spot.value));

// emptyText says why nobody has to decide about a paper: a paper that waits for the printer is not in the list, as it comes by itself.
function emptyText(): string {
  if (!state.printer.value.fitted) return t('unprinted.no_printer');
  return printerWaits(state.printer.value) || state.last.value?.print === 'printing' ? t('unprinted.waits') : t('unprinted.none');
}

// NotPrinted is the list of receipts that are not known to be on paper; each waits for a person.
export function NotPrinted() {
  const list = state.unprinted.value;
  useLayoutEffect(() => reveal(() => document.querySelector('.unprinted.is-current')), [spot.value, list]);
  return (
    <Pane title={t('unprinted.title')} back={back} backLabel={t('do.back')}>
      <p class="lead">{list.length ? t('unprinted.text') : emptyText()}</p>
      {list.length > 0 && <ul class="unprinted-list" data-test="unprinted-list" data-scrolls tabIndex={0}>{list.map((u, i) => <Waiting key={rowOf(u)} of={u} current={i === place()} />)}</ul>}
    </Pane>
  );
}

export function unprintedKey(key: string) {
  const list = state.unprinted.value;
  const one = list[place()];
  if (key === 'ArrowDown') spot.value = list[Math.min(list.length - 1, place() + 1)]?.bill ?? '';
  else if (key === 'ArrowUp') spot.value = list[Math.max(0, place() - 1)]?.bill ?? '';
  else if (key === 'Enter' && one) print(one);
  else if (key === 'Delete' && one) cancel(one);
  else if (key === 'Escape') back();
  else return false;
  return true;
}

// returnable reports whether goods of the receipt in front can come back: what came back cannot.
const returnable = () => Boolean(state.shift.value && bill.value && !isBack(rows.value?.find((r) => r.bill === bill.value)));

function Picture() {
  const of = bill.value;
  if (!of) return <div class="paper is-empty" />;
  return (
    <div class="paper">
      <div class="paper-scroll" tabIndex={0}><img key={of} src={'/api/receipts/' + encodeURIComponent(of) + '.png'} alt={t('receipts.picture', { bill: of })} data-test="picture" /></div>
      <div class="paper-deeds">
        <Button label={t('receipts.reprint')} cap="Enter" kind="primary" icon="printer" test="reprint" press={again} off={!state.printer.value.fitted} busy={busy('receipt.reprint')} />
        {returnable() && <Button label={t('receipts.return')} cap={KEYS.return.cap} icon="undo" test="return" press={() => begin(of)} />}
      </div>
    </div>
  );
}

const again = () => bill.value && reprint(bill.value);

export function Receipts() {
  const stamp = (state.last.value?.bill ?? '-') + '/' + (state.shift.value?.number ?? 0);
  useEffect(() => void load(), [stamp]);
  useLayoutEffect(() => void (wanted.value = ''), []); // before a key can come
  const follow = unsettled();
  useEffect(() => {
    if (!follow) return;
    const timer = setInterval(() => void load(true), FOLLOW);
    return () => clearInterval(timer);
  }, [follow]);
  useLayoutEffect(() => reveal(() => document.querySelector('.receipt.is-current')), [bill.value, rows.value]);
  const waiting = state.unprinted.value;
  return (
    <Pane title={t('receipts.title')} back={back} backLabel={t('do.back')} more="is-split">
      <div class="receipts">
        {waiting.length > 0 && <Button label={t('strip.unprinted', { count: waiting.length })} icon="warning" more="is-alert" test="unprinted-open" press={() => go('unprinted')} />}
        {wanted.value && <p class="remark receipts-wanted" data-test="receipts-wanted">{'\u2116 ' + wanted.value}</p>}
        {rows.value && !shown().length
          ? <p class="none">{t('receipts.none')}</p>
          : <ol class="receipt-list" data-scrolls tabIndex={0}>
            {shown().map((r) => <Row key={r.bill} of={r} current={r.bill === bill.value} open={waiting.find((u) => u.bill === r.bill)?.result ?? ''} />)}
          </ol>}
      </div>
      <Picture />
    </Pane>
  );
}

export function receiptsKey(key: string) {
  const list = shown();
  const at = list.findIndex((r) => r.bill === bill.value);
  if (key === 'ArrowDown' && list[at + 1]) bill.value = list[at + 1].bill;
  else if (key === 'ArrowUp' && list[at - 1]) bill.value = list[at - 1].bill;
  else if (/^\d$/.test(key)) want((wanted.value + key).slice(-4));
  else if (key === 'Backspace' && wanted.value) want(wanted.value.slice(0, -1));
  else if (key === 'PageDown' || key === 'PageUp') paper()?.scrollBy(0, (key === 'PageDown' ? 0.8 : -0.8) * paper()!.clientHeight);
  else if (key === 'Enter') again();
  else if (key === KEYS.return.key && returnable()) begin(bill.value);
  else if (key === 'Escape') wanted.value ? want('') : back();
  else return false;
  return true;
}
