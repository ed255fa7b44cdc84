// For whoever looks after boxes of several companies: how all of them stand, and what their disks are flashed with.

import { Icon } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { group } from '../../kit/format';
import { Choice } from '../../kit/form';
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { asFault, download, get, query } from '../api';
import { Pick } from '../form';
import { useLoad } from '../load';
import type { Box, Fault, Point } from '../model';
import type { Page } from '../page';
import { Card, Empty, Head, Waiting, Wrong, tell } from '../pieces';
import { go } from '../route';
import { choose } from '../session';
import { Table, narrow, type Column } from '../table';
import { t, tOf } from '../texts';
import { Needs, Stand } from './tills';
import { gigabytes, heard, since, standing, troubles, useClock, type Standing, type Till } from './tillstate';

interface Download { file: string; manifest: string; station: string; version: string; size: number; sha256: string; note: string; made: string }

interface Of { company: number; name: string; point: Point; box?: Box }
interface Answer { tills: Of[]; next: string; found: number; states: Record<Standing, number>; versions: { version: string; count: number }[] }

type Row = Till & { company: number; firm: string };

const AGAIN = 10_000; // ms: no stream tells of all companies at once
const HANGS = 3; // times AGAIN after which a request is given up
const PAGE = 100;
const MOST = 1000; // rows of one answer
const TYPED = 250; // ms of rest after which what was typed is looked for
const FOUND = 1000; // as far as BAAZ counts what is found

// SORTS are the orders that BAAZ knows, by column.
const SORTS: Record<string, string> = { firm: 'company', name: 'point', state: 'state', version: 'version' };

interface Asked { find: string; state: string; version: string; sort: string; down: boolean }

// placed tells a till from all others.
const placed = (x: { company: number; point: Point }) => `${x.company}-${x.point.point}`;

// joined puts what was read behind what is shown: a till that has moved meanwhile comes again, and stays where it stands.
function joined(shown: Of[], further: Of[]) {
  const there = new Set(shown.map(placed));
  return [...shown, ...further.filter((x) => !there.has(placed(x)))];
}

// Reading is a request that is on its way, and how often the list would have been read again meanwhile.
interface Reading { stop: AbortController; after: string; beats: number }

// useFleet reads the list page by page, as far as it is looked at, and what is there again now and then.
function useFleet(asked: Asked) {
  const answer = useSignal<Answer | null>(null);
  const wrong = useSignal<Fault | null>(null);
  const turn = useSignal(0);
  const reading = useRef<Reading | null>(null);
  const asks = useRef(false); // for further rows, while others are read
  const path = (after: string, limit: number) => '/api/boxes' + query({
    find: asked.find || undefined, state: asked.state || undefined, version: asked.version || undefined, sort: SORTS[asked.sort], down: asked.down ? 1 : undefined, after: after || undefined, limit });
  const key = path('', 0);
  const now = useRef(key);
  now.current = key;
  const drop = () => {
    reading.current?.stop.abort();
    reading.current = null;
  };
  const read = async (after: string, limit: number, put: (a: Answer) => Answer): Promise<void> => {
    const before = answer.peek()?.tills.length ?? 0;
    let on = ''; // where it goes on, where nothing came but what is shown already
    drop();
    const mine: Reading = (reading.current = { stop: new AbortController(), after, beats: 0 });
    const over = () => reading.current !== mine || now.current !== key; // something else is asked for by now
    try {
      const a = await get<Answer>(path(after, limit), mine.stop.signal);
      if (over()) return;
      answer.value = put(a);
      wrong.value = null;
      if (after && answer.peek()!.tills.length === before) on = a.next;
    } catch (e) {
      if (over()) return;
      wrong.value = asFault(e);
    }
    reading.current = null;
    if (on) return read(on, limit, put);
    if (asks.current) more();
  };
  useEffect(() => {
    const again = () => {
      const of = reading.current;
      if (of && ++of.beats < HANGS) return;
      if (of) { // a line that is half dead answers never, nor says that it is gone
        asks.current ||= of.after !== '';
        wrong.value = { code: 'network', text: t('away.text'), hint: t('away.hint') };
      }
      const seen = answer.peek()?.tills.length ?? 0;
      const rows = Math.min(MOST, Math.max(PAGE, Math.ceil(seen / PAGE) * PAGE));
      // What has come into the first rows has pushed others out of them, which stand before the place where the list goes on.
      void read('', rows, (a) => (seen > rows ? { ...a, tills: joined(a.tills, answer.peek()!.tills), next: answer.peek()!.next } : a));
    };
    asks.current = false;
    void read('', PAGE, (a) => a);
    const every = setInterval(again, AGAIN);
    return () => { drop(); clearInterval(every); };
  }, [key, turn.value]);
  const more = () => {
    const { next = '' } = answer.peek() ?? {};
    asks.current = reading.current !== null;
    if (next && !reading.current) void read(next, PAGE, (a) => ({ ...a, tills: joined(answer.peek()!.tills, a.tills) }));
  };
  return { answer: answer.value, wrong: wrong.value, more, again: () => void turn.value++ };
}

const STATES: Standing[] = ['silent', 'revoked', 'online', 'off', 'waits', 'none'];

export function Fleet() {
  const clock = useClock();
  void clock.value;
  const typed = useSignal('');
  const asked = useSignal<Asked>({ find: '', state: '', version: '', sort: 'state', down: false });
  const ask = (by: Partial<Asked>) => void (asked.value = { ...asked.peek(), ...by });
  useEffect(() => {
    const rest = setTimeout(() => typed.value.trim() !== asked.peek().find && ask({ find: typed.value.trim() }), TYPED);
    return () => clearTimeout(rest);
  }, [typed.value]);
  const { answer, wrong, more, again } = useFleet(asked.value);
  const rows: Row[] = (answer?.tills ?? []).map((x) => ({ point: x.point, box: x.box ?? null, before: [], company: x.company, firm: x.name }));
  const columns: Column<Row>[] = [
    { id: 'firm', title: t('fleet.company'), width: narrow.value ? 'minmax(0, 1.5fr)' : 'minmax(140px, 1.2fr)', text: (x) => x.firm,
      cell: (x) => (narrow.value ? <span class="stacked"><strong class="clip">{x.firm}</strong><span class="remark clip">{x.point.name}</span></span> : x.firm) },
    { id: 'name', title: t('till.point'), desk: true, width: 'minmax(120px, 1.1fr)', text: (x) => x.point.name },
    { id: 'state', title: t('till.state'), width: narrow.value ? '128px' : '132px', text: (x) => t(`standing.${standing(x)}`), cell: (x) => <Stand of={x} /> },
    { id: 'heard', title: t('till.heard'), desk: true, width: '132px', text: (x) => (x.box ? since(heard(x.box)) : '') },
    { id: 'needs', title: t('till.needs'), desk: true, width: 'minmax(0, 2fr)', text: (x) => troubles(x).map((y) => y.text).join(' '), cell: (x) => <Needs of={x} /> },
    { id: 'version', title: t('till.version'), desk: true, width: 'minmax(80px, 0.6fr)', text: (x) => x.box?.report?.version ?? '' },
  ];
  const count = (n: number) => group(String(n));
  const states = answer?.states;
  const all = states ? STATES.reduce((sum, s) => sum + (states[s] ?? 0), 0) : 0;
  const { find, state, version, sort, down } = asked.value;
  const found = answer ? (answer.found >= FOUND ? t('fleet.found_many', { count: count(FOUND) }) : t('table.found', { count: count(answer.found) })) : '';
  const chips = [{ value: '', label: `${t('fleet.all')} ${count(all)}` }, ...STATES.filter((s) => states?.[s] || s === state).map((s) => ({ value: s as string, label: `${t(`standing.${s}`)} ${count(states![s] ?? 0)}` }))];
  const versions = [{ value: '', label: t('fleet.versions') }, ...(answer?.versions ?? []).map((v) => ({ value: v.version, label: `${v.version} \u00b7 ${count(v.count)}` }))];
  return (
    <>
      <Head title={t('fleet.title')} about={states ? t('fleet.about', { online: count(states.online ?? 0), all: count(all) }) : undefined} />
      <Wrong fault={wrong} again={again} />
      {!answer ? !wrong && <Waiting /> : all === 0
        ? <Empty icon="till" title={t('fleet.none')} text={t('fleet.none_about')} test="no-fleet" />
        : <>
          <div class="fleet-chips"><Choice bare label={t('till.state')} value={state} set={(s) => ask({ state: s })} test="fleet-state" options={chips} /></div>
          <Table name={t('fleet.title')} test="fleet" rows={rows} columns={columns} id={placed} none="" hint={t('fleet.find')}
            aside={<Pick bare label={t('till.version')} value={version} set={(v) => ask({ version: v })} test="fleet-version" options={versions} />}
            remote={{ find: typed.value, setFind: (x) => void (typed.value = x), found: find === typed.value.trim() ? found : '', sort, down, sorts: Object.keys(SORTS), setSort: (id, d) => ask({ sort: id, down: d }), more: answer.next ? more : null }}
            open={(x) => { choose(x.company); go(`tills/point/${x.point.point}`); }} />
        </>}
    </>
  );
}

// The pictures of the three steps, in lines like the icons.
const PICTURES = [
  'M20 8h40v48H20zM28 18h24M28 26h24M28 34h14M72 20v26M62 38l10 10 10-10M60 58h24',
  'M8 14h44v30H8zM22 54h16M30 44v10M52 30h14M66 18h36v26H66zM74 26h8v10h-8zM88 26h6M88 32h6',
  'M14 22h52v34H14zM22 30h36v14H22zM22 50h8M66 40h12M78 32h10v16H78zM88 40h14M96 12l6 6-10 12h8l-6 12',
];

function Steps({ of }: { of: Download | null }) {
  const file = of?.file ?? 'pc.img.zst';
  const kind = of?.station ?? 'pc';
  const commands = [[`sha256sum ${file}`], ['go build -o posbox-image ./image', `sudo ./posbox-image flash -img ${file} -station ${kind} -disk /dev/sdX`], []];
  return (
    <Card title={t('flash.title')} test="flash-steps">
      <ol class="flash-steps">{([1, 2, 3] as const).map((n) => (
        <li key={n}>
          <svg class="flash-picture" viewBox="0 0 110 66" aria-hidden="true"><path d={PICTURES[n - 1]} /></svg>
          <div><strong>{n}. {t(`flash.step${n}`)}</strong><p class="remark">{t(`flash.step${n}_about`)}</p>{n === 2 && <p class="remark">{t('flash.tool')}</p>}{commands[n - 1].map((c) => <code key={c} class="command">{c}</code>)}</div>
        </li>
      ))}</ol>
      <p class="remark">{t('flash.then')}</p>
    </Card>
  );
}

export function Downloads() {
  const { data, wrong, again } = useLoad<{ downloads: Download[] }>('/api/downloads');
  const copy = async (d: Download) => {
    try {
      await navigator.clipboard.writeText(d.sha256);
      tell(t('flash.copied'));
    } catch { /* it can be marked by hand */ }
  };
  const path = (file: string) => '/api/downloads/' + encodeURIComponent(file);
  const list = data?.downloads ?? [];
  return (
    <>
      <Head title={t('downloads.title')} about={t('downloads.about')} />
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : (
        <div class="key-page">
          <div class="cards">
            {list.length === 0 && <Card><Empty icon="disk" title={t('downloads.none')} text={t('downloads.none_about')} test="no-downloads"><Button label={t('do.again')} test="again" press={again} /></Empty></Card>}
            {list.map((d) => (
              <Card key={d.file} title={tOf('station.', d.station)} test="download" aside={<span class="remark">{t('downloads.version', { version: d.version, size: gigabytes(d.size) })}</span>}>
                {d.note && <p class="notice is-warn"><Icon name="warning" /><span>{tOf('station.note.', d.station)}</span></p>}
                <div class="row is-wrap">
                  <a class="button is-primary" href={path(d.file)} download={d.file} data-test="download-file"><Icon name="download" /><span class="button-label">{t('downloads.get')}</span></a>
                  <Button icon="file" label={t('downloads.manifest')} test="download-manifest" press={() => void download(path(d.manifest), d.manifest)} />
                </div>
                <p class="remark">{t('downloads.both', { file: d.file })}</p>
                <div class="sum-line"><code class="breaks" data-test="download-sum">{d.sha256}</code><Button label={t('flash.copy')} test="download-copy" press={() => void copy(d)} /></div>
              </Card>
            ))}
          </div>
          <Steps of={list[0] ?? null} />
        </div>
      )}
    </>
  );
}

export const pages: Page[] = [
  { at: 'fleet', title: 'fleet.title', icon: 'people', group: 'tills', right: 'look', home: true, worlds: ['vendor', 'operator'], view: Fleet, phone: 1 },
  { at: 'downloads', title: 'downloads.title', icon: 'download', group: 'tills', right: 'look', home: true, worlds: ['vendor', 'operator'], view: Downloads, phone: 2 },
];
