// Which page is shown: the address behind #/ says it, "/#/reports/days?from=2026-11-01". What stands behind a page's own
// address is told to it: "/#/sale/1f…/17" is the page sale with rest ["1f…", "17"].

import { signal } from '@preact/signals';
import { known } from './pages';

export interface Place { page: string; rest: string[]; query: Record<string, string> }

export const place = signal<Place>({ page: '', rest: [], query: {} });

// unsaved says what would be lost if the page were left; set by the form on it.
export const unsaved = signal(false);

// leaving is where one wants to go while there is something unsaved; the shell asks.
export const leaving = signal('');

let last = '';

function read(hash: string): Place {
  const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  for (let n = parts.length; n > 0; n--) {
    const page = parts.slice(0, n).join('/');
    if (known(page)) return { page, rest: parts.slice(n), query: Object.fromEntries(new URLSearchParams(search)) };
  }
  return { page: '', rest: [], query: {} };
}

// follow goes where the address says, unless something would be lost.
export function follow() {
  if (unsaved.peek() && location.hash !== last) {
    leaving.value = location.hash || '#/';
    history.replaceState(null, '', last);
    return;
  }
  last = location.hash;
  try {
    place.value = read(last);
  } catch {
    place.value = read(''); // an address that nobody of us has written
  }
}

// href is the address of a page.
export function href(page: string, query: Record<string, string | number | undefined> = {}) {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') q.set(name, String(value));
  const text = q.toString();
  return '#/' + page.split('/').map(encodeURIComponent).join('/') + (text && '?' + text);
}

export const go = (page: string, query: Record<string, string | number | undefined> = {}) => void (location.hash = href(page, query));

// ask changes what is asked for on this page, without a step in the browser's history.
export function ask(by: Record<string, string | number | undefined>) {
  const { page, rest, query } = place.peek();
  history.replaceState(null, '', href([page, ...rest].join('/'), { ...query, ...by }));
  follow();
}

// leave goes where one wanted to, after all.
export function leave() {
  const to = leaving.peek();
  unsaved.value = false;
  leaving.value = '';
  location.hash = to;
}

addEventListener('beforeunload', (e) => {
  if (unsaved.peek()) e.preventDefault();
});
