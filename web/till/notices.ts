// Refusals, each with its next step. A red one stays until a person has read it: until then scans go on, and nothing is
// paid. Whoever sweeps five goods past the scanner must learn which of them is not in the basket.

import { batch } from '@preact/signals';
import { ui, type Notice } from './store';
import type { Fault } from './model';
import * as sound from '../kit/sound';

// SHOWN is how many red ones stand in the banner; reading takes away these, and the older ones move up.
export const SHOWN = 5;

// refuse shows what posd said no to, the newest first.
export function refuse(e: Fault, scan = false) {
  const red = e.severity === 'blocking';
  const again = red ? unread().find((n) => n.code === e.code && n.text === e.text) : undefined;
  const notice: Notice = { code: e.code, text: e.text, hint: e.hint, severity: e.severity, times: again ? again.times + 1 : 1 };
  batch(() => {
    ui.notices.value = [notice, ...unread().filter((n) => n !== again)];
    if (red) ui.appeared.value = performance.now();
  });
  if (scan || red) sound.bad();
  else sound.attention();
}

// fail is refuse for whatever a read or command threw; a fault of this page goes on to the console.
export function fail(e: unknown) {
  if (e instanceof Error && 'severity' in e) refuse(e as Error & Fault);
  else throw e;
}

// unread lists the red ones.
export const unread = () => ui.notices.value.filter((n) => n.severity === 'blocking');

// blocking reports whether something red waits to be read.
export const blocking = () => ui.notices.value.some((n) => n.severity === 'blocking');

// insist tells why a payment does not begin; true where something red is in its way.
export function insist() {
  if (!blocking()) return false;
  ui.insisted.value = true;
  sound.attention();
  return true;
}

// dismiss takes away what was shown and so has been read.
export function dismiss() {
  if (!ui.notices.peek().length) return;
  batch(() => {
    ui.notices.value = unread().slice(SHOWN);
    ui.appeared.value = performance.now();
    ui.insisted.value = false;
  });
}

// done takes away what a success or another screen has outdated; what has to be read stays until it is read.
export function done() {
  const left = unread();
  if (left.length !== ui.notices.peek().length) ui.notices.value = left;
}
