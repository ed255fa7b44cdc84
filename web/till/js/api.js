// Talking to posd: commands, reads, and the one event stream of the page.

import { state, ui, changed, fromAnswer, fromStream, whole } from './store.js';
import { language } from './texts.js';

const RETRY = 500; // ms, after a network failure
const PATIENCE = 800; // ms without posd before the screen says so

// Refused is what posd said no to: code, text, hint, severity.
export class Refused extends Error {
  constructor(body) {
    super(body.code);
    Object.assign(this, body);
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// command sends one wish and returns its answer. While the network fails the SAME id is sent again, so that nothing is
// done twice; a refusal is thrown as Refused.
export async function command(kind, fields = {}) {
  const body = JSON.stringify({ id: crypto.randomUUID(), kind, ...fields });
  ui.busy[kind] = (ui.busy[kind] || 0) + 1;
  changed();
  try {
    const answer = await persist('/api/commands', { method: 'POST', body });
    fromAnswer(answer.state);
    return answer;
  } finally {
    ui.busy[kind]--;
    changed();
  }
}

async function persist(path, init) {
  for (;;) {
    const [status, body] = await attempt(path, init);
    if (status === 200) return body;
    const passing = status === 0 || body.code === 'till.busy' || body.code === 'till.stopping';
    if (!passing) throw refusal(status, body);
    if (status === 0) lost();
    await pause(RETRY);
  }
}

// read gets something once; it is null where posd cannot be reached.
export async function read(path, signal) {
  const [status, body] = await attempt(path, { signal });
  if (status === 200) return body;
  if (status === 0) return null;
  throw refusal(status, body);
}

function refusal(status, body) {
  const e = new Refused(body);
  if (status === 401) {
    ui.locked = e;
    changed();
  }
  return e;
}

// attempt returns [0] where no answer came that posd could have written.
async function attempt(path, init) {
  try {
    const answer = await fetch(path, {
      ...init, cache: 'no-store',
      headers: { 'Posbox-Lang': language(), ...(init.body ? { 'Content-Type': 'application/json' } : {}) },
    });
    const body = await answer.json();
    if (stream?.readyState === EventSource.OPEN) found();
    return [answer.status, body];
  } catch {
    return [0, {}];
  }
}

let stream = null;
let again = 0;
let losing = 0;

// connect opens the event stream, again after each break and in the language of the moment.
export function connect() {
  clearTimeout(again);
  if (stream) stream.close();
  const mine = new EventSource('/api/events?lang=' + language());
  stream = mine;
  mine.addEventListener('state', (e) => {
    found();
    whole(JSON.parse(e.data));
  });
  mine.addEventListener('change', (e) => {
    const { seq, set } = JSON.parse(e.data);
    fromStream({ ...set, seq: Math.max(seq, state.seq) });
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
  if (status === 401) refusal(status, body);
  connect();
}

function lost() {
  if (losing || ui.away) return;
  losing = setTimeout(() => {
    losing = 0;
    ui.away = true;
    changed();
  }, PATIENCE);
}

function found() {
  clearTimeout(losing);
  losing = 0;
  if (!ui.away) return;
  ui.away = false;
  changed();
}
