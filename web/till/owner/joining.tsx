// Joining BAAZ: how that stands, and what is asked for it. The first start and the owner's page share it.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Field } from '../../kit/field';
import { hop } from '../../kit/form';
import { number } from '../../kit/format';
import { Icon, type IconName } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import * as sound from '../../kit/sound';
import { read } from '../api';
import { perform } from '../actions';
import { draft, idOf, keep } from '../drafts';
import { fail, refuse } from '../notices';
import { ask as question } from '../prompts';
import { busy, state, ui } from '../store';
import { t } from '../texts';

interface Link {
  state: 'off' | 'joining' | 'online' | 'waiting' | 'stopped'; code?: string; text?: string; hint?: string; address: string; company: string; point: string;
  anew?: { code: string; text: string; hint: string; refused: boolean } | null; // why a till that was replaced has not joined by its new key
}

const link = signal<Link | null>(null);
const key = signal(''); // kept nowhere

// Begun is what has been typed and may be kept: it outlives Esc and the browser, for whoever comes next.
interface Begun { address: string }

const typed = () => draft('join', true) as Begun | null;
const address = () => typed()?.address ?? (state.till.value?.joined ? '' : link.value?.address) ?? '';

async function look(quiet = false) {
  try {
    link.value = (await read<Link>('/api/uplink?limit=1')) ?? link.value;
  } catch (e) {
    if (!quiet) fail(e);
  }
}

const AGAIN = 2000;

// useLink keeps what is known of BAAZ as it is while a page stands: each change of it shows in its light or in the till.
export function useLink() {
  const light = state.devices.value.find((d) => d.kind === 'baaz');
  const joined = state.till.value?.joined;
  useEffect(() => void look(), [light?.state, light?.code, joined, ui.away.value]);
  // What BAAZ says to the new key of a till that was replaced changes neither its light nor the till.
  const replaced = standing() === 'replaced';
  useEffect(() => {
    if (!replaced) return;
    const timer = setInterval(() => void look(true), AGAIN);
    return () => clearInterval(timer);
  }, [replaced]);
  useEffect(() => () => void (key.value = ''), []);
}

// Standing says how far it has come: nobody has asked; asked, and no answer yet; not reached, tried again by itself; refused;
// joined once, and another till has the point; joined without goods from BAAZ; joined with them.
export type Standing = 'alone' | 'asked' | 'waiting' | 'refused' | 'replaced' | 'empty' | 'kept';

export function standing(): Standing {
  const till = state.till.value;
  const l = link.value;
  if (till?.joined) return till.central ? 'kept' : 'empty';
  if (l?.code === 'box.replaced' || (l?.company && l.state === 'stopped')) return 'replaced';
  if (!l?.address) return 'alone';
  if (l.state === 'stopped') return 'refused';
  return l.code ? 'waiting' : 'asked';
}

const SIGN: Record<Standing, IconName> = { alone: 'shop', asked: 'cloud', waiting: 'warning', refused: 'warning', replaced: 'warning', empty: 'cloud', kept: 'check' };
const TONE: Record<Standing, string> = { alone: 'none', asked: 'none', waiting: 'attention', refused: 'attention', replaced: 'attention', empty: 'ok', kept: 'ok' };

// count writes a number of things.
export const count = (n: number) => number(n * 100);

const said = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ');

// anew is what BAAZ says to the new key of a till that was replaced.
function anew(l: Link): string {
  if (!l.anew) return '';
  return l.anew.refused ? said(t('join.refused') + '.', l.anew.text, l.anew.hint) : said(l.address + ':', t('join.waiting') + '.', t('join.again'));
}

// words are the title and the sentence of a standing. Why BAAZ is not reached or has refused is said in posd's words.
function words(how: Standing): [string, string] {
  const l = link.value;
  const till = state.till.value;
  const sells = till?.has_sellers; // at the first start nobody can sell yet, whatever BAAZ does
  const whom = [l?.company, l?.point].filter(Boolean).join(' \u00b7 ') || '\u2026';
  const goods = count(till?.goods ?? 0);
  switch (how) {
    case 'alone': return [t('join.alone'), t('join.alone_text', { count: count(state.unsent.value) })];
    case 'asked': return [t('join.asked', { address: l!.address }), t(sells ? 'join.asked_text' : 'join.asked_first')];
    case 'waiting': return [t('join.waiting'), said(l!.address + ':', sells ? l!.text : t('join.lost'), t('join.again'))];
    case 'refused': return [t('join.refused'), said(l!.text, l!.hint)];
    case 'replaced': return [said(l!.text), said(l!.hint)];
    case 'empty': return [t('join.joined', { whom }), till?.goods ? t('join.empty_text', { count: goods }) : t('join.none_text')];
    case 'kept': return [t('join.joined', { whom }), t('join.kept_text', { count: goods })];
  }
}

// wished reports whether a wish to join stands that can be taken back.
function wished() {
  const how = standing();
  return how === 'asked' || how === 'waiting' || how === 'refused' || (how === 'replaced' && Boolean(link.value?.anew));
}

// takeBack takes the wish back, after a question: the key has to be found again for another one.
export async function takeBack() {
  if (!wished() || busy('join.drop')) return sound.attention();
  if (!(await question({ title: t('join.drop_title'), text: t('join.drop_text'), yes: t('join.drop') }))) return;
  if (await perform('join.drop')) await look();
}

// Stand is how it stands, and what to do.
export function Stand() {
  const how = standing();
  const l = link.value;
  const [title, text] = words(how);
  const lost = Boolean(state.till.value?.joined && l?.code); // what is wrong comes before whose the till is
  const again = !lost && how === 'replaced' ? anew(l!) : '';
  const trouble = lost || Boolean(again);
  return (
    <div class={'device is-' + (trouble ? 'attention' : TONE[how])} role="status" data-test="join-standing" data-how={how} data-code={l?.code}>
      <Icon name={trouble ? 'warning' : SIGN[how]} more="is-large" />
      {lost ? <span class="device-text"><strong data-test="join-trouble">{l!.text}</strong><span>{l!.hint}</span><span>{title + '. ' + text}</span></span>
        : <span class="device-text"><strong>{title}</strong><span>{text}</span>{again && <span data-test="join-trouble">{again}</span>}</span>}
      {wished() && <Button label={t('join.drop')} cap="F8" test="join-drop" press={() => void takeBack()} busy={busy('join.drop')} />}
    </div>
  );
}

export const complete = () => Boolean(address().trim() && key.value.trim());

// ask asks BAAZ. What comes of it shows in the standing.
export async function ask() {
  if (!complete() || busy('join.ask')) return sound.attention();
  if (!(await perform('join.ask', { address: address().trim(), key: key.value.trim() }, idOf('join', true)))) return;
  key.value = '';
  await look();
}

// LETTERS are how many a connection key has, in groups or not; whether it is right posd knows.
const LETTERS = 25;

// scannedKey takes a key that was scanned outside its field; a good's code, say, is refused.
export function scannedKey(code: string): boolean {
  if (code.replace(/[^0-9A-Za-z]/g, '').length !== LETTERS) {
    refuse({ code: 'join.key_bad', text: t('join.no_key'), hint: t('join.no_key_hint'), severity: 'warning' }, true);
    return false;
  }
  key.value = code;
  sound.good();
  return true;
}

// Asking are the two fields. BAAZ's code has the key alone, so the address is typed. Enter does nothing in the key's: a scanner
// sends it, and what cannot be undone is asked for by F9 alone.
export function Asking({ focus }: { focus?: string }) {
  return (
    <div class="pair">
      <Field kind="code" letters label={t('first.address')} hint="baaz.mn" value={address()} set={(text) => keep('join', { address: text }, true)} enter={() => void hop(1)} test="join-address" focus={focus} />
      <Field kind="code" letters label={t('first.key')} hint={t('first.key_hint')} value={key.value} set={(text) => (key.value = text)} test="join-key" takesScan />
    </div>
  );
}
