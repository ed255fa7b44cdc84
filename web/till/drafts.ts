// What somebody has begun to type and not sent yet: a good, a seller, cash taken out. It outlives Esc, a reload, another tab
// and a browser that is killed, and goes once it has been done. Each seller has drafts of their own; what is shared belongs
// to the till. Passwords are never among them.
//
// This browser keeps it at once, and so every tab of it sees the same; the till has it a moment after the last key, because
// on a box the browser begins with an empty profile. Of two browsers the till is the judge: what it had and has no more is done
// with. A draft has the id of the command that will do what it says, so that nothing is done twice, whoever sends it.

import { computed, effect, signal, untracked } from '@preact/signals';
import type { Begun } from '../kit/form';
import { same } from '../kit/same';
import { Refused, post, read } from './api';
import { state } from './store';
import { t, type Key } from './texts';
import { tell as inform } from './told';

const KEY = 'posbox.drafts';
const MOST = 128; // as many as the till tells at most: a seller's and its own. The oldest go first
const LATE = 300; // ms after the last key
const AGAIN = 2000; // ms after the till could not be reached

type Typed = Record<string, unknown>;

// Kept is a draft by whose/name; typed null: given up. known: the till has had it; told: it has what stands here, or does not want it.
interface Kept { name: string; id: string; typed: Typed | null; known: boolean; told: boolean }

const isKept = (x: Kept | null) => Boolean(x && typeof x.name === 'string' && typeof x.id === 'string' && typeof x.typed === 'object');

function stored(): Kept[] {
  try {
    const all = JSON.parse(localStorage.getItem(KEY) ?? '');
    if (Array.isArray(all)) return all.filter(isKept);
  } catch { /* nothing was kept, or storage is closed to us */ }
  return [];
}

const kept = signal(stored()); // the newest last
let closed = false; // storage is closed to us, or full: what is typed holds until the page is left, and at the till
let moves = 0; // counts changes

// change changes what is kept by now: another tab may have gone on meanwhile.
function change(next: (all: Kept[]) => Kept[]) {
  const before = closed ? kept.peek() : stored();
  const all = next(before).slice(-MOST);
  moves++;
  kept.value = all;
  try {
    if (!closed) localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    closed = true;
  }
}

// mark is another for whatever else is kept. What another tab has kept is in the storage before it is told here.
function mark() {
  try {
    return moves + (localStorage.getItem(KEY) ?? '');
  } catch {
    return String(moves);
  }
}

// Another tab has gone on with it.
addEventListener('storage', (e) => {
  if (e.key !== KEY || closed) return;
  moves++;
  kept.value = stored();
});

// person is whoever stands at the till: another where a code has become somebody else's.
const person = () => encodeURIComponent(state.seller.value?.person ?? '');

const named = (name: string, shared: boolean) => (shared ? '' : person()) + '/' + name;

const find = (whole: string) => kept.value.find((k) => k.name === whole && k.typed);

// draft is what was typed under a name, null: nothing. Whoever draws it follows other tabs and browsers.
export const draft = (name: string, shared = false) => find(named(name, shared))?.typed ?? null;

// begunWith lists the names of drafts that begin so.
export const begunWith = (start: string) => {
  const mine = person() + '/';
  return kept.value.filter((k) => k.typed && k.name.startsWith(mine + start)).map((k) => k.name.slice(mine.length));
};

// keep remembers what has been typed under a name; null gives it up.
export function keep(name: string, typed: object | null, shared = false) {
  const whole = untracked(() => named(name, shared));
  const was = untracked(() => find(whole));
  if (!typed && !was) return;
  const now = { name: whole, id: was?.id ?? crypto.randomUUID(), typed: typed as Typed | null, known: was?.known ?? false, told: false };
  change((all) => [...all.filter((k) => k.name !== whole), now]);
  late.add(whole);
  wait(typed ? LATE : 0);
}

// idOf is the id of a draft, and so of the command that does what it says; undefined: nothing has been typed.
export const idOf = (name: string, shared = false) => untracked(() => find(named(name, shared))?.id);

// ended lets go what has been done: the till has done so with it.
export const ended = (id: string) => change((all) => all.filter((k) => k.id !== id));

// over says that what stood here has been done or taken back elsewhere.
export const over = () => inform(t('form.ended'));

// drafts keeps the entries of a register.
export const drafts = (register: string) => ({
  get: (entry: string) => draft(register + '/' + entry),
  put: (entry: string, typed: object | null) => keep(register + '/' + entry, typed),
  id: (entry: string) => idOf(register + '/' + entry),
  whose: person, ended: over,
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
  if (!state.till.value || (seller ? seller.locked || !seller.person : state.till.value.has_sellers)) return null;
  return person();
});

const isOf = (whole: string, seller: string) => whole.startsWith('/') || whole.startsWith(seller + '/');

const late = new Set<string>(); // what this tab has to tell the till
let timer = 0;
let running = false;

function wait(ms: number) {
  clearTimeout(timer);
  timer = setTimeout(() => void run(), ms);
}

// run meets the till, and tells it what it lacks, until there is nothing left to do or it cannot be reached.
async function run() {
  if (running) return;
  running = true;
  try {
    while (await (behind() ? meet() : tell()));
  } finally {
    running = false;
  }
}

// What has been met: whose drafts, which change the state told then, and which one the drafts were of.
let met: { who: string | null; asked: number; n: number } = { who: null, asked: -1, n: -1 };

function behind() {
  const n = state.typed.peek();
  return whose.peek() !== null && (whose.peek() !== met.who || (n !== met.asked && n !== met.n));
}

effect(() => {
  if (whose.value !== null && state.typed.value) untracked(() => void run());
});

interface Told { n: number; drafts: { name: string; shared: boolean; id: string; typed: Typed }[] }

// meet reads what the till has; false: not now.
async function meet() {
  const [who, asked, before] = [whose.peek()!, state.typed.peek(), mark()];
  let answer: Told | null;
  try {
    answer = await read<Told>('/api/typed');
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return false; // somebody else stands there, and the state will say so
  }
  if (!answer) {
    wait(AGAIN);
    return false;
  }
  if (who !== whose.peek() || before !== mark()) return true; // it has gone on meanwhile: once more
  met = { who, asked, n: answer.n };
  take(who, answer.drafts.map((d) => ({ name: (d.shared ? '' : who) + '/' + d.name, id: d.id, typed: d.typed, known: true, told: true })));
  return true;
}

// take puts what the till has beside what this browser has.
function take(who: string, theirs: Kept[]) {
  change((all) => {
    const mine = all.flatMap((k) => merged(who, k, theirs.find((x) => x.name === k.name)));
    return [...theirs.filter((x) => !mine.some((k) => k.name === x.name)), ...mine];
  });
  for (const k of kept.peek()) if (!k.told && isOf(k.name, who)) late.add(k.name);
}

// merged is what becomes of a draft here. What was typed last and not told holds; what the till had and has no more is done
// with; another seller's comes back from the till with that seller.
function merged(who: string, k: Kept, their?: Kept): Kept[] {
  if (!isOf(k.name, who)) return k.told && k.known ? [] : [k];
  if (!their) return k.known || !k.typed ? [] : [k];
  if (their.id === k.id) return [k.told ? their : { ...k, known: true }];
  return [k.known || !k.typed ? their : k];
}

// OTHERS are refusals of a draft that is not whose it would have become: somebody else has logged in meanwhile.
const OTHERS = ['seller.changed', 'seller.none', 'seller.locked'];

// tell hands the till one draft that it lacks; false where there is none, or not now. What it refuses holds in this browser
// only; what is another seller's waits for that one.
async function tell() {
  const who = whose.peek();
  const k = kept.peek().find((x) => who !== null && !x.told && late.has(x.name) && isOf(x.name, who));
  if (!k) return false;
  const [owner, ...name] = k.name.split('/');
  try {
    const fields = { name: name.join('/'), shared: !owner, seller: decodeURIComponent(owner), id: k.id, known: k.known, typed: k.typed };
    const answer = await post<{ n: number; forgotten: boolean }>('/api/typed', fields);
    if (!answer) {
      wait(AGAIN);
      return false;
    }
    if (answer.n === met.n + 1) met.n = answer.n; // nobody else has changed anything
    if (k.typed && answer.forgotten) ended(k.id);
    else heard(k, true);
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    if (OTHERS.includes(e.code)) return false;
    heard(k, k.known);
  }
  return true;
}

// heard notes that the till has been told of a draft.
const heard = (k: Kept, known: boolean) => change((all) => all.flatMap((x) => {
  if (x.id !== k.id) return [x];
  return k.typed || x.typed ? [{ ...x, known, told: same(x.typed, k.typed) }] : [];
}));
