// Registers as BAAZ describes them: which fields their rows have, and how these are shown and typed.

import { signal } from '@preact/signals';
import { money, percent, wall } from '../../kit/format';
import { language } from '../../kit/texts';
import { get } from '../api';
import { own } from '../session';
import { t, tOf } from '../texts';

export type Kind = 'text' | 'lines' | 'names' | 'choice' | 'yes' | 'whole' | 'percent' | 'money' | 'date' | 'objects' | 'layer' | 'secret';
export type Value = string | number | boolean | null | undefined | Value[] | { [name: string]: Value };
export type Body = Record<string, Value>;

export interface Field {
  name: string; kind: Kind; needed: boolean; min: number; max: number; enum: string[]; fields: Field[]; register: string; read_only: boolean;
  default: Value; mn: string; en: string; title_mn: string; title_en: string; facet: boolean; digits: boolean;
}

export interface Register {
  name: string; mn: string; en: string; levels: string[]; code: Field; fields: Field[]; numbered: boolean; fixed: string[]; decides: boolean; sorted: string;
}

export interface Row { scope: string; code: string; version: number; body: Body | null }

export interface FieldChange { field: string; from: Value; to: Value }

export interface Line { row: number; scope: string; code: string; name: string; effect: string; fields: FieldChange[]; fault?: { code: string; text: string; hint: string } }

export interface Outcome { set: number; added: number; changed: number; removed: number; same: number; refused: number; lines: Line[] }

// table is what BAAZ says of all registers; it is asked once.
export const table = signal<Register[] | null>(null);

export async function loadTable() {
  if (!table.peek()) table.value = (await get<{ registers: Register[] }>(own('/registers'))).registers;
}

export const title = (f: Field) => (language() === 'en' ? f.title_en : f.title_mn);
export const about = (f: Field) => (language() === 'en' ? f.en : f.mn);

// titleOf names a field that a change tells of.
export const titleOf = (r: Register, name: string) => {
  const f = r.fields.find((x) => x.name === name);
  return f ? title(f) : tOf('field.', name);
};

export const today = () => wall(new Date()).slice(0, 10);

interface Price { list?: string; from?: string; amount: string }

// priceAt finds the good's own price that holds on a day, by its place; -1: there is none.
export function priceAt(prices: Value, day = today()) {
  let at = -1;
  (prices as unknown as Price[] ?? []).forEach((p, i) => {
    if (!p.list && (p.from ?? '') <= day) at = i;
  });
  return at;
}

// leaves are the paths at which a layer of settings says something.
export const leaves = (layer: Body, above = ''): string[] => Object.entries(layer).flatMap(([k, v]) => (v && typeof v === 'object' && !Array.isArray(v) ? leaves(v, `${above}${k}.`) : [above + k]));

// layerNames are what settings are called, by path, once somebody has asked.
export const layerNames = signal<Record<string, string>>({});

// said is how a value stands in a table or a history.
export function said(f: Field | undefined, v: Value): string {
  if (v === null || v === undefined || v === '') return f?.kind === 'yes' ? t('say.no') : '';
  switch (f?.kind) {
    case 'yes': return v ? t('say.yes') : t('say.no');
    case 'money': return money(String(v));
    case 'percent': return percent(String(v));
    case 'choice': return tOf('choice.', String(v));
    case 'names': case 'lines': return (v as string[]).join(', ');
    case 'objects': return (v as Body[]).map((o) => f.fields.map((x) => said(x, o[x.name])).filter(Boolean).join(' ')).join(' · ');
    case 'layer': return leaves(v as Body).map((path) => layerNames.value[path] ?? path).join(', ');
  }
  return String(v);
}

// scopeSaid names where a row holds.
export function scopeSaid(scope: string) {
  const [, level, ...name] = scope.split('.');
  if (!level) return t('scope.company');
  return `${tOf('scope.', level)} ${name.join('.')}`;
}
