// The box's own program: which version runs, how the last update went, and the way to the next one.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Button, Pane } from '../../kit/pieces';
import { Refused, post, read, upload } from '../api';
import { fail } from '../notices';
import { go } from '../route';
import { t } from '../texts';
import { forward, useWay } from './way';

interface Last { version: number; from: number; result: 'confirmed' | 'rolled_back' | 'failed'; text?: string; hint?: string }

interface Update {
  station: string; slot: string; version: number; phase: 'idle' | 'writing' | 'ready' | 'restarting' | 'trial'; offered: number; done: number; total: number;
  last: Last | null; blocked: number[]; takes: boolean;
}

interface Offer { device: string; file: string; size: number; version: number; code?: string; text?: string; hint?: string }

const AGAIN = 1000; // ms

const update = signal<Update | null>(null);
const none = signal<Refused | null>(null); // why this machine has no updates
const offers = signal<Offer[]>([]);
const sending = signal(''); // name of the file under way
const open = signal(false); // a shift is, and the update waits for a second yes
const busy = signal(false);

// ask takes an answer in. What is refused is told.
async function ask(answer: Promise<Update | null>) {
  try {
    update.value = (await answer) ?? update.value;
    return true;
  } catch (e) {
    if (e instanceof Refused && e.code === 'update.none') none.value = e;
    else fail(e);
    return false;
  }
}

async function look() {
  try {
    offers.value = (await read<{ offers: Offer[] }>('/api/update/offers'))?.offers ?? [];
  } catch (e) {
    if (!(e instanceof Refused && e.code === 'update.none')) fail(e);
  }
}

async function follow() {
  if (sending.value || none.value) return; // the answer of what is under way says it
  await ask(read<Update>('/api/update'));
}

async function choose(file?: File | null) {
  if (!file || sending.value) return;
  sending.value = file.name;
  open.value = false;
  const watch = setInterval(() => void read<Update>('/api/update').then((u) => (update.value = u ?? update.value)).catch(() => undefined), AGAIN);
  try {
    await ask(upload<Update>('/api/update/bundle', file));
  } finally {
    clearInterval(watch);
    sending.value = '';
  }
}

const take = (o: Offer) => void ask(post<Update>('/api/update/take', { device: o.device, file: o.file }));

async function start() {
  if (busy.value) return;
  busy.value = true;
  try {
    update.value = (await post<Update>('/api/update/start', { anyway: open.value })) ?? update.value;
    open.value = false;
  } catch (e) {
    if (e instanceof Refused && e.code === 'update.shift_open' && !open.value) open.value = true;
    else fail(e);
  } finally {
    busy.value = false;
  }
}

function Outcome({ of: l }: { of: Last }) {
  return (
    <div data-test="update-last" data-result={l.result}>
      {l.result === 'confirmed' && <p class="done"><Icon name="check" />{t('update.confirmed', { version: l.version })}</p>}
      {l.result === 'rolled_back' && <p class="lead is-alert"><Icon name="warning" /> {t('update.rolled_back', { version: l.version, from: l.from })}</p>}
      {l.result === 'failed' && <p class="lead is-alert"><Icon name="warning" /> {t('update.failed', { version: l.version })}</p>}
      {l.text && <p class="remark">{[l.text, l.hint].filter(Boolean).join(' ')}</p>}
    </div>
  );
}

function Progress({ of: u }: { of: Update }) {
  const share = u.total ? Math.floor((u.done * 100) / u.total) : 0;
  return (
    <div class="step" data-test="update-writing">
      <progress class="progress" max={100} value={share} aria-label={t('update.title')} />
      <p class="lead">{share + ' % \u00b7 ' + t('update.writing', { version: u.offered })}</p>
    </div>
  );
}

function Row({ of: o }: { of: Offer }) {
  return (
    <li class="entry-row is-offer" data-test="update-offer">
      <span class="entry-name">{o.version ? t('update.offer', { version: o.version }) : o.file}</span>
      {!o.code && <Button label={t('update.take')} test="update-take" press={() => take(o)} />}
      <span class="entry-more">{o.code ? o.text : o.file + ' \u00b7 ' + Math.round(o.size / 1e6) + ' MB'}</span>
    </li>
  );
}

function Bring() {
  return (
    <div class="column">
      <h2>{t('update.sticks')}</h2>
      {offers.value.length ? <ol class="entries">{offers.value.map((o) => <Row key={o.device + o.file} of={o} />)}</ol> : <p class="remark">{t('update.no_sticks')}</p>}
      <label class="drop">
        <input type="file" class="unseen" accept=".bundle" data-test="update-file" onChange={(e) => { void choose(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
        <Icon name="file" more="is-huge" />
        <strong>{sending.value ? t('update.sending', { name: sending.value }) : t('update.choose')}</strong>
      </label>
    </div>
  );
}

function Stands({ of: u }: { of: Update }) {
  const still = u.phase === 'idle' || u.phase === 'ready';
  return (
    <div class="column">
      <div data-test="update-version">
        <h2>{t('update.now', { version: u.version })}</h2>
        <p class="remark">{t('update.slot', { station: u.station, slot: u.slot.toUpperCase() })}</p>
      </div>
      {u.phase === 'writing' && <Progress of={u} />}
      {u.phase === 'restarting' && <p class="lead" data-test="update-restarting">{t('update.restarting')}</p>}
      {u.phase === 'trial' && <p class="lead" data-test="update-trial">{t('update.trial')}</p>}
      {still && u.last && <Outcome of={u.last} />}
      {u.blocked.length > 0 && <p class="remark">{t('update.blocked', { versions: u.blocked.join(', ') })}</p>}
      {!u.takes && <p class="remark">{t('update.none_taken')}</p>}
      {still && u.takes && <Bring />}
    </div>
  );
}

export function Updates() {
  useEffect(() => {
    none.value = null;
    open.value = false;
    void ask(post<Update>('/api/update/seen')); // who stands before this page knows how the last one went
    void look();
    const timer = setInterval(() => void follow(), AGAIN);
    return () => clearInterval(timer);
  }, []);
  const u = update.value;
  const ready = u?.phase === 'ready';
  useWay(() => (ready && u ? { title: t('update.ready', { version: u.offered }), text: open.value ? t('update.anyway_text') : t('update.ready_text'),
    label: open.value ? 'update.anyway' : 'update.start', press: () => void start(), off: busy.value } : null), [ready, u?.offered, open.value, busy.value]);
  return (
    <Pane title={t('update.title')} back={leave} backLabel={t('do.back')} aside={!none.value && <Button label={t('update.look')} cap="F4" test="update-look" press={() => void look()} />}>
      {none.value ? <p class="lead" data-test="update-none">{none.value.text + ' ' + none.value.hint}</p> : u && <Stands of={u} />}
    </Pane>
  );
}

const leave = () => go('menu');

export function updatesKey(key: string) {
  if (key === 'F9') return forward();
  if (key === 'F4') void look();
  else if (key === 'Enter') {
    const first = offers.value.find((o) => !o.code);
    if (first && update.value?.phase === 'idle') take(first);
    else document.querySelector<HTMLElement>('.drop input')?.click();
  } else if (key === 'Escape') leave();
  else return false;
  return true;
}
