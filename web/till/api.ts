// Talking to posd: one socket for commands and for what changes, and requests for everything else.

import { fromAnswer, fromStream, splice, ui, whole } from './store';
import type { Fault, Message, Severity, SocketAnswer, State } from './model';
import { language } from '../kit/texts';

const RETRY = 500; // ms, after a network failure
const PATIENCE = 800; // ms without posd before the screen says so
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
export interface Answer { seq: number; result: Record<string, unknown> | null; repeated: boolean; view?: number; state: State | null }

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
export async function command(kind: string, fields: Fields = {}): Promise<Answer> {
  const id = crypto.randomUUID();
  const body = JSON.stringify({ id, kind, ...fields });
  if (!QUIET.has(kind)) count(kind, 1);
  try {
    const answer = await persist(id, body);
    if (answer.state) fromAnswer(answer.state, told());
    return answer;
  } finally {
    if (!QUIET.has(kind)) count(kind, -1);
  }
}

// told reports whether the socket tells what changes: not before its first state, because a posd that has started anew counts
// its views anew.
const told = () => heard && socket?.readyState === WebSocket.OPEN;

async function persist(id: string, body: string): Promise<Answer> {
  for (;;) {
    const [status, answer] = told() && body.length < LONG ? await say(id, body) : await attempt('/api/commands', { method: 'POST', body });
    if (status === 200) return answer as Answer;
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

// post asks for something to be done that may be asked for as often as one likes; null where posd cannot be reached.
export async function post<T>(path: string, fields?: Fields): Promise<T | null> {
  const [status, body] = await attempt(path, { method: 'POST', ...(fields && { body: JSON.stringify(fields) }) });
  if (status === 200) return body as T;
  if (status === 0) return null;
  throw refusal(status, body as Fault);
}

// upload sends a file as it is and returns the answer; null where posd cannot be reached.
export async function upload<T>(path: string, file: Blob): Promise<T | null> {
  const [status, body] = await attempt(path, { method: 'POST', body: file }, 'application/octet-stream');
  if (status === 200) return body as T;
  if (status === 0) return null;
  throw refusal(status, body as Fault);
}

function refusal(status: number, body: Fault) {
  const e = new Refused(body);
  if (status === 401) ui.locked.value = e;
  return e;
}

// attempt returns [0] where no answer came that posd could have written.
async function attempt(path: string, init: RequestInit, type = 'application/json'): Promise<[number, { code?: string }]> {
  try {
    const answer = await fetch(path, { ...init, cache: 'no-store', headers: { 'Posbox-Lang': language(), ...(init.body ? { 'Content-Type': type } : {}) } });
    const body = await answer.json();
    if (socket?.readyState === WebSocket.OPEN) found();
    return [answer.status, body];
  } catch {
    return [0, {}];
  }
}

let socket: WebSocket | null = null;
let heard = false; // it has told its state
let again = 0;
let losing = 0;

type Reply = [number, { code?: string }];

const asked = new Map<string, (reply: Reply) => void>(); // commands that the socket has not answered yet, by id

// say sends a command over the socket; [0] where it ended before the answer came.
function say(id: string, body: string): Promise<Reply> {
  return new Promise((done) => {
    asked.set(id, done);
    socket!.send(body);
  });
}

// connect opens the socket, again after each break and in the language of the moment. What one that is given up has not
// answered is asked again.
export function connect() {
  clearTimeout(again);
  const before = socket;
  const mine = new WebSocket('/api/socket?lang=' + language());
  socket = mine;
  heard = false;
  before?.close();
  unanswered();
  mine.onmessage = (e) => {
    if (mine === socket) hear(JSON.parse(e.data));
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    unanswered();
    lost();
    again = setTimeout(retry, RETRY);
  };
}

function unanswered() {
  for (const done of asked.values()) done([0, {}]);
  asked.clear();
}

// hear takes a message in. Whoever waits for an answer goes on after all of it: what was done is in the state by then. Answers
// come first, because a change of the till's language opens another socket.
function hear({ state, change, answers }: Message) {
  answers?.forEach(answered);
  if (state) {
    found();
    heard = true;
    whole(state);
  }
  if (change) {
    if (change.basket) change.set.basket = splice(change.basket);
    fromStream(change.set);
  }
}

function answered({ id, status, done, refused }: SocketAnswer) {
  asked.get(id)?.([status, (done ?? refused)!]);
  asked.delete(id);
}

// retry asks for the state first: a WebSocket does not tell why it failed.
async function retry() {
  const [status, body] = await attempt('/api/state', {});
  if (status === 401) refusal(status, body as Fault);
  if (status === 200) connect();
  else again = setTimeout(retry, RETRY);
}

function lost() {
  if (losing || ui.away.peek()) return;
  losing = setTimeout(() => {
    losing = 0;
    ui.away.value = true;
  }, PATIENCE);
}

function found() {
  clearTimeout(losing);
  losing = 0;
  ui.away.value = false;
}
