// The page around the screens: tabs on top, the basket or what lies over it, the right third, the strip.

import { h } from '../dom.js';
import { banners, away } from './banner.js';
import { dock, lines, sellKey } from './basket.js';
import { customer, customerKey } from './customer.js';
import { goods, goodsKey, priceCheck, priceKey, reset } from './goods.js';
import { board } from './keypad.js';
import { first, firstKey, loginKey, loginPane } from './login.js';
import { menu, menuKey, switchLanguage } from './menu.js';
import { pay, payKey, start } from './pay.js';
import { prompt, promptKey } from './prompt.js';
import { receipts, receiptsKey } from './receipts.js';
import { shift, shiftKey } from './shift.js';
import { side } from './side.js';
import { strip } from './strip.js';
import { tabs } from './tabs.js';
import { park, selectTab } from '../actions.js';
import { blocking, insist } from '../notices.js';
import { top } from '../prompts.js';
import { go, page } from '../route.js';
import { state, ui } from '../store.js';
import { t } from '../texts.js';

const VIEWS = {
  sell: [lines, sellKey], goods: [goods, goodsKey], customer: [customer, customerKey], price: [priceCheck, priceKey], pay: [pay, payKey],
  receipts: [receipts, receiptsKey], shift: [shift, shiftKey], menu: [menu, menuKey], login: [loginPane, loginKey], first: [first, firstKey],
};

function head() {
  const selling = state.shift && state.seller;
  return h('header', { class: 'head' },
    selling && state.baskets.length ? tabs() : h('div', { class: 'head-shop', key: 'shop' }, state.till?.shop || ''),
    !selling && h('button', { type: 'button', class: 'button is-quiet', 'data-test': 'language', onclick: switchLanguage },
      h('span', { class: 'button-label' }, t('menu.language_now'))));
}

function screen(now) {
  const [draw] = VIEWS[now];
  const over = top() || now !== 'sell';
  const selling = state.shift && state.seller;
  return [
    head(),
    h('main', { class: 'main' },
      h('div', { class: 'work' },
        h('div', { class: 'stage' + (over ? ' is-over' : ''), 'data-test': 'stage', 'data-page': top() ? 'prompt' : now }, top() ? prompt() : draw()),
        banners(),
        ui.board ? board() : selling && dock()),
      side(now)),
    strip(),
    away(),
    blocking() && h('div', { class: 'shield', key: 'shield', onclick: insist }),
  ];
}

// shell draws the whole page.
export function shell() {
  if (ui.locked) return h('div', { class: 'alone', 'data-test': 'locked' }, h('h1', {}, ui.locked.text), h('p', {}, ui.locked.hint));
  if (!ui.ready) return [h('div', { class: 'alone', key: 'wait' }, h('p', {}, t('wait.text'))), away()];
  return screen(page());
}

const GO = { F2: 'goods', F3: 'customer', F6: 'price', Home: 'menu' };

// key offers a key to the dialog on top, to the screen, and then to the whole till.
export function key(k) {
  if (!ui.ready || ui.locked) return false;
  if (top()) return k === 'text' ? false : promptKey(k) || /^F[2-9]$/.test(k);
  const now = page();
  if (VIEWS[now][1](k)) return true;
  if (!state.shift || !state.seller || k === 'text') return false;
  if (k in GO) {
    if (now === 'goods') reset();
    go(GO[k]);
  } else if (k === 'F4') park();
  else if (k === 'F9') start();
  else if (k.startsWith('Alt')) selectTab(Number(k.slice(3)));
  else return false;
  return true;
}
