// What BAAZ does not have yet, and the key that sends it at once.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../kit/pieces';
import { post, read } from '../api';
import { fail } from '../notices';
import { state } from '../store';
import { t } from '../texts';

interface Uplink { unsent: number; sales: { bill: string; local: string }[] }

const LIMIT = 12;
const known = signal<Uplink | null>(null);

async function ask(answer: Promise<Uplink | null>) {
  try {
    known.value = (await answer) ?? known.value;
  } catch (e) {
    fail(e);
  }
}

export const send = () => void ask(post<Uplink>('/api/uplink/send?limit=' + LIMIT));

export function Unsent() {
  const count = state.unsent.value;
  useEffect(() => void ask(read<Uplink>('/api/uplink?limit=' + LIMIT)), [count]);
  const sales = count > 0 ? known.value?.sales ?? [] : [];
  return (
    <section class="unsent">
      <Button label={t('uplink.send')} cap="Enter" icon="cloud" test="uplink-send" press={send} />
      <span data-test="uplink-unsent">{count > 0 ? t('strip.unsent', { count }) : t('uplink.none')}</span>
      <ul data-test="uplink-sales">{sales.map((s) => <li key={s.bill}>{s.bill + ' \u00b7 ' + s.local.slice(11, 16)}</li>)}{sales.length > 0 && count > sales.length && <li>{t('uplink.more', { count: count - sales.length })}</li>}</ul>
    </section>
  );
}
