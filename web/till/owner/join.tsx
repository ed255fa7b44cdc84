// A till that began alone joins BAAZ, and sees to whom it belongs: what becomes of what the shop has is said before it is done.

import { BoardButton } from '../../kit/board';
import { Group, formKey } from '../../kit/form';
import { Icon, type IconName } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { elsewhere } from '../actions';
import { go } from '../route';
import { state } from '../store';
import { t, tOf } from '../texts';
import { Unsent, send } from '../views/uplink';
import { Asking, Stand, ask, complete, count, scannedKey, standing, takeBack, useLink } from './joining';
import { forward, useWay } from './way';

elsewhere['owner/join'] = (code) => void scannedKey(code);

const joined = () => Boolean(state.till.value?.joined);

function What({ icon, of }: { icon: IconName; of: string }) {
  const values = { goods: count(state.till.value?.goods ?? 0), sales: count(state.unsent.value) };
  return <li class="change" data-test={'join-' + of}><Icon name={icon} /><span><strong>{tOf('join.', of)}</strong> {tOf('join.', of + '_text', values)}</span></li>;
}

// Changes are what joining does to a shop that has sold alone.
const Changes = () => (
  <Group title={t('join.what')}>
    <ul class="changes wide">
      <What of="goods" icon="goods" />
      <What of="sales" icon="bill" />
      <What of="sellers" icon="person" />
      <What of="shift" icon="cash" />
      <What of="settings" icon="gear" />
      <What of="point" icon="till" />
    </ul>
  </Group>
);

export function OwnerJoin() {
  useLink();
  const ready = complete();
  useWay(() => (joined() ? null : { title: t('first.join'), text: t(ready ? 'join.way_text' : 'join.lacks'), label: 'first.join_yes', press: () => void ask(), off: !ready, kind: 'join.ask' }), [joined(), ready]);
  return (
    <Pane title={t('join.title')} back={leave} backLabel={t('do.back')} more="is-join" aside={!joined() && <BoardButton />}>
      <Stand />
      {joined() ? <Unsent /> : <><Asking focus="join" />{standing() !== 'replaced' && <Changes />}</>}
    </Pane>
  );
}

const leave = () => go('menu');

export function ownerJoinKey(key: string) {
  if (key === 'F9') return forward();
  if (key === 'Escape') leave();
  else if (key === 'F8' && !joined()) void takeBack();
  else if (key === 'Enter' && joined()) send();
  else return formKey(key);
  return true;
}
