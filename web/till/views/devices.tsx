// Every device and link: how it is, and what to do.

import { Icon } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { back } from '../route';
import { state } from '../store';
import { t, tOf } from '../texts';

export function Devices() {
  return (
    <Pane title={t('devices.title')} back={back} backLabel={t('do.back')}>
      <ul class="devices">
        {state.devices.value.map((d) => (
          <li key={d.kind} class={'device is-' + d.state} data-test="device" data-kind={d.kind}>
            <Icon name={d.state === 'ok' ? 'check' : d.state === 'none' ? 'info' : 'warning'} more="is-large" />
            <span class="device-text"><strong>{tOf('device.', d.kind)}</strong><span>{[d.name, [d.text ?? tOf('device.state.', d.state), d.hint].filter(Boolean).join(' ')].filter(Boolean).join(' \u00b7 ')}</span></span>
          </li>
        ))}
      </ul>
    </Pane>
  );
}

export function devicesKey(key: string) {
  if (key !== 'Escape') return false;
  back();
  return true;
}
