// Reports: the pages of this subject.

import type { Page } from '../page';
import { OneReceipt, Receipts } from './receipts';
import { Sales } from './sales';
import { Incidents, Shifts } from './shifts';
import { Today } from './today';

export const pages: Page[] = [
  { at: 'reports', title: 'today.title', icon: 'chart', group: 'reports', right: 'sales', view: Today, phone: 1 },
  { at: 'sales', title: 'sales.title', icon: 'calendar', group: 'reports', right: 'sales', view: Sales, phone: 2 },
  { at: 'receipts', title: 'receipts.title', icon: 'bill', group: 'reports', right: 'sales', view: Receipts, phone: 3 },
  { at: 'receipt', title: 'receipts.one', icon: 'bill', group: 'reports', right: 'sales', view: OneReceipt, hidden: true },
  { at: 'shifts', title: 'shifts.title', icon: 'clock', group: 'reports', right: 'sales', view: Shifts },
  { at: 'incidents', title: 'incidents.title', icon: 'warning', group: 'reports', right: 'sales', view: Incidents },
];
