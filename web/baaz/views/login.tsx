// Logging in, at first and again over the page where a session has ended.

import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Button } from '../../kit/pieces';
import { asFault } from '../api';
import { Form, Input } from '../form';
import type { Fault } from '../model';
import { able } from '../people/passkey';
import { Dialog, Wrong, useTitle } from '../pieces';
import { lastLogin, login, loginByPasskey, logout } from '../session';
import { Brand, LanguageButton } from '../shell';
import { t } from '../texts';

// Fields are the two fields. The focus begins where something is missing.
function Fields({ name, password }: { name: Signal<string>; password: Signal<string> }) {
  const known = useRef(Boolean(name.peek())).current;
  return (
    <>
      <Input kind="login" label={t('login.name')} value={name.value} set={(v) => (name.value = v)} test="login-name" auto="username" focus={known ? false : 'name'} most={200} />
      <Input kind="password" label={t('login.password')} value={password.value} set={(v) => (password.value = v)} test="login-password" auto="current-password" focus={known ? 'password' : false} most={200} />
    </>
  );
}

// ByPasskey is the way in without a password.
function ByPasskey({ done }: { done: () => void }) {
  const wrong = useSignal<Fault | null>(null);
  const busy = useSignal(false);
  if (!able) return null;
  const go = async () => {
    busy.value = true;
    wrong.value = null;
    try {
      await loginByPasskey();
      done();
    } catch (e) {
      wrong.value = asFault(e);
    }
    busy.value = false;
  };
  return (
    <div class="form">
      <Button label={t('passkey.enter')} icon="key" test="login-passkey" press={() => void go()} busy={busy.value} />
      <Wrong fault={wrong.value} />
    </div>
  );
}

export function Login({ done }: { done: () => void }) {
  const name = useSignal(lastLogin());
  const password = useSignal('');
  useTitle(t('login.title'));
  return (
    <main class="entry" data-test="stage" data-page="login">
      <div class="entry-card">
        <header class="entry-head"><Brand /><LanguageButton /></header>
        <h1>{t('login.title')}</h1>
        <Form send={async () => { await login(name.value.trim(), password.value); done(); }} label={t('login.go')} ready={Boolean(name.value.trim() && password.value)} test="login">
          <Fields name={name} password={password} />
        </Form>
        <ByPasskey done={done} />
        <p class="remark">{t('login.lost')}</p>
      </div>
    </main>
  );
}

// Again asks for the password over the page; what was typed there stays, and what was to be sent is sent then.
export function Again() {
  const name = useSignal(lastLogin());
  const password = useSignal('');
  return (
    <Dialog title={t('expired.title')} close={() => {}} firm test="expired">
      <p>{t('expired.text')}</p>
      <Form send={() => login(name.value.trim(), password.value)} label={t('login.go')} ready={Boolean(name.value.trim() && password.value)} test="login"
        cancel={() => void logout()} cancelLabel={t('expired.leave')}>
        <Fields name={name} password={password} />
      </Form>
      <ByPasskey done={() => {}} />
    </Dialog>
  );
}
