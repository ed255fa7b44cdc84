// Who stands at the till. At the very first start: who owns it.

import { signal } from '@preact/signals';
import { BoardButton } from '../../kit/board';
import { Field, type FieldKind, type FieldProps } from '../../kit/field';
import { Button, Pane } from '../../kit/pieces';
import { perform } from '../actions';
import { busy, state } from '../store';
import type { Demo } from '../model';
import { t, tOf } from '../texts';

const EMPTY = { code: '', password: '', name: '', again: '', at: 0 };

const form = signal({ ...EMPTY, hops: 1 });

type Name = 'code' | 'password' | 'name' | 'again';

const step = (at: number) => void (form.value = { ...form.value, at, hops: form.value.hops + 1 });

const clear = () => void (form.value = { ...EMPTY, hops: form.value.hops + 1 });

async function login(code = form.value.code, password = form.value.password) {
  if (busy('seller.login')) return;
  const answer = await perform('seller.login', { code: code.trim(), password });
  if (answer) clear();
  else {
    form.value = { ...form.value, password: '' };
    step(1);
  }
}

async function own() {
  if (busy('seller.set') || !complete()) return;
  const { code, name, password } = form.value;
  const answer = await perform('seller.set', { code: code.trim(), name: name.trim(), password, role: 'owner' });
  if (answer) await login(code, password);
}

function complete() {
  const { code, name, password, again } = form.value;
  return Boolean(code.trim() && name.trim() && [...password].length >= 4 && password === again);
}

function Input({ i, name, kind, label, enter, ...more }: { i: number; name: Name; kind: FieldKind; label: string; enter: () => void } & Partial<FieldProps>) {
  const f = form.value;
  return (
    <Field kind={kind} label={label} value={f[name]} set={(s) => (form.value = { ...form.value, [name]: s })} enter={enter} big noScan
      focus={f.at === i && 'login' + f.hops} {...more} />
  );
}

// loginKey handles what the fields leave over.
export function loginKey(key: string) {
  if (key !== 'Enter') return false;
  login();
  return true;
}

function DemoSeller({ of: d }: { of: Demo }) {
  return (
    <button type="button" class="card" data-test="demo-seller" data-code={d.code} disabled={busy('seller.login')} onClick={() => login(d.code, d.password)}>
      <strong>{d.name}</strong><span class="card-role">{tOf('role.', d.role)}</span>
      <span class="card-figure">{t('login.code') + ' ' + d.code}</span><span class="card-figure">{t('login.password') + ' ' + d.password}</span>
    </button>
  );
}

export function Login() {
  const f = form.value;
  const demo = state.till.value?.demo;
  return (
    <Pane title={t('login.title')} more="is-form" aside={<BoardButton />}>
      <div class="columns">
        <div class="column">
          <Input i={0} name="code" kind="login" label={t('login.code')} enter={() => step(1)} test="login-code" />
          <Input i={1} name="password" kind="password" label={t('login.password')} enter={() => login()} test="login-password" />
          <Button label={t('login.yes')} cap="Enter" kind="primary" test="login" press={() => login()} busy={busy('seller.login')} off={!f.code.trim() || !f.password} />
        </div>
        {demo && <div class="column"><h2>{t('login.demo')}</h2>{demo.map((d) => <DemoSeller key={d.code} of={d} />)}</div>}
      </div>
    </Pane>
  );
}

export function First() {
  const f = form.value;
  const differ = f.again && f.again !== f.password;
  return (
    <Pane title={t('first.title')} more="is-form" aside={<BoardButton />}>
      <p class="lead">{t('first.text')}</p>
      <div class="columns">
        <div class="column">
          <Input i={0} name="name" kind="text" label={t('first.name')} enter={() => step(1)} test="owner-name" />
          <Input i={1} name="code" kind="login" label={t('login.code')} enter={() => step(2)} test="owner-code" hint={t('first.code_hint')} />
        </div>
        <div class="column">
          <Input i={2} name="password" kind="password" label={t('login.password')} enter={() => step(3)} test="owner-password" hint={t('first.password_hint')} />
          <Input i={3} name="again" kind="password" label={t('first.again')} enter={own} test="owner-again" />
        </div>
      </div>
      <p class={'remark' + (differ ? ' is-alert' : '')}>{differ ? t('first.differ') : ''}</p>
      <Button label={t('first.yes')} cap="Enter" kind="primary" test="owner" press={own} busy={busy('seller.set')} off={!complete()} />
    </Pane>
  );
}

export function firstKey(key: string) {
  if (key !== 'Enter') return false;
  own();
  return true;
}
