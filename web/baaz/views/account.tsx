// My account: what I come in with, in which language BAAZ speaks to me, and where I am logged in.

import { useSignal } from '@preact/signals';
import { Choice } from '../../kit/form';
import { choose, language, type Lang } from '../../kit/texts';
import { asFault, post, remove } from '../api';
import { Form, Input } from '../form';
import { useLoad } from '../load';
import { role, type Session } from '../people/model';
import { Passkeys } from '../people/passkeys';
import { Card, Head, tell, tellFault, Waiting, Wrong } from '../pieces';
import { lastLogin, me } from '../session';
import { t } from '../texts';
import { SessionList } from './people';

function Password() {
  const old = useSignal('');
  const fresh = useSignal('');
  const send = async () => {
    await post('/api/me/password', { old: old.value, new: fresh.value });
    old.value = fresh.value = '';
    tell(t('account.password_changed'));
  };
  return (
    <Card title={t('account.password')} test="account-password">
      <Form test="password-save" label={t('account.password_do')} send={send} ready={Boolean(old.value && fresh.value)} changed={Boolean(old.value || fresh.value)}>
        <input type="text" class="unseen" autocomplete="username" value={lastLogin()} readOnly tabIndex={-1} aria-hidden="true" />
        <div class="group-body">
          <Input kind="password" label={t('account.old')} value={old.value} set={(v) => (old.value = v)} test="password-old" auto="current-password" most={200} />
          <Input kind="password" label={t('link.password')} value={fresh.value} set={(v) => (fresh.value = v)} test="password-new" auto="new-password" most={200} />
        </div>
        <p class="remark">{t('link.password_about')} {t('account.password_about')}</p>
      </Form>
    </Card>
  );
}

function Where() {
  const { data, wrong, again } = useLoad<{ sessions: Session[] }>('/api/me/sessions');
  const end = async (s: Session) => {
    try {
      await remove(`/api/me/sessions/${s.session}`);
      tell(t('sessions.ended'));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  };
  return (
    <Card title={t('sessions.of')} test="account-sessions">
      <Wrong fault={wrong} again={again} />
      {data ? <SessionList list={data.sessions} end={(s) => void end(s)} /> : !wrong && <Waiting />}
    </Card>
  );
}

export function Account() {
  const who = me.value!;
  return (
    <>
      <Head title={t('account.title')} about={`${who.name} · ${role(who.role ?? '')}`} />
      <div class="cards is-two">
        <Password />
        <Passkeys />
        <Where />
        <Card title={t('account.language')} test="account-language">
          <Choice bare label={t('account.language')} value={language()} set={(l) => choose(l as Lang)} test="speak" options={[{ value: 'mn', label: t('account.mn') }, { value: 'en', label: t('account.en') }]} />
        </Card>
      </div>
    </>
  );
}
