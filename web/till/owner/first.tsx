// The very first start: language, BAAZ, the owner. In any order, none forced, all of it put off with one press;
// what is missing to sell is always said. One step is open at a time, so that both ways are in sight on 768 lines.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Choice, formKey, hop } from '../../kit/form';
import { Icon } from '../../kit/icons';
import { Button, Cap, Pane } from '../../kit/pieces';
import { choose, language, type Lang } from '../../kit/texts';
import { connect } from '../api';
import { elsewhere, perform } from '../actions';
import { draft, keep } from '../drafts';
import { go } from '../route';
import { busy, state } from '../store';
import { t } from '../texts';
import * as sound from '../../kit/sound';
import { login } from '../views/login';

const NONE = { password: '', again: '', key: '' };
const secret = signal(NONE); // kept nowhere

// What else has been typed outlives Esc and the browser: it is a draft of the till's, because nobody is known yet.
interface Begun { name: string; code: string; address: string }

const begun = (): Begun => ({ name: '', code: '', address: '', ...draft('first', true) });
const own = (by: Partial<Begun>) => keep('first', { ...begun(), ...by }, true);
const hide = (by: Partial<typeof NONE>) => void (secret.value = { ...secret.value, ...by });
const asked = signal(false); // BAAZ has been asked for here

type Way = 'alone' | 'join';

const way = signal<Way>('alone');

// begin opens a step.
function begin(which: Way) {
  way.value = which;
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.step-body input')?.focus());
}

// A key that is scanned goes where it belongs, whatever has the focus.
elsewhere.first = (code) => {
  hide({ key: code });
  way.value = 'join';
  sound.good();
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
  if (!(await perform('seller.set', { code: code.trim(), name: name.trim(), password, role: 'owner' }))) return;
  await perform('first.done');
  secret.value = NONE;
  keep('first', null, true);
  await login(code.trim(), password);
}

async function ask() {
  const { address } = begun();
  const { key } = secret.value;
  if (!address.trim() || !key.trim() || busy('join.ask')) return sound.attention();
  if (!(await perform('join.ask', { address: address.trim(), key: key.trim() }))) return;
  asked.value = true;
  hide({ key: '' });
}

// leave is Esc: one step back. From BAAZ's step that is the owner's; from there all of it is put off.
function leave() {
  if (way.peek() === 'join' && !state.till.value?.joined) begin('alone');
  else void later();
}

// later puts all of it off with one press, and loses nothing. Without an owner nothing can be sold, and whoever came would be one: so the
// log-in that follows says what is missing and leads back here, for as long as nobody is registered.
async function later() {
  if (state.till.value?.first === false || (await perform('first.done'))) go('login');
}

function Step({ of, cap, done, title, text, children }: { of: Way; cap: string; done: boolean; title: string; text: string; children: preact.ComponentChildren }) {
  const open = way.value === of;
  return (
    <section class={'step' + (done ? ' is-done' : '')}>
      <h2><button type="button" class={'step-head' + (open ? ' is-on' : '')} aria-expanded={open} data-test={'first-' + of} onClick={() => begin(of)}>
        <span class="mark"><Icon name={done ? 'check' : of === 'join' ? 'cloud' : 'person'} />{title}</span><Cap>{cap}</Cap>
      </button></h2>
      {open && <div class="step-body"><p class="remark">{text}</p>{children}</div>}
    </section>
  );
}

const waiting = () => asked.value || state.devices.value.some((d) => d.kind === 'baaz' && d.state === 'attention');

export function First() {
  const b = begun();
  const s = secret.value;
  const differ = Boolean(s.again) && s.again !== s.password;
  const next = () => void hop(1);
  const joined = Boolean(state.till.value?.joined);
  // What is left once BAAZ has answered is an owner: sellers that BAAZ has would have ended this page.
  useEffect(() => {
    if (joined && way.value === 'join') begin('alone');
  }, [joined]);
  return (
    <Pane title={t('first.title')} more="is-first" back={leave} backLabel={t(way.value === 'join' && !joined ? 'do.back' : 'first.later')} aside={<><Choice bare label={t('menu.language')} value={language()} set={(v) => void speak(v)} test="first-lang" options={[{ value: 'mn', label: t('lang.mn') }, { value: 'en', label: t('lang.en') }]} /><BoardButton /></>}>
      <p class="lead" data-test="first-missing"><Icon name="warning" /> {t(joined ? 'first.missing_joined' : 'first.missing')}</p>
      <Step of="alone" cap="F2" done={false} title={t(joined ? 'first.owner' : 'first.alone')} text={t('first.text')}>
        <div class="pair">
          <Field kind="text" label={t('first.name')} value={b.name} set={(name) => own({ name })} enter={next} test="owner-name" focus="first" most={60} noScan />
          <Field kind="login" label={t('login.code')} hint={t('first.code_hint')} value={b.code} set={(code) => own({ code })} enter={next} test="owner-code" most={16} noScan />
          <Field kind="password" label={t('login.password')} hint={t('first.password_hint')} value={s.password} set={(password) => hide({ password })} enter={next} test="owner-password" noScan />
          <Field kind="password" label={t('first.again')} value={s.again} set={(again) => hide({ again })} enter={() => void register()} test="owner-again" noScan />
        </div>
        <div class="row">
          <Button label={t('first.yes')} cap="F9" kind="primary" test="owner" press={() => void register()} busy={busy('seller.set')} off={!complete()} />
          {differ && <p class="remark is-alert">{t('first.differ')}</p>}
        </div>
      </Step>
      <Step of="join" cap="F3" done={joined || waiting()} title={t(joined ? 'first.joined' : 'first.join')} text={t(joined ? 'first.joined_text' : waiting() ? 'first.waiting' : 'first.join_text')}>
        {!joined && <><div class="pair">
          <Field kind="code" label={t('first.address')} hint="baaz.mn" value={b.address} set={(address) => own({ address })} enter={next} test="join-address" noScan />
          <Field kind="code" label={t('first.key')} hint={t('first.key_hint')} value={s.key} set={(key) => hide({ key })} enter={() => void ask()} test="join-key" takesScan />
        </div>
        <div class="row"><Button label={t('first.join_yes')} cap="F9" kind="primary" test="join" press={() => void ask()} busy={busy('join.ask')} off={!b.address.trim() || !s.key.trim()} /></div></>}
      </Step>
    </Pane>
  );
}

export function firstKey(key: string) {
  if (key === 'F9' || key === 'Enter') void (way.value === 'join' ? ask() : register());
  else if (key === 'F2' || key === 'F3') begin(key === 'F2' ? 'alone' : 'join');
  else if (key === 'Escape') leave();
  else return formKey(key);
  return true;
}
