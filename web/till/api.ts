// Talking to posd: commands, reads, and the one event stream of the page.

import { fromAnswer, fromStream, shown, splice, ui, whole } from './store';
import type { Change, Fault, Severity, State } from './model';
import { language } from '../kit/texts';

const RETRY = 500; // ms, after a network failure
const PATIENCE = 800; // ms without posd before the screen says so
const LATE = 1000; // ms in which the stream tells what an answer has said is done

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

// Answer is what a command that was done gets: view is the one that has what it did; state is null where the stream tells it.
export interface Answer { seq: number; result: Record<string, unknown> | null; repeated: boolean; view?: number; state: State | null }

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function count(kind: string, by: number) {
  const now = ui.busy.peek();
  ui.busy.value = { ...now, [kind]: (now[kind] ?? 0) + by };
}

// Kinds that nothing on the screen waits for: the scan's way to the till and back repaints no button.
const QUIET = new Set(['line.scan', 'basket.tenders']);

// command sends one wish and returns its answer, once the screen shows what it did. The stream tells that, sooner and in
// fewer bytes than an answer could: so the answer brings the state only where there is no stream. While the network fails the SAME id is sent again, so that nothing is
// done twice; a refusal is thrown as Refused.
export async function command(kind: string, fields: Fields = {}): Promise<Answer> {
  const body = JSON.stringify({ id: crypto.randomUUID(), kind, ...fields });
  if (!QUIET.has(kind)) count(kind, 1);
  try {
    const answer = await persist(() => '/api/commands' + (told() ? '?state=0' : ''), { method: 'POST', body });
    if (answer.state) fromAnswer(answer.state, told());
    else if (!(await shown(answer.view!, LATE))) await fetchState();
    return answer;
  } finally {
    if (!QUIET.has(kind)) count(kind, -1);
  }
}

// told reports whether the stream tells what changes.
const told = () => stream?.readyState === EventSource.OPEN && ui.ready.peek() && !ui.away.peek();

async function fetchState() {
  const [status, body] = await attempt('/api/state', {});
  if (status === 200) fromAnswer(body as State, told());
}

async function persist(path: () => string, init: RequestInit): Promise<Answer> {
  for (;;) {
    const [status, body] = await attempt(path(), init);
    if (status === 200) return body as Answer;
    const passing = status === 0 || body.code === 'till.busy' || body.code === 'till.stopping';
    if (!passing) throw refusal(status, body as Fault);
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
    if (stream?.readyState === EventSource.OPEN) found();
    return [answer.status, body];
  } catch {
    return [0, {}];
  }
}

let stream: EventSource | null = null;
let again = 0;
let losing = 0;

// connect opens the event stream, again after each break and in the language of the moment.
export function connect() {
  clearTimeout(again);
  if (stream) stream.close();
  const mine = new EventSource('/api/events?splice=1&lang=' + language());
  stream = mine;
  mine.addEventListener('state', (e) => {
    found();
    whole(JSON.parse(e.data));
  });
  mine.addEventListener('change', (e) => {
    const { set, basket } = JSON.parse(e.data) as Change;
    if (basket) set.basket = splice(basket);
    fromStream(set);
  });
  mine.onerror = () => {
    if (mine !== stream) return;
    mine.close();
    lost();
    again = setTimeout(retry, RETRY);
  };
}

// retry asks for the state first: an EventSource does not tell why it failed.
async function retry() {
  const [status, body] = await attempt('/api/state', {});
  if (status === 401) refusal(status, body as Fault);
  connect();
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
