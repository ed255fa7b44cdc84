// The parked baskets, and the way to a new one.

import { useLayoutEffect } from 'preact/hooks';
import { Cap, reveal } from '../../kit/pieces';
import { money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { openTab, park, select } from '../actions';
import { KEYS } from '../keymap';
import { top } from '../prompts';
import { empty, state } from '../store';
import { places, tabName } from '../ways';
import type { Tab } from '../model';
import { t } from '../texts';

// ROOMY is how many tabs are shown with their whole names; more are told by their keys and totals alone.
const ROOMY = 4;

const One = memo(({ of: b, off, short }: { of: Tab; off: boolean; short: boolean }) => {
  const name = tabName(b.tab);
  const place = places().some((p) => p.tab === b.tab);
  const key = b.tab < 10 ? 'Alt ' + b.tab : '';
  return (
    <button type="button" class={'tab' + (b.selected ? ' is-on' : '') + (short ? ' is-short' : '')} data-test="tab" data-tab={b.tab} aria-pressed={b.selected}
      title={short ? name : undefined} disabled={off} onClick={() => select(b.id)}>
      <span class="tab-text">
        <span class="tab-name">{short && !place ? key || name : name}</span>
        <span class="tab-total">{b.lines ? money(b.total) : t('tabs.empty')}</span>
      </span>
      {key && !short && <Cap>{key}</Cap>}
    </button>
  );
});

// Free is a place without a basket: a touch begins one there.
const Free = memo(({ tab, name, off }: { tab: number; name: string; off: boolean }) => (
  <button type="button" class="tab is-free" data-test="place" data-tab={tab} disabled={off} onClick={() => openTab(tab)}>
    <span class="tab-text"><span class="tab-name">{name}</span></span>{tab < 10 && <Cap>{'Alt ' + tab}</Cap>}
  </button>
));

export function Tabs() {
  const list = state.baskets.value;
  const free = places().filter((p) => !list.some((b) => b.tab === p.tab));
  const asked = Boolean(top());
  const id = list.find((b) => b.selected)?.id;
  useLayoutEffect(() => reveal(() => document.querySelector('.tab.is-on')), [id, list.length]);
  return (
    <>
      <nav class="tabs" aria-label={t('tabs.label')} data-scrolls>{list.map((b) => <One key={b.id} of={b} off={asked} short={list.length > ROOMY} />)}
        {free.map((p) => <Free key={p.tab} tab={p.tab} name={p.name} off={asked} />)}</nav>
      {id && <button type="button" class="tab is-new" data-test="tab-new" onClick={park} disabled={empty.value || asked}>
        +<span class="tab-total">{t('tabs.new')}</span><Cap>{KEYS.park.cap}</Cap>
      </button>}
    </>
  );
}
