// Charts, drawn by uPlot: bars of what is, a line of what it is compared with. Each names itself for those who listen.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { group } from '../kit/format';
import { t } from './texts';

export interface BarsProps {
  labels: string[]; // below, one each
  values: number[]; // tögrög
  than?: (number | null)[]; // what it is compared with
  say: string; // what the picture shows
  height?: number;
  test: string;
  pick?: (i: number) => void;
}

// short writes a sum for an axis: 1.2 m rather than 1 200 000.
function short(v: number) {
  if (Math.abs(v) >= 1e9) return t('chart.billion', { count: +(v / 1e9).toFixed(1) });
  if (Math.abs(v) >= 1e6) return t('chart.million', { count: +(v / 1e6).toFixed(1) });
  if (Math.abs(v) >= 1e3) return t('chart.thousand', { count: +(v / 1e3).toFixed(1) });
  return group(String(Math.round(v)));
}

// STEPS are what may lie between two labels of the axis: a smaller one than 1 would be written like its neighbour.
const STEPS = Array.from({ length: 13 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');

function options(o: BarsProps, width: number): uPlot.Options {
  const font = '12px "Noto Sans", sans-serif';
  const muted = css('--muted');
  const line = css('--line');
  const longest = Math.max(...o.labels.map((l) => l.length), 2) * 8 + 10;
  // every says which labels have room.
  const every = (u: uPlot) => Math.max(1, Math.ceil(o.labels.length / Math.max(2, Math.floor((u.width - 60) / longest))));
  return {
    width, height: o.height ?? 220, legend: { show: false }, padding: [10, 4, 0, 0],
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: [-0.6, o.labels.length - 0.4] }, y: { range: (_u, min, max) => [Math.min(0, min), max > 0 ? Math.max(1, max) * 1.08 : 0.9] } },
    axes: [
      { font, stroke: muted, grid: { show: false }, ticks: { show: false }, gap: 4, size: 26, splits: () => o.labels.map((_, i) => i), values: (u, at) => at.map((i) => (i % every(u) === 0 ? o.labels[i] : '')) },
      { font, stroke: muted, grid: { stroke: line, width: 1 }, ticks: { show: false }, gap: 6, size: 58, incrs: STEPS, values: (_u, at) => at.map(short) },
    ],
    series: [
      {},
      { fill: css('--accent'), stroke: css('--accent'), width: 0, paths: uPlot.paths.bars!({ size: [0.62, 44], radius: 0.12 }), points: { show: false } },
      ...(o.than ? [{ stroke: css('--amber'), width: 2, points: { show: true, size: 6, fill: css('--surface') }, spanGaps: true }] : []),
    ],
  };
}

// Bars draws them as wide as there is room.
export function Bars(o: BarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const now = useRef(o);
  now.current = o;
  const data = (): uPlot.AlignedData => [o.labels.map((_, i) => i), o.values, ...(o.than ? [o.than] : [])] as uPlot.AlignedData;
  useEffect(() => {
    const el = box.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(now.current, el.clientWidth), data(), el);
      plot.current.over.addEventListener('click', () => {
        const i = plot.current?.cursor.idx;
        if (i !== null && i !== undefined) now.current.pick?.(i);
      });
    };
    draw();
    let width = el.clientWidth;
    const watch = new ResizeObserver(() => {
      if (el.clientWidth === width) return;
      width = el.clientWidth;
      plot.current?.setSize({ width, height: o.height ?? 220 });
    });
    watch.observe(el);
    dark.addEventListener('change', draw);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', draw);
      plot.current?.destroy();
    };
  }, [o.labels.join('|'), Boolean(o.than)]);
  useEffect(() => void plot.current?.setData(data()), [o.values.join(), o.than?.join()]);
  return <div class={'chart' + (o.pick ? ' is-open' : '')} ref={box} role="img" aria-label={o.say} data-test={o.test} />;
}

// Share is a bar as long as a part of the whole.
export function Share({ of, most }: { of: number; most: number }) {
  const part = most > 0 ? Math.max(0, Math.min(1, of / most)) : 0;
  return <span class="share" aria-hidden="true"><span class="share-bar" ref={(el) => { if (el) el.style.width = `${part * 100}%`; }} /></span>;
}
