// The shop's customers with discount cards.

import { Field } from '../../kit/field';
import { Codes, Editing, Entry, Form, Group, Register, Switch, hop, registerKey } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { memo } from '../../kit/memo';
import { Search } from '../../kit/search';
import { read } from '../api';
import { elsewhere, perform } from '../actions';
import { begun, drafts } from '../drafts';
import { fail } from '../notices';
import { go } from '../route';
import type { Fault } from '../model';
import { t } from '../texts';
import * as sound from '../../kit/sound';
import { Central, central, forward, useWay } from './way';

// Found is a customer as a search shows one; Whole is one as it is changed.
interface Found { code: string; name: string; phone: string; percent: string; valid_to?: string; active: boolean; usable?: boolean; why?: Fault }

interface Whole { code: string; name: string; phone: string; cards: string[]; percent: string; valid_from: string; valid_to: string; active: boolean }

const NEW: Whole = { code: '', name: '', phone: '', cards: [], percent: '', valid_from: '', valid_to: '', active: true };

const search = new Search<Found>(async (text, stop) => {
  try {
    const answer = await read<{ customers: Found[] }>('/api/customers?limit=50&q=' + encodeURIComponent(text), stop);
    return answer ? answer.customers : null;
  } catch (e) {
    fail(e);
    return null;
  }
});

const editing = new Editing<Whole>(drafts('customer'));
const { form, edit } = editing;

const add = () => (central() ? sound.attention() : editing.begin(NEW, true));

// whole reads a customer as it is now; null where that failed, which is said.
async function whole(code: string): Promise<Whole | null> {
  try {
    const c = await read<Whole>('/api/customers/' + encodeURIComponent(code));
    return c && { ...NEW, ...c, cards: c.cards ?? [], percent: c.percent.replace(/\.00$/, '') };
  } catch (e) {
    fail(e);
    return null;
  }
}

async function open(code: string) {
  const c = await whole(code);
  if (c) editing.begin(c, false);
}

const take = (code?: string) => edit({ cards: editing.took(form.value!.cards, code) });

// A card that is scanned is added to the customer in front, or finds its owner.
elsewhere['owner/customers'] = (code) => {
  sound.good();
  if (form.value) take(code);
  else search.find(code);
};

const isDay = (s: string) => !s.trim() || /^\d{4}-\d{2}-\d{2}$/.test(s.trim());

const complete = (c: Whole) => Boolean(c.code.trim() && c.name.trim() && /^\d{1,3}([.,]\d{1,2})?$/.test(c.percent.trim()) && isDay(c.valid_from) && isDay(c.valid_to));

async function save() {
  if (!form.value || !complete(form.value)) return sound.attention();
  take();
  const { code } = form.value;
  if (!(await editing.current(() => whole(code)))) return sound.attention();
  const c = form.value!;
  const customer = { ...c, code: c.code.trim(), name: c.name.trim(), phone: c.phone.trim(), percent: c.percent.trim().replace(',', '.'), valid_from: c.valid_from.trim(), valid_to: c.valid_to.trim() };
  if (await editing.save((id) => perform('customer.put', { customer }, id))) search.find(search.text.peek());
}

const Row = memo(({ of: c, current }: { of: Found; current: boolean }) => (
  <Entry name={c.name} figure={percent(c.percent)} current={current} off={!c.active} test="customer-row" code={c.code} open={() => void open(c.code)}
    more={[c.code, c.phone && t('customer.phone', { phone: c.phone }), c.why ? c.why.text : c.valid_to && t('card.until', { day: c.valid_to })].filter(Boolean).join(' \u00b7 ')} />
));

const leave = () => go('menu');

const List = () => (
  <Register title={t('card.title')} back={leave} backLabel={t('do.back')} search={search} hint={t('card.find')} enter={() => void choose()} test="customers-text"
    lead={<Central />} none={t(search.text.value ? 'goods.none' : central() ? 'card.search_only' : 'card.search')} row={(c, current) => <Row key={c.code} of={c} current={current} />}
    buttons={!central() && <Button label={t('card.new')} cap="F4" icon="plus" test="customer-new" press={add} />} />
);

async function choose() {
  const c = await search.chosen();
  if (c) await open(c.code);
}

const LABELS = {
  code: 'login.code', name: 'card.name', phone: 'card.phone', cards: 'card.cards', percent: 'card.percent', valid_from: 'card.from', valid_to: 'card.to', active: 'card.active',
} as const;

function Edit({ of: c }: { of: Whole }) {
  const next = () => void hop(1);
  return (
    <Form title={editing.fresh.value ? t('card.new') : c.name || c.code} editing={editing} backLabel={t('do.back')} begun={begun(LABELS)}>
      <Group title={t('card.who')}>
        <div class="wide"><Field kind="text" label={t('card.name')} value={c.name} set={(name) => edit({ name })} enter={next} test="customer-name" focus="customer-edit" most={100} /></div>
        <Field kind="code" label={t('login.code')} value={c.code} set={(code) => edit({ code })} enter={next} test="customer-edit-code" off={!editing.fresh.value} most={32} />
        <Field kind="code" label={t('card.phone')} value={c.phone} set={(phone) => edit({ phone })} enter={next} test="customer-phone" most={20} />
        <div class="wide"><Codes of={c.cards} editing={editing} set={(cards) => edit({ cards })} label={t('card.cards')} hint={t('card.hint')} test="customer-card" chip="customer-chip" say={(code) => t('good.drop', { code })} /></div>
      </Group>
      <Group title={t('card.discount')}>
        <Field kind="amount" label={t('card.percent')} suffix="%" value={c.percent} set={(p) => edit({ percent: p })} enter={next} test="customer-percent" />
        <Switch label={t('card.active')} about={t('card.active_about')} on={c.active} set={(active) => edit({ active })} test="customer-active" />
        <Field kind="code" label={t('card.from')} hint={t('card.day')} value={c.valid_from} set={(d) => edit({ valid_from: d })} enter={next} test="customer-from" most={10} />
        <Field kind="code" label={t('card.to')} hint={t('card.day')} value={c.valid_to} set={(d) => edit({ valid_to: d })} enter={next} test="customer-to" most={10} />
      </Group>
    </Form>
  );
}

export function OwnerCustomers() {
  const c = form.value;
  useWay(() => c && { title: c.name || t('card.new'), text: central() ? t('owner.central') : editing.clash().length ? t('form.changed') : complete(c) ? c.percent + ' %' : t('card.missing'), label: 'do.save', press: () => void save(), off: central() || !complete(c) || !editing.ready(), kind: 'customer.put' },
    [c, editing.code.value, editing.ready(), central()]);
  return c ? <Edit of={c} /> : <List />;
}

export const ownerCustomersKey = (key: string) => (key === 'F9' ? forward() : registerKey(key, editing, search, { add, leave, choose: () => void choose() }));
