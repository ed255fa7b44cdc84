// Goods out of a file: choose or drop it, look at what would change, say yes, watch. On a box of ours the browser opens no
// files: there they come from a USB stick.

import { signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Button, Pane } from '../../kit/pieces';
import { useEffect } from 'preact/hooks';
import { group } from '../../kit/format';
import { Refused, post, read, upload } from '../api';
import { perform } from '../actions';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import type { Work } from '../model';
import { t, tOf } from '../texts';
import { forward, useWay } from './way';

interface Problem { row: number; column: string; detail: string; text: string }

// Lacking is a good without a class code.
interface Lacking { row: number; code: string; name: string }

// Preview is what a file would change.
interface Preview { upload: string; name: string; bytes: number; format: string; rows: number; added: number; changed: number; unchanged: number; ignored: string[]; bad: number; problems: Problem[]; unclassed: number; unclassed_rows: Lacking[] }

// OnStick is a file on a USB stick.
interface OnStick { device: string; stick: string; file: string; bytes: number; local: string }

const files = signal<OnStick[] | null>(null); // null: nobody has looked
const at = signal(0); // the chosen one
const none = signal(''); // why there are none

const preview = signal<Preview | null>(null);
const reading = signal(''); // name of the file under way
const over = signal(false); // a file is held over the page

const count = (n: number) => group(String(n));

const choose = (file?: File | null) => file && show(file.name, () => upload<Preview>('/api/uploads?name=' + encodeURIComponent(file.name), file));

const take = (f: OnStick) => show(f.file, () => post<Preview>('/api/uploads/take', { device: f.device, file: f.file }));

// look asks what is on the sticks.
async function look() {
  try {
    files.value = (await read<{ files: OnStick[] }>('/api/box/files'))?.files ?? [];
    none.value = files.value.length ? '' : t('import.no_files');
  } catch (e) {
    files.value = [];
    none.value = e instanceof Refused ? e.text + ' ' + e.hint : '';
  }
  at.value = 0;
}

// show looks into a file that is brought.
async function show(name: string, bring: () => Promise<Preview | null>) {
  if (reading.value) return;
  reading.value = name;
  preview.value = null;
  try {
    preview.value = await bring();
  } catch (e) {
    fail(e);
  } finally {
    reading.value = '';
  }
}

async function confirm() {
  const p = preview.value;
  if (!p || p.bad) return;
  if (!(await perform('goods.import', { upload: p.upload }))) return;
  preview.value = null;
}

function Drop() {
  const dropped = (e: DragEvent) => {
    e.preventDefault();
    over.value = false;
    void choose(e.dataTransfer?.files[0]);
  };
  return (
    <label class={'drop' + (over.value ? ' is-over' : '') + (preview.value ? ' is-small' : '')} onDragOver={(e) => { e.preventDefault(); over.value = true; }} onDragLeave={() => (over.value = false)} onDrop={dropped}>
      <input type="file" class="unseen" accept=".csv,.xlsx,.txt" data-test="import-file" onChange={(e) => { void choose(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
      <Icon name="file" more="is-huge" />
      <strong>{reading.value ? t('import.reading', { name: reading.value }) : t('import.choose')}</strong>
      <span class="remark">{t('import.formats')}</span>
    </label>
  );
}

const size = (n: number) => (n < 1e6 ? Math.max(1, Math.round(n / 1e3)) + ' KB' : Math.round(n / 1e6) + ' MB');

// Sticks lists what was found on the sticks that are in.
function Sticks() {
  const list = files.value ?? [];
  return (
    <div class="column sticks" data-test="import-sticks">
      {(reading.value || !none.value) && <p class="lead">{reading.value ? t('import.reading', { name: reading.value }) : t('import.sticks')}</p>}
      {list.length > 0 && <ol class="entries" data-scrolls>{list.map((f, i) => (
        <li key={f.device + f.file} class={'entry-row' + (i === at.value ? ' is-current' : '')} data-test="import-stick-file" aria-current={i === at.value ? 'true' : undefined} onClick={() => { at.value = i; void take(f); }}>
          <span class="entry-name">{f.file}</span>
          <span class="entry-more">{[f.stick, size(f.bytes), f.local.slice(0, 16)].join(' \u00b7 ')}</span>
        </li>
      ))}</ol>}
      {none.value && <p class="lead" data-test="import-none"><Icon name="info" /> {none.value}</p>}
    </div>
  );
}

function Tile({ n, label, tone = '', test }: { n: number; label: string; tone?: string; test: string }) {
  return <div class={'tile ' + tone}><span class="tile-figure" data-test={test}>{count(n)}</span><span class="tile-label">{label}</span></div>;
}

function Tiles({ of: p }: { of: { added: number; changed: number; unchanged: number; bad?: number } }) {
  const was = p.bad === undefined; // it has been done
  return (
    <div class="tiles">
      <Tile n={p.added} label={was ? t('import.was_added') : t('import.added')} test="import-added" tone={p.added ? 'is-good' : ''} />
      <Tile n={p.changed} label={was ? t('import.was_changed') : t('import.changed')} test="import-changed" tone={p.changed ? 'is-good' : ''} />
      <Tile n={p.unchanged} label={t('import.unchanged')} test="import-unchanged" />
      {p.bad !== undefined && <Tile n={p.bad} label={t('import.bad')} test="import-bad" tone={p.bad ? 'is-loss' : ''} />}
    </div>
  );
}

function Look({ of: p }: { of: Preview }) {
  return (
    <div class="column" data-test="import-preview">
      <p class="lead">{t('import.file', { name: p.name, rows: count(p.rows) })}</p>
      <Tiles of={p} />
      {p.ignored.length > 0 && <p class="remark">{t('import.ignored', { names: p.ignored.join(', ') })}</p>}
      {p.problems.length > 0 && <>
        <p class="lead is-alert"><Icon name="warning" /> {t('import.mend')}</p>
        <table class="table">
          <thead><tr><th scope="col">{t('import.row')}</th><th scope="col">{t('import.column')}</th><th scope="col">{t('import.problem')}</th></tr></thead>
          <tbody>{p.problems.map((x, i) => <tr key={i} data-test="import-problem"><td class="is-figure">{x.row}</td><td>{tOf('column.', x.column)}</td><td>{x.detail || x.text}</td></tr>)}</tbody>
        </table>
        {p.bad > p.problems.length && <p class="remark">{t('import.more', { count: count(p.bad - p.problems.length) })}</p>}
      </>}
      {p.unclassed > 0 && !p.bad && <Unclassed of={p} />}
    </div>
  );
}

// Unclassed warns of goods that come in but that no e-barimt can be issued for. Nothing keeps them out.
function Unclassed({ of: p }: { of: Preview }) {
  return (
    <>
      <p class="lead is-warn" data-test="import-unclassed"><Icon name="warning" /> {t('import.unclassed', { count: count(p.unclassed) })}</p>
      <table class="table">
        <thead><tr><th scope="col">{t('import.row')}</th><th scope="col">{t('good.code')}</th><th scope="col">{t('good.name')}</th></tr></thead>
        <tbody>{p.unclassed_rows.map((x) => <tr key={x.row} data-test="import-unclassed-row"><td class="is-figure">{x.row}</td><td>{x.code}</td><td>{x.name}</td></tr>)}</tbody>
      </table>
      {p.unclassed > p.unclassed_rows.length && <p class="remark">{t('import.unclassed_more', { count: count(p.unclassed - p.unclassed_rows.length) })}</p>}
    </>
  );
}

function Job({ of: w }: { of: Work }) {
  const result = w.result as { rows: number; added: number; changed: number; unchanged: number } | null;
  const share = w.total ? Math.floor((w.done * 100) / w.total) : 0;
  return (
    <div class="column" data-test="import-job" data-state={w.state}>
      <p class="lead">{w.name}</p>
      {w.state === 'running' && <>
        <progress class="progress" max={100} value={share} aria-label={t('import.running')} />
        <p class="remark">{t('import.running') + ' \u00b7 ' + share + ' %'}</p>
      </>}
      {w.state === 'done' && <>
        <p class="done"><Icon name="check" />{t('import.done')}</p>
        {result && <Tiles of={result} />}
      </>}
      {w.state === 'failed' && <p class="lead is-alert"><Icon name="warning" /> {[w.text, w.hint].filter(Boolean).join(' ')}</p>}
    </div>
  );
}

const job = () => state.work.value.find((w) => w.kind === 'goods.import');

export function OwnerImport() {
  const p = preview.value;
  const w = job();
  const box = state.till.value?.box;
  useEffect(() => {
    files.value = null;
    if (box) void look();
  }, [box]);
  useWay(() => p && { title: p.name, text: p.bad ? t('import.bad_rows', { count: count(p.bad) }) : t('import.sure', { added: count(p.added), changed: count(p.changed) }), label: 'import.yes', press: confirm, off: p.bad > 0 || p.added + p.changed === 0, kind: 'goods.import' }, [p]);
  return (
    <Pane title={t('import.title')} back={leave} backLabel={t('do.back')} aside={box && <Button label={t('update.look')} cap="F4" test="import-look" press={() => void look()} />}>
      {box ? <Sticks /> : <Drop />}
      {p ? <Look of={p} /> : w ? <Job of={w} /> : <p class="remark">{t('import.about')}{box && ' ' + t('import.formats') + '.'}</p>}
    </Pane>
  );
}

function leave() {
  preview.value = null;
  go('owner/goods');
}

export function ownerImportKey(key: string) {
  if (key === 'F9') return forward();
  const list = files.value ?? [];
  if (key === 'F4' && state.till.value?.box) void look();
  else if (key === 'ArrowDown') at.value = Math.min(Math.max(0, list.length - 1), at.value + 1);
  else if (key === 'ArrowUp') at.value = Math.max(0, at.value - 1);
  else if (key === 'Enter' && list.length) void take(list[at.value]);
  else if (key === 'Enter') document.querySelector<HTMLElement>('.drop input')?.click();
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
