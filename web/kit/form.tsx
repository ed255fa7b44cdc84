// Forms for the owner: switches and choices beside the fields, and one way through all of them with the arrow keys.

import type { ComponentChildren } from 'preact';
import { Icon } from './icons';

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
