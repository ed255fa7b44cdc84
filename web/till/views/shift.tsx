// The shift: opening with the float, its figures, the count of the drawer, closing.
//
// Whether the count is blind is the setting's to say, and posd then leaves the sums out. Hiding only one of them here would
// hide nothing: the others add up to it.

import { effect, signal, untracked } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Field, focused, optionsOf } from '../../kit/field';
import { Icon, type IconName } from '../../kit/icons';
import { Button, Pane } from '../../kit/pieces';
import { cents, minute, money, number } from '../../kit/format';
import { Refused, read } from '../api';
import { logout, moveCash, openDrawer, perform } from '../actions';
import { fail, refuse } from '../notices';
import { ask } from '../prompts';
import { KEYS } from '../keymap';
import { alone } from '../keys';
import { back, go } from '../route';
import { busy, has, state } from '../store';
import * as tally from '../tally';
import type { Report } from '../model';
import { printerWaits } from './strip';
import { wayName } from '../ways';
import { t } from '../texts';
import * as sound from '../../kit/sound';

const NOTES = [20000, 10000, 5000, 1000, 500, 100, 50, 20, 10, 5, 1];

// notes are the lines of a count.
const notes = () => state.till.value?.count_notes ?? NOTES;

const floatText = signal('');
const xReport = signal<Report | null>(null);
const asked = signal(false); // what there is to tell of the open shift has come, or will not
const zReport = signal<Report | null>(null); // of the shift just closed
const at = signal({ i: 0, hops: 1 });

// float is what has been typed as the first cash, in möngö; null where it is no amount.
export const float = () => (floatText.value ? cents(floatText.value) : 0);

// opening reports whether the screen asks for a shift to be opened.
export const opening = () => !state.shift.value && !zReport.value;

// closed reports whether the screen shows the shift that has just been closed.
export const closed = () => Boolean(zReport.value);

export async function open() {
  if (float() === null || busy('shift.open')) return sound.attention();
  const answer = await perform('shift.open', { float: floatText.value.replace(',', '.') || '0' });
  if (!answer) return;
  floatText.value = '';
  back();
}

function Open() {
  return (
    <Pane title={t('shift.none')} more="is-form">
      <p class="lead">{t('shift.hello', { name: state.seller.value?.name ?? '' })}</p>
      <Field kind="amount" label={t('shift.float')} hint="0" suffix={'\u20ae'} value={floatText.value} enter={open} test="float" focus="float" big set={(v) => (floatText.value = v)} />
      <div class="row">
        <Button label={t('menu.logout')} cap={KEYS.close.cap} test="logout" press={logout} />
        {before() > 0 && <Button label={t('z.before', { number: before() })} cap={KEYS.again.cap} test="z-before" press={() => lookBack(before())} />}
      </div>
    </Pane>
  );
}

// sees reports whether the X report may be asked for: where the drawer is counted blind, it needs a right.
const sees = () => !state.till.value?.blind || has('cash.see') || has('report.x');

// over reports whether posd refused because no shift is open: it has closed one whose end has not come here yet.
const over = (e: unknown) => e instanceof Refused && e.code === 'shift.none';

async function load() {
  if (!sees()) return void (xReport.value = null);
  try {
    xReport.value = (await read<Report>('/api/reports/x')) ?? xReport.value; // where nobody answers the figures stay, and move nothing when they come
  } catch (e) {
    if (state.shift.value && !over(e)) fail(e); // else it was closed meanwhile
  } finally {
    asked.value = true;
  }
}

// counted is the sum of what has been typed.
export const counted = () => notes().reduce((n, note) => n + note * 100 * Number(tally.pieces()[note] || 0), 0);

export async function count() {
  if (busy('shift.count')) return;
  if (!(await ask({ title: t('count.sure', { amount: money(counted()) }), text: t('count.final'), yes: t('count.yes') }))) return;
  const all: Record<string, number> = {};
  for (const note of notes()) all[note] = Number(tally.pieces()[note] || 0);
  if (await perform('shift.count', { notes: all }, tally.id())) go('shift');
}

export async function close() {
  const shift = state.shift.value;
  if (busy('shift.close') || !shift) return;
  const parked = state.baskets.value.filter((b) => b.lines).length;
  const text = [!shift.counted && t('close.uncounted'), parked && t('close.parked', { count: parked })].filter(Boolean).join(' ');
  if (!(await ask({ title: t('close.title', { number: shift.number }), text, yes: t('close.yes') }))) return;
  if (await perform('shift.close')) await lookBack(shift.number);
}

// lookBack shows the Z report of a closed shift; also later, when the screen that closed it has gone.
async function lookBack(shift: number) {
  try {
    zReport.value = await read<Report>('/api/reports/z/' + shift);
  } catch (e) {
    fail(e);
  }
}

// before is the shift closed last, 0 where there has been none.
const before = () => state.till.value?.last_shift ?? 0;

function Figure({ of, label, more = '', children }: { of?: string; label: string; more?: string; children: ComponentChildren }) {
  return <div class={'figure ' + more} data-test={of && 'figure-' + of}><dt>{label}</dt><dd>{children}</dd></div>;
}

// Difference is how the count differs from what should be there, in the paper's words.
function Difference({ off }: { off: string }) {
  const n = cents(off) ?? 0;
  const label = n < 0 ? t('report.short') : n > 0 ? t('report.over') : t('report.difference');
  return <Figure of="difference" label={label} more={'is-strong' + (n < 0 ? ' is-loss' : n > 0 ? ' is-over' : '')}>{money(off)}</Figure>;
}

// Figures is a report, as far as posd tells it.
function Figures({ of: r }: { of: Report }) {
  return (
    <div class="report">
      <dl class="figures">
        <Figure of="opened" label={t('report.opened')}>{minute(r.opened_at) + ' \u00b7 ' + (r.opened_name ?? r.opened_by)}</Figure>
        {r.closed_at && <Figure of="closed" label={t('report.closed')}>{minute(r.closed_at) + ' \u00b7 ' + (r.closed_name ?? r.closed_by)}</Figure>}
        <Figure of="bills" label={t('report.bills')}>{r.bills}</Figure>
        {r.total !== undefined && <Figure of="total" label={t('report.total')} more="is-strong">{money(r.total)}</Figure>}
        {Boolean(r.returns) && <Figure of="returns" label={t('report.returns')}>{[r.returns, r.returned && '\u2212' + money(r.returned.total)].filter(Boolean).join(' \u00b7 ')}</Figure>}
        {r.discount !== undefined && <Figure of="discount" label={t('report.discount')}>{money((cents(r.discount) ?? 0) - (cents(r.rounding ?? '0') ?? 0))}</Figure>}
        {Boolean(cents(r.rounding ?? '0')) && <Figure of="rounding" label={t('side.rounding')}>{money(r.rounding!)}</Figure>}
        {r.vat !== undefined && <Figure of="vat" label={t('report.vat')}>{money(r.vat, true)}</Figure>}
        {r.city_tax !== undefined && <Figure of="city_tax" label={t('report.city_tax')}>{money(r.city_tax, true)}</Figure>}
        <Figure of="removed" label={t('report.removed')}>{r.removed + ' \u00b7 ' + money(r.removed_amount)}</Figure>
        <Figure of="copies" label={t('report.copies')}>{r.copies}</Figure>
        <Figure of="overrides" label={t('report.overrides')}>{r.overrides}</Figure>
      </dl>
      <dl class="figures">
        {(r.tenders ?? []).map((x) => <Figure key={x.kind} of={'paid-' + x.kind} label={(x.name || wayName(x.kind)) + ' \u00d7 ' + x.count}>{money(x.amount)}</Figure>)}
        {(r.returned?.tenders ?? []).map((x) => <Figure key={x.kind} of={'back-' + x.kind} label={t('report.back', { way: x.name || wayName(x.kind), count: x.count })}>{'\u2212' + money(x.amount)}</Figure>)}
        <Figure of="float" label={t('report.float')}>{money(r.float)}</Figure>
        <Figure of="cash_in" label={t('report.cash_in')}>{money(r.cash_in)}</Figure>
        <Figure of="cash_out" label={t('report.cash_out')}>{money(r.cash_out)}</Figure>
        <Figure of="drawer_opened" label={t('report.drawer_opened')}>{r.drawer_opened}</Figure>
        {r.expected !== undefined && <Figure of="expected" label={t('report.expected')}>{money(r.expected)}</Figure>}
        {r.counted && <Figure of="counted" label={t('report.counted')}>{money(r.counted)}</Figure>}
        {r.difference && <Difference off={r.difference} />}
      </dl>
    </div>
  );
}

const ours = signal(0); // request of the report that was printed from here

async function print(shift: number) {
  if (await perform('report.print', { shift })) ours.value = state.paper.value?.asked ?? 0;
}

// A report that has not come out is told wherever one is by then.
effect(() => {
  const p = state.paper.value;
  if (!p || p.asked !== ours.value || ['printing', 'done', 'cancelled'].includes(p.print)) return;
  untracked(() => refuse({ code: 'report.unprinted', text: t('report.unprinted', { report: p.title.slice(0, 1) }), hint: t('report.unprinted_hint'), severity: 'warning' }));
});

type Kind = 'X' | 'Z';

// stuck is the report printed from here that waits for the printer, null where none of the kind does.
function stuck(kind: Kind) {
  const p = state.paper.value;
  return p && p.asked === ours.value && p.print === 'printing' && p.title.startsWith(kind) && printerWaits(state.printer.value) ? p : null;
}

// giveUp takes back a report that waits: it can be printed again at any time.
function giveUp(kind: Kind) {
  const p = stuck(kind);
  if (p && !busy('print.cancel')) void perform('print.cancel', { bill: p.title });
}

// Printing is the button that puts a report on paper; in its place is the way back while it waits for the printer.
function Printing({ kind, shift }: { kind: Kind; shift: number }) {
  if (stuck(kind)) return <Button label={t('report.drop')} cap="Del" test="print-cancel" press={() => giveUp(kind)} busy={busy('print.cancel')} />;
  const [label, test] = kind === 'X' ? [t('x.print'), 'x-print'] : [t('z.print'), 'z-print'];
  return <Button label={label} cap={PRINT} test={test} icon="printer" press={() => print(shift)} off={!state.printer.value.fitted} busy={busy('report.print')} />;
}

// printed says how a report's paper stands: tone, icon, word.
function printed(print: string): [string, IconName, string] {
  if (print === 'printing') return printerWaits(state.printer.value) ? ['warn', 'warning', t('print.waiting')] : ['calm', 'printer', t('print.printing')];
  return print === 'done' ? ['good', 'check', t('report.printed')] : ['warn', 'warning', t('report.not_printed')];
}

// Printed says what has become of the report printed from here. It stands behind the buttons, which stay where they are.
function Printed() {
  useEffect(() => () => { // who comes back has not just printed
    if (state.paper.peek()?.print === 'done') ours.value = 0;
  }, []);
  const p = state.paper.value;
  if (!p || p.asked !== ours.value) return null;
  const [tone, sign, word] = printed(p.print);
  return <p class={'mark is-' + tone} role="status" data-test="report-printed" data-print={p.print}><Icon name={sign} />{word}</p>;
}

function Closed({ of: z }: { of: Report }) {
  return (
    <Pane title={t('z.title', { number: z.shift })}>
      <Figures of={z} />
      <div class="row"><Printing kind="Z" shift={z.shift} /><Button label={t('z.done')} cap="Enter" kind="primary" test="z-done" press={zDone} /><Printed /></div>
    </Pane>
  );
}

function zDone() {
  zReport.value = null;
  xReport.value = null;
}

function NoteField({ note, i }: { note: number; i: number }) {
  const typed = tally.pieces()[note] ?? '';
  const pieces = Number(typed || 0);
  return (
    <div class="note"><Field kind="count" label={number(note * 100) + ' \u00d7'} hint="0" value={typed} most={6} test={'count-' + note} focus={at.value.i === i && 'count' + at.value.hops}
      set={(v) => tally.write(note, v)}
      enter={() => (i === notes().length - 1 ? count() : hop(i + 1))} />
      <span class="note-sum">{pieces ? money(pieces * note * 100) : ''}</span></div>
  );
}

export function Count() {
  return (
    <Pane title={t('count.title')} back={leaveCount} backLabel={t('do.back')}>
      <div class="counts">{notes().map((note, i) => <NoteField key={note} note={note} i={i} />)}</div>
      <p class="remark" data-test="count-final">{t('count.final')}</p>
    </Pane>
  );
}

const hop = (i: number) => void (at.value = { i: Math.min(notes().length - 1, Math.max(0, i)), hops: at.value.hops + 1 });

function here() {
  const el = focused();
  const i = el ? notes().findIndex((note) => optionsOf(el).test === 'count-' + note) : -1;
  return i < 0 ? at.value.i : i;
}

export function startCount() {
  go('count');
  hop(0);
}

const leaveCount = () => go('shift');

function Current() {
  const s = state.shift.value!;
  const seq = state.seq.value;
  const parked = state.baskets.value.filter((b) => b.lines).length;
  useEffect(() => void load(), [seq]);
  return (
    <Pane title={t('x.title', { number: s.number, day: s.day })} back={back} backLabel={t('do.back')}>
      {xReport.value && <Figures of={xReport.value} />}
      {!sees() && <p class="lead" data-test="blind">{t('report.blind_x')}</p>}
      {s.counted && <p class="remark is-warn" data-test="count-made">{t('count.made')}</p>}
      {parked > 0 && <p class="remark" data-test="parked">{t('close.parked', { count: parked })}</p>}
      {(asked.value || !sees()) && <div class="shift-acts">{/* not sooner: the figures would move them under a finger */}
        {s.counted && <Button label={t('count.again')} cap="1" test="count-open" press={startCount} approve={!has('shift.recount')} />}
        <Button label={t('cash.in')} cap="2" test="cash-in" press={() => moveCash('cash.in')} approve={!has('cash.in')} />
        <Button label={t('cash.out')} cap="3" test="cash-out" press={() => moveCash('cash.out')} approve={!has('cash.out')} />
        <Button label={t('drawer.open')} cap="4" test="drawer" press={openDrawer} approve={!has('drawer.open')} off={!state.printer.value.fitted} />
        {sees() && <Printing kind="X" shift={s.number} />}
        {!s.counted && <Button label={t('close.open')} cap={KEYS.close.cap} test="shift-close" press={close} busy={busy('shift.close')} />}
        {sees() && <Printed />}
      </div>}
    </Pane>
  );
}

export function Shift() {
  if (zReport.value) return <Closed of={zReport.value} />;
  return state.shift.value ? <Current /> : <Open />;
}

export function countKey(key: string) {
  if (key === 'ArrowDown') hop(here() + 1);
  else if (key === 'ArrowUp') hop(here() - 1);
  else if (key === 'Enter' || key === KEYS.pay.key) count();
  else if (key === 'Escape') leaveCount();
  else return false;
  return true;
}

// ACTS are the keys of the shift's page, none of them the first of a scan.
const PRINT = '5';
const ACTS: Record<string, () => unknown> = {
  1: () => state.shift.value?.counted && startCount(),
  2: () => moveCash('cash.in'),
  3: () => moveCash('cash.out'),
  4: () => state.printer.value.fitted && openDrawer(),
  [PRINT]: () => sees() && printable(state.shift.value!.number),
};

const printable = (shift: number) => state.printer.value.fitted && !busy('report.print') && print(shift);

export function shiftKey(key: string) {
  const z = zReport.value;
  const kind = z ? 'Z' : 'X';
  if (key === 'Delete' && stuck(kind)) {
    giveUp(kind);
    return true;
  }
  if (z) {
    if (key === PRINT) alone(() => printable(z.shift));
    else if (key === 'Enter' || key === 'Escape') zDone();
    else return false;
    return true;
  }
  if (!state.shift.value) {
    if (key === 'Enter') open();
    else if (key === KEYS.close.key) logout();
    else if (key === KEYS.again.key && before()) lookBack(before());
    else return false;
    return true;
  }
  if (key === 'Enter') state.shift.value.counted ? close() : startCount();
  else if (key === KEYS.close.key) close();
  else if (key === 'Escape') back();
  else if (key in ACTS) alone(ACTS[key]);
  else return false;
  return true;
}
