// Who stands at the till. At the very first start: who owns it.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field, type FieldKind, type FieldProps } from '../../kit/field';
import { Button, Pane } from '../../kit/pieces';
import { logout, perform } from '../actions';
import { KEYS } from '../keymap';
import { back, go, page } from '../route';
import { Icon } from '../../kit/icons';
import { busy, state } from '../store';
import type { Demo } from '../model';
import { t, tOf } from '../texts';

const EMPTY = { code: '', password: '', name: '', again: '', at: 0 };

const form = signal({ ...EMPTY, hops: 1 });

type Name = 'code' | 'password' | 'name' | 'again';

const step = (at: number) => void (form.value = { ...form.value, at, hops: form.value.hops + 1 });

const clear = () => void (form.value = { ...EMPTY, hops: form.value.hops + 1 });

export async function login(code = form.value.code, password = form.value.password) {
  if (busy('seller.login')) return;
  const answer = await perform('seller.login', { code: code.trim(), password });
  if (answer) {
    clear();
    if (page() === 'switch') go('sell');
  } else {
    form.value = { ...form.value, password: '' };
    step(1);
  }
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
  const nobody = page() === 'login' && !state.till.value?.has_sellers;
  if (nobody && key === 'F8') go('devices');
  else if (key !== 'Enter') return false;
  else if (nobody) go('first');
  else login();
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

// Entrance is the form of whoever wants in, with the sellers of a demo beside it.
function Entrance({ remark }: { remark?: string }) {
  const f = form.value;
  const demo = state.till.value?.demo;
  return (
    <>
      {remark && <p class="lead" data-test="login-remark">{remark}</p>}
      <div class="columns">
        <div class="column">
          <Input i={0} name="code" kind="login" label={t('login.code')} enter={() => step(1)} test="login-code" />
          <Input i={1} name="password" kind="password" label={t('login.password')} enter={() => login()} test="login-password" />
          <Button label={t('login.yes')} cap="Enter" kind="primary" test="login" press={() => login()} busy={busy('seller.login')} off={!f.code.trim() || !f.password} />
        </div>
        {demo && <div class="column"><h2>{t('login.demo')}</h2>{demo.map((d) => <DemoSeller key={d.code} of={d} />)}</div>}
      </div>
    </>
  );
}

// Nobody stands in place of the form while nobody can log in.
function Nobody() {
  return (
    <Pane title={t('login.title')}>
      <p class="lead" data-test="login-nobody">{t('login.nobody')}</p>
      <div class="row"><Button label={t('login.first')} cap="Enter" kind="primary" test="first-open" press={() => go('first')} /><Button label={t('devices.title')} cap="F8" test="devices-open" press={() => go('devices')} /></div>
    </Pane>
  );
}

export function Login() {
  if (!state.till.value?.has_sellers) return <Nobody />;
  return <Pane title={t('login.title')} more="is-form" aside={<BoardButton />}><Entrance /></Pane>;
}

// baskets says what stays where it is while somebody else logs in.
function waiting() {
  const n = state.baskets.value.filter((b) => b.lines).length;
  return n ? t('switch.kept', { count: n }) : '';
}

// Switch lets another seller take over; everything stays where it is.
export function Switch() {
  return (
    <Pane title={t('switch.title')} more="is-form" back={leaveSwitch} backLabel={t('do.back')} aside={<BoardButton />}>
      <Entrance remark={[t('switch.text', { name: state.seller.value?.name ?? '' }), waiting()].filter(Boolean).join(' ')} />
    </Pane>
  );
}

function leaveSwitch() {
  clear();
  back();
}

export function switchKey(key: string) {
  if (key !== 'Escape') return loginKey(key);
  leaveSwitch();
  return true;
}

export function lockKey(key: string) {
  if (key !== KEYS.close.key) return loginKey(key);
  logout();
  return true;
}

// Lock is a till that waits for its seller, or for another one.
export function Lock() {
  const s = state.seller.value!;
  useLayoutEffect(() => {
    form.value = { ...EMPTY, code: s.code, at: 1, hops: form.peek().hops + 1 };
  }, []);
  return (
    <Pane title={<span class="lock-title"><Icon name="lock" more="is-large" />{t('lock.title')}</span>} more="is-form" aside={<BoardButton />}>
      <Entrance remark={[t('lock.text', { name: s.name }), waiting()].filter(Boolean).join(' ')} />
      <div class="row"><Button label={t('menu.logout')} cap={KEYS.close.cap} test="logout" press={logout} /></div>
    </Pane>
  );
}
