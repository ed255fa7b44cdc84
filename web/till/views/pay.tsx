// Payment: cash, not cash, or both. Enter on nothing is the exact sum, in cash or the way that was chosen; moving to the other
// side fills in the rest. White buttons count money, green ones end the sale.

import { effect, signal, untracked } from '@preact/signals';
import { command } from '../api';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { type IconName } from '../../kit/icons';
import { Button, Cap, Pane, Sum } from '../../kit/pieces';
import { cents, number, wire } from '../../kit/format';
import { perform } from '../actions';
import { blocking, insist } from '../notices';
import { Known } from './buyer';
import { reasonNow } from './return';
import { back, go, page } from '../route';
import { enqueue, paying } from '../queue';
import { busy, state, ui } from '../store';
import { KEYS } from '../keymap';
import type { Basket, Tender } from '../model';
import { t } from '../texts';
import { others, wayName, type Other } from '../ways';
import * as sound from '../../kit/sound';

const SIGNS: Record<Other, IconName> = { card: 'card', transfer: 'transfer', qr: 'qr' };

type Spot = 'register' | 'consumer' | 'cash' | 'other' | 'slip';

interface Entered { basket: string | null; list: Tender[]; at: Spot; cash: string; kind: Other; amount: string; slip: string; hops: number; register: string | null; consumer: string | null; adding: boolean }

const fresh = (basket: string | null): Entered => ({ basket, list: [], at: 'cash', cash: '', kind: others()[0] ?? 'card', amount: '', slip: '', hops: 1, register: null, consumer: null, adding: false });

const entered = signal(fresh(null));

// model returns what has been entered for the basket in front; by the basket's draft it survives a reload and a crash.
// What was entered while the basket's first scan was still on its way belongs to it.
function model(): Entered {
  const basket = state.basket.value;
  const id = basket?.id ?? null;
  const p = entered.value;
  if (p.basket === id) return p;
  if (p.basket === null && otherWay(p)) return { ...p, basket: id, amount: p.amount || left(p) };
  if (p.basket === null && (p.cash || p.amount || p.list.length || p.register !== null || p.consumer !== null)) return { ...p, basket: id };
  return basket?.tenders?.length ? drafted(basket) : fresh(id);
}

// drafted is what the till has kept: cash as it was given, and the last other part still open to be changed.
function drafted(basket: Basket): Entered {
  const all = basket.tenders ?? [];
  const cash = all.reduce((n, x) => n + (x.kind === 'cash' ? cents(x.amount) ?? 0 : 0), 0);
  const list = all.filter((x) => x.kind !== 'cash');
  const last = list.pop();
  return {
    ...fresh(basket.id), list, cash: cash ? short(cash) : '', at: last ? 'other' : 'cash',
    ...(last ? { kind: last.kind as Other, amount: short(cents(last.amount) ?? 0), slip: last.slip ?? '' } : {}),
  };
}

// otherWay reports that the buyer pays the side that is not cash, how much of it may not be known yet.
const otherWay = (p: Entered) => p.at === 'other' || p.at === 'slip';

const put = (by: Partial<Entered>) => void (entered.value = { ...model(), ...by });

const DRAFT = 300; // ms after the last key
let saving = 0;

// What has been entered goes to the till a moment after the last key; a locked till takes it when it is open again.
effect(() => {
  const p = entered.value;
  if (!state.seller.value || state.seller.value.locked) return;
  clearTimeout(saving);
  if (p.basket !== null) saving = setTimeout(() => save(p), DRAFT);
});

const written = (all: Tender[]) => JSON.stringify(all.map((x) => [x.kind, cents(x.amount), x.slip ?? '']));

function save(p: Entered) {
  const basket = state.basket.peek();
  if (!basket?.tenders || basket.id !== p.basket || paying()) return;
  const tenders = offered(p);
  if (written(tenders) === written(basket.tenders)) return;
  command('basket.tenders', { basket: basket.id, tenders }).catch(() => {}); // a draft: payment itself is judged
}

// offered lists what has been entered, without making up what is missing.
function offered(p: Entered): Tender[] {
  const cash = p.cash ? cents(p.cash) : 0;
  const other = p.amount ? cents(p.amount) : 0;
  const all = [...p.list];
  if (cash) all.push({ kind: 'cash', amount: wire(cash) });
  if (other) all.push({ kind: p.kind, amount: wire(other), ...slip(p) });
  return all;
}

// counted is what stays when the payment is left: parts already taken, never the cash that was being counted.
const counted = (p: Entered): Entered => ({ ...p, at: p.slip ? p.at : 'cash', cash: '', amount: p.slip ? p.amount : '', register: null, consumer: null, hops: p.hops + 1, adding: false });

let mark = ''; // of the payment on the screen: seller and goods

// Money counted for one moment is not there at the next: whoever leaves the payment, or finds another seller or other
// goods in it, counts again. Goods on their way when the payment was opened belong to it.
effect(() => {
  const b = state.basket.value;
  const open = page() === 'pay';
  const seller = state.seller.value;
  const now = open ? JSON.stringify([b?.id, seller?.code, b?.lines.map((l) => [l.line, l.quantity, l.total])]) : '';
  const before = mark;
  mark = now;
  if (!before || now === before) return;
  const same = open && JSON.parse(before)[1] === seller?.code;
  if (same && (ui.waiting.peek() || JSON.parse(before)[0] !== b?.id)) return;
  const p = untracked(model);
  if (p.cash || p.amount || p.register !== null || p.consumer !== null) entered.value = counted(p);
});

// toPay is what the buyer owes: the goods, less those that come back.
const toPay = (b: Basket) => b.due ?? b.total;
const due = () => (state.basket.value ? cents(toPay(state.basket.value)) ?? 0 : 0);
const paid = (p: Entered) => p.list.reduce((n, x) => n + (cents(x.amount) ?? 0), 0);
const rest = (p: Entered) => due() - paid(p);
const slip = (p: Entered) => (p.slip.trim() ? { slip: p.slip.trim() } : {});
const short = (n: number) => wire(n).replace(/\.00$/, '');

// reckon says what would be sent for what has been entered, and whether it is enough for the basket as it is now.
export function reckon(p = model()) {
  const cash = p.cash ? cents(p.cash) : 0;
  const other = p.amount ? cents(p.amount) : 0;
  const bad = cash === null || other === null;
  const exact = !p.cash && !p.amount;
  const tenders = offered(p);
  if (exact && rest(p) > 0) tenders.push(otherWay(p) ? { kind: p.kind, amount: wire(rest(p)), ...slip(p) } : { kind: 'cash', amount: wire(rest(p)) });
  const given = exact ? due() : paid(p) + (cash || 0) + (other || 0);
  const unchecked = tenders.reduce((n, x) => n + (x.kind === 'cash' ? 0 : cents(x.amount) ?? 0), 0);
  const money = tenders.some((x) => x.kind === 'cash');
  const enough = !bad && given >= due() && unchecked <= due() && !(money && unchecked === due());
  return { exact, tenders, given, missing: Math.max(0, due() - given), change: Math.max(0, given - due()), over: unchecked > due(), enough };
}

// exactCash reports whether the way forward takes the rest in cash as if it were given to the tögrög.
export const exactCash = (p = model()) => reckon(p).exact && !otherWay(p) && rest(p) > 0;

// start opens the payment at once, also while scans are still on their way: their lines come before the money.
export function start() {
  if (insist() || page() === 'pay') return;
  if (state.basket.value?.return && due() <= 0) return go('return');
  if (!state.basket.value?.lines.length && !ui.waiting.value) return sound.attention();
  const p = model();
  if (p.cash) entered.value = counted(p); // a draft that nobody came back to
  go('pay');
}

// finish sends the payment, as it is entered now, after everything scanned before it. What was refused meanwhile is read
// first.
export function finish() {
  if (paying() || busy('pay') || insist()) return;
  if (!reckon().enough) {
    sound.attention();
    return;
  }
  if (unsaved()) return void buyer();
  const asked = model(); // what comes after belongs to the next scan
  enqueue(async () => {
    const r = reckon(asked);
    const basket = state.basket.value;
    const other = asked.basket !== null && asked.basket !== basket?.id;
    if (blocking() || other || !r.enough || (!basket?.lines.length && !basket?.return)) {
      sound.attention();
      return false;
    }
    const answer = await perform('pay', { basket: basket.id, total: toPay(basket), tenders: r.tenders, ...reasonNow() });
    if (answer) {
      entered.value = fresh(null);
      back();
    }
    return answer;
  }, true);
}

function to(at: Spot, by: Partial<Entered> = {}) {
  if ((at === 'other' || at === 'slip') && !others().length) return sound.attention();
  let p = { ...model(), ...by };
  if ((at === 'other' || at === 'slip') && !p.amount && !p.slip && !otherWay(p)) p = { ...p, amount: left(p) };
  if (at === 'cash') p = inCash(p);
  entered.value = { ...p, at, hops: p.hops + 1, adding: by.adding ?? false };
}

// inCash is what stands when the buyer pays the rest in cash after all: a part that was only offered falls away.
const inCash = (p: Entered): Entered => (p.at !== 'cash' && p.amount && !p.slip ? { ...p, amount: '' } : p);

// left is what is still missing for the other side.
function left(p: Entered) {
  const n = rest(p) - (p.cash ? cents(p.cash) ?? 0 : 0);
  return n > 0 ? short(n) : '';
}

const choose = (kind: Other) => to('other', { kind });

function cycle(by: number) {
  const all = others();
  if (all.length) choose(all[(all.indexOf(model().kind) + by + all.length) % all.length]);
}

// note counts a banknote: the first in place of what stands there selected, the next ones on top.
function note(n: number) {
  const p = model();
  const before = p.adding && p.cash ? cents(p.cash) ?? 0 : 0;
  to('cash', { cash: short(before + n * 100), adding: true });
}

const LIKELY = 4;

// likely lists what a buyer may give for the rest in round notes, the smallest first.
function likely(p: Entered) {
  const q = inCash(p);
  const owed = rest(q) - (cents(q.amount) ?? 0);
  if (owed <= 0) return [];
  const sums = (state.till.value?.notes ?? []).map((n) => Math.ceil(owed / (n * 100)) * n * 100);
  return [...new Set(sums)].filter((n) => n > owed).sort((a, b) => a - b).slice(-LIKELY).map((n) => ({ given: n, change: n - owed }));
}

// give ends the sale with so much cash.
function give(n: number) {
  to('cash', { cash: short(n), adding: true });
  finish();
}

// split puts the part entered into the list and offers the rest.
function split() {
  const p = model();
  const amount = cents(p.amount);
  if (!amount || amount >= rest(p)) return sound.attention();
  const next = { ...p, list: [...p.list, { kind: p.kind, amount: wire(amount), ...slip(p) }], slip: '' };
  to('other', { list: next.list, slip: '', amount: left(next) });
}

// next says what Enter does now; what it does carries the key's name, and nothing else. '': something is wrong.
export function next(p = model()): 'register' | 'consumer' | 'finish' | 'other' | 'split' | '' {
  if (p.at === 'register' || p.at === 'consumer') return p.at;
  const r = reckon(p);
  if (r.enough) return unsaved() || 'finish';
  if (p.at === 'cash') return cents(p.cash) === null ? '' : 'other';
  return cents(p.amount) && !r.over ? 'split' : '';
}

function enter() {
  const what = next();
  if (what === 'register' || what === 'consumer') void buyer(what);
  else if (what === 'finish') finish();
  else if (what === 'other') to('other');
  else if (what === 'split') split();
  else sound.attention();
}

const enterOn = (what: ReturnType<typeof next>) => (next() === what ? 'Enter' : undefined);

type Number = 'register' | 'consumer';

const isBuyer = (at: Spot) => at === 'register' || at === 'consumer';

// unsaved names the number of the buyer that stands on the screen and that the till does not know yet.
function unsaved(): Number | '' {
  const p = model();
  const open = (['register', 'consumer'] as const).filter((n) => p[n] !== null && p[n]!.trim() !== (state.basket.value?.[n] ?? ''));
  return open[0] ?? '';
}

const business = () => to('register', { register: model().register ?? state.basket.value?.register ?? '', consumer: null });
const consumer = () => to('consumer', { consumer: model().consumer ?? state.basket.value?.consumer ?? '', register: null });

// buyer tells the till who buys: a business by its register number, a person by the consumer number or by none.
async function buyer(what: Number = unsaved() || 'register', text = model()[what]?.trim() ?? '') {
  const basket = state.basket.value;
  const kind = 'basket.' + what;
  if (!basket || busy(kind)) return;
  if (text !== (basket[what] ?? '') && !(await perform(kind, { basket: basket.id, [what]: text }))) return;
  to('cash', { register: null, consumer: null });
}

// person says that nobody buys whom the tax office has to know.
async function person() {
  const basket = state.basket.value;
  if (basket?.register) return buyer('register', '');
  if (basket?.consumer) return buyer('consumer', '');
  to('cash', { register: null, consumer: null });
}

function Buyer() {
  const p = model();
  const now = p.register !== null ? 'register' : p.consumer !== null ? 'consumer' : state.basket.value?.register ? 'register' : state.basket.value?.consumer ? 'consumer' : '';
  return (
    <div class="segments" data-test="buyer-kind">
      <Button label={t('pay.person')} test="buyer-person" press={() => void person()} on={!now} />
      <Button label={t(KEYS.consumer.text)} cap={KEYS.consumer.cap} test="buyer-consumer" press={consumer} on={now === 'consumer'} />
      <Button label={t(KEYS.business.text)} cap={KEYS.business.cap} test="buyer-business" press={business} on={now === 'register'} />
    </div>
  );
}

function Register() {
  const p = model();
  const known = state.basket.value?.register;
  if (p.register === null && !known) return null;
  return (
    <div class="register">
      {p.register === null
        ? <><span class="register-known" data-test="register-known"><span class="register-label">{t('pay.register')}</span><strong>{known}</strong></span><Known /><Button label={t('pay.change')} test="register-change" press={business} /></>
        : <><span class="register-label">{t('pay.register')}</span><Field kind="text" aria={t('pay.register')} hint={t('pay.register_hint')} value={p.register} set={(s) => put({ register: s })} enter={() => void buyer('register')} test="register" most={14} noScan focus={p.at === 'register' && 'pay' + p.hops} />
          <BoardButton /><Button label={t('pay.register_yes')} cap={enterOn('register')} test="register-set" press={() => void buyer('register')} busy={busy('basket.register')} off={!p.register.trim()} /></>}
    </div>
  );
}

function Consumer() {
  const p = model();
  const known = state.basket.value?.consumer;
  if (p.consumer === null && !known) return null;
  return (
    <div class="register">
      {p.consumer === null
        ? <><span class="register-known" data-test="consumer-known"><span class="register-label">{t('pay.consumer')}</span><strong>{known}</strong></span><Button label={t('pay.change')} test="consumer-change" press={consumer} /></>
        : <><span class="register-label">{t('pay.consumer')}</span><Field kind="count" aria={t('pay.consumer')} hint={t('pay.consumer_hint')} value={p.consumer} set={(s) => put({ consumer: s })} enter={() => void buyer('consumer')} test="consumer" most={8} takesScan focus={p.at === 'consumer' && 'pay' + p.hops} />
          <Button label={t('pay.register_yes')} cap={enterOn('consumer')} test="consumer-set" press={() => void buyer('consumer')} busy={busy('basket.consumer')} off={!p.consumer.trim()} /></>}
    </div>
  );
}

function Split({ i, of: x }: { i: number; of: Tender }) {
  return (
    <li class="split" data-test="split">
      <span>{wayName(x.kind) + (x.slip ? ' \u00b7 ' + x.slip : '')}</span><Sum of={cents(x.amount) ?? 0} />
      <button type="button" class="button is-small" aria-label={t('pay.take_back')} onClick={() => to('other', { list: model().list.filter((_, j) => j !== i) })}>{'\u00d7'}</button>
    </li>
  );
}

// inHand is what the cash field counts for while nothing stands in it.
const inHand = (p: Entered) => (otherWay(p) || p.amount ? 0 : Math.max(0, rest(p)));

function CashSide() {
  const p = model();
  return (
    <div class={'column side' + (p.at === 'cash' ? ' is-at' : '')}>
      <h2>{t('tender.cash')}{p.at !== 'cash' && <Cap>{'\u2191'}</Cap>}</h2>
      <Field kind="amount" label={t('pay.given')} hint={number(inHand(p))} suffix={'\u20ae'} value={p.cash} set={(cash) => put({ cash, adding: true })} enter={enter} big
        test="tender-cash" focus={p.at === 'cash' && 'pay' + p.hops} />
      <div class="notes">
        {state.till.value?.notes.map((n) => (
          <button type="button" key={n} class="button" data-test={'note-' + n} onClick={() => note(n)}><span class="button-label">{'+' + number(n * 100)}</span></button>
        ))}
      </div>
      <div class="gives" role="group" aria-label={t('pay.gives')}>
        {likely(p).map((x) => (
          <button type="button" key={x.given} class="button is-primary" data-test="give" data-given={x.given / 100} disabled={busy('pay')} onClick={() => give(x.given)}>
            <Sum of={x.given} /><span class="gives-change">{t('side.change') + ' ' + number(x.change)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

function OtherSide() {
  const p = model();
  const amount = cents(p.amount) ?? 0;
  return (
    <div class={'column side' + (otherWay(p) ? ' is-at' : '')}>
      <h2>{t('tender.other')}<span class="caps">{next(p) === 'other' && <Cap>Enter</Cap>}{p.at === 'other' && <Cap>{KEYS.kinds.cap}</Cap>}{(p.at === 'cash' || isBuyer(p.at)) && <Cap>{'\u2193'}</Cap>}</span></h2>
      <div class="segments">
        {others().map((k) => <Button key={k} label={wayName(k)} icon={SIGNS[k]} test={'tender-' + k} press={() => choose(k)} on={otherWay(p) && p.kind === k} />)}
      </div>
      <Field kind="amount" label={t('pay.amount')} hint={otherWay(p) && !p.cash && rest(p) > 0 ? number(rest(p)) : undefined} suffix={'\u20ae'} value={p.amount} set={(s) => put({ amount: s })} enter={enter} test="tender-amount" focus={p.at === 'other' && 'pay' + p.hops} />
      <Field kind="code" label={t('pay.slip')} value={p.slip} set={(s) => put({ slip: s })} enter={enter} test="slip" most={64} noScan keys={{ [KEYS.split.key]: split }} focus={p.at === 'slip' && 'pay' + p.hops} />
      <Button label={t(KEYS.split.text)} cap={enterOn('split') ?? KEYS.split.cap} test="split-add" press={split} off={!amount || amount >= rest(p)} />
    </div>
  );
}

// asCash names what is paid that the tax office will be told to be cash, '' for nothing.
function asCash(p: Entered) {
  const none = state.fiscal.value.as_cash ?? [];
  const used = [...p.list.map((x) => x.kind), ...(p.amount ? [p.kind] : [])];
  return [...new Set(used.filter((k) => none.includes(k)))].map(wayName).join(', ');
}

export function Pay() {
  const p = model();
  return (
    <Pane title={t('pay.title')} back={back} backLabel={t('do.back')} aside={<Buyer />} more="is-pay">
      <Register />
      <Consumer />
      <div class="columns"><CashSide />{others().length > 0 && <OtherSide />}</div>
      {p.list.length > 0 && <ul class="splits" data-test="splits">{p.list.map((x, i) => <Split key={i + x.kind + x.amount} i={i} of={x} />)}</ul>}
      {Boolean(state.basket.value?.unstamped) && <p class="remark is-alert" data-test="pay-unstamped">{t('pay.unstamped', { count: state.basket.value!.unstamped! })}</p>}
      {asCash(p) && <p class="remark" data-test="as-cash">{t('pay.as_cash', { way: asCash(p) })}</p>}
    </Pane>
  );
}

const ORDER: Spot[] = ['cash', 'other', 'slip'];

// order lists the places of the page from the top: the buyer's number is one while it is entered.
function order(): Spot[] {
  const p = model();
  return p.register !== null ? ['register', ...ORDER] : p.consumer !== null ? ['consumer', ...ORDER] : ORDER;
}

export function payKey(key: string) {
  const { at } = model();
  if (key === KEYS.business.key || key === KEYS.consumer.key) {
    key === KEYS.business.key ? business() : consumer();
    return true;
  }
  const places = order();
  if (key === 'Enter') enter();
  else if (key === 'Escape') back();
  else if (key === KEYS.split.key) split();
  else if (key === 'ArrowDown') to(places[Math.min(places.length - 1, places.indexOf(at) + 1)]);
  else if (key === 'ArrowUp') to(places[Math.max(0, places.indexOf(at) - 1)]);
  else if (key === 'ArrowRight' && at === 'other') cycle(1);
  else if (key === 'ArrowLeft' && at === 'other') cycle(-1);
  else return false;
  return true;
}
