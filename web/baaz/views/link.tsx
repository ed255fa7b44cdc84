// Coming in by a one-time link: choosing a name and a password. The very first owner also names the company.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asFault, post } from '../api';
import { Button } from '../../kit/pieces';
import { Form, Input } from '../form';
import type { Fault, Link, Me } from '../model';
import { Waiting, Wrong, useTitle } from '../pieces';
import { inside } from '../session';
import { Brand, LanguageButton } from '../shell';
import { t } from '../texts';

export function ByLink({ secret, done, login }: { secret: string; done: () => void; login: () => void }) {
  const is = useSignal<Link | null>(null);
  const wrong = useSignal<Fault | null>(null);
  const firm = useSignal('');
  const name = useSignal('');
  const chosen = useSignal('');
  const password = useSignal('');
  useTitle(t('link.title'));
  useEffect(() => {
    wrong.value = null;
    post<Link>('/api/links/look', { link: secret }).then((v) => (is.value = v), (e) => (wrong.value = asFault(e)));
  }, [secret]);
  const send = async () => {
    const who = await post<Me>('/api/links/use', {
      link: secret, password: password.value, ...(is.value!.needs_firm && { company: firm.value.trim() }),
      ...(is.value!.needs_name && { name: name.value.trim() }), ...(is.value!.needs_login && { login: chosen.value.trim() }),
    });
    await inside(who);
    done();
  };
  const l = is.value;
  const first = !l ? '' : l.needs_firm ? 'company' : l.needs_name ? 'name' : l.needs_login ? 'login' : 'password';
  const ready = Boolean(l && password.value && (!l.needs_firm || firm.value.trim()) && (!l.needs_name || name.value.trim()) && (!l.needs_login || chosen.value.trim()));
  return (
    <main class="entry" data-test="stage" data-page="link">
      <div class="entry-card">
        <header class="entry-head"><Brand /><LanguageButton /></header>
        <h1>{l?.first ? t('link.first') : t('link.title')}</h1>
        {!l && !wrong.value && <Waiting />}
        {wrong.value && <div class="form" data-test="link-wrong"><Wrong fault={wrong.value} /><Button label={t('link.login')} test="link-to-login" press={login} /></div>}
        {l && (
          <Form send={send} label={t('link.go')} ready={ready} test="link-go">
            {l.company_name && <p class="lead">{t('link.of', { company: l.company_name })}</p>}
            {l.needs_firm && <Input kind="text" label={t('link.company')} value={firm.value} set={(v) => (firm.value = v)} test="link-company" auto="organization" focus={first === 'company' && 'link'} most={100} />}
            {l.needs_name && <Input kind="text" label={t('link.name')} value={name.value} set={(v) => (name.value = v)} test="link-name" auto="name" focus={first === 'name' && 'link'} most={100} />}
            {l.needs_login
              ? <Input kind="login" label={t('link.chosen')} value={chosen.value} set={(v) => (chosen.value = v)} test="link-login" auto="username" focus={first === 'login' && 'link'} most={200} />
              : <Input kind="login" label={t('login.name')} value={l.login} set={() => {}} test="link-login" auto="username" off />}
            <Input kind="password" label={t('link.password')} value={password.value} set={(v) => (password.value = v)} test="link-password" auto="new-password" focus={first === 'password' && 'link'} most={200} />
            <p class="remark">{t('link.password_about')}</p>
          </Form>
        )}
      </div>
    </main>
  );
}
