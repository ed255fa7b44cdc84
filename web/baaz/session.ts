// Who is logged in, and which company is looked at.

import { computed, effect, signal } from '@preact/signals';
import { get, nowInside, post } from './api';
import type { Company, Me, Right } from './model';
import { enter } from './people/passkey';

export const me = signal<Me | null>(null);
export const companies = signal<Company[]>([]);

const chosen = signal(0);

// company is the one that is looked at; null where there is none, as for a vendor without customers.
export const company = computed<Company | null>(() => {
  const list = companies.value;
  return list.find((c) => c.company === chosen.value) ?? list.find((c) => c.company === me.value?.home) ?? list[0] ?? null;
});

// zone is where the days of the company begin that is looked at. Until BAAZ has told it, it is the one of most.
export const zone = signal('Asia/Ulaanbaatar');

// followZone asks for it whenever another company is looked at.
export function followZone() {
  effect(() => {
    const at = company.value?.company;
    if (!at) return;
    get<Company>(`/api/companies/${at}`).then((c) => {
      if (c.zone && company.peek()?.company === at) zone.value = c.zone;
    }, () => {}); // the pages say that BAAZ is not reached
  });
}

export const choose = (id: number) => void (chosen.value = id);

// may reports whether the person has a right in the company that is looked at.
export function may(right: Right) {
  const who = me.value;
  if (!who) return false;
  const at = company.value;
  return (!at || at.company === who.home ? who.rights : who.away).includes(right);
}

// mayAtHome reports whether the person has a right at home.
export const mayAtHome = (right: Right) => Boolean(me.value?.rights.includes(right));

// own is the address of something of the company that is looked at.
export const own = (path: string) => `/api/companies/${company.value?.company ?? 0}${path}`;

// home is the address of something of one's own home.
export const home = (path: string) => `/api/companies/${me.value?.home ?? 0}${path}`;

// load finds out who one is. What waited for a log-in goes on.
export async function load() {
  const who = await get<Me>('/api/me');
  await inside(who);
}

// inside takes who has just logged in. Another person than before gets a page of their own.
export async function inside(who: Me) {
  const before = me.peek();
  if (before && (before.home !== who.home || before.person !== who.person || before.world !== who.world)) {
    location.assign('/');
    return;
  }
  companies.value = (await get<{ companies: Company[] }>('/api/companies')).companies;
  me.value = who;
  nowInside(true);
}

const LOGIN = 'baaz.login'; // a preference: what to write into the field

export function lastLogin() {
  try {
    return localStorage.getItem(LOGIN) ?? '';
  } catch {
    return ''; // storage may be closed to us
  }
}

export async function login(name: string, password: string) {
  const who = await post<Me>('/api/login', { login: name, password });
  try {
    localStorage.setItem(LOGIN, name);
  } catch { /* then one types it again */ }
  await inside(who);
}

// loginByPasskey proves who one is without a name.
export const loginByPasskey = async () => inside(await enter());

// logout ends the session, and what the device has kept of it.
export async function logout() {
  try {
    await post('/api/logout');
  } finally {
    navigator.serviceWorker?.controller?.postMessage('forget');
    nowInside(false);
    location.assign('/');
  }
}
