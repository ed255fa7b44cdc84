// Forms for the owner: switches and choices beside the fields, one way through all of them with the arrow keys, and the frame of a
// register whose entries are found and changed.

import { batch, effect, signal, untracked } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { BoardButton } from './board';
import { Field } from './field';
import { Icon } from './icons';
import { Button, Pane, reveal } from './pieces';
import { same } from './same';
import type { Search } from './search';

export interface SwitchProps { label: string; about?: string; on: boolean; set: (on: boolean) => void; test: string; off?: boolean }

// Switch is a yes or no.
export function Switch(o: SwitchProps) {
  return (
    <button type="button" role="switch" aria-checked={o.on} class={'switch' + (o.on ? ' is-on' : '')} data-test={o.test} disabled={o.off} onClick={() => o.set(!o.on)}>
      <span class="switch-text"><span>{o.label}</span>{o.about && <span class="remark">{o.about}</span>}</span>
      <span class="switch-track"><span class="switch-knob" /></span>
    </button>
  );
}

export interface Option { value: string; label: string; about?: string }

export interface ChoiceProps { label: string; value: string; options: Option[]; set: (value: string) => void; test: string; off?: boolean; bare?: boolean }

// Choice is one of a few; what the chosen one means stands below. bare leaves the label to those who listen.
export function Choice(o: ChoiceProps) {
  const about = o.options.find((x) => x.value === o.value)?.about;
  return (
    <div class="field" role="radiogroup" aria-label={o.label}>
      {!o.bare && <span class="field-label">{o.label}</span>}
      <div class="choice">
        {o.options.map((x) => (
          <button type="button" role="radio" key={x.value} aria-checked={x.value === o.value} class={'button' + (x.value === o.value ? ' is-on' : '')} data-test={o.test}
            data-value={x.value} disabled={o.off} onClick={() => o.set(x.value)}>{x.label}</button>
        ))}
      </div>
      {about && <p class="remark">{about}</p>}
    </div>
  );
}

// Chips are several texts that can be taken away one by one.
export function Chips({ of, drop, test, say }: { of: string[]; drop: (i: number) => void; test: string; say: (text: string) => string }) {
  return (
    <div class="chips">
      {of.map((text, i) => (
        <button type="button" key={text} class="chip" data-test={test} onClick={() => drop(i)} aria-label={say(text)}><span>{text}</span><Icon name="erase" /></button>
      ))}
    </div>
  );
}

// Group puts a heading over fields that belong together.
export function Group({ title, children }: { title: ComponentChildren; children: ComponentChildren }) {
  return <section class="group"><h2>{title}</h2><div class="group-body">{children}</div></section>;
}

// stops are what the arrow keys stop at, in the order of the page.
const stops = () => [...document.querySelectorAll<HTMLElement>('.stage input:not([type=file]):not(:disabled), .stage [role=switch]:not(:disabled), .stage [role=radio][aria-checked=true]:not(:disabled), .stage [data-stop]:not(:disabled)')];

// hop moves the focus by so many stops; false where there is none left.
export function hop(by: number) {
  const all = stops();
  const i = all.indexOf(document.activeElement as HTMLElement);
  const next = all[i < 0 ? (by > 0 ? 0 : all.length - 1) : i + by];
  next?.focus();
  if (next instanceof HTMLInputElement) next.select(); // what is typed replaces it
  next?.scrollIntoView({ block: 'nearest' });
  return Boolean(next);
}

// formKey handles the arrow keys of a form: up and down go through it, left and right through a choice.
export function formKey(key: string) {
  if (key === 'ArrowDown' || key === 'ArrowUp') return hop(key === 'ArrowDown' ? 1 : -1);
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false;
  const el = document.activeElement;
  if (el?.getAttribute('role') !== 'radio') return false;
  const to = (key === 'ArrowRight' ? el.nextElementSibling : el.previousElementSibling) as HTMLElement | null;
  to?.focus();
  to?.click();
  return true;
}

// Drafts keeps what has been typed of entries and not saved. Whoever reads one in an effect follows it. id is that of what was
// typed of an entry, undefined: nothing; whose says who types.
export interface Drafts {
  get: (entry: string) => object | null; put: (entry: string, typed: object | null) => void; id: (entry: string) => string | undefined; whose: () => string; ended: () => void;
}

// Typed is what has been typed of an entry: the fields that were changed, and what they were before.
interface Typed<T> { typed: Partial<T>; was: Partial<T> }

// Editing is one entry of a register while it is changed, or a new one. Beside it stands a code that is typed and not yet
// taken into it. Whoever leaves it in the middle finds it so again, in the entry as it is by then.
export class Editing<T extends { code: string }> {
  readonly form = signal<T | null>(null); // null: the list is in front
  readonly fresh = signal(false); // it is a new one
  readonly code = signal('');
  readonly resumed = signal(false); // it was begun before
  private entry: T | null = null; // as it was
  private name = '';
  private whose = '';
  private saving = false;

  constructor(private readonly drafts: Drafts) {
    effect(() => this.follow());
  }

  begin(entry: T, fresh: boolean) {
    batch(() => {
      this.name = (fresh ? 'new/' : 'of/') + entry.code;
      this.whose = this.drafts.whose();
      this.entry = entry;
      this.fresh.value = fresh;
      this.code.value = '';
      this.form.value = this.drafted();
      this.resumed.value = !same(this.form.value, entry);
    });
  }

  private kept() {
    const all = this.drafts.get(this.name) as Typed<T> | null;
    return all?.typed && all.was ? all : null;
  }

  private readonly drafted = (): T => ({ ...this.entry!, ...this.kept()?.typed });

  // keep remembers the fields of a form that differ from the entry, with what each began from.
  private keep(form: T, was: Partial<T>) {
    const names = Object.keys(form).filter((k) => !same(form[k as keyof T], this.entry![k as keyof T]));
    const of = (from: Partial<T>) => Object.fromEntries(names.map((k) => [k, from[k as keyof T]])) as Partial<T>;
    this.drafts.put(this.name, names.length ? { typed: of(form), was: of({ ...this.entry!, ...was }) } : null);
  }

  readonly edit = (by: Partial<T>) => {
    batch(() => {
      this.form.value = { ...this.form.value!, ...by };
      this.keep(this.form.value, this.kept()?.was ?? {});
    });
  };

  // clash lists the fields that somebody else has changed since they were typed: to save them would undo that.
  clash() {
    const { typed, was } = this.kept() ?? ({ typed: {}, was: {} } as Typed<T>);
    return (Object.keys(typed) as (keyof T & string)[]).filter((k) => !same(was[k], this.entry![k]) && !same(typed[k], this.entry![k]));
  }

  // now is what a field is without what was typed.
  readonly now = (field: keyof T) => this.entry![field];

  // insist lets what was typed stand over what others have changed.
  readonly insist = () => this.keep(this.form.value!, {});

  // yield takes what others have changed.
  readonly yield = () => this.edit(Object.fromEntries(this.clash().map((k) => [k, this.now(k)])) as Partial<T>);

  // current takes the entry as it is by now, right before it is saved: others may have changed it while it stood open. false
  // where it could not be read, was left meanwhile, or clashes with what was typed.
  async current(whole: () => Promise<T | null>) {
    if (this.fresh.peek()) return this.clash().length === 0;
    const name = this.name;
    const entry = await whole();
    if (!entry || !this.form.peek() || name !== this.name) return false;
    batch(() => {
      this.entry = entry;
      this.form.value = this.drafted();
    });
    return this.clash().length === 0;
  }

  // follow takes over what another tab types into the same entry. Where that has saved it or taken it back, the entry is left:
  // what stands here is not how it is any more.
  private follow() {
    if (!this.form.value || this.saving) return;
    if (this.whose !== this.drafts.whose()) return this.close(); // another has come: it stays the drafts' of whoever left
    const kept = this.drafts.get(this.name);
    if (same(this.drafted(), untracked(() => this.form.value))) return;
    if (kept) {
      this.form.value = this.drafted();
      return;
    }
    this.form.value = null;
    this.drafts.ended();
  }

  // close leaves the entry; what has been typed stays for the next time.
  readonly close = () => void (this.form.value = null);

  // save sends what has been typed as a command of its id, which ends it, and leaves the entry; false where it was not taken.
  async save(send: (id?: string) => Promise<unknown>) {
    this.saving = true;
    const taken = Boolean(await send(this.drafts.id(this.name)));
    this.saving = false;
    if (taken) this.close();
    else this.follow(); // it may have been saved elsewhere
    return taken;
  }

  // revert takes back what was typed before.
  readonly revert = () => {
    batch(() => {
      this.drafts.put(this.name, null);
      this.code.value = '';
      this.resumed.value = false;
      this.form.value = this.entry;
    });
  };

  // took returns a list of codes with one more, unless it stands there already; the code typed is gone.
  took(codes: string[], code = this.code.peek()) {
    const text = code.trim();
    this.code.value = '';
    return text && !codes.includes(text) ? [...codes, text] : codes;
  }

  // changed reports whether there is anything to keep.
  changed() {
    return this.fresh.value || !same(this.form.value, this.entry) || Boolean(this.code.value);
  }

  // ready reports whether there is something to keep, beside the form too, and nothing to choose before.
  readonly ready = (more = false) => (this.changed() || more) && this.clash().length === 0;
}

export interface CodesProps<T extends { code: string }> { of: string[]; editing: Editing<T>; set: (codes: string[]) => void; label: string; hint: string; test: string; chip: string; say: (code: string) => string }

// Codes is a list of codes, scanned or typed, each of which can be taken away.
export function Codes<T extends { code: string }>({ of, editing, set, label, hint, test, chip, say }: CodesProps<T>) {
  const enter = () => (editing.code.value ? set(editing.took(of)) : void hop(1));
  return (
    <div class="field">
      <Field kind="code" label={label} hint={hint} value={editing.code.value} set={(code) => (editing.code.value = code)} enter={enter} test={test} takesScan />
      {of.length > 0 && <Chips of={of} test={chip} say={say} drop={(i) => set(of.filter((_, j) => j !== i))} />}
    </div>
  );
}

// Begun is what a form says of an entry that was begun before, and of what others have changed of it since.
export interface Begun { text: string; revert: string; changed: string; now: (field: string, value: unknown) => string; theirs: string; mine: string }

// Form is the frame of an entry that is changed.
export function Form<T extends { code: string }>({ title, editing, backLabel, begun, children }: { title: string; editing: Editing<T>; backLabel: string; begun: Begun; children: ComponentChildren }) {
  const clash = editing.clash();
  return (
    <Pane title={title} back={editing.close} backLabel={backLabel} more="is-form" aside={<BoardButton />}>
      {editing.resumed.value && <div class="chosen" data-test="resumed"><span class="chosen-text">{begun.text}</span><Button label={begun.revert} test="revert" press={editing.revert} /></div>}
      {clash.length > 0 && <Meanwhile title={begun.changed} now={clash.map((k) => begun.now(k, editing.now(k)))} theirs={begun.theirs} mine={begun.mine} take={editing.yield} keep={editing.insist} />}
      {children}
    </Pane>
  );
}

export interface MeanwhileProps { title: string; now: string[]; theirs: string; mine: string; take: () => void; keep: () => void }

// Meanwhile says that what somebody has begun to type was changed by another since, to what, and asks which of both stays.
export function Meanwhile(o: MeanwhileProps) {
  return (
    <div class="meanwhile" role="status" data-test="meanwhile">
      <p class="meanwhile-text"><strong><Icon name="warning" /> {o.title}</strong>{o.now.map((x) => <span key={x}>{x}</span>)}</p>
      <Button label={o.theirs} test="meanwhile-theirs" press={o.take} />
      <Button label={o.mine} test="meanwhile-mine" press={o.keep} />
    </div>
  );
}

export interface EntryProps { name: string; figure: ComponentChildren; more: string; current: boolean; off: boolean; test: string; code: string; open: () => void }

// Entry is a line of a register.
export function Entry(o: EntryProps) {
  return (
    <li>
      <button type="button" class={'entry-row' + (o.current ? ' is-current' : '') + (o.off ? ' is-off' : '')} data-test={o.test} data-code={o.code} onClick={o.open}>
        <span class="entry-name">{o.name}</span><span class="entry-figure">{o.figure}</span>
        <span class="entry-more">{o.more}</span>
      </button>
    </li>
  );
}

export interface RegisterProps<T> {
  title: string; back: () => void; backLabel: string; search: Search<T>; hint: string; enter: () => void; test: string;
  buttons: ComponentChildren; // beside the search
  none: string; // said where nothing is found
  lead?: ComponentChildren; // said over the list
  row: (entry: T, current: boolean) => ComponentChildren;
}

// Register is the list that one searches as one types.
export function Register<T>(o: RegisterProps<T>) {
  const { text, found, at, find } = o.search;
  useEffect(() => find(text.peek()), []);
  useLayoutEffect(() => reveal(() => document.querySelector('.entry-row.is-current')), [at.value]);
  return (
    <Pane title={o.title} back={o.back} backLabel={o.backLabel} more="is-list" aside={<BoardButton />}>
      <div class="bar">
        <Field kind="text" hint={o.hint} value={text.value} set={find} enter={o.enter} test={o.test} focus={o.test} />
        {o.buttons}
      </div>
      {o.lead}
      {found.value?.length ? <ol class="entries" data-scrolls>{found.value.map((x, i) => o.row(x, i === at.value))}</ol> : found.value && <p class="none"><Icon name="info" />{o.none}</p>}
    </Pane>
  );
}

export interface RegisterKeys { add: () => void; choose: () => void; leave: () => void }

// registerKey handles the keys of a register and of the entry in front.
export function registerKey<T extends { code: string }, F>(key: string, editing: Editing<T>, search: Search<F>, to: RegisterKeys) {
  if (editing.form.value) {
    if (key === 'Escape') editing.close();
    else if (key === 'Enter') hop(1);
    else return formKey(key);
    return true;
  }
  if (search.step(key)) return true;
  if (key === 'F4') to.add();
  else if (key === 'Enter') to.choose();
  else if (key === 'Escape' && search.text.value) search.find('');
  else if (key === 'Escape') to.leave();
  else return false;
  return true;
}
