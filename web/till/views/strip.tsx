// The status strip: what the till and its devices are doing, always in the same place. A touch leads on.

import { Icon, type IconName } from '../../kit/icons';
import { Cap } from '../../kit/pieces';
import { wall } from '../../kit/format';
import { KEYS } from '../keymap';
import { go, page, selling } from '../route';
import { state, ui } from '../store';
import type { Device, DeviceKind, Printer } from '../model';
import { t, tOf } from '../texts';

type Tone = 'good' | 'warn' | 'calm' | 'off';

const ICONS: Record<DeviceKind, IconName> = {
  printer: 'printer', drawer: 'drawer', scanner: 'scanner', display: 'display', scale: 'scale', terminal: 'terminal', baaz: 'cloud', ebarimt: 'tax', clock: 'clock', disk: 'disk', network: 'plug', copy: 'file',
};

// LINKS are the kinds whose trouble is only that they are far away: grey-blue, selling goes on.
const LINKS: DeviceKind[] = ['baaz', 'ebarimt', 'network'];

// QUIET are the kinds that have a light only while something is to be done: the strip has room for what is looked at.
const QUIET: DeviceKind[] = ['network', 'copy'];

function tone(d: Device): Tone {
  if (d.state === 'ok') return 'good';
  if (d.state === 'none') return 'off';
  return LINKS.includes(d.kind) && d.state === 'attention' ? 'calm' : 'warn';
}

// printerWord says how the printer is.
function printerWord(p: Printer) {
  if (!p.fitted) return t('printer.none');
  if (!p.online) return t('printer.offline');
  if (p.cover_open) return t('printer.cover');
  if (p.paper_empty) return t('printer.paper');
  if (p.error) return t('printer.error');
  if (p.paper_near_end) return t('printer.low');
  return p.busy ? t('printer.busy') : t('printer.ready');
}

// printerWaits reports whether something keeps the printer from printing.
export const printerWaits = (p: Printer) => p.fitted && Boolean(!p.online || p.cover_open || p.paper_empty || p.error);

// devices are those that posd tells; one that tells none has a printer at least.
function devices(): Device[] {
  const told = state.devices.value;
  if (told.length) return told.filter((d) => !QUIET.includes(d.kind) || d.state === 'attention' || d.state === 'fault');
  const p = state.printer.value;
  return [{ kind: 'printer', name: p.name ?? '', state: !p.fitted ? 'none' : printerWaits(p) ? 'fault' : p.paper_near_end ? 'attention' : 'ok' }];
}

function Light({ of: d }: { of: Device }) {
  const how = tone(d);
  const kind = tOf('device.', d.kind);
  const word = d.kind === 'printer' ? printerWord(state.printer.value) : kind;
  const said = d.kind === 'printer' ? word : kind + ': ' + (d.text || tOf('device.state.', d.state));
  const spoken = how === 'warn' || how === 'calm' || d.kind === 'printer';
  return (
    <button type="button" class={'strip-item is-light is-' + how} data-test={d.kind + '-light'} data-tone={how} title={d.name} aria-label={said} onClick={() => go(d.kind === 'ebarimt' && state.fiscal.value.on && state.seller.value ? 'ebarimt' : 'devices')}>
      <span class="light-icon"><Icon name={ICONS[d.kind]} />{how === 'good' && <Icon name="check" more="is-tick" />}{how === 'warn' && <span class="light-mark">!</span>}</span>
      {spoken && <span class={'clip' + (how === 'good' || how === 'off' ? ' strip-wide' : '')}>{word}</span>}
    </button>
  );
}

function Counts() {
  const waiting = state.unprinted.value.length;
  const unsent = state.unsent.value;
  return (
    <>
      {waiting > 0 && <button type="button" class="strip-item is-warn is-queue" data-test="unprinted-count" aria-label={t('strip.unprinted', { count: waiting })} onClick={() => go('unprinted')}><Icon name="bill" /><span class="strip-wide">{t('strip.unprinted_word')}</span> {waiting}</button>}
      <span class="strip-item is-unsent" data-test="unsent" title={t('strip.unsent', { count: unsent })}><Icon name="cloud" /><span class="strip-wide">{t('strip.unsent_word')}</span> {unsent}</span>
    </>
  );
}

function Seller() {
  const s = state.seller.value;
  if (!s) return null;
  return (
    <button type="button" class="strip-item is-seller" data-test="seller" disabled={!selling() && page() !== 'shift'} onClick={() => go('switch')}>
      <Icon name="person" /><span class="clip">{s.name}</span>{selling() && <Cap>{KEYS.seller.cap}</Cap>}
    </button>
  );
}

function Time() {
  const now = wall(ui.clock.value);
  return <span class="strip-item is-figure" data-test="clock"><span class="strip-date strip-day">{now.slice(0, 11)}</span>{now.slice(11)}</span>;
}

function Bill() {
  const s = state.shift.value;
  if (!s) return null;
  return (
    <>
      <span class="strip-item strip-shift" data-test="shift" title={t('strip.shift', { number: s.number })}>{t('strip.shift_word') + ' ' + s.number}</span>
      <span class="strip-item is-figure" data-test="next-bill"><Icon name="bill" /><span><span class="strip-date">{s.next_bill.slice(0, 11)}</span>{s.next_bill.slice(11)}</span></span>
    </>
  );
}

export function Strip() {
  return (
    <footer class="strip">
      <span class="lights">{devices().map((d) => <Light key={d.kind} of={d} />)}</span>
      <Counts />
      <span class="strip-gap" />
      <Seller />
      <Bill />
      <Time />
    </footer>
  );
}
