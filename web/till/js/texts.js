// Every word of the screen, in the language chosen on it. What posd says comes ready.

import mn from './texts/mn.js';
import en from './texts/en.js';

const all = { mn, en };
const KEY = 'posbox.lang'; // a preference, nothing more

let chosen = remembered();

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be closed to us
  }
}

let shop = 'mn';

// language is the cashier's choice, else the shop's.
export const language = () => (chosen in all ? chosen : shop);

// shopLanguage tells what the till is set to; true where that changes the screen.
export function shopLanguage(lang) {
  if (!(lang in all) || lang === shop) return false;
  const before = language();
  shop = lang;
  return before !== language();
}

export function choose(lang) {
  chosen = lang;
  try {
    localStorage.setItem(KEY, lang);
  } catch { /* then it holds until the page is closed */ }
}

// t says a text; {names} in it are filled in.
export function t(key, values) {
  const text = all[language()][key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '') : text;
}
