// For whoever looks after boxes of several companies: how all of them stand, and what their disks are flashed with.

import { Icon } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { asFault, download, get } from '../api';
import { useLoad } from '../load';
import type { Box, Fault, Point } from '../model';
import type { Page } from '../page';
import { Card, Empty, Head, Waiting, Wrong, tell } from '../pieces';
import { go } from '../route';
import { choose } from '../session';
import { Table, narrow, type Column } from '../table';
import { t, tOf } from '../texts';
import { Needs, Stand, rank } from './tills';
import { gigabytes, heard, since, standing, tillsOf, troubles, useClock, type Till } from './tillstate';

interface Of { company: number; name: string; points: Point[]; boxes: Box[] }
interface Download { file: string; manifest: string; station: string; version: string; size: number; sha256: string; note: string; made: string }

type Row = Till & { company: number; firm: string };

const AGAIN = 30_000; // ms: no stream tells of all companies at once

// useFleet reads all pages of the answer, now and again.
function useFleet() {
  const list = useSignal<Of[] | null>(null);
  const wrong = useSignal<Fault | null>(null);
  const turn = useSignal(0);
  useEffect(() => {
    let here = true;
    const read = async () => {
      const all: Of[] = [];
      try {
        for (let after = 0, more = true; more;) {
          const page = await get<{ companies: Of[]; more: boolean }>('/api/boxes?after=' + after);
          all.push(...page.companies);
          more = page.more;
          after = page.companies[page.companies.length - 1]?.company ?? 0;
        }
        if (here) { list.value = all; wrong.value = null; }
      } catch (e) {
        if (here) wrong.value = asFault(e);
      }
    };
    void read();
    const every = setInterval(() => void read(), AGAIN);
    return () => { here = false; clearInterval(every); };
  }, [turn.value]);
  return { list: list.value, wrong: wrong.value, again: () => void turn.value++ };
}

export function Fleet() {
  const clock = useClock();
  void clock.value;
  const { list, wrong, again } = useFleet();
  const rows: Row[] = (list ?? []).flatMap((of) => tillsOf(of.points, of.boxes).map((x) => ({ ...x, company: of.company, firm: of.name })));
  const columns: Column<Row>[] = [
    { id: 'firm', title: t('fleet.company'), width: narrow.value ? 'minmax(0, 1.5fr)' : 'minmax(140px, 1.2fr)', text: (x) => x.firm,
      cell: (x) => (narrow.value ? <span class="stacked"><strong class="clip">{x.firm}</strong><span class="remark clip">{x.point.name}</span></span> : x.firm) },
    { id: 'name', title: t('till.point'), desk: true, width: 'minmax(120px, 1.1fr)', text: (x) => x.point.name },
    { id: 'state', title: t('till.state'), width: narrow.value ? '128px' : '132px', text: (x) => t(`standing.${standing(x)}`), cell: (x) => <Stand of={x} />, by: rank },
    { id: 'heard', title: t('till.heard'), desk: true, width: '132px', text: (x) => (x.box ? since(heard(x.box)) : ''), by: (x) => (x.box ? -new Date(heard(x.box)).getTime() : 0) },
    { id: 'needs', title: t('till.needs'), desk: true, width: 'minmax(0, 2fr)', text: (x) => troubles(x).map((y) => y.text).join(' '), cell: (x) => <Needs of={x} />, by: rank },
    { id: 'version', title: t('till.version'), desk: true, width: 'minmax(80px, 0.6fr)', text: (x) => x.box?.report?.version ?? '' },
  ];
  const online = rows.filter((x) => standing(x) === 'online').length;
  return (
    <>
      <Head title={t('fleet.title')} about={list ? t('fleet.about', { online, all: rows.length, companies: list.length }) : undefined} />
      <Wrong fault={wrong} again={again} />
      {!list ? !wrong && <Waiting /> : rows.length === 0
        ? <Empty icon="till" title={t('fleet.none')} text={t('fleet.none_about')} test="no-fleet" />
        : <Table name={t('fleet.title')} test="fleet" rows={rows} columns={columns} id={(x) => `${x.company}-${x.point.point}`} sort="state" none="" hint={t('fleet.find')}
          open={(x) => { choose(x.company); go(`tills/point/${x.point.point}`); }} />}
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
