// What is needed less often. A key of its own, arrows and Enter, or a touch.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Cap, Pane } from '../../kit/pieces';
import { connect } from '../api';
import { drop, lock, logout, moveCash, openDrawer } from '../actions';
import { KEYS } from '../keymap';
import { alone } from '../keys';
import { back, go } from '../route';
import { has, state, ui } from '../store';
import { choose, language } from '../../kit/texts';
import { t } from '../texts';

const at = signal(0);

export function switchLanguage() {
  choose(language() === 'mn' ? 'en' : 'mn');
  connect();
}

interface Item { test: string; cap: string; label: string; more?: string; act: () => unknown; right?: string }

interface Group { title: string; items: Item[] }

// undecided is how many e-barimts wait for a person.
const undecided = () => state.fiscal.value.decide.length + state.fiscal.value.unprinted.length;

// columns is the table of the menu, in three columns of one or two groups; an entry stands there only where it can be used.
// Each keeps its key whatever else stands there.
function columns(): Group[][] {
  const open = Boolean(state.shift.value);
  const waiting = state.unprinted.value.length;
  const group = (title: string, items: (Item | false)[]): Group => ({ title, items: items.filter((x) => x !== false) });
  return [
    [group(t('menu.group.till'), [
      { test: 'menu-receipts', cap: '1', label: t('receipts.title'), act: () => go('receipts') },
      { test: 'menu-unprinted', cap: '2', label: t('unprinted.title'), more: waiting ? String(waiting) : '', act: () => go('unprinted') },
      open && { test: 'menu-return', cap: KEYS.return.cap, label: t('return.title'), right: 'return.own', act: () => go('return') },
      state.fiscal.value.on && { test: 'menu-ebarimt', cap: 'I', label: t('ebarimt.title'), more: undecided() ? String(undecided()) : '', act: () => go('ebarimt') },
      open && Boolean(state.basket.value) && { test: 'menu-drop', cap: '7', label: t('drop.open'), act: drop },
      { test: 'menu-switch', cap: '8', label: t('switch.title'), act: () => go('switch') },
      { test: 'menu-lock', cap: KEYS.lock.cap, label: t(KEYS.lock.text), act: lock },
      { test: 'logout', cap: '9', label: t('menu.logout'), more: state.seller.value?.name, act: logout },
    ])],
    [group(t('menu.group.money'), [
      { test: 'menu-shift', cap: '3', label: t('menu.shift'), act: () => go('shift') },
      open && { test: 'menu-cash-in', cap: '4', label: t('cash.in'), right: 'cash.in', act: () => moveCash('cash.in') },
      open && { test: 'menu-cash-out', cap: '5', label: t('cash.out'), right: 'cash.out', act: () => moveCash('cash.out') },
      open && state.printer.value.fitted && { test: 'menu-drawer', cap: '6', label: t('drawer.open'), right: 'drawer.open', act: openDrawer },
    ]), group(t('menu.group.shop'), [
      has('goods') && { test: 'menu-goods', cap: 'G', label: t('menu.goods'), act: () => go('owner/goods') },
      has('customers') && { test: 'menu-customers', cap: 'C', label: t('menu.customers'), act: () => go('owner/customers') },
      has('settings') && { test: 'menu-join', cap: 'J', label: t('join.title'), act: () => go('owner/join') },
    ])],
    [group(t('menu.group.system'), [
      has('sellers') && { test: 'menu-sellers', cap: 'S', label: t('menu.sellers'), act: () => go('owner/sellers') },
      has('settings') && { test: 'menu-settings', cap: 'T', label: t('menu.settings'), act: () => go('owner/settings') },
      state.till.value?.box === true && (has('settings') || has('logs')) && { test: 'menu-box', cap: 'B', label: t('menu.box'), act: () => go('owner/box') },
      state.till.value?.box === true && has('settings') && { test: 'menu-updates', cap: 'U', label: t('menu.updates'), act: () => go('owner/updates') },
      { test: 'menu-devices', cap: 'D', label: t('devices.title'), act: () => go('devices') },
      has('logs') && { test: 'menu-logs', cap: 'L', label: t('menu.logs'), act: () => go('logs') },
      { test: 'menu-help', cap: KEYS.help.cap, label: t(KEYS.help.text), act: () => void (ui.help.value = true) },
      { test: 'language', cap: 'E', label: t('menu.language'), more: t('menu.language_now'), act: switchLanguage },
    ])],
  ];
}

const itemsOf = (column: Group[]) => column.flatMap((g) => g.items);

function Entry({ of: m, current }: { of: Item; current: boolean }) {
  return (
    <li>
      <button type="button" class={'menu-item' + (current ? ' is-current' : '')} data-test={m.test} onClick={m.act}>
        <span class="menu-label">{m.label}</span>{m.right && !has(m.right) && <Icon name="lock" more="is-approve" />}<span class={'menu-more clip' + ((m.more?.length ?? 0) > 3 ? ' is-long' : '')}>{m.more}</span><Cap>{m.cap}</Cap>
      </button>
    </li>
  );
}

export function Menu() {
  useLayoutEffect(() => void (at.value = 0), []);
  const all = columns();
  const chosen = all.flatMap(itemsOf)[at.value]?.test;
  return (
    <Pane title={t('do.menu')} back={back} backLabel={t('do.back')} aside={<span class="remark">{state.till.value?.shop + ' \u00b7 ' + t('menu.version', { version: state.till.value?.version ?? '' })}</span>}>
      <div class="menu">
        {all.map((column, i) => (
          <div key={i} class="menu-column">
            {column.filter((g) => g.items.length).map((g) => <section key={g.title}><h2 class="menu-title">{g.title}</h2><ul class="menu-group">{g.items.map((m) => <Entry key={m.test} of={m} current={m.test === chosen} />)}</ul></section>)}
          </div>
        ))}
      </div>
    </Pane>
  );
}

const UP: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
const ASIDE: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

// aside moves the cursor to the same place of another column.
function aside(by: number) {
  const sizes = columns().map((c) => itemsOf(c).length);
  let column = 0;
  let row = at.value;
  while (column < sizes.length - 1 && row >= sizes[column]) row -= sizes[column++];
  const to = Math.max(0, Math.min(sizes.length - 1, column + by));
  at.value = sizes.slice(0, to).reduce((n, size) => n + size, 0) + Math.min(row, sizes[to] - 1);
}

export function menuKey(key: string) {
  const list = columns().flatMap(itemsOf);
  const named = list.find((m) => m.cap === key.toUpperCase());
  if (key in UP) at.value = Math.max(0, Math.min(list.length - 1, at.value + UP[key]));
  else if (key in ASIDE) aside(ASIDE[key]);
  else if (key === 'Enter') list[Math.min(at.value, list.length - 1)].act();
  else if (key === 'Escape') back();
  else if (named) alone(named.act);
  else return false;
  return true;
}
