// Settings as a form: every one by its name, with where its value comes from and the way back to what holds without it.
// What the form changes is the row's own layer; keys that it does not know stay as they are.

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { parted } from '../../kit/format';
import { Choice, Switch } from '../../kit/form';
import { Editor, kept, said as rowSaid, type Column, type Row as Cells } from '../../kit/rows';
import { same } from '../../kit/same';
import { language } from '../../kit/texts';
import { get, query } from '../api';
import { Input, Pick } from '../form';
import { useLoad } from '../load';
import { Mark, Waiting, Wrong } from '../pieces';
import { company, own } from '../session';
import { t, tOf } from '../texts';
import { layerNames, leaves, today, type Body, type Value } from './model';

interface Setting {
  path: string; keys: string[]; value: Value; origin: string; fallback: Value; own: boolean; group: string; group_mn: string; group_en: string; about_mn: string; about_en: string; kind: string; enum: Value[]; min: number | null; max: number | null; columns: Column[]; least: number;
}

// at reads a layer; undefined where it says nothing.
const at = (layer: Body, keys: string[]): Value => keys.reduce<Value>((v, k) => (v && typeof v === 'object' && !Array.isArray(v) ? v[k] : undefined), layer);

// put changes a layer by one value; undefined takes it out, with what is left empty around it.
function put(layer: Body, [key, ...rest]: string[], value: Value): Body {
  const next = { ...layer };
  const inner = rest.length ? put((next[key] ?? {}) as Body, rest, value) : value;
  if (inner === undefined || rest.length && Object.keys(inner as Body).length === 0) delete next[key];
  else next[key] = inner;
  return next;
}

function written(s: Setting, v: Value) {
  if (v === null || v === undefined) return '';
  if (s.kind === 'ints' || s.kind === 'names') return (v as Value[]).join(', ');
  if (s.kind === 'list') return (v as Value[]).join('\n');
  if (s.kind === 'rows') return t('many.rows', { count: (v as Value[]).length });
  return String(v);
}

// meant reads what was typed. A number that is none stays text: BAAZ says what is wrong with it.
function meant(s: Setting, text: string): Value {
  const parts = (by: RegExp) => text.split(by).map((x) => x.trim()).filter(Boolean);
  const whole = (x: string): Value => (/^-?\d{1,9}$/.test(x) ? Number(x) : x);
  switch (s.kind) {
    case 'int': return whole(text.trim());
    case 'ints': return parts(/,/).map(whole);
    case 'names': return parts(/,/);
    case 'list': return parts(/\n/);
    case 'percent': return text.trim().replace(',', '.');
  }
  return text;
}

function about(s: Setting) {
  const [, role, what] = /^roles\.(.+)\.(rights|max_discount)$/.exec(s.path) ?? [];
  const text = language() === 'mn' ? s.about_mn : s.about_en;
  return role ? `${tOf('role.till.', role)}: ${t(what === 'rights' ? 'settings.rights' : 'settings.discount')}` : text;
}

const originSaid = (s: Setting, mine: boolean) => (mine ? t('settings.own') : tOf('settings.from.', s.origin));

// NAMELESS is what a number of a list is called while it is edited as a row.
const NAMELESS = '';

const asRows = (s: Setting, v: Value) => ((v ?? []) as Value[]).map((x) => (s.kind === 'ints' ? { [NAMELESS]: x } : x) as Cells);
const fromRows = (s: Setting, rows: Cells[]) => (s.kind === 'ints' ? rows.map((x) => x[NAMELESS]) : rows) as Value;

const tableOf = (s: Setting) => ({ path: s.path, columns: s.columns, today: today() });

interface OneProps { s: Setting; value: Value; mine: boolean; set: (v: Value) => void; off: boolean; typed?: Cells[]; edit: (rows: Cells[]) => void }

function One({ s, value, mine, set, off, typed, edit }: OneProps) {
  const test = 'set-' + s.path;
  const [label, more] = parted(about(s));
  const entered = useSignal<string | null>(null);
  const text = entered.value ?? written(s, value);
  const write = (x: string) => { entered.value = x; set(meant(s, x)); };
  const draw = () => {
    if (s.kind === 'bool') return <Switch label={label} about={more} on={value === true} set={set} test={test} off={off} />;
    if (s.columns.length > 0) return <div class="field"><span class="field-label">{label}</span><Editor {...tableOf(s)} label={label} rows={typed ?? asRows(s, value)} set={edit} least={s.least} machine off={off} /></div>;
    if (s.enum.length > 0 && s.enum.length < 5) return <Choice label={label} value={String(value)} test={test} off={off} options={s.enum.map((v) => ({ value: String(v), label: tOf('setting.value.', String(v)) }))} set={(v) => set(s.enum.find((x) => String(x) === v))} />;
    if (s.enum.length > 0) return <Pick label={label} value={String(value)} test={test} off={off} options={s.enum.map((v) => ({ value: String(v), label: tOf('setting.value.', String(v)) }))} set={(v) => set(s.enum.find((x) => String(x) === v))} />;
    if (s.kind === 'list') return <label class="field"><span class="field-label">{label}</span><textarea class="area" rows={3} value={text} disabled={off} data-test={test} spellcheck={false} onInput={(e) => write(e.currentTarget.value)} /></label>;
    return <Input kind={s.kind === 'int' ? 'count' : s.kind === 'percent' ? 'amount' : 'text'} label={label} value={text} set={write} test={test} off={off} most={500} suffix={s.kind === 'percent' ? '%' : undefined} />;
  };
  return (
    <div class={'setting-row' + (s.kind === 'rows' ? ' is-rows' : '')} data-test="setting" data-path={s.path} data-own={String(mine)}>
      {draw()}
      <div class="setting-from">
        <Mark tone={mine ? 'good' : 'calm'} icon={mine ? 'check' : undefined}>{originSaid(s, mine)}</Mark>
        {mine && !off && <button type="button" class="button is-quiet" data-test="setting-reset" onClick={() => { entered.value = null; set(undefined); }}><Icon name="undo" />{t('settings.reset', { value: s.kind === 'bool' ? t(s.fallback ? 'say.yes' : 'say.no') : written(s, s.fallback) || '—' })}</button>}
      </div>
      {more && s.kind !== 'bool' && <p class="remark wide">{more}</p>}
    </div>
  );
}

export interface LayerProps { scope: string; code: string; value: Body; set: (values: Body) => void; hold: (wrong: boolean) => void; off: boolean }

// LayerField edits a layer. Rows in which something is wrong are nowhere but here: hold says so, and the form waits.
export function LayerField({ scope, code, value: values, set, hold, off }: LayerProps) {
  const { data, wrong, again } = useLoad<{ settings: Setting[] }>(own('/settings') + query({ scope, code }));
  const group = useSignal('');
  const typed = useSignal<Record<string, Cells[]>>({}); // rows as they are edited, by path
  const all = data?.settings ?? [];
  const groups = [...new Map(all.map((s) => [s.group, language() === 'mn' ? s.group_mn : s.group_en]))];
  const shown = group.value || groups[0]?.[0] || '';
  const bad = all.filter((s) => typed.value[s.path] && !kept(tableOf(s), typed.value[s.path])).map((s) => s.path);
  useEffect(() => hold(bad.length > 0), [bad.length > 0]);
  if (!data) return wrong ? <Wrong fault={wrong} again={again} /> : <Waiting />;
  const change = (s: Setting, v: Value) => {
    const { [s.path]: _, ...rest } = typed.value;
    typed.value = rest;
    set(put(values, s.keys, v));
  };
  const edit = (s: Setting, rows: Cells[]) => {
    typed.value = { ...typed.value, [s.path]: rows };
    const whole = kept(tableOf(s), rows);
    if (whole) set(put(values, s.keys, fromRows(s, whole)));
  };
  const marked = (name: string) => all.some((s) => s.group === name && bad.includes(s.path));
  return (
    <div class="settings wide" data-test="settings-form">
      <Choice bare label={t('settings.groups')} value={shown} set={(g) => (group.value = g)} test="settings-group" options={groups.map(([value, label]) => ({ value, label: marked(value) ? label + ' !' : label }))} />
      <div class="settings-list">
        {all.filter((s) => s.group === shown).map((s) => {
          const mine = at(values, s.keys);
          const value = mine !== undefined ? mine : s.own ? s.fallback : s.value;
          return <One key={s.path} s={s} value={value} mine={mine !== undefined} off={off} set={(v) => change(s, v)} typed={typed.value[s.path]} edit={(rows) => edit(s, rows)} />;
        })}
      </div>
      {bad.length > 0 && <p class="field-wrong" role="status" data-test="rows-wrong">{t('settings.rows_wrong')}</p>}
    </div>
  );
}

const known = signal<{ company: number; settings: Setting[] } | null>(null);

// useNames reads what settings are called, once for a company; layers are told by these names then.
export function useNames(wanted: boolean) {
  const home = company.value?.company ?? 0;
  useEffect(() => {
    if (!wanted || known.peek()?.company === home) return;
    get<{ settings: Setting[] }>(own('/settings')).then(({ settings }) => {
      known.value = { company: home, settings };
      layerNames.value = Object.fromEntries(settings.map((s) => [s.keys.join('.'), parted(about(s))[0]]));
    }, () => { /* then they are told by their paths */ });
  }, [wanted, home]);
  return known.value?.settings ?? [];
}

// words are a value as people read it; what no form knows stands as it is stored.
function words(s: Setting | undefined, v: Value): string {
  if (typeof v === 'boolean') return t(v ? 'say.yes' : 'say.no');
  if (Array.isArray(v)) return s && s.columns.length > 0 ? asRows(s, v).map((x) => rowSaid(s.columns, x)).join(s.kind === 'ints' ? ', ' : '; ') : v.map((x) => words(undefined, x)).join(', ');
  if (v && typeof v === 'object') return JSON.stringify(v);
  return s && s.enum.length > 0 ? tOf('setting.value.', String(v)) : String(v);
}

// told tells what a layer leaves to those above it from what it says is empty.
function told(s: Setting | undefined, v: Value) {
  if (v === undefined || v === null) return t('say.unset');
  return v === '' || Array.isArray(v) && v.length === 0 ? t('say.empty') : words(s, v);
}

const areRows = (v: Value): v is Body[] => Array.isArray(v) && v.length > 0 && v.every((x) => x && typeof x === 'object');

// change says what became of a value: of rows those that went and those that came, and all of them where only their order is
// another one. It never says the same of both.
function change(s: Setting | undefined, from: Value, to: Value) {
  if (areRows(from) && areRows(to)) {
    const only = (a: Body[], b: Body[]) => words(s, a.filter((x) => !b.some((y) => same(x, y))));
    const rows = { from: only(from, to), to: only(to, from) };
    if (rows.from !== rows.to) return rows;
  }
  const whole = { from: told(s, from), to: told(s, to) };
  return whole.from === whole.to ? { from: JSON.stringify(from), to: JSON.stringify(to) } : whole;
}

export interface LayerChange { path: string; label: string; from: string; to: string }

// layerChanges tells what two layers do not share, setting by setting.
export function layerChanges(settings: Setting[], before: Value, after: Value): LayerChange[] {
  const [a, b] = [before ?? {}, after ?? {}] as Body[];
  const paths = [...new Set([...leaves(a), ...leaves(b)])];
  return paths.flatMap((path) => {
    const s = settings.find((x) => x.keys.join('.') === path);
    const keys = s?.keys ?? path.split('.');
    const from = at(a, keys);
    const to = at(b, keys);
    return same(from, to) ? [] : [{ path, label: layerNames.value[path] ?? path, ...change(s, from, to) }];
  });
}
