// Every word of a screen, in the language chosen on it. What the till says by its API comes ready.

import { signal } from '@preact/signals';

export type Lang = 'mn' | 'en';
type Texts = Record<string, string>;

const KEY = 'posbox.lang'; // a preference, nothing more

let all: Record<Lang, Texts> = { mn: {}, en: {} };

const isLang = (lang: unknown): lang is Lang => lang === 'mn' || lang === 'en';

const chosen = signal<Lang | null>(remembered());
const shop = signal<Lang>('mn');

function remembered(): Lang | null {
  try {
    const lang = localStorage.getItem(KEY);
    return isLang(lang) ? lang : null;
  } catch {
    return null; // storage may be closed to us
  }
}

// load says what the texts of this screen are. Both languages have the same keys; the kit's own pieces need key.enter,
// key.backspace, key.space and board.open.
export function load(texts: Record<Lang, Texts>) {
  all = { mn: held(texts.mn), en: held(texts.en) };
}

// held keeps a short last word on the line of the one before it: Mongolian ends questions and requests with two letters.
const held = (texts: Texts) => Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.replace(/ (\p{L}{1,2})(?=[.,?!;:]|$)/gu, '\u00a0$1')]));

// language is the reader's choice, else the shop's.
export const language = (): Lang => chosen.value ?? shop.value;

// shopLanguage tells what the shop is set to; true where that changes the screen.
export function shopLanguage(lang: string) {
  if (!isLang(lang) || lang === shop.value) return false;
  const before = language();
  shop.value = lang;
  return before !== language();
}

export function choose(lang: Lang) {
  chosen.value = lang;
  try {
    localStorage.setItem(KEY, lang);
  } catch { /* then it holds until the page is closed */ }
}

export type Values = Record<string, string | number>;

// say says a text; {names} in it are filled in. What has no text says otherwise, else its key.
export function say(key: string, values?: Values, otherwise = key) {
  const text = all[language()][key] ?? otherwise;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? '')) : text;
}
