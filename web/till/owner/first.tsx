// The very first start: the owner of a till that sells alone, or BAAZ. Two ways of which none is the usual one, in any order, none
// forced, all of it put off with one press; what is missing to sell is always said.

import { signal } from '@preact/signals';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Choice, formKey, hop } from '../../kit/form';
import { Icon, type IconName } from '../../kit/icons';
import { Cap, Pane } from '../../kit/pieces';
import { choose, language, type Lang } from '../../kit/texts';
import { connect } from '../api';
import { elsewhere, perform } from '../actions';
import { draft, idOf, keep } from '../drafts';
import { go } from '../route';
import { busy, state } from '../store';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';
import { login } from '../views/login';
import { useWay, type Way } from './way';
import { Asking, Stand, ask, complete as askable, scannedKey, standing, takeBack, useLink } from './joining';

const NONE = { password: '', again: '' };
const secret = signal(NONE); // kept nowhere

type How = 'alone' | 'join';

// What else has been typed outlives Esc and the browser: it is a draft of the till's, because nobody is known yet.
interface Begun { way: How | ''; name: string; code: string }

const begun = (): Begun => ({ way: '', name: '', code: '', ...draft('first', true) });
const own = (by: Partial<Begun>) => keep('first', { ...begun(), ...by }, true);
const hide = (by: Partial<typeof NONE>) => void (secret.value = { ...secret.value, ...by });

const joined = () => Boolean(state.till.value?.joined);

// way is what is in front. What is left once BAAZ has answered is an owner: sellers that BAAZ has would have ended this page.
const way = () => (joined() ? 'alone' : begun().way);

// A key that is scanned goes where it belongs, whatever has the focus.
elsewhere.first = (code) => {
  if (scannedKey(code)) own({ way: 'join' });
};

async function speak(lang: string) {
  choose(lang as Lang);
  connect();
  await perform('setting.set', { path: 'lang', value: lang });
}

const complete = () => {
  const { name, code } = begun();
  const { password, again } = secret.value;
  return Boolean(name.trim() && code.trim() && [...password].length >= 4 && password === again);
};

async function register() {
  if (!complete() || busy('seller.set')) return sound.attention();
  const { name, code } = begun();
  const { password } = secret.value;
  if (!(await perform('seller.set', { code: code.trim(), name: name.trim(), password, role: 'owner' }, idOf('first', true)))) return;
  await perform('first.done');
  secret.value = NONE;
  await login(code.trim(), password);
}

// leave is Esc: one step back. From a way that is to the choice; from there all of it is put off.
function leave() {
  if (begun().way && !joined()) own({ way: '' });
  else void later();
}

// later puts all of it off with one press, and loses nothing. Without an owner nothing can be sold, and whoever came would be one: so the
// log-in that follows says what is missing and leads back here, for as long as nobody is registered.
async function later() {
  if (state.till.value?.first === false || (await perform('first.done'))) go('login');
}

function Door({ of, cap, icon }: { of: How; cap: string; icon: IconName }) {
  const on = way() === of;
  return (
    <button type="button" class={'door' + (on ? ' is-on' : '')} aria-pressed={on} data-test={'first-' + of} onClick={() => own({ way: of })}>
      <Icon name={icon} more="is-large" /><span class="door-text"><strong>{tOf('first.', of)}</strong><span>{tOf('first.', of + '_text')}</span></span><Cap>{cap}</Cap>
    </button>
  );
}

const Doors = () => (
  <div class="doors" role="group" aria-label={t('first.ways')}>
    <Door of="alone" cap="F2" icon="shop" />
    <Door of="join" cap="F3" icon="cloud" />
  </div>
);

function Owner() {
  const b = begun();
  const s = secret.value;
  const differ = Boolean(s.again) && s.again !== s.password;
  const next = () => void hop(1);
  return (
    <section class="step">
      <h2>{t('first.owner')}</h2>
      <p class="remark">{t('first.text')}</p>
      <div class="pair">
        <Field kind="text" label={t('first.name')} value={b.name} set={(name) => own({ name })} enter={next} test="owner-name" focus="first" most={60} noScan />
        <Field kind="login" label={t('login.code')} hint={t('first.code_hint')} value={b.code} set={(code) => own({ code })} enter={next} test="owner-code" most={16} noScan />
        <Field kind="password" label={t('login.password')} hint={t('first.password_hint')} value={s.password} set={(password) => hide({ password })} enter={next} test="owner-password" noScan />
        <Field kind="password" label={t('first.again')} value={s.again} set={(again) => hide({ again })} enter={() => void register()} test="owner-again" noScan />
      </div>
      {differ && <p class="remark is-alert">{t('first.differ')}</p>}
    </section>
  );
}

const Join = () => (
  <section class="step">
    <h2>{t('first.join')}</h2>
    <p class="remark">{t('first.join_about')}</p>
    <Asking focus="first-join" />
  </section>
);

// next is the way forward, in the right third, which no keyboard covers.
const next = (): Way | null => {
  switch (way()) {
    case 'alone': return { title: t('first.owner'), text: complete() ? '' : t('first.lacks'), label: 'first.yes', press: () => void register(), off: !complete(), kind: 'seller.set' };
    case 'join': return { title: t('first.join'), text: askable() ? '' : t('join.lacks'), label: 'first.join_yes', press: () => void ask(), off: !askable(), kind: 'join.ask' };
    default: return null;
  }
};

export function First() {
  useLink();
  const now = way();
  useWay(next, [now, complete(), askable(), language()]);
  return (
    <Pane title={t('first.title')} more="is-first" back={leave} backLabel={t(now && !joined() ? 'do.back' : 'first.later')} aside={<><Choice bare label={t('menu.language')} value={language()} set={(v) => void speak(v)} test="first-lang" options={[{ value: 'mn', label: t('lang.mn') }, { value: 'en', label: t('lang.en') }]} /><BoardButton /></>}>
      <p class="lead" data-test="first-missing"><Icon name="info" /> {t(joined() ? 'first.missing_joined' : 'first.missing')}</p>
      {!joined() && <Doors />}
      {standing() !== 'alone' && <Stand />}
      {now === 'alone' && <Owner />}
      {now === 'join' && <Join />}
    </Pane>
  );
}

// step moves between the two ways, as long as none is taken.
function step() {
  const doors = [...document.querySelectorAll<HTMLElement>('.door')];
  doors[document.activeElement === doors[0] ? 1 : 0]?.focus();
  return true;
}

export function firstKey(key: string) {
  const now = way();
  if (key === 'F9' && now === 'join') void ask();
  else if (key === 'F9' || key === 'Enter') void (now === 'alone' ? register() : sound.attention());
  else if (key === 'F8' && !joined()) void takeBack();
  else if (key === 'F2' || key === 'F3') joined() || own({ way: key === 'F2' ? 'alone' : 'join' });
  else if (key === 'Escape') leave();
  else if (!now && key.startsWith('Arrow')) return step();
  else return formKey(key);
  return true;
}
