// Talking to posd: one socket for commands and for what changes, and requests for everything else. Where no socket opens (a
// proxy that lets none through) the state is asked for each second and commands go by POST: slower, and nothing is missing.

import { fromAnswer, fromStream, splice, ui, whole } from './store';
import type { Fault, Good, Message, Severity, SocketAnswer, State } from './model';
import { language } from '../kit/texts';

const RETRY = 500; // ms, after a network failure
const PATIENCE = 800; // ms without posd before the screen says so
const LIMIT = 5000; // ms that a command by POST waits for its answer before it is sent again, twice as long each time
const LIMITS = 60_000; // and no longer
const LOOK = 1000; // ms between looks at the state while no socket tells it
const LOOKS = 5000; // ms that a look waits
const TICK = 1000; // ms. Silence is counted in ticks, not measured: a page that was held up itself has heard nothing either
const LATE = 4; // ticks without an answer to a command before the screen says so
const SILENT = 5; // ticks without a word (posd says one every 2 s) before it says so
const DEAF = 10; // ticks without a word after which another socket is tried
const LONG = 16_000; // characters; what is longer goes by POST, which says that it is too long where the socket would end

// Refused is what posd said no to.
export class Refused extends Error implements Fault {
  code: string;
  text: string;
  hint: string;
  severity: Severity;

  constructor(body: Fault) {
    super(body.code);
    this.code = body.code;
    this.text = body.text;
    this.hint = body.hint;
    this.severity = body.severity;
  }
}

export type Fields = Record<string, unknown>;

// Answer is what a command that was done gets; state is null where the socket has told it.
// elsewhere: it was repeated, and not because this page has asked twice.
export interface Answer { seq: number; result: Record<string, unknown> | null; repeated: boolean; elsewhere: boolean; view?: number; state: State | null }

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function count(kind: string, by: number) {
  const now = ui.busy.peek();
  ui.busy.value = { ...now, [kind]: (now[kind] ?? 0) + by };
}

// Kinds that nothing on the screen waits for: the scan's way to the till and back repaints no button.
const QUIET = new Set(['line.scan', 'basket.tenders']);

// command sends one wish and returns its answer, once the screen shows what it did. Over the socket both come as one message:
// the page's thread is woken once. Where there is none, the answer to a POST brings the whole state. While the
// network fails the SAME id is sent again, so that nothing is done twice; a refusal is thrown as Refused.
export async function command(kind: string, fields: Fields = {}, id: string = crypto.randomUUID()): Promise<Answer> {
  const body = JSON.stringify({ id, kind, ...fields });
  if (!QUIET.has(kind)) count(kind, 1);
  try {
    const answer = await persist(id, body);
    if (answer.state) {
      answers++;
      fromAnswer(answer.state, told());
    }
    return answer;
  } finally {
    if (!QUIET.has(kind)) count(kind, -1);
  }
}

// told reports whether the socket tells what changes: not before its first state, because a posd that has started anew counts
// its views anew.
const told = () => heard && socket?.readyState === WebSocket.OPEN;

async function persist(id: string, body: string): Promise<Answer> {
  for (let limit = LIMIT, first = true; ; first = false, limit = Math.min(2 * limit, LIMITS)) {
    const [status, answer] = told() && body.length < LONG ? await say(id, body) : await attempt('/api/commands', { method: 'POST', body }, limit);
    if (status === 200) return { ...(answer as Answer), elsewhere: first && (answer as Answer).repeated };
    const passing = status === 0 || answer.code === 'till.busy' || answer.code === 'till.stopping';
    if (!passing) throw refusal(status, answer as Fault);
    if (status === 0) lost();
    await pause(RETRY);
  }
}

// read gets something once; it is null where posd cannot be reached.
export async function read<T>(path: string, signal?: AbortSignal): Promise<T | null> {
  const [status, body] = await attempt(path, { signal });
  if (status === 200) return body as T;
  if (status === 0) return null;
  throw refusal(status, body as Fault);
}

// find asks for the goods that a text finds. It goes over the socket where there is one: a request of its own costs the page's
// thread more than the list that it brings.
export async function find(text: string, signal: AbortSignal): Promise<Good[] | null> {
  if (!told()) return searched(text, signal);
  const id = crypto.randomUUID();
  const [status, body] = await say(id, JSON.stringify({ id, find: text }));
  if (status === 200) return (body as Goods).goods;
  if (status === 0) return searched(text, signal);
  throw refusal(status, body as Fault);
}

const searched = async (text: string, signal: AbortSignal) => (await read<Goods>('/api/goods?q=' + encodeURIComponent(text), signal))?.goods ?? null;

interface Goods { goods: Good[] }

// post asks for something to be done that may be asked for as often as one likes; null where posd cannot be reached.
export async function post<T>(path: string, fields?: Fields): Promise<T | null> {
  const [status, body] = await attempt(path, { method: 'POST', ...(fields && { body: JSON.stringify(fields) }) });
  if (status === 200) return body as T;
  if (status === 0) return null;
  throw refusal(status, body as Fault);
}

// upload sends a file as it is and returns the answer; null where posd cannot be reached.
export async function upload<T>(path: string, file: Blob): Promise<T | null> {
  const [status, body] = await attempt(path, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
  if (status === 200) return body as T;
  if (status === 0) return null;
  throw refusal(status, body as Fault);
}

function refusal(status: number, body: Fault) {
  const e = new Refused(body);
  if (status === 401) ui.locked.value = e;
  return e;
}

// attempt returns [0] where no answer came that posd could have written, or none within a limit in ms.
async function attempt(path: string, init: RequestInit, limit = 0): Promise<Reply> {
  const headers = { 'Posbox-Lang': language(), ...(init.body ? { 'Content-Type': 'application/json' } : {}), ...init.headers };
  try {
    const answer = await fetch(path, { ...init, cache: 'no-store', headers, ...(limit ? { signal: AbortSignal.timeout(limit) } : {}) });
    return [answer.status, await answer.json()];
  } catch {
    return [0, {}];
  }
}

type Reply = [number, { code?: string }];

let socket: WebSocket | null = null;
let heard = false; // it has told its state
let silent = 0; // ticks since its last word
let tries = 0; // sockets in a row that told nothing
let next = 0; // when another may be tried (performance.now), while posd answers otherwise
let again = 0; // the timer of the next look
let looks = 0; // counts them: the newest goes on
let answers = 0; // counts states that came with an answer
let losing = 0;

// asked are the commands that the socket has not answered yet, by id.
const asked = new Map<string, { done: (reply: Reply) => void; ticks: number }>();

// say sends a command over the socket; [0] where it ended before the answer came. It waits as long as the till says anything:
// what was sent is in the till's hands.
function say(id: string, body: string): Promise<Reply> {
  return new Promise((done) => {
    asked.set(id, { done, ticks: 0 });
    socket!.send(body);
  });
}

// connect opens the socket, also anew in the language of the moment.
export function connect() {
  tries = 0;
  open();
  lookIn(LOOK);
}

// display reports that this is the buyer's side: posd tells it among the devices, by its socket.
const display = () => location.hash.startsWith('#/display');
let shows = false;

addEventListener('hashchange', () => {
  if (socket && display() !== shows) open();
});

// open gives up the socket that there is. What that one has not answered is asked again.
function open() {
  drop();
  next = performance.now() + Math.min(RETRY * 2 ** ++tries, 30_000);
  shows = display();
  const mine = new WebSocket('/api/socket?lang=' + language() + (shows ? '&display=1' : ''));
  socket = mine;
  mine.onmessage = (e) => {
    if (mine === socket) hear(JSON.parse(e.data));
  };
  mine.onclose = () => {
    if (mine === socket) ended();
  };
}

function drop() {
  const before = socket;
  socket = null;
  heard = false;
  silent = 0;
  before?.close(); // one that hangs closes late or never: nobody waits for it
  for (const { done } of asked.values()) done([0, {}]);
  asked.clear();
}

function ended() {
  if (heard) lost(); // else a look finds out whether posd is there
  drop();
  lookIn(RETRY);
}

// deaf gives up a socket that says nothing. Another one is a connection of its own; a look may get one that hangs, too.
function deaf() {
  ended();
  if (performance.now() >= next) open();
}

setInterval(() => {
  if (!socket) return;
  silent++;
  for (const a of asked.values()) a.ticks++;
  if (silent >= DEAF) deaf();
  else if (heard && (silent >= SILENT || late())) away();
}, TICK);

const late = () => [...asked.values()].some((a) => a.ticks >= LATE);

// hear takes a message in. Whoever waits for an answer goes on after all of it: what was done is in the state by then. Answers
// come first, because a change of the till's language opens another socket.
function hear({ state, change, answers }: Message) {
  silent = 0;
  answers?.forEach(answered);
  if (state) {
    heard = true;
    tries = 0;
    whole(state);
  }
  if (change) {
    if (change.basket) change.set.basket = splice(change.basket);
    fromStream(change.set);
  }
  if ((losing || ui.away.peek()) && !late()) found();
}

function answered({ id, status, done, found, refused }: SocketAnswer) {
  asked.get(id)?.done([status, (done ?? found ?? refused)!]);
  asked.delete(id);
}

function lookIn(ms: number) {
  clearTimeout(again);
  again = setTimeout(look, ms);
}

// look gets the state the plain way until a socket tells it, and tries one: a WebSocket does not tell why it failed. A state
// that may be older than that of an answer is left: the next one has it.
async function look() {
  const [mine, before] = [++looks, answers];
  if (told()) return;
  const [status, body] = await attempt('/api/state', {}, LOOKS);
  if (told() || mine !== looks) return;
  lookIn(LOOK);
  if (status === 401) refusal(status, body as Fault);
  if (status === 0) lost();
  if (status !== 200) return;
  found();
  if (before === answers) whole(body as State);
  if (!socket && performance.now() >= next) open();
}

// lost says that posd is away unless it is found within a moment.
function lost() {
  if (!losing) losing = setTimeout(away, PATIENCE);
}

function away() {
  clearTimeout(losing);
  losing = 0;
  ui.away.value = true;
}

function found() {
  clearTimeout(losing);
  losing = 0;
  ui.away.value = false;
}
