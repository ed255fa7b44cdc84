// What a page of the app is. Each subject lists its own in its file under views/; pages.ts lists the subjects.

import type { FunctionComponent } from 'preact';
import type { IconName } from '../kit/icons';
import type { Right, World } from './model';
import type { Key } from './texts';

export type Group = 'reports' | 'registers' | 'tills' | 'company';

export interface Page {
  at: string; // its address: "reports/days" for /#/reports/days
  title: Key;
  icon: IconName;
  group: Group;
  right: Right | null; // without it the page is not there; in the company that is looked at
  home?: boolean; // it is about one's own home: the right counts there, whatever company is looked at
  worlds?: World[]; // only people of these worlds see it
  view: FunctionComponent;
  phone?: number; // its place in the bottom bar, from 1; four fit
  hidden?: boolean; // it stands in no navigation: one comes to it from another page
}
