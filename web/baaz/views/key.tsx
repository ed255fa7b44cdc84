// A connection key and how it gets to the till: read aloud, scanned, on a stick, on paper. It is shown once; while it is, the
// page listens for the till that brings it.

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { wall } from '../../kit/format';
import { Button } from '../../kit/pieces';
import { asFault, get, post, remove } from '../api';
import { Form, Input } from '../form';
import { beat } from '../live';
import { useLoad } from '../load';
import type { Box, Fault, Point } from '../model';
import { Card, Head, Waiting, Wrong, confirm, tell, tellFault } from '../pieces';
import { go, href, place, unsaved } from '../route';
import { company, own } from '../session';
import { t } from '../texts';
import { heard, since, useClock } from './tillstate';

interface Made { key: string; expires: string; baaz: string; qr: { size: number; path: string }; file: string; text: string }

const QUIET = 4; // modules of white that a code needs around it

// Qr draws a QR code, black on white in the dark as well: that is what scanners read.
export function Qr({ of, say }: { of: { size: number; path: string }; say: string }) {
  return (
    <svg class="qr" viewBox={`${-QUIET} ${-QUIET} ${of.size + 2 * QUIET} ${of.size + 2 * QUIET}`} role="img" aria-label={say} shape-rendering="crispEdges" data-test="key-code">
      <rect x={-QUIET} y={-QUIET} width={of.size + 2 * QUIET} height={of.size + 2 * QUIET} fill="#fff" /><path d={of.path} fill="#000" />
    </svg>
  );
}

// save hands a text to the browser as a file.
function save(name: string, text: string) {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}

// copyText brings a text to where the machine pastes from; false where the browser does not let it.
async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* without TLS there is only the way over a field */ }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

function Handed({ made }: { made: Made }) {
  const copied = useSignal('');
  const copy = async () => {
    if (await copyText(made.key)) copied.value = made.key;
  };
  const there = copied.value === made.key;
  return (
    <Card more="key-card" title={t('key.title')} test="key">
      <p class="remark no-print">{t('key.about')}</p>
      <div class="key-shown">
        <p class="key-text" data-test="key-text" aria-label={made.key}>{made.key.split('-').map((g) => <span key={g}>{g}</span>)}</p>
        <Qr of={made.qr} say={t('key.code')} />
      </div>
      <dl class="key-more">
        <div><dt>{t('key.address')}</dt><dd data-test="key-address">{made.baaz}</dd></div>
        <div><dt>{t('key.expires')}</dt><dd>{wall(new Date(made.expires))}</dd></div>
      </dl>
      <div class="row is-wrap no-print">
        <Button icon={there ? 'check' : undefined} label={t(there ? 'once.copied' : 'once.copy')} test="key-copy" press={() => void copy()} />
        <Button icon="download" label={t('key.stick')} test="key-stick" press={() => save(made.file, made.text)} />
        <Button icon="printer" label={t('key.print')} test="key-print" press={() => window.print()} />
      </div>
    </Card>
  );
}

const Ways = () => (
  <Card title={t('key.ways')} test="key-ways">
    <ol class="ways">{([1, 2, 3] as const).map((n) => <li key={n}><span class="step-number">{n}</span><div><strong>{t(`key.way${n}`)}</strong><span class="remark">{t(`key.way${n}_about`)}</span></div></li>)}</ol>
  </Card>
);

const Waits = () => (
  <p class="joining no-print" role="status" data-test="joining"><span class="live-dot is-waiting" /><span><strong>{t('key.waiting')}</strong><span class="remark">{t('key.waiting_about')}</span></span></p>
);

// Joined says that a till has brought the key.
function Joined({ point }: { point: Point }) {
  useClock(5_000);
  const boxes = useLoad<{ boxes: Box[] }>(own('/boxes'), beat);
  useEffect(() => boxes.again(), [point.box]); // a till that has joined and has nothing to send yet moves no beat
  const box = boxes.data?.boxes.find((b) => b.box === point.box);
  return (
    <p class="joining is-there no-print" role="status" data-test="joined"><Icon name="check" /><span><strong>{t('key.joined', { point: point.name })}</strong>{box && <span class="remark">{t('key.joined_about', { when: since(heard(box)) })}</span>}</span>
      <a class="button is-primary" href={href(`tills/point/${point.point}`)}>{t('key.see')}</a></p>
  );
}

// Key is the page on which a point's key is made and handed over. Another point's is another page: nothing of the one is shown
// under the other's name.
export function Key() {
  const id = Number(place.value.rest[0]);
  return <KeyOf key={id} id={id} />;
}

function KeyOf({ id }: { id: number }) {
  const turn = useSignal(0);
  const { data, wrong, again } = useLoad<{ points: Point[] }>(own('/points'), beat);
  const made = useSignal<Made | null>(null);
  const before = useSignal<string | null>(null);
  const busy = useSignal(false);
  const bad = useSignal<Fault | null>(null);
  const point = data?.points.find((p) => p.point === id);
  const clock = useClock(3_000);
  const joined = Boolean(point?.box) && before.value !== null && point!.box !== before.value; // since this page was opened
  useEffect(() => {
    if (point && before.value === null) before.value = point.box;
  }, [point?.box]);
  useEffect(() => {
    if ((made.value || point?.key) && !joined) again(); // a till that only joins sends nothing yet that the stream would tell
  }, [clock.value, turn.value]);
  useLayoutEffect(() => { // whoever sees the key is asked before losing it
    unsaved.value = Boolean(made.value) && !joined;
    return () => void (unsaved.value = false);
  }, [made.value, joined]);
  const make = async () => {
    busy.value = true;
    try {
      if (point!.key) await remove(own(`/points/${id}/keys`));
      made.value = await post<Made>(own(`/points/${id}/keys`));
      bad.value = null;
      again();
    } catch (e) {
      bad.value = asFault(e);
    } finally {
      busy.value = false;
    }
  };
  const end = () => confirm({ title: t('key.end_title'), text: t('key.end_text'), label: t('key.end'), loss: true, act: async () => {
    try {
      await remove(own(`/points/${id}/keys`));
      made.value = null;
      tell(t('key.ended'));
      again();
    } catch (e) {
      tellFault(asFault(e));
    }
  } });
  useEffect(() => {
    if (point && !made.value && !point.box && !point.key && place.value.query.now) void make(); // one comes from making the point
  }, [point?.point]);
  if (!point) return <><Head title={t('key.page')} back={href('tills')} /><Wrong fault={wrong} again={again} />{!wrong && <Waiting />}</>;
  return (
    <>
      <Head title={point.name} about={`${company.value?.name} · ${t('key.page')}`} back={href(point.box ? `tills/point/${id}` : 'tills')}>
        {!joined && (made.value || point.key) && <Button label={t('key.end')} test="key-end" press={end} />}
        {!joined && made.value && <Button label={t('key.anew')} test="key-anew" busy={busy.value} press={() => void make()} />}
      </Head>
      <Wrong fault={bad.value ?? wrong} />
      {joined ? <Joined point={point} /> : made.value ? (
        <>
          <Waits />
          <div class="key-page"><Handed made={made.value} /><Ways /></div>
        </>
      ) : (
        <Card title={t(point.box ? 'key.replace' : 'key.first')} test="key-ask">
          <p>{t(point.box ? 'key.replace_about' : 'key.first_about')}</p>
          {point.key && <p class="notice is-calm"><Icon name="key" /><span>{t('key.out', { when: wall(new Date(point.key.expires)) })}</span></p>}
          <div class="row is-wrap"><Button kind="primary" icon="key" label={t('key.make')} test="key-make" busy={busy.value} press={() => void make()} /></div>
        </Card>
      )}
    </>
  );
}

// NewPoint makes a sales point, and goes on to its key.
export function NewPoint() {
  const name = useSignal('');
  const add = async () => {
    const made = await post<Point>(own('/points'), { name: name.value.trim() });
    await get(own('/points'));
    unsaved.value = false;
    go(`tills/key/${made.point}`, { now: 1 });
  };
  return (
    <>
      <Head title={t('point.new')} about={t('point.new_about')} back={href('tills')} />
      <Card>
        <Form send={add} label={t('point.make')} ready={name.value.trim() !== ''} changed={name.value !== ''} cancel={() => { unsaved.value = false; go('tills'); }} cancelLabel={t('do.cancel')} test="point-add">
          <Input kind="text" label={t('point.name')} hint={t('point.name_hint')} value={name.value} set={(v) => (name.value = v)} focus="point" test="point-name" most={100} />
        </Form>
      </Card>
    </>
  );
}
