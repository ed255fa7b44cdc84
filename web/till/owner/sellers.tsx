// Who may work at this till, and as what.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Field } from '../../kit/field';
import { Choice, Editing, Form, Group, Switch, formKey, hop } from '../../kit/form';
import { Button, Pane } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { read } from '../api';
import { perform } from '../actions';
import { begun, drafts } from '../drafts';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';
import { forward, useWay } from './way';

interface Person { code: string; name: string; role: string; active: boolean; origin: 'till' | 'settings' }

interface Role { name: string; rights: string[]; all: boolean; max_discount: string }

// ranked puts who may least first, and what each may in the order in which rights are told everywhere.
const ranked = (all: Role[], rights: string[]) => all
  .map((r) => ({ ...r, rights: r.all ? r.rights : rights.filter((x) => r.rights.includes(x)) }))
  .sort((a, b) => a.rights.length - b.rights.length);

const people = signal<Person[] | null>(null);
const roles = signal<Role[]>([]);
const at = signal(0);

// A password stands apart from the rest: it is kept nowhere.
const NONE = { password: '', again: '' };
const secret = signal(NONE);

const editing = new Editing<Person>(drafts('seller'));
const { form, edit, fresh } = editing;

async function load() {
  try {
    const [a, b] = await Promise.all([read<{ sellers: Person[] }>('/api/sellers'), read<{ roles: Role[]; rights: string[] }>('/api/roles')]);
    if (a) people.value = a.sellers;
    if (b) roles.value = ranked(b.roles, b.rights);
  } catch (e) {
    fail(e);
  }
}

function begin(p: Person, isFresh: boolean) {
  secret.value = NONE;
  editing.begin(p, isFresh);
}

const open = (p: Person) => begin(p, false);

const add = () => begin({ code: '', name: '', role: 'seller', active: true, origin: 'till' }, true);

const type = (by: Partial<typeof NONE>) => void (secret.value = { ...secret.value, ...by });

// lacks says what is still wrong with the form; null: nothing.
function lacks(f: Person) {
  const { password, again } = secret.value;
  if (f.origin === 'settings') return t('seller.fixed');
  if (!f.code.trim() || !f.name.trim()) return t('seller.missing');
  if ((fresh.value || password) && [...password].length < 4) return t('first.password_hint');
  return password !== again ? t('first.differ') : null;
}

// whole reads a seller as it is now.
async function whole(code: string) {
  await load();
  return people.value?.find((p) => p.code === code) ?? null;
}

async function save() {
  if (!form.value || lacks(form.value)) return sound.attention();
  if (!(await editing.current(() => whole(form.value!.code)))) return sound.attention();
  const { code, name, role, active } = form.value!;
  const { password } = secret.value;
  const fields = { code: code.trim(), name: name.trim(), role, active, ...(password ? { password } : {}) };
  if (!(await editing.save((id) => perform('seller.set', fields, id)))) return;
  secret.value = NONE;
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
  if (r.all) return t('seller.all');
  return [...r.rights.map((x) => tOf('right.', x)), r.rights.includes('discount') && !r.rights.includes('discount.any') && t('seller.upto', { percent: percent(r.max_discount) })].filter(Boolean).join(', ');
}

const LABELS = { code: 'login.code', name: 'seller.name', role: 'seller.role', active: 'seller.active', origin: 'seller.rights' } as const;

function Edit({ of: f }: { of: Person }) {
  const { password, again } = secret.value;
  const fixed = f.origin === 'settings';
  const next = () => void hop(1);
  return (
    <Form title={fresh.value ? t('seller.new') : f.name} editing={editing} backLabel={t('do.back')} begun={begun(LABELS, { role: (v) => tOf('role.', v) })}>
      {fixed && <p class="lead">{t('seller.fixed_about')}</p>}
      <Group title={t('seller.who')}>
        <Field kind="text" label={t('seller.name')} value={f.name} set={(name) => edit({ name })} enter={next} test="seller-name" focus="seller" most={60} off={fixed} />
        <Field kind="login" label={t('login.code')} hint={t('seller.code_hint')} value={f.code} set={(code) => edit({ code })} enter={next} test="seller-code" most={16} off={!fresh.value} noScan />
        <Field kind="password" label={fresh.value ? t('login.password') : t('seller.password')} hint={fresh.value ? t('first.password_hint') : t('seller.password_hint')} value={password} set={(typed) => type({ password: typed })} enter={next} test="seller-password" off={fixed} noScan />
        <Field kind="password" label={t('first.again')} value={again} set={(typed) => type({ again: typed })} enter={save} test="seller-again" off={fixed || !password} noScan />
      </Group>
      <Group title={t('seller.rights')}>
        <div class="wide"><Choice label={t('seller.role')} value={f.role} set={(role) => edit({ role })} test="seller-role" off={fixed || (!fresh.value && f.code === state.seller.value?.code)}
          options={roles.value.map((r) => ({ value: r.name, label: tOf('role.', r.name), about: t('seller.may', { what: may(r) }) }))} /></div>
        <Switch label={t('seller.active')} about={t('seller.active_about')} on={f.active} set={(active) => edit({ active })} test="seller-active" off={fixed || (!fresh.value && f.code === state.seller.value?.code)} />
      </Group>
    </Form>
  );
}

export function OwnerSellers() {
  const f = form.value;
  useEffect(() => void load(), []);
  useWay(() => f && { title: f.name || t('seller.new'), text: editing.clash().length ? t('form.changed') : lacks(f) ?? tOf('role.', f.role), label: 'do.save', press: save, off: Boolean(lacks(f)) || !editing.ready(Boolean(secret.value.password)), kind: 'seller.set' }, [f, secret.value, editing.ready()]);
  return f ? <Edit of={f} /> : <List />;
}

export function ownerSellersKey(key: string) {
  if (key === 'F9') return forward();
  if (form.value) {
    if (key === 'Escape') editing.close();
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
