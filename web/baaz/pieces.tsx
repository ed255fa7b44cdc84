// Pieces of the app's pages: their head, what is said where nothing is, dialogs, what was done and can be undone.

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from '../kit/icons';
import { Button } from '../kit/pieces';
import type { Fault } from './model';
import { t } from './texts';

export interface HeadProps { title: ComponentChildren; about?: ComponentChildren; back?: string; children?: ComponentChildren }

// Head is a page's title, with what one can do on it to the right. back is the address that leads one step up.
export function Head({ title, about, back, children }: HeadProps) {
  return (
    <header class="page-head">
      {back && <a class="button is-quiet page-back" href={back} aria-label={t('do.back')} data-test="back"><Icon name="left" /></a>}
      <div class="page-title"><h1>{title}</h1>{about && <p class="remark">{about}</p>}</div>
      {children && <div class="page-actions">{children}</div>}
    </header>
  );
}

export interface EmptyProps { icon: IconName; title: string; text: string; children?: ComponentChildren; test: string }

// Empty says what to do first where nothing is yet; the button to do it stands in it.
export function Empty({ icon, title, text, children, test }: EmptyProps) {
  return (
    <div class="empty" data-test={test}>
      <span class="empty-icon"><Icon name={icon} more="is-large" /></span>
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div class="row is-wrap">{children}</div>}
    </div>
  );
}

// Wrong shows a fault in the place of what could not be read.
export function Wrong({ fault, again }: { fault: Fault | null; again?: () => void }) {
  if (!fault) return null;
  return (
    <div class="notice is-loss" role="alert" data-test="wrong" data-code={fault.code}>
      <Icon name="warning" /><div><strong>{fault.text}</strong><p>{fault.hint}</p></div>
      {again && <Button label={t('do.again')} test="again" press={again} />}
    </div>
  );
}

// Waiting stands where an answer has not come yet.
export const Waiting = () => <p class="waiting" role="status">{t('say.wait')}</p>;

// Card is a framed part of a page.
export function Card({ title, aside, more = '', children, test }: { title?: ComponentChildren; aside?: ComponentChildren; more?: string; children: ComponentChildren; test?: string }) {
  return (
    <section class={'card ' + more} data-test={test}>
      {title && <header class="card-head"><h2>{title}</h2>{aside}</header>}
      {children}
    </section>
  );
}

export interface DialogProps { title: string; close: () => void; children: ComponentChildren; wide?: boolean; firm?: boolean; typed?: boolean; test: string }

const FIELDS = ['.dialog-typed input:not(:disabled)', '.dialog-typed textarea:not(:disabled)', '.dialog-typed select:not(:disabled)'];

// Dialog lies over the page until it is closed: Esc closes it, unless it is firm. Where it is typed into, the first field has
// the focus.
export function Dialog({ title, close, children, wide, firm, typed, test }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const d = ref.current!;
    d.showModal();
    if (typed) FIELDS.map((x) => d.querySelector<HTMLElement>(x)).find(Boolean)?.focus();
    return () => d.close();
  }, []);
  return (
    <dialog ref={ref} class={'dialog' + (wide ? ' is-wide' : '')} aria-label={title} data-test={test} onCancel={(e) => {
      e.preventDefault();
      if (!firm) close();
    }}>
      <header class="dialog-head"><h2>{title}</h2>
        {!firm && <button type="button" class="button is-quiet" aria-label={t('do.close')} data-test="dialog-close" onClick={close}><Icon name="close" /></button>}
      </header>
      {children}
    </dialog>
  );
}

export interface Sure { title: string; text: string; label: string; loss?: boolean; act: () => void }

// sure is what a person is asked before it is done; see confirm.
export const sure = signal<Sure | null>(null);

// confirm asks before something is done that cannot be undone.
export const confirm = (s: Sure) => void (sure.value = s);

// SureDialog asks.
export function SureDialog() {
  const s = sure.value;
  if (!s) return null;
  const close = () => void (sure.value = null);
  return (
    <Dialog title={s.title} close={close} test="sure">
      <p>{s.text}</p>
      <div class="dialog-foot">
        <Button label={t('do.cancel')} test="sure-no" press={close} />
        <Button label={s.label} kind={s.loss ? 'loss' : 'primary'} test="sure-yes" press={() => { close(); s.act(); }} />
      </div>
    </Dialog>
  );
}

interface Told { text: string; bad: boolean; undo?: () => void }

const told = signal<Told | null>(null);
let fading = 0;

// tell says for a while what was done; undo takes it back.
export function tell(text: string, undo?: () => void) {
  show({ text, bad: false, undo }, undo ? 10_000 : 4_000);
}

// tellFault says what was refused.
export const tellFault = (f: Fault) => show({ text: `${f.text} ${f.hint}`, bad: true }, 12_000);

function show(what: Told, ms: number) {
  clearTimeout(fading);
  told.value = what;
  fading = setTimeout(() => (told.value = null), ms);
}

// Told is where tell is read.
export function ToldBar() {
  const now = told.value;
  return (
    <div class="told" role="status">
      {now && (
        <p class={'told-text' + (now.bad ? ' is-bad' : '')} data-test="told"><Icon name={now.bad ? 'warning' : 'check'} /><span>{now.text}</span>
          {now.undo && <button type="button" class="button" data-test="undo" onClick={() => { told.value = null; now.undo!(); }}><Icon name="undo" />{t('do.undo')}</button>}
          {now.bad && <button type="button" class="button is-quiet" aria-label={t('do.close')} data-test="told-close" onClick={() => (told.value = null)}><Icon name="close" /></button>}
        </p>
      )}
    </div>
  );
}

// useTitle lets the browser's tab say which page is in front.
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · ${t('app.name')}` : t('app.name');
  }, [title]);
}

// Mark is a word with a colour and a sign of its own, never colour alone.
export function Mark({ tone, icon, children }: { tone: 'good' | 'warn' | 'loss' | 'calm'; icon?: IconName; children: ComponentChildren }) {
  return <span class={'badge is-' + tone}>{icon && <Icon name={icon} />}{children}</span>;
}
