// My passkeys: making, naming and removing them.

import { useSignal } from '@preact/signals';
import { Button } from '../../kit/pieces';
import { asFault, post, remove } from '../api';
import { Form, Input } from '../form';
import { useLoad } from '../load';
import { Card, confirm, Dialog, tell, tellFault, Waiting, Wrong } from '../pieces';
import { t } from '../texts';
import { device, when } from './model';
import { able, make, type Passkey } from './passkey';

function Make({ close, done }: { close: () => void; done: () => void }) {
  const name = useSignal(device(navigator.userAgent));
  const password = useSignal('');
  const send = async () => {
    await make(name.value.trim(), password.value);
    tell(t('passkey.made'));
    done();
    close();
  };
  return (
    <Dialog title={t('passkey.add')} close={close} test="passkey-new">
      <p>{t('passkey.about')}</p>
      <Form test="passkey-make" label={t('do.go_on')} send={send} cancel={close} cancelLabel={t('do.cancel')} ready={Boolean(name.value.trim() && password.value)}>
        <Input kind="text" label={t('passkey.name')} value={name.value} set={(v) => (name.value = v)} test="passkey-name" most={100} />
        <Input kind="password" label={t('account.old')} value={password.value} set={(v) => (password.value = v)} test="passkey-password" auto="current-password" focus="passkey" most={200} />
      </Form>
    </Dialog>
  );
}

function Rename({ of: k, close, done }: { of: Passkey; close: () => void; done: () => void }) {
  const name = useSignal(k.name);
  const send = async () => {
    await post(`/api/me/passkeys/${k.passkey}`, { name: name.value.trim() });
    done();
    close();
  };
  return (
    <Dialog title={t('passkey.rename')} close={close} test="passkey-naming">
      <Form test="passkey-rename-do" label={t('do.save')} send={send} cancel={close} cancelLabel={t('do.cancel')} ready={Boolean(name.value.trim()) && name.value.trim() !== k.name}>
        <Input kind="text" label={t('passkey.name')} value={name.value} set={(v) => (name.value = v)} test="passkey-name" focus="passkey" most={100} />
      </Form>
    </Dialog>
  );
}

export function Passkeys() {
  const { data, wrong, again } = useLoad<{ passkeys: Passkey[] }>('/api/me/passkeys');
  const making = useSignal(false);
  const naming = useSignal<Passkey | null>(null);
  const drop = (k: Passkey) => confirm({ title: t('passkey.remove', { name: k.name }), text: t('passkey.remove_about'), label: t('do.remove'), loss: true, act: async () => {
    try {
      await remove(`/api/me/passkeys/${k.passkey}`);
      tell(t('passkey.removed', { name: k.name }));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  } });
  return (
    <Card title={t('passkey.title')} test="account-passkeys">
      <p class="remark">{able ? t('passkey.about') : t('passkey.unable')}</p>
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : data.passkeys.length > 0 && (
        <ul class="plain">
          {data.passkeys.map((k) => (
            <li key={k.passkey} class="plain-row is-wrap" data-test="passkey">
              <div class="plain-text"><strong>{k.name}</strong><span class="remark">{t('passkey.since', { when: when(k.created) })} · {k.seen ? t('sessions.seen', { when: when(k.seen) }) : t('passkey.unused')}</span></div>
              <div class="row"><Button label={t('passkey.name_do')} test="passkey-rename" press={() => (naming.value = k)} /><Button label={t('do.remove')} test="passkey-drop" press={() => drop(k)} /></div>
            </li>
          ))}
        </ul>
      )}
      {able && <div class="form-foot"><Button label={t('passkey.add')} icon="plus" test="passkey-add" press={() => (making.value = true)} /></div>}
      {making.value && <Make close={() => (making.value = false)} done={again} />}
      {naming.value && <Rename of={naming.value} close={() => (naming.value = null)} done={again} />}
    </Card>
  );
}
