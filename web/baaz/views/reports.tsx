// Reports: the days.

import { Table, type Column } from '../table';
import { money, group } from '../../kit/format';
import { useLoad } from '../load';
import type { Page } from '../page';
import { Empty, Head, Waiting, Wrong } from '../pieces';
import { own } from '../session';
import { t } from '../texts';

interface Day { day: string; point: number; sales: number; gross: string; discount: string; total: string; vat: string; city_tax: string }

function Days() {
  const { data, wrong, again } = useLoad<{ days: Day[] }>(own('/reports/days'));
  const columns: Column<Day>[] = [
    { id: 'day', title: t('reports.day'), width: '120px', text: (d) => d.day },
    { id: 'sales', title: t('reports.sales'), figure: true, text: (d) => group(String(d.sales)), by: (d) => d.sales },
    { id: 'total', title: t('reports.total'), figure: true, text: (d) => money(d.total), by: (d) => Number(d.total) },
  ];
  return (
    <>
      <Head title={t('reports.days')} />
      <Wrong fault={wrong} again={again} />
      {!data ? !wrong && <Waiting /> : data.days.length === 0
        ? <Empty icon="bill" title={t('reports.none')} text={t('reports.none_about')} test="no-sales" />
        : <Table name={t('reports.days')} test="days" rows={data.days} columns={columns} id={(d) => `${d.day}.${d.point}`} sort="-day" none={t('reports.none')} />}
    </>
  );
}

export const pages: Page[] = [{ at: 'reports', title: 'reports.days', icon: 'chart', group: 'reports', right: 'sales', view: Days, phone: 1 }];
