// The count of the drawer while it is being made: how many of each note. It is kept in the browser, because a count is
// final and a reload in the middle must not turn it into another. A count belongs to its shift.

import { signal } from '@preact/signals';
import { state } from './store';

type Pieces = Record<number, string>;

const KEY = 'posbox.tally';

const tally = signal(remembered());

function remembered(): { shift: string; pieces: Pieces } {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '');
    if (typeof kept.shift === 'string' && typeof kept.pieces === 'object' && kept.pieces) return { shift: kept.shift, pieces: kept.pieces };
  } catch { /* nothing was kept, or storage is closed to us */ }
  return { shift: '', pieces: {} };
}

const shift = () => state.shift.value?.opened_at ?? '';

// pieces says what has been counted of each note so far.
export const pieces = (): Pieces => (tally.value.shift === shift() ? tally.value.pieces : {});

function keep(p: Pieces) {
  tally.value = { shift: shift(), pieces: p };
  try {
    localStorage.setItem(KEY, JSON.stringify(tally.value));
  } catch { /* then it holds until the page is closed */ }
}

export const write = (note: number, typed: string) => keep({ ...pieces(), [note]: typed.replace(/\D/g, '').slice(0, 6) });

export const clear = () => keep({});
