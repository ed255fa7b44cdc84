// The frame of the app: who one is, where one can go, and whether what one sees is of now.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../kit/icons';
import { wall } from '../kit/format';
import { choose as chooseLanguage, language } from '../kit/texts';
import { Button } from '../kit/pieces';
import { asFault, away, expired, stored } from './api';
import type { Fault } from './model';
import { Pick } from './form';
import type { Group, Page } from './page';
import { find, open } from './pages';
import { Dialog, SureDialog, ToldBar, Waiting, Wrong, useTitle } from './pieces';
import { follow, href, leave, leaving, place } from './route';
import { choose, companies, company, load, logout, me, zone } from './session';
import { t, tOf } from './texts';
import { Again, Login } from './views/login';
import { ByLink } from './views/link';

const GROUPS: Group[] = ['reports', 'registers', 'tills', 'company'];

const linked = () => new URLSearchParams(location.hash.slice(1)).get('link') ?? '';

const link = signal(linked());
const entry = signal<'look' | 'login' | 'in'>('look');
const wrong = signal<Fault | null>(null);

async function begin() {
  wrong.value = null;
  try {
    await load();
    entry.value = 'in';
  } catch (e) {
    const f = asFault(e);
    if (f.code === 'login.needed') entry.value = 'login';
    else wrong.value = f;
  }
}

// entered goes on after a log-in or a link.
function entered() {
  link.value = '';
  if (linked()) history.replaceState(null, '', '/');
  entry.value = 'in';
  follow();
}

export function Shell() {
  useEffect(() => {
    const look = () => (link.value = linked());
    addEventListener('hashchange', look);
    if (!link.peek()) void begin();
    return () => removeEventListener('hashchange', look);
  }, []);
  if (link.value) return <ByLink secret={link.value} done={entered} login={() => { history.replaceState(null, '', '/'); link.value = ''; void begin(); }} />;
  if (entry.value === 'login') return <Login done={entered} />;
  if (entry.value === 'look' || !me.value) return <main class="entry" data-test="stage" data-page="wait"><h1 class="unseen">{t('app.name')}</h1><Wrong fault={wrong.value} again={() => void begin()} />{!wrong.value && <Waiting />}</main>;
  return <Inside />;
}

// Brand is the app's sign and name.
export const Brand = () => (
  <span class="brand"><img class="brand-sign" src="icon.svg" alt="" width="28" height="28" /><span>{t('app.name')}</span></span>
);

function Item({ page, on, short }: { page: Page; on: boolean; short?: boolean }) {
  return (
    <a class={'nav-item' + (on ? ' is-on' : '')} href={href(page.at)} aria-current={on ? 'page' : undefined} data-test="nav" data-page={page.at}>
      <Icon name={page.icon} /><span>{t(page.title)}</span>{short && on && <span class="nav-dot" />}
    </a>
  );
}

function Companies() {
  const list = companies.value;
  if (list.length < 2) return <p class="nav-company">{company.value?.name}</p>;
  return <Pick bare label={t('shell.company')} value={String(company.value?.company ?? '')} set={(id) => choose(Number(id))} test="company"
    options={list.map((c) => ({ value: String(c.company), label: c.name }))} />;
}

// Side is the desk's navigation: what reports to whom stands first.
function Side({ now }: { now: Page | null }) {
  return (
    <nav class="side" aria-label={t('shell.nav')}>
      <div class="side-head"><Brand /><Companies /></div>
      <div class="side-body">
        {GROUPS.map((group) => {
          const list = open.value.filter((p) => p.group === group && !p.hidden);
          return list.length > 0 && (
            <section key={group} class="nav-group"><h2>{tOf('group.', group)}</h2>{list.map((p) => <Item key={p.at} page={p} on={p === now} />)}</section>
          );
        })}
      </div>
      <Person />
    </nav>
  );
}

// Person is who is logged in, with the language and the way out.
export function Person() {
  const who = me.value!;
  return (
    <div class="person">
      <div class="person-text"><span class="clip">{who.name}</span><span class="remark">{tOf('role.', who.role ?? '')}</span></div>
      <LanguageButton />
      <button type="button" class="button is-quiet" aria-label={t('shell.logout')} title={t('shell.logout')} data-test="logout" onClick={() => void logout()}><Icon name="out" /></button>
    </div>
  );
}

// LanguageButton changes to the other language: it is written in that one.
export function LanguageButton() {
  const other = language() === 'mn' ? 'en' : 'mn';
  return <button type="button" class="button is-quiet is-language" lang={other} data-test="language" onClick={() => chooseLanguage(other)}>{t('shell.language')}</button>;
}

// Bar is the phone's navigation.
function Bar({ now }: { now: Page | null }) {
  const list = open.value.filter((p) => p.phone).sort((a, b) => a.phone! - b.phone!).slice(0, 4);
  const more = !list.includes(now!);
  return (
    <nav class="bar-nav" aria-label={t('shell.nav')}>
      {list.map((p) => <Item key={p.at} page={p} on={p === now} short />)}
      <a class={'nav-item' + (more ? ' is-on' : '')} href={href('more')} aria-current={more ? 'page' : undefined} data-test="nav-more"><Icon name="menu" /><span>{t('shell.more')}</span></a>
    </nav>
  );
}

// ago says how old something is.
function ago(d: Date) {
  const minutes = Math.max(0, Math.round((Date.now() - d.getTime()) / 60_000));
  if (minutes < 60) return t('ago.minutes', { count: minutes });
  if (minutes < 48 * 60) return t('ago.hours', { count: Math.round(minutes / 60) });
  return t('ago.days', { count: Math.round(minutes / 1440) });
}

// Away says that BAAZ is not reached, and of when the figures on the screen are.
function Away() {
  if (!away.value && !stored.value) return null;
  return (
    <p class="away" role="status" data-test="away"><Icon name="cloud" />
      <span>{stored.value ? t('away.old', { when: wall(stored.value), ago: ago(stored.value) }) : t('away.text')}</span></p>
  );
}

function Leaving() {
  if (!leaving.value) return null;
  const stay = () => void (leaving.value = '');
  return (
    <Dialog title={t('leave.title')} close={stay} test="leaving">
      <p>{t('leave.text')}</p>
      <div class="dialog-foot"><Button label={t('leave.stay')} kind="primary" test="stay" press={stay} /><Button label={t('leave.go')} test="leave-yes" press={leave} /></div>
    </Dialog>
  );
}

function Inside() {
  const page = find(place.value.page);
  useTitle(page ? t(page.title) : '');
  const View = page?.view;
  return (
    <div class="app">
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); document.getElementById('main')?.focus(); }}>{t('shell.skip')}</a>
      <Side now={page} />
      <main class="main" id="main" tabIndex={-1} data-test="stage" data-page={page?.at ?? 'none'}>
        <Away />
        <p class="on-paper" aria-hidden="true">{company.value?.name} · {wall(new Date())}</p>
        {View ? <div class="page" key={page!.at + company.value?.company + zone.value}><View /></div> : <p class="waiting">{t('shell.nothing')}</p>}
      </main>
      <Bar now={page} />
      <ToldBar />
      <SureDialog />
      <Leaving />
      {expired.value && <Again />}
    </div>
  );
}
