// Shifts with what was counted, and what an owner looks at beside the sales.

import { cents, group, money, wall } from '../../kit/format';
import { beat } from '../live';
import { useLoad } from '../load';
import { Choice } from '../../kit/form';
import { Empty, Head, Mark, Waiting, Wrong } from '../pieces';
import { ask, go, place } from '../route';
import { own } from '../session';
import { SpanBar, called, usePoints, useSpan } from '../span';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';
import { Export, PrintButton } from './export';
import type { Incident, Shift } from './sums';

const num = (a: string) => cents(a) ?? 0;

function Difference({ of: s }: { of: Shift }) {
  if (!s.closed) return <Mark tone="good" icon="clock">{t('shifts.open')}</Mark>;
  if (!s.counts) return <span class="remark">{t('shifts.uncounted')}</span>;
  const d = num(s.difference);
  if (d === 0) return <span class="remark">{t('shifts.even')}</span>;
  return <Mark tone={d < 0 ? 'loss' : 'warn'} icon={d < 0 ? 'down' : 'up'}>{money(d)}</Mark>;
}

export function Shifts() {
  const span = useSpan('week');
  const points = usePoints();
  const { data, wrong, again } = useLoad<{ shifts: Shift[] }>(own(`/reports/shifts?from=${span.from}&to=${span.to}&point=${span.point}&limit=5000`), beat);
  const columns: Column<Shift>[] = [
    { id: 'day', title: t('reports.day'), width: 'minmax(100px, 1fr)', text: (s) => s.day, by: (s) => s.day + s.opened_at },
    { id: 'point', title: t('receipts.point'), width: 'minmax(0, 2fr)', text: (s) => called(points, s.point) },
    { id: 'shift', title: t('shifts.number'), desk: true, figure: true, width: '70px', text: (s) => String(s.shift), by: (s) => s.shift },
    { id: 'hours', title: t('shifts.hours'), desk: true, width: 'minmax(110px, 1fr)', text: (s) => `${s.opened_at.slice(11, 16)} – ${s.closed_at.slice(11, 16) || '…'}` },
    { id: 'by', title: t('receipts.seller'), desk: true, width: 'minmax(80px, 0.7fr)', text: (s) => s.opened_by },
    { id: 'bills', title: t('reports.sales'), desk: true, figure: true, width: 'minmax(70px, 0.7fr)', text: (s) => (s.closed ? group(String(s.bills)) : ''), by: (s) => s.bills },
    { id: 'total', title: t('reports.total'), desk: true, figure: true, width: 'minmax(120px, 1fr)', text: (s) => (s.closed ? money(s.total) : ''), by: (s) => num(s.total) },
    { id: 'difference', title: t('shifts.difference'), figure: true, width: 'minmax(116px, 1fr)', text: (s) => s.difference, cell: (s) => <Difference of={s} />, by: (s) => num(s.difference) },
  ];
  const list = data?.shifts ?? [];
  return (
    <>
      <Head title={t('shifts.title')} about={`${span.from} – ${span.to}`}><PrintButton /><Export report="shifts" span={span} /></Head>
      <SpanBar span={span} points={points} />
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : list.length === 0
        ? <Empty icon="clock" title={t('shifts.none')} text={t('shifts.none_about')} test="no-shifts" />
        : <Table name={t('shifts.title')} test="shifts" rows={list} columns={columns} id={(s) => `${s.box}-${s.opened}`} none="" hint={list.length > 12 ? t('shifts.find') : undefined}
          foot={(shown) => ({ day: t('reports.together', { count: group(String(shown.length)) }), bills: group(String(shown.reduce((a, s) => a + s.bills, 0))), total: money(shown.reduce((a, s) => a + num(s.total), 0)), difference: money(shown.reduce((a, s) => a + num(s.difference), 0)) })}
          open={(s) => (s.closed ? go(`receipt/${s.box}/${s.closed}`) : go('receipts', { from: s.day, to: s.day, point: s.point, shift: s.shift }))} />}
    </>
  );
}

const KINDS = ['sale.returned', 'line.removed', 'override.granted', 'drawer.asked', 'receipt.asked', 'cash.moved', 'shift.counted'];

export function Incidents() {
  const span = useSpan('week');
  const points = usePoints();
  const kind = KINDS.includes(place.value.query.kind ?? '') ? place.value.query.kind : '';
  const { data, wrong, again } = useLoad<{ incidents: Incident[] }>(own(`/reports/incidents?from=${span.from}&to=${span.to}&point=${span.point}&kind=${kind}&limit=5000`), beat);
  const columns: Column<Incident>[] = [
    { id: 'when', title: t('receipts.when'), width: 'minmax(96px, 1fr)', text: (i) => wall(new Date(i.at)).slice(5), by: (i) => i.at },
    { id: 'kind', title: t('incidents.kind'), width: 'minmax(0, 1.6fr)', text: (i) => tOf('incident.', i.kind) },
    { id: 'what', title: t('incidents.what'), desk: true, width: 'minmax(0, 1.8fr)', text: (i) => (i.kind === 'override.granted' ? tOf('leave.of.', i.what) : i.what) },
    { id: 'point', title: t('receipts.point'), desk: true, width: 'minmax(0, 1.6fr)', text: (i) => called(points, i.point) },
    { id: 'seller', title: t('receipts.seller'), desk: true, width: 'minmax(80px, 0.7fr)', text: (i) => i.seller },
    { id: 'approver', title: t('incidents.approver'), desk: true, width: 'minmax(96px, 0.8fr)', text: (i) => i.approver },
    { id: 'reason', title: t('incidents.reason'), desk: true, width: 'minmax(0, 1.3fr)', text: (i) => i.reason },
    { id: 'amount', title: t('reports.total'), figure: true, width: 'minmax(96px, 1fr)', text: (i) => (num(i.amount) ? money(i.amount) : ''), by: (i) => num(i.amount) },
  ];
  const list = data?.incidents ?? [];
  return (
    <>
      <Head title={t('incidents.title')} about={`${span.from} – ${span.to}`}><PrintButton /><Export report="incidents" span={span} /></Head>
      <SpanBar span={span} points={points} />
      <Choice bare label={t('incidents.kind')} value={kind} test="kind" set={(k) => ask({ kind: k || undefined })} options={[{ value: '', label: t('incidents.every') }, ...KINDS.map((k) => ({ value: k, label: tOf('incident.', k) }))]} />
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : list.length === 0
        ? <Empty icon="check" title={t('incidents.none')} text={t('incidents.none_about')} test="no-incidents" />
        : <Table name={t('incidents.title')} test="incidents" rows={list} columns={columns} id={(i) => `${i.box}-${i.seq}`} none="" hint={list.length > 12 ? t('incidents.find') : undefined}
          foot={(shown) => ({ when: t('reports.together', { count: group(String(shown.length)) }) })} />}
    </>
  );
}
