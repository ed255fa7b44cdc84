// A till that nobody has touched for a while locks itself; what lies in the basket stays.

import { lock } from './actions';
import { touchedAt } from './keys';
import { state } from './store';

// watch looks whenever it is called whether the time is up; it asks once, and again only after the next touch.
let asked = -1;

export function watch() {
  const minutes = state.till.value?.lock_after ?? 0;
  const seller = state.seller.value;
  if (!minutes || !seller || seller.locked || asked === touchedAt) return;
  if (performance.now() - touchedAt < minutes * 60_000) return;
  asked = touchedAt;
  lock();
}
