// The parked baskets, and the way to a new one.

import { useLayoutEffect } from 'preact/hooks';
import { Cap, reveal } from '../../kit/pieces';
import { money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { park, select } from '../actions';
import { KEYS } from '../keymap';
import { top } from '../prompts';
import { empty, state } from '../store';
import type { Tab } from '../model';
import { t } from '../texts';

// ROOMY is how many tabs are shown with their whole names; more are told by their keys and totals alone.
const ROOMY = 4;

const One = memo(({ of: b, off, short }: { of: Tab; off: boolean; short: boolean }) => {
  const name = t('tabs.name', { number: b.tab });
  const key = b.tab < 10 ? 'Alt ' + b.tab : '';
  return (
    <button type="button" class={'tab' + (b.selected ? ' is-on' : '') + (short ? ' is-short' : '')} data-test="tab" data-tab={b.tab} aria-pressed={b.selected}
      title={short ? name : undefined} disabled={off} onClick={() => select(b.id)}>
      <span class="tab-text">
        <span class="tab-name">{short ? key || name : name}</span>
        <span class="tab-total">{b.lines ? money(b.total) : t('tabs.empty')}</span>
      </span>
      {key && !short && <Cap>{key}</Cap>}
    </button>
  );
});

export function Tabs() {
  const list = state.baskets.value;
  const asked = Boolean(top());
  const id = list.find((b) => b.selected)?.id;
  useLayoutEffect(() => reveal(() => document.querySelector('.tab.is-on')), [id, list.length]);
  return (
    <>
      <nav class="tabs" aria-label={t('tabs.label')} data-scrolls>{list.map((b) => <One key={b.id} of={b} off={asked} short={list.length > ROOMY} />)}</nav>
      {id && <button type="button" class="tab is-new" data-test="tab-new" onClick={park} disabled={empty.value || asked}>
        +<span class="tab-total">{t('tabs.new')}</span><Cap>{KEYS.park.cap}</Cap>
      </button>}
    </>
  );
}
