// Forms of the app. The fields are the kit's; here they get the machine's own keyboard, and Enter sends the form.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { Field, type FieldProps } from '../kit/field';
import { Icon } from '../kit/icons';
import { Button } from '../kit/pieces';
import { asFault } from './api';
import type { Fault } from './model';
import { Wrong } from './pieces';
import { unsaved } from './route';
import { t } from './texts';

const MODES = { code: 'text', amount: 'decimal', quantity: 'decimal', count: 'numeric', login: 'email', password: 'text', text: 'text' } as const;

// Input is a labelled field.
export const Input = (o: FieldProps) => <Field mode={MODES[o.kind]} {...o} />;

export interface Option { value: string; label: string }

export interface PickProps { label: string; value: string; options: Option[]; set: (value: string) => void; test: string; bare?: boolean; off?: boolean }

// Pick is one of many. bare leaves the label to those who listen.
export function Pick(o: PickProps) {
  return (
    <label class="field">
      {!o.bare && <span class="field-label">{o.label}</span>}
      <span class="field-box is-pick">
        <select value={o.value} aria-label={o.label} data-test={o.test} disabled={o.off} onChange={(e) => o.set(e.currentTarget.value)}>
          {o.options.map((x) => <option key={x.value} value={x.value}>{x.label}</option>)}
        </select>
      </span>
    </label>
  );
}

export interface DayProps { label: string; value: string; set: (day: string) => void; test: string; off?: boolean }

// day brings a day as people type it into the order in which it is written: 20261128, 2026.11.28, 2026/11/28.
const day = (text: string) => text.trim().replace(/^(\d{4})[./ -]?(\d{2})[./ -]?(\d{2})$/, '$1-$2-$3');

// Day is a calendar day, typed or chosen. A browser's own field writes it in the order of the browser's language.
export function Day(o: DayProps) {
  return (
    <div class="field">
      <span class="field-label">{o.label}</span>
      <span class="field-box">
        <input type="text" inputMode="numeric" value={o.value} placeholder={t('field.day')} disabled={o.off} aria-label={o.label} data-test={o.test} autocomplete="off" maxLength={10}
          onInput={(e) => o.set(e.currentTarget.value)} onChange={(e) => o.set(day(e.currentTarget.value))} />
        {!o.off && <span class="day-pick"><Icon name="calendar" />
          <input type="date" class="date-input" tabIndex={-1} value={o.value} aria-label={t('field.day_choose', { field: o.label })} onClick={(e) => e.currentTarget.showPicker?.()} onChange={(e) => e.currentTarget.value && o.set(e.currentTarget.value)} /></span>}
      </span>
    </div>
  );
}

export interface FormProps {
  send: () => Promise<unknown>;
  label: string; // of the button that sends it
  ready?: boolean; // whether there is enough to send
  changed?: boolean; // whether leaving would lose something
  hidden?: boolean; // it stays as it is, out of sight
  cancel?: () => void;
  children: ComponentChildren;
  cancelLabel?: string;
  test: string;
}

// Form sends what was typed, once at a time, and shows what was refused. What was typed stays.
export function Form(o: FormProps) {
  const wrong = useSignal<Fault | null>(null);
  const busy = useSignal(false);
  useLayoutEffect(() => {
    unsaved.value = Boolean(o.changed);
    return () => void (unsaved.value = false);
  }, [o.changed]);
  const submit = async () => {
    if (busy.value || o.ready === false) return;
    busy.value = true;
    try {
      await o.send();
      wrong.value = null;
    } catch (e) {
      wrong.value = asFault(e);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="form" hidden={o.hidden} data-test={o.test + '-form'} onSubmit={(e) => { e.preventDefault(); void submit(); }}>
      {o.children}
      <Wrong fault={wrong.value} />
      <div class="form-foot">
        {o.cancel && <Button label={o.cancelLabel} test={o.test + '-cancel'} press={o.cancel} />}
        <button type="submit" class="button is-primary" data-test={o.test} disabled={busy.value || o.ready === false} aria-busy={busy.value ? 'true' : undefined}>{o.label}</button>
      </div>
    </form>
  );
}
