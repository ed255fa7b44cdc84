// The machine that the till runs on: its network, disk, clock, and what is written on a USB stick.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Group } from '../../kit/form';
import { Icon, type IconName } from '../../kit/icons';
import { Button, Pane } from '../../kit/pieces';
import { post, read } from '../api';
import { fail } from '../notices';
import { go } from '../route';
import { has, state } from '../store';
import { t, tOf } from '../texts';

interface Machine {
  fitted: boolean; perm: { state: string; detail: string }; network: { state: string; address: string; gateway: string; mode: string; dns: string[] }; clock: string;
  sticks: { name: string; bytes: number }[]; writing: boolean; copy: { local: string; stick: string } | null;
}

interface Written { stick: string; file: string; bytes: number }

const AGAIN = 2000; // ms

export const machine = signal<Machine | null>(null);
const doing = signal<'' | 'logs' | 'copy'>('');
const written = signal<Written | null>(null); // the stick can be pulled

async function load() {
  try {
    machine.value = (await read<Machine>('/api/box')) ?? machine.value;
  } catch (e) {
    fail(e);
  }
}

// useMachine keeps machine as it is while a page stands.
export function useMachine() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), AGAIN);
    return () => clearInterval(timer);
  }, []);
}

async function write(what: 'logs' | 'copy') {
  if (doing.value || !has(what === 'logs' ? 'logs' : 'settings')) return;
  doing.value = what;
  written.value = null;
  try {
    written.value = await post<Written>('/api/box/' + what);
  } catch (e) {
    fail(e);
  } finally {
    doing.value = '';
    void load();
  }
}

function Fact({ icon, good, title, text, test }: { icon: IconName; good: boolean; title: string; text: string; test: string }) {
  return (
    <li class={'device is-' + (good ? 'ok' : 'attention')} data-test={test}>
      <Icon name={good ? icon : 'warning'} more="is-large" />
      <span class="device-text"><strong>{title}</strong><span>{text}</span></span>
    </li>
  );
}

const gigabytes = (bytes: number) => Math.max(1, Math.round(bytes / 1e9)) + ' GB';

function Facts({ of: m }: { of: Machine }) {
  const n = m.network;
  return (
    <ul class="devices">
      <Fact icon="plug" good={n.state === 'online'} title={t('device.network')} test="box-network" text={[tOf('box.network.', n.state), n.address, n.gateway && '\u2192 ' + n.gateway].filter(Boolean).join(' ')} />
      <Fact icon="disk" good={m.perm.state === 'ok' || m.perm.state === 'repaired'} title={t('device.disk')} test="box-disk" text={tOf('box.perm.', m.perm.state)} />
      <Fact icon="clock" good={m.clock !== 'floor' && m.clock !== 'saved'} title={t('device.clock')} test="box-clock" text={tOf('box.clock.', m.clock)} />
      <Fact icon="file" good={Boolean(m.copy) || Boolean(state.till.value?.joined)} title={t('device.copy')} test="box-copied" text={m.copy ? t('box.copied', { at: m.copy.local, stick: m.copy.stick }) : t('box.never')} />
    </ul>
  );
}

// Sticks says which stick is in and whether it may be pulled.
function Sticks({ of: m }: { of: Machine }) {
  if (doing.value || m.writing) return <p class="lead is-alert" data-test="box-writing" role="status"><Icon name="warning" /> {t('box.writing')}</p>;
  if (written.value) return <p class="done" data-test="box-written" role="status"><Icon name="check" />{t('box.written', { file: written.value.file, stick: written.value.stick })}</p>;
  const first = m.sticks[0];
  return <p class="remark" data-test="box-stick">{first ? t('box.stick', { name: first.name, size: gigabytes(first.bytes) }) : t('box.stick_none')}</p>;
}

export function OwnerBox() {
  useMachine();
  const m = machine.value;
  const off = Boolean(doing.value) || !m?.sticks.length;
  return (
    <Pane title={t('box.title')} back={leave} backLabel={t('do.back')}>
      {m && !m.fitted && <p class="none"><Icon name="info" />{t('box.none')}</p>}
      {m?.fitted && <>
        <Facts of={m} />
        <Group title={t('box.stick_title')}>
          <div class="wide"><Sticks of={m} /></div>
          {has('logs') && <Button label={t('box.logs')} cap="F6" icon="file" test="box-logs" press={() => void write('logs')} off={off} busy={doing.value === 'logs'} />}
          {has('settings') && <Button label={t('box.copy')} cap="F7" icon="disk" test="box-copy" press={() => void write('copy')} off={off} busy={doing.value === 'copy'} />}
        </Group>
        {has('settings') && <p class="remark">{t('box.about')}</p>}
      </>}
    </Pane>
  );
}

function leave() {
  written.value = null;
  go('menu');
}

export function ownerBoxKey(key: string) {
  if (key === 'F6') void write('logs');
  else if (key === 'F7') void write('copy');
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
