// The buyer's card: by scan, or by searching name, telephone, code and card as one types. Choosing applies the discount.

import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { BoardButton, openBoard } from '../../kit/board';
import { Field } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { Button, Pane, reveal } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { memo } from '../../kit/memo';
import { Search } from '../../kit/search';
import { read } from '../api';
import { BARE, setCustomer } from '../actions';
import { byFinger } from '../keys';
import { fail } from '../notices';
import { back } from '../route';
import { busy, state } from '../store';
import type { Customer as Found } from '../model';
import { t } from '../texts';
import * as sound from '../../kit/sound';

const LIMIT = 50;

const search = new Search<Found>(async (text, signal) => {
  try {
    return (await read<{ customers: Found[] }>('/api/customers?limit=' + LIMIT + '&q=' + encodeURIComponent(text), signal))?.customers ?? null;
  } catch (e) {
    fail(e);
    return null;
  }
});

async function choose(code: string) {
  if (busy('customer.set')) return;
  if (await setCustomer(code)) search.reset(); // a refusal leaves what was typed
}

// barred reports whether somebody cannot be taken at all; one whose card is only not in force may be, without its discount.
const barred = (c: Found) => !c.usable && !BARE.includes(c.why?.code ?? '');

const hops = signal(0); // counts what brings the focus back into the field: the next card is scanned there

// take takes somebody out of the list. Why somebody cannot be taken stands in the row.
function take(c: Found) {
  if (!barred(c)) return void choose(c.code);
  hops.value++;
  sound.attention();
}

// A whole card number means that very card; otherwise the chosen one of the list, else what has been typed.
async function enter() {
  const code = search.text.value.trim();
  const one = /^\d{8,}$/.test(code) ? null : await search.chosen();
  if (one) take(one);
  else if (code) choose(code);
}

function until(c: Found) {
  if (c.valid_from && c.valid_to) return c.valid_from + ' \u2013 ' + c.valid_to;
  return c.valid_to ? t('customer.until', { day: c.valid_to }) : t('customer.always');
}

const Row = memo(({ of: c, current }: { of: Found; current: boolean }) => (
  <li class={'found' + (current ? ' is-current' : '') + (c.usable ? '' : ' is-off')} data-test="customer-found" data-code={c.code} aria-disabled={barred(c)} onClick={() => take(c)}>
    <span class="found-name">{c.name}</span>
    <span class="found-price">{percent(c.percent)}</span>
    <span class="found-codes">{[c.code, c.usable && c.phone && t('customer.phone', { phone: c.phone }), c.usable && until(c)].filter(Boolean).join(' \u00b7 ')}
      {!c.usable && <span class="mark is-warn"><Icon name="warning" />{c.why?.text ?? t('customer.off')}</span>}</span>
  </li>
));

export function Customer() {
  const { text, found, at } = search;
  useEffect(() => {
    search.find(text.peek());
    if (byFinger) openBoard();
  }, []);
  useLayoutEffect(() => reveal(() => document.querySelector('.found.is-current')), [at.value]);
  const buyer = state.basket.value?.buyer;
  const list = found.value ?? [];
  const one = list[at.value];
  const bare = Boolean(one && !one.usable);
  return (
    <Pane title={t('customer.title')} back={leave} backLabel={t('do.back')} more="is-list" aside={<BoardButton />}>
      {buyer && <div class="chosen" data-test="buyer-card">
        <Icon name="card" more="is-large" />
        <span class="chosen-text"><strong>{buyer.name}</strong><span>{[buyer.code, buyer.card, t('customer.percent', { percent: percent(buyer.percent) })].filter(Boolean).join(' \u00b7 ')}</span></span>
        <Button label={t('customer.clear')} test="customer-clear" press={() => choose('')} />
      </div>}
      <div class="row">
        <Field kind="text" hint={t('customer.hint')} value={text.value} set={search.find} enter={enter} test="customer-code" focus={'customer' + hops.value} big takesScan />
        <Button label={t(bare && !barred(one) ? 'customer.bare_yes' : 'customer.yes')} cap={one && barred(one) ? undefined : 'Enter'} kind={bare ? '' : 'primary'} test="customer-set" press={enter} off={one ? barred(one) : !text.value.trim()} busy={busy('customer.set')} />
      </div>
      {list.length
        ? <ol class="found-list" data-scrolls tabIndex={0}>{search.shown().map((c, i) => <Row key={i} of={c} current={i === at.value} />)}</ol>
        : <p class="none">{text.value && found.value ? t('customer.none') : t('customer.first')}</p>}
    </Pane>
  );
}

function leave() {
  search.reset();
  back();
}

export function customerKey(key: string) {
  if (search.step(key)) return true;
  if (key === 'Enter') enter();
  else if (key === 'Escape') leave();
  else return false;
  return true;
}
