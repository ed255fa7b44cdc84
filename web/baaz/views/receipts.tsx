// Receipts of all tills, the newest first, and one of them as its paper looks.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { money } from '../../kit/format';
import { Button } from '../../kit/pieces';
import { asFault, get, query } from '../api';
import { beat } from '../live';
import { useLoad } from '../load';
import { Empty, Head, Mark, Waiting, Wrong, tellFault } from '../pieces';
import { ask, go, place } from '../route';
import { own } from '../session';
import { SpanBar, called, usePoints, useSpan } from '../span';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';
import { Export, PrintButton } from './export';
import { FiscalState } from './fiscal';
import type { Receipt } from './sums';

const PICKED = ['seller', 'customer', 'tender', 'hour', 'shift', 'number', 'returns', 'good', 'category', 'tax'] as const;

interface Answer { receipts: Receipt[]; next: string }

export function Receipts() {
  const span = useSpan('today');
  const points = usePoints();
  const q = place.value.query;
  const picked = Object.fromEntries(PICKED.map((p) => [p, q[p]]));
  const path = own('/reports/sales' + query({ from: span.from, to: span.to, point: span.point, ...picked, limit: 200 }));
  const { data, wrong, again } = useLoad<Answer>(path, beat);
  const more = useSignal<{ of: string; rows: Receipt[]; next: string } | null>(null);
  useEffect(() => void (more.value = null), [path]);
  // What was listed when further receipts were asked for stays listed: new ones push the first page's last ones out of it.
  const mine = more.value?.of === path ? more.value : null;
  const rows = data ? [...data.receipts, ...(mine?.rows ?? []).filter((m) => !data.receipts.some((r) => r.box === m.box && r.seq === m.seq))] : [];
  const next = (mine ?? data)?.next ?? ''; // the last page's own mark, also where that page is empty
  const load = async () => {
    try {
      const a = await get<Answer>(path + '&after=' + encodeURIComponent(next));
      more.value = { of: path, rows: [...rows, ...a.receipts], next: a.next };
    } catch (e) {
      tellFault(asFault(e));
    }
  };
  const columns: Column<Receipt>[] = [
    { id: 'when', title: t('receipts.when'), width: 'minmax(92px, 1.2fr)', text: (r) => (span.from === span.to ? r.local.slice(11, 16) : r.local.slice(5, 16)) || r.day, by: (r) => r.day + r.local },
    { id: 'point', title: t('receipts.point'), width: 'minmax(0, 2fr)', text: (r) => called(points, r.point) },
    { id: 'number', title: t('receipts.number'), desk: true, width: 'minmax(90px, 1fr)', text: (r) => `${r.shift}-${String(r.number).padStart(4, '0')}` },
    { id: 'seller', title: t('receipts.seller'), desk: true, width: 'minmax(80px, 0.8fr)', text: (r) => r.seller },
    { id: 'customer', title: t('receipts.customer'), desk: true, width: 'minmax(90px, 0.9fr)', text: (r) => r.customer },
    { id: 'tender', title: t('receipts.tender'), desk: true, width: 'minmax(90px, 1fr)', text: (r) => tOf('tender.', r.tender), cell: (r) => (r.back ? <Mark tone="warn" icon="back">{t('receipts.back')}</Mark> : tOf('tender.', r.tender)) },
    { id: 'fiscal', title: t('fiscal.title'), desk: true, width: 'minmax(130px, 1fr)', text: (r) => (r.fiscal ? tOf('fiscal.state.', r.fiscal) : ''), cell: (r) => (r.fiscal === 'issued' ? <span class="remark">{t('fiscal.state.issued')}</span> : r.fiscal && <FiscalState of={r.fiscal} />) },
    { id: 'total', title: t('reports.total'), figure: true, width: 'minmax(110px, 1fr)', text: (r) => money(r.total), by: (r) => Number(r.total) },
  ];
  const chips = PICKED.filter((p) => q[p]);
  return (
    <>
      <Head title={t('receipts.title')} about={`${span.from} – ${span.to}`}><PrintButton /><Export report="sales" span={span} /></Head>
      <SpanBar span={span} points={points} />
      {chips.length > 0 && <div class="chips">{chips.map((p) => <button type="button" key={p} class="chip" data-test="picked" onClick={() => ask({ [p]: undefined })}><span>{tOf('picked.', p)}{p === 'returns' ? '' : ': ' + (p === 'tender' || p === 'tax' ? tOf(`${p}.`, q[p]) : q[p])}</span><span aria-hidden="true">×</span></button>)}</div>}
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : rows.length === 0 && !next
        ? <Empty icon="bill" title={t('sales.none')} text={t('sales.none_about')} test="no-receipts" />
        : <Table name={t('receipts.title')} test="receipts" rows={rows} columns={columns} id={(r) => `${r.box}-${r.seq}`} hint={t('receipts.find')} none={t('receipts.further')} open={(r) => go(`receipt/${r.box}/${r.seq}`)}
          aside={next ? <Button label={t('receipts.more')} test="receipts-more" press={() => void load()} /> : undefined} />}
    </>
  );
}

interface Record { kind: string; received: string; late: boolean; body: { bill?: string; seller_name?: string; local?: string; report?: { shift: number } } }

// OneReceipt shows a record as its paper looks, drawn by BAAZ from what the till has sent.
export function OneReceipt() {
  const [box, seq] = place.value.rest;
  const path = own(`/boxes/${encodeURIComponent(box ?? '')}/records/${encodeURIComponent(seq ?? '')}`);
  const { data, wrong, again } = useLoad<Record>(box && seq ? path : '');
  const title = data?.body.bill ?? (data?.body.report ? `Z-${data.body.report.shift}` : t('receipts.one'));
  return (
    <>
      <Head title={title} about={data ? [data.body.local?.slice(0, 16), data.body.seller_name].filter(Boolean).join(' · ') : undefined} back="#/receipts"><PrintButton /></Head>
      <Wrong fault={wrong} again={again} />
      {data?.late && <p class="notice is-warn">{t('receipts.late')}</p>}
      {!data ? !wrong && <Waiting /> : <div class="paper"><img src={path + '/picture'} alt={t('receipts.picture', { bill: title })} data-test="picture" /></div>}
    </>
  );
}
