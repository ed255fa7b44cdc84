// The page around the screens: tabs on top, the basket or what lies over it, the right third, the strip.

import type { FunctionComponent } from 'preact';
import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Board, boardOpen } from '../../kit/board';
import { Away, Banners, byName } from './banner';
import { Display } from './display';
import { Dock, Sold, sellKey } from './basket';
import { Customer, customerKey } from './customer';
import { Goods, PriceCheck, again, goodsKey, priceKey } from './goods';
import { Devices, devicesKey } from './devices';
import { Ebarimt, ebarimtKey } from './ebarimt';
import { Help, helpKey } from './help';
import { Lock, Login, Switch, lockKey, loginKey, switchKey } from './login';
import { Menu, menuKey, switchLanguage } from './menu';
import { Pay, payKey, start } from './pay';
import { Dialog, promptKey } from './prompt';
import { NotPrinted, Receipts, receiptsKey, unprintedKey } from './receipts';
import { ReturnPage, returnKey } from './return';
import { Repair, repairKey } from './repair';
import { Count, Shift, countKey, shiftKey } from './shift';
import { Side, afterKey } from './side';
import { Strip } from './strip';
import { Tabs } from './tabs';
import { places } from '../ways';
import { lock, park, selectTab } from '../actions';
import { focused } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { Cap } from '../../kit/pieces';
import * as sound from '../../kit/sound';
import { KEYS } from '../keymap';
import { OwnerBox, ownerBoxKey } from '../owner/box';
import { OwnerCustomers, ownerCustomersKey } from '../owner/customers';
import { First, firstKey } from '../owner/first';
import { OwnerGoods, ownerGoodsKey } from '../owner/goods';
import { OwnerImport, ownerImportKey } from '../owner/import';
import { OwnerJoin, ownerJoinKey } from '../owner/join';
import { Logs, logsKey } from '../owner/logs';
import { Updates, updatesKey } from '../owner/updates';
import { OwnerSellers, ownerSellersKey } from '../owner/sellers';
import { OwnerSettings, ownerSettingsKey } from '../owner/settings';
import { press } from '../keys';
import { blocking, insist } from '../notices';
import { top } from '../prompts';
import { go, keeping, page, selling, show, type Page } from '../route';
import { empty, state, ui } from '../store';
import { t } from '../texts';

interface View { draw: FunctionComponent; key: (key: string) => boolean }

// VIEWS is the table of screens: what each draws and what it does with a key. What it needs stands in route.ts.
const VIEWS: Record<Page, View> = {
  sell: { draw: Sold, key: (k) => afterKey(k) || sellKey(k) }, goods: { draw: Goods, key: goodsKey }, customer: { draw: Customer, key: customerKey },
  price: { draw: PriceCheck, key: priceKey }, pay: { draw: Pay, key: payKey }, return: { draw: ReturnPage, key: returnKey }, count: { draw: Count, key: countKey },
  receipts: { draw: Receipts, key: receiptsKey }, unprinted: { draw: NotPrinted, key: unprintedKey }, ebarimt: { draw: Ebarimt, key: ebarimtKey }, shift: { draw: Shift, key: shiftKey }, menu: { draw: Menu, key: menuKey },
  login: { draw: Login, key: loginKey }, lock: { draw: Lock, key: lockKey }, switch: { draw: Switch, key: switchKey }, first: { draw: First, key: firstKey }, devices: { draw: Devices, key: devicesKey },
  'owner/goods': { draw: OwnerGoods, key: ownerGoodsKey }, 'owner/import': { draw: OwnerImport, key: ownerImportKey }, 'owner/sellers': { draw: OwnerSellers, key: ownerSellersKey },
  'owner/settings': { draw: OwnerSettings, key: ownerSettingsKey }, 'owner/customers': { draw: OwnerCustomers, key: ownerCustomersKey }, logs: { draw: Logs, key: logsKey }, 'owner/updates': { draw: Updates, key: updatesKey }, 'owner/box': { draw: OwnerBox, key: ownerBoxKey }, 'owner/join': { draw: OwnerJoin, key: ownerJoinKey }, repair: { draw: Repair, key: repairKey },
  display: { draw: Display, key: () => true },
};

// tabbed is read in place of the baskets, whose totals change with each scan: the head is drawn again when tabs come or go.
const tabbed = computed(() => state.baskets.value.length + places().length > 0);

function Head() {
  const on = selling();
  return (
    <header class="head">
      {on && tabbed.value ? <Tabs /> : <div class="head-shop">{state.till.value?.shop ?? ''}</div>}
      <span class="head-gap" />
      {!on && page() !== 'first' && <button type="button" class="button is-quiet" data-test="language" onClick={switchLanguage}><span class="button-label">{t('menu.language_now')}</span></button>}
      {on && <button type="button" class="button is-quiet" data-test="lock" aria-label={t(KEYS.lock.text) + ' ' + KEYS.lock.cap} onClick={lock}><Icon name="lock" /><Cap>{KEYS.lock.cap}</Cap></button>}
      <button type="button" class={'button is-quiet' + (ui.help.value ? ' is-on' : '')} data-test="help-open" aria-label={t(KEYS.help.text) + ' ' + KEYS.help.cap} onClick={toggleHelp}><Icon name="help" /><Cap>{KEYS.help.cap}</Cap></button>
    </header>
  );
}

function Stage({ now }: { now: Page }) {
  const asked = top();
  const help = ui.help.value;
  const Draw = VIEWS[now].draw;
  return (
    <div class={'stage' + (help || asked || now !== 'sell' ? ' is-over' : '')} data-test="stage" data-page={help ? 'help' : asked ? 'prompt' : now}>
      {now === 'sell' && !asked && !help && <h1 class="unseen">{state.till.value?.shop}</h1>}
      {help ? <Help /> : asked ? <Dialog /> : <Draw key={now} />}
    </div>
  );
}

function Below() {
  if (boardOpen()) return <Board press={press} />;
  return selling() && !keeping(page()) ? <Dock /> : null;
}

const Shield = () => (blocking() ? <div class="shield" onClick={insist} /> : null);

// Shell is the whole page.
export function Shell() {
  const now = page();
  useEffect(() => {
    if (ui.ready.value) show(now);
  }, [now, ui.ready.value]);
  const locked = ui.locked.value;
  if (locked) return <div class="alone" data-test="locked"><h1>{locked.text}</h1><p>{locked.hint}</p></div>;
  if (ui.ready.value && now === 'display') return <><Display /><Away /></>;
  if (!ui.ready.value || now === 'wait') return <><div class="alone"><p>{t('wait.text')}</p></div><Away /></>;
  return (
    <>
      <Head />
      <main class="main">
        <div class="work"><Stage now={now} /><Banners /><Below /></div>
        <Side />
      </main>
      <Strip />
      <Away />
      <Shield />
    </>
  );
}

// walk moves the focus among what can be pressed on the stage, where a screen has no use for the arrows of its own.
function walk(k: string) {
  const by = k === 'ArrowDown' || k === 'ArrowRight' ? 1 : k === 'ArrowUp' || k === 'ArrowLeft' ? -1 : 0;
  if (!by || focused()) return false;
  const all = [...document.querySelectorAll<HTMLElement>('.stage button:not(:disabled)')];
  const at = all.findIndex((el) => el === document.activeElement);
  all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]?.focus();
  return all.length > 0;
}

const GO: Record<string, Page> = { [KEYS.goods.key]: 'goods', [KEYS.customer.key]: 'customer', [KEYS.price.key]: 'price', [KEYS.return.key]: 'return', [KEYS.menu.key]: 'menu', [KEYS.seller.key]: 'switch' };

const toggleHelp = () => void (ui.help.value = !ui.help.value);

// key offers a key to the dialog on top, to the screen, and then to the whole till.
export function key(k: string): boolean {
  if (!ui.ready.value || ui.locked.value) return false;
  if (k === 'unread') return byName(); // F2 while something red is unread
  if (ui.help.value) return helpKey(k);
  if (k === KEYS.help.key) {
    toggleHelp();
    return true;
  }
  if (top()) return k === 'text' ? false : promptKey(k) || /^F[2-9]$/.test(k);
  const now = page();
  if (now === 'wait') return false;
  if (VIEWS[now].key(k) || walk(k)) return true;
  if (!selling() || k === 'text') return false;
  if (k in GO) {
    if (now === 'goods' && k === 'F2') again();
    go(GO[k]);
  } else if (k === KEYS.park.key) keeping(now) || empty.value ? sound.attention() : park(); // where a form is kept F4 means another one, and never a basket
  else if (k === KEYS.pay.key) start();
  else if (k === KEYS.lock.key && !focused()) lock();
  else if (k.startsWith('Alt')) selectTab(Number(k.slice(3)));
  else return false;
  return true;
}
