// Pieces that every screen uses.

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icons';
import { currency, number } from './format';

// Cap shows the key of a button.
export const Cap = ({ children }: { children: ComponentChildren }) => <kbd class="cap">{children}</kbd>;

export interface ButtonProps {
  label: ComponentChildren;
  cap?: string; // its key
  test: string;
  press: () => void;
  kind?: 'primary' | 'loss' | 'quiet' | '';
  off?: boolean;
  busy?: boolean;
  icon?: IconName;
  on?: boolean; // of a choice: whether it is the chosen one
  more?: string; // further classes
  say?: string; // for whoever cannot see it, where the label is a sign
  approve?: boolean; // someone else has to allow it
}

// Button draws a button with its key.
export function Button(o: ButtonProps) {
  const classes = ['button', o.kind && 'is-' + o.kind, o.on && 'is-on', o.more].filter(Boolean).join(' ');
  return (
    <button type="button" class={classes} data-test={o.test} disabled={Boolean(o.off || o.busy)} onClick={o.press} aria-label={o.say}
      aria-pressed={o.on} aria-busy={o.busy ? 'true' : undefined}>
      {o.icon && <Icon name={o.icon} />}
      <span class="button-label">{o.label}</span>
      {o.approve && <Icon name="lock" more="is-approve" />}
      {o.cap && <Cap>{o.cap}</Cap>}
    </button>
  );
}

// Sum shows hundredths of a tögrög with a smaller currency sign.
export function Sum({ of, more = '', test, decimals }: { of: number; more?: string; test?: string; decimals?: boolean }) {
  return <span class={'sum ' + more} data-test={test}>{number(of, decimals)}<span class="sum-sign">{currency}</span></span>;
}

export interface PaneProps {
  title: ComponentChildren;
  back?: (() => void) | false; // the step that Esc takes
  backLabel?: string;
  aside?: ComponentChildren; // beside the way back
  more?: string;
  children?: ComponentChildren;
}

// Pane is what lies over the basket: a title, the way back, and a body.
export function Pane(o: PaneProps) {
  return (
    <section class={'pane ' + (o.more ?? '')}>
      <header class="pane-head">
        <h1>{o.title}</h1>
        {o.aside}
        {o.back && <button type="button" class="button is-quiet" data-test="back" onClick={o.back}>
          <span class="button-label">{o.backLabel}</span><Cap>Esc</Cap>
        </button>}
      </header>
      <div class="pane-body">{o.children}</div>
    </section>
  );
}

// show brings an element into view, only where it is out of view. It lays the page out.
export function show(el: Element | null | undefined) {
  const box = el?.parentElement?.closest('[data-scrolls]');
  if (!el || !box) return;
  const a = el.getBoundingClientRect();
  const b = box.getBoundingClientRect();
  if (a.top < b.top || a.bottom > b.bottom || a.left < b.left || a.right > b.right) el.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

// reveal is show once per frame, after everything else of this frame, so that nothing is laid out twice.
export function reveal(find: () => Element | null | undefined) {
  requestAnimationFrame(() => show(find()));
}
