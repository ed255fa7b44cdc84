// How a sales point's till stands, in words: worked out of what its box has said last.

import type { IconName } from '../../kit/icons';
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Box, Point, Report } from '../model';
import { t, tOf } from '../texts';

export type Tone = 'good' | 'warn' | 'loss' | 'calm';

// Till is a point and the box that sells there; before are those that did, and null: none has joined.
export interface Till { point: Point; box: Box | null; before: Box[] }

export type Standing = 'online' | 'silent' | 'off' | 'revoked' | 'waits' | 'none';

// CLOCK is how many seconds a till's clock may differ from BAAZ's before anybody is told: receipts show minutes.
const CLOCK = 120;

// OLD is how long a sale may stay unsent, ms, before it is told as trouble.
const OLD = 15 * 60_000;

// tillsOf joins points and boxes.
export function tillsOf(points: Point[], boxes: Box[]): Till[] {
  return points.map((point) => {
    const own = boxes.filter((b) => b.point === point.point);
    const box = own.find((b) => b.box === point.box) ?? null;
    return { point, box, before: own.filter((b) => b !== box) };
  });
}

// standing says what is to be known of a till first. A till that is off while no shift is open is at rest, not silent.
export function standing({ point, box }: Till): Standing {
  if (!box) return point.key ? 'waits' : 'none';
  if (box.state === 'revoked') return 'revoked';
  if (box.online) return 'online';
  return box.report?.shift ? 'silent' : 'off';
}

export const tones: Record<Standing, Tone> = { online: 'good', silent: 'warn', off: 'calm', revoked: 'loss', waits: 'calm', none: 'calm' };
export const signs: Record<Standing, IconName> = { online: 'check', silent: 'cloud', off: 'clock', revoked: 'stop', waits: 'key', none: 'plug' };

// heard is when a box was heard of last.
export const heard = (b: Box) => (b.report && b.report.heard > b.seen ? b.report.heard : b.seen);

// since says how long ago something was.
export function since(when: string) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(when).getTime()) / 60_000));
  if (minutes < 1) return t('since.now');
  if (minutes < 60) return t('since.minutes', { count: minutes });
  if (minutes < 48 * 60) return t('since.hours', { count: Math.round(minutes / 60) });
  return t('since.days', { count: Math.round(minutes / 1440) });
}

// wrongClock reports whether a till's clock needs somebody.
export const wrongClock = (r: Report) => !r.clock_set || Math.abs(r.ahead) > CLOCK;

// ahead says how far a clock is off.
export function ahead(r: Report) {
  if (!r.clock_set) return t('till.clock_unset');
  const s = Math.abs(r.ahead);
  if (s <= CLOCK) return t('till.clock_right');
  const size = s < 7200 ? t('size.minutes', { count: Math.round(s / 60) }) : s < 172_800 ? t('size.hours', { count: Math.round(s / 3600) }) : t('size.days', { count: Math.round(s / 86_400) });
  return t(r.ahead > 0 ? 'till.clock_ahead' : 'till.clock_behind', { size });
}

// gigabytes writes bytes.
export const gigabytes = (n: number) => (n / 1e9).toFixed(n < 10e9 ? 1 : 0) + '\u202fGB';

export interface Trouble { key: string; tone: 'warn' | 'loss'; text: string; hint: string }

// troubles lists what needs somebody, the worst first.
export function troubles(till: Till): Trouble[] {
  const { box } = till;
  if (!box) return [];
  const list: Trouble[] = [];
  if (standing(till) === 'silent') list.push({ key: 'silent', tone: 'warn', text: t('till.gone_silent'), hint: t('till.silent_hint') });
  const r = box.report;
  if (box.problems + box.quarantine + box.alarms > 0) list.push({ key: 'records', tone: 'loss', text: t('till.records', { count: box.problems + box.quarantine + box.alarms }), hint: t('till.records_hint') });
  for (const d of r?.devices ?? []) {
    if (d.state === 'fault' || d.state === 'attention') {
      list.push({ key: d.kind + d.code, tone: d.state === 'fault' ? 'loss' : 'warn', text: d.text || `${tOf('kind.', d.kind)}: ${tOf('level.', d.state)}`, hint: d.hint ?? '' });
    }
  }
  if (r && wrongClock(r) && !r.devices.some((d) => d.kind === 'clock' && d.code)) list.push({ key: 'clock', tone: 'warn', text: t('till.clock_wrong', { clock: ahead(r) }), hint: t('till.clock_hint') });
  if (r?.oldest && Date.now() - new Date(r.oldest).getTime() > OLD) list.push({ key: 'unsent', tone: 'warn', text: t('till.unsent_long', { count: r.unsent, age: since(r.oldest) }), hint: t('till.unsent_hint') });
  for (const x of r?.trouble ?? []) list.push({ key: x.code, tone: 'warn', text: x.text, hint: x.hint });
  return list.sort((a, b) => Number(b.tone === 'loss') - Number(a.tone === 'loss'));
}

// useClock draws a page again now and then: ages grow without anything having changed.
export function useClock(ms = 20_000) {
  const turn = useSignal(0);
  useEffect(() => {
    const every = setInterval(() => void turn.value++, ms);
    return () => clearInterval(every);
  }, []);
  return turn;
}
