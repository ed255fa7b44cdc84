// What is needed less often. Arrows and Enter, or a touch.

import { signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { connect } from '../api';
import { drop, logout, moveCash, openDrawer } from '../actions';
import { back, go } from '../route';
import { state } from '../store';
import { choose, language } from '../../kit/texts';
import { t } from '../texts';

const at = signal(0);

export function switchLanguage() {
  choose(language() === 'mn' ? 'en' : 'mn');
  connect();
}

interface Item { test: string; label: string; more?: string; act: () => unknown }

// entries is the table of the menu; an entry stands there only where it can be used.
function entries(): Item[] {
  const open = Boolean(state.shift.value);
  const waiting = state.unprinted.value.length;
  const list: (Item | false)[] = [
    { test: 'menu-receipts', label: t('receipts.title'), more: waiting ? t('strip.unprinted', { count: waiting }) : '', act: () => go('receipts') },
    { test: 'menu-shift', label: t('menu.shift'), act: () => go('shift') },
    open && { test: 'menu-cash-in', label: t('cash.in'), act: () => moveCash('cash.in') },
    open && { test: 'menu-cash-out', label: t('cash.out'), act: () => moveCash('cash.out') },
    open && state.printer.value.fitted && { test: 'menu-drawer', label: t('drawer.open'), act: openDrawer },
    open && Boolean(state.basket.value) && { test: 'menu-drop', label: t('drop.open'), act: drop },
    { test: 'language', label: t('menu.language'), more: t('menu.language_now'), act: switchLanguage },
    { test: 'logout', label: t('menu.logout'), more: state.seller.value?.name, act: logout },
  ];
  return list.filter((x) => x !== false);
}

export function Menu() {
  return (
    <Pane title={t('do.menu')} back={back} backLabel={t('do.back')}>
      <ul class="menu">
        {entries().map((m, i) => (
          <li key={m.test}>
            <button type="button" class={'menu-item' + (i === at.value ? ' is-current' : '')} data-test={m.test} onClick={m.act}>
              <span>{m.label}</span><span class="menu-more">{m.more}</span>{i === at.value && <Icon name="enter" />}
            </button>
          </li>
        ))}
      </ul>
      <p class="remark">{state.till.value?.shop + ' \u00b7 ' + t('menu.version', { version: state.till.value?.version ?? '' })}</p>
    </Pane>
  );
}

export function menuKey(key: string) {
  const list = entries();
  if (key === 'ArrowDown') at.value = Math.min(list.length - 1, at.value + 1);
  else if (key === 'ArrowUp') at.value = Math.max(0, at.value - 1);
  else if (key === 'Enter') list[Math.min(at.value, list.length - 1)].act();
  else if (key === 'Escape') back();
  else return false;
  return true;
}
