// The page around the screens: tabs on top, the basket or what lies over it, the right third, the strip.

import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Board, boardOpen } from '../../kit/board';
import { Away, Banners } from './banner';
import { Dock, Lines, sellKey } from './basket';
import { Customer, customerKey } from './customer';
import { Goods, PriceCheck, again, goodsKey, priceKey } from './goods';
import { First, Login, firstKey, loginKey } from './login';
import { Menu, menuKey, switchLanguage } from './menu';
import { Pay, payKey, start } from './pay';
import { Dialog, promptKey } from './prompt';
import { Receipts, receiptsKey } from './receipts';
import { Count, Shift, countKey, shiftKey } from './shift';
import { Side } from './side';
import { Strip } from './strip';
import { Tabs } from './tabs';
import { park, selectTab } from '../actions';
import { press } from '../keys';
import { blocking, insist } from '../notices';
import { top } from '../prompts';
import { go, page, selling, show, type Page } from '../route';
import { state, ui } from '../store';
import { t } from '../texts';

interface View { draw: FunctionComponent; key: (key: string) => boolean }

// VIEWS is the table of screens: what each draws and what it does with a key. What it needs stands in route.ts.
const VIEWS: Record<Page, View> = {
  sell: { draw: Lines, key: sellKey }, goods: { draw: Goods, key: goodsKey }, customer: { draw: Customer, key: customerKey },
  price: { draw: PriceCheck, key: priceKey }, pay: { draw: Pay, key: payKey }, count: { draw: Count, key: countKey },
  receipts: { draw: Receipts, key: receiptsKey }, unprinted: { draw: Receipts, key: receiptsKey }, shift: { draw: Shift, key: shiftKey }, menu: { draw: Menu, key: menuKey },
  login: { draw: Login, key: loginKey }, lock: { draw: Login, key: loginKey }, first: { draw: First, key: firstKey },
};

function Head() {
  const on = selling();
  return (
    <header class="head">
      {on && state.baskets.value.length ? <Tabs /> : <div class="head-shop">{state.till.value?.shop ?? ''}</div>}
      {!on && <button type="button" class="button is-quiet" data-test="language" onClick={switchLanguage}><span class="button-label">{t('menu.language_now')}</span></button>}
    </header>
  );
}

function Stage({ now }: { now: Page }) {
  const asked = top();
  const Draw = VIEWS[now].draw;
  return (
    <div class={'stage' + (asked || now !== 'sell' ? ' is-over' : '')} data-test="stage" data-page={asked ? 'prompt' : now}>
      {asked ? <Dialog /> : <Draw key={now} />}
    </div>
  );
}

function Below() {
  if (boardOpen()) return <Board press={press} />;
  return selling() ? <Dock /> : null;
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

const GO: Record<string, Page> = { F2: 'goods', F3: 'customer', F6: 'price', Home: 'menu' };

// key offers a key to the dialog on top, to the screen, and then to the whole till.
export function key(k: string): boolean {
  if (!ui.ready.value || ui.locked.value) return false;
  if (top()) return k === 'text' ? false : promptKey(k) || /^F[2-9]$/.test(k);
  const now = page();
  if (now === 'wait') return false;
  if (VIEWS[now].key(k)) return true;
  if (!selling() || k === 'text') return false;
  if (k in GO) {
    if (now === 'goods' && k === 'F2') again();
    go(GO[k]);
  } else if (k === 'F4') park();
  else if (k === 'F9') start();
  else if (k.startsWith('Alt')) selectTab(Number(k.slice(3)));
  else return false;
  return true;
}
