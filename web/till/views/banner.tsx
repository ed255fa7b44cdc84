// Trouble, in one place: what is wrong, what to do. Red has to be read; amber and grey stay as long as they are true.

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../kit/icons';
import { Cap } from '../../kit/pieces';
import { SHOWN, blocking, dismiss, unread } from '../notices';
import { KEYS } from '../keymap';
import { top } from '../prompts';
import { go, page } from '../route';
import { close } from './shift';
import { state, ui, type Notice } from '../store';
import type { Fault, Severity } from '../model';
import { told } from '../told';
import { t } from '../texts';

const SIGN: Record<Severity, IconName> = { blocking: 'stop', warning: 'warning', notice: 'info' };

// times says how often the same was refused.
const times = (n: Notice) => (n.times > 1 ? ' \u00d7' + n.times : '');

function Bar({ of: n, test, children, appeared }: { of: Fault; test: string; children: ComponentChildren; appeared?: number }) {
  return (
    <div class={'banner is-' + n.severity} role="alert" data-test={test} data-code={n.code} data-appeared={appeared}>
      <Icon name={SIGN[n.severity] ?? 'info'} more="is-large" />
      {children}
    </div>
  );
}

function Said({ of: n, more = '', test }: { of: Fault; more?: string; test?: string }) {
  return <div class="banner-text" data-test={test} data-code={test && n.code}><strong>{n.text + more}</strong><span>{n.hint}</span></div>;
}

function Read({ label, cap }: { label: string; cap: string }) {
  return <button type="button" class="button banner-read" data-test="dismiss" onClick={dismiss}><span class="button-label">{label}</span><Cap>{cap}</Cap></button>;
}

// Red is the one banner of all that has to be read: the newest large and with its next step, the others below.
function Red({ list: [first, ...others] }: { list: Notice[] }) {
  const rest = others.slice(0, SHOWN - 1);
  const more = others.length - rest.length;
  return (
    <Bar of={first} test="error-banner" appeared={ui.appeared.value}>
      <Said of={first} more={times(first)} test="error-line" />
      <span class="banner-ways">
        {first.code === 'barcode.unknown' && <ByName />}
        <Read label={t('banner.read')} cap="Enter" />
      </span>
      {rest.length > 0 && <ol class="banner-rest">
        {rest.map((n) => <li key={n.code + n.text} data-test="error-line" data-code={n.code}>{n.text + times(n)}</li>)}
        {more > 0 && <li key="more" data-test="error-more">{'\u2026 +' + more}</li>}
      </ol>}
      {ui.insisted.value && <p class="banner-rest banner-first" data-test="pay-refused"><Icon name="warning" />{t('banner.first')}</p>}
    </Bar>
  );
}

// Told is what has just been done. The place of it is always there, so that whoever listens hears it.
function Told() {
  return <div role="status">{told.value && <div class="banner is-told" data-test="told"><Icon name="check" more="is-large" /><strong>{told.value}</strong></div>}</div>;
}

// ByName is the way out of a code that nothing is registered under.
const ByName = () => (
  <button type="button" class="button banner-read" data-test="by-name" onClick={byName}><span class="button-label">{t('banner.by_name')}</span><Cap>{KEYS.goods.cap}</Cap></button>
);

// byName reads the banner and opens the search for goods; false where that helps nobody.
export function byName() {
  if (unread()[0]?.code !== 'barcode.unknown') return false;
  dismiss();
  if (!blocking() && !top()) go('goods');
  return true;
}

// Counted says that the drawer has been counted while goods are still sold.
const Counted = () => (
  <div class="banner is-warning" role="status" data-test="counted">
    <Icon name="warning" more="is-large" /><div class="banner-text">{t('count.made')}</div>
    <button type="button" class="button banner-read" data-test="close-now" onClick={close}><span class="button-label">{t('close.open')}</span></button>
  </div>
);

// Banners is the slot. Refusals come before what lasts; of that one is shown, and how many more there are.
export function Banners() {
  const list = unread();
  const passing = ui.notices.value.filter((n) => n.severity !== 'blocking');
  const [first, ...more] = state.trouble.value;
  return (
    <div class="banners" data-test="banners">
      <Told key="told" />
      {passing.map((n) => <Bar key="passing" of={n} test="error-banner"><Said of={n} />{!list.length && <Read label={t('banner.close')} cap="Esc" />}</Bar>)}
      {list.length > 0 && <Red key="red" list={list} />}
      {page() === 'sell' && state.shift.value?.counted && !top() && !blocking() && <Counted key="counted" />}
      {first && !blocking() && <Bar key="trouble" of={first} test="trouble-banner">
        <Said of={first} />{more.length > 0 && <button type="button" class="button banner-read" data-test="trouble-more" title={t('devices.title')} onClick={() => go('devices')}>{'+' + more.length}</button>}
      </Bar>}
    </div>
  );
}

// Away covers the top while posd does not answer.
export function Away() {
  if (!ui.away.value) return null;
  return (
    <div class="away" role="status" data-test="away-banner">
      <Icon name="info" more="is-large" /><strong>{t('away.text')}</strong><span>{t('away.hint')}</span>
    </div>
  );
}
