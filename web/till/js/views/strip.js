// The status strip: what the till and its devices are doing, always in the same place.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { wall } from '../format.js';
import { state, ui } from '../store.js';
import { t } from '../texts.js';

// light says how the printer is: tone, icon, word.
export function light(p) {
  if (!p.fitted) return ['off', 'printer', t('printer.none')];
  if (!p.online) return ['warn', 'warning', t('printer.offline')];
  if (p.cover_open) return ['warn', 'warning', t('printer.cover')];
  if (p.paper_empty) return ['warn', 'warning', t('printer.paper')];
  if (p.error) return ['warn', 'warning', t('printer.error')];
  if (p.paper_near_end) return ['warn', 'printer', t('printer.low')];
  if (p.busy) return ['good', 'printer', t('printer.busy')];
  return ['good', 'check', t('printer.ready')];
}

export function strip() {
  const [tone, sign, word] = light(state.printer);
  const s = state.shift;
  return h('footer', { class: 'strip' },
    h('span', { class: 'strip-item is-' + tone, 'data-test': 'printer-light', 'data-tone': tone, title: state.printer.name }, icon(sign), h('span', {}, word)),
    state.unprinted.length > 0 && h('span', { class: 'strip-item is-warn', 'data-test': 'unprinted-count' }, icon('bill'), t('strip.unprinted', { count: state.unprinted.length })),
    h('span', { class: 'strip-item', 'data-test': 'unsent' }, icon('cloud'), t('strip.unsent', { count: state.unsent })),
    state.seller && h('span', { class: 'strip-item', 'data-test': 'seller' }, icon('person'), h('span', { class: 'clip' }, state.seller.name)),
    h('span', { class: 'strip-gap' }),
    s && h('span', { class: 'strip-item', 'data-test': 'shift' }, t('strip.shift', { number: s.number })),
    s && h('span', { class: 'strip-item is-figure', 'data-test': 'next-bill' }, icon('bill'), s.next_bill),
    h('span', { class: 'strip-item is-figure', 'data-test': 'clock' }, h('span', { class: 'strip-date' }, wall(ui.clock).slice(0, 11)), wall(ui.clock).slice(11)));
}
