// Which screen is shown. The address says what was wished; what the till allows at the moment wins.

import { batch, computed } from '@preact/signals';
import { closeBoard } from '../kit/board';
import { done } from './notices';
import { empty, state, ui } from './store';

// PAGES says what each screen needs before it is shown: nothing ('any': also when nobody is logged in), somebody logged
// in, or an open shift. The address of a screen is /#/ and its name.
export const PAGES = {
  sell: 'shift', goods: 'shift', customer: 'shift', price: 'shift', pay: 'shift', return: 'shift', count: 'shift',
  receipts: 'seller', unprinted: 'seller', ebarimt: 'seller', shift: 'seller', menu: 'seller', switch: 'seller',
  'owner/goods': 'seller', 'owner/import': 'seller', 'owner/sellers': 'seller', 'owner/settings': 'seller', 'owner/customers': 'seller', 'owner/box': 'seller', 'owner/join': 'seller', 'owner/updates': 'seller', logs: 'seller',
  login: 'any', lock: 'any', first: 'any', devices: 'any', repair: 'any', display: 'any',
} as const;

export type Page = keyof typeof PAGES;

const isPage = (name: string): name is Page => name in PAGES;

// broken: the disk cannot be used, so that nobody is known here and nothing can be begun.
const broken = computed(() => state.trouble.value.some((x) => x.code === 'perm.damaged' || x.code === 'perm.missing'));

const now = computed(allowed);

// page is the screen to show now.
export const page = () => now.value;

function allowed(): Page | 'wait' {
  const { till, seller, shift } = state;
  const wish = ui.page.value;
  if (!till.value) return 'wait';
  if (wish === 'display') return wish;
  if (broken.value) return 'repair';
  if (!till.value.has_sellers && (till.value.first ?? true)) return 'first';
  if (!isPage(wish)) return 'sell';
  const entrance = wish === 'login' || wish === 'lock' || wish === 'first' || wish === 'repair';
  if (PAGES[wish] === 'any' && !entrance) return wish;
  if (!till.value.has_sellers) return wish === 'first' ? wish : 'login'; // the first start was put off: the log-in leads back to it
  if (seller.value?.locked) return 'lock';
  if (!seller.value) return 'login';
  if (!shift.value) return PAGES[wish] === 'seller' ? wish : 'shift';
  if (wish === 'pay' && empty.value && !ui.waiting.value) return 'sell';
  return entrance ? 'sell' : wish;
}

// keeping reports whether a page is the owner's: there the shop is kept, and nothing is sold.
export const keeping = (name: string) => name.startsWith('owner/') || name === 'logs' || name === 'devices';

// selling reports whether somebody stands at an open shift, so that goods can be scanned.
export const selling = () => Boolean(state.shift.value && state.seller.value && !state.seller.value.locked);

// go wishes for a screen. What was refused on the one before has been seen, unless it has to be read.
export function go(name: Page) {
  batch(() => {
    if (name !== ui.page.peek()) done();
    ui.page.value = name;
    ui.help.value = false;
    ui.entry.value = '';
    closeBoard();
  });
}

// back is the step that Esc takes. Where it is already taken, because the till's state came before an answer, what has
// been typed since stays.
export function back() {
  const name = state.shift.value ? 'sell' : 'shift';
  if (page() === name) ui.page.value = name;
  else go(name);
}

// follow reads the address.
export function follow() {
  const name = location.hash.replace(/^#\//, '');
  if (isPage(name) && name !== ui.page.peek()) go(name);
}

// show writes the screen shown into the address, without adding to the history.
export function show(name: string) {
  const hash = '#/' + name;
  if (name !== 'wait' && location.hash !== hash) history.replaceState(null, '', hash);
}
