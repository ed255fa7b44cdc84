// What the program has noted about itself: for whoever helps by telephone.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Choice } from '../../kit/form';
import { Icon } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { memo } from '../../kit/memo';
import { read } from '../api';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import { t, tOf } from '../texts';

interface Entry { time: string; level: string; msg: string; text?: string; attrs: Record<string, string> }

const LIMIT = 500;
const AGAIN = 3000; // ms

const entries = signal<Entry[] | null>(null);
const least = signal('INFO');
const of = signal<'till' | 'box'>('till'); // whose: the till's own, or all programs' and the kernel's of its box
const text = signal('');

const LEVELS = ['INFO', 'WARN', 'ERROR'];

async function load() {
  try {
    const answer = await read<{ logs: Entry[] }>('/api/logs?limit=' + LIMIT + (of.value === 'box' ? '&of=box' : ''));
    if (answer) entries.value = answer.logs;
  } catch (e) {
    fail(e);
  }
}

const words = (e: Entry) => Object.entries(e.attrs ?? {}).map(([k, v]) => k + '=' + v).join(' ');

function shown() {
  const word = text.value.trim().toLowerCase();
  const from = LEVELS.indexOf(least.value);
  return (entries.value ?? []).filter((e) => Math.max(0, LEVELS.indexOf(e.level)) >= from && (!word || ((e.text ?? '') + ' ' + e.msg + ' ' + words(e)).toLowerCase().includes(word)));
}

const Row = memo(({ of: e }: { of: Entry }) => (
  <li class={'log is-' + e.level.toLowerCase()} data-test="log-line">
    <span class="log-time">{e.time.slice(0, 19)}</span>
    <span class="log-level">{e.level !== 'INFO' && <Icon name="warning" />}{tOf('level.', e.level)}</span>
    <span class="log-text"><strong>{e.text || e.msg}</strong>{' '}<span class="log-words">{(e.text ? e.msg + ' ' : '') + words(e)}</span></span>
  </li>
));

export function Logs() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), AGAIN);
    return () => clearInterval(timer);
  }, []);
  const list = shown();
  return (
    <Pane title={t('logs.title')} back={leave} backLabel={t('do.back')} more="is-list" aside={<BoardButton />}>
      <div class="bar">
        <Field kind="text" hint={t('logs.find')} value={text.value} set={(s) => (text.value = s)} test="logs-text" focus="logs" />
        {state.till.value?.box && <Choice bare label={t('logs.of')} value={of.value} set={(v) => { of.value = v === 'box' ? 'box' : 'till'; void load(); }} test="logs-of" options={[{ value: 'till', label: t('logs.of_till') }, { value: 'box', label: t('logs.of_box') }]} />}
        <Choice bare label={t('logs.level')} value={least.value} set={(v) => (least.value = v)} test="logs-level" options={LEVELS.map((value) => ({ value, label: value === 'INFO' ? t('logs.all') : tOf('level.', value) }))} />
      </div>
      {list.length ? <ol class="logs" data-scrolls tabIndex={0} aria-label={t('logs.title')}>{list.map((e, i) => <Row key={e.time + i} of={e} />)}</ol> : <p class="none">{entries.value && t('logs.none')}</p>}
    </Pane>
  );
}

const leave = () => go('menu');

export function logsKey(key: string) {
  const box = document.querySelector('.logs');
  if (key === 'Escape' && text.value) text.value = '';
  else if (key === 'Escape') leave();
  else if (key === 'PageDown') box?.scrollBy(0, box.clientHeight - 60);
  else if (key === 'PageUp') box?.scrollBy(0, 60 - box.clientHeight);
  else if (key === 'ArrowLeft' || key === 'ArrowRight') least.value = LEVELS[Math.max(0, Math.min(2, LEVELS.indexOf(least.value) + (key === 'ArrowRight' ? 1 : -1)))];
  else return false;
  return true;
}
