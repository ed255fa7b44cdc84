// The buyer's card.

import { h } from '../dom.js';
import { field } from '../field.js';
import { button, pane } from '../kit.js';
import { percent } from '../format.js';
import { setCustomer } from '../actions.js';
import { back } from '../route.js';
import { state, ui, changed } from '../store.js';
import { t } from '../texts.js';

let text = '';

async function enter() {
  const code = text.trim();
  if (!code || ui.busy['customer.set']) return;
  text = '';
  await setCustomer(code);
  changed();
}

export function customer() {
  const buyer = state.basket?.buyer;
  return pane({ key: 'customer', title: t('customer.title'), back, backLabel: t('do.back') },
    field({
      key: 'customer-code', kind: 'code', hint: t('customer.hint'), value: text, enter, test: 'customer-code', focus: 'customer', big: true, takesScan: true,
      set: (s) => {
        text = s;
        changed();
      },
    }),
    h('div', { class: 'row' },
      button({ label: t('customer.yes'), key: 'Enter', kind: 'primary', test: 'customer-set', press: enter, off: !text.trim(), busy: ui.busy['customer.set'] }),
      buyer && button({ label: t('customer.clear'), test: 'customer-clear', press: () => setCustomer('') })),
    buyer && h('div', { class: 'card is-flat', key: 'buyer', 'data-test': 'buyer-card' },
      h('strong', {}, buyer.name), h('span', {}, [buyer.code, buyer.card].filter(Boolean).join(' \u00b7 ')), h('span', {}, t('customer.percent', { percent: percent(buyer.percent) }))));
}

export function customerKey(key) {
  if (key === 'Enter') enter();
  else if (key === 'Escape') {
    text = '';
    back();
  } else return false;
  return true;
}
