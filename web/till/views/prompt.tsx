// A question over the basket: fields, choices, reasons on offer.

import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Button, Cap, Pane, Sum } from '../../kit/pieces';
import { change, close, top, type Prompt, type PromptChoice, type PromptField } from '../prompts';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';

const REASONS = ['1', '2', '3', '4'];

const zero = (v: string) => /^[0.,]+$/.test(v);

const reason = (p: Prompt, n: string) => tOf('reason.', p.reasons + '.' + n);

// needless reports whether no reason is asked for: a discount is taken away.
const needless = (p: Prompt) => 'value' in p.values && zero(p.values.value);

// lacksAt reports whether a field still needs something.
function lacksAt(p: Prompt, i: number) {
  const f = p.fields![i];
  const v = p.values[f.name].trim();
  if (f.optional || (f.name === 'reason' && needless(p))) return false;
  if (['amount', 'quantity'].includes(f.kind)) return !/^\d+([.,]\d+)?$/.test(v) || (zero(v) && f.name !== 'value');
  return !v;
}

// lacks returns the index of the first field that still needs something, -1 where all is there.
const lacks = (p: Prompt) => (p.fields ?? []).findIndex((_, i) => lacksAt(p, i));

const hop = (p: Prompt, at: number, by: Partial<Prompt> = {}) => change(p.id, { ...by, at, hops: p.hops + 1 });

function submit(p: Prompt) {
  const i = lacks(p);
  if (i < 0) return close(p.id, p.values);
  hop(p, i, { values: p.values, missing: i });
  sound.attention();
}

// another returns the index of a field that still has to be filled beside the one in front, -1 where there is none.
const another = (p: Prompt) => {
  const i = lacks(p);
  if (i !== p.at) return i;
  return (p.fields ?? []).findIndex((_, j) => j > i && lacksAt(p, j));
};

// forward goes on to the next field that needs something, and answers from the last.
function forward(p: Prompt) {
  const next = another(p);
  if (next >= 0 && !lacksAt(p, p.at)) hop(p, next, { missing: null });
  else submit(p);
}

// way says what Enter does next, and while it does nothing, what is missing.
function way(p: Prompt) {
  if (another(p) >= 0) return t('prompt.next');
  const i = lacks(p);
  if (i >= 0) return t('prompt.lacks', { name: p.fields![i].label });
  return (needless(p) && p.none) || p.yes;
}

function pick(p: Prompt, c: PromptChoice, value: string, at = 0) {
  hop(p, at, { values: { ...p.values, [c.name]: value } });
}

function cycle(c: PromptChoice) {
  const p = top()!;
  const i = c.options.findIndex((o) => o.value === p.values[c.name]);
  pick(p, c, c.options[(i + 1) % c.options.length].value, p.at);
}

// fill writes a ready reason.
function fill(n: string) {
  const p = top()!;
  const i = p.fields!.findIndex((f) => f.name === 'reason');
  hop(p, i, { values: { ...p.values, reason: reason(p, n) }, missing: null });
}

// keysOf are the characters that mean something else than themselves in a field: those of the choices, and in a reason
// that nobody has begun to write, the digits of the ready ones.
function keysOf(p: Prompt, f: PromptField) {
  const keys: Record<string, () => void> = {};
  for (const c of p.choices ?? []) keys[c.key] = () => cycle(c);
  const begun = p.values.reason && !REASONS.some((n) => reason(p, n) === p.values.reason);
  if (p.reasons && f.name === 'reason' && !begun) for (const n of REASONS) keys[n] = () => fill(n);
  return keys;
}

// labelOf says of a reason whether there has to be one.
function labelOf(p: Prompt, f: PromptField) {
  if (f.name !== 'reason') return f.label;
  return f.label + ', ' + t(needless(p) ? 'reason.needless' : 'reason.needed');
}

// suffixOf is what the figure in a field counts, as chosen or as soon as it is known.
function suffixOf(p: Prompt, f: PromptField) {
  const c = p.choices?.find((x) => x.name === f.unit);
  if (c) return c.options.find((o) => o.value === p.values[c.name])?.label;
  return typeof f.suffix === 'function' ? f.suffix() : f.suffix;
}

function Input({ of: p, field: f, i }: { of: Prompt; field: PromptField; i: number }) {
  return (
    <Field kind={f.kind} label={labelOf(p, f)} hint={f.name === 'reason' && p.reasons && !needless(p) ? t('reason.hint') : f.hint} suffix={suffixOf(p, f)} value={p.values[f.name]} test={f.test} big={i === 0 || f.name !== 'reason'}
      keys={keysOf(p, f)} noScan={f.kind === 'login' || f.kind === 'password'} focus={p.at === i && 'prompt' + p.id + '.' + p.hops} enter={() => forward(top()!)}
      set={(v) => change(p.id, { values: { ...top()!.values, [f.name]: v }, at: i, missing: null })} />
  );
}

function Reasons({ of: p }: { of: Prompt }) {
  return (
    <div class="reasons">
      {REASONS.map((n) => {
        const text = reason(p, n);
        return <Button key={n} label={text} cap={n} test={'reason-' + n} on={p.values.reason === text} off={needless(p)} press={() => fill(n)} />;
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

// Figure is a price and what the quantity typed comes to. Its place is there before the price has come.
function Figure({ of: p }: { of: Prompt }) {
  const f = p.figure!(p.values);
  return <p class="prompt-figure"><span data-test="prompt-price">{f?.of}</span>{f && f.sum !== null && <Sum of={f.sum} test="prompt-sum" />}</p>;
}

export function Dialog() {
  const p = top();
  if (!p) return null;
  const words = (p.fields ?? []).some((f) => f.kind !== 'amount' && f.kind !== 'quantity');
  return (
    <Pane key={p.id} title={p.title} back={() => close(p.id, null)} backLabel={t('do.back')} more="is-prompt" aside={words && <BoardButton />}>
      {p.about && <p class="lead" data-test="prompt-about"><strong>{p.about}</strong></p>}
      {p.text && <p class={'lead' + (p.alert ? ' is-alert' : '')} data-test="prompt-text">{p.text}{p.hint && ' ' + p.hint}</p>}
      {p.choices && <div class="choices">{p.choices.map((c) => <Choice key={c.name} of={p} choice={c} />)}</div>}
      {(p.fields ?? []).map((f, i) => <Input key={f.name} of={p} field={f} i={i} />)}
      {p.figure && <Figure of={p} />}
      {p.reasons && <Reasons of={p} />}
      <div class="row">
        <Button label={way(p)} cap="Enter" kind={lacks(p) >= 0 ? '' : p.loss ? 'loss' : 'primary'} test="prompt-yes" press={() => forward(p)} />
        {p.missing !== null && <p class="remark is-alert">{t('prompt.missing', { name: p.fields![p.missing].label })}</p>}
      </div>
    </Pane>
  );
}

export function promptKey(key: string) {
  const p = top()!;
  const last = (p.fields ?? []).length - 1;
  if (key === 'Escape') close(p.id, null);
  else if (key === 'Enter') forward(p);
  else if (key === 'ArrowDown') hop(p, Math.min(last, p.at + 1));
  else if (key === 'ArrowUp') hop(p, Math.max(0, p.at - 1));
  else return false;
  return true;
}
