// The status strip: what the till and its devices are doing, always in the same place.

import { Icon, type IconName } from '../../kit/icons';
import { wall } from '../../kit/format';
import { state, ui } from '../store';
import type { Printer } from '../model';
import { t } from '../texts';

export type Light = [tone: 'good' | 'warn' | 'off', icon: IconName, word: string];

// printerLight says how the printer is.
export function printerLight(p: Printer): Light {
  if (!p.fitted) return ['off', 'printer', t('printer.none')];
  if (!p.online) return ['warn', 'warning', t('printer.offline')];
  if (p.cover_open) return ['warn', 'warning', t('printer.cover')];
  if (p.paper_empty) return ['warn', 'warning', t('printer.paper')];
  if (p.error) return ['warn', 'warning', t('printer.error')];
  if (p.paper_near_end) return ['warn', 'printer', t('printer.low')];
  if (p.busy) return ['good', 'printer', t('printer.busy')];
  return ['good', 'check', t('printer.ready')];
}

export function Strip() {
  const [tone, sign, word] = printerLight(state.printer.value);
  const s = state.shift.value;
  const now = wall(ui.clock.value);
  return (
    <footer class="strip">
      <span class={'strip-item is-' + tone} data-test="printer-light" data-tone={tone} title={state.printer.value.name}><Icon name={sign} /><span>{word}</span></span>
      {state.unprinted.value.length > 0 && <span class="strip-item is-warn" data-test="unprinted-count"><Icon name="bill" />{t('strip.unprinted', { count: state.unprinted.value.length })}</span>}
      <span class="strip-item" data-test="unsent"><Icon name="cloud" />{t('strip.unsent', { count: state.unsent.value })}</span>
      {state.seller.value && <span class="strip-item" data-test="seller"><Icon name="person" /><span class="clip">{state.seller.value.name}</span></span>}
      <span class="strip-gap" />
      {s && <span class="strip-item" data-test="shift">{t('strip.shift', { number: s.number })}</span>}
      {s && <span class="strip-item is-figure" data-test="next-bill"><Icon name="bill" />{s.next_bill}</span>}
      <span class="strip-item is-figure" data-test="clock"><span class="strip-date">{now.slice(0, 11)}</span>{now.slice(11)}</span>
    </footer>
  );
}
