// The parked baskets, and the way to a new one.

import { h } from '../dom.js';
import { cap } from '../kit.js';
import { cents, money } from '../format.js';
import { park, select } from '../actions.js';
import { top } from '../prompts.js';
import { state } from '../store.js';
import { t } from '../texts.js';

export function tabs() {
  return [
    h('nav', { class: 'tabs', key: 'tabs', 'aria-label': t('tabs.label') }, state.baskets.map((b) => h('button', {
      type: 'button', key: b.id, class: 'tab' + (b.selected ? ' is-on' : ''), 'data-test': 'tab', 'data-tab': b.tab,
      'aria-pressed': String(b.selected), 'aria-label': t('tabs.name', { number: b.tab }), disabled: Boolean(top()), onclick: () => select(b.id),
    }, cap(b.tab < 10 ? 'Alt ' + b.tab : String(b.tab)), h('span', { class: 'tab-total' }, b.lines ? money(cents(b.total)) : t('tabs.empty'))))),
    state.basket && h('button', { type: 'button', key: 'new', class: 'tab is-new', 'data-test': 'tab-new', onclick: park, disabled: !state.basket.lines.length || Boolean(top()) },
      '+', h('span', { class: 'tab-total' }, t('tabs.new')), cap('F4')),
  ];
}
