// The keys, one table: it labels the buttons, says what a key opens, and is the map that F1 shows. None of them belongs to
// the browser.

import type { Key } from './texts';

// Bound is a key: what the browser calls it ('': no single one), how it is shown, what it does, and the right without which
// someone else has to approve.
export interface Bound { key: string; cap: string; text: Key; group: 'sell' | 'line' | 'pay' | 'way'; right?: string }

export const KEYS = {
  goods: { key: 'F2', cap: 'F2', text: 'do.goods', group: 'sell' },
  customer: { key: 'F3', cap: 'F3', text: 'do.customer', group: 'sell' },
  park: { key: 'F4', cap: 'F4', text: 'do.park', group: 'sell' },
  price: { key: 'F6', cap: 'F6', text: 'do.price', group: 'sell' },
  return: { key: 'F8', cap: 'F8', text: 'do.return', group: 'sell', right: 'return.own' },
  pay: { key: 'F9', cap: 'F9', text: 'do.pay', group: 'sell' },
  again: { key: 'F7', cap: 'F7', text: 'receipts.reprint', group: 'sell' },
  look: { key: 'ArrowUp', cap: '\u2191', text: 'receipts.look', group: 'sell' },
  tab: { key: 'Alt', cap: 'Alt 1\u20269', text: 'help.tab', group: 'sell' },
  times: { key: '', cap: '3*', text: 'help.times', group: 'sell' },
  quantity: { key: '*', cap: '*', text: 'do.quantity', group: 'line' },
  discount: { key: '/', cap: '/', text: 'do.discount', group: 'line', right: 'discount' },
  remove: { key: 'Delete', cap: 'Del', text: 'do.remove', group: 'line', right: 'line.remove' },
  more: { key: '+', cap: '+', text: 'do.more', group: 'line' },
  less: { key: '-', cap: '\u2212', text: 'do.less', group: 'line' },
  choose: { key: '', cap: '\u2191\u2193', text: 'help.choose', group: 'line' },
  exact: { key: '', cap: 'Enter', text: 'pay.exact', group: 'pay' },
  sides: { key: '', cap: '\u2191\u2193', text: 'help.sides', group: 'pay' },
  kinds: { key: '', cap: '\u2190\u2192', text: 'help.kinds', group: 'pay' },
  split: { key: '+', cap: '+', text: 'pay.split', group: 'pay' },
  business: { key: 'F7', cap: 'F7', text: 'pay.business', group: 'pay' },
  consumer: { key: 'F8', cap: 'F8', text: 'pay.consumer_short', group: 'pay' },
  menu: { key: 'Home', cap: 'Home', text: 'do.menu', group: 'way' },
  seller: { key: 'Insert', cap: 'Ins', text: 'switch.title', group: 'way' },
  close: { key: 'F8', cap: 'F8', text: 'close.open', group: 'way' },
  lock: { key: 'End', cap: 'End', text: 'do.lock', group: 'way' },
  enter: { key: '', cap: 'Enter', text: 'help.enter', group: 'way' },
  back: { key: '', cap: 'Esc', text: 'help.back', group: 'way' },
  help: { key: 'F1', cap: 'F1', text: 'do.help', group: 'way' },
} as const satisfies Record<string, Bound>;
