// The right third on the owner's pages: what is in front, and the way forward.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { busy, state } from '../store';
import { t, type Key } from '../texts';

// Way is the button forward: F9, as payment is in selling. kind is the command whose answer it waits for.
export interface Way { title: string; text?: string; label: Key; press: () => void; off?: boolean; kind?: string }

// way is set by the page in front; null: there is nothing to go forward to.
export const way = signal<Way | null>(null);

// useWay sets it for as long as a page stands, again whenever one of what it depends on is another: at once, so that a key
// that follows a keystroke finds what the keystroke has changed.
export function useWay(make: () => Way | null, on: unknown[]) {
  useLayoutEffect(() => {
    way.value = make();
    return () => void (way.value = null);
  }, on);
}

// central reports whether goods and customers are BAAZ's: here they are looked at only.
export const central = () => Boolean(state.till.value?.central);

// Central says so before anybody begins to type.
export const Central = () => (central() ? <p class="lead is-warn" data-test="central"><Icon name="info" /> {t('owner.central')}</p> : null);

export function Forward() {
  const w = way.value;
  if (!w) return <div class="forward" />;
  return (
    <div class="forward">
      <p class="forward-title">{w.title}</p>
      <p class="forward-text">{w.text}</p>
      <Button label={t(w.label)} cap="F9" kind="primary" more="is-way" test="save" press={w.press} off={w.off} busy={w.kind ? busy(w.kind) : false} />
    </div>
  );
}

// forward presses the button; true, because F9 has no other meaning on these pages.
export function forward() {
  const w = way.peek();
  if (w && !w.off && !(w.kind && busy(w.kind))) w.press();
  return true;
}
