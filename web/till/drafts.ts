// What somebody has begun to type and not sent yet: a good, a seller, cash taken out. It outlives Esc, a reload, another tab
// and a browser that is killed, and goes once it has been done. Each seller has drafts of their own; what is shared belongs
// to the till. Passwords are never among them.
//
// This browser keeps it at once, and so every tab of it sees the same; the till has it a moment after the last key, because
// on a box the browser begins with an empty profile.

import { computed, effect, signal } from '@preact/signals';
import type { Begun } from '../kit/form';
import { sorted } from '../kit/same';
import { Refused, post, read } from './api';
import { state } from './store';
import { t, type Key } from './texts';
import { tell as inform } from './told';

const KEY = 'posbox.drafts';
const MOST = 40; // the oldest go first
const LATE = 300; // ms after the last key
const AGAIN = 2000; // ms after the till could not be reached

type Typed = Record<string, unknown>;

type Kept = [string, Typed | null][]; // by whose/name, the newest last; null is done with, and the till has not been told yet

function stored(): Kept {
  try {
    const all = JSON.parse(localStorage.getItem(KEY) ?? '');
    if (Array.isArray(all)) return all.filter((x) => Array.isArray(x) && typeof x[0] === 'string' && typeof x[1] === 'object');
  } catch { /* nothing was kept, or storage is closed to us */ }
  return [];
}

const kept = signal(stored());

function store(all: Kept) {
  kept.value = all.slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.value));
  } catch { /* then it holds until the page is left, and at the till */ }
}

// Another tab has gone on with it.
addEventListener('storage', (e) => {
  if (e.key === KEY) kept.value = stored();
});

const named = (name: string, shared: boolean) => (shared ? '' : encodeURIComponent(state.seller.peek()?.code ?? '')) + '/' + name;

// draft is what was typed under a name, null: nothing. Whoever draws it follows other tabs.
export const draft = (name: string, shared = false) => kept.value.find(([n]) => n === named(name, shared))?.[1] ?? null;

// keep remembers what has been typed under a name; null forgets it.
export function keep(name: string, typed: object | null, shared = false) {
  const whole = named(name, shared);
  const others = kept.peek().filter(([n]) => n !== whole);
  if (!typed && others.length === kept.peek().length) return;
  store([...others, [whole, typed as Typed | null]]);
  late(whole, typed as Typed | null);
}

// drafts keeps the entries of a register.
export const drafts = (register: string) => ({
  get: (entry: string) => draft(register + '/' + entry),
  put: (entry: string, typed: object | null) => keep(register + '/' + entry, typed),
  ended: () => inform(t('form.ended')),
});

// word is a value of a field as it is told.
function word(v: unknown): string {
  if (typeof v === 'boolean') return t(v ? 'value.yes' : 'value.no');
  return (Array.isArray(v) ? v.join(', ') : String(v ?? '')) || '\u2014';
}

// begun is what a form says of what was begun before, with the fields' labels, and the words of values that have some.
export const begun = (labels: Record<string, Key>, words: Record<string, (v: string) => string> = {}): Begun => ({
  text: t('form.resumed'), revert: t('form.revert'), changed: t('form.changed'), theirs: t('form.theirs'), mine: t('form.mine'),
  now: (field, v) => t('form.now', { value: `${t(labels[field])}: ${words[field] ? words[field](String(v)) : word(v)}` }),
});

// whose says whose drafts the till tells now: nobody's while it is locked; before there is a seller, the first owner's.
const whose = computed(() => {
  const seller = state.seller.value;
  if (!state.till.value || (seller ? seller.locked : state.till.value.has_sellers)) return null;
  return encodeURIComponent(seller?.code ?? '');
});

const untold = new Map<string, Typed | null>(); // what the till does not have yet
let timer = 0;
let telling = false;
let more = false; // something came to be told meanwhile

function late(whole: string, typed: Typed | null) {
  untold.set(whole, typed);
  wait(typed ? LATE : 0);
}

function wait(ms: number) {
  clearTimeout(timer);
  timer = setTimeout(() => void tell(), ms);
}

// OTHERS are refusals of a draft that is not whose it would have become: somebody else has logged in meanwhile.
const OTHERS = ['seller.changed', 'seller.none', 'seller.locked'];

// forgotten lets go what the till has forgotten, too.
const forgotten = (whole: string) => store(kept.peek().filter(([n, typed]) => n !== whole || typed));

// tell hands the till what it lacks, one after the other. What it refuses holds in this browser only; what is another
// seller's waits for that one.
async function tell() {
  if (telling) {
    more = true;
    return;
  }
  telling = true;
  for (const [whole, typed] of [...untold]) {
    const [owner, ...name] = whole.split('/');
    if (whose.peek() === null || (owner && owner !== whose.peek())) continue;
    untold.delete(whole);
    try {
      if (await post('/api/typed', { name: name.join('/'), shared: !owner, seller: decodeURIComponent(owner!), typed })) {
        if (!typed && !untold.has(whole)) forgotten(whole);
        continue;
      }
      if (!untold.has(whole)) untold.set(whole, typed);
      wait(AGAIN);
      break;
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (OTHERS.includes(e.code) && !untold.has(whole)) untold.set(whole, typed);
    }
  }
  telling = false;
  if (more) wait(0);
  more = false;
}

effect(() => {
  if (whose.value !== null) void meet(whose.value);
});

// meet brings what the till has and this browser has not. What both have is this browser's: it was kept here first.
async function meet(seller: string) {
  let answer: { drafts: { name: string; shared: boolean; typed: Typed }[] } | null;
  try {
    answer = await read('/api/typed');
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return;
  }
  if (seller !== whose.peek()) return;
  if (!answer) return void setTimeout(() => seller === whose.peek() && void meet(seller), AGAIN);
  const theirs = answer.drafts.map((d): Kept[number] => [(d.shared ? '' : seller) + '/' + d.name, d.typed]);
  const mine = kept.peek();
  const news = theirs.filter(([n]) => !mine.some(([m]) => m === n) && !untold.has(n));
  if (news.length) store([...news, ...mine]);
  for (const [n, typed] of mine) {
    const ours = n.startsWith('/') || n.startsWith(seller + '/');
    const told = theirs.find(([m]) => m === n)?.[1];
    if (!ours) continue;
    if (!typed && !told) forgotten(n);
    else if (sorted(typed) !== sorted(told)) late(n, typed);
  }
  if (untold.size) wait(0);
}
