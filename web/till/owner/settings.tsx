// Every setting that an owner understands: its value, where it comes from, and the way back to what holds without this
// till's own choice. Each is edited in place and holds at once.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field, type FieldKind } from '../../kit/field';
import { Choice, Meanwhile, Switch, formKey, hop } from '../../kit/form';
import { capital, group as grouped, parted, wall } from '../../kit/format';
import { Button, Pane } from '../../kit/pieces';
import { Editor, added, focusLast, kept, said, type Column, type Row as RowOf } from '../../kit/rows';
import { same } from '../../kit/same';
import { language } from '../../kit/texts';
import { read } from '../api';
import { perform } from '../actions';
import { begunWith, draft, idOf, keep } from '../drafts';
import { fail } from '../notices';
import { go } from '../route';
import { ui } from '../store';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';
import { forward, useWay } from './way';

type Value = string | number | boolean | unknown[];

interface Setting {
  path: string; value: Value; origin: string; fallback: Value; editable: boolean; group: string; group_mn: string; group_en: string; about_mn: string; about_en: string;
  kind: string; enum: Value[]; min: number | null; max: number | null; columns: Column[]; least: number;
}

const settings = signal<Setting[] | null>(null);
const rights = signal<string[]>([]);
const group = signal(0);
const resumed = signal(false); // something was typed before the page was opened

// Unsaved is what has been typed of a setting and not saved: as text, or rows, and the value that it began from.
interface Unsaved { text?: string; rows?: RowOf[]; was: Value }

const DRAFTS = 'settings/';

const unsaved = (s: Setting) => draft(DRAFTS + s.path) as Unsaved | null;

const put = (s: Setting, by: Partial<Unsaved>) => keep(DRAFTS + s.path, { was: s.value, ...unsaved(s), ...by });

const forget = (s: Setting) => keep(DRAFTS + s.path, null);

// forgetAll lets go what was typed for all settings but some.
const forgetAll = (but: Setting[] = []) => begunWith(DRAFTS).filter((name) => !but.some((s) => DRAFTS + s.path === name)).forEach((name) => keep(name, null));

async function load() {
  try {
    const answer = await read<{ settings: Setting[] }>('/api/settings');
    if (answer) settings.value = answer.settings;
    const roles = await read<{ rights: string[] }>('/api/roles');
    if (roles) rights.value = roles.rights;
  } catch (e) {
    fail(e);
  }
}

const groups = () => [...new Set((settings.value ?? []).map((s) => s.group))];

const groupName = (name: string) => {
  const s = settings.value!.find((x) => x.group === name)!;
  return language() === 'mn' ? s.group_mn : s.group_en;
};

function about(s: Setting) {
  const [, role, what] = /^roles\.(.+)\.(rights|max_discount)$/.exec(s.path) ?? [];
  if (role) return t(what === 'rights' ? 'setting.role' : 'setting.role_discount', { role: tOf('role.', role) });
  return language() === 'mn' ? s.about_mn : s.about_en;
}

const nameOf = (s: Setting) => parted(about(s))[0];

// set keeps a value, and ends what was typed of it.
const set = (s: Setting, value: Value) => perform('setting.set', { path: s.path, value }, idOf(DRAFTS + s.path));

async function choose(s: Setting, value: Value) {
  if (await set(s, value)) await load();
}

async function reset(s: Setting) {
  if (await perform('setting.reset', { path: s.path }, idOf(DRAFTS + s.path))) await load();
}

// written is a value as it is typed.
function written(s: Setting, value: Value = s.value) {
  if (s.kind === 'ints') return (value as number[]).join(', ');
  if (s.kind === 'list') return (value as string[]).join(' | ');
  if (s.kind === 'names') return (value as string[]).join(', ');
  return String(value).replace(/\.00$/, '');
}

// meant reads what has been typed; undefined where it means nothing of this kind.
function meant(s: Setting, text: string): Value | undefined {
  const parts = (by: string) => text.split(by).map((x) => x.trim()).filter(Boolean);
  switch (s.kind) {
    case 'int': return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
    case 'ints': return parts(',').every((x) => /^\d{1,9}$/.test(x)) ? parts(',').map(Number) : undefined;
    case 'list': return parts('|');
    case 'names': return parts(',');
    case 'percent': return text.trim().replace(',', '.');
    default: return text.trim();
  }
}

// rowsOf are the rows of a setting as they are edited.
const rowsOf = (s: Setting) => unsaved(s)?.rows ?? (s.value as RowOf[]);

const putRows = (s: Setting, rows: RowOf[]) => put(s, { rows });

const type = (s: Setting, text: string) => (text === written(s) ? forget(s) : put(s, { text }));

// table is how the rows of a setting are typed.
const table = (s: Setting) => ({ path: s.path, columns: s.columns, today: wall(ui.clock.value).slice(0, 10) });

function addRow(s: Setting) {
  putRows(s, added(table(s), rowsOf(s)));
  focusLast(s.path);
}

const entered = signal(''); // path of the setting with the focus

// next is the setting that F4 adds a row to: that with the focus, else the first of the group that has rows.
function next(): Setting | undefined {
  const all = (settings.value ?? []).filter((s) => s.group === groups()[group.value] && s.kind === 'rows' && s.editable);
  return all.find((s) => s.path === entered.value) ?? all.find((s) => rowsOf(s).length) ?? all[0];
}

function dirty(s: Setting) {
  const u = unsaved(s);
  if (u?.rows) return JSON.stringify(kept(table(s), u.rows)) !== JSON.stringify(kept(table(s), s.value as RowOf[]));
  return u?.text !== undefined && u.text !== written(s);
}

// stale reports whether somebody else has changed a setting since one began to type it: to save it would undo that.
const stale = (s: Setting) => dirty(s) && !same(unsaved(s)!.was, s.value);

// insist keeps what was typed over what another has set meanwhile.
const insist = (s: Setting) => put(s, { was: s.value });

// wanted is what a setting that has been changed shall be; undefined where that means nothing.
function wanted(s: Setting): Value | undefined {
  const { rows, text } = unsaved(s)!;
  return rows ? kept(table(s), rows) : meant(s, text!);
}

const wrong = (s: Setting) => dirty(s) && !stale(s) && wanted(s) === undefined;

let last: Promise<void> = Promise.resolve();

// save waits for the one before: a key pressed meanwhile is not lost.
const save = () => (last = last.then(saveNow, saveNow));

async function saveNow() {
  await load(); // another may have changed one while the page stood open
  await saveEach();
}

// saveEach keeps everything that has been typed, one after the other. What another has changed meanwhile waits for a choice.
async function saveEach() {
  for (const s of settings.value ?? []) {
    if (!dirty(s) || stale(s)) continue;
    const value = wanted(s);
    if (value === undefined) return sound.attention();
    if (!(await set(s, value))) return void load();
  }
  await load();
  const left = (settings.value ?? []).filter(dirty); // also what has been typed meanwhile
  forgetAll(left);
  if (left.some(stale)) sound.attention();
}

const FIELDS: Record<string, FieldKind> = { int: 'count', ints: 'code', percent: 'amount', names: 'code' };

const ALL = '*';

// Rights are chosen by a touch each. Who has them all has also those to come.
function Rights({ of: s }: { of: Setting }) {
  const given = s.value as string[];
  const all = given.includes(ALL);
  const toggle = (name: string) => void choose(s, given.includes(name) ? given.filter((x) => x !== name) : [...given, name]);
  return (
    <div class="rights" role="group" aria-label={nameOf(s)}>
      {[ALL, ...(all ? [] : rights.value)].map((name) => (
        <button type="button" key={name} class={'button' + (given.includes(name) ? ' is-on' : '')} aria-pressed={given.includes(name)} data-test={'set-' + s.path} data-value={name}
          disabled={!s.editable} onClick={() => toggle(name)}>{name === ALL ? t('setting.all') : capital(tOf('right.', name))}</button>
      ))}
      {all && <p class="remark">{t('setting.all_about')}</p>}
    </div>
  );
}

function Control({ of: s }: { of: Setting }) {
  const off = !s.editable;
  if (s.kind === 'names') return <Rights of={s} />;
  if (s.kind === 'rows') return <Editor {...table(s)} label={nameOf(s)} rows={rowsOf(s)} set={(rows) => putRows(s, rows)} least={s.least} cap={next() === s ? 'F4' : undefined} enter={() => void hop(1)} off={off} />;
  if (s.kind === 'bool') return <Switch label={nameOf(s)} about={parted(about(s))[1]} on={Boolean(s.value)} set={(on) => void choose(s, on)} test={'set-' + s.path} off={off} />;
  if (s.enum.length) {
    const options = s.enum.map((v) => ({ value: String(v), label: tOf('value.', String(v)) }));
    return <Choice bare label={nameOf(s)} value={String(s.value)} options={options} set={(v) => void choose(s, s.enum.find((x) => String(x) === v)!)} test={'set-' + s.path} off={off} />;
  }
  return (
    <Field kind={FIELDS[s.kind] ?? 'text'} aria={nameOf(s)} value={unsaved(s)?.text ?? written(s)} set={(v) => type(s, v)}
      enter={() => (dirty(s) ? void save() : void hop(1))} test={'set-' + s.path} off={off} noScan most={2000} suffix={s.kind === 'percent' ? '%' : undefined} />
  );
}

// shown is a value in words, where it has any.
function shown(s: Setting, value: Value) {
  if (s.kind === 'bool') return t(value ? 'value.yes' : 'value.no');
  if (s.kind === 'rows') return t('rows.count', { count: (value as unknown[]).length });
  return s.enum.length ? tOf('value.', String(value)) : written(s, value) || t('value.empty');
}

// whole is all that a setting says now, rows and all.
const whole = (s: Setting) => (s.kind === 'rows' ? (s.value as RowOf[]).map((row) => said(s.columns, row)).join('; ') || t('value.empty') : shown(s, s.value));

const short = (text: string) => (text.length > 24 ? text.slice(0, 23) + '\u2026' : text);

const figure = (n: number) => grouped(String(n));

function limits(s: Setting) {
  if (s.kind !== 'int' || s.enum.length || (s.min === null && s.max === null)) return '';
  return s.max === null ? t('setting.least', { min: figure(s.min!) }) : t('setting.between', { min: figure(s.min ?? 0), max: figure(s.max) });
}

function Row({ of: s }: { of: Setting }) {
  const mine = s.origin === 'box';
  const [name, more] = parted(about(s));
  const hint = [more, s.kind === 'list' ? t('setting.lines') : s.kind === 'ints' ? t('setting.comma') : limits(s)].filter(Boolean).join(' ');
  const origin = <span class="origin" data-test="setting-origin">{tOf('origin.', s.origin)}</span>;
  const bool = s.kind === 'bool';
  return (
    <li class={'setting' + (mine ? ' is-mine' : '')} data-test="setting" data-path={s.path} title={s.path} onFocusCapture={() => (entered.value = s.path)}>
      {!bool && <div class="setting-head"><p class="setting-about">{name}{hint && <span class="remark">{hint}</span>}</p>{origin}</div>}
      <div class="setting-body">
        <Control of={s} />
        {bool && origin}
        {mine && <Button label={t('setting.reset', { value: short(shown(s, s.fallback)) })} test="setting-reset" press={() => void reset(s)} />}
      </div>
      {stale(s) && <Meanwhile title={t('form.changed')} now={[t('form.now', { value: whole(s) })]} theirs={t('form.theirs')} mine={t('form.mine')} take={() => forget(s)} keep={() => insist(s)} />}
    </li>
  );
}

// mark is the sign of a group in which something is not saved, or has to be looked at.
const mark = (of: Setting[]) => (of.some((s) => stale(s) || wrong(s)) ? ' !' : of.some(dirty) ? ' \u2022' : '');

export function OwnerSettings() {
  useEffect(() => {
    resumed.value = begunWith(DRAFTS).length > 0;
    void load();
  }, []);
  const list = settings.value ?? [];
  const names = groups();
  const now = names[Math.min(group.value, names.length - 1)];
  const changed = list.filter(dirty).length;
  const late = list.filter(stale).length;
  const bad = list.some(wrong);
  const text = () => bad ? t('setting.wrong') : late ? t('setting.choose', { count: late }) : t('setting.changed', { count: changed });
  useWay(() => changed ? { title: t('setting.title'), text: text(), label: 'do.save', press: () => void save(), off: bad || late === changed } : null, [changed, bad, late]);
  return (
    <Pane title={t('setting.title')} back={leave} backLabel={t('do.back')} more="is-settings" aside={<BoardButton />}>
      <div class="side-tabs" role="tablist" aria-label={t('setting.title')}>
        {names.map((n, i) => (
          <button type="button" role="tab" key={n} aria-selected={n === now} class={'side-tab' + (n === now ? ' is-on' : '')} data-test="setting-group" data-group={n} onClick={() => (group.value = i)}>
            <span>{groupName(n) + mark(list.filter((s) => s.group === n))}</span>
          </button>
        ))}
      </div>
      <ol class="settings" data-scrolls key={now}>
        {resumed.value && changed > 0 && <li class="setting"><div class="chosen" data-test="resumed"><span class="chosen-text">{t('form.resumed')}</span><Button label={t('form.revert')} test="revert" press={() => forgetAll()} /></div></li>}
        {list.filter((s) => s.group === now).map((s) => <Row key={s.path} of={s} />)}</ol>
    </Pane>
  );
}

const leave = () => go('menu');

export function ownerSettingsKey(key: string) {
  const last = groups().length - 1;
  if (key === 'F9') return forward();
  const rows = key === 'F4' && next();
  if (rows) addRow(rows);
  else if (key === 'PageDown') group.value = Math.min(last, group.value + 1);
  else if (key === 'PageUp') group.value = Math.max(0, group.value - 1);
  else if (key === 'Enter') hop(1);
  else if (key === 'Escape') leave();
  else return formKey(key);
  return true;
}
