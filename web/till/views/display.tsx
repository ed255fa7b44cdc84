// The buyer's side: a page of its own on the second screen. It shows what is bought and what is paid, and nothing else of
// the till: no names of people, no stock, no figures of the shift.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { cents, money, percent, quantity, wall } from '../../kit/format';
import { Icon } from '../../kit/icons';
import { Sum } from '../../kit/pieces';
import { elsewhere } from '../actions';
import { read } from '../api';
import { state, ui } from '../store';
import type { Basket, Last } from '../model';
import { t } from '../texts';

elsewhere.display = () => {}; // whatever is typed into the second screen sells nothing

function Idle() {
  const now = wall(ui.clock.value);
  return (
    <div class="display-idle" data-test="display-idle">
      <p class="display-shop">{state.till.value?.shop}</p>
      <p class="display-time">{now.slice(11)}</p>
      <p class="display-date">{now.slice(0, 10)}</p>
    </div>
  );
}

function Figure({ label, of: n, test, more = '' }: { label: string; of: number; test: string; more?: string }) {
  return <div class={'display-figure ' + more}><span>{label}</span><Sum of={n} test={test} /></div>;
}

// Line shows the good scanned or changed last.
function Line({ of: b }: { of: Basket }) {
  const l = b.lines.find((x) => x.line === b.touched) ?? b.lines[b.lines.length - 1];
  const rounded = cents(l.rounding) ?? 0; // that is the whole basket's
  const off = (cents(l.line_discount) ?? 0) + (cents(l.ticket_discount) ?? 0) - rounded;
  return (
    <div class="display-line" data-test="display-line">
      <p class="display-name" data-test="display-name">{l.name}</p>
      <div class="display-row">
        <p class="display-how">{quantity(l.quantity) + ' ' + l.unit + ' \u00d7 ' + money(l.unit_price)}{off > 0 && <span class="display-off">{t('display.off') + ' \u2212' + money(off)}</span>}</p>
        <Sum of={(cents(l.total) ?? 0) + rounded} more="display-sum" test="display-sum" />
      </div>
    </div>
  );
}

function Buying({ of: b }: { of: Basket }) {
  const total = cents(b.due ?? b.total) ?? 0;
  const paid = (b.tenders ?? []).reduce((n, x) => n + (cents(x.amount) ?? 0), 0);
  const rounded = cents(b.rounding) ?? 0;
  const off = (cents(b.discount) ?? 0) - rounded;
  return (
    <>
      <Line of={b} />
      <div class="display-foot">
        <div class="display-facts">
          <span>{t('display.lines', { count: b.lines.length })}</span>
          {b.buyer && <span>{t('display.card', { percent: percent(b.buyer.percent) })}</span>}
          {off > 0 && <span>{t('display.saved', { amount: money(off) })}</span>}
          {rounded > 0 && <span data-test="display-rounding">{t('side.rounding') + ' \u2212' + money(rounded)}</span>}
        </div>
        {b.return && <Figure label={t('return.goods')} of={cents(b.return.total) ?? 0} test="display-return" />}
        <Figure label={t(total < 0 ? 'display.back' : 'display.total')} of={Math.abs(total)} test="display-total" more={paid > 0 ? '' : 'is-total'} />
        {paid > 0 && <Figure label={t('display.paid')} of={paid} test="display-paid" />}
        {paid > 0 && paid < total && <Figure label={t('display.missing')} of={total - paid} test="display-missing" more="is-total" />}
        {paid > 0 && paid >= total && <Figure label={t('display.change')} of={paid - total} test="display-change" more="is-total" />}
      </div>
    </>
  );
}

// Returning is what the buyer gets back so far.
function Returning({ of: b }: { of: Basket }) {
  const due = cents(b.due ?? '0') ?? 0;
  return (
    <div class="display-paid">
      <p class="display-thanks"><Icon name="undo" more="is-huge" />{t('return.title')}</p>
      <div class="display-foot"><Figure label={t(due > 0 ? 'display.total' : 'display.back')} of={Math.abs(due)} test="display-back" more="is-total" /></div>
    </div>
  );
}

// Once is what may be shown once: it is fetched for the sale just made, held by this page alone, and gone with the next.
interface Once { bill: string; lottery: string; qr: string[] }

const once = signal<Once | null>(null);

async function fetchOnce(bill: string) {
  try {
    const got = await read<{ lottery: string; qr: string[] }>('/api/receipts/' + encodeURIComponent(bill) + '/once');
    once.value = got && { bill, ...got };
  } catch {
    // another screen has shown it, or it is printed: the paper has it
  }
}

// Modules draws a QR code with the white around it that readers need.
function Modules({ of: rows }: { of: string[] }) {
  const n = rows.length + 2 * QUIET;
  const path = rows.map((row, y) => [...row].map((m, x) => (m === '1' ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')).join('')).join('');
  return <svg viewBox={`0 0 ${n} ${n}`} role="img" aria-label={t('display.qr')} shape-rendering="crispEdges"><path d={path} /></svg>;
}

const QUIET = 4; // modules

function Lottery({ of: l }: { of: Last }) {
  useEffect(() => {
    if (l.once && once.peek()?.bill !== l.bill) void fetchOnce(l.bill);
  }, [l.bill, l.once]);
  const got = once.value;
  if (!got || got.bill !== l.bill) return null;
  return (
    <div class="display-lottery" data-test="display-lottery">
      {got.qr.length > 0 && <Modules of={got.qr} />}
      {got.lottery && <p><span>{t('display.lottery')}</span><strong>{got.lottery}</strong></p>}
    </div>
  );
}

// Paid ends with the cash to be handed back; where there is none, with what was paid.
function Paid({ of: l }: { of: Last }) {
  const change = cents(l.change) ?? 0;
  const back = cents(l.back ?? '0') ?? 0;
  if (back) {
    return (
      <div class="display-paid" data-test="display-after">
        <p class="display-thanks"><Icon name="check" more="is-huge" />{t('display.thanks')}</p>
        <div class="display-foot"><Figure label={t('display.returned')} of={back} test="display-given" more="is-total" /></div>
      </div>
    );
  }
  return (
    <div class="display-paid" data-test="display-after">
      <p class="display-thanks"><Icon name="check" more="is-huge" />{t('display.thanks')}</p>
      <Lottery of={l} />
      <div class="display-foot">
        {change > 0 && <Figure label={t('display.total')} of={cents(l.total) ?? 0} test="display-total" />}
        <Figure label={t('display.given')} of={cents(l.given) ?? 0} test="display-given" more={change ? '' : 'is-total'} />
        {change > 0 && <Figure label={t('display.change')} of={change} test="display-change" more="is-total" />}
      </div>
    </div>
  );
}

export function Display() {
  const b = state.basket.value;
  const l = state.last.value;
  const over = !l?.current;
  useEffect(() => {
    if (over) once.value = null;
  }, [over]);
  const open = b && b.lines.length > 0;
  return (
    <main class="display" data-test="stage" data-page="display">
      <h1 class="unseen">{state.till.value?.shop}</h1>
      {b?.return && !open ? <Returning of={b} /> : open ? <Buying of={b} /> : l?.current ? <Paid of={l} /> : <Idle />}
    </main>
  );
}
