// Who stands at the till. At the very first start: who owns it.

import { h } from '../dom.js';
import { field } from '../field.js';
import { button, pane } from '../kit.js';
import { perform } from '../actions.js';
import { boardButton } from './keypad.js';
import { state, ui, changed } from '../store.js';
import { t } from '../texts.js';

const form = { code: '', password: '', name: '', again: '', at: 0, hops: 1 };

function step(i) {
  form.at = i;
  form.hops++;
  changed();
}

const set = (name) => (text) => {
  form[name] = text;
  changed();
};

function clear() {
  Object.assign(form, { code: '', password: '', name: '', again: '' });
  step(0);
}

async function login(code = form.code, password = form.password) {
  if (ui.busy['seller.login']) return;
  const answer = await perform('seller.login', { code: code.trim(), password });
  if (answer) clear();
  else {
    form.password = '';
    step(1);
  }
}

async function own() {
  if (ui.busy['seller.set'] || !complete()) return;
  const code = form.code.trim();
  const { password } = form;
  const answer = await perform('seller.set', { code, name: form.name.trim(), password, role: 'owner' });
  if (answer) await login(code, password);
}

const complete = () => form.code.trim() && form.name.trim() && [...form.password].length >= 4 && form.password === form.again;

function input(i, name, kind, label, enter, more = {}) {
  return field({
    key: 'login-' + name, kind, label, value: form[name], set: set(name), enter, big: true, noScan: true,
    focus: form.at === i && 'login' + form.hops, ...more,
  });
}

// loginKey handles what the fields leave over.
export function loginKey(key) {
  if (key !== 'Enter') return false;
  login();
  return true;
}

export function loginPane() {
  return pane({ key: 'login', title: t('login.title'), more: 'is-form', aside: boardButton() },
    h('div', { class: 'columns' },
      h('div', { class: 'column' },
        input(0, 'code', 'login', t('login.code'), () => step(1), { test: 'login-code' }),
        input(1, 'password', 'password', t('login.password'), () => login(), { test: 'login-password' }),
        button({ label: t('login.yes'), key: 'Enter', kind: 'primary', test: 'login', press: () => login(), busy: ui.busy['seller.login'], off: !form.code.trim() || !form.password })),
      state.till.demo && h('div', { class: 'column' },
        h('h2', {}, t('login.demo')),
        state.till.demo.map((d) => h('button', {
          type: 'button', key: d.code, class: 'card', 'data-test': 'demo-seller', 'data-code': d.code, disabled: Boolean(ui.busy['seller.login']),
          onclick: () => login(d.code, d.password),
        },
        h('strong', {}, d.name), h('span', { class: 'card-role' }, t('role.' + d.role)),
        h('span', { class: 'card-figure' }, t('login.code') + ' ' + d.code), h('span', { class: 'card-figure' }, t('login.password') + ' ' + d.password))))));
}

export function first() {
  const differ = form.again && form.again !== form.password;
  return pane({ key: 'first', title: t('first.title'), more: 'is-form', aside: boardButton() },
    h('p', { class: 'lead' }, t('first.text')),
    h('div', { class: 'columns' },
      h('div', { class: 'column' },
        input(0, 'name', 'text', t('first.name'), () => step(1), { test: 'owner-name' }),
        input(1, 'code', 'login', t('login.code'), () => step(2), { test: 'owner-code', hint: t('first.code_hint') })),
      h('div', { class: 'column' },
        input(2, 'password', 'password', t('login.password'), () => step(3), { test: 'owner-password', hint: t('first.password_hint') }),
        input(3, 'again', 'password', t('first.again'), own, { test: 'owner-again' }))),
    h('p', { class: 'remark' + (differ ? ' is-alert' : '') }, differ ? t('first.differ') : ''),
    button({ label: t('first.yes'), key: 'Enter', kind: 'primary', test: 'owner', press: own, busy: ui.busy['seller.set'], off: !complete() }));
}

export function firstKey(key) {
  if (key !== 'Enter') return false;
  own();
  return true;
}
