// Settings that are rows: taxes by day, layouts of barcodes, notes. The columns come from whoever describes the setting; each
// cell is a field of its kind, and what is wrong with it stands at it.

import { Field } from './field';
import { Choice, Switch } from './form';
import { cents, percent, wire } from './format';
import { Icon } from './icons';
import { Button } from './pieces';
import { language, say } from './texts';

export type Cell = string | number | boolean | undefined;

// Row is one as the setting has it, or while it is edited, with texts in place of numbers.
export type Row = Record<string, Cell>;

export interface Column {
  name: string; kind: 'day' | 'percent' | 'int' | 'digits' | 'choice' | 'bool'; title_mn: string; title_en: string; about_mn: string; about_en: string;
  enum: { value: string; mn: string; en: string }[]; min: number | null; max: number | null; fresh: Cell; rising: boolean; once: boolean; begun: boolean;
}

// Rows is a setting that is edited row by row. today is the shop's day.
export interface Rows { path: string; columns: Column[]; today: string }

export const titleOf = (c: Column) => (language() === 'en' ? c.title_en : c.title_mn);
const aboutOf = (c: Column) => (language() === 'en' ? c.about_en : c.about_mn);
const named = (c: Column, value: Cell) => {
  const one = c.enum.find((x) => x.value === value);
  return one ? (language() === 'en' ? one.en : one.mn) : String(value ?? '');
};

const text = (row: Row, name: string) => String(row[name] ?? '').trim();
const count = (row: Row, name: string) => (/^\d{1,9}$/.test(text(row, name)) ? Number(row[name]) : NaN);

const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(day + 'T00:00:00Z').toJSON()?.slice(0, 10) === day;

const isShare = (share: string) => /^\d{1,3}([.,]\d{1,2})?$/.test(share) && cents(share)! <= 100_00;

// share is a percentage as one types it: without the decimals that say nothing.
const share = (row: Row, name: string) => text(row, name).replace(/\.00$/, '');

const EAN = 13; // digits of a whole code

// digits says how many digits a layout has, with the last one, which checks them all.
const digits = (r: Row) => text(r, 'prefix').length + count(r, 'item_digits') + (r.price_check ? 1 : 0) + count(r, 'value_digits') + 1;

// MORE is what rows of one setting demand of each other beyond their columns ('': nothing).
const MORE: Record<string, (of: Rows, rows: Row[], i: number, name: string) => string> = {
  barcode_rules(_, rows, i, name) {
    const r = rows[i];
    const n = count(r, name);
    if (name === 'item_digits' && digits(r) > 0 && digits(r) !== EAN) return say('rule.sum', { count: digits(r) });
    if (name === 'value_digits' && r.price_check && n !== 4 && n !== 5) return say('rule.check_wrong');
    return name === 'decimals' && n > count(r, 'value_digits') ? say('rule.decimals_wrong') : '';
  },
};

function wrongKind(c: Column, it: string, n: number) {
  const least = c.min ?? 0;
  const most = c.max ?? 1e9;
  switch (c.kind) {
    case 'day': return isDay(it) ? '' : say('rows.day');
    case 'percent': return isShare(it) ? '' : say('rows.share');
    case 'digits': return /^\d+$/.test(it) && it.length >= least && it.length <= most ? '' : say('rows.digits', { min: least, max: most });
    case 'int': return n >= least && n <= most ? '' : say('rows.between', { min: least, max: most });
  }
  return '';
}

// wrong says what is wrong with a cell; '' for nothing.
export function wrong(of: Rows, rows: Row[], i: number, c: Column) {
  const it = text(rows[i], c.name);
  const kind = wrongKind(c, it, count(rows[i], c.name));
  if (kind) return kind;
  if (c.rising && i > 0 && it <= text(rows[i - 1], c.name)) return say('rows.order');
  if (c.begun && i === 0 && it > of.today) return say('rate.today');
  if (c.once && rows.some((x, j) => j < i && text(x, c.name) === it)) return say('rows.twice');
  return MORE[of.path]?.(of, rows, i, c.name) ?? '';
}

function keptCell(c: Column, row: Row): Cell {
  switch (c.kind) {
    case 'int': return count(row, c.name);
    case 'bool': return Boolean(row[c.name]);
    case 'percent': return wire(cents(text(row, c.name)) ?? 0);
  }
  return text(row, c.name);
}

// kept are rows as the setting takes them; undefined while something is wrong with one.
export function kept(of: Rows, rows: Row[]): Row[] | undefined {
  const whole = rows.every((_, i) => of.columns.every((c) => !wrong(of, rows, i, c)));
  return whole ? rows.map((row) => Object.fromEntries(of.columns.map((c) => [c.name, keptCell(c, row)]))) : undefined;
}

// added are the rows with another one at their end. What holds from a day on changes little from one row to the next.
export function added(of: Rows, rows: Row[]): Row[] {
  const last = of.columns.some((c) => c.rising) ? rows[rows.length - 1] : undefined;
  return [...rows, Object.fromEntries(of.columns.map((c) => [c.name, last && !c.rising ? last[c.name] : c.fresh]))];
}

// said is a row in words.
export const said = (columns: Column[], row: Row) => columns.map((c) => {
  const v = row[c.name];
  switch (c.kind) {
    case 'bool': return `${titleOf(c)}: ${say(v ? 'rows.yes' : 'rows.no')}`;
    case 'percent': return `${titleOf(c)}: ${percent(String(v ?? ''))}`;
    case 'choice': return `${titleOf(c)}: ${named(c, v)}`;
    case 'day': return String(v ?? '');
  }
  return c.name ? `${titleOf(c)}: ${v ?? ''}` : String(v ?? '');
}).join(', ');

// shape shows how a code of a layout looks.
function shape(r: Row) {
  const some = (letter: string, name: string) => letter.repeat(Math.min(EAN, count(r, name) || 0));
  return say('rule.shape', { code: [text(r, 'prefix'), some('A', 'item_digits'), r.price_check ? 'V' : '', some('B', 'value_digits'), 'C'].filter(Boolean).join(' ') });
}

export interface EditorProps extends Rows {
  label: string;
  rows: Row[];
  set: (rows: Row[]) => void;
  least: number; // rows that must stay
  machine?: boolean; // the machine's own keyboard and calendar
  cap?: string; // the key that adds a row
  enter?: () => void;
  off: boolean;
}

interface CellProps { o: EditorProps; i: number; c: Column; put: (v: Cell) => void }

function CellField({ o, i, c, put }: CellProps) {
  const row = o.rows[i];
  const test = `row-${o.path}-${c.name || 'value'}`;
  const bad = wrong(o, o.rows, i, c);
  const label = titleOf(c);
  switch (c.kind) {
    case 'bool': return <div class="row-all"><Switch label={label} about={c.name === 'price_check' ? shape(row) : undefined} on={Boolean(row[c.name])} set={put} test={test} off={o.off} /></div>;
    case 'choice': return <div class="row-wide"><Choice label={label} value={String(row[c.name])} set={put} test={test} off={o.off} options={c.enum.map((x) => ({ value: x.value, label: named(c, x.value) }))} /></div>;
    case 'day':
      if (!o.machine) return <Field kind="code" label={label} hint="2026-01-01" value={text(row, c.name)} set={put} enter={o.enter} test={test} wrong={bad} most={10} off={o.off} />;
      return (
        <label class={'field row-day' + (bad ? ' is-wrong' : '')}><span class="field-label">{label}</span>
          <span class="field-box"><input type="date" value={text(row, c.name)} disabled={o.off} data-test={test} aria-label={label} aria-invalid={bad ? 'true' : undefined} onInput={(e) => put(e.currentTarget.value)} /></span>
          {bad && <span class="field-wrong" data-test={test + '-wrong'}>{bad}</span>}</label>);
    case 'percent': return <Field kind="amount" label={label} suffix="%" value={share(row, c.name)} set={put} enter={o.enter} test={test} wrong={bad} most={6} off={o.off} mode={o.machine ? 'decimal' : undefined} />;
  }
  return <Field kind="count" label={c.name ? label : undefined} aria={c.name ? undefined : `${label} ${i + 1}`} value={text(row, c.name)} set={put} enter={o.enter} test={test} wrong={bad} most={String(c.max ?? '').length > 2 ? 9 : c.kind === 'digits' ? c.max ?? 9 : 2} off={o.off} mode={o.machine ? 'numeric' : undefined} />;
}

// focusOn puts the focus on the first of these that is there, once it is drawn: before the next key, which may come sooner than a frame.
const focusOn = (path: string, ...all: string[]) => queueMicrotask(() => {
  const at = all.map((find) => document.querySelector<HTMLElement>(`[data-rows="${path}"] ${find}`)).find(Boolean);
  at?.focus();
  (at?.closest('.rows-one') ?? at)?.scrollIntoView({ block: 'nearest' });
});

// focusLast goes to the first field of the last row.
export const focusLast = (path: string) => focusOn(path, '.rows-one:last-of-type input');

// Editor is the rows of a setting. Alt with the arrow keys moves a row; where there is room, buttons do, too.
export function Editor(o: EditorProps) {
  const { path, rows, set, off } = o;
  const move = (i: number, to: number, find: string) => {
    if (off || to < 0 || to >= rows.length) return;
    const next = [...rows];
    next.splice(to, 0, ...next.splice(i, 1));
    set(next);
    const there = `.rows-one:nth-of-type(${to + 1}) `;
    focusOn(path, there + find, there + '.rows-act:not(:disabled)');
  };
  const keys = (e: KeyboardEvent, i: number) => {
    if (!e.altKey || e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
    e.preventDefault();
    e.stopPropagation();
    const at = (e.target as HTMLElement).dataset.test;
    move(i, e.key === 'ArrowUp' ? i - 1 : i + 1, at ? `[data-test$="${at}"]` : 'input');
  };
  const drop = (i: number) => {
    set(rows.filter((_, j) => j !== i));
    focusOn(path, '.rows-add');
  };
  const sign = (icon: 'up' | 'down' | 'close', label: string, test: string, act: () => void, no: boolean) => (
    <button type="button" class="button rows-act" data-stop data-test={`${test}-${path}`} aria-label={label} title={label} disabled={off || no} onClick={act}><Icon name={icon} /></button>
  );
  const single = o.columns.length === 1;
  return (
    <div class={'rows' + (single ? ' is-single' : '')} role="group" aria-label={o.label} data-rows={path}>
      {!single && rows.length > 0 && (
        <details class="rows-help"><summary data-test={'rows-help-' + path}><Icon name="help" />{say('rows.help')}</summary>
          <dl>{o.columns.map((c) => <div key={c.name}><dt>{titleOf(c)}</dt><dd>{aboutOf(c)}</dd></div>)}</dl></details>)}
      {rows.map((_, i) => (
        <div key={i} class={'rows-one is-' + path} role="group" aria-label={say('rows.row', { row: i + 1 })} data-test={'row-' + path} onKeyDown={(e) => keys(e, i)}>
          <div class="rows-fields">{o.columns.map((c) => <CellField key={c.name} o={o} i={i} c={c} put={(v) => set(rows.map((x, j) => (j === i ? { ...x, [c.name]: v } : x)))} />)}</div>
          {!off && <div class="rows-acts">
            {o.machine && sign('up', say('rows.up', { row: i + 1 }), 'row-up', () => move(i, i - 1, '[data-test^="row-up"]:not(:disabled)'), i === 0)}
            {o.machine && sign('down', say('rows.down', { row: i + 1 }), 'row-down', () => move(i, i + 1, '[data-test^="row-down"]:not(:disabled)'), i === rows.length - 1)}
            {sign('close', say('rows.drop', { row: i + 1 }), 'row-drop', () => drop(i), rows.length <= o.least)}
          </div>}
        </div>
      ))}
      {!off && <Button label={say('rows.add')} cap={o.cap} icon="plus" more="rows-add" test={'row-add-' + path} press={() => { set(added(o, rows)); focusLast(path); }} />}
    </div>
  );
}
