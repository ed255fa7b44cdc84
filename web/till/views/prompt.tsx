// A question over the basket: fields, choices, reasons on offer.

import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Button, Cap, Pane } from '../../kit/pieces';
import { change, close, top, type Prompt, type PromptChoice, type PromptField } from '../prompts';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';

const REASONS = ['1', '2', '3', '4'];

const zero = (v: string) => /^[0.,]+$/.test(v);

const reason = (p: Prompt, n: string) => tOf('reason.', p.reasons + '.' + n);

// lacks returns the index of the first field that still needs something, -1 where all is there.
function lacks(p: Prompt) {
  return (p.fields ?? []).findIndex((f) => {
    const v = p.values[f.name].trim();
    if (f.optional) return false;
    if (f.name === 'reason' && 'value' in p.values && zero(p.values.value)) return false; // taking a discount away
    if (['amount', 'quantity'].includes(f.kind)) return !/^\d+([.,]\d+)?$/.test(v) || (zero(v) && f.name !== 'value');
    return !v;
  });
}

const hop = (p: Prompt, at: number, by: Partial<Prompt> = {}) => change(p.id, { ...by, at, hops: p.hops + 1 });

function submit(p: Prompt) {
  const i = lacks(p);
  if (i < 0) return close(p.id, p.values);
  hop(p, i, { values: p.values, missing: i });
  sound.attention();
}

// enter goes on to the next empty field, and answers from the last.
function enter(i: number) {
  let p = top()!;
  const f = p.fields![i];
  const typed = p.values[f.name].trim();
  if (f.name === 'reason' && REASONS.includes(typed) && p.reasons) p = { ...p, values: { ...p.values, reason: reason(p, typed) } };
  const next = p.fields!.findIndex((g, j) => j > i && !p.values[g.name]);
  if (typed && next > 0 && !zero(typed)) hop(p, next, { values: p.values });
  else submit(p);
}

function pick(p: Prompt, c: PromptChoice, value: string) {
  hop(p, 0, { values: { ...p.values, [c.name]: value } });
}

function cycle(c: PromptChoice) {
  const p = top()!;
  const i = c.options.findIndex((o) => o.value === p.values[c.name]);
  pick(p, c, c.options[(i + 1) % c.options.length].value);
}

function Input({ of: p, field: f, i }: { of: Prompt; field: PromptField; i: number }) {
  const keys: Record<string, () => void> = {};
  for (const c of p.choices ?? []) keys[c.key] = () => cycle(c);
  return (
    <Field kind={f.kind} label={f.label} suffix={f.suffix} value={p.values[f.name]} test={f.test} big={i === 0} keys={f.kind === 'text' ? null : keys}
      noScan={f.kind === 'login' || f.kind === 'password'} focus={p.at === i && 'prompt' + p.id + '.' + p.hops} enter={() => enter(i)}
      set={(v) => change(p.id, { values: { ...top()!.values, [f.name]: v }, at: i, missing: null })} />
  );
}

function Reasons({ of: p }: { of: Prompt }) {
  return (
    <div class="reasons">
      {REASONS.map((n) => {
        const text = reason(p, n);
        return <Button key={n} label={text} cap={n} test={'reason-' + n} on={p.values.reason === text}
          press={() => hop(p, p.fields!.length - 1, { values: { ...p.values, reason: text } })} />;
      })}
    </div>
  );
}

function Choice({ of: p, choice: c }: { of: Prompt; choice: PromptChoice }) {
  return (
    <div class="segments">
      {c.options.map((o) => <Button key={o.value} label={o.label} on={p.values[c.name] === o.value} test={c.name + '-' + o.value} press={() => pick(p, c, o.value)} />)}
      <Cap>{c.key === '*' ? '\u00d7' : c.key}</Cap>
    </div>
  );
}

export function Dialog() {
  const p = top();
  if (!p) return null;
  const words = (p.fields ?? []).some((f) => f.kind !== 'amount' && f.kind !== 'quantity');
  return (
    <Pane key={p.id} title={p.title} back={() => close(p.id, null)} backLabel={t('do.cancel')} more="is-prompt" aside={words && <BoardButton />}>
      {p.about && <p class="lead" data-test="prompt-about"><strong>{p.about}</strong></p>}
      {p.text && <p class={'lead' + (p.alert ? ' is-alert' : '')} data-test="prompt-text">{p.text}{p.hint && ' ' + p.hint}</p>}
      {p.choices && <div class="choices">{p.choices.map((c) => <Choice key={c.name} of={p} choice={c} />)}</div>}
      {(p.fields ?? []).map((f, i) => <Input key={f.name} of={p} field={f} i={i} />)}
      {p.reasons && <Reasons of={p} />}
      <div class="row">
        <Button label={p.yes} cap="Enter" kind={p.loss ? 'loss' : 'primary'} test="prompt-yes" press={() => submit(p)} />
        {p.missing !== null && <p class="remark is-alert">{t('prompt.missing', { name: p.fields![p.missing].label })}</p>}
      </div>
    </Pane>
  );
}

export function promptKey(key: string) {
  const p = top()!;
  const last = (p.fields ?? []).length - 1;
  if (key === 'Escape') close(p.id, null);
  else if (key === 'Enter') submit(p);
  else if (key === 'ArrowDown') hop(p, Math.min(last, p.at + 1));
  else if (key === 'ArrowUp') hop(p, Math.max(0, p.at - 1));
  else return false;
  return true;
}
