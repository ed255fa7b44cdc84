// Every device and link: how it is, what to do, and what can be tried.

import { Icon } from '../../kit/icons';
import { capital } from '../../kit/format';
import { Button, Pane } from '../../kit/pieces';
import { openDrawer, testPrint } from '../actions';
import { back } from '../route';
import { busy, has, state } from '../store';
import type { Device, DeviceKind } from '../model';
import { t, tOf } from '../texts';
import { Unsent, send } from './uplink';

// Try is what can be done to see whether a device works.
function Try({ of: d }: { of: Device }) {
  if (!state.seller.value || d.state === 'none') return null;
  if (d.kind === 'printer') return <Button label={t('devices.test')} test="print-test" icon="printer" press={() => void testPrint()} busy={busy('print.test')} approve={!has('reprint')} />;
  if (d.kind === 'drawer' && state.shift.value) return <Button label={t('drawer.yes')} test="drawer" icon="drawer" press={() => void openDrawer()} approve={!has('drawer.open')} />;
  return null;
}

// NAMED are the kinds of which one is told from another by its name; the others are called what they are.
const NAMED: DeviceKind[] = ['printer', 'scanner', 'scale', 'terminal', 'network'];

const named = (d: Device) => d.state !== 'none' && NAMED.includes(d.kind) && d.name !== tOf('device.', d.kind);

export function Devices() {
  return (
    <Pane title={t('devices.title')} back={back} backLabel={t('do.back')}>
      {state.till.value?.joined && <Unsent />}
      <ul class="devices">
        {state.devices.value.map((d) => (
          <li key={d.kind} class={'device is-' + d.state} data-test="device" data-kind={d.kind}>
            <Icon name={d.state === 'ok' ? 'check' : d.state === 'none' ? 'info' : 'warning'} more="is-large" />
            <span class="device-text">
              <span><strong>{tOf('device.', d.kind)}</strong>{named(d) && <span class="remark">{' ' + d.name}</span>}</span>
              <span>{[d.text || capital(tOf('device.state.', d.state)), d.hint].filter(Boolean).join(' ')}</span>
            </span>
            <Try of={d} />
          </li>
        ))}
      </ul>
    </Pane>
  );
}

export function devicesKey(key: string) {
  if (key === 'Enter' && state.till.value?.joined) {
    send();
    return true;
  }
  if (key !== 'Escape') return false;
  back();
  return true;
}
