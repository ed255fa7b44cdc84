// The right third: the total, then what the moment needs, then the keypad.

import { computed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Keypad } from '../../kit/board';
import { Icon, type IconName } from '../../kit/icons';
import { Button, Sum } from '../../kit/pieces';
import { cents, money, percent, wall } from '../../kit/format';
import { perform, reprint } from '../actions';
import { KEYS } from '../keymap';
import { press } from '../keys';
import { nameOf } from './buyer';
import { top } from '../prompts';
import { Forward, way } from '../owner/way';
import { go, keeping, page } from '../route';
import { busy, carded, empty, state, ui } from '../store';
import { exactCash, finish, next, reckon, start } from './pay';
import { dueBack, finishReturn } from './return';
import { close, closed, count, counted, float, open, opening, startCount } from './shift';
import { printerWaits } from './strip';
import type { Last, TenderKind, TicketDiscount } from '../model';
import { tell } from '../told';
import { wayName } from '../ways';
import { t, tOf } from '../texts';

// wide says how many figures an amount has, so that the largest type that fits is chosen.
const wide = (n: number) => 'is-w' + Math.min(12, Math.max(5, String(Math.floor(Math.abs(n) / 100)).length + (n % 100 ? 3 : 0)));

function Total({ label, of: n, test }: { label: string; of: number; test: string }) {
  return <div class="total"><span class="total-label">{label}</span><Sum of={n} more={'total-sum ' + wide(n)} test={test} /></div>;
}

function Fact({ label, test, more = '', children }: { label: string; test: string; more?: string; children: ComponentChildren }) {
  return <div class={'fact ' + more}><dt>{label}</dt><dd data-test={test}>{children}</dd></div>;
}

// Words is what a fact needs said; its label is for those who listen.
function Words({ label, test, children }: { label: string; test: string; children: ComponentChildren }) {
  return <div class="facts-words"><dt class="unseen">{label}</dt><dd data-test={test}>{children}</dd></div>;
}

// sizeOf writes how much a discount is, as it was given.
const sizeOf = (d: TicketDiscount) => (cents(d.percent ?? '') ? percent(d.percent!) : money(d.amount ?? '0'));

// Rounded is what nobody gave: it brings what is paid, or goes back, to a note.
function Rounded({ off: n }: { off: number }) {
  return n ? <Fact label={t('side.rounding')} test="rounding" more="is-off">{(n > 0 ? '\u2212' : '+') + money(Math.abs(n))}</Fact> : null;
}

function Facts() {
  const b = state.basket.value;
  if (!b) return <dl class="facts" />;
  const rounded = cents(b.rounding) ?? 0;
  const off = (cents(b.discount) ?? 0) - rounded;
  const d = b.ticket_discount;
  const size = d ? sizeOf(d) : '';
  return (
    <dl class="facts">
      {b.register && <Fact label={nameOf(b.register) || t('side.business')} test="register-side" more="is-buyer">{b.register}</Fact>}
      {b.buyer && <Fact label={b.buyer.name} test="buyer" more="is-buyer">{cents(b.buyer.percent) ? percent(b.buyer.percent) : ''}</Fact>}
      {b.buyer && d && !carded() && (cents(b.buyer.percent) ?? 0) > 0 && <Words label={b.buyer.name} test="card-unused">{t('side.card_unused', { card: percent(b.buyer.percent), by: size })}</Words>}
      {off + rounded > 0 && <Fact label={t('side.gross')} test="gross">{money(b.gross)}</Fact>}
      {off > 0 && <Fact label={t('side.discount')} test="discount-sum" more="is-off">{'\u2212' + money(off)}</Fact>}
      {carded() && b.hand_discount && <Words label={t('side.discount')} test="hand-unused">{t('side.hand_unused', { size: sizeOf(b.hand_discount), card: size })}</Words>}
      {d && !(carded() && b.hand_discount) && <Words label={t('side.discount')} test="ticket-discount">{carded() ? t('side.by_card', { percent: size }) : [t('side.by_hand', { size }), d.reason].filter(Boolean).join(' \u00b7 ')}</Words>}
      <Rounded off={rounded} />
      <Fact label={t('side.lines')} test="line-count" more="is-part">{b.lines.length}</Fact>
      {(cents(b.vat) ?? 0) > 0 && <Fact label={t('side.vat')} test="vat" more="is-part">{money(b.vat, true)}</Fact>}
      {(cents(b.city_tax) ?? 0) > 0 && <Fact label={t('side.city')} test="city-tax" more="is-part">{money(b.city_tax, true)}</Fact>}
    </dl>
  );
}

// Go is the way to payment; it is drawn again only when there begins to be something to pay.
function Go() {
  return <Button label={t(KEYS.pay.text)} cap={KEYS.pay.cap} kind="primary" more="is-way" test="pay" press={start} off={empty.value || Boolean(top())} />;
}

// Due is what the buyer pays; where goods that come back are worth more, what goes back to the buyer.
function Due() {
  const b = state.basket.value;
  const n = cents(b?.due ?? b?.total ?? '0') ?? 0;
  return n < 0 || (b?.return && !b.lines.length) ? <Total label={t('return.back')} of={-n} test="back-sum" /> : <Total label={t('side.total')} of={n} test="total" />;
}

// returning is read in place of the basket, which each scan changes: Selling itself is not drawn again by one.
const returning = computed(() => Boolean(state.basket.value?.return));

function Selling() {
  if (returning.value) return <Returning />;
  return <><Due /><Facts /><Go /></>;
}

// Returning is what comes back, what is new, and which way the money goes.
function Returning() {
  const b = state.basket.value;
  const r = b?.return;
  if (!b || !r) return <Clock />;
  const n = dueBack();
  const rounded = cents(b.rounding) ?? 0;
  const kept = cents(r.rounding) ?? 0;
  const goods = (cents(r.total) ?? 0) + kept;
  return (
    <>
      <Due />
      <dl class="facts">
        <Fact label={t('return.goods')} test="return-total" more="is-off">{(goods ? '\u2212' : '') + money(goods)}</Fact>
        <Words label={t('return.title')} test="return-count">{t('return.lines', { count: r.chosen })}</Words>
        {b.lines.length > 0 && <Fact label={t('return.new')} test="return-new" more="is-off">{money((cents(b.total) ?? 0) + rounded)}</Fact>}
        <Rounded off={rounded - kept} />
      </dl>
      {page() === 'return'
        ? <Button label={t(n > 0 ? KEYS.pay.text : b.lines.length ? 'return.exchange_yes' : 'return.yes')} cap={enter()} kind="primary" more="is-way" test="return-finish" press={finishReturn} off={!r.chosen || Boolean(top())} busy={busy('pay')} />
        : <Button label={t(n > 0 ? KEYS.pay.text : 'return.title')} cap={KEYS.pay.cap} kind="primary" more="is-way" test="pay" press={start} off={Boolean(top())} />}
    </>
  );
}

function Paying() {
  const r = reckon();
  return (
    <>
      <Due />
      <dl class="facts is-large">
        <Fact label={t('side.given')} test="given">{money(r.given)}</Fact>
        {r.over ? null : r.missing > 0 ? <Fact label={t('side.missing')} test="missing" more="is-missing">{money(r.missing)}</Fact>
          : <Fact label={t('side.change')} test="change" more="is-change">{money(r.change)}</Fact>}
      </dl>
      {r.over && <p class="remark is-alert" data-test="pay-over">{t('pay.over')}</p>}
      {r.missing > 0 && <p class="facts-words" data-test="missing-words">{t('pay.short')}</p>}
      <Button label={t(exactCash() ? 'pay.exact' : state.printer.value.fitted ? 'do.print' : 'do.finish')} icon={state.printer.value.fitted ? 'printer' : undefined} cap={next() === 'finish' ? enter() : undefined} kind="primary" more="is-way" test="finish" press={finish} off={!r.enough || empty.value || Boolean(top())} busy={busy('pay')} />
    </>
  );
}

// waits reports whether something keeps the printer from printing.
const waits = () => printerWaits(state.printer.value);

// printed says what became of the receipt: tone, icon, word.
function printed(print: string): [string, IconName, string] {
  if (!state.printer.value.fitted) return ['off', 'printer', t('print.none')];
  if (print === 'printing') return waits() ? ['warn', 'warning', t('print.waiting')] : ['good', 'printer', t('print.printing')];
  if (print === 'done' || print === 'printed') return ['good', 'check', t('print.printed')];
  if (print === 'none') return ['off', 'printer', t('print.unasked')];
  return ['warn', 'warning', tOf('print.', print)];
}

// Handed is the large figure after a sale: the cash to give back; where there is none, what was paid and how.
function Handed({ of: l }: { of: Last }) {
  const change = cents(l.change) ?? 0;
  const back = cents(l.back ?? '0') ?? 0;
  if (back) return <div class="after-change"><span class="total-label">{t('return.given')}</span><Sum of={back} more={'after-sum ' + wide(back)} test="given-back" /></div>;
  const moved = l.tenders.filter((x) => !x.carried);
  const n = change || moved.reduce((sum, x) => sum + (cents(x.amount) ?? 0), 0);
  const how = moved.length > 1 ? t('paid.parts') : t(`paid.${moved[0]?.kind ?? 'cash'}`);
  const label = change ? t('side.change') : how;
  return <div class="after-change"><span class="total-label">{label}</span><Sum of={n} more={'after-sum ' + wide(n)} test={change ? 'change' : 'paid'} /></div>;
}

// parts adds up what was paid each way.
function parts(l: Last) {
  const sums = new Map<TenderKind, number>();
  for (const x of l.tenders) if (!x.carried) sums.set(x.kind, (sums.get(x.kind) ?? 0) + Math.abs(cents(x.amount) ?? 0));
  return [...sums];
}

// settled is how the large figure came about: what was due and given, or the parts. That nothing is handed back is said of
// cash alone.
function settled(l: Last) {
  if (l.return) return returned(l);
  const change = cents(l.change) ?? 0;
  const several = l.tenders.length > 1;
  return [
    change > 0 && <Fact label={t('side.total')} test="last-total">{money(l.total)}</Fact>,
    ...(several ? parted(l, change) : []),
    change > 0 && !several && <Fact label={t('side.given')} test="last-given">{money(l.given)}</Fact>,
    !change && !several && l.tenders[0]?.kind === 'cash' && <Fact label={t('side.change')} test="change">{money(0)}</Fact>,
  ];
}

// returned is how the money of a return went, and in an exchange what the new goods cost.
function returned(l: Last) {
  if (l.return === l.bill) return parted(l);
  const change = cents(l.change) ?? 0;
  return [
    <Fact label={t('return.bill')} test="last-return">{l.return}</Fact>,
    <Fact label={t('return.new')} test="last-total">{money(l.total)}</Fact>,
    change > 0 && <Fact label={t('side.given')} test="last-given">{money(change + parts(l).reduce((n, [, sum]) => n + sum, 0))}</Fact>,
  ];
}

// parted lists the parts as the paper does: of cash what was given, of which change was made.
const parted = (l: Last, change = 0) => parts(l).map(([kind, sum]) => <Fact key={kind} label={wayName(kind)} test="last-part">{money(kind === 'cash' ? sum + change : sum)}</Fact>);

function After() {
  const l = state.last.value!;
  const [tone, sign, word] = printed(l.print);
  const facts = settled(l).filter(Boolean);
  return (
    <div class={'after' + (facts.length > 2 ? ' is-full' : '')} data-test="after">
      <Handed of={l} />
      <dl class="facts">{facts}</dl>
      <p class="after-bill" data-test="last-bill"><Icon name="bill" />{l.bill}</p>
      <p class={'after-print is-' + tone} data-test="last-print"><Icon name={sign} />{word}</p>
      {l.fiscal !== 'none' && <p class={'after-print is-' + (l.fiscal === 'issued' || l.fiscal === 'asked' ? 'good' : 'warn')} data-test="last-fiscal"><Icon name={l.fiscal === 'issued' ? 'check' : l.fiscal === 'asked' ? 'tax' : 'warning'} />{tOf('ebarimt.last.', l.fiscal)}</p>}
      <div class="after-row">
        {l.print === 'printing' && waits()
          ? <Button key="cancel" label={t('receipts.cancel')} cap="Del" test="print-cancel" press={() => perform('print.cancel', { bill: l.bill })} busy={busy('print.cancel')} />
          : <Button key="reprint" label={t(KEYS.again.text)} cap={KEYS.again.cap} test="reprint" press={() => reprint(l.bill)} off={!state.printer.value.fitted || l.print === 'printing'} busy={busy('receipt.reprint')} />}
        <Button label={t(KEYS.look.text)} cap={KEYS.look.cap} test="look" press={() => go('receipts')} />
      </div>
    </div>
  );
}

// afterKey handles the keys of the buttons that stand there after a sale.
export function afterKey(key: string) {
  const l = state.last.value;
  if (!l || !over()) return false;
  const stuck = l.print === 'printing' && waits();
  if (key === KEYS.look.key) go('receipts');
  else if (key === KEYS.again.key && !state.printer.value.fitted) tell(t('print.none'));
  else if (key === KEYS.again.key && state.printer.value.fitted && l.print !== 'printing' && !busy('receipt.reprint')) void reprint(l.bill);
  else if (key === 'Delete' && stuck && !busy('print.cancel')) void perform('print.cancel', { bill: l.bill });
  else return false;
  return true;
}

function Opened() {
  return (
    <>
      <Total label={t('shift.float')} of={float() ?? 0} test="float-sum" />
      <dl class="facts" />
      <Button label={t('shift.open')} cap={enter()} kind="primary" more="is-way" test="shift-open" press={open} off={float() === null} busy={busy('shift.open')} />
    </>
  );
}

function Counting() {
  return (
    <>
      <Total label={t('count.sum')} of={counted()} test="count-sum" />
      <dl class="facts" />
      <Button label={t('count.yes')} cap={KEYS.pay.cap} kind="primary" more="is-way" test="count" press={count} off={Boolean(top())} busy={busy('shift.count')} />
    </>
  );
}

// enter is the key of the way forward: while a question is open Enter answers that, and a button that the arrows have gone to is
// pressed by it.
const enter = () => (top() || ui.aimed.value ? undefined : 'Enter');

// Ending is the way out of a shift: first the count, then the close.
function Ending() {
  const counted = Boolean(state.shift.value?.counted);
  return (
    <>
      {empty.value ? <Clock /> : <><Due /><Facts /></>}
      {counted ? <Button label={t('close.open')} cap={enter()} kind="primary" more="is-way" test="shift-close" press={close} off={Boolean(top())} busy={busy('shift.close')} />
        : <Button label={t('count.open')} cap={enter()} kind="primary" more="is-way" test="count-open" press={startCount} off={Boolean(top())} />}
    </>
  );
}

function Clock() {
  const now = wall(ui.clock.value);
  return (
    <div class="clock"><span class="clock-time">{now.slice(11)}</span><span class="clock-date">{now.slice(0, 10)}</span><span class="clock-shop">{state.till.value?.shop}</span></div>
  );
}

// over reports whether the sale just made is what the right side shows.
const over = () => Boolean(state.last.value?.current) && empty.value;

function Body() {
  const now = page();
  if (now === 'first' && way.value) return <Forward />;
  if (now === 'login' || now === 'first' || now === 'wait' || now === 'lock') return <Clock />;
  if (keeping(now)) return <Forward />;
  if (!state.shift.value) return opening() && now === 'shift' ? <Opened /> : <Clock />;
  if (now === 'pay') return <Paying />;
  if (now === 'return') return state.basket.value?.return ? <Returning /> : <Selling />;
  if (now === 'count') return <Counting />;
  if (now === 'shift') return closed() ? <Clock /> : <Ending />;
  return over() ? <After /> : <Selling />;
}

export function Side() {
  return <aside class="side-pane"><div class="side-top"><Body /></div><Keypad press={press} /></aside>;
}
