// What the screen knows: `state` as posd sent it, and `ui`, which dies with the page and is never worth keeping. Each
// section is a signal of its own, so that a scan repaints only what it changes.

import { batch, computed, effect, signal, type Signal } from '@preact/signals';
import { cents } from '../kit/format';
import { keep } from '../kit/same';
import type { Basket, Fault, Line, Splice, State } from './model';

type Sections = { [K in keyof State]: Signal<State[K]> };

export const state: Sections = {
  seq: signal(0), view: signal(0), till: signal<State['till']>(null), seller: signal<State['seller']>(null), shift: signal<State['shift']>(null),
  baskets: signal<State['baskets']>([]), basket: signal<State['basket']>(null), last: signal<State['last']>(null),
  printer: signal<State['printer']>({ fitted: false }), unprinted: signal<State['unprinted']>([]), paper: signal<State['paper']>(null), unsent: signal(0), typed: signal(0),
  trouble: signal<State['trouble']>([]), devices: signal<State['devices']>([]), work: signal<State['work']>([]),
  fiscal: signal<State['fiscal']>({ on: false, away: false, left: null, sent: '', oldest: 0, reissue: 'anew', decide: [], unprinted: [], waiting: [], waits: 0 }),
};

// Notice is a refusal to be read; times says how often the same came.
export interface Notice extends Fault { times: number }

export const ui = {
  ready: signal(false), // the first state has come
  away: signal(false), // posd does not answer
  locked: signal<Fault | null>(null), // refused for want of the token
  page: signal('login'), // wished for
  entry: signal(''), // what has been typed or scanned so far
  cursor: signal(0), // number of the chosen line
  waiting: signal(0), // jobs in the queue
  busy: signal<Record<string, number>>({}), // kinds of commands under way
  notices: signal<Notice[]>([]), // the newest first
  appeared: signal(0), // when the red banner last gained a line (performance.now)
  insisted: signal(false), // a payment was wished for while something red was unread
  aimed: signal(false), // a button on the stage has the focus: Enter presses that one
  help: signal(false), // the map of the keys is shown
  clock: signal(new Date()),
};

// echo is the entry as it is shown, once no key has come for a moment: a scanner types a character every few ms, and each
// one painted would hold up the line that they end in by a frame.
export const echo = signal('');
const ECHO = 30; // ms: a person's next key comes later
let echoing = 0;

effect(() => {
  const text = ui.entry.value;
  clearTimeout(echoing);
  if (text !== echo.peek()) echoing = setTimeout(() => (echo.value = text), ECHO); // what a scan leaves is what was there: no timer comes before its line
});

// busy reports whether a kind of command is under way.
export const busy = (kind: string) => (ui.busy.value[kind] ?? 0) > 0;

// streamed is the basket as the stream told it last: what splices refer to.
let streamed: Basket | null = null;

// splice makes the basket whole that a change tells in part.
export function splice({ from, drop, basket }: Splice): Basket {
  const lines = streamed!.lines.slice();
  lines.splice(from, drop, ...basket.lines);
  return { ...basket, lines };
}

// fromAnswer takes the state that came with an answer, unless a stream has told a newer one.
export function fromAnswer(next: State, streaming: boolean) {
  if (streaming && next.view < state.view.peek()) return;
  const { printer, trouble, devices, work, fiscal, typed, ...rest } = next; // these change by themselves: the stream knows better
  take(streaming ? rest : next);
}

// fromStream takes changed sections. Of what left posd before an answer that is shown already, only what no answer tells counts.
export function fromStream(set: Partial<State>) {
  if (set.basket !== undefined) streamed = set.basket;
  if (set.view === undefined || set.view >= state.view.peek()) return take(set);
  const { printer, trouble, devices, work, fiscal, typed } = set;
  take(defined({ printer, trouble, devices, work, fiscal, typed }));
}

const defined = (set: Partial<State>) => Object.fromEntries(Object.entries(set).filter(([, v]) => v !== undefined)) as Partial<State>;

// whole takes the first event of a stream, of whichever posd it comes.
export function whole(next: State) {
  streamed = next.basket;
  batch(() => {
    take(next);
    ui.ready.value = true;
    ui.away.value = false;
    ui.locked.value = null;
  });
}

function take(set: Partial<State>) {
  batch(() => {
    for (const name of Object.keys(set) as (keyof State)[]) {
      const section = state[name] as Signal<unknown> | undefined; // what a newer posd tells besides is not shown
      if (section) section.value = keep(section.peek(), set[name]);
    }
    follow();
  });
}

// follow keeps the chosen line at the one touched last, unless the arrows have moved it since.
let followed = '';

function follow() {
  const now = state.basket.peek();
  if (!now || !now.lines.length) {
    ui.cursor.value = 0;
    return;
  }
  const last = now.lines[now.lines.length - 1];
  const mark = now.id + '/' + now.touched + '/' + now.lines.length + '/' + now.gross + '/' + now.discount;
  const same = mark === followed;
  followed = mark;
  if (!same || !now.lines.some((l) => l.line === ui.cursor.peek())) ui.cursor.value = now.touched || last.line;
}

// empty reports whether there is nothing to sell yet.
export const empty = computed(() => !state.basket.value?.lines.length && !state.basket.value?.return);

// line returns the chosen line of the basket in front.
export const line = (): Line | null => state.basket.value?.lines.find((l) => l.line === ui.cursor.value) ?? null;

// carded reports whether the discount in force on the ticket is that of the buyer's card.
export function carded() {
  const b = state.basket.value;
  const d = b?.ticket_discount;
  return Boolean(d && b?.buyer && !d.reason && cents(d.percent ?? '') === cents(b.buyer.percent));
}

// has reports whether whoever is logged in has a right. A posd that tells no rights is asked by trying.
export const has = (right: string) => state.seller.value?.rights?.includes(right) ?? true;
