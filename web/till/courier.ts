// Commands go to posd by a worker. To ask and to be answered costs the browser more than a millisecond of the thread that
// does it, before a line and while the stream brings it; the page's thread has that line to paint.

import { exchange, type Reply } from './exchange';

// Errand is what the worker is told, Return what it tells; it says READY once it runs.
export interface Errand { n: number; path: string; init: RequestInit }
export interface Return { n: number; reply: Reply }
export const READY = 'ready';

let courier: Worker | null = null; // once it runs
let sent = 0;
const away = new Map<number, (reply: Reply) => void>();

// hire starts the worker. Until it runs, and where it never does, the page asks by itself.
export function hire() {
  const worker = new Worker('/post.js', { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<Return | typeof READY>) => {
    if (data === READY) {
      courier = worker;
      return;
    }
    away.get(data.n)!(data.reply);
    away.delete(data.n);
  };
}

// carry is exchange by the worker.
export function carry(path: string, init: RequestInit): Promise<Reply> {
  const by = courier;
  if (!by) return exchange(path, init);
  return new Promise((done) => {
    const errand: Errand = { n: ++sent, path, init };
    away.set(errand.n, done);
    by.postMessage(errand);
  });
}
