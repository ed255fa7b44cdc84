// Which screen is shown. The address says what was wished; what the till allows at the moment wins.

import { state, ui, changed } from './store.js';

const PAGES = ['sell', 'goods', 'customer', 'price', 'pay', 'receipts', 'shift', 'menu', 'login', 'first'];

// page is the screen to show now.
export function page() {
  if (!state.till) return 'wait';
  if (!state.till.has_sellers) return 'first';
  if (!state.seller) return 'login';
  if (!state.shift) return ['receipts', 'menu'].includes(ui.page) ? ui.page : 'shift';
  if (ui.page === 'pay' && !state.basket?.lines.length && !ui.waiting) return 'sell';
  return ['login', 'first', 'wait'].includes(ui.page) ? 'sell' : ui.page;
}

// go wishes for a screen.
export function go(name) {
  ui.page = name;
  ui.entry = '';
  ui.board = null;
  changed();
}

// back is the step that Esc takes. Where it is already taken, because the till's state came before an answer, what has
// been typed since stays.
export function back() {
  const name = state.shift ? 'sell' : 'shift';
  if (page() === name) ui.page = name;
  else go(name);
}

// follow reads the address.
export function follow() {
  const name = location.hash.replace(/^#\//, '');
  if (PAGES.includes(name)) go(name);
}

// show writes the screen shown into the address, without adding to the history.
export function show(name) {
  const hash = '#/' + name;
  if (name !== 'wait' && location.hash !== hash) history.replaceState(null, '', hash);
}
