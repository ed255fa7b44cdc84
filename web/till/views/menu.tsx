// What is needed less often. Arrows and Enter, or a touch.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { connect } from '../api';
import { drop, lock, logout, moveCash, openDrawer } from '../actions';
import { KEYS } from '../keymap';
import { back, go } from '../route';
import { has, state, ui } from '../store';
import { choose, language } from '../../kit/texts';
import { t } from '../texts';

const at = signal(0);

export function switchLanguage() {
  choose(language() === 'mn' ? 'en' : 'mn');
  connect();
}

interface Item { test: string; label: string; more?: string; act: () => unknown; right?: string }

// entries is the table of the menu; an entry stands there only where it can be used.
function entries(): Item[] {
  const open = Boolean(state.shift.value);
  const waiting = state.unprinted.value.length;
  const list: (Item | false)[] = [
    { test: 'menu-receipts', label: t('receipts.title'), act: () => go('receipts') },
    { test: 'menu-unprinted', label: t('unprinted.title'), more: String(waiting), act: () => go('unprinted') },
    { test: 'menu-shift', label: t('menu.shift'), more: state.shift.value ? String(state.shift.value.number) : '', act: () => go('shift') },
    open && { test: 'menu-cash-in', label: t('cash.in'), right: 'cash.in', act: () => moveCash('cash.in') },
    open && { test: 'menu-cash-out', label: t('cash.out'), right: 'cash.out', act: () => moveCash('cash.out') },
    open && state.printer.value.fitted && { test: 'menu-drawer', label: t('drawer.open'), right: 'drawer.open', act: openDrawer },
    open && Boolean(state.basket.value) && { test: 'menu-drop', label: t('drop.open'), act: drop },
    { test: 'menu-switch', label: t('switch.title'), act: () => go('switch') },
    { test: 'menu-lock', label: t(KEYS.lock.text), more: KEYS.lock.cap, act: lock },
    has('goods') && { test: 'menu-goods', label: t('menu.goods'), act: () => go('owner/goods') },
    has('customers') && { test: 'menu-customers', label: t('menu.customers'), act: () => go('owner/customers') },
    has('sellers') && { test: 'menu-sellers', label: t('menu.sellers'), act: () => go('owner/sellers') },
    has('settings') && { test: 'menu-settings', label: t('menu.settings'), act: () => go('owner/settings') },
    has('logs') && { test: 'menu-logs', label: t('menu.logs'), act: () => go('logs') },
    { test: 'menu-devices', label: t('devices.title'), act: () => go('devices') },
    { test: 'menu-help', label: t(KEYS.help.text), more: KEYS.help.cap, act: () => void (ui.help.value = true) },
    { test: 'language', label: t('menu.language'), more: t('menu.language_now'), act: switchLanguage },
    { test: 'logout', label: t('menu.logout'), more: state.seller.value?.name, act: logout },
  ];
  return list.filter((x) => x !== false);
}

export function Menu() {
  useLayoutEffect(() => void (at.value = 0), []);
  return (
    <Pane title={t('do.menu')} back={back} backLabel={t('do.back')}>
      <ul class="menu">
        {entries().map((m, i) => (
          <li key={m.test}>
            <button type="button" class={'menu-item' + (i === at.value ? ' is-current' : '')} data-test={m.test} onClick={m.act}>
              <span class="menu-label">{m.label}</span>{m.right && !has(m.right) && <Icon name="lock" more="is-approve" />}<span class="menu-more">{m.more}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="remark">{state.till.value?.shop + ' \u00b7 ' + t('menu.version', { version: state.till.value?.version ?? '' })}</p>
    </Pane>
  );
}

const WIDE = 3; // columns
const STEPS: Record<string, number> = { ArrowDown: WIDE, ArrowUp: -WIDE, ArrowRight: 1, ArrowLeft: -1 };

export function menuKey(key: string) {
  const list = entries();
  if (key in STEPS) at.value = Math.max(0, Math.min(list.length - 1, at.value + STEPS[key]));
  else if (key === 'Enter') list[Math.min(at.value, list.length - 1)].act();
  else if (key === 'Escape') back();
  else return false;
  return true;
}
