// Today: what is sold now, beside the same weekday before; what someone has to look at; the newest receipts. It follows
// within a moment of a sale.

import { Icon, type IconName } from '../../kit/icons';
import { cents, group, money, quantity, wall } from '../../kit/format';
import { Sum } from '../../kit/pieces';
import type { ComponentChildren } from 'preact';
import { Bars, Share } from '../chart';
import { beat, hearing } from '../live';
import { useLoad } from '../load';
import type { Box, Point } from '../model';
import { open } from '../pages';
import { Card, Empty, Head, Mark, Waiting, Wrong } from '../pieces';
import { href, place, ask } from '../route';
import { may, own } from '../session';
import { called, usePoints, weekday } from '../span';
import { Pick } from '../form';
import { t, tOf } from '../texts';
import type { Receipt, Shift, SumOf, PointSum } from './sums';

interface DaySum { sales: number; discount: string; rounding: string; total: string }
interface Now {
  day: string; time: string; then: string; today: DaySum; then_all: DaySum; then_so_far: string; hours: SumOf[]; then_hours: SumOf[]; points: PointSum[]; then_points: PointSum[];
  tenders: { tender: string; times: number; amount: string }[]; goods: { good: string; name: string; quantity: string; total: string }[]; receipts: Receipt[]; open: Shift[]; returns: SumOf; any: boolean; fiscal: { decide: number; wait: number; hours: number };
}

const num = (amount: string) => cents(amount) ?? 0;

// Than says how much more or less something is.
function Than({ now, then, say }: { now: number; then: number; say: string }) {
  if (!then) return <span class="remark">{t('today.none_then', { what: say })}</span>;
  const by = Math.round(((now - then) * 100) / Math.abs(then));
  return (
    <span class="than"><Mark tone={by < 0 ? 'warn' : 'good'} icon={by < 0 ? 'down' : 'up'}>{Math.abs(by)} %</Mark><span class="remark">{t('today.than', { sum: money(then), what: say })}</span></span>
  );
}

function Figure({ label, children, more }: { label: string; children: ComponentChildren; more?: ComponentChildren }) {
  return <div class="figure"><dt>{label}</dt><dd>{children}</dd>{more && <dd class="remark">{more}</dd>}</div>;
}

// hoursOf joins the hours of both days, from the first to the last in which anything was sold.
function hoursOf(now: Now) {
  const all = [...now.hours, ...now.then_hours].map((h) => Number(h.key)).filter((h) => h >= 0);
  const first = Math.min(9, ...all);
  const last = Math.max(20, ...all);
  const labels: string[] = [];
  const values: number[] = [];
  const than: number[] = [];
  const find = (list: SumOf[], h: number) => num(list.find((x) => x.key !== '' && Number(x.key) === h)?.total ?? '0') / 100;
  for (let h = first; h <= last; h++) {
    labels.push(String(h));
    values.push(find(now.hours, h));
    than.push(find(now.then_hours, h));
  }
  return { labels, values, than };
}

function Watch({ boxes, now, name }: { boxes: Box[]; now: Now; name: (p: number) => string }) {
  const items: { key: string; tone: 'warn' | 'loss' | 'calm'; icon: IconName; text: string; more: string; to?: string }[] = [];
  const f = now.fiscal;
  const age = f.hours ? t('fiscal.watch_hours', { hours: group(String(f.hours)) }) : '';
  if (f.decide > 0) items.push({ key: 'fd', tone: 'loss', icon: 'help', text: t('fiscal.watch_decide', { count: group(String(f.decide)) }), more: age, to: href('fiscal') });
  if (f.wait > 0 && f.hours > 0) items.push({ key: 'fw', tone: 'warn', icon: 'clock', text: t('fiscal.watch_wait', { count: group(String(f.wait)) }), more: f.decide > 0 ? '' : age, to: href('fiscal') });
  for (const b of boxes.filter((x) => x.state === 'active')) {
    const busy = now.open.some((s) => s.box === b.box) || b.report?.shift;
    if (!b.online && busy) items.push({ key: 's' + b.box, tone: 'warn', icon: 'cloud', text: t('watch.silent', { point: name(b.point) }), more: t('watch.since', { when: wall(new Date(b.seen)) }) });
    if (b.report && b.report.unsent > 0) {
      items.push({ key: 'u' + b.box, tone: 'warn', icon: 'bill', text: t('watch.unsent', { point: name(b.point), count: b.report.unsent }), more: b.report.oldest ? t('watch.oldest', { when: wall(new Date(b.report.oldest)) }) : '' });
    }
    if (b.problems + b.quarantine + b.alarms > 0) items.push({ key: 'p' + b.box, tone: 'loss', icon: 'warning', text: t('watch.trouble', { point: name(b.point) }), more: t('watch.records', { count: b.problems + b.quarantine }) });
  }
  for (const s of now.open.filter((x) => x.day < now.day)) items.push({ key: 'o' + s.box + s.opened, tone: 'warn', icon: 'clock', text: t('watch.left_open', { point: name(s.point) }), more: t('watch.since', { when: s.opened_at.slice(0, 16) }) });
  const out = now.open.length;
  return (
    <Card title={t('watch.title')} test="watch" aside={<span class="remark">{t('watch.open', { count: out })}</span>}>
      {items.length === 0 ? <p class="calm"><Icon name="check" />{t('watch.none')}</p> : (
        <ul class="watch">{items.slice(0, 6).map((i) => <li key={i.key} class={'is-' + i.tone} data-test="watch-item"><Icon name={i.icon} /><div><strong>{i.to ? <a href={i.to}>{i.text}</a> : i.text}</strong>{i.more && <span class="remark">{i.more}</span>}</div></li>)}</ul>
      )}
      {items.length > 6 && <p class="remark">{t('watch.more', { count: items.length - 6 })}</p>}
    </Card>
  );
}

function Steps({ boxes, points }: { boxes: number; points: Point[] }) {
  const goods = useLoad<{ rows: unknown[] }>(may('register') ? own('/registers/goods?limit=1') : '').data?.rows.length ?? 0;
  const to = (page: string, rest = '') => (open.value.some((p) => p.at === page) ? page + rest : undefined);
  const steps = [
    { key: 'goods' as const, done: goods > 0, to: to('registers/goods') },
    { key: 'point' as const, done: points.length > 0, to: to('tills/new') },
    { key: 'till' as const, done: boxes > 0, to: to('tills/key', '/' + points[0]?.point) },
    { key: 'sale' as const, done: false, to: undefined },
  ];
  const next = steps.find((s) => !s.done);
  return (
    <Empty icon="shop" title={t('steps.title')} text={t('steps.text')} test="first-steps">
      <ol class="steps">
        {steps.map((s, i) => (
          <li key={s.key} class={s.done ? 'is-done' : s === next ? 'is-next' : ''} data-test="step">
            <span class="step-number">{s.done ? <Icon name="check" /> : i + 1}</span>
            <div><strong>{t(`steps.${s.key}`)}</strong><span class="remark">{t(`steps.${s.key}_about`, { url: location.host })}</span></div>
            {s === next && s.to && <a class="button is-primary" href={href(s.to)} data-test="step-go">{t('steps.go')}</a>}
          </li>
        ))}
      </ol>
    </Empty>
  );
}

export function Today() {
  const point = Number(place.value.query.point) || 0;
  const points = usePoints();
  const { data: now, wrong, again } = useLoad<Now>(own('/reports/now' + (point ? '?point=' + point : '')), beat);
  const boxes = useLoad<{ boxes: Box[] }>(own('/boxes'), beat).data?.boxes ?? [];
  if (!now) return <><Head title={t('today.title')} /><Wrong fault={wrong} again={again} />{!wrong && <Waiting />}</>;
  if (!now.any) return <><Head title={t('today.title')} /><Steps boxes={boxes.length} points={points} /></>;
  const name = (p: number) => called(points, p);
  const then = t(`weekday.${weekday(now.then) as 0}`);
  const h = hoursOf(now);
  const most = Math.max(1, ...now.points.map((p) => num(p.total)), ...now.then_points.map((p) => num(p.total)));
  const mostGood = Math.max(1, ...now.goods.map((g) => num(g.total)));
  const paid = now.tenders.reduce((a, x) => a + num(x.amount), 0);
  const average = now.today.sales ? Math.round(num(now.today.total) / now.today.sales / 100) * 100 : 0;
  return (
    <>
      <Head title={t('today.title')} about={`${now.day} · ${t(`weekday.${weekday(now.day) as 0}`)} · ${now.time}`}>
        {hearing.value && <span class="live" data-test="live"><span class="live-dot" />{t('today.live')}</span>}
        {points.length > 1 && <Pick bare label={t('span.point')} value={String(point)} set={(p) => ask({ point: p === '0' ? undefined : p })} test="span-point"
          options={[{ value: '0', label: t('span.every') }, ...points.map((p) => ({ value: String(p.point), label: p.name }))]} />}
      </Head>
      <Wrong fault={wrong} again={again} />
      <div class="today">
        <Card more="today-sum" test="today-sum">
          <div class="today-total"><span class="today-label">{t('today.sold')}</span><Sum of={num(now.today.total)} more="today-figure" test="today-total" />
            <Than now={num(now.today.total)} then={num(now.then_so_far)} say={t('today.at_this_time', { day: then })} /></div>
          <dl class="figures">
            <Figure label={t('reports.sales')}>{group(String(now.today.sales))}</Figure>
            <Figure label={t('today.average')}>{money(average)}</Figure>
            <Figure label={t('reports.discount')}>{money(num(now.today.discount) - num(now.today.rounding))}</Figure>
            {num(now.today.rounding) !== 0 && <Figure label={t('reports.rounding')}>{money(num(now.today.rounding))}</Figure>}
            <Figure label={t('reports.returned')} more={now.returns.times > 0 ? t('today.times', { count: now.returns.times }) : undefined}>{money(now.returns.total)}</Figure>
          </dl>
        </Card>
        <Watch boxes={boxes} now={now} name={name} />
        <Card more="today-hours" title={t('today.hours')} test="today-hours" aside={<span class="key-line"><span class="key-bar" />{t('today.title')}<span class="key-step" />{t('today.whole', { day: then, sum: money(now.then_all.total) })}</span>}>
          <Bars test="hours-chart" labels={h.labels} values={h.values} than={h.than} height={216} say={t('today.say', { sum: money(now.today.total), then: money(now.then_all.total) })} />
        </Card>
        <Card title={t('today.points')} test="today-points" aside={<a href={href('sales/points', { days: 'today' })}>{t('today.all')}</a>}>
          {now.points.length === 0 ? <p class="remark">{t('today.not_yet')}</p> : (
            <ol class="ranks">{now.points.slice(0, 8).map((p) => (
              <li key={p.point}><span class="rank-name clip">{name(p.point)}</span><Sum of={num(p.total)} /><Share of={num(p.total)} most={most} />
                <span class="remark rank-more">{t('today.receipts_of', { count: group(String(p.sales)) })}</span></li>
            ))}</ol>
          )}
        </Card>
        <Card title={t('today.goods')} test="today-goods" aside={<a href={href('sales/goods', { days: 'today' })}>{t('today.all')}</a>}>
          {now.goods.length === 0 ? <p class="remark">{t('today.not_yet')}</p> : (
            <ol class="ranks">{now.goods.slice(0, 8).map((g) => (
              <li key={g.good}><span class="rank-name clip">{g.name || g.good}</span><Sum of={num(g.total)} /><Share of={num(g.total)} most={mostGood} />
                <span class="remark rank-more">{t('today.quantity', { count: quantity(g.quantity) })}</span></li>
            ))}</ol>
          )}
        </Card>
        <Card title={t('today.tenders')} test="today-tenders">
          {paid === 0 ? <p class="remark">{t('today.not_yet')}</p> : (
            <ol class="ranks">{now.tenders.map((x) => (
              <li key={x.tender}><span class="rank-name clip">{tOf('tender.', x.tender)}</span><Sum of={num(x.amount)} /><Share of={num(x.amount)} most={paid} /><span class="remark rank-more">{Math.round((num(x.amount) * 100) / paid)} %</span></li>
            ))}</ol>
          )}
        </Card>
        <Card more="today-newest" title={t('today.newest')} test="today-newest" aside={<a href={href('receipts', { days: 'today' })}>{t('today.all')}</a>}>
          {now.receipts.length === 0 ? <p class="remark">{t('today.not_yet')}</p> : (
            <ol class="newest">{now.receipts.map((r) => (
              <li key={r.box + r.seq}><a href={href(`receipt/${r.box}/${r.seq}`)} data-test="newest">
                <span class="newest-time">{r.local.slice(11, 16)}</span><span class="newest-point">{name(r.point)}</span>
                <span class={'newest-sum' + (r.back ? ' is-back' : '')}>{money(r.total)}</span></a></li>
            ))}</ol>
          )}
        </Card>
      </div>
    </>
  );
}
