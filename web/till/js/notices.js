// Refusals, each with its next step. A red one stays until a person has read it: until then scans go on, and nothing is
// paid. Whoever sweeps five goods past the scanner must learn which of them is not in the basket.

import { ui, changed } from './store.js';
import * as sound from './sound.js';

// SHOWN is how many red ones stand in the banner; reading takes away these, and the older ones move up.
export const SHOWN = 5;

// refuse shows what posd said no to, the newest first.
export function refuse(e, scan = false) {
  const red = e.severity === 'blocking';
  const again = red && unread().find((n) => n.code === e.code && n.text === e.text);
  const notice = { code: e.code, text: e.text, hint: e.hint, severity: e.severity, times: again ? again.times + 1 : 1 };
  ui.notices = [notice, ...unread().filter((n) => n !== again)];
  if (red) ui.appeared = performance.now();
  if (scan || red) sound.bad();
  else sound.attention();
  changed();
}

// unread lists the red ones.
export const unread = () => ui.notices.filter((n) => n.severity === 'blocking');

// blocking reports whether something red waits to be read.
export const blocking = () => ui.notices.some((n) => n.severity === 'blocking');

// insist tells why a payment does not begin; true where something red is in its way.
export function insist() {
  if (!blocking()) return false;
  ui.insisted = true;
  sound.attention();
  changed();
  return true;
}

// dismiss takes away what was shown and so has been read.
export function dismiss() {
  if (!ui.notices.length) return;
  ui.notices = unread().slice(SHOWN);
  ui.appeared = performance.now();
  ui.insisted = false;
  changed();
}

// done takes away what a success has outdated; what has to be read stays until it is read.
export function done() {
  const left = unread();
  if (left.length === ui.notices.length) return;
  ui.notices = left;
  changed();
}
