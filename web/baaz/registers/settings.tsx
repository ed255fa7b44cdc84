// Settings as a form: every one by its name, with where its value comes from and the way back to what holds without it.
// What the form changes is the row's own layer; keys that it does not know stay as they are.

import { useSignal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Choice, Switch } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { language } from '../../kit/texts';
import { query } from '../api';
import { Input, Pick } from '../form';
import { useLoad } from '../load';
import { Mark, Waiting, Wrong } from '../pieces';
import { own } from '../session';
import { t, tOf } from '../texts';
import type { Body, Value } from './model';

interface Setting {
  path: string; keys: string[]; value: Value; origin: string; fallback: Value; own: boolean; group: string; group_mn: string; group_en: string; about_mn: string; about_en: string; kind: string; enum: Value[]; min: number | null; max: number | null;
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
  if (s.kind === 'rows') return JSON.stringify(v);
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

function One({ s, value, mine, set, off }: { s: Setting; value: Value; mine: boolean; set: (v: Value) => void; off: boolean }) {
  const test = 'set-' + s.path;
  const label = about(s);
  const typed = useSignal<string | null>(null);
  const text = typed.value ?? written(s, value);
  const write = (x: string) => { typed.value = x; set(meant(s, x)); };
  const draw = () => {
    if (s.kind === 'bool') return <Switch label={label} on={value === true} set={set} test={test} off={off} />;
    if (s.kind === 'rows') return <div class="field"><span class="field-label">{label}</span><p class="remark">{(value as Value[] ?? []).length ? t('many.rows', { count: (value as Value[]).length }) : '—'}. {t('settings.rows')}</p></div>;
    if (s.enum.length > 0 && s.enum.length < 5) return <Choice label={label} value={String(value)} test={test} off={off} options={s.enum.map((v) => ({ value: String(v), label: tOf('setting.value.', String(v)) }))} set={(v) => set(s.enum.find((x) => String(x) === v))} />;
    if (s.enum.length > 0) return <Pick label={label} value={String(value)} test={test} off={off} options={s.enum.map((v) => ({ value: String(v), label: tOf('setting.value.', String(v)) }))} set={(v) => set(s.enum.find((x) => String(x) === v))} />;
    if (s.kind === 'list') return <label class="field"><span class="field-label">{label}</span><textarea class="area" rows={3} value={text} disabled={off} data-test={test} spellcheck={false} onInput={(e) => write(e.currentTarget.value)} /></label>;
    return <Input kind={s.kind === 'int' ? 'count' : s.kind === 'percent' ? 'amount' : 'text'} label={label} value={text} set={write} test={test} off={off} most={500} suffix={s.kind === 'percent' ? '%' : undefined} />;
  };
  return (
    <div class="setting-row" data-test="setting" data-path={s.path} data-own={String(mine)}>
      {draw()}
      <div class="setting-from">
        <Mark tone={mine ? 'good' : 'calm'} icon={mine ? 'check' : undefined}>{originSaid(s, mine)}</Mark>
        {mine && !off && s.kind !== 'rows' && <button type="button" class="button is-quiet" data-test="setting-reset" onClick={() => { typed.value = null; set(undefined); }}><Icon name="undo" />{t('settings.reset', { value: s.kind === 'bool' ? t(s.fallback ? 'say.yes' : 'say.no') : written(s, s.fallback) || '—' })}</button>}
      </div>
    </div>
  );
}

export interface SettingsFormProps { scope: string; code: string; values: Body; set: (values: Body) => void; off: boolean }

// SettingsForm edits a layer.
export function SettingsForm({ scope, code, values, set, off }: SettingsFormProps) {
  const { data, wrong, again } = useLoad<{ settings: Setting[] }>(own('/settings') + query({ scope, code }));
  const group = useSignal('');
  const all = data?.settings ?? [];
  const groups = [...new Map(all.map((s) => [s.group, language() === 'mn' ? s.group_mn : s.group_en]))];
  const shown = group.value || groups[0]?.[0] || '';
  if (!data) return wrong ? <Wrong fault={wrong} again={again} /> : <Waiting />;
  return (
    <div class="settings wide" data-test="settings-form">
      <Choice bare label={t('settings.groups')} value={shown} set={(g) => (group.value = g)} test="settings-group" options={groups.map(([value, label]) => ({ value, label }))} />
      <div class="settings-list">
        {all.filter((s) => s.group === shown).map((s) => {
          const mine = at(values, s.keys);
          const value = mine !== undefined ? mine : s.own ? s.fallback : s.value;
          return <One key={s.path} s={s} value={value} mine={mine !== undefined} off={off} set={(v) => set(put(values, s.keys, v))} />;
        })}
      </div>
    </div>
  );
}

// LayerField is the form, or the layer as it is written for who wants that.
export function LayerField(o: { label: string; scope: string; code: string; value: Value; set: (v: Value) => void; off: boolean; test: string }) {
  const raw = useSignal(typeof o.value === 'string');
  const text = typeof o.value === 'string' ? o.value : JSON.stringify(o.value ?? {}, null, 2);
  const toForm = () => {
    if (typeof o.value === 'string') {
      try {
        o.set(JSON.parse(o.value) as Value);
      } catch {
        return; // what is written there is no layer yet
      }
    }
    raw.value = false;
  };
  return (
    <div class="wide">
      <div class="row is-wrap settings-bar"><Button label={raw.value ? t('settings.form') : 'JSON'} test="settings-raw" press={() => (raw.value ? toForm() : (raw.value = true))} /></div>
      {raw.value
        ? <label class="field"><span class="field-label">{o.label}</span><textarea class="area is-code" rows={12} value={text} disabled={o.off} data-test={o.test} spellcheck={false} onInput={(e) => o.set(e.currentTarget.value)} /></label>
        : <SettingsForm scope={o.scope} code={o.code} values={(o.value ?? {}) as Body} set={o.set} off={o.off} />}
    </div>
  );
}
