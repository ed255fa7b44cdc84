// One row of a register: its form, made from the register's description, and its history.

import { useSignal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { minute } from '../../kit/format';
import { Switch } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { asFault, post, query, Refused } from '../api';
import { Day, Form, Input, Pick } from '../form';
import { useLoad } from '../load';
import { confirm, Dialog, tell, tellFault, Waiting, Wrong } from '../pieces';
import { company, may, own } from '../session';
import { t, tOf } from '../texts';
import { wall } from '../../kit/format';
import { LayerField, layerChanges, useNames } from './settings';
import { said, scopeSaid, title, titleOf, type Body, type Field, type FieldChange, type Register, type Row, type Value } from './model';

interface Past { version: number; at: string; who: string; set: number; before: Body | null; after: Body | null }

// mayChange reports whether this person changes rows of a register.
export const mayChange = (r: Register) => may('change') && (!r.decides || may('tills'));

// differences lists what two bodies do not share.
export function differences(r: Register, before: Body | null, after: Body | null): FieldChange[] {
  return r.fields.map((f) => ({ field: f.name, from: before?.[f.name], to: after?.[f.name] })).filter((x) => JSON.stringify(x.from ?? null) !== JSON.stringify(x.to ?? null));
}

export function Differences({ r, of }: { r: Register; of: FieldChange[] }) {
  const settings = useNames(r.fields.some((f) => f.kind === 'layer'));
  const line = (key: string, label: string, from: string, to: string) => (
    <li key={key}><span class="changes-field">{label}</span> <del>{from || '—'}</del> <span aria-hidden="true">→</span> <ins>{to || '—'}</ins></li>);
  return (
    <ul class="changes">
      {of.map((x) => {
        const f = r.fields.find((y) => y.name === x.field);
        if (f?.kind === 'layer') return layerChanges(settings, x.from, x.to).map((y) => line(y.path, y.label, y.from, y.to));
        return line(x.field, titleOf(r, x.field), said(f, x.from), x.field === 'password' ? '•••' : said(f, x.to));
      })}
    </ul>
  );
}

const FIRST = ['prices', 'barcodes', 'cards'];
const rank = (x: FieldChange) => (FIRST.indexOf(x.field) + FIRST.length + 1) % (FIRST.length + 1);

// Cells are what a new row says, what people look for first; what every row says by itself is left out.
export function Cells({ r, of }: { r: Register; of: FieldChange[] }) {
  const list = [...of].sort((a, b) => rank(a) - rank(b)).map((x) => {
    const f = r.fields.find((y) => y.name === x.field);
    const usual = x.field === 'name' || f?.kind === 'secret' || JSON.stringify(x.to) === JSON.stringify(f?.default);
    return { name: x.field, text: usual ? '' : said(f, x.to) };
  }).filter((x) => x.text);
  return list.length > 0 && <p class="new-cells">{list.map((x) => <span key={x.name}><span class="changes-field">{titleOf(r, x.name)}</span> {x.text}</span>)}</p>;
}

// undo puts a row back, and says so.
export async function undo(r: Register, row: Row, done: () => void) {
  try {
    await post(own(`/registers/${r.name}/undo`), { scope: row.scope, code: row.code, version: row.version });
    tell(t('grid.undone'));
  } catch (e) {
    tellFault(asFault(e));
  }
  done();
}

// put saves a row against the version that was seen.
export async function put(r: Register, row: Row, body: Body, done: () => void) {
  const a = await post<{ results: { row: Row; changed: boolean }[] }>(own(`/registers/${r.name}`), { scope: row.scope || undefined, changes: [{ code: row.code, body, merge: true, version: row.version }] });
  const now = a.results[0];
  if (now.changed) tell(t('grid.saved', { name: row.code }), () => void undo(r, now.row, done));
  done();
  return now.row;
}

interface OneProps { f: Field; value: Value; set: (v: Value) => void; off: boolean; scope?: string; code?: string; hold?: (wrong: boolean) => void }

function One({ f, value, set, off, scope = '', code = '', hold = () => {} }: OneProps) {
  const test = 'field-' + f.name;
  const label = title(f) + (f.needed ? ' *' : '');
  switch (f.kind) {
    case 'yes': return <Switch label={title(f)} on={value === undefined || value === null ? f.default === true : value === true} set={set} test={test} off={off} />;
    case 'choice': return <Pick label={label} value={String(value ?? f.default ?? '')} set={set} test={test} off={off} options={[...(f.needed || f.default ? [] : [{ value: '', label: '—' }]), ...f.enum.map((v) => ({ value: v, label: tOf('choice.', v) }))]} />;
    case 'names': case 'lines': return (
      <label class="field wide"><span class="field-label">{label}</span><span class="remark">{t('field.lines')}</span>
        <textarea class="area" rows={f.name === 'rights' || f.kind === 'lines' ? 4 : 2} value={((value as string[]) ?? []).join('\n')} disabled={off} data-test={test} spellcheck={false}
          onChange={(e) => set(e.currentTarget.value.split('\n').map((s) => s.trim()).filter((s) => s || f.kind === 'lines'))} /></label>);
    case 'objects': return <Objects f={f} value={(value as Body[]) ?? []} set={set} off={off} />;
    case 'layer': return <LayerField scope={scope} code={code} value={(value ?? {}) as Body} set={set} hold={hold} off={off} />;
    case 'whole': return <Input kind="count" label={label} value={value === undefined || value === null ? '' : String(value)} set={(s) => set(s === '' ? null : Number(s))} test={test} off={off} />;
    case 'money': case 'percent': return <Input kind="amount" label={label} value={String(value ?? '')} set={(s) => set(s.replace(',', '.'))} test={test} off={off} suffix={f.kind === 'money' ? '₮' : '%'} />;
    case 'date': return <Day label={label} value={String(value ?? '')} set={set} off={off} test={test} />;
    case 'secret': return <Input kind="password" label={label} value={String(value ?? '')} set={set} test={test} off={off} auto="new-password" hint={t('field.password')} />;
  }
  return f.register ? <Reference f={f} label={label} value={String(value ?? '')} set={set} off={off} test={test} /> : <Input kind="text" label={label} value={String(value ?? '')} set={set} test={test} off={off} most={f.max || 200} />;
}

function Reference(o: { f: Field; label: string; value: string; set: (v: string) => void; off: boolean; test: string }) {
  const { data } = useLoad<{ rows: Row[] }>(own(`/registers/${o.f.register}`) + query({ limit: 1000 }));
  const builtIn = o.f.register === 'roles' ? ['owner', 'senior', 'seller'] : [];
  const rows = data?.rows ?? [];
  const codes = [...builtIn.filter((c) => !rows.some((r) => r.code === c)).map((c) => ({ value: c, label: tOf('role.till.', c) })), ...rows.map((r) => ({ value: r.code, label: String(r.body?.name || r.code) }))];
  if (o.value && !codes.some((c) => c.value === o.value)) codes.push({ value: o.value, label: o.value });
  return <Pick label={o.label} value={o.value} set={o.set} test={o.test} off={o.off} options={[{ value: '', label: '—' }, ...codes]} />;
}

function Objects({ f, value, set, off }: { f: Field; value: Body[]; set: (v: Value) => void; off: boolean }) {
  return (
    <fieldset class="objects wide"><legend class="field-label">{title(f)}</legend>
      {value.map((o, i) => (
        <div key={i} class="objects-row">
          {f.fields.map((x) => <One key={x.name} f={x} value={o[x.name]} off={off} set={(v) => set(value.map((y, n) => (n === i ? { ...y, [x.name]: v } : y)))} />)}
          {!off && <button type="button" class="button is-quiet" aria-label={t('do.remove')} data-test="objects-drop" onClick={() => set(value.filter((_, n) => n !== i))}><Icon name="erase" /></button>}
        </div>
      ))}
      {!off && <Button label={t('do.add')} icon="plus" test={'add-' + f.name} press={() => set([...value, {}])} />}
    </fieldset>
  );
}

// Where says for whom a new row holds.
function Where({ r, scope, set }: { r: Register; scope: string; set: (scope: string) => void }) {
  const locations = useLoad<{ rows: Row[] }>(own('/registers/locations') + query({ limit: 1000 })).data?.rows ?? [];
  const points = useLoad<{ rows: Row[] }>(own('/registers/points') + query({ limit: 1000 })).data?.rows ?? [];
  const home = String(company.value?.company ?? '');
  return <Pick label={t('field.scope')} value={scope} set={set} test="field-scope" options={[{ value: '', label: t('scope.company') },
    ...(r.levels.includes('group') ? locations.map((x) => ({ value: `${home}.group.${x.code}`, label: String(x.body?.name || x.code) })) : []),
    ...points.map((x) => ({ value: x.scope, label: String(x.body?.name || x.code) }))]} />;
}

export interface EditProps { r: Register; row: Row | null; close: () => void; done: () => void }

// Edit is the form of a row, or of a new one, over the page.
export function Edit({ r, row, close, done }: EditProps) {
  const off = !mayChange(r);
  const code = useSignal(row?.code ?? (r.fixed.length === 1 ? r.fixed[0] : ''));
  const seen = useSignal<Row>(row ?? { scope: '', code: '', version: 0, body: null });
  const draft = useSignal<Body>({});
  const scope = useSignal('');
  const past = useSignal(false);
  const held = useSignal(false); // something is typed that cannot be kept yet
  const theirs = useSignal<Row | null>(null);
  const body = { ...seen.value.body, ...draft.value };
  const at = row ? row.code : r.fixed.length > 1 ? scope.value.split('.')[1] ?? 'company' : code.value.trim(); // the row's code
  const send = async () => {
    const changed: Body = { ...draft.value };
    if (!row && r.numbered) await post(own('/points'), { name: String(changed.name ?? '') });
    else {
      try {
        await put(r, { ...seen.value, scope: row?.scope ?? scope.value, code: at }, changed, done);
      } catch (e) {
        const now = e instanceof Refused && e.code === 'row.conflict' ? (e.body as { row?: Row }).row : null;
        if (!now) throw e;
        theirs.value = now;
        return;
      }
    }
    done();
    close();
  };
  const drop = () => confirm({ title: t('grid.drop', { name: row!.code }), text: t('grid.drop_about'), label: t('do.remove'), loss: true, act: async () => {
    try {
      const a = await post<{ results: { row: Row }[] }>(own(`/registers/${r.name}`), { scope: row!.scope, changes: [{ code: row!.code, delete: true, version: seen.value.version }] });
      tell(t('grid.dropped', { name: row!.code }), () => void undo(r, a.results[0].row, done));
      done();
      close();
    } catch (e) {
      tellFault(asFault(e));
    }
  } });
  return (
    <Dialog title={row ? `${tOf('register.', r.name)}: ${row.body?.name ?? (r.fixed.length ? scopeSaid(row.scope) : row.code)}` : t('grid.new', { what: tOf('register.', r.name) })} close={close} wide typed={!row} test="edit">
      {row && <div class="row is-wrap"><span class="remark">{scopeSaid(row.scope)} · {row.code}</span>
        <Button label={past.value ? t('edit.form') : t('edit.history')} icon="clock" test="history" press={() => (past.value = !past.value)} />
        {!off && !r.numbered && r.fixed.length === 0 && <Button label={t('do.remove')} icon="erase" test="drop" press={drop} />}</div>}
      {theirs.value && (
        <div class="notice is-amber" role="alert" data-test="conflict"><Icon name="warning" /><div>
          <strong>{t('conflict.title')}</strong>
          <p>{t('conflict.about')}</p>
          <Differences r={r} of={differences(r, theirs.value.body, { ...theirs.value.body, ...draft.value })} />
          <div class="row is-wrap">
            <Button label={t('conflict.theirs')} test="conflict-theirs" press={() => { seen.value = theirs.value!; draft.value = {}; theirs.value = null; done(); }} />
            <Button label={t('conflict.mine')} kind="primary" test="conflict-mine" off={held.value} press={() => { seen.value = theirs.value!; theirs.value = null; void send().catch((e) => tellFault(asFault(e))); }} />
          </div></div></div>)}
      {past.value && row && <History r={r} row={row} done={() => { done(); close(); }} />}
      {/* The form stays while history is read: what is wrong in it is kept nowhere else. */}
      <Form test="save" hidden={past.value && row !== null} label={t('do.save')} send={send} cancel={close} cancelLabel={t('do.cancel')} changed={held.value || Object.keys(draft.value).length > 0} ready={!off && !held.value && Object.keys(draft.value).length > 0 && !theirs.value}>
        <div class="group-body dialog-typed">
          {!row && r.levels.length > 1 && <Where r={r} scope={scope.value} set={(v) => (scope.value = v)} />}
          {!r.numbered && r.fixed.length === 0 && !row && (r.code.enum.length > 0
            ? <Pick label={t('field.code')} value={code.value} set={(v) => (code.value = v)} test="field-code" options={[{ value: '', label: '—' }, ...r.code.enum.map((v) => ({ value: v, label: tOf('choice.', v) }))]} />
            : r.code.kind === 'date'
              ? <Day label={title(r.code) + ' *'} value={code.value} set={(v) => (code.value = v)} test="field-code" />
              : <Input kind="text" label={(title(r.code) || t('field.code')) + ' *'} value={code.value} set={(v) => (code.value = v)} test="field-code" focus="new" />)}
          {r.fields.filter((f) => !f.read_only).map((f) => <One key={f.kind === 'layer' ? `${at} ${seen.value.version}` : f.name} f={f} value={body[f.name]} off={off} scope={row?.scope ?? scope.value} code={at} hold={(wrong) => (held.value = wrong)} set={(v) => (draft.value = { ...draft.value, [f.name]: v })} />)}
        </div>
      </Form>
    </Dialog>
  );
}

function History({ r, row, done }: { r: Register; row: Row; done: () => void }) {
  const { data, wrong } = useLoad<{ changes: Past[] }>(own(`/registers/${r.name}/history`) + query({ code: row.code, scope: row.scope, limit: 100 }));
  if (!data) return wrong ? <Wrong fault={wrong} /> : <Waiting />;
  return (
    <ol class="past" data-test="past">
      {data.changes.map((p, i) => (
        <li key={p.version}>
          <header class="row is-wrap"><strong>{p.who}</strong><span class="remark">{minute(wall(new Date(p.at)))}{p.set > 0 && ' · ' + t('edit.of_set')}</span>
            {i === 0 && mayChange(r) && <Button label={t('do.undo')} icon="undo" test="undo-row" press={() => void undo(r, { ...row, version: p.version }, done)} />}</header>
          {p.before === null ? <p>{t('edit.made')}</p> : p.after === null ? <p>{t('edit.gone')}</p> : <Differences r={r} of={differences(r, p.before, p.after)} />}
        </li>
      ))}
    </ol>
  );
}

