// The buyer's card.

import { signal } from '@preact/signals';
import { Field } from '../../kit/field';
import { Button, Pane } from '../../kit/pieces';
import { percent } from '../../kit/format';
import { setCustomer } from '../actions';
import { back } from '../route';
import { busy, state } from '../store';
import { t } from '../texts';

const text = signal('');

async function enter() {
  const code = text.value.trim();
  if (!code || busy('customer.set')) return;
  text.value = '';
  await setCustomer(code);
}

export function Customer() {
  const buyer = state.basket.value?.buyer;
  return (
    <Pane title={t('customer.title')} back={back} backLabel={t('do.back')}>
      <Field kind="code" hint={t('customer.hint')} value={text.value} set={(s) => (text.value = s)} enter={enter} test="customer-code" focus="customer" big takesScan />
      <div class="row">
        <Button label={t('customer.yes')} cap="Enter" kind="primary" test="customer-set" press={enter} off={!text.value.trim()} busy={busy('customer.set')} />
        {buyer && <Button label={t('customer.clear')} test="customer-clear" press={() => setCustomer('')} />}
      </div>
      {buyer && <div class="card is-flat" data-test="buyer-card">
        <strong>{buyer.name}</strong><span>{[buyer.code, buyer.card].filter(Boolean).join(' \u00b7 ')}</span><span>{t('customer.percent', { percent: percent(buyer.percent) })}</span>
      </div>}
    </Pane>
  );
}

export function customerKey(key: string) {
  if (key === 'Enter') enter();
  else if (key === 'Escape') {
    text.value = '';
    back();
  } else return false;
  return true;
}
