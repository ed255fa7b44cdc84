// What is needed less often. Arrows and Enter, or a touch.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { pane } from '../kit.js';
import { connect } from '../api.js';
import { drop, logout, moveCash, openDrawer } from '../actions.js';
import { back, go } from '../route.js';
import { state, changed } from '../store.js';
import { choose, language, t } from '../texts.js';

let at = 0;

export function switchLanguage() {
  choose(language() === 'mn' ? 'en' : 'mn');
  document.documentElement.lang = language();
  connect();
  changed();
}

function items() {
  const open = Boolean(state.shift);
  return [
    { test: 'menu-receipts', label: t('receipts.title'), more: state.unprinted.length ? t('strip.unprinted', { count: state.unprinted.length }) : '', act: () => go('receipts') },
    { test: 'menu-shift', label: t('menu.shift'), act: () => go('shift') },
    open && { test: 'menu-cash-in', label: t('cash.in'), act: () => moveCash('cash.in') },
    open && { test: 'menu-cash-out', label: t('cash.out'), act: () => moveCash('cash.out') },
    open && state.printer.fitted && { test: 'menu-drawer', label: t('drawer.open'), act: openDrawer },
    open && state.basket && { test: 'menu-drop', label: t('drop.open'), act: drop },
    { test: 'language', label: t('menu.language'), more: t('menu.language_now'), act: switchLanguage },
    { test: 'logout', label: t('menu.logout'), more: state.seller.name, act: logout },
  ].filter(Boolean);
}

export function menu() {
  return pane({ key: 'menu', title: t('do.menu'), back, backLabel: t('do.back') },
    h('ul', { class: 'menu' }, items().map((m, i) => h('li', { key: m.test }, h('button', {
      type: 'button', class: 'menu-item' + (i === at ? ' is-current' : ''), 'data-test': m.test, onclick: m.act,
    }, h('span', {}, m.label), h('span', { class: 'menu-more' }, m.more), i === at && icon('enter'))))),
    h('p', { class: 'remark' }, state.till.shop + ' \u00b7 ' + t('menu.version', { version: state.till.version })));
}

export function menuKey(key) {
  const list = items();
  if (key === 'ArrowDown') at = Math.min(list.length - 1, at + 1);
  else if (key === 'ArrowUp') at = Math.max(0, at - 1);
  else if (key === 'Enter') list[Math.min(at, list.length - 1)].act();
  else if (key === 'Escape') back();
  else return false;
  changed();
  return true;
}
