// The shop's tills: how each stands now, and what it needs.

import { Icon } from '../../kit/icons';
import { group, wall } from '../../kit/format';
import { Button } from '../../kit/pieces';
import type { ComponentChildren } from 'preact';
import { asFault, download, post, remove } from '../api';
import { hearing, beat } from '../live';
import { useLoad } from '../load';
import type { Box, Point } from '../model';
import type { Page } from '../page';
import { Card, Empty, Head, Mark, Waiting, Wrong, confirm, tell, tellFault } from '../pieces';
import { go, href, place } from '../route';
import { may, own } from '../session';
import { Table, narrow, type Column } from '../table';
import { t, tOf } from '../texts';
import { History, Messages } from './messages';
import { Key, NewPoint } from './key';
import { ahead, gigabytes, heard, signs, since, standing, tillsOf, tones, troubles, useClock, wrongClock, type Till } from './tillstate';

export function Stand({ of }: { of: Till }) {
  const s = standing(of);
  return <Mark tone={tones[s]} icon={signs[s]}>{t(`standing.${s}`)}</Mark>;
}

// unsent says how much has not arrived, and how old the oldest of it is.
function Unsent({ of }: { of: Till }) {
  const r = of.box?.report;
  if (!r || r.unsent === 0) return <span class="remark">{r ? '0' : ''}</span>;
  return <span class="stacked"><strong>{group(String(r.unsent))}</strong>{r.oldest && <span class="remark">{since(r.oldest)}</span>}</span>;
}

export function Needs({ of }: { of: Till }) {
  const list = troubles(of);
  if (list.length === 0) return of.box && standing(of) !== 'revoked' ? <span class="remark">{t('till.well')}</span> : null;
  return <span class={'needs is-' + list[0].tone}><Icon name="warning" /><span>{list[0].text}{list.length > 1 && ' ' + t('till.and_more', { count: list.length - 1 })}</span></span>;
}

// rank orders tills: what needs somebody first.
export function rank(of: Till) {
  const s = standing(of);
  const list = troubles(of);
  if (list.some((x) => x.tone === 'loss') || s === 'revoked') return 0;
  if (s === 'silent') return 1;
  if (list.length > 0) return 2;
  return { online: 3, off: 4, waits: 5, none: 6 }[s];
}

function useTills() {
  const clock = useClock();
  const points = useLoad<{ points: Point[] }>(own('/points'), beat);
  const boxes = useLoad<{ boxes: Box[] }>(own('/boxes'), beat);
  void clock.value;
  const tills = points.data && boxes.data ? tillsOf(points.data.points, boxes.data.boxes) : null;
  return { tills, wrong: points.wrong ?? boxes.wrong, again: () => { points.again(); boxes.again(); } };
}

export function Tills() {
  const { tills, wrong, again } = useTills();
  const columns: Column<Till>[] = [
    { id: 'name', title: t('till.point'), width: narrow.value ? 'minmax(0, 1.5fr)' : 'minmax(140px, 1.4fr)', text: (x) => x.point.name,
      cell: (x) => (narrow.value ? <span class="stacked"><strong class="clip">{x.point.name}</strong><Needs of={x} /></span> : x.point.name) },
    { id: 'state', title: t('till.state'), width: narrow.value ? '122px' : '132px', text: (x) => t(`standing.${standing(x)}`), cell: (x) => <Stand of={x} />, by: rank },
    { id: 'heard', title: t('till.heard'), desk: true, width: '132px', text: (x) => (x.box ? since(heard(x.box)) : ''), by: (x) => (x.box ? -new Date(heard(x.box)).getTime() : 0) },
    { id: 'unsent', title: t('till.unsent'), desk: true, figure: true, width: '96px', text: (x) => String(x.box?.report?.unsent ?? ''), cell: (x) => <Unsent of={x} />, by: (x) => x.box?.report?.unsent ?? -1 },
    { id: 'needs', title: t('till.needs'), desk: true, width: 'minmax(0, 2.4fr)', text: (x) => troubles(x).map((y) => y.text).join(' '), cell: (x) => <Needs of={x} />, by: rank },
    { id: 'version', title: t('till.version'), desk: true, width: 'minmax(80px, 0.6fr)', text: (x) => x.box?.report?.version ?? '' },
    { id: 'disk', title: t('till.disk'), desk: true, figure: true, width: '84px', text: (x) => (x.box?.report ? gigabytes(x.box.report.disk.free) : ''), by: (x) => x.box?.report?.disk.free ?? 0 },
  ];
  const count = (s: string) => (tills ?? []).filter((x) => standing(x) === s).length;
  const add = may('points') && <a class="button is-primary" href={href('tills/new')} data-test="point-new"><Icon name="plus" /><span class="button-label">{t('point.add')}</span></a>;
  const silent = count('silent');
  return (
    <>
      <Head title={t('tills.title')} about={tills ? t('tills.about', { online: count('online'), all: tills.length }) + (silent ? ' · ' + t('tills.silent', { count: silent }) : '') : undefined}>
        {hearing.value && <span class="live" data-test="live"><span class="live-dot" />{t('today.live')}</span>}
        {tills?.length !== 0 && add}
      </Head>
      <Wrong fault={wrong} again={again} />
      {!tills ? !wrong && <Waiting /> : tills.length === 0
        ? <Empty icon="till" title={t('tills.none')} text={t('tills.none_about')} test="no-tills">{add}</Empty>
        : <Table name={t('tills.title')} test="tills" rows={tills} columns={columns} id={(x) => String(x.point.point)} sort="state" none="" hint={tills.length > 8 ? t('tills.find') : undefined}
          open={(x) => (x.box ? go(`tills/point/${x.point.point}`) : go(`tills/key/${x.point.point}`))} />}
    </>
  );
}

function Fact({ label, children, tone }: { label: string; children: ComponentChildren; tone?: 'warn' }) {
  return <div class={'fact' + (tone ? ' is-' + tone : '')}><dt>{label}</dt><dd>{children}</dd></div>;
}

function Facts({ of }: { of: Till }) {
  const b = of.box!;
  const r = b.report;
  return (
    <Card title={<span class="row is-wrap"><span>{t('till.now')}</span><Stand of={of} /></span>} test="till-facts">
      <dl class="facts">
        <Fact label={t('till.heard')}>{since(heard(b))} <span class="remark">{wall(new Date(heard(b)))}</span></Fact>
        {r ? (
          <>
            <Fact label={t('till.shift')}>{t(r.shift ? 'till.shift_open' : 'till.shift_closed')}</Fact>
            <Fact label={t('till.unsent')} tone={r.unsent ? 'warn' : undefined}>{group(String(r.unsent))}{r.oldest && <span class="remark">{t('till.oldest', { when: since(r.oldest) })}</span>}</Fact>
            <Fact label={t('till.version')}>{r.version}{r.system && <span class="remark">{t('till.system', { version: r.system, slot: r.slot ?? '' })}{r.trial && ' · ' + t('till.trial')}</span>}</Fact>
            <Fact label={t('till.clock')} tone={wrongClock(r) ? 'warn' : undefined}>{ahead(r)}{r.clock && <span class="remark">{t('till.clock_by', { who: tOf('clock.', r.clock) })}</span>}</Fact>
            <Fact label={t('till.disk')}>{t('till.disk_free', { free: gigabytes(r.disk.free), total: gigabytes(r.disk.total) })}</Fact>
            <Fact label={t('till.started')}>{wall(new Date(r.started))}</Fact>
          </>
        ) : <Fact label={t('till.version')}>{t('till.nothing_said')}</Fact>}
        <Fact label={t('till.joined')}>{wall(new Date(b.joined))}</Fact>
        <Fact label={t('till.records_here')}>{group(String(b.head))}</Fact>
        <Fact label={t('till.box')}><code class="box-id">{b.box.slice(0, 12)}</code></Fact>
      </dl>
    </Card>
  );
}

function TroubleList({ of }: { of: Till }) {
  const list = troubles(of);
  return (
    <Card title={t('till.needs')} test="till-troubles">
      {list.length === 0 ? <p class="calm"><Icon name="check" />{t('till.well')}</p> : (
        <ul class="watch">{list.map((x) => <li key={x.key} class={'is-' + x.tone} data-test="till-trouble"><Icon name="warning" /><div><strong>{x.text}</strong>{x.hint && <span class="remark">{x.hint}</span>}</div></li>)}</ul>
      )}
    </Card>
  );
}

const LEVELS = { ok: 'good', attention: 'warn', fault: 'loss', none: 'calm' } as const;

function Devices({ of }: { of: Till }) {
  const list = (of.box?.report?.devices ?? []).filter((d) => d.state !== 'none');
  if (list.length === 0) return null;
  return (
    <Card title={t('till.devices')} test="till-devices">
      <ul class="till-lines">{list.map((d) => <li key={d.kind}><span>{tOf('kind.', d.kind)}</span><Mark tone={LEVELS[d.state]}>{tOf('level.', d.state)}</Mark></li>)}</ul>
    </Card>
  );
}

interface Logs { wish: string; asked: string; by: string; taken: string | null; size: number }

// Fetched asks the box for its logs, and hands out those that have come.
function Fetched({ box }: { box: Box }) {
  const path = own(`/boxes/${box.box}/logs`);
  const { data, again } = useLoad<{ logs: Logs[] }>(path, beat);
  if (!data) return null;
  const waits = data.logs.some((x) => !x.taken);
  const act = async (ask: boolean) => {
    try {
      await (ask ? post(path) : remove(path));
      if (ask) tell(t('logs.asked'));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  };
  return (
    <Card title={t('logs.title')} test="till-logs" aside={waits ? <Button label={t('logs.stop')} test="logs-stop" press={() => void act(false)} />
      : box.state !== 'revoked' && <Button icon="download" label={t('logs.ask')} test="logs-ask" press={() => void act(true)} />}>
      <p class="remark">{t('logs.about')}</p>
      {data.logs.length > 0 && <ul class="till-lines">{data.logs.map((x) => (
        <li key={x.wish} data-test="logs-wish"><span class="stacked"><span>{wall(new Date(x.asked))}</span><span class="remark">{x.by}</span></span>
          {x.taken ? <Button icon="download" label={t('logs.get', { size: Math.ceil(x.size / 1000) })} test="logs-get" press={() => void download(`${path}/${x.wish}`, `logs-${x.wish}.zip`)} /> : <Mark tone="calm" icon="clock">{t('logs.waits')}</Mark>}</li>
      ))}</ul>}
    </Card>
  );
}

interface Fork { records: number; sales: number; first: string | null; last: string | null }

// Second shows what a box has sent in a second history, and lets somebody count it.
function Second({ of, box, done }: { of: Till; box: Box; done: () => void }) {
  const path = own(`/boxes/${box.box}/fork`);
  const { data, again } = useLoad<Fork>(path, beat);
  if (!data || data.records === 0) return null;
  const count = () => confirm({ title: t('fork.sure', { point: of.point.name }), text: t('fork.sure_about'), label: t('fork.count'), act: async () => {
    try {
      const counted = await post<Fork>(path);
      tell(t('fork.counted', { count: group(String(counted.sales)) }));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
    done();
  } });
  return (
    <Card title={t('fork.title')} test="till-fork" aside={may('tills') && <Button kind="primary" label={t('fork.count')} test="fork-count" press={count} />}>
      <p>{t('fork.about')}</p>
      <ul class="till-lines">
        <li><span>{data.first && data.last ? t('fork.sales', { count: group(String(data.sales)), from: wall(new Date(data.first)), to: wall(new Date(data.last)) }) : t('fork.no_sales')}</span></li>
        {box !== of.box && <li><span class="stacked"><code class="box-id">{box.box.slice(0, 12)}</code><span class="remark">{t('till.before')}</span></span></li>}
        <li><span class="remark">{t('fork.records', { count: group(String(data.records)) })}</span></li>
      </ul>
      <p class="remark">{t('fork.next')}</p>
    </Card>
  );
}

function Before({ boxes }: { boxes: Box[] }) {
  if (boxes.length === 0) return null;
  return (
    <Card title={t('till.before')} test="till-before">
      <ul class="till-lines">{boxes.map((b) => <li key={b.box}><span class="stacked"><code class="box-id">{b.box.slice(0, 12)}</code><span class="remark">{t('till.before_about', { from: wall(new Date(b.joined)), to: wall(new Date(b.seen)), count: group(String(b.head)) })}</span></span><Mark tone="calm">{tOf('boxstate.', b.state)}</Mark></li>)}</ul>
    </Card>
  );
}

// OneTill is all that is known of a point's till, and what can be done with it.
export function OneTill() {
  const id = Number(place.value.rest[0]);
  const { tills, wrong, again } = useTills();
  const till = tills?.find((x) => x.point.point === id);
  if (!till) return <><Head title={t('till.title')} back={href('tills')} /><Wrong fault={wrong} again={again} />{!wrong && (tills ? <p class="waiting">{t('till.unknown')}</p> : <Waiting />)}</>;
  const shutOut = () => confirm({ title: t('till.revoke_title', { point: till.point.name }), text: t('till.revoke_text'), label: t('till.revoke'), loss: true, act: async () => {
    try {
      await post(own(`/boxes/${till.box!.box}/revoke`));
      tell(t('till.revoked'));
      again();
    } catch (e) {
      tellFault(asFault(e));
    }
  } });
  // A second history waits to be counted also where its box has been replaced since.
  const seconds = may('sales') && till.box ? [till.box, ...till.before].filter((b) => b.quarantine > 0) : [];
  return (
    <>
      <Head title={till.point.name} about={t('till.title')} back={href('tills')}>
        {hearing.value && <span class="live" data-test="live"><span class="live-dot" />{t('today.live')}</span>}
        {may('points') && <a class="button" href={href(`tills/key/${id}`)} data-test="till-replace"><Icon name="key" /><span class="button-label">{t(till.box ? 'till.replace' : 'till.join')}</span></a>}
        {may('points') && till.box?.state === 'active' && <Button label={t('till.revoke')} icon="stop" test="till-revoke" press={shutOut} />}
      </Head>
      <Wrong fault={wrong} again={again} />
      {till.box ? <div class="till-page"><div class="cards"><Facts of={till} /><History point={id} /><Before boxes={till.before} /></div><div class="cards">{seconds.map((b) => <Second key={b.box} of={till} box={b} done={again} />)}<TroubleList of={till} /><Devices of={till} />{may('points') && <Fetched box={till.box} />}</div></div>
        : <Empty icon="till" title={t('till.none')} text={t('till.none_about')} test="till-none" />}
    </>
  );
}

export const pages: Page[] = [
  { at: 'tills', title: 'tills.title', icon: 'till', group: 'tills', right: 'look', view: Tills, phone: 4 },
  { at: 'tills/messages', title: 'messages.title', icon: 'bell', group: 'tills', right: 'look', view: Messages },
  { at: 'tills/point', title: 'till.title', icon: 'till', group: 'tills', right: 'look', view: OneTill, hidden: true },
  { at: 'tills/new', title: 'point.new', icon: 'till', group: 'tills', right: 'points', view: NewPoint, hidden: true },
  { at: 'tills/key', title: 'key.page', icon: 'key', group: 'tills', right: 'points', view: Key, hidden: true },
];
