// What is wrong with tills and what was; from when on one is told, and where to: on this page, and by webhooks.

import { useSignal } from '@preact/signals';
import { Switch } from '../../kit/form';
import { Icon, type IconName } from '../../kit/icons';
import { group, wall } from '../../kit/format';
import { Button } from '../../kit/pieces';
import { asFault, post, remove } from '../api';
import { Form, Input } from '../form';
import { beat } from '../live';
import { useLoad } from '../load';
import type { Box } from '../model';
import { Card, Dialog, Empty, Head, Mark, Waiting, Wrong, confirm, tell, tellFault } from '../pieces';
import { href } from '../route';
import { may, own } from '../session';
import { called, usePoints } from '../span';
import { Table, type Column } from '../table';
import { t, tOf } from '../texts';
import { since, useClock, type Tone } from './tillstate';

export interface Trouble { box: string; point: number; kind: 'silent' | 'unsent' | 'device' | 'repeat'; code: string; text: string; began: string; ended: string | null; size: number; since: string | null }

interface Alarm { box: string; kind: string; detail: string; times: number; first: string; last: string; away: { by: string; at: string } | null }
interface Rules { silent: number; resting: boolean; unsent: number; repeats: number; hours: number }
interface Delivery { event: string; created: string; state: 'waiting' | 'arrived' | 'lost'; tries: number; status: number; outcome: string; next: string | null; body: string }
interface Webhook { webhook: number; url: string; made_by: string; created: string; last: Delivery | null }

const TONES: Record<Trouble['kind'], Tone> = { silent: 'warn', unsent: 'warn', device: 'loss', repeat: 'loss' };
const SIGNS: Record<Trouble['kind'], IconName> = { silent: 'cloud', unsent: 'bill', device: 'warning', repeat: 'undo' };

// sayTrouble puts a trouble into words, without its point.
export function sayTrouble(x: Trouble) {
  switch (x.kind) {
    case 'silent': return t('trouble.silent');
    case 'unsent': return t('trouble.unsent', { count: group(String(x.size)) });
    case 'repeat': return t('trouble.repeat', { count: x.size, what: x.text });
  }
  return x.text;
}

// lasted says how long a trouble went on, or since when it does.
function lasted(x: Trouble) {
  if (!x.ended) return t('trouble.since', { when: since(x.began) });
  const minutes = Math.max(1, Math.round((Date.parse(x.ended) - Date.parse(x.began)) / 60_000));
  return minutes < 120 ? t('size.minutes', { count: minutes }) : minutes < 2880 ? t('size.hours', { count: Math.round(minutes / 60) }) : t('size.days', { count: Math.round(minutes / 1440) });
}

// History is what was wrong at one point, the newest first.
export function History({ point }: { point: number }) {
  const { data } = useLoad<{ troubles: Trouble[] }>(own(`/troubles?point=${point}&limit=30`), beat);
  if (!data) return null;
  return (
    <Card title={t('trouble.history')} test="till-history">
      {data.troubles.length === 0 ? <p class="remark">{t('trouble.never')}</p> : (
        <ul class="till-lines">{data.troubles.map((x) => (
          <li key={x.began + x.kind + x.code}><span class="stacked"><span>{sayTrouble(x)}</span><span class="remark">{wall(new Date(x.began))}</span></span>
            {x.ended ? <span class="remark no-wrap">{lasted(x)}</span> : <Mark tone={TONES[x.kind]}>{t('trouble.open')}</Mark>}</li>
        ))}</ul>
      )}
    </Card>
  );
}

function Alarms({ boxes, name }: { boxes: Box[]; name: (p: number) => string }) {
  const { data, again } = useLoad<{ alarms: Alarm[] }>(own('/alarms'), beat);
  const list = data?.alarms ?? [];
  if (list.length === 0) return null;
  const away = async (a: Alarm) => {
    try {
      await post(own('/alarms/away'), { box: a.box, kind: a.kind, times: a.times });
      tell(t('alarm.is_away'));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  };
  return (
    <Card title={t('alarm.title')} test="alarms">
      <ul class="till-lines">{list.map((a) => (
        <li key={a.box + a.kind} data-test="alarm"><span class="stacked"><strong>{name(boxes.find((b) => b.box === a.box)?.point ?? 0)}: {tOf('alarm.kind.', a.kind)}</strong>
          <span class="remark">{t('alarm.times', { count: a.times, when: wall(new Date(a.last)) })}</span></span>
          {a.kind === 'fork' && <a class="button" href={href(`tills/point/${boxes.find((b) => b.box === a.box)?.point ?? 0}`)} data-test="alarm-look">{t('alarm.look')}</a>}
          {may('points') && <Button label={t('alarm.away')} test="alarm-away" press={() => void away(a)} />}</li>
      ))}</ul>
    </Card>
  );
}

const digits = (v: string) => v.replace(/\D/g, '').slice(0, 5);

function RulesForm({ rules, done }: { rules: Rules; done: () => void }) {
  const form = useSignal<Record<'silent' | 'unsent' | 'repeats' | 'hours', string> & { resting: boolean }>({ silent: String(rules.silent), unsent: String(rules.unsent), repeats: String(rules.repeats), hours: String(rules.hours), resting: rules.resting });
  const f = form.value;
  const number = (name: 'silent' | 'unsent' | 'repeats' | 'hours', suffix: string) => (
    <Input kind="count" label={t(`rules.${name}`)} suffix={suffix} value={f[name]} set={(v) => (form.value = { ...f, [name]: digits(v) })} test={'rules-' + name} most={5} />
  );
  const save = async () => {
    await post(own('/watch'), { silent: Number(f.silent), unsent: Number(f.unsent), repeats: Number(f.repeats), hours: Number(f.hours), resting: f.resting });
    tell(t('rules.saved'));
    done();
  };
  return (
    <Dialog title={t('rules.title')} close={done} test="rules">
      <Form send={save} label={t('rules.save')} test="rules-save" cancel={done} cancelLabel={t('do.cancel')}>
        <p class="remark">{t('rules.about')}</p>
        {number('silent', t('rules.minutes'))}
        <Switch label={t('rules.resting')} about={t('rules.resting_about')} on={f.resting} set={(on) => (form.value = { ...f, resting: on })} test="rules-resting" />
        {number('unsent', t('rules.minutes'))}
        <div class="pair">{number('repeats', t('rules.times'))}{number('hours', t('rules.per_hours'))}</div>
      </Form>
    </Dialog>
  );
}

const STATES = { waiting: 'calm', arrived: 'good', lost: 'loss' } as const;

function Outcome({ of }: { of: Delivery }) {
  const why = of.outcome === 'refused' ? t('hook.refused', { status: of.status }) : of.outcome && tOf('hook.why.', of.outcome);
  return <span class="stacked is-end"><Mark tone={of.state === 'waiting' && of.tries > 0 ? 'warn' : STATES[of.state]}>{t(`hook.state.${of.state}`)}</Mark>{why && <span class="remark">{why}</span>}</span>;
}

function Log({ of, close }: { of: Webhook; close: () => void }) {
  const clock = useClock(2_000);
  const { data, wrong } = useLoad<{ deliveries: Delivery[] }>(own(`/webhooks/${of.webhook}/deliveries`), clock);
  const list = data?.deliveries ?? [];
  return (
    <Dialog title={t('hook.log')} close={close} wide test="hook-log">
      <p class="remark breaks">{of.url}</p>
      <Wrong fault={wrong} />
      {!data ? !wrong && <Waiting /> : list.length === 0 ? <p class="remark">{t('hook.nothing')}</p> : (
        <ul class="till-lines">{list.map((d) => (
          <li key={d.created + d.event} data-test="hook-delivery" data-state={d.state}><span class="stacked"><span>{tOf('hook.event.', d.event)}</span>
            <span class="remark">{wall(new Date(d.created))}{d.tries > 1 && ' · ' + t('hook.tries', { count: d.tries })}{d.next && d.tries > 0 && ' · ' + t('hook.next', { when: wall(new Date(d.next)) })}</span></span><Outcome of={d} /></li>
        ))}</ul>
      )}
    </Dialog>
  );
}

function AddHook({ close, made }: { close: () => void; made: (secret: string) => void }) {
  const url = useSignal('');
  const add = async () => {
    made((await post<{ secret: string }>(own('/webhooks'), { url: url.value.trim() })).secret);
  };
  return (
    <Dialog title={t('hook.add')} close={close} test="hook-new">
      <Form send={add} label={t('hook.add')} ready={url.value.trim() !== ''} cancel={close} cancelLabel={t('do.cancel')} test="hook-add">
        <Input kind="text" label={t('hook.url')} hint={t('hook.url_hint')} value={url.value} set={(v) => (url.value = v)} focus="hook" test="hook-url" most={500} />
        <p class="remark">{t('hook.url_about')}</p>
      </Form>
    </Dialog>
  );
}

function Hooks() {
  const { data, again } = useLoad<{ webhooks: Webhook[] }>(own('/webhooks'), beat);
  const adding = useSignal(false);
  const secret = useSignal('');
  const log = useSignal<Webhook | null>(null);
  if (!data) return null;
  const test = async (w: Webhook) => {
    try {
      await post(own(`/webhooks/${w.webhook}/test`));
      log.value = w;
    } catch (e) {
      tellFault(asFault(e));
    }
  };
  const renew = (w: Webhook) => confirm({ title: t('hook.renew_title'), text: t('hook.renew_about'), label: t('hook.renew'), act: async () => {
    try {
      secret.value = (await post<{ secret: string }>(own(`/webhooks/${w.webhook}/secret`))).secret;
    } catch (e) {
      tellFault(asFault(e));
    }
  } });
  const drop = (w: Webhook) => confirm({ title: t('hook.drop_title'), text: w.url, label: t('hook.drop'), loss: true, act: async () => {
    try {
      await remove(own(`/webhooks/${w.webhook}`));
      tell(t('hook.dropped'));
    } catch (e) {
      tellFault(asFault(e));
    }
    again();
  } });
  return (
    <Card title={t('hook.title')} test="hooks" aside={<Button icon="plus" label={t('hook.add')} test="hook-open" press={() => (adding.value = true)} />}>
      <p class="remark">{t('hook.about')}</p>
      <ul class="till-lines">{data.webhooks.map((w) => (
        <li key={w.webhook} class="is-wrap" data-test="hook"><span class="stacked hook-text"><span class="breaks">{w.url}</span><span class="remark">{t('hook.by', { who: w.made_by, when: wall(new Date(w.created)) })}</span></span>
          {w.last && <Outcome of={w.last} />}
          <span class="row"><Button label={t('hook.test')} test="hook-test" press={() => void test(w)} /><Button label={t('hook.log')} test="hook-see" press={() => (log.value = w)} /><Button label={t('hook.renew')} test="hook-renew" press={() => renew(w)} /><Button label={t('hook.drop')} test="hook-drop" press={() => drop(w)} /></span></li>
      ))}</ul>
      {adding.value && <AddHook close={() => (adding.value = false)} made={(s) => { adding.value = false; secret.value = s; again(); }} />}
      {secret.value && (
        <Dialog title={t('hook.secret')} close={() => (secret.value = '')} test="hook-secret">
          <p>{t('hook.secret_about')}</p>
          <p class="secret" data-test="hook-secret-text">{secret.value}</p>
          <div class="dialog-foot"><Button kind="primary" label={t('hook.secret_kept')} test="hook-kept" press={() => (secret.value = '')} /></div>
        </Dialog>
      )}
      {log.value && <Log of={log.value} close={() => { log.value = null; again(); }} />}
    </Card>
  );
}

// rulesText says the rules in a sentence each.
const rulesText = (r: Rules) => [
  r.silent ? t(r.resting ? 'rules.say_silent' : 'rules.say_silent_open', { count: r.silent }) : t('rules.never_silent'),
  r.unsent ? t('rules.say_unsent', { count: r.unsent }) : t('rules.never_unsent'),
  r.repeats ? t('rules.say_repeats', { count: r.repeats, hours: r.hours }) : t('rules.never_repeats'),
];

export function Messages() {
  const clock = useClock();
  void clock.value;
  const points = usePoints();
  const boxes = useLoad<{ boxes: Box[] }>(own('/boxes'), beat).data?.boxes ?? [];
  const { data, wrong, again } = useLoad<{ troubles: Trouble[] }>(own('/troubles?limit=500'), beat);
  const rules = useLoad<Rules>(own('/watch'), beat);
  const setting = useSignal(false);
  const name = (p: number) => called(points, p);
  const list = data?.troubles ?? [];
  const now = list.filter((x) => !x.ended && x.kind !== 'device');
  const columns: Column<Trouble>[] = [
    { id: 'began', title: t('trouble.began'), width: '132px', text: (x) => wall(new Date(x.began)), by: (x) => x.began },
    { id: 'point', title: t('till.point'), desk: true, width: 'minmax(0, 1.2fr)', text: (x) => name(x.point) },
    { id: 'what', title: t('trouble.what'), width: 'minmax(0, 2.4fr)', text: sayTrouble },
    { id: 'lasted', title: t('trouble.lasted'), desk: true, width: '180px', text: lasted, by: (x) => Date.parse(x.ended ?? '2100-01-01') - Date.parse(x.began) },
  ];
  return (
    <>
      <Head title={t('messages.title')} about={t('messages.about')}>
        {may('tills') && rules.data && <Button icon="gear" label={t('rules.change')} test="rules-open" press={() => (setting.value = true)} />}
      </Head>
      <Wrong fault={wrong} again={again} />
      <div class="message-page">
        <div class="cards">
          <Card title={t('messages.now')} test="messages-now">
            {!data ? <Waiting /> : now.length === 0 ? <p class="calm"><Icon name="check" />{t('messages.calm')}</p> : (
              <ul class="watch">{now.map((x) => (
                <li key={x.box + x.kind + x.code} class={'is-' + TONES[x.kind]} data-test="message"><Icon name={SIGNS[x.kind]} /><div><a href={href(`tills/point/${x.point}`)}><strong>{name(x.point)}</strong></a><span>{sayTrouble(x)}</span><span class="remark">{lasted(x)}</span></div></li>
              ))}</ul>
            )}
          </Card>
          <Alarms boxes={boxes} name={name} />
        </div>
        <div class="cards">
          {rules.data && <Card title={t('rules.title')} test="rules-now"><ul class="rules">{rulesText(rules.data).map((x) => <li key={x}>{x}</li>)}</ul></Card>}
          {may('tills') && <Hooks />}
        </div>
      </div>
      {data && (list.length === 0 ? <Empty icon="bell" title={t('messages.none')} text={t('messages.none_about')} test="no-messages" />
        : <Table name={t('trouble.history')} test="troubles" rows={list} columns={columns} id={(x) => x.box + x.began + x.kind + x.code} none="" hint={list.length > 12 ? t('trouble.find') : undefined} />)}
      {setting.value && rules.data && <RulesForm rules={rules.data} done={() => { setting.value = false; rules.again(); }} />}
    </>
  );
}
