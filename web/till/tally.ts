// The count of the drawer while it is being made: how many of each note. It is a draft of the till's, not of a seller's, because
// a count is final and neither a reload nor a browser that is killed in the middle may turn it into another. A count belongs to
// its shift.

import { draft, idOf, keep } from './drafts';
import { state } from './store';

type Pieces = Record<number, string>;

const name = () => 'count/' + (state.shift.value?.opened_at ?? '');

// pieces says what has been counted of each note so far.
export const pieces = () => (draft(name(), true) ?? {}) as Pieces;

export const write = (note: number, typed: string) => keep(name(), { ...pieces(), [note]: typed.replace(/\D/g, '').slice(0, 6) }, true);

// id is that of the count, and of the command that makes it.
export const id = () => idOf(name(), true);
