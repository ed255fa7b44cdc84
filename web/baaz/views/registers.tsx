// Pages of the registers: one for each, made of what BAAZ says of it and of which columns are worth seeing.

import { useSignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon, type IconName } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { language } from '../../kit/texts';
import { asFault, get, query } from '../api';
import { Pick } from '../form';
import type { Fault } from '../model';
import type { Page } from '../page';
import { Empty, Head, tellFault, Waiting, Wrong } from '../pieces';
import { Edit, mayChange, put } from '../registers/edit';
import { Grid, idOf, type GridColumn } from '../registers/grid';
import { LabelsDialog, TryBarcode } from '../registers/labels';
import { BulkDialog, ImportDialog, SetsDialog } from '../registers/many';
import { useNames } from '../registers/settings';
import { loadTable, priceAt, said, scopeSaid, table, title, type Body, type Field, type Register, type Row, type Value } from '../registers/model';
import { money } from '../../kit/format';
import { own } from '../session';
import { t, tOf, type Key } from '../texts';

interface Shape { name: string; title: Key; icon: IconName; columns: string[]; phone: number; files?: string[] }

// SHAPES say which columns a register shows; the first ones also on a phone.
const SHAPES: Shape[] = [
  { name: 'goods', title: 'register.goods', icon: 'goods', columns: ['name', 'prices', 'code', 'barcodes', 'category', 'unit', 'tax', 'active'], phone: 2, files: ['goods', 'prices'] },
  { name: 'categories', title: 'register.categories', icon: 'menu', columns: ['name', 'code', 'parent', 'order', 'active'], phone: 2, files: ['categories'] },
  { name: 'price_lists', title: 'register.price_lists', icon: 'bill', columns: ['name', 'code', 'note'], phone: 2, files: ['price_lists'] },
  { name: 'customers', title: 'register.customers', icon: 'card', columns: ['name', 'code', 'percent', 'cards', 'phone', 'tier', 'earned', 'valid_to', 'active'], phone: 3, files: ['customers'] },
  { name: 'tiers', title: 'register.tiers', icon: 'chart', columns: ['name', 'code', 'steps'], phone: 2 },
  { name: 'sellers', title: 'register.sellers', icon: 'people', columns: ['name', 'code', 'role', 'scope', 'active'], phone: 3, files: ['sellers'] },
  { name: 'roles', title: 'register.roles', icon: 'lock', columns: ['code', 'name', 'max_discount', 'rights'], phone: 2 },
  { name: 'locations', title: 'register.locations', icon: 'home', columns: ['name', 'code', 'kind', 'note'], phone: 2 },
  { name: 'points', title: 'register.points', icon: 'shop', columns: ['name', 'code', 'location', 'price_list', 'branch', 'till', 'header', 'footer'], phone: 2 },
  { name: 'taxes', title: 'register.taxes', icon: 'tax', columns: ['code', 'vat', 'city_tax'], phone: 3 },
  { name: 'barcode_rules', title: 'register.barcode_rules', icon: 'barcode', columns: ['code', 'kind', 'item_digits', 'value_digits', 'decimals', 'price_check'], phone: 3 },
  { name: 'tabs', title: 'register.tabs', icon: 'display', columns: ['name', 'code', 'kind', 'order', 'scope', 'active'], phone: 3 },
  { name: 'tenders', title: 'register.tenders', icon: 'cash', columns: ['name', 'code', 'order', 'scope', 'active'], phone: 3 },
  { name: 'company', title: 'register.company', icon: 'info', columns: ['name', 'tin', 'address', 'phone', 'vat'], phone: 2 },
  { name: 'settings', title: 'register.settings', icon: 'gear', columns: ['code', 'scope', 'values'], phone: 2 },
];

const WIDE = new Set(['name', 'values', 'rights', 'steps', 'note', 'address']);
const INLINE = new Set(['text', 'whole', 'percent', 'money']);

function column(r: Register, name: string, first: boolean, may: boolean): GridColumn | null {
  if (name === 'code') return { id: name, title: title(r.code) || t('field.code'), width: r.name === 'goods' ? 'minmax(116px, 0.9fr)' : 'minmax(72px, 0.7fr)', sort: 'code', text: (x) => (r.code.enum.length ? tOf('choice.', x.code) : x.code) };
  if (name === 'scope') return { id: name, title: t('field.scope'), width: 'minmax(90px, 0.8fr)', text: (x) => scopeSaid(x.scope) };
  const f = r.fields.find((x) => x.name === name);
  if (!f) return null;
  if (r.name === 'goods' && name === 'prices') return {
    id: name, title: t('field.price'), width: 'minmax(84px, 0.8fr)', figure: true, sort: 'prices',
    text: (x) => { const i = priceAt(x.body?.prices); return i < 0 ? '' : money((x.body!.prices as Body[])[i].amount as string); },
    edit: may ? (x) => { const i = priceAt(x.body?.prices); return i < 0 ? '' : String((x.body!.prices as Body[])[i].amount).replace(/\.00$/, ''); } : undefined,
  };
  const inline = may && INLINE.has(f.kind) && !f.read_only && !f.register;
  return {
    id: name, title: title(f), width: first || WIDE.has(name) ? 'minmax(96px, 2fr)' : name === 'barcodes' ? 'minmax(136px, 1.2fr)' : f.kind === 'yes' ? '96px' : 'minmax(80px, 1fr)', figure: ['whole', 'percent', 'money'].includes(f.kind), sort: f.kind === 'layer' ? undefined : name,
    text: (x) => said(f, x.body?.[name]), edit: inline ? (x) => String(x.body?.[name] ?? '') : undefined,
  };
}

// typed makes a field's value of what was typed over a cell.
function typed(f: Field, row: Row, text: string): Value {
  if (f.name === 'prices') {
    const prices = (row.body?.prices as Body[] ?? []).map((p) => ({ ...p }));
    const amount = text.replace(/[\s\u202f]/g, '').replace(',', '.');
    const i = priceAt(prices);
    if (i < 0) return [{ amount }, ...prices];
    prices[i].amount = amount;
    return prices;
  }
  if (f.kind === 'whole') return text.trim() === '' ? null : Number(text);
  if (f.kind === 'percent' || f.kind === 'money') return text.trim().replace(',', '.') || null;
  return text.trim() || null;
}

const turn = signal(0);

function Facet({ r, f, where, set }: { r: Register; f: Field; where: string; set: (v: string) => void }) {
  const all = useSignal<{ value: string; label: string }[]>([]);
  useEffect(() => {
    const of = f.register || (r.name === 'goods' && f.name === 'category' ? 'categories' : '');
    if (of) get<{ rows: Row[] }>(own(`/registers/${of}`) + query({ limit: 1000 })).then((a) => (all.value = a.rows.map((x) => ({ value: x.code, label: String(x.body?.name || x.code) }))), () => {});
  }, [r.name, f.name]);
  const options = f.kind === 'yes' ? [{ value: 'true', label: t('say.yes') }, { value: 'false', label: t('say.no') }] : f.kind === 'choice' ? f.enum.map((v) => ({ value: v, label: tOf('choice.', v) })) : all.value;
  if (options.length < 2) return null;
  const now = new URLSearchParams(where);
  return <Pick bare label={title(f)} value={now.get(f.name) ?? ''} test={'facet-' + f.name} options={[{ value: '', label: title(f) }, ...options]}
    set={(v) => { if (v) now.set(f.name, v); else now.delete(f.name); set(now.toString()); }} />;
}

type Over = 'new' | 'import' | 'bulk' | 'sets' | 'labels' | null;

function RegisterPage({ shape }: { shape: Shape }) {
  const wrong = useSignal<Fault | null>(null);
  const text = useSignal('');
  const where = useSignal('');
  const open = useSignal<Row | null>(null);
  const over = useSignal<Over>(null);
  const chosen = useSignal<Map<string, Row>>(new Map());
  const total = useSignal(-1);
  useEffect(() => void loadTable().catch((e) => (wrong.value = asFault(e))), []);
  const r = table.value?.find((x) => x.name === shape.name);
  useNames(Boolean(r?.fields.some((f) => f.kind === 'layer')));
  if (!r) return <><Head title={t(shape.title)} />{wrong.value ? <Wrong fault={wrong.value} /> : <Waiting />}</>;
  const may = mayChange(r);
  const again = () => void turn.value++;
  const columns = shape.columns.map((name, i) => column(r, name, i === 0, may)).filter((c): c is GridColumn => c !== null).map((c, i) => ({ ...c, desk: i >= shape.phone }));
  const shutSet = () => (over.value = null);
  const save = async (row: Row, name: string, value: string) => {
    const f = r.fields.find((x) => x.name === name)!;
    try {
      return await put(r, row, { [name]: typed(f, row, value) }, again);
    } catch (e) {
      tellFault(asFault(e));
      again();
    }
  };
  const choose = (x: Row) => {
    const next = new Map(chosen.peek());
    if (!next.delete(idOf(x))) next.set(idOf(x), x);
    chosen.value = next;
  };
  const rows = [...chosen.value.values()];
  const file = (format: string, of = shape.name) => own(`/registers/${of}/export`) + query({ format, lang: language(), search: text.value, where: where.value });
  const canAdd = may && (r.fixed.length !== 1 || total.value === 0);
  return (
    <>
      <Head title={t(shape.title)}>
        {shape.files && may && <Button label={t('do.import')} icon="up" test="import-open" press={() => (over.value = 'import')} />}
        {shape.files && <a class="button" href={file('xlsx')} download data-test="export-xlsx"><Icon name="download" />Excel</a>}
        {shape.files && <a class="button" href={file('csv')} download data-test="export-csv">CSV</a>}
        {canAdd && <Button label={t('do.add')} icon="plus" kind="primary" test="add" press={() => (over.value = 'new')} />}
      </Head>
      {shape.name === 'barcode_rules' && <TryBarcode />}
      {(total.value !== 0 || text.value !== '' || where.value !== '') && <div class="grid-bar">
        <label class="field-box table-filter"><Icon name="search" />
          <input type="search" value={text.value} placeholder={t('grid.filter')} aria-label={t('grid.filter')} data-test="filter" autocomplete="off" spellcheck={false} autofocus
            onInput={(e) => (text.value = e.currentTarget.value)}
            onKeyDown={(e) => { if (e.key === 'ArrowDown') { e.preventDefault(); document.querySelector<HTMLElement>('[data-test=grid]')?.focus(); } }} />
        </label>
        {r.fields.filter((f) => f.facet && f.name !== 'tax' && (f.kind !== 'yes' || f.name === 'active')).slice(0, 3).map((f) => <Facet key={f.name} r={r} f={f} where={where.value} set={(v) => (where.value = v)} />)}
        {may && r.fixed.length === 0 && <Button label={rows.length ? t('many.chosen') : t('many.all')} icon="gear" test="bulk-open" off={total.value < 1} press={() => (over.value = 'bulk')} />}
        {shape.name === 'goods' && <Button label={t('labels.open')} icon="printer" test="labels-open" off={rows.length === 0} press={() => (over.value = 'labels')} />}
        {r.fixed.length === 0 && <Button label={t('sets.open')} icon="clock" test="sets-open" press={() => (over.value = 'sets')} />}
      </div>}
      <Grid register={shape.name} columns={columns} search={text.value.trim()} where={where.value} turn={turn.value} name={t(shape.title)} open={(x) => (open.value = x)} save={save}
        chosen={chosen.value} choose={choose} total={(n) => (total.value = n)}
        none={<Empty icon={shape.icon} title={t('grid.none')} text={shape.files ? t('grid.none_file') : t('grid.none_about')} test="none">
          {shape.files && may && <Button label={t('do.import')} icon="up" kind="primary" test="none-import" press={() => (over.value = 'import')} />}
          {canAdd && <Button label={t('do.add')} icon="plus" test="none-add" press={() => (over.value = 'new')} />}</Empty>} />
      {open.value && <Edit key={idOf(open.value)} r={r} row={open.value} close={() => (open.value = null)} done={again} />}
      {over.value === 'new' && <Edit r={r} row={null} close={shutSet} done={again} />}
      {over.value === 'import' && <ImportDialog r={r} kinds={shape.files!} close={shutSet} done={again} />}
      {over.value === 'bulk' && <BulkDialog r={r} chosen={rows} found={{ search: text.value.trim(), where: where.value, total: total.value }} close={shutSet} done={() => { chosen.value = new Map(); again(); }} />}
      {over.value === 'sets' && <SetsDialog r={r} close={shutSet} done={again} />}
      {over.value === 'labels' && <LabelsDialog chosen={rows} close={shutSet} />}
    </>
  );
}

export const pages: Page[] = SHAPES.map((shape, i) => ({
  at: 'registers/' + shape.name, title: shape.title, icon: shape.icon, group: 'registers', right: 'register', view: () => <RegisterPage key={shape.name} shape={shape} />, phone: i === 0 ? 3 : undefined,
}));
