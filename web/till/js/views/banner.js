// Trouble, in one place: what is wrong, what to do. Red has to be read; amber and grey stay as long as they are true.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { cap } from '../kit.js';
import { blocking, dismiss } from '../notices.js';
import { state, ui } from '../store.js';
import { t } from '../texts.js';

const SIGN = { blocking: 'stop', warning: 'warning', notice: 'info' };

function bar(n, test, more) {
  return h('div', { class: 'banner is-' + n.severity, role: 'alert', 'data-test': test, 'data-code': n.code, key: test + n.code + n.text },
    icon(SIGN[n.severity] || 'info', 'is-large'),
    h('div', { class: 'banner-text' }, h('strong', {}, n.text), h('span', {}, n.hint)), more);
}

const read = (label, key) => h('button', { type: 'button', class: 'button banner-read', 'data-test': 'dismiss', onclick: dismiss },
  h('span', { class: 'button-label' }, label), cap(key));

// banners draws the slot. Refusals come before what lasts; of that one is shown, and how many more there are.
export function banners() {
  const last = ui.notices.length - 1;
  const out = ui.notices.map((n, i) => bar(n, n.passed ? 'passed-banner' : 'error-banner',
    i === last && (n.severity === 'blocking' ? read(t('banner.read'), 'Enter') : read(t('banner.close'), 'Esc'))));
  const [first, ...more] = state.trouble;
  if (first && !blocking()) out.push(bar(first, 'trouble-banner', more.length > 0 && h('span', { class: 'banner-more' }, '+' + more.length)));
  return h('div', { class: 'banners', 'data-test': 'banners' }, out);
}

// away covers the top while posd does not answer.
export function away() {
  return ui.away && h('div', { class: 'away', role: 'status', 'data-test': 'away-banner', key: 'away' },
    icon('info', 'is-large'), h('strong', {}, t('away.text')), h('span', {}, t('away.hint')));
}
