// Who may log in, what they may do, and from where they are logged in. Pages of one's own home.

import { useSignal } from '@preact/signals';
import { Choice } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { asFault, post, remove } from '../api';
import { Form, Input } from '../form';
import { useLoad } from '../load';
import type { Page } from '../page';
import { device, role, when, type Invitation, type Person, type Session } from '../people/model';
import { Once } from '../people/secret';
import { confirm, Dialog, Empty, Head, Mark, tell, tellFault, Waiting, Wrong } from '../pieces';
import { home, me } from '../session';
import { Table, narrow, type Column } from '../table';
import { t, tOf } from '../texts';
import { Account } from './account';
import { Audit } from './audit';
import { Tokens } from './tokens';

interface PeopleAnswer { people: Person[]; roles: string[] }

// act does something, says so, and reads again; what is refused is said.
async function act(what: () => Promise<unknown>, said: string, again: () => void) {
  try {
    await what();
    tell(said);
  } catch (e) {
    tellFault(asFault(e));
  }
  again();
}

function Roles({ roles, value, set }: { roles: string[]; value: string; set: (role: string) => void }) {
  return (
    <>
      <Choice label={t('people.role')} value={value} set={set} test="role" options={roles.map((r) => ({ value: r, label: role(r) }))} />
      <p class="remark" data-test="role-about">{tOf('role.about.', value)}</p>
    </>
  );
}

function Invite({ roles, close, done }: { roles: string[]; close: () => void; done: (i: Invitation) => void }) {
  const name = useSignal('');
  const chosen = useSignal(roles.find((r) => r === 'manager') ?? roles[0]);
  return (
    <Dialog title={t('people.invite')} close={close} test="invite">
      <Form test="invite-do" label={t('people.invite_do')} cancel={close} cancelLabel={t('do.cancel')} changed={Boolean(name.value)}
        send={async () => done(await post<Invitation>(home('/people'), { name: name.value.trim(), role: chosen.value }))}>
        <Input kind="text" label={t('people.name')} value={name.value} set={(v) => (name.value = v)} test="invite-name" focus="invite" most={100} />
        <p class="remark">{t('people.name_about')}</p>
        <Roles roles={roles} value={chosen.value} set={(r) => (chosen.value = r)} />
      </Form>
    </Dialog>
  );
}

interface OneProps { of: Person; roles: string[]; close: () => void; again: () => void; linked: (i: Invitation) => void }

function One({ of: p, roles, close, again, linked }: OneProps) {
  const chosen = useSignal(p.role);
  const sessions = useLoad<{ sessions: Session[] }>(home('/sessions'));
  const own = p.person === me.value!.person;
  const name = p.name || p.login || t('people.nameless');
  const letIn = async () => {
    try {
      linked(await post<Invitation>(home(`/people/${p.person}/link`)));
    } catch (e) {
      tellFault(asFault(e));
    }
  };
  const drop = () => confirm({ title: t('people.remove', { name }), text: t('people.remove_about'), label: t('people.remove_do'), loss: true, act: () => {
    close();
    void act(() => remove(home(`/people/${p.person}`)), t('people.removed', { name }), again);
  } });
  const list = (sessions.data?.sessions ?? []).filter((s) => s.person === p.person);
  return (
    <Dialog title={name} close={close} wide test="person">
      <p class="remark">{[p.login, t('people.since', { when: when(p.created) })].filter(Boolean).join(' · ')}</p>
      <Form test="role-save" label={t('do.save')} ready={chosen.value !== p.role} changed={chosen.value !== p.role}
        send={async () => { await post(home(`/people/${p.person}`), { role: chosen.value }); tell(t('people.changed', { name, role: role(chosen.value) })); again(); close(); }}>
        <Roles roles={roles} value={chosen.value} set={(r) => (chosen.value = r)} />
      </Form>
      {list.length > 0 && <section class="group"><h3>{t('sessions.of')}</h3><SessionList list={list} end={(s) => void act(() => remove(home(`/sessions/${s.session}`)), t('sessions.ended'), sessions.again)} /></section>}
      <div class="dialog-foot">
        <Button label={t('people.link')} icon="key" test="person-link" press={() => void letIn()} />
        {!own && <Button label={t('people.remove_do')} kind="loss" test="person-remove" press={drop} />}
      </div>
    </Dialog>
  );
}

// SessionList lists where somebody is logged in, each with the way to end it.
export function SessionList({ list, end }: { list: Session[]; end: (s: Session) => void }) {
  return (
    <ul class="plain" data-test="sessions">
      {list.map((s) => (
        <li key={s.session} class="plain-row" data-test="session" data-own={String(s.own)}>
          <div class="plain-text"><strong>{device(s.agent)}</strong><span class="remark">{s.network} · {t('sessions.seen', { when: when(s.seen) })} · {t('sessions.since', { when: when(s.created) })}</span></div>
          {s.own ? <Mark tone="good" icon="check">{t('sessions.own')}</Mark> : <Button label={t('sessions.end')} test="session-end" press={() => end(s)} />}
        </li>
      ))}
    </ul>
  );
}

function State({ of: p }: { of: Person }) {
  return p.state === 'invited' ? <Mark tone="warn" icon="clock">{t('people.invited')}</Mark> : <span>{when(p.seen).slice(narrow.value ? 5 : 0) || t('people.never')}</span>;
}

export function People() {
  const { data, wrong, again } = useLoad<PeopleAnswer>(home('/people'));
  const inviting = useSignal(false);
  const open = useSignal<Person | null>(null);
  const link = useSignal<Invitation | null>(null);
  const columns: Column<Person>[] = [
    { id: 'name', title: t('people.name'), width: 'minmax(0, 2fr)', text: (p) => p.name || t('people.nameless') },
    { id: 'role', title: t('people.role'), width: 'minmax(0, 1.2fr)', text: (p) => role(p.role) },
    { id: 'login', title: t('login.name'), desk: true, width: 'minmax(0, 2fr)', text: (p) => p.login },
    { id: 'seen', title: t('people.seen'), width: narrow.value ? '92px' : 'minmax(132px, 1fr)', text: (p) => when(p.seen), cell: (p) => <State of={p} />, by: (p) => p.seen ?? '' },
  ];
  const linked = (i: Invitation) => {
    open.value = null;
    inviting.value = false;
    link.value = i;
    again();
  };
  return (
    <>
      <Head title={t('people.title')} about={t('people.about')}><Button label={t('people.invite')} icon="plus" kind="primary" test="invite-open" press={() => (inviting.value = true)} /></Head>
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : (
        <Table name={t('people.title')} test="people" rows={data.people} columns={columns} id={(p) => String(p.person)} none="" hint={data.people.length > 12 ? t('people.find') : undefined} open={(p) => (open.value = p)} />
      )}
      {inviting.value && data && <Invite roles={data.roles} close={() => (inviting.value = false)} done={linked} />}
      {open.value && data && <One of={open.value} roles={data.roles} close={() => (open.value = null)} again={again} linked={linked} />}
      {link.value && <Once title={t('people.link_title')} about={t('people.link_about', { when: when(link.value.expires) })} secret={link.value.url} close={() => (link.value = null)} test="link-once" />}
    </>
  );
}

export function Sessions() {
  const people = useLoad<PeopleAnswer>(home('/people')).data?.people ?? [];
  const { data, wrong, again } = useLoad<{ sessions: Session[] }>(home('/sessions'));
  const named = (s: Session) => people.find((p) => p.person === s.person)?.name ?? `№ ${s.person}`;
  const end = (s: Session) => confirm({ title: t('sessions.end_of', { name: named(s) }), text: t('sessions.end_about'), label: t('sessions.end'), loss: true,
    act: () => void act(() => remove(home(`/sessions/${s.session}`)), t('sessions.ended'), again) });
  const columns: Column<Session>[] = [
    { id: 'who', title: t('people.name'), width: 'minmax(0, 1.5fr)', text: named },
    { id: 'device', title: t('sessions.device'), width: 'minmax(0, 1.3fr)', text: (s) => device(s.agent) },
    { id: 'network', title: t('sessions.address'), desk: true, width: 'minmax(110px, 1fr)', text: (s) => s.network },
    { id: 'since', title: t('sessions.began'), desk: true, width: 'minmax(132px, 1fr)', text: (s) => when(s.created), by: (s) => s.created },
    { id: 'seen', title: t('people.seen'), desk: true, width: 'minmax(132px, 1fr)', text: (s) => when(s.seen), by: (s) => s.seen },
    { id: 'end', title: '', say: t('sessions.end'), width: '116px', figure: true, text: () => '', cell: (s) => (s.own ? <Mark tone="good" icon="check">{t('sessions.own')}</Mark> : <Button label={t('sessions.end')} test="session-end" press={() => end(s)} />) },
  ];
  return (
    <>
      <Head title={t('sessions.title')} about={t('sessions.about')} />
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : data.sessions.length === 0 ? <Empty icon="people" title={t('sessions.none')} text="" test="no-sessions" />
        : <Table name={t('sessions.title')} test="all-sessions" rows={data.sessions} columns={columns} id={(s) => s.session} none="" hint={data.sessions.length > 12 ? t('sessions.find') : undefined} sort="-seen" />}
    </>
  );
}

export const pages: Page[] = [
  { at: 'people', title: 'people.title', icon: 'people', group: 'company', right: 'people', home: true, view: People },
  { at: 'sessions', title: 'sessions.title', icon: 'display', group: 'company', right: 'people', home: true, view: Sessions },
  { at: 'tokens', title: 'tokens.title', icon: 'key', group: 'company', right: 'people', home: true, view: Tokens },
  { at: 'audit', title: 'audit.title', icon: 'search', group: 'company', right: 'audit', home: true, view: Audit },
  { at: 'account', title: 'account.title', icon: 'person', group: 'company', right: null, view: Account },
];
