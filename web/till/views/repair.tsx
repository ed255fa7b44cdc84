// A disk that cannot be used: what is wrong, and the repair that a person has to ask for twice, because it may lose records.

import { signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Button, Pane } from '../../kit/pieces';
import { post } from '../api';
import { fail } from '../notices';
import { machine, useMachine } from '../owner/box';
import { state } from '../store';
import { t } from '../texts';

const asked = signal(false); // once
const sent = signal(false);

const repairing = () => machine.value?.perm.state === 'repairing';

async function repair() {
  if (sent.value || repairing()) return;
  if (!asked.value) {
    asked.value = true;
    return;
  }
  sent.value = true;
  try {
    await post('/api/box/repair');
  } catch (e) {
    fail(e);
  } finally {
    sent.value = asked.value = false;
  }
}

export function Repair() {
  useMachine();
  const why = state.trouble.value.find((x) => x.code.startsWith('perm.'));
  const damaged = why?.code === 'perm.damaged';
  const detail = machine.value?.perm.detail;
  return (
    <Pane title={t('repair.title')}>
      {!damaged ? <p class="lead">{why?.hint}</p> : repairing()
        ? <p class="lead" role="status" data-test="repair-running"><Icon name="clock" /> {t('repair.running')}</p>
        : <>
          <p class="lead">{t('repair.about')}</p>
          {asked.value && <p class="lead is-alert" role="alert" data-test="repair-sure"><Icon name="warning" /> {t('repair.sure')}</p>}
          <div class="row">
            <Button label={t(asked.value ? 'repair.yes' : 'repair.ask')} cap="F9" kind={asked.value ? 'loss' : 'primary'} test="repair" press={() => void repair()} busy={sent.value} />
            {asked.value && <Button label={t('repair.no')} cap="Esc" test="repair-no" press={() => void (asked.value = false)} />}
          </div>
        </>}
      {detail && <pre class="remark" data-test="repair-detail">{detail}</pre>}
    </Pane>
  );
}

export function repairKey(key: string) {
  if (key === 'F9') void repair();
  else if (key === 'Escape') asked.value = false;
  else return false;
  return true;
}
