// Settings that are rows: tax rates by day, layouts of the shop's own barcodes. A row is edited in fields, and what is wrong
// with it stands at the field.

import { Field } from '../../kit/field';
import { Choice, Switch } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { cents, wall, wire } from '../../kit/format';
import { ui } from '../store';
import { t } from '../texts';

type Cell = string | number | boolean | undefined;

// Row is one as the setting has it, or while it is edited, with texts in place of numbers.
export type Row = Record<string, Cell>;

const text = (row: Row, name: string) => String(row[name] ?? '');
const count = (row: Row, name: string) => (/^\d{1,2}$/.test(text(row, name)) ? Number(row[name]) : NaN);

// Table is one kind of rows: how a row is drawn and kept, and what may be wrong at one of its fields ('': nothing).
interface Table {
  fresh: (rows: Row[]) => Row;
  least: number;
  names: string[];
  wrong: (rows: Row[], i: number, name: string) => string;
  kept: (row: Row) => Row;
  draw: (o: Drawn) => preact.JSX.Element;
}

interface Drawn { rows: Row[]; i: number; put: (by: Row) => void; wrong: (name: string) => string; enter: () => void; path: string; off: boolean }

const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(day + 'T00:00:00Z').toJSON()?.slice(0, 10) === day;

const today = () => wall(ui.clock.value).slice(0, 10);

const isShare = (share: string) => /^\d{1,3}([.,]\d{1,2})?$/.test(share) && cents(share)! <= 100_00;

const rates: Table = {
  fresh: (rows) => ({ ...rows[rows.length - 1], from: '' }),
  least: 1,
  names: ['from', 'vat', 'city_tax'],
  wrong(rows, i, name) {
    const it = text(rows[i], name).trim();
    if (name !== 'from') return isShare(it) ? '' : t('rate.share');
    if (!isDay(it)) return t('rate.day');
    if (i > 0 && it <= text(rows[i - 1], 'from').trim()) return t('rate.order');
    return i === 0 && it > today() ? t('rate.today') : '';
  },
  kept: (row) => ({ from: text(row, 'from').trim(), vat: wire(cents(text(row, 'vat')) ?? 0), city_tax: wire(cents(text(row, 'city_tax')) ?? 0) }),
  draw: ({ rows, i, put, wrong, enter, path, off }) => (
    <>
      <Field kind="code" label={t('rate.from')} hint="2026-01-01" value={text(rows[i], 'from')} set={(from) => put({ from })} enter={enter} test={`row-${path}-from`} wrong={wrong('from')} most={10} off={off} />
      <Field kind="amount" label={t('rate.vat')} suffix="%" value={share(rows[i], 'vat')} set={(vat) => put({ vat })} enter={enter} test={`row-${path}-vat`} wrong={wrong('vat')} most={6} off={off} />
      <Field kind="amount" label={t('rate.city')} suffix="%" value={share(rows[i], 'city_tax')} set={(city_tax) => put({ city_tax })} enter={enter} test={`row-${path}-city_tax`} wrong={wrong('city_tax')} most={6} off={off} />
    </>
  ),
};

const payers: Table = {
  fresh: (rows) => ({ ...(rows[rows.length - 1] ?? { vat: true, city_tax: false }), from: '' }),
  least: 0,
  names: ['from'],
  wrong(rows, i, name) {
    const it = text(rows[i], name).trim();
    if (!isDay(it)) return t('rate.day');
    return i > 0 && it <= text(rows[i - 1], 'from').trim() ? t('rate.order') : '';
  },
  kept: (row) => ({ from: text(row, 'from').trim(), vat: Boolean(row.vat), city_tax: Boolean(row.city_tax) }),
  draw: ({ rows, i, put, wrong, enter, path, off }) => (
    <>
      <Field kind="code" label={t('rate.from')} hint="2026-01-01" value={text(rows[i], 'from')} set={(from) => put({ from })} enter={enter} test={`row-${path}-from`} wrong={wrong('from')} most={10} off={off} />
      <div class="row-all"><Switch label={t('rate.vat_payer')} on={Boolean(rows[i].vat)} set={(vat) => put({ vat })} test={`row-${path}-vat`} off={off} /></div>
      <div class="row-all"><Switch label={t('rate.city_payer')} on={Boolean(rows[i].city_tax)} set={(city_tax) => put({ city_tax })} test={`row-${path}-city_tax`} off={off} /></div>
    </>
  ),
};

// share is a percentage as one types it: without the decimals that say nothing.
const share = (row: Row, name: string) => text(row, name).replace(/\.00$/, '');

const EAN = 13; // digits of a whole code

// digits says how many digits a layout has, with the last one, which checks them all.
const digits = (r: Row) => text(r, 'prefix').length + count(r, 'item_digits') + (r.price_check ? 1 : 0) + count(r, 'value_digits') + 1;

const rules: Table = {
  fresh: () => ({ prefix: '', item_digits: '5', value_digits: '5', kind: 'weight', decimals: '3' }),
  least: 0,
  names: ['prefix', 'item_digits', 'value_digits', 'decimals'],
  wrong(rows, i, name) {
    const r = rows[i];
    const n = count(r, name);
    switch (name) {
      case 'prefix':
        if (!/^\d{1,6}$/.test(text(r, name))) return t('rule.prefix_wrong');
        return rows.some((x, j) => j < i && text(x, name) === text(r, name)) ? t('rule.twice') : '';
      case 'item_digits':
        if (!(n >= 1)) return t('rule.digits');
        return digits(r) > 0 && digits(r) !== EAN ? t('rule.sum', { count: digits(r) }) : '';
      case 'value_digits':
        if (!(n >= 1)) return t('rule.digits');
        return r.price_check && n !== 4 && n !== 5 ? t('rule.check_wrong') : '';
      default:
        return n >= 0 && !(n > count(r, 'value_digits')) ? '' : t('rule.decimals_wrong');
    }
  },
  kept: (r) => ({
    prefix: text(r, 'prefix'), item_digits: count(r, 'item_digits'), value_digits: count(r, 'value_digits'), kind: r.kind, decimals: count(r, 'decimals'),
    ...(r.price_check ? { price_check: true } : {}),
  }),
  draw: ({ rows, i, put, wrong, enter, path, off }) => {
    const r = rows[i];
    const field = (name: string, label: string) => <Field kind="count" label={label} value={text(r, name)} set={(v) => put({ [name]: v })} enter={enter} test={`row-${path}-${name}`} wrong={wrong(name)} most={name === 'prefix' ? 6 : 2} off={off} />;
    return (
      <>
        {field('prefix', t('rule.prefix'))}
        <div class="row-wide"><Choice label={t('rule.kind')} value={String(r.kind)} set={(kind) => put({ kind })} test={`row-${path}-kind`} off={off}
          options={[{ value: 'weight', label: t('rule.weight') }, { value: 'price', label: t('rule.price') }, { value: 'count', label: t('rule.count') }]} /></div>
        {field('item_digits', t('rule.item'))}{field('value_digits', t('rule.value'))}{field('decimals', t('rule.decimals'))}
        <div class="row-all"><Switch label={t('rule.check')} about={shape(r)} on={Boolean(r.price_check)} set={(price_check) => put({ price_check })} test={`row-${path}-price_check`} off={off} /></div>
      </>
    );
  },
};

// shape shows how a code of this layout looks.
function shape(r: Row) {
  const some = (letter: string, name: string) => letter.repeat(Math.min(EAN, count(r, name) || 0));
  return t('rule.shape', { code: [text(r, 'prefix'), some('A', 'item_digits'), r.price_check ? 'V' : '', some('B', 'value_digits'), 'C'].filter(Boolean).join(' ') });
}

const TABLES: Record<string, Table> = { rates, payers, barcode_rules: rules };

// tableOf says how rows of a setting are edited; none: only newer programs know.
export const tableOf = (path: string): Table | undefined => TABLES[path];

// kept are rows as the setting takes them; undefined while something is wrong with one.
export function kept(path: string, rows: Row[]): Row[] | undefined {
  const table = TABLES[path];
  const whole = rows.length >= table.least && rows.every((_, i) => table.names.every((name) => !table.wrong(rows, i, name)));
  return whole ? rows.map(table.kept) : undefined;
}

// added are the rows with another one at their end.
export const added = (path: string, rows: Row[]) => [...rows, TABLES[path].fresh(rows)];

export interface EditorProps { path: string; label: string; rows: Row[]; set: (rows: Row[]) => void; add: () => void; cap?: string; enter: () => void; off: boolean }

// Editor is the rows of a setting, each in fields.
export function Editor({ path, label, rows, set, add, cap, enter, off }: EditorProps) {
  const table = TABLES[path];
  const Draw = table.draw;
  return (
    <div class="rows" role="group" aria-label={label}>
      {rows.map((_, i) => (
        <div key={i} class={'rows-one is-' + path} data-test={'row-' + path}>
          <div class="rows-fields">
            <Draw rows={rows} i={i} path={path} off={off} enter={enter} wrong={(name) => table.wrong(rows, i, name)} put={(by) => set(rows.map((x, j) => (j === i ? { ...x, ...by } : x)))} />
          </div>
          <button type="button" class="button rows-drop" data-stop data-test={'row-drop-' + path} aria-label={t('rows.drop', { row: i + 1 })} disabled={off || rows.length <= table.least}
            onClick={() => set(rows.filter((_, j) => j !== i))}>{'\u00d7'}</button>
        </div>
      ))}
      <Button label={t('rows.add')} cap={cap} icon="plus" test={'row-add-' + path} press={add} off={off} />
    </div>
  );
}
