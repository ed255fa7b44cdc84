// What has just been done, said shortly: it goes by itself, or with the next key.

import { signal } from '@preact/signals';
import { state } from './store';
import { t } from './texts';

const STAY = 4000; // ms

// told is what is said now, '' for nothing.
export const told = signal('');

let timer = 0;
let watching: (() => void) | null = null; // ends a watch

// tell says that something has been done.
export function tell(text: string) {
  hush();
  told.value = text;
  timer = setTimeout(hush, STAY);
}

// hush takes it away.
export function hush() {
  clearTimeout(timer);
  watching?.();
  if (told.peek()) told.value = '';
}

// copying says that a copy of a receipt is on its way, then what became of it. The next fact after the wish is its end,
// because whatever else could be done begins with a key, which ends the watch.
export function copying(bill: string, asked: number) {
  const open = () => state.unprinted.value.some((u) => u.copy && u.bill === bill);
  const before = open();
  tell(t('told.copy'));
  clearTimeout(timer);
  timer = setTimeout(hush, STAY * 3); // a printer that waits says so itself
  const stop = state.seq.subscribe((seq) => {
    if (seq <= asked || before) return;
    queueMicrotask(() => tell(t(open() ? 'told.copy_failed' : 'told.copied')));
  });
  watching = () => {
    watching = null;
    stop();
  };
}
