// Who may work at this till, and as what.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Choice, Group, Switch, formKey, hop } from '../../kit/form';
import { Button, Pane } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { read } from '../api';
import { perform } from '../actions';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';
import { forward, useWay } from './way';

interface Person { code: string; name: string; role: string; active: boolean; origin: 'till' | 'settings' }

interface Role { name: string; rights: string[]; all: boolean; max_discount: string }

interface Edited extends Person { password: string; again: string; fresh: boolean }

const people = signal<Person[] | null>(null);
const roles = signal<Role[]>([]);
const form = signal<Edited | null>(null);
const before = signal('');
const at = signal(0);

async function load() {
  try {
    const [a, b] = await Promise.all([read<{ sellers: Person[] }>('/api/sellers'), read<{ roles: Role[] }>('/api/roles')]);
    if (a) people.value = a.sellers;
    if (b) roles.value = b.roles;
  } catch (e) {
    fail(e);
  }
}

const edit = (by: Partial<Edited>) => void (form.value = { ...form.value!, ...by });

function begin(p: Edited) {
  before.value = JSON.stringify(p);
  form.value = p;
}

const open = (p: Person) => begin({ ...p, password: '', again: '', fresh: false });

const add = () => begin({ code: '', name: '', role: 'seller', active: true, origin: 'till', password: '', again: '', fresh: true });

// lacks says what is still wrong with the form; null: nothing.
function lacks(f: Edited) {
  if (f.origin === 'settings') return t('seller.fixed');
  if (!f.code.trim() || !f.name.trim()) return t('seller.missing');
  if (f.fresh && [...f.password].length < 4) return t('first.password_hint');
  if (f.password && [...f.password].length < 4) return t('first.password_hint');
  return f.password !== f.again ? t('first.differ') : null;
}

async function save() {
  const f = form.value;
  if (!f || lacks(f)) return sound.attention();
  const { code, name, role, active, password } = f;
  if (!(await perform('seller.set', { code: code.trim(), name: name.trim(), role, active, ...(password ? { password } : {}) }))) return;
  form.value = null;
  await load();
}

function Row({ of: p, i }: { of: Person; i: number }) {
  return (
    <li>
      <button type="button" class={'entry-row' + (i === at.value ? ' is-current' : '') + (p.active ? '' : ' is-off')} data-test="seller-row" data-code={p.code} onClick={() => open(p)}>
        <span class="entry-name">{p.name}</span><span class="entry-figure">{tOf('role.', p.role)}</span>
        <span class="entry-more">{[t('login.code') + ' ' + p.code, !p.active && t('seller.off'), p.origin === 'settings' && t('seller.fixed')].filter(Boolean).join(' \u00b7 ')}</span>
      </button>
    </li>
  );
}

const leave = () => go('menu');

function List() {
  return (
    <Pane title={t('seller.title')} back={leave} backLabel={t('do.back')} more="is-list" aside={<Button label={t('seller.new')} cap="F4" icon="plus" test="seller-new" press={add} />}>
      <ol class="entries is-top" data-scrolls>{(people.value ?? []).map((p, i) => <Row key={p.code} of={p} i={i} />)}</ol>
    </Pane>
  );
}

// may says what a role may do, in words.
function may(r: Role) {
  return [...r.rights.map((x) => tOf('right.', x)), r.rights.includes('discount') && !r.rights.includes('discount.any') && t('seller.upto', { percent: percent(r.max_discount) })].filter(Boolean).join(', ');
}

function Edit({ of: f }: { of: Edited }) {
  const fixed = f.origin === 'settings';
  const next = () => void hop(1);
  return (
    <Pane title={f.fresh ? t('seller.new') : f.name} back={close} backLabel={t('do.back')} more="is-form" aside={<BoardButton />}>
      {fixed && <p class="lead">{t('seller.fixed_about')}</p>}
      <Group title={t('seller.who')}>
        <Field kind="text" label={t('seller.name')} value={f.name} set={(name) => edit({ name })} enter={next} test="seller-name" focus="seller" most={60} off={fixed} />
        <Field kind="login" label={t('login.code')} hint={t('seller.code_hint')} value={f.code} set={(code) => edit({ code })} enter={next} test="seller-code" most={16} off={!f.fresh} noScan />
        <Field kind="password" label={f.fresh ? t('login.password') : t('seller.password')} hint={f.fresh ? t('first.password_hint') : t('seller.password_hint')} value={f.password} set={(password) => edit({ password })} enter={next} test="seller-password" off={fixed} noScan />
        <Field kind="password" label={t('first.again')} value={f.again} set={(again) => edit({ again })} enter={save} test="seller-again" off={fixed || !f.password} noScan />
      </Group>
      <Group title={t('seller.rights')}>
        <div class="wide"><Choice label={t('seller.role')} value={f.role} set={(role) => edit({ role })} test="seller-role" off={fixed || (!f.fresh && f.code === state.seller.value?.code)}
          options={roles.value.map((r) => ({ value: r.name, label: tOf('role.', r.name), about: t('seller.may', { what: may(r) }) }))} /></div>
        <Switch label={t('seller.active')} about={t('seller.active_about')} on={f.active} set={(active) => edit({ active })} test="seller-active" off={fixed || (!f.fresh && f.code === state.seller.value?.code)} />
      </Group>
    </Pane>
  );
}

function close() {
  form.value = null;
}

export function OwnerSellers() {
  const f = form.value;
  useEffect(() => void load(), []);
  useWay(() => f && { title: f.name || t('seller.new'), text: lacks(f) ?? tOf('role.', f.role), label: 'do.save', press: save, off: Boolean(lacks(f)) || JSON.stringify(f) === before.value, kind: 'seller.set' }, [f]);
  return f ? <Edit of={f} /> : <List />;
}

export function ownerSellersKey(key: string) {
  if (key === 'F9') return forward();
  if (form.value) {
    if (key === 'Escape') close();
    else if (key === 'Enter') hop(1);
    else return formKey(key);
    return true;
  }
  const list = people.value ?? [];
  if (key === 'ArrowDown') at.value = Math.min(list.length - 1, at.value + 1);
  else if (key === 'ArrowUp') at.value = Math.max(0, at.value - 1);
  else if (key === 'F4') add();
  else if (key === 'Enter' && list[at.value]) open(list[at.value]);
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
