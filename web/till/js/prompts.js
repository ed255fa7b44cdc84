// Questions in place: a dialog over the basket, whose answer is awaited. Esc answers null.

import { ui, changed } from './store.js';

let next = 1;

// ask opens a dialog. q: title, text, yes (the button), fields [{name, kind, label, suffix, value, optional}], reasons
// (prefix of the texts offered), choices [{name, options: [{value, label, key}]}]. The answer is an object of values.
export function ask(q) {
  return new Promise((resolve) => {
    const values = {};
    for (const f of q.fields || []) values[f.name] = f.value || '';
    for (const c of q.choices || []) values[c.name] = c.value;
    ui.prompts.push({ ...q, id: next++, at: 0, hops: 0, values, missing: null, resolve });
    ui.board = null;
    changed();
  });
}

// top is the dialog to answer, null where there is none.
export const top = () => ui.prompts[ui.prompts.length - 1] || null;

// close answers a dialog.
export function close(p, answer) {
  const i = ui.prompts.indexOf(p);
  if (i < 0) return;
  ui.prompts.splice(i, 1);
  ui.board = null;
  p.resolve(answer);
  changed();
}
