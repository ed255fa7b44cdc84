// Trouble, in one place: what is wrong, what to do. Red has to be read; amber and grey stay as long as they are true.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { cap } from '../kit.js';
import { SHOWN, blocking, dismiss, unread } from '../notices.js';
import { state, ui } from '../store.js';
import { t } from '../texts.js';

const SIGN = { blocking: 'stop', warning: 'warning', notice: 'info' };

// times says how often the same was refused.
const times = (n) => (n.times > 1 ? ' \u00d7' + n.times : '');

function bar(n, test, ...kids) {
  return h('div', { class: 'banner is-' + n.severity, role: 'alert', 'data-test': test, 'data-code': n.code, key: test + (n.severity === 'blocking') },
    icon(SIGN[n.severity] || 'info', 'is-large'), kids);
}

const said = (n, test) => h('div', { class: 'banner-text', 'data-test': test, 'data-code': test && n.code }, h('strong', {}, n.text + times(n)), h('span', {}, n.hint));

const read = (label, key) => h('button', { type: 'button', class: 'button banner-read', 'data-test': 'dismiss', onclick: dismiss },
  h('span', { class: 'button-label' }, label), cap(key));

// red is the one banner of all that has to be read: the newest large and with its next step, the others below.
function red([first, ...others]) {
  const rest = others.slice(0, SHOWN - 1);
  const more = others.length - rest.length;
  return bar(first, 'error-banner', said(first, 'error-line'), read(t('banner.read'), 'Enter'),
    rest.length > 0 && h('ol', { class: 'banner-rest', key: 'rest' },
      rest.map((n) => h('li', { key: n.code + n.text, 'data-test': 'error-line', 'data-code': n.code }, n.text + times(n))),
      more > 0 && h('li', { key: 'more', 'data-test': 'error-more' }, '\u2026 +' + more)),
    ui.insisted && h('p', { class: 'banner-rest banner-first', key: 'first', 'data-test': 'pay-refused' }, icon('warning'), t('banner.first')));
}

// banners draws the slot. Refusals come before what lasts; of that one is shown, and how many more there are.
export function banners() {
  const list = unread();
  const out = ui.notices.filter((n) => n.severity !== 'blocking').map((n) => bar(n, 'error-banner', said(n), !list.length && read(t('banner.close'), 'Esc')));
  if (list.length) out.push(red(list));
  const [first, ...more] = state.trouble;
  if (first && !blocking()) out.push(bar(first, 'trouble-banner', said(first), more.length > 0 && h('span', { class: 'banner-more' }, '+' + more.length)));
  return h('div', { class: 'banners', 'data-test': 'banners' }, out);
}

// away covers the top while posd does not answer.
export function away() {
  return ui.away && h('div', { class: 'away', role: 'status', 'data-test': 'away-banner', key: 'away' },
    icon('info', 'is-large'), h('strong', {}, t('away.text')), h('span', {}, t('away.hint')));
}
