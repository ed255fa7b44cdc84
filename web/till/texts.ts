// The till's words.

import { load, say, type Values } from '../kit/texts';
import mn from './texts/mn.json';
import en from './texts/en.json';
import ownerMn from './texts/owner/mn.json';
import ownerEn from './texts/owner/en.json';

load({ mn: { ...mn, ...ownerMn }, en: { ...en, ...ownerEn } });

export type Key = keyof typeof mn | keyof typeof ownerMn;

// t says a text; {names} in it are filled in.
export const t = (key: Key, values?: Values) => say(key, values);

// tOf says the text of a name that the till tells, under a prefix: tOf('role.', 'owner'). A name that has no text yet is
// said as it is.
export const tOf = (prefix: string, name: string, values?: Values) => say(prefix + name, values, name);
