// The number pad, and the keyboard for words: a till without keys sells as well.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from './icons';
import { focused, insert, point, rub, target } from './field';
import { language, say, type Lang } from './texts';
import letters from './letters.json';

export type Press = (key: string) => void;

const KEYS = ['7', '8', '9', 'Backspace', '4', '5', '6', '*', '1', '2', '3', 'Enter', '0', '000', '.'];
const ENTER = 'Enter'; // what the key is called on every keyboard
const SHOWN: Record<string, string> = { '*': '\u00d7' };

function Key({ of, press }: { of: string; press: Press }) {
  const label = of === 'Backspace' ? say('key.backspace') : undefined;
  return (
    <button type="button" class={'key' + (of.length > 3 ? ' is-' + of.toLowerCase() : '')} data-test={'key-' + of} onClick={() => press(of === '.' ? point() : of)} aria-label={label}>
      {of === 'Backspace' ? <Icon name="erase" /> : of === 'Enter' ? <><Icon name="enter" more="is-large" /><span>{ENTER}</span></> : of === '.' ? point() : SHOWN[of] ?? of}
    </button>
  );
}

// Keypad is the number pad. press gets '0' … '9', '000', '.' or ',', '*', 'Backspace' and 'Enter'.
export function Keypad({ press }: { press: Press }) {
  return <div class="keypad" data-test="keypad">{KEYS.map((k) => <Key key={k} of={k} press={press} />)}</div>;
}

const open = signal<Lang | null>(null); // the letters shown
const shifted = signal(false);

// boardOpen reports whether the keyboard for words is shown.
export const boardOpen = () => open.value !== null;

export const openBoard = () => void (open.value ??= language());

export function closeBoard() {
  open.value = null;
  shifted.value = false;
}

// BoardButton opens the keyboard for words.
export function BoardButton() {
  return (
    <button type="button" class={'button is-quiet board-button' + (open.value ? ' is-on' : '')} data-test="board" aria-label={say('board.open')}
      onClick={() => (open.value ? closeBoard() : openBoard())}>
      <Icon name="keyboard" more="is-large" />
    </button>
  );
}

function into(ch: string) {
  const el = target();
  if (el) insert(el, shifted.value ? ch.toUpperCase() : ch);
  shifted.value = false;
}

// Board is the keyboard for words; press gets what its Enter means.
export function Board({ press }: { press: Press }) {
  const lang = open.value ?? 'mn';
  const other = lang === 'mn' ? 'en' : 'mn';
  useLayoutEffect(() => { // it takes the room where the field may stand, now and whenever another is entered
    const near = () => focused()?.scrollIntoView({ block: 'nearest' });
    const later = () => void requestAnimationFrame(near);
    near();
    addEventListener('focusin', later);
    return () => removeEventListener('focusin', later);
  }, []);
  return (
    <div class="board" data-test="keyboard">
      {letters[lang].map((row) => (
        <div class="board-row" key={row}>
          {[...row].map((ch) => {
            const shown = shifted.value ? ch.toUpperCase() : ch;
            return <button type="button" key={ch} class="key" data-test={'letter-' + ch} onClick={() => into(ch)}>{shown}</button>;
          })}
        </div>
      ))}
      <div class="board-row">
        <button type="button" class={'key is-wide' + (shifted.value ? ' is-on' : '')} data-test="board-shift" aria-label={say('key.shift')} onClick={() => (shifted.value = !shifted.value)}><Icon name="shift" /></button>
        <button type="button" class="key is-wide" data-test="board-lang" onClick={() => (open.value = other)}>{letters.names[other]}</button>
        <button type="button" class="key is-space" data-test="board-space" aria-label={say('key.space')} onClick={() => into(' ')} />
        <button type="button" class="key is-wide" data-test="board-back" aria-label={say('key.backspace')} onClick={() => { const el = target(); if (el) rub(el); }}><Icon name="erase" /></button>
        <button type="button" class="key is-wide" data-test="board-enter" aria-label={say('key.enter')} onClick={() => press('Enter')}><Icon name="enter" /></button>
      </div>
    </div>
  );
}
