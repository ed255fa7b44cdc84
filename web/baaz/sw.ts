// The service worker: lets the app open without a connection and show the last figures that it has seen, with their age.
// It asks BAAZ first, always; what it keeps is only what was read, never a change that was to be made.

interface Waitable extends Event { waitUntil(p: Promise<unknown>): void }
interface FetchEvent extends Waitable { request: Request; respondWith(r: Promise<Response>): void }

const worker = self as unknown as {
  addEventListener(type: 'install' | 'activate', act: (e: Waitable) => void): void;
  addEventListener(type: 'fetch', act: (e: FetchEvent) => void): void;
  addEventListener(type: 'message', act: (e: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

const SHELL = 'baaz.shell';
const FIGURES = 'baaz.figures';
const PATIENCE = 6_000; // ms until what is kept is shown in the place of an answer
const STORED = 'Posbox-Stored';

// KEPT are the answers that are kept: what reports and their frame are made of, and nothing that changes anything.
const KEPT = /^\/api\/(me|companies(\/\d+)?|companies\/\d+\/(points|boxes|alarms|reports\/.*))$/;
const MOST = 200; // answers kept

worker.addEventListener('install', (e) => e.waitUntil(caches.open(SHELL).then((c) => c.addAll(['/', '/main.js', '/main.css', '/icon.svg'])).then(() => worker.skipWaiting())));
worker.addEventListener('activate', (e) => e.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (e) => {
  if (e.data === 'forget') void caches.delete(FIGURES);
});

worker.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (KEPT.test(url.pathname)) e.respondWith(fresh(e.request, FIGURES));
  else if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/v1/') && url.pathname !== '/metrics') e.respondWith(fresh(e.request, SHELL));
});

// fresh answers from BAAZ, else with what was kept, marked with when it was told.
async function fresh(request: Request, where: string): Promise<Response> {
  const cache = await caches.open(where);
  const asked = fetch(request).then(async (answer) => {
    if (answer.status === 401) await caches.delete(FIGURES); // whoever was logged in is not any more
    if (answer.ok && answer.type === 'basic') await keep(cache, request, answer.clone());
    return answer;
  });
  const late = new Promise<undefined>((done) => setTimeout(done, PATIENCE, undefined));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  if (answer) return answer;
  const kept = await cache.match(request);
  if (!kept) return asked; // better late than never
  asked.catch(() => {});
  return kept;
}

// keep stores an answer with when it came.
async function keep(cache: Cache, request: Request, answer: Response) {
  const headers = new Headers(answer.headers);
  headers.set(STORED, new Date().toISOString());
  await cache.put(request, new Response(await answer.blob(), { status: answer.status, headers }));
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(0, all.length - MOST))) await cache.delete(old);
}
