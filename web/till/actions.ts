// What a cashier can do, as commands.

import { signal } from '@preact/signals';
import { Refused, command, post, read, type Answer, type Fields } from './api';
import { ended, idOf, over } from './drafts';
import { cents, money, percent, quantity as shown, thousandths, wireQuantity } from '../kit/format';
import { done, refuse } from './notices';
import { ask, top, type Values } from './prompts';
import { enqueue } from './queue';
import { go, page, selling, type Page } from './route';
import { line, state, ui } from './store';
import { places } from './ways';
import type { Good, Line } from './model';
import { copying, tell } from './told';
import { t, tOf } from './texts';
import * as sound from '../kit/sound';

// BARE are the refusals of a customer who may still be taken without the card's discount.
export const BARE = ['customer.not_yet', 'customer.expired'];

const APPROVAL = ['right.missing', 'approver.wrong', 'approver.lacks'];

// perform sends a command and asks for what it lacks: someone with the right, or a weight. It returns the answer, or
// null where it was refused or given up. Each new attempt says something else and so gets an id of its own, unless it does what
// a draft says: then it has the draft's, and ends it. Where that has been done elsewhere, nothing is done here.
export async function perform(kind: string, fields: Fields = {}, draft?: string): Promise<Answer | null> {
  for (let asked = false; ; ) {
    try {
      const answer = await command(kind, fields, draft);
      if (draft) ended(draft);
      done();
      if (!draft || !answer.elsewhere) return answer;
      over();
      return null;
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (draft && e.code === 'command.reused') {
        ended(draft);
        over();
        return null;
      }
      if (e.code === 'return.elsewhere' && !asked && typeof fields.code === 'string') {
        asked = true;
        const told = await findReturn(fields.code, kind);
        if (told === 'unverified') [kind, fields] = ['return.begin', { code: fields.code, unverified: true }];
        if (told) continue; // BAAZ has told it, or a person takes it back unverified
        return null;
      }
      const more = await lacking(e, kind, fields);
      if (!more) return null;
      fields = { ...fields, ...more };
    }
  }
}

// findReturn asks BAAZ for the sale of another till; false where that was refused, and said. Where BAAZ is away a person may
// want to take the goods back all the same.
async function findReturn(code: string, kind: string): Promise<boolean | 'unverified'> {
  try {
    return Boolean(await post('/api/uplink/return', { code }));
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    if (e.code === 'uplink.unreachable' && state.till.value?.unverified) {
      sound.attention();
      return (await ask({ title: t('return.unverified_title'), text: t('return.unverified_text'), yes: t('return.unverified_yes'), fields: [] })) ? 'unverified' : false;
    }
    refuse(e, kind === 'line.scan');
    return false;
  }
}

async function lacking(e: Refused, kind: string, fields: Fields): Promise<Fields | null> {
  if (APPROVAL.includes(e.code) || (e.code === 'seller.wait' && fields.approver)) {
    sound.attention();
    const again = e.code === 'approver.wrong' ? codeOf(fields) : ''; // a password typed once more must not land in the open
    const who = await ask({
      title: t('approver.title'), about: asked(kind, fields), text: e.text, hint: e.hint, yes: t('approver.yes'), alert: e.code !== 'right.missing', at: again ? 1 : 0,
      fields: [
        { name: 'code', kind: 'login', label: t('login.code'), value: again, test: 'approver-code' },
        { name: 'password', kind: 'password', label: t('login.password'), test: 'approver-password' },
      ],
    });
    return who && { approver: { code: who.code, password: who.password } };
  }
  if (e.code === 'quantity.needed' && kind === 'line.scan') {
    sound.attention();
    const good = signal<Good | null | undefined>(null);
    void goodOf(String(fields.code)).then((g) => (good.value = g), () => {}); // without it the weight can be typed all the same
    const answer = await ask({
      title: e.text, yes: t('quantity.yes'), figure: (v) => (good.value ? worth(good.value.price, good.value.unit, v.quantity!) : null),
      fields: [{ name: 'quantity', kind: 'quantity', label: t('quantity.weight'), suffix: () => good.value?.unit, test: 'quantity' }],
    });
    return answer && { quantity: answer.quantity.replace(',', '.') };
  }
  if (kind === 'customer.set' && BARE.includes(e.code)) {
    sound.attention();
    const yes = await ask({ title: t('customer.bare'), text: e.text, alert: true, yes: t('customer.bare_yes') });
    return yes && { percent: '0' };
  }
  if (e.code === 'stamp.sold' && kind === 'line.scan') {
    sound.bad();
    const yes = await ask({
      title: t('stamp.again_title'), text: e.text, hint: t('stamp.again_text'), alert: true, yes: t('stamp.again_yes'), reasons: 'stamp',
      fields: [{ name: 'reason', kind: 'text', label: t('reason.label'), test: 'reason' }],
    });
    return yes && { again: true, reason: yes.reason };
  }
  refuse(e, kind === 'line.scan');
  return null;
}

// goodOf finds the one good that a code means; null where that is none or not sure, undefined where nobody answers.
export async function goodOf(code: string): Promise<Good | null | undefined> {
  const answer = await read<{ goods: Good[] }>('/api/goods?limit=20&q=' + encodeURIComponent(code));
  if (!answer) return undefined;
  const exact = answer.goods.find((g) => g.code === code || g.barcodes.includes(code));
  return exact ?? (answer.goods.length === 1 ? answer.goods[0] : null);
}

// worth is what a quantity comes to while it is typed, rounded as the line will be.
function worth(price: string, unit: string, typed: string) {
  const q = thousandths(typed);
  return { of: money(price) + ' / ' + unit, sum: q === null ? null : Math.round((cents(price) ?? 0) * q / 1000) };
}

// codeOf is the code of who was asked to approve.
const codeOf = (fields: Fields) => (fields.approver as { code: string } | undefined)?.code ?? '';

// asked says in words what somebody is asked to approve: the deed, how much, why, and of what.
function asked(kind: string, fields: Fields) {
  const b = state.basket.peek();
  const l = b?.lines.find((x) => kind.startsWith('line.') && String(x.line) === fields.line);
  const some = (name: string) => (typeof fields[name] === 'string' ? String(fields[name]) : '');
  const returned = kind === 'pay' ? b?.return : null;
  const deed = returned ? t('approve.return') : fields.again ? t('approve.again') : tOf('approve.', kind);
  const of = cents(l ? l.gross : b?.gross ?? '0') ?? 0;
  const share = cents(some('percent'));
  const amount = cents(some('amount'));
  return [
    share !== null ? percent(some('percent')) + ' ' + deed : deed,
    kind === 'ticket.discount' ? t('discount.ticket') : l?.name,
    share ? '\u2212' + money(Math.round((of - (l ? 0 : lineOff())) * share / 10000)) : '',
    amount !== null ? (kind.endsWith('.discount') ? '\u2212' : '') + money(amount) : '',
    some('quantity') && l ? shown(l.quantity) + ' \u2192 ' + shown(some('quantity')) + ' ' + l.unit : '',
    kind === 'line.remove' && l ? money(l.total) : '',
    returned ? money(returned.total) : '',
    kind === 'basket.drop' && b ? money(b.total) : '',
    some('reason'), some('bill'),
  ].filter(Boolean).join(', ');
}

// lineOff is what the lines' own discounts take off: the ticket's discount is of the rest.
const lineOff = () => (state.basket.peek()?.lines ?? []).reduce((n, l) => n + (cents(l.line_discount) ?? 0), 0);

// scan puts a code into the basket.
export function scan(code: string) {
  enqueue(async () => {
    const answer = await perform('line.scan', { code });
    if (!answer) return false;
    sound.good();
    if (answer.result?.return) go('return'); // it was a receipt
    return true;
  });
}

// elsewhere says what a scan means on the pages where nothing is sold.
export const elsewhere: Partial<Record<Page, (code: string) => void>> = {};

// scanned takes a code that came fast, whatever is on the screen.
export function scanned(code: string) {
  const other = elsewhere[page() as Page];
  if (other && !top()) return other(code);
  if (!selling()) {
    sound.bad();
    return;
  }
  if (!top() && page() !== 'sell') go('sell');
  scan(code);
}

// of names a line of the basket in front.
const of = (l: Line) => ({ basket: state.basket.value!.id, line: String(l.line) });

const onLine = (work: (l: Line) => unknown) => enqueue(async () => {
  const l = line();
  if (!l) {
    sound.attention();
    return true;
  }
  return (await work(l)) !== null;
});

// step changes the chosen line's quantity by whole units; never to nothing.
export function step(by: number) {
  onLine((l) => {
    const q = (thousandths(l.quantity) ?? 0) + by * 1000;
    if (q <= 0) {
      sound.attention();
      return true;
    }
    return perform('line.quantity', { ...of(l), quantity: wireQuantity(q) });
  });
}

// quantity asks for the chosen line's quantity.
export async function quantity() {
  const l = line();
  if (!l) return sound.attention();
  const where = of(l);
  const answer = await ask({
    title: l.name, text: t('quantity.now', { quantity: shown(l.quantity), unit: l.unit }), yes: t('quantity.yes'), figure: (v) => worth(l.unit_price, l.unit, v.quantity!),
    fields: [{ name: 'quantity', kind: 'quantity', label: t('quantity.label'), suffix: l.unit, test: 'quantity' }],
  });
  if (answer) enqueue(() => perform('line.quantity', { ...where, quantity: answer.quantity.replace(',', '.') }));
}

// remove takes the chosen line out.
export const remove = () => onLine((l) => perform('line.remove', of(l)));

// discount asks for a discount on the chosen line or on the whole ticket. What was refused or not approved comes back as it
// was typed: Esc is one step.
export async function discount() {
  const l = line();
  if (!l) return sound.attention();
  const where = of(l);
  let typed: Values = { scope: 'line', unit: 'percent' };
  for (;;) {
    const answer = await ask({
      title: t('discount.title'), yes: t('discount.yes'), none: t('discount.none'), reasons: 'discount',
      choices: [
        { name: 'scope', value: typed.scope, key: '/', options: [{ value: 'line', label: l.name }, { value: 'ticket', label: t('discount.ticket') }] },
        { name: 'unit', value: typed.unit, key: '*', options: [{ value: 'percent', label: '%' }, { value: 'amount', label: '\u20ae' }] },
      ],
      fields: [
        { name: 'value', kind: 'amount', label: t('discount.value'), unit: 'unit', value: typed.value, test: 'discount-value' },
        { name: 'reason', kind: 'text', label: t('reason.label'), value: typed.reason, test: 'reason' },
      ],
    });
    if (!answer) return;
    typed = answer;
    const fields = { [answer.unit]: answer.value.replace(',', '.'), reason: answer.reason };
    const given = await queued(() => (answer.scope === 'ticket' ? perform('ticket.discount', { basket: where.basket, ...fields }) : perform('line.discount', { ...where, ...fields })));
    if (given) return;
  }
}

// queued does something in its turn and tells what became of it.
const queued = <T>(work: () => Promise<T>) => new Promise<T>((done) => enqueue(async () => {
  const answer = await work();
  done(answer);
  return answer;
}));

// park puts the basket in front aside and begins another.
export function park() {
  go('sell');
  enqueue(() => perform('basket.new'));
}

export function select(basket: string) {
  go('sell');
  enqueue(() => perform('basket.select', { basket }));
}

// openTab begins a basket at a place of the shop, or brings the one that is there.
export function openTab(tab: number) {
  go('sell');
  enqueue(() => perform('basket.new', { tab }));
}

// selectTab brings the basket of a tab to the front.
export function selectTab(number: number) {
  const tab = state.baskets.value.find((b) => b.tab === number);
  if (tab) select(tab.id);
  else if (places().some((p) => p.tab === number)) openTab(number);
  else sound.attention();
}

// drop throws the basket in front away, after a question.
export async function drop() {
  const b = state.basket.value;
  if (!b) return sound.attention();
  if (b.lines.length && !(await ask({ title: t('drop.title'), text: t('drop.text', { count: b.lines.length }), yes: t('drop.yes'), loss: true }))) return;
  go('sell');
  enqueue(() => perform('basket.drop', { basket: b.id }));
}

// setCustomer makes somebody the buyer; false where that was refused.
export async function setCustomer(code: string) {
  const answer = await perform('customer.set', { code });
  if (!answer) return false;
  sound.good();
  go('sell');
  return true;
}

// reprint asks for a copy of a receipt.
export async function reprint(bill: string) {
  const answer = await perform('receipt.reprint', { bill });
  if (answer) copying(bill, answer.seq);
}

// testPrint asks for a page that shows what the printer can do.
export async function testPrint() {
  if (await perform('print.test')) tell(t('told.test'));
}

// moveCash asks for cash put in or taken out.
export async function moveCash(kind: 'cash.in' | 'cash.out') {
  const into = kind === 'cash.in';
  const name = kind + '/' + (state.shift.value?.opened_at ?? '');
  const answer = await ask({
    keep: name,
    title: t(into ? 'cash.in' : 'cash.out'), yes: t('cash.yes'), reasons: into ? 'cash_in' : 'cash_out',
    fields: [
      { name: 'amount', kind: 'amount', label: t('cash.amount'), suffix: '\u20ae', test: 'cash-amount' },
      { name: 'reason', kind: 'text', label: t('reason.label'), test: 'reason' },
    ],
  });
  if (!answer) return;
  const amount = answer.amount.replace(',', '.');
  if (!(await perform(kind, { amount, reason: answer.reason }, idOf(name)))) return;
  tell(t(into ? 'told.cash_in' : 'told.cash_out', { amount: money(amount) }));
}

export async function openDrawer() {
  const answer = await ask({
    title: t('drawer.title'), yes: t('drawer.yes'), reasons: 'drawer',
    fields: [{ name: 'reason', kind: 'text', label: t('reason.label'), test: 'reason' }],
  });
  if (answer && (await perform('drawer.open', { reason: answer.reason }))) tell(t('told.drawer'));
}

// logout keeps baskets and shift where they are.
export async function logout() {
  if (await perform('seller.logout')) go('sell'); // whoever comes next begins there
  ui.entry.value = '';
}

// lock keeps everything where it is until a seller logs in.
export async function lock() {
  if (!state.seller.value || state.seller.value.locked) return;
  await perform('seller.lock');
  ui.entry.value = '';
}
