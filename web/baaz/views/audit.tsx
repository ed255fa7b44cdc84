// Who did what, when, and what it was before.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../kit/pieces';
import { asFault, download, get, query } from '../api';
import { Pick } from '../form';
import { useLoad } from '../load';
import { role, when, type Person } from '../people/model';
import { Dialog, Empty, Head, tellFault, Waiting, Wrong } from '../pieces';
import { Differences, differences } from '../registers/edit';
import { loadTable, scopeSaid, table, type Body } from '../registers/model';
import { ask, place } from '../route';
import { home, mayAtHome, me } from '../session';
import { SpanBar, useSpan } from '../span';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';
import { PrintButton } from './export';

interface Deed { at: string; person: number; who: string; action: string; subject: string; detail: string; network: string; register?: string; scope?: string; rows?: number; before?: Body; after?: Body }

interface Answer { audit: Deed[]; next: number }

const ABOUT = ['register', 'person', 'login', 'link', 'password', 'passkey', 'session', 'token', 'point', 'key', 'box', 'alarm'];

const id = (d: Deed) => [d.at, d.action, d.subject, d.register, d.scope].join('|');

// what says what was done: of a register, to what.
const what = (d: Deed) => (d.register ? `${tOf('register.', d.register)}: ${tOf('deed.', d.action === 'register.set' ? 'set.' + d.detail : d.after ? d.before ? 'changed' : 'added' : 'removed')}` : tOf('deed.', d.action));

// subject says to what: a row by its name too.
function subject(d: Deed) {
  const name = (d.after ?? d.before)?.name;
  return typeof name === 'string' && name !== d.subject ? `${name} (${d.subject})` : d.subject;
}

// detail says more of it, in words where there are some.
function detail(d: Deed) {
  if (d.action === 'register.set') return t('many.rows', { count: d.rows ?? 0 });
  if (d.action === 'person.invited' || d.action === 'person.changed') return d.detail.split(' → ').map(role).join(' → ');
  if (d.action.startsWith('token.')) return d.detail.split(' ').map((s) => tOf('scope.name.', s)).join(', ');
  return d.detail;
}

function One({ of: d, close }: { of: Deed; close: () => void }) {
  const r = table.value?.find((x) => x.name === d.register);
  const rows: [string, string][] = [[t('audit.when'), when(d.at)], [t('audit.who'), d.who], [t('audit.subject'), subject(d)], [t('audit.detail'), detail(d)],
    [t('field.scope'), d.scope ? scopeSaid(d.scope) : ''], [t('sessions.address'), d.network]];
  return (
    <Dialog title={what(d)} close={close} wide test="deed">
      <dl class="facts">{rows.filter(([, v]) => v).map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      {d.action === 'register.row' && r && (
        <section class="group" data-test="deed-changes"><h3>{t('audit.changes')}</h3><Differences r={r} of={differences(r, d.before ?? null, d.after ?? null)} /></section>
      )}
    </Dialog>
  );
}

export function Audit() {
  const span = useSpan('month');
  const { who = '', about = '' } = place.value.query;
  const people = useLoad<{ people: Person[] }>(mayAtHome('people') ? home('/people') : '').data?.people ?? [];
  const asked = query({ from: span.from, to: span.to, who, about: ABOUT.includes(about) ? about : '' });
  const { data, wrong, again } = useLoad<Answer>(home('/audit') + asked + '&limit=500');
  const more = useSignal<Answer | null>(null); // what was fetched behind the first page, with where it ends
  const open = useSignal<Deed | null>(null);
  const busy = useSignal(false);
  useEffect(() => {
    if (me.value!.world === 'company') loadTable().catch(() => {}); // then fields are called by their names
  }, []);
  useEffect(() => void (more.value = null), [data]);
  const next = more.value ? more.value.next : data?.next ?? 0;
  const fetchMore = async () => {
    busy.value = true;
    try {
      const page = await get<Answer>(home('/audit') + asked + `&limit=500&before=${next}`);
      more.value = { audit: [...(more.value?.audit ?? []), ...page.audit], next: page.next };
    } catch (e) {
      tellFault(asFault(e));
    }
    busy.value = false;
  };
  const take = () => void download(home('/audit/file') + asked, 'audit.xlsx').catch((e) => tellFault(asFault(e)));
  const columns: Column<Deed>[] = [
    { id: 'at', title: t('audit.when'), width: 'minmax(98px, 0.8fr)', text: (d) => when(d.at).slice(5), by: (d) => d.at },
    { id: 'who', title: t('audit.who'), width: 'minmax(0, 1fr)', text: (d) => d.who },
    { id: 'what', title: t('audit.what'), width: 'minmax(0, 1.6fr)', text: what },
    { id: 'subject', title: t('audit.subject'), desk: true, width: 'minmax(0, 1.4fr)', text: subject },
    { id: 'detail', title: t('audit.detail'), desk: true, width: 'minmax(0, 1.3fr)', text: detail },
    { id: 'network', title: t('sessions.address'), desk: true, width: 'minmax(110px, 0.8fr)', text: (d) => d.network },
  ];
  const list = data ? [...data.audit, ...(more.value?.audit ?? [])] : [];
  const names = [...new Set([...people.map((p) => p.name), ...(who ? [who] : [])])].filter(Boolean);
  return (
    <>
      <Head title={t('audit.title')} about={`${span.from} – ${span.to}`}><PrintButton /><Button label={t('do.excel')} icon="download" test="audit-export" press={take} /></Head>
      <SpanBar span={span} points={[]} />
      <div class="row is-wrap">
        <Pick bare label={t('audit.what')} value={about} set={(v) => ask({ about: v || undefined })} test="audit-about" options={[{ value: '', label: t('audit.all') }, ...ABOUT.map((a) => ({ value: a, label: tOf('about.', a) }))]} />
        {names.length > 0 && <Pick bare label={t('audit.who')} value={who} set={(v) => ask({ who: v || undefined })} test="audit-who" options={[{ value: '', label: t('audit.everybody') }, ...names.map((n) => ({ value: n, label: n }))]} />}
      </div>
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : list.length === 0 ? <Empty icon="search" title={t('audit.none')} text={t('audit.none_about')} test="no-audit" />
        : <Table name={t('audit.title')} test="audit" rows={list} columns={columns} id={id} none="" hint={t('audit.find')} open={(d) => (open.value = d)}
          aside={next > 0 && <Button label={t('audit.more')} test="audit-more" press={() => void fetchMore()} busy={busy.value} />} />}
      {open.value && <One of={open.value} close={() => (open.value = null)} />}
    </>
  );
}
