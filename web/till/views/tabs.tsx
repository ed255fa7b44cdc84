// The parked baskets, and the way to a new one.

import { useLayoutEffect } from 'preact/hooks';
import { Cap, reveal } from '../../kit/pieces';
import { money } from '../../kit/format';
import { park, select } from '../actions';
import { KEYS } from '../keymap';
import { top } from '../prompts';
import { state } from '../store';
import type { Tab } from '../model';
import { t } from '../texts';

function One({ of: b }: { of: Tab }) {
  return (
    <button type="button" class={'tab' + (b.selected ? ' is-on' : '')} data-test="tab" data-tab={b.tab} aria-pressed={b.selected}
      aria-label={t('tabs.name', { number: b.tab })} disabled={Boolean(top())} onClick={() => select(b.id)}>
      <Cap>{b.tab < 10 ? 'Alt ' + b.tab : b.tab}</Cap><span class="tab-total">{b.lines ? money(b.total) : t('tabs.empty')}</span>
    </button>
  );
}

export function Tabs() {
  const list = state.baskets.value;
  const id = state.basket.value?.id;
  useLayoutEffect(() => reveal(() => document.querySelector('.tab.is-on')), [id, list.length]);
  return (
    <>
      <nav class="tabs" aria-label={t('tabs.label')} data-scrolls>{list.map((b) => <One key={b.id} of={b} />)}</nav>
      {state.basket.value && <button type="button" class="tab is-new" data-test="tab-new" onClick={park} disabled={!state.basket.value.lines.length || Boolean(top())}>
        +<span class="tab-total">{t('tabs.new')}</span><Cap>{KEYS.park.cap}</Cap>
      </button>}
    </>
  );
}
