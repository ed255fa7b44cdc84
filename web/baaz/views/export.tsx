// Taking a report away: as a workbook, or on paper.

import { useSignal } from '@preact/signals';
import { Button } from '../../kit/pieces';
import { asFault, download } from '../api';
import { tellFault } from '../pieces';
import { own } from '../session';
import type { Span } from '../span';
import { t } from '../texts';

export function Export({ report, span, label = t('do.excel') }: { report: string; span: Span; label?: string }) {
  const busy = useSignal(false);
  const take = async () => {
    busy.value = true;
    try {
      await download(own(`/exports/${report}?from=${span.from}&to=${span.to}&point=${span.point}`), `${report}-${span.from}-${span.to}.xlsx`);
    } catch (e) {
      tellFault(asFault(e));
    } finally {
      busy.value = false;
    }
  };
  return <Button label={label} icon="download" test="export" press={() => void take()} busy={busy.value} />;
}

export const PrintButton = () => <Button label={t('do.print')} icon="printer" test="print" press={() => print()} more="is-desk" />;
