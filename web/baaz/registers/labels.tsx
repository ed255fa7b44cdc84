// Labels of goods, drawn to be printed, and what a till makes of a barcode.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { money } from '../../kit/format';
import { Button } from '../../kit/pieces';
import { query } from '../api';
import { Input, Pick } from '../form';
import { useLoad } from '../load';
import { Dialog, Waiting, Wrong } from '../pieces';
import { own } from '../session';
import { t, tOf } from '../texts';
import type { Row } from './model';

interface Label { code: string; name: string; unit: string; price: string | null; barcode: string; as: string; bars: string }

// Bars draws a code with its quiet zones.
function Bars({ of }: { of: Label }) {
  const quiet = of.as === 'EAN-13' ? 11 : 10;
  const bars: { x: number; w: number }[] = [];
  for (let i = 0; i < of.bars.length; i++) {
    if (of.bars[i] !== '1') continue;
    const last = bars[bars.length - 1];
    if (last && last.x + last.w === i + quiet) last.w++;
    else bars.push({ x: i + quiet, w: 1 });
  }
  return (
    <svg class="label-bars" viewBox={`0 0 ${of.bars.length + 2 * quiet} 30`} preserveAspectRatio="none" shape-rendering="crispEdges" role="img" aria-label={`${of.as} ${of.barcode}`} data-test="bars">
      {bars.map((b) => <rect key={b.x} x={b.x} y="0" width={b.w} height="30" />)}
    </svg>
  );
}

// usePaper puts what is printed beside the app while it is: a dialog lies over the page, and paper shows one screen of it.
function usePaper() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let sheet: Element | null = null;
    const drop = () => { sheet?.remove(); sheet = null; };
    const lay = () => {
      drop();
      if (!box.current) return;
      sheet = box.current.cloneNode(true) as Element;
      document.body.append(sheet);
    };
    addEventListener('beforeprint', lay);
    addEventListener('afterprint', drop);
    return () => { removeEventListener('beforeprint', lay); removeEventListener('afterprint', drop); drop(); };
  }, []);
  return box;
}

export function LabelsDialog({ chosen, close }: { chosen: Row[]; close: () => void }) {
  const size = useSignal('shelf');
  const each = useSignal('1');
  const { data, wrong } = useLoad<{ labels: Label[] }>(own('/labels') + query({ codes: chosen.map((r) => r.code).slice(0, 300).join('\n') }));
  const box = usePaper();
  const n = Math.max(1, Math.min(100, Number(each.value) || 1));
  return (
    <Dialog title={t('labels.title', { count: chosen.length })} close={close} wide test="labels">
      <div class="group-body">
        <Pick label={t('labels.size')} value={size.value} set={(v) => (size.value = v)} test="labels-size" options={['shelf', 'small'].map((v) => ({ value: v, label: tOf('labels.', v) }))} />
        <Input kind="count" label={t('labels.each')} value={each.value} set={(v) => (each.value = v)} test="labels-each" most={3} />
      </div>
      {!data ? wrong ? <Wrong fault={wrong} /> : <Waiting /> : (
        <div ref={box} class={'labels is-' + size.value} data-test="labels-sheet" tabIndex={0} role="group" aria-label={t('labels.sheet')}>
          {data.labels.filter((l) => l.name).flatMap((l) => Array.from({ length: n }, (_, i) => (
            <div key={`${l.code}.${i}`} class="label"><p class="label-name">{l.name}</p><p class="label-price">{l.price ? money(l.price) : '—'}<small> / {l.unit}</small></p>
              {l.bars ? <Bars of={l} /> : <p class="remark">{t('labels.no_bars')}</p>}<p class="label-code">{l.barcode}</p></div>)))}
        </div>)}
      <div class="dialog-foot"><Button label={t('do.close')} test="labels-close" press={close} /><Button label={t('do.print')} icon="printer" kind="primary" test="labels-print" press={() => print()} /></div>
    </Dialog>
  );
}

interface Meaning { rule: { prefix: string; kind: string } | null; item: string; base_code: string; value: string; goods: { code: string; name: string }[] }

// TryBarcode says what a till would make of a barcode, as it is typed or scanned.
export function TryBarcode() {
  const text = useSignal('');
  const { data, wrong } = useLoad<Meaning>(text.value.trim().length > 3 ? own('/barcode') + query({ text: text.value.trim() }) : '');
  return (
    <section class="card try" data-test="try">
      <Input kind="text" label={t('try.title')} value={text.value} set={(v) => (text.value = v)} test="try-text" hint="2100001012458" most={48} />
      <div class="try-said" role="status">
        {text.value.trim().length > 3 && (wrong ? <Wrong fault={wrong} /> : data && <>
          <p data-test="try-rule">{data.rule ? <><strong>{data.rule.prefix}</strong> · {t('try.item', { item: data.item })} · {tOf('choice.', data.rule.kind)} <strong>{data.value} {tOf('unit.', data.rule.kind)}</strong></> : t('try.no_rule')}</p>
          <p data-test="try-good">{data.goods.length ? data.goods.map((g) => `${g.name} (${g.code})`).join(', ') : t('try.no_good')}</p>
        </>)}
        {text.value.trim().length <= 3 && <p class="remark">{t('try.about')}</p>}
      </div>
    </section>
  );
}
