// E-barimts: what waits for somebody, with the evidence there is; and what was sold by month and tax class, beside what the
// tax office has of it.

import { useSignal } from '@preact/signals';
import { cents, group, money } from '../../kit/format';
import { Icon, type IconName } from '../../kit/icons';
import { beat } from '../live';
import { useLoad } from '../load';
import type { Page } from '../page';
import { Card, Dialog, Empty, Head, Mark, Waiting, Wrong } from '../pieces';
import { href, place, ask } from '../route';
import { own } from '../session';
import { SpanBar, called, usePoints, useSpan } from '../span';
import { Pick } from '../form';
import { Table, narrow, type Column } from '../table';
import { t, tOf } from '../texts';
import { Export, PrintButton } from './export';

interface Request {
  box: string; seq: number; point: number; bill: string; local: string; hours: number; job: string; total: string; state: string; message: string; expected: string; given: string;
  before: number | null; after: number | null;
}

interface TaxSum { times: number; total: string; vat: string; city_tax: string }
interface ClassOf { class: string; sold: TaxSum; has: TaxSum; missing: TaxSum }
interface Month { month: string; sold: TaxSum; has: TaxSum; missing: TaxSum; classes: ClassOf[] }

const LAW = 72; // hours in which a receipt must be registered

const TONES: Record<string, 'good' | 'warn' | 'loss' | 'calm'> = { uncertain: 'loss', refused: 'loss', waiting: 'warn', sending: 'warn', sent: 'warn', handed: 'warn', issued: 'good' };
const SIGNS: Record<string, IconName> = { uncertain: 'help', refused: 'stop', waiting: 'clock', sending: 'cloud', sent: 'cloud', handed: 'clock', issued: 'check' };

// FiscalState says how an e-barimt stands.
export const FiscalState = ({ of }: { of: string }) => <Mark tone={TONES[of] ?? 'calm'} icon={SIGNS[of]}>{tOf('fiscal.state.', of)}</Mark>;

const late = (r: Request) => r.hours >= LAW;

function Age({ of: r }: { of: Request }) {
  return <span class={r.hours >= LAW * 2 / 3 ? 'age is-late' : 'age'}>{late(r) && <Icon name="warning" />}{t('fiscal.hours', { hours: group(String(r.hours)) })}</span>;
}

// evidence says in a sentence what is known of a request that somebody has to decide.
function evidence(r: Request) {
  if (r.state === 'refused') return r.expected ? t('fiscal.figures', { expected: r.expected, given: r.given }) : r.message;
  if (r.state !== 'uncertain') return '';
  if (r.before === null || r.after === null) return t('fiscal.no_evidence');
  return t(r.after < r.before ? 'fiscal.one_used' : 'fiscal.none_used', { before: group(String(r.before)), after: group(String(r.after)) });
}

// brief is the same as far as it fits into a row.
const brief = (r: Request) => (r.state === 'uncertain' && r.before !== null && r.after !== null ? t('fiscal.lotteries', { before: group(String(r.before)), after: group(String(r.after)) }) : evidence(r));

function One({ of: r, point, close }: { of: Request; point: string; close: () => void }) {
  const [shift, number] = r.bill.split('-').slice(3);
  const facts: [string, string][] = [[t('receipts.point'), point], [t('fiscal.asked'), r.local.slice(0, 16)], [t('fiscal.job'), tOf('fiscal.job.', r.job)], [t('reports.total'), cents(r.total) ? money(r.total) : ''],
    [t('fiscal.words'), r.message], [t('fiscal.expected'), r.expected], [t('fiscal.given'), r.given], [t('fiscal.before'), r.before === null ? '' : group(String(r.before))], [t('fiscal.after'), r.after === null ? '' : group(String(r.after))]];
  return (
    <Dialog title={r.bill} close={close} wide test="fiscal-one">
      <p class="row is-wrap"><FiscalState of={r.state} /><Age of={r} /></p>
      {evidence(r) && <p data-test="fiscal-evidence">{evidence(r)}</p>}
      <dl class="facts">{facts.filter(([, v]) => v).map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <section class="group"><h3>{t('fiscal.todo')}</h3><p>{tOf('fiscal.todo.', r.state)}</p></section>
      <a class="button" href={href('receipts', { from: r.bill.slice(0, 10), to: r.bill.slice(0, 10), point: r.point, shift, number: Number(number) })} data-test="fiscal-receipt"><Icon name="bill" /><span class="button-label">{t('fiscal.see')}</span></a>
    </Dialog>
  );
}

export function Fiscal() {
  const point = Number(place.value.query.point) || 0;
  const points = usePoints();
  const { data, wrong, again } = useLoad<{ requests: Request[]; more: boolean }>(own('/reports/fiscal/open' + (point ? '?point=' + point : '')), beat);
  const shown = useSignal<Request | null>(null);
  const list = data?.requests ?? [];
  const decide = list.filter((r) => r.state === 'uncertain' || r.state === 'refused').length;
  const columns: Column<Request>[] = [
    { id: 'state', title: t('fiscal.state'), width: narrow.value ? 'minmax(0, 1.4fr)' : '150px', text: (r) => tOf('fiscal.state.', r.state), by: (r) => ['uncertain', 'refused', 'waiting', 'sending', 'sent', 'handed'].indexOf(r.state),
      cell: (r) => (narrow.value ? <span class="stacked"><FiscalState of={r.state} /><span class="remark">{called(points, r.point)}</span></span> : <FiscalState of={r.state} />) },
    { id: 'hours', title: t('fiscal.age'), figure: true, width: narrow.value ? '84px' : '96px', text: (r) => t('fiscal.hours', { hours: r.hours }), cell: (r) => <Age of={r} />, by: (r) => r.hours },
    { id: 'bill', title: t('receipts.one'), desk: true, width: '176px', text: (r) => r.bill },
    { id: 'point', title: t('receipts.point'), desk: true, width: 'minmax(0, 1.2fr)', text: (r) => called(points, r.point) },
    { id: 'job', title: t('fiscal.job'), desk: true, width: '100px', text: (r) => tOf('fiscal.job.', r.job) },
    { id: 'evidence', title: t('fiscal.known'), desk: true, width: 'minmax(0, 2.4fr)', text: (r) => brief(r) },
    { id: 'total', title: t('reports.total'), figure: true, width: narrow.value ? '104px' : '110px', text: (r) => (cents(r.total) ? money(r.total) : ''), by: (r) => cents(r.total) ?? 0 },
  ];
  return (
    <>
      <Head title={t('fiscal.title')} about={data ? t('fiscal.about', { decide, wait: list.length - decide }) : undefined}>
        {points.length > 1 && <Pick bare label={t('span.point')} value={String(point)} set={(p) => ask({ point: p === '0' ? undefined : p })} test="span-point"
          options={[{ value: '0', label: t('span.every') }, ...points.map((p) => ({ value: String(p.point), label: p.name }))]} />}
        <PrintButton />
      </Head>
      <Wrong fault={wrong} again={again} />
      {list.some(late) && <p class="notice is-loss" role="alert" data-test="fiscal-late"><Icon name="warning" /><span>{t('fiscal.late', { count: list.filter(late).length })}</span></p>}
      {data?.more && <p class="notice is-warn">{t('fiscal.more', { count: list.length })}</p>}
      {!data ? !wrong && <Waiting /> : list.length === 0
        ? <Empty icon="check" title={t('fiscal.none')} text={t('fiscal.none_about')} test="no-fiscal"><a class="button" href={href('taxes')}>{t('taxes.title')}</a></Empty>
        : <Table name={t('fiscal.title')} test="fiscal" rows={list} columns={columns} id={(r) => `${r.box}-${r.seq}`} sort="state" none="" hint={list.length > 12 ? t('fiscal.find') : undefined} open={(r) => (shown.value = r)}
          foot={(rows) => ({ state: t('reports.together', { count: group(String(rows.length)) }), total: money(rows.reduce((a, r) => a + (cents(r.total) ?? 0), 0)) })} />}
      {shown.value && <One of={shown.value} point={called(points, shown.value.point)} close={() => (shown.value = null)} />}
    </>
  );
}

const even = (m: Month) => [m.missing.total, m.missing.vat, m.missing.city_tax].every((x) => cents(x) === 0);

// Sums is a month as the tax return asks for it: what was sold in each class, then the taxes.
function Sums({ of: m }: { of: Month }) {
  const rows: { name: string; of: (s: TaxSum) => string; from: Month | ClassOf; bold?: boolean }[] = [
    ...m.classes.map((c) => ({ name: tOf('tax.', c.class), of: (s: TaxSum) => s.total, from: c })),
    { name: t('taxes.all'), of: (s) => s.total, from: m, bold: true }, { name: t('reports.vat'), of: (s) => s.vat, from: m, bold: true }, { name: t('reports.city'), of: (s) => s.city_tax, from: m, bold: true }];
  return (
    <table class="taxes">
      <thead><tr><th scope="col"><span class="unseen">{t('taxes.class')}</span></th><th scope="col">{t('taxes.sold')}</th><th scope="col">{t('taxes.has')}</th><th scope="col">{t('taxes.missing')}</th></tr></thead>
      <tbody>{rows.map((r) => {
        const off = cents(r.of(r.from.missing)) ?? 0;
        return (
          <tr key={r.name} class={r.bold ? 'is-sum' : ''}><th scope="row">{r.name}</th><td>{money(r.of(r.from.sold), true)}</td><td>{money(r.of(r.from.has), true)}</td>
            <td class={off === 0 ? 'is-even' : 'is-off'}>{off === 0 ? '–' : money(off, true)}</td></tr>
        );
      })}</tbody>
    </table>
  );
}

export function Taxes() {
  const span = useSpan('month');
  const points = usePoints();
  const { data, wrong, again } = useLoad<{ months: Month[] }>(own(`/reports/fiscal/months?from=${span.from}&to=${span.to}&point=${span.point}`), beat);
  const open = useLoad<{ requests: Request[] }>(own('/reports/fiscal/open' + (span.point ? '?point=' + span.point : '')), beat).data?.requests.length ?? 0;
  const list = data?.months ?? [];
  return (
    <>
      <Head title={t('taxes.title')} about={t('taxes.about')}><PrintButton /><Export report="fiscal" span={span} label={t('taxes.each')} /><Export report="months" span={span} /></Head>
      <SpanBar span={span} points={points} />
      <Wrong fault={wrong} again={again} />
      {open > 0 && <p class="notice is-warn" data-test="taxes-open"><Icon name="clock" /><span>{t('taxes.open', { count: open })} <a href={href('fiscal', span.point ? { point: span.point } : {})}>{t('today.all')}</a></span></p>}
      {!data ? !wrong && <Waiting /> : list.length === 0
        ? <Empty icon="tax" title={t('sales.none')} text={t('sales.none_about')} test="no-taxes" />
        : <div class="cards is-two">{list.map((m) => (
          <Card key={m.month} title={m.month} test="taxes-month" aside={even(m) ? <Mark tone="good" icon="check">{t('taxes.even')}</Mark> : <Mark tone="warn" icon="warning">{t('taxes.differs')}</Mark>}>
            <Sums of={m} />
            <p class="remark">{t('taxes.count', { count: group(String(m.has.times)) })}</p>
          </Card>
        ))}</div>}
      {list.length > 0 && <p class="remark">{t('taxes.why')}</p>}
    </>
  );
}

export const pages: Page[] = [
  { at: 'fiscal', title: 'fiscal.title', icon: 'bell', group: 'reports', right: 'sales', view: Fiscal },
  { at: 'taxes', title: 'taxes.title', icon: 'tax', group: 'reports', right: 'sales', view: Taxes },
];
