// What was sold, by whatever one wants to know it: a chart where the order is one of time, a table always, and the way
// down to the receipts.

import { cents, group, money, quantity } from '../../kit/format';
import { Bars, Share } from '../chart';
import { beat } from '../live';
import { useLoad } from '../load';
import { Export, PrintButton } from './export';
import { Card, Empty, Head, Waiting, Wrong } from '../pieces';
import { go, href, place } from '../route';
import { own } from '../session';
import { SpanBar, called, useInSight, usePoints, useSpan, weekday, type Span } from '../span';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';
import type { DayOfPoint, PointSum, SumOf } from './sums';

// Row is one line of any of these reports.
interface Row { key: string; name: string; times: number; quantity: number; gross: number; discount: number; rounding: number; total: number; vat: number; city: number }

const num = (amount: string | undefined) => cents(amount ?? '0') ?? 0;
const thousandths = (q: string) => Math.round(Number(q) * 1000);

interface By {
  times: 'reports.sales' | 'reports.lines' | 'reports.times';
  shows: ('code' | 'quantity' | 'gross' | 'discount' | 'vat' | 'city')[];
  read: (answer: never, name: (point: number) => string) => Row[];
  chart?: boolean;
  most?: number;
  down?: (row: Row, span: Span) => Record<string, string | number | undefined>; // to the receipts
  to?: string; // to another page in their place
}

const sums = (say: (s: SumOf) => string) => (a: { sums: SumOf[] }): Row[] =>
  a.sums.map((s) => ({ key: s.key, name: say(s), times: s.times, quantity: thousandths(s.quantity), gross: 0, discount: 0, rounding: 0, total: num(s.total), vat: num(s.vat), city: num(s.city_tax) }));

function days(a: { days: DayOfPoint[] }): Row[] {
  const all = new Map<string, Row>();
  for (const d of a.days) {
    const r = all.get(d.day) ?? { key: d.day, name: `${d.day} · ${t(`weekday.${weekday(d.day) as 0}`)}`, times: 0, quantity: 0, gross: 0, discount: 0, rounding: 0, total: 0, vat: 0, city: 0 };
    r.times += d.sales;
    r.gross += num(d.gross);
    r.discount += num(d.discount) - num(d.rounding);
    r.rounding += num(d.rounding);
    r.total += num(d.total);
    r.vat += num(d.vat);
    r.city += num(d.city_tax);
    all.set(d.day, r);
  }
  return [...all.values()];
}

const points = (a: { points: PointSum[] }, name: (p: number) => string): Row[] =>
  a.points.map((p) => ({ key: String(p.point), name: name(p.point), times: p.sales, quantity: 0, gross: num(p.gross), discount: num(p.discount) - num(p.rounding), rounding: num(p.rounding), total: num(p.total), vat: num(p.vat), city: num(p.city_tax) }));

const same = (s: Span) => ({ from: s.from, to: s.to, point: s.point || undefined });

// BYS are the reports, in the order of their tabs.
const BYS: Record<string, By> = {
  days: { times: 'reports.sales', shows: ['gross', 'discount', 'vat'], read: days, chart: true, down: (r, s) => ({ ...same(s), from: r.key, to: r.key }) },
  hours: { times: 'reports.sales', shows: [], read: sums((s) => (s.key ? t('reports.hour', { from: s.key, to: String(Number(s.key) + 1).padStart(2, '0') }) : t('reports.unknown'))), chart: true, down: (r, s) => ({ ...same(s), hour: r.key || undefined }) },
  points: { times: 'reports.sales', shows: ['gross', 'discount', 'vat'], read: points, down: (r, s) => ({ ...same(s), point: r.key }) },
  sellers: {
    times: 'reports.sales', shows: ['code'], down: (r, s) => ({ ...same(s), seller: r.key }),
    read: (a: { sellers: { seller: string; name: string; sales: number; total: string }[] }) => a.sellers.map((s) => ({ key: s.seller, name: s.name || s.seller || t('reports.nobody'), times: s.sales, quantity: 0, gross: 0, discount: 0, rounding: 0, total: num(s.total), vat: 0, city: 0 })),
  },
  goods: {
    times: 'reports.lines', shows: ['code', 'quantity'], most: 100_000,
    down: (r, s) => ({ ...same(s), good: r.key }),
    read: (a: { goods: { good: string; name: string; lines: number; quantity: string; total: string }[] }) => a.goods.map((g) => ({ key: g.good, name: g.name || g.good, times: g.lines, quantity: thousandths(g.quantity), gross: 0, discount: 0, rounding: 0, total: num(g.total), vat: 0, city: 0 })),
  },
  categories: { times: 'reports.lines', shows: ['quantity'], down: (r, s) => ({ ...same(s), category: r.key || undefined }), read: sums((s) => s.key || t('reports.no_category')) },
  tenders: {
    times: 'reports.times', shows: [], down: (r, s) => ({ ...same(s), tender: r.key }),
    read: (a: { tenders: { tender: string; times: number; amount: string }[] }) => a.tenders.map((x) => ({ key: x.tender, name: tOf('tender.', x.tender), times: x.times, quantity: 0, gross: 0, discount: 0, rounding: 0, total: num(x.amount), vat: 0, city: 0 })),
  },
  taxes: { times: 'reports.lines', shows: ['vat', 'city'], down: (r, s) => ({ ...same(s), tax: r.key || undefined }), read: sums((s) => tOf('tax.', s.key)) },
  customers: { times: 'reports.sales', shows: ['code'], read: sums((s) => s.name || s.key), down: (r, s) => ({ ...same(s), customer: r.key }) },
  reasons: {
    times: 'reports.times', shows: [], to: 'incidents', down: (r, s) => ({ ...same(s), kind: r.key.split('|')[0] }),
    read: (a: { reasons: { kind: string; reason: string; times: number; amount: string }[] }) => a.reasons.map((x) => ({ key: `${x.kind}|${x.reason}`, name: `${tOf('incident.', x.kind)}: ${x.reason || t('reports.no_reason')}`, times: x.times, quantity: 0, gross: 0, discount: 0, rounding: 0, total: num(x.amount), vat: 0, city: 0 })),
  },
  returns: { times: 'reports.times', shows: ['code'], read: sums((s) => s.name || s.key || t('reports.nobody')), down: (r, s) => ({ ...same(s), seller: r.key, returns: 1 }) },
};

const label = (of: string) => tOf('by.', of);

function columns(by: By, of: string, rows: Row[], most: number): Column<Row>[] {
  const sum = (id: 'gross' | 'discount' | 'rounding' | 'vat' | 'city', title: string, decimals = false): Column<Row> => ({ id, title, figure: true, desk: true, width: 'minmax(110px, 1fr)', text: (r) => money(r[id], decimals), by: (r) => r[id] });
  const all: Column<Row>[] = [
    { id: 'name', title: label(of), width: 'minmax(0, 2.4fr)', text: (r) => r.name, by: of === 'days' || of === 'hours' ? (r) => r.key : undefined },
    ...(by.shows.includes('code') ? [{ id: 'code', title: t('reports.code'), desk: true, width: 'minmax(100px, 1fr)', text: (r: Row) => r.key }] : []),
    { id: 'times', title: t(by.times), figure: true, width: 'minmax(64px, 0.7fr)', text: (r) => group(String(r.times)), by: (r) => r.times },
    ...(by.shows.includes('quantity') ? [{ id: 'quantity', title: t('reports.quantity'), figure: true, desk: true, width: 'minmax(90px, 0.8fr)', text: (r: Row) => quantity((r.quantity / 1000).toFixed(3)), by: (r: Row) => r.quantity }] : []),
    ...(by.shows.includes('gross') ? [sum('gross', t('reports.gross'))] : []),
    ...(by.shows.includes('discount') ? [sum('discount', t('reports.discount'))] : []),
    ...(rows.some((r) => r.rounding !== 0) ? [sum('rounding', t('reports.rounding'))] : []),
    ...(by.shows.includes('vat') ? [sum('vat', t('reports.vat'), true)] : []),
    ...(by.shows.includes('city') ? [sum('city', t('reports.city'), true)] : []),
    { id: 'total', title: t('reports.total'), figure: true, width: 'minmax(124px, 1fr)', text: (r) => money(r.total), by: (r) => r.total },
  ];
  if (!by.chart) all.push({ id: 'share', title: '', say: t('sales.share'), desk: true, width: 'minmax(70px, 1fr)', text: () => '', cell: (r) => <Share of={Math.abs(r.total)} most={most} /> });
  return all;
}

function foot(rows: Row[]) {
  const add = (of: (r: Row) => number) => rows.reduce((a, r) => a + of(r), 0);
  return {
    name: t('reports.together', { count: group(String(rows.length)) }), times: group(String(add((r) => r.times))), gross: money(add((r) => r.gross)), discount: money(add((r) => r.discount)), rounding: money(add((r) => r.rounding)),
    vat: money(add((r) => r.vat), true), city: money(add((r) => r.city), true), total: money(add((r) => r.total)),
  };
}

// everyDay fills the days in between on which nothing was sold.
function everyDay(rows: Row[], span: Span) {
  const at = new Map(rows.map((r) => [r.key, r.total]));
  const labels: string[] = [];
  const values: number[] = [];
  const first = rows.reduce((a, r) => (r.key < a ? r.key : a), span.to);
  for (let d = new Date((span.from < first ? first : span.from) + 'T00:00:00Z'); d.toISOString().slice(0, 10) <= span.to && labels.length < 800; d.setUTCDate(d.getUTCDate() + 1)) {
    const key = d.toISOString().slice(0, 10);
    labels.push(key.slice(5));
    values.push((at.get(key) ?? 0) / 100);
  }
  return { labels, values };
}

export function Sales() {
  const of = place.value.rest[0] in BYS ? place.value.rest[0] : 'days';
  const by = BYS[of];
  const span = useSpan();
  const shops = usePoints();
  const tabs = useInSight('.is-on', of);
  const path = own(`/reports/${of}?from=${span.from}&to=${span.to}&point=${span.point}${by.most ? '&limit=' + by.most : ''}`);
  const { data, wrong, again } = useLoad<object>(path, beat);
  const rows = data && Object.values(data).length === 1 && matches(of, data) ? by.read(data as never, (p) => called(shops, p)) : null;
  const most = Math.max(1, ...(rows ?? []).map((r) => Math.abs(r.total)));
  const drawn = rows && by.chart && rows.length > 1
    ? of === 'days' ? everyDay(rows, span) : { labels: rows.map((r) => r.key), values: rows.map((r) => r.total / 100) } : null;
  const total = (rows ?? []).reduce((a, r) => a + r.total, 0);
  return (
    <>
      <Head title={t('sales.title')} about={`${span.from} – ${span.to}${span.point ? ' · ' + called(shops, span.point) : ''}`}>
        <PrintButton /><Export report={of} span={span} />
      </Head>
      <nav class="tabs" aria-label={t('sales.by')} ref={tabs}>
        {Object.keys(BYS).map((b) => <a key={b} class={'tab' + (b === of ? ' is-on' : '')} href={href('sales/' + b, place.value.query)} aria-current={b === of ? 'page' : undefined} data-test="by" data-value={b}>{label(b)}</a>)}
      </nav>
      <SpanBar span={span} points={shops} />
      <Wrong fault={wrong} again={again} />
      {!rows ? !wrong && <Waiting /> : rows.length === 0
        ? <Empty icon="bill" title={t('sales.none')} text={t('sales.none_about')} test="no-sales" />
        : (
          <>
            {drawn && <Card more="sales-chart"><Bars test="sales-chart" labels={drawn.labels} values={drawn.values} height={170} say={t('sales.say', { by: label(of), sum: money(total) })} /></Card>}
            <Table key={of} name={label(of)} test="sums" rows={rows} columns={columns(by, of, rows, most)} id={(r) => r.key || '-'} sort={of === 'days' ? '-name' : of === 'hours' ? 'name' : undefined} none={t('sales.none')} foot={of === 'reasons' ? undefined : foot}
              hint={rows.length > 12 && of !== 'days' && of !== 'hours' ? t('sales.find', { by: label(of) }) : undefined} open={by.down && ((r) => go(by.to ?? 'receipts', by.down!(r, span)))} />
          </>
        )}
    </>
  );
}

// matches: the answer is of this report, not yet of the one before.
const matches = (of: string, data: object) => ['hours', 'categories', 'taxes', 'customers', 'returns'].includes(of) ? 'sums' in data : of in data;

