// The shop's goods: find one, change it, make a new one out of its barcode.

import { signal } from '@preact/signals';
import { Field } from '../../kit/field';
import { Choice, Codes, Editing, Entry, Form, Group, Register, Switch, hop, registerKey } from '../../kit/form';
import { Icon } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { cents, group, money } from '../../kit/format';
import { memo } from '../../kit/memo';
import { Search } from '../../kit/search';
import { read } from '../api';
import { elsewhere, perform } from '../actions';
import { begun, drafts } from '../drafts';
import { fail } from '../notices';
import { go } from '../route';
import { state } from '../store';
import type { Good } from '../model';
import { t, tOf } from '../texts';
import * as sound from '../../kit/sound';
import { Central, central, forward, useWay } from './way';

// Whole is a good with all that can be changed.
interface Whole {
  code: string; name: string; barcodes: string[]; category: string; unit: string; price: string; tax_included: boolean; tax: string; city_tax: boolean;
  class_code: string; tax_product_code: string; weighed: boolean; stamped?: boolean; active: boolean;
}

const NEW: Whole = {
  code: '', name: '', barcodes: [], category: '', unit: '', price: '', tax_included: true, tax: 'VAT_ABLE', city_tax: false, class_code: '', tax_product_code: '',
  weighed: false, stamped: false, active: true,
};

const LIMIT = 50;

const lacking = signal<number | null>(null); // how many lack a class code, while those are listed

const search = new Search<Good>(async (text, stop) => {
  try {
    if (text) lacking.value = null;
    if (lacking.value !== null) {
      const answer = await read<{ goods: Good[]; count: number }>('/api/unclassed?limit=200', stop);
      if (answer && lacking.value !== null) lacking.value = answer.count;
      return answer ? answer.goods : null;
    }
    const answer = await read<{ goods: Good[] }>('/api/goods?limit=' + LIMIT + '&q=' + encodeURIComponent(text), stop);
    return answer ? answer.goods : null;
  } catch (e) {
    fail(e);
    return null;
  }
});

const editing = new Editing<Whole>(drafts('good'));
const { form, edit } = editing;

// plain writes an amount as one types it: without the decimals that say nothing.
const plain = (amount: string) => amount.replace(/\.00$/, '');

// whole reads a good as it is now; null where that failed, which is said.
async function whole(code: string): Promise<Whole | null> {
  try {
    const good = await read<Whole>('/api/goods/' + encodeURIComponent(code));
    return good && { ...NEW, ...good, barcodes: good.barcodes ?? [], price: plain(good.price) };
  } catch (e) {
    fail(e);
    return null;
  }
}

async function open(code: string) {
  const good = await whole(code);
  if (good) editing.begin(good, false);
}

// scanned opens the good that has the code, or begins a new one with it.
async function scanned(code: string) {
  if (form.value) return take(code);
  try {
    const answer = await read<{ goods: Good[] }>('/api/goods?limit=5&q=' + encodeURIComponent(code));
    const known = answer?.goods.find((g) => g.barcodes.includes(code));
    sound.good();
    if (known) await open(known.code);
    else if (central()) search.find(code);
    else editing.begin({ ...NEW, code, unit: t('good.unit_usual'), barcodes: [code] }, true);
  } catch (e) {
    fail(e);
  }
}

elsewhere['owner/goods'] = (code) => void scanned(code);

const take = (code?: string) => edit({ barcodes: editing.took(form.value!.barcodes, code) });

const complete = (f: Whole) => Boolean(f.code.trim() && f.name.trim() && f.unit.trim() && cents(f.price) !== null);

async function save() {
  const f = form.value;
  if (!f || !complete(f)) return sound.attention();
  take();
  if (!(await editing.current(() => whole(f.code)))) return sound.attention();
  const now = form.value!;
  const good = { ...now, code: now.code.trim(), name: now.name.trim(), price: now.price.replace(',', '.'), tax_product_code: now.tax === 'VAT_ABLE' ? '' : now.tax_product_code };
  if (await editing.save((id) => perform('good.set', { good }, id))) search.find(search.text.peek());
}

const codes = (g: Good) => [g.unclassed ? t('good.unclassed') : '', g.code, g.barcodes[0], g.category, g.active ? '' : t('goods.inactive')].filter(Boolean).join(' \u00b7 ');

const Row = memo(({ of: g, current }: { of: Good; current: boolean }) => (
  <Entry name={g.name} figure={<>{money(g.price)}<span class="found-unit">{' / ' + g.unit}</span></>} more={codes(g)} current={current} off={!g.active} test="good-row" code={g.code} open={() => void open(g.code)} />
));

// lack shows what lacks a class code, or everything again.
function lack() {
  lacking.value = lacking.value === null ? 0 : null;
  search.find('');
}

function leave() {
  if (lacking.value !== null) lack();
  else go('menu');
}

function none() {
  if (lacking.value !== null) return t('good.all_classed');
  const count = state.till.value?.goods ?? 0;
  if (search.text.value) return t('goods.none');
  return count ? t('good.count', { count: group(String(count)) }) : t('good.empty');
}

const List = () => (
  <Register title={t('good.title')} back={leave} backLabel={t('do.back')} search={search} hint={t('good.find')} enter={() => void choose()} test="goods-text" none={none()}
    lead={<><Central />{lacking.value ? <p class="lead is-warn" data-test="unclassed"><Icon name="warning" /> {t('good.lacking', { count: group(String(lacking.value)) })}</p> : null}</>}
    row={(g, current) => <Row key={g.code} of={g} current={current} />}
    buttons={<>{!central() && <><Button label={t('good.new')} cap="F4" icon="plus" test="good-new" press={add} /><Button label={t('import.open')} cap="F7" test="import-open" press={bring} /></>}<Button label={t('good.unclassed_list')} cap="F8" test="good-unclassed" press={lack} on={lacking.value !== null} /></>} />
);

const add = () => (central() ? sound.attention() : editing.begin({ ...NEW, unit: t('good.unit_usual') }, true));

const bring = () => (central() ? sound.attention() : go('owner/import'));

async function choose() {
  const g = await search.chosen();
  if (g) await open(g.code);
}

const LABELS = {
  name: 'good.name', price: 'good.price', tax_included: 'good.included', code: 'good.code', barcodes: 'good.barcodes', unit: 'good.unit', category: 'good.category', weighed: 'good.weighed',
  active: 'good.active', tax: 'good.tax', city_tax: 'good.city', stamped: 'good.stamped', class_code: 'good.class', tax_product_code: 'good.tax_code',
} as const;

const WORDS = { tax_included: (v: string) => t(v === 'true' ? 'good.included_yes' : 'good.included_no'), tax: (v: string) => tOf('tax.', v) };

function taxes() {
  return (['VAT_ABLE', 'VAT_FREE', 'VAT_ZERO', 'NO_VAT'] as const).map((value) => ({ value, label: t(`tax.${value}`), about: t(`tax.about.${value}`) }));
}

function Edit({ of: f }: { of: Whole }) {
  const next = () => void hop(1);
  return (
    <Form title={editing.fresh.value ? t('good.new') : f.name || f.code} editing={editing} backLabel={t('do.back')} begun={begun(LABELS, WORDS)}>
      <Group title={t('good.what')}>
        <div class="wide"><Field kind="text" label={t('good.name')} value={f.name} set={(name) => edit({ name })} enter={next} test="good-name" focus="good" most={200} /></div>
        <Field kind="amount" label={t('good.price')} suffix={'\u20ae'} value={f.price} set={(price) => edit({ price })} enter={next} test="good-price" />
        <Choice label={t('good.included')} value={f.tax_included ? 'yes' : 'no'} set={(v) => edit({ tax_included: v === 'yes' })} test="good-included"
          options={[{ value: 'yes', label: t('good.included_yes'), about: t('good.included_about') }, { value: 'no', label: t('good.included_no'), about: t('good.excluded_about') }]} />
        <Field kind="code" label={t('good.code')} value={f.code} set={(code) => edit({ code })} enter={next} test="good-code" off={!editing.fresh.value} most={32} />
        <Codes of={f.barcodes} editing={editing} set={(barcodes) => edit({ barcodes })} label={t('good.barcodes')} hint={t('good.barcode_hint')} test="good-barcode" chip="good-chip" say={(code) => t('good.drop', { code })} />
        <Field kind="text" label={t('good.unit')} value={f.unit} set={(unit) => edit({ unit })} enter={next} test="good-unit" most={10} />
        <Field kind="text" label={t('good.category')} value={f.category} set={(category) => edit({ category })} enter={next} test="good-category" />
        <Switch label={t('good.weighed')} about={t('good.weighed_about')} on={f.weighed} set={(weighed) => edit({ weighed })} test="good-weighed" />
        <Switch label={t('good.active')} about={t('good.active_about')} on={f.active} set={(active) => edit({ active })} test="good-active" />
      </Group>
      <Group title={t('good.cost')}>
        <div class="wide"><Choice label={t('good.tax')} value={f.tax} options={taxes()} set={(tax) => edit({ tax })} test="good-tax" /></div>
        <Switch label={t('good.city')} about={t('good.city_about')} on={f.city_tax} set={(city_tax) => edit({ city_tax })} test="good-city" />
        <Switch label={t('good.stamped')} about={t('good.stamped_about')} on={Boolean(f.stamped)} set={(stamped) => edit({ stamped })} test="good-stamped" />
        <Field kind="code" label={t('good.class')} hint={t('good.class_hint')} value={f.class_code} set={(class_code) => edit({ class_code })} enter={next} test="good-class" most={7} />
        {!f.class_code.trim() && f.active && <p class="remark is-warn" data-test="good-class-missing"><Icon name="warning" /> {t('good.class_missing')}</p>}
        {f.tax !== 'VAT_ABLE' && <Field kind="code" label={t('good.tax_code')} hint={t('good.tax_code_hint')} value={f.tax_product_code} set={(tax_product_code) => edit({ tax_product_code })} enter={next} test="good-tax-code" />}
      </Group>
    </Form>
  );
}

export function OwnerGoods() {
  const f = form.value;
  useWay(() => f && { title: f.name || t('good.new'), text: central() ? t('owner.central') : editing.clash().length ? t('form.changed') : complete(f) ? money(cents(f.price)!) : t('good.missing'), label: 'do.save', press: save, off: central() || !complete(f) || !editing.ready(), kind: 'good.set' },
    [f, editing.code.value, editing.ready(), central()]);
  return f ? <Edit of={f} /> : <List />;
}

export function ownerGoodsKey(key: string) {
  if (key === 'F9') return forward();
  if (key === 'F8' && !form.value) {
    lack();
    return true;
  }
  if (key === 'F7' && !form.value) {
    bring();
    return true;
  }
  return registerKey(key, editing, search, { add, leave, choose: () => void choose() });
}
