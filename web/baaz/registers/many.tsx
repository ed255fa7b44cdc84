// Many rows at once: a file with its preview, one change of the chosen rows, and taking such changes back.

import { useSignal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { group, minute, wall } from '../../kit/format';
import { Choice } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { language } from '../../kit/texts';
import { asFault, post, query, Refused, stream } from '../api';
import { Pick } from '../form';
import { useLoad } from '../load';
import type { Fault } from '../model';
import { confirm, Dialog, Empty, tell, tellFault, Waiting, Wrong } from '../pieces';
import { href } from '../route';
import { may, own } from '../session';
import { usePoints } from '../span';
import { t, tOf } from '../texts';
import { Cells, Differences, mayChange } from './edit';
import { title, type Body, type Outcome, type Register, type Row } from './model';

const EFFECTS = ['refused', 'added', 'changed', 'removed'] as const;

// Lines shows what becomes of rows, the refused first.
export function Lines({ r, of, done }: { r: Register; of: Outcome; done?: boolean }) {
  const show = useSignal<string>(of.refused > 0 ? 'refused' : of.changed > 0 ? 'changed' : of.added > 0 ? 'added' : 'removed');
  const lines = of.lines.filter((l) => l.effect === show.value);
  return (
    <>
      <div class="outcome" role="tablist" aria-label={t('many.what')}>
        {EFFECTS.filter((e) => of[e] > 0 || e !== 'removed').map((e) => (
          <button key={e} type="button" role="tab" aria-selected={show.value === e} class={'outcome-tab' + (of[e] > 0 ? ' is-' + e : '') + (show.value === e ? ' is-on' : '')} data-test={'lines-' + e} onClick={() => (show.value = e)}>
            <strong>{group(String(of[e]))}</strong><span>{tOf('effect.', e)}</span>
          </button>))}
        <p class="outcome-tab"><strong>{group(String(of.same))}</strong><span>{t('effect.same')}</span></p>
      </div>
      {lines.length > 0 && (
        <ul class="lines" data-test="lines" tabIndex={0} aria-label={tOf('effect.', show.value)}>
          {lines.map((l, i) => (
            <li key={i}>
              <span class="lines-where">{l.row > 0 && l.fault?.code !== 'import.row' && t('many.row', { row: l.row })} <strong>{l.code}</strong> {l.name}</span>
              {l.fault ? <p class="is-loss"><Icon name="warning" /><span>{l.fault.text}{!done && <> <span class="remark">{l.fault.hint}</span></>}</span></p> : l.effect === 'changed' ? <Differences r={r} of={l.fields} /> : l.effect === 'added' && <Cells r={r} of={l.fields} />}
            </li>))}
          {of[show.value as typeof EFFECTS[number]] > lines.length && <li class="remark">{t('many.first', { count: group(String(lines.length)) })}</li>}
        </ul>)}
    </>
  );
}

interface Answer extends Outcome { format: string; rows: number; ignored: string[]; columns: string[]; seen: string; carried: boolean }
interface Step { stage?: string; done?: number; total?: number; answer?: Answer; fault?: Fault }

// ImportDialog brings a file in: choose, look, do.
export function ImportDialog({ r, kinds, close, done }: { r: Register; kinds: string[]; close: () => void; done: () => void }) {
  const chosen = useSignal(kinds[0]);
  const kind = chosen.value;
  const file = useSignal<File | null>(null);
  const step = useSignal<Step | null>(null);
  const answer = useSignal<Answer | null>(null);
  const busy = useSignal(false);
  const leave = useSignal(false);
  const over = useSignal(false);
  const wrong = useSignal<Fault | null>(null);
  const points = usePoints();
  const run = async (f: File, carry: boolean) => {
    busy.value = true;
    wrong.value = null;
    try {
      await stream<Step>(own(`/registers/${kind}/import`) + query({ name: f.name.slice(0, 60), try: carry ? 0 : 1, leave: carry && leave.value ? 1 : 0, seen: carry ? answer.value?.seen : '' }), f, (s) => {
        if (s.fault) throw new Refused(s.fault.code, s.fault.text, s.fault.hint);
        if (s.answer) answer.value = { ...s.answer, seen: s.answer.seen || answer.value?.seen || '' };
        else step.value = s;
      });
    } catch (e) {
      wrong.value = asFault(e);
    } finally {
      busy.value = false;
      step.value = null;
    }
    if (carry && answer.value?.carried) done();
  };
  const take = (f: File | undefined) => {
    if (!f || busy.value) return;
    file.value = f;
    answer.value = null;
    void run(f, false);
  };
  const a = answer.value;
  const n = a ? a.added + a.changed : 0;
  return (
    <Dialog title={t('import.title', { what: tOf('register.', kind) })} close={close} wide firm={busy.value} test="import">
      {kinds.length > 1 && !file.value && <Choice label={t('import.what')} bare value={kind} set={(v) => (chosen.value = v)} test="import-kind" options={kinds.map((v) => ({ value: v, label: tOf('register.', v) }))} />}
      {!a?.carried && <label class={'drop' + (over.value ? ' is-over' : '')} onDragOver={(e) => { e.preventDefault(); over.value = true; }} onDragLeave={() => (over.value = false)}
        onDrop={(e) => { e.preventDefault(); over.value = false; take(e.dataTransfer?.files[0]); }}>
        <Icon name="file" /><strong>{file.value ? file.value.name : t('import.choose')}</strong><span class="remark">{t('import.kinds')}</span>
        <input class="unseen" type="file" accept=".xlsx,.csv,.txt" data-test="import-file" onChange={(e) => { take(e.currentTarget.files?.[0]); e.currentTarget.value = ''; /* the same file, mended, is a change too */ }} />
      </label>}
      {!a && !busy.value && (kind === 'goods' || kind === 'prices') && <p class="remark">{t(`import.about_${kind}`)}</p>}
      {!a && !busy.value && <p class="remark">{t('import.form')} <a href={own(`/registers/${kind}/export`) + query({ format: 'xlsx', empty: 1, lang: language() })} download data-test="import-empty">{t('import.empty')}</a></p>}
      {busy.value && <div role="status"><p>{step.value?.stage ? tOf('stage.', step.value.stage) : t('say.wait')}</p><progress class="progress" value={step.value?.done ?? 0} max={step.value?.total || 1} aria-label={t('say.wait')} /></div>}
      <Wrong fault={wrong.value} />
      {a && <>
        {a.carried && <div class="notice" role="status" data-test="import-done"><Icon name="check" /><div><strong>{t('import.done', { count: group(String(n)) })}</strong><p>{t('import.done_about')}</p></div></div>}
        {a.ignored.length > 0 && <p class="remark" data-test="import-ignored">{t('import.ignored', { names: a.ignored.join(', ') })}</p>}
        <Lines r={r} of={a} done={a.carried} />
        {!a.carried && a.refused > 0 && <label class="check"><input type="checkbox" checked={leave.value} data-test="import-leave" onChange={(e) => (leave.value = e.currentTarget.checked)} /><span>{t('import.leave', { count: group(String(a.refused)) })}</span></label>}
      </>}
      <div class="dialog-foot">
        <Button label={a?.carried ? t('do.close') : t('do.cancel')} test="import-close" press={close} off={busy.value} />
        {a?.carried && r.name === 'goods' && points.length === 0 && may('points') && <a class="button is-primary" href={href('tills/new')} data-test="import-next" onClick={close}>{t('import.next')}</a>}
        {a && !a.carried && <Button label={t('import.do', { count: group(String(n)) })} kind="primary" test="import-do" off={busy.value || n === 0 || a.refused > 0 && !leave.value} press={() => void run(file.value!, true)} />}
      </div>
    </Dialog>
  );
}

export interface BulkProps { r: Register; chosen: Row[]; found: { search: string; where: string; total: number }; close: () => void; done: () => void }

// BulkDialog sets one field of the chosen rows, or of all that are found.
export function BulkDialog({ r, chosen, found, close, done }: BulkProps) {
  const fields = r.fields.filter((f) => ['text', 'choice', 'yes', 'whole', 'percent', 'date'].includes(f.kind) && !f.read_only && f.name !== 'name');
  const name = useSignal(fields[0]?.name ?? '');
  const value = useSignal('');
  const tried = useSignal<Outcome | null>(null);
  const wrong = useSignal<Fault | null>(null);
  const busy = useSignal(false);
  const f = fields.find((x) => x.name === name.value);
  const typed = () => (f?.kind === 'yes' ? value.value === 'true' : f?.kind === 'whole' ? Number(value.value) : value.value === '' ? null : value.value.replace(',', f?.kind === 'percent' ? '.' : ','));
  const run = async (on: boolean) => {
    busy.value = true;
    wrong.value = null;
    try {
      const which = chosen.length ? { rows: chosen.map((x) => ({ scope: x.scope, code: x.code })) } : { all: true, search: found.search, where: found.where };
      const o = await post<Outcome>(own(`/registers/${r.name}/bulk`), { ...which, body: { [name.value]: typed() } as Body, try: on });
      tried.value = o;
      if (!on && o.set > 0) {
        tell(t('many.done', { count: group(String(o.changed)) }), () => void undoSet(r, o.set, done));
        done();
        close();
      }
    } catch (e) {
      wrong.value = asFault(e);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={t('many.title', { count: group(String(chosen.length || found.total)) })} close={close} wide test="bulk">
      <div class="group-body">
        <Pick label={t('many.field')} value={name.value} set={(v) => { name.value = v; value.value = ''; tried.value = null; }} test="bulk-field" options={fields.map((x) => ({ value: x.name, label: title(x) }))} />
        {f?.kind === 'choice' || f?.kind === 'yes'
          ? <Pick label={t('many.value')} value={value.value} set={(v) => { value.value = v; tried.value = null; }} test="bulk-value" options={[{ value: '', label: '—' }, ...(f.kind === 'yes' ? [{ value: 'true', label: t('say.yes') }, { value: 'false', label: t('say.no') }] : f.enum.map((v) => ({ value: v, label: tOf('choice.', v) })))]} />
          : <label class="field"><span class="field-label">{t('many.value')}</span><span class="field-box"><input type={f?.kind === 'date' ? 'date' : 'text'} value={value.value} data-test="bulk-value" onInput={(e) => { value.value = e.currentTarget.value; tried.value = null; }} /></span></label>}
      </div>
      <Wrong fault={wrong.value} />
      {tried.value && <Lines r={r} of={tried.value} />}
      <div class="dialog-foot">
        <Button label={t('do.cancel')} test="bulk-cancel" press={close} />
        {!tried.value ? <Button label={t('many.try')} kind="primary" test="bulk-try" off={busy.value || !f} press={() => void run(true)} />
          : <Button label={t('many.do', { count: group(String(tried.value.changed)) })} kind="primary" test="bulk-do" off={busy.value || tried.value.refused > 0 || tried.value.changed === 0} press={() => void run(false)} />}
      </div>
    </Dialog>
  );
}

// undoSet puts all rows of a set back; where some have changed since it asks first.
export async function undoSet(r: Register, set: number, done: () => void, leave = false) {
  try {
    const o = await post<Outcome>(own(`/registers/${r.name}/sets/undo`), { set, leave });
    if (o.set > 0) tell(t('many.undone', { count: group(String(o.changed + o.added + o.removed)) }));
    else confirm({ title: t('many.since', { count: group(String(o.refused)) }), text: t('many.since_about'), label: t('many.since_do'), act: () => void undoSet(r, set, done, true) });
  } catch (e) {
    tellFault(asFault(e));
  }
  done();
}

interface ChangeSet { set: number; kind: string; at: string; who: string; subject: string; rows: number; undoes: number; undone: number }

// SetsDialog lists what was changed at once, with the way back.
export function SetsDialog({ r, close, done }: { r: Register; close: () => void; done: () => void }) {
  const { data, wrong, again } = useLoad<{ sets: ChangeSet[] }>(own(`/registers/${r.name}/sets`));
  return (
    <Dialog title={t('sets.title')} close={close} wide test="sets">
      {!data ? wrong ? <Wrong fault={wrong} again={again} /> : <Waiting /> : data.sets.length === 0 ? <Empty icon="clock" title={t('sets.none')} text={t('sets.none_about')} test="sets-none" /> : (
        <ol class="past">
          {data.sets.map((s) => (
            <li key={s.set}><header class="row is-wrap"><strong>{tOf('set.', s.kind)}{s.subject && ` · ${s.subject}`}</strong><span class="remark">{minute(wall(new Date(s.at)))} · {s.who} · {t('many.rows', { count: group(String(s.rows)) })}</span>
              {s.undone > 0 ? <span class="badge is-calm">{t('sets.undone')}</span> : mayChange(r) && <Button label={t('do.undo')} icon="undo" test="undo-set" press={() => void undoSet(r, s.set, () => { done(); again(); })} />}</header></li>))}
        </ol>)}
    </Dialog>
  );
}
