// Amounts come as decimal strings and are counted here in whole hundredths (möngö), quantities in thousandths: both are
// integers far below 2^53, so nothing is ever rounded.

import { language } from './texts';

const THIN = '\u202f'; // narrow no-break space
const BEFORE = '\u00a0'; // the sign is broad: a thin space before it is none
const MINUS = '\u2212';
const TUGRIK = '\u20ae';

// scaled reads "12500", "12500.5", "12500,50" into an integer of the given places; null for anything else.
function scaled(text: string, places: number): number | null {
  const m = /^(-?)(\d{1,15})(?:[.,](\d+))?$/.exec(String(text).trim());
  if (!m || (m[3] || '').length > places) return null;
  const n = Number(m[2] + (m[3] || '').padEnd(places, '0'));
  if (!Number.isSafeInteger(n)) return null;
  return m[1] ? -n : n;
}

function plain(n: number, places: number) {
  const digits = String(Math.abs(n)).padStart(places + 1, '0');
  return (n < 0 ? '-' : '') + digits.slice(0, -places) + '.' + digits.slice(-places);
}

// cents reads an amount into möngö; null where it is none.
export const cents = (text: string) => scaled(text, 2);

// wire writes möngö as the API takes them.
export const wire = (n: number) => plain(n, 2);

// thousandths reads a quantity; null where it is none.
export const thousandths = (text: string) => scaled(text, 3);

// wireQuantity writes thousandths as the API takes them.
export const wireQuantity = (n: number) => plain(n, 3);

// group puts thin spaces between thousands.
export const group = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, THIN);

// number writes möngö for people, without the currency sign. Decimals only where there are any, or on demand.
export function number(n: number, decimals = false) {
  const abs = Math.abs(n);
  const whole = group(String(Math.floor(abs / 100)));
  const rest = abs % 100;
  const tail = rest || decimals ? '.' + String(rest).padStart(2, '0') : '';
  return (n < 0 ? MINUS : '') + whole + tail;
}

// money writes an amount, möngö or decimal string, for people.
export function money(amount: number | string, decimals = false) {
  const n = typeof amount === 'number' ? amount : cents(amount) ?? 0;
  return number(n, decimals) + BEFORE + TUGRIK;
}

export const currency = TUGRIK;

// mark is the decimal mark of quantities and percentages in the reader's language. Both are taken where one types.
export const mark = () => (language() === 'en' ? '.' : ',');

// quantity writes "3" or "1,245" for people; trailing zeros of a weight stay off.
export function quantity(text: string) {
  const [whole, part = ''] = String(text).split('.');
  const tail = part.replace(/0+$/, '');
  return group(whole) + (tail ? mark() + tail : '');
}

// percent writes "10" or "7,5" of "10.00" or "7.50".
export function percent(text: string) {
  const [whole, part = ''] = String(text).split('.');
  const tail = part.replace(/0+$/, '');
  return whole + (tail ? mark() + tail : '') + THIN + '%';
}

const calendar = (timeZone?: string) => new Intl.DateTimeFormat('en', {
  timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
});

let shop = calendar(undefined); // until the till has told its zone: the browser's

// shopZone tells the shop's time zone (IANA name).
export function shopZone(name: string) {
  try {
    shop = calendar(name || undefined);
  } catch {
    shop = calendar(undefined); // a name that this browser does not know
  }
}

// wall returns the shop's wall time as "2026-11-23 14:05".
export function wall(d: Date) {
  const part: Record<string, string> = {};
  for (const { type, value } of shop.formatToParts(d)) part[type] = value;
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

// capital begins a word that stands alone as a sentence does.
export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

// parted are the name of a setting and what else is said of it, which stands behind a semicolon.
export function parted(about: string): [string, string] {
  const [name, ...more] = about.split('; ');
  return [name, more.length ? capital(more.join('; ')) + '.' : ''];
}

// minute shortens "2026-11-23 14:05:09" to "2026-11-23 14:05".
export const minute = (local?: string) => String(local || '').slice(0, 16);
