// E-barimts: how the tax office's service is, what a person has to decide, what is issued and not on paper, and what waits.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Button, Pane, reveal } from '../../kit/pieces';
import { minute, money } from '../../kit/format';
import { perform, reprint } from '../actions';
import { post, read } from '../api';
import { alone } from '../keys';
import { fail } from '../notices';
import { ask } from '../prompts';
import { back } from '../route';
import { busy, has, state } from '../store';
import type { FiscalItem } from '../model';
import { tell } from '../told';
import { t, tOf } from '../texts';

const spot = signal(0); // the row chosen
const sending = signal(false);

// rows are what a person can do something about, in the order in which they stand there.
const rows = () => [...state.fiscal.value.decide, ...state.fiscal.value.unprinted];

const place = () => Math.min(spot.value, Math.max(0, rows().length - 1));

async function send() {
  if (sending.value || !state.fiscal.value.on) return;
  sending.value = true;
  try {
    if (await post('/api/fiscal/send')) tell(t('ebarimt.sent_now'));
  } catch (e) {
    fail(e);
  } finally {
    sending.value = false;
  }
}

// issued asks for the number that the tax office's list shows; a cancellation has none.
async function issued(it: FiscalItem) {
  if (it.job === 'cancel') return void perform('fiscal.resolve', { bill: it.bill, outcome: 'done' });
  const answer = await ask({
    title: t('ebarimt.found'), about: it.bill, text: t('ebarimt.found_text'), yes: t('ebarimt.found_yes'),
    fields: [
      { name: 'number', kind: 'count', label: t('ebarimt.number'), hint: t('ebarimt.number_hint'), test: 'ebarimt-number' },
      { name: 'date', kind: 'code', label: t('ebarimt.date'), value: it.local, test: 'ebarimt-date' },
    ],
  });
  if (answer) void perform('fiscal.resolve', { bill: it.bill, outcome: 'done', number: answer.number.trim(), date: answer.date.trim() });
}

const notIssued = (it: FiscalItem) => void perform('fiscal.resolve', { bill: it.bill, outcome: 'not_done' });

const repeat = (it: FiscalItem) => void perform('fiscal.repeat', { bill: it.bill });

// unknown reports whether it was refused because the tax office does not know the business that bought.
const unknown = (it: FiscalItem) => it.code === 'fiscal.customer';

// mend asks for the right number of the business that bought; one that is refused comes back as it was typed.
async function mend(it: FiscalItem) {
  let register = '';
  try {
    register = (await read<{ register: string }>('/api/receipts/' + it.bill + '/fiscal'))?.register ?? '';
  } catch (e) {
    fail(e);
  }
  for (;;) {
    const answer = await ask({
      title: t('ebarimt.mend_title'), about: it.bill, text: t('ebarimt.mend_text'), yes: t('ebarimt.repeat'),
      fields: [{ name: 'register', kind: 'text', label: t('pay.register'), hint: t('pay.register_hint'), value: register, test: 'ebarimt-register' }],
    });
    if (!answer) return;
    register = answer.register.trim();
    if ((await lookedUp(register)) && (await perform('fiscal.repeat', { bill: it.bill, register }))) return;
  }
}

// lookedUp has posd ask who that is, so that a number which is wrong again is refused at once; false: it is no number at all.
async function lookedUp(register: string) {
  try {
    await read('/api/businesses/' + encodeURIComponent(register));
    return true;
  } catch (e) {
    fail(e);
    return false;
  }
}

async function asPerson(it: FiscalItem) {
  if (await ask({ title: t('ebarimt.person_title'), about: it.bill, text: t('ebarimt.person_text'), yes: t('ebarimt.repeat') })) void perform('fiscal.repeat', { bill: it.bill, person: true });
}

async function drop(it: FiscalItem) {
  const answer = await ask({ title: t('ebarimt.drop'), about: it.bill, text: t('ebarimt.drop_text'), yes: t('ebarimt.drop_yes'), loss: true, fields: [{ name: 'reason', kind: 'text', label: t('reason.label'), test: 'reason' }] });
  if (answer) void perform('fiscal.drop', { bill: it.bill, reason: answer.reason });
}

interface Way { test: string; cap: string; label: string; kind: string; right?: string; act: () => void }

// waysOf lists what can be done about an item; the first is what Enter does.
function waysOf(it: FiscalItem): Way[] {
  if (it.result === 'refused') return [
    ...(unknown(it) ? [
      { test: 'ebarimt-mend', cap: 'Enter', label: t('ebarimt.mend'), kind: 'fiscal.repeat', right: 'fiscal', act: () => void mend(it) },
      { test: 'ebarimt-person', cap: '2', label: t('ebarimt.person'), kind: 'fiscal.repeat', right: 'fiscal', act: () => void asPerson(it) },
    ] : []),
    { test: 'ebarimt-repeat', cap: unknown(it) ? '3' : 'Enter', label: t('ebarimt.repeat'), kind: 'fiscal.repeat', right: 'fiscal', act: () => repeat(it) },
    { test: 'ebarimt-drop', cap: 'Del', label: t('ebarimt.drop_yes'), kind: 'fiscal.drop', right: 'fiscal', act: () => void drop(it) },
  ];
  if (it.result === 'uncertain') {
    const cancel = it.job === 'cancel';
    return [
      { test: 'ebarimt-issued', cap: '1', label: t(cancel ? 'ebarimt.was_cancelled' : 'ebarimt.was_issued'), kind: 'fiscal.resolve', right: 'fiscal', act: () => void issued(it) },
      { test: 'ebarimt-not', cap: '2', label: t(cancel ? 'ebarimt.not_cancelled' : 'ebarimt.not_issued'), kind: 'fiscal.resolve', right: 'fiscal', act: () => notIssued(it) },
    ];
  }
  if (it.held) return [{ test: 'ebarimt-slip', cap: 'Enter', label: t('ebarimt.slip'), kind: 'fiscal.slip', act: () => void perform('fiscal.slip', { bill: it.bill }) }];
  const anew = { test: 'ebarimt-anew', label: t('ebarimt.anew'), kind: 'fiscal.anew', right: 'reprint', act: () => void perform('fiscal.anew', { bill: it.bill }) };
  const copy = { test: 'ebarimt-copy', label: t('receipts.reprint'), kind: 'receipt.reprint', right: 'reprint', act: () => void reprint(it.bill) };
  const [one, two] = !it.lottery || state.fiscal.value.reissue === 'copy' ? [copy, anew] : [anew, copy];
  return [{ ...one, cap: 'Enter' }, { ...two, cap: '2' }];
}

// Evidence is what is known of a request of which nobody knows the end.
function evidence(it: FiscalItem) {
  if (it.before === null || it.after === null) return t('ebarimt.no_evidence');
  const gone = it.before - it.after;
  return t(gone > 0 ? 'ebarimt.gone' : 'ebarimt.same', { before: it.before, after: it.after });
}

function Why({ of: it }: { of: FiscalItem }) {
  const figures = it.expected ? t('ebarimt.figures', { expected: money(it.expected, true), given: money(it.given, true) }) : '';
  return (
    <>
      {it.place && <span data-test="ebarimt-from">{t('ebarimt.from', { place: it.place, bill: it.return ?? '' })}</span>}
      {unknown(it) && <span data-test="ebarimt-unknown">{t('ebarimt.customer')}</span>}
      {it.message && <span class="ebarimt-said" data-test="ebarimt-said">{'\u00ab' + it.message + '\u00bb'}</span>}
      {figures && <span data-test="ebarimt-figures">{figures}</span>}
      {it.result === 'uncertain' && <span data-test="ebarimt-evidence">{evidence(it)}</span>}
      {it.result === 'issued' && <span>{t(!it.lottery ? (it.held ? 'ebarimt.held_qr' : 'ebarimt.lost_qr') : it.held ? 'ebarimt.held' : 'ebarimt.lost')}</span>}
    </>
  );
}

function Row({ of: it, current, i }: { of: FiscalItem; current: boolean; i: number }) {
  return (
    <li class={'unprinted ebarimt-row' + (current ? ' is-current' : '')} data-test="ebarimt" data-bill={it.bill} data-result={it.result} onClick={() => (spot.value = i)}>
      <Icon name={it.result === 'issued' ? 'printer' : 'warning'} more="is-large" />
      <span class="unprinted-bill">
        <strong>{it.bill + ' \u00b7 ' + tOf('ebarimt.job.', it.job)}</strong>
        <span>{tOf('ebarimt.result.', it.result) + ' \u00b7 ' + minute(it.local)}</span>
        <Why of={it} />
      </span>
      <span class="ebarimt-ways">
        {waysOf(it).map((w) => <Button key={w.test} label={w.label} cap={current ? w.cap : undefined} test={w.test} press={w.act} busy={busy(w.kind)} approve={Boolean(w.right) && !has(w.right!)} />)}
      </span>
    </li>
  );
}

function Fact({ label, test, tone, children }: { label: string; test: string; tone: boolean; children: string }) {
  return <div class={'ebarimt-fact' + (tone ? ' is-alert' : '')}><dt>{label}</dt><dd data-test={test}>{children}</dd></div>;
}

function Facts() {
  const f = state.fiscal.value;
  return (
    <dl class="ebarimt-facts">
      <Fact label={t('ebarimt.service')} test="ebarimt-service" tone={f.away}>{t(f.away ? 'ebarimt.away' : 'ebarimt.there')}</Fact>
      <Fact label={t('ebarimt.left')} test="ebarimt-left" tone={false}>{f.left === null ? t('ebarimt.unknown') : String(f.left)}</Fact>
      <Fact label={t('ebarimt.sent')} test="ebarimt-sent" tone={false}>{f.sent ? minute(f.sent) : t('ebarimt.unknown')}</Fact>
      <Fact label={t('ebarimt.oldest')} test="ebarimt-oldest" tone={f.oldest >= 48}>{f.oldest ? t('ebarimt.hours', { hours: f.oldest }) : t('ebarimt.none_waits')}</Fact>
    </dl>
  );
}

function Waiting() {
  const f = state.fiscal.value;
  if (!f.waits) return null;
  const some = f.waiting.slice(0, 6).map((w) => w.bill + (w.place ? ' (' + w.place + ')' : ''));
  return <p class="remark" data-test="ebarimt-waiting">{t('ebarimt.waiting', { count: f.waits }) + ' ' + some.join(', ') + (f.waits > some.length ? ' \u2026' : '')}</p>;
}

export function Ebarimt() {
  const list = rows();
  useLayoutEffect(() => void (spot.value = 0), []);
  useLayoutEffect(() => reveal(() => document.querySelector('.ebarimt-row.is-current')), [spot.value, list.length]);
  const on = state.fiscal.value.on;
  return (
    <Pane title={t('ebarimt.title')} back={back} backLabel={t('do.back')}>
      {!on && <p class="none"><Icon name="info" />{t('ebarimt.off')}</p>}
      {on && <>
        <div class="ebarimt-head"><Facts /><Button label={t('ebarimt.send')} cap="F7" icon="cloud" test="ebarimt-send" press={() => void send()} busy={sending.value} /></div>
        <Waiting />
        <p class="lead">{t(list.length ? 'ebarimt.decide' : 'ebarimt.nothing')}</p>
        {list.length > 0 && <ul class="unprinted-list" data-scrolls tabIndex={0} aria-label={t('ebarimt.title')}>{list.map((it, i) => <Row key={it.bill + it.job + it.result} of={it} current={i === place()} i={i} />)}</ul>}
      </>}
    </Pane>
  );
}

export function ebarimtKey(key: string) {
  const it = rows()[place()];
  const way = it && waysOf(it).find((w) => w.cap === (key === 'Delete' ? 'Del' : key));
  if (key === 'ArrowDown') spot.value = Math.min(rows().length - 1, place() + 1);
  else if (key === 'ArrowUp') spot.value = Math.max(0, place() - 1);
  else if (key === 'F7') void send();
  else if (key === 'Escape') back();
  else if (way && !busy(way.kind)) /^\d$/.test(key) ? alone(way.act) : way.act(); // a scanned code decides nothing
  else return false;
  return true;
}
