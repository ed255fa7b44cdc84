// Who buys, beside the payment: what the register of taxpayers says of a business, and how sure that is.

import { effect, signal } from '@preact/signals';
import { Icon } from '../../kit/icons';
import { minute } from '../../kit/format';
import { read, Refused } from '../api';
import { state } from '../store';
import { t, type Key } from '../texts';

// Business is what is known of a business by its number.
interface Business { register: string; found: 'known' | 'unknown' | 'away' | 'nowhere'; tin: string; name: string; vat_payer: boolean; free_project: boolean; at: string; old: boolean; citizen: boolean }

// Of the number asked for last; null: the answer is still to come.
const asked = signal<{ register: string; answer: Business | null }>({ register: '', answer: null });

// Who stands in the basket in front is asked for once, also after a reload. The payment waits for no answer.
effect(() => {
  const register = state.basket.value?.register ?? '';
  if (register === asked.peek().register) return;
  asked.value = { register, answer: null };
  if (register) void find(register);
});

async function find(register: string) {
  let answer: Business | null = null;
  try {
    answer = await read<Business>('/api/businesses/' + encodeURIComponent(register));
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
  }
  if (asked.peek().register !== register) return;
  asked.value = { register, answer: answer ?? { register, found: 'away', tin: '', name: '', vat_payer: false, free_project: false, at: '', old: false, citizen: false } };
}

// nameOf is the name of a business, '' as long as it is not known.
export const nameOf = (register: string) => (asked.value.register === register && asked.value.answer?.name) || '';

// says is what the cashier is told of an answer, and whether it needs attention.
function says(b: Business): [Key, boolean] {
  if (b.found === 'known') return ['buyer.old', b.old];
  if (b.found === 'unknown') return [b.citizen ? 'buyer.citizen' : 'buyer.unknown', true];
  const tin = /^\d{11,}$/.test(b.register);
  if (b.found === 'away') return [tin ? 'buyer.away_tin' : 'buyer.away', true];
  return [tin ? 'buyer.nowhere_tin' : 'buyer.nowhere', true];
}

// Known says who the business is. What is not known is said as well, and what comes of it.
export function Known() {
  const { register, answer: b } = asked.value;
  if (!register) return null;
  if (!b) return <p class="buyer-known is-quiet" data-test="buyer-asked">{t('buyer.asking')}</p>;
  const [key, care] = says(b);
  return (
    <p class="buyer-known" data-test="buyer-found" data-found={b.found}>
      {b.name && <strong data-test="buyer-name">{b.name}</strong>}
      {b.tin && b.tin !== register && <span data-test="buyer-tin">{t('buyer.tin', { tin: b.tin })}</span>}
      {care && <span class="mark is-warn" data-test="buyer-care"><Icon name="info" />{t(key, { at: b.at ? minute(b.at) : '' })}</span>}
      {b.free_project && <span class="mark is-warn" data-test="buyer-free"><Icon name="info" />{t('buyer.free')}</span>}
    </p>
  );
}
