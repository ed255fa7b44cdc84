// The app's words: one pair of files a subject. To add a subject, add its folder here.

import { load, say, type Values } from '../kit/texts';
import mn from './texts/mn.json';
import en from './texts/en.json';
import reportsMn from './texts/reports/mn.json';
import reportsEn from './texts/reports/en.json';
import registersMn from './texts/registers/mn.json';
import registersEn from './texts/registers/en.json';
import peopleMn from './texts/people/mn.json';
import peopleEn from './texts/people/en.json';
import tillsMn from './texts/tills/mn.json';
import tillsEn from './texts/tills/en.json';
import fiscalMn from './texts/fiscal/mn.json';
import fiscalEn from './texts/fiscal/en.json';

load({ mn: { ...mn, ...reportsMn, ...registersMn, ...peopleMn, ...tillsMn, ...fiscalMn }, en: { ...en, ...reportsEn, ...registersEn, ...peopleEn, ...tillsEn, ...fiscalEn } });

export type Key = keyof typeof mn | keyof typeof reportsMn | keyof typeof registersMn | keyof typeof peopleMn | keyof typeof tillsMn | keyof typeof fiscalMn;

// t says a text; {names} in it are filled in.
export const t = (key: Key, values?: Values) => say(key, values);

// tOf says the text of a name that BAAZ tells, under a prefix: tOf('role.', 'owner'). A name that has no text yet is said
// as it is.
export const tOf = (prefix: string, name: string, values?: Values) => say(prefix + name, values, name);
