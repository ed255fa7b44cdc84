// The number pad, always at the bottom right, and the keyboard for words.

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { press } from '../keys.js';
import { insert, rub, focused } from '../field.js';
import { ui, changed } from '../store.js';
import { t } from '../texts.js';
import rows from '../texts/boards.js';

const KEYS = ['7', '8', '9', 'Backspace', '4', '5', '6', '*', '1', '2', '3', 'Enter', '0', '000', '.'];
const SHOWN = { '*': '\u00d7', '.': ',' };

export function keypad() {
  return h('div', { class: 'keypad', 'data-test': 'keypad' }, KEYS.map((k) => h('button', {
    type: 'button', key: k, class: 'key' + (k.length > 3 ? ' is-' + k.toLowerCase() : ''), 'data-test': 'key-' + k, onclick: () => press(k),
    'aria-label': k === 'Enter' ? t('key.enter') : k === 'Backspace' ? t('key.backspace') : null,
  }, k === 'Backspace' ? icon('erase') : k === 'Enter' ? [icon('enter', 'is-large'), h('span', {}, 'Enter')] : SHOWN[k] || k)));
}

// boardButton opens the keyboard for words.
export const boardButton = () => h('button', {
  type: 'button', class: 'button is-quiet board-button' + (ui.board ? ' is-on' : ''), 'data-test': 'board', 'aria-label': t('board.open'),
  onclick: () => {
    ui.board = ui.board ? null : 'mn';
    changed();
  },
}, icon('keyboard', 'is-large'));

function into(ch) {
  const el = focused() || document.querySelector('.stage input');
  if (el) insert(el, ui.shifted ? ch.toUpperCase() : ch);
  ui.shifted = false;
  changed();
}

const wide = (label, test, act, on) => h('button', { type: 'button', class: 'key is-wide' + (on ? ' is-on' : ''), 'data-test': test, onclick: act }, label);

export function board() {
  const lang = ui.board;
  return h('div', { class: 'board', key: 'board', 'data-test': 'keyboard' },
    rows[lang].map((row) => h('div', { class: 'board-row' }, [...row].map((ch) => h('button', {
      type: 'button', key: ch, class: 'key', onclick: () => into(ch),
    }, ui.shifted ? ch.toUpperCase() : ch)))),
    h('div', { class: 'board-row' },
      wide(icon('shift'), 'board-shift', () => { ui.shifted = !ui.shifted; changed(); }, ui.shifted),
      wide(rows.names[lang === 'mn' ? 'en' : 'mn'], 'board-lang', () => { ui.board = lang === 'mn' ? 'en' : 'mn'; changed(); }),
      h('button', { type: 'button', class: 'key is-space', onclick: () => into(' '), 'aria-label': t('key.space') }),
      wide(icon('erase'), 'board-back', () => { const el = focused(); if (el) rub(el); }),
      wide(icon('enter'), 'board-enter', () => press('Enter'))));
}
