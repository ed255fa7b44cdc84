// What somebody has begun to type and not sent yet: a good, a customer, cash taken out. It outlives Esc, a reload and
// another tab, and goes once it has been done. Each seller has drafts of their own. Passwords are never among them.

import { state } from './store';

const KEY = 'posbox.drafts';
const MOST = 40; // the oldest go first

type Kept = [string, unknown][]; // the newest last

function all(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '');
    if (Array.isArray(kept)) return kept.filter((x) => Array.isArray(x) && typeof x[0] === 'string' && x[1] && typeof x[1] === 'object');
  } catch { /* nothing was kept, or storage is closed to us */ }
  return [];
}

const named = (name: string) => (state.seller.peek()?.code ?? '') + '/' + name;

// draft is what was typed under a name, null: nothing. It is read anew each time: another tab may have gone on with it.
export const draft = (name: string) => (all().find(([n]) => n === named(name))?.[1] ?? null) as Record<string, unknown> | null;

// keep remembers what has been typed under a name; null forgets it.
export function keep(name: string, typed: object | null) {
  const others = all().filter(([n]) => n !== named(name));
  try {
    localStorage.setItem(KEY, JSON.stringify(typed ? [...others, [named(name), typed]].slice(-MOST) : others));
  } catch { /* then it holds until the page is left */ }
}

// drafts keeps the entries of a register.
export const drafts = (register: string) => ({ get: (entry: string) => draft(register + '/' + entry), put: (entry: string, typed: object | null) => keep(register + '/' + entry, typed) });
