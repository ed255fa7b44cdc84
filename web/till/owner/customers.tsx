// The shop's customers with discount cards.

import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { BoardButton } from '../../kit/board';
import { Field } from '../../kit/field';
import { Chips, Group, Switch, formKey, hop } from '../../kit/form';
import { Icon } from '../../kit/icons';
import { Button, Pane, reveal } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { memo } from '../../kit/memo';
import { Search } from '../../kit/search';
import { read } from '../api';
import { elsewhere, perform } from '../actions';
import { fail } from '../notices';
import { go } from '../route';
import type { Fault } from '../model';
import { t } from '../texts';
import * as sound from '../../kit/sound';
import { forward, way } from './way';

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

const form = signal<Whole | null>(null);
const fresh = signal(false);
const before = signal('');
const card = signal(''); // typed, not yet taken

const edit = (by: Partial<Whole>) => void (form.value = { ...form.value!, ...by });

function begin(c: Whole, isNew: boolean) {
  fresh.value = isNew;
  card.value = '';
  before.value = isNew ? '' : JSON.stringify(c);
  form.value = c;
}

const add = () => begin(NEW, true);

async function open(code: string) {
  try {
    const c = await read<Whole>('/api/customers/' + encodeURIComponent(code));
    if (c) begin({ ...NEW, ...c, cards: c.cards ?? [], percent: c.percent.replace(/\.00$/, '') }, false);
  } catch (e) {
    fail(e);
  }
}

function take(code: string) {
  const text = code.trim();
  card.value = '';
  if (text && !form.value!.cards.includes(text)) edit({ cards: [...form.value!.cards, text] });
}

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
  if (card.value.trim()) take(card.value);
  const c = form.value;
  const customer = { ...c, code: c.code.trim(), name: c.name.trim(), phone: c.phone.trim(), percent: c.percent.trim().replace(',', '.'), valid_from: c.valid_from.trim(), valid_to: c.valid_to.trim() };
  if (!(await perform('customer.put', { customer }))) return;
  form.value = null;
  search.find(search.text.peek());
}

const Row = memo(({ of: c, current }: { of: Found; current: boolean }) => (
  <li>
    <button type="button" class={'entry-row' + (current ? ' is-current' : '') + (c.active ? '' : ' is-off')} data-test="customer-row" data-code={c.code} onClick={() => open(c.code)}>
      <span class="entry-name">{c.name}</span><span class="entry-figure">{percent(c.percent)}</span>
      <span class="entry-more">{[c.code, c.phone && t('customer.phone', { phone: c.phone }), c.why ? c.why.text : c.valid_to && t('card.until', { day: c.valid_to })].filter(Boolean).join(' \u00b7 ')}</span>
    </button>
  </li>
));

const leave = () => go('menu');

function List() {
  useEffect(() => search.find(search.text.peek()), []);
  useLayoutEffect(() => reveal(() => document.querySelector('.entry-row.is-current')), [search.at.value]);
  const found = search.found.value;
  return (
    <Pane title={t('card.title')} back={leave} backLabel={t('do.back')} more="is-list" aside={<BoardButton />}>
      <div class="bar">
        <Field kind="text" hint={t('card.find')} value={search.text.value} set={search.find} enter={choose} test="customers-text" focus="owner-customers" />
        <Button label={t('card.new')} cap="F4" icon="plus" test="customer-new" press={add} />
      </div>
      {found?.length ? <ol class="entries" data-scrolls>{found.map((c, i) => <Row key={c.code} of={c} current={i === search.at.value} />)}</ol>
        : found && <p class="none"><Icon name="info" />{search.text.value ? t('goods.none') : t('card.search')}</p>}
    </Pane>
  );
}

async function choose() {
  const c = await search.chosen();
  if (c) await open(c.code);
}

function Edit({ of: c }: { of: Whole }) {
  const next = () => void hop(1);
  return (
    <Pane title={fresh.value ? t('card.new') : c.name || c.code} back={close} backLabel={t('do.back')} more="is-form" aside={<BoardButton />}>
      <Group title={t('card.who')}>
        <div class="wide"><Field kind="text" label={t('card.name')} value={c.name} set={(name) => edit({ name })} enter={next} test="customer-name" focus="customer-edit" most={100} /></div>
        <Field kind="code" label={t('login.code')} value={c.code} set={(code) => edit({ code })} enter={next} test="customer-edit-code" off={!fresh.value} most={32} />
        <Field kind="code" label={t('card.phone')} value={c.phone} set={(phone) => edit({ phone })} enter={next} test="customer-phone" most={20} />
        <div class="field wide">
          <Field kind="code" label={t('card.cards')} hint={t('card.hint')} value={card.value} set={(s) => (card.value = s)} enter={() => (card.value ? take(card.value) : next())} test="customer-card" takesScan />
          {c.cards.length > 0 && <Chips of={c.cards} test="customer-chip" say={(code) => t('good.drop', { code })} drop={(i) => edit({ cards: c.cards.filter((_, j) => j !== i) })} />}
        </div>
      </Group>
      <Group title={t('card.discount')}>
        <Field kind="amount" label={t('card.percent')} suffix="%" value={c.percent} set={(p) => edit({ percent: p })} enter={next} test="customer-percent" />
        <Switch label={t('card.active')} about={t('card.active_about')} on={c.active} set={(active) => edit({ active })} test="customer-active" />
        <Field kind="code" label={t('card.from')} hint={t('card.day')} value={c.valid_from} set={(d) => edit({ valid_from: d })} enter={next} test="customer-from" most={10} />
        <Field kind="code" label={t('card.to')} hint={t('card.day')} value={c.valid_to} set={(d) => edit({ valid_to: d })} enter={next} test="customer-to" most={10} />
      </Group>
    </Pane>
  );
}

function close() {
  form.value = null;
}

export function OwnerCustomers() {
  const c = form.value;
  useEffect(() => {
    way.value = c && { title: c.name || t('card.new'), text: complete(c) ? c.percent + ' %' : t('card.missing'), label: 'do.save', press: () => void save(),
      off: !complete(c) || (JSON.stringify(c) === before.value && !card.value), kind: 'customer.put' };
    return () => void (way.value = null);
  }, [c, card.value]);
  return c ? <Edit of={c} /> : <List />;
}

export function ownerCustomersKey(key: string) {
  if (key === 'F9') return forward();
  if (form.value) {
    if (key === 'Escape') close();
    else if (key === 'Enter') hop(1);
    else return formKey(key);
    return true;
  }
  if (search.step(key)) return true;
  if (key === 'F4') add();
  else if (key === 'Enter') void choose();
  else if (key === 'Escape' && search.text.value) search.find('');
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
