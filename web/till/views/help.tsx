// The map of the keys: the same table that labels the buttons.

import { Icon } from '../../kit/icons';
import { Cap, Pane } from '../../kit/pieces';
import { KEYS, type Bound } from '../keymap';
import { has, ui } from '../store';
import { t } from '../texts';

const COLUMNS = [['sell', 'pay'], ['line', 'way']] as const;

function Row({ of: b }: { of: Bound }) {
  return (
    <div class="help-row">
      <dt><Cap>{b.cap}</Cap></dt>
      <dd>{t(b.text)}{b.right && !has(b.right) && <span class="help-right"><Icon name="lock" />{t('help.approve')}</span>}</dd>
    </div>
  );
}

export function Help() {
  const all: Bound[] = Object.values(KEYS);
  return (
    <Pane title={t('help.title')} back={closeHelp} backLabel={t('do.back')}>
      <div class="help" data-test="help">
        {COLUMNS.map((groups) => (
          <div key={groups[0]} class="help-column">{groups.map((g) => (
            <section key={g}><h2>{t(`help.group.${g}`)}</h2><dl>{all.filter((b) => b.group === g).map((b) => <Row key={b.text} of={b} />)}</dl></section>
          ))}</div>
        ))}
      </div>
    </Pane>
  );
}

export const closeHelp = () => void (ui.help.value = false);

// helpKey closes the map; every other key waits.
export function helpKey(key: string) {
  if (key === 'Escape' || key === 'Enter' || key === 'F1') closeHelp();
  return key !== 'text';
}
