// Goods out of a file: choose or drop it, look at what would change, say yes, watch.

import { signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { Pane } from '../../kit/pieces';
import { group } from '../../kit/format';
import { upload } from '../api';
import { perform } from '../actions';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import type { Work } from '../model';
import { t, tOf } from '../texts';
import { forward, useWay } from './way';

interface Problem { row: number; column: string; detail: string; text: string }

// Preview is what a file would change.
interface Preview { upload: string; name: string; bytes: number; format: string; rows: number; added: number; changed: number; unchanged: number; ignored: string[]; bad: number; problems: Problem[] }

const preview = signal<Preview | null>(null);
const reading = signal(''); // name of the file under way
const over = signal(false); // a file is held over the page
const asked = signal(false); // the import shown is the one asked for here

const count = (n: number) => group(String(n));

async function choose(file?: File | null) {
  if (!file || reading.value) return;
  reading.value = file.name;
  preview.value = null;
  asked.value = false;
  try {
    preview.value = await upload<Preview>('/api/uploads?name=' + encodeURIComponent(file.name), file);
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
  asked.value = true;
  preview.value = null;
}

function Drop() {
  const dropped = (e: DragEvent) => {
    e.preventDefault();
    over.value = false;
    void choose(e.dataTransfer?.files[0]);
  };
  return (
    <label class={'drop' + (over.value ? ' is-over' : '')} onDragOver={(e) => { e.preventDefault(); over.value = true; }} onDragLeave={() => (over.value = false)} onDrop={dropped}>
      <input type="file" class="unseen" accept=".csv,.xlsx,.txt" data-test="import-file" onChange={(e) => { void choose(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
      <Icon name="file" more="is-huge" />
      <strong>{reading.value ? t('import.reading', { name: reading.value }) : t('import.choose')}</strong>
      <span class="remark">{t('import.formats')}</span>
    </label>
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
          <tbody>{p.problems.map((x, i) => <tr key={i} data-test="import-problem"><td class="is-figure">{x.row}</td><td>{tOf('column.', x.column)}</td><td>{x.text}</td></tr>)}</tbody>
        </table>
        {p.bad > p.problems.length && <p class="remark">{t('import.more', { count: count(p.bad - p.problems.length) })}</p>}
      </>}
    </div>
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
  useWay(() => p && { title: p.name, text: p.bad ? t('import.mend') : t('import.sure', { count: count(p.added + p.changed) }), label: 'import.yes', press: confirm, off: p.bad > 0 || p.added + p.changed === 0, kind: 'goods.import' }, [p]);
  return (
    <Pane title={t('import.title')} back={leave} backLabel={t('do.back')}>
      <Drop />
      {p ? <Look of={p} /> : w && (asked.value || w.state === 'running' || w.state === 'done') ? <Job of={w} /> : <p class="remark">{t('import.about')}</p>}
    </Pane>
  );
}

function leave() {
  preview.value = null;
  asked.value = false;
  go('owner/goods');
}

export function ownerImportKey(key: string) {
  if (key === 'F9') return forward();
  if (key === 'Enter') document.querySelector<HTMLElement>('.drop input')?.click();
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
