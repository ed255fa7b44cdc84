// People, what they come in with, and what they did, as BAAZ tells it.

import { wall } from '../../kit/format';
import { t, tOf } from '../texts';

export interface Person { person: number; login: string; name: string; role: string; state: 'invited' | 'active'; created: string; seen: string | null }

export interface Session { session: string; person: number; created: string; seen: string; network: string; agent: string; own: boolean }

export interface Token { token: string; name: string; scopes: string[]; by: string; created: string; seen: string | null; expires: string | null }

export interface Invitation { person: number; url: string; expires: string }

// when says a time as the shop's clock does; empty: never.
export const when = (at: string | null) => (at ? wall(new Date(at)).slice(0, 16) : '');

const BROWSERS: [RegExp, string][] = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/SamsungBrowser/, 'Samsung Internet'], [/Firefox\/|FxiOS/, 'Firefox'], [/Chrom(e|ium)\/|CriOS/, 'Chrome'], [/Safari\//, 'Safari']];
const SYSTEMS: [RegExp, string][] = [[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'macOS'], [/CrOS/, 'ChromeOS'], [/Linux|X11/, 'Linux']];

// device says in two words what a browser has said of itself at length.
export function device(agent: string) {
  const of = (list: [RegExp, string][]) => list.find(([like]) => like.test(agent))?.[1];
  return [of(BROWSERS), of(SYSTEMS)].filter(Boolean).join(', ') || agent.slice(0, 40) || t('sessions.unknown');
}

export const role = (name: string) => tOf('role.', name);
