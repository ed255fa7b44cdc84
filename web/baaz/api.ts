// Talking to BAAZ. Everything that is refused is thrown as Refused: code, sentence, next step. A request whose session has
// ended waits until its person has given the password again, in place, and goes on: nothing that was typed is lost.

import { signal } from '@preact/signals';
import { language } from '../kit/texts';
import { t } from './texts';
import type { Fault } from './model';

// Refused is what BAAZ said no to, or that it could not be reached ('network').
export class Refused extends Error implements Fault {
  constructor(readonly code: string, readonly text: string, readonly hint: string, readonly status = 0, readonly body: unknown = null) {
    super(code);
  }
}

// away: the last request did not reach BAAZ.
export const away = signal(false);

// stored is when the answers on the screen were given, where the service worker had to give old ones; null: they are of now.
export const stored = signal<Date | null>(null);

// expired: somebody was logged in and is not any more. The shell asks for the password over whatever is on the screen.
export const expired = signal(false);

let entered: Promise<void> | null = null;
let enter: (() => void) | null = null;
let inside = false;

// nowInside says that somebody has logged in: whatever waited for it goes on.
export function nowInside(on: boolean) {
  inside = on;
  if (!on) return;
  expired.value = false;
  enter?.();
  entered = enter = null;
}

function again() {
  expired.value = true;
  entered ??= new Promise<void>((done) => (enter = done));
  return entered;
}

async function reach(path: string, init: RequestInit) {
  try {
    const answer = await fetch(path, init);
    const when = answer.headers.get('Posbox-Stored');
    stored.value = when ? new Date(when) : null;
    away.value = Boolean(when);
    return answer;
  } catch (e) {
    if (init.signal?.aborted) throw e;
    away.value = true;
    throw new Refused('network', t('away.text'), t('away.hint'));
  }
}

async function refusal(answer: Response) {
  try {
    const body = await answer.json() as Fault;
    if (body.code) return new Refused(body.code, body.text, body.hint, answer.status, body);
  } catch { /* whoever answered was not BAAZ */ }
  return new Refused('network', t('away.text'), t('away.hint'), answer.status);
}

async function request(path: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const answer = await reach(path, { ...init, headers: { 'Posbox-Lang': language(), ...init.headers } });
    if (answer.ok) return answer;
    const no = await refusal(answer);
    if (no.code !== 'login.needed' || !inside) throw no;
    await again();
  }
}

// get reads something.
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request(path, { signal })).json();
}

// send changes something by a body in JSON, or by none.
export async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const init: RequestInit = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  return (await request(path, init)).json();
}

export const post = <T>(path: string, body?: unknown) => send<T>('POST', path, body);

export const remove = <T>(path: string) => send<T>('DELETE', path);

// upload sends a file as it is.
export async function upload<T>(path: string, file: Blob): Promise<T> {
  return (await request(path, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })).json();
}

// download gets a file and hands it to the browser, under the name that BAAZ gives it or else this one.
export async function download(path: string, otherwise: string) {
  const answer = await request(path, {});
  const named = /filename="?([^";]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
  const a = document.createElement('a');
  a.href = URL.createObjectURL(await answer.blob());
  a.download = named ?? otherwise;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}

// stream sends a file as it is and tells each line of the answer as it comes.
export async function stream<T>(path: string, file: Blob, each: (line: T) => void) {
  const answer = await request(path, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) each(JSON.parse(line) as T);
    if (done) return;
  }
}

// query writes parameters that have a value.
export function query(of: Record<string, string | number | undefined | null>) {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(of)) if (value !== undefined && value !== null && value !== '') q.set(name, String(value));
  const text = q.toString();
  return text && '?' + text;
}

// asFault turns whatever was thrown into words.
export const asFault = (e: unknown): Fault => (e instanceof Refused ? e : { code: 'screen', text: t('broken.text'), hint: t('broken.hint') });
