// Questions in place: a dialog over the basket, whose answer is awaited. Esc answers null.

import { batch, computed, effect, signal, untracked } from '@preact/signals';
import type { FieldKind } from '../kit/field';
import { closeBoard } from '../kit/board';
import { draft, keep, over } from './drafts';
import { state } from './store';

// PromptField is one thing asked for; unit names the choice whose label stands behind the figure.
export interface PromptField { name: string; kind: FieldKind; label: string; hint?: string; suffix?: string | (() => string | undefined); unit?: string; value?: string; test: string; optional?: boolean }

export interface PromptChoice { name: string; value: string; key: string; options: { value: string; label: string }[] }

// Question is what is asked: about says what an approval is for, figure what is typed comes to, in möngö, and of what price, at
// which field is in front, reasons is the prefix of the texts offered as reasons, none
// is what the way forward is called where the value is nothing; keep names what is typed, so that it is found again where the
// question was left unanswered.
export interface Question {
  title: string; about?: string; figure?: (typed: Values) => { of: string; sum: number | null } | null; at?: number; text?: string; hint?: string; yes: string; none?: string; loss?: boolean; alert?: boolean; reasons?: string; keep?: string;
  fields?: PromptField[]; choices?: PromptChoice[];
}

export type Values = Record<string, string>;

// Prompt is a question that stands; begun: its answer is kept as a draft.
export interface Prompt extends Question { id: number; at: number; hops: number; begun: boolean; values: Values; missing: number | null; resolve: (v: Values | null) => void }

const prompts = signal<Prompt[]>([]);
let next = 1;

// ask opens a dialog. The answer is an object of values.
export function ask(q: Question) {
  return new Promise<Values | null>((resolve) => {
    const values: Values = {};
    const typed = q.keep ? draft(q.keep) : null;
    for (const f of q.fields ?? []) values[f.name] = String(typed?.[f.name] ?? f.value ?? '');
    for (const c of q.choices ?? []) values[c.name] = c.value;
    prompts.value = [...prompts.value, { ...q, id: next++, at: q.at ?? 0, hops: 0, begun: false, values, missing: null, resolve }];
    closeBoard();
  });
}

// Another tab may go on with what is typed here, or end it.
effect(() => {
  for (const p of prompts.value) if (p.keep) follow(p, draft(p.keep));
});

function follow(p: Prompt, typed: Record<string, unknown> | null) {
  if (!typed && !p.begun) return;
  untracked(() => {
    if (!typed) {
      close(p.id, null);
      return over();
    }
    const values = { ...p.values };
    for (const name of Object.keys(values)) values[name] = String(typed[name] ?? values[name]);
    if (p.begun && JSON.stringify(values) === JSON.stringify(p.values)) return;
    prompts.value = prompts.value.map((x) => (x.id === p.id ? { ...x, begun: true, values } : x));
  });
}

// Nobody answers what another was asked: questions go when the till is locked or somebody else has come. What is kept of them
// is found again.
const stands = computed(() => JSON.stringify([state.seller.value?.person, state.seller.value?.locked]));

stands.subscribe(() => untracked(() => {
  for (const p of prompts.value) close(p.id, null);
}));

// top is the dialog to answer, null where there is none.
export const top = (): Prompt | null => prompts.value[prompts.value.length - 1] ?? null;

// change changes a dialog that is open.
export function change(id: number, by: Partial<Prompt>) {
  batch(() => {
    prompts.value = prompts.value.map((p) => (p.id === id ? { ...p, ...by } : p));
    const p = prompts.value.find((x) => x.id === id);
    if (p?.keep && by.values) keep(p.keep, by.values);
  });
}

// close answers a dialog.
export function close(id: number, answer: Values | null) {
  const p = prompts.value.find((x) => x.id === id);
  if (!p) return;
  prompts.value = prompts.value.filter((x) => x !== p);
  closeBoard();
  p.resolve(answer);
}
