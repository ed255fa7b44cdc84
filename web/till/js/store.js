// What the screen knows: `state` as posd sent it, and `ui`, which dies with the page and is never worth keeping.

export const state = {
  seq: 0, till: null, seller: null, shift: null, baskets: [], basket: null, last: null,
  printer: {}, unprinted: [], unsent: 0, trouble: [],
};

export const ui = {
  ready: false, // the first state has come
  away: false, // posd does not answer
  locked: null, // refused for want of the token
  page: 'login',
  entry: '', // what has been typed or scanned so far
  cursor: 0, // number of the chosen line
  waiting: 0, // jobs in the queue
  busy: {}, // kinds of commands under way
  notices: [], // refusals to be read, the newest first
  appeared: 0, // when the red banner last gained a line (performance.now)
  insisted: false, // a payment was wished for while something red was unread
  prompts: [], // dialogs, the last one on top
  board: null, // on-screen keyboard: null, 'mn' or 'en'
  shifted: false,
  clock: new Date(),
};

let paint = () => {};
let due = false;

// onPaint says how the page is drawn.
export function onPaint(f) {
  paint = f;
}

// changed repaints once, after the current task.
export function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    paint();
  });
}

// Answers to commands are newer than events that left posd before them. So for a moment after an answer events wait,
// and then the newest of each section is taken: the basket never flickers back.
const HOLD = 250; // ms
let held = null;
let timer = 0;

// fromAnswer takes the state that came with a command's answer.
export function fromAnswer(next) {
  if (next.seq < state.seq) return; // the stream has overtaken it
  const { printer, trouble, ...rest } = next; // these two change by themselves: the stream knows better
  take(ui.away || !ui.ready ? next : rest);
  held = held || {};
  clearTimeout(timer);
  timer = setTimeout(release, HOLD);
}

// fromStream takes changed sections.
export function fromStream(set) {
  if (held) Object.assign(held, set);
  else take(set);
}

// whole takes the first event of a stream.
export function whole(next) {
  held = null;
  clearTimeout(timer);
  ui.ready = true;
  ui.away = false;
  ui.locked = null;
  take(next);
}

function release() {
  const set = held;
  held = null;
  if (set) take(set);
}

function take(set) {
  Object.assign(state, set);
  follow(state.basket);
  changed();
}

// follow keeps the chosen line at the one touched last, unless the arrows have moved it since.
let followed = '';

function follow(now) {
  if (!now || !now.lines.length) {
    ui.cursor = 0;
    return;
  }
  const last = now.lines[now.lines.length - 1];
  const mark = now.id + '/' + now.touched + '/' + now.lines.length + '/' + now.gross + '/' + now.discount;
  const same = mark === followed;
  followed = mark;
  if (!same || !now.lines.some((l) => l.line === ui.cursor)) ui.cursor = now.touched || last.line;
}

// line returns the chosen line of the basket in front.
export function line() {
  return state.basket?.lines.find((l) => l.line === ui.cursor) || null;
}
