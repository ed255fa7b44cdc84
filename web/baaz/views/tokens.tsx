// Tokens: what programs send in place of a password.

import { useSignal } from '@preact/signals';
import { Switch } from '../../kit/form';
import { Button } from '../../kit/pieces';
import { asFault, post, remove } from '../api';
import { Form, Input, Pick } from '../form';
import { useLoad } from '../load';
import { when, type Token } from '../people/model';
import { Once } from '../people/secret';
import { confirm, Dialog, Empty, Head, Mark, tell, tellFault, Waiting, Wrong } from '../pieces';
import { home, me } from '../session';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';

const SCOPES = ['read', 'change', 'tills', 'points'];
const LIVES = ['30', '90', '365', '0'];

const scoped = (list: string[]) => list.map((s) => tOf('scope.name.', s)).join(', ');

function Make({ close, done }: { close: () => void; done: (secret: string) => void }) {
  const name = useSignal('');
  const days = useSignal('365');
  const scopes = useSignal<string[]>(['read']);
  const all = me.value!.world === 'operator' ? ['metrics'] : SCOPES;
  const send = async () => {
    const made = await post<{ secret: string }>(home('/tokens'), { name: name.value.trim(), scopes: scopes.value.filter((s) => all.includes(s)), days: Number(days.value) });
    done(made.secret);
  };
  const chosen = scopes.value.filter((s) => all.includes(s));
  return (
    <Dialog title={t('tokens.make')} close={close} test="token-new">
      <Form test="token-make" label={t('tokens.make_do')} send={send} cancel={close} cancelLabel={t('do.cancel')} ready={Boolean(name.value.trim()) && chosen.length > 0} changed={Boolean(name.value)}>
        <Input kind="text" label={t('tokens.name')} hint={t('tokens.name_hint')} value={name.value} set={(v) => (name.value = v)} test="token-name" focus="token" most={100} />
        <div class="group-list">
          {all.map((s) => <Switch key={s} label={tOf('scope.name.', s)} about={tOf('scope.about.', s)} on={scopes.value.includes(s)} test={'scope-' + s}
            set={(on) => (scopes.value = on ? [...scopes.value, s] : scopes.value.filter((x) => x !== s))} />)}
        </div>
        <Pick label={t('tokens.life')} value={days.value} set={(v) => (days.value = v)} test="token-days" options={LIVES.map((d) => ({ value: d, label: d === '0' ? t('tokens.forever') : t('tokens.days', { count: d }) }))} />
      </Form>
    </Dialog>
  );
}

export function Tokens() {
  const { data, wrong, again } = useLoad<{ tokens: Token[] }>(home('/tokens'));
  const making = useSignal(false);
  const secret = useSignal('');
  const end = (k: Token) => confirm({ title: t('tokens.end_of', { name: k.name }), text: t('tokens.end_about'), label: t('tokens.end'), loss: true, act: async () => {
    try {
      await remove(home(`/tokens/${k.token}`));
      tell(t('tokens.ended', { name: k.name }));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  } });
  const columns: Column<Token>[] = [
    { id: 'name', title: t('tokens.name'), width: 'minmax(0, 1.5fr)', text: (k) => k.name },
    { id: 'scopes', title: t('tokens.scopes'), width: 'minmax(0, 1.5fr)', text: (k) => scoped(k.scopes) },
    { id: 'by', title: t('tokens.by'), desk: true, width: 'minmax(0, 1fr)', text: (k) => k.by },
    { id: 'seen', title: t('tokens.seen'), desk: true, width: 'minmax(132px, 1fr)', text: (k) => when(k.seen) || t('people.never'), by: (k) => k.seen ?? '' },
    { id: 'expires', title: t('tokens.expires'), desk: true, width: 'minmax(132px, 1fr)', text: (k) => (k.expires ? when(k.expires) : t('tokens.forever')), by: (k) => k.expires ?? '9',
      cell: (k) => (k.expires && k.expires < new Date().toISOString() ? <Mark tone="warn" icon="clock">{t('tokens.expired')}</Mark> : k.expires ? when(k.expires) : t('tokens.forever')) },
    { id: 'end', title: '', say: t('tokens.end'), width: '116px', figure: true, text: () => '', cell: (k) => <Button label={t('tokens.end')} test="token-end" press={() => end(k)} /> },
  ];
  const make = <Button label={t('tokens.make')} icon="plus" kind="primary" test="token-open" press={() => (making.value = true)} />;
  return (
    <>
      <Head title={t('tokens.title')} about={t('tokens.about')}>{data && data.tokens.length > 0 && make}</Head>
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : data.tokens.length === 0 ? <Empty icon="key" title={t('tokens.none')} text={t('tokens.none_about')} test="no-tokens">{make}</Empty>
        : <Table name={t('tokens.title')} test="tokens" rows={data.tokens} columns={columns} id={(k) => k.token} none="" />}
      {making.value && <Make close={() => (making.value = false)} done={(s) => { making.value = false; secret.value = s; again(); }} />}
      {secret.value && <Once title={t('tokens.made')} about={t('tokens.made_about')} secret={secret.value} close={() => (secret.value = '')} test="token-once" />}
    </>
  );
}
