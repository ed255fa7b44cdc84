// Refusals, each with its next step. Red ones block until they are read.

import { ui, changed } from './store.js';
import * as sound from './sound.js';

const MOST = 3; // shown at once
const UNREAD = 600; // ms in which nobody can have read a banner
const LATE = 3000; // ms before the end of a sale in which something may have been overlooked

// refuse shows what posd said no to.
export function refuse(e, scan = false) {
  const notice = { code: e.code, text: e.text, hint: e.hint, severity: e.severity, since: performance.now(), passed: false };
  ui.notices = [...ui.notices.filter((n) => n.severity === 'blocking' || n.passed), notice].slice(-MOST);
  if (scan || notice.severity === 'blocking') sound.bad();
  else sound.attention();
  changed();
}

// blocking reports whether something red waits to be read.
export const blocking = () => ui.notices.some((n) => n.severity === 'blocking');

// dismiss takes away what has been read.
export function dismiss() {
  if (!ui.notices.length) return;
  ui.notices = [];
  changed();
}

// sold takes away what belonged to the sale just made; what came at the very end of it stays a moment longer.
export function sold() {
  const now = performance.now();
  ui.notices = ui.notices.filter((n) => now - n.since < LATE);
  changed();
}

// pass makes way for the next scan. A red banner that came so short before that nobody can have read it stays on in
// amber and blocks no more: two goods in one sweep must not hide that one of them is not in the basket.
export function pass() {
  const now = performance.now();
  ui.notices = ui.notices.filter((n) => n.passed || (n.severity === 'blocking' && now - n.since < UNREAD))
    .map((n) => ({ ...n, severity: 'warning', passed: true }));
  changed();
}

// done takes away what a success has outdated; what has to be read stays until it is read.
export function done() {
  const left = ui.notices.filter((n) => n.severity === 'blocking' || n.passed);
  if (left.length === ui.notices.length) return;
  ui.notices = left;
  changed();
}
