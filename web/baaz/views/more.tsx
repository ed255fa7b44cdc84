// The phone's page of everything that does not fit into the bottom bar.

import { Icon } from '../../kit/icons';
import type { Page } from '../page';
import { Head } from '../pieces';
import { href } from '../route';
import { open } from '../pages';
import { Person } from '../shell';
import { company } from '../session';
import { t, tOf } from '../texts';

function More() {
  const list = open.value.filter((p) => !p.hidden && p.at !== 'more');
  return (
    <>
      <Head title={t('shell.more')} about={company.value?.name} />
      {(['reports', 'registers', 'tills', 'company'] as const).map((group) => {
        const of = list.filter((p) => p.group === group);
        return of.length > 0 && (
          <section key={group} class="menu">
            <h2>{tOf('group.', group)}</h2>
            {of.map((p) => <a key={p.at} class="menu-item" href={href(p.at)} data-test="nav" data-page={p.at}><Icon name={p.icon} /><span>{t(p.title)}</span><Icon name="right" /></a>)}
          </section>
        );
      })}
      <Person />
    </>
  );
}

export const pages: Page[] = [{ at: 'more', title: 'shell.more', icon: 'menu', group: 'company', right: null, view: More, hidden: true }];
