// Which days, and of which sales point: they stand in the address, so that a page can be kept and sent to somebody.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { Choice } from '../kit/form';
import { wall } from '../kit/format';
import { Icon } from '../kit/icons';
import { Pick } from './form';
import { useLoad } from './load';
import type { Point } from './model';
import { ask, place } from './route';
import { own } from './session';
import { t } from './texts';

export interface Span { from: string; to: string; point: number; preset: Preset | 'own' }

const PRESETS = ['today', 'yesterday', 'week', 'month', 'before'] as const;
type Preset = (typeof PRESETS)[number];

// today is the shop's day.
export const today = () => wall(new Date()).slice(0, 10);

const utc = (day: string) => new Date(day + 'T00:00:00Z');
const written = (d: Date) => d.toISOString().slice(0, 10);

// shift moves a day.
export function shift(day: string, by: number) {
  const d = utc(day);
  d.setUTCDate(d.getUTCDate() + by);
  return written(d);
}

// weekday is 0 for Sunday.
export const weekday = (day: string) => utc(day).getUTCDay();

function days(preset: Preset): [string, string] {
  const now = today();
  switch (preset) {
    case 'today': return [now, now];
    case 'yesterday': return [shift(now, -1), shift(now, -1)];
    case 'week': return [shift(now, -6), now];
    case 'month': return [now.slice(0, 8) + '01', now];
    case 'before': {
      const end = shift(now.slice(0, 8) + '01', -1);
      return [end.slice(0, 8) + '01', end];
    }
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

// useSpan reads the address. What stands there and is none is this month.
export function useSpan(usual: Preset = 'month'): Span {
  const q = place.value.query;
  const point = Number(q.point) || 0;
  if (DAY.test(q.from ?? '') && DAY.test(q.to ?? '')) return { from: q.from, to: q.to, point, preset: 'own' };
  const preset = PRESETS.find((p) => p === q.days) ?? usual;
  const [from, to] = days(preset);
  return { from, to, point, preset };
}

// points are the company's sales points.
export const usePoints = () => useLoad<{ points: Point[] }>(own('/points')).data?.points ?? [];

// called is a point's name.
export const called = (points: Point[], point: number) => points.find((p) => p.point === point)?.name ?? `№ ${point}`;

// useInSight moves a row of choices that is wider than a phone to the one that is chosen, each time that it is another.
export function useInSight(selector: string, chosen: string) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const show = () => {
      const on = box.current?.querySelector(selector);
      const row = on?.parentElement;
      if (!on || !row || row.scrollWidth <= row.clientWidth) return;
      const a = on.getBoundingClientRect();
      const b = row.getBoundingClientRect();
      row.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2;
    };
    show();
    addEventListener('resize', show); // a phone that is turned
    return () => removeEventListener('resize', show);
  }, [selector, chosen]);
  return box;
}

// SpanBar chooses.
export function SpanBar({ span, points }: { span: Span; points: Point[] }) {
  const own = useSignal(span.preset === 'own');
  const bar = useInSight('[aria-checked=true]', own.value ? 'own' : span.preset);
  useEffect(() => {
    if (span.preset === 'own') own.value = true;
  }, [span.preset]);
  return (
    <div class="span-bar" ref={bar}>
      <Choice bare label={t('span.days')} value={own.value ? 'own' : span.preset} test="span" options={[...PRESETS, 'own' as const].map((p) => ({ value: p, label: t(`span.${p}`) }))}
        set={(p) => {
          own.value = p === 'own';
          if (p !== 'own') ask({ days: p, from: undefined, to: undefined });
        }} />
      {own.value && (
        <div class="span-own">
          {(['from', 'to'] as const).map((end) => (
            <label class="field-box date-box" key={end}>
              <span>{span[end]}</span><Icon name="calendar" />
              <input type="date" class="date-input" onClick={(e) => e.currentTarget.showPicker?.()} value={span[end]} max={today()} aria-label={t(`span.${end}`)} data-test={'span-' + end} onChange={(e) => {
                const day = e.currentTarget.value;
                if (!DAY.test(day)) return;
                const other = end === 'from' ? { from: day, to: day > span.to ? day : span.to } : { from: day < span.from ? day : span.from, to: day };
                ask({ days: undefined, ...other });
              }} />
            </label>
          ))}
        </div>
      )}
      {points.length > 1 && <Pick bare label={t('span.point')} value={String(span.point)} set={(p) => ask({ point: p === '0' ? undefined : p })} test="span-point"
        options={[{ value: '0', label: t('span.every') }, ...points.map((p) => ({ value: String(p.point), label: p.name }))]} />}
    </div>
  );
}
